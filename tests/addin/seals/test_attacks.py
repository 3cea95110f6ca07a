"""Somebody with a quote on their own machine tries to get past its seal: no way through gives a verdict."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from counterask import functions
from counterask.verdicts.ledger import ledger
from counterask.verdicts.limits import Authority
from counterask.verdicts.trades import Rules, Verdict
from counterask_addin.check import findings
from counterask_addin.seals import status_of
from counterask_addin.workbooks.quote_file import QuoteFile, inspect_quote
from counterask_templates.layout import LIMITS_TABLE, POLICY_TABLE

from .conftest import Run

Book = Any
GIVEN = {Verdict.NEGOTIATION, Verdict.UNBALANCED, Verdict.CONCESSION, Verdict.BLOCKED}


@pytest.fixture
def updated(quote: Path, sealed: Path, run: Run, drawn: dict[str, bytes]) -> Path:
    """The quote with the sealed limits."""
    path = quote.with_name("quote.updated.xlsx")
    if "updated" not in drawn:
        run("limits", "update", quote, "--from", sealed)
        drawn["updated"] = path.read_bytes()
    path.write_bytes(drawn["updated"])
    return path


def verdicts(file: QuoteFile) -> set[Verdict]:
    rules = Rules(file.quote.limits, file.quote.policy, datetime.date.today())
    return {one.verdict for one in ledger(file.quote.deal, file.quote.trades, rules).trades}


def lose_policy(book: Book) -> None:
    """Another table with those headers stands on the sheet of self-tests; it goes too."""
    del book.defined_names["Policy"], book["Self-test"]
    for column in (1, 2):
        book["Assumptions"].cell(POLICY_TABLE.top, column).value = "no header"


def blank_policy(book: Book) -> None:
    for row in range(POLICY_TABLE.first, POLICY_TABLE.bottom + 1):
        book["Assumptions"].cell(row, 2).value = None


def name_a_looser_copy(book: Book) -> None:
    copy = book.copy_worksheet(book["Limits"])
    copy.title = "Looser"
    copy.cell(LIMITS_TABLE.first, LIMITS_TABLE.column("rep_to")).value = 0.06
    name = book.defined_names["Limits"]
    name.attr_text = name.attr_text.replace("Limits!", "Looser!")


def lose_a_column(book: Book) -> None:
    book["Limits"].cell(LIMITS_TABLE.top, LIMITS_TABLE.column("never_beyond")).value = "a remark"


def move_a_row_to_one_line(book: Book) -> None:
    book["Limits"].cell(LIMITS_TABLE.first, LIMITS_TABLE.column("line")).value = "Warehouse hours"


def take_the_seal_away(book: Book) -> None:
    del book.defined_names["Seal"]


ATTACKS: tuple[Callable[[Book], None], ...] = (
    lose_policy,
    blank_policy,
    name_a_looser_copy,
    lose_a_column,
    move_a_row_to_one_line,
    take_the_seal_away,
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_way_around_the_sealed_tables_gives_a_verdict(
    attack: Callable[[Book], None], updated: Path, key: Path, run: Run
) -> None:
    run("limits", "trust", key.with_suffix(".pub"))
    assert GIVEN & verdicts(inspect_quote(updated))
    book = openpyxl.load_workbook(updated)
    attack(book)
    path = updated.with_name("attacked.xlsx")
    book.save(path)
    file = inspect_quote(path)
    assert not status_of(file).holds
    assert file.quote.problems or not GIVEN & verdicts(file)
    if not file.quote.problems:  # and what is granted under limits that do not hold needs finance
        rules = Rules(file.quote.limits, file.quote.policy, datetime.date.today())
        for one in ledger(file.quote.deal, file.quote.trades, rules).trades:
            assert one.authority == (Authority.FINANCE if one.verdict == Verdict.CANNOT_TELL else None), one.trade.id


def test_limits_that_are_cleared_with_their_header_leave_the_seal_broken_where_no_key_is_trusted(updated: Path) -> None:
    book = openpyxl.load_workbook(updated, data_only=True)
    ranges: dict[str, Any] = {}
    for name in ("Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy", "Seal"):
        ((place, box),) = book.defined_names[name].destinations
        ranges[name] = [[cell.value for cell in row] for row in book[place][box]]
    own = {"Conversion fee", "Free replacement week"}
    ranges["Terms"] = [row for row in ranges["Terms"] if row[0] not in own]
    ranges["Trades"] = [row for row in ranges["Trades"] if not own & {str(cell) for cell in row}]
    ranges["Limits"] = [[None] * 17]
    found = functions.DEAL_TRADES(*(ranges[name] for name in list(ranges)[:6]), "", ranges["Seal"])
    said = {row[7] for row in found if row[7]}
    assert "cannot tell" in said and not {str(verdict) for verdict in GIVEN} & said, said
    assert "changed since sealing" in str(found)


def test_the_check_of_a_quote_under_limits_that_have_expired_names_the_seal(updated: Path) -> None:
    file = inspect_quote(updated)
    said = [one for one in findings(file, today=datetime.date(2100, 6, 1)) if one.kind == "seal"]
    assert [one.words for one in said] == ["expired: the sealed limits expired on 2099-12-31 (sealed for EUR)"]
    assert not [one for one in findings(file) if one.kind == "seal"]
