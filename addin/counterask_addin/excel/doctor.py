"""What would stop the functions on this machine: each thing looked at, with what was seen and the remedy.

A finding says `ok`, `problem` or `could not see`. What cannot be seen on this system (Excel's settings from
a Linux machine, whether a person pressed "Enable Content") is said to be so, and never counted as fine.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from counterask_addin.excel.machine import (
    ExcelPlaces,
    Machine,
    excel_bits,
    excel_places,
    find_excel,
)
from counterask_addin.excel.macro_security import blocked_macros
from counterask_addin.excel.settings_file import find_setting, unreadable_lines

DiagnosisState = Literal["ok", "problem", "could not see"]
LIVE_LIBREOFFICE = (25, 2)
MODULES = ("numpy", "cryptography", "lxml", "click", "rich", "counterask_addin.excel.trusting_functions")


@dataclass(frozen=True)
class Diagnosis:
    """One thing that was looked at. remedy : what to do, empty where there is nothing to do."""

    name: str
    state: DiagnosisState
    sentence: str
    remedy: str = ""


def examine(
    machine: Machine,
    workbook: Path | None = None,
    importing: Callable[[str], object] = importlib.import_module,
    starting: Callable[[Path], str] | None = None,
) -> list[Diagnosis]:
    """Every finding on a machine, in the order in which a person would look.

    workbook : a quote whose VBA and place are looked at as well. importing : how a module is imported.
    starting : how a Python is started as Excel starts it; returns what stops it, "" if nothing does.
    """
    places = excel_places(machine)
    findings = [*_python(machine, importing), *_conda(machine, starting or start_bare), *_excel(machine)]
    if places is not None:
        findings += [*_settings(machine, places), *_addin(places), *_macros(machine)]
    findings += _xlwings(machine, importing)
    findings += _folders(machine, workbook)
    if workbook is not None:
        findings += _workbook(workbook)
    if machine.system == "other":
        findings.append(_libreoffice(machine))
    return findings


def _python(machine: Machine, importing: Callable[[str], object]) -> Iterator[Diagnosis]:
    where = f"Python of {machine.bits} bits at {machine.executable}."
    if "WindowsApps" in machine.executable.parts:
        remedy = "Install Python from python.org and counterask in it (docs/install.md), then run `counterask install` there."
        yield Diagnosis(
            "Python", "problem", f"{where} Excel cannot start the Python of the Microsoft Store.", remedy
        )
    else:
        yield Diagnosis("Python", "ok", where)
    for module in MODULES:
        try:
            importing(module)
        except Exception as error:  # whatever stops an import stops Excel too
            reason = f"{module} does not import: {type(error).__name__}: {error}"
            library = "xlwings" if "." in module else module
            remedy = f"Run `{machine.executable} -m pip install --force-reinstall {library}`."
            yield Diagnosis(f"module {module}", "problem", reason, remedy)
        else:
            yield Diagnosis(f"module {module}", "ok", f"{module} imports.")


def _conda(machine: Machine, starting: Callable[[Path], str]) -> Iterator[Diagnosis]:
    """Anaconda's Python: Excel starts it without `conda activate`, so it may not find the DLLs of its libraries."""
    if machine.system != "windows" or not (machine.executable.parent / "conda-meta").is_dir():
        return
    stopped = starting(machine.executable)
    if stopped:
        yield Diagnosis(
            "Anaconda",
            "problem",
            f"This Python is Anaconda's. Excel starts it without `conda activate`, and so it does not work: {stopped}",
            "Install Python from python.org, then counterask and `counterask install` there.",
        )
    else:
        yield Diagnosis("Anaconda", "ok", "This Python is Anaconda's; it finds its DLLs without `conda activate`, too.")


def start_bare(python: Path) -> str:
    """Start a Python as Excel does, with nothing of it on the search path, and import what the functions need.

    Returns the last line of what it says, or "" where all is well.
    """
    system = os.environ.get("SYSTEMROOT", r"C:\Windows")
    keep = {name: value for name, value in os.environ.items() if not name.upper().startswith(("CONDA", "PYTHON"))}
    bare = {**keep, "PATH": rf"{system}\System32;{system}"}
    code = "import numpy, lxml.etree, cryptography, win32api"
    try:
        done = subprocess.run(
            [str(python), "-P", "-c", code], env=bare, capture_output=True, text=True, timeout=120, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{error}."
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or [f"exit code {done.returncode}."])[-1]


