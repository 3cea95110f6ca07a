"""The client copy holds what was agreed and nothing else; a writer that leaks is caught in every channel.

`COUNTERASK_SECRETS=200` tries that many random quotes with planted secrets instead of 10, `COUNTERASK_INNOCENT=1000` that many
innocent ones instead of 40.
"""

from __future__ import annotations

import html
import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from counterask_addin.cli import cli
from counterask_addin.client_copy import copy, sheet
from counterask_addin.client_copy.confidential import Secrets
from counterask_addin.client_copy.leak_scan import scan_workbook
from counterask_addin.client_copy.pdf import pdf_bytes
from counterask_addin.client_copy.pdf_scan import scan_pdf
from counterask_addin.client_copy.sheet import Plan, SheetCell
from counterask_addin.workbooks.read_cells import read_workbook
from counterask_templates.examples import load_example

from .planting import EXAMPLES, HIDDEN_AMOUNT, SECRET, innocent, planted

ROOT = Path(__file__).parents[3]
DAY = ("--as-of", "2026-11-02")
CASES = int(os.environ.get("COUNTERASK_SECRETS", "10"))
INNOCENT = int(os.environ.get("COUNTERASK_INNOCENT", "40"))


def run(*words: object) -> Result:
    done = CliRunner().invoke(cli, ["client-copy", *map(str, words), *DAY])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


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


def settled_of(document: dict[str, object], tmp_path: Path) -> dict[str, str]:
    """What the command says is to be settled, by trade."""
    quote = tmp_path / "quote.json"
    quote.write_text(json.dumps(document), encoding="utf-8")
    made = run(quote, "-o", tmp_path / "p.xlsx", "--json", "--overwrite")
    said = {one["trade"]: one["what"] for one in json.loads(made.stdout)["to_settle"]}
    assert made.exit_code == (1 if said else 0), made.output
    return said


def test_an_opening_that_is_not_approved_is_named_with_what_it_gave_and_who_must_agree(tmp_path: Path) -> None:
    document = {**load_example("staffing"), "trades": []}
    assert settled_of(document, tmp_path) == {}
    for days, words in ((75.0, "it needs finance to agree"), (365.0, "nobody may agree to it")):
        wide = {**document, "terms": {**document["terms"], "payment_days": days}}
        said = settled_of(wide, tmp_path)["Opening terms"]
        assert "gave EUR " in said and words in said


def test_a_negotiation_that_shows_nothing_in_return_is_named(tmp_path: Path) -> None:
    """What came back for the first trade is taken away again by the second."""
    document = load_example("staffing")
    line = document["lines"][0]
    asked = {"lever": "discount", "line": line["name"], "to": 0.0001}
    first = {"id": "A", "response": "yes", "asks": [asked], "counters": [{"lever": "payment_days", "to": 20.0}]}
    second = {
        "id": "B",
        "response": "yes",
        "asks": [{"lever": "payment_days", "to": 30.0}],
        "counters": [{"lever": "term_months", "to": document["terms"]["term_months"] + 24.0}],
    }
    assert "A" not in settled_of({**document, "trades": [first]}, tmp_path)
    said = settled_of({**document, "trades": [first, second]}, tmp_path)
    assert "shows nothing in return" in said["A"] and "shows nothing" not in said.get("B", "")


def test_what_may_not_stand_is_left_out_and_what_costs_is_named(tmp_path: Path) -> None:
    made = run(ROOT / "examples" / "software.xlsx", "-o", tmp_path / "p.xlsx", "--json")
    settle: dict[str, str] = {}
    for one in json.loads(made.stdout)["to_settle"]:
        settle[one["trade"]] = settle.get(one["trade"], "") + one["what"]
    assert "left out" in settle["S5"] and "left out" in settle["S8"]
    assert "unbalanced concession" in settle["S9"] and "nothing is asked" in settle["S4"]
    said = everything((tmp_path / "p.xlsx").read_bytes())
    cap = load_example("software")["terms"]["liability_cap_multiple"]
    assert "unlimited" not in said and f"Capped at {cap:g}× annual value" in said
    assert "0.87" not in said and "37500" not in said and "Marco Ilg" not in said


def proposal(tmp_path: Path, language: str = "en", **terms: object) -> list[object]:
    """The cells of the software example's proposal, with other terms."""
    deal = load_example("software")
    deal["terms"] |= terms
    (tmp_path / "deal.json").write_text(json.dumps(deal))
    made = run(tmp_path / "deal.json", "-o", tmp_path / "p.xlsx", "--overwrite", "--language", language)
    assert made.exit_code == 1, made.output
    return [cell.value for cell in read_workbook(tmp_path / "p.xlsx").sheets[0].cells.values()]


def test_a_ramp_deal_says_when_lines_run_and_what_a_month_costs(tmp_path: Path) -> None:
    """The second line continues the first: its ramp is over, and its discount ends with it, so nothing is said of either."""
    said = proposal(tmp_path)
    assert "ends six months after signing; full quantity within three months" in said
    assert "starts six months after signing; ends 18 months after signing" in said
    assert "starts 18 months after signing" in said
    assert "full quantity within six months; discount for one year, then EUR 1.90" in said
    months = ("months 1 to 6", "months 7 to 18", "from month 19")
    totals = [said[said.index(f"Monthly fees at full quantity, {when}") + 1] for when in months]
    assert totals == [120 * 77.4, 220 * 77.4, 320 * 86.0]
    german = proposal(tmp_path, "de")
    assert "beginnt sechs Monate nach Unterschrift; endet 18 Monate nach Unterschrift" in german
    assert "volle Menge binnen sechs Monaten; Rabatt für ein Jahr, danach 1,90 EUR" in german
    assert "Monatliche Gebühren bei voller Menge, Monate 7 bis 18" in german


