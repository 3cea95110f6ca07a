"""The processes that a program has started, among them LibreOffice."""

from __future__ import annotations

import contextlib
from pathlib import Path


def descendants_of(program: int) -> dict[int, str]:
    """The processes that the process `program` has started, and that those have: process id -> name."""
    parents: dict[int, int] = {}
    names: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
                names[int(entry.name)], parents[int(entry.name)] = name, int(rest.split()[1])
    found = {}
    for number, name in names.items():
        ancestor = parents[number]
        while ancestor in parents and ancestor != program:
            ancestor = parents[ancestor]
        if ancestor == program:
            found[number] = name
    return found


def offices_of(program: int) -> list[int]:
    """The process ids of the LibreOffices that `program` has started."""
    return [number for number, name in descendants_of(program).items() if name == "soffice.bin"]
