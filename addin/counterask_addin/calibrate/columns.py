"""What the tables of closed deals hold: the one list of their columns, which the reader and docs/calibrate.md follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DATE, NUMBER, MONTHS, YES_NO, TEXT = "date", "number", "whole months", "yes or no", "text"


@dataclass(frozen=True)
class InputColumn:
    """A column. needed : whether the table is useless without it. help : what it holds, a phrase."""

    name: str
    kind: str
    help: str
    needed: bool = True


_CONTRACT = InputColumn("contract", TEXT, "number of the contract, as in the table of contracts")
TABLES: Mapping[str, tuple[InputColumn, ...]] = {
    "contracts": (
        InputColumn("contract", TEXT, "number of the contract; use each number only once"),
        InputColumn("start", DATE, "first day of service"),
        InputColumn("term_months", MONTHS, "first term"),
        InputColumn("renewal_months", MONTHS, "length of each renewal; blank only where the first term was not over"),
        InputColumn("auto_renewal", YES_NO, "whether it renews unless the client gives notice; blank as above"),
        InputColumn("end", DATE, "last day of service; blank: still running"),
        InputColumn("reason", TEXT, "why it ended: choice, closure, insolvency, replaced, ours; blank: not known"),
        InputColumn("segment", TEXT, "as on the Quote sheet", needed=False),
        InputColumn("yearly_fees", NUMBER, "fees of a year at list price, for the sizes of claims", needed=False),
        InputColumn(
            "tfc_from_month", MONTHS, "month from which the client may leave for convenience; blank: no such right", needed=False
        ),
        InputColumn("tfc_fee_months", NUMBER, "fee for leaving so, in monthly fees; blank: none", needed=False),
        InputColumn("tenure_months", MONTHS, "for how long the client was one at the start; blank: new", needed=False),
        InputColumn(
            "seen_from", DATE, "first day on which your records would have shown its end; blank: its start", needed=False
        ),
    ),
    "invoices": (
        _CONTRACT,
        InputColumn("due", DATE, "day on which it was due"),
        InputColumn("paid", DATE, "day on which it was paid or settled; blank: open"),
        InputColumn("issued", DATE, "day of the invoice; blank: 30 days before it was due", needed=False),
        InputColumn("amount", NUMBER, "money", needed=False),
        InputColumn("written_off", NUMBER, "money that was given up; blank: none", needed=False),
    ),
    "claims": (
        _CONTRACT,
        InputColumn("date", DATE, "day of the claim"),
        InputColumn("kind", TEXT, "general or data; blank: general", needed=False),
        InputColumn("paid_on", DATE, "day on which it was paid; blank: open", needed=False),
        InputColumn("paid", NUMBER, "money that we paid; blank: open"),
        InputColumn("cap", NUMBER, "the limit that applied, money; blank: no limit"),
    ),
    "deliveries": (
        _CONTRACT,
        InputColumn("promised", DATE, "day promised"),
        InputColumn("done", DATE, "day delivered; blank: not yet"),
        InputColumn("grace_days", NUMBER, "days before damages are due; blank: 0", needed=False),
    ),
    "service_levels": (
        _CONTRACT,
        InputColumn("months", NUMBER, "months of service counted"),
        InputColumn("missed", NUMBER, "of these, months in which the level was missed"),
    ),
    "usage": (
        _CONTRACT,
        InputColumn("expected", NUMBER, "units forecast for the year"),
        InputColumn("actual", NUMBER, "units used in it"),
    ),
    "promises": (
        _CONTRACT,
        InputColumn("kind", TEXT, "reference or introduction"),
        InputColumn("kept", YES_NO, "whether it was kept (an introduction: whether it led to a client); blank: not yet known"),
    ),
    "price_clauses": (
        InputColumn("contract", TEXT, "number of the contract that has a most-favoured-price clause; one row each"),
        InputColumn("from", DATE, "first day on which the clause held"),
        InputColumn("lowered", DATE, "day on which it first lowered the price; blank: never"),
        InputColumn("price_before", NUMBER, "price before that day, of any unit", needed=False),
        InputColumn("price_after", NUMBER, "price from that day on, of the same unit", needed=False),
    ),
}
"""Table -> its columns. Only the contracts must be there."""
REASONS = ("choice", "closure", "insolvency", "replaced", "ours")
"""Why a contract ended. replaced: by a new contract with the same client; ours: we ended it. Both say nothing of the
client's wish."""
YES, NO = frozenset({"yes", "y", "true", "1", "ja", "j", "x"}), frozenset({"no", "n", "false", "0", "nein"})
