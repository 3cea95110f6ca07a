"""Trades, openings and verdicts the slow and plain way: section 8 of docs/valuation.md, rule by rule, one valuation at a time.

It takes the JSON document of a quote with `limits`, `policy`, `price_book`, `trades` and `quote`, and shares nothing with
the engine. Amounts are money, plus is good for the seller. Where the page leaves a choice open: "Reading:".
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

from .plain_limits import (
    BLANK,
    BOOK_INPUTS,
    LINE_LEVERS,
    NEUTRAL_IN_A_LINE,
    NEUTRAL_TERMS,
    TERM_LEVERS,
    Document,
    Line,
    PlainLimits,
    greatest,
    place,
)
from .plain_reference import PlainValuation, changed

HALF_A_CENT = 0.005


@dataclass
class PlainStep:
    """One change in the ledger: what it is worth, the part of it that only restores, and the side it counts on."""

    change: Document
    is_ask: bool
    from_level: Any
    direction: int
    value: float = 0.0
    restored: float = 0.0
    authority: str = "rep"
    is_soft: bool = False

    @property
    def is_given(self) -> bool:
        """Whether it moves its lever in the client's direction."""
        return self.direction > 0


@dataclass
class PlainTrade:
    """One trade with its numbers and its verdict; `moves` says whether the deal goes on with it."""

    id: str
    verdict: str
    moves: bool
    steps: list[PlainStep] = field(default_factory=list)
    note: str = ""
    authority: str | None = None
    before: float = math.nan
    after: float = math.nan
    drag: float = 0.0
    required: float = 0.0
    counted: float = 0.0

    @property
    def cost(self) -> float:
        return math.fsum(step.value for step in self.steps if step.is_ask)

    @property
    def worth(self) -> float:
        return math.fsum(step.value for step in self.steps if not step.is_ask)

    @property
    def net(self) -> float:
        return self.cost + self.worth

    @property
    def restored(self) -> float:
        return math.fsum(step.restored for step in self.steps)

    @property
    def shortfall(self) -> float:
        return max(0.0, self.required - self.counted) if "concession" in self.verdict else 0.0

    @property
    def break_even(self) -> float | None:
        """The factor by which the chance of winning must rise; None where the question does not arise."""
        return break_even(self.before, self.after)


def break_even(before: float, after: float) -> float | None:
    """What a loss of value asks of the chance of winning."""
    return before / after if after < before and after > 0 else None


