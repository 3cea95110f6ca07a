"""The list of the functions that a cell can ask: each with its help and its arguments, as function wizards show them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from .arguments import ARGUMENTS, Argument
from .inputs.language import ENGLISH
from .ranges import range_rows
from .reading.tables import language_of_headers
from .result_tables.spoken import rows_in, said

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


def _in_language_of_tables(call: Callable[..., Any]) -> Callable[..., Any]:
    """A function that answers in the language of its first range: a quote with German headers gets German words."""

    @wraps(call)
    def answered(*ranges: Any, **named: Any) -> Any:
        found = call(*ranges, **named)
        first = range_rows(ranges[0]) if ranges else []
        language = language_of_headers(first[0]) if first else ENGLISH
        if language == ENGLISH:
            return found
        return said(found, language) if isinstance(found, str) else rows_in(found, language)

    return answered


def catalogued(*, table: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function into the catalogue with its help. table : whether it returns a table."""

    def enter(call: Callable[..., Any]) -> Callable[..., Any]:
        arguments = _arguments(call)
        description = " ".join((call.__doc__ or "").split())
        spoken = _in_language_of_tables(call)
        ENTRIES.append(CatalogueFunction(call.__name__, spoken, description, arguments, table))
        return spoken

    return enter
