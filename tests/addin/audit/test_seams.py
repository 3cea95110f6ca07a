"""Seals and approvals enter the audit as the part that knows them says; without that part they are not known."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import ModuleType

import pytest

from counterask_addin.audit import seams


@dataclass(frozen=True)
class Approval:
    """An approval as the seals tell it, as far as the audit asks."""

    verdict: str


@pytest.fixture(autouse=True)
def fresh() -> object:
    seams._seals.cache_clear()
    yield None
    seams._seals.cache_clear()


def test_void_approvals_are_counted_and_answered_ones_are_not_void(monkeypatch: pytest.MonkeyPatch) -> None:
    seals = ModuleType("counterask_addin.seals")
    seals.approvals_of = lambda file: [Approval("valid"), Approval("void"), Approval("answered"), Approval("void")]  # type: ignore[attr-defined]
    seals.status_of = lambda file: "sealed by Ruth Petersen"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "counterask_addin.seals", seals)
    assert seams.sealing_of(object()) == seams.Sealing("sealed by Ruth Petersen", 4, 2)


def test_without_the_part_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "counterask_addin.seals", None)
    assert seams.sealing_of(object()) == seams.Sealing(None, None, None)
