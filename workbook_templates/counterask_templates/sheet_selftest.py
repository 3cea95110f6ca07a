"""The hidden Self-test sheet: each function asked about a small deal of its own, beside what it must say.

The first thing to open on a machine that nobody has tried: every row says PASS, or what differs. The expected values were
computed when the sheet was drawn, by the same functions in plain Python.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from counterask import functions
from counterask.functions import Argument, CatalogueFunction

from .layout import SELF_TEST, TABLES
from .pen import LITE, Pen
from .specs import TableSpec, area, cell
from .styles import BAD, GOOD
from .tables import TableRows, cached, table_rows, with_header

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

AS_OF = datetime.date(2026, 6, 30)
_DEAL = ("lines", "terms", "trades", "limits", "assumptions", "policy")
_FIRST = 6
_TABLES_TOP = 40
_LIVE_COLUMN = 30
"""The arrays stand far to the right, where nobody reads; column A to E say what became of them."""

_DOCUMENT: Mapping[str, Any] = {
    "currency": "EUR",
    "lines": [
        {
            "name": "Seats",
            "kind": "recurring",
            "list_price": 100,
            "discount": 0.05,
            "quantity": 50,
            "unit_cost": 40,
            "ramp_months": 2,
            "support_cost": 1,
        },
        {
            "name": "Calls",
            "kind": "metered",
            "list_price": 2,
            "discount": 0,
            "quantity": 1000,
            "unit_cost": 0.8,
            "ramp_months": 1,
            "demand_cv": 0.3,
        },
        {
            "name": "Set-up",
            "kind": "one-off",
            "list_price": 9000,
            "discount": 0.1,
            "quantity": 1,
            "unit_cost": 7000,
            "delivery_months": 2,
        },
    ],
    "trades": [
        {
            "id": "T1",
            "response": "yes",
            "asks": [{"lever": "payment_days", "to": 60}],
            "counters": [{"lever": "term_months", "to": 36}],
        },
        {
            "id": "T2",
            "response": "yes",
            "asks": [{"lever": "discount", "line": "Seats", "to": 0.1}],
            "counters": [{"lever": "billing_in_advance", "to": 1}],
        },
        {"id": "T3", "response": "no", "asks": [{"lever": "liability_cap_multiple", "to": None}], "counters": []},
    ],
    "limits": [
        {"lever": "discount", "rep_to": 0.1, "manager_to": 0.2, "never_beyond": 0.3, "step": 0.005, "ask_up_to": 0},
        {"lever": "payment_days", "rep_to": 45, "manager_to": 90, "never_beyond": 120, "step": 5, "ask_up_to": 14},
        {"lever": "term_months", "rep_to": 24, "manager_to": 12, "never_beyond": 6, "step": 6, "ask_up_to": 60},
        {"lever": "quantity", "line": "Seats", "step": 5, "ask_up_to": 80},
    ],
    "policy": {
        "required_ratio": 1,
        "soft_share_cap": 0.25,
        "minimum_margin": 0.2,
        "manager_early_above": 500000,
        "stalls_allowed": 1,
        "currency": "EUR",
    },
}


def small_deal() -> dict[str, TableRows]:
    """The tables of the test's deal: its own lines, trades and limits on the standard terms and assumptions."""
    from .examples import load_example

    return table_rows({**load_example("blank"), **_DOCUMENT})


@dataclass(frozen=True)
class _Case:
    """One function: how it is asked in the sheet, what it must say, and how large its answer is."""

    name: str
    formula: str
    expected: Sequence[Sequence[Any]]


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    page = pen.open(
        SELF_TEST, "Self-test", "Every function, asked about the small deal below, beside what it must say."
    )
    page.set_column(0, 0, 24)
    page.set_column(1, 4, 22)
    places = _tables(pen, page, small_deal())
    cases = _cases(places, pen.family)
    for place, words in enumerate(
        ("Function", "Says", "PASS, or where it differs", "Found there", "Expected there"), 1
    ):
        page.write_string(_FIRST - 2, place - 1, words, pen.styles.header(is_input=False))
    column = _LIVE_COLUMN
    for row, case in enumerate(cases, _FIRST):
        column = _case(pen, page, row, column, case)
    last = _FIRST + len(cases) - 1
    verdicts = area(_FIRST, 3, last, 3)
    passed = f'COUNTIF({verdicts},"PASS")'
    count = len(cases)
    differ = f'{count}-{passed}&" of {count} functions differ"'
    summary = f'=IF({passed}={count},"PASS: all {count} functions say what they must",{differ})'
    page.write_formula(
        2, 0, summary, pen.styles.get(bold=True, font_size=12), f"PASS: all {len(cases)} functions say what they must"
    )
    for text, (fill, ink) in (("PASS", GOOD), ("differs", BAD)):
        look = pen.book.add_format({"bg_color": fill, "font_color": ink})
        page.conditional_format(
            _FIRST - 1, 2, last - 1, 2, {"type": "text", "criteria": "begins with", "value": text, "format": look}
        )
    pen.close(page)


