"""Files that appear whole or not at all: a temporary file in the same folder, flushed to disk, then renamed.

The temporary file is called .NAME-xxxxxxxxxxxx.part. Where a run was killed it stays, and a later run that writes a file of
that name takes it away.

Whoever read a file before replacing it, or before writing a copy of it, says so with `seen`: the write is refused if the file has
changed since. The comparison and the replacement happen under a lock, a file .NAME.lock that exists for that moment only.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .errors import CannotWrite, HasChanged

STALE_SECONDS = 3_600
"""A temporary file that nobody wrote to for so long is that of a run that was killed."""
_OPEN_ELSEWHERE = frozenset({5, 32, 33})
"""What Windows answers when another program holds a file: access denied, sharing violation, lock violation."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


WORKBOOK_ENDINGS = (".xlsx", ".xlsm")
"""Of the workbooks that we copy."""
LOCKED_SECONDS = 60
"""A lock is held for the moment of replacing a file. One that has not changed for so long is that of a run that was killed."""


@dataclass(frozen=True)
class Seen:
    """A file as it was when it was read. content : its bytes; None where it could not be read."""

    path: Path
    content: bytes | None


def seen(path: Path) -> Seen:
    """A file as it is now; to be called before anything is decided by what is in it."""
    try:
        return Seen(path, path.read_bytes())
    except (OSError, ValueError):  # whoever opens it next says why it cannot be read
        return Seen(path, None)


def write_bytes(target: Path, content: bytes, *, overwrite: bool = False, made_of: Seen | None = None) -> None:
    """Write `content` to `target` as a whole. Raises CannotWrite as `write_atomically` does."""
    write_atomically(target, lambda file: file.write(content), overwrite=overwrite, made_of=made_of)


def write_atomically(
    target: Path, writer: Callable[[BinaryIO], object], *, overwrite: bool = False, made_of: Seen | None = None
) -> None:
    """Let `writer` fill a temporary file that then becomes `target`. A link is followed to the file that it names.

    made_of : the file that the new content follows from, which may be the target itself. Raises CannotWrite, with nothing left
    behind, where the target exists (unless `overwrite`), is open in another program, or cannot be written, and HasChanged where
    the file that it is made of has changed. What the writer itself raises goes through, also with nothing left behind.
    """
    typed = target
    try:
        target = _checked(target, overwrite)
        temporary = target.parent / f".{target.stem[:40]}-{secrets.token_hex(6)}.part"
        file = temporary.open("x+b")
    except (OSError, ValueError) as error:
        raise CannotWrite(why_not(typed, error)) from error
    try:
        with file:
            writer(file)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            with contextlib.suppress(OSError):
                temporary.chmod(target.stat().st_mode & 0o777)
        if made_of is None:
            _into_place(temporary, target, overwrite, typed)
        else:
            with _alone(target):
                if seen(made_of.path) != made_of:
                    raise HasChanged(
                        f"{made_of.path}: has changed since it was read: someone else has saved it. Nothing was written, and "
                        "nothing of theirs is lost. Run the same command again."
                    )
                _into_place(temporary, target, overwrite, typed)
    except OSError as error:
        raise CannotWrite(why_not(typed, error)) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    _flush_folder(target.parent)
    _sweep(target)


@contextlib.contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Be the only one who replaces this file, on whatever machine. Raises OSError where the lock cannot be made."""
    lock = target.parent / f".{target.stem[:40]}.lock"
    last: tuple[int, int] | None = None
    since = time.monotonic()
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            with contextlib.suppress(OSError):
                own = lock.stat()
                if (own.st_ino, own.st_mtime_ns) != last:  # timed by this machine's clock: that of a file server may be off
                    last, since = (own.st_ino, own.st_mtime_ns), time.monotonic()
                elif time.monotonic() - since > LOCKED_SECONDS:
                    lock.unlink()
            time.sleep(0.01)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            lock.unlink()


def check_target(target: Path, *, overwrite: bool = False) -> None:
    """Raise CannotWrite before any work is done for a target that `write_atomically` would refuse, or that has no folder."""
    try:
        if not _checked(target, overwrite).parent.is_dir():
            raise CannotWrite(f"{target}: the folder {target.parent} does not exist. Make it, or choose another one.")
    except (OSError, ValueError) as error:
        raise CannotWrite(why_not(target, error)) from error


def is_same_file(one: Path, other: Path) -> bool:
    """Whether two names, links followed, are one file."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def check_ending(target: Path, *endings: str) -> None:
    """Raises CannotWrite where a file to be written has none of the endings (its name would say that it is something else) or
    is a folder.

    endings : with their dots, in lower case, the usual one first.
    """
    _refuse_folder(target)
    if target.suffix.lower() not in endings:
        found = f'the ending "{target.suffix}"' if target.suffix else "no ending"
        expected = " or ".join(f'"{one}"' for one in endings)
        raise CannotWrite(f"{target}: found {found}, expected {expected}. Name it {target.stem}{endings[0]}.")


