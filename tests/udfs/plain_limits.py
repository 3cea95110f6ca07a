"""Levers and limits as docs/valuation.md and the list of inputs have them: directions, neutral levels, and which row holds.

Part of the plain reference; it shares nothing with the engine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]
Line = Mapping[str, Any]

NEUTRAL_IN_A_LINE: dict[str, float | None] = {
    "discount": 0, "discount_months": None, "ramp_months": 1, "start_month": 0, "end_month": None, "support_cost": 0,
}  # fmt: skip
NEUTRAL_TERMS: dict[str, float | None] = {
    "auto_renewal": 1, "client_tenure_months": 0, "prepayment_refundable": 1, "free_months": 0,
    "uplift_floor": 0, "uplift_cap": None, "price_lock_months": 0, "most_favoured_price": 0, "sla_credit": 0,
    "commitment": 0, "take_or_pay_rate": 1, "rebate_threshold": None, "rebate_rate": 0, "late_damages_rate": 0,
    "months_brought_forward": 0, "warranty_months": 0, "tfc_from_month": None, "tfc_fee_months": 0,
    "exclusivity_months": 0, "public_reference": 0, "introduction": 0, "foreign_share": 0,
}  # fmt: skip


# The levers in the order of the list of inputs, with the direction in which a client asks: more or less.
MORE, LESS = 1, -1
EVERY_KIND, SERVED = ("recurring", "metered", "one-off"), ("recurring", "metered")
LINE_LEVERS: dict[str, tuple[int, tuple[str, ...]]] = {
    "discount": (MORE, EVERY_KIND),
    "discount_months": (MORE, SERVED),
    "quantity": (LESS, EVERY_KIND),
    "ramp_months": (MORE, SERVED),
    "start_month": (MORE, SERVED),
    "end_month": (LESS, SERVED),
    "support_cost": (MORE, ("recurring",)),
}
TERM_LEVERS = {
    "term_months": LESS, "renewal_term_months": LESS, "auto_renewal": LESS, "billing_months": LESS,
    "billing_in_advance": LESS, "prepayment_refundable": MORE, "payment_days": MORE, "free_months": MORE,
    "uplift_floor": LESS, "uplift_cap": LESS, "price_lock_months": MORE, "most_favoured_price": MORE, "sla_credit": MORE,
    "commitment": LESS, "take_or_pay_rate": LESS, "rebate_threshold": LESS, "rebate_rate": MORE,
    "late_damages_rate": MORE, "months_brought_forward": MORE, "warranty_months": MORE, "tfc_from_month": LESS,
    "tfc_fee_months": LESS, "liability_cap_multiple": MORE, "data_cap_multiple": MORE, "exclusivity_months": MORE,
    "public_reference": LESS, "introduction": LESS, "foreign_share": MORE,
}  # fmt: skip
BOOK_INPUTS = ("list_price", "unit_cost", "demand_cv", "delivery_months")
"""Inputs of a line that are no levers; the price book has a value for each."""

ORDER_OF_AUTHORITY = ("rep", "manager", "finance", "nobody")
BLANK = ""


def without_blanks(inputs: Document) -> dict[str, Any]:
    """The inputs that are known. A blank one is unknown, whatever its neutral level."""
    return {name: level for name, level in inputs.items() if level != BLANK}


def place(lever: str, level: Any) -> float:
    """Where a level is on its scale: "none" is the far end, for a floor under the uplift the low one."""
    if level is None:
        return -math.inf if lever == "uplift_floor" else math.inf
    return float(level)


def is_beyond(lever: str, to: Any, bound: Any, direction: int) -> bool:
    """Whether `to` is past `bound` in a direction."""
    return place(lever, to) * direction > place(lever, bound) * direction + 1e-9


def greatest(authorities: list[str]) -> str:
    """The greatest of some authorities; a rep's where there are none."""
    return max(authorities, key=ORDER_OF_AUTHORITY.index, default="rep")


