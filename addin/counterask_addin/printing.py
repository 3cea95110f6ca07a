"""What others' programs are given: letters, never orders.

Names come from workbooks that strangers sent. A control character in one would be obeyed by a terminal (colours, titles,
the line overwritten), and one that turns the direction of writing would show a file's ending as another. Both are written
by their code, in the way of JSON, so that JSON stays JSON. In a CSV file it is a formula that must not come to be.
"""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

_ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_AMOUNT = re.compile(r"[+-]?\s?\d[\d.,'\s\u2019]*(?:[eE][+-]?\d+)?(?:\s?(?:%|[A-Z]{3}|[€$£¥]))?|-")


def visible(text: str) -> str:
    """A text whose control characters, but for line ends and tabs, are shown by their codes; what is no letter at all, too.

    >>> visible("Acme\\x1b[31m Ltd")
    'Acme\\\\u001b[31m Ltd'
    """
    return _ORDERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def echo(text: str = "", file: IO[Any] | None = None, *, err: bool = False) -> None:
    """Print one line on standard output, or on standard error. A line end in it (a file's name may hold one) is shown as \\n."""
    click.echo(visible(text).replace("\n", "\\n"), file=file, err=err)


def echo_json(document: object) -> None:
    """Print a document as JSON on standard output."""
    click.echo(visible(json.dumps(document, ensure_ascii=False, indent=1)))


def safe_console(**options: Any) -> Console:
    """A console of rich that shows texts as they are: no markup and no codes of theirs are obeyed, only its own."""
    from rich.console import Console
    from rich.segment import Segment

    class Safe(Console):
        def render(self, *given: Any, **named: Any) -> Any:
            for segment in super().render(*given, **named):
                yield segment if segment.control else Segment(visible(segment.text), segment.style)

    return Safe(highlight=False, markup=False, emoji=False, **options)


def csv_text(text: str) -> str:
    """A cell of a CSV file that no spreadsheet program takes for a formula: a text that begins like one gets an apostrophe.

    >>> csv_text("=1+1"), csv_text("-1,234.50 EUR")
    ("'=1+1", '-1,234.50 EUR')
    """
    is_formula = text.startswith(("=", "+", "-", "@", "\t", "\r")) and not _AMOUNT.fullmatch(text)
    return f"'{text}" if is_formula else text
