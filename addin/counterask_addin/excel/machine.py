"""What the Excel side needs to know of a machine: its system, its folders, its registry, and where Excel
keeps things.

Everything that looks at the outside is in one record, so that the layouts of Windows and Mac can be worked
through in temporary folders on any system.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from counterask_addin.workbooks.workbook_part import ADDIN as ADDIN_NAME

System = Literal["windows", "mac", "other"]

SETTINGS_NAME = "xlwings.conf"
RECORD_NAME = "counterask-install.json"
OFFICE_VERSIONS = ("16.0", "15.0")  # 2016 to today's Microsoft 365 all call themselves 16.0


def _no_registry(_key: str, _name: str) -> str | int | None:
    return None


@dataclass(frozen=True)
class Machine:
    """One machine as a program sees it.

    executable : the Python that runs. bits : 32 or 64, that Python's. programs : the folder under which a
    Mac keeps its applications. registry : (key with its hive, name) -> value or None.
    """

    system: System
    environment: Mapping[str, str]
    home: Path
    executable: Path
    bits: int = 64
    programs: Path = Path("/Applications")
    registry: Callable[[str, str], str | int | None] = field(default=_no_registry, repr=False)

    @property
    def background_python(self) -> Path:
        """The interpreter that Excel is to start: on Windows the one without a console window."""
        quiet = self.executable.with_name("pythonw.exe")
        return quiet if self.system == "windows" and quiet.is_file() else self.executable


@dataclass(frozen=True)
class ExcelPlaces:
    """Where Excel and xlwings look on a machine: the user's settings file with the key that names the
    interpreter, the folder whose workbooks Excel opens at its start, our add-in in it, and on a Mac
    xlwings' script."""

    settings: Path
    interpreter_key: str
    startup: Path
    script_folder: Path | None = None
    newline: str = "\n"
    """How the lines of the settings file end."""

    @property
    def addin(self) -> Path:
        """Our add-in, where Excel opens it at every start."""
        return self.startup / ADDIN_NAME

    @property
    def record(self) -> Path:
        """What `counterask install` notes of its doings, for `counterask uninstall`."""
        return self.settings.with_name(RECORD_NAME)


def this_machine() -> Machine:
    """The machine we run on."""
    system: System = "other"
    if sys.platform == "win32":
        system = "windows"
    elif sys.platform == "darwin":
        system = "mac"
    return Machine(
        system,
        dict(os.environ),
        Path.home(),
        Path(sys.executable),
        struct.calcsize("P") * 8,
        registry=_read_registry,
    )


def excel_places(machine: Machine) -> ExcelPlaces | None:
    """The places of Excel on a machine; None on a system for which there is no Excel."""
    if machine.system == "windows":
        roaming = machine.environment.get("APPDATA") or str(machine.home / "AppData/Roaming")
        return ExcelPlaces(
            machine.home / ".xlwings" / SETTINGS_NAME,
            "INTERPRETER_WIN",
            Path(roaming) / "Microsoft/Excel/XLSTART",
            newline="\r\n",
        )
    if machine.system == "mac":
        library = machine.home / "Library"
        office = library / "Group Containers/UBF8T346G9.Office/User Content.localized"
        return ExcelPlaces(
            library / "Containers/com.microsoft.Excel/Data" / SETTINGS_NAME,
            "INTERPRETER_MAC",
            office / "Startup.localized/Excel",
            library / "Application Scripts/com.microsoft.Excel",
        )
    return None


def find_excel(machine: Machine) -> Path | None:
    """The Excel program, where there is one. An Excel of the Microsoft Store lies in a folder
    `WindowsApps`."""
    if machine.system == "mac":
        program = machine.programs / "Microsoft Excel.app"
        return program if program.exists() else None
    if machine.system != "windows":
        return None
    for hive in ("HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE"):
        found = machine.registry(hive + r"\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", "")
        if found and Path(str(found)).exists():
            return Path(str(found))
    folders = [
        machine.environment.get(name) for name in ("ProgramFiles", "ProgramFiles(x86)", "ProgramW6432")
    ]
    candidates = [
        Path(folder) / "Microsoft Office" / part / "EXCEL.EXE"
        for folder in folders
        if folder
        for part in ("root/Office16", "Office16", "Office15")
    ]
    local = machine.environment.get("LOCALAPPDATA")
    if local:
        candidates.append(Path(local) / "Microsoft/WindowsApps/excel.exe")
    return next((path for path in candidates if path.exists()), None)


def excel_bits(machine: Machine) -> int | None:
    """32 or 64, as the installer of Office noted it; None where that cannot be seen."""
    platform = machine.registry(
        r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Office\ClickToRun\Configuration", "Platform"
    )
    return {"x86": 32, "x64": 64}.get(str(platform))


def _read_registry(key: str, name: str) -> str | int | None:
    """One value of the Windows registry; None on other systems and where it is not set."""
    if sys.platform != "win32":
        return None
    import winreg

    hive, _, path = key.partition("\\")
    try:
        with winreg.OpenKey(getattr(winreg, hive), path) as opened:
            value, _ = winreg.QueryValueEx(opened, name)
    except OSError:
        return None
    return value if isinstance(value, str | int) else None
