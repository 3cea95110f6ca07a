"""Calls in both directions: ours into LibreOffice, and LibreOffice's into us.

Two rules keep a session from hanging. A call into LibreOffice may take as long as a dialog is open, so a session makes
it on a thread of its own and goes on listening. And no call may reach a LibreOffice that is shutting down: one that
arrives while it takes down the connection is never answered, and LibreOffice waits for that answer before it ends. So
nothing asks LibreOffice whether something has happened: it calls us, and waits until we return.
"""

from __future__ import annotations

import contextlib
import importlib
import select
import socket
import threading
from collections.abc import Callable
from typing import Any


class News:
    """Wakes the thread that waits for something to happen, from any thread and from signals.

    It is a pair of sockets and no lock: a signal may arrive at any thread, and does not wake the main thread from
    waiting for a lock.
    """

    def __init__(self) -> None:
        self._reading, self._writing = socket.socketpair()
        for end in (self._reading, self._writing):
            end.setblocking(False)

    def fileno(self) -> int:
        """What is written to this file descriptor is news."""
        return self._writing.fileno()

    def tell(self) -> None:
        """Something has happened."""
        with contextlib.suppress(OSError):  # it is full of news already
            self._writing.send(b"\0")

    def wait(self) -> None:
        """Wait until something has happened since the last time."""
        select.select([self._reading], [], [])
        self._reading.recv(4096)


class Call(threading.Thread):
    """A call into LibreOffice on a thread of its own.

    work : what is done there. news : told when it is over.
    `result` is then what `work` returned, or `error` what it raised.
    """

    def __init__(self, work: Callable[[], Any], news: News) -> None:
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
            self._news.tell()

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
