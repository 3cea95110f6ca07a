"""Holds a session as `counterask open` does, and does something at a chosen moment: hold.py WORKBOOK [MOMENT ACT].

MOMENT : opening (while LibreOffice loads the workbook), computing (while it computes after 10 was typed as the third
ask), or ending (when it has closed its documents and is about to end).
ACT : kill (LibreOffice is killed), or the name of a signal that we get, such as SIGINT.

It says "the third ask is 10" when the functions see that, and complains about calls to a LibreOffice that is ending.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from calc_demo import FUNCTIONS, trades
from processes import offices_of

from counterask_addin.libreoffice import CalcHost, HostError, office_process
from counterask_addin.libreoffice.calls import listener
from counterask_addin.libreoffice.session import hold_session


def say(sentence: str) -> None:
    print(sentence, flush=True)


class Watched:
    """LibreOffice's desktop, which must not be called once it is ending."""

    def __init__(self, desktop: Any, ending: threading.Event) -> None:
        self._desktop, self._ending = desktop, ending

    def __getattr__(self, name: str) -> Any:
        if self._ending.is_set():
            say(f"called while it ends: {name}")
        return getattr(self._desktop, name)


class Act:
    """What is done at the chosen moment, once."""

    def __init__(self, moment: str = "", act: str = "") -> None:
        self.moment, self._act, self._is_done = moment, act, False

    def reach(self, moment: str) -> None:
        if moment != self.moment or self._is_done:
            return
        self._is_done = True
        if self._act == "kill":
            for office in offices_of(os.getpid()):
                os.kill(office, signal.SIGKILL)
            until = time.monotonic() + (2 if moment == "computing" else 0)
            while time.monotonic() < until:  # the function goes on for a while: Python must wait for it, or it crashes
                pass
            return
        # To this thread: the operating system gives a signal to any thread, and the main one must hear of it.
        signal.pthread_kill(threading.get_ident(), getattr(signal, self._act))
        while moment == "opening" and offices_of(os.getpid()):  # it stays in this moment until it is given up
            time.sleep(0.01)


class Office(office_process.OfficeProcess):
    def __init__(self, *settings: Any) -> None:
        super().__init__(*settings)
        self.desktop = Watched(self.desktop, self.ending)


def acting_listener(uno: Any, interface: str, **answers: Callable[[Any], None]) -> Any:
    """A listener that reaches the moment "ending" after it has answered."""
    if "notifyTermination" in answers:
        announced = answers["notifyTermination"]

        def ends(event: Any) -> None:
            announced(event)
            ACT.reach("ending")

        answers["notifyTermination"] = ends
    return listener(uno, interface, **answers)


class Host(CalcHost):
    def close(self, doc: Any) -> None:
        if self.office.ending.is_set():
            say("called while it ends: close")
        super().close(doc)


def watched_trades(rows: list[list[Any]]) -> list[list[Any]]:
    ACT.reach("opening")
    if rows[2][0] == 10:
        say("the third ask is 10")
        ACT.reach("computing")
    return trades(rows)


ACT = Act(*sys.argv[2:])
office_process.STOP_SECONDS = float(os.environ["PATIENCE"])
office_process.listener = acting_listener
sys.modules["counterask_addin.libreoffice.host"].OfficeProcess = Office  # type: ignore[attr-defined]
sys.modules["counterask_addin.libreoffice.session"].CalcHost = Host  # type: ignore[attr-defined]
try:
    say(str(hold_session(Path(sys.argv[1]), [replace(FUNCTIONS[0], call=watched_trades), *FUNCTIONS[1:]], say)))
except HostError as error:
    say(f"error: {error}")
    raise SystemExit(2) from None
