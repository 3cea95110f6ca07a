"""Spoiled workbooks: packages broken as transport and malice break them, and cells that hold what no cell should.

Run as a program it tries seeds one by one under limits of time and memory, and prints a JSON line for each that fails:
`python mutants.py FOLDER FIRST COUNT`.
"""

from __future__ import annotations

import io
import json
import random
import re
import signal
import sys
import time
import traceback
import zipfile
from pathlib import Path
from types import FrameType

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.xlsx"))
MOST_SECONDS, MOST_BYTES = 10, 2**30
ODD_NUMBERS = (
    *("1e308", "1e309", "-1e308", "NaN", "nan", "INF", "-Infinity", "1e-320", "0x10", "1,5", "99999999999999999999"),
    *("", " 7 ", "-0", "1_000", "٣"),
)
ODD_TEXTS = (
    "=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "none", "NaN", "#REF!", "yes", "½", "\u202e1234", "\ufeff", "a" * 40_000,
    "🦕", "_x000D_", "12.5 %", "2026-13-45", "T1", "Seats", "'", "%s%n", "{0}", "\u0000",
)  # fmt: skip


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zipped(parts: list[tuple[str, bytes]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def mutant(seed: int, content: bytes) -> bytes:
    """One spoiled workbook of a sound one; the same seed spoils in the same way."""
    chance = random.Random(seed)
    if chance.random() < 0.15:
        spoiled = bytearray(content)
        if chance.random() < 0.4:
            return bytes(spoiled[: chance.randrange(len(spoiled))])
        for _ in range(chance.choice([1, 3, 30])):
            spoiled[chance.randrange(len(spoiled))] ^= 1 << chance.randrange(8)
        return bytes(spoiled)
    parts = _parts(content)
    if chance.random() < 0.3:
        return _zipped(_broken_package(chance, parts))
    for _ in range(chance.choice([1, 1, 2, 5])):
        _odd_cells(chance, parts)
    return _zipped(list(parts.items()))


def _broken_package(chance: random.Random, parts: dict[str, bytes]) -> list[tuple[str, bytes]]:
    names = list(parts)
    name = chance.choice(names)
    other = chance.choice(names)
    kind = chance.randrange(9)
    if kind == 0:
        del parts[name]
    elif kind == 1:
        return [*parts.items(), (name.upper(), b"<x/>")]
    elif kind == 2:
        parts[name], parts[other] = parts[other], parts[name]
    elif kind == 3:
        parts[name] = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    elif kind == 4:
        return [*parts.items(), (chance.choice(["../../evil.xml", "/etc/x", "C:\\x", "xl/./../../y"]), b"x")]
    elif kind == 5:
        parts[name] = b"\0" * chance.choice([0, 1, 2**20, 30 * 2**20])
    elif kind == 6:
        parts[name] = parts[name][: chance.randrange(max(1, len(parts[name])))]
    elif kind == 7:
        rels = [one for one in names if one.endswith(".rels")]
        text = parts[rels[0]]
        for one in rels:
            ids = re.findall(rb'Target="([^"]+)"', parts[one])
            if ids:
                text = parts[one].replace(chance.choice(ids), chance.choice([*ids, b"../../x", b"http://x.invalid/"]))
                parts[one] = text
    else:
        sheets = [one for one in names if one.startswith("xl/worksheets/sheet")]
        one = chance.choice(sheets)
        rows = b"".join(b'<row r="%d"/>' % row for row in range(900_000, 900_000 + chance.choice([10, 148_000])))
        parts[one] = parts[one].replace(b"</sheetData>", rows + b"</sheetData>")
    return list(parts.items())


def _odd_cells(chance: random.Random, parts: dict[str, bytes]) -> None:
    sheets = [one for one in parts if one.startswith("xl/worksheets/sheet")][:6]
    kind = chance.randrange(6)
    if kind == 0:
        name = "xl/sharedStrings.xml"
        pattern, texts = rb"<t[^>]*>[^<]*</t>", [_escaped(text) for text in ODD_TEXTS]
        new = b'<t xml:space="preserve">%s</t>' % chance.choice(texts)
    else:
        name = chance.choice(sheets)
        pattern = [rb"<v>[^<]*</v>", rb"<v>[^<]*</v>", rb' r="[A-Z]+\d+"', rb' t="\w+"', rb"<c [^>]*>"][kind - 1]
        new = [
            b"<v>%s</v>" % chance.choice(ODD_NUMBERS).encode(),
            b"<v>%d</v>" % chance.randrange(-5, 3000),
            b' r="%s"' % chance.choice([b"XFD1048576", b"A0", b"ZZZZ9", b"A1", b"B7"]),
            b' t="%s"' % chance.choice([b"s", b"n", b"b", b"e", b"str", b"inlineStr", b"d", b"zz"]),
            b'<c r="B%d">' % chance.randrange(1, 60),
        ][kind - 1]
    found = list(re.finditer(pattern, parts[name]))
    if found:
        hit = chance.choice(found)
        parts[name] = parts[name][: hit.start()] + new + parts[name][hit.end() :]


def _escaped(text: str) -> bytes:
    return text.replace("&", "&amp;").replace("<", "&lt;").encode()


class TooSlow(Exception):
    """A case took longer than it may."""


def _ring(_: int, __: FrameType | None) -> None:
    raise TooSlow


def tried(folder: Path, seed: int) -> list[str]:
    """What goes wrong with one spoiled workbook, over all the verbs; nothing where all is well."""
    from click.testing import CliRunner

    from counterask_addin.cli import cli

    path, wrong = folder / "quote.xlsx", []
    content = mutant(seed, EXAMPLES[seed % len(EXAMPLES)].read_bytes())
    path.write_bytes(content)
    trade = {"i": "C1", "s": "S1"}.get(EXAMPLES[seed % len(EXAMPLES)].stem[0], "T1")
    trade = "T1" if EXAMPLES[seed % len(EXAMPLES)].stem == "staffing" else trade
    verbs = [
        ["value", path, "-o", folder / "valued.xlsx", "--overwrite"],
        ["counter-asks", path, "--trade", trade, "--json"],
        ["explain", path, "--trade", trade],
        ["client-copy", path, "-o", folder / "copy.xlsx", "--overwrite"],
    ]
    for words in verbs[:1] + [verbs[1 + seed % 3]]:
        signal.alarm(MOST_SECONDS)
        start = time.monotonic()
        try:
            done = CliRunner().invoke(cli, [str(word) for word in words])
        finally:
            signal.alarm(0)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            lines = traceback.format_exception(*done.exc_info) if done.exc_info else []
            wrong.append(f"{words[0]}: {''.join(lines)[-1500:]}")
        elif done.exit_code not in (0, 1, 2):
            wrong.append(f"{words[0]}: exit code {done.exit_code}")
        elif words[0] == "client-copy" and "not written" in done.output:
            wrong.append(f"client-copy: {done.output[-600:]}")
        if time.monotonic() - start > MOST_SECONDS:
            wrong.append(f"{words[0]}: slow")
    if path.read_bytes() != content:
        wrong.append("the input was changed")
    if leftovers := [one.name for one in folder.iterdir() if one.name.endswith(".part")]:
        wrong.append(f"left behind: {leftovers}")
    return wrong


def main(folder: Path, first: int, count: int) -> None:
    """Try seeds under limits and print what fails, a JSON line each, and at the end how much memory was used."""
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    signal.signal(signal.SIGALRM, _ring)
    for seed in range(first, first + count):
        for wrong in tried(folder, seed):
            print(json.dumps({"seed": seed, "wrong": wrong}), flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"tried": count, "peak_mb": peak}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
