"""A quote as a record: what was typed, and what it is worth, as DataFrames; changed and valued again without a workbook."""

from __future__ import annotations

import json
import math
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from counterask.counter_asks.answers import answer
from counterask.counter_asks.sentences import Speaker
from counterask.counter_asks.shown import Context, ShownLedger, shown_ledger
from counterask.inputs.levers import LANGUAGES
from counterask.inputs.terms import Address
from counterask.reading.cells import Fault
from counterask.reading.problems import Problem
from counterask.reading.quote import Quote, check_deal
from counterask.reading.stakeholders import Stakeholder
from counterask.result_tables.counts import count_of
from counterask.verdicts.shares import FairShares, fair_shares
from counterask.verdicts.trades import Change

from ..errors import CannotRun, WrongInput
from ..seals import signed_cells_of
from ..shown import answer_of
from ..workbooks.people import stakeholders_of
from ..workbooks.quote_file import QuoteFile, open_quote, quote_of_document
from . import frames
from .batch import value_frame
from .errors import QuoteError, as_quote_error, day_given, not_expected
from .inputs import Inputs, inputs_of_deal, level_of, unknown_names

_NAME_OF_A_DOCUMENT = "deal"


def read(source: str | os.PathLike[str] | Mapping[str, object], as_of: date | str | None = None) -> QuoteRecord:
    """Read a quote: a workbook or a JSON file by its path, or a deal in JSON as a dictionary.

    as_of : the day on which limits are looked at, as a date or as text such as "2026-11-02"; None for today. Raises QuoteError
    where the quote cannot be read or something in it is wrong, with every problem, and where an argument has another type. The
    file is not changed.

    >>> from datetime import date
    >>> quote = read("examples/staffing.xlsx", date(2026, 11, 2))
    >>> quote.trades.loc["T1", ["response", "verdict"]].to_dict()
    {'response': 'yes', 'verdict': 'negotiation'}
    """
    day = day_given(as_of)
    if isinstance(source, Mapping):
        path = Path(_NAME_OF_A_DOCUMENT)
        try:
            document = json.loads(json.dumps(dict(source), default=_plain))
        except (TypeError, ValueError) as error:
            problem = Problem("the deal", "", f"found what JSON cannot hold ({error})", "numbers, text and days")
            raise QuoteError(_NAME_OF_A_DOCUMENT, [problem]) from error
        file = quote_of_document(path, document)
    elif isinstance(source, str | os.PathLike):
        path = Path(source)
    else:
        raise not_expected("source", source, "the path of a quote, or a deal in JSON as a dictionary")
    try:
        if not isinstance(source, Mapping):
            file = open_quote(path)
        elif file.quote.problems:
            raise WrongInput(path.name, file.quote.problems)
        people = stakeholders_of(file)
    except CannotRun as error:
        raise as_quote_error(error, path) from error
    for sentence in file.warnings:
        warnings.warn(sentence, stacklevel=2)
    return QuoteRecord(file, day, people)


def _plain(value: object) -> object:
    """A number of numpy, or a day, as JSON holds it. Raises TypeError for anything else."""
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{value!r} of the type {type(value).__name__}")


