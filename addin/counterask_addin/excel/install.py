"""Excel's side of the installation: two files, both the user's own, both taken away again by `uninstall`.

1. xlwings' settings file gets the interpreter that Excel is to start. Lines of others in it stay as they are.
2. The add-in goes into the folder whose workbooks Excel opens at its start; Excel trusts that folder by default.
On a Mac xlwings' script is a third: without it Excel may not start Python.

A plan is worked out first, from what is there, as a list of changes; `--dry-run` stops there. A small record keeps
what stood there before, so that `uninstall` can put it back and touches nothing that was changed since.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterask_addin.excel.machine import ExcelPlaces, Machine
from counterask_addin.excel.settings_file import find_setting, with_setting

# VBA reads text files in the system's own code page, whatever Python prefers.
_ENCODING = "mbcs" if os.name == "nt" else "utf-8"


class InstallError(RuntimeError):
    """Excel's side could not be set up or taken away; the sentence says what to do."""


@dataclass(frozen=True)
class FileChange:
    """One file to write, or to remove where `content` is None, with the sentence that says so to the user."""

    path: Path
    content: bytes | None
    sentence: str


def plan_install(
    machine: Machine, places: ExcelPlaces, addin: bytes, script: tuple[str, bytes] | None = None
) -> list[FileChange]:
    """The changes that set Excel up; an empty list where all is as it should be.

    addin : the content of counterask.xlam. script : name and content of xlwings' script for Macs.
    """
    wanted = {places.addin: addin}
    if places.script_folder is not None and script is not None:
        wanted[places.script_folder / script[0]] = script[1]
    python = str(machine.background_python)
    record = _read_record(places)
    before = _text_of(places.settings)
    old = find_setting(before or "", places.interpreter_key)
    changes = []
    text = with_setting(before or "", places.interpreter_key, python, places.newline)
    if text != before:
        sentence = f"xlwings starts {python} for Excel" + (f" (before: {old})." if old and old != python else ".")
        if old == python:
            sentence = f"{places.settings} is written so that Excel can read all of it."
        changes.append(FileChange(places.settings, _encoded(text), sentence))
    for path, content in wanted.items():
        if _bytes_of(path) != content:
            changes.append(FileChange(path, content, f"{path.name} goes to {path.parent}."))
    if not changes and record:
        return []
    first = not record
    note = {
        "interpreter": python,
        "interpreter_before": old if first else record["interpreter_before"],
        "settings_before": before if first else record["settings_before"],
        "settings_written": text,
        "folders": _missing_folders([places.settings, *wanted]) if first else record["folders"],
        "files": {str(path): _digest(content) for path, content in wanted.items()},
        # A file of another maker under our name is kept beside ours, and comes back at the end.
        "kept": [] if first else record["kept"],
    }
    for path in wanted:
        present = _bytes_of(path)
        if first and present is not None and path.suffix == ".xlam" and present != wanted[path]:
            aside = path.with_name(path.name + ".before")
            note["kept"].append([str(aside), str(path)])
            changes.insert(
                0, FileChange(aside, present, f"The {path.name} that was there is kept as {aside.name}.")
            )
    changes.append(FileChange(places.record, _json(note), "What was done is noted for `counterask uninstall`."))
    return changes


def plan_uninstall(places: ExcelPlaces) -> tuple[list[FileChange], list[str]]:
    """The changes that take everything away again, and what is left alone because somebody changed it since."""
    record = _read_record(places)
    if not record:
        return [], []
    changes, left = [], []
    text = _text_of(places.settings)
    present = find_setting(text or "", places.interpreter_key)
    if text is not None and text == record["settings_written"]:
        restored = record["settings_before"]  # nobody wrote in it since: it becomes what it was, to the byte
    elif present == record["interpreter"]:
        restored = with_setting(text or "", places.interpreter_key, record["interpreter_before"], places.newline)
    else:
        restored = text
    if text is not None and restored is None:
        changes.append(FileChange(places.settings, None, f"{places.settings} is removed."))
    elif restored is not None and restored != text:
        changes.append(
            FileChange(
                places.settings,
                _encoded(restored),
                "xlwings' settings name no Python of counterask any more.",
            )
        )
    elif present is not None and present != record["interpreter"]:
        left.append(f"{places.settings} names another Python by now ({present}); it stays.")
    for name, digest in record["files"].items():
        path = Path(name)
        content = _bytes_of(path)
        if content is not None and _digest(content) == digest:
            changes.append(FileChange(path, None, f"{path} is removed."))
        elif content is not None:
            left.append(f"{path} was changed since it was installed; it stays. Remove it by hand.")
    for aside, path_text in record["kept"]:
        content = _bytes_of(Path(aside))
        if content is not None:
            changes.append(FileChange(Path(path_text), content, f"{path_text} is again the one from before."))
            changes.append(FileChange(Path(aside), None, f"{aside} is removed."))
    changes.append(FileChange(places.record, None, f"{places.record} is removed."))
    return changes, left


def carry_out(changes: Sequence[FileChange]) -> None:
    """Write and remove. Raises InstallError naming the file that could not be changed."""
    for change in changes:
        try:
            if change.content is None:
                change.path.unlink(missing_ok=True)
                continue
            change.path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=change.path.parent, prefix=".counterask-")
            with os.fdopen(handle, "wb") as stream:
                stream.write(change.content)
            os.replace(temporary, change.path)
        except OSError as error:
            raise InstallError(
                f"{change.path} could not be changed: {error.strerror}. Close Excel and try again."
            ) from error


def remove_folders(folders: Sequence[str]) -> None:
    """Remove the folders that the installation made, deepest first, where they are empty."""
    for folder in sorted(folders, key=len, reverse=True):
        path = Path(folder)
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def folders_made(places: ExcelPlaces) -> list[str]:
    """The folders that the installation made, as the record has them."""
    return list(_read_record(places).get("folders", []))


def _read_record(places: ExcelPlaces) -> Mapping[str, Any]:
    text = _text_of(places.record)
    if text is None:
        return {}
    try:
        record = json.loads(text)
        return record if isinstance(record, dict) and "interpreter" in record else {}
    except json.JSONDecodeError:
        raise InstallError(
            f"{places.record} is damaged: remove it, run `counterask install` and then `counterask uninstall`."
        ) from None


def _missing_folders(paths: Sequence[Path]) -> list[str]:
    missing = {str(folder) for path in paths for folder in path.parents if not folder.exists()}
    return sorted(missing)


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _text_of(path: Path) -> str | None:
    content = _bytes_of(path)
    return None if content is None else content.decode(_ENCODING, errors="surrogateescape")


def _encoded(text: str) -> bytes:
    try:
        return text.encode(_ENCODING, errors="surrogateescape")
    except UnicodeEncodeError as error:
        raise InstallError(
            f"The path of this Python holds the character {text[error.start]!r}, which Excel's VBA cannot read on "
            "this system. Install Python in a folder without it, for example C:\\Python."
        ) from None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode()
