"""The Policy table: rules for all trades, by segment where they differ."""

from __future__ import annotations

import math
from typing import Any

from ..inputs.language import english_of
from ..inputs.quantities import MONEY, NUMBER, SHARE, SWITCH, Quantity
from ..inputs.terms import Address
from ..verdicts.limits import Authority, Policy
from .cells import Fault
from .pairs import read_pairs, rows_in_force
from .problems import Problem
from .tables import Columns, Table, by_word, plain

POLICY: tuple[Quantity, ...] = (
    Quantity("required_ratio", NUMBER, 0.0, 100.0, 1.0, "Worth that a counter-ask must have for each unit of cost."),
    Quantity("soft_share_cap", SHARE, 0.0, 1.0, 0.25, "Share of what is required that soft value may cover."),
    Quantity("minimum_margin", SHARE, -1.0, 1.0, 0.2, "Least margin of a deal, as a share of its revenue."),
    Quantity(
        "manager_early_above",
        MONEY,
        0.0,
        1e12,
        500_000.0,
        "ACV above which a manager joins from the start.",
        none_means="never",
    ),
    Quantity("stalls_allowed", "stalls", 0.0, 1000.0, 2.0, "Stalls that a quote may hold.", whole=True),
    Quantity(
        "taught_discount_drag",
        SHARE,
        0.0,
        1.0,
        0.5,
        "Share of a discount, once given for nothing, that is expected again at renewals.",
    ),
    Quantity(
        "drag_counts",
        SWITCH,
        0.0,
        1.0,
        1.0,
        "Whether that counts in verdicts, as cost of a further discount for such a client.",
    ),
)

AUTHORITIES = {"concession_authority": "Concession authority", "off_book_authority": "Off-book authority"}
"""Policies that name who must agree at least, with their labels."""
_WHO = {str(one): one for one in (Authority.REP, Authority.MANAGER, Authority.FINANCE)}


def read_policy(
    table: Table, places: dict[Address, str], problems: list[Problem], segment: str
) -> tuple[Policy, str]:
    """The policy for a segment, and where its currency is."""
    values = read_pairs(table, "policy", "value", POLICY, {}, problems, segment)
    columns = Columns.find(table, ["policy", "value", "segment"], [], problems if not table.rows else [])
    words: dict[str, Any] = {}
    place = ""
    known = by_word(POLICY)
    of_word = {plain(word): name for name, label in AUTHORITIES.items() for word in (name, label)}
    for row, holds in rows_in_force(columns, "value", segment) if "policy" in columns.at else ():
        word, value = plain(columns.cell(row, "policy")), columns.text(row, "value")
        if word == "currency":
            if holds:
                words["currency"], place = value, columns.place(row, "value")
        elif word in of_word:
            who = _WHO.get(english_of(value).lower())
            if value and who is None:
                fault = Fault(f'found "{value[:60]}"', " or ".join(_WHO), "Choose one from the list.")
                problems.append(columns.problem(row, "value", fault, of_word[word]))
            elif who is not None and holds:
                words[of_word[word]] = who
        elif word and word not in known:
            fault = Fault(f'found "{columns.text(row, "policy")[:60]}"', "the name of a policy", "Correct or clear the row.")
            problems.append(columns.problem(row, "policy", fault, ""))
    words |= {name: value for name, value in values.items() if not math.isnan(value)}
    return Policy(**words), place
