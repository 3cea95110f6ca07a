"""What stops the host from starting is said in one sentence, and nothing is left behind."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from counterask_addin.libreoffice import (
    CalcHost,
    HostError,
    LiveFunction,
    Version,
    from_callable,
    office_process,
)
from counterask_addin.libreoffice.program import find_soffice, uno_for_this_python


def wait_until(reached: Callable[[], object]) -> None:
    """Wait for something that is certain to come; five minutes are for a machine on which it does not."""
    until = time.monotonic() + 300
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.01)


def program(folder: Path, script: str) -> str:
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_a_machine_without_libreoffice_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("counterask_addin.libreoffice.program._PLACES", ())
    monkeypatch.delenv("COUNTERASK_SOFFICE", raising=False)
    with pytest.raises(
        HostError, match="LibreOffice is not installed .* apt install libreoffice-calc python3-uno"
    ):
        find_soffice()


def test_a_wrong_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERASK_SOFFICE", "/no/such/soffice")
    with pytest.raises(HostError, match="There is no program /no/such/soffice"), CalcHost():
        pass


def test_a_libreoffice_that_ends_at_once_is_quoted(tmp_path: Path) -> None:
    soffice = program(tmp_path, "echo 'cannot open shared object file' >&2; exit 3")
    with (
        pytest.raises(
            HostError, match="ended with code 3 while it started; it said: cannot open shared object file"
        ),
        CalcHost(soffice=soffice),
    ):
        pass


def test_a_libreoffice_that_never_answers_is_given_up_and_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    child = tmp_path / "child"

    class Clock:
        """The time to start begins, and is over once the program is there."""

        has_begun = False

        def monotonic(self) -> float:
            is_over, self.has_begun = self.has_begun and child.exists(), True
            return 1000.0 if is_over else 0.0

        sleep = staticmethod(time.sleep)

    monkeypatch.setattr(office_process, "time", Clock())
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    soffice = program(tmp_path, f"sleep 1000 & echo $! > {child}.part; mv {child}.part {child}; wait")
    with (
        pytest.raises(HostError, match="did not answer within 300 seconds and said nothing"),
        CalcHost(soffice=soffice),
    ):
        pass
    state = Path("/proc") / child.read_text().strip() / "stat"
    wait_until(lambda: not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z")
    assert not list(tmp_path.glob("counterask-*"))


def test_a_uno_of_another_python_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "uno.py").touch()
    (tmp_path / "pyuno.so").write_bytes(b"\x7fELF\0libpython3.99.so.1.0\0")
    with pytest.raises(
        HostError, match=r"is built for Python 3\.99, this is Python .* run counterask with Python 3\.99"
    ):
        uno_for_this_python([tmp_path], tmp_path)
    with pytest.raises(HostError, match="python3-uno"):
        uno_for_this_python([], tmp_path)
    (tmp_path / "pyuno.so").write_bytes(b"\x7fELF\0libpython%d.%d.so.1.0\0" % sys.version_info[:2])
    assert uno_for_this_python([tmp_path], tmp_path) == tmp_path


def test_versions_are_refused_limited_or_full() -> None:
    old, limited, full = Version.read("6.4.7.2"), Version.read("7.4.7.2"), Version.read("25.2.3.2")
    assert "LibreOffice 6.4.7.2 is too old" in (old.refusal() or "")
    assert limited.refusal() is None
    assert "LibreOffice 7.4.7.2 works with limits" in (limited.shortfall() or "")
    assert full.refusal() is None
    assert full.shortfall() is None
    with pytest.raises(HostError, match="does not say which version"):
        Version.read("unknown")


def test_a_function_that_calc_could_not_call_is_refused() -> None:
    with pytest.raises(ValueError, match="'deal value' cannot be a function's name"):
        LiveFunction("deal value", len)
    with pytest.raises(ValueError, match="name each argument"):
        from_callable("TOTAL", lambda *amounts: sum(amounts))
    with pytest.raises(ValueError, match="has 1 arguments: 2 cannot be optional"):
        LiveFunction("TOTAL", sum, arguments=(("amounts", ""),), optional=2)
    with pytest.raises(ValueError, match="only arguments that cannot be left out"):
        LiveFunction("TOTAL", sum, arguments=(("amounts", ""),), optional=1, ranges=frozenset({0}))
