"""Files that appear whole or not at all: a temporary file in the same folder, flushed to disk, then renamed."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from ..errors import CannotRun


def write_bytes(target: Path, content: bytes, *, overwrite: bool = False) -> None:
    """Write `content` to `target` as a whole. Raises CannotRun as `write_atomically` does."""
    write_atomically(target, lambda file: file.write(content), overwrite=overwrite)


def write_atomically(target: Path, writer: Callable[[BinaryIO], object], *, overwrite: bool = False) -> None:
    """Let `writer` fill a temporary file that then becomes `target`. A link is followed to the file that it names.

    Raises CannotRun, with nothing left behind, where the target exists (unless `overwrite`), is open in another program, or
    the folder cannot be written to.
    """
    target = Path(os.path.realpath(target))
    if target.is_dir():
        raise CannotRun(f"{target}: found a folder, expected a file name. Name the file.")
    if target.exists() and not overwrite:
        raise CannotRun(f"{target}: exists already. Choose another name, or pass --overwrite.")
    for mark in (f".~lock.{target.name}#", f"~${target.name}"):
        if target.exists() and (target.parent / mark).exists():
            raise CannotRun(f"{target.name}: is open in another program ({mark} lies beside it). Close it there first.")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.stem[:40]}-", suffix=".part", dir=target.parent)
    except OSError as error:
        raise CannotRun(_why(target, error)) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            writer(file)
            file.flush()
            os.fsync(file.fileno())
        _same_permissions(temporary, target)
        _into_place(temporary, target, overwrite)
    except OSError as error:
        raise CannotRun(_why(target, error)) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    _flush_folder(target.parent)


def _into_place(temporary: Path, target: Path, overwrite: bool) -> None:
    """Rename, but never over a file that came to be meanwhile, unless replacing was asked for."""
    if overwrite:
        os.replace(temporary, target)
        return
    try:
        os.link(temporary, target)
    except FileExistsError as error:
        raise CannotRun(f"{target}: exists already. Choose another name, or pass --overwrite.") from error
    except OSError:  # a file system without hard links
        os.rename(temporary, target)


def _same_permissions(temporary: Path, target: Path) -> None:
    """Permissions of the file that is replaced, or those that a new file would have."""
    if target.exists():
        mode = target.stat().st_mode & 0o777
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    with contextlib.suppress(OSError):
        temporary.chmod(mode)


def _flush_folder(folder: Path) -> None:
    """Make the rename itself durable where the system lets us."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _why(target: Path, error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return f"{target}: the folder {target.parent} does not exist. Make it, or choose another with -o."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{target}: the folder or file may not be written to ({error.strerror}). Choose another place with -o."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{target}: the disk is full. Free some room, or choose another place with -o."
    return f"{target}: cannot be written ({error.strerror or error}). Choose another place with -o."
