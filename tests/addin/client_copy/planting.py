"""Quotes with secrets in every place where a workbook can hide one, and innocent quotes that look like leaks."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path
from typing import Any

from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_addin.workbooks.quote_file import inspect_quote
from counterask_templates.layout import HEADER_NAMES

from ...templates.random_quotes import random_quote

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.xlsx"))
SECRET = "Zwetschgenknoedel"
HIDDEN_AMOUNT = 987123.45
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def planted(number: int, folder: Path) -> tuple[Path, list[str]]:
    """An example with other numbers and with secrets in cells, comments, names, properties, formats, code and more.

    Returns the file, and every spelling of a secret that may not be in a copy. The confidential numbers have five digits
    behind the point, so that no price is one of them by chance.
    """
    chance = random.Random(number)
    source = chance.choice(EXAMPLES)
    file = inspect_quote(source)
    numbers: dict[tuple[int | None, str], float] = {}
    secrets: list[float] = [HIDDEN_AMOUNT]
    for place, line in enumerate(file.quote.deal.lines):
        numbers[place, "list_price"] = price = round(line.list_price * chance.uniform(1.0, 1.3), 2)
        numbers[place, "unit_cost"] = round(price * chance.uniform(0.5, 0.9), 2) + chance.randint(111, 999) / 1e5
        secrets.append(numbers[place, "unit_cost"])
    numbers[None, "annual_retention"] = round(chance.uniform(0.51, 0.95), 2) + chance.randint(111, 999) / 1e5
    numbers[None, "cost_of_capital"] = round(chance.uniform(0.05, 0.15), 2) + chance.randint(111, 999) / 1e5
    secrets += [numbers[None, "annual_retention"], numbers[None, "cost_of_capital"]]
    edits: dict[str, dict[str, CellEdit]] = {}
    for address, value in numbers.items():
        sheet, cell = file.quote.places[address].split(" · ")
        edits.setdefault(sheet, {})[cell] = CellEdit(round(value, 7))
    assert file.workbook is not None
    for word in ("rep", "manager", "quote_number"):
        box = file.workbook.rectangle(HEADER_NAMES[word])
        assert box is not None
        edits[box.sheet][f"{'ABCDEFGH'[box.left - 1]}{box.top}"] = CellEdit(f"{SECRET} {word} {number}")
    path = folder / f"planted-{number}.xlsx"
    patch_workbook(source, path, edits, overwrite=True)
    path.write_bytes(_hidden(path.read_bytes()))
    return path, [SECRET, *(spelling for value in secrets for spelling in _spellings(value))]


def _spellings(value: float) -> set[str]:
    """How a copy might spell a number: as XML does, in English and German, in per cent; none so short that chance makes one."""
    found = set()
    for text in (f"{value:.7g}", f"{value:.5f}", f"{100 * value:.5g}", f"{100 * value:.3f}", f"{value:,.5f}"):
        if len(text.replace(".", "").replace(",", "").strip("0")) >= 5:
            found |= {text, text.translate(str.maketrans(",.", ".,"))}
    return found


def _hidden(content: bytes) -> bytes:
    """A package with secrets beside the cells."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        parts = {name: source.read(name) for name in source.namelist()}

    def change(part: str, old: str, new: str) -> None:
        text = parts[part].decode()
        assert old in text, (part, old)
        parts[part] = text.replace(old, new, 1).encode()

    types = '<Override PartName="/xl/worksheets/sheet99.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    change("[Content_Types].xml", "</Types>", f'{types}spreadsheetml.worksheet+xml"/></Types>')
    relation = f'<Relationship Id="rId999" Type="{_OFFICE}/worksheet" Target="worksheets/sheet99.xml"/>'
    change("xl/_rels/workbook.xml.rels", "</Relationships>", f"{relation}</Relationships>")
    sheet = f'<sheet name="{SECRET} sheet" sheetId="999" state="veryHidden" r:id="rId999"/></sheets>'
    change("xl/workbook.xml", "</sheets>", sheet)
    names = f'<definedName name="{SECRET}">"{SECRET} name"</definedName></definedNames>'
    change("xl/workbook.xml", "</definedNames>", names)
    formats = f'<numFmt numFmtId="399" formatCode="0&quot;{SECRET} format&quot;"/></numFmts>'
    change("xl/styles.xml", "</numFmts>", formats)
    change("docProps/core.xml", "<dc:creator>counterask", f"<dc:creator>{SECRET}")
    change("docProps/app.xml", "<Company>", f"<Company>{SECRET}")
    change("xl/sharedStrings.xml", "</sst>", f"<si><t>{SECRET} in no cell</t></si></sst>")
    parts |= {
        "xl/worksheets/sheet99.xml": (
            f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{SECRET} hidden</t></is></c>'
            f'<c r="B1"><v>{HIDDEN_AMOUNT}</v></c><c r="C1" t="str"><f>"{SECRET}"&amp;"1"</f><v>{SECRET}1</v></c></row>'
            "</sheetData>"
            f'<dataValidations count="1"><dataValidation type="list" prompt="{SECRET}" sqref="A1">'
            f'<formula1>"{SECRET}"</formula1></dataValidation></dataValidations>'
            f"<headerFooter><oddHeader>&amp;C{SECRET}</oddHeader></headerFooter></worksheet>"
        ).encode(),
        "xl/comments1.xml": f'<comments xmlns="{MAIN}"><authors><author>{SECRET}</author></authors></comments>'.encode(),
        "xl/drawings/drawing99.xml": f"<d><t>{SECRET} in a text box</t></d>".encode(),
        "xl/vbaProject.bin": SECRET.encode() + SECRET.encode("utf-16-le"),
        "xl/media/picture.png": b"\x89PNG" + SECRET.encode(),
        "customXml/item1.xml": f"<data note='{SECRET}'>{SECRET}</data>".encode(),
        "docProps/custom.xml": f"<Properties><property name='{SECRET}'>{SECRET}</property></Properties>".encode(),
        "xl/externalLinks/externalLink1.xml": f"<externalLink><cell>{SECRET}</cell></externalLink>".encode(),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(zipfile.ZipInfo(name), data)
        made.comment = SECRET.encode()
    return target.getvalue()


# ── innocent quotes ──────────────────────────────────────────────────────────────────────────────────
_CLIENTS = (
    "Total",
    "Seats",
    "Proposal",
    "Limits Ltd",
    "Unlimited Corp",
    "3M",
    "7-Eleven",
    "1&1 AG",
    "Office 365 affiliates",
    "O'Brien & Sons",
    "Müller GmbH & Co. KG",
    "Łódź Sp. z o.o.",
    "ООО Ромашка",
    "Ben <b>bold</b> Ltd",
    "100% Juice",
    "m² Ltd",
    "e\u0301lan",
    "_x000D_ Ltd",
    "ﬁne ﬂow",
    "GmbH 1.234,56",
    "=Acme",
    "A",
    "",
    "A company whose name never came to an end " * 4,
    "Dienstleistungsgesellschaft" * 4,
)
_LINES = (
    "Seats",
    "Total",
    "Price",
    "Discount",
    "Monthly fee",
    "API calls (1,000)",
    "Support 24/7",
    "Cloud 2.0",
    "Tier 1–3",
    "Größe XL",
    "Onboarding of 40",
    "Storage [TB]",
    "C++",
    "R&D",
    "*",
    "1",
    "2026",
    "12.5",
    "@home",
    "recurring",
)
_DAYS = ("2026-10-26", "", "26.10.2026", "Monday next", "Q4 2026", "soon (see the mail of 3.4.)")
_PRICES = (0.0035, 1e-5, 99.99, 1234567.89, 1 / 3, 12.0, 123456789.125, 9.995, 0.1 + 0.2)
_CURRENCIES = ("EUR", "USD", "CHF", "€", "$", "")


def innocent(number: int) -> dict[str, Any]:
    """A quote, as a document, in which names are the words of a proposal and confidential numbers equal open ones."""
    chance = random.Random(1000 + number)
    document = random_quote(number)
    del document["price_book"]  # its lines follow one another by product, whatever a catalogue holds
    new = dict(zip((line["name"] for line in document["lines"]), chance.sample(_LINES, len(document["lines"])), strict=True))
    for line in document["lines"]:
        line["name"] = new[line["name"]]
        line["list_price"] = chance.choice([line["list_price"], *_PRICES])
        line["unit_cost"] = chance.choice([line["list_price"], line["unit_cost"], line["quantity"]])
        line["quantity"] = chance.choice([line["quantity"], 1.0, 12.0, 1234.5, 7 / 3])
    for trade in document["trades"]:
        for change in (*trade["asks"], *trade["counters"]):
            if "line" in change:
                change["line"] = new[change["line"]]
    currency = chance.choice(_CURRENCIES)
    days = {"quote_date": chance.choice(_DAYS), "valid_until": chance.choice(_DAYS)}
    people = {"rep": chance.choice(["Anna Total", "May Price", "Bo"]), "manager": "Client Manager"}
    money = {"currency": currency, "client_currency": chance.choice([currency, currency, "GBP"])}
    return document | days | people | money | {"client": chance.choice(_CLIENTS)}
