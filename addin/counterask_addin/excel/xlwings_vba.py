"""xlwings' own VBA, read from the installed package: the module that starts Python and passes calls to it.

xlwings ships a "standalone" workbook that needs no xlwings add-in beside it: one module `xlwings` and, for
Macs, a class `Dictionary`. Its version must be that of the Python package, since the module loads a DLL
that carries the version in its name; so we always read it from the package that is installed and never keep
a copy.

A few of its lines are changed (`CHANGES`): nothing beside a quote may be run, and all open quotes share one Python.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from counterask_addin.excel.vba_project import Module, VbaProject, VbaProjectError, read_project

STANDALONE_WORKBOOK = "quickstart_standalone.xlsm"


@dataclass(frozen=True)
class Replacement:
    """A piece of xlwings' VBA and what we write instead; it must be there exactly once."""

    theirs: str
    ours: str


_LOADED = 'If (PYTHON_WIN <> "python" And PYTHON_WIN <> "pythonw") Or (CondaPath <> "" And CondaEnv <> "") Then'
CHANGES = (
    # Python starts in Excel's current folder: -P keeps the modules there from being imported.
    Replacement('" -B -c ""import sys, os;"', '" -P -B -c ""import sys, os;"'),
    Replacement('" -B -c ""import xlwings.utils;', '" -P -B -c ""import xlwings.utils;'),
    # This call would put the current folder on the path again, and the quote's path into the command, by which xlwings
    # knows which Python to ask: each open quote would start one of its own.
    Replacement(
        r'import xlwings.utils;xlwings.utils.prepare_sys_path(\""" & PYTHONPATH & "\"");import xlwings; xlwings.serve',
        "import counterask_addin.excel.classic_start; import xlwings; xlwings.serve",
    ),
    # Windows and its command window, too, look for a program without a path in the current folder first.
    *(
        Replacement(f'"cmd.exe {rest}', f'Environ("SystemRoot") & "\\System32\\cmd.exe {rest}')
        for rest in ('" & ConsoleSwitch & " /K " & CondaCmd', '" & ConsoleSwitch & " /K " & Chr(34)', '/C " & DriveCommand')
    ),
    Replacement(
        '" activate " & CondaEnv & " && "\n        PYTHON_WIN',
        '" activate " & CondaEnv & " && set NoDefaultCurrentDirectoryInExePath=1&& "\n        PYTHON_WIN',
    ),
    # A file xlwings.conf beside a quote could name any program as the Python to start.
    Replacement('If source = "" Or source = "directory" Then', 'If source = "directory" Then'),
    # The same holds for Python, and for xlwings' DLL, which is looked for beside it.
    Replacement(
        f"{_LOADED}\n        If LoadLibrary",
        'If InStr(PYTHON_WIN, "\\") = 0 Then Err.Raise 1, Description:= _\n'
        '        "Excel does not know which Python to start: run counterask install in a command window, then restart Excel."\n'
        f"    {_LOADED}\n        If LoadLibrary",
    ),
)


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
    """The two modules that classic Excel needs, `xlwings` with our changes and `Dictionary`.

    Raises VbaProjectError where xlwings' VBA is not the one that the changes were written for.
    """
    module = project.module("xlwings")
    source = module.source
    for change in CHANGES:
        if source.count(change.theirs) != 1:
            raise VbaProjectError(
                f"The VBA of xlwings {xlwings_version()} is not the one that counterask was tested with: it does not hold "
                f"{change.theirs!r} once."
            )
        source = source.replace(change.theirs, change.ours)
    return replace(module, source=source), project.module("Dictionary")


def vba_version(project: VbaProject) -> str:
    """The version that the module `xlwings` in a project says it has. Raises VbaProjectError where it says
    none."""
    found = re.search(r'XLWINGS_VERSION As String = "([^"]+)"', project.module("xlwings").source)
    if found is None:
        raise VbaProjectError("The VBA module xlwings does not say its version: it is not xlwings' own.")
    return found.group(1)
