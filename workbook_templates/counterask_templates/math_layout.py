"""Where things stand on the sheets Head math and Math: their results, and the cells in which a person chooses."""

from __future__ import annotations

from counterask.explaining.bridge import BRIDGE_ROWS
from counterask.explaining.bridge import COLUMNS as BRIDGE_FIELDS
from counterask.explaining.explain import COLUMNS as EXPLAIN_FIELDS
from counterask.explaining.explain import EXPLAIN_ROWS
from counterask.explaining.flips import COLUMNS as FLIP_FIELDS
from counterask.explaining.flips import FLIP_ROWS
from counterask.explaining.rules_of_thumb import COLUMNS as RULE_FIELDS
from counterask.explaining.rules_of_thumb import RULE_ROWS
from counterask.explaining.step_worths import COLUMNS as RATE_FIELDS
from counterask.explaining.step_worths import RATE_ROWS

from .specs import DEAL, OF_SEGMENT, TODAY, ResultSpec

HEAD_MATH, MATH = "Head math", "Math"

RULES = ResultSpec(
    "rules",
    "Rules_of_thumb",
    HEAD_MATH,
    6,
    1,
    RULE_ROWS,
    RULE_FIELDS,
    ("wrapped",) * len(RULE_FIELDS),
    "DEAL_RULES",
    (*DEAL, "Language", TODAY, "Seal", *OF_SEGMENT),
    RULE_FIELDS,
    (32, 29, 29, 29),
    is_open_ended=True,
)
RATES = ResultSpec(
    "rates",
    "Step_worths",
    HEAD_MATH,
    RULES.bottom + 4,
    1,
    RATE_ROWS,
    RATE_FIELDS,
    ("label", "text", "whole_money", "whole_money", "tenths"),
    "DEAL_RATES",
    (*DEAL, "Language", TODAY, "Seal", *OF_SEGMENT),
    ("Lever", "One step", "Costs us\n(money)", "Pays us\n(money)", "Share of\ndeal value"),
    (*RULES.widths, 14),
    is_open_ended=True,
)
EXPLAINED_TRADE, PLACES = (3, 2), (3, 10)
"""On the Math sheet: the trade to explain, and where the input tables stand."""

EXPLANATION = ResultSpec(
    "explanation",
    "Explanation",
    MATH,
    26,
    1,
    EXPLAIN_ROWS,
    EXPLAIN_FIELDS,
    ("small", "small", "small", "small", "money", "money", "money"),
    "DEAL_EXPLAIN",
    (*DEAL, "Explained_trade", "Places", TODAY, "Seal", "History", "Approvals", "Stakeholders", *OF_SEGMENT),
    ("Step", "What", "How it is computed", "From which inputs", "Before\n(money)", "After\n(money)", "Difference\n(money)"),
    (26, 25, 44, 60, 15, 15, 22),
    is_open_ended=True,
)
BRIDGE = ResultSpec(
    "bridge",
    "Bridge",
    MATH,
    6,
    EXPLANATION.right + 2,
    BRIDGE_ROWS,
    BRIDGE_FIELDS,
    ("text", "whole_money", "text", *["whole_money"] * 6),
    "DEAL_BRIDGE",
    (*DEAL, *OF_SEGMENT),
    BRIDGE_FIELDS,
    (13,) * len(BRIDGE_FIELDS),
    is_open_ended=True,
)
FLIPPED_TRADE = (3, 5)
"""On the Math sheet: the trade to put to the flip test; blank, for the search takes time."""

FLIPS = ResultSpec(
    "flips",
    "Flips",
    MATH,
    EXPLANATION.bottom + 4,
    1,
    FLIP_ROWS,
    FLIP_FIELDS,
    ("small", "small", "small", "small", "text", "text", "small"),
    "DEAL_FLIPS",
    (*DEAL, "Flipped_trade", "Language", TODAY, "Seal", "History", *OF_SEGMENT, "Approvals"),
    FLIP_FIELDS,
    EXPLANATION.widths,
    is_open_ended=True,
)
