"""Compound files: the little file system inside one file in which Office keeps a VBA project.

A file is cut into sectors of 512 bytes; a table (the FAT) chains the sectors of each stream; streams below
4,096 bytes share "mini sectors" of 64 bytes with a table of their own; a directory of 128-byte entries,
linked as a sorted tree, names streams and storages (folders).

A tree is a plain mapping: name -> bytes (a stream) or another mapping (a storage). Writing is deterministic:
no clock, no identifiers, the same tree always gives the same bytes.

Source: [MS-CFB] Compound File Binary File Format.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

Tree = Mapping[str, "bytes | Tree"]

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
SECTOR = 512
MINI_SECTOR = 64
MINI_LIMIT = 4096  # a stream of this many bytes or more has sectors of its own
FREE, END_OF_CHAIN, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5
_HEADER = struct.Struct("<8s16sHHHHH6sIIIIIIIII")
_ENTRY = struct.Struct("<64sHBBIII16sIQQIQ")
_HEADER_SLOTS = 109  # FAT sectors that the header can list


class CompoundFileError(ValueError):
    """The bytes are not a compound file that can be read, or the tree is not one that can be written."""


def read_compound_file(data: bytes) -> dict[str, bytes | Tree]:
    """The tree of streams and storages in a compound file.

    Raises CompoundFileError where the bytes are no compound file or its chains are broken.
    """
    if len(data) < SECTOR or data[:8] != SIGNATURE:
        raise CompoundFileError("This is not a compound file: its first bytes are not the signature of one.")
    header = _HEADER.unpack_from(data)
    shift, first_directory = header[5], header[10]
    first_mini_fat = header[13]
    size = 1 << shift
    slots = struct.unpack_from(f"<{_HEADER_SLOTS}I", data, _HEADER.size)
    if header[16]:
        raise CompoundFileError("This compound file is larger than 6.8 MB; no VBA project of ours is.")

    def sector(number: int) -> bytes:
        start = (number + 1) * size
        if start >= len(data):
            raise CompoundFileError(f"The compound file is cut short: sector {number} lies beyond its end.")
        return data[start : start + size]

    table = b"".join(sector(number) for number in slots if number < FAT_SECTOR)
    fat = struct.unpack(f"<{len(table) // 4}I", table)

    def chain(first: int, links: tuple[int, ...]) -> list[int]:
        numbers: list[int] = []
        while first < FAT_SECTOR:
            if first >= len(links) or len(numbers) > len(links):
                raise CompoundFileError(
                    f"The compound file is damaged: the chain at sector {first} is broken."
                )
            numbers.append(first)
            first = links[first]
        return numbers

    def stream(first: int) -> bytes:
        return b"".join(sector(number) for number in chain(first, fat))

    directory = stream(first_directory)
    entries = [_ENTRY.unpack_from(directory, at) for at in range(0, len(directory) - 127, 128)]
    mini_stream = stream(entries[0][11])
    mini_table = stream(first_mini_fat)
    mini_fat = struct.unpack(f"<{len(mini_table) // 4}I", mini_table)

    def content(entry: tuple[object, ...]) -> bytes:
        first, length = int(entry[11]), int(entry[12]) & 0xFFFFFFFF  # type: ignore[call-overload]
        if length >= MINI_LIMIT:
            return stream(first)[:length]
        pieces = (mini_stream[n * MINI_SECTOR : (n + 1) * MINI_SECTOR] for n in chain(first, mini_fat))
        return b"".join(pieces)[:length]

    def siblings(number: int) -> list[int]:
        if number >= len(entries):
            return []
        return [*siblings(entries[number][4]), number, *siblings(entries[number][5])]

    def storage(number: int) -> dict[str, bytes | Tree]:
        found: dict[str, bytes | Tree] = {}
        for child in siblings(entries[number][6]):
            entry = entries[child]
            name = entry[0][: max(entry[1] - 2, 0)].decode("utf-16-le")
            found[name] = storage(child) if entry[2] == STORAGE else content(entry)
        return found

    return storage(0)


def write_compound_file(tree: Tree) -> bytes:
    """A compound file (version 3, sectors of 512 bytes) with the tree in it; same tree, same bytes.

    Raises CompoundFileError where a name is empty, longer than 31 characters or holds one of / \\ : !, and
    where the whole would not fit (6.8 MB).
    """
    entries = [_Entry("Root Entry", ROOT)]
    _add(tree, 0, entries)
    sectors = _Sectors()
    mini, mini_fat = bytearray(), list[int]()
    for entry in entries[1:]:
        entry.size = len(entry.data)
        if entry.kind == STORAGE:
            entry.first = 0
        elif len(entry.data) >= MINI_LIMIT:
            entry.first = sectors.put(entry.data)
        elif entry.data:
            entry.first = len(mini_fat)
            count = -(-len(entry.data) // MINI_SECTOR)
            mini_fat += [*range(entry.first + 1, entry.first + count), END_OF_CHAIN]
            mini += entry.data.ljust(count * MINI_SECTOR, b"\0")
    entries[0].first, entries[0].size = sectors.put(bytes(mini)), len(mini)
    mini_table = _padded(struct.pack(f"<{len(mini_fat)}I", *mini_fat), b"\xff")
    first_mini_fat = sectors.put(mini_table)
    while len(entries) % (SECTOR // 128):
        entries.append(_Entry("", 0, first=0))
    first_directory = sectors.put(b"".join(entry.packed() for entry in entries))
    return _assemble(sectors, first_directory, first_mini_fat, len(mini_table) // SECTOR)


@dataclass
class _Entry:
    """One directory entry while a file is being written."""

    name: str
    kind: int
    data: bytes = b""
    left: int = FREE
    right: int = FREE
    child: int = FREE
    first: int = END_OF_CHAIN
    size: int = 0

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le")
        black = 1  # every node black: a balanced tree of black nodes is a valid red-black tree for readers
        return _ENTRY.pack(
            name,
            len(name) + 2 if name else 0,
            self.kind,
            black if name else 0,
            self.left,
            self.right,
            self.child,
            b"\0" * 16,
            0,
            0,
            0,
            self.first,
            self.size,
        )


@dataclass
class _Sectors:
    """The sectors written so far and the table that chains them."""

    fat: list[int] = field(default_factory=list)
    content: list[bytes] = field(default_factory=list)

    def put(self, data: bytes) -> int:
        """Append the data and answer its first sector; an empty stream has none."""
        if not data:
            return END_OF_CHAIN
        first, count = len(self.fat), -(-len(data) // SECTOR)
        self.fat += [*range(first + 1, first + count), END_OF_CHAIN]
        self.content.append(_padded(data, b"\0"))
        return first


def _padded(data: bytes, fill: bytes) -> bytes:
    return data.ljust(-(-len(data) // SECTOR) * SECTOR, fill)


def _add(tree: Tree, parent: int, entries: list[_Entry]) -> None:
    """Append an entry for everything in a storage and link the entries as a balanced tree below `parent`."""
    numbers = []
    for name, value in tree.items():
        if not 0 < len(name) < 32 or set(name) & set("/\\:!"):
            raise CompoundFileError(
                f'A compound file cannot hold the name "{name}": use 1 to 31 characters without / \\ : !.'
            )
        is_stream = isinstance(value, bytes | bytearray)
        entries.append(_Entry(name, STREAM if is_stream else STORAGE, bytes(value) if is_stream else b""))  # type: ignore[arg-type]
        numbers.append(len(entries) - 1)
    # The order is the format's own: shorter names first, then by upper case.
    numbers.sort(key=lambda number: (len(entries[number].name), entries[number].name.upper()))

    def link(part: list[int]) -> int:
        if not part:
            return FREE
        middle = len(part) // 2
        entry = entries[part[middle]]
        entry.left, entry.right = link(part[:middle]), link(part[middle + 1 :])
        return part[middle]

    entries[parent].child = link(numbers)
    for number in numbers:
        value = tree[entries[number].name]
        if entries[number].kind == STORAGE:
            _add(value, number, entries)  # type: ignore[arg-type]


def _assemble(sectors: _Sectors, first_directory: int, first_mini_fat: int, mini_fat_sectors: int) -> bytes:
    per_sector = SECTOR // 4
    count = 1
    while count * per_sector < len(sectors.fat) + count:
        count += 1
    if count > _HEADER_SLOTS:
        raise CompoundFileError("The project is larger than 6.8 MB and cannot be written: take modules out.")
    first_fat = len(sectors.fat)
    links = sectors.fat + [FAT_SECTOR] * count
    table = struct.pack(f"<{len(links)}I", *links).ljust(count * SECTOR, b"\xff")
    header = _HEADER.pack(
        SIGNATURE,
        b"\0" * 16,
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"\0" * 6,
        0,
        count,
        first_directory,
        0,
        MINI_LIMIT,
        first_mini_fat,
        mini_fat_sectors,
        END_OF_CHAIN,
        0,
    )
    slots = [*range(first_fat, first_fat + count)] + [FREE] * (_HEADER_SLOTS - count)
    return header + struct.pack(f"<{_HEADER_SLOTS}I", *slots) + b"".join(sectors.content) + table
