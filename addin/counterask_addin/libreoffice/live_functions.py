"""A Python function as Calc sees it: its name, what it is called with, and the help that Calc's function
wizard shows.

Calc learns of functions through an interface with one method for each, so every function has a fixed number
of arguments, of which those at the end may be left out. A workbook made for xlwings Lite spells NAME as
_xldudf_NAME: each function is offered under both spellings, as two methods that do the same.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LITE_PREFIX = "_xldudf_"


@dataclass(frozen=True)
class LiveFunction:
    """One function for Calc.

    name : as a formula spells it: capitals, digits and single _, such as DEAL_VALUE.
    call : takes a scalar (float, str, None for a blank) or a list of rows for every argument; gives the same.
    description : one sentence for the function wizard.
    arguments : name and help of each argument, in order.
    returns_table : whether the result is a list of rows.
    optional : how many arguments at the end may be left out; `call` is then called without them.
    ranges : which arguments (by number, from 0) are always ranges of cells and come as lists of rows even
    where
        the range is one cell. Error cells reach `call` as text ("#DIV/0!") in these arguments only:
        everywhere else Calc answers with an error of its own and does not call.
    """

    name: str
    call: Callable[..., Any]
    description: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    returns_table: bool = True
    optional: int = 0
    ranges: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Z](_?[A-Z0-9])*", self.name):
            raise ValueError(
                f"{self.name!r} cannot be a function's name in Calc: use capitals, digits and single _."
            )
        if not 0 <= self.optional <= len(self.arguments):
            raise ValueError(
                f"{self.name} has {len(self.arguments)} arguments: {self.optional} cannot be optional."
            )
        if any(not 0 <= number < len(self.arguments) - self.optional for number in self.ranges):
            raise ValueError(f"{self.name}: only arguments that cannot be left out can be given as ranges.")


@dataclass(frozen=True)
class Spelling:
    """One way to write a function: `method` of the interface, `stored` in files, `shown` in the window."""

    method: str
    stored: str
    shown: str
    function: LiveFunction


def spellings(functions: Iterable[LiveFunction]) -> tuple[Spelling, ...]:
    """The plain and the xlwings Lite spelling of every function; ValueError where two share a name."""
    found: dict[str, Spelling] = {}
    for function in functions:
        name = function.name
        if name in found:
            raise ValueError(f"Two functions are called {name}.")
        found[name] = Spelling(name, name, name, function)
        # Methods and shown names must differ, or Calc would keep only one of the two.
        found[f"LITE_{name}"] = Spelling(f"LITE_{name}", LITE_PREFIX + name, f"LITE.{name}", function)
    return tuple(found.values())


def from_callable(name: str, call: Callable[..., Any], returns_table: bool = True) -> LiveFunction:
    """`call` as a live function, described by its signature and the first paragraph of its docstring."""
    parameters = list(inspect.signature(call).parameters.values())
    defaults = 0
    for parameter in parameters:
        if parameter.kind not in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            raise ValueError(
                f"{name} takes {parameter.name} in a way that a formula cannot give it; name each argument."
            )
        defaults += parameter.default is not parameter.empty
    description = (inspect.getdoc(call) or "").partition("\n\n")[0].replace("\n", " ")
    return LiveFunction(
        name,
        call,
        description,
        tuple((parameter.name, "") for parameter in parameters),
        returns_table,
        defaults,
    )


def from_catalogue(entries: Iterable[Any]) -> tuple[LiveFunction, ...]:
    """Live functions from entries of the function catalogue.

    An entry has `name`, `call`, `description`, `arguments` (each with `name`, `description`, `optional`) and
    `returns_table`.
    """
    functions = []
    for entry in entries:
        optional = 0
        for argument in reversed(entry.arguments):
            if not argument.optional:
                break
            optional += 1
        arguments = tuple((argument.name, argument.description) for argument in entry.arguments)
        functions.append(
            LiveFunction(entry.name, entry.call, entry.description, arguments, entry.returns_table, optional)
        )
    return tuple(functions)


def as_live(functions: Mapping[str, Callable[..., Any]] | Iterable[LiveFunction]) -> tuple[LiveFunction, ...]:
    """Live functions from a mapping name -> callable, or from records as they are."""
    if isinstance(functions, Mapping):
        return tuple(from_callable(name, call) for name, call in functions.items())
    return tuple(functions)