def _refuse_folder(target: Path) -> None:
    if os.path.isdir(target):  # no error for a name that no file can have: whoever writes it says so
        raise CannotWrite(f"{target}: found a folder, expected a file name. Name the file.")


def check_copy_ending(target: Path, source: Path) -> None:
    """Raises CannotWrite where a copy of a workbook would have another ending than the workbook: Excel would not open it."""
    if source.suffix.lower() in WORKBOOK_ENDINGS:
        check_ending(target, source.suffix.lower())


def refuse_inputs(target: Path | None, *inputs: Path | None) -> None:
    """Raise CannotWrite where a target is one of the files that are read: whatever is to be overwritten, those are
    never changed."""
    if target is not None and any(one is not None and is_same_file(target, one) for one in inputs):
        raise CannotWrite(f"{target}: this command reads that file, so it never replaces it. Choose another name for the output.")


def _sweep(target: Path) -> None:
    """Take away what killed runs left of this target."""
    name = re.compile(re.escape(f".{target.stem[:40]}-") + r"[0-9a-f]{12}\.part")
    with contextlib.suppress(OSError):
        for entry in os.scandir(target.parent):
            if name.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    if time.time() - entry.stat(follow_symlinks=False).st_mtime > STALE_SECONDS:
                        os.unlink(entry.path)


def _checked(target: Path, overwrite: bool) -> Path:
    """The file that a target names, links followed; refused before anything is written."""
    typed, target = target, Path(os.path.realpath(target))
    _refuse_folder(typed)
    if not target.exists():
        return target
    if not overwrite:
        raise _exists(typed)
    if not target.is_file():
        raise CannotWrite(f"{typed}: is a device or a pipe, not a file. Choose another name.")
    for mark in (f".~lock.{target.name}#", f"~${target.name}"):
        if (target.parent / mark).exists():
            why = f"is open in another program ({mark} lies beside it)"
            raise CannotWrite(f"{typed}: {why}. Close it there first.")
    return target


def _exists(target: Path) -> CannotWrite:
    return CannotWrite(f"{target}: exists already. Choose another name, or pass --overwrite.")


def _into_place(temporary: Path, target: Path, overwrite: bool, typed: Path) -> None:
    """Rename, but never over a file that came to be meanwhile, unless replacing was asked for. typed : how a person named it."""
    if overwrite:
        os.replace(temporary, target)
        return
    try:
        os.link(temporary, target)
    except FileExistsError as error:
        raise _exists(typed) from error
    except (OSError, NotImplementedError) as error:  # a file system without hard links
        if target.exists():
            raise _exists(typed) from error
        os.rename(temporary, target)


def _flush_folder(folder: Path) -> None:
    """Make the rename itself durable where the system lets us."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def why_not(target: Path, error: OSError | ValueError) -> str:
    """Why a file cannot be written, as a sentence."""
    if not isinstance(error, OSError):
        return f"{str(target)!a}: is no name for a file ({error}). Choose another one."
    if getattr(error, "winerror", None) in _OPEN_ELSEWHERE and target.exists():
        return f"{target}: is open in another program. Close it there first."
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return f"{target}: the folder {target.parent} does not exist. Make it, or choose another one."
    if error.errno in _FORBIDDEN:
        return f"{target}: the folder or file may not be written to ({error.strerror}). Choose another place."
    if error.errno in _FULL:
        return f"{target}: the disk is full. Free some room, or choose another place."
    return f"{target}: cannot be written ({error.strerror or error}). Choose another place."
