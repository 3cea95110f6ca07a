"""`counterask new`: an empty quote workbook, ready to type into."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("new")
@click.argument("output", type=click.Path(path_type=Path))
@click.option("--limits", "wants_limits", is_flag=True, help="Draw the manager's limits workbook instead of a quote.")
@click.option("--overwrite", is_flag=True, help="Replace OUTPUT if it exists.")
def command(output: Path, wants_limits: bool, overwrite: bool) -> None:
    """Write an empty quote workbook to OUTPUT."""
    from counterask_templates.build import draw_limits, draw_quote

    from ..errors import CannotRun
    from ..workbooks.atomic import write_bytes

    if output.suffix.lower() != ".xlsx":
        raise CannotRun(
            f'{output.name}: found the ending "{output.suffix}", expected ".xlsx". Name it {output.stem}.xlsx.'
        )
    write_bytes(output, draw_limits() if wants_limits else draw_quote(None), overwrite=overwrite)
    click.echo(f"Wrote {output}. Open it in Excel or LibreOffice and type into the yellow cells;")
    click.echo(f"then: counterask value {output}")
