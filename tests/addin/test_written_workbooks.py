"""Every workbook that a command writes breaks no rule of Excel's, by our own list of rules and by a validator of others."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openxml_audit import OpenXmlValidator

from counterask.seals.seal import trust_keys
from counterask_addin.cli import VERBS, cli
from counterask_addin.commands.install import addin_content
from counterask_addin.excel.machine import ADDIN_NAME
from counterask_addin.seals.keys import PASSPHRASE, make_keys
from counterask_addin.seals.trust_store import VARIABLE
from counterask_templates.build import draw_limits, draw_quote
from counterask_templates.examples import load_example

from .excel_rules import broken_rules
from .older_quotes import without_sheet

ROOT = Path(__file__).parents[2]
Words = Sequence[Sequence[object]]


def _example() -> dict[str, Any]:
    """An example whose limits hold, so that they can be sealed."""
    document = copy.deepcopy(dict(load_example("staffing")))
    for row in document["limits"]:
        row["expires"] = "2099-12-31"
    return document


def _new(at: Path) -> Words:
    product = _example()["price_book"][0]["product"]
    return [
        ("new", at / "new.xlsx"),
        ("new", at / "new.xlsm"),
        ("new", at / "lite.xlsx", "--family", "lite"),
        ("new", at / "limits.xlsx", "--limits"),
        *(("new", at / f"filled{one}", "--limits", at / "quote.xlsx", "--product", f"{product}=2") for one in (".xlsx", ".xlsm")),
        ("new", at / "client.xlsx", "--client", "Acme", "--limits", at / "quote.xlsx"),
        ("new", at / "filled_lite.xlsx", "--family", "lite", "--limits", at / "quote.xlsx", "--product", f"{product}=2"),
    ]


def _limits(at: Path) -> Words:
    make_keys(at / "manager.key", "Petra Kern", "open sesame")
    (at / "limits.xlsx").write_bytes(draw_limits(_example()))
    return [
        ("limits", "sign", at / "limits.xlsx", "--key", at / "manager.key", "-o", at / "sealed.xlsx"),
        ("limits", "update", at / "quote.xlsx", "--from", at / "sealed.xlsx", "-o", at / "updated.xlsx"),
    ]


def _approve(at: Path) -> Words:
    make_keys(at / "manager.key", "Petra Kern", "open sesame")
    words = ("--trade", "T1", "--key", at / "manager.key", "--reason", "A first order", "--concession")
    return [("approve", at / "quote.xlsx", *words, "-o", at / "approved.xlsx")]


def _round(at: Path) -> Words:
    """Into a quote with the sheet, into one that was made before there was one, and into the history of another quote."""
    (at / "old.xlsx").write_bytes(without_sheet(at / "quote.xlsx", "Rounds"))
    later = _example()
    later["quote_number"] = "NHL-2026-05"
    (at / "next.xlsx").write_bytes(draw_quote(later))
    return [
        ("round", at / "quote.xlsx", "--by", "us", "-o", at / "first.xlsx"),
        ("round", at / "old.xlsx", "--by", "us", "-o", at / "added.xlsx"),
        ("round", at / "added.xlsx", "--by", "client", "--in-place"),
        ("round", at / "first.xlsx", "--into", at / "next.xlsx", "-o", at / "history.xlsx"),
    ]


def _withdraw(at: Path) -> Words:
    words = ("--trade", "T1", "--key", at / "manager.key", "--reason", "Sent to the wrong client")
    return [*_approve(at), ("withdraw", at / "approved.xlsx", *words, "-o", at / "withdrawn.xlsx")]


WRITES: dict[str, Callable[[Path], Words]] = {
    "demo": lambda at: [("demo", at, "--example", "software")],
    "new": _new,
    "value": lambda at: [("value", at / "quote.xlsx", "-o", at / "valued.xlsx")],
    "client-copy": lambda at: [
        ("client-copy", at / "quote.xlsx", "-o", at / f"{one}.xlsx", "--language", one) for one in ("en", "de")
    ],
    "check": lambda at: [("check", at / "quote.xlsx", "-o", at / "findings.xlsx")],
    "audit": lambda at: [("audit", at / "quote.xlsx", "-o", at / "report.xlsx")],
    "calibrate": lambda at: [("calibrate", ROOT / "examples" / "closed_deals", "-o", at / "proposal.xlsx", "--quotes", at)],
    "limits": _limits,
    "approve": _approve,
    "round": _round,
    "withdraw": _withdraw,
}
"""The verbs that write workbooks, and the words with which each is tried beside a quote."""
WRITES_NONE = {
    "approvals",
    "counter-asks",
    "packages",
    "prepare",
    "offers",
    "explain",
    "uncertainty",
    "card",
    "diff",
    "open",
    "uninstall",
    "doctor",
}
BY_HAND = {"install"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a quote, on a machine that trusts nobody."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "machine" / "trust.json"))
    monkeypatch.setenv(PASSPHRASE, "open sesame")
    trust_keys(())
    (tmp_path / "quote.xlsx").write_bytes(draw_quote(_example()))
    return tmp_path


def _faults(path: Path) -> list[str]:
    """What our rules and openxml-audit find in a file."""
    ours = [str(one) for one in broken_rules(path.read_bytes())]
    theirs = OpenXmlValidator(max_errors=20).validate(path)
    return ours + [str(one) for one in theirs.errors]


def test_each_verb_is_known_to_write_workbooks_or_not() -> None:
    assert set(WRITES) | WRITES_NONE | BY_HAND == set(VERBS)


@pytest.mark.parametrize("verb", WRITES)
def test_what_a_verb_writes_breaks_no_rule(folder: Path, verb: str) -> None:
    before = set(folder.rglob("*.xls*"))
    for words in WRITES[verb](folder):
        done = CliRunner().invoke(cli, [str(word) for word in words])
        assert done.exit_code in (0, 1) and (done.exception is None or isinstance(done.exception, SystemExit)), done.output
    written = set(folder.rglob("*.xls*")) - before
    assert written
    assert {path.name: found for path in written if (found := _faults(path))} == {}


def test_the_add_in_and_the_workbooks_of_the_repository_break_no_rule(tmp_path: Path) -> None:
    """`test_built_files` holds that those are what is built today."""
    (tmp_path / ADDIN_NAME).write_bytes(addin_content())
    kept = [*(ROOT / "workbook_templates").glob("*.xls*"), *(ROOT / "examples").glob("*.xlsx")]
    written = [tmp_path / ADDIN_NAME, *kept]
    assert {".xlsx", ".xlsm", ".xlam"} == {path.suffix for path in written}
    assert {path.name: found for path in written if (found := _faults(path))} == {}
