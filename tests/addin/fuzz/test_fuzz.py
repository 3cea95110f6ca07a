"""Spoiled quotes through every verb: no traceback, no hang, no memory without end, the input as it was.

A bounded sample in every run; COUNTERASK_FUZZ=10000 for the long one, COUNTERASK_FUZZ_FIRST for where to begin.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HAMMER = Path(__file__).with_name("hammer.py")
CASES = int(os.environ.get("COUNTERASK_FUZZ", "40"))
FIRST = int(os.environ.get("COUNTERASK_FUZZ_FIRST", "0"))


def test_no_spoiled_quote_brings_a_verb_down(tmp_path: Path) -> None:
    words = [sys.executable, str(HAMMER), str(FIRST), str(CASES), str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=600 + 60 * CASES)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout == ""
