"""Precision and recall of the check: faults of every kind, planted in good quotes that three programs have saved, each found at
its cell with its amount, and nothing else found.

`COUNTERASK_PLANTED_SEEDS=20` plants in more random quotes than the one of every run.
"""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from counterask.result_tables.views import margin_share
from counterask.verdicts.limits import Authority
from counterask_addin.check import Finding, check_file, deal, gathered, opening
from counterask_addin.check import results as result_kinds
from counterask_templates.build import DRAWN_ON, draw_quote
from counterask_templates.examples import example_names, load_example

from . import document_faults
from .good_quotes import SAVERS, GoodQuote, good_quotes, valued
from .package_edits import Parts
from .planting import ANY, GROUPS, Case, Planted, foreign_values, result_faults

SEEDS = tuple(range(2, 2 + int(os.environ.get("COUNTERASK_PLANTED_SEEDS", "1"))))
PAGE = Path(__file__).parents[3] / "docs" / "check.md"
QUIET = frozenset({deal.CONCEDED, result_kinds.UNCOMPUTED})
"""What a good quote may say of itself: facts."""


@dataclass(frozen=True)
class Outcome:
    """One workbook with what was planted in it and what was found, facts of good quotes left out."""

    case: Case
    found: tuple[Finding, ...]

    def missed(self) -> list[Planted]:
        return [one for one in self.case.planted if not any(is_found(one, found) for found in self.found)]

    def invented(self) -> list[Finding]:
        return [
            one
            for one in self.found
            if one.kind not in self.case.follows and not any(is_found(fault, one) for fault in self.case.planted)
        ]


def is_found(planted: Planted, found: Finding) -> bool:
    """Whether a finding is the fault: its kind, its cell and its amount."""
    if planted.kind != found.kind:
        return False
    if planted.where != found.where and not (
        planted.amount is ANY and found.where.casefold().startswith(planted.where.casefold())
    ):
        return False
    if planted.amount is ANY:
        return True
    if planted.amount is None or found.amount is None:
        return planted.amount is None and found.amount is None
    return math.isclose(float(str(planted.amount)), found.amount, rel_tol=1e-7, abs_tol=0.006)


def told(path: Path, limits: Path | None) -> tuple[Finding, ...]:
    """Every finding, those among them that the check shows as one of one cause."""
    shown = gathered(check_file(path, limits, DRAWN_ON)[1])
    return tuple(one for cause in shown for one in cause.parts or (cause,) if one.kind not in QUIET)


