"""The list of the functions that a cell can ask: each with its help and its arguments, as function wizards show them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from .arguments import ARGUMENTS, Argument

CATEGORY = "counterask"


@dataclass(frozen=True)
class CatalogueFunction:
    """One function of the catalogue: the callable, its help, its arguments."""

    name: str
    call: Callable[..., Any]
    description: str
    arguments: tuple[Argument, ...]
    returns_table: bool


ENTRIES: list[CatalogueFunction] = []
"""Every function that is catalogued, in the order in which modules are loaded: `functions.catalogue` has them in order."""


def _arguments(call: Callable[..., Any]) -> tuple[Argument, ...]:
    """The arguments of a function. Whether one may be left out is what its signature says."""
    parameters = inspect.signature(call).parameters.values()
    return tuple(replace(ARGUMENTS[one.name], optional=one.default is not one.empty) for one in parameters)


def catalogued(*, table: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function into the catalogue with its help. table : whether it returns a table."""

    def enter(call: Callable[..., Any]) -> Callable[..., Any]:
        arguments = _arguments(call)
        description = " ".join((call.__doc__ or "").split())
        ENTRIES.append(CatalogueFunction(call.__name__, call, description, arguments, table))
        return call

    return enter
