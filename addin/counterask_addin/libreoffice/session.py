"""A person's session: their own workbook in a LibreOffice window, with the functions live until the window is
closed.

The file is changed only where the person saves it. Ctrl-C in the terminal asks LibreOffice to close, which
asks the person about unsaved changes. A second Ctrl-C, or the end of the terminal, does not wait for the
answer: what is unsaved is then written beside the file under another name, and said.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .host import CalcHost
from .live_functions import LiveFunction
from .program import HostError

_WORKBOOKS = (".xlsx", ".xlsm", ".ods")
_LOOK_SECONDS = 0.2
_LAST_SECONDS = 10.0


@dataclass(frozen=True)
class SessionEnd:
    """How a session ended: whether the person saved the file, and which files we put unsaved changes in."""

    saved: bool
    rescued: tuple[Path, ...]
    version: str


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
    with CalcHost(functions, windowed=True, soffice=soffice) as host:
        version = host.version.name
        with _requests() as asked:
            shortfall = host.version.shortfall()
            # Such a version would save names that Excel does not know: it must not do so over the original.
            doc = host.open(path, in_place=True, unnamed=shortfall is not None)
            if shortfall:
                say(f"{shortfall} {path.name} is shown as a new document: saving asks for another name.")
            for cell in host.not_live:
                say(f"Not live: {cell}.")
            if doc.isReadonly():
                say(f"{path.name} is read-only: save your changes under another name.")
            say(
                f"{path.name} is open in LibreOffice {version} with the functions live. "
                "Close its window to end, or press Ctrl-C here."
            )
            edits = _Edits(host, doc, asked.news)
            rescued = _follow(host, path, asked, say, edits)
    saved = path.read_bytes() != before
    say(f"{path.name} was saved with your changes." if saved else f"{path.name} was not changed.")
    return SessionEnd(saved, rescued, version)


def who_has_it_open(path: Path) -> str | None:
    """Who has `path` open, in a sentence, by the lock files of LibreOffice and Excel; None if nobody."""
    lock = path.with_name(f".~lock.{path.name}#")
    if lock.exists():
        fields = [field.strip() for field in lock.read_text(errors="replace").rstrip(";\n").split(",")]
        user, login, machine, since = (fields[n] if len(fields) > n else "" for n in (0, 1, 2, 3))
        who = user or login or "somebody"
        who += f" on {machine}" if machine else ""
        who += f" since {since}" if since else ""
        return (
            f"{path} is open in LibreOffice ({who}): close it there first; "
            f"if that LibreOffice is gone, delete the file {lock.name} beside it."
        )
    owner = path.with_name(f"~${path.name}")
    if owner.exists():
        return (
            f"{path} is open in Excel: close it there first; "
            f"if that Excel is gone, delete the file {owner.name} beside it."
        )
    return None


class _Asked:
    """What was asked for so far: presses of Ctrl-C, and whether there is no time to wait for an answer."""

    def __init__(self) -> None:
        self.presses = 0
        self.at_once = False
        self.news = threading.Event()

    def press(self, *_signal: object) -> None:
        self.presses += 1
        self.news.set()

    def leave(self, *_signal: object) -> None:
        self.at_once = True
        self.news.set()


@contextlib.contextmanager
def _requests() -> Iterator[_Asked]:
    """Signals as wishes: an exception in the middle of a call from Calc would be lost in a cell."""
    asked = _Asked()
    wishes = {signal.SIGINT: asked.press, signal.SIGTERM: asked.leave, signal.SIGHUP: asked.leave}
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = {number: signal.signal(number, wish) for number, wish in wishes.items()}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Edits:
    """Computes the document anew after each edit of the person.

    Calc's own recalculation computes a formula over a function's results once for each of them that changes, and
    stops before the last: a banner then mixes numbers of before and after the edit. Computing all takes part of a second.
    """

    def __init__(self, host: CalcHost, doc: Any, news: threading.Event) -> None:
        self._doc, self._news = doc, news
        self._is_pending = self._is_computing = False
        doc.addModifyListener(host.office.modify_listener(self._edited))

    def _edited(self) -> None:
        if not self._is_computing:
            self._is_pending = True
            self._news.set()

    def compute(self) -> None:
        """Compute the document if it was edited since the last time. Opening and saving are told of too, and change nothing: to
        compute then would make an unchanged document a changed one, about which LibreOffice asks at the end."""
        if not self._is_pending:
            return
        self._is_pending, self._is_computing = False, True
        try:
            if self._doc.isModified():
                self._doc.calculateAll()
        except Exception:  # the document was closed meanwhile, which the session sees for itself
            self._is_pending = False
        finally:
            self._is_computing = False


def _follow(host: CalcHost, path: Path, asked: _Asked, say: Callable[[str], None], edits: _Edits) -> tuple[Path, ...]:
    """Wait for the session's end, or bring it about where it is asked for; where unsaved changes went."""
    closing: threading.Thread | None = None
    answered = 0
    while True:
        code = host.office.exit_code()
        if code is not None:
            return _ended(host, path, code)
        documents = _open_documents(host)
        if documents is not None and not documents:
            return ()
        if asked.at_once or asked.presses >= answered + 2:
            rescued = _rescue(host, documents or [], path, say)
            if closing is not None:
                closing.join(_LAST_SECONDS)  # a call into a dead LibreOffice must be over before Python ends
            return rescued
        if asked.presses > answered and closing is None:
            if any(doc.isModified() for doc in documents or []):
                say(
                    "There are unsaved changes: LibreOffice asks about them. "
                    "Press Ctrl-C again to leave without an answer."
                )
            closing = threading.Thread(target=_ask_to_close, args=(host,), daemon=True)
            closing.start()
        if closing is not None and not closing.is_alive() and asked.presses > answered:
            if host.office.wait(2.0):
                continue
            closing, answered = None, asked.presses
            say("LibreOffice stays open.")
        asked.news.wait(_LOOK_SECONDS)
        asked.news.clear()
        if closing is None:
            edits.compute()


