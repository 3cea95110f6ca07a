"""Levels of the opening that no standard is known of are held against their limits rows, and what is typed freely is listed.

The quote is the software example at its standards: a ramp deal of three lines of one product, of which nobody has to approve
anything. Each edit of it is one kind of what a clever rep typed.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from counterask.inputs.levers import LEVERS, Kind, Lever
from counterask.inputs.price_book import PRICED
from counterask.reading.deal_json import read_deal
from counterask.result_tables.notes import opening_sentence, restarts
from counterask.verdicts.ledger import ledger
from counterask.verdicts.limits import Authority
from counterask.verdicts.opening import Opening, OpeningRow, typed_facts
from counterask.verdicts.trades import Verdict
from counterask_addin.check import Severity, check_file, opening
from counterask_addin.cli import cli
from counterask_templates.build import DRAWN_ON, draw_quote
from counterask_templates.examples import example_names, load_example

from .good_quotes import valued
from .test_check import document
from .test_clever_rep import API, CALLS, CLINICS, PROJECT, SEATS, Edit, another, ask, both, edited, line, terms, without

REP, MANAGER, FINANCE, NOBODY = Authority
FIRST, ROLL_OUT = 0, 1
LIGHT = {"product": "Care Suite seat, light", "list_price": 49, "unit_cost": 9.5, "support_cost": 2}
Bound = str


def judged(edit: Edit) -> Opening:
    found = valued(edited(edit))[0].against_standard
    assert found is not None
    return found


def rows(edit: Edit) -> list[tuple[str, str | None, float, float, Authority]]:
    return [(row.lever, row.line, row.standard, row.opening, row.authority) for row in judged(edit).rows]


def limit(lever: str, **levels: Any) -> Edit:
    return lambda deal: deal["limits"].append({"lever": lever, "owner": "Finance", "expires": "2027-12-31", **levels})


def only(lever: str, **levels: Any) -> Edit:
    def put(deal: dict[str, Any]) -> None:
        deal["limits"] = [row for row in deal["limits"] if row["lever"] != lever]
        limit(lever, **levels)(deal)

    return put


# ---- each bound of a row holds


HELD = ("quantity", "start_month", "end_month", "client_tenure_months", "list_price", "unit_cost", "demand_cv", "delivery_months")
BOUNDS: dict[Bound, Authority] = {"rep_to": MANAGER, "manager_to": FINANCE, "never_beyond": NOBODY}


def places_of(name: str, deal: dict[str, Any]) -> list[tuple[dict[str, Any], str | None]]:
    lever = next(one for one in LEVERS if one.name == name)
    if not lever.is_on_line:
        return [(deal["terms"], None)]
    return [(one, one["name"]) for one in deal["lines"] if Kind(one["kind"]) in lever.kinds]


@pytest.mark.parametrize("example", ["staffing", "industrial_supply"])
@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize("name", HELD)
def test_an_opening_beyond_a_bound_of_its_row_is_listed_with_who_may_agree(name: str, bound: Bound, example: str) -> None:
    """One bound alone in the row, on each line; without a price book, which goes before the limits."""
    lever = next(one for one in LEVERS if one.name == name)
    for number in range(len(places_of(name, load_example(example)))):
        deal = load_example(example)
        deal["trades"] = []
        del deal["price_book"]
        deal["policy"].pop("minimum_margin", None)
        where, of_line = places_of(name, deal)[number]
        levels = {"start_month": (6, 4), "end_month": (24, 36)}.get(name) or _beyond(lever, where[name])
        where[name] = levels[0]
        row = {"lever": name, bound: levels[1], "owner": "Finance"} | ({"line": of_line} if of_line else {})
        deal["limits"] = [one for one in deal["limits"] if one["lever"] != name] + [row]
        (found,) = [one for one in _opening_of(deal).rows if one.lever == name]
        assert (found.line, found.standard, found.opening) == (of_line, levels[1], levels[0])
        assert found.authority == BOUNDS[bound] and found.is_given and not math.isnan(found.value)
        where[name] = levels[1]
        assert not [one for one in _opening_of(deal).rows if one.lever == name], "at the bound there is nothing to say"


def _opening_of(deal: dict[str, Any]) -> Opening:
    found = valued(deal)[0].against_standard
    assert found is not None
    return found


def _beyond(lever: Lever, level: float) -> tuple[float, float]:
    """An opening and a bound that lies on our side of it."""
    more = level + max(1.0 if lever.quantity.whole else level / 4.0, 1e-3)
    return (more, level) if lever.client_wants > 0 else (level, more)


def test_the_examples_have_no_level_beyond_their_rows() -> None:
    for name in example_names():
        found = valued(load_example(name))[0].against_standard
        assert found is not None and not [row for row in found.rows if row.lever in HELD]


def test_what_is_taken_back_up_to_the_bound_does_not_count() -> None:
    back = ask("discount", 0.1, CALLS, {"lever": "end_month", "line": CLINICS, "to": None})
    (trade,) = valued(edited(both(line(SEATS, end_month=24), back)))[0].trades
    assert trade.verdict == Verdict.CONCESSION and trade.restored == pytest.approx(trade.worth)
    minimum = only("quantity", rep_to=300, ask_up_to=600)
    back = ask("discount", 0.1, CALLS, {"lever": "quantity", "line": CLINICS, "to": 320})
    (trade,) = valued(edited(both(minimum, line(SEATS, quantity=32), back)))[0].trades
    assert 0.0 < trade.restored < trade.worth


# ---- the windows of one product


def test_an_early_end_is_valued_against_the_bound() -> None:
    found = judged(line(SEATS, end_month=24))
    assert rows(line(SEATS, end_month=24)) == [("end_month", CLINICS, math.inf, 24.0, MANAGER)]
    assert found.gave == pytest.approx(-405_655, abs=1.0) and found.authority == MANAGER
    assert judged(line(SEATS, end_month=22)).authority == FINANCE
    assert judged(both(line(ROLL_OUT, end_month=8), line(SEATS, start_month=8, end_month=10))).is_blocked


def test_a_gap_is_valued_once_and_is_a_late_start() -> None:
    assert rows(line(SEATS, start_month=20)) == [("start_month", CLINICS, 18.0, 20.0, NOBODY)]
    found = rows(line(ROLL_OUT, start_month=8))
    assert found == [("start_month", "Seats, roll-out", 6.0, 8.0, FINANCE)]
    edit = line(SEATS, start_month=20)
    assert judged(edit).net == pytest.approx(valued(edited(edit))[0].value - valued(document())[0].value)


def test_a_gap_before_a_start_that_a_rep_may_agree_to_is_an_early_end() -> None:
    edit = both(line(FIRST, end_month=1), line(ROLL_OUT, start_month=3))
    assert rows(edit) == [("end_month", "Seats, first clinics", 3.0, 1.0, NOBODY)]


def test_volume_that_ends_in_all_but_name_is_held_too() -> None:
    """One seat goes on in place of 320, at once or after an overlap."""
    for start in (24, 22):
        edit = both(line(SEATS, end_month=24), another(SEATS, "Rest", start_month=start, end_month=None, quantity=1))
        assert rows(edit) == [("quantity", "Rest", 320.0, 1.0, MANAGER)]
        assert judged(edit).gave == pytest.approx(-404_391, rel=0.05)


def test_a_ramp_deal_has_nothing_to_say_however_it_is_written() -> None:
    added = both(line(FIRST, end_month=None), line(ROLL_OUT, quantity=100, end_month=None), line(SEATS, quantity=100))
    upgrade = line(FIRST, **LIGHT)
    for edit in (line(ROLL_OUT, start_month=5), added, upgrade, line(ROLL_OUT, quantity=200)):
        assert judged(edit).rows == (), edit


def test_a_part_of_a_unit_needs_a_manager_unless_a_row_says_otherwise() -> None:
    edit = line(PROJECT, quantity=0.1)
    assert rows(edit) == [("quantity", "Implementation", 1.0, 0.1, MANAGER)]
    assert judged(edit).gave < -5_000.0
    assert rows(both(edit, limit("quantity", line="Implementation", rep_to=0.1))) == []
    assert rows(line(API, quantity=0.5)) == [], "a mean use may be less than one"


# ---- each input that is typed is somebody's

WINDOW = {"quantity", "start_month", "end_month"}


def test_each_input_of_the_opening_has_a_standard_a_bound_a_price_or_is_listed_as_a_fact() -> None:
    """Through the registry: each input of each line and of the terms, moved off its level as far as its range allows."""
    base = document()
    bounds = {"quantity": 1.0, "start_month": 0.0, "end_month": None}
    base["limits"] = [row for row in base["limits"] if row["lever"] not in bounds]
    base["limits"] += [{"lever": lever, "rep_to": level} for lever, level in bounds.items()]
    tried = 0
    for lever in LEVERS:
        for number in range(len(places_of(lever.name, base))):
            deal = copy.deepcopy(base)
            where, _ = places_of(lever.name, deal)[number]
            level = lever.quantity.highest if lever.client_wants > 0 else lever.quantity.lowest
            if lever.name == "discount_months":
                where["discount"] = 0.1
            if lever.name in ("quantity", "discount"):
                level = 0.5
            if lever.name in ("start_month", "exclusivity_months"):
                level = 40.0
            if lever.name == "months_brought_forward":
                level = 3.0
            if level == where.get(lever.name):
                level = lever.quantity.highest
            where[lever.name] = level
            quote = read_deal(deal)
            assert quote.problems == (), (lever.name, quote.problems)
            found = ledger(quote.deal, (), quote.rules(DRAWN_ON)).against_standard
            assert found is not None
            listed: list[OpeningRow] = [*found.rows, *typed_facts(quote.deal)]
            names = WINDOW if lever.name in WINDOW else {lever.name}  # an end is a gap before the next start
            named = [row for row in listed if row.lever in names]
            assert named, f"{lever.name} of line {number} can be typed freely"
            assert lever.is_negotiable or lever.name in PRICED or named[0].value != 0.0
            tried += 1
    assert tried > 60


def test_the_tenure_is_listed_with_its_worth_in_value_and_in_the_audit(tmp_path: Path) -> None:
    deal = edited(terms(client_tenure_months=240))
    (row,) = typed_facts(read_deal(deal).deal)
    without_it = valued(edited(terms(client_tenure_months=0)))[0].value
    assert row.value == pytest.approx(valued(deal)[0].value - without_it) and row.value > 10_000.0
    path = tmp_path / "quote.xlsx"
    path.write_bytes(draw_quote(deal, as_of=DRAWN_ON))
    done = CliRunner().invoke(cli, ["value", str(path), "--json", "--as-of", str(DRAWN_ON)])
    (fact,) = json.loads(done.stdout)["opening"]["facts"]
    assert (fact["fact"], fact["opening"]) == ("client_tenure_months", 240.0)
    assert fact["value"] == pytest.approx(row.value)
    report = tmp_path / "audit.xlsx"
    CliRunner().invoke(cli, ["audit", str(path), "-o", str(report), "--as-of", str(DRAWN_ON)])
    (file,) = pq.read_table(report.with_suffix(".audit") / "files.parquet").to_pylist()
    assert (file["facts_worth"], file["findings"]) == (pytest.approx(row.value), 0)


def test_a_client_who_is_typed_as_new_and_has_agreements_is_named(tmp_path: Path) -> None:
    deal = edited(terms(client_tenure_months=0)) | {"history": load_example("software")["history"]}
    path = tmp_path / "quote.xlsx"
    path.write_bytes(draw_quote(deal, as_of=DRAWN_ON))
    assert [one.kind for one in check_file(path, None, DRAWN_ON)[1]] == [opening.TYPED]


# ---- the product


def test_a_cheaper_product_that_takes_over_is_compared_with_the_dearer_one() -> None:
    found = judged(line(SEATS, **LIGHT))
    assert [(row.lever, row.standard, row.authority) for row in found.rows if row.is_off_book] == [
        ("list_price", 86.0, MANAGER), ("unit_cost", 17.0, MANAGER),
    ]  # fmt: skip
    assert found.net == pytest.approx(-204_689, abs=1.0), "-221,902 with the ramp, which starts again with another product"


def test_a_line_with_the_name_of_another_product_is_compared_with_that() -> None:
    edit = another(SEATS, "Care suite SEATS, ward 4", start_month=0, ramp_months=3, **LIGHT)
    found = judged(edit)
    assert found.authority == MANAGER and {row.standard for row in found.rows if row.lever == "list_price"} == {86.0}
    honest = another(SEATS, "Care Suite seat, light, ward 4", start_month=0, **LIGHT)
    assert judged(honest).rows == ()
    assert judged(another(SEATS, "Light seats", start_month=18, **LIGHT)).authority == NOBODY, "it starts late"


def test_nobody_vouches_for_a_line_without_its_product_and_it_needs_a_manager(tmp_path: Path) -> None:
    deal = edited(without(SEATS, "product"))
    found = valued(deal)[0].against_standard
    assert found is not None and found.authority == MANAGER
    path = tmp_path / "quote.xlsx"
    path.write_bytes(draw_quote(deal, as_of=DRAWN_ON))
    (one,) = [one for one in check_file(path, None, DRAWN_ON)[1] if one.kind == opening.OFF_BOOK]
    assert "nobody vouches for its cost" in one.words and one.amount is None


def test_a_price_that_is_not_the_book_s_needs_a_manager_and_gives_only_where_it_is_below() -> None:
    dearer, cheaper = judged(line(API, list_price=2.2)), judged(line(API, list_price=1.7))
    assert (dearer.authority, dearer.gave) == (MANAGER, 0.0) and dearer.net > 0.0
    assert cheaper.authority == MANAGER and cheaper.gave < 0.0
    assert judged(line(API, unit_cost=0.6)).authority == MANAGER, "a cost is nobody's to agree to"


# ---- where it is said


SHOWN: dict[str, tuple[Edit, bool]] = {
    "an end": (line(SEATS, end_month=24), False),
    "a gap": (line(SEATS, start_month=20), True),
    "a part of a unit": (line(PROJECT, quantity=0.1), False),
    "a cheaper product": (line(SEATS, **LIGHT), False),
}


@pytest.mark.parametrize("name", SHOWN)
def test_it_is_in_value_in_the_check_and_in_what_the_client_copy_warns_of(name: str, tmp_path: Path) -> None:
    edit, is_blocked = SHOWN[name]
    deal = edited(edit)
    path, proposal = tmp_path / "quote.xlsx", tmp_path / "proposal.xlsx"
    path.write_bytes(draw_quote(deal, as_of=DRAWN_ON))
    quote = read_deal(deal)
    said = opening_sentence(quote, ledger(quote.deal, quote.trades, quote.rules(DRAWN_ON)))
    assert said.startswith("■" if is_blocked else "▲")
    day = ["--as-of", str(DRAWN_ON)]
    done = CliRunner().invoke(cli, ["value", str(path), *day])
    assert done.exit_code == 1 and said in done.output
    copied = CliRunner().invoke(cli, ["client-copy", str(path), "-o", str(proposal), *day, "--json"])
    assert copied.exit_code == 1
    assert json.loads(copied.stdout)["to_settle"][0]["trade"] == "Opening terms"
    gave = judged(edit)
    found = [one for one in check_file(path, None, DRAWN_ON)[1] if one.severity == Severity.WRONG]
    amounts = [row.value for row in gave.rows if row.authority > REP]
    assert sorted(one.amount for one in found if one.amount is not None) == pytest.approx(sorted(amounts))


def test_a_negotiation_that_a_manager_must_agree_to_is_not_fine_yet(tmp_path: Path) -> None:
    edit: Callable[[dict[str, Any]], object] = lambda deal: deal.update(  # noqa: E731
        trades=[
            {"id": "A", "response": "yes", "asks": [{"lever": "payment_days", "to": 60}],
             "counters": [{"lever": "billing_months", "to": 12}]},
        ]
    )  # fmt: skip
    path = tmp_path / "quote.json"
    for change, code in ((edit, 1), (lambda deal: None, 0)):
        path.write_text(json.dumps(edited(change)), encoding="utf-8")
        done = CliRunner().invoke(cli, ["value", str(path), "--as-of", str(DRAWN_ON)])
        assert done.exit_code == code, done.output
        assert ("A manager must agree to A before the quote goes out" in done.output) is (code == 1)


def test_lines_that_overlap_are_explained() -> None:
    (said,) = restarts(read_deal(edited(line(ROLL_OUT, start_month=5))).deal)
    words = "Seats, roll-out starts in month 5 while Seats, first clinics of the same product still runs, so its ramp"
    assert said[0] == "Seats, roll-out" and said[1].startswith(words)
    assert restarts(read_deal(document()).deal) == []
