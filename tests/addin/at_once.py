"""Programs that run at once, each in a Python of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def run_at_once(program: str, arguments: Sequence[Sequence[str]], folder: Path | None = None) -> None:
    """Run a program once for each list of arguments, in `folder`. Each waits for a line, so that all begin when all are ready."""
    started = [
        subprocess.Popen([sys.executable, "-c", program, *words], stdin=subprocess.PIPE, cwd=folder) for words in arguments
    ]
    for one in started:
        assert one.stdin is not None
        one.stdin.write(b"\n")
        one.stdin.flush()
    for one in started:
        one.communicate()
    assert [one.returncode for one in started] == [0] * len(started)
