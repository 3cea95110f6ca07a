"""What must hold for every deal and every trade, whatever the numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import LEVER_BY_NAME, TERM_LEVERS, Kind
from counterask.inputs.terms import Address, Assumptions, Deal, Line, Terms
from counterask.pricing.cashflow import parts
from counterask.pricing.scenarios import Scenarios
from counterask.pricing.valuation import value_deal, value_parts, value_scenarios, value_states
from counterask.reading.deal_json import document_of, read_deal
from counterask.reading.quote import Quote
from counterask.result_tables.views import component_change, margin_by_year
from counterask.verdicts import shares as shares_module
from counterask.verdicts.ledger import ledger
from counterask.verdicts.limits import Limit, Limits, Policy
from counterask.verdicts.shares import fair_shares, owen_values
from counterask.verdicts.trades import Change, Response, Trade, Verdict

from ..deals import NONE, addresses, deals, levels, quantity_of, trades_of, with_a_price

HALF_A_CENT = 0.005
HUGE = 1e6
"""Ordinary deals are worth tens of millions; beyond that a cent is behind the sixteenth digit."""


def size_of(deal: Deal) -> float:
    """The scale of a deal: the sum of its components without their signs."""
    return math.fsum(abs(float(column[0])) for column in value_deal(deal).components.values())


def cents(deal: Deal, *others: float) -> float:
    """Half a cent, or what is left of it in a double where the sums are large."""
    return max(HALF_A_CENT, 1e-12 * max(size_of(deal), *map(abs, others), 0.0))


# ---- parts and totals


@given(st.data())
def test_the_parts_of_a_ledger_add_up_to_the_change_of_the_deal(data: st.DataObject) -> None:
    deal = data.draw(deals())
    found = ledger(deal, data.draw(trades_of(deal)))
    moved = [trade for trade in found.trades if not math.isnan(trade.net)]
    tolerance = cents(deal, found.value_now)
    assert math.fsum(trade.net for trade in moved) == pytest.approx(found.change, abs=tolerance)
    for trade in moved:
        if trade.verdict not in (Verdict.DECLINED, Verdict.STALLED):
            assert math.fsum(change.value for change in trade.changes) == pytest.approx(trade.net, abs=tolerance)
        assert trade.cost + trade.worth == trade.net
    assert float(value_deal(found.deal_now).total[0]) == pytest.approx(found.value_now, abs=tolerance)


@given(st.data())
def test_the_fair_shares_add_up_to_the_change_of_the_deal(data: st.DataObject) -> None:
    deal = data.draw(deals())
    trades = data.draw(trades_of(deal, at_most=3))
    change = ledger(deal, trades).change
    found = fair_shares(deal, trades).shares
    nets = [share.net for share in found if not math.isnan(share.net)]
    assert math.fsum(nets) == pytest.approx(change, abs=10 * cents(deal, change))
    for share in found:
        if not math.isnan(share.net):
            slack = 10 * cents(deal, change)
            assert share.least_net - slack <= share.net <= share.greatest_net + slack


@given(st.data())
def test_the_tables_of_components_and_of_years_add_up_to_the_deal_value(data: st.DataObject) -> None:
    deal = data.draw(deals())
    found = ledger(deal, data.draw(trades_of(deal, at_most=2)))
    tolerance = cents(deal, found.value_now)
    *parts, total = component_change(found)
    for column in (1, 2, 3):
        summed = math.fsum(float(row[column]) for row in parts)
        assert summed == pytest.approx(float(total[column]), abs=tolerance)
    *years, whole = margin_by_year(found, deal)
    for column in range(1, 8):
        assert math.fsum(float(row[column]) for row in years) == pytest.approx(float(whole[column]), abs=tolerance)
    assert float(whole[3]) == pytest.approx(found.value, abs=tolerance)
    assert float(whole[6]) == pytest.approx(found.value_now, abs=tolerance)


# ---- changes


@given(st.data())
def test_no_change_is_worth_nothing(data: st.DataObject) -> None:
    deal = data.draw(deals())
    line, name = data.draw(st.sampled_from(addresses(deal)))
    same = {(line, name): deal.input_at((line, name))}
    opening, after = value_states(deal, [{}, same]).total
    assert after - opening == 0.0


@given(st.data())
def test_a_batch_has_the_values_of_its_deals_one_by_one(data: st.DataObject) -> None:
    deal = data.draw(deals())
    chosen = data.draw(st.lists(st.sampled_from(addresses(deal)), min_size=1, max_size=5, unique=True))
    states = [{address: data.draw(levels(quantity_of(address[1]))) for address in chosen} for _ in range(3)]
    after = [deal.with_inputs(state) for state in states]
    assume(all(one == with_a_price(one) for one in after))
    values = value_states(deal, states)
    for place, one in enumerate(after):
        alone = value_deal(one)
        tolerance = 1e-12 * size_of(one) + 1e-12
        assert values.total[place] == pytest.approx(alone.total[0], abs=tolerance)
        assert values.acv[place] == pytest.approx(alone.acv[0], rel=1e-15)
        for component, column in values.components.items():
            assert column[place] == pytest.approx(alone.components[component][0], abs=tolerance)


def test_a_batch_is_not_cut_wrongly_where_it_is_worked_off_in_parts() -> None:
    deal = plain_deal()
    states: list[dict[Address, float]] = [{(None, "payment_days"): float(days % 366)} for days in range(1500)]
    totals = value_states(deal, states).total
    assert np.array_equal(totals[:366], totals[366:732])
    assert totals[1499] == value_states(deal, [states[1499]]).total[0]


# ---- directions


def plain_deal() -> Deal:
    """A deal of three lines in which every term and every assumption plays a part."""
    lines = (
        Line(
            "seats",
            Kind.RECURRING,
            list_price=100.0,
            discount=0.1,
            discount_months=30.0,
            quantity=50.0,
            unit_cost=30.0,
            ramp_months=2.0,
            support_cost=1.0,
            start_month=1.0,
            end_month=55.0,
        ),
        Line(
            "usage",
            Kind.METERED,
            list_price=2.0,
            discount=0.02,
            discount_months=12.0,
            quantity=900.0,
            unit_cost=0.7,
            ramp_months=3.0,
            demand_cv=0.3,
            start_month=2.0,
            end_month=58.0,
        ),
        Line("setup", Kind.ONE_OFF, list_price=9000.0, quantity=1.0, unit_cost=7000.0, delivery_months=3.0),
    )
    terms = {lever.name: lever.quantity.sample for lever in TERM_LEVERS}
    terms |= {"billing_months": 3.0, "billing_in_advance": 1.0, "prepayment_refundable": 0.0, "data_cap_multiple": 60.0}
    assumptions = Assumptions(**{quantity.name: quantity.sample for quantity in ASSUMPTIONS})
    return Deal(lines, Terms(**terms), assumptions)


@given(deals(), st.floats(0, 365), st.floats(0, 365))
def test_a_longer_payment_never_helps_the_seller(deal: Deal, days: float, more: float) -> None:
    """Where money has a price, and no damages are settled with a price: the two ways in which it truly helps to be paid late."""
    rate = abs(deal.assumptions.cost_of_capital)
    deal = deal.with_inputs({(None, "cost_of_capital"): rate, (None, "late_damages_rate"): 0.0})
    sooner, later = sorted((days, more))
    values = value_states(deal, [{(None, "payment_days"): sooner}, {(None, "payment_days"): later}])
    assert values.total[1] <= values.total[0] + 1e-12 * size_of(deal)


def test_payment_days_cost_what_a_loan_of_the_invoices_to_a_client_that_may_fail_would() -> None:
    deal = plain_deal()
    values = value_states(deal, [{(None, "payment_days"): 0.0}, {(None, "payment_days"): 73.0}])
    given = deal.assumptions
    paid = 1.0 - given.loss_given_default * (1.0 - (1.0 - given.default_probability) ** 0.2)
    for name, share in (("exit_fees", paid), ("one_off_prices", paid), ("late_damages", 1.0)):
        before, after = values.components[name]
        assert after == pytest.approx(before * share * (1.0 + given.cost_of_capital) ** -0.2, rel=1e-12)
    before, after = values.components["rebates"]
    assert after == before, "a rebate is ours to pay"


WITHOUT_REBATE = {"rebate_threshold": NONE}
NO_FALL = {"uplift_floor": 0.0, "uplift_cap": 0.1}
NEVER_HELPS: dict[str, dict[str, float]] = {
    "support_cost": {},
    "unit_cost": {},
    "free_months": {},
    "price_lock_months": {**WITHOUT_REBATE, **NO_FALL},
    "most_favoured_price": WITHOUT_REBATE,
    "sla_credit": {},
    "rebate_rate": {},
    "late_damages_rate": {},
    "warranty_months": {},
    "liability_cap_multiple": {},
    "data_cap_multiple": {},
    "exclusivity_months": {},
    "mfn_gap": WITHOUT_REBATE,
    "mfn_trigger": WITHOUT_REBATE,
    "sla_miss_probability": {},
    "late_probability": {},
    "acceleration_cost": {},
    "warranty_claim_rate": {},
    "liability_frequency": {},
    "liability_theta": {},
    "data_frequency": {},
    "data_theta": {},
    "minimum_rate_on_line": {},
    "unlimited_multiple": {},
    "loss_given_default": {},
    "exclusivity_margin": {},
    "reference_cost": {},
    "fx_spread": WITHOUT_REBATE,
}
NEVER_HURTS: dict[str, dict[str, float]] = {
    "uplift_floor": {**WITHOUT_REBATE, "uplift_cap": 0.3},
    "uplift_cap": WITHOUT_REBATE,
    "commitment": {},
    "take_or_pay_rate": {},
    "rebate_threshold": {},
    "introduction": {},
    "introduction_value": {},
    "reference_value": {},
    "risk_load": {},
    "liability_alpha": {},
    "data_alpha": {},
    "introduction_probability": {},
    "reference_probability": {},
}


@pytest.mark.parametrize(("name", "sign"), [(n, 1) for n in NEVER_HELPS] + [(n, -1) for n in NEVER_HURTS])
@given(data=st.data())
def test_more_of_it_works_in_one_direction_only(name: str, sign: int, data: st.DataObject) -> None:
    from counterask.inputs.assumptions import ASSUMPTION_BY_NAME

    needs = (NEVER_HELPS if sign > 0 else NEVER_HURTS)[name]
    deal = data.draw(deals()).with_inputs({(None, other): value for other, value in needs.items()})
    places = [place for place, _ in enumerate(deal.lines) if name in ("support_cost", "unit_cost")]
    line = data.draw(st.sampled_from(places)) if places else None
    quantity = ASSUMPTION_BY_NAME.get(name) or quantity_of(name)
    if name == "support_cost":
        assume(deal.lines[line or 0].kind is Kind.RECURRING)
    less, more = sorted((data.draw(levels(quantity)), data.draw(levels(quantity))), key=quantity.position)
    before, after = (deal.with_inputs({(line, name): level}) for level in (less, more))
    assume(before == with_a_price(before) and after == with_a_price(after))
    gain = float(value_deal(after).total[0] - value_deal(before).total[0])
    assert sign * gain <= 1e-11 * (size_of(before) + size_of(after)) + 1e-9


@given(st.data())
def test_a_discount_never_helps_where_no_claim_is_capped_by_the_contract_value(data: st.DataObject) -> None:
    """With a liability cap that is a multiple of the fees, a discount also makes the cap smaller; and damages, which are sure to
    be paid where a price may not be."""
    plain = {"liability_cap_multiple": 0.0, "data_cap_multiple": 0.0, "rebate_threshold": NONE, "late_damages_rate": 0.0}
    deal = data.draw(deals()).with_inputs({(None, name): level for name, level in plain.items()})
    place = data.draw(st.integers(0, len(deal.lines) - 1))
    less, more = sorted((data.draw(st.floats(0, 1)), data.draw(st.floats(0, 1))))
    before, after = value_states(deal, [{(place, "discount"): less}, {(place, "discount"): more}]).total
    assert after <= before + 1e-12 * size_of(deal)


# ---- fair shares


def alone(trade: Trade) -> set[tuple[str, str | None]]:
    return {(change.lever, change.line) for change in trade.changes}


@given(st.data())
def test_the_order_of_independent_trades_plays_no_part_in_fair_shares(data: st.DataObject) -> None:
    deal = data.draw(deals())
    trades = data.draw(trades_of(deal, at_most=4))
    touched = [place for trade in trades for place in alone(trade)]
    assume(len(trades) > 1 and len(touched) == len(set(touched)))
    turned = data.draw(st.permutations(trades))
    assume(all(math.isfinite(trade.net) for trade in ledger(deal, trades).trades))
    assume(all(math.isfinite(trade.net) for trade in ledger(deal, turned).trades))
    shares = {share.trade.id: share for share in fair_shares(deal, trades).shares}
    size = size_of(deal) + max(abs(share.net) for share in shares.values())
    for share in fair_shares(deal, turned).shares:
        for name in ("cost", "worth", "net", "least_net", "greatest_net"):
            expected = pytest.approx(getattr(shares[share.trade.id], name), abs=max(HALF_A_CENT, 1e-11 * size))
            assert getattr(share, name) == expected


def brute_force_owen(blocks: list[list[int]], value: Callable[[int], float]) -> tuple[list[float], list[list[float]]]:
    """The mean gain of each player over every order that keeps the blocks together, and each block's gains."""
    players = sum(map(len, blocks))
    totals, count = [0.0] * players, 0
    gains: list[list[float]] = [[] for _ in blocks]
    for order in permutations(range(len(blocks))):
        inner: list[list[int]] = [[]]
        for block in order:
            inner = [done + list(one) for done in inner for one in permutations(blocks[block])]
        mask = 0
        for block in order:
            after = mask | sum(1 << player for player in blocks[block])
            gains[block].append(value(after) - value(mask))
            mask = after
        for one in inner:
            mask, count = 0, count + 1
            for player in one:
                totals[player] += value(mask | 1 << player) - value(mask)
                mask |= 1 << player
    return [total / count for total in totals], gains


