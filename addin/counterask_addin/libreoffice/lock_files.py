"""The files beside a workbook that say who has it open."""

from __future__ import annotations

from pathlib import Path


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


def remove_lock(path: Path) -> None:
    """Remove what a LibreOffice that is gone has left beside `path`. Only where there was none before it began."""
    path.with_name(f".~lock.{path.name}#").unlink(missing_ok=True)
