"""Packages as people and programs see them: the rows of a sheet, JSON, and what to say."""

from __future__ import annotations

from collections.abc import Sequence

from ..reading.package_phrases import package_phrase
from ..result_tables.views import Rows
from ..verdicts.trades import ValuedChange
from .choosing import PACKAGES, Offered, spread_of, step_of
from .packages import OfferPackage
from .prepared_tables import counter_words
from .sentences import Speaker
from .tables import authority_words, json_level, number_or_null

COLUMNS = (
    "package",
    "they_get",
    "we_get",
    "cost",
    "worth",
    "net",
    "worth_to_them",
    "authority",
    "soft",
    "burden",
    "say",
    "pick",
)
"""The columns of the table on the sheet."""
PACKAGE_ROWS = PACKAGES + 1
"""A row for what introduces the packages or says why there are fewer, and the packages."""
LETTERS = "ABC"


def package_sentence(letter: str, package: OfferPackage, speaker: Speaker) -> str:
    """What the rep says of one package."""
    return speaker.package(letter, package.granted, package.trade.counters, package.valued.authority)


def introduction(offered: Offered, speaker: Speaker) -> str:
    """What the rep says before several packages; "" for one or none."""
    count = len(offered.packages)
    return speaker.word("packages", "say").format(count=speaker.count(count)) if count > 1 else ""


def equal_words(offered: Offered, speaker: Speaker) -> str:
    """How equal the packages are to us, for the rep: "equal to within one step (EUR 2,200)"; "" for one or none."""
    if len(offered.packages) < 2:
        return ""
    return speaker.word("packages", "equal").format(step=speaker.money(step_of(offered.packages), 0))


def package_table(offered: Offered, speaker: Speaker) -> Rows:
    """A row that introduces the packages, with how equal they are, or says why there are fewer than three; then one row a
    package, `COLUMNS`, without a header.

    Cost, worth and net are money, as the ledger values the package typed in; the burden is a share of a year's fees.
    """
    said = introduction(offered, speaker)
    notes = "\n".join(filter(None, (offered.note, equal_words(offered, speaker))))
    rows: Rows = [["", notes, *[""] * 8, said, ""]] if notes or said else []
    for letter, one in zip(LETTERS, offered.packages, strict=False):
        valued = one.valued
        asks = [change for change in valued.changes if change.is_ask and change.change.to != change.from_level]
        counters = [change for change in valued.changes if not change.is_ask]
        is_soft = any(change.is_soft for change in counters)
        rows.append(
            [
                letter,
                _lines(asks, speaker),
                _lines(counters, speaker),
                valued.cost,
                valued.worth,
                valued.net,
                one.worth_to_them if one.worth_to_them else "",
                authority_words(valued.authority, speaker),
                speaker.word("numbers", "yes") if is_soft else "",
                one.burden,
                package_sentence(letter, one, speaker),
                package_phrase(one.trade.asks, one.trade.counters),
            ]
        )
    return rows


def _lines(changes: Sequence[ValuedChange], speaker: Speaker) -> str:
    """Each lever with its line and its new level, a line each."""
    return "\n".join(counter_words([one.change], speaker) for one in changes)


def package_document(trade_id: str, offered: Offered, speaker: Speaker) -> dict[str, object]:
    """The packages of a trade for JSON: see `docs/json.md`."""
    return {
        "trade": trade_id,
        "currency": speaker.currency or None,
        "spread": spread_of(offered.packages),
        "step": step_of(offered.packages),
        "say": introduction(offered, speaker),
        "note": offered.note,
        "packages": [
            {
                "package": letter,
                "granted": [_change(one) for one in package.valued.changes if one.is_ask],
                "counters": [_change(one) for one in package.valued.changes if not one.is_ask],
                "cost": package.valued.cost,
                "worth": package.valued.worth,
                "required": package.valued.required,
                "net": package.valued.net,
                "step": package.step,
                "authority": None if package.valued.authority is None else str(package.valued.authority),
                "burden": number_or_null(package.burden),
                "worth_to_them": package.worth_to_them,
                "pick": package_phrase(package.trade.asks, package.trade.counters),
                "say": package_sentence(letter, package, speaker),
            }
            for letter, package in zip(LETTERS, offered.packages, strict=False)
        ],
    }


def _change(one: ValuedChange) -> dict[str, object]:
    change = one.change
    return {
        "lever": change.lever,
        "line": change.line,
        "from": json_level(one.from_level),
        "to": json_level(change.to),
        "value": number_or_null(one.value),
    }