@given(st.lists(st.integers(1, 3), min_size=1, max_size=4), st.integers(0, 2**32 - 1))
def test_owen_values_are_the_mean_over_every_order_that_keeps_the_blocks_together(sizes: list[int], seed: int) -> None:
    assume(sum(sizes) <= 7)
    draw = np.random.default_rng(seed)
    players = list(range(sum(sizes)))
    draw.shuffle(players)
    blocks = [players[sum(sizes[:place]) : sum(sizes[: place + 1])] for place in range(len(sizes))]
    worth = draw.normal(size=2 ** len(players)) * 1000
    found = owen_values(blocks, lambda masks: worth[masks])
    expected, gains = brute_force_owen(blocks, lambda mask: float(worth[mask]))
    assert found.by_player == pytest.approx(expected, abs=1e-9)
    assert found.least == pytest.approx([min(one) for one in gains], abs=1e-9)
    assert found.greatest == pytest.approx([max(one) for one in gains], abs=1e-9)
    assert found.by_player.sum() == pytest.approx(worth[-1] - worth[0], abs=1e-9)


@given(st.data())
def test_the_parts_of_a_deal_are_worth_what_the_whole_is(data: st.DataObject) -> None:
    """Each part valued on the inputs that it says it reads, and on no others, which raise."""
    deal = data.draw(deals())
    chosen = data.draw(st.lists(st.sampled_from(addresses(deal)), min_size=1, max_size=6, unique=True))
    states = [{address: data.draw(levels(quantity_of(address[1]))) for address in chosen} for _ in range(3)]
    whole = Scenarios.of_states(deal, states)
    found = np.zeros(3)
    for part in parts(deal):
        columns = {address: column for address, column in whole.columns.items() if address in part.reads}
        found += value_parts(Scenarios(deal, 3, columns, part.reads), [part])
    totals = value_scenarios(whole).total
    size = max(size_of(deal), *np.abs(np.nan_to_num(totals, posinf=0.0, neginf=0.0)))
    assert found == pytest.approx(totals, rel=1e-11, abs=1e-11 * size, nan_ok=True)


