"""The valued copy of a quote: results into their cells, every unbalanced concession highlighted, all else as it was."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from counterask.counter_asks.choosing import Offered, find_packages
from counterask.counter_asks.package_tables import package_table
from counterask.counter_asks.picks import pick_table
from counterask.counter_asks.prepared_tables import prepared_table
from counterask.counter_asks.preparing import prepared_asks
from counterask.counter_asks.sentences import Speaker
from counterask.counter_asks.shown import ShownLedger
from counterask.counter_asks.tables import own_offer_table, trade_tables
from counterask.counter_asks.unasked_offers import own_offers
from counterask.explaining.bridge import bridge_table
from counterask.explaining.explain import explain_table, explain_trade, unexplained
from counterask.explaining.flips import flips_rows, unflipped
from counterask.explaining.rules_of_thumb import rules_of_thumb, rules_table
from counterask.explaining.step_worths import rates_table, step_worths
from counterask.reading.cells import yes_no
from counterask.reading.tables import plain
from counterask.result_tables import views
from counterask.result_tables.history_views import drag_sentence, past_of
from counterask.result_tables.money import stored
from counterask.result_tables.notes import notes_table
from counterask.result_tables.opening_views import opening_table
from counterask.result_tables.spoken import rows_in, said
from counterask.verdicts.ledger import Ledger, worst_trade
from counterask.verdicts.shares import fair_shares
from counterask.verdicts.trades import Verdict
from counterask_templates.layout import LIMITS_STATUS, RESULTS, live_name
from counterask_templates.natives import facts_of_cells, native_values
from counterask_templates.sheets import all_natives

from ..errors import CannotRun
from ..seals import status_of
from .errors import UnreadableWorkbook
from .grid import Grid
from .patch import UNBALANCED_FILL, CellEdit, patch_workbook
from .quote_file import QuoteFile, named_text
from .read_cells import WorkbookCell

_VERDICT = views.TRADE_RESULTS.index("Verdict")

SheetEdits = dict[str, dict[tuple[int, int], CellEdit]]


def write_valued_copy(file: QuoteFile, shown: ShownLedger, target: Path, overwrite: bool) -> tuple[str, ...]:
    """Write the copy to `target` and return what a person should know about it, as sentences.

    Raises CannotRun where it cannot be written; the quote is never changed.
    """
    edits = valued_edits(file, shown)
    try:
        return patch_workbook(file.path, target, edits, overwrite=overwrite)
    except UnreadableWorkbook as error:
        raise CannotRun(str(error)) from error


def valued_edits(file: QuoteFile, shown: ShownLedger) -> SheetEdits:
    """Every cell that the valuation fills: sheet -> (row, column) -> edit."""
    tables = result_tables(file, shown)
    edits = table_edits(file, shown.ledger, tables)
    _put_natives(file, tables, edits)
    return edits


def unvalued_edits(file: QuoteFile) -> SheetEdits:
    """The cells of a quote without lines that follow from its limits and its header: it has no value yet, so every other result
    stays as it is in the workbook."""
    assert file.workbook is not None
    edits: SheetEdits = {}
    tables: dict[str, Sequence[Sequence[views.Cell]]] = {}
    for result in RESULTS:
        box = file.workbook.rectangle(live_name(result))
        rows = Grid.of(file.workbook, box).rows if box is not None else []
        tables[result.key] = [["" if cell is None else cell for cell in row] for row in rows]  # type: ignore[misc]
    today = date.today()
    tables[LIMITS_STATUS.key] = views.limits_status(file.quote, today, status_of(file, today))
    for name in (LIMITS_STATUS.name, live_name(LIMITS_STATUS)):
        put_table(file, name, rows_in(tables[LIMITS_STATUS.key], file.language), edits)
    _put_natives(file, tables, edits)
    return edits


def table_edits(file: QuoteFile, ledger: Ledger, tables: Mapping[str, Sequence[Sequence[views.Cell]]]) -> SheetEdits:
    """The cells of the tables of results alone, in the language of the workbook. tables : the rows of `result_tables`."""
    edits: SheetEdits = {}
    language = file.language
    _put_trades(file, ledger, edits)
    for result in RESULTS:
        rows = rows_in(tables[result.key], language)
        if result.key != "trades":
            put_table(file, result.name, rows, edits)
        put_table(file, live_name(result), rows, edits)
    return edits


def result_tables(file: QuoteFile, shown: ShownLedger) -> dict[str, Sequence[Sequence[views.Cell]]]:
    """The rows of every table of results, by the key of the result: in English, but for what a rep says."""
    box, quote, ledger, rules = file.rectangles["Trades"], shown.quote, shown.ledger, shown.rules
    return {
        "trades": views.trade_results(quote, ledger, box.bottom - box.top),
        "headline": views.headline(ledger),
        "margin_by_year": views.margin_by_year(ledger, quote.deal),
        "components": views.component_change(ledger, quote.places),
        "shares": views.share_table(fair_shares(quote.deal, quote.trades, rules)),
        "limits_status": views.limits_status(quote, rules.as_of, status_of(file, rules.as_of)),
        "drag": _drag_table(file, ledger),
        "notes": notes_table(quote, ledger),
        "opening": opening_table(ledger.against_standard),
        **_counter_tables(file, shown),
        **_math_tables(file, shown),
    }


def _drag_table(file: QuoteFile, valued: Ledger) -> list[list[views.Cell]]:
    """The drag on renewals, as the History sheet shows it."""
    past = past_of(valued.deal_now, file.quote.history, file.quote.policy)
    return [[drag_sentence(past, file.quote.policy.currency)]]


def _counter_tables(file: QuoteFile, shown: ShownLedger) -> dict[str, Sequence[Sequence[views.Cell]]]:
    """The counter-asks, bundles and packages of the trades that the Counter-asks sheet names."""
    people, rules = shown.advised_by or (), shown.rules
    spoken, quote = file.spoken, shown.quote
    singles, _ = trade_tables(quote, named_text(file, "Chosen_trade") or worst_trade(shown.ledger), people, rules, spoken)
    bundled = named_text(file, "Bundle_trade")
    bundles = trade_tables(quote, bundled, people, rules, spoken, has_bundles=True)[1] if bundled else []
    speaker = Speaker(quote.deal, spoken, quote.policy.currency)
    box, offered = file.rectangles["Trades"], Offered(())
    if any(trade.id == bundled for trade in quote.trades):
        offered = find_packages(quote.deal, quote.trades, bundled, rules, people)
    offers = own_offer_table(own_offers(quote.deal, quote.trades, rules, people), speaker)
    return {
        "counter_asks": singles,
        "bundles": bundles,
        "packages": package_table(offered, speaker),
        "picks": pick_table(shown, box.bottom - box.top, bundled, offered.packages),
        "offers": offers,
        "prepared": _prepared(file, shown, speaker),
    }


def _prepared(file: QuoteFile, shown: ShownLedger, speaker: Speaker) -> list[list[views.Cell]]:
    """The sheet Prepare, where it says yes."""
    if yes_no(named_text(file, "Prepare_now")) is not True:
        return []
    return prepared_table(prepared_asks(shown.quote, shown.rules, speaker, shown.advised_by or ()), speaker)


def _math_tables(file: QuoteFile, shown: ShownLedger) -> dict[str, Sequence[Sequence[views.Cell]]]:
    """What the sheets Head math and Math show."""
    quote, rules = shown.quote, shown.rules
    deal = shown.ledger.deal_now
    speaker = Speaker(deal, file.spoken, quote.policy.currency)
    worths = step_worths(deal, rules)
    chosen = named_text(file, "Explained_trade") or worst_trade(shown.ledger)
    flipped = named_text(file, "Flipped_trade")
    is_known, is_flipped = (any(trade.id == one for trade in quote.trades) for one in (chosen, flipped))
    return {
        "rates": rates_table(worths, speaker),
        "rules": rules_table(rules_of_thumb(deal, rules, worths), speaker),
        "explanation": explain_table(explain_trade(shown, chosen)) if is_known else unexplained(chosen),
        "bridge": bridge_table(shown.ledger),
        "flips": flips_rows(quote, rules, flipped, Speaker(quote.deal, speaker.language, speaker.currency))
        if is_flipped
        else unflipped(flipped),
    }


def _put_natives(file: QuoteFile, tables: Mapping[str, Sequence[Sequence[views.Cell]]], edits: SheetEdits) -> None:
    """The values of the sheets' own formulas that read results (banners, totals, checks), where a formula is still ours."""

    sheets = {sheet.name: sheet.cells for sheet in file.workbook.sheets} if file.workbook else {}

    def cell(sheet: str, row: int, column: int) -> WorkbookCell | None:
        return sheets[sheet].get((row, column)) if sheet in sheets else None

    facts = facts_of_cells(lambda *place: one.value if (one := cell(*place)) else None, tables, file.language)
    formulas = native_values(
        all_natives(), facts, lambda *place: one.formula if (one := cell(*place)) else None, file.language
    )
    for sheet, values in formulas.items():
        for (row, column), value in values.items():
            standing = cell(sheet, row, column)
            if standing is not None and not _says(standing.value, value):
                edits.setdefault(sheet, {})[row, column] = CellEdit(_cell(value))


