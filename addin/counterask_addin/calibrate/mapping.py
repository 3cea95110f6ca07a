"""The mapping file: which file or sheet holds a table, what its columns are called, and what its words mean. TOML.

as_of = 2026-06-30
dates = "day first"
decimal = ","
[contracts]
file = "crm_export.csv"
[contracts.columns]
contract = "Opportunity ID"
[contracts.words]
"Lost to competitor" = "choice"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ..errors import CannotRun
from .columns import TABLES, InputColumn

ORDERS = ("day first", "month first")


@dataclass(frozen=True)
class TableMapping:
    """Of one table. file, sheet : where it is, "" where its own name says it. columns : our name -> theirs. words : what
    stands in a cell of text or of yes and no, in small letters -> what it means."""

    file: str = ""
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mapped:
    """A mapping file. as_of : the last day that the data cover, None where it says nothing. dates : one of `ORDERS`, or "".
    decimal : the decimal sign, "" where it says nothing."""

    as_of: date | None = None
    dates: str = ""
    decimal: str = ""
    tables: Mapping[str, TableMapping] = field(default_factory=dict)

    def of(self, table: str) -> TableMapping:
        """The mapping of a table."""
        return self.tables.get(table, TableMapping())


def read_mapping(
    path: Path | None, known: Mapping[str, Sequence[InputColumn]] = TABLES, page: str = "docs/calibrate.md"
) -> Mapped:
    """The mapping in a file; none where there is no file. Raises CannotRun with every fault.

    known : the tables that it may describe, with their columns. page : where a person can read about it.
    """
    if path is None:
        return Mapped()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CannotRun(f"{path}: cannot be read ({error.strerror}). Check the name.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CannotRun(f"{path.name}: is not a mapping file in TOML ({error}). See {page}.") from error
    faults: list[str] = []
    tables = {}
    for key, value in document.items():
        if key in ("as_of", "dates", "decimal"):
            continue
        if key not in known or not isinstance(value, dict):
            faults.append(f'{path.name}: found "{key}", expected one of: as_of, dates, decimal, {", ".join(known)}.')
        else:
            tables[key] = _table(path.name, key, value, {column.name for column in known[key]}, faults)
    as_of = document.get("as_of")
    as_of = as_of.date() if isinstance(as_of, datetime) else as_of
    if as_of is not None and not isinstance(as_of, date):
        faults.append(f"{path.name} · as_of: found {as_of!r}, expected a day without quotes: 2026-06-30.")
    dates, decimal = document.get("dates", ""), document.get("decimal", "")
    if dates not in ("", *ORDERS):
        faults.append(f'{path.name} · dates: found {dates!r}, expected "day first" or "month first".')
    if decimal not in ("", ".", ","):
        faults.append(f'{path.name} · decimal: found {decimal!r}, expected "." or ",".')
    if faults:
        raise CannotRun(*faults)
    return Mapped(as_of, dates, decimal, tables)


def _table(name: str, table: str, value: Mapping[str, Any], known: Set[str], faults: list[str]) -> TableMapping:
    columns, words = value.get("columns", {}), value.get("words", {})
    for key in set(value) - {"file", "sheet", "columns", "words"}:
        faults.append(f'{name} · {table}: found "{key}", expected one of: file, sheet, columns, words.')
    if not isinstance(columns, dict) or not isinstance(words, dict):
        faults.append(f"{name} · {table}: columns and words are tables of their own: [{table}.columns].")
        return TableMapping()
    for key in set(columns) - known:
        faults.append(f'{name} · {table}.columns: found "{key}", expected one of: {", ".join(sorted(known))}.')
    meant = {str(word).strip().casefold(): str(meaning) for word, meaning in words.items()}
    return TableMapping(
        str(value.get("file", "")), str(value.get("sheet", "")), {key: str(word) for key, word in columns.items()}, meant
    )
