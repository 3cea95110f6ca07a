"""Quotes for analysts: the numbers of `counterask value --json`, changed inputs, batches, counter-asks, folders and errors."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import json
import math
import pickle
import pkgutil
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import counterask
from counterask.inputs.terms import Address
from counterask_addin import analysis
from counterask_addin.analysis.inputs import inputs_of_deal
from counterask_addin.cli import cli
from counterask_templates.examples import example_names, load_example

ROOT = Path(__file__).parents[3]
DAY = date(2026, 11, 2)
STAFFING = ROOT / "examples" / "staffing.xlsx"
MODULES = [found.name for found in pkgutil.iter_modules(analysis.__path__, "counterask_addin.analysis.")]
SEEDS = range(12)


def random_quote(seed: int) -> dict[str, Any]:
    """A quote at random, as the tests of the templates draw it."""
    spec = importlib.util.spec_from_file_location("random_quotes", ROOT / "tests" / "templates" / "random_quotes.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, Any] = module.random_quote(seed)
    return {name: value for name, value in found.items() if name != "price_book"}


def printed(path: Path) -> dict[str, Any]:
    """What `counterask value --json` prints."""
    done = CliRunner().invoke(cli, ["value", str(path), "--json", "--as-of", DAY.isoformat()])
    assert done.exit_code in (0, 1), done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def known(value: Any) -> float | None:
    """A number of a frame as JSON has it."""
    return float(value) if math.isfinite(value) else None


def check_frames(quote: analysis.QuoteRecord, answer: dict[str, Any]) -> None:
    """Every number of the answer is in the frames, to the last digit."""
    assert json.loads(json.dumps(quote.answer())) == answer
    results, trades, changes, shares = quote.results, quote.trades, quote.changes, quote.shares
    assert known(quote.value) == known(results.loc["value", "opening"]) == answer["value"]
    assert known(quote.value_now) == known(results.loc["value", "now"]) == answer["value_now"]
    assert known(results.loc["value", "change"]) == answer["change"]
    assert known(results.loc["acv", "opening"]) == answer["acv"]
    assert {name: known(results.loc[name, "opening"]) for name in answer["components"]} == answer["components"]
    assert list(trades.index) == [entry["id"] for entry in answer["ledger"]]
    for entry in answer["ledger"]:
        row = trades.loc[entry["id"]]
        for name in ("cost", "worth", "net", "shortfall", "required", "counted", "restored", "break_even"):
            assert known(row[name]) == entry[name], (entry["id"], name)
        said = (row["verdict"], row["authority"] or None, row["note"])
        assert said == (entry["verdict"], entry["authority"], entry.get("note", ""))
        own = changes[changes["trade"] == entry["id"]].to_dict("records")
        for one, expected in zip(own, entry["changes"], strict=True):
            assert (one["lever"], one["line"] or None, one["side"]) == (expected["lever"], expected["line"], expected["side"])
            assert (known(one["from"]), known(one["to"])) == (expected["from"], expected["to"])
            assert known(one["value"]) == expected["value"] and known(one["restored"]) == expected["restored"]
            assert (one["given"], one["soft"]) == (expected["given"], expected["soft"])
    for entry in answer.get("shares", ()):
        row = shares.loc[entry["id"]]
        assert {name: known(row[name]) for name in ("cost", "worth", "net", "least_net")} == {
            name: entry[name] for name in ("cost", "worth", "net", "least_net")
        }
    levers = answer.get("opening", {}).get("levers", [])
    standard = quote.against_standard
    assert [(row["lever"], known(row["value"])) for row in standard.to_dict("records")] == [
        (one["lever"], one["value"]) for one in levers
    ]


@pytest.mark.parametrize("name", [name for name in example_names() if name != "blank"])
def test_an_example_has_the_numbers_of_the_command_line(name: str) -> None:
    path = ROOT / "examples" / f"{name}.xlsx"
    check_frames(analysis.read(path, DAY), printed(path))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_quote_at_random_has_the_numbers_of_the_command_line(seed: int, tmp_path: Path) -> None:
    document, path = random_quote(seed), tmp_path / "deal.json"
    path.write_text(json.dumps(document))
    answer = printed(path)
    check_frames(analysis.read(path, DAY), answer)
    check_frames(analysis.read(document, DAY), answer)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_batch_has_the_value_of_each_deal_alone(seed: int) -> None:
    one, other = analysis.read(random_quote(seed), DAY), analysis.read(random_quote(seed + 100), DAY)
    names = inputs_of_deal(one.quote.deal)
    theirs = inputs_of_deal(other.quote.deal)
    draw = np.random.default_rng(seed)
    shared = sorted(name for name in names if name in theirs and name != "months_brought_forward")
    rows = []
    for _ in range(6):
        chosen = draw.choice(shared, 4, replace=False)
        levels = {name: other.quote.deal.input_at(theirs[name][0]) for name in chosen}
        rows.append({name: levels.get(name, one.quote.deal.input_at(names[name][0])) for name in shared})
    frame = pd.DataFrame(rows, index=[f"deal {number}" for number in range(6)])
    floors, caps = frame["uplift_floor"], frame["uplift_cap"]
    frame.loc[(floors > caps) & np.isfinite(floors), "uplift_floor"] = caps
    for alpha, cap in (("liability_alpha", "liability_cap_multiple"), ("data_alpha", "data_cap_multiple")):
        frame.loc[frame["risk_load"] * frame[alpha] <= 1.0, cap] = 1.0
    together = one.value_deals(frame)
    alone = [one.changed(row) for row in frame.to_dict("records")]
    assert list(together.index) == list(frame.index)
    for name in together.columns:
        expected = [quote.results.loc[name, "opening"] for quote in alone]
        assert together[name].to_numpy() == pytest.approx(expected, rel=1e-9, abs=1e-6, nan_ok=True), name
    now = one.value_deals(pd.DataFrame(index=[0]), terms="now")
    assert float(now["value"].iloc[0]) == pytest.approx(one.value_now, rel=1e-9)


def test_a_changed_term_is_valued_again_and_the_quote_stays_as_it_was(tmp_path: Path) -> None:
    document = load_example("staffing")
    quote = analysis.read(document, DAY)
    before = quote.value
    changed = quote.changed({"discount@Warehouse hours": 0.05}, payment_days=75)
    document["terms"]["payment_days"] = 75
    next(line for line in document["lines"] if line["name"] == "Warehouse hours")["discount"] = 0.05
    assert changed.answer() == analysis.read(document, DAY).answer()
    assert quote.value == before and quote.terms.loc["payment_days", "opening"] == 30
    assert changed.terms.loc["payment_days", "opening"] == 75
    assert quote.changed(payment_days=30) is quote


def test_unknown_is_not_zero() -> None:
    quote = analysis.read(STAFFING, DAY).changed(payment_days=math.nan)
    assert math.isnan(quote.value) and len(quote.unknown) == 1 and "payment_days" in quote.unknown[0]
    found = analysis.read(STAFFING, DAY).value_deals(pd.DataFrame({"payment_days": [30, None]}))
    assert found["value"].notna().tolist() == [True, False]


def test_none_is_said_as_infinity_and_as_the_word() -> None:
    quote = analysis.read(STAFFING, DAY)
    frame = pd.DataFrame({"uplift_cap": ["none", math.inf, 0.04]})
    values = quote.value_deals(frame)["value"]
    assert values[0] == values[1] == pytest.approx(quote.changed(uplift_cap="none").value)
    assert values[0] != values[2]


def test_counter_asks_are_those_of_the_command_line() -> None:
    quote = analysis.read(STAFFING, DAY)
    for words, asked in ((["--trade", "T3"], "T3"), (["--ask", "payment_days=75"], {"payment_days": 75})):
        done = CliRunner().invoke(cli, ["counter-asks", str(STAFFING), *words, "--json", "--as-of", DAY.isoformat()])
        rows = json.loads(done.stdout)["counter_asks"]
        frame = quote.counter_asks(asked)  # type: ignore[arg-type]
        assert list(frame["lever"]) == [row["lever"] for row in rows]
        assert list(frame["reachable"]) == [row["to"] is not None for row in rows]
        assert [known(net) for net in frame["net"]] == [row["net"] for row in rows]
        assert list(frame["yes_and"]) == [row["yes_and"] for row in rows]


def test_a_folder_is_read_whole_and_a_broken_file_does_not_stop_it(tmp_path: Path) -> None:
    for name in ("staffing", "software"):
        shutil.copy(ROOT / "examples" / f"{name}.xlsx", tmp_path / f"{name}.xlsx")
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")
    folder = analysis.read_folder(tmp_path, DAY)
    assert list(folder.quotes) == ["software.xlsx", "staffing.xlsx"] and list(folder.errors) == ["broken.xlsx"]
    pd.testing.assert_frame_equal(folder.trades.loc["staffing.xlsx"], analysis.read(STAFFING, DAY).trades)
    assert set(folder.problems.index.get_level_values("file")) == {"broken.xlsx"}
    for name in ("lines", "terms", "assumptions", "changes", "results"):
        assert getattr(folder, name).index.get_level_values("file").nunique() == 2
    assert folder.headers.loc["staffing.xlsx", "currency"] == "EUR"


def test_an_empty_folder_has_empty_frames(tmp_path: Path) -> None:
    folder = analysis.read_folder(tmp_path, DAY)
    assert folder.trades.empty and folder.problems.empty and folder.headers.empty


def test_an_error_carries_every_problem() -> None:
    document = load_example("staffing")
    document["terms"]["payment_days"] = "net 60"
    document["trades"][0]["asks"][0]["lever"] = "wishes"
    with pytest.raises(analysis.QuoteError) as caught:
        analysis.read(document, DAY)
    problems = caught.value.problems
    assert [one.where for one in problems] == ["terms.payment_days", "trades[0].asks[0].lever"]
    assert list(caught.value.frame.columns) == ["where", "subject", "found", "expected", "remedy"]
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == problems and str(again) == str(caught.value)


@pytest.mark.parametrize("name", ["missing.xlsx", "missing.json", "broken.xlsx", "broken.json"])
def test_a_file_that_cannot_be_read_is_an_error_with_a_record(name: str, tmp_path: Path) -> None:
    if name.startswith("broken"):
        (tmp_path / name).write_text("{")
    with pytest.raises(analysis.QuoteError, match=name) as caught:
        analysis.read(tmp_path / name)
    assert len(caught.value.problems) == 1


def test_a_wrong_name_or_level_says_what_to_type() -> None:
    quote = analysis.read(STAFFING, DAY)
    with pytest.raises(analysis.QuoteError) as caught:
        quote.changed(paymnt_days=3, discount=0.1, term_months=1.5, uplift_cap=None)
    words = str(caught.value)
    assert "Did you mean payment_days" in words and "discount@Warehouse hours" in words
    assert "not a whole number" in words and "found None" in words and len(caught.value.problems) == 4
    with pytest.raises(analysis.QuoteError, match="horizon_months"):
        quote.changed(horizon_months=30)
    with pytest.raises(analysis.QuoteError, match="one of: T1"):
        quote.counter_asks("T99")
    with pytest.raises(analysis.QuoteError):
        quote.counter_asks({"annual_retention": 0.9})


def test_a_floor_above_the_cap_counts_as_the_cap() -> None:
    quote = analysis.read(STAFFING, DAY)
    values = quote.value_deals(pd.DataFrame({"uplift_floor": [0.1, 0.05], "uplift_cap": [0.05, 0.05]}))["value"]
    assert values[0] == values[1] == pytest.approx(quote.changed(uplift_floor=0.1, uplift_cap=0.05).value)


def test_problems_of_a_frame_name_row_and_column() -> None:
    quote = analysis.read(STAFFING, DAY)
    frame = pd.DataFrame({"payment_days": [30, -1], "horizon_months": [30, 60]}, index=["a", "b"])
    with pytest.raises(analysis.QuoteError) as caught:
        quote.value_deals(frame)
    assert [(one.where, one.subject) for one in caught.value.problems] == [("row a", "horizon_months"), ("row b", "payment_days")]
    with pytest.raises(analysis.QuoteError, match="a second time"):
        quote.value_deals(pd.DataFrame([[1, 2]], columns=["payment_days", "payment_days"]))
    with pytest.raises(ValueError, match="opening"):
        quote.value_deals(frame, terms="later")  # type: ignore[arg-type]


def test_a_changed_quote_has_no_approvals() -> None:
    document = load_example("staffing") | {"quote": {"opening_approved": True}}
    quote = analysis.read(document, DAY)
    assert quote.quote.is_opening_approved and not quote.changed(payment_days=20).quote.is_opening_approved


def test_numbers_of_numpy_and_pandas_are_read_as_numbers() -> None:
    document = load_example("staffing")
    document["terms"]["payment_days"] = np.int64(30)
    quote = analysis.read(document, DAY)
    assert quote.changed(payment_days=np.float64(60)).value == quote.changed(payment_days=60).value
    frame = pd.DataFrame({"payment_days": pd.array([60, None], dtype="Int64"), "auto_renewal": [True, False]})
    assert quote.value_deals(frame)["value"].notna().tolist() == [True, False]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_docstring_hold(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS).failed == 0


def test_the_engine_offers_its_names_when_they_are_used() -> None:
    assert all(getattr(counterask, name) is not None for name in counterask.__all__)
    assert set(counterask.__all__) <= set(dir(counterask))
    with pytest.raises(AttributeError, match="counterask_addin import analysis"):
        counterask.read  # noqa: B018
    address: Address = (None, "payment_days")
    quote = counterask.read_deal(load_example("staffing"))
    assert counterask.value_states(quote.deal, [{address: 30.0}]).total[0] == counterask.value_deal(quote.deal).total[0]


@pytest.mark.parametrize("day", ["2026-11-02", DAY, pd.Timestamp("2026-11-02 13:00")])
def test_a_day_is_a_date_a_time_or_text(day: Any) -> None:
    assert analysis.read(STAFFING, day).as_of == DAY
    assert type(analysis.read(STAFFING, day).as_of) is date
    assert {quote.as_of for quote in analysis.read_folder(ROOT / "examples", day).quotes.values()} == {DAY}


def test_an_argument_of_another_type_is_named_with_what_was_found() -> None:
    quote = analysis.read(STAFFING, DAY)
    calls: dict[str, Any] = {
        "as_of): found '31.12.2025'": lambda: analysis.read(STAFFING, "31.12.2025"),
        "as_of): found 2026 ": lambda: analysis.read(STAFFING, 2026),  # type: ignore[arg-type]
        "as_of): found NaT": lambda: analysis.read_folder(ROOT / "examples", pd.NaT),  # type: ignore[arg-type]
        "source): found None": lambda: analysis.read(None),  # type: ignore[arg-type]
        "folder): found None": lambda: analysis.read_folder(None),  # type: ignore[arg-type]
        "asked): found None": lambda: quote.counter_asks(None),  # type: ignore[arg-type]
        "language): found 'fr'": lambda: quote.counter_asks("T1", "fr"),
        "deals): found [1, 2]": lambda: quote.value_deals([1, 2]),  # type: ignore[arg-type]
        "terms): found 'then'": lambda: quote.value_deals(pd.DataFrame(), "then"),  # type: ignore[arg-type]
        "inputs): found [1]": lambda: quote.changed([1]),  # type: ignore[arg-type]
        "the deal: found what JSON cannot hold": lambda: analysis.read({"client": object()}),
    }
    for words, call in calls.items():
        with pytest.raises(analysis.QuoteError) as caught:
            call()
        assert words.replace("): ", ": ") in str(caught.value) and caught.value.problems


def test_none_is_advised_only_where_an_input_may_be_none() -> None:
    quote = analysis.read(STAFFING, DAY)
    with pytest.raises(analysis.QuoteError) as caught:
        quote.changed(payment_days=None)
    assert '"none"' not in str(caught.value) and "math.nan" in str(caught.value)
    with pytest.raises(analysis.QuoteError, match='Use "none"'):
        quote.changed(liability_cap_multiple=None)


def test_a_file_is_not_called_a_missing_folder() -> None:
    with pytest.raises(analysis.QuoteError, match=r"found a file, expected a folder with quotes. Read it with read\(\)"):
        analysis.read_folder(STAFFING)
