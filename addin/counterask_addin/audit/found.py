"""Which files are audited: folders, patterns and addresses, each file once, in one order.

A file goes by its real path. Links are followed only as far as the folder that was named: what a link inside a folder
leads out of it is not read, and told. Temporary files of spreadsheet programs and hidden files are passed over.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import CannotRun

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

READ_AS_QUOTES = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm"})
TOLD_AS_BROKEN = frozenset({".xls", ".xlsb", ".ods", ".numbers"})
"""Workbooks in other formats: a quote may hide in one, so each is a row that says how to save it."""
SUFFIXES = READ_AS_QUOTES | TOLD_AS_BROKEN
_PASSED_OVER = ("~$", ".")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file. path : how it is opened. shown : the same as clean text, by which tables name it.

    size, changed_ns, status_ns, inode : what the file system says of it; 0 where it lies elsewhere.
    content : its bytes, where only this process can read them.
    """

    path: str
    shown: str
    size: int = 0
    changed_ns: int = 0
    status_ns: int = 0
    inode: int = 0
    content: bytes | None = None

    @property
    def is_remote(self) -> bool:
        """Whether it is opened through fsspec."""
        return "://" in self.path


@dataclass(frozen=True)
class FoundFiles:
    """All files in the order of `shown`; links_out : links that lead out of the folders; unread : folders that may not be
    read, each with the reason; seen_twice : how often a file was come upon again; left_out : files that were found and are not
    audited, real paths."""

    files: Sequence[FoundFile]
    links_out: Sequence[str] = ()
    unread: Sequence[str] = ()
    seen_twice: int = 0
    left_out: frozenset[str] = frozenset()


def shown(path: str) -> str:
    """A path as text that every program can store, whatever bytes its name is made of."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def find_files(sources: Iterable[str], leave_out: Iterable[Path] = ()) -> FoundFiles:
    """Find the files. leave_out : files that are never audited: the report itself, the limits.

    Raises CannotRun where a source names nothing, or cannot be reached.
    """
    search = _Search({os.path.realpath(path) for path in leave_out})
    for source in sources:
        before = search.count
        search.add(source)
        if before == search.count and not os.path.isdir(source):
            raise CannotRun(f"{shown(source)}: found no workbook there. Name a folder, a file, a pattern or an address.")
    files = sorted(search.files.values(), key=lambda file: file.shown)
    return FoundFiles(files, tuple(search.links_out), tuple(search.unread), search.seen_twice, frozenset(search.met))


class _Search:
    def __init__(self, leave_out: set[str]) -> None:
        self.leave_out = leave_out
        self.files: dict[str, FoundFile] = {}
        self.links_out: list[str] = []
        self.unread: list[str] = []
        self.seen_twice = 0
        self.met: set[str] = set()

    @property
    def count(self) -> int:
        """How much was come upon so far."""
        return len(self.files) + self.seen_twice + len(self.links_out) + len(self.met)

    def add(self, source: str) -> None:
        if source.startswith(("file://", "local://")):
            from fsspec.core import url_to_fs

            source = str(url_to_fs(source)[1])
        if "://" in source or "::" in source:
            self._add_remote(source)
        elif os.path.isdir(source):
            self._add_folder(os.path.realpath(source))
        elif os.path.lexists(source):
            self._add_file(os.path.realpath(source))
        elif glob.has_magic(source):
            self._add_pattern(source)
        else:
            raise CannotRun(f"{shown(source)}: there is no such file or folder. Check the name.")

    def _add_pattern(self, source: str) -> None:
        """The files of a pattern; below the folder that its plain beginning names, links count as in that folder."""
        parts = Path(source).parts
        first = next(place for place, part in enumerate(parts) if glob.has_magic(part))
        base = Path(*parts[:first])
        root = os.path.realpath(base)
        try:
            for path in base.glob(os.path.join(*parts[first:])):  # which enters no folder through a link for "**"
                inside = path.relative_to(base).parts
                if _is_quote(path.name) and not os.path.isdir(path) and not any(part.startswith(_PASSED_OVER) for part in inside):
                    self._add_linked(str(path), root)
        except (OSError, ValueError) as error:
            raise CannotRun(f"{shown(source)}: is no pattern that can be followed ({error}). Name a folder.") from error

    def _add_folder(self, root: str) -> None:
        folders = [root]
        while folders:
            folder = folders.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                self.unread.append(f"{shown(folder)} ({error.strerror})")
                continue
            for entry in entries:
                if entry.name.startswith(_PASSED_OVER):
                    continue
                if entry.is_symlink():
                    if os.path.isdir(entry.path) or _is_quote(entry.name):
                        self._add_linked(entry.path, root)
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif _is_quote(entry.name):
                    self._add_file(entry.path, _stat(entry))

    def _add_linked(self, path: str, root: str) -> None:
        """What a link stands for: a file inside the folder counts once; all else is told."""
        real = os.path.realpath(path)
        if os.path.commonpath([real, root]) != root:
            self.links_out.append(shown(path))
        elif os.path.isfile(real):
            self._add_file(real)

    def _add_file(self, real: str, known: os.stat_result | None = None) -> None:
        if real in self.leave_out:
            self.met.add(real)
            return
        if real in self.files:
            self.seen_twice += 1
            return
        try:
            known = known or os.stat(real)
        except OSError:
            self.files[real] = FoundFile(real, shown(real))
            return
        if stat.S_ISREG(known.st_mode) or stat.S_ISLNK(known.st_mode):
            numbers = (known.st_size, known.st_mtime_ns, known.st_ctime_ns, known.st_ino)
            self.files[real] = FoundFile(real, shown(real), *numbers)

    def _add_remote(self, source: str) -> None:
        import fsspec

        try:
            system, place = fsspec.core.url_to_fs(source)
            for name in _remote_names(system, place):
                if not _is_quote(name.rsplit("/", 1)[-1]):
                    continue
                address = str(system.unstrip_protocol(name))
                if address in self.files:
                    self.seen_twice += 1
                    continue
                is_own = type(system).__name__ == "MemoryFileSystem"
                content = bytes(system.cat_file(name)) if is_own else None
                self.files[address] = FoundFile(address, shown(address), content=content)
        except ImportError as error:
            raise CannotRun(f"{shown(source)}: needs a package that is not installed ({error}). Install it.") from error
        except CannotRun:
            raise
        except Exception as error:  # each kind of storage has errors of its own
            what = f"{type(error).__name__}: {error}"[:200]
            raise CannotRun(f"{shown(source)}: cannot be reached ({what}). Check the address and your rights.") from error


def _remote_names(system: AbstractFileSystem, place: str) -> Iterator[str]:
    if glob.has_magic(place):
        names = system.glob(place)
    elif system.isfile(place):
        names = [place]
    else:
        names = system.find(place)
    yield from sorted(map(str, names))


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    """What is known of a file; None where it has gone meanwhile."""
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None


def _is_quote(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in SUFFIXES and not name.startswith(_PASSED_OVER)