@given(st.data())
def test_a_part_that_reads_another_input_than_it_says_raises(data: st.DataObject) -> None:
    deal = plain_deal()
    part = data.draw(st.sampled_from(parts(deal)))
    missing = data.draw(st.sampled_from(sorted(part.reads - {(None, "horizon_months")}, key=str)))
    assume(np.isnan(value_parts(Scenarios(deal.with_inputs({missing: math.nan})), [part])[0]))
    with pytest.raises(KeyError):
        value_parts(Scenarios(deal, only=part.reads - {missing}), [part])


def test_twelve_trades_of_five_changes_are_still_exact() -> None:
    deal = plain_deal()
    trades = []
    for place, one in enumerate(twelve_trades()):
        more = tuple(replace(one.counters[0], to=one.counters[0].to * (1 + step / 10)) for step in range(4))
        trades.append(replace(one, counters=more) if place < 4 else one)
    assert fair_shares(deal, trades).sampled_orders == 0


def test_each_coalition_is_asked_for_once() -> None:
    asked: list[int] = []

    def value(masks: np.ndarray) -> np.ndarray:
        asked.extend(masks.tolist())
        return masks.astype(np.float64)

    owen_values([[0, 1], [2], [3, 4]], value)
    assert len(asked) == len(set(asked))