class PlainLedger:
    """All trades of a document on a day, and its opening against the standard."""

    def __init__(self, document: Document, day: str = "2026-01-01") -> None:
        self.document, self.day = document, day
        self.limits = PlainLimits(document)
        self.policy: Document = document.get("policy") or {}
        self.horizon = int(document["assumptions"]["horizon_months"])
        self._values: dict[str, PlainValuation] = {}
        self.now = document
        self.trades: list[PlainTrade] = []
        self.starts: dict[str, Document] = {}
        for trade in document.get("trades") or ():
            self.starts[trade["id"]] = self.now
            found = self.weigh(trade, self.now)
            self.trades.append(found)
            if found.moves:
                self.now = changed(self.now, *(step.change for step in found.steps))

    # Values

    def valuation(self, deal: Document) -> PlainValuation:
        """The valuation of a state of the deal. Raises KeyError or ValueError where it has no value."""
        key = json.dumps([deal["terms"], deal["lines"]], sort_keys=True)
        if key not in self._values:
            found = PlainValuation(deal)
            found.components  # noqa: B018  # raises here what is unknown
            self._values[key] = found
        return self._values[key]

    def value(self, deal: Document) -> float:
        return self.valuation(deal).value

    @property
    def change(self) -> float:
        """What all trades do to the deal value."""
        return self.value(self.now) - self.value(self.document)

    # Levers

    def line(self, name: Any, deal: Document | None = None) -> Line | None:
        """A line by its name."""
        return next((line for line in (deal or self.document)["lines"] if line["name"] == name), None)

    def level(self, deal: Document, lever: str, line: Any = None) -> Any:
        """Where a lever stands in a state of the deal; BLANK where it is unknown."""
        if line is not None:
            found = self.line(line, deal)
            assert found is not None
            return found.get(lever, NEUTRAL_IN_A_LINE.get(lever, BLANK))
        return deal["terms"].get(lever, NEUTRAL_TERMS.get(lever, BLANK if lever in TERM_LEVERS else 0))

    def direction(self, lever: str, start: Any, to: Any) -> int:
        """1 in the client's direction, -1 in ours, 0 where the lever does not move."""
        if BLANK in (start, to):
            return 1
        moved = place(lever, to) - place(lever, start) if place(lever, to) != place(lever, start) else 0.0
        return int(math.copysign(1, moved)) * (self.limits.client_wants(lever) or 0) if moved else 0

    def problem(self, trade: Document) -> str:
        """Why a trade cannot be read as one, or ""."""
        named = []
        for change in [*trade.get("asks", ()), *trade.get("counters", ())]:
            lever, line = change["lever"], self.line(change.get("line"))
            if self.limits.client_wants(lever) is None:
                return f"{lever} is not a lever"
            if (lever in LINE_LEVERS) != (change.get("line") is not None):
                return f"{lever} and its line do not go together"
            if lever in LINE_LEVERS and (line is None or line["kind"] not in LINE_LEVERS[lever][1]):
                return f"{lever} is not a lever of this line"
            if self.limits.clash(lever, line):
                return f"two rows of the limits hold for {lever}"
            if change["to"] not in (BLANK, None) and change["to"] < 0 and lever not in ("uplift_floor", "uplift_cap"):
                return f"{lever} cannot be below 0"
            named.append((lever, change.get("line")))
        return "a lever is named twice" if len(named) != len(set(named)) else ""

    # Rule 6 of section 1: months beyond the horizon

    def months_needed(self, deal: Document, lever: str, line_name: Any, to: Any) -> int:
        """The horizon that a level of a lever needs, in months; 0 where it needs none."""
        if to is None or to == BLANK:
            return 0
        plain = PlainValuation(deal)
        lines = [line for line in plain.lines if line_name in (None, line["name"])]
        end, needs = 0.0, 0
        if lever in ("term_months", "price_lock_months", "exclusivity_months", "end_month"):
            end = to
        elif lever in ("tfc_from_month", "start_month") and to >= self.horizon:
            needs = int(to) + 1
        elif lever == "free_months":
            end = max((plain.origin(line) + to for line in lines if line["kind"] == "recurring"), default=0)
        elif lever == "discount_months":
            end = max(plain.origin(line) + to for line in lines)
        elif lever == "warranty_months":
            end = max((plain.delivery_months(line) + to for line in lines if line["kind"] == "one-off"), default=0)
        if end > self.horizon:
            needs = math.ceil(end)
        return math.ceil(needs / 12) * 12

    def beyond(self, deal: Document, lever: str, line: Any, start: Any, to: Any) -> str:
        """Why a change cannot be priced because of the horizon, or ""."""
        if start == to:
            return ""
        moved = changed(deal, {"lever": lever, "line": line, "to": to})
        needed = max(self.months_needed(deal, lever, line, start), self.months_needed(moved, lever, line, to))
        return (
            f"months beyond the horizon of {self.horizon} are not priced; set horizon_months to at least {needed}"
            if needed
            else ""
        )

    # Trades, one by one

    def is_in_force(self, changes: list[Document]) -> bool:
        """Whether all rows that match the levers hold on the day."""
        return all(self.limits.are_in_force(change["lever"], self.line(change.get("line")), self.day) for change in changes)

    def weigh(self, trade: Document, deal: Document) -> PlainTrade:
        """One trade against the deal as it stands. First what stops it, in the order in which that applies."""
        name, response = trade["id"], trade.get("response") or "yes"
        asks, counters = list(trade.get("asks", ())), list(trade.get("counters", ()))
        if problem := self.problem(trade):
            return PlainTrade(name, "problem", False, note=problem)
        if response != "yes":
            return PlainTrade(name, "declined" if response == "no" else "stalled", False, note=trade.get("reason") or "")
        at_least: list[str] | None = [] if self.limits.are_known else None
        found = PlainTrade(name, "cannot tell", False)
        stop, unpriced = "", ""
        state = deal
        for change in asks + counters:
            lever, line = change["lever"], self.line(change.get("line"))
            start = self.level(state, lever, change.get("line"))
            step = PlainStep(change, len(found.steps) < len(asks), start, self.direction(lever, start, change["to"]))
            step.is_soft = self.limits.is_soft(lever, line)
            found.steps.append(step)
            if BLANK in (start, change["to"]):
                unpriced = unpriced or f"{lever} is blank"
                continue
            # Reading: a row that is not in force says nothing of who may agree; the trade needs finance, as it cannot be told.
            if self.limits.are_known and step.direction and self.limits.are_in_force(lever, line, self.day):
                step.authority = self.limits.authority(lever, line, change["to"], step.is_given)
                if step.authority == "nobody":
                    stop = f"{lever} may never go beyond its hard stop"
            unpriced = unpriced or self.beyond(state, lever, change.get("line"), start, change["to"])
            state = changed(state, change)
        try:
            found.before = self.value(deal)
            if not any(BLANK in (step.from_level, step.change["to"]) for step in found.steps):
                self.value_steps(deal, found.steps)
                found.after = self.value(state)
        except (KeyError, ValueError) as missing:
            unpriced = unpriced or f"no price: {missing}"
        if found.after == -math.inf:
            stop = stop or "a class of liability without a limit has no price"
        if stop:
            found.verdict, found.note, found.authority = "blocked", stop, "nobody"
            return found
        if self.limits.are_known:
            at_least = [step.authority for step in found.steps]
        if unpriced:
            found.note = unpriced
            found.authority = None if at_least is None else greatest([*at_least, "finance"])
            return found
        found.moves = True
        self.judge(found, deal)
        if not self.is_in_force(asks + counters):
            found.verdict, found.note = "cannot tell", "the limits do not hold"
        if at_least is not None:
            if "concession" in found.verdict:
                at_least.append(self.policy.get("concession_authority") or "rep")
            if found.verdict == "cannot tell" or self.is_margin_too_low(deal, state):
                at_least.append("finance")
            found.authority = greatest(at_least)
        return found

    def value_steps(self, deal: Document, steps: list[PlainStep]) -> None:
        """Fill in what each change is worth, the earlier ones applied, and how much of that only restores."""
        for step in steps:
            lever, line = step.change["lever"], step.change.get("line")
            path = self.path(lever, line, step)
            for before, after in zip(path[:-1], path[1:], strict=True):
                start = changed(deal, {"lever": lever, "line": line, "to": before})
                end = changed(deal, {"lever": lever, "line": line, "to": after})
                worth = self.value(end) - self.value(start)
                step.value += worth
                if self.only_restores(lever, line, step, before, after):
                    step.restored += worth
            deal = changed(deal, step.change)

    def path(self, lever: str, line: Any, step: PlainStep) -> list[Any]:
        """The levels of a change: where it starts and ends, and the opening level and the standard that it passes."""
        stops = self.opening_and_standard(lever, line) if step.direction < 0 else ()
        low, high = sorted((place(lever, step.from_level), place(lever, step.change["to"])))
        passed = [level for level in stops if low < place(lever, level) < high]
        passed.sort(key=lambda level: place(lever, level), reverse=place(lever, step.from_level) == high)
        return [step.from_level, *passed, step.change["to"]]

    def opening_and_standard(self, lever: str, line: Any) -> tuple[Any, ...]:
        """Opening level and standard of a lever that opened on the client's side of it, unapproved; else nothing."""
        opening, standard = self.level(self.document, lever, line), self.limits.standard(lever, self.line(line))
        is_approved = (self.document.get("quote") or {}).get("opening_approved")
        if is_approved or BLANK in (opening, standard) or self.direction(lever, standard, opening) <= 0:
            return ()
        return opening, standard

    def only_restores(self, lever: str, line_name: Any, step: PlainStep, before: Any, after: Any) -> bool:
        """Whether a part of a change towards us is not counted."""
        if step.direction >= 0:
            return False
        line = self.line(line_name)
        if self.limits.book and lever in ("quantity", "start_month", "end_month", "ramp_months"):
            assert line is not None
            if not line.get("product"):  # Reading: what is not counted here is shown as restored, too
                return True
        between = self.opening_and_standard(lever, line_name)
        if not between:
            return False
        low, high = sorted(place(lever, level) for level in between)
        return all(low <= place(lever, level) <= high for level in (before, after))

    def judge(self, trade: PlainTrade, deal: Document) -> None:
        """The verdict of a trade that has a price."""
        trade.drag = self.drag(trade, deal)
        given = math.fsum(step.value for step in trade.steps if step.is_given)
        got = [step for step in trade.steps if not step.is_given]
        hard = math.fsum(step.value - step.restored for step in got if not step.is_soft)
        soft = math.fsum(step.value - step.restored for step in got if step.is_soft)
        trade.required = self.policy.get("required_ratio", 1.0) * max(0.0, -given - trade.drag)
        trade.counted = hard + min(soft, self.policy.get("soft_share_cap", 1.0) * trade.required)
        if trade.required - trade.counted < HALF_A_CENT:
            trade.verdict = "negotiation"
        else:
            trade.verdict = "concession" if trade.counted < HALF_A_CENT else "unbalanced concession"

    def drag(self, trade: PlainTrade, deal: Document) -> float:
        """What the discounts asked for are expected to cost again at renewals, where that counts: at most 0."""
        is_taught = any(row.get("lever") == "discount" and not row.get("in_return") and not (row.get("worth") or 0) > 0
                        for row in self.document.get("history") or ())  # fmt: skip
        if not (self.policy.get("drag_counts") in (1, True, "yes") and is_taught):
            return 0.0
        lost = 0.0
        for step in trade.steps:
            after = changed(deal, step.change)
            if step.is_ask and step.is_given and step.change["lever"] == "discount":
                month = int(after["terms"]["term_months"])
                lost += self.valuation(after).fees_from(month) - self.valuation(deal).fees_from(month)
            deal = after
        return min(0.0, float(self.policy["taught_discount_drag"] * lost))

    def is_margin_too_low(self, before: Document, after: Document) -> bool:
        """Whether a change takes the margin below the floor, or further below it."""
        floor, margin = self.policy.get("minimum_margin", BLANK), self.valuation(after).margin
        return floor != BLANK and margin < floor and margin < self.valuation(before).margin - 1e-9

    # Opening against standard

    def opening(self) -> dict[str, Any] | None:
        """The opening deal against the standard one: `standard_value`, `gave`, `net`, `authority`, `is_blocked`, `levers`."""
        if not self.limits.are_known:
            return None
        moves = [*self.book_differences(), *self.lever_differences()]
        deal = changed(self.document, *({**move, "to": move["standard"]} for move in moves))
        start = deal
        rows: list[dict[str, Any]] = []
        at_least: list[str] = []
        off_book = self.policy.get("off_book_authority") or "manager"
        if self.limits.book and any(not line.get("product") for line in self.document["lines"]):
            at_least.append(off_book)
        note = ""
        for move in moves:
            lever, line_name, to = move["lever"], move["line"], move["opening"]
            line, after = self.line(line_name), changed(deal, {**move, "to": move["opening"]})
            authority = "rep"
            if lever in BOOK_INPUTS:
                authority = off_book
            elif move["direction"] > 0:
                authority = self.limits.authority(lever, line, to, is_given=True)
                if not self.limits.are_in_force(lever, line, self.day):
                    note = "the limits do not hold"
            note = note or self.beyond(deal, lever, line_name, move["standard"], to)
            rows.append({**move, "value": self.value(after) - self.value(deal), "authority": authority})
            deal = after
        gave = math.fsum(min(0.0, row["value"]) for row in rows)
        at_least += [row["authority"] for row in rows]
        if gave < -HALF_A_CENT:
            at_least.append(self.policy.get("concession_authority") or "rep")
        if self.is_margin_too_low(start, self.document):
            at_least.append("finance")
        net = self.value(self.document) - self.value(start)
        return {"standard_value": self.value(start), "gave": gave, "net": net, "authority": greatest(at_least),
                "is_blocked": "nobody" in at_least, "note": note, "levers": rows}  # fmt: skip

    def book_differences(self) -> list[dict[str, Any]]:
        """Inputs of lines that name a product and differ from the price book, by line."""
        found = []
        for line in self.document["lines"]:
            booked = self.limits.book.get(line.get("product"), {})
            for name in BOOK_INPUTS:
                if name in booked and name in line and line[name] != booked[name]:
                    found.append({"lever": name, "line": line["name"], "standard": booked[name], "opening": line[name]})
        return [{**row, "direction": 0} for row in found]

    def lever_differences(self) -> list[dict[str, Any]]:
        """Levers that differ from their standard: first in the client's direction, each in the order of the list of inputs."""
        named: list[tuple[str, Any]] = [(lever, line["name"]) for lever, (_, kinds) in LINE_LEVERS.items()
                                        for line in self.document["lines"] if line["kind"] in kinds]  # fmt: skip
        named += [(lever, None) for lever in [*TERM_LEVERS, *(row["lever"] for row in self.limits.company_levers())]]
        found = []
        for lever, line in named:
            standard, opening = self.limits.standard(lever, self.line(line)), self.level(self.document, lever, line)
            direction = 0 if BLANK in (standard, opening) else self.direction(lever, standard, opening)
            if direction:
                found.append({"lever": lever, "line": line, "standard": standard, "opening": opening, "direction": direction})
        return [row for row in found if row["direction"] > 0] + [row for row in found if row["direction"] < 0]

    # All together

    def answer(self) -> dict[str, Any]:
        """The answer in JSON, without the fair shares."""
        found: dict[str, Any] = {"value": self.value(self.document), "acv": self.valuation(self.document).acv}
        found |= {"change": self.change, "ledger": [entry(trade) for trade in self.trades]}
        return found if not self.limits.are_known else found | {"opening": self.opening()}


def entry(trade: PlainTrade) -> dict[str, Any]:
    """A trade in JSON."""
    names = ("id", "cost", "worth", "net", "required", "counted", "restored", "shortfall", "verdict", "authority", "note")
    return {name: getattr(trade, name) for name in (*names, "break_even")} | {
        "changes": [{**step.change, "value": step.value, "restored": step.restored} for step in trade.steps]
    }
