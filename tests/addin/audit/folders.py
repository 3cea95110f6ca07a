"""Folders of quotes for tests and benchmarks: the examples with other clients, reps, prices and trades, by the thousand.

A template is taken apart once; each file changes cells of its sheets and shares all other parts as they are compressed
already, so that ten thousand files take well under two minutes. Templates come from several programs: our own, openpyxl
(which saves no cached values) and, where asked for, LibreOffice. One file in a hundred is broken, in twelve ways.

python -m tests.addin.audit.folders FOLDER COUNT [--libreoffice]
"""

from __future__ import annotations

import io
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from counterask.inputs.levers import LEVER_BY_NAME, TERM_LEVERS
from counterask.reading.cells import letters
from counterask.reading.quote import Quote
from counterask_addin.workbooks.addresses import cell_name
from counterask_addin.workbooks.quote_file import open_quote
from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example
from counterask_templates.layout import HEADER_CELLS, LINES, PRICE_BOOK_TABLE, TERMS, TRADES_TABLE

EXAMPLES = ("staffing", "software", "industrial_supply")
REPS = (
    "Jana Brandt", "Marco Ilg", "Miriam Okafor", "Tomas Lindqvist", "Aoife Byrne", "Kenji Watanabe",
    "Lucía Ferrer", "Pavel Novák", "Sofie Maes", "David Osei",
)  # fmt: skip
CLIENTS = (
    "Nordhafen Logistik GmbH", "Brightwater Clinics", "Halvorsen Crane & Rail plc", "Alder & Finch", "Mistral Énergie",
    "Tavira Foods", "Kestrel Avionics", "Orchard Insurance", "Baltic Timber AS", "Quarry Hill Schools", "Sunda Shipping",
    "Vega Payments", "Lumen Optics", "Redwater Mining", "Cobalt Hotels", "=cmd|' /C calc'!A0", "+49 Telefonbau",
    "@Home Care", "-minus AG", "Mærsk & <Søn> \"Ltd\"", "Ω Labs, 大阪", "Fjord Ferries", "Pinnacle Pharma",
)  # fmt: skip
HOSTILE = tuple(name for name in CLIENTS if name[0] in "=+-@")
REASONS = ("waiting for their board", "legal has not answered", "budget not released", '=HYPERLINK("http://x")', "")
CURRENCIES = ("EUR",) * 8 + ("USD", "GBP")
BROKEN_IN_A_HUNDRED = 1.0

_CELL = rb'<c r="%s"((?: [a-z:]+="[^"]*")*)\s*(?:/>|>.*?</c>)'
Cells = Mapping[str, object]
"""Address -> number, text, or None for a blank."""


