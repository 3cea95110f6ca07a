"""A quote brought to the current limits, assumptions, policy and seal, and what that changes."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from counterask.counter_asks.shown import Context, shown_ledger
from counterask.reading.quote import Quote
from counterask.reading.tables import TABLES as ORDER
from counterask.reading.tables import plain
from counterask.seals.seal import TABLES, SealStatus, all_sealed
from counterask.seals.sealed_values import CellChange, differences, price_book_values, sealed_values
from counterask.verdicts.ledger import Ledger
from counterask.verdicts.limits import lapse_on
from counterask.verdicts.trades import ValuedTrade

from ..errors import CannotRun
from ..workbooks.atomic import Seen, is_same_file, seen
from ..workbooks.quote_file import inspect_quote, open_quote
from .first_edition import as_named_now, is_first_edition, limits_brought_over
from .moving_quote import quote_on_current_template
from .reading import LimitsFile, open_limits
from .table_edits import limits_edits
from .trust_store import remember
from .writing import write_copy


@dataclass(frozen=True)
class Verdicts:
    """A trade whose verdict or whose authority the new limits change."""

    trade: str
    before: str
    after: str


@dataclass(frozen=True)
class Update:
    """What an update changed. changes : value by value. value, value_now : deal value at the opening and now, money, before and
    after. notes : what was done to bring the first edition over. is_quote : False for a limits workbook, which has no value."""

    seal: str
    changes: tuple[CellChange, ...]
    currency: str
    value: tuple[float, float]
    value_now: tuple[float, float]
    verdicts: tuple[Verdicts, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...] = ()
    is_quote: bool = True

    def sentences(self) -> list[str]:
        """For a person, a line each."""
        found = [*self.notes, f"Limits: {self.seal}"]
        found += [f"  {change}" for change in self.changes] or ["  No limit, assumption, policy or price differs."]
        if not self.is_quote:
            return [*found, *self.warnings]
        for name, (before, after) in (("Opening deal value", self.value), ("Deal value now", self.value_now)):
            was = "unknown" if math.isnan(before) else f"{before:,.2f}"
            change = "" if math.isnan(before) or math.isnan(after) else f" ({after - before:+,.2f})"
            now = "unknown" if math.isnan(after) else f"{after:,.2f}"
            found.append(f"{name}: {was} → {now}{change} {self.currency}".rstrip())
        found += [f"{one.trade}: {one.before} → {one.after}" for one in self.verdicts] or ["No verdict changes."]
        return [*found, *self.warnings]

    def document(self, target: Path) -> dict[str, object]:
        """For a program."""
        return {
            "written": str(target),
            "seal": self.seal,
            "notes": list(self.notes),
            "changes": [{"cell": one.place, "what": one.subject, "was": one.was, "is": one.now} for one in self.changes],
            "value": _pair(self.value),
            "value_now": _pair(self.value_now),
            "verdicts": [{"trade": one.trade, "before": one.before, "after": one.after} for one in self.verdicts],
        }


def _pair(value: tuple[float, float]) -> dict[str, float | None]:
    """Two amounts for a program; null for what is unknown."""
    before, after = (one if math.isfinite(one) else None for one in value)
    return {"before": before, "after": after}


def update_quote(path: Path, source: Path, target: Path, *, overwrite: bool) -> Update:
    """Write the quote with the limits of `source` to `target` (which may be the quote itself). Raises CannotRun with what stands
    against it: limits that cannot be relied on, or a quote that would have problems with them.

    `path` may be a limits workbook too: its values are replaced, and nothing is valued. A quote of the first edition becomes a
    new workbook on the current template; limits of the first edition are brought over (`first_edition`).
    """
    with tempfile.TemporaryDirectory() as folder:
        return _update(path, open_limits(source), target, Path(folder), overwrite=overwrite)


def _update(path: Path, source: LimitsFile, target: Path, folder: Path, *, overwrite: bool) -> Update:
    read, own = seen(path), open_limits(path)
    notes: tuple[str, ...] = ()
    base, standing = read, own
    if is_first_edition(own):
        base, notes = _moved(own, source, target, folder)
        standing, own = open_limits(base.path), as_named_now(own)
    current = source
    if is_first_edition(source):
        current, said = limits_brought_over(source, standing, path.name if base is read else "the current template")
        notes += said
    strange = strangeness(own, current)
    notes += strange
    if current.problems:
        raise CannotRun(*(f"{source.path.name} · {problem}" for problem in current.problems))
    before = _standing_quote(path) if base is read and standing.scopes is not None else None
    scopes = standing.scopes
    status = reliable(current, scopes) if scopes is not None else replace(current, scopes=()).status()
    after: list[Quote] = []

    def read_again(copy: Path) -> None:
        left = _unlike(current, open_limits(copy))
        if left:
            raise CannotRun(f"{path.name}: the updated copy is not what {source.path.name} says: {left}. Nothing was changed.")
        if seen(path).content != read.content:
            raise CannotRun(f"{path.name}: has been changed since it was read. Nothing was written; run the command again.")
        if standing.scopes is not None:
            after.append(open_quote(copy).quote)

    try:
        warnings = write_copy(base, target, limits_edits(standing, current), overwrite=overwrite, check=read_again)
    except CannotRun as error:
        error.details = (*error.details, *strange)  # the likely reason
        raise
    if status.holds and (warning := remember(status.seal)):
        warnings = (*warnings, warning)
    then, now = (_valued(before) if before else None), (_valued(after[0]) if after else None)
    return Update(
        status.sentence,
        tuple(
            change
            for name, values in sealed_values(all_sealed(current.tables)).items()
            for change in differences(sealed_values(all_sealed(own.tables))[name].rows, values)
        ),
        current.policy.currency,
        _pair_of(then, now, "value"),
        _pair_of(then, now, "value_now"),
        tuple(_verdicts(then, now)) if now else (),
        warnings,
        notes,
        is_quote=now is not None,
    )


def strangeness(own: LimitsFile, current: LimitsFile) -> tuple[str, ...]:
    """By what the limits of another workbook look like those of another company or market, a sentence each: another currency,
    another scope or owner of the seal, or a price book of which this one has no product."""
    seals = own.status().seal, current.status().seal
    pairs = [("are in", own.policy.currency, current.policy.currency)]
    if seals[0] is not None and seals[1] is not None:
        pairs += [("are sealed for", seals[0].scope, seals[1].scope), ("are sealed by", seals[0].owner, seals[1].owner)]
    new, old = current.path.name, own.path.name
    found = [
        f"▲ The limits of {new} {how} {theirs}, those of {old} so far {how} {ours}. Check that they are the right ones."
        for how, ours, theirs in pairs
        if ours and theirs and ours.strip().casefold() != theirs.strip().casefold()
    ]
    books = [_products(file) for file in (own, current)]
    if all(books) and not books[0] & books[1]:
        found.append(
            f"▲ The price book of {new} has none of the products of {old}: it looks like another company's. "
            "Check that it is the right one."
        )
    return tuple(found)


def _products(file: LimitsFile) -> frozenset[str]:
    """The names of the products in a price book."""
    table = file.tables.get("Price_book")
    return frozenset(map(plain, price_book_values(table).rows)) - {""} if table is not None else frozenset()


def reliable(limits: LimitsFile, scopes: Sequence[str]) -> SealStatus:
    """What can be said of the seal of limits for a quote of these scopes. Raises CannotRun where no verdict can rest on them."""
    status = replace(limits, scopes=tuple(scopes)).status()
    if status.fault or lapse_on(status.lapsed, date.today()):
        raise CannotRun(f"{limits.path.name}: {status.sentence}. Use the current sealed limits of this quote's scope.")
    return status


def _moved(old: LimitsFile, source: LimitsFile, target: Path, folder: Path) -> tuple[Seen, tuple[str, ...]]:
    """A quote of the first edition on the current template, in a folder. Raises CannotRun for what is no quote, and where the
    quote itself was to be changed."""
    if old.scopes is None:
        raise CannotRun(
            f"{old.path.name}: is a limits workbook of the first edition. Bring its values into a new one: "
            f"counterask new limits.xlsx --limits, then counterask limits update limits.xlsx --from {old.path.name}"
        )
    if is_same_file(target, old.path):
        raise CannotRun(
            f"{old.path.name}: is a quote of the first edition, which becomes a new workbook. Leave --in-place out."
        )
    draft = folder / target.name
    notes = quote_on_current_template(old, source, draft)
    return seen(draft), notes


def _pair_of(then: Ledger | None, now: Ledger | None, name: str) -> tuple[float, float]:
    """An amount before and after, NaN where it is unknown."""
    before, after = (getattr(one, name) if one else math.nan for one in (then, now))
    return before, after


def _unlike(current: LimitsFile, copy: LimitsFile) -> str:
    """The first value of a copy that is not the one it was to become, or ""."""
    wanted = sealed_values(all_sealed(current.tables))
    found = (
        change
        for name, values in sealed_values(all_sealed(copy.tables)).items()
        for change in differences(wanted[name].rows, values)
    )
    return str(next(found, ""))


def _valued(quote: Quote) -> Ledger:
    return shown_ledger(quote, Context(date.today())).ledger


def _standing_quote(path: Path) -> Quote | None:
    """The quote as it stands; None where its own limits cannot be read, which the new ones mend. Raises CannotRun where anything
    else is wrong."""
    file = inspect_quote(path)
    if file.workbook is None:
        raise CannotRun(f"{path.name}: is a deal in JSON. Bring a workbook up to date.")
    mended = {ORDER.index(name) for name in TABLES}
    return None if {problem.order[0] for problem in file.quote.problems} & mended else open_quote(path).quote


def _verdicts(then: Ledger | None, now: Ledger) -> list[Verdicts]:
    before = [_words(one) for one in then.trades] if then else ["cannot tell"] * len(now.trades)
    after = [(one.trade.id, _words(one)) for one in now.trades]
    return [Verdicts(trade, was, is_now) for was, (trade, is_now) in zip(before, after, strict=True) if was != is_now]


def _words(valued: ValuedTrade) -> str:
    return f"{valued.verdict}, for {valued.authority}" if valued.authority is not None else str(valued.verdict)
