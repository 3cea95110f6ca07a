"""Our VBA read by a compiler: LibreOffice's, in its VBA mode, compiles every module before it runs one.

LibreOffice knows no `#If`, no ribbon and no DLL, so the branch for Windows is taken by hand, the ribbon's control
becomes an object, and xlwings' module is replaced by the five names of it that ours use. Its `IsError` does not see an
error in a cell: a text that begins with # counts as one here.
"""

import re
from dataclasses import replace

import pytest
import xlsxwriter

from counterask_addin.excel.macro_workbook import build_xlsm, classic_modules
from counterask_addin.excel.package import read_parts, write_parts
from counterask_addin.excel.ribbon import RIBBON_MODULE
from counterask_addin.excel.vba_project import read_project, standard_module, write_project

XLWINGS = """Public Const XLWINGS_VERSION As String = "0"
Public Function GetConfig(configKey As String, Optional default As String = "") As Variant
End Function
Public Function GetFullName(wb As Workbook) As String
End Function
Public Function CreateGUID() As String
End Function
Public Function XLPy()
    Set XLPy = New Collection
End Function
"""


def _for_windows(code):
    code = re.sub(r"(?ms)^ *#If Mac Then\n.*?^ *#Else\n(.*?)^ *#End If\n", r"\1", code)
    code = re.sub(r"(?ms)^ *#If App = .*?\n(.*?)^ *#Else\n.*?^ *#End If\n", r"\1", code)
    code = re.sub(r"IsError\((place\..+?)\.Value\) Then", r'Left$(\1.Text, 1) = "#" Then', code)
    return code.replace("As IRibbonControl", "As Object").replace("#Const", "'")


def _leaves_a_mark(name, folder):
    return f'\nPublic Sub Mark{name}()\n    Open "{folder}/{name}" For Output As #1\n    Close #1\nEnd Sub\n'


def _writes_down(words, folder):
    return f'Open "{folder}/said" For Output As #2\n    Print #2, {words}\n    Close #2'


@pytest.fixture(scope="module")
def office(plain_calc):
    return plain_calc.office


def _marks(office, tmp_path, extra="", result=1, added="", xlwings=XLWINGS):
    """Names of the modules whose procedure ran, in a workbook with all of our VBA and perhaps a module more.

    result : what the first result of the functions shows. added : a statement to run. xlwings : its module.
    """
    plain, book, folder = tmp_path / "plain.xlsx", tmp_path / "quote.xlsm", tmp_path / "marks"
    folder.mkdir()
    with xlsxwriter.Workbook(plain) as workbook:
        workbook.add_worksheet("Quote").write("A1", result)
        for name in ("Lines", "Terms", "Trades", "Counter_asks", "Trade_results_live"):
            workbook.define_name(name, "=Quote!$A$1:$B$2")
    ours = classic_modules("quote.xlsm")
    build_xlsm(plain, book, ours)
    parts = read_parts(book)
    project = read_project(parts["xl/vbaProject.bin"])
    codes = {"Xlw": xlwings, **{module.name: _for_windows(module.code) for module in ours}}
    if extra:
        codes["Extra"] = extra
    codes[RIBBON_MODULE] = codes[RIBBON_MODULE].replace("MsgBox sentence, vbExclamation, TITLE", _writes_down("sentence", folder))
    modules = [standard_module(name, code + _leaves_a_mark(name, folder)) for name, code in codes.items()]
    if added:
        modules.append(standard_module("Added", f"Public Sub MarkAdded()\n    {added}\nEnd Sub\n"))
        codes["Added"] = added
    documents = [module for module in project.modules if module.kind == "document"]
    for at, module in enumerate(documents):
        documents[at] = replace(module, source=module.source.split("Private Sub")[0])
    parts["xl/vbaProject.bin"] = write_project(replace(project, modules=(*documents, *modules)))
    write_parts(book, parts)
    arguments = (office.property_value("Hidden", True), office.property_value("MacroExecutionMode", 4))
    document = office.desktop.loadComponentFromURL(book.as_uri(), "_blank", 0, arguments)
    for name in codes:
        address = f"vnd.sun.star.script:VBAProject.{name}.Mark{name}?language=Basic&location=document"
        try:
            document.getScriptProvider().getScript(address).invoke((), (), ())
        except Exception as refused:  # a module that does not parse has no procedures to find
            assert "could not be found" in str(refused)
    document.close(True)
    return {path.name for path in folder.iterdir()}, set(codes)


def _said(office, tmp_path, result, procedure="CounteraskCounterAsks", xlwings=XLWINGS):
    """What a button tells the person, in a quote whose first result shows this; None where it tells nothing."""
    _marks(office, tmp_path, result=result, added=f"{RIBBON_MODULE}.{procedure} Nothing", xlwings=xlwings)
    said = tmp_path / "marks/said"
    return said.read_text().strip() if said.exists() else None


def test_wrappers_ribbon_and_help_texts_compile(office, tmp_path):
    ran, all_modules = _marks(office, tmp_path)
    assert ran == all_modules and len(all_modules) == 4


def test_one_line_that_does_not_compile_would_have_been_seen(office, tmp_path):
    ran, _ = _marks(office, tmp_path, extra="Sub Broken()\n    y = = 3\nEnd Sub\n")
    assert ran == set()


def test_a_button_says_that_the_functions_did_not_answer_where_a_result_is_an_error(office, tmp_path):
    said = _said(office, tmp_path, "#NAME?")
    assert said.startswith("The functions did not answer: Trade_results_live shows #NAME?.")


def test_a_button_says_why_python_does_not_start(office, tmp_path):
    dead = XLWINGS.replace("Set XLPy = New Collection", 'Err.Raise 1000, Description:="No such DLL."')
    said = _said(office, tmp_path, 1, xlwings=dead)
    assert said.startswith("The functions did not answer: No such DLL. Press Help")


def test_a_button_says_nothing_where_the_functions_answer(office, tmp_path):
    assert _said(office, tmp_path, 1) is None


def test_a_button_names_the_range_that_a_quote_of_another_version_lacks(office, tmp_path):
    assert "has no range named Explanation" in _said(office, tmp_path, 1, "CounteraskShowTheMath")