class PlainLimits:
    """The rows of a document's `limits`, its price book, and what they say of a lever on a line (None: a term)."""

    def __init__(self, document: Document) -> None:
        self.rows: list[Document] = [without_blanks(row) for row in document.get("limits") or ()]
        self.are_known = document.get("limits") is not None
        self.segment = (document.get("quote") or {}).get("segment") or None
        self.book = {row["product"]: without_blanks(row) for row in document.get("price_book") or ()}
        self.products = {line.get("product") for line in document["lines"]} | set(self.book)

    def matching(self, lever: str, line: Line | None) -> list[Document]:
        """The rows for a lever on a line in this segment, the most specific first."""
        found = []
        for row in self.rows:
            name, segment = row.get("line") or None, row.get("segment") or None
            if name is not None:  # a product, or else a line
                own = None if line is None else line.get("product") if name in self.products else line["name"]
                if name != own:
                    continue
            if row["lever"] == lever and segment in (None, self.segment):
                found.append(((name is not None, segment is not None), row))
        return [row for _, row in sorted(found, key=lambda pair: pair[0], reverse=True)]

    def cell(self, lever: str, line: Line | None, column: str) -> Any:
        """What the most specific row that fills a cell has in it; BLANK where none does."""
        return next((row[column] for row in self.matching(lever, line) if column in row), BLANK)

    def clash(self, lever: str, line: Line | None) -> bool:
        """Whether two rows say something of the same lever, line and segment."""
        keys = [(row.get("line") or None, row.get("segment") or None) for row in self.matching(lever, line)]
        return len(keys) != len(set(keys))

    def are_in_force(self, lever: str, line: Line | None, day: str) -> bool:
        """Whether every matching row holds on a day, its first and last day included. Dates as 2026-01-31."""
        return all(
            (row.get("effective") or "0000") <= day <= (row.get("expires") or "9999") for row in self.matching(lever, line)
        )

    # Levers

    def company_levers(self) -> list[dict[str, Any]]:
        """The company's own levers: `lever`, `amount_per_unit`, `month_from`, `month_to` (None: paid once), and so on."""
        found = []
        for name in dict.fromkeys(row["lever"] for row in self.rows if row.get("amount_per_unit") is not None):
            cells = {column: self.cell(name, None, column) for column in
                     ("amount_per_unit", "month_from", "month_to", "probability", "survives", "soft")}  # fmt: skip
            cells["month_to"] = None if cells["month_to"] == BLANK else cells["month_to"]
            cells["probability"] = 1.0 if cells["probability"] == BLANK else cells["probability"]
            found.append({"lever": name} | cells | {word: is_yes(cells[word]) for word in ("survives", "soft")})
        return found

    def client_wants(self, lever: str) -> int | None:
        """MORE or LESS; 0 for a company lever without an amount, None for what is no lever."""
        if lever in LINE_LEVERS:
            return LINE_LEVERS[lever][0]
        company = {row["lever"]: row["amount_per_unit"] for row in self.company_levers()}
        if lever in company:
            return LESS if company[lever] > 0 else MORE if company[lever] < 0 else 0
        return TERM_LEVERS.get(lever)

    def is_soft(self, lever: str, line: Line | None) -> bool:
        """Whether what is got for a lever is soft value."""
        cell = self.cell(lever, line, "soft")
        if cell not in (BLANK, None):
            return is_yes(cell)
        if lever in ("quantity", "ramp_months"):
            return line is not None and line["kind"] == "metered"
        return lever in ("public_reference", "introduction")

    def standard(self, lever: str, line: Line | None) -> Any:
        """The level at which the company normally opens; BLANK where there is none."""
        row = self.cell(lever, line, "standard") if self.are_known else BLANK
        if row != BLANK or not self.are_known or lever in ("quantity", "start_month", "end_month"):
            return row
        if line is not None:
            booked = self.book.get(line.get("product"), {})
            return booked.get(lever, NEUTRAL_IN_A_LINE.get(lever, BLANK))
        return NEUTRAL_TERMS.get(lever, BLANK if lever in TERM_LEVERS else 0)

    # Who may agree

    def authority(self, lever: str, line: Line | None, to: Any, is_given: bool) -> str:
        """Who may agree to a level, given in the client's direction or asked for in ours."""
        wants = self.client_wants(lever) or MORE

        def is_within(column: str, direction: int, where_blank: bool) -> bool:
            bound = self.cell(lever, line, column)
            return where_blank if bound == BLANK else not is_beyond(lever, to, bound, direction)

        if not is_given:
            return "rep" if is_within("ask_up_to", -wants, where_blank=False) else "manager"
        if not is_within("never_beyond", wants, where_blank=True):
            return "nobody"
        if is_within("rep_to", wants, where_blank=False):
            return "rep"
        return "manager" if is_within("manager_to", wants, where_blank=True) else "finance"


def is_yes(cell: Any) -> bool:
    """Whether a cell says yes."""
    return cell in (True, 1, "yes")
