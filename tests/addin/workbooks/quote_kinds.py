"""Kinds of workbooks that people and programs really send: each is one edit of a quote, with what must be read from it.

An edit that a person would call harmless gives the same numbers as the unedited quote (or as another kind). Where nobody can
know what was meant, there is a problem at the cell. No expectation is a number, so that examples may change.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from lxml import etree

from counterask.reading.tables import plain
from counterask_addin.workbooks.addresses import cell_name
from counterask_addin.workbooks.read_cells import read_workbook
from counterask_templates.layout import TABLE_BY_NAME

from ..check.package_edits import MAIN
from .conftest import Places
from .quote_parts import REL, QuoteParts, tag, write_zip

Edit = Callable[[QuoteParts, Places], None]
LINE = ("Lines", 1, "line")


@dataclass(frozen=True)
class Kind:
    """A kind of workbook.

    edit : makes it of a quote. place, words : where a problem must be and what it must say; without them, the numbers are those
    of `same_as`, another kind or the unedited quote.
    """

    edit: Edit
    place: Callable[[Places], str] | None = None
    words: str = ""
    same_as: str = "unedited"


def _cell(key: Any, value: object, kind: str = "") -> Edit:
    return lambda parts, at: parts.put(*at.of(key), value, kind)


def _asked(key: Any, value: object, words: str, kind: str = "") -> Kind:
    """A cell that holds what nobody can read: a problem there."""
    return Kind(_cell(key, value, kind), lambda at: at.said(key), words)


def _cells(*edits: Edit) -> Edit:
    def edit(parts: QuoteParts, at: Places) -> None:
        for one in edits:
            one(parts, at)

    return edit


def _columns(table: str) -> list[str]:
    """The inputs of a table, by their headers. Results may stand between them, and they may stand in any order."""
    return [plain(column.header) for column in TABLE_BY_NAME[table].columns]


def _depth(at: Places, table: str) -> int:
    """How many rows a table has below its header."""
    box = at.file.rectangles[table]
    return box.bottom - box.top


def _copy_row(table: str, source: int, target: Callable[[Places], int], changes: Mapping[str, object]) -> Edit:
    """A row of a table copied further down, with some of its cells changed."""

    def edit(parts: QuoteParts, at: Places) -> None:
        for column in _columns(table):
            value = changes.get(column, parts.value(*at.of((table, source, column))))
            if value is not None or column in changes:
                parts.put(*at.of((table, target(at), column)), value)

    return edit


def _rows(parts: QuoteParts, at: Places, table: str) -> list[dict[str, object]]:
    numbers = range(1, _depth(at, table) + 1)
    return [{column: parts.value(*at.of((table, row, column))) for column in _columns(table)} for row in numbers]


def _put_rows(parts: QuoteParts, at: Places, table: str, rows: list[dict[str, object]]) -> None:
    for number, row in enumerate(rows, 1):
        for column, value in row.items():
            parts.put(*at.of((table, number, column)), value)


def _sort_trades(without_ids: bool) -> Edit:
    """The Trades table sorted by its ids, blanks last, as every spreadsheet program sorts."""

    def edit(parts: QuoteParts, at: Places) -> None:
        rows = _rows(parts, at, "Trades")
        if without_ids:
            for before, row in zip(rows[::-1][1:], rows[::-1], strict=False):
                row["trade"] = None if row["trade"] == before["trade"] else row["trade"]
        _put_rows(parts, at, "Trades", sorted(rows, key=lambda row: (row["trade"] is None, str(row["trade"]))))

    return edit


def _last_trade_row(at: Places) -> int:
    """The row of the Trades table in which the last trade ends."""
    return max(row for place in at.file.quote.trade_places.values() for row in place.rows)


def _to_1904(parts: QuoteParts, at: Places) -> None:
    """Every date counted from 1904, as old Excel for the Mac counts."""
    book = read_workbook(at.file.path)
    next(parts.book.iter(tag("workbookPr"))).set("date1904", "1")
    for sheet in book.sheets:
        for (row, column), cell in sheet.cells.items():
            if isinstance(cell.value, datetime):
                days = (cell.value - datetime(1904, 1, 1)) / timedelta(days=1)
                parts.put(sheet.name, cell_name(row, column), days)


def _iso_dates(parts: QuoteParts, at: Places) -> None:
    """Every date as ISO text of the kind "d", as LibreOffice and strict programs may write; a time beside the table."""
    for sheet in read_workbook(at.file.path).sheets:
        for (row, column), cell in sheet.cells.items():
            if isinstance(cell.value, datetime):
                parts.put(sheet.name, cell_name(row, column), cell.value.isoformat() + ("" if row % 2 else "Z"), "d")
    sheet_name, _ = at.of(("Lines", 0, "line"))
    parts.put(sheet_name, "Z1", "10:30:00.000", "d")
    parts.put(sheet_name, "Z2", "T10:30:00Z", "d")


def _names_lost(parts: QuoteParts, _: Places) -> None:
    parts.remove_names()


def _names_dead(with_local: bool) -> Edit:
    """A sheet copied, the original deleted, the copy renamed: the workbook's names are dead, and those of the sheet live."""

    def edit(parts: QuoteParts, at: Places) -> None:
        sheets = [item.get("name") for item in parts.book.iter(tag("sheet"))]
        (group,) = parts.book.iter(tag("definedNames"))
        sheet, _ = at.of(("Trades", 0, "trade"))
        for item in list(group):
            if (item.text or "").replace("'", "").startswith(f"{sheet}!") and item.get("localSheetId") is None:
                if with_local:
                    own = etree.fromstring(etree.tostring(item))
                    own.set("localSheetId", str(sheets.index(sheet)))
                    group.append(own)
                item.text = "#REF!" if with_local else f"#REF!{item.text.rpartition('!')[2]}"

    return edit


