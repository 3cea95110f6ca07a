"""Where things stand on the sheet Counter-asks: its results, and the cells in which a person chooses."""

from __future__ import annotations

from counterask.counter_asks.package_tables import COLUMNS as PACKAGE_FIELDS
from counterask.counter_asks.package_tables import PACKAGE_ROWS
from counterask.counter_asks.tables import BUNDLE_ROWS, COUNTER_ASK_ROWS, OFFER_ROWS
from counterask.counter_asks.tables import COLUMNS as COUNTER_ASK_FIELDS
from counterask.counter_asks.tables import OFFER_COLUMNS as OFFER_FIELDS

from .specs import DEAL, OF_SEGMENT, TODAY, ResultSpec

COUNTER_ASKS = "Counter-asks"
CHOSEN_TRADE, BUNDLE_TRADE, LANGUAGE = (3, 2), (3, 5), (3, 8)
"""The trade to look at, the trade to look for bundles and packages for, and the language of the sentences."""

_COUNTER_HEADERS = (
    "Rank",
    "Counter-ask",
    "Line",
    "From",
    "To",
    "Worth\n(money)",
    "Net\n(money)",
    "Who may\nagree",
    "Soft",
    "Way to\nlimit",
    "Yes, and",
    "No, but",
)
_COUNTER_KINDS = (
    "plain",
    "wrapped",
    "wrapped",
    "wrapped",
    "wrapped",
    "whole_money",
    "whole_money",
    "text",
    "text",
    "whole_share",
    "small",
    "small",
)
_COUNTER_ARGUMENTS = (*DEAL, "Stakeholders")
COUNTER_ASK_RESULTS = ResultSpec(
    "counter_asks",
    "Counter_asks",
    COUNTER_ASKS,
    6,
    1,
    COUNTER_ASK_ROWS,
    COUNTER_ASK_FIELDS,
    _COUNTER_KINDS,
    "DEAL_COUNTER_ASKS",
    (*_COUNTER_ARGUMENTS, "Chosen_trade", "Language", TODAY, "Seal", "History", *OF_SEGMENT, "Approvals"),
    _COUNTER_HEADERS,
    (5, 17, 15, 11, 14, 9.5, 9.5, 9.5, 5.5, 7.5, 54, 56),
    is_open_ended=True,
)
BUNDLES = ResultSpec(
    "bundles",
    "Bundles",
    COUNTER_ASKS,
    COUNTER_ASK_RESULTS.bottom + 4,
    1,
    BUNDLE_ROWS,
    COUNTER_ASK_FIELDS,
    _COUNTER_KINDS,
    "DEAL_BUNDLES",
    (*_COUNTER_ARGUMENTS, "Bundle_trade", "Language", TODAY, "Seal", "History", *OF_SEGMENT, "Approvals"),
    _COUNTER_HEADERS,
    COUNTER_ASK_RESULTS.widths,
    is_open_ended=True,
)
PACKAGES = ResultSpec(
    "packages",
    "Packages",
    COUNTER_ASKS,
    BUNDLES.bottom + 4,
    1,
    PACKAGE_ROWS,
    PACKAGE_FIELDS,
    ("plain", "small", "small", *["whole_money"] * 4, "text", "text", "whole_share", "small", "small"),
    "DEAL_PACKAGES",
    (*_COUNTER_ARGUMENTS, "Bundle_trade", "Language", TODAY, "Seal", "History", *OF_SEGMENT),
    (
        "Opt.",
        "The client gets",
        "We get in return",
        "Cost\n(money)",
        "Worth\n(money)",
        "Net\n(money)",
        "Worth to\nthem (money)",
        "Who may\nagree",
        "Soft",
        "Bur-\nden",
        "What to say",
        "To take it: pick or paste this in Also ask on Trades",
    ),
    COUNTER_ASK_RESULTS.widths,
    is_open_ended=True,
)
OFFERS = ResultSpec(
    "offers",
    "Own_offers",
    COUNTER_ASKS,
    PACKAGES.bottom + 4,
    1,
    OFFER_ROWS,
    OFFER_FIELDS,
    (*_COUNTER_KINDS[:9], "plain", "small", "small"),
    "DEAL_OFFERS",
    (*_COUNTER_ARGUMENTS, "Language", TODAY, "Seal", *OF_SEGMENT),
    (
        "Rank",
        "We can offer",
        *_COUNTER_HEADERS[2:5],
        "Costs us\n(money)",
        "Worth to\nthem (money)",
        *_COUNTER_HEADERS[7:9],
        "Worth\nfor one\nof cost",
        "Who needs it",
        "What to say",
    ),
    COUNTER_ASK_RESULTS.widths,
    is_open_ended=True,
)