def _excel(machine: Machine) -> Iterator[Diagnosis]:
    found = find_excel(machine)
    if machine.system == "other":
        yield Diagnosis(
            "Excel",
            "could not see",
            "There is no Excel for this system.",
            "Open a quote in LibreOffice with `counterask open QUOTE.xlsx`, or use Excel on the web with xlwings Lite.",
        )
        return
    if found is None:
        yield Diagnosis(
            "Excel",
            "problem",
            "No Excel was found where Office puts it.",
            "Install the desktop Excel of Microsoft 365 or Office 2021 and later. Without it, use Excel on the web "
            "with xlwings Lite, or LibreOffice with `counterask open QUOTE.xlsx`.",
        )
    elif "WindowsApps" in found.parts:
        yield Diagnosis(
            "Excel",
            "problem",
            f"Excel is the edition of the Microsoft Store ({found}), which loads no DLL.",
            "Uninstall it and install Office from office.com; or use quote_lite.xlsx with xlwings Lite.",
        )
    else:
        yield Diagnosis("Excel", "ok", f"Excel is at {found}.")
    if machine.system == "mac":
        yield Diagnosis(
            "live functions",
            "problem",
            "On a Mac the functions of quote.xlsm cannot run: xlwings has them for Windows.",
            "Open quote_lite.xlsx with the free add-in xlwings Lite.",
        )


def _xlwings(machine: Machine, importing: Callable[[str], object]) -> Iterator[Diagnosis]:
    from counterask_addin.excel.vba_project import VbaProjectError
    from counterask_addin.excel.xlwings_vba import xlwings_version

    try:
        importing("xlwings")
        version = xlwings_version()
    except (ImportError, VbaProjectError) as error:
        remedy = f"Run `{machine.executable} -m pip install xlwings`."
        yield Diagnosis("xlwings", "problem", f"xlwings does not import: {error}", remedy)
        return
    yield Diagnosis("xlwings", "ok", f"xlwings {version}.")
    if machine.system != "windows":
        return
    try:
        importing("win32api")
    except ImportError as error:
        remedy = f"Run `{machine.executable} -m pip install --force-reinstall pywin32`."
        yield Diagnosis("pywin32", "problem", f"pywin32 does not import: {error}", remedy)
    else:
        yield Diagnosis("pywin32", "ok", "pywin32 imports.")
    bits = excel_bits(machine)
    folders = (machine.executable.parent, machine.executable.parent.parent)
    for size in (bits,) if bits else (64, 32):
        name = f"xlwings{size}-{version}.dll"
        if any((folder / name).is_file() for folder in folders):
            yield Diagnosis("DLL", "ok", f"{name} lies with Python, for an Excel of {size} bits.")
        else:
            yield Diagnosis(
                "DLL",
                "problem",
                f"{name} is not in {folders[0]} nor in {folders[1]}: Excel cannot reach Python.",
                f"Run `{machine.executable} -m pip install --force-reinstall xlwings=={version}`, not with --user.",
            )
    if bits is None:
        yield Diagnosis(
            "Excel's bits", "could not see", "Whether Excel has 32 or 64 bits is not noted on this machine."
        )


def _settings(machine: Machine, places: ExcelPlaces) -> Iterator[Diagnosis]:
    remedy = "Run `counterask install`."
    try:
        text = places.settings.read_bytes().decode("mbcs" if os.name == "nt" else "utf-8", errors="replace")
    except OSError:
        yield Diagnosis(
            "settings", "problem", f"{places.settings} is missing: Excel does not know which Python.", remedy
        )
        return
    named = find_setting(text, places.interpreter_key)
    unreadable = unreadable_lines(text, places.newline)
    if not named:
        yield Diagnosis("settings", "problem", f"{places.settings} names no {places.interpreter_key}.", remedy)
    elif not Path(named).is_file():
        yield Diagnosis("settings", "problem", f"{places.settings} names {named}, which is not there.", remedy)
    elif unreadable:
        sentence = f"Excel cannot read {places.settings}: {', '.join(unreadable)}."
        yield Diagnosis("settings", "problem", sentence, remedy)
    elif Path(named).parent != machine.executable.parent:
        yield Diagnosis(
            "settings",
            "problem",
            f"Excel starts {named}, and this is {machine.executable}.",
            f"{remedy} Or run `counterask doctor` with that Python.",
        )
    else:
        yield Diagnosis("settings", "ok", f"Excel starts {named}.")


def _addin(places: ExcelPlaces) -> Iterator[Diagnosis]:
    remedy = "Run `counterask install`; it writes the add-in for the xlwings that is installed."
    if not places.addin.is_file():
        yield Diagnosis(
            "add-in", "problem", f"{places.addin} is missing: the Counterask tab does not appear.", remedy
        )
        return
    yield _vba_finding("add-in", places.addin, remedy)


