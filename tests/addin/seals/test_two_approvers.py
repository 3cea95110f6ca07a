"""Two approvers at once: whoever is second is refused and told why, and no signature is lost."""

from __future__ import annotations

from pathlib import Path

from counterask_addin.shown import shown_of
from counterask_addin.workbooks.quote_file import open_quote

from ..at_once import run_at_once

ROUNDS = {"quote-1.xlsx": 13, "quote-2.xlsx": 12}
"""How often each of the two approves each file: 50 approvals, of which a quote has room for 30."""
APPROVE = """
import sys
from click.testing import CliRunner
from counterask_addin.cli import cli
quote, key, trade, times = sys.argv[1:]
sys.stdin.readline()
for number in range(int(times)):
    words = ["approve", quote, "--trade", trade, "--key", key, "--reason", f"round {number}", "--concession", "--in-place"]
    while (done := CliRunner().invoke(cli, words)).exit_code:
        assert done.exit_code == 2 and "has changed since it was read" in done.stderr, (done.output, done.exception)
        assert "Run the same command again" in done.stderr, done.stderr
"""


def test_two_people_approve_the_same_file_at_once_fifty_times_and_no_signature_is_lost(quote: Path, key: Path) -> None:
    for name, times in ROUNDS.items():
        file = quote.with_name(name)
        file.write_bytes(quote.read_bytes())
        run_at_once(APPROVE, [(str(file), str(key), trade, str(times)) for trade in ("T1", "T2")])
        states = shown_of(open_quote(file)).approvals
        assert all(state.is_valid for state in states)
        assert sorted((state.trade, state.reason) for state in states) == sorted(
            (trade, f"round {number}") for trade in ("T1", "T2") for number in range(times)
        )
