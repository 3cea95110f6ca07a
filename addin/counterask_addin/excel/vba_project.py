"""A VBA project as a record: its modules' source in, the bytes of xl/vbaProject.bin out, and back.

Excel keeps each module twice, as source text and as compiled code of its own version. We write the source
alone, as the format's specification asks of other programs: the compiled cache is left empty and Excel
compiles the source when it opens the file. xlwings ships its own workbooks in the same way.

Source: [MS-OVBA] Office VBA File Format Structure, 2.3 (streams), 2.3.4.2 (the dir stream).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from counterask_addin.excel.compound_file import Tree, read_compound_file, write_compound_file
from counterask_addin.excel.vba_compression import compress, decompress

ModuleKind = Literal["standard", "class", "document"]

ENCODING = "cp1252"  # the code page that the project declares; VBA has no other for source text here
LONGEST_LINE = 1023  # characters in one line of VBA
WORKBOOK_CLASS = "{00020819-0000-0000-C000-000000000046}"
SHEET_CLASS = "{00020820-0000-0000-C000-000000000046}"
# "No compiled code of any version": the first seven bytes of the _VBA_PROJECT stream, and nothing after them.
_NO_CACHE = bytes.fromhex("cc61ffff000100")
_NAME, _REFERENCE, _COUNT, _COOKIE, _END = 0x04, 0x16, 0x0F, 0x13, 0x10
_MODULE, _MODULE_UNICODE, _STREAM, _STREAM_UNICODE = 0x19, 0x47, 0x1A, 0x32
_DOC, _DOC_UNICODE, _OFFSET, _HELP, _MODULE_COOKIE = 0x1C, 0x48, 0x31, 0x1E, 0x2C
_PROCEDURAL, _NOT_PROCEDURAL, _MODULE_END = 0x21, 0x22, 0x2B
_ENTRY_OF_KIND = {"standard": "Module", "class": "Class", "document": "Document"}


class VbaProjectError(ValueError):
    """A module that VBA cannot hold, or a vbaProject.bin that cannot be read; the sentence says which and
    where."""


@dataclass(frozen=True)
class Module:
    """One module: its name, its kind and its source as the file holds it (with the Attribute lines), lines
    ended by a line feed. A class may carry a description."""

    name: str
    kind: ModuleKind
    source: str
    description: str = ""

    @property
    def code(self) -> str:
        """The source without the Attribute lines at its head: what a person sees in the editor."""
        lines = self.source.split("\n")
        while lines and lines[0].startswith(("Attribute ", "VERSION ", "BEGIN", "END", "  MultiUse")):
            lines.pop(0)
        return "\n".join(lines)


@dataclass(frozen=True)
class VbaProject:
    """A project: `settings` and `information` are the parts of its header that we carry over unread,
    `references` the type libraries by name, each as the records of the file."""

    name: str
    modules: tuple[Module, ...]
    settings: tuple[str, ...] = field(repr=False)
    information: bytes = field(repr=False)
    references: tuple[tuple[str, bytes], ...] = field(repr=False)

    def module(self, name: str) -> Module:
        """The module of that name. Raises VbaProjectError, naming those there are."""
        for module in self.modules:
            if module.name.lower() == name.lower():
                return module
        raise VbaProjectError(
            f'The VBA project has no module "{name}"; it has {", ".join(m.name for m in self.modules)}.'
        )

    def with_modules(self, *modules: Module) -> VbaProject:
        """The project with these modules added, each in the place of one of the same name where there is
        one."""
        new = {module.name.lower(): module for module in modules}
        kept = [new.pop(module.name.lower(), module) for module in self.modules]
        return replace(self, modules=(*kept, *new.values()))


def standard_module(name: str, code: str) -> Module:
    """A module of procedures from its code."""
    code = code.replace("\r\n", "\n")
    head = f'Attribute VB_Name = "{name}"\n'
    if code.lower().startswith("attribute vb_name"):
        code = code.split("\n", 1)[1]
    return Module(name, "standard", head + code)


def document_module(name: str, class_id: str, code: str = "") -> Module:
    """The module behind the workbook (WORKBOOK_CLASS) or a sheet (SHEET_CLASS); its name is the part's code
    name."""
    head = (
        f'Attribute VB_Name = "{name}"\nAttribute VB_Base = "0{class_id}"\n'
        "Attribute VB_GlobalNameSpace = False\nAttribute VB_Creatable = False\n"
        "Attribute VB_PredeclaredId = True\nAttribute VB_Exposed = True\n"
        "Attribute VB_TemplateDerived = False\nAttribute VB_Customizable = True\n"
    )
    return Module(name, "document", head + code.replace("\r\n", "\n"))


def read_project(data: bytes) -> VbaProject:
    """The project in the bytes of a vbaProject.bin. Raises VbaProjectError or CompoundFileError."""
    tree = read_compound_file(data)
    storage = cast("dict[str, bytes]", tree.get("VBA", {}))
    if "dir" not in storage or "PROJECT" not in tree:
        raise VbaProjectError(
            "This compound file holds no VBA project: the streams VBA/dir and PROJECT are missing."
        )
    directory = decompress(storage["dir"])
    lines = cast(bytes, tree["PROJECT"]).decode(ENCODING).split("\r\n")
    kinds: dict[str, ModuleKind] = {}
    settings = []
    for line in lines[: lines.index("") if "" in lines else len(lines)]:
        entry, _, value = line.partition("=")
        kind = next((kind for kind, word in _ENTRY_OF_KIND.items() if word == entry), None)
        if kind is None:
            settings.append(line)
        else:
            kinds[value.partition("/")[0]] = cast(ModuleKind, kind)
    information, references, module_records = _split_directory(directory)
    modules = []
    for records in module_records:
        name = records[_MODULE].decode(ENCODING)
        (offset,) = struct.unpack("<I", records[_OFFSET])
        source = decompress(storage[records[_STREAM].decode(ENCODING)][offset:]).decode(ENCODING)
        modules.append(
            Module(
                name,
                kinds.get(name, "standard"),
                source.replace("\r\n", "\n"),
                records[_DOC].decode(ENCODING),
            )
        )
    name = dict(_records(information))[_NAME].decode(ENCODING)
    return VbaProject(name, tuple(modules), tuple(settings), information, tuple(references))


def write_project(project: VbaProject) -> bytes:
    """The bytes of a vbaProject.bin; the same project always gives the same bytes.

    Raises VbaProjectError for a name VBA refuses, two modules of one name, a line of more than 1,023
    characters and a character outside Windows-1252, with module and line.
    """
    seen: set[str] = set()
    for module in project.modules:
        _check(module)
        if module.name.lower() in seen:
            raise VbaProjectError(f'Two VBA modules are called "{module.name}": give one another name.')
        seen.add(module.name.lower())
    storage: dict[str, bytes | Tree] = {module.name: compress(_encoded(module)) for module in project.modules}
    storage["_VBA_PROJECT"] = _NO_CACHE
    storage["dir"] = compress(_directory(project))
    return write_compound_file(
        {"PROJECT": _project_stream(project), "PROJECTwm": _name_map(project), "VBA": storage}
    )


def _records(data: bytes) -> list[tuple[int, bytes]]:
    found = []
    at = 0
    while at < len(data):
        number, length = struct.unpack_from("<HI", data, at)
        if number == 0x09:  # the version record gives 4 for its length but holds 6 bytes
            length = 6
        found.append((number, data[at + 6 : at + 6 + length]))
        at += 6 + length
    return found


def _record(number: int, data: bytes) -> bytes:
    return struct.pack("<HI", number, 4 if number == 0x09 else len(data)) + data


def _split_directory(
    directory: bytes,
) -> tuple[bytes, list[tuple[str, bytes]], list[dict[int, bytes]]]:
    """The dir stream in its three parts: information, references by name, and the records of each module."""
    information = b""
    references: list[tuple[str, bytes]] = []
    modules: list[dict[int, bytes]] = []
    part = "information"
    inside_control = False  # a control reference holds a second name record of its own
    for number, data in _records(directory):
        if number == _COUNT:
            part = "modules"
        elif number == _REFERENCE and not inside_control:
            part = "references"
            references.append((data.decode(ENCODING), b""))
        inside_control = (inside_control or number == 0x2F) and number != 0x30
        if part == "information":
            information += _record(number, data)
        elif part == "references":
            name, so_far = references[-1]
            references[-1] = (name, so_far + _record(number, data))
        elif number == _MODULE:
            modules.append({number: data})
        elif modules:
            modules[-1][number] = data
    return information, references, modules


def _directory(project: VbaProject) -> bytes:
    name = project.name.encode(ENCODING)
    out = b"".join(
        _record(number, name if number == _NAME else data) for number, data in _records(project.information)
    )
    out += b"".join(records for _, records in project.references)
    out += _record(_COUNT, struct.pack("<H", len(project.modules))) + _record(_COOKIE, b"\xff\xff")
    for module in project.modules:
        short, long = module.name.encode(ENCODING), module.name.encode("utf-16-le")
        out += _record(_MODULE, short) + _record(_MODULE_UNICODE, long)
        out += _record(_STREAM, short) + _record(_STREAM_UNICODE, long)
        out += _record(_DOC, module.description.encode(ENCODING))
        out += _record(_DOC_UNICODE, module.description.encode("utf-16-le"))
        out += _record(_OFFSET, bytes(4)) + _record(_HELP, bytes(4)) + _record(_MODULE_COOKIE, b"\xff\xff")
        out += _record(_PROCEDURAL if module.kind == "standard" else _NOT_PROCEDURAL, b"")
        out += _record(_MODULE_END, b"")
    return out + _record(_END, b"")


def _project_stream(project: VbaProject) -> bytes:
    entries = [
        f"{_ENTRY_OF_KIND[module.kind]}={module.name}" + ("/&H00000000" if module.kind == "document" else "")
        for module in project.modules
    ]
    settings = [f'Name="{project.name}"' if line.startswith("Name=") else line for line in project.settings]
    windows = [f"{module.name}=0, 0, 0, 0, C" for module in project.modules]
    host = "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000"
    # The identity comes first; the entries CMG, DPB and GC are keyed with it, so they travel together.
    lines = [
        settings[0],
        *entries,
        *settings[1:],
        "",
        "[Host Extender Info]",
        host,
        "",
        "[Workspace]",
        *windows,
    ]
    return "".join(line + "\r\n" for line in lines).encode(ENCODING)


def _name_map(project: VbaProject) -> bytes:
    names = (module.name for module in project.modules)
    return (
        b"".join(name.encode(ENCODING) + b"\0" + name.encode("utf-16-le") + b"\0\0" for name in names)
        + b"\0\0"
    )


def _encoded(module: Module) -> bytes:
    return module.source.replace("\r\n", "\n").replace("\n", "\r\n").encode(ENCODING)


def _check(module: Module) -> None:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,30}", module.name):
        raise VbaProjectError(
            f'A VBA module cannot be called "{module.name}": use up to 31 letters, digits, underscores.'
        )
    for number, line in enumerate(module.source.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            raise VbaProjectError(
                f"VBA module {module.name}, line {number}: {len(line)} characters, and VBA reads at most "
                f"{LONGEST_LINE}. Break the line."
            )
        try:
            line.encode(ENCODING)
        except UnicodeEncodeError as error:
            raise VbaProjectError(
                f"VBA module {module.name}, line {number}: the character {line[error.start]!r} is not one of "
                "Windows-1252, and VBA source can hold no other. Write it in another way."
            ) from None