def _ask_to_close(host: CalcHost) -> None:
    with contextlib.suppress(Exception):  # the connection ends together with the program
        host.office.desktop.terminate()


def _open_documents(host: CalcHost) -> list[Any] | None:
    """The documents that are open in the window; None while LibreOffice is ending and does not answer."""
    try:
        components = host.office.desktop.getComponents().createEnumeration()
        found = []
        while components.hasMoreElements():
            component = components.nextElement()
            if hasattr(component, "storeToURL"):
                found.append(component)
        return found
    except Exception:
        return None if not host.office.wait(_LOOK_SECONDS) else []


def _ended(host: CalcHost, path: Path, code: int) -> tuple[Path, ...]:
    if code == 0:
        return ()
    _remove_lock(path)
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
    raise HostError(f"{path}: LibreOffice broke down (code {code}){kept}.")


def _rescue(host: CalcHost, documents: list[Any], path: Path, say: Callable[[str], None]) -> tuple[Path, ...]:
    """Write documents with unsaved changes beside `path` under free names, and end LibreOffice at once."""
    rescued = []
    for doc in documents:
        if doc.isModified():
            target = host.save_as(doc, _free_name(path.with_name(f"{path.stem} (unsaved){path.suffix}")))
            say(f"Unsaved changes were kept in {target}.")
            rescued.append(target)
    host.office.end(at_once=True)
    _remove_lock(path)
    return tuple(rescued)


def _remove_lock(path: Path) -> None:
    # There was none when the session began, so it is the one of the LibreOffice that was just ended.
    path.with_name(f".~lock.{path.name}#").unlink(missing_ok=True)


def _free_name(wanted: Path) -> Path:
    """`wanted`, or with a number where there is such a file already."""
    number, free = 1, wanted
    while free.exists():
        number += 1
        free = wanted.with_name(f"{wanted.stem} {number}{wanted.suffix}")
    return free
