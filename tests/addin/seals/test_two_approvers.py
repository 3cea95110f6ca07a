"""Two approvers at once: whoever is second is refused and told why, and no signature is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from counterask_addin.shown import shown_of
from counterask_addin.workbooks.quote_file import open_quote

TIMES = 5
APPROVE = """
import sys
from pathlib import Path
from counterask_addin.errors import CannotRun
from counterask_addin.seals.approving import Wish, approve
from counterask_addin.seals.keys import open_key
quote, key, trade = Path(sys.argv[1]), open_key(Path(sys.argv[2]), None), sys.argv[3]
for number in range(int(sys.argv[4])):
    while True:
        try:
            approve(quote, quote, key, Wish(trade, f"round {number}", is_concession=True), overwrite=True)
            break
        except CannotRun as error:
            assert "has changed since it was read" in str(error), error
"""


def test_two_people_approve_the_same_file_at_once_and_no_signature_is_lost(quote: Path, key: Path) -> None:
    words = [[sys.executable, "-c", APPROVE, str(quote), str(key), trade, str(TIMES)] for trade in ("T1", "T2")]
    started = [subprocess.Popen(one) for one in words]
    assert [one.wait() for one in started] == [0, 0]
    states = shown_of(open_quote(quote)).approvals
    assert all(state.is_valid for state in states)
    assert sorted((state.trade, state.reason) for state in states) == [
        (trade, f"round {number}") for trade in ("T1", "T2") for number in range(TIMES)
    ]