@pytest.mark.parametrize(
    ("terms", "rows"),
    [
        ({}, [("Automatic renewal", "The contract renews by itself unless you give notice")]),
        ({"auto_renewal": 0}, [("Automatic renewal", "The contract ends with each term unless you renew it")]),
        ({"prepayment_refundable": 0}, [("Prepaid fees", "Not paid back if the contract ends early")]),
        ({"data_cap_multiple": 1.5}, [("Liability for data", "Capped at 1.5× annual value a year")]),
    ],
)
def test_terms_of_renewal_prepayment_and_data_are_said(terms: dict[str, float], rows: list[object], tmp_path: Path) -> None:
    said = proposal(tmp_path, **terms)
    assert [row for row in zip(said, said[1:], strict=False) if row[0] == rows[0][0]] == rows  # type: ignore[index]


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


@pytest.mark.parametrize("number", range(CASES))
def test_no_planted_secret_is_in_the_copy(number: int, tmp_path: Path) -> None:
    quote, secrets = planted(number, tmp_path)
    held = everything(quote.read_bytes())
    assert held.count(SECRET) > 20 and str(HIDDEN_AMOUNT) in held
    book, page = tmp_path / "p.xlsx", tmp_path / "p.pdf"
    made = run(quote, "-o", book, "--pdf", page)
    assert made.exit_code in (0, 1), made.output
    said = everything(book.read_bytes()) + "".join(one.extract_text() for one in PdfReader(page).pages)
    said += str(PdfReader(page).metadata)
    for text in (SECRET, SECRET[::-1]):
        assert text.encode() not in page.read_bytes() and text.encode("utf-16-le") not in book.read_bytes() + page.read_bytes()
    assert [secret for secret in secrets if secret in said] == []


# ── innocent quotes ─────────────────────────────────────────────────────────────────────────────────────
def test_no_innocent_quote_is_refused(tmp_path: Path) -> None:
    """Names that are words of a proposal, costs that equal prices, letters of many kinds: none of it is a leak."""
    refused = {}
    quote = tmp_path / "quote.json"
    for number in range(INNOCENT):
        quote.write_text(json.dumps(innocent(number)))
        language = ("en", "de")[number % 2]
        made = run(quote, "-o", tmp_path / "p.xlsx", "--pdf", tmp_path / "p.pdf", "--overwrite", "--language", language)
        if made.exit_code not in (0, 1):
            refused[number] = made.output
    assert refused == {}


@pytest.mark.parametrize("client", ["株式会社日立", "شركة النور", "Acme 🙂 Ltd"])
def test_letters_that_no_typeface_has_stop_the_pdf_alone(client: str, tmp_path: Path) -> None:
    quote = tmp_path / "quote.json"
    quote.write_text(json.dumps(innocent(0) | {"client": client}))
    made = run(quote, "-o", tmp_path / "p.xlsx", "--pdf", tmp_path / "p.pdf")
    assert made.exit_code == 2 and "no typeface here" in made.output and client in made.output
    assert list(tmp_path.iterdir()) == [quote]
    assert run(quote, "-o", tmp_path / "p.xlsx").exit_code in (0, 1)
    assert client in everything((tmp_path / "p.xlsx").read_bytes())


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
    clean = sheet.sheet_bytes(made)
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


@pytest.mark.parametrize(
    "channel", ["text", "property", "behind the end", "outline", "remark", "attachment", "note", "unseen stream", "picture"]
)
def test_a_leaking_pdf_is_caught(channel: str, tmp_path: Path) -> None:
    from pypdf import PdfWriter
    from pypdf.annotations import FreeText
    from pypdf.generic import DictionaryObject, NameObject, StreamObject

    made = _small_plan()
    clean = content = pdf_bytes(made, "en")
    if channel == "text":
        content = pdf_bytes(replace(made, cells=made.cells | {(9, 0): SheetCell(SECRET, "text")}), "en")
    if channel == "remark":
        content = content.replace(b"\nendobj", b"\n%" + SECRET.encode() + b"\nendobj", 1)
    elif channel == "behind the end":
        content += b"\n%" + SECRET.encode()
    elif channel != "text":
        writer = PdfWriter(clone_from=io.BytesIO(content))
        if channel == "property":
            writer.add_metadata({"/Keywords": SECRET})
        elif channel == "outline":
            writer.add_outline_item(title=SECRET, page_number=0)
        elif channel == "attachment":
            writer.add_attachment("notes.txt", SECRET.encode())
        elif channel == "note":
            writer.add_annotation(0, FreeText(text=SECRET, rect=(0, 0, 90, 90)))
        else:
            stream = StreamObject()
            stream.set_data(SECRET.encode())
            held = writer._add_object(stream)
            if channel == "picture":
                writer.pages[0]["/Resources"][NameObject("/XObject")] = DictionaryObject({NameObject("/X1"): held})  # type: ignore[index]
        target = io.BytesIO()
        writer.write(target)
        content = target.getvalue()
    assert scan_pdf(clean, made, "en", _known()) == [] and content != clean
    assert scan_pdf(content, made, "en", _known())
