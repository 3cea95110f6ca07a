"""The VBA functions behind the formulas, written by xlwings' own generator through the real decorators.

xlwings makes these wrappers on Windows, inside Excel, when a person presses "Import Functions"; that needs
access to the VBA project, which most firms forbid. We run the same generator when the workbook is built and
ship the result. On a system that is not Windows it runs beside stand-ins for pywin32, always in a process
of its own, so that nothing of them reaches the caller.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WRAPPER_MODULE = "xlwings_udfs"  # the name that xlwings gives to the module; an import by hand replaces it
_HEAD = """'The functions of counterask, written by xlwings' own generator when this workbook was built.
#Const App = "Microsoft Excel" 'Adjust when using outside of Excel
"""


class WrapperError(RuntimeError):
    """xlwings could not make the wrappers, or a call through it failed; says what it said."""


@dataclass(frozen=True)
class ArgumentHelp:
    """One argument of a function, as the function wizard shows it."""

    name: str
    help: str
    is_optional: bool


@dataclass(frozen=True)
class FunctionHelp:
    """One function, as the function wizard shows it: `category` is the group it stands in."""

    name: str
    help: str
    category: str
    arguments: tuple[ArgumentHelp, ...]


@dataclass(frozen=True)
class Wrappers:
    """The VBA source of the wrapper module, and the help texts that go with it, functions sorted by name."""

    source: str
    functions: tuple[FunctionHelp, ...]


def make_wrappers(module: str, workbook: str = "quote.xlsm", path: Sequence[Path] = ()) -> Wrappers:
    """The wrappers for every function in a Python module.

    module : its import name, `counterask.excel_functions`; the wrappers carry it, so it must import on the rep's
    machine. workbook : the file name they are for; in an .xlam xlwings passes the active workbook as the
    caller's. path : further folders to import from. Raises WrapperError with what xlwings or the module
    said.
    """
    request = {"do": "wrappers", "module": module, "workbook": workbook}
    answer = _ask(request, path)
    functions = tuple(
        FunctionHelp(
            record["name"],
            " ".join(record["help"].split()),
            str(record["category"]),
            tuple(
                ArgumentHelp(name, " ".join(text.split()), optional)
                for name, text, optional in record["arguments"]
            ),
        )
        for record in answer["functions"]
    )
    if not functions:
        raise WrapperError(f"{module} has no function marked with @xw.func, so there is nothing to wrap.")
    return Wrappers(_HEAD + answer["source"].replace("\r\n", "\n"), functions)


def call_through_xlwings(
    module: str, calls: Sequence[tuple[str, Sequence[Any]]], path: Sequence[Path] = (), decimal_sign: str = ""
) -> list[Any]:
    """What `xlwings.udfs.call_udf` answers to each (function, arguments): the path that Excel for Windows
    takes.

    A list argument is passed as a range; {"error": "#N/A"}, {"money": 6.905125} and {"missing": True} mean an error cell, a
    number in a currency format and an argument left out, and a date may be one or {"date": ISO text}. decimal_sign : that of
    this Excel. Raises WrapperError with the function's own exception.
    """
    request = {"do": "call", "module": module, "decimal_sign": decimal_sign}
    answer = _ask({**request, "calls": [[name, list(args)] for name, args in calls]}, path)
    return list(answer["results"])


def _as_json(value: object) -> dict[str, str]:
    if isinstance(value, datetime.date):  # a time of day is a date too
        return {"date": value.isoformat()}
    raise WrapperError(f"{type(value).__name__} is nothing that a cell of Excel can hold.")


def _ask(request: dict[str, Any], path: Sequence[Path]) -> dict[str, Any]:
    request["path"] = [str(folder) for folder in path]
    # The child sees the same packages, also those that stand on sys.path without being installed.
    start = "from counterask_addin.excel.classic_process import main; main()"
    starter = f"import sys; sys.path[:] = {sys.path!r}; {start}"
    done = subprocess.run(
        [sys.executable, "-c", starter],
        input=json.dumps(request, default=_as_json),
        capture_output=True,
        text=True,
        timeout=120,
    )
    if done.returncode or not done.stdout:
        raise WrapperError(f"xlwings did not start: {done.stderr.strip() or 'it said nothing'}")
    answer: dict[str, Any] = json.loads(done.stdout)
    if "error" in answer:
        raise WrapperError(f"xlwings failed on {request['module']}: {answer['error']}\n{answer['where']}")
    return answer