@dataclass
class Template:
    """A workbook taken apart. parts : name -> bytes; packed : name -> its compressed form. sheets : sheet -> part."""

    name: str
    program: str
    quote: Quote
    parts: dict[str, bytes]
    packed: dict[str, tuple[bytes, int, int]]
    sheets: Mapping[str, str]
    policy_currency: str

    @classmethod
    def of(cls, name: str, program: str, content: bytes) -> Template:
        """Take a workbook apart."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "quote.xlsx"
            path.write_bytes(content)
            file = open_quote(path)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {one: archive.read(one) for one in archive.namelist()}
        box = file.rectangles["Policy"]
        assert file.workbook is not None
        sheet = file.workbook.sheet(box.sheet)
        assert sheet is not None
        row = next(row for row in range(box.top, box.bottom + 1) if str(sheet.cells[row, box.left].value).lower() == "currency")
        sheets = {one.name: one.part for one in file.workbook.sheets}
        packed = {one: _pack(part) for one, part in parts.items()}
        return cls(name, program, file.quote, parts, packed, sheets, cell_name(row, box.left + 1))

    def with_cells(self, edits: Mapping[str, Cells], raw: Mapping[str, Callable[[bytes], bytes]] | None = None) -> bytes:
        """The workbook with cells changed, by sheet. raw : changes of whole parts, by name."""
        strings_name = next((name for name in self.parts if name.lower().endswith("sharedstrings.xml")), "")
        strings = self.parts.get(strings_name, b"")
        count = strings.count(b"<si>") + strings.count(b"<si/>")
        added: dict[str, int] = {}
        changed: dict[str, bytes] = {}

        def written(text: str) -> bytes:
            if strings:
                return b' t="s"><v>%d</v></c>' % added.setdefault(text, count + len(added))
            return f' t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'.encode()

        for sheet, cells in edits.items():
            part = self.sheets[sheet]
            changed[part] = _edited(self.parts[part], cells, written)
        items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in added)
        if added:
            changed[strings_name] = strings.replace(b"</sst>", items.encode() + b"</sst>")
        for name, change in (raw or {}).items():
            changed[name] = change(changed.get(name, self.parts[name]))
        return _zipped({**self.packed, **{name: _pack(content) for name, content in changed.items()}})


def _edited(sheet: bytes, cells: Cells, text_as: Callable[[str], bytes]) -> bytes:
    """A sheet with cells changed in one sweep."""
    wanted = {address.encode(): value for address, value in cells.items()}

    def new(found: re.Match[bytes]) -> bytes:
        address = found[1]
        if address not in wanted:
            return found[0]
        style = re.search(rb' s="[0-9]+"', found[2])
        start = b'<c r="' + address + b'"' + (style[0] if style else b"")
        value = wanted.pop(address)
        if value is None:
            return start + b"/>"
        if isinstance(value, str):
            return start + text_as(value)
        if isinstance(value, Raw):
            return start + value.written
        return start + b"><v>" + repr(float(value)).encode() + b"</v></c>"  # type: ignore[arg-type]

    edited = re.sub(rb'<c r="([A-Z]+[0-9]+)"((?: [a-z:]+="[^"]*")*)\s*(?:/>|>.*?</c>)', new, sheet, flags=re.DOTALL)
    for address, value in list(wanted.items()):  # a program that leaves blank cells out
        if value is not None:
            edited = _inserted(edited, address, value, text_as)
    return edited


def _inserted(sheet: bytes, address: bytes, value: object, text_as: Callable[[str], bytes]) -> bytes:
    row = re.sub(rb"[A-Z]", b"", address)
    if isinstance(value, str):
        cell = b'<c r="' + address + b'"' + text_as(value)
    elif isinstance(value, Raw):
        cell = b'<c r="' + address + b'"' + value.written
    else:
        cell = b'<c r="' + address + b'"><v>' + repr(float(value)).encode() + b"</v></c>"  # type: ignore[arg-type]
    found = re.search(rb'<row r="' + row + rb'"[^>]*>', sheet)
    assert found is not None and not found[0].endswith(b"/>"), address
    return sheet[: found.end()] + cell + sheet[found.end() :]


@dataclass(frozen=True)
class Raw:
    """A cell as it is written behind its address and style."""

    written: bytes


def _pack(content: bytes) -> tuple[bytes, int, int]:
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush(), len(content), zlib.crc32(content)


def _zipped(parts: Mapping[str, tuple[bytes, int, int]]) -> bytes:
    """A zip archive of parts that are compressed already."""
    body, directory = io.BytesIO(), io.BytesIO()
    for name, (packed, size, crc) in parts.items():
        word = name.encode()
        head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, len(packed), size, len(word), 0)
        directory.write(b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, body.tell()) + word)
        body.write(b"PK\x03\x04" + head + word + packed)
    end = struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), directory.tell(), body.tell(), 0)
    return body.getvalue() + directory.getvalue() + b"PK\x05\x06" + end


def templates(*, libreoffice: bool = False) -> list[Template]:
    """The examples as several programs save them."""
    import openpyxl

    made: list[Template] = []
    for name in EXAMPLES:
        content = draw_quote(load_example(name))
        made.append(Template.of(name, "counterask", content))
        resaved = io.BytesIO()
        openpyxl.load_workbook(io.BytesIO(content)).save(resaved)
        made.append(Template.of(name, "openpyxl", resaved.getvalue()))
        if libreoffice:
            made.append(Template.of(name, "LibreOffice", _through_libreoffice(content)))
    return made


def _through_libreoffice(content: bytes) -> bytes:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, "LibreOffice is not installed"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "quote.xlsx"
        source.write_bytes(content)
        profile = (Path(folder) / "profile").as_uri()
        subprocess.run(
            [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
             "--outdir", str(Path(folder) / "out"), str(source)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        return (Path(folder) / "out" / "quote.xlsx").read_bytes()


# ── What differs from file to file ──────────────────────────────────────────────────────────────────────


def quote_cells(template: Template, dice: random.Random, number: int) -> dict[str, dict[str, object]]:
    """Cells of one quote with a client, a rep, a day, prices and trades of its own."""
    quote_sheet: dict[str, object] = {}
    currency = dice.choice(CURRENCIES)
    day = date(2025, 11, 1) + timedelta(days=dice.randrange(365))
    said = {
        "client": dice.choice(CLIENTS),
        "quote_number": f"Q-{number // 3:06}",
        "version": "1",
        "rep": dice.choice(REPS[: 1 + dice.randrange(len(REPS))]),
        "currency": currency,
        "quote_date": (day - date(1899, 12, 30)).days,
        "valid_until": (day - date(1899, 12, 30)).days + 60,
    }
    for header in HEADER_CELLS:
        if header.field in said:
            quote_sheet[cell_name(header.row, header.column)] = said[header.field]
    for place, line in enumerate(template.quote.deal.lines):
        row = LINES.first + place
        quote_sheet[cell_name(row, LINES.column("list_price"))] = round(line.list_price * dice.uniform(0.7, 1.4), 2)
        quote_sheet[cell_name(row, LINES.column("unit_cost"))] = round(line.unit_cost * dice.uniform(0.8, 1.3), 2)
        if line.kind != "one-off":
            quote_sheet[cell_name(row, LINES.column("quantity"))] = max(1, round(line.quantity * dice.uniform(0.5, 2.0)))
    products = len(template.quote.price_book.products) if template.quote.price_book else 0
    column = PRICE_BOOK_TABLE.column("currency")
    return {
        "Quote": quote_sheet,
        PRICE_BOOK_TABLE.sheet: {cell_name(PRICE_BOOK_TABLE.first + row, column): currency for row in range(products)},
        "Trades": _trade_cells(template.quote, dice),
        "Assumptions": {template.policy_currency: currency},
    }


def _trade_cells(quote: Quote, dice: random.Random) -> dict[str, object]:
    cells: dict[str, object] = {}
    column = {one.name: letters(TRADES_TABLE.column(one.name)) for one in TRADES_TABLE.columns}

    def put(row: int, name: str, value: object) -> None:
        cells[f"{column[name]}{TRADES_TABLE.top + row}"] = value

    kept = dice.randint(1, len(quote.trades))
    for number, trade in enumerate(quote.trades):
        place = quote.trade_places[trade.id]
        rows = sorted({*place.ask_rows, *place.counter_rows})
        if number >= kept and number:
            for row in rows:
                for name in column:
                    put(row, name, None)
            continue
        luck = dice.random()
        response = "yes, and" if luck < 0.8 else "no, but" if luck < 0.9 else "stall"
        put(place.row, "response", response)
        put(place.row, "reason", dice.choice(REASONS) if response == "stall" else None)
        is_bare = dice.random() < 0.15
        for side, changes, at in (("ask", trade.asks, place.ask_rows), ("counter_ask", trade.counters, place.counter_rows)):
            for change, row in zip(changes, at, strict=True):
                if side == "counter_ask" and is_bare:
                    for name in ("counter_ask", "counter_ask_line", "counter_ask_to"):
                        put(row, name, None)
                elif (level := _other_level(change.lever, change.to, dice)) is not None:
                    put(row, f"{side}_to", level)
    return cells


def _other_level(lever: str, level: float, dice: random.Random) -> float | None:
    """A level like the example's, or None where it stays as it is."""
    known = LEVER_BY_NAME.get(lever)
    if known is None or known.quantity.is_switch or level - level != 0 or level == 0:
        return None
    other = level * dice.uniform(0.75, 1.25)
    other = round(other) if known.quantity.whole or level > 10 else round(other, 3)
    return float(min(max(other, known.quantity.lowest), known.quantity.highest))


