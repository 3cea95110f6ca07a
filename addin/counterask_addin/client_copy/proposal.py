"""A proposal: what was agreed, put into a client's words, before anything is drawn.

Made of `Agreed` alone. Prices are rounded to what is shown, and amounts are made of the rounded prices, so that a client
who multiplies finds what the page says.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from counterask.counter_asks.sentences import Speaker
from counterask.inputs.levers import LEVER_BY_NAME, TERM_LEVERS, Kind, Lever, Paper, Sees
from counterask.verdicts.trades import Change

from .agreed import Agreed, AgreedTrade
from .stages import LEAST_MONEY_DIGITS, PricedLine, Stage, as_shown, digits_of, priced_lines, stages_of


@cache
def words(language: str) -> Mapping[str, Any]:
    """The words of a proposal in a language, as its file has them."""
    return tomllib.loads((Path(__file__).parent / "words" / f"{language}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class ProposalLine:
    """One line. detail : a second, smaller row, or "". list_price, discount : None where they are not shown.

    Money in the proposal's currency; discount is a share; amount is a month's (recurring, metered) or the whole (one-off).
    """

    name: str
    detail: str
    basis: str
    quantity: float
    list_price: float | None
    discount: float | None
    price: float
    amount: float


@dataclass(frozen=True)
class Proposal:
    """Everything that stands on the page, in its order. terms, totals, facts : label and content; trades : give, get."""

    language: str
    title: str
    client: str
    facts: tuple[tuple[str, str], ...]
    note: str
    lines_heading: str
    headers: Mapping[str, str]
    lines: tuple[ProposalLine, ...]
    totals: tuple[tuple[str, float], ...]
    trades_heading: str
    trade_headers: tuple[str, str]
    trades: tuple[tuple[str, str], ...]
    terms_heading: str
    terms: tuple[tuple[str, str], ...]

    @property
    def shows_discounts(self) -> bool:
        """Whether any line shows its list price and discount."""
        return any(line.list_price is not None for line in self.lines)


def proposal_of(agreed: Agreed, language: str = "en") -> Proposal:
    """The proposal in a language of the program."""
    return _Writer(agreed, language).proposal()


def shown_text(text: str) -> str:
    """A text of the quote as one line: control characters and runs of blanks become one blank, nothing else changes."""
    kept = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(kept.split())


class _Writer:
    """Puts one agreement into words."""

    def __init__(self, agreed: Agreed, language: str) -> None:
        self.agreed, self.language, self.words = agreed, language, words(language)
        self.say = Speaker(agreed.deal, language, shown_text(agreed.currency))

    def proposal(self) -> Proposal:
        page, heads, trades = self.words["page"], self.words["lines"], self.words["trades"]
        days = (("date", self.agreed.quoted), ("valid", self.agreed.valid_until))
        names = ("line", "basis", "quantity", "list_price", "discount", "price", "amount")
        lines = priced_lines(self.agreed.deal)
        return Proposal(
            self.language,
            page["title"],
            shown_text(self.agreed.client),
            tuple((page[name], self.day(day)) for name, day in days if day),
            self.note(),
            heads["heading"],
            {name: self.header(name) for name in names},
            tuple(self.line(line) for line in lines),
            self.totals(lines),
            trades["heading"],
            (trades["gives"], trades["gets"]),
            tuple(self.trade(trade) for trade in self.agreed.trades),
            self.words["terms"]["heading"],
            (*self.terms(), *self.company_terms()),
        )

    # ---- the head

    def day(self, day: date | str) -> str:
        if isinstance(day, str):
            return shown_text(day)
        page = self.words["page"]
        return str(page["day"].format(day=day.day, month=page["months"][day.month - 1], year=day.year))

    def note(self) -> str:
        """In which currency the amounts are, and by which rate they came to be."""
        agreed, page = self.agreed, self.words["page"]
        named = {name: shown_text(getattr(agreed, name)) for name in ("currency", "base", "paid_in")}
        if not named["currency"]:
            return ""
        if agreed.rate is not None and named["base"] != named["currency"]:
            converted = page["converted"].format(rate=self.say.number(agreed.rate, digits_of(agreed.rate, 0)), **named)
            return f"{page['amounts'].format(**named)} {converted}"
        form = "amounts" if named["paid_in"].upper() == named["currency"].upper() else "paid_in"
        return str(page[form].format(**named))

    def header(self, name: str) -> str:
        heads, currency = self.words["lines"], shown_text(self.agreed.currency)
        if name not in ("list_price", "price", "amount") or not currency:
            return str(heads[name])
        return str(heads["money"].format(word=heads[name], currency=currency))

    # ---- lines

    def line(self, priced: PricedLine) -> ProposalLine:
        line = priced.line
        is_shown = line.name in self.agreed.shown_discounts
        return ProposalLine(
            shown_text(line.name),
            self.detail(priced),
            self.words["lines"][str(line.kind)],
            as_shown(line.quantity, 0),
            as_shown(line.list_price) if is_shown else None,
            priced.discount if is_shown else None,
            priced.price(priced.start),
            priced.amount(priced.start),
        )

    def detail(self, priced: PricedLine) -> str:
        """When a line starts, ends, reaches its full quantity and loses its discount; for a one-off line, its delivery."""
        line, said = priced.line, []
        if line.kind is Kind.ONE_OFF:
            return self.timed("delivery", "delivery_months", line.delivery_months - self.agreed.deal.terms.months_brought_forward)
        if priced.start > 0.0:
            said.append(self.timed("starts", "start_month", priced.start))
        if priced.end < math.inf:
            said.append(self.timed("ends", "end_month", priced.end))
        if priced.ramp_months > 1.0:
            said.append(self.timed("ramp", "ramp_months", priced.ramp_months))
        if priced.start < priced.discount_end < math.inf:
            then = as_shown(line.list_price)
            price = self.say.money(then, digits_of(then, LEAST_MONEY_DIGITS))
            said.append(self.timed("discount_ends", "discount_months", priced.discount_end - priced.start, price=price))
        return "; ".join(said)

    def timed(self, word: str, lever: str, months: float, **more: str) -> str:
        return str(self.words["lines"][word].format(**self.levels(lever, months), **more))

    def totals(self, lines: tuple[PricedLine, ...]) -> tuple[tuple[str, float], ...]:
        """The fees of each kind; where they change from one month to another by what was agreed, stage by stage."""
        return tuple((self.total_label(kind, stage), stage.total) for kind in Kind for stage in stages_of(lines, kind))

    def total_label(self, kind: Kind, stage: Stage) -> str:
        """What a total is, and for which months where it does not hold for all; the first month is month 1."""
        words = self.words["totals"]
        if stage.start == 0.0 and math.isinf(stage.end):
            return str(words[str(kind)])
        form = "from" if math.isinf(stage.end) else "one" if stage.end == stage.start + 1.0 else "months"
        months = words[form].format(first=self.say.number(stage.start + 1.0), last=self.say.number(stage.end))
        return f"{words[str(kind)]}, {months}"

    # ---- terms

    def levels(self, lever: str, value: float) -> dict[str, str]:
        """A level in every case that a language may need."""
        cases = {"to": "", "to_accusative": "accusative", "to_dative": "dative"}
        return {key: self.say.level(lever, value, case) for key, case in cases.items()}

    def terms(self) -> list[tuple[str, str]]:
        kinds = {line.kind for line in self.agreed.deal.lines}
        shown = [lever for lever in TERM_LEVERS if not lever.shown_with and lever.client_sees is not Sees.NOTHING]
        rows = [self.term(lever) for lever in shown if not lever.works_on or lever.works_on & kinds]
        return [row for row in rows if row is not None]

    def term(self, lever: Lever) -> tuple[str, str] | None:
        """The row of a term, or None where the deal does not have it. A term without a row of its own is named with its level."""
        value, words = getattr(self.agreed.deal.terms, lever.name), lever.words(self.language)
        paper = words.paper or Paper(words.name[:1].upper() + words.name[1:], "{to}")
        named = (other for other in TERM_LEVERS if other.shown_with == lever.name and f"{{{other.name}}}" in paper.text)
        has_no_effect = value == lever.quantity.neutral or any(self.is_none(other) for other in named)
        if has_no_effect and not paper.is_always_shown:
            return None
        level = "none" if math.isinf(value) else {0.0: "zero", 1.0: "one"}.get(value, "")
        form = self.uplift_form() if lever.name == "uplift_floor" else level
        said = paper.forms.get(form, paper.text).format(**self.levels(lever.name, value), **self.more(paper))
        return paper.label, said[:1].upper() + said[1:]

    def is_none(self, lever: Lever) -> bool:
        """Whether a term that is neutral at "none" stands there."""
        return math.isinf(lever.quantity.neutral) and math.isinf(getattr(self.agreed.deal.terms, lever.name))

    def uplift_form(self) -> str:
        terms = self.agreed.deal.terms
        if math.isinf(terms.uplift_floor):
            return "free" if math.isinf(terms.uplift_cap) else "no_floor"
        if math.isinf(terms.uplift_cap):
            return "uncapped"
        return "same" if terms.uplift_cap == terms.uplift_floor else "text"

    def more(self, paper: Paper) -> dict[str, str]:
        """What else the words of a term may name: the levels of the terms that its row also shows, by their names."""
        terms = self.agreed.deal.terms
        fees = terms.tfc_fee_months
        form = {0.0: "free", 1.0: "for_one"}.get(fees, "for_many")
        shown_too = [lever.name for lever in TERM_LEVERS if lever.shown_with]
        return {name: self.say.level(name, getattr(terms, name)) for name in shown_too} | {
            "advance": self.words["terms"]["advance" if terms.billing_in_advance else "arrears"],
            "fee": paper.forms.get(form, "").format(fees=self.say.number(fees)),
            "paid_in": shown_text(self.agreed.paid_in),
        }

    def company_terms(self) -> list[tuple[str, str]]:
        """Company levers that the deal holds, by their names."""
        held = [one for one in self.agreed.deal.company_levers if one.units > 0.0]
        return [(shown_text(one.name), shown_text(self.say.level(one.name, one.units))) for one in held]

    # ---- trades

    def trade(self, trade: AgreedTrade) -> tuple[str, str]:
        """What the client gets, and what we get for it, each a sentence."""
        said = self.words["trades"]
        both = []
        for form, changes, frame in (("can", trade.gives, "give"), ("get", trade.gets, "get")):
            text = shown_text(self.say.together([self.phrase(form, change) for change in changes]))
            if text and said[frame].startswith("{text}"):
                text = text[:1].upper() + text[1:]
            both.append(said[frame].format(text=text) if text else said["bare"])
        return both[0], both[1]

    def phrase(self, form: str, change: Change) -> str:
        known = LEVER_BY_NAME.get(change.lever)
        promised = known.words(self.language).promised if known else None
        if promised:
            return promised[0 if change.to else 1].format(line=change.line)
        return self.say.phrase(form, change)
