"""The index of a quote's sheets: which tabs a rep sees, and what the hidden ones hold.

A hidden sheet is shown by the program's own menu: a link to it goes nowhere in Excel, and a macro would run in one program only.
"""

from __future__ import annotations

from .counter_ask_layout import COUNTER_ASKS
from .layout import (
    ASSUMED,
    CASH_NOW,
    CASH_OPENING,
    HISTORY,
    LIMITS,
    MARGIN,
    QUOTE,
    README,
    STAKEHOLDERS,
    TRADES,
)
from .manager_layout import PRICE_BOOK
from .math_layout import HEAD_MATH, MATH
from .prepare_layout import PREPARE
from .round_layout import ROUNDS
from .seal_layout import SEALS

FOR_REPS = (TRADES, QUOTE, COUNTER_ASKS, HEAD_MATH, MATH)
"""The tabs that a quote shows, from left to right; the other sheets are hidden until somebody asks for them."""

UNHIDE = "To show a hidden sheet, right-click any tab and choose Unhide (Excel) or Show Sheet (LibreOffice)."
PLACES = (
    (README, "everybody", "what to do, what the colours and the verdicts mean"),
    (QUOTE, "rep", "what is sold, the opening terms, and what the deal is worth"),
    (TRADES, "rep", "each ask with its counter-ask, its verdict, and who may agree"),
    (COUNTER_ASKS, "rep", "for a chosen trade: what to ask for in return, least burden first, and what to say"),
    (HEAD_MATH, "rep", "one page to learn by heart: what a step of each lever is worth, and what pays for what"),
    (MATH, "rep, manager", "a trade line by line down to its verdict, and the bridge from opening value to value now"),
    (PREPARE, "rep, manager", "before a call: the asks to expect, each with its cost, its counter-asks and what to say"),
    (MARGIN, "finance", "opening against now, by year and by component; fair shares; whether the months agree"),
    (CASH_OPENING, "finance", "the opening deal month by month in the spreadsheet's own formulas"),
    (CASH_NOW, "finance", "the deal as it is now, in the same formulas"),
    (LIMITS, "manager", "how far a rep and a manager may go; locked here"),
    (ASSUMED, "manager, finance", "the policy, and what finance assumes, with its evidence; locked here"),
    (PRICE_BOOK, "manager, finance", "list prices and unit costs by product, with their source; locked here"),
    (SEALS, "manager, finance", "by whom the limits are sealed and until when; who approved which trade"),
    (STAKEHOLDERS, "rep, manager", "who decides at the client, and what they need"),
    (HISTORY, "manager", "what this client was given before, and for what"),
    (ROUNDS, "rep, manager", "each time the quote went out or came back: who moved how far, and what is open"),
)
"""Each sheet, for whom it is, and what it holds."""

HIDDEN = tuple(sheet for sheet, _, _ in PLACES if sheet not in FOR_REPS)
"""The sheets of a quote that people may ask for."""
