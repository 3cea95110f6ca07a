"""No spoiled workbook ends in a traceback, a hang or a gigabyte, and none is changed.

`COUNTERASK_FUZZ=10000` tries that many; without it a small sample is tried.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = int(os.environ.get("COUNTERASK_FUZZ", "8"))
PROGRAM = Path(__file__).with_name("mutants.py")


@pytest.mark.skipif(sys.platform == "win32", reason="limits of memory and time are set as Unix sets them")
def test_spoiled_workbooks_are_answered_with_a_sentence(tmp_path: Path) -> None:
    words = [sys.executable, str(PROGRAM), str(tmp_path), "0", str(CASES)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(words, capture_output=True, text=True, env=environment, timeout=60 + 5 * CASES, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    *wrong, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert last["tried"] == CASES and last["peak_mb"] < 1024
    assert wrong == []
