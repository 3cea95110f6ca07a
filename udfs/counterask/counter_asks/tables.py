"""Counter-asks as people and programs see them: the rows of a sheet, and JSON.

A number that there is none of is a blank cell and null in JSON. In JSON the level "none" is the text "none", because
null in `to` says that no step suffices.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..inputs.labels import label_of
from ..reading.quote import Quote
from ..reading.stakeholders import Stakeholder
from ..result_tables.views import Cell, Rows
from ..verdicts.ledger import Ledger
from ..verdicts.limits import Authority
from ..verdicts.trades import Rules
from .answers import Answer, BundleAnswer, Counters, bundle_answers
from .answers import answer as find_answers
from .sentences import Speaker
from .unasked_offers import OwnOffer

NOTHING_IN_RETURN = "this costs us nothing: ask for nothing in return"
"""What is said where an ask costs nothing."""
COLUMNS = (
    "rank",
    "counter_ask",
    "line",
    "from",
    "to",
    "worth",
    "net",
    "authority",
    "soft",
    "way",
    "yes_and",
    "no_but",
)
"""The columns of the table, by the names that the translations give a header for."""


OFFER_COLUMNS = (
    "rank",
    "offer",
    "line",
    "from",
    "to",
    "costs_us",
    "worth_to_them",
    "authority",
    "soft",
    "for_one",
    "needed_by",
    "say",
)
"""The columns of our own offers, by the names that the translations give a header for."""

COUNTER_ASK_ROWS, BUNDLE_ROWS, OFFER_ROWS = 34, 12, 12
"""Rows of the tables on the sheet. Hosts with fixed arrays need a fixed height."""


def trade_tables(
    quote: Quote,
    trade_id: str,
    people: Sequence[Stakeholder],
    rules: Rules,
    language: str,
    *,
    has_bundles: bool = False,
    valued: Ledger | None = None,
) -> tuple[Rows, Rows]:
    """The rows of a trade's counter-asks and of its bundles, without headers; a sentence where there are none.

    valued : the ledger of the quote, where there is one. has_bundles : whether bundles are looked for, which takes longer.
    """
    if not any(trade.id == trade_id for trade in quote.trades):
        known = ", ".join(trade.id for trade in quote.trades)
        is_blank = trade_id in ("", "0")  # some programs hand over a blank cell as 0
        sentence = f"choose a trade: {known or 'there is none yet'}" if is_blank else f'there is no trade "{trade_id}"'
        return [["", sentence]], []
    speaker = Speaker(quote.deal, language, quote.policy.currency or quote.header.get("currency", ""))
    found = find_answers(quote.deal, quote.trades, trade_id, rules, speaker, people, valued)
    singles = counter_ask_table(found, speaker)[1:] or [["", _why_none(found)]]
    bundles = bundle_table(bundle_answers(found, speaker, most=BUNDLE_ROWS), speaker)[1:] if has_bundles else []
    return singles[:COUNTER_ASK_ROWS], bundles[:BUNDLE_ROWS]


def _why_none(found: Counters) -> str:
    if not found.position.is_free:
        return "the limits name nothing that a rep may ask for"
    return NOTHING_IN_RETURN


def header(speaker: Speaker) -> list[str]:
    """The headers of the table in the speaker's language."""
    return [speaker.word("table", name) for name in COLUMNS]


def counter_ask_table(found: Counters, speaker: Speaker) -> Rows:
    """The counter-asks that balance the trade, a row each, least burden first, after a header row. Columns `COLUMNS`.

    Rank, worth, net and way are numbers; levels are words. Where no counter-ask is enough, the rows are those with
    something to offer instead (*no, but*): they have no rank, and the column *To* has the best net. One last row counts
    the others and says why they are not listed. Money is in the quote's currency.
    """
    is_balanced = any(one.counter_ask.is_reachable for one in found.answers)
    listed: list[Answer] = []
    others: list[Answer] = []
    for one in found.answers:
        (listed if one.counter_ask.is_reachable or (not is_balanced and one.no_but) else others).append(one)
    rows: Rows = [list(header(speaker)), *(_row(one, place, speaker) for place, one in enumerate(listed, 1))]
    return [*rows, _row_of_others(others, bool(listed), speaker)] if others else rows


