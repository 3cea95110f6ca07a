"""What the tables of closed deals hold: the one list of their columns, which the reader and docs/calibrate.md follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DATE, NUMBER, MONTHS, YES_NO, TEXT = "date", "number", "whole months", "yes or no", "text"


@dataclass(frozen=True)
class Column:
    """A column. needed : whether the table is useless without it. help : what it holds, a phrase."""

    name: str
    kind: str
    help: str
    needed: bool = True


_CONTRACT = Column("contract", TEXT, "number of the contract, as in the table of contracts")
TABLES: Mapping[str, tuple[Column, ...]] = {
    "contracts": (
        Column("contract", TEXT, "number of the contract; each once"),
        Column("start", DATE, "first day of service"),
        Column("term_months", MONTHS, "first term"),
        Column("renewal_months", MONTHS, "length of each renewal; blank only where the first term was not over"),
        Column("auto_renewal", YES_NO, "whether it renews unless the client gives notice; blank as above"),
        Column("end", DATE, "last day of service; blank: still running"),
        Column("reason", TEXT, "why it ended: choice, closure, insolvency, replaced, ours; blank: not known"),
        Column("segment", TEXT, "as on the Quote sheet", needed=False),
        Column("yearly_fees", NUMBER, "fees of a year at list price, for the sizes of claims", needed=False),
        Column(
            "tfc_from_month", MONTHS, "month from which the client may leave for convenience; blank: no such right", needed=False
        ),
        Column("tfc_fee_months", NUMBER, "fee for leaving so, in monthly fees; blank: none", needed=False),
        Column("tenure_months", MONTHS, "for how long the client was one at the start; blank: new", needed=False),
        Column("seen_from", DATE, "first day on which your records would have shown its end; blank: its start", needed=False),
    ),
    "invoices": (
        _CONTRACT,
        Column("due", DATE, "day on which it was due"),
        Column("paid", DATE, "day on which it was paid or settled; blank: open"),
        Column("issued", DATE, "day of the invoice; blank: 30 days before it was due", needed=False),
        Column("amount", NUMBER, "money", needed=False),
        Column("written_off", NUMBER, "money that was given up; blank: none", needed=False),
    ),
    "claims": (
        _CONTRACT,
        Column("date", DATE, "day of the claim"),
        Column("kind", TEXT, "general or data; blank: general", needed=False),
        Column("paid_on", DATE, "day on which it was paid; blank: open", needed=False),
        Column("paid", NUMBER, "money that we paid; blank: open"),
        Column("cap", NUMBER, "the limit that applied, money; blank: no limit"),
    ),
    "deliveries": (
        _CONTRACT,
        Column("promised", DATE, "day promised"),
        Column("done", DATE, "day delivered; blank: not yet"),
        Column("grace_days", NUMBER, "days before damages are due; blank: 0", needed=False),
    ),
    "service_levels": (
        _CONTRACT,
        Column("months", NUMBER, "months of service counted"),
        Column("missed", NUMBER, "of these, months in which the level was missed"),
    ),
    "usage": (
        _CONTRACT,
        Column("expected", NUMBER, "units forecast for the year"),
        Column("actual", NUMBER, "units used in it"),
    ),
    "promises": (
        _CONTRACT,
        Column("kind", TEXT, "reference or introduction"),
        Column("kept", YES_NO, "whether it was kept (an introduction: whether it led to a client); blank: not yet known"),
    ),
}
"""Table -> its columns. Only the contracts must be there."""
REASONS = ("choice", "closure", "insolvency", "replaced", "ours")
"""Why a contract ended. replaced: by a new contract with the same client; ours: we ended it. Both say nothing of the
client's wish."""
YES, NO = frozenset({"yes", "y", "true", "1", "ja", "j", "x"}), frozenset({"no", "n", "false", "0", "nein"})