def test_fair_shares_are_the_brute_force_over_the_states_of_the_deal() -> None:
    deal = plain_deal()
    trades = twelve_trades()[:3]
    players = [change for trade in trades for change in trade.changes]

    def value(mask: int) -> float:
        state = {deal.address(c.lever, c.line): c.to for bit, c in enumerate(players) if mask >> bit & 1}
        return float(value_deal(deal.with_inputs(state)).total[0])

    known = [value(mask) for mask in range(2 ** len(players))]
    expected, gains = brute_force_owen([[0, 1], [2, 3], [4, 5]], lambda mask: known[mask])
    for place, share in enumerate(fair_shares(deal, trades).shares):
        assert share.cost == pytest.approx(expected[2 * place], abs=1e-6)
        assert share.worth == pytest.approx(expected[2 * place + 1], abs=1e-6)
        assert (share.least_net, share.greatest_net) == pytest.approx((min(gains[place]), max(gains[place])), abs=1e-6)


def twelve_trades() -> list[Trade]:
    """Trades that pull at the same deal from all sides, so that their order matters."""
    rows: list[tuple[tuple[str, str | None, float], tuple[str, str | None, float]]] = [
        (("payment_days", None, 60), ("term_months", None, 36)),
        (("discount", "seats", 0.18), ("quantity", "seats", 80)),
        (("discount", "usage", 0.05), ("commitment", None, 1.0)),
        (("liability_cap_multiple", None, 2), ("billing_months", None, 3)),
        (("free_months", None, 3), ("ramp_months", "seats", 1)),
        (("sla_credit", None, 0.2), ("uplift_floor", None, 0.01)),
        (("warranty_months", None, 12), ("discount", "setup", 0.05)),
        (("price_lock_months", None, 24), ("renewal_term_months", None, 24)),
        (("support_cost", "seats", 2), ("quantity", "usage", 1200)),
        (("exclusivity_months", None, 9), ("public_reference", None, 0)),
        (("rebate_threshold", None, 1.0), ("introduction", None, 0)),
        (("tfc_from_month", None, 3), ("tfc_fee_months", None, 3)),
    ]
    from counterask.verdicts.trades import Change

    return [
        Trade(f"T{place}", Response.YES, (Change(*ask),), (Change(*counter),))
        for place, (ask, counter) in enumerate(rows)
    ]