def _sheet_without_part(parts: QuoteParts, _: Places) -> None:
    """A sheet that the workbook lists and whose part a program left out."""
    sheets = next(parts.book.iter(tag("sheets")))
    item = etree.SubElement(sheets, tag("sheet"), name="Old chart", sheetId="99")
    item.set(f"{{{REL}}}id", "rIdGone")
    relations = parts.tree("xl/_rels/workbook.xml.rels")
    etree.SubElement(
        relations, relations[0].tag, Id="rIdGone", Type=f"{REL}/worksheet", Target="worksheets/gone.xml"
    )


def _backslashes(parts: QuoteParts, _: Places) -> None:
    """Part names as some old programs for Windows write them."""
    renamed = {name.replace("/", "\\"): content for name, content in parts.content().items()}
    parts.parts = {name if name == "[Content_Types].xml" else name: content for name, content in renamed.items()}


def _empty_attributes(parts: QuoteParts, at: Places) -> None:
    """s="" on cells, and ht="" on rows, as some exporters write where there is no style."""
    for sheet in at.file.workbook.sheets if at.file.workbook else ():
        for row in parts.sheet(sheet.name).iter(tag("row")):
            row.set("ht", "")
            for cell in list(row)[::3]:
                if cell.get("s") and not _is_date(at, sheet.name, cell.get("r")):
                    cell.set("s", "")


def _is_date(at: Places, sheet: str, address: str) -> bool:
    assert at.file.workbook is not None
    cells = at.file.workbook.sheet(sheet)
    row, column = int(re.sub(r"\D", "", address)), re.sub(r"\d", "", address)
    cell = cells.cells.get((row, ord(column[-1]) - 64)) if cells and len(column) == 1 else None
    return cell is not None and isinstance(cell.value, datetime)


def _formulas_for_people(parts: QuoteParts, at: Places) -> None:
    """Long formulas that were saved without a value, in a column that nothing reads."""
    for row in range(1, 6):
        sheet, address = at.of(("Terms", row, "unit"))
        parts.put_formula(sheet, address, "IF(1=1," * 60 + '"months"' + ")" * 60)


def _first_line_in_trades(at: Places) -> str:
    """The first cell of the trades that names a line with an "a" in it."""
    places = at.file.quote.trade_places
    named = [
        (row, column)
        for trade in at.file.quote.trades
        for changes, rows, column in (
            (trade.asks, places[trade.id].ask_rows, "ask_line"),
            (trade.counters, places[trade.id].counter_rows, "counter_ask_line"),
        )
        for change, row in zip(changes, rows, strict=True)
        if "a" in (change.line or "")
    ]
    row, column = min(named)
    return at.said(("Trades", row, column))


