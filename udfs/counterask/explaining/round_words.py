"""The rounds of a quote in words and for programs: moves, how each side concedes and what that advises, what is open.

Advice on patterns: concessions that get smaller tell the other side that a limit is near, and make it ask for less (Tey,
Schaerer, Madan and Swaab, "The impact of concession patterns on negotiations", Organizational Behavior and Human Decision
Processes 165, 2021).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from ..counter_asks.prepared_tables import lever_words
from ..counter_asks.sentences import Speaker
from ..counter_asks.tables import json_level, number_or_null
from ..inputs.levers import LEVER_BY_NAME
from ..verdicts.trades import Change
from .rounds import (
    ConcessionPattern,
    LeverMove,
    OfferBefore,
    Round,
    RoundSide,
    SideMoves,
    offers_before,
    our_share,
    side_moves,
    total_of,
)

_HALF_A_UNIT = 0.5
"""Money that is shown in whole units is nothing below this."""


def round_cells(one: Round, before: Sequence[Round], speaker: Speaker) -> dict[str, float | str]:
    """What the sheet shows of a round, by the names of `round_rows.FIELDS`. before : the rounds before it."""
    rounds = [*before, one]
    last = offers_before(rounds)[-1]
    return {
        "round": float(one.number),
        "day": round_day_words(one, speaker),
        "who": speaker.word("rounds", str(one.side)),
        "moves": "\n".join(filter(None, (moves_words(one, last, speaker), untold_words(one, speaker)))),
        "moved": _cell(one.moved, speaker),
        "value": _cell(one.value, speaker),
        "open": "" if one.gap is None else gap_words(one.gap, speaker),
        "gap": "" if one.gap is None else _cell(total_of(one.gap), speaker),
        "concessions": "\n".join(pattern_words(side_moves(rounds, side), speaker) for side in RoundSide),
        "note": one.note,
    }


def _cell(value: float, speaker: Speaker) -> float | str:
    return round(value, 2) + 0.0 if math.isfinite(value) else speaker.word("rounds", "not_known")


def moves_words(one: Round, before: OfferBefore, speaker: Speaker) -> str:
    """Who moved how far, a line a lever. Where nothing moved: that it is a first offer, or the last one again; "" where it is not
    known which of the two."""
    if one.moves or not before.is_recorded:
        return "\n".join(move_words(move, speaker) for move in one.moves)
    return speaker.word("rounds", "first" if before.is_none else "held")


def gap_words(gap: Sequence[LeverMove], speaker: Speaker) -> str:
    """What is open between the last offers, a line a lever: from our level to the client's."""
    return "\n".join(move_words(move, speaker) for move in gap) or speaker.word("rounds", "agreed")


def move_words(move: LeverMove, speaker: Speaker) -> str:
    """One lever of a move: "Payment days 30 days → 60 days: EUR -12,300"."""
    if not move.lever:
        words = speaker.word("rounds", "line_new" if move.now else "line_gone").format(line=move.line)
    else:
        start, to = (_level(move.lever, level, speaker) for level in (move.was, move.now))
        words = f"{lever_words(Change(move.lever, move.line, move.now), speaker)} {start} → {to}"
    return f"{words}: {money_words(move.change, speaker)}"


def money_words(value: float, speaker: Speaker) -> str:
    """Money in whole units; "not known" where it is unknown."""
    return speaker.money(value, 0) if math.isfinite(value) else speaker.word("rounds", "not_known")


def _level(lever: str, level: float, speaker: Speaker) -> str:
    if math.isnan(level):
        return speaker.word("rounds", "blank")
    known = lever in LEVER_BY_NAME or any(one.name == lever for one in speaker.deal.company_levers)
    return speaker.typed(lever, level) if known else speaker.number(level)


def pattern_words(moves: SideMoves, speaker: Speaker) -> str:
    """How a side's concessions went, with what that advises, in a sentence or two."""
    if not moves.is_complete:
        return speaker.word("rounds", f"{moves.side}_incomplete")
    total, back = (money_words(money, speaker) for money in (moves.total, math.fsum(moves.taken_back)))
    return speaker.word("rounds", f"{moves.side}_{moves.pattern}").format(total=total, back=back)


def summary_words(rounds: Sequence[Round], speaker: Speaker) -> list[str]:
    """The patterns of both sides, and our share of what was conceded, as sentences."""
    return [*(pattern_words(side_moves(rounds, side), speaker) for side in RoundSide), *_share_words(rounds, speaker)]


