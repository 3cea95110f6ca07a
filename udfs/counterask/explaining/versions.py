"""Two versions of a quote, difference by difference in money.

Each difference is valued alone: the first version with that one difference, valued anew, trades and all. What the differences
do to each other is a line of its own, so that the parts add up to the whole change of deal value now. A difference that cannot
stand alone (a trade on a line that the first version does not have) has no number of its own; its money is in that line.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from ..counter_asks.shown import Context, shown_ledger
from ..inputs.levers import LEVER_BY_NAME, inputs_of
from ..inputs.terms import CompanyLever, Line
from ..reading.quote import Quote
from ..seals.sealed_values import exact, typed_value
from ..verdicts.ledger import Ledger
from ..verdicts.limits import Limit
from ..verdicts.trades import Change, Trade, Verdict

INTERACTION = "what the differences do to each other"
_LINE_INPUTS = tuple(field.name for field in fields(Line) if field.name not in ("name", "kind"))


@dataclass(frozen=True)
class Difference:
    """One difference. table, what : where it is. was, now : in words. change : what it does alone to deal value now, money; 0
    where it can do nothing; NaN where it cannot be valued alone."""

    table: str
    what: str
    was: str
    now: str
    change: float


@dataclass(frozen=True)
class TradeChange:
    """A trade whose verdict or net differs. net : money, before and after; NaN where there is none. verdict : None where the
    version has no such trade."""

    trade: str
    verdict: tuple[Verdict | None, Verdict | None]
    net: tuple[float, float]


@dataclass(frozen=True)
class Versions:
    """What tells two versions apart. value, value_now : money, first and second version. interaction : money."""

    differences: tuple[Difference, ...]
    trades: tuple[TradeChange, ...]
    value: tuple[float, float]
    value_now: tuple[float, float]
    interaction: float

    @property
    def are_equal(self) -> bool:
        """Whether nothing differs."""
        return not self.differences and not self.trades

    @property
    def change(self) -> float:
        """The whole change of deal value now, money."""
        return self.value_now[1] - self.value_now[0]


@dataclass(frozen=True)
class _Step:
    """A difference before it is valued. apply : the first version with it; None where it cannot change a value."""

    table: str
    what: str
    was: str
    now: str
    apply: Callable[[Quote], Quote] | None = None


def compare(first: Quote, second: Quote, as_of: date) -> Versions:
    """Compare two quotes without problems. as_of : the day on which limits are looked at."""
    one, other = _valued(first, as_of), _valued(second, as_of)
    named = _with_names(first, second)
    found = tuple(
        Difference(step.table, step.what, step.was, step.now, _alone(step, named, one.value_now, as_of))
        for step in _steps(first, second)
    )
    change = other.value_now - one.value_now
    known = [difference.change for difference in found if not math.isnan(difference.change)]
    return Versions(
        found,
        tuple(_trade_changes(one, other)),
        (one.value, other.value),
        (one.value_now, other.value_now),
        change - math.fsum(known),
    )


def _valued(quote: Quote, as_of: date) -> Ledger:
    return shown_ledger(quote, Context(as_of)).ledger


def _alone(step: _Step, first: Quote, value: float, as_of: date) -> float:
    """What one difference does to deal value now, money."""
    if step.apply is None:
        return 0.0
    try:
        return _valued(step.apply(first), as_of).value_now - value
    except KeyError:  # a lever or line that only another difference brings
        return math.nan


def _steps(first: Quote, second: Quote) -> Iterator[_Step]:
    """Every difference. A line that was given another name is one, and its trades follow: no line is gone, none is new."""
    yield from _header(first, second)
    for was, now in _renamed_lines(first, second).items():
        yield _Step("Lines", f"{was} name", was, now)
    first = _with_names(first, second)
    yield from _lines(first, second)
    yield from _numbers("Terms", first, second, "terms")
    yield from _numbers("Assumptions", first, second, "assumptions")
    yield from _company_levers(first, second)
    yield from _limits(first, second)
    yield from _policy(first, second)
    yield from _trades(first, second)


def _header(first: Quote, second: Quote) -> Iterator[_Step]:
    for name in dict.fromkeys((*first.header, *second.header)):
        was, now = first.header.get(name, ""), second.header.get(name, "")
        if was != now:
            yield _Step("Quote", name, was or "blank", now or "blank")


def _renamed_lines(first: Quote, second: Quote) -> dict[str, str]:
    """Old name -> new name of lines that say the same otherwise, or that stand in the same place among as many lines and are of
    the same kind."""
    before, after = ([line.name for line in quote.deal.lines] for quote in (first, second))
    gone = [line for line in first.deal.lines if line.name not in after]
    new = [line for line in second.deal.lines if line.name not in before]
    found: dict[str, str] = {}
    for line in gone:
        same = [one for one in new if _same_line(line, one)]
        beside = [one for one in new if one.kind == line.kind and after.index(one.name) == before.index(line.name)]
        match = same if len(same) == 1 else beside if len(after) == len(before) else []
        if match:
            found[line.name] = match[0].name
            new.remove(match[0])
    return found


def _same_line(one: Line, other: Line) -> bool:
    return one.kind == other.kind and all(_same(getattr(one, name), getattr(other, name)) for name in _LINE_INPUTS)


def _with_names(first: Quote, second: Quote) -> Quote:
    """The first version with the names that its lines have in the second; limits follow only where they do so there."""
    names = _renamed_lines(first, second)
    if not names:
        return first

    def moved(changes: Sequence[Change]) -> tuple[Change, ...]:
        return tuple(replace(one, line=names.get(one.line, one.line)) if one.line else one for one in changes)

    lines = tuple(replace(line, name=names.get(line.name, line.name)) for line in first.deal.lines)
    trades = tuple(replace(one, asks=moved(one.asks), counters=moved(one.counters)) for one in first.trades)
    limits, there = first.limits, _rows(second)
    if limits is not None:
        rows = ((row, names.get(row.line or "", row.line)) for row in limits.rows)
        follows = tuple(replace(row, line=now) if (row.lever, now, row.segment) in there else row for row, now in rows)
        limits = replace(limits, rows=follows)
    return replace(first, deal=replace(first.deal, lines=lines), trades=trades, limits=limits)


def _numbers(table: str, first: Quote, second: Quote, record: str) -> Iterator[_Step]:
    """The inputs of the terms or of the assumptions that differ."""
    before, after = getattr(first.deal, record), getattr(second.deal, record)
    for field in fields(before):
        was, now = getattr(before, field.name), getattr(after, field.name)
        if not _same(was, now):

            def apply(quote: Quote, name: str = field.name, to: float = now) -> Quote:
                changed = replace(getattr(quote.deal, record), **{name: to})
                return replace(quote, deal=replace(quote.deal, **{record: changed}))

            yield _Step(table, field.name, _said(was), _said(now), apply)


def _lines(first: Quote, second: Quote) -> Iterator[_Step]:
    before, after = ({line.name: line for line in quote.deal.lines} for quote in (first, second))

    def with_lines(change: Callable[[tuple[Line, ...]], tuple[Line, ...]]) -> Callable[[Quote], Quote]:
        return lambda quote: replace(quote, deal=replace(quote.deal, lines=change(quote.deal.lines)))

    for name, line in before.items():
        other = after.get(name)
        if other is None:
            yield _Step("Lines", name, "there", "gone", with_lines(_without(name)))
        elif other.kind != line.kind:
            yield _Step("Lines", f"{name} kind", str(line.kind), str(other.kind), with_lines(_swapped(other)))
        else:
            used = {lever.name for lever in inputs_of(line.kind)}
            for field in _LINE_INPUTS:
                was, now = getattr(line, field), getattr(other, field)
                if field in used and not _same(was, now):
                    made = replace(line, **{field: now})
                    yield _Step("Lines", f"{name} {field}", _said(was), _said(now), with_lines(_swapped(made)))
    for name, line in after.items():
        if name not in before:
            yield _Step("Lines", name, "not there", "there", with_lines(_added(line)))


def _swapped(line: Line) -> Callable[[tuple[Line, ...]], tuple[Line, ...]]:
    return lambda lines: tuple(line if one.name == line.name else one for one in lines)


def _without(name: str) -> Callable[[tuple[Line, ...]], tuple[Line, ...]]:
    return lambda lines: tuple(one for one in lines if one.name != name)


def _added(line: Line) -> Callable[[tuple[Line, ...]], tuple[Line, ...]]:
    return lambda lines: (*lines, line)


def _company_levers(first: Quote, second: Quote) -> Iterator[_Step]:
    """Company levers: what a unit is worth, and how many the opening terms hold."""
    before, after = ({lever.name: lever for lever in quote.deal.company_levers} for quote in (first, second))

    def with_levers(name: str, lever: CompanyLever | None) -> Callable[[Quote], Quote]:
        def apply(quote: Quote) -> Quote:
            kept = [lever if one.name == name else one for one in quote.deal.company_levers]
            new = [lever] if name not in before else []
            return replace(quote, deal=replace(quote.deal, company_levers=tuple(one for one in (*kept, *new) if one is not None)))

        return apply

    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if was is None or now is None:
            there = ("not there", "there") if was is None else ("there", "gone")
            yield _Step("Company levers", name, *there, with_levers(name, now))
            continue
        for field in fields(was):
            one, other = getattr(was, field.name), getattr(now, field.name)
            if not _same(one, other):
                made = replace(was, **{field.name: other})
                yield _Step("Company levers", f"{name} {field.name}", _said(one), _said(other), with_levers(name, made))


def _limits(first: Quote, second: Quote) -> Iterator[_Step]:
    before, after = (_rows(quote) for quote in (first, second))
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key), after.get(key)
        lever, line, segment = key
        name = f"{lever}{f' of {line}' if line else ''}{f' for {segment}' if segment else ''}"
        if was is None or now is None:
            yield _Step("Limits", name, *(("not there", "there") if was is None else ("there", "gone")))
            continue
        for field in fields(Limit):
            one, other = getattr(was, field.name), getattr(now, field.name)
            if not _same(one, other):
                yield _Step("Limits", f"{name} {field.name.removeprefix('is_')}", _said(one), _said(other))


def _rows(quote: Quote) -> Mapping[tuple[str, str | None, str], Limit]:
    """The rows of the limits by lever, line and segment."""
    return {(row.lever, row.line, row.segment): row for row in (quote.limits.rows if quote.limits else ())}


def _policy(first: Quote, second: Quote) -> Iterator[_Step]:
    for field in fields(first.policy):
        was, now = getattr(first.policy, field.name), getattr(second.policy, field.name)
        if not _same(was, now):
            yield _Step("Policy", field.name, _said(was), _said(now))


def _trades(first: Quote, second: Quote) -> Iterator[_Step]:
    before, after = ({trade.id: trade for trade in quote.trades} for quote in (first, second))

    def with_trades(change: Callable[[Sequence[Trade]], Sequence[Trade]]) -> Callable[[Quote], Quote]:
        return lambda quote: replace(quote, trades=tuple(change(quote.trades)))

    for name, trade in before.items():
        other = after.get(name)
        if other is None:
            yield _Step("Trades", name, _trade_words(trade), "gone", with_trades(_dropped(name)))
        elif other != trade and not _same_trade(trade, other):
            yield _Step("Trades", name, _trade_words(trade), _trade_words(other), with_trades(_replaced(other)))
    for place, (name, trade) in enumerate(after.items()):
        if name not in before:
            earlier = [one for one in list(after)[:place] if one in before]
            yield _Step("Trades", name, "not there", _trade_words(trade), with_trades(_inserted(trade, earlier)))
    shared = [name for name in before if name in after]
    order = [name for name in after if name in before]
    if shared != order:

        def in_order(trades: Sequence[Trade]) -> list[Trade]:
            moved = iter(sorted((one for one in trades if one.id in order), key=lambda one: order.index(one.id)))
            return [next(moved) if one.id in order else one for one in trades]

        yield _Step("Trades", "order", ", ".join(shared), ", ".join(order), with_trades(in_order))


def _dropped(name: str) -> Callable[[Sequence[Trade]], Sequence[Trade]]:
    return lambda trades: [one for one in trades if one.id != name]


def _replaced(trade: Trade) -> Callable[[Sequence[Trade]], Sequence[Trade]]:
    return lambda trades: [trade if one.id == trade.id else one for one in trades]


def _inserted(trade: Trade, earlier: Sequence[str]) -> Callable[[Sequence[Trade]], Sequence[Trade]]:
    """A trade put in behind those that stand before it."""

    def insert(trades: Sequence[Trade]) -> list[Trade]:
        places = [place for place, one in enumerate(trades) if one.id in earlier]
        at = max(places) + 1 if places else 0
        return [*trades[:at], trade, *trades[at:]]

    return insert


def _trade_changes(one: Ledger, other: Ledger) -> Iterator[TradeChange]:
    """The trades whose verdict or net differs, in the order of the second version, then those that are gone."""
    before, after = ({valued.trade.id: valued for valued in side.trades} for side in (one, other))
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name), after.get(name)
        nets = (was.net if was else math.nan, now.net if now else math.nan)
        verdicts = (was.verdict if was else None, now.verdict if now else None)
        is_same_net = abs(nets[0] - nets[1]) < 0.005 or (math.isnan(nets[0]) and math.isnan(nets[1]))
        if verdicts[0] != verdicts[1] or not is_same_net:
            yield TradeChange(name, verdicts, nets)


def _same_trade(one: Trade, other: Trade) -> bool:
    """Whether two trades say the same; a blank level is the same as a blank one."""
    return (one.response, one.reason) == (other.response, other.reason) and all(
        len(these) == len(those)
        and all((a.lever, a.line) == (b.lever, b.line) and _same(a.to, b.to) for a, b in zip(these, those, strict=True))
        for these, those in ((one.asks, other.asks), (one.counters, other.counters))
    )


def _trade_words(trade: Trade) -> str:
    """A trade in a line: "yes: payment_days 60 for term_months 48"."""
    asks, counters = (" and ".join(_change_words(change) for change in side) for side in (trade.asks, trade.counters))
    return f"{trade.response}: {asks} for {counters or 'nothing'}" + (f" ({trade.reason})" if trade.reason else "")


def _change_words(change: Change) -> str:
    known = LEVER_BY_NAME.get(change.lever)
    is_share = known is not None and known.quantity.is_share and math.isfinite(change.to)
    level = f"{100 * change.to:.10g}%" if is_share else _said(change.to)
    return f"{change.lever}{f' of {change.line}' if change.line else ''} {level}"


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (math.isnan(one) and math.isnan(other)) or _said(one) == _said(other)
    return one == other


def _said(value: object) -> str:
    """A value in words: "none" for infinity, "blank" where there is none."""
    if isinstance(value, float):
        return "blank" if math.isnan(value) else "none" if math.isinf(value) else typed_value(exact(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "blank" if value in (None, "") else str(value)