def _vba_finding(name: str, workbook: Path, remedy: str) -> Diagnosis:
    """Whether the xlwings module in a workbook is of the version that is installed."""
    from counterask_addin.excel.package import PackageError, read_parts
    from counterask_addin.excel.vba_project import read_project
    from counterask_addin.excel.xlwings_vba import vba_version, xlwings_version

    try:
        parts = read_parts(workbook)
        if "xl/vbaProject.bin" not in parts:
            return Diagnosis(
                name, "ok", f"{workbook.name} holds no VBA: its functions come from the add-in or from Lite."
            )
        inside, outside = vba_version(read_project(parts["xl/vbaProject.bin"])), xlwings_version()
    except (PackageError, ValueError) as error:
        return Diagnosis(name, "problem", f"{workbook} cannot be read: {error}", remedy)
    if inside != outside:
        return Diagnosis(
            name, "problem", f"{workbook.name} was built for xlwings {inside}; installed is {outside}.", remedy
        )
    return Diagnosis(name, "ok", f"{workbook.name} was built for xlwings {inside}, which is installed.")


def _macros(machine: Machine) -> Iterator[Diagnosis]:
    if machine.system != "windows":
        yield Diagnosis("macros", "could not see", "Excel's macro settings cannot be read on this system.")
        return
    blocked = list(blocked_macros(machine))
    for one in blocked:
        yield Diagnosis("macros", "problem", one.sentence, one.remedy)
    if blocked:
        return
    yield Diagnosis(
        "macros",
        "could not see",
        "Nothing in the registry blocks macros; whether you press Enable Content cannot be seen.",
        "Press Enable Content once when quote.xlsm opens.",
    )


def _folders(machine: Machine, workbook: Path | None) -> Iterator[Diagnosis]:
    clouds = [
        Path(machine.environment[name]) for name in sorted(machine.environment) if name.startswith("OneDrive")
    ]
    if workbook is None:
        if clouds:
            yield Diagnosis(
                "OneDrive",
                "ok",
                f"OneDrive is at {clouds[0]}. Functions work there; the buttons need a synced file.",
            )
        return
    whole = workbook.resolve()
    if any(cloud.resolve() in whole.parents for cloud in clouds):
        yield Diagnosis(
            "OneDrive",
            "ok",
            f"{workbook.name} lies on OneDrive: the functions work, the buttons need the synced file.",
            "If a button says it does not find the folder, save a copy outside OneDrive.",
        )
    beside = whole.with_name("xlwings.conf")
    if beside.is_file():
        yield Diagnosis(
            "settings beside the quote",
            "problem",
            f"{beside} names a Python to start. A quote of this version does not read it; other workbooks with xlwings would.",
            "Delete it, unless you put it there yourself.",
        )


def _workbook(workbook: Path) -> Iterator[Diagnosis]:
    from counterask_addin.excel.xlwings_vba import xlwings_version
    from counterask_addin.workbooks.errors import UnreadableWorkbook
    from counterask_addin.workbooks.recognise import open_package

    try:
        open_package(workbook).close()
    except UnreadableWorkbook as error:
        yield Diagnosis("workbook", "problem", f"{workbook}: found {error.found}, expected {error.expected}.", error.remedy)
        return
    remedy = f"Build the quote for xlwings {xlwings_version()}, or install the xlwings it was built for."
    yield _vba_finding("workbook", workbook, remedy)
    try:
        zone = Path(f"{workbook}:Zone.Identifier").read_text(errors="replace")
    except OSError:
        zone = ""
    if "ZoneId=3" in zone or "ZoneId=4" in zone:
        yield Diagnosis(
            "Protected View",
            "problem",
            f"Windows marks {workbook.name} as from the internet: macros are blocked.",
            "In the Explorer: right-click the file, Properties, tick Unblock.",
        )


def _libreoffice(machine: Machine) -> Diagnosis:
    program = shutil.which("soffice", path=machine.environment.get("PATH"))
    if program is None:
        remedy = (
            "On Debian: `apt install libreoffice-calc python3-uno`, 25.2 from backports for live functions."
        )
        return Diagnosis("LibreOffice", "problem", "LibreOffice is not installed either.", remedy)
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=False)
        version = " ".join(done.stdout.split()[:2])
    except (OSError, subprocess.TimeoutExpired):
        return Diagnosis("LibreOffice", "could not see", f"{program} does not say its version.")
    numbers = (
        tuple(int(part) for part in version.split()[-1].split(".")[:2] if part.isdigit()) if version else ()
    )
    if numbers < LIVE_LIBREOFFICE:
        return Diagnosis(
            "LibreOffice",
            "problem",
            f"{version or 'LibreOffice'} at {program} is older than 25.2, with which live quotes were tested.",
            "Install LibreOffice 25.2 or later; on Debian 12 it is in backports.",
        )
    return Diagnosis("LibreOffice", "ok", f"{version} at {program}: `counterask open QUOTE.xlsx` works here.")
