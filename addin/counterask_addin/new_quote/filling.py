"""A copy of the built template with the client, the lines and the terms of a new quote, and the company's limits.

Whatever was not said is at the company's standard: what the limits say, else the price book, else the level at which it plays no
part (docs/valuation.md, section 8). An input without any of these is left blank.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from itertools import chain, count
from pathlib import Path

from counterask.inputs.labels import label_of
from counterask.inputs.language import Texts, texts_in
from counterask.inputs.levers import LEVER_BY_NAME, TERM_LEVERS, inputs_of
from counterask.inputs.price_book import Product
from counterask.inputs.quantities import Quantity
from counterask.inputs.terms import Address, Deal
from counterask.pricing.valuation import unknown_inputs
from counterask.reading.names import name_key
from counterask.reading.price_book import read_price_book
from counterask.reading.quote import Quote, read_quote
from counterask.reading.tables import Table, language_of_headers
from counterask.seals.seal import scopes_of
from counterask.verdicts.standards import standard_of
from counterask_templates.layout import COMPANY_TERM_ROWS, HEADER_CELLS, LINES, QUOTE, TERMS
from counterask_templates.tables import level_cell

from ..errors import CannotRun, WrongInput
from ..seals.first_edition import is_first_edition
from ..seals.reading import LimitsFile, limits_in, open_limits
from ..seals.table_edits import limits_edits
from ..seals.trust_store import remember
from ..seals.updating import reliable
from ..shown import advised_of
from ..workbooks.edited_cells import with_edits
from ..workbooks.errors import UnreadableWorkbook
from ..workbooks.patch import CellEdit, patch_workbook
from ..workbooks.quick_cells import NotPlain, read_quickly
from ..workbooks.quote_file import quote_in_workbook
from ..workbooks.valued_copy import SheetEdits, unvalued_edits, valued_edits
from .wanted import Wanted

_OF_THE_LIMITS = ("currency", "client_currency")
"""Header cells that a new quote has from its limits."""


def usable_limits(path: Path) -> LimitsFile:
    """The limits for a new quote: those of a limits workbook or of another quote. Raises CannotRun where they cannot be used."""
    try:
        found = limits_in(path, read_quickly(path, path.read_bytes()))
    except (NotPlain, OSError, UnreadableWorkbook):  # the thorough reader takes more, and says what is wrong
        found = open_limits(path)
    if is_first_edition(found):
        raise CannotRun(
            f"{path.name}: holds limits of the first edition. Bring them up to date first: "
            f"counterask new limits.xlsx --limits, then counterask limits update limits.xlsx --from {path.name}"
        )
    if found.problems:
        raise CannotRun(*(f"{path.name} · {problem}" for problem in found.problems))
    return found


def products_of(limits: LimitsFile) -> tuple[Product, ...]:
    """The products of the price book; none where there is none."""
    table = limits.tables.get("Price_book")
    return read_price_book(table, []).products if table is not None else ()


def segments_of(limits: LimitsFile) -> list[str]:
    """The segments that have rows of their own in limits, assumptions or policy, in the order in which they come."""
    found: dict[str, str] = {}
    for name in ("Limits", "Assumptions", "Policy"):
        header, *rows = limits.tables[name].rows
        places = [place for place, word in enumerate(header) if name_key(str(word or "")) == "segment"]
        for row in rows:
            for place in places:
                if place < len(row) and (words := str(row[place] or "").strip()):
                    found.setdefault(name_key(words), words)
    return list(found.values())


def fill_template(
    template: Path, wanted: Wanted, limits: LimitsFile | None, target: Path, *, overwrite: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write a quote to `target`. template : the built workbook. limits : the company's; None for those of the template.

    Returns the inputs that the value needs and that are left blank, by their labels, and warnings. Raises CannotRun where the
    limits cannot be relied on, where there is no room for the lines, and where the quote would have problems.
    """
    standing = limits_in(target, read_quickly(template, template.read_bytes()))
    current = limits if limits is not None else standing
    header = dict(wanted.header)
    if currency := current.policy.currency or header.get("currency", ""):
        header |= {"currency": currency, "client_currency": currency}
    edits: SheetEdits = {}
    warnings: tuple[str, ...] = ()
    if limits is not None:
        status = reliable(limits, scopes_of(currency, header.get("segment", "")))
        if status.holds and (warning := remember(status.seal)):
            warnings = (warning,)
        edits = limits_edits(standing, limits)
    quote = _bare_quote(wanted, current, header)
    levels = _levels(wanted, quote)
    found = edits.setdefault(QUOTE, {})
    for cell in HEADER_CELLS:
        if cell.field in header or cell.field in _OF_THE_LIMITS:  # the template's own may be another than that of the limits
            found[cell.row, cell.column] = CellEdit(header.get(cell.field))
    texts = texts_in(language_of_headers(standing.tables["Limits"].rows[0]))
    _put_lines(quote.deal, levels, texts, found)
    _put_terms(quote.deal, levels, texts, found)
    file = quote_in_workbook(target, with_edits(standing.workbook, edits))
    problems = [one for one in file.quote.problems if wanted.lines or one.subject != "lines"]  # it may not have lines yet
    if problems:
        raise WrongInput(target.name, problems)
    results = valued_edits(file, advised_of(file)) if wanted.lines else unvalued_edits(file)
    for sheet, cells in results.items():
        edits[sheet] = {**cells, **edits.get(sheet, {})}
    patch_workbook(template, target, edits, overwrite=overwrite)
    blank = unknown_inputs(quote.deal.with_inputs(levels)) if wanted.lines else ()
    return tuple(_spoken(quote.deal, address) for address in blank), warnings