def _share_words(rounds: Sequence[Round], speaker: Speaker) -> list[str]:
    share = our_share(rounds)
    if not math.isfinite(share):
        return []
    said = speaker.word("numbers", "percent").format(number=speaker.number(100.0 * share, 0))
    return [speaker.word("rounds", "both").format(share=said)]


def round_day_words(one: Round, speaker: Speaker) -> str:
    """The day of a round as the language writes it."""
    return speaker.day(date.fromisoformat(one.day))


def untold_words(one: Round, speaker: Speaker) -> str:
    """Which trades are part of our offer although their verdict is *cannot tell*; "" where there is none."""
    return speaker.word("rounds", "untold").format(trades=", ".join(one.untold)) if one.untold else ""


def not_moved_words(before: OfferBefore, speaker: Speaker) -> str:
    """That a part of the change of deal value is no move, or that the offer before is not known; "" where neither is so."""
    if not before.is_recorded:
        return speaker.word("rounds", "not_recorded")
    if not math.isfinite(before.not_moved) or abs(before.not_moved) < _HALF_A_UNIT:
        return ""
    return speaker.word("rounds", "not_moved").format(money=money_words(before.not_moved, speaker))


def repeated_words(one: Round, before: Sequence[Round], speaker: Speaker) -> str:
    """That a round makes the same offer as the side's last round, and what that means; "" where it does not."""
    if not one.is_repeated(before):
        return ""
    last = max(other.number for other in before if other.side is one.side)
    return speaker.word("rounds", f"{one.side}_repeated").format(round=one.number, last=last)


def open_words(rounds: Sequence[Round], speaker: Speaker) -> list[str]:
    """What is still open, a line a lever; [] as long as only one side has made an offer."""
    gap = rounds[-1].gap if rounds else None
    if gap is None:
        return []
    if not gap:
        return [speaker.word("rounds", "closed")]
    first = speaker.word("rounds", "open").format(gap=money_words(total_of(gap), speaker))
    return [first, *(f"  {move_words(move, speaker)}" for move in gap)]


def history_words(rounds: Sequence[Round], speaker: Speaker) -> str:
    """The rounds in a sentence or two, for the client's history: what happened, without advice for a quote that is over."""
    said = [_past_words(side_moves(rounds, side), speaker) for side in RoundSide]
    return " ".join([speaker.word("rounds", "count").format(count=len(rounds)), *said, *_share_words(rounds, speaker)])


def _past_words(moves: SideMoves, speaker: Speaker) -> str:
    """What a side conceded, and how, in a sentence."""
    if moves.pattern is ConcessionPattern.UNKNOWN:
        return pattern_words(moves, speaker)
    if moves.pattern is ConcessionPattern.NONE:
        return speaker.word("rounds", f"{moves.side}_past_none")
    how = speaker.word("rounds", f"past_{moves.pattern}").format(back=money_words(math.fsum(moves.taken_back), speaker))
    return speaker.word("rounds", f"{moves.side}_past").format(total=money_words(moves.total, speaker), how=how)


def rounds_document(rounds: Sequence[Round], speaker: Speaker) -> dict[str, object]:
    """The rounds for JSON: see `docs/json.md`."""
    gap, share = (rounds[-1].gap if rounds else None), our_share(rounds)
    return {
        "currency": speaker.currency,
        "rounds": [
            {
                "round": one.number,
                "day": one.day,
                "side": str(one.side),
                "note": one.note,
                "untold": list(one.untold),
                "moves": [_move(move) for move in one.moves],
                "moved": number_or_null(one.moved),
                "not_moved": number_or_null(other.not_moved),
                "conceded": number_or_null(one.conceded),
                "value": number_or_null(one.value),
            }
            for one, other in zip(rounds, offers_before(rounds), strict=True)
        ],
        "sides": [
            {
                "side": str(side),
                "offers": moves.offers,
                "conceded": [number_or_null(one) for one in moves.conceded],
                "taken_back": [number_or_null(one) for one in moves.taken_back],
                "total": number_or_null(moves.total),
                "pattern": str(moves.pattern),
                "words": pattern_words(moves, speaker),
            }
            for side in RoundSide
            for moves in (side_moves(rounds, side),)
        ],
        "our_share": number_or_null(share),
        "open": None if gap is None else [_move(move) for move in gap],
        "gap": None if gap is None else number_or_null(total_of(gap)),
    }


def _move(move: LeverMove) -> dict[str, object]:
    """One lever of a move; without a lever it is a whole line, which is there (1) or not (0)."""
    return {
        "lever": move.lever or None,
        "line": move.line,
        "from": json_level(move.was),
        "to": json_level(move.now),
        "change": number_or_null(move.change),
    }
