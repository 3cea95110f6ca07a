"""Our VBA read by a compiler: LibreOffice's, in its VBA mode, compiles every module before it runs one.

LibreOffice knows no `#If`, no ribbon and no DLL, so the branch for Windows is taken by hand, the ribbon's control
becomes an object, and xlwings' module is replaced by the five names of it that ours use.
"""

import re
from dataclasses import replace

import pytest
import xlsxwriter

from counterask_addin.excel.macro_workbook import build_xlsm, classic_modules
from counterask_addin.excel.package import read_parts, write_parts
from counterask_addin.excel.vba_project import read_project, standard_module, write_project

XLWINGS = """Public Const XLWINGS_VERSION As String = "0"
Public Function GetConfig(configKey As String, Optional default As String = "") As Variant
End Function
Public Function GetFullName(wb As Workbook) As String
End Function
Public Function CreateGUID() As String
End Function
Public Function XLPy()
End Function
"""


def _for_windows(code):
    code = re.sub(r"(?ms)^#If Mac Then\n.*?^#Else\n(.*?)^#End If\n", r"\1", code)
    code = re.sub(r"(?ms)^ *#If App = .*?\n(.*?)^ *#Else\n.*?^ *#End If\n", r"\1", code)
    return code.replace("As IRibbonControl", "As Object").replace("#Const", "'")


def _leaves_a_mark(name, folder):
    return f'\nPublic Sub Mark{name}()\n    Open "{folder}/{name}" For Output As #1\n    Close #1\nEnd Sub\n'


@pytest.fixture(scope="module")
def office(plain_calc):
    return plain_calc.office


def _marks(office, tmp_path, extra=""):
    """Names of the modules whose procedure ran, in a workbook with all of our VBA and perhaps a module more."""
    plain, book, folder = tmp_path / "plain.xlsx", tmp_path / "quote.xlsm", tmp_path / "marks"
    folder.mkdir()
    with xlsxwriter.Workbook(plain) as workbook:
        workbook.add_worksheet("Quote")
    ours = classic_modules("quote.xlsm")
    build_xlsm(plain, book, ours)
    parts = read_parts(book)
    project = read_project(parts["xl/vbaProject.bin"])
    codes = {"Xlw": XLWINGS, **{module.name: _for_windows(module.code) for module in ours}}
    if extra:
        codes["Extra"] = extra
    modules = [standard_module(name, code + _leaves_a_mark(name, folder)) for name, code in codes.items()]
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


def test_wrappers_ribbon_and_help_texts_compile(office, tmp_path):
    ran, all_modules = _marks(office, tmp_path)
    assert ran == all_modules and len(all_modules) == 4


def test_one_line_that_does_not_compile_would_have_been_seen(office, tmp_path):
    ran, _ = _marks(office, tmp_path, extra="Sub Broken()\n    y = = 3\nEnd Sub\n")
    assert ran == set()
