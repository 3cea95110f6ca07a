"""A person's session: their own workbook in a LibreOffice window, with the functions live until the window is
closed.

The file is changed only where the person saves it. Ctrl-C in the terminal asks LibreOffice to close, which
asks the person about unsaved changes. A second Ctrl-C, or the end of the terminal, does not wait for the
answer: what is unsaved is then written beside the file under another name, and said. Ctrl-C before the workbook is
open gives it up.

The session ends when LibreOffice says that it shuts down, which it does once every document is closed. A LibreOffice
that ends without saying so has broken down.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .calls import Call, News
from .host import CalcHost
from .live_functions import LiveFunction
from .lock_files import remove_lock, who_has_it_open
from .office_process import OfficeProcess
from .program import Cancelled, HostError
from .window import Edits, OfficeWindow, open_documents

_WORKBOOKS = (".xlsx", ".xlsm", ".ods")
# How long we wait for the exit code of a LibreOffice that is gone, which is only said.
_CODE_SECONDS = 2.0
# Only a LibreOffice that hangs takes this long to write a workbook.
_RESCUE_SECONDS = 120.0


@dataclass(frozen=True)
class SessionEnd:
    """How a session ended: whether the person saved the file, and which files we put unsaved changes in.

    version : of the LibreOffice; None where the session was given up before it was known.
    """

    saved: bool
    rescued: tuple[Path, ...]
    version: str | None


def hold_session(
    path: Path, functions: Iterable[LiveFunction], say: Callable[[str], None], soffice: str | None = None
) -> SessionEnd:
    """Open `path` in a window with `functions` live, and return when the person has closed it.

    say : takes the sentences for the person, as things happen.
    HostError where the file cannot be opened, is open elsewhere, or LibreOffice breaks down.
    """
    if path.suffix.lower() not in _WORKBOOKS:
        raise HostError(f"{path}: counterask opens workbooks ({', '.join(_WORKBOOKS)}); give one of these.")
    if not path.is_file():
        raise HostError(f"{path}: there is no such file; check the name.")
    holder = who_has_it_open(path)
    if holder is not None:
        raise HostError(holder)
    before = path.read_bytes()
    version: str | None = None
    rescued: tuple[Path, ...] = ()
    with (
        _requests() as asked,
        contextlib.suppress(Cancelled),
        CalcHost(functions, windowed=True, soffice=soffice, stop=asked.to_stop) as host,
    ):
        version = host.version.name
        asked.wake(host.office.news)
        edits = _open(host, path, asked, say)
        rescued = _follow(host, path, asked, say, edits)
    saved = path.read_bytes() != before
    say(f"{path.name} was saved with your changes." if saved else f"{path.name} was not changed.")
    return SessionEnd(saved, rescued, version)


def _open(host: CalcHost, path: Path, asked: _Asked, say: Callable[[str], None]) -> Edits:
    """Open the file in the window. Cancelled where the person asks to stop before it is there."""
    shortfall = host.version.shortfall()

    def opening() -> tuple[Edits, bool]:
        # Such a version would save names that Excel does not know: it must not do so over the original.
        doc = host.open(path, in_place=True, unnamed=shortfall is not None)
        edits = Edits(host.office, doc)
        OfficeWindow(host.office).look_soon()
        return edits, doc.isReadonly()

    call = host.office.call(opening)
    while not call.is_over:
        if asked.to_stop():
            host.office.end(at_once=True)
            remove_lock(path)
            raise Cancelled
        host.office.news.wait()
    if host.office.ending.is_set():  # the person has closed the window already
        raise Cancelled
    if call.error is not None:
        if host.office.is_lost():
            remove_lock(path)
            raise HostError(f"{path}: LibreOffice broke down while it opened this file.") from call.error
        raise call.error
    edits, is_read_only = call.result
    if shortfall:
        say(f"{shortfall} {path.name} is shown as a new document: saving asks for another name.")
    for cell in host.not_live:
        say(f"Not live: {cell}.")
    if is_read_only:
        say(f"{path.name} is read-only: save your changes under another name.")
    say(
        f"{path.name} is open in LibreOffice {host.version.name} with the functions live. "
        "Close its window to end, or press Ctrl-C here."
    )
    return edits


class _Asked:
    """What was asked for so far: presses of Ctrl-C, and whether there is no time to wait for an answer."""

    def __init__(self) -> None:
        self.presses = 0
        self.at_once = False

    def to_stop(self) -> bool:
        """Whether anything was asked for."""
        return self.at_once or self.presses > 0

    def press(self, *_signal: object) -> None:
        self.presses += 1

    def leave(self, *_signal: object) -> None:
        self.at_once = True

    def wake(self, news: News) -> None:
        """Let every signal be news, until `_requests` ends."""
        self._news = news  # it must live as long as signals are written to it
        if threading.current_thread() is threading.main_thread():
            signal.set_wakeup_fd(news.fileno(), warn_on_full_buffer=False)


@contextlib.contextmanager
def _requests() -> Iterator[_Asked]:
    """Signals as wishes: an exception in the middle of a call from Calc would be lost in a cell."""
    asked = _Asked()
    wishes = {signal.SIGINT: asked.press, signal.SIGTERM: asked.leave, signal.SIGHUP: asked.leave}
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = {number: signal.signal(number, wish) for number, wish in wishes.items()}
    waking = signal.set_wakeup_fd(-1)
    try:
        yield asked
    finally:
        signal.set_wakeup_fd(waking)
        for number, handler in before.items():
            signal.signal(number, handler)


def _follow(host: CalcHost, path: Path, asked: _Asked, say: Callable[[str], None], edits: Edits) -> tuple[Path, ...]:
    """Wait for the session's end, or bring it about where it is asked for. Returns the files with unsaved changes."""
    office = host.office
    closing: Call | None = None
    computing: Call | None = None
    answered = 0
    while True:
        is_lost = office.lost.is_set()  # asked before `ending`, which comes first
        if office.ending.is_set():
            return ()
        if is_lost:
            raise _broken_down(host, path)
        if asked.at_once or asked.presses >= answered + 2:
            return _rescue(host, path, say)
        if closing is not None and closing.is_over:
            if closing.result is False:
                say("LibreOffice stays open.")
            closing, answered = None, asked.presses
        if computing is not None and computing.is_over:
            computing = None
        if closing is None and computing is None:
            if asked.presses > answered:
                closing = office.call(lambda: _ask_to_close(office, say))
            elif edits.is_pending:
                computing = office.call(edits.compute)
        office.news.wait()


