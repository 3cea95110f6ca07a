"""What stands on a terminal of a given width: every trade, every amount whole, no line longer than the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from counterask.verdicts.ledger import ledger
from counterask.verdicts.trades import Verdict
from counterask_addin import terminal
from counterask_addin.cli import cli
from counterask_addin.terminal import amount
from counterask_templates.examples import example_names, load_example

from ..udfs.counter_deals import example, rules_of

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [name for name in example_names() if load_example(name).get("trades")]


def shown(monkeypatch: pytest.MonkeyPatch, width: int, *words: object) -> str:
    """What a command prints on a terminal of so many columns."""
    monkeypatch.setattr(terminal, "console", lambda: Console(highlight=False, width=width))
    result = CliRunner().invoke(cli, [str(word) for word in words])
    assert result.exit_code in (0, 1), result.output
    return str(result.output)


@pytest.mark.parametrize("width", [80, 140])
@pytest.mark.parametrize("name", SHIPPED)
def test_every_trade_and_amount_stands_whole_on_a_terminal(
    name: str, width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "v.xlsx"
    said = shown(monkeypatch, width, "value", ROOT / "examples" / f"{name}.xlsx", "-o", target, "--as-of", "2026-11-02")
    printed = [line for line in said.splitlines() if str(target) not in line]
    assert "…" not in said and max(map(len, printed)) <= width
    quote = example(name)
    for valued in ledger(quote.deal, quote.trades, rules_of(quote)).trades:
        assert any(line.split()[:1] == [valued.trade.id] and str(valued.verdict) in line for line in printed)
        assert all(amount(money) in said for money in (valued.cost, valued.worth, valued.net, valued.shortfall))


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", SHIPPED)
def test_counter_asks_break_no_word_on_a_terminal(name: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    quote = example(name)
    trades = ledger(quote.deal, quote.trades, rules_of(quote)).trades
    short = next(one.trade.id for one in trades if one.verdict == Verdict.UNBALANCED)
    words = ["counter-asks", ROOT / "examples" / f"{name}.xlsx", "--trade", short, "--as-of", "2026-11-02"]
    words += ["--bundles"] if name == "staffing" else []
    narrow, wide = shown(monkeypatch, width, *words), shown(monkeypatch, 300, *words)
    assert "…" not in narrow and max(map(len, narrow.splitlines())) <= width
    known = set(wide.replace("─", " ").split())
    assert set(narrow.replace("─", " ").split()) - known <= {"→", "Way", "Who"}
