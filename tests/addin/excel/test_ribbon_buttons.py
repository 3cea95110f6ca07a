"""What a button does on Python's side, started as Excel starts it."""

import os
import re
import subprocess
import sys

from counterask_addin.excel import buttons
from counterask_addin.excel.package import read_parts
from counterask_addin.excel.ribbon import ribbon_module
from counterask_addin.lite.embed import lite_properties
from counterask_addin.workbooks.read_cells import read_workbook
from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example


def _pressed(tmp_path, *arguments, **environment):
    report = tmp_path / "report.txt"
    passed = [*arguments[:1], str(report), *arguments[1:]]
    code = f"import sys; sys.path[:] = {sys.path!r}; from counterask_addin.excel.buttons import main; "
    code += f"raise SystemExit(main({passed!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, **environment},
    )
    raw = report.read_bytes()
    assert raw.startswith(b"\xff\xfe")  # the mark by which Excel's FileSystemObject knows UTF-16
    opened, _, told = raw.decode("utf-16").partition("\n")
    return done.returncode, opened, told


def test_new_writes_a_quote_and_names_it_for_excel_to_open(tmp_path):
    book = tmp_path / "Ängström – Ωmega 5%.xlsm"
    book.write_bytes(b"the file that Excel asked whether to replace")
    code, opened, told = _pressed(tmp_path, "new", str(book))
    assert (code, opened, told) == (0, str(book), ""), told
    assert "xl/vbaProject.bin" in read_parts(book)


def test_new_on_a_mac_writes_a_quote_for_xlwings_lite(tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(buttons.subprocess, "run", lambda command, check: started.append(command))
    book = tmp_path / "quote.xlsx"
    buttons.press_on_mac("new", str(book))
    assert started == [["open", str(book)]]
    assert "main.py" in lite_properties(book)


def test_new_quote_asks_for_a_workbook_with_macros_so_that_no_formula_is_linked_to_a_persons_add_in():
    saved_as = ribbon_module().source.partition("CounteraskNewQuote")[2].partition("End Sub")[0]
    assert 'InitialFileName:="quote.xlsm"' in saved_as and "*.xlsm" in saved_as


def test_the_buttons_show_ranges_that_a_quote_has(tmp_path):
    book = tmp_path / "quote.xlsx"
    book.write_bytes(draw_quote())
    shown = re.findall(r'^ +ShowPlace "(\w+)"$', ribbon_module().source, re.MULTILINE)
    assert len(shown) == 3 and set(map(str.lower, shown)) <= set(read_workbook(book).names)


def test_doctor_tells_its_findings_without_colours(tmp_path):
    code, opened, told = _pressed(tmp_path, "doctor")
    assert code == 0 and opened == ""
    assert "could not be checked." in told and "\x1b" not in told


def test_a_verb_that_fails_tells_its_sentence_and_opens_nothing(tmp_path):
    code, opened, told = _pressed(tmp_path, "value", str(tmp_path / "none.xlsx"))
    assert code == 2 and opened == ""
    assert "none.xlsx" in told and "Traceback" not in told


def test_check_names_numbers_as_this_excel_takes_them(tmp_path):
    document = {**load_example("software")}
    document["lines"] = [{**line, "discount": 12.5} for line in document["lines"]]
    book = tmp_path / "quote.xlsx"
    book.write_bytes(draw_quote(document))
    for sign, said in ((",", "Type 12,5% (or 0,125)"), (".", "Type 12.5% (or 0.125)")):
        _, _, told = _pressed(tmp_path, "check", str(book), COUNTERASK_DECIMAL_SIGN=sign)
        assert said in " ".join(told.split())


def test_a_verb_that_is_not_there_says_so(tmp_path):
    code, _, told = _pressed(tmp_path, "no-such-verb", "x.xlsx")
    assert code == 2 and "has no `counterask no-such-verb`" in told


def test_a_client_copy_takes_a_free_name_beside_the_quote(tmp_path):
    book = tmp_path / "acme.xlsm"
    assert buttons._result_of("client-copy", book).name == "acme - client copy.xlsx"
    (tmp_path / "acme - client copy.xlsx").touch()
    assert buttons._result_of("client-copy", book).name == "acme - client copy 2.xlsx"
