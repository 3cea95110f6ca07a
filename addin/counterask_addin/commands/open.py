"""`counterask open`: a quote in LibreOffice Calc with the functions live, for a person without Excel."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..errors import CannotRun
from ..printing import echo


@click.command("open")
@click.argument("workbook", metavar="QUOTE.xlsx", type=click.Path(path_type=Path))
@click.option(
    "--soffice", metavar="PROGRAM", help="The LibreOffice program to use, where it is not found by itself."
)
@click.option("--json", "as_json", is_flag=True, help="Say how the session ended as JSON.")
def command(workbook: Path, soffice: str | None, as_json: bool) -> None:
    """Open QUOTE.xlsx in LibreOffice Calc with the functions live: change an ask and see the verdict change.

    The file is changed only if you save it. Close the window to end, or press Ctrl-C here.
    """
    from counterask.functions import catalogue

    from ..libreoffice import HostError, from_catalogue
    from ..libreoffice.session import hold_session
    from ..seals import set_up_trust
    from ..workbooks.errors import UnreadableWorkbook
    from ..workbooks.recognise import open_package

    try:  # LibreOffice would show a text, too, as if it were a quote
        open_package(workbook).close()
    except UnreadableWorkbook as error:
        raise CannotRun(str(error)) from error
    set_up_trust()

    def say(sentence: str) -> None:
        echo(sentence, err=as_json)

    try:
        end = hold_session(workbook, from_catalogue(catalogue()), say, soffice)
    except HostError as error:
        raise CannotRun(str(error)) from error
    if as_json:
        kept = [str(path) for path in end.rescued]
        echo(
            json.dumps(
                {
                    "workbook": str(workbook),
                    "saved": end.saved,
                    "unsaved_kept_in": kept,
                    "libreoffice": end.version,
                }
            )
        )
