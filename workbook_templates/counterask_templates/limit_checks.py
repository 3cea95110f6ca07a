"""What is checked as a manager types into the Limits: each level against the lever that stands in its row.

The hidden sheet Lists holds, beside each lever as it may be typed (`Level_levers`), the ends of its range and whether it is whole
(`Level_lowest`, `Level_highest`, `Level_whole`), and the words that may stand for a level (`Level_words`: "payment days: none").
A name that is not there is a company lever, of which there are 0 or more units. A formula may have 255 letters.
"""

from __future__ import annotations

from collections.abc import Mapping

from counterask.inputs.quantities import Quantity
from counterask.reading.limit_rows import AMOUNT, MONTH, PROBABILITY

_DAY_RULE = "ISNUMBER({at}),{at}>=36526,{at}<=2958099"
_OWN = "1E9*(COUNTIF(Level_levers,{lever})=0)"
_LEVEL_RULE = (
    "IF(ISNUMBER({at}),AND({at}>=SUMIF(Level_levers,{lever},Level_lowest),"
    f"{{at}}<=SUMIF(Level_levers,{{lever}},Level_highest)+{_OWN},"
    "OR({at}=INT({at}),SUMIF(Level_levers,{lever},Level_whole)=0)),"
    'COUNTIF(Level_words,{lever}&": "&{at})>0)'
)
_STEP_RULE = (
    'IF(COUNTIF(Level_words,{lever}&": yes"),OR({at}=1,{at}="yes",{at}="no"),AND(ISNUMBER({at}),{at}>0,'
    f"{{at}}<=SUMIF(Level_levers,{{lever}},Level_highest)-SUMIF(Level_levers,{{lever}},Level_lowest)+{_OWN}))"
)
TRADE_RULE = (
    "OR(NOT(ISNUMBER({at})),{lever}=\"\",AND({at}>=SUMIF(Level_levers,{lever},Level_lowest),"
    f"{{at}}<=SUMIF(Level_levers,{{lever}},Level_highest)+{_OWN}))"
)
"""A number in the Trades table against the range of its lever. A text ("48 months") is read; the note says where it is wrong."""
TRADE_WORDS = "a level that the row's lever may have: 8% or 0.08 for eight percent, 60 for days, 24 for months"
_LEVEL_WORDS = "a level that the row's lever may have; none only where that means no cap or no such right"
LIMIT_RULES: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("standard", "rep_to", "manager_to", "never_beyond", "ask_up_to", "usual_ask"), (_LEVEL_RULE, _LEVEL_WORDS)),
    "step": (_STEP_RULE, "a number above 0 in the lever's own unit, 0.5% or 5 days"),
    "effective": (f"AND({_DAY_RULE})", "a date such as 2026-01-31"),
    "expires": (f"AND({_DAY_RULE},{{at}}>={{effective}})", "a date such as 2026-12-31, on or after the first day"),
    "month_to": (
        "AND(ISNUMBER({at}),{at}>={month_from},{at}<=600,{at}=INT({at}))",
        "a whole month up to 600, not before the first",
    ),
}
"""What a cell of the limits may hold, where the row says more than the column does; and the same in words."""
LIMIT_QUANTITIES: Mapping[str, Quantity] = {"amount_per_unit": AMOUNT, "month_from": MONTH, "probability": PROBABILITY}