def test_sampled_shares_lie_within_four_standard_errors_of_the_exact_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    deal, trades = plain_deal(), twelve_trades()
    exact = fair_shares(deal, trades)
    monkeypatch.setattr(shares_module, "EXACT_UP_TO", 3)
    sampled = fair_shares(deal, trades)
    assert exact.sampled_orders == 0
    assert sampled.sampled_orders > 100
    for one, other in zip(sampled.shares, exact.shares, strict=True):
        assert abs(one.net - other.net) <= 4 * one.standard_error + HALF_A_CENT
        assert one.least_net >= other.least_net - HALF_A_CENT
        assert one.greatest_net <= other.greatest_net + HALF_A_CENT
        assert one.standard_error < 0.1 * max(abs(other.net), 100.0)
    change = ledger(deal, trades).change
    assert math.fsum(share.net for share in sampled.shares) == pytest.approx(change, abs=HALF_A_CENT)
    assert fair_shares(deal, trades) == sampled, "the seed is fixed"


def test_more_than_twelve_trades_are_sampled_and_say_so() -> None:
    deal, trades = plain_deal(), twelve_trades()
    more = [*trades, replace(trades[0], id="T13")]
    found = fair_shares(deal, more)
    assert found.sampled_orders > 100
    assert any(share.standard_error > 0 for share in found.shares)


