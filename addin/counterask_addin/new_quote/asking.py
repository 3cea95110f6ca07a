"""What is missing for a new quote, asked at a terminal. Where input is piped nothing is asked."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import click

from ..errors import CannotRun
from ..printing import echo
from .products import product_named, segment_named, typed_quantity
from .wanted import Wanted, WantedLine

T = TypeVar("T")


def is_at_terminal() -> bool:
    """Whether a person can answer."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def ask_for(wanted: Wanted, products: Sequence[str], segments: Sequence[str]) -> Wanted:
    """What was said, with the client, the segment and the products asked for where they were not said. Enter leaves one out.

    products : of the price book; where it has none, none are asked for. segments : with limits of their own; likewise.
    """
    header, lines = dict(wanted.header), list(wanted.lines)
    if "client" not in header and (client := _asked("Client")):
        header["client"] = client
    if "segment" not in header and segments:
        segment = _tried(f"Segment ({'; '.join(segments)}; Enter: none)", lambda words: segment_named(words, segments)[0])
        header |= {"segment": segment} if segment else {}
    if not lines and products:
        echo(f"Products: {'; '.join(products)}.", err=True)
        while name := _tried("Product (Enter: no more)", lambda words: product_named(words, products)):
            quantity = _tried(f"Quantity of {name}", _quantity_of(name))
            lines += [WantedLine(name, {"quantity": quantity})] if quantity else []
    return replace(wanted, header=header, lines=tuple(lines))


def _quantity_of(name: str) -> Callable[[str], float]:
    return lambda words: typed_quantity(words, name)


def _asked(question: str) -> str:
    return str(click.prompt(question, default="", show_default=False, err=True)).strip()


def _tried(question: str, read: Callable[[str], T]) -> T | None:
    """An answer that can be used; None for Enter alone. What is wrong with another answer is said, and it is asked for again."""
    while words := _asked(question):
        try:
            return read(words)
        except CannotRun as error:
            error.show()
    return None
