"""`counterask demo`: the main job on a ready-made quote, from one command."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from ..printing import echo


@click.command("demo")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("counterask-demo"))
@click.option("--example", default="staffing", show_default=True, help="Which example to value.")
def command(folder: Path, example: str) -> None:
    """Write the example quotes to FOLDER and the limits of one of them; value that one and say how to open it."""
    from counterask_templates.build import draw_limits, draw_quote
    from counterask_templates.examples import example_names, load_example

    from ..errors import CannotRun
    from ..shown import advised_of
    from ..terminal import console, print_valuation
    from ..workbooks.atomic import write_bytes
    from ..workbooks.quote_file import open_quote
    from .value import free_name, write_beside

    if example not in example_names():
        raise CannotRun(f'demo: found no example "{example}", expected one of: {", ".join(example_names())}.')
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for name in example_names():
        written[name] = free_name(folder / f"{name}.xlsx")
        write_bytes(written[name], draw_quote(load_example(name)))
    limits = free_name(folder / f"{example}.limits.xlsx")
    write_bytes(limits, draw_limits(load_example(example)))
    file = open_quote(written[example])
    shown = advised_of(file)
    copy = write_beside(file, shown, None, overwrite=False)
    print_valuation(shown.quote, shown.ledger, console())
    echo()
    echo("Wrote " + ", ".join(str(path) for path in written.values()))
    echo(f"and {copy}: the results filled in, every unbalanced concession highlighted;")
    echo(f"and {limits}: the limits of that quote, as its manager keeps them.")
    echo(f"Open it in Excel or LibreOffice. Live, with no Excel: {program()} open {written[example]}")


def program() -> str:
    """This command as it can be typed here: its plain name where it is on the PATH, else where it lies."""
    called = Path(sys.argv[0])
    found = shutil.which("counterask")
    if called.stem != "counterask" or (found and Path(found).resolve() == called.resolve()):
        return "counterask"
    return os.path.relpath(called) if called.is_relative_to(Path.cwd()) else str(called)
