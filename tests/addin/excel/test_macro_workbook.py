"""The macro-enabled quote and the add-in: their parts, their VBA, and LibreOffice opening them."""

import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from lxml import etree
from oletools.olevba import VBA_Parser

from counterask.functions import catalogue
from counterask_addin.excel.macro_workbook import (
    FUNCTIONS,
    SETTINGS,
    build_xlam,
    build_xlsm,
    classic_modules,
    counterask_modules,
)
from counterask_addin.excel.package import PackageError, read_parts, write_parts
from counterask_addin.excel.ribbon import BUTTONS, RIBBON_MODULE, help_module, ribbon_module, ribbon_xml
from counterask_addin.excel.vba_project import VbaProjectError, read_project
from counterask_addin.excel.wrappers import ArgumentHelp, FunctionHelp, make_wrappers
from counterask_addin.excel.xlwings_vba import vba_version, xlwings_modules, xlwings_project, xlwings_version

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CUSTOM_UI = "{http://schemas.microsoft.com/office/2009/07/customui}"


@pytest.fixture(scope="module")
def modules():
    return classic_modules("quote.xlsm")


@pytest.fixture
def plain(tmp_path):
    path = tmp_path / "plain.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.calc_on_load = False
        quote, trades = book.add_worksheet("Quote"), book.add_worksheet("Trades")
        quote.write("A1", "Acme")
        quote.set_tab_color("green")  # this sheet has properties already, the other has none
        trades.write_dynamic_array_formula("A1:A1", "=DEAL_VALUE(Lines,Terms)", None, 42)
        book.define_name("Lines", "=Quote!$A$1:$B$2")
    return path


@pytest.fixture
def macro_book(plain, modules):
    target = plain.with_name("quote.xlsm")
    build_xlsm(plain, target, modules)
    return target


def _vba(path):
    with zipfile.ZipFile(path) as package:
        return read_project(package.read("xl/vbaProject.bin"))


def test_oletools_extracts_exactly_the_modules_that_were_generated(macro_book, modules):
    found = {name: code for _, _, name, code in VBA_Parser(str(macro_book)).extract_macros()}
    for module in modules:
        assert found[f"{module.name}.bas"].replace("\r\n", "\n") == module.source
    assert found["xlwings.bas"].replace("\r\n", "\n") == xlwings_modules(xlwings_project())[0].source


def test_every_function_of_the_catalogue_has_its_wrapper_and_its_help(macro_book):
    project = _vba(macro_book)
    for function in catalogue():
        assert f"Function {function.name}(" in project.module("xlwings_udfs").source
        assert f'CallUDF("{FUNCTIONS}", "{function.name}"' in project.module("xlwings_udfs").source
        assert f'Describe "{function.name}"' in project.module("CounteraskHelpTexts").source


def test_workbook_and_add_in_carry_the_vba_of_the_installed_xlwings(macro_book, modules, tmp_path):
    build_xlam(tmp_path / "counterask.xlam", modules)
    assert (
        vba_version(_vba(macro_book)) == vba_version(_vba(tmp_path / "counterask.xlam")) == xlwings_version()
    )


def test_the_same_source_gives_the_same_files(plain, modules, tmp_path):
    for name in ("one", "two"):
        build_xlsm(plain, tmp_path / f"{name}.xlsm", modules)
        build_xlam(tmp_path / f"{name}.xlam", modules)
    for kind in ("xlsm", "xlam"):
        assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()


def test_every_sheet_is_tied_to_its_own_module_and_nothing_else_in_it_changes(plain, macro_book):
    documents = [module.name for module in _vba(macro_book).modules if module.kind == "document"]
    assert documents == ["ThisWorkbook", "Sheet1", "Sheet2", "Sheet3"]
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(macro_book) as after:
        names = []
        for part in ("sheet1", "sheet2", "sheetXlwings"):
            sheet = etree.fromstring(after.read(f"xl/worksheets/{part}.xml"))
            names.append(sheet.find(f"{MAIN}sheetPr").get("codeName"))
        assert names == ["Sheet1", "Sheet2", "Sheet3"]
        for part in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
            stripped = after.read(part).replace(b'<sheetPr codeName="Sheet2"/>', b"")
            assert stripped.replace(b' codeName="Sheet1"', b"") == before.read(part)
        for part in ("xl/styles.xml", "xl/metadata.xml", "xl/sharedStrings.xml", "xl/theme/theme1.xml"):
            assert after.read(part) == before.read(part)


def test_dynamic_arrays_cached_values_names_and_calculation_on_load_stay_as_they_were(macro_book):
    with zipfile.ZipFile(macro_book) as package:
        sheet, book = package.read("xl/worksheets/sheet2.xml"), package.read("xl/workbook.xml")
    assert b'cm="1"' in sheet and b"<v>42</v>" in sheet and b"DEAL_VALUE(Lines,Terms)" in sheet
    assert b'fullCalcOnLoad="1"' not in book and b'<definedName name="Lines">' in book
    assert b'codeName="ThisWorkbook"' in book


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        ("xlsm", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        ("xlam", "application/vnd.ms-excel.addin.macroEnabled.main+xml"),
    ],
)
def test_content_types_and_relations_name_the_vba_and_the_ribbon(
    plain, modules, tmp_path, kind, content_type
):
    target = tmp_path / f"counterask.{kind}"
    build_xlsm(plain, target, modules) if kind == "xlsm" else build_xlam(target, modules, version="1.2.3")
    with zipfile.ZipFile(target) as package:
        types = package.read("[Content_Types].xml").decode()
        assert content_type in types and "application/vnd.ms-office.vbaProject" in types
        assert 'Target="vbaProject.bin"' in package.read("xl/_rels/workbook.xml.rels").decode()
        assert 'Target="customUI/customUI14.xml"' in package.read("_rels/.rels").decode()
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))
        if kind == "xlam":
            assert b"1.2.3" in package.read("docProps/core.xml")


