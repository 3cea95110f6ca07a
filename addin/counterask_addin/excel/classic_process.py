"""The child process in which xlwings' classic half runs: one request as JSON on stdin, one answer on stdout.

Requests: {"do": "wrappers", "module": NAME, "workbook": FILE NAME}
          {"do": "call", "module": NAME, "decimal_sign": SIGN, "calls": [[FUNCTION, [ARGUMENT, ...]], ...]}
Answers:  {"source": VBA, "functions": [...]} or {"results": [...]}, or {"error": SENTENCE}

An argument that is a list is a range; {"date": ISO}, {"error": "#N/A"}, {"money": 6.905125} and {"missing": true} are a
date, an error cell, a number in a currency format and an argument left out, as Excel passes them.
"""

from __future__ import annotations

import datetime
import importlib
import io
import json
import sys
import traceback
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

_VBA_WORDS = """
addressof and any as attribute boolean byref byte byval call case cbool cbyte cdate cdbl cint clng close
const currency date debug declare dim do double each else elseif empty end enum eqv erase error event exit
false for friend function get global gosub goto if imp implements in input integer is len let like local
lock long loop lset me mid mod new next not nothing null object on open option optional or paramarray
preserve print private property public put raiseevent redim rem resume return rset seek select set single
spc static step stop string sub tab then to true type typeof unlock until variant wend while with withevents
write xor
"""
RESERVED_WORDS = frozenset(_VBA_WORDS.split())  # these cannot name an argument of a VBA function
MISSING = -2147352572  # the code with which COM marks an optional argument that was left out


def main() -> None:
    """Answer the one request on stdin."""
    request = json.load(sys.stdin)
    answers, sys.stdout = sys.stdout, sys.stderr  # what a module prints must not mix with the answer
    try:
        from counterask_addin.excel.windows_stand_in import install

        udfs = install()
        sys.path[:0] = request.get("path", [])
        module = importlib.import_module(request["module"])
        answer = _wrappers(udfs, module, request) if request["do"] == "wrappers" else _calls(udfs, request)
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}", "where": traceback.format_exc()}
    json.dump(answer, answers)


def _wrappers(udfs: Any, module: Any, request: dict[str, Any]) -> dict[str, Any]:
    records = [getattr(getattr(module, name), "__xlfunc__", None) for name in dir(module)]
    for record in filter(None, records):
        for argument in record["args"]:
            # One argument called `to` would make the whole VBA module a syntax error, on somebody's screen.
            if argument["name"].lower() in RESERVED_WORDS:
                argument["name"] += "_"
    text = io.StringIO()
    workbook = SimpleNamespace(Name=request["workbook"])
    udfs.generate_vba_wrapper(request["module"], module, text, workbook)
    functions = []
    for record in filter(None, records):
        shown = [
            argument for argument in record["args"] if not argument["vba"] and argument["name"] != "caller"
        ]
        functions.append(
            {
                "name": record["name"],
                "help": record["ret"]["doc"],
                "category": record["category"],
                "arguments": [
                    [argument["name"], argument["doc"], "optional" in argument] for argument in shown
                ],
            }
        )
    return {"source": text.getvalue(), "functions": functions}


def _calls(udfs: Any, request: dict[str, Any]) -> dict[str, Any]:
    results = []
    for function, arguments in request["calls"]:
        passed = tuple(_as_excel_passes(argument, request["decimal_sign"]) for argument in arguments)
        results.append(_plain(udfs.call_udf(request["module"], function, passed)))
    return {"results": results}


def _as_excel_passes(argument: Any, decimal_sign: str) -> Any:
    from counterask_addin.excel.windows_stand_in import SheetRange

    if isinstance(argument, list):
        rows = argument if argument and isinstance(argument[0], list) else [argument]
        values = tuple(tuple(_cell(cell) for cell in row) for row in rows)
        exact = tuple(tuple(_exact(cell) for cell in row) for row in rows)
        if len(values) == len(values[0]) == 1:
            return SheetRange(values[0][0], exact[0][0], decimal_sign)
        return SheetRange(values, exact, decimal_sign)
    return MISSING if isinstance(argument, dict) and argument.get("missing") else _cell(argument)


def _cell(value: Any) -> Any:
    """A cell as COM hands it over: every number a float, a date as a date, an error as its code."""
    if isinstance(value, dict):
        from counterask_addin.excel.windows_stand_in import ERROR_CODES

        if "date" in value:
            return datetime.datetime.fromisoformat(value["date"])
        if "money" in value:
            return Decimal(str(round(value["money"], 4)))
        return ERROR_CODES[value["error"]]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _exact(value: Any) -> Any:
    """A cell as its `Value2` hands it over: money whole, a date as its number of days."""
    if isinstance(value, dict) and "money" in value:
        return float(value["money"])
    seen = _cell(value) if isinstance(value, dict | int) else value
    return (seen - datetime.datetime(1899, 12, 30)).total_seconds() / 86400 if isinstance(seen, datetime.datetime) else seen


def _plain(value: Any) -> Any:
    """A result as JSON can carry it. What COM could not carry to Excel is refused here as it is there."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        return {"date": value.isoformat()}
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"{type(value).__name__} cannot be passed to Excel: return text, numbers, True or False.")


if __name__ == "__main__":
    main()
