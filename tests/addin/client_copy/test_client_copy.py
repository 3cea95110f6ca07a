"""The client copy holds what was agreed and nothing else; a writer that leaks is caught in every channel.

`COUNTERASK_SECRETS=200` tries that many random quotes with planted secrets instead of 2.
"""

from __future__ import annotations

import html
import io
import json
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from counterask_addin.cli import cli
from counterask_addin.client_copy import copy, sheet
from counterask_addin.client_copy.confidential import Secrets
from counterask_addin.client_copy.leak_scan import scan_workbook
from counterask_addin.client_copy.pdf_scan import scan_pdf
from counterask_addin.client_copy.sheet import Plan, SheetCell
from counterask_addin.workbooks.read_cells import read_workbook
from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*.xlsx"))
DAY = ("--as-of", "2026-11-02")
SECRET = "Zwetschgenknoedel"
CASES = int(os.environ.get("COUNTERASK_SECRETS", "2"))


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, ["client-copy", *map(str, words), *DAY])


def everything(content: bytes) -> str:
    """All that a workbook's bytes say, inflated and with character references resolved."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return html.unescape("\n".join(parts)) + content.decode("latin-1")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_give_a_workbook_and_a_pdf_that_say_the_same(example: Path, language: str, tmp_path: Path) -> None:
    before = example.read_bytes()
    book, page = tmp_path / "proposal.xlsx", tmp_path / "proposal.pdf"
    made = run(example, "-o", book, "--pdf", page, "--language", language)
    assert made.exit_code == 1, made.output
    assert example.read_bytes() == before
    read = read_workbook(book)
    assert [one.name for one in read.sheets] == ["Proposal"] and not read.names
    cells = read.sheets[0].cells.values()
    assert all(cell.formula is None for cell in cells)
    shown = "".join("".join(one.extract_text().split()) for one in PdfReader(page).pages)
    assert all("".join(cell.value.split()) in shown for cell in cells if isinstance(cell.value, str))


def test_what_may_not_stand_is_left_out_and_what_costs_is_named(tmp_path: Path) -> None:
    made = run(ROOT / "examples" / "software.xlsx", "-o", tmp_path / "p.xlsx", "--json")
    settle = {one["trade"]: one["what"] for one in json.loads(made.stdout)["to_settle"]}
    assert "left out" in settle["S5"] and "left out" in settle["S8"]
    assert "unbalanced concession" in settle["S9"] and "nothing is asked" in settle["S4"]
    said = everything((tmp_path / "p.xlsx").read_bytes())
    assert "unlimited" not in said and "Capped at 2× annual value" in said
    assert "0.86" not in said and "37500" not in said and "Marco Ilg" not in said


def test_money_is_converted_only_by_a_rate_that_was_given(tmp_path: Path) -> None:
    quote = ROOT / "examples" / "industrial_supply.xlsx"
    plain = run(quote, "-o", tmp_path / "p.xlsx")
    assert "--rate" in plain.output and "All amounts in EUR; your own currency is GBP." in everything(
        (tmp_path / "p.xlsx").read_bytes()
    )
    run(quote, "-o", tmp_path / "q.xlsx", "--rate", "0.5")
    sheet_cells = read_workbook(tmp_path / "q.xlsx").sheets[0].cells.values()
    values = [cell.value for cell in sheet_cells]
    assert 48000.0 in values and "All amounts in GBP. Converted at EUR 1 = GBP 0.5." in values
    assert run(quote, "-o", tmp_path / "r.xlsx", "--rate", "nan").exit_code == 2


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_a_name_that_begins_like_a_formula_arrives_as_text(start: str, tmp_path: Path) -> None:
    name = f'{start}HYPERLINK("http://x.invalid","a")'
    deal = _without_notes(load_example("staffing"))
    deal["header"] = {"client": name, "currency": "EUR"}
    line = str(deal["lines"][2]["name"])
    deal["lines"][2]["name"] = f"{start}1+1"
    assert line not in json.dumps(deal["trades"])
    quote = tmp_path / "deal.json"
    quote.write_text(json.dumps({**deal, "client": name}))
    made = run(quote, "-o", tmp_path / "p.xlsx", "--pdf", tmp_path / "p.pdf")
    assert made.exit_code == 1, made.output
    cells = read_workbook(tmp_path / "p.xlsx").sheets[0].cells.values()
    assert all(cell.formula is None for cell in cells)
    assert f"{start}1+1".strip() in [cell.value for cell in cells]
    assert b"<f>" not in _sheet_xml(tmp_path / "p.xlsx")


def _without_notes(deal: dict) -> dict:  # type: ignore[type-arg]
    for table in ("stakeholders", "history"):
        deal.pop(table, None)
    return deal


def _sheet_xml(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def test_a_blank_price_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    deal = _without_notes(load_example("staffing"))
    del deal["lines"][0]["list_price"], deal["terms"]["payment_days"]
    quote = tmp_path / "deal.json"
    quote.write_text(json.dumps(deal))
    made = run(quote, "-o", tmp_path / "p.xlsx")
    assert made.exit_code == 2 and "list_price" in made.output and "payment_days" in made.output
    assert not (tmp_path / "p.xlsx").exists()


# ── planted secrets ─────────────────────────────────────────────────────────────────────────────────────
def _planted(number: int, target: Path) -> tuple[Path, list[str]]:
    """An example with random numbers and with secrets in every place where a workbook can hide one."""
    chance = random.Random(number)
    deal = load_example(chance.choice(["staffing", "software", "industrial_supply"]))
    secrets = []
    for line in deal["lines"]:
        line["list_price"] = round(line["list_price"] * chance.uniform(1.0, 1.3), 2)
        line["unit_cost"] = round(line["list_price"] * chance.uniform(0.5, 0.9), 2) + 0.07
        secrets.append(f"{line['unit_cost']:.2f}")
    deal["terms"]["renewal_probability"] = round(chance.uniform(0.51, 0.95), 4) + 0.00007
    secrets.append(f"{deal['terms']['renewal_probability']:.5f}")
    deal["assumptions"]["cost_of_capital"] = round(chance.uniform(0.05, 0.15), 5)
    secrets.append(str(deal["assumptions"]["cost_of_capital"]))
    for key in ("rep", "manager", "quote_number"):
        deal[key] = f"{SECRET}{key}{number}"
    content = draw_quote(deal)
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.properties.creator = book.properties.keywords = f"{SECRET} properties"
    hidden = book.create_sheet(f"{SECRET} sheet"[:31])
    hidden.sheet_state = "veryHidden"
    hidden["A1"], hidden["B2"] = f"{SECRET} in a hidden cell", 987123.45
    hidden["C3"] = 1
    hidden["C3"].number_format = f'0"{SECRET} format"'
    hidden["A1"].comment = openpyxl.comments.Comment(f"{SECRET} comment", f"{SECRET} author")
    hidden.oddHeader.center.text = f"{SECRET} header"
    book.defined_names["Plan"] = openpyxl.workbook.defined_name.DefinedName("Plan", attr_text=f'"{SECRET} name"')
    path = target / f"planted-{number}.xlsx"
    # openpyxl keeps no results of formulas: the planted parts travel, the quote is read from its inputs.
    book.save(path)
    return path, [*secrets, SECRET, "987123.45", "987,123.45"]


@pytest.mark.parametrize("number", range(CASES))
def test_no_planted_secret_is_in_the_copy(number: int, tmp_path: Path) -> None:
    quote, secrets = _planted(number, tmp_path)
    book, page = tmp_path / "p.xlsx", tmp_path / "p.pdf"
    made = run(quote, "-o", book, "--pdf", page)
    assert made.exit_code in (0, 1), made.output
    said = everything(book.read_bytes()) + "".join(one.extract_text() for one in PdfReader(page).pages)
    said += str(PdfReader(page).metadata)
    assert SECRET.encode() not in page.read_bytes()  # numbers are places on the page there
    assert [secret for secret in secrets if secret in said] == []


# ── a writer that leaks ─────────────────────────────────────────────────────────────────────────────────
def _small_plan() -> Plan:
    made = Plan(widths=[20.0, 20.0])
    made.cells = {(0, 0): SheetCell("Proposal", "title"), (1, 0): SheetCell(12.5, "number", "#,##0.0")}
    made.heights = {0: 36.0}
    return made


def _known() -> Secrets:
    known = Secrets()
    known.add(SECRET, "Limits!C7")
    known.add(987123.45, "Margin!B2")
    return known


def _edited(content: bytes, part: str, old: str, new: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            text = source.read(name).decode()
            if name == part:
                assert old in text
                text = text.replace(old, new, 1)
            made.writestr(zipfile.ZipInfo(name), text)
    return target.getvalue()


LEAKS: dict[str, Callable[[bytes], bytes]] = {
    "a cell": lambda old: _edited(old, "xl/worksheets/sheet1.xml", "<v>12.5</v>", "<v>987123.45</v>"),
    "another cell": lambda old: _edited(
        old, "xl/worksheets/sheet1.xml", "</row></sheetData>", '<c r="B2"><v>987123.45</v></c></row></sheetData>'
    ),
    "a formula": lambda old: _edited(old, "xl/worksheets/sheet1.xml", "<v>12.5</v>", f"<f>&quot;{SECRET}&quot;</f><v>12.5</v>"),
    "an inline text": lambda old: _edited(
        old,
        "xl/worksheets/sheet1.xml",
        "</row></sheetData>",
        f'<c r="B2" t="inlineStr"><is><t>{SECRET}</t></is></c></row></sheetData>',
    ),
    "a shared text that no cell uses": lambda old: _edited(
        old, "xl/sharedStrings.xml", "</sst>", f"<si><t>{SECRET}</t></si></sst>"
    ),
    "a number format": lambda old: _edited(old, "xl/styles.xml", "#,##0.0", f"#,##0.0&quot;{SECRET}&quot;"),
    "a font": lambda old: _edited(old, "xl/styles.xml", '<name val="Calibri"/>', f'<name val="{SECRET}"/>'),
    "the author": lambda old: _edited(
        old, "docProps/core.xml", "<dc:creator></dc:creator>", f"<dc:creator>{SECRET}</dc:creator>"
    ),
    "the company": lambda old: _edited(old, "docProps/app.xml", "<Company></Company>", f"<Company>{SECRET}</Company>"),
    "the sheet's name": lambda old: _edited(old, "xl/workbook.xml", 'name="Proposal"', f'name="{SECRET}"'),
    "a defined name": lambda old: _edited(
        old, "xl/workbook.xml", "</sheets>", f'</sheets><definedNames><definedName name="{SECRET}">1</definedName></definedNames>'
    ),
    "a footer": lambda old: _edited(old, "xl/worksheets/sheet1.xml", "</oddFooter>", f" {SECRET}</oddFooter>"),
    "a remark in the XML": lambda old: _edited(old, "xl/workbook.xml", "</workbook>", f"<!--{SECRET}--></workbook>"),
    "an outside link": lambda old: _edited(
        old, "xl/_rels/workbook.xml.rels", "</Relationships>", f'<Relationship Id="r9" Target="http://{SECRET}"/></Relationships>'
    ),
    "another part": lambda old: _with_part(old, "xl/comments1.xml", SECRET),
    "the zip's remark": lambda old: _with_part(old, "", SECRET),
    "behind the end": lambda old: old + SECRET.encode(),
}


def _with_part(content: bytes, name: str, text: str) -> bytes:
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as archive:
        if name:
            archive.writestr(name, text)
        else:
            archive.comment = text.encode()
    return target.getvalue()


@pytest.mark.parametrize("channel", LEAKS)
def test_a_leaking_writer_is_caught(channel: str) -> None:
    made = _small_plan()
    clean = sheet.write(made)
    assert scan_workbook(clean, made, _known()) == []
    found = scan_workbook(LEAKS[channel](clean), made, _known())
    assert found and any(leak.source for leak in found), found


def test_a_leak_leaves_no_file_and_names_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = sheet.plan

    def leaking(proposal: object) -> Plan:
        made = honest(proposal)  # type: ignore[arg-type]
        made.cells[90, 0] = SheetCell("Marco Ilg", "text")
        made.cells[91, 0] = SheetCell(37500.0, "number", "#,##0")
        return made

    monkeypatch.setattr(copy, "plan", leaking)
    made = run(ROOT / "examples" / "software.xlsx", "-o", tmp_path / "p.xlsx")
    assert made.exit_code == 2 and list(tmp_path.iterdir()) == []
    assert "Marco Ilg" in made.output and "Quote!" in made.output and "37500" in made.output


@pytest.mark.parametrize("channel", ["text", "property", "behind the end", "outline"])
def test_a_leaking_pdf_is_caught(channel: str, tmp_path: Path) -> None:
    from pypdf import PdfWriter
    from reportlab.pdfgen.canvas import Canvas

    made = _small_plan()
    drawn = io.BytesIO()
    canvas = Canvas(drawn, invariant=1)
    canvas.setTitle("Proposal")
    canvas.setAuthor("")
    for row, text in enumerate(("Proposal", "12.5", "1", *([SECRET] if channel == "text" else []))):
        canvas.drawString(72, 700 - 30 * row, text)
    canvas.save()
    content = drawn.getvalue()
    if channel in ("property", "outline"):
        writer = PdfWriter(clone_from=io.BytesIO(content))
        if channel == "property":
            writer.add_metadata({"/Keywords": SECRET})
        else:
            writer.add_outline_item(SECRET, page_number=0)
        target = io.BytesIO()
        writer.write(target)
        content = target.getvalue()
    elif channel == "behind the end":
        content += b"\n%" + SECRET.encode()
    clean = drawn.getvalue()
    assert (scan_pdf(clean, made, "en", _known()) == []) == (channel != "text")
    assert scan_pdf(content, made, "en", _known())
