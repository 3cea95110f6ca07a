"""Whoever puts a signature into a file that somebody else changed meanwhile is refused, and nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from counterask_addin.seals import approving
from counterask_addin.shown import shown_of
from counterask_addin.workbooks.quote_file import open_quote

from .conftest import Run

WORDS = ("--reason", "a client of twenty years", "--concession", "--in-place")


def test_an_approval_of_a_file_that_was_changed_meanwhile_is_refused_and_the_other_one_survives(
    quote: Path, key: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second approver writes while the first one's computer is still at work."""
    slow = approving.write_copy

    def meanwhile(*given: Any, **named: Any) -> tuple[str, ...]:
        monkeypatch.setattr(approving, "write_copy", slow)
        run("approve", quote, "--trade", "T3", "--key", key, *WORDS)
        return slow(*given, **named)

    monkeypatch.setattr(approving, "write_copy", meanwhile)
    said = run("approve", quote, "--trade", "T2", "--key", key, *WORDS, code=2).stderr
    assert "has changed since it was read" in said and "Run the same command again" in said
    assert [one.trade for one in shown_of(open_quote(quote)).approvals] == ["T3"]
    run("approve", quote, "--trade", "T2", "--key", key, *WORDS)
    states = shown_of(open_quote(quote)).approvals
    assert [one.trade for one in states] == ["T3", "T2"] and all(one.is_valid for one in states)
