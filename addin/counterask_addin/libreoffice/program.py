"""The LibreOffice of this machine: where it is, how Python talks to it, and which versions we work with.

LibreOffice is spoken to over UNO, and UNO for Python is not on PyPI: it is a compiled module that comes with
LibreOffice (Debian's package python3-uno) and fits exactly one Python version. Loaded into another one it
would end the process without a word, so the version that it was built for is read from the file before it is
imported.

25.2 and later bind our functions as a workbook spells them. 7.4 to 24.8 read unknown function names as text,
so their formulas are entered again after opening (see `reentry`). Anything older is refused.
"""

from __future__ import annotations

import builtins
import importlib
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TYPE_MANAGER = "/singletons/com.sun.star.reflection.theTypeDescriptionManager"

OLDEST = (7, 4)
FULL = (25, 2)

_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/usr/lib64/libreoffice/program/soffice",
    "/opt/libreoffice*/program/soffice",
    "/snap/bin/libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_UNO_PLACES = (
    "/usr/lib/python3/dist-packages",
    "/usr/lib/python3.{minor}/site-packages",
    "/usr/lib64/python3.{minor}/site-packages",
)
_INSTALL = "On Debian or Ubuntu: apt install libreoffice-calc python3-uno."


class HostError(Exception):
    """LibreOffice could not do what was asked; the message is one sentence for the person."""


class Cancelled(Exception):
    """The person asked to stop before there was anything to do."""


@dataclass(frozen=True, order=True)
class Version:
    """A LibreOffice version: `major` and `minor` as in 25.2, and its full `name` as in 25.2.3.2."""

    major: int
    minor: int
    name: str = ""

    @classmethod
    def read(cls, text: str) -> Version:
        """The version in a text such as "25.2.3.2"; HostError where there is none."""
        found = re.match(r"\s*(\d+)\.(\d+)", text)
        if found is None:
            raise HostError(
                f"LibreOffice does not say which version it is (but {text!r}); install 25.2 or later."
            )
        return cls(int(found[1]), int(found[2]), text.strip())

    @property
    def binds_names(self) -> bool:
        """Whether opening a workbook connects its formulas with our functions without further help."""
        return (self.major, self.minor) >= FULL

    def refusal(self) -> str | None:
        """Why this version cannot be used at all, in a sentence; None where it can."""
        if (self.major, self.minor) >= OLDEST:
            return None
        return (
            f"LibreOffice {self.name} is too old for the live functions: all work from version 25.2, "
            "with limits from 7.4; on Debian 12 version 25.2 is in bookworm-backports."
        )

    def shortfall(self) -> str | None:
        """What does not work with this version, in a sentence; None where everything does."""
        if self.binds_names:
            return None
        return (
            f"LibreOffice {self.name} works with limits: formulas are entered again after opening, result "
            "tables on sheets with a password show #NAME?, and a workbook that it saves has names that Excel "
            "does not know; version 25.2 has no such limits."
        )


def find_soffice(given: str | None = None) -> Path:
    """The program `soffice`: `given`, else the variable COUNTERASK_SOFFICE, else the search path, else the
    usual places.

    HostError where there is none.
    """
    wanted = given or os.environ.get("COUNTERASK_SOFFICE")
    if wanted:
        found = shutil.which(wanted)
        if found is None:
            raise HostError(
                f"There is no program {wanted}, which was given as LibreOffice; correct it or leave it out."
            )
        return Path(found).resolve()
    for name in ("soffice", "libreoffice"):
        found = shutil.which(name)
        if found is not None:
            return Path(found).resolve()
    for place in _PLACES:
        base = Path(place)
        for path in sorted(Path("/").glob(str(base).lstrip("/")), reverse=True):
            if os.access(path, os.X_OK):
                return path.resolve()
    raise HostError(
        f"LibreOffice is not installed on this machine (no program soffice was found). {_INSTALL}"
    )


def import_uno(soffice: Path) -> Any:
    """The module `uno` that belongs to `soffice`, with its companion `unohelper` loaded as well.

    It is looked for where this Python looks, then where LibreOffice and the system's Python keep it: a
    virtual environment finds it without being told. HostError where there is none for this Python version.
    `import` itself, which the module `uno` replaces by its own, is put back.
    """
    if "unohelper" in sys.modules:
        return sys.modules["uno"]
    folder = uno_for_this_python(_uno_folders(soffice), soffice.parent)
    own_import, own_path = builtins.__import__, list(sys.path)
    # Only while importing: the system's other packages must not become visible to the functions.
    sys.path[:] = [*own_path, str(folder), str(soffice.parent)]
    try:
        uno = importlib.import_module("uno")
        importlib.import_module("unohelper")
    except (ImportError, SystemError) as error:
        raise HostError(
            f"The module uno of {folder} cannot be loaded ({error}); reinstall python3-uno."
        ) from error
    finally:
        builtins.__import__ = own_import
        sys.path[:] = own_path
    _load_types(uno, soffice.parent)
    return uno


def uno_for_this_python(folders: list[Path], program: Path) -> Path:
    """The first of `folders` with a `uno` built for the running Python; HostError where there is none.

    program : LibreOffice's program folder, where the compiled part of `uno` may lie.
    """
    if not folders:
        raise HostError(
            f"Python cannot talk to LibreOffice: the module uno (package python3-uno) is missing. {_INSTALL}"
        )
    own = sys.version_info[:2]
    built_for = [_built_for(folder, program) for folder in folders]
    fitting = [folder for folder, version in zip(folders, built_for, strict=True) if version in (None, own)]
    if not fitting:
        theirs = ".".join(str(part) for part in next(version for version in built_for if version))
        raise HostError(
            f"The module uno of {folders[0]} is built for Python {theirs}, this is Python {own[0]}.{own[1]}; "
            f"run counterask with Python {theirs} (a virtual environment of it will do)."
        )
    return fitting[0]


def _load_types(uno: Any, program: Path) -> None:
    """Teach `uno` the office's own types where LibreOffice does not lie where the module expects it."""
    try:
        uno.getClass("com.sun.star.sheet.XAddIn")
    except Exception:  # the type of this exception is among the unknown ones
        types = uno.getComponentContext().getValueByName(TYPE_MANAGER)
        for path in sorted((program / "types").glob("*.rdb")):
            types.insert(path.as_uri())


def _uno_folders(soffice: Path) -> list[Path]:
    minor = sys.version_info[1]
    places = [*sys.path, str(soffice.parent), *(place.format(minor=minor) for place in _UNO_PLACES)]
    return [
        folder
        for folder in dict.fromkeys(Path(place) for place in places if place)
        if (folder / "uno.py").is_file()
    ]


def _built_for(folder: Path, program: Path) -> tuple[int, int] | None:
    """The Python version that the compiled part beside `uno.py` was linked with, where the file says so."""
    for place in (folder, program):
        for path in sorted(place.glob("pyuno*.so")) + sorted(place.glob("libpyuno*.so")):
            found = re.search(rb"libpython(\d+)\.(\d+)", path.read_bytes())
            if found is not None:
                return int(found[1]), int(found[2])
    return None
