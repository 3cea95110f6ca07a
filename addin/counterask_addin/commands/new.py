"""`counterask new`: an empty quote workbook, ready to type into."""

from __future__ import annotations

from pathlib import Path

import click

from ..printing import echo

FAMILIES = ("plain", "classic", "lite")


@click.command("new")
@click.argument("output", type=click.Path(path_type=Path))
@click.option(
    "--family",
    type=click.Choice(FAMILIES),
    help="The host: plain (LibreOffice; the default for .xlsx), classic "
    "(Excel for Windows; the default for .xlsm), lite (xlwings Lite on Mac, web and Windows).",
)
@click.option("--limits", "wants_limits", is_flag=True, help="Draw the manager's limits workbook instead of a quote.")
@click.option("--overwrite", is_flag=True, help="Replace OUTPUT if it exists.")
def command(output: Path, family: str | None, wants_limits: bool, overwrite: bool) -> None:
    """Write an empty quote workbook to OUTPUT (.xlsx, or .xlsm with the functions for Excel for Windows inside)."""
    from counterask_templates.build import draw_limits, draw_quote

    from ..errors import CannotRun
    from ..workbooks.atomic import write_bytes

    ending = output.suffix.lower()
    family = family or ("classic" if ending == ".xlsm" else "plain")
    wanted = ".xlsm" if family == "classic" and not wants_limits else ".xlsx"
    if ending != wanted:
        raise CannotRun(
            f'{output.name}: found the ending "{output.suffix}", expected "{wanted}" for this kind of workbook. '
            f"Name it {output.stem}{wanted}."
        )
    if wants_limits:
        content = draw_limits()
    elif family == "plain":
        content = draw_quote(None)
    else:
        from ..build import draw_classic, draw_lite

        content = draw_lite() if family == "lite" else draw_classic(name=output.name)
    write_bytes(output, content, overwrite=overwrite)
    echo(f"Wrote {output}. Open it and type into the yellow cells; then: counterask value {output}")