# ── Twelve ways to be broken ────────────────────────────────────────────────────────────────────────────


def _spoilt(cell: str, sheet: str, value: object) -> Callable[[Template, dict[str, dict[str, object]]], bytes]:
    def spoil(template: Template, edits: dict[str, dict[str, object]]) -> bytes:
        edits[sheet][cell] = value
        return template.with_cells(edits)

    return spoil


_PAYMENT_DAYS = cell_name(TERMS.first + [lever.name for lever in TERM_LEVERS].index("payment_days"), TERMS.column("opening"))
_FIRST_ASK = cell_name(TRADES_TABLE.first, TRADES_TABLE.column("ask"))
_FIRST_TO = cell_name(TRADES_TABLE.first, TRADES_TABLE.column("ask_to"))


def _part(sheet: str, change: Callable[[bytes], bytes]) -> Callable[[Template, dict[str, dict[str, object]]], bytes]:
    return lambda template, edits: template.with_cells(edits, {template.sheets[sheet]: change})


def _without_sheets(template: Template, edits: dict[str, dict[str, object]]) -> bytes:
    import openpyxl

    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = "Minutes of the meeting"
    book.save(content)
    return content.getvalue()


def _compound(stream: str) -> bytes:
    """What begins as Office's older container does."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000 + stream.encode("utf-16-le")


BROKEN: Mapping[str, Callable[[Template, dict[str, dict[str, object]]], bytes]] = {
    "empty": lambda template, edits: b"",
    "truncated": lambda template, edits: template.with_cells(edits)[:20_000],
    "plain text": lambda template, edits: b"client;discount\nAcme;12 %\n",
    "old binary": lambda template, edits: _compound("Workbook"),
    "encrypted": lambda template, edits: _compound("EncryptedPackage"),
    "no quote": _without_sheets,
    "text for a number": _spoilt(_PAYMENT_DAYS, "Quote", "net 60"),
    "error in a cell": _spoilt(_PAYMENT_DAYS, "Quote", Raw(b' t="e"><v>#REF!</v></c>')),
    "formula without a value": _spoilt(_FIRST_TO, "Trades", Raw(b"><f>1/8</f></c>")),
    "broken XML": _part("Trades", lambda content: content.replace(b"</sheetData>", b"")),
    "entities": _part("Quote", lambda content: content.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)),
    "unknown lever": _spoilt(_FIRST_ASK, "Trades", "more of everything"),
}


def make_folder(
    folder: Path, count: int, *, seed: int = 1, made_of: Sequence[Template] | None = None, broken_share: float = 0.01
) -> dict[str, str]:
    """Write `count` quotes into folders by month under `folder`. Returns path -> how it is broken, of the broken ones."""
    made_of = made_of or templates()
    weights = [6 if template.program == "counterask" else 1 for template in made_of]
    dice = random.Random(seed)
    kinds = list(BROKEN)
    spoilt: dict[str, str] = {}
    broken_places = set(dice.sample(range(count), max(len(kinds) if count >= 100 else 0, round(count * broken_share))))
    for number in range(count):
        template = dice.choices(made_of, weights)[0]
        edits = quote_cells(template, dice, number)
        target = folder / f"team {number % 7}" / f"quote {number:06}.xlsx"
        target.parent.mkdir(parents=True, exist_ok=True)
        if number in broken_places:
            kind = kinds[len(spoilt) % len(kinds)]
            spoilt[str(target)] = kind
            target.write_bytes(BROKEN[kind](template, edits))
        else:
            target.write_bytes(template.with_cells(edits))
    return spoilt


if __name__ == "__main__":
    where, many = Path(sys.argv[1]), int(sys.argv[2])
    bad = make_folder(where, many, made_of=templates(libreoffice="--libreoffice" in sys.argv))
    print(f"{many} files in {where}, {len(bad)} of them broken")
