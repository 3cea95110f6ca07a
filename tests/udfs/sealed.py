"""A seal made in a test: the limits of the empty template, signed with a key that is the same in every run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from counterask.reading.tables import Table
from counterask.seals.seal import TABLES, seal_rows, signed_text
from counterask.seals.sealed_values import sealed_values
from counterask.verdicts.limits import Authority
from counterask_templates.examples import load_example
from counterask_templates.layout import TABLE_BY_NAME
from counterask_templates.tables import table_rows, with_header

Rows = list[list[Any]]
KEYS = {name: Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number, name in enumerate(("manager", "other"), 1)}
PLACES = ["places", "Limits=Limits!R6C1;Assumptions=Assumptions!R14C1;Policy=Assumptions!R5C1;Price_book=Price book!R5C1"]


def public(name: str = "manager") -> str:
    """A key's public half, in hex."""
    return KEYS[name].public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def ranges(example: str = "blank") -> dict[str, Rows]:
    """The sealed tables of an example, header first."""
    rows = table_rows(load_example(example))
    return {name: with_header(TABLE_BY_NAME[name], rows[name]) for name in TABLES}


def tables(cells: Mapping[str, Rows]) -> dict[str, Table]:
    """Ranges as tables whose place is not known."""
    return {name: Table.of_range(name, rows) for name, rows in cells.items()}


def seal(
    cells: Mapping[str, Rows], key: str = "manager", approvers: Mapping[str, Authority] | None = None, **said: Any
) -> Rows:
    """The range `Seal` for some tables. said : what is signed beside the values. approvers : by public key."""
    fields = {
        "owner": "Sales management",
        "effective": "2026-01-01",
        "expires": "2027-12-31",
        "sealed_at": "2026-03-01T09:00:00Z",
        "serial": 1,
        "scope": "EUR",
        "algorithm": "Ed25519",
        "public_key": public(key),
        **said,
    }
    text = signed_text(sealed_values(tables(cells)), fields, approvers)
    rows: Rows = [["Seal", "Value"], *seal_rows(text, KEYS[key].sign(text.encode()).hex()), list(PLACES)]
    return rows


def with_row(rows: Rows, name: str, value: Any) -> Rows:
    """The rows with another value in one of them."""
    return [[row[0], value] if row[0] == name else list(row) for row in rows]


def value_of(rows: Rows, name: str) -> Any:
    """The value in a row."""
    return next(row[1] for row in rows if row[0] == name)
