"""The real catalogue through the path that Excel for Windows takes: the same tables as a direct call gives.

The arguments are the named ranges of the quote template, as they stand and with cells spoiled in the ways that a
spreadsheet offers: blank, an error, TRUE, a date, a text.
"""

from pathlib import Path

import openpyxl
import pytest

from counterask.functions import catalogue
from counterask_addin.excel.windows_stand_in import ERROR_CODES
from counterask_addin.excel.wrappers import call_through_xlwings

QUOTE = Path(__file__).parents[3] / "workbook_templates" / "quote.xlsx"
SPOILED = [
    None,
    "",
    {"error": "#N/A"},
    {"error": "#DIV/0!"},
    True,
    {"date": "2026-01-31"},
    "net 60",
    1e300,
    -1,
]


@pytest.fixture(scope="module")
def ranges():
    """The values of every named range of the template, a list of rows each."""
    book = openpyxl.load_workbook(QUOTE, data_only=True)
    found = {}
    for name, defined in book.defined_names.items():
        destinations = list(defined.destinations)
        if len(destinations) != 1:  # a name that is computed (OFFSET): no argument of ours
            continue
        ((sheet, address),) = destinations
        cells = book[sheet][address]
        rows = cells if isinstance(cells, tuple) else ((cells,),)
        found[name.lower()] = [[cell.value for cell in row] for row in rows]
    return found


def _arguments(function, ranges):
    given = {
        **ranges,
        "lever": "payment_days",
        "line": None,
        "to": 60,
        "trade": "T1",
        "show": "yes",
        "language": "en",
        "as_of": {"date": "2026-06-30"},
    }
    found = [given[argument.name] for argument in function.arguments]
    return [
        value[0][0] if isinstance(value, list) and not argument.is_range else value
        for value, argument in zip(found, function.arguments, strict=True)
    ]


def _as_a_cell_arrives(value):
    """What a cell's value is once xlwings has read it: numbers as floats, errors as text."""
    import datetime

    if isinstance(value, list):
        return [_as_a_cell_arrives(item) for item in value]
    if isinstance(value, dict):
        return datetime.datetime.fromisoformat(value["date"]) if "date" in value else value["error"]
    if value == "":
        return None
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _table(result):
    rows = result if isinstance(result, list) else [[result]]
    return [list(row) if isinstance(row, list | tuple) else [row] for row in rows]


def _same(one, other):
    assert len(one) == len(other)
    for left, right in zip(one, other, strict=True):
        assert [cell if cell != "" else None for cell in left] == [
            cell if cell != "" else None for cell in right
        ]


def test_every_function_gives_the_table_of_a_direct_call(ranges):
    functions = catalogue()
    calls = [(function.name, _arguments(function, ranges)) for function in functions]
    for function, (_, arguments), result in zip(
        functions, calls, call_through_xlwings("counterask.excel_functions", calls), strict=True
    ):
        _same(_table(result), _table(function.call(*map(_as_a_cell_arrives, arguments))))


@pytest.mark.parametrize("name", ["terms", "trades", "lines"])
def test_a_spoiled_cell_gives_words_or_numbers_and_never_an_exception(ranges, name):
    functions = [function for function in catalogue() if name in [a.name for a in function.arguments]]
    calls, expected = [], []
    for value in SPOILED:
        rows = [list(row) for row in ranges[name]]
        column = 1 if name == "terms" else min(3, len(rows[0]) - 1)
        rows[1][column] = value
        for function in functions:
            arguments = _arguments(function, {**ranges, name: rows})
            calls.append((function.name, arguments))
            expected.append(function.call(*map(_as_a_cell_arrives, arguments)))
    for direct, result in zip(expected, call_through_xlwings("counterask.excel_functions", calls), strict=True):
        _same(_table(result), _table(direct))


def _answers(calls, decimal_sign=""):
    answers = call_through_xlwings("counterask.excel_functions", calls, decimal_sign=decimal_sign)
    return [_table(result) for result in answers]


def _call(name, ranges):
    function = next(function for function in catalogue() if function.name == name)
    return name, _arguments(function, ranges)


def _spoiled_lines(ranges, name, value):
    """The lines of the template, one of them with one cell typed over."""
    lines = [list(row) for row in ranges["lines"]]
    header = [str(cell).lower() for cell in lines[0]]
    place = next(column for column, words in enumerate(header) if words.startswith(name))
    lines[1] = ["Seats", *["recurring"] * 1, *[1] * (len(header) - 2)]
    lines[1][place] = value
    return {**ranges, "lines": lines}


@pytest.mark.parametrize(
    ("sign", "typed", "said"),
    [
        (",", "12,5", "Type 12,5% if 12,5 percent"),
        (".", "12,5", "Type 12.5% if 12.5 percent"),
        (",", 12.5, "Type 12,5% (or 0,125) if 12,5 percent"),
        (".", 12.5, "Type 12.5% (or 0.125) if 12.5 percent"),
    ],
)
def test_a_remedy_names_the_number_in_the_form_that_this_excel_takes(ranges, sign, typed, said):
    (answer,) = _answers([_call("DEAL_VALUE", _spoiled_lines(ranges, "discount", typed))], sign)
    assert said in str(answer)


def test_prices_and_costs_in_a_currency_format_give_the_same_numbers(ranges):
    """Excel hands such cells over as decimals of four places; the sixth place must count."""
    lines = [list(row) for row in ranges["lines"]]
    for row in lines[1:]:
        row[:] = [cell + 1 / 3e6 if isinstance(cell, int | float) and cell > 1 else cell for cell in row]
    in_currency = [
        [{"money": cell} if isinstance(cell, int | float) and not isinstance(cell, bool) else cell for cell in row]
        for row in lines
    ]
    functions = [function for function in catalogue() if "lines" in [a.name for a in function.arguments]]
    plain, money = (
        _answers([(function.name, _arguments(function, {**ranges, "lines": rows})) for function in functions])
        for rows in (lines, in_currency)
    )
    assert plain == money


def test_an_error_cell_is_called_by_its_name(ranges):
    calls = []
    for error in sorted(ERROR_CODES):
        terms = [list(row) for row in ranges["terms"]]
        terms[1][1] = {"error": error}
        deal_value = next(function for function in catalogue() if function.name == "DEAL_VALUE")
        calls.append(("DEAL_VALUE", _arguments(deal_value, {**ranges, "terms": terms})))
    for error, answer in zip(sorted(ERROR_CODES), _answers(calls), strict=True):
        assert f"found the error {error}" in str(answer)