def _ask_to_close(office: OfficeProcess, say: Callable[[str], None]) -> bool:
    """Let LibreOffice close, as the person would; whether it does."""
    if any(doc.isModified() for doc in open_documents(office)):
        say(
            "There are unsaved changes: LibreOffice asks about them. "
            "Press Ctrl-C again to leave without an answer."
        )
    return bool(office.desktop.terminate())


def _broken_down(host: CalcHost, path: Path) -> HostError:
    """What to say of a LibreOffice that has ended without closing the documents first."""
    remove_lock(path)
    copies = []
    for backup in host.office.backups():
        target = _free_name(path.with_name(f"{path.stem} (recovered){backup.suffix}"))
        shutil.copy(backup, target)
        copies.append(target)
    kept = (
        f"; unsaved changes are in {', '.join(map(str, copies))}"
        if copies
        else "; changes since the last save are lost"
    )
    code = f" (code {host.office.exit_code()})" if host.office.wait(_CODE_SECONDS) else ""
    return HostError(f"{path}: LibreOffice broke down{code}{kept}.")


def _rescue(host: CalcHost, path: Path, say: Callable[[str], None]) -> tuple[Path, ...]:
    """Write documents with unsaved changes beside `path` under free names, and end LibreOffice at once."""
    office = host.office
    rescued: list[Path] = []

    def rescuing() -> None:
        for doc in open_documents(office):
            if doc.isModified():
                target = host.save_as(doc, _free_name(path.with_name(f"{path.stem} (unsaved){path.suffix}")))
                say(f"Unsaved changes were kept in {target}.")
                rescued.append(target)

    call = office.call(rescuing)
    if not call.wait(_RESCUE_SECONDS):
        problem: Exception | None = HostError(
            f"{path}: LibreOffice hangs and was ended; changes since the last save are lost."
        )
    elif office.ending.is_set():  # the person has answered after all
        problem = None
    elif call.error is not None and office.is_lost():
        problem = _broken_down(host, path)
    else:
        problem = call.error
    office.end(at_once=True)
    remove_lock(path)
    if problem is not None:
        raise problem
    return tuple(rescued)


def _free_name(wanted: Path) -> Path:
    """`wanted`, or with a number where there is such a file already."""
    number, free = 1, wanted
    while free.exists():
        number += 1
        free = wanted.with_name(f"{wanted.stem} {number}{wanted.suffix}")
    return free
