"""What holds for the tests of every room: one calm profile of hypothesis, no trusted keys, two LibreOffices, and short words for
unequal files.

Hypothesis tries the same examples in every run, without a clock, and whatever was imported before; with
`pytest --hypothesis-profile=search` it looks for new ones, and for more of them. Each file of tests goes to one worker
(`-n 2 --dist loadfile`): what a file sets up is set up once.
A worker starts each LibreOffice at most once, for every file that needs it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from counterask import functions
from counterask_addin.libreoffice import CalcHost, from_catalogue

_CALM = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("calm", deadline=None, derandomize=True, max_examples=60, suppress_health_check=_CALM)
settings.register_profile("search", deadline=None, max_examples=1500, suppress_health_check=_CALM)


def pytest_configure(config: pytest.Config) -> None:
    """The calm profile, unless the command line chose another; and no keys that the person who runs the tests trusts."""
    os.environ["COUNTERASK_TRUST"] = os.path.join(tempfile.gettempdir(), f"counterask-tests-trust-nothing-{os.getpid()}.json")
    if not config.getoption("--hypothesis-profile", None):
        settings.load_profile("calm")
        _forget_constants()


def _forget_constants() -> None:
    """Hypothesis mixes numbers and words from the modules that are imported at that moment into its examples. Which those are
    depends on the tests that a worker ran before, and so on how busy the machine is."""
    assert callable(providers._get_local_constants)
    nothing = providers.Constants()
    providers._get_local_constants = lambda: nothing


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Say where two files begin to differ, not all that is in them."""
    if op != "==" or not (isinstance(left, bytes) and isinstance(right, bytes) and len(left) + len(right) > 1000):
        return None
    pairs = enumerate(zip(left, right, strict=False))
    first = next((place for place, (one, other) in pairs if one != other), min(len(left), len(right)))
    return [
        f"{len(left)} bytes == {len(right)} bytes",
        f"first different at byte {first}: {left[first : first + 24]!r} and {right[first : first + 24]!r}",
    ]


@pytest.fixture(scope="session")
def calc() -> Iterator[CalcHost]:
    """A LibreOffice with the catalogue live."""
    with CalcHost(from_catalogue(functions.catalogue())) as running:
        yield running


@pytest.fixture(scope="session")
def plain_calc() -> Iterator[CalcHost]:
    """A LibreOffice without our functions, which keeps the saved results of what it opens."""
    with CalcHost(recalculate=False) as running:
        yield running


@pytest.fixture(scope="session")
def resave(plain_calc: CalcHost) -> Callable[..., Path]:
    """Opens a workbook in LibreOffice and saves it again: resave(path, folder), or with another kind than xlsx as well."""

    def through_libreoffice(path: Path, folder: Path, kind: str = "xlsx") -> Path:
        folder.mkdir(exist_ok=True)
        doc = plain_calc.open(path)
        saved = plain_calc.save_as(doc, folder / f"{path.stem}.{kind}", kind)
        plain_calc.close(doc)
        return saved

    return through_libreoffice