@pytest.fixture(scope="module")
def quotes(resave: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> list[GoodQuote]:
    return good_quotes(tmp_path_factory.mktemp("good"), SEEDS, resave)


@pytest.fixture(scope="module")
def clean(quotes: list[GoodQuote]) -> list[Outcome]:
    """Every good quote as every program saves it, against finance's limits."""
    return [Outcome(Case(path, quote.limits), told(path, quote.limits)) for quote in quotes for path in quote.files.values()]


@pytest.fixture(scope="module")
def outcomes(quotes: list[GoodQuote], tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    folder = tmp_path_factory.mktemp("planted")
    return [Outcome(case, told(case.path, case.limits)) for case in _cases(quotes, folder)]


def _cases(quotes: list[GoodQuote], folder: Path) -> Iterator[Case]:
    for number, (quote, saver) in enumerate((quote, saver) for quote in quotes for saver in SAVERS):
        yield result_faults(quote, saver, folder / f"results {number}.xlsx", number)
    yield foreign_values(quotes[0], quotes[1], folder / "foreign.xlsx")
    for number, (group, saver) in enumerate((group, saver) for group in GROUPS for saver in SAVERS):
        quote = quotes[number % len(quotes)]
        parts = Parts(quote.files[saver])
        planted = [one for plant in group for one in plant(parts, quote)]
        yield Case(parts.write(folder / f"package {number}.xlsx"), quote.limits, planted)
    for number, fault in enumerate(document_faults.FAULTS):
        yield fault(quotes[number % len(example_names())], folder / f"document {number}.xlsx")


def table_of(outcomes: list[Outcome], clean: list[Outcome]) -> str:
    """The tally by fault, as the page about the check shows it."""
    planted = Counter(one.fault.partition(":")[0] for outcome in outcomes for one in outcome.case.planted)
    missed = Counter(one.fault.partition(":")[0] for outcome in outcomes for one in outcome.missed())
    invented = sum(len(outcome.invented()) for outcome in (*outcomes, *clean))
    right = planted.total() - missed.total()
    rows = ["| fault | planted | found |", "|---|--:|--:|"]
    rows += [f"| {fault} | {count} | {count - missed[fault]} |" for fault, count in planted.items()]
    rows.append(f"| **together** | **{planted.total()}** | **{right}** |")
    said = f"Recall {right / planted.total():.3f}, precision {right / (right + invented):.3f}"
    return "\n".join(
        [*rows, "", f"{said}; {len(clean)} clean workbooks, {sum(len(one.found) for one in clean)} findings in them."]
    )


def test_nothing_is_found_in_good_quotes_whoever_saved_them(clean: list[Outcome]) -> None:
    assert [(outcome.case.path.name, one) for outcome in clean for one in outcome.found] == []


def test_every_planted_fault_is_found_at_its_cell_with_its_amount(outcomes: list[Outcome]) -> None:
    """Recall is 1."""
    assert [(outcome.case.path.name, one) for outcome in outcomes for one in outcome.missed()] == []


def test_nothing_is_found_that_was_not_planted(outcomes: list[Outcome]) -> None:
    """Precision is 1."""
    assert [(outcome.case.path.name, one) for outcome in outcomes for one in outcome.invented()] == []


def test_faults_were_planted_in_what_every_program_saves_and_on_every_sheet(outcomes: list[Outcome]) -> None:
    sheets = {
        one.where.partition(" · ")[0] for outcome in outcomes for one in outcome.case.planted if one.kind == result_kinds.EDITED
    }
    assert {"Quote", "Trades", "Margin", "Cash flow opening", "Cash flow now", "Results", "Lists", "Self-test", "Math"} <= sheets
    kinds = Counter(one.fault for outcome in outcomes for one in outcome.case.planted)
    assert len(kinds) > 40 and kinds.total() > 300


@pytest.mark.skipif(len(SEEDS) != 1, reason="the page has the figures of the run that everybody makes")
def test_the_page_about_the_check_says_what_this_run_says(outcomes: list[Outcome], clean: list[Outcome]) -> None:
    """How many formulas of a sort a file has is the business of the program that saved it; all else is as the page has it."""
    page, table = PAGE.read_text(encoding="utf-8"), table_of(outcomes, clean).splitlines()
    assert table[-1] in page, "\n".join(table)
    for row in table[2:-3]:
        assert f"\n{row.partition(' | ')[0]} | " in page, "\n".join(table)


def test_what_is_found_in_the_examples_is_what_their_ledgers_say(tmp_path: Path) -> None:
    """The examples show trades above the rep, expired limits and a hard stop on purpose: all of that, and nothing beside it."""
    for name in (one for one in example_names() if one != "blank"):
        document = load_example(name)
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(draw_quote(document, as_of=DRAWN_ON))
        found = Counter(one.kind for one in check_file(path, None, DRAWN_ON)[1])
        result, _ = valued(document)
        moved = [one for one in result.trades if str(one.trade.response) == "yes"]
        assert found.pop(deal.AUTHORITY, 0) == sum(
            one.authority in (2, 3) or str(one.authority) in ("manager", "finance")
            for one in moved
            if str(one.verdict) != "blocked"
        )
        assert found.pop(deal.BLOCKED, 0) == sum(str(one.verdict) == "blocked" for one in moved)
        assert found.pop(deal.CONCEDED, 0) == sum(str(one.verdict) in ("concession", "unbalanced concession") for one in moved)
        assert found.pop(deal.UNTOLD, 0) == sum(str(one.verdict) == "cannot tell" for one in moved)
        opened = result.against_standard
        assert opened is not None
        rest = {
            deal.EXPIRED: 1,
            opening.OPENING: sum(row.authority > Authority.REP for row in opened.rows)
            + (opened.authority > max((row.authority for row in opened.rows), default=Authority.REP)),
            deal.SOFT: sum(one.is_short_by_the_cap for one in moved),
            deal.MARGIN: sum(
                margin_share(values) < document["policy"]["minimum_margin"] for values in (result.opening, result.now)
            ),
        }
        assert found == {kind: count for kind, count in rest.items() if count}, name