def _tables(pen: Pen, page: Worksheet, rows: Mapping[str, TableRows]) -> dict[str, str]:
    """The tables of the small deal, one below the other, and the address of each."""
    top, places = _TABLES_TOP, {}
    for spec in TABLES:
        cells = with_header(spec, _filled(spec, rows[spec.name]))
        for number, line in enumerate(cells):
            for place, value in enumerate(line):
                look = pen.styles.get(num_format="yyyy-mm-dd") if isinstance(value, datetime.date) else pen.styles.get()
                pen.put(page, top + number, 1 + place, value, look)
        places[spec.name] = area(top, 1, top + len(cells) - 1, len(cells[0]))
        top += len(cells) + 1
    return places


def _filled(spec: TableSpec, rows: TableRows) -> TableRows:
    """The rows of a table without the empty ones at its end; one empty row at least."""
    last = max((number for number, row in enumerate(rows, 1) if any(value is not None for value in row)), default=1)
    return rows[:last]


_SINGLE: dict[str, tuple[Any, str]] = {
    "lever": ("payment_days", '"payment_days"'),
    "line": (None, '""'),
    "to": (60.0, "60"),
    "trade": ("T2", '"T2"'),
    "show": ("yes", '"yes"'),
    "language": ("en", '"en"'),
    "as_of": (AS_OF, f"DATE({AS_OF.year},{AS_OF.month},{AS_OF.day})"),
}
"""Arguments that are no ranges: the value, and how a formula spells it."""


def _asked(entry: CatalogueFunction) -> list[Argument]:
    """The arguments that a function is asked with: all before the seals and approvals, which this deal has not."""
    return list(takewhile(lambda argument: not (argument.optional and argument.is_range), entry.arguments))


def _cases(places: Mapping[str, str], family: str) -> list[_Case]:
    """Every function of the catalogue with arguments for each."""
    prefix = "_xldudf_" if family == LITE else ""
    cases = []
    for entry, expected in zip(functions.catalogue(), _answers(), strict=True):
        words = [_SINGLE.get(one.name, (None, places.get(one.name.capitalize(), "")))[1] for one in _asked(entry)]
        cases.append(_Case(entry.name, f"={prefix}{entry.name}({','.join(words)})", expected))
    return cases


@cache
def _answers() -> tuple[Sequence[Sequence[Any]], ...]:
    """What each function of the catalogue says of the small deal. The same for every workbook, so it is asked once."""
    rows = small_deal()
    ranges = {spec.name.lower(): with_header(spec, _filled(spec, rows[spec.name])) for spec in TABLES}
    answers = []
    for entry in functions.catalogue():
        found = entry.call(*(_SINGLE.get(one.name, (ranges.get(one.name), ""))[0] for one in _asked(entry)))
        answers.append(found if isinstance(found, list) else [[found]])
    return tuple(answers)


def _case(pen: Pen, page: Worksheet, row: int, column: int, case: _Case) -> int:
    """One row: the live array far to the right, the expected one beside it, and the comparison. Returns the next free column."""
    height, width = len(case.expected), len(case.expected[0])
    plain = pen.styles.get()
    top, beside = _FIRST, column + width + 1
    page.write_dynamic_array_formula(
        top - 1, column - 1, top + height - 2, column + width - 2, case.formula, plain, case.expected[0][0]
    )
    for number, line in enumerate(case.expected):
        for place, value in enumerate(line):
            if number or place:
                _value(page, top - 1 + number, column - 1 + place, value, plain)
            _value(page, top - 1 + number, beside - 1 + place, value, plain)
    live = area(top, column, top + height - 1, column + width - 1)
    wanted = area(top, beside, top + height - 1, beside + width - 1)
    # A number may differ by a rounding of the machine; a text, joined with nothing, must be the same.
    differs = (
        f"SUMPRODUCT(--IF(ISNUMBER({wanted}),IF(ISNUMBER({live}),ABS({live}-{wanted})>0.005,TRUE),"
        f'IFERROR({live}&"","error")<>{wanted}&""))'
    )
    first = cell(top, column)
    page.write_string(row - 1, 0, case.name, pen.styles.get(bold=True))
    said = case.expected[0][0]
    page.write_formula(row - 1, 1, f'=IFERROR({_readable(first)},"not live")', plain, _as_text(said))
    page.write_array_formula(
        row - 1,
        2,
        row - 1,
        2,
        f'{{=IFERROR(IF({differs}=0,"PASS","differs in "&{differs}&" of {height * width} cells"),"differs: not live")}}',
        plain,
        "PASS",
    )
    page.write_formula(row - 1, 3, f'=IFERROR({_readable(first)},"not live")', plain, _as_text(said))
    page.write_formula(row - 1, 4, f"={_readable(cell(top, beside))}", plain, _as_text(said))
    return beside + width + 1


def _readable(place: str) -> str:
    """A cell as text that is the same in every host: a number with two decimals."""
    return f'IF(ISNUMBER({place}),FIXED({place},2),{place}&"")'


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:,.2f}"


def _value(page: Worksheet, row: int, column: int, value: Any, look: Any) -> None:
    if isinstance(value, str):
        page.write_string(row, column, value, look)
    else:
        page.write_number(row, column, cached(float(value)), look)