def _row_of_others(others: Sequence[Answer], is_after_others: bool, speaker: Speaker) -> list[Cell]:
    """One row for all counter-asks that are not enough: how many there are, and the one that comes nearest."""
    many = "one" if len(others) == 1 else "many"
    words = speaker.word("sentences", f"{'others' if is_after_others else 'all'}_{many}").format(count=len(others))
    known = [one for one in others if not math.isnan(one.counter_ask.best_net)]
    if not known:
        return ["", words, "", "", speaker.word("sentences", "off_limits"), *[""] * (len(COLUMNS) - 5)]
    nearest = max(known, key=lambda one: one.counter_ask.best_net)
    where = " · ".join(part for part in (label_of(nearest.counter_ask.lever), nearest.counter_ask.line) if part)
    why = f"{not_reachable(nearest, speaker)} ({where})"
    return ["", words, "", "", why, *[""] * (len(COLUMNS) - 5)]


def bundle_table(said: Sequence[BundleAnswer], speaker: Speaker) -> Rows:
    """Bundles with their sentences, a row each, behind the same header row; what belongs to one lever stands on its
    own line."""
    rows: Rows = [list(header(speaker))]
    for place, answer in enumerate(said, 1):
        bundle, changes = answer.bundle, answer.bundle.changes
        rows.append(
            [
                float(place),
                "\n".join(label_of(one.change.lever) for one in changes),
                "\n".join(one.change.line or "" for one in changes),
                "\n".join(speaker.typed(one.change.lever, one.from_level) for one in changes),
                "\n".join(speaker.typed(one.change.lever, one.change.to) for one in changes),
                bundle.worth,
                bundle.net,
                authority_words(bundle.authority, speaker),
                speaker.word("numbers", "yes") if bundle.is_soft else "",
                max(bundle.ways),
                answer.yes_and,
                answer.no_but,
            ]
        )
    return rows


def _row(answer: Answer, place: int, speaker: Speaker) -> list[Cell]:
    one = answer.counter_ask
    soft = speaker.word("numbers", "yes") if one.is_soft else ""
    start: list[Cell] = [label_of(one.lever), one.line or "", speaker.typed(one.lever, one.from_level)]
    if one.to is None:
        return [
            "",
            *start,
            not_reachable(answer, speaker),
            "",
            "",
            authority_words(one.authority, speaker),
            soft,
            "",
            "",
            answer.no_but,
        ]
    return [
        float(place),
        *start,
        speaker.typed(one.lever, one.to),
        one.worth,
        one.net,
        authority_words(one.authority, speaker),
        soft,
        one.way,
        answer.yes_and,
        answer.no_but,
    ]


def not_reachable(answer: Answer, speaker: Speaker) -> str:
    """That no step suffices, and how near the best one comes, in the speaker's words."""
    best = answer.counter_ask.best_net
    if math.isnan(best):
        return speaker.word("sentences", "off_limits")
    return speaker.word("sentences", "not_reachable").format(net=speaker.money(best, 0))


def own_offer_table(found: Sequence[OwnOffer], speaker: Speaker) -> Rows:
    """What a rep can offer unasked, a row each, most worth to them for our cost first, without a header. Columns
    `OFFER_COLUMNS`; a sentence where there is nothing."""
    if not found:
        words = "no lever that a stakeholder needs has room left within what a rep may grant alone"
        return [["", words]]
    return [
        [
            float(place),
            label_of(one.lever),
            one.line or "",
            speaker.typed(one.lever, one.from_level),
            speaker.typed(one.lever, one.to),
            one.cost,
            one.worth_to_them,
            authority_words(Authority.REP, speaker),
            speaker.word("numbers", "yes") if one.is_soft else "",
            round(one.return_on_cost, 1) if math.isfinite(one.return_on_cost) else "",
            needed_by(one),
            speaker.offer([one.change]),
        ]
        for place, one in enumerate(found[:OFFER_ROWS], 1)
    ]


