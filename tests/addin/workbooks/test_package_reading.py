"""Workbooks are read alike, whoever saved them and in whichever of the allowed forms."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwings
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.formula import ArrayFormula

from counterask_addin.workbooks.addresses import Rectangle
from counterask_addin.workbooks.formulas import shifted
from counterask_addin.workbooks.read_cells import CellError, WorkbookCell, WorkbookCells, read_workbook
from counterask_addin.workbooks.styles import shows_date

from .handmade_package import (
    HEAD,
    MAIN,
    OFFICE,
    RELATIONS,
    SHEET,
    STRICT_MAIN,
    STRICT_OFFICE,
    parts_of,
    relations,
    sheet,
    styles,
    zipped,
)

Read = Callable[..., WorkbookCells]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a workbook made of the given parts."""

    def from_parts(parts: dict[str, str | bytes], **options: object) -> WorkbookCells:
        path = tmp_path / "hand.xlsx"
        path.write_bytes(zipped(parts))
        return read_workbook(path, **options)  # type: ignore[arg-type]

    return from_parts


def values(book: WorkbookCells) -> dict[tuple[int, int], object]:
    """The values of the first sheet."""
    return {place: cell.value for place, cell in book.sheets[0].cells.items()}


def as_openpyxl_reads(path: Path) -> dict[str, dict[tuple[int, int], tuple[object, str | None]]]:
    """Value and formula of every filled cell of every sheet."""
    formulas, cached = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    found: dict[str, dict[tuple[int, int], tuple[object, str | None]]] = {}
    for page in formulas.worksheets:
        cells = found[page.title] = {}
        for row in page.iter_rows():
            for cell in row:
                value = cached[page.title].cell(cell.row, cell.column).value
                if isinstance(value, datetime.time):
                    value = datetime.datetime.combine(datetime.date(1899, 12, 30), value)
                text = cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value
                formula = str(text).removeprefix("=") if cell.data_type == "f" else None
                if value is not None or formula is not None:
                    cells[cell.row, cell.column] = (value, formula)
    return found


