"""What a clever rep tries in the software example beyond the trades: each attempt is found, or is worth nothing to them.

The quote is clean before: nobody has to agree to anything. After each edit either its inputs are refused, or somebody above the
rep has to agree, or the check names it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from counterask.reading.deal_json import read_deal
from counterask.verdicts.limits import Authority
from counterask.verdicts.trades import Verdict
from counterask_addin.check import check_file, opening
from counterask_addin.check.inputs import SEGMENT
from counterask_templates.build import DRAWN_ON, draw_quote

from .good_quotes import valued
from .package_edits import Parts
from .test_check import document

Edit = Callable[[dict[str, Any]], object]
SEATS, API, PROJECT = 2, 3, 4
CLINICS, CALLS = "Seats, all clinics", "API calls (1,000)"


def line(place: int, **levels: Any) -> Edit:
    return lambda deal: deal["lines"][place].update(levels)


def terms(**levels: Any) -> Edit:
    return lambda deal: deal["terms"].update(levels)


def without(place: int, *names: str) -> Edit:
    return lambda deal: [deal["lines"][place].pop(name, None) for name in names]


def another(place: int, name: str, **levels: Any) -> Edit:
    return lambda deal: deal["lines"].append({**deal["lines"][place], "name": name, **levels})


def ask(lever: str, to: float, where: str, *counters: dict[str, Any]) -> Edit:
    one = {"id": "A", "response": "yes", "asks": [{"lever": lever, "line": where, "to": to}], "counters": list(counters)}
    return lambda deal: deal.update(trades=[one])


def both(*edits: Edit) -> Edit:
    return lambda deal: [edit(deal) for edit in edits]


def quote(**words: str) -> Edit:
    return lambda deal: deal.update(words)


REFUSED: dict[str, Edit] = {
    "a recurring product sold once": both(
        line(SEATS, kind="one-off", delivery_months=4),
        without(SEATS, "ramp_months", "start_month", "end_month", "support_cost", "discount_months"),
    ),
    "a metered product as a flat fee": both(line(API, kind="recurring"), without(API, "demand_cv")),
    "a recurring product as metered": both(line(SEATS, kind="metered"), without(SEATS, "support_cost")),
    "a product that the price book does not have": line(SEATS, product="Care Suite seats"),
    "a product with a letter of another alphabet": line(SEATS, product="Care Suite s\u0435at"),
    "another currency with the same numbers": quote(currency="USD"),
    "a line twice": another(SEATS, CLINICS),
    "a line twice in other letters": another(SEATS, "seats, ALL clinics", quantity=0),
    "a term of one's own": terms(loyalty_bonus=3),
    "a negative discount as counter-ask": ask("discount", 0.1, CLINICS, {"lever": "discount", "line": CALLS, "to": -0.5}),
    "a negative quantity": line(SEATS, quantity=-10),
    "a lever asked twice in one trade": ask("discount", 0.1, CALLS, {"lever": "discount", "line": CALLS, "to": 0.0}),
}
ABOVE_THE_REP: dict[str, Edit] = {
    "a cheaper product at the dearer one's price": line(SEATS, product="Care Suite seat, light"),
    "a product at no price": another(SEATS, "Bonus seats", list_price=0),
    "a line with all of it discounted": another(SEATS, "Bonus seats", discount=1.0),
    "a discount without an end": line(SEATS, discount=0.1, discount_months=None),
    "a discount without an end that is 0 %": line(SEATS, discount_months=None),
    "a small discount on each line": both(*(line(place, discount=0.1) for place in (SEATS, API, PROJECT))),
    "a shorter term": terms(term_months=12),
    "a way out that costs nothing": terms(tfc_from_month=36),
    "a promise of exclusivity": terms(exclusivity_months=60),
    "take or pay that asks for nothing": terms(take_or_pay_rate=0.1),
    "a company lever in the opening": terms(**{"Workshop day": 3}),
    "months of delivery": line(PROJECT, delivery_months=40),
    "a discount on one line, taken back for one on another": both(
        line(API, discount=0.12), ask("discount", 0.1, CLINICS, {"lever": "discount", "line": CALLS, "to": 0.0})
    ),
    "a promise that was made already": both(
        terms(public_reference=1), ask("discount", 0.1, CALLS, {"lever": "public_reference", "line": None, "to": 1})
    ),
    "a forecast of use, taken back": both(
        line(API, quantity=100), ask("discount", 0.3, CLINICS, {"lever": "quantity", "line": CALLS, "to": 6400})
    ),
    "a term lengthened for one trade and shortened in the next": lambda deal: deal.update(
        trades=[
            {"id": "A", "response": "yes", "asks": [{"lever": "discount", "line": CALLS, "to": 0.12}],
             "counters": [{"lever": "term_months", "to": 60}]},
            {"id": "B", "response": "yes", "asks": [{"lever": "term_months", "to": 24}], "counters": []},
        ]
    ),
}  # fmt: skip
NO_GAIN: dict[str, Edit] = {
    "a product in other letters": line(SEATS, product=" care suite SEAT "),
    "a segment in other letters": quote(segment=" MID-MARKET "),
    "no currency": quote(currency=""),
}
NAMED_BY_THE_CHECK: dict[str, tuple[Edit, str]] = {
    "no support cost": (line(SEATS, support_cost=0.0), opening.OFF_BOOK),
    "a faster ramp than the product's": (line(API, ramp_months=1), opening.OFF_BOOK),
    "a segment that is almost another": (quote(segment="Enterprisse"), SEGMENT),
    "a segment in letters of another alphabet": (quote(segment="Ent\u0435rpris\u0435"), SEGMENT),
}


def edited(edit: Edit) -> dict[str, Any]:
    deal = copy.deepcopy(document())
    edit(deal)
    return deal


@pytest.mark.parametrize("name", REFUSED)
def test_an_input_that_cannot_be_is_a_problem_at_its_place(name: str) -> None:
    assert read_deal(edited(REFUSED[name])).problems


@pytest.mark.parametrize("name", ABOVE_THE_REP)
def test_what_gives_something_away_needs_somebody_above_the_rep(name: str) -> None:
    found, _ = valued(edited(ABOVE_THE_REP[name]))
    assert found.against_standard is not None
    needed = [found.against_standard.authority, *(one.authority for one in found.trades if one.authority is not None)]
    assert max(needed) > Authority.REP


@pytest.mark.parametrize("name", NO_GAIN)
def test_what_is_only_spelled_differently_changes_nothing(name: str) -> None:
    (before, _), (after, _) = valued(document()), valued(edited(NO_GAIN[name]))
    assert after.value_now == before.value_now and after.against_standard == before.against_standard
    assert [one.verdict for one in after.trades] == [one.verdict for one in before.trades] == [Verdict.NEGOTIATION]


@pytest.mark.parametrize("name", NAMED_BY_THE_CHECK)
def test_what_no_client_signs_is_named_by_the_check(name: str, tmp_path: Path) -> None:
    edit, kind = NAMED_BY_THE_CHECK[name]
    path = tmp_path / "quote.xlsx"
    path.write_bytes(draw_quote(edited(edit), as_of=DRAWN_ON))
    found = check_file(path, None, DRAWN_ON)[1]
    assert [one.kind for one in found] == [kind], found
    assert kind == SEGMENT or (found[0].amount or 0.0) < 0.0


def test_a_second_row_of_a_term_is_a_problem_at_its_cell(tmp_path: Path) -> None:
    from counterask.inputs.levers import LEVER_BY_NAME
    from counterask_addin.workbooks.addresses import cell_name
    from counterask_templates.layout import QUOTE, TERMS
    from counterask_templates.tables import table_rows

    path = tmp_path / "quote.xlsx"
    path.write_bytes(draw_quote(document(), as_of=DRAWN_ON))
    parts, rows = Parts(path), table_rows(document())["Terms"]
    last = TERMS.first + len(rows) - 1
    parts.set_value(parts.cell(QUOTE, cell_name(last, TERMS.left)), LEVER_BY_NAME["payment_days"].label)
    parts.set_value(parts.cell(QUOTE, cell_name(last, TERMS.column("opening"))), 120.0)
    found = check_file(parts.write(tmp_path / "twice.xlsx"), None, DRAWN_ON)[1]
    assert any(one.where == f"{QUOTE} · {cell_name(last, TERMS.left)}" and "twice" in one.words for one in found), found