def needed_by(offer: OwnOffer) -> str:
    """Whose need an offer answers, and which: "Tom Ahrens, CFO: cash held longer"."""
    return "; ".join(
        f"{', '.join(part for part in (one.who, one.role) if part)}{f': {one.need}' if one.need else ''}" for one in offer.people
    )


def own_offer_document(found: Sequence[OwnOffer], speaker: Speaker) -> list[dict[str, object]]:
    """Our own offers for JSON, in the order of the table."""
    return [
        {
            "lever": one.lever,
            "line": one.line,
            "from": json_level(one.from_level),
            "to": json_level(one.to),
            "cost": number_or_null(one.cost),
            "worth_to_them": number_or_null(one.worth_to_them),
            "needed_by": [{"who": person.who, "role": person.role, "need": person.need} for person in one.people],
            "say": speaker.offer([one.change]),
        }
        for one in found
    ]


def authority_words(authority: Authority | None, speaker: Speaker) -> str:
    """Who may agree, in the speaker's words; "" where nothing is known of limits."""
    return "" if authority is None else speaker.word("authority", str(authority))


def counter_ask_document(found: Counters, currency: str = "") -> dict[str, object]:
    """The trade, what it costs and what is required, and the counter-asks, for JSON: see `docs/json.md`."""
    position = found.position
    trade = position.trade
    return {
        "trade": trade.id or None,
        "asks": [{"lever": ask.lever, "line": ask.line, "to": json_level(ask.to)} for ask in trade.asks],
        "counters": [{"lever": one.lever, "line": one.line, "to": json_level(one.to)} for one in trade.counters],
        "currency": currency or None,
        "cost": number_or_null(position.cost),
        "required": number_or_null(position.required),
        "shortfall": number_or_null(position.valued.shortfall),
        "verdict": str(position.valued.verdict),
        "obstacle": position.obstacle,
        "counter_asks": [_json_row(answer) for answer in found.answers],
    }


def _json_row(answer: Answer) -> dict[str, object]:
    one = answer.counter_ask
    row: dict[str, object] = {
        "lever": one.lever,
        "line": one.line,
        "from": json_level(one.from_level),
        "to": None if one.to is None else json_level(one.to),
        "worth": number_or_null(one.worth),
        "net": number_or_null(one.net),
        "authority": None if one.authority is None else str(one.authority),
        "soft": one.is_soft,
        "burden": number_or_null(one.burden),
        "way": number_or_null(one.way) if one.is_reachable else None,
        "yes_and": answer.yes_and,
        "no_but": answer.no_but,
    }
    if not one.is_reachable:
        row |= {
            "best_net": number_or_null(one.best_net),
            "best_to": json_level(one.best_to),
            "shortfall": number_or_null(one.shortfall),
        }
    if one.note:
        row["note"] = one.note
    return row


def bundle_document(said: Sequence[BundleAnswer]) -> list[dict[str, object]]:
    """The bundles for JSON."""
    rows: list[dict[str, object]] = []
    for answer in said:
        bundle = answer.bundle
        parts = [
            {
                "lever": one.change.lever,
                "line": one.change.line,
                "from": json_level(one.from_level),
                "to": json_level(one.change.to),
                "worth": number_or_null(one.value),
                "soft": one.is_soft,
                "way": way,
            }
            for one, way in zip(bundle.changes, bundle.ways, strict=True)
        ]
        rows.append(
            {
                "counters": parts,
                "worth": number_or_null(bundle.worth),
                "net": number_or_null(bundle.net),
                "authority": None if bundle.authority is None else str(bundle.authority),
                "soft": bundle.is_soft,
                "burden": number_or_null(bundle.burden),
                "yes_and": answer.yes_and,
                "no_but": answer.no_but,
            }
        )
    return rows


def json_level(value: float) -> float | str | None:
    """A level for JSON: the text "none" for none, null where it is unknown."""
    return "none" if math.isinf(value) else number_or_null(value)


def number_or_null(value: float) -> float | None:
    """A number for JSON, null where there is none."""
    return float(value) if math.isfinite(value) else None
