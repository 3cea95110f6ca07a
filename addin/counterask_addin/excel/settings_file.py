"""xlwings' settings file `xlwings.conf`: one setting a line, name and value in quotes with a comma between.

The VBA reads it with `Input #`, two items at a time whatever the lines are: after a blank line, or a line without a comma, it
takes names for values. On Windows a line must end in CR and LF.
"""

from __future__ import annotations

import csv


def read_settings(text: str) -> list[tuple[str, str]]:
    """The names and values, in the order of the file, as the lines say; the first of a name is the one that counts."""
    return [(fields[0], fields[1] if len(fields) > 1 else "") for line in text.splitlines() if (fields := _fields(line))]


def find_setting(text: str, name: str) -> str | None:
    """The value of a setting, by its name in any case; None where there is none."""
    return next((value for key, value in read_settings(text) if key.lower() == name.lower()), None)


def with_setting(text: str, name: str, value: str | None, newline: str) -> str:
    """The text with one setting changed, or added at the end, or taken out where value is None.

    All other lines keep their order and their words. What Excel cannot read past is made readable: blank lines go, and a line
    that is not a name and a value becomes a name without a value.
    """
    lines, is_there = [], False
    for line in text.splitlines():
        fields = _fields(line)
        if not fields:
            continue
        if fields[0].lower() == name.lower():
            if value is not None and not is_there:
                lines.append(f'"{name}","{value}"')
            is_there = True
        elif len(fields) == 2:
            lines.append(line)
        else:
            lines.append('"{}","{}"'.format(fields[0], ",".join(fields[1:])))
    if value is not None and not is_there:
        lines.append(f'"{name}","{value}"')
    return "".join(f"{line}{newline}" for line in lines)


def unreadable_lines(text: str, newline: str) -> list[str]:
    """What Excel's VBA cannot read in the text, a phrase each."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        fields = _fields(line)
        if not fields:
            found.append(f"line {number} is blank")
        elif len(fields) != 2:
            found.append(f"line {number} is not a name and a value")
    if newline == "\r\n" and "\n" in text.replace("\r\n", ""):
        found.append("its lines end in LF alone")
    return found


def _fields(line: str) -> list[str]:
    """The items of a line; none where it is blank."""
    return next(csv.reader([line.strip()], skipinitialspace=True), []) if line.strip() else []
