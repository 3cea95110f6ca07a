"""Limits of another company, currency or scope are named when a workbook is brought to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner

from counterask_addin.cli import cli
from counterask_addin.seals.reading import open_limits
from counterask_addin.seals.updating import strangeness

EXAMPLES = Path(__file__).parents[3] / "examples"
STAFFING, SOFTWARE = EXAMPLES / "staffing.xlsx", EXAMPLES / "software.xlsx"


def test_limits_of_the_same_company_are_not_strange() -> None:
    own = open_limits(STAFFING)
    assert strangeness(own, own) == ()


def test_another_currency_and_another_price_book_are_named() -> None:
    own, other = open_limits(STAFFING), open_limits(SOFTWARE)
    (said,) = strangeness(own, other)
    assert said.startswith("▲ The price book of software.xlsx has none of the products of staffing.xlsx")
    dollars = replace(own, policy=replace(own.policy, currency="USD"))
    (said,) = strangeness(own, dollars)
    assert "are in USD, those of staffing.xlsx so far are in EUR" in said


def test_the_command_says_so_also_where_it_cannot_go_on(tmp_path: Path) -> None:
    words = ["limits", "update", str(STAFFING), "--from", str(SOFTWARE), "-o", str(tmp_path / "quote.xlsx")]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 2 and "looks like another company's" in done.output
    assert not (tmp_path / "quote.xlsx").exists()
