"""What happens in the window of a session: edits, and the closing of documents."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

from .calls import listener
from .office_process import OfficeProcess


def open_documents(office: OfficeProcess) -> list[Any]:
    """The documents that are open in the window."""
    components = office.desktop.getComponents().createEnumeration()
    found = []
    while components.hasMoreElements():
        component = components.nextElement()
        if hasattr(component, "storeToURL"):
            found.append(component)
    return found


class Edits:
    """Computes the document again after each edit of the person.

    Calc's own recalculation computes a formula over a function's results once for each of them that changes, and
    stops before the last: a banner then mixes numbers of before and after the edit. Computing all takes part of a second.
    """

    def __init__(self, office: OfficeProcess, doc: Any) -> None:
        self._doc, self._news = doc, office.news
        self._computing: int | None = None
        self.is_pending = False
        doc.addModifyListener(listener(office.uno, "com.sun.star.util.XModifyListener", modified=self.edited))

    def edited(self, _event: object = None) -> None:
        """Take note of an edit. What computing changes is reported on the thread that computes: that is not an edit."""
        if threading.get_ident() != self._computing:
            self.is_pending = True
            self._news.tell()

    def compute(self) -> None:
        """Compute the document if it was edited since the last time. Opening and saving are reported too, and change
        nothing: to compute then would make an unchanged document a changed one, about which LibreOffice asks at the end."""
        self.is_pending = False
        self._computing = threading.get_ident()
        try:
            with contextlib.suppress(Exception):  # the document was closed meanwhile
                if self._doc.isModified():
                    self._doc.calculateAll()
        finally:
            self._computing = None


class OfficeWindow:
    """Ends LibreOffice when the person has closed the last document in its window; by itself it would show its start
    page and stay.

    It looks from LibreOffice's own thread, between two events of the window, while LibreOffice waits for us.
    """

    def __init__(self, office: OfficeProcess) -> None:
        self._office = office
        services = office.context.ServiceManager
        self._turns = services.createInstanceWithContext("com.sun.star.awt.AsyncCallback", office.context)
        self._on_turn = listener(office.uno, "com.sun.star.awt.XCallback", notify=self._look)
        self._on_close = listener(
            office.uno,
            "com.sun.star.util.XCloseListener",
            queryClosing=lambda _event, _ownership: None,
            notifyClosing=lambda _event: self.look_soon(),
        )

    def look_soon(self) -> None:
        """Look at the documents when LibreOffice has done what it is doing."""
        with contextlib.suppress(Exception):  # it is ending
            self._turns.addCallback(self._on_turn, None)

    def _look(self, _data: object) -> None:
        if self._office.ending.is_set():
            return
        with contextlib.suppress(Exception):
            documents = open_documents(self._office)
            for doc in documents:
                doc.removeCloseListener(self._on_close)
                doc.addCloseListener(self._on_close)
            if not documents:
                self._office.desktop.terminate()
