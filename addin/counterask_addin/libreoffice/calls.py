"""Calls in both directions: ours into LibreOffice, and LibreOffice's into us.

Two rules keep a session from hanging. A call into LibreOffice may take as long as a dialog is open, so a session makes
it on a thread of its own and goes on listening. And no call may reach a LibreOffice that is shutting down: one that
arrives while it takes down the connection is never answered, and LibreOffice waits for that answer before it ends. So
nothing asks LibreOffice whether something has happened: it calls us, and waits until we return.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from typing import Any


class Call(threading.Thread):
    """A call into LibreOffice on a thread of its own.

    work : what is done there. news : set when it is over.
    `result` is then what `work` returned, or `error` what it raised.
    """

    def __init__(self, work: Callable[[], Any], news: threading.Event | None = None) -> None:
        super().__init__(daemon=True)
        self._work, self._news = work, news
        self._over = threading.Event()
        self.result: Any = None
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self.result = self._work()
        except Exception as error:
            self.error = error
        finally:
            self._over.set()
            if self._news is not None:
                self._news.set()

    @property
    def is_over(self) -> bool:
        """Whether `work` has returned or raised."""
        return self._over.is_set()

    def wait(self, seconds: float) -> bool:
        """Whether `work` is over within `seconds`."""
        return self._over.wait(seconds)


def listener(uno: Any, interface: str, **answers: Callable[..., None]) -> Any:
    """A UNO object for LibreOffice to call.

    interface : its UNO type, such as com.sun.star.util.XModifyListener. answers : method name -> what it calls, with
    the arguments of the method. The method `disposing`, which every listener has, does nothing unless it is given.
    LibreOffice waits until an answer returns, so an answer must be quick, and must not raise.
    """
    base: Any = importlib.import_module("unohelper").Base
    methods = {"disposing": _nothing, **answers}
    kind: Any = type("Listener", (base, uno.getClass(interface)), {name: _method(call) for name, call in methods.items()})
    return kind()


def _method(call: Callable[..., None]) -> Callable[..., None]:
    return lambda _self, *arguments: call(*arguments)


def _nothing(*_arguments: object) -> None:
    pass