def test_the_settings_stand_in_a_hidden_sheet_and_name_no_interpreter(macro_book):
    with zipfile.ZipFile(macro_book) as package:
        book = etree.fromstring(package.read("xl/workbook.xml"))
        sheet = etree.fromstring(package.read("xl/worksheets/sheetXlwings.xml"))
    (settings,) = [s for s in book.iter(f"{MAIN}sheet") if s.get("name") == "xlwings.conf"]
    assert settings.get("state") == "hidden"
    cells = [text.text for text in sheet.iter(f"{MAIN}t")]
    assert dict(zip(cells[::2], cells[1::2], strict=True)) == dict(SETTINGS)
    assert SETTINGS["UDF Modules"] == FUNCTIONS
    assert not [key for key in SETTINGS if "interpreter" in key.lower()]


def test_every_button_calls_a_procedure_that_is_there():
    ribbon = etree.fromstring(ribbon_xml())
    labels = [button.get("label") for button in ribbon.iter(f"{CUSTOM_UI}button")]
    assert labels == [
        "New quote",
        "Value now",
        "Counter-asks",
        "Show the math",
        "Client copy",
        "Check",
        "Help",
    ]
    called = [button.get("onAction") for button in ribbon.iter(f"{CUSTOM_UI}button")]
    called.append(ribbon.find(f".//{CUSTOM_UI}tab").get("getVisible"))
    for callback in called:
        module, _, procedure = callback.partition(".")
        assert module == RIBBON_MODULE
        assert f"Public Sub {procedure}(control As IRibbonControl" in ribbon_module().source
    assert len(BUTTONS) == 7


def test_no_cell_address_stands_in_the_vba_of_the_buttons():
    assert "Range(" not in ribbon_module().code.replace("As Range", "").replace("UsedRange", "")


def test_a_source_that_is_no_plain_workbook_is_refused_with_a_sentence(plain, macro_book, modules, tmp_path):
    with pytest.raises(PackageError, match="holds VBA already"):
        build_xlsm(macro_book, tmp_path / "x.xlsm", modules)
    with pytest.raises(PackageError, match="cannot be read|not a workbook"):
        build_xlsm(Path(__file__), tmp_path / "x.xlsm", modules)
    assert not (tmp_path / "x.xlsm").exists()


def test_help_texts_are_quoted_cut_where_excel_cuts_and_refused_where_vba_has_no_letter():
    long = FunctionHelp("F", 'Says "≤ 5". ' + "word " * 80, "counterask", (ArgumentHelp("a", "x", False),))
    source = help_module([long]).source
    assert '"Says ""<= 5"". word' in source
    assert all(len(line) < 300 for line in source.split("\n"))
    with pytest.raises(VbaProjectError, match="one line"):
        help_module([FunctionHelp("F", "two\nlines", "c", ())])


def _modules_in(converted):
    """The Basic modules of a workbook in LibreOffice's own format, by name."""
    with zipfile.ZipFile(converted) as package:
        return {
            Path(name).stem: "".join(etree.fromstring(package.read(name)).itertext())
            for name in package.namelist()
            if name.startswith("Basic/") and "script-" not in name
        }


@pytest.mark.parametrize("kind", ["xlsm", "xlam"])
def test_libreoffice_opens_it_with_all_its_modules(kind, plain, modules, resave, tmp_path):
    target = tmp_path / "quote.xlsm"
    build_xlsm(plain, target, modules) if kind == "xlsm" else build_xlam(target, modules)
    if kind == "xlam":
        # LibreOffice opens nobody's add-ins, only workbooks: the same parts under the content type of a workbook.
        parts = read_parts(target)
        types = parts["[Content_Types].xml"].replace(b"vnd.ms-excel.addin.", b"vnd.ms-excel.sheet.")
        write_parts(target, {**parts, "[Content_Types].xml": types})
    found = _modules_in(resave(target, tmp_path / "converted", "ods"))
    for module in (*modules, xlwings_modules(xlwings_project())[0]):
        wanted = [line.rstrip() for line in module.code.strip().split("\n")]
        assert [line.rstrip() for line in found[module.name].strip().split("\n")][-len(wanted) :] == wanted


def test_the_wrappers_of_a_module_of_any_kind_build_as_well(plain, tmp_path):
    wrappers = make_wrappers("sample_functions", path=[Path(__file__).parent])
    build_xlsm(plain, tmp_path / "sample.xlsm", counterask_modules(wrappers))
    assert "Function DEAL_SAMPLE(" in _vba(tmp_path / "sample.xlsm").module("xlwings_udfs").source