def _bare_quote(wanted: Wanted, limits: LimitsFile, header: dict[str, str]) -> Quote:
    """The lines of a quote beside its limits, without levels: what standards are looked up in."""
    if len(wanted.lines) > LINES.rows:
        found = f"found {len(wanted.lines)} lines, and a quote has room for {LINES.rows}"
        raise CannotRun(f"New quote: {found}. Join lines of one product, or write two quotes.")
    kinds = {one.name: one.kind for one in products_of(limits)}
    rows: list[list[object]] = []
    for line in wanted.lines:
        taken = {name_key(str(row[0])) for row in rows}
        names = chain([line.product], (f"{line.product} ({number})" for number in count(2)))
        rows.append([next(name for name in names if name_key(name) not in taken), kinds[line.product], line.product])
    lines = Table.of_range("Lines", [["line", "kind", "product"], *rows])
    return read_quote({"Lines": lines, "Terms": Table.of_range("Terms", [["term", "opening"]]), **limits.tables}, header)


def _levels(wanted: Wanted, quote: Quote) -> dict[Address, float]:
    """The opening level of every input of the lines and of every term: what was said, else its standard, else its neutral level;
    NaN where it has none of these."""
    deal, rules = quote.deal, quote.rules(date.today())
    said: dict[Address, float] = {(None, name): level for name, level in wanted.terms.items()}
    for place, line in enumerate(wanted.lines):
        said |= {(place, name): level for name, level in line.levels.items()}
    addresses: list[Address] = [(None, lever.name) for lever in TERM_LEVERS]
    addresses += [(place, lever.name) for place, line in enumerate(deal.lines) for lever in inputs_of(line.kind)]
    found: dict[Address, float] = {}
    for address in addresses:
        level = said[address] if address in said else standard_of(deal, rules, address)
        found[address] = LEVER_BY_NAME[address[1]].quantity.neutral if math.isnan(level) else level
    for place, line in enumerate(wanted.lines):
        if line.is_discount_for_term and (place, "discount_months") in found:
            found[place, "discount_months"] = found[None, "term_months"]
    return found | {(None, own.name): standard_of(deal, rules, (None, own.name)) for own in deal.company_levers}


def _put_lines(deal: Deal, levels: Mapping[Address, float], texts: Texts, found: dict[tuple[int, int], CellEdit]) -> None:
    for place, line in enumerate(deal.lines):
        row = LINES.first + place
        for name, words in (("name", line.name), ("kind", texts.say(str(line.kind))), ("product", line.product)):
            found[row, LINES.column(name)] = CellEdit(words)
        for lever in inputs_of(line.kind):
            found[row, LINES.column(lever.name)] = CellEdit(_typed(lever.quantity, levels[place, lever.name], texts))


def _put_terms(deal: Deal, levels: Mapping[Address, float], texts: Texts, found: dict[tuple[int, int], CellEdit]) -> None:
    opening = TERMS.column("opening")
    for row, lever in enumerate(TERM_LEVERS, TERMS.first):
        found[row, opening] = CellEdit(_typed(lever.quantity, levels[None, lever.name], texts))
    for row, own in enumerate(deal.company_levers[:COMPANY_TERM_ROWS], TERMS.first + len(TERM_LEVERS)):
        cells = (("term", own.name), ("opening", levels[None, own.name]), ("unit", own.unit))
        found |= {(row, TERMS.column(name)): CellEdit(value) for name, value in cells}


def _typed(quantity: Quantity, level: float, texts: Texts) -> float | str | None:
    """A level as it is typed in the language of the workbook."""
    cell = level_cell(quantity, level)
    return texts.say(cell) if isinstance(cell, str) else cell


def _spoken(deal: Deal, address: Address) -> str:
    """An input as the sheets name it: "Unit cost of Platform seats"."""
    line, name = address
    return label_of(name) if line is None else f"{label_of(name)} of {deal.lines[line].name}"
