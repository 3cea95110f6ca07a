"""The text of a CSV file as programs export it, whatever their encoding and separator."""

from __future__ import annotations

_MARKS = (",", ";", "\t")
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def delimited_text(content: bytes) -> tuple[str, str]:
    """The text of a CSV file and the mark between its cells.

    The encoding is UTF-8, with or without a byte order mark, UTF-16 with one, or else that of Windows for Western Europe. The
    mark is what Excel's own first line "sep=;" says, which is not a row, or else what the first line holds most of outside
    quotes. Raises ValueError for bytes that are not text.
    """
    encoding = _WIDE.get(content[:2], "utf-8-sig")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    if "\0" in text:
        raise ValueError("it holds bytes that are no text")
    first, _, rest = text.partition("\n")
    said = first.strip()
    if said.lower().startswith("sep=") and len(said) == 5:
        return rest, said[4]
    unquoted = "".join(first.split('"')[::2])
    return text, max(_MARKS, key=unquoted.count)
