"""`counterask uninstall`: takes Excel's side of the installation away again."""

from __future__ import annotations

import json

import click

from ..errors import CannotRun
from ..printing import echo


@click.command("uninstall")
@click.option("--dry-run", is_flag=True, help="Say what would be done and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def command(dry_run: bool, as_json: bool) -> None:
    """Take away what `counterask install` did, and put back what was there before.

    What somebody else changed since stays, and is named. The Python package goes with `pip uninstall counterask`.
    """
    from ..excel.install import InstallError, carry_out, folders_made, plan_uninstall, remove_folders
    from ..excel.machine import excel_places, this_machine

    places = excel_places(this_machine())
    if places is None:
        raise CannotRun("There is no Excel for this system, so `counterask install` did nothing here.")
    try:
        changes, left = plan_uninstall(places)
        folders = folders_made(places)
        if not dry_run:
            carry_out(changes)
            remove_folders(folders)
    except InstallError as error:
        raise CannotRun(str(error)) from error
    if as_json:
        done = [{"path": str(change.path), "sentence": change.sentence} for change in changes]
        echo(json.dumps({"changes": done, "left": left, "dry_run": dry_run}))
        return
    for change in changes:
        echo(f"{'Would be: ' if dry_run else ''}{change.sentence}")
    for sentence in left:
        echo(sentence)
    if not changes:
        echo("Nothing of counterask is set up in Excel here.")
