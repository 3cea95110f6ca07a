"""The client's page of packages: for each what the client gets and what we get in return, and nothing else of the quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from counterask.counter_asks.package_tables import LETTERS
from counterask.counter_asks.packages import OfferPackage
from counterask.inputs.labels import label_of

from ..errors import CannotRun
from .agreed import CLOSED, Agreed, told
from .proposal import proposal_of, words
from .sheet import Plan, SheetCell, put_wide

_WIDTHS = [46.0, 46.0]


def offered_to_client(agreed: Agreed, packages: Sequence[OfferPackage]) -> Agreed:
    """What a client may know, with packages in place of the trades. Raises CannotRun where a package names a lever that a client
    must not see."""
    for letter, one in zip(LETTERS, packages, strict=False):
        closed = [change.lever for change in one.trade.changes if change.lever in CLOSED]
        if closed:
            names = ", ".join(label_of(lever) for lever in closed)
            raise CannotRun(f"Package {letter} names {names}, which a client must not see. Take that ask out of the trade.")
    return replace(agreed, trades=tuple(told(one.valued) for one in packages))


def package_plan(offered: Agreed, language: str) -> Plan:
    """What stands where on the page. offered : of `offered_to_client`."""
    proposal, said = proposal_of(offered, language), words(language)["packages"]
    made = Plan(widths=list(_WIDTHS))
    made.cells[0, 0] = SheetCell(said["title"], "title")
    made.heights[0] = 36.0
    row = 1
    if proposal.client:
        made.heights[row] = put_wide(made, row, 0, 1, proposal.client, "client")
        row += 1
    for label, text in proposal.facts:
        made.cells[row, 0], made.cells[row, 1] = SheetCell(label, "fact_label"), SheetCell(text, "fact")
        row += 1
    made.heights[row + 1] = put_wide(made, row + 1, 0, 1, said["note"], "note")
    row += 3
    for letter, (give, get) in zip(said["letters"], proposal.trades, strict=False):
        put_wide(made, row, 0, 1, said["heading"].format(letter=letter), "heading")
        made.heights[row] = 22.0
        for column, (header, text) in enumerate(zip(proposal.trade_headers, (give, get), strict=True)):
            made.cells[row + 1, column] = SheetCell(header, "head")
            made.heights[row + 2] = max(made.heights.get(row + 2, 0.0), put_wide(made, row + 2, column, column, text, "cell"))
        made.heights[row + 1] = 18.0
        row += 4
    return made