def drawn_by_xlsxwriter(path: Path) -> Path:
    """A workbook with about everything that a cell can hold."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Deal's terms")
        day = book.add_format({"num_format": "d mmm yyyy"})
        money = book.add_format({"num_format": '#,##0.00 "days";[Red]-#,##0.00'})
        page.write_row(0, 0, ["plain", 12.5, True, "two\nlines & <marks>", " spaced ", '"quoted" 🚚', -1e-9, 1e300])
        page.write_datetime(1, 0, datetime.datetime(2026, 3, 1, 14, 30), day)
        page.write_number(1, 1, 46_000.5, money)
        page.write_formula(1, 2, "=B1*2", None, 25)
        page.write_formula(1, 3, '="a"&"b"', None, "ab")
        page.write_formula(1, 4, "=1/0", None, "#DIV/0!")
        page.write_formula(1, 5, "=B1>1", None, True)
        page.write_array_formula("A4:B5", "{=A1:B2}", None, 3)
        page.write_dynamic_array_formula("D4:D6", "=SORT(B1:B3)", None, 4)
        page.write_rich_string(6, 0, "bold ", book.add_format({"bold": True}), "claim", " and plain")
        page.write_blank(7, 0, None, money)
        page.write_url(8, 0, "https://example.com/?a=b&c=d", string="link")
        other = book.add_worksheet("Other")
        other.write_column(0, 0, [1, 2, 3])
    return path


def test_what_xlsxwriter_saved_reads_as_openpyxl_reads_it(tmp_path: Path) -> None:
    path = drawn_by_xlsxwriter(tmp_path / "drawn.xlsx")
    for sheet_cells in read_workbook(path).sheets:
        expected = as_openpyxl_reads(path)[sheet_cells.name]
        assert {place: (cell.value, cell.formula) for place, cell in sheet_cells.cells.items()} == expected


def test_what_openpyxl_saved_again_has_the_same_inputs_and_no_cached_values(tmp_path: Path) -> None:
    path = drawn_by_xlsxwriter(tmp_path / "drawn.xlsx")
    openpyxl.load_workbook(path).save(tmp_path / "again.xlsx")
    first, again = read_workbook(path).sheets[0].cells, read_workbook(tmp_path / "again.xlsx").sheets[0].cells
    for place, cell in first.items():
        assert again[place].formula == cell.formula
        assert again[place].has_value == (cell.formula is None)
        assert again[place].value == (cell.value if cell.formula is None else None)


@pytest.mark.parametrize("name", ["quickstart.xlsm", "quickstart_standalone.xlsm"])
def test_what_excel_saved_reads_as_openpyxl_reads_it(name: str) -> None:
    path = Path(xlwings.__file__).with_name(name)
    book = read_workbook(path)
    assert book.has_macros
    for sheet_cells in book.sheets:
        expected = as_openpyxl_reads(path)[sheet_cells.name]
        assert {place: (cell.value, cell.formula) for place, cell in sheet_cells.cells.items()} == expected


def test_array_formulas_say_which_range_they_fill(tmp_path: Path) -> None:
    cells = read_workbook(drawn_by_xlsxwriter(tmp_path / "drawn.xlsx")).sheets[0].cells
    assert (cells[4, 1].array, cells[4, 1].value, cells[4, 2].array) == ("A4:B5", 3, None)
    assert (cells[4, 4].array, cells[4, 4].formula) == ("D4:D6", "_xlfn._xlws.SORT(B1:B3)")


def test_a_strict_workbook_is_read(read: Read) -> None:
    parts = parts_of('<row r="1"><c r="A1" t="d"><v>2026-03-01</v></c><c r="B1"><v>2</v></c></row>')
    strict = {name: text.replace(MAIN, STRICT_MAIN).replace(OFFICE, STRICT_OFFICE) for name, text in parts.items()}
    assert values(read(strict)) == {(1, 1): datetime.datetime(2026, 3, 1), (1, 2): 2}


def test_prefixes_absolute_targets_and_odd_part_names_are_read(read: Read) -> None:
    parts: dict[str, str | bytes] = {
        "_rels/.rels": relations(officeDocument="/XL/Book.xml"),
        "xl/book.xml": f'<b:workbook xmlns:b="{MAIN}" xmlns:rel="{OFFICE}"><!-- note --><b:sheets>'
        '<b:sheet name="S" rel:id="rId1" sheetId="1"/></b:sheets></b:workbook>',
        "xl/_rels/book.xml.rels": relations(worksheet="/xl/my%20sheets/one.xml", sharedStrings="../xl/words.xml"),
        "xl/my sheets/one.xml": f'<s:worksheet xmlns:s="{MAIN}"><s:sheetData><!-- x --><s:row r="3"><?y z?><!-- x -->'
        '<s:c r="C3" t="s"><!-- x --><s:v>0</s:v></s:c></s:row></s:sheetData></s:worksheet>',
        "xl/words.xml": f'<w:sst xmlns:w="{MAIN}"><w:si><w:t>word</w:t></w:si></w:sst>',
    }
    assert values(read(parts)) == {(3, 3): "word"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "utf-8-sig"])
def test_every_allowed_encoding_is_read(read: Read, encoding: str) -> None:
    said = encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
    text = sheet('<row r="1"><c r="A1" t="str"><v>Zürich</v></c></row>').replace("UTF-8", said)
    parts: dict[str, str | bytes] = {**parts_of(), SHEET: text.encode(encoding)}
    assert values(read(parts)) == {(1, 1): "Zürich"}


def test_texts_are_whole_runs_without_phonetic_hints_and_with_their_odd_letters(read: Read) -> None:
    strings = (
        f'{HEAD}<sst xmlns="{MAIN}"><si><r><rPr><b/></rPr><t>bold</t></r><r><t xml:space="preserve"> and </t></r></si>'
        '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>'
        "<si><t>a_x000D_b_x005F_x000D_</t></si><si/></sst>"
    )
    rows = '<row r="1">' + "".join(f'<c r="{c}1" t="s"><v>{n}</v></c>' for n, c in enumerate("ABCD")) + "</row>"
    assert values(read(parts_of(rows, sharedStrings=strings))) == {
        (1, 1): "bold and ",
        (1, 2): "東京",
        (1, 3): "a\rb_x000D_",
        (1, 4): "",
    }


def test_dates_are_told_by_their_number_format(read: Read) -> None:
    codes = ["14", "22", "46", "2", "d/m/yyyy;@", "[h]:mm", "[$-409]mmm yy", "0 &quot;days&quot;", "[Red]0.00", "hh:mm"]
    numbers = "".join(f'<c r="{chr(65 + n)}1" s="{n + 1}"><v>1.5</v></c>' for n in range(len(codes)))
    found = values(read(parts_of(f'<row r="1">{numbers}</row>', styles=styles(*codes))))
    are_dates = {codes[column - 1] for (_, column), value in found.items() if isinstance(value, datetime.datetime)}
    assert are_dates == {"14", "22", "d/m/yyyy;@", "[$-409]mmm yy", "hh:mm"}


@pytest.mark.parametrize(
    ("serial", "from_1904", "date"),
    [
        (1, False, datetime.datetime(1900, 1, 1)),
        (59, False, datetime.datetime(1900, 2, 28)),
        (61, False, datetime.datetime(1900, 3, 1)),
        (46_082.75, False, datetime.datetime(2026, 3, 1, 18)),
        (46_082.1234567, False, datetime.datetime(2026, 3, 1, 2, 57, 46, 659_000)),
        (44_620, True, datetime.datetime(2026, 3, 1)),
        (2_958_465, False, datetime.datetime(9999, 12, 31)),
        (2_958_466, False, 2_958_466.0),
        (-1, False, -1.0),
    ],
)
def test_serial_numbers_are_dates_of_their_own_calendar(
    tmp_path: Path, serial: float, from_1904: bool, date: object
) -> None:
    parts = parts_of(f'<row r="1"><c r="A1" s="1"><v>{serial}</v></c></row>', styles=styles("14"))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        "<sheets>", f'<workbookPr date1904="{int(from_1904)}"/><sheets>'
    )
    path = tmp_path / "dates.xlsx"
    path.write_bytes(zipped(parts))
    book = read_workbook(path)
    assert book.counts_from_1904 == from_1904
    assert values(book) == {(1, 1): date}


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("General", False),
        ("0.00E+00", False),
        ("#,##0\\ \\d", False),
        ("yyyy", True),
        ("m:ss.0", True),
        ("[mm]:ss", False),
    ],
)
def test_a_number_format_shows_a_date_or_not(code: str, is_date: bool) -> None:
    assert shows_date(code) == is_date


def test_every_kind_of_cell_is_told_apart(read: Read) -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c><c r="B1" t="e"><v>#N/A</v></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c><c r="D1"><f>1+1</f></c><c r="E1"><f>1+1</f><v></v></c>'
        '<c r="F1" t="b"><v>1</v></c><c r="G1" s="3"/><c r="H1" t="n"><v> 7 </v></c><c r="I1" t="s"/></row>'
    )
    cells = read(parts_of(rows)).sheets[0].cells
    assert cells[1, 1] == WorkbookCell("ab")
    assert cells[1, 2].value == "#N/A" and isinstance(cells[1, 2].value, CellError)
    assert cells[1, 3] == WorkbookCell("", '""')
    assert cells[1, 4] == cells[1, 5] == WorkbookCell(None, "1+1", False)
    assert cells[1, 6].value is True
    assert cells[1, 8].value == 7
    assert set(cells) == {(1, column) for column in (1, 2, 3, 4, 5, 6, 8)}


def test_cells_and_rows_without_addresses_follow_the_ones_before(read: Read) -> None:
    rows = "<row><c/><c><v>1</v></c><c r='E1'><v>2</v></c><c><v>3</v></c></row><row r='4'/><row><c><v>4</v></c></row>"
    assert values(read(parts_of(rows))) == {(1, 2): 1, (1, 5): 2, (1, 6): 3, (5, 1): 4}


def test_a_shared_formula_reads_as_if_each_cell_had_its_own(read: Read) -> None:
    rows = (
        '<row r="2"><c r="B2"><f t="shared" ref="B2:B4" si="0">$A2*A$1+SUM(S!A2:A3)</f><v>1</v></c></row>'
        '<row r="3"><c r="B3"><f t="shared" si="0"/><v>2</v></c><c r="C3"><f t="shared" si="9"/><v>3</v></c></row>'
        '<row r="4"><c r="C4"><f t="shared" si="0"/><v>2</v></c></row>'
    )
    cells = read(parts_of(rows)).sheets[0].cells
    assert cells[3, 2].formula == "$A3*A$1+SUM(S!A3:A4)"
    assert cells[4, 3].formula == "$A4*B$1+SUM(S!B4:B5)"
    assert cells[3, 3].formula == ""


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ('IF(A1="B2",LOG10(C3),Rate2)', 'IF(B3="B2",LOG10(D5),Rate2)'),
        ("'A1 sheet'!A1+Sheet1!$B2", "'A1 sheet'!B3+Sheet1!$B4"),
        ("SUM(A:C)+SUM($A:C)+SUM(2:$3)", "SUM(B:D)+SUM($A:D)+SUM(4:$3)"),
        ("Trades[[#This Row],[A1]]+[1]S!A1", "Trades[[#This Row],[A1]]+[1]S!B3"),
        ("1E5+A1E+A1.5", "1E5+A1E+A1.5"),
        ("XFD1048575+A1048576", "A1+B2"),
        ('"a""B1"&B1', '"a""B1"&C3'),
    ],
)
def test_a_formula_shifts_its_relative_references_and_nothing_else(formula: str, expected: str) -> None:
    assert shifted(formula, rows=2, columns=1) == expected


REFERENCES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "$"]),
    st.sampled_from(["A", "K", "Z", "AA", "AZ", "CV"]),
    st.sampled_from(["", "$"]),
    st.integers(1, 5000),
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(REFERENCES, min_size=1, max_size=5), st.integers(0, 40), st.integers(0, 40))
def test_formulas_shift_as_openpyxl_shifts_them(references: list[str], rows: int, columns: int) -> None:
    formula = "+".join(f"SUM({one}:{one},Rates!{one})" for one in references)
    target = f"{openpyxl.utils.get_column_letter(1 + columns)}{1 + rows}"
    assert f"={shifted(formula, rows, columns)}" == Translator(f"={formula}", "A1").translate_formula(target)


def test_hidden_sheets_rows_and_columns_are_told_however_they_were_hidden(tmp_path: Path) -> None:
    path = tmp_path / "hidden.xlsx"
    with xlsxwriter.Workbook(path) as book:
        pages = [book.add_worksheet(name) for name in ("Shown", "Hidden", "Deep")]
        pages[1].hide()
        pages[2].very_hidden()
        pages[0].set_row(4, None, None, {"hidden": True})
        pages[0].set_row(6, 0)
        pages[0].set_column("C:D", None, None, {"hidden": True})
        pages[0].set_column("G:G", 0)
        pages[0].write("C5", 1)
    read = read_workbook(path)
    assert [(one.name, one.state) for one in read.sheets] == [
        ("Shown", "visible"),
        ("Hidden", "hidden"),
        ("Deep", "veryHidden"),
    ]
    assert (read.sheets[0].hidden_rows, read.sheets[0].hidden_columns) == ({5, 7}, {3, 4, 7})


def test_names_and_references_stand_for_rectangles(tmp_path: Path) -> None:
    path = tmp_path / "names.xlsx"
    with xlsxwriter.Workbook(path) as book:
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=Plain!$A$1:$A$3"})
        book.add_chartsheet("Chart").set_chart(chart)
        book.add_worksheet("It's")
        book.add_worksheet("Plain")
        for name, refers in {
            "Lines": "='It''s'!$B$3:$D$9",
            "One": "=Plain!$A$1",
            "Two": "=Plain!$A$1,Plain!$C$3",
            "Plain!Own": "=Plain!$C$3:$D$4",
            "Gone": "=Plain!#REF!",
            "Rate": "=0.5",
        }.items():
            book.define_name(name, refers)
    read = read_workbook(path)
    assert read.rectangle("lines") == read.rectangle("'it''s'!$B$3:$D$9") == Rectangle("It's", 3, 2, 9, 4)
    assert read.rectangle("One") == read.rectangle("Plain!A1") == Rectangle("Plain", 1, 1, 1, 1)
    assert read.rectangle("Own") == read.rectangle("Plain!$D$4:$C$3") == Rectangle("Plain", 3, 3, 4, 4)
    assert read.sheet_names["plain", "own"] == "Plain!$C$3:$D$4"
    for other in ("Two", "Gone", "Rate", "Unknown", "Nowhere!A1", "Plain!XFE1", "Plain!A1048577"):
        assert read.rectangle(other) is None


def test_only_the_sheets_that_are_asked_for_are_read(tmp_path: Path) -> None:
    path = drawn_by_xlsxwriter(tmp_path / "drawn.xlsx")
    read = read_workbook(path, sheets=["OTHER"])
    assert [(one.name, bool(one.cells)) for one in read.sheets] == [("Deal's terms", False), ("Other", True)]


def test_links_to_other_workbooks_and_macros_are_told(read: Read) -> None:
    parts: dict[str, str | bytes] = {**parts_of('<row r="1"><c r="A1"><f>[1]S!A1</f><v>5</v></c></row>')}
    assert not read(parts).has_macros
    parts["xl/_rels/workbook.xml.rels"] = relations(
        worksheet="worksheets/sheet1.xml", externalLink="externalLinks/externalLink1.xml", vbaProject="vbaProject.bin"
    )
    parts["xl/externalLinks/externalLink1.xml"] = "<never read/>"
    parts["xl/vbaProject.bin"] = b"never run"
    book = read(parts)
    assert (book.has_macros, book.external_links) == (True, ("xl/externalLinks/externalLink1.xml",))
    assert values(book) == {(1, 1): 5}


def test_a_sheet_outside_the_file_is_never_fetched(read: Read) -> None:
    parts: dict[str, str | bytes] = {**parts_of()}
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" TargetMode="External" '
        f'Type="{OFFICE}/worksheet" Target="https://example.com/sheet1.xml"/></Relationships>'
    )
    with pytest.raises(Exception, match='found no part for the sheet "S"'):
        read(parts)


def test_reading_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = drawn_by_xlsxwriter(tmp_path / "drawn.xlsx")
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    read_workbook(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [path]
    with zipfile.ZipFile(io.BytesIO(before[0])) as package:
        assert package.testzip() is None
