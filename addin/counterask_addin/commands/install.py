"""`counterask install`: Excel's side of the installation, on Windows and Mac."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from ..errors import CannotRun
from ..printing import echo

if TYPE_CHECKING:
    from ..excel.machine import ExcelPlaces, Machine

_ELSEWHERE = (
    "Open a quote in LibreOffice with `counterask open QUOTE.xlsx`, or open quote_lite.xlsx in any Excel, also on the "
    "web, with the free add-in xlwings Lite."
)
_TRUST = (
    "Excel trusts the add-in's folder by itself. For quotes that come by mail, make one folder of yours a trusted "
    "location: File > Options > Trust Center > Trust Center Settings > Trusted Locations > Add new location."
)


@click.command("install")
@click.option("--dry-run", is_flag=True, help="Say what would be done and change nothing.")
@click.option("--anyway", is_flag=True, help="Go on where no Excel was found.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def command(dry_run: bool, anyway: bool, as_json: bool) -> None:
    """Set Excel up for counterask: which Python it starts, and the Counterask tab.

    May be run again at any time, and should be after an update of xlwings. `counterask uninstall` takes all of it
    away again.
    """
    from ..excel.install import InstallError, carry_out, plan_install
    from ..excel.machine import excel_places, find_excel, this_machine
    from ..excel.vba_project import VbaProjectError
    from ..excel.wrappers import WrapperError

    machine = this_machine()
    places = excel_places(machine)
    if places is None:
        raise CannotRun(f"There is no Excel for this system, so there is nothing to set up. {_ELSEWHERE}")
    excel = find_excel(machine)
    if excel is None and not anyway:
        raise CannotRun(
            f"No Excel was found where Office puts it. {_ELSEWHERE} If Excel is there all the same, run "
            "`counterask install --anyway`."
        )
    try:
        changes = plan_install(machine, places, addin_content(), mac_script(places))
        if not dry_run:
            carry_out(changes)
    except (InstallError, VbaProjectError, WrapperError) as error:
        raise CannotRun(str(error)) from error
    said = [change.sentence for change in changes] or ["Everything is in place already."]
    if as_json:
        done = [{"path": str(change.path), "sentence": change.sentence} for change in changes]
        echo(json.dumps({"changes": done, "dry_run": dry_run, "excel": str(excel) if excel else None}))
        return
    for sentence in said:
        echo(f"{'Would be: ' if dry_run and changes else ''}{sentence}")
    if not dry_run:
        echo(_next_steps(machine))


def addin_content() -> bytes:
    """The add-in for the xlwings that is installed here."""
    import tempfile
    from pathlib import Path

    from counterask import __version__

    from ..excel.machine import ADDIN_NAME
    from ..excel.macro_workbook import build_xlam, classic_modules

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ADDIN_NAME
        build_xlam(path, classic_modules(ADDIN_NAME), version=__version__)
        return path.read_bytes()


def mac_script(places: ExcelPlaces) -> tuple[str, bytes] | None:
    """xlwings' script, with which Excel for Mac may start Python; None where there is no need of it."""
    from ..excel.xlwings_vba import xlwings_folder, xlwings_version

    if places.script_folder is None:
        return None
    name = f"xlwings-{xlwings_version()}.applescript"
    return name, (xlwings_folder() / name).read_bytes()


def _next_steps(machine: Machine) -> str:
    if machine.system == "mac":
        return (
            "Restart Excel: the Counterask tab appears. On a Mac the live functions run in quote_lite.xlsx, with the "
            "free add-in xlwings Lite."
        )
    return (
        f"Restart Excel: the Counterask tab appears. {_TRUST} Then `counterask doctor` looks at everything."
    )
