"""Rows that hold nothing but formats: a person who drags a format to the last row of a sheet makes a million of them.

A large sheet is read without its long runs of such rows. Where the sheet is written again, each run is copied from the file
as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

LARGE = 8 * 2**20
"""Bytes of XML from which a sheet is looked at for such rows."""
CHUNK = 2**20
"""Bytes that are looked at together. The run after rows that hold something is kept, so that results may be written there."""
_ROW = re.compile(rb'<row r="([0-9]{1,7})"')
MARK = re.compile(rb"<\?empty-rows ([0-9]+) ([0-9]+) ([0-9]+) *\?>")


@dataclass(frozen=True)
class Run:
    """A run of empty rows. start, end : its bytes in the part. first, last : its rows."""

    start: int
    end: int
    first: int
    last: int


def without_runs(chunks: Iterable[bytes], runs: list[Run]) -> Iterator[bytes]:
    """The pieces of a part without its runs of empty rows. Each is added to `runs`, and a mark that names it stays behind."""
    place, is_after_rows = 0, False
    pending: Run | None = None
    for piece, is_whole in _pieces(chunks):
        start, place = place, place + len(piece)
        is_empty = is_whole and _is_empty(piece)
        if is_empty and is_after_rows:
            first, last = int(_ROW.match(piece)[1]), int(_ROW.match(piece, piece.rindex(b"<row "))[1])  # type: ignore[index]
            pending = Run(pending.start if pending else start, place, pending.first if pending else first, last)
            continue
        if pending is not None:
            yield _mark(pending, runs)
            pending = None
        is_after_rows = is_empty
        yield piece
    if pending is not None:
        yield _mark(pending, runs)


def _mark(run: Run, runs: list[Run]) -> bytes:
    runs.append(run)
    return b"<?empty-rows %d %d %d?>" % (len(runs) - 1, run.first, run.last)


def _pieces(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The part in pieces of about the length of a chunk, and whether each ends before a row and begins with one."""
    rest, begins_whole = b"", False
    for chunk in chunks:
        rest += chunk
        cut = rest.rfind(b"<row ")
        is_cut = cut > 0
        if not is_cut:
            if len(rest) < 2 * CHUNK:
                continue
            cut = len(rest) - len(b"<row ")  # a row longer than any that holds nothing
        yield rest[:cut], begins_whole and is_cut
        rest, begins_whole = rest[cut:], is_cut
    yield rest, False


def _is_empty(piece: bytes) -> bool:
    """Whether a piece is rows alone, each with its number, and in them cells without content."""
    return (
        _ROW.match(piece) is not None
        and b"</c" not in piece
        and b"</sheetData" not in piece
        and b"<!" not in piece
        and piece.count(b"<row ") == len(_ROW.findall(piece))
        and piece.count(b"<row") == piece.count(b"<row ")
    )


def runs_in(data: etree._Element) -> list[tuple[int, int]]:
    """The first and the last row of each run that was left out of the cells of a sheet."""
    marks = (MARK.fullmatch(etree.tostring(item, with_tail=False)) for item in data.iterchildren(etree.PI))
    return [(int(mark[2]), int(mark[3])) for mark in marks if mark]
