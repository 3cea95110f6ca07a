"""The tables of an audit: a row a file, a trade, a change, a difference of an opening from the standard, a finding, an approval.

`opening_gave` (at most 0) and `opening_net` are what the opening terms do against the standard, before any trade. `facts_worth`
is what typed facts about the client (its tenure) add against their neutral levels. `conceded` and
`client_conceded` are what we and the client conceded over the recorded rounds, `concession_pattern` how our concessions went.

Money is in the quote's own currency, shares are fractions; null is unknown, never zero. A level that says "none" is
infinity. `path` and the numbers of trade and change, counted from 0 in the order of the sheet, tell rows apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from counterask.verdicts.trades import Verdict

if TYPE_CHECKING:
    import pyarrow as pa

ColumnTypes = Mapping[str, str]
"""Column -> its type: text, whole, number, day, flag."""

VERDICT_COLUMNS: Mapping[Verdict, str] = {verdict: f"{verdict.name.lower()}_trades" for verdict in Verdict}
"""Verdict -> the column of a file's row that counts it."""

FILES: ColumnTypes = {
    "path": "text",
    "content": "text",
    "status": "text",
    "kind": "text",
    "why": "text",
    "client": "text",
    "quote_number": "text",
    "version": "text",
    "rep": "text",
    "manager": "text",
    "currency": "text",
    "segment": "text",
    "quote_date": "day",
    "month": "text",
    "value_opening": "number",
    "value_now": "number",
    "opening_gave": "number",
    "opening_net": "number",
    "opening_net_without_segment": "number",
    "facts_worth": "number",
    "opening_authority": "text",
    "is_opening_approved": "flag",
    "revenue_opening": "number",
    "revenue_now": "number",
    "margin_opening": "number",
    "margin_now": "number",
    "acv_opening": "number",
    "acv_now": "number",
    "minimum_margin": "number",
    "is_under_floor": "flag",
    "trades": "whole",
    **{column: "whole" for column in VERDICT_COLUMNS.values()},
    "granted_net": "number",
    "leakage": "number",
    "shortfall": "number",
    "stalls_allowed": "number",
    "stalls_over": "whole",
    "stalls_without_reason": "whole",
    "unknown_inputs": "whole",
    "first_unknown": "text",
    "seal": "text",
    "seal_state": "text",
    "seal_holds": "flag",
    "scope": "text",
    "seal_serial": "whole",
    "sealed_at": "text",
    "seal_effective": "day",
    "seal_digest": "text",
    "seal_key": "text",
    "findings": "whole",
    "approvals": "whole",
    "approvals_void": "whole",
    "rounds": "whole",
    "conceded": "number",
    "client_conceded": "number",
    "concession_pattern": "text",
}

_OF_FILE: ColumnTypes = {
    "client": "text",
    "quote_number": "text",
    "rep": "text",
    "manager": "text",
    "currency": "text",
    "segment": "text",
    "month": "text",
}

TRADES: ColumnTypes = {
    "path": "text",
    "trade_no": "whole",
    "trade": "text",
    **_OF_FILE,
    "response": "text",
    "reason": "text",
    "verdict": "text",
    "authority": "text",
    "is_bare": "flag",
    "cost": "number",
    "worth": "number",
    "net": "number",
    "shortfall": "number",
    "leakage": "number",
    "asks": "text",
    "counter_asks": "text",
    "note": "text",
}

CHANGES: ColumnTypes = {
    "path": "text",
    "trade_no": "whole",
    "change_no": "whole",
    "trade": "text",
    **_OF_FILE,
    "side": "text",
    "lever": "text",
    "line": "text",
    "from_level": "number",
    "to_level": "number",
    "goes_clients_way": "flag",
    "value": "number",
    "is_soft": "flag",
    "response": "text",
    "verdict": "text",
    "leakage": "number",
}

OPENINGS: ColumnTypes = {
    "path": "text",
    "row_no": "whole",
    **_OF_FILE,
    "lever": "text",
    "line": "text",
    "is_off_book": "flag",
    "standard": "number",
    "opening": "number",
    "value": "number",
    "authority": "text",
    "is_approved": "flag",
}

FINDINGS: ColumnTypes = {
    "path": "text",
    "finding_no": "whole",
    **_OF_FILE,
    "kind": "text",
    "severity": "text",
    "place": "text",
    "words": "text",
    "amount": "number",
    "cells": "whole",
}
"""What `check` says of the deal, the opening, approvals and limits. Cells and formulas are compared by `check` alone.
`cells` : how many cells a finding is about."""

APPROVALS: ColumnTypes = {
    "path": "text",
    "approval_no": "whole",
    **_OF_FILE,
    "trade": "text",
    "state": "text",
    "approver": "text",
    "authority": "text",
    "approved_at": "text",
    "expires": "text",
    "reason": "text",
    "why_void": "text",
    "amount": "number",
}
"""`amount` : the net of the trade, or what the opening gave, as the quote is now."""

SEEN: ColumnTypes = {
    "path": "text",
    "content": "text",
    "key": "text",
    "size": "whole",
    "changed_ns": "whole",
    "status_ns": "whole",
    "inode": "whole",
    "read_ns": "whole",
}
"""What is known of each file that was read; it differs from run to run and is no result."""

TABLES: Mapping[str, ColumnTypes] = {
    "files": FILES,
    "trades": TRADES,
    "changes": CHANGES,
    "openings": OPENINGS,
    "findings": FINDINGS,
    "approvals": APPROVALS,
}
ORDER: Mapping[str, Sequence[str]] = {
    "files": ("path",),
    "trades": ("path", "trade_no"),
    "changes": ("path", "trade_no", "change_no"),
    "openings": ("path", "row_no"),
    "findings": ("path", "finding_no"),
    "approvals": ("path", "approval_no"),
}

OF_FILE = tuple(_OF_FILE)


def arrow_schema(columns: ColumnTypes) -> pa.Schema:
    """The schema of a table as Arrow has it."""
    import pyarrow as pa

    types = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64(), "day": pa.date32(), "flag": pa.bool_()}
    return pa.schema([(name, types[kind]) for name, kind in columns.items()])


def arrow_table(columns: ColumnTypes, rows: Sequence[Sequence[object]]) -> pa.Table:
    """Rows, each in the order of the columns, as a table."""
    import pyarrow as pa

    schema = arrow_schema(columns)
    turned = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    arrays = [pa.array(cells, type=kind.type) for cells, kind in zip(turned, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
