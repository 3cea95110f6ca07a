"""The check of one quote: every planted fault is found at its cell, and nothing is found in clean quotes."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from counterask.inputs.assumptions import ASSUMPTION_BY_NAME
from counterask.inputs.levers import TERM_LEVERS
from counterask_addin.build import draw_classic, draw_lite
from counterask_addin.check import Finding, Severity, check_file, finance, inputs, results
from counterask_addin.check import deal as deals
from counterask_addin.cli import cli
from counterask_addin.workbooks.addresses import cell_name
from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_addin.workbooks.quote_file import inspect_quote
from counterask_templates.build import DRAWN_ON, draw_limits, draw_quote
from counterask_templates.examples import load_example
from counterask_templates.layout import (
    ASSUMED,
    ASSUMPTIONS_TABLE,
    LIMITS_TABLE,
    LINES,
    QUOTE,
    TERMS,
    TRADE_RESULTS,
    TRADES,
    TRADES_TABLE,
)

from .good_quotes import open_at_the_standard

DAY = DRAWN_ON


def document() -> dict[str, Any]:
    """A quote in which there is nothing to find: one negotiation that a rep may agree to."""
    found = load_example("software")
    asks = [{"lever": "discount", "line": found["lines"][3]["name"], "to": 0.03}]
    counters = [{"lever": "term_months", "to": 36}]
    found["trades"] = [{"id": "S1", "response": "yes", "asks": asks, "counters": counters}]
    found["history"] = []
    for row in found["limits"]:
        row["expires"] = "2027-12-31"
    open_at_the_standard(found)
    return found


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "quote.xlsx"
    path.write_bytes(draw_quote(document(), as_of=DAY))
    return path


@pytest.fixture(scope="module")
def limits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("finance") / "limits.xlsx"
    path.write_bytes(draw_limits(document(), as_of=DAY))
    return path


def found_in(path: Path, limits: Path | None = None) -> list[Finding]:
    return check_file(path, limits, DAY)[1]


def bad(found: list[Finding]) -> list[tuple[str, str]]:
    """Kind and place of everything that is no mere fact."""
    return [(one.kind, one.where) for one in found if one.severity != Severity.FACT]


# ---- clean ones


def test_nothing_is_found_in_a_clean_quote_nor_against_its_own_limits(sound: Path, limits: Path) -> None:
    assert found_in(sound, limits) == []


@pytest.mark.parametrize("family", ["classic", "lite"])
def test_nothing_is_found_in_the_other_families(tmp_path: Path, family: str) -> None:
    path = tmp_path / ("quote.xlsm" if family == "classic" else "quote.xlsx")
    path.write_bytes(draw_classic(document(), name=path.name) if family == "classic" else draw_lite(document()))
    assert bad(found_in(path)) == []


def test_nothing_is_found_in_a_valued_copy(sound: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.xlsx"
    done = CliRunner().invoke(cli, ["value", str(sound), "-o", str(copy), "--as-of", str(DAY)])
    assert done.exit_code == 0, done.output
    assert found_in(copy) == []


def test_what_openpyxl_saves_is_said_to_be_not_computed_and_nothing_else(sound: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(sound)
    book.save(tmp_path / "saved.xlsx")
    found = found_in(tmp_path / "saved.xlsx")
    assert bad(found) == [] and [one.kind for one in found] == [results.UNCOMPUTED]


def test_nothing_is_found_in_what_libreoffice_saves(sound: Path, resave: Callable[..., Path], tmp_path: Path) -> None:
    assert bad(found_in(resave(sound, tmp_path / "out"))) == []


# ---- planted faults


@dataclass(frozen=True)
class Fault:
    """A fault: how it is planted, and what must be found, and where. follows : kinds that come along with it."""

    name: str
    plant: Callable[[Path, Path], None]
    kind: str
    where: str
    follows: frozenset[str] = frozenset({results.STALE})


def row_of(path: Path, sheet: str, label: str) -> int:
    """The row whose first cell says something."""
    page = openpyxl.load_workbook(path, read_only=True)[sheet]
    for number, row in enumerate(page.iter_rows(max_col=1, values_only=True), 1):
        if row[0] == label:
            return number
    raise AssertionError(label)


def typed(sheet: str, row: int | str, column: int, value: Any) -> Callable[[Path, Path], None]:
    """A value typed into an input cell; a row may be named by its label."""

    def plant(source: Path, target: Path) -> None:
        at = row_of(source, sheet, row) if isinstance(row, str) else row
        patch_workbook(source, target, {sheet: {(at, column): CellEdit(value)}})

    return plant


def rewritten(sheet: str, pattern: str, new: str) -> Callable[[Path, Path], None]:
    """The XML of a sheet changed, or of the part of that name."""

    def plant(source: Path, target: Path) -> None:
        file = inspect_quote(source)
        assert file.workbook is not None
        part = sheet if "/" in sheet else file.workbook.sheet(sheet).part  # type: ignore[union-attr]
        with zipfile.ZipFile(source) as package, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
            for name in package.namelist():
                data = package.read(name)
                if name == part:
                    text, count = re.subn(pattern, new, data.decode(), count=1)
                    assert count == 1, pattern
                    data = text.encode()
                copy.writestr(name, data)

    return plant


def formula(at: str, new: str) -> tuple[str, str]:
    """Another formula in a cell."""
    return rf'(<c r="{at}"[^>]*>)<f>[^<]*</f>', rf"\g<1><f>{new}</f>"


def constant(at: str, value: str) -> tuple[str, str]:
    """A number typed over a formula."""
    return rf'<c r="{at}"( s="\d+")?[^>]*><f>[^<]*</f><v>[^<]*</v>', rf'<c r="{at}"\1><v>{value}</v>'


def place(row: int, column: int) -> str:
    return cell_name(row, column)


NET = place(TRADE_RESULTS.top, TRADE_RESULTS.column("Net"))
COST = place(TRADE_RESULTS.top, TRADE_RESULTS.column("Cost"))
CHURN = ASSUMPTIONS_TABLE.first + list(ASSUMPTION_BY_NAME).index("churn_hazard")
PAYMENT = TERMS.first + [lever.name for lever in TERM_LEVERS].index("payment_days")
PRICE = place(LINES.first, LINES.column("list_price"))
FAULTS = (
    Fault("a result typed over", rewritten(TRADES, *constant(NET, "99999")), results.OVERWRITTEN, f"{TRADES} · {NET}"),
    Fault(
        "an assumption of one's own",
        typed(ASSUMED, "Churn hazard", ASSUMPTIONS_TABLE.column("value"), 0.01),
        finance.LIMITS,
        f"{ASSUMED} · {place(CHURN, ASSUMPTIONS_TABLE.column('value'))}",
    ),
    Fault(
        "an expired limit",
        typed("Limits", LIMITS_TABLE.first, LIMITS_TABLE.column("expires"), "2026-08-31"),
        deals.EXPIRED,
        f"Limits · {place(LIMITS_TABLE.first, LIMITS_TABLE.column('expires'))}",
        frozenset({results.STALE, finance.LIMITS, deals.UNTOLD, deals.AUTHORITY, deals.SEAL}),
    ),
    Fault(
        "a trade beyond the rep's limit",
        typed(TRADES, TRADES_TABLE.first, TRADES_TABLE.column("ask_to"), 0.19),
        deals.AUTHORITY,
        f"{TRADES} · {place(TRADES_TABLE.first, TRADES_TABLE.left)}",
        frozenset({results.STALE, deals.BLOCKED}),
    ),
    Fault(
        "a blank input",
        typed(QUOTE, "Payment term", TERMS.column("opening"), ""),
        "cannot tell",
        f"{QUOTE} · {place(PAYMENT, TERMS.column('opening'))}",
        frozenset({results.STALE, deals.UNTOLD, deals.AUTHORITY, "cannot tell"}),
    ),
)
"""A few of each sort; `test_planted_faults.py` plants all of them."""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_planted_fault_is_found_at_its_cell_and_nothing_else(
    fault: Fault, sound: Path, limits: Path, tmp_path: Path
) -> None:
    target = tmp_path / "quote.xlsx"
    fault.plant(sound, target)
    found = bad(found_in(target, limits))
    assert any(kind == fault.kind and fault.where in where for kind, where in found), found
    others = [(kind, where) for kind, where in found if kind != fault.kind and kind not in fault.follows]
    assert others == []
    of_kind = [where for kind, where in found if kind == fault.kind]
    assert fault.kind in fault.follows or len(of_kind) == 1, of_kind


def test_stalls_over_the_allowance_are_found(tmp_path: Path) -> None:
    deal = load_example("software")
    deal["trades"] = [trade for trade in deal["trades"] if trade["id"] in ("S1", "S7")]
    deal["policy"]["stalls_allowed"] = 0
    deal["history"] = []
    path = tmp_path / "quote.xlsx"
    path.write_bytes(draw_quote(deal, as_of=DAY))
    assert ("stalls", f"{TRADES} · {place(TRADES_TABLE.first + 1, TRADES_TABLE.left)}") in bad(found_in(path))


def test_concessions_are_facts_with_their_shortfall(tmp_path: Path) -> None:
    path = tmp_path / "quote.xlsx"
    path.write_bytes(draw_quote(load_example("software"), as_of=DAY))
    facts = [one for one in found_in(path) if one.kind == deals.CONCEDED]
    assert facts and all(one.severity == Severity.FACT and one.amount is not None and one.amount < 0 for one in facts)


def test_an_assumption_of_ones_own_says_what_it_moves(sound: Path, limits: Path, tmp_path: Path) -> None:
    fault = next(one for one in FAULTS if one.name == "an assumption of one's own")
    fault.plant(sound, tmp_path / "quote.xlsx")
    found = next(one for one in found_in(tmp_path / "quote.xlsx", limits) if one.kind == finance.LIMITS)
    assert found.amount is not None and found.amount < -1000.0
    assert f"finance has {document()['assumptions']['churn_hazard']:g}, the quote has 0.01" in found.words


def test_a_limit_that_cannot_be_read_does_not_keep_finance_from_judging(sound: Path, limits: Path, tmp_path: Path) -> None:
    """A rep who spoils a limit would else have no trade looked at."""
    wide = document()
    wide["trades"][0]["asks"][0]["to"] = 0.15
    source, spoiled = tmp_path / "wide.xlsx", tmp_path / "quote.xlsx"
    source.write_bytes(draw_quote(wide, as_of=DAY))
    typed("Limits", LIMITS_TABLE.first, LIMITS_TABLE.column("rep_to"), "as agreed")(source, spoiled)
    at = f"Limits · {place(LIMITS_TABLE.first, LIMITS_TABLE.column('rep_to'))}"
    kinds = [kind for kind, where in bad(found_in(spoiled, limits)) if where == at]
    assert kinds == [inputs.UNREADABLE, finance.LIMITS]
    trade = f"{TRADES} · {place(TRADES_TABLE.first, TRADES_TABLE.left)}"
    assert (deals.AUTHORITY, trade) in bad(found_in(spoiled, limits))


# ---- the command


def run(*words: object) -> Any:
    return CliRunner().invoke(cli, ["check", *(str(word) for word in words), "--as-of", str(DAY)])


def test_the_command_says_what_it_found_and_exits_so(sound: Path, limits: Path, tmp_path: Path) -> None:
    clean = run(sound, "--limits", limits)
    assert (clean.exit_code, clean.output.strip()) == (0, "0 wrong, 0 to look at, 0 facts.")
    FAULTS[0].plant(sound, tmp_path / "bad.xlsx")
    told = run(tmp_path / "bad.xlsx")
    assert told.exit_code == 1 and f"{TRADES} · {NET}: 99,999.00 is typed over the formula" in told.output
    rows = json.loads(run(tmp_path / "bad.xlsx", "--json").stdout)
    assert {"kind", "severity", "where", "words", "amount", "count", "first"} == set(rows[0])
    assert run(tmp_path / "missing.xlsx").exit_code == 2


def test_the_report_is_text_whatever_the_words_begin_with(sound: Path, tmp_path: Path) -> None:
    typed(QUOTE, "Payment term", TERMS.column("opening"), "=cmd|' /C calc'!A0")(sound, tmp_path / "bad.xlsx")
    report = tmp_path / "report.xlsx"
    assert run(tmp_path / "bad.xlsx", "-o", report).exit_code == 1
    page = openpyxl.load_workbook(report)["Findings"]
    cells = [cell for row in page.iter_rows(min_row=4) for cell in row]
    assert cells and all(cell.data_type != "f" for cell in cells)
    assert run(tmp_path / "bad.xlsx", "-o", report).exit_code == 2
