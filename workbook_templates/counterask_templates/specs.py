"""What the layout is told in: tables of inputs, tables of results, single cells, and their addresses.

Rows and columns are counted from 1.
"""

from __future__ import annotations

from dataclasses import dataclass

from counterask.inputs.quantities import MONEY, MULTIPLE, NUMBER, SHARE, SWITCH, UNITS, Quantity
from counterask.reading.cells import letters


def cell(row: int, column: int, sheet: str = "") -> str:
    """The absolute address of a cell: $C$9, or 'Read me'!$C$9 with its sheet."""
    place = f"${letters(column)}${row}"
    return f"'{sheet}'!{place}" if sheet else place


def area(top: int, left: int, bottom: int, right: int, sheet: str = "") -> str:
    """The absolute address of a range, both ends included; of a cell, where both are the same."""
    if (top, left) == (bottom, right):
        return cell(top, left, sheet)
    return f"{cell(top, left, sheet)}:{cell(bottom, right)}"


TRADE_INPUTS = "Trade_inputs"
"""The inputs of the Trades table without the results that stand between them, on the hidden sheet Results: formulas that lead to
those results read this name, for no formula may read its own result."""

DEAL = ("Lines", "Terms", TRADE_INPUTS, "Limits", "Assumptions", "Policy")
"""The names that a function of the catalogue reads a deal from."""

OF_SEGMENT = ("Price_book", "Segment", "Currency")
"""The last arguments of every function that reads a deal: the price book, the segment whose limits and assumptions hold, and the
currency, which must be that of the limits."""

TODAY = '""'
"""What a formula passes for the day, where an argument follows it: the host's today."""


@dataclass(frozen=True)
class Column:
    """One column of a table. name : the input's name. header : what the sheet says, its unit on a second line.

    width : in characters. kind : the format of its cells. choices : the defined name of the list that its drop-down
    offers. help : what the cell's message says. quantity : unit and range, where the column is always of one quantity.
    rule : what must hold of a cell as typed, where more than one quantity may stand in the column: a formula as it stands in the
    first data row, {at} for the cell and {NAME} for another column of the row. expected : the same in words.
    """

    name: str
    header: str
    width: float
    kind: str = "text"
    choices: str = ""
    help: str = ""
    quantity: Quantity | None = None
    rule: str = ""
    expected: str = ""


@dataclass(frozen=True)
class TableSpec:
    """A table of inputs. name : its defined name. top : its header row. rows : how many data rows it has.

    places : the sheet column of each of `columns`, where results stand between them; () where they are side by side from `left`.
    """

    name: str
    sheet: str
    top: int
    left: int
    columns: tuple[Column, ...]
    rows: int
    places: tuple[int, ...] = ()

    @property
    def at(self) -> tuple[int, ...]:
        """The sheet column of each column."""
        return self.places or tuple(range(self.left, self.left + len(self.columns)))

    @property
    def first(self) -> int:
        """The first data row."""
        return self.top + 1

    @property
    def bottom(self) -> int:
        """The last data row."""
        return self.top + self.rows

    @property
    def right(self) -> int:
        """The last column."""
        return max(self.at)

    def column(self, name: str) -> int:
        """The sheet column of an input."""
        return self.at[[column.name for column in self.columns].index(name)]

    def data(self, name: str, sheet: str = "") -> str:
        """The address of one column's data cells."""
        return area(self.first, self.column(name), self.bottom, self.column(name), sheet)


@dataclass(frozen=True)
class ResultSpec:
    """A table of results, which shows one array formula of the catalogue. Its headers stand in the row above `top`.

    key : what code calls it. name : its defined name. headers : as the sheet says them. fields : what each column is.
    kinds, widths : the format and width of each column. is_open_ended : whether only rows with content are framed.
    places : the sheet column of each field, where inputs stand between them; () where they are side by side from `left`.
    """

    key: str
    name: str
    sheet: str
    top: int
    left: int
    rows: int
    fields: tuple[str, ...]
    kinds: tuple[str, ...]
    function: str
    arguments: tuple[str, ...]
    headers: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()
    is_open_ended: bool = False
    places: tuple[int, ...] = ()

    @property
    def at(self) -> tuple[int, ...]:
        """The sheet column of each field."""
        return self.places or tuple(range(self.left, self.left + len(self.fields)))

    @property
    def bottom(self) -> int:
        """The last row."""
        return self.top + self.rows - 1

    @property
    def right(self) -> int:
        """The last column."""
        return max(self.at)

    def column(self, field: str) -> int:
        """The sheet column of a result."""
        return self.at[self.fields.index(field)]

    def data(self, field: str, sheet: str = "") -> str:
        """The address of one result column."""
        return area(self.top, self.column(field), self.bottom, self.column(field), sheet)


@dataclass(frozen=True)
class HeaderCell:
    """What the quote says of itself: one cell with a name, and its label in an earlier column of the row.

    kind : text or date. help : what its message says. choices : the defined name of the list that its drop-down offers.
    """

    field: str
    name: str
    label: str
    row: int
    column: int
    label_column: int
    kind: str = "text"
    help: str = ""
    choices: str = ""


_KIND_OF_UNIT = {SHARE: "share", MONEY: "money", SWITCH: "switch", UNITS: "count", MULTIPLE: "plain", NUMBER: "plain"}
_UNIT_WORDS = {NUMBER: "", SWITCH: "yes or no"}


def kind_of(quantity: Quantity) -> str:
    """The format of a quantity's cells."""
    return _KIND_OF_UNIT.get(quantity.unit, "plain")


def unit_words(quantity: Quantity) -> str:
    """The unit as sheets say it; nothing for a bare number."""
    return _UNIT_WORDS.get(quantity.unit, quantity.unit)


def with_unit(quantity: Quantity) -> str:
    """A header: the label, and the unit on a second line unless the label says it."""
    unit = {"demand_cv": "of the mean"}.get(quantity.name, unit_words(quantity))
    return f"{quantity.label}\n({unit})" if unit and unit not in quantity.label else quantity.label