def _renamed_in_trades(change: Callable[[str], str]) -> Edit:
    """The names of lines as they are stored in the trades and limits, changed so that they look the same."""

    def edit(parts: QuoteParts, at: Places) -> None:
        lines = {line.name for line in at.file.quote.deal.lines}
        for table in ("Trades", "Limits", "History"):
            for number, row in enumerate(_rows(parts, at, table), 1):
                for column, value in row.items():
                    if value in lines:
                        parts.put(*at.of((table, number, column)), change(str(value)))

    return edit


def _accents_apart(parts: QuoteParts, at: Places) -> None:
    """A line whose name has an accent: one letter in the Lines, a letter and a mark in the trades and limits."""
    name = at.file.quote.deal.lines[0].name
    accented = name.replace("o", "ö")
    _renamed_in_trades(lambda said: unicodedata.normalize("NFD", accented) if said == name else said)(parts, at)
    parts.put(*at.of(LINE), accented)


def _accents(parts: QuoteParts, at: Places) -> None:
    name = at.file.quote.deal.lines[0].name
    accented = name.replace("o", "ö")
    _renamed_in_trades(lambda said: accented if said == name else said)(parts, at)
    parts.put(*at.of(LINE), accented)


def _saved_by_openpyxl(parts: QuoteParts, at: Places) -> None:
    """Loaded and saved by openpyxl: no values of formulas, its own styles and strings."""
    _loaded(parts, lambda book: book)


def _loaded(parts: QuoteParts, change: Callable[[Any], Any]) -> None:
    source, target = io.BytesIO(), io.BytesIO()
    write_zip_to(source, parts.content())
    change(openpyxl.load_workbook(source)).save(target)
    parts.parts = QuoteParts(target).parts  # type: ignore[arg-type]
    parts.trees.clear()


def write_zip_to(target: io.BytesIO, parts: dict[str, bytes]) -> None:
    """The package in memory."""
    write_zip(target, parts)  # type: ignore[arg-type]
    target.seek(0)


def _values_alone(parts: QuoteParts, at: Places) -> None:
    """What a table program hands on: each sheet's values, no names, no formats but those of dates, the first row as headers."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in read_workbook(at.file.path).sheets:
        page = book.create_sheet(sheet.name)
        for (row, column), cell in sheet.cells.items():
            page.cell(row, column + 1).value = cell.value
        for row in range(1, sheet.last_row + 1):
            page.cell(row, 1).value = row - 1
    target = io.BytesIO()
    book.save(target)
    parts.parts = QuoteParts(target).parts  # type: ignore[arg-type]
    parts.trees.clear()


def _as_google_writes(parts: QuoteParts, _: Places) -> None:
    """As Google Sheets exports: no dimension, no theme, no properties, rows down to 1,000 with formats, numbers as 1.0."""
    for name in ("docProps/app.xml", "docProps/core.xml"):
        parts.remove_part(name, "_rels/.rels")
    parts.remove_part("xl/theme/theme1.xml", "xl/_rels/workbook.xml.rels")
    for sheet in [item.get("name") for item in parts.book.iter(tag("sheet"))]:
        tree = parts.sheet(sheet)
        for item in list(tree):
            if item.tag in (tag("dimension"), tag("sheetFormatPr")):
                tree.remove(item)
        data = tree.find(tag("sheetData"))
        for row in data:
            row.attrib.pop("spans", None)
            for cell in row:
                stored = cell.find(tag("v"))
                if stored is not None and not cell.get("t") and re.fullmatch(r"-?\d+", stored.text or ""):
                    stored.text += ".0"
        last = max((int(row.get("r")) for row in data), default=0)
        for number in range(last + 1, 1001):
            row = etree.SubElement(data, tag("row"), r=str(number), customHeight="1", ht="15.75")
            etree.SubElement(row, tag("c"), r=f"A{number}", s="1")
    for item in parts.book.iter(tag("definedName")):
        item.text = re.sub(r"^([A-Za-z]+)!", r"'\1'!", item.text or "")


def _as_wps_writes(parts: QuoteParts, _: Places) -> None:
    """As WPS Office writes: names of its own, sheets numbered at random, absolute targets, attributes in another order."""
    for number, item in enumerate(parts.book.iter(tag("sheet")), 1):
        item.set("sheetId", str(7 * number + 3))
    relations = parts.tree("xl/_rels/workbook.xml.rels")
    for item in relations:
        if item.get("TargetMode") != "External" and not item.get("Target").startswith("/"):
            item.set("Target", f"/xl/{item.get('Target')}")
    parts.parts["xl/cellimages.xml"] = b'<?xml version="1.0" encoding="UTF-8"?><etc:cellImages xmlns:etc="http://www.wps.cn/etc"/>'
    for sheet in [item.get("name") for item in parts.book.iter(tag("sheet"))]:
        for cell in parts.sheet(sheet).iter(tag("c")):
            own = dict(cell.attrib)
            cell.attrib.clear()
            for name in sorted(own, reverse=True):
                cell.set(name, own[name])


def _with_prefixes(parts: QuoteParts, _: Places) -> None:
    """Every element of the main namespace with a prefix, as some writers for .NET do."""
    for part in [name for name in parts.parts if name.startswith(("xl/worksheets/sheet", "xl/workbook.xml"))]:
        tree = parts.tree(part)
        prefixed = etree.Element(tree.tag, tree.attrib, nsmap={"x": MAIN, "r": REL})
        prefixed.extend(list(tree))
        etree.cleanup_namespaces(prefixed, top_nsmap={"x": MAIN, "r": REL}, keep_ns_prefixes=["x", "r"])
        parts.trees[part] = prefixed


def _without_calculation_chain(parts: QuoteParts, _: Places) -> None:
    """Parts that a package may lack: the calculation chain, the theme, the styles' names."""
    parts.remove_part("xl/theme/theme1.xml", "xl/_rels/workbook.xml.rels")
    parts.remove_part("xl/calcChain.xml", "xl/_rels/workbook.xml.rels")
    parts.remove_part("xl/metadata.xml", "xl/_rels/workbook.xml.rels")