def _says(standing: object, value: float | str) -> bool:
    """Whether a cell shows a value already, to the digits in which results are stored."""
    if isinstance(standing, int | float) and not isinstance(standing, bool) and not isinstance(value, str):
        return stored(standing) == stored(value)
    return (standing or "") == value


def _put_trades(file: QuoteFile, ledger: Ledger, edits: SheetEdits) -> None:
    """The result columns beside the trades, found by their headers; where there are none, to the right of the table."""
    box = file.rectangles["Trades"]
    assert file.workbook is not None
    sheet = file.workbook.sheet(box.sheet)
    cells = sheet.cells if sheet else {}
    by_header = {plain(cell.value): column for (row, column), cell in cells.items() if row == box.top}
    language = file.language
    last = max((column for row, column in cells if row == box.top), default=box.right)
    found = edits.setdefault(box.sheet, {})
    columns = []
    for name in views.TRADE_RESULTS:
        column = by_header.get(plain(name))
        if column is None:
            last += 1
            column = last
            found[box.top, column] = CellEdit(said(name, language))
        columns.append(column)
    rows = views.trade_results(file.quote, ledger, box.bottom - box.top)
    for number, (row, spoken) in enumerate(zip(rows, rows_in(rows, language), strict=True), box.top + 1):
        for column, value in zip(columns, spoken, strict=True):
            found[number, column] = CellEdit(_cell(value))
        fill = UNBALANCED_FILL if row[_VERDICT] == Verdict.UNBALANCED else ""
        found[number, columns[_VERDICT]] = CellEdit(_cell(spoken[_VERDICT]), fill)


def put_table(file: QuoteFile, name: str, rows: Sequence[Sequence[views.Cell]], edits: SheetEdits) -> None:
    """A result table into the range of its name; the rows of the range that it does not need are blanked."""
    assert file.workbook is not None
    box = file.workbook.rectangle(name)
    if box is None:
        return
    found = edits.setdefault(box.sheet, {})
    standing = Grid.of(file.workbook, box)
    for row in range(box.bottom - box.top + 1):
        for column in range(box.right - box.left + 1):
            value: views.Cell = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
            if value != "" or standing.at(row, column) is not None:
                found[box.top + row, box.left + column] = CellEdit(_cell(value))


def _cell(value: views.Cell) -> float | str:
    """A result as it may stand in a cell; a cell holds no infinities."""
    if isinstance(value, str):
        return value
    return stored(value) if math.isfinite(value) else views.NO_PRICE
