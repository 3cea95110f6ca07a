"""Quotes gone wrong, without end: every number makes one, always the same. Packages are spoiled, or cells are."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_addin.workbooks.quote_file import inspect_quote

ROOT = Path(__file__).parents[3]
SOURCES = tuple(sorted((ROOT / "examples").glob("*.xlsx"))) + (ROOT / "workbook_templates" / "quote.xlsm",)

NASTY: tuple[str | float, ...] = (
    "",
    " ",
    "\u00a0",
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "#DIV/0!",
    "#NAME?",
    "NaN",
    "inf",
    "-Infinity",
    "1e999",
    "none",
    "None",
    "null",
    "yes",
    "TRUE",
    "1.234,56",
    "12 %",
    "60 days",
    "2026-11-02",
    "🙂" * 50,
    "ا\u202e\u0000"[:-1] + "x",
    "x" * 32_767,
    "<b>&amp;</b>",
    "'; DROP TABLE quotes; --",
    "../../etc/passwd",
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    1e-308,
    5e-324,
    1e15,
    1e300,
    -1e300,
    1.7976931348623157e308,
    46_000.0,
    600.5,
    1_200.0,
)
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@dataclass(frozen=True)
class Spoiled:
    """A file, and how it was spoiled."""

    content: bytes
    how: str
    suffix: str


def spoiled(number: int, folder: Path) -> Spoiled:
    """The quote of that number. folder : for what is written on the way."""
    dice = random.Random(number)
    source = dice.choice(SOURCES)
    if number % 2:
        return Spoiled(_cells(source, dice, folder), f"cells of {source.name}", source.suffix)
    how = dice.choice(_WAYS)
    return Spoiled(how(source.read_bytes(), dice), f"{how.__name__.strip('_')} of {source.name}", source.suffix)


def _cells(source: Path, dice: random.Random, folder: Path) -> bytes:
    """Some input cells, headers or ids hold something else."""
    file = inspect_quote(source)
    edits: dict[str, dict[tuple[int, int], CellEdit]] = {}
    for _ in range(dice.choice((1, 1, 1, 2, 5, 40))):
        box = dice.choice(list(file.rectangles.values()))
        at = dice.randint(box.top, min(box.bottom, box.top + 45)), dice.randint(box.left, box.right)
        edits.setdefault(box.sheet, {})[at] = CellEdit(dice.choice(NASTY))
    target = folder / f"cells{source.suffix}"
    patch_workbook(source, target, edits, overwrite=True)
    return target.read_bytes()


def _with_parts(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The package with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return target.getvalue()


def _flipped_bits(content: bytes, dice: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(dice.choice((1, 3, 30, 300))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


def _cut_short(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content))]


def _with_a_gap(content: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(content))
    return content[:start] + content[start + dice.randrange(1, 4000) :]


def _with_rubbish(content: bytes, dice: random.Random) -> bytes:
    at = dice.choice((0, len(content), dice.randrange(len(content))))
    return content[:at] + dice.randbytes(dice.randrange(1, 3000)) + content[at:]


def _without_parts(content: bytes, dice: random.Random) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        for name in dice.sample(sorted(parts), dice.choice((1, 1, 2, 5))):
            del parts[name]

    return _with_parts(content, change)


def _with_parts_swapped(content: bytes, dice: random.Random) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        one, other = dice.sample(sorted(parts), 2)
        parts[one], parts[other] = parts[other], parts[one]

    return _with_parts(content, change)


def _with_parts_twice(content: bytes, dice: random.Random) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        names = package.namelist()
        again = dice.choice(names)
        for name in [*names, again]:
            copy.writestr(zipfile.ZipInfo(name), package.read(again if name == again else name))
    return target.getvalue()


def _with_other_names(content: bytes, dice: random.Random) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        name = dice.choice(sorted(parts))
        other = dice.choice(("../evil.xml", "/abs.xml", "xl\\evil.xml", "XL/WORKBOOK.XML", "xl/\u202eevil.xml", "con", "x" * 300))
        parts[other] = parts.pop(name)

    return _with_parts(content, change)


def _with_spoiled_xml(content: bytes, dice: random.Random) -> bytes:
    """Bytes of one part changed, cut or doubled."""

    def change(parts: dict[str, bytes]) -> None:
        name = dice.choice([name for name in parts if name.endswith((".xml", ".rels"))])
        data = bytearray(parts[name])
        for _ in range(dice.choice((1, 2, 20))):
            start = dice.randrange(len(data))
            stop = min(len(data), start + dice.randrange(1, 60))
            way = dice.randrange(4)
            if way == 0:
                data[start] = dice.randrange(256)
            elif way == 1:
                del data[start:stop]
            elif way == 2:
                data[start:start] = data[start:stop]
            else:
                data[start:start] = dice.choice(
                    (b"<", b">", b'"', b"&", b"&#0;", b"&#x110000;", b"]]>", b"<!--", b"\x00", b"\xff\xfe")
                )
            if not data:
                break
        parts[name] = bytes(data)

    return _with_parts(content, change)


def _with_other_attributes(content: bytes, dice: random.Random) -> bytes:
    """Attributes of one part hold something else: references, indices, kinds of cells, targets."""
    values = (
        b"",
        b"-1",
        b"99999999999",
        b"A1:XFD1048576",
        b"XFE1",
        b"A0",
        b"1e5",
        b"str",
        b"e",
        b"n",
        b"d",
        b"inlineStr",
        b"\xe2\x80\xae",
    )

    def change(parts: dict[str, bytes]) -> None:
        name = dice.choice([name for name in parts if name.endswith((".xml", ".rels"))])
        found = list(re.finditer(rb'="[^"<]*"', parts[name]))
        if not found:
            return
        data = parts[name]
        chosen = dice.sample(found, min(len(found), dice.choice((1, 1, 3, 20))))
        for one in sorted(chosen, key=lambda match: -match.start()):
            data = data[: one.start()] + b'="' + dice.choice(values) + b'"' + data[one.end() :]
        parts[name] = data

    return _with_parts(content, change)


def _with_other_texts(content: bytes, dice: random.Random) -> bytes:
    """Numbers and texts between marks hold something else."""
    values = (
        b"",
        b"1e999",
        b"NaN",
        b"-1",
        b"99999999999999999999",
        b"0x1F",
        b"1,5",
        b"=1",
        b"#REF!",
        b"\xf0\x9f\x99\x82" * 9,
        b"TRUE",
    )

    def change(parts: dict[str, bytes]) -> None:
        name = dice.choice([name for name in parts if name.startswith("xl/") and name.endswith(".xml")])
        found = list(re.finditer(rb">[^<>]+<", parts[name]))
        if not found:
            return
        data = parts[name]
        chosen = dice.sample(found, min(len(found), dice.choice((1, 3, 30))))
        for one in sorted(chosen, key=lambda match: -match.start()):
            data = data[: one.start()] + b">" + dice.choice(values) + b"<" + data[one.end() :]
        parts[name] = data

    return _with_parts(content, change)


def _with_entities(content: bytes, dice: random.Random) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        name = dice.choice([name for name in parts if name.endswith((".xml", ".rels"))])
        head, mark, rest = parts[name].partition(b"?>")
        parts[name] = head + mark + BOMB + rest.replace(b"</", b"&b;</", 3)

    return _with_parts(content, change)


def _with_a_bomb(content: bytes, dice: random.Random) -> bytes:
    """A part that inflates to very much more: blanks, rows without end, or one endless text."""
    fill = dice.choice((b" ", b'<row r="1"/>', b"<c/>", b"A"))

    def change(parts: dict[str, bytes]) -> None:
        name = dice.choice([name for name in parts if name.startswith("xl/worksheets/") or name.endswith("sharedStrings.xml")])
        data = parts[name]
        middle = len(data) // 2
        parts[name] = data[:middle] + fill * (dice.choice((3, 30)) * 2**20 // len(fill)) + data[middle:]

    return _with_parts(content, change)


def _with_far_cells(content: bytes, dice: random.Random) -> bytes:
    """Cells at the far end of a sheet."""

    def change(parts: dict[str, bytes]) -> None:
        name = dice.choice([name for name in parts if name.startswith("xl/worksheets/sheet")])
        row = dice.choice((b"1048576", b"1048577", b"0", b"-5", b"99999999999"))
        far = b'<row r="' + row + b'"><c r="XFD' + row + b'" t="str"><v>x</v></c></row></sheetData>'
        parts[name] = parts[name].replace(b"</sheetData>", far)

    return _with_parts(content, change)


def _deep(content: bytes, dice: random.Random) -> bytes:
    """Marks within marks without end."""

    def change(parts: dict[str, bytes]) -> None:
        name = dice.choice([name for name in parts if name.endswith((".xml", ".rels"))])
        depth = dice.choice((300, 3000, 100_000))
        data = parts[name]
        at = data.rfind(b"</")
        parts[name] = data[:at] + b"<a>" * depth + b"</a>" * depth + data[at:]

    return _with_parts(content, change)


_WAYS = (
    _flipped_bits,
    _cut_short,
    _with_a_gap,
    _with_rubbish,
    _without_parts,
    _with_parts_swapped,
    _with_parts_twice,
    _with_other_names,
    _with_spoiled_xml,
    _with_other_attributes,
    _with_other_texts,
    _with_entities,
    _with_a_bomb,
    _with_far_cells,
    _deep,
)