def _units(parts: QuoteParts, at: Places) -> None:
    """Numbers with their units, as people type and paste them."""
    deal, terms = at.file.quote.deal, at.file.quote.deal.terms
    first = deal.lines[0]
    parts.put(*at.of("term_months"), f"{terms.term_months:g} months")
    parts.put(*at.of("payment_days"), f"{terms.payment_days:g} Tage")
    parts.put(*at.of((first.name, "discount")), f"{100 * first.discount:g}%%")
    price = f"{first.list_price:,.2f}"
    parts.put(*at.of((first.name, "list_price")), f"{at.file.quote.policy.currency} {price}")
    parts.put(*at.of("cost_of_capital"), f"{100 * deal.assumptions.cost_of_capital:g}".replace(".", ",") + " %")


def _total_and_note(parts: QuoteParts, at: Places) -> None:
    """A total below the lines and a note below the trades: neither is an input."""
    below = _depth(at, "Lines") + 1
    parts.put(*at.of(("Lines", below, "line")), "Total")
    _, first = at.of(("Lines", 1, "list_price"))
    _, last = at.of(("Lines", below - 1, "list_price"))
    parts.put_formula(*at.of(("Lines", below, "list_price")), f"SUM({first}:{last})")
    parts.put(*at.of(("Trades", _depth(at, "Trades") + 3, "trade")), "Prepared by")
    parts.put(*at.of(("Trades", _depth(at, "Trades") + 3, "ask")), "Anna")


def _history_as_it_was(parts: QuoteParts, at: Places) -> None:
    """The sheet of the history under either of its names."""
    sheet = at.file.rectangles["History"].sheet
    other = "Client history" if sheet == "History" else "History"
    next(item for item in parts.book.iter(tag("sheet")) if item.get("name") == sheet).set("name", other)
    parts.remove_names()


