"""Rounds: no move is no concession, the levers of a move add up to the change of deal value, and known moves are found again."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterask.counter_asks.sentences import Speaker
from counterask.counter_asks.shown import Context, shown_ledger
from counterask.explaining.round_rows import COLUMNS, FIELDS, read_rounds, round_row
from counterask.explaining.round_words import (
    history_words,
    not_moved_words,
    open_words,
    pattern_words,
    round_cells,
    rounds_document,
    summary_words,
)
from counterask.explaining.rounds import (
    ConcessionPattern,
    Round,
    RoundSide,
    deal_offered,
    deal_value_or_unknown,
    moves_between,
    next_round,
    offer_of,
    offers_before,
    our_share,
    pattern_of,
    side_moves,
    total_of,
)
from counterask.inputs.levers import LANGUAGES, LEVERS
from counterask.inputs.quantities import UNKNOWN
from counterask.inputs.terms import Deal
from counterask.reading.deal_json import read_deal
from counterask.reading.quote import Quote
from counterask.verdicts.trades import Change, Response, Trade
from counterask_templates.examples import load_example

US, CLIENT = RoundSide.US, RoundSide.CLIENT
STAFFING: Quote = replace(read_deal(load_example("staffing")), trades=())
SEATS = STAFFING.deal.lines[0].name
CENT = 0.01


def recorded(rounds: list[Round], quote: Quote, side: RoundSide, note: str = "") -> list[Round]:
    """The rounds with a further one, from a quote as it is now."""
    valued = shown_ledger(quote, Context()).ledger
    return [*rounds, next_round(rounds, valued, quote.trades, side, f"2026-11-{len(rounds) + 1:02}", note, quote.deal)]


def asked(level: float, response: Response = Response.NO, *counters: Change) -> Quote:
    """The quote with one ask: so many payment days."""
    return replace(STAFFING, trades=(Trade("T1", response, (Change("payment_days", None, level),), counters),))


def with_terms(**levels: float) -> Quote:
    """The quote with other opening terms."""
    return replace(STAFFING, deal=STAFFING.deal.with_inputs({(None, name): level for name, level in levels.items()}))


def value(quote: Quote) -> float:
    return shown_ledger(quote, Context()).ledger.value_now


def test_a_first_offer_moves_nothing_and_is_no_concession() -> None:
    rounds = recorded(recorded([], STAFFING, US), asked(90.0), CLIENT)
    assert [one.moves for one in rounds] == [(), ()] and [one.moved for one in rounds] == [0.0, 0.0]
    assert [side_moves(rounds, side).pattern for side in RoundSide] == [ConcessionPattern.NONE] * 2
    assert math.isnan(our_share(rounds))


def test_the_same_offer_again_is_no_concession() -> None:
    rounds = recorded(recorded(recorded([], STAFFING, US), STAFFING, US), STAFFING, US)
    assert rounds[-1].moves == () and side_moves(rounds, US).conceded == (0.0, 0.0)


def test_known_moves_of_both_sides_are_found_with_lever_side_and_money() -> None:
    start = STAFFING.deal.terms.payment_days
    opening, first, second = STAFFING, with_terms(payment_days=start + 20.0), with_terms(payment_days=start + 25.0)
    rounds = recorded([], opening, US)
    rounds = recorded(rounds, asked(start + 60.0), CLIENT)
    rounds = recorded(rounds, first, US)
    back = replace(asked(start + 40.0), deal=first.deal)
    rounds = recorded(rounds, back, CLIENT, "by mail")
    rounds = recorded(rounds, second, US)
    assert [(one.number, one.side) for one in rounds] == [(1, US), (2, CLIENT), (3, US), (4, CLIENT), (5, US)]
    (ours,) = rounds[2].moves
    assert (ours.lever, ours.line, ours.was, ours.now) == ("payment_days", None, start, start + 20.0)
    assert ours.change == pytest.approx(value(first) - value(opening), abs=CENT) and ours.change < 0.0
    (theirs,) = rounds[3].moves
    assert (theirs.was, theirs.now) == (start + 60.0, start + 40.0) and theirs.change > 0.0
    lost = (value(opening) - value(first), value(first) - value(second))
    assert side_moves(rounds, US).conceded == pytest.approx(lost, abs=CENT)
    assert side_moves(rounds, US).pattern == ConcessionPattern.TAPERING
    assert side_moves(rounds, CLIENT).pattern == ConcessionPattern.ONE
    total = side_moves(rounds, US).total + side_moves(rounds, CLIENT).total
    assert our_share(rounds) == pytest.approx(side_moves(rounds, US).total / total)
    (still,) = rounds[4].gap or ()
    assert (still.was, still.now) == (start + 25.0, start + 40.0) and still.change < 0.0
    assert rounds[0].gap is None


def test_a_round_without_a_move_is_recorded_and_does_not_count_in_the_pattern() -> None:
    start = STAFFING.deal.terms.payment_days
    first = with_terms(payment_days=start + 20.0)
    rounds = recorded(recorded(recorded([], STAFFING, US), first, US), first, US)
    assert side_moves(rounds, US).offers == 3 and side_moves(rounds, US).pattern == ConcessionPattern.ONE
    rounds = recorded(rounds, with_terms(payment_days=start + 40.0), US)
    assert side_moves(rounds, US).pattern == ConcessionPattern.EQUAL
    assert rounds[2].is_repeated(rounds[:2]) and not rounds[0].is_repeated([]) and not rounds[3].is_repeated(rounds[:3])


def test_a_concession_that_is_taken_back_is_said_to_be_and_shows_no_pattern() -> None:
    start, speaker = STAFFING.deal.terms.payment_days, Speaker(STAFFING.deal, "en", "EUR")
    rounds = recorded(recorded([], STAFFING, US), with_terms(payment_days=start + 40.0), US)
    rounds = recorded(rounds, with_terms(payment_days=start + 10.0), US)
    ours = side_moves(rounds, US)
    assert ours.pattern == ConcessionPattern.TAKEN_BACK
    assert ours.taken_back == pytest.approx((0.0, rounds[2].moved)) and rounds[2].moved > 0.0
    assert ours.total == pytest.approx(-rounds[1].moved - rounds[2].moved)
    assert "took back" in pattern_words(ours, speaker) and "smaller" not in pattern_words(ours, speaker)
    whole = side_moves(recorded(rounds[:2], STAFFING, US), US)
    assert whole.total == pytest.approx(0.0, abs=CENT) and whole.pattern == ConcessionPattern.TAKEN_BACK
    theirs = recorded(recorded(recorded([], asked(90.0), CLIENT), asked(60.0), CLIENT), asked(75.0), CLIENT)
    assert "took back" in pattern_words(side_moves(theirs, CLIENT), speaker)


def test_getting_something_new_takes_nothing_back() -> None:
    start, term = STAFFING.deal.terms.payment_days, STAFFING.deal.terms.term_months
    rounds = recorded(recorded([], STAFFING, US), with_terms(payment_days=start + 20.0), US)
    rounds = recorded(rounds, with_terms(payment_days=start + 20.0, term_months=term + 24.0), US)
    assert rounds[2].moved > 0.0
    assert side_moves(rounds, US).taken_back == (0.0, 0.0) and side_moves(rounds, US).pattern == ConcessionPattern.ONE


def test_a_granted_trade_is_our_move_and_a_withdrawn_ask_the_clients() -> None:
    start = STAFFING.deal.terms.payment_days
    counter = Change("term_months", None, STAFFING.deal.terms.term_months + 12.0)
    rounds = recorded(recorded([], STAFFING, US), asked(start + 30.0), CLIENT)
    granted = asked(start + 30.0, Response.YES, counter)
    rounds = recorded(rounds, granted, US)
    assert {move.lever for move in rounds[2].moves} == {"payment_days", "term_months"}
    assert rounds[2].moved == pytest.approx(value(granted) - value(STAFFING), abs=CENT)
    rounds = recorded(rounds, STAFFING, CLIENT)
    assert [(move.lever, move.now) for move in rounds[3].moves] == [("payment_days", start)] and rounds[3].conceded > 0.0


def test_what_is_paid_for_is_no_concession_and_takes_nothing_off_the_others() -> None:
    start, term = STAFFING.deal.terms.payment_days, STAFFING.deal.terms.term_months
    better = with_terms(payment_days=start + 30.0, term_months=term + 24.0)
    rounds = recorded(recorded([], STAFFING, US), better, US)
    assert rounds[1].moved > 0.0 and rounds[1].conceded == 0.0 and side_moves(rounds, US).pattern == ConcessionPattern.NONE
    rounds = recorded(rounds, with_terms(payment_days=start + 60.0, term_months=term + 24.0), US)
    assert side_moves(rounds, US).pattern == ConcessionPattern.ONE
    assert side_moves(rounds, US).total == pytest.approx(-rounds[2].moved) and our_share(rounds) == 1.0


def test_a_no_but_moves_nothing_of_ours() -> None:
    offered = asked(90.0, Response.NO, Change("term_months", None, 48.0))
    assert recorded(recorded([], STAFFING, US), offered, US)[-1].moves == ()


_NUMBERED = [lever for lever in LEVERS if lever.is_negotiable and not lever.is_on_line and not lever.quantity.is_switch]


@st.composite
def changed_deals(draw: st.DrawFn) -> Deal:
    """The deal with some levels an ordinary step or more from where they are, a line less, or a line more."""
    deal = STAFFING.deal
    for lever in draw(st.lists(st.sampled_from(_NUMBERED), max_size=4, unique_by=lambda one: one.name)):
        level = deal.input_at((None, lever.name))
        to = (0.0 if math.isinf(level) else level) + draw(st.integers(-2, 4)) * lever.step
        if math.isfinite(to) and lever.quantity.lowest <= to <= lever.quantity.highest:
            deal = deal.with_inputs({(None, lever.name): to})
    for place, line in enumerate(deal.lines):
        if draw(st.booleans()):
            deal = deal.with_inputs({(place, "discount"): draw(st.sampled_from((0.0, 0.05, 0.1)))})
        if draw(st.integers(0, 5)) == 0 and len(deal.lines) > 1:
            deal = replace(deal, lines=tuple(one for one in deal.lines if one.name != line.name))
            break
    if draw(st.integers(0, 4)) == 0:
        deal = replace(deal, lines=(*deal.lines, replace(STAFFING.deal.lines[0], name="A further line")))
    return deal


@given(changed_deals(), changed_deals())
def test_the_levers_of_a_move_add_up_to_the_change_of_deal_value(before: Deal, after: Deal) -> None:
    moves = moves_between(before, after)
    values = [deal_value_or_unknown(one) for one in (before, after)]
    if not any(math.isnan(one.change) for one in moves):
        assert total_of(moves) == pytest.approx(values[1] - values[0], abs=CENT)
    back = moves_between(after, before)
    assert {(one.lever, one.line, one.was, one.now) for one in moves} == {(one.lever, one.line, one.now, one.was) for one in back}
    assert moves_between(before, before) == ()


@given(changed_deals(), changed_deals())
def test_a_recorded_offer_comes_back_as_it_was(today: Deal, offered: Deal) -> None:
    back = deal_offered(today, offer_of(offered))
    assert moves_between(back, offered) == ()
    assert deal_value_or_unknown(back) == pytest.approx(deal_value_or_unknown(offered), abs=CENT, nan_ok=True)


def test_a_change_of_costs_between_two_rounds_is_no_move() -> None:
    rounds = recorded([], STAFFING, US)
    dearer = STAFFING.deal.with_inputs({(0, "unit_cost"): STAFFING.deal.lines[0].unit_cost * 1.1})
    quote = replace(STAFFING, deal=dearer.with_inputs({(None, "payment_days"): 90.0}))
    rounds = recorded(rounds, quote, US)
    assert [move.lever for move in rounds[1].moves] == ["payment_days"]
    other = offers_before(rounds)[1].not_moved
    assert other < 0.0 and rounds[1].value - rounds[0].value == pytest.approx(rounds[1].moved + other, abs=CENT)


def test_an_offer_without_a_value_is_unknown_and_not_zero() -> None:
    endless = STAFFING.deal.with_inputs({(None, "liability_cap_multiple"): math.inf, (None, "liability_alpha"): 0.5})
    quote = replace(STAFFING, deal=endless)
    rounds = recorded(recorded([], STAFFING, US), quote, US)
    assert math.isnan(rounds[1].value) and math.isnan(rounds[1].moved)
    assert not_moved_words(offers_before(rounds)[1], Speaker(STAFFING.deal)) == ""
    assert side_moves(rounds, US).pattern == ConcessionPattern.UNKNOWN and math.isnan(our_share(rounds))
    assert rounds_document(rounds, Speaker(STAFFING.deal))["our_share"] is None


@pytest.mark.parametrize(
    ("conceded", "pattern"),
    [
        ([], "none"),
        ([0.0, 0.0], "none"),
        ([5000.0], "one"),
        ([0.0, 5000.0], "one"),
        ([5000.0, 5200.0, 4900.0], "equal"),
        ([1000.0, 2000.0, 4000.0], "growing"),
        ([4000.0, 4000.0, 6000.0], "growing"),
        ([8000.0, 4000.0, 1000.0], "tapering"),
        ([8000.0, 0.0], "one"),
        ([8000.0, 0.0, 4000.0], "tapering"),
        ([8000.0, 0.0, 8000.0], "equal"),
        ([8000.0, UNKNOWN], "unknown"),
    ],
)
def test_the_pattern_of_concessions(conceded: list[float], pattern: str) -> None:
    assert str(pattern_of(conceded)) == pattern
    assert str(pattern_of([1000.0 * one for one in conceded])) == pattern


def table(rounds: list[Round], language: str = "en") -> list[list[Any]]:
    """The range of some rounds."""
    rows: list[list[Any]] = [list(COLUMNS)]
    digest = ""
    for place, one in enumerate(rounds):
        cells = round_cells(one, rounds[:place], Speaker(STAFFING.deal, language, "EUR"))
        rows.append([*round_row(one, cells, "Q-1 for Acme", digest)])
        digest = read_rounds(rows).digest
    return rows


@pytest.fixture(scope="module")
def three() -> list[Round]:
    """Three rounds with moves."""
    start = STAFFING.deal.terms.payment_days
    rounds = recorded(recorded([], STAFFING, US), asked(start + 60.0), CLIENT)
    return recorded(rounds, with_terms(payment_days=start + 20.0), US, "a first step")


def test_rows_are_read_back_as_the_rounds_that_were_written(three: list[Round]) -> None:
    found = read_rounds(table(three))
    assert found.rounds == tuple(three) and found.faults == () and found.next_row == 4
    assert found.quotes == ("Q-1 for Acme",) * 3
    assert read_rounds([list(COLUMNS), ["", None] * 8]).rounds == () and read_rounds([]).faults[0].row == 0


@pytest.mark.parametrize("column", [*FIELDS, "digest", "recorded_1"])
def test_every_edited_cell_is_found(three: list[Round], column: str) -> None:
    rows, place = table(three), COLUMNS.index(column)
    rows[2][place] = 7.0 if isinstance(rows[2][place], float) else f"{rows[2][place]}x"
    faults = read_rounds(rows).faults
    assert faults and faults[0].row == 2


def test_a_row_that_is_deleted_moved_or_written_twice_is_found(three: list[Round]) -> None:
    rows = table(three)
    for edited in ([*rows[:2], rows[3]], [rows[0], rows[2], rows[1], rows[3]], [*rows[:3], rows[2], rows[3]]):
        (fault,) = read_rounds(edited).faults
        assert "does not follow" in fault.words or "twice" in fault.words
        assert [one.number for one in read_rounds(edited).rounds] == sorted({row[0] for row in edited[1:]})
    assert read_rounds([*rows[:2], ["x"] + [""] * 15, *rows[2:]]).faults[0].row == 2


@pytest.mark.parametrize(
    "harm",
    [
        {"offer": None}, {"offer": {}}, {"offer": {"lines": [{}], "terms": {}, "company": {}}}, {"offer": {"lines": 3}},
        {"offer": {"lines": [], "terms": {"payment_days": "soon"}, "company": {}}},
        {"offer": {"lines": [], "terms": [], "company": 1}},
        {"moves": [[1]]}, {"moves": 3}, {"number": math.inf}, {"side": "them"}, {"gap": {"a": 1}}, {"cells": []}, {"value": "x"},
    ],
)  # fmt: skip
def test_a_record_that_no_command_wrote_is_a_fault_and_no_crash(three: list[Round], harm: dict[str, Any]) -> None:
    rows = table(three[:1])
    document = json.loads("".join(rows[1][COLUMNS.index("recorded_1") :]))
    recorded = json.dumps({**document, **harm})
    rows[1][COLUMNS.index("recorded_1") :] = [recorded, "", "", ""]
    rows[1][COLUMNS.index("digest")] = hashlib.sha256(recorded.encode()).hexdigest()
    found = read_rounds(rows)
    assert found.rounds == () and len(found.faults) == 1


def test_a_deleted_row_is_one_fault_and_what_it_hides_is_not_known(three: list[Round]) -> None:
    later = recorded(three, with_terms(payment_days=STAFFING.deal.terms.payment_days + 30.0), US)
    rows = table(later)
    for edited, row, missing in (
        ([*rows[:3], rows[4]], 3, "round 3 is missing"),
        ([rows[0], rows[2], rows[3], rows[4]], 1, "round 1 is missing"),
        ([*rows[:2], rows[4]], 2, "rounds 2 to 3 are missing"),
        ([*rows[:2], ["", None] * 8, *rows[3:]], 3, "round 2 is missing"),
    ):
        found = read_rounds(edited)
        assert [(one.row, one.words.startswith("does not follow")) for one in found.faults] == [(row, True)]
        assert missing in found.faults[0].words
    rounds = read_rounds([*rows[:3], rows[4]]).rounds
    assert [one.number for one in rounds] == [1, 2, 4] and math.isnan(offers_before(rounds)[-1].not_moved)
    speaker = Speaker(STAFFING.deal, "en", "EUR")
    words = not_moved_words(offers_before(rounds)[-1], speaker)
    assert "record" in words and "costs" not in words
    for side in RoundSide:
        assert side_moves(rounds, side).pattern == ConcessionPattern.UNKNOWN and math.isnan(side_moves(rounds, side).total)
        assert "missing or was edited" in pattern_words(side_moves(rounds, side), speaker)
    last = read_rounds([rows[0], *rows[2:]]).rounds
    assert [one.is_none for one in offers_before(last)] == [False] * 3
    assert [one.is_none for one in offers_before(later)] == [True, True, False, False]
    assert read_rounds([*rows[:3], rows[4], rows[3]]).faults[0].words.endswith("the rows are in another order")


def test_an_edited_row_is_one_fault_and_no_row_after_it_is_named(three: list[Round]) -> None:
    for place in (1, 2, 3):
        rows = table(three)
        rows[place][COLUMNS.index("recorded_1")] += "x"
        assert [one.row for one in read_rounds(rows).faults] == [place]


def test_a_row_that_was_written_again_with_a_digest_of_its_own_is_found(three: list[Round]) -> None:
    rows, other = table(three), table(recorded([], with_terms(payment_days=7.0), US))
    assert [one.row for one in read_rounds([rows[0], other[1], *rows[2:]]).faults] == [2]


def test_a_day_that_a_program_made_a_date_and_money_with_other_digits_are_no_edit(three: list[Round]) -> None:
    rows = table(three)
    rows[3][COLUMNS.index("moved")] += 0.001
    rows[3][COLUMNS.index("moves")] = str(rows[3][COLUMNS.index("moves")]).replace("\n", "\r\n")
    assert read_rounds(rows).faults == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there_in_both_languages(three: list[Round], language: str) -> None:
    speaker = Speaker(STAFFING.deal, language, "EUR")
    for side in RoundSide:
        for pattern in ConcessionPattern:
            assert speaker.word("rounds", f"{side}_{pattern}")
    words = [*summary_words(three, speaker), *open_words(three, speaker), history_words(three, speaker)]
    assert all(words) and not any("{" in one for one in words)
    assert len(open_words(three, speaker)) == 2 and open_words(three[:1], speaker) == []
    assert read_rounds(table(three, language)).faults == ()


def test_a_company_lever_that_is_gone_is_still_shown() -> None:
    rounds = recorded([], STAFFING, US)
    lever = STAFFING.deal.company_levers[0]
    more = STAFFING.deal.with_inputs({(None, lever.name): lever.units + 2.0})
    rounds = recorded(rounds, replace(STAFFING, deal=more), US)
    bare = Speaker(replace(STAFFING.deal, company_levers=()), "en", "EUR")
    assert lever.name in str(round_cells(rounds[1], rounds[:1], bare)["moves"])