@dataclass(frozen=True, eq=False, repr=False)
class QuoteRecord:
    """One quote, read and valued. Made by `read`.

    file : the quote with the workbook that it came from; `file.quote` is the record that the engine takes. as_of : the day on
    which limits are looked at. stakeholders : the people on the client's side. is_changed : whether inputs were changed after
    reading; then it has no approvals, since an approval covers the quote that was signed.
    """

    file: QuoteFile
    as_of: date
    stakeholders: Sequence[Stakeholder] = ()
    is_changed: bool = False

    def __repr__(self) -> str:
        count = len(self.quote.trades)
        trades = count_of(count, "trade")
        money = [f"{self.currency} {value:,.0f}".strip() for value in (self.value, self.value_now)]
        changed = " (changed)" if self.is_changed else ""
        return f"<QuoteRecord {self.file.path.name}{changed}: {trades}, deal value {money[0]}, now {money[1]}>"

    @property
    def quote(self) -> Quote:
        """The quote as the engine takes it."""
        return self.file.quote

    @property
    def currency(self) -> str:
        """The currency of all money; "" where the quote does not say."""
        return self.quote.policy.currency or self.quote.header.get("currency", "")

    @property
    def header(self) -> dict[str, str]:
        """What the quote says of itself: client, number, version, dates and the like."""
        return dict(self.quote.header)

    @cached_property
    def shown(self) -> ShownLedger:
        """The ledger as every screen, file and command shows it."""
        signed = None if self.is_changed else signed_cells_of(self.file)
        return shown_ledger(self.quote, Context(self.as_of, self.stakeholders, signed))

    @cached_property
    def _shares(self) -> FairShares:
        return fair_shares(self.quote.deal, self.quote.trades, self.shown.rules)

    @property
    def value(self) -> float:
        """Deal value on the opening terms, money."""
        return self.shown.ledger.value

    @property
    def value_now(self) -> float:
        """Deal value after the granted trades, money."""
        return self.shown.ledger.value_now

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """The blank inputs that the value needs, with their places. Where there are any, the value is NaN."""
        return self.quote.unknown()

    @property
    def lines(self) -> pd.DataFrame:
        """The lines, indexed by name: kind, product and inputs. NaN also where a line of that kind does not have the input."""
        return frames.line_frame(self.quote)

    @property
    def terms(self) -> pd.DataFrame:
        """The terms, indexed by name: opening, now (after the granted trades) and unit; company levers with their units.

        >>> from datetime import date
        >>> read("examples/staffing.xlsx", date(2026, 11, 2)).terms.loc["payment_days", "unit"]
        'days'
        """
        return frames.term_frame(self.quote, self.shown.ledger)

    @property
    def assumptions(self) -> pd.DataFrame:
        """The assumptions, indexed by name: value, unit and evidence (where the number comes from)."""
        return frames.assumption_frame(self.quote)

    @property
    def trades(self) -> pd.DataFrame:
        """The trades, indexed by id: response, verdict, cost (at most 0 for a concession), worth, net, shortfall, what is
        required and counted, who may agree, and the note."""
        return frames.trade_frame(self.shown.ledger)

    @property
    def changes(self) -> pd.DataFrame:
        """Every ask and counter-ask: lever, line, from, to, and what it does to deal value."""
        return frames.change_frame(self.shown.ledger)

    @property
    def results(self) -> pd.DataFrame:
        """Deal value, revenue, margin, ACV and each component of the value: opening, now and change."""
        return frames.result_frame(self.shown.ledger)

    @property
    def shares(self) -> pd.DataFrame:
        """The fair share of each trade in the change of deal value, indexed by id (Owen values)."""
        return frames.share_frame(self._shares)

    @property
    def against_standard(self) -> pd.DataFrame:
        """Each difference between the standard and the opening, with its value; empty where there are no limits."""
        return frames.standard_frame(self.shown.ledger)

    def answer(self) -> dict[str, object]:
        """The same dictionary that `counterask value --json` prints."""
        return answer_of(self.shown, self.unknown, self._shares)

    def changed(self, inputs: Mapping[str, object] | None = None, /, **others: object) -> QuoteRecord:
        """This quote with other inputs of its deal, to be valued again. This record stays as it is.

        inputs : new levels of opening terms, assumptions and inputs of lines, by name: "payment_days", "discount@Consultants".
        "none" or infinity is "none", NaN is unknown. Names that Python allows can be given as keywords. Trades, limits and policy
        stay. Raises QuoteError with every name and level that is wrong.

        >>> from datetime import date
        >>> quote = read("examples/staffing.xlsx", date(2026, 11, 2))
        >>> later = quote.changed(payment_days=90)
        >>> later.value < quote.value
        True
        >>> quote.changed(payment_days=-5)
        Traceback (most recent call last):
        ...
        counterask_addin.analysis.errors.QuoteError: staffing.xlsx · payment_days: found -5, which is less than 0, expected ...
        """
        if inputs is not None and not isinstance(inputs, Mapping):
            raise not_expected("inputs", inputs, 'levels by name, such as {"payment_days": 60}')
        given = {**(inputs or {}), **others}
        levels = self._levels(given, inputs_of_deal(self.quote.deal))
        deal = self.quote.deal.with_inputs(levels)
        if deal == self.quote.deal:
            return self
        problems: list[Problem] = []
        check_deal(deal, {(None, name): name for name in inputs_of_deal(deal)}, problems)
        if problems:
            raise QuoteError(self.file.path.name, problems)
        quote = replace(self.quote, deal=deal, is_opening_approved=False)
        return replace(self, file=replace(self.file, quote=quote), is_changed=True)

    def _levels(self, given: Mapping[str, object], known: Inputs) -> dict[Address, float]:
        """New levels by address. Raises QuoteError."""
        problems = unknown_names(given, known)
        levels: dict[Address, float] = {}
        for place, (name, value) in enumerate(given.items()):
            if name not in known:
                continue
            address, quantity = known[name]
            level = level_of(value, quantity, self.currency)
            if value is None:
                none = '"none" for none, or ' if quantity.none_means else ""
                level = Fault("found None", quantity.expected(), f"Use {none}math.nan where it is unknown.")
            if isinstance(level, Fault):
                problems.append(Problem(name, "", level.found, level.expected, level.remedy, (0, 0, place)))
            else:
                levels[address] = level
        if problems:
            raise QuoteError(self.file.path.name, problems)
        return levels

    def value_deals(self, deals: pd.DataFrame, terms: Literal["opening", "now"] = "opening") -> pd.DataFrame:
        """Value many deals in one batch: this quote's deal, with the inputs of each row.

        deals : a row for each deal, a column for each input that differs, named as in `changed`. terms : whether all other
        inputs are those of the opening or those after the granted trades. NaN (or None) is unknown and makes the value unknown;
        it does not mean this quote's own level.

        Returns a frame with the same index: value, revenue, margin, acv and the components of the value, money (margin is a
        share). Raises QuoteError with the row and column of every problem.

        >>> from datetime import date
        >>> quote = read("examples/staffing.xlsx", date(2026, 11, 2))
        >>> days = pd.DataFrame({"payment_days": [14, 30, 60]}, index=["short", "usual", "long"])
        >>> quote.value_deals(days)["value"].is_monotonic_decreasing
        True
        """
        if terms not in ("opening", "now"):
            raise not_expected("terms", terms, '"opening" or "now"')
        if not isinstance(deals, pd.DataFrame):
            raise not_expected("deals", deals, "a DataFrame with a row for each deal and a column for each input")
        deal = self.quote.deal if terms == "opening" else self.shown.ledger.deal_now
        return value_frame(deal, deals, self.currency)

    def counter_asks(self, asked: str | Mapping[str, object], language: str = "en") -> pd.DataFrame:
        """What to ask for in return, least burden first: a row for each lever that the limits let a rep ask for.

        asked : the id of a trade, or asks that are not entered, by name as in `changed`. language : of the sentences, "en" or
        "de". Columns: lever, line, from, to (the smallest step that makes the trade a negotiation), reachable (whether there is
        one), worth, net, shortfall, burden, way (share of the way to the limit), best_to and best_net, authority, soft, note,
        and the sentences `yes_and` and `no_but`. Empty where the ask costs us nothing;
        `attrs["note"]` says so. Raises QuoteError where there is no such trade, lever or level.

        >>> from datetime import date
        >>> quote = read("examples/staffing.xlsx", date(2026, 11, 2))
        >>> bool((quote.counter_asks({"payment_days": 60}).query("reachable")["net"] >= -0.005).all())
        True
        """
        if language not in LANGUAGES:
            raise not_expected("language", language, " or ".join(f'"{one}"' for one in LANGUAGES))
        if not isinstance(asked, str | Mapping):
            raise not_expected("asked", asked, 'the id of a trade, or asks by name such as {"payment_days": 60}')
        speaker = Speaker(self.quote.deal, language, self.currency)
        trade = asked if isinstance(asked, str) else self._asks(asked)
        if isinstance(trade, str) and not any(one.id == trade for one in self.quote.trades):
            known = ", ".join(one.id for one in self.quote.trades) or "none"
            problem = Problem("trades", "", f'found no trade "{trade}"', f"one of: {known}")
            raise QuoteError(self.file.path.name, [problem])
        found = answer(self.quote.deal, self.quote.trades, trade, self.shown.rules, speaker, self.stakeholders)
        return frames.counter_ask_frame(found)

    def _asks(self, asked: Mapping[str, object]) -> list[Change]:
        """Bare asks. Raises QuoteError where one is not a lever that two parties can agree on, or has no level."""
        deal = self.quote.deal
        known = negotiable(inputs_of_deal(deal))
        levels = self._levels(asked, known)
        blank = [deal.spoken(address) for address, level in levels.items() if math.isnan(level)]
        if blank or not levels:
            expected = "what the client asks for, as payment_days: 60"
            problem = Problem(blank[0] if blank else "the ask", "", "found no level", expected)
            raise QuoteError(self.file.path.name, [problem])
        names = [None if line is None else deal.lines[line].name for line, _ in levels]
        return [Change(lever, line, level) for (_, lever), line, level in zip(levels, names, levels.values(), strict=True)]


def negotiable(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Those inputs of a deal that a trade may name."""
    from counterask.inputs.assumptions import ASSUMPTION_BY_NAME
    from counterask.inputs.levers import LEVER_BY_NAME

    def is_lever(name: str) -> bool:
        lever = LEVER_BY_NAME.get(name)
        return lever.is_negotiable if lever else name not in ASSUMPTION_BY_NAME

    return {name: found for name, found in inputs.items() if is_lever(found[0][1])}