_PRICE = ("Lines", 3, "list_price")
_DAYS = "payment_days"
KINDS: Mapping[str, Kind] = {
    "price with a point for thousands": _asked(_PRICE, "6.900", "6900 or 6.9?"),
    "price with a comma for thousands": _asked(_PRICE, "6,900", "6900 or 6.9?"),
    "price in brackets": _asked(_PRICE, "(6,900)", "-6900 or -6.9?"),
    "minus sign of a typesetter": _asked(_DAYS, "\u22124", "Type -4."),
    "number as text": _asked(_PRICE, "6900", "Type 6900 as a number, not as text."),
    "error #SPILL!": _asked(_DAYS, "#SPILL!", "found the error #SPILL!", "e"),
    "error #CALC!": _asked(_PRICE, "#CALC!", "found the error #CALC!", "e"),
    "price in another currency": _asked(_PRICE, "GBP 6900", 'found the text "GBP 6900"'),
    "a 13th line": Kind(
        _copy_row("Lines", 1, lambda at: _depth(at, "Lines") + 1, {"line": "Night shift"}),
        lambda at: at.said(("Lines", _depth(at, "Lines") + 1, "line")),
        "below the table Lines",
    ),
    "a term below the terms": Kind(
        _copy_row("Terms", 2, lambda at: _depth(at, "Terms") + 2, {}),
        lambda at: at.said(("Terms", _depth(at, "Terms") + 2, "term")),
        "below the table Terms",
    ),
    "a trade in the table": Kind(_copy_row("Trades", 3, lambda at: _last_trade_row(at) + 1, {"trade": "T99"}), same_as=""),
    "a trade below the table": Kind(
        _copy_row("Trades", 3, lambda at: _depth(at, "Trades") + 1, {"trade": "T99"}), same_as="a trade in the table"
    ),
    "a trade two rows below the table": Kind(
        _copy_row("Trades", 3, lambda at: _depth(at, "Trades") + 2, {"trade": "T99"}), same_as="a trade in the table"
    ),
    "a trade far below the table": Kind(
        _copy_row("Trades", 3, lambda at: _depth(at, "Trades") + 40, {"trade": "T99"}), same_as="a trade in the table"
    ),
    "a total and a note": Kind(_total_and_note),
    "trades sorted": Kind(_sort_trades(without_ids=False)),
    "trades without ids sorted": Kind(
        _sort_trades(without_ids=True),
        lambda at: at.said(("Trades", _depth(at, "Trades"), "trade")),
        "without a trade id",
    ),
    "a trade copied": Kind(
        _copy_row("Trades", 3, lambda at: _last_trade_row(at) + 1, {}),
        lambda at: at.said(("Trades", _last_trade_row(at) + 1, "trade")),
        "a second time",
    ),
    "a row without an id after a gap": Kind(
        _copy_row("Trades", 2, lambda at: _last_trade_row(at) + 2, {"trade": None}),
        lambda at: at.said(("Trades", _last_trade_row(at) + 2, "trade")),
        "without a trade id",
    ),
    "dates from 1904": Kind(_to_1904),
    "dates as ISO text": Kind(_iso_dates),
    "names lost": Kind(_names_lost),
    "names dead": Kind(_names_dead(with_local=False)),
    "names dead, those of the sheet alive": Kind(_names_dead(with_local=True)),
    "history under its other name": Kind(_history_as_it_was),
    "a sheet without its part": Kind(_sheet_without_part),
    "backslashes in part names": Kind(_backslashes),
    "empty attributes": Kind(_empty_attributes),
    "formulas without values where nothing reads": Kind(_formulas_for_people),
    "line names in capitals": Kind(_renamed_in_trades(str.upper)),
    "line names with two spaces": Kind(_renamed_in_trades(lambda name: name.replace(" ", "  "))),
    "line names with no-break spaces": Kind(_renamed_in_trades(lambda name: name.replace(" ", "\u00a0"))),
    "line names with hidden characters": Kind(_renamed_in_trades(lambda name: f"\ufeff{name[:4]}\u200b{name[4:]}")),
    "line names with accents": Kind(_accents, same_as=""),
    "line names with accents apart": Kind(_accents_apart, same_as="line names with accents"),
    "a Cyrillic letter in a line name": Kind(
        _renamed_in_trades(lambda name: name.replace("a", "\u0430")),
        _first_line_in_trades,
        "U+0430 CYRILLIC SMALL LETTER A",
    ),
    "numbers with units": Kind(_units),
    "saved by openpyxl": Kind(_saved_by_openpyxl),
    "values alone, by a table program": Kind(_values_alone),
    "as Google Sheets writes": Kind(_as_google_writes),
    "as WPS writes": Kind(_as_wps_writes),
    "prefixes everywhere": Kind(_with_prefixes),
    "parts that may be missing": Kind(_without_calculation_chain),
}


def make(name: str, source: Path, target: Path) -> Path:
    """The workbook of a kind, made of a quote."""
    from counterask_addin.workbooks.quote_file import inspect_quote

    parts = QuoteParts(source)
    KINDS[name].edit(parts, Places(inspect_quote(source)))
    write_zip(target, parts.content())
    return target
