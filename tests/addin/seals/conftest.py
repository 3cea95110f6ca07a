"""A manager with a key, limits that may be sealed, a quote, and a machine with a trust store of its own."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from counterask.seals.seal import trust_keys
from counterask_addin.cli import cli
from counterask_addin.seals.keys import PASSPHRASE, make_keys
from counterask_addin.seals.trust_store import VARIABLE
from counterask_addin.workbooks.addresses import cell_name
from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_templates.build import draw_limits, draw_quote
from counterask_templates.examples import load_example
from counterask_templates.layout import ASSUMPTIONS_TABLE, LIMITS_TABLE

SECRET = "open sesame"
BOTH_RIGHTS = ("--may-seal", "--may-approve", "finance")
REP_TO = cell_name(LIMITS_TABLE.first, LIMITS_TABLE.column("rep_to"))
"""How far a rep may go with the first lever of the limits, the discount."""
COST_OF_CAPITAL = cell_name(ASSUMPTIONS_TABLE.first, ASSUMPTIONS_TABLE.column("value"))
Run = Callable[..., Result]
Edit = Callable[[Path, str, str, Any], Path]


def staffing() -> dict[str, Any]:
    """The staffing example with limits of which none has expired."""
    document = copy.deepcopy(dict(load_example("staffing")))
    for row in document["limits"]:
        row["expires"] = "2099-12-31"
    return document


@pytest.fixture(scope="session")
def drawn() -> dict[str, bytes]:
    """The workbooks as they are drawn, and what tests make of them, once for all."""
    return {"limits": draw_limits(staffing()), "quote": draw_quote(staffing())}


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine that trusts nobody yet. Returns its trust store."""
    store = tmp_path / "machine" / "trust.json"
    monkeypatch.setenv(VARIABLE, str(store))
    monkeypatch.setenv(PASSPHRASE, SECRET)
    yield store
    trust_keys(())


@pytest.fixture
def limits(tmp_path: Path, drawn: dict[str, bytes]) -> Path:
    path = tmp_path / "limits.xlsx"
    path.write_bytes(drawn["limits"])
    return path


@pytest.fixture
def quote(tmp_path: Path, drawn: dict[str, bytes]) -> Path:
    path = tmp_path / "quote.xlsx"
    path.write_bytes(drawn["quote"])
    return path


@pytest.fixture
def key(tmp_path: Path, drawn: dict[str, bytes]) -> Path:
    """The manager's private key; the public one lies beside it."""
    path = tmp_path / "manager.key"
    if "key" not in drawn:
        make_keys(path, "Petra Kern", SECRET)
        drawn["key"], drawn["pub"] = path.read_bytes(), path.with_suffix(".pub").read_bytes()
    path.write_bytes(drawn["key"])
    path.with_suffix(".pub").write_bytes(drawn["pub"])
    return path


@pytest.fixture
def run() -> Run:
    """The command line: its words, and the exit code that is expected."""

    def call(*words: Any, code: int = 0) -> Result:
        done = CliRunner().invoke(cli, [str(word) for word in words])
        assert done.exit_code == code, (done.output, done.exception)
        return done

    return call


@pytest.fixture
def ask(run: Run) -> Callable[..., Any]:
    """The command line with --json, read."""
    return lambda *words, code=0: json.loads(run(*words, "--json", code=code).stdout)


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    """A copy of a workbook with one cell typed over; all else as it was."""
    count = iter(range(1000))

    def change(path: Path, sheet: str, cell: str, value: Any) -> Path:
        target = tmp_path / f"edited-{next(count)}.xlsx"
        patch_workbook(path, target, {sheet: {cell: CellEdit(value, keep_formula=False)}})
        return target

    return change


@pytest.fixture
def sealed(limits: Path, key: Path, run: Run, drawn: dict[str, bytes]) -> Path:
    """The limits, sealed."""
    path = limits.with_name("limits.sealed.xlsx")
    if "sealed" not in drawn:
        run("limits", "sign", limits, "--key", key)
        drawn["sealed"] = path.read_bytes()
    path.write_bytes(drawn["sealed"])
    return path


def resaved(path: Path) -> Path:
    """A workbook loaded and saved by openpyxl."""
    target = path.with_name(f"resaved-{path.name}")
    openpyxl.load_workbook(path).save(target)
    return target