# ---- JSON


def _agreeable(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Those that two parties can agree on; a trade that names another input is a problem."""
    return tuple(one for one in changes if one.lever not in LEVER_BY_NAME or LEVER_BY_NAME[one.lever].is_negotiable)


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    """Any quote that can be written down: deal, trades, limits, policy."""
    deal = draw(deals())
    blank = draw(st.lists(st.sampled_from(addresses(deal)), max_size=2))
    known = [address for address in blank if address[1] not in {lever.name for lever in deal.company_levers}]
    deal = deal.with_inputs({address: math.nan for address in known})
    trades = tuple(
        replace(one, asks=_agreeable(one.asks), counters=_agreeable(one.counters))
        for one in draw(trades_of(deal))
        if _agreeable(one.asks) and len({(c.lever, c.line) for c in one.changes}) == len(one.changes)
    )
    rows = [
        Limit(name, None if line is None else deal.lines[line].name, rep_to=draw(levels(quantity_of(name))))
        for line, name in draw(st.lists(st.sampled_from(addresses(deal)), max_size=4, unique=True))
        if name in LEVER_BY_NAME
    ]
    rows += [Limit(lever.name, is_soft=lever.is_soft, owner="finance") for lever in deal.company_levers]
    wanted = bool(rows) or bool(draw(st.booleans()))
    limits = Limits(tuple(rows)) if wanted else None
    policy = Policy(required_ratio=draw(st.floats(0, 3)), currency=draw(st.sampled_from(["", "EUR"])))
    return Quote(deal, trades, limits, policy)


@given(quotes())
def test_a_quote_survives_being_written_as_json_and_read_again(quote: Quote) -> None:
    document = document_of(quote)
    again = read_deal(json.loads(json.dumps(document, allow_nan=False)))
    assert [str(problem) for problem in again.problems] == []
    assert document_of(again) == document
    values = (value_deal(quote.deal).total[0], value_deal(again.deal).total[0])
    assert values[0] == values[1] or all(map(math.isnan, values))
    assert again.trades == quote.trades
    assert again.limits == quote.limits
    assert again.policy == quote.policy
