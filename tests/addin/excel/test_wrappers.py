"""xlwings' own generator and call path, run on this system beside stand-ins for pywin32."""

import sys
from pathlib import Path

import pytest

from counterask_addin.excel.wrappers import WrapperError, call_through_xlwings, make_wrappers

HERE = [Path(__file__).parent]
SAMPLE = "sample_functions"


def test_a_wrapper_calls_the_python_function_by_module_and_name():
    wrappers = make_wrappers(SAMPLE, path=HERE)
    assert "Function DEAL_SAMPLE(terms, Optional factor)" in wrappers.source
    assert (
        'XLPy.CallUDF("sample_functions", "DEAL_SAMPLE", Array(terms, factor), ThisWorkbook'
        in wrappers.source
    )
    assert "ActiveWorkbook" in make_wrappers(SAMPLE, "counterask.xlam", HERE).source


def test_the_help_texts_are_those_of_the_decorators():
    sample, seen = make_wrappers(SAMPLE, path=HERE).functions
    assert (sample.name, sample.help, sample.category) == (
        "DEAL_SAMPLE",
        "Every row of the terms, its value multiplied.",
        "counterask samples",
    )
    assert [(a.name, a.is_optional) for a in sample.arguments] == [("terms", False), ("factor", True)]
    assert sample.arguments[0].help == "The terms: two columns, name and value."
    assert seen.name == "DEAL_SEEN"


def test_nothing_of_the_stand_ins_reaches_this_process():
    make_wrappers(SAMPLE, path=HERE)
    assert not [name for name in sys.modules if name.startswith(("pythoncom", "win32", "pywintypes"))]


@pytest.mark.parametrize(
    ("cell", "seen"),
    [
        ([7], "7.0"),
        ([7.5], "7.5"),
        ([None], "None"),
        ([True], "True"),
        (["text"], "'text'"),
        ([{"money": 6.90512345}], "6.90512345"),
        ([{"error": "#N/A"}], "None"),
        ([{"date": "2026-01-31"}], "datetime.datetime(2026, 1, 31, 0, 0)"),
        ([1, 2], "[1.0, 2.0]"),
        (3, "3.0"),
    ],
)
def test_a_cell_arrives_as_excel_for_windows_passes_it(cell, seen):
    assert call_through_xlwings(SAMPLE, [("DEAL_SEEN", [cell])], HERE) == [[[seen]]]


def test_error_cells_come_as_text_where_the_argument_asks_for_it_and_a_missing_one_takes_its_default():
    terms = [["a", 2], ["b", {"error": "#DIV/0!"}], ["c", None]]
    calls = [("DEAL_SAMPLE", [terms, {"missing": True}])]
    assert call_through_xlwings(SAMPLE, calls, HERE) == [
        [["a", 2.0], ["b", "CHECK: '#DIV/0!'"], ["c", "CHECK: None"]]
    ]


def test_money_in_a_currency_format_is_read_whole_beside_dates_and_numbers():
    calls = [("DEAL_SEEN", [[[{"money": 1 / 3}, {"date": "2026-01-31"}, 7.25], [None, "text", {"money": -2.000049}]]])]
    seen = call_through_xlwings(SAMPLE, calls, HERE)
    day = "datetime.datetime(2026, 1, 31, 0, 0)"
    assert seen == [[[f"[[{1 / 3!r}, {day}, 7.25], [None, 'text', -2.000049]]"]]]


def test_an_argument_with_a_name_that_vba_keeps_for_itself_gets_an_underscore(tmp_path):
    (tmp_path / "reserved.py").write_text(
        "import xlwings as xw\n@xw.func\ndef F(lever, to):\n    return to\n"
    )
    wrappers = make_wrappers("reserved", path=[tmp_path])
    assert "Function F(lever, to_)" in wrappers.source and "Array(lever, to_)" in wrappers.source
    assert [argument.name for argument in wrappers.functions[0].arguments] == ["lever", "to_"]
    assert call_through_xlwings("reserved", [("F", ["term_months", 36])], [tmp_path]) == [[[36.0]]]


def test_a_module_that_does_not_import_is_told_with_its_own_words(tmp_path):
    (tmp_path / "broken.py").write_text("raise RuntimeError('no limits table')\n")
    with pytest.raises(WrapperError, match="no limits table"):
        make_wrappers("broken", path=[tmp_path])


def test_a_module_without_functions_is_refused(tmp_path):
    (tmp_path / "empty.py").write_text("")
    with pytest.raises(WrapperError, match="nothing to wrap"):
        make_wrappers("empty", path=[tmp_path])
