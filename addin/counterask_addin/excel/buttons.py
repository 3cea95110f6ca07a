"""What a button of Excel's ribbon does on Python's side: run one verb of the command line and say how it
went.

VBA starts `python -m counterask_addin.excel.buttons VERB REPORT [BOOK]` and waits; COUNTERASK_DECIMAL_SIGN is the decimal sign
of this Excel. The report is a text
file in UTF-16: on its first line the file that Excel should open (or nothing), on the others what to tell
the person. The exit code is the verb's own: 0 fine, 1 found something, 2 could not run.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from counterask.reading.decimal_sign import use_decimal_sign

COULD_NOT_RUN = 2
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Outcome:
    """How a verb went: its exit code, what it said, and the file it left for Excel to open, if any."""

    code: int
    told: str
    opened: Path | None = None


def press(verb: str, book: str = "", options: Sequence[str] = ()) -> Outcome:
    """Run the verb on the saved workbook `book`; never raises, since Excel could only show a trace."""
    result = _result_of(verb, Path(book)) if book else None
    arguments = [book, *options] if book else []
    if verb == "client-copy" and result is not None:
        arguments += ["-o", str(result)]
    if verb == "new":
        arguments += ["--overwrite", "--empty"]  # Excel asked already whether to replace the file, and nobody can answer here
    code, told = _run(verb, arguments)
    opened = result if code != COULD_NOT_RUN and result is not None and result.is_file() else None
    if opened is not None and verb == "new":
        told = ""  # the new quote opens; there is nothing more to tell
    return Outcome(code, told, opened)


def press_on_mac(verb: str, book: str = "") -> None:
    """The same from xlwings' RunPython on a Mac: opens the result itself, and writes its message to the error
    stream, which xlwings shows. A new quote is one for xlwings Lite, whose functions run there. Raises SystemExit with
    the exit code where there is a message."""
    outcome = press(verb, book, ("--family", "lite") if verb == "new" else ())
    if outcome.opened is not None:
        subprocess.run(["open", str(outcome.opened)], check=False)
    if outcome.told:
        print(outcome.told, file=sys.stderr)
        raise SystemExit(outcome.code)


def _result_of(verb: str, book: Path) -> Path | None:
    """The file that the verb leaves: the new quote itself, or a client copy beside the quote under a free
    name."""
    if verb == "new":
        return book
    if verb != "client-copy":
        return None
    number = 1
    while True:
        mark = "" if number == 1 else f" {number}"
        candidate = book.with_name(f"{book.stem} - client copy{mark}.xlsx")
        if not candidate.exists():
            return candidate
        number += 1


def _run(verb: str, arguments: Sequence[str]) -> tuple[int, str]:
    """Exit code and text of one verb of the command line, run in this process."""
    said = io.StringIO()
    code = 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            module = importlib.import_module(f"counterask_addin.commands.{verb.replace('-', '_')}")
            module.command.main(args=list(arguments), prog_name=f"counterask {verb}", standalone_mode=True)
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else (0 if left.code is None else COULD_NOT_RUN)
        except ModuleNotFoundError as missing:
            if str(missing.name).startswith("counterask_addin.commands."):
                print(f"This version of counterask cannot do this yet: it has no `counterask {verb}`.")
            else:
                print(f"{missing.name} is not installed. Run `{sys.executable} -m pip install {missing.name}`.")
            code = COULD_NOT_RUN
        except Exception as error:
            print(f"counterask {verb} failed: {type(error).__name__}: {error}")
            code = COULD_NOT_RUN
    return code, _COLOURS.sub("", said.getvalue()).strip()


def main(arguments: Sequence[str]) -> int:
    """VERB REPORT [BOOK]: press the button and write the report."""
    if len(arguments) not in (2, 3):
        print("Usage: python -m counterask_addin.excel.buttons VERB REPORT [BOOK]", file=sys.stderr)
        return COULD_NOT_RUN
    verb, report, *book = arguments
    use_decimal_sign(os.environ.get("COUNTERASK_DECIMAL_SIGN", ""))
    outcome = press(verb, *book)
    text = f"{outcome.opened or ''}\n{outcome.told}"
    # UTF-16 with its mark, little end first: what Excel's FileSystemObject reads as "Unicode".
    Path(report).write_bytes(("\ufeff" + text).encode("utf-16-le"))
    return outcome.code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
