"""xlwings' own VBA, read from the installed package: the module that starts Python and passes calls to it.

xlwings ships a "standalone" workbook that needs no xlwings add-in beside it: one module `xlwings` and, for
Macs, a class `Dictionary`. Its version must be that of the Python package, since the module loads a DLL
that carries the version in its name; so we always read it from the package that is installed and never keep
a copy.
"""

from __future__ import annotations

import re
import zipfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from counterask_addin.excel.vba_project import Module, VbaProject, VbaProjectError, read_project

STANDALONE_WORKBOOK = "quickstart_standalone.xlsm"


def xlwings_folder() -> Path:
    """Where the xlwings package lies, found without importing it (that would start a second interpreter's
    worth of packages). Raises VbaProjectError where it is not installed."""
    found = find_spec("xlwings")
    if found is None or found.origin is None:
        raise VbaProjectError("xlwings is not installed in this Python: run `pip install xlwings`.")
    return Path(found.origin).parent


def xlwings_version() -> str:
    """The version of the installed Python package."""
    return version("xlwings")


def xlwings_project() -> VbaProject:
    """The VBA project of the workbook that xlwings ships for standalone use."""
    path = xlwings_folder() / STANDALONE_WORKBOOK
    if not path.is_file():
        raise VbaProjectError(
            f"{path} is missing: this xlwings is not whole. Run `pip install --force-reinstall xlwings`."
        )
    with zipfile.ZipFile(path) as package:
        return read_project(package.read("xl/vbaProject.bin"))


def xlwings_modules(project: VbaProject) -> tuple[Module, ...]:
    """The two modules that classic Excel needs: `xlwings` and `Dictionary`."""
    return project.module("xlwings"), project.module("Dictionary")


def vba_version(project: VbaProject) -> str:
    """The version that the module `xlwings` in a project says it has. Raises VbaProjectError where it says
    none."""
    found = re.search(r'XLWINGS_VERSION As String = "([^"]+)"', project.module("xlwings").source)
    if found is None:
        raise VbaProjectError("The VBA module xlwings does not say its version: it is not xlwings' own.")
    return found.group(1)
