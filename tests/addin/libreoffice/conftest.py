"""One real LibreOffice for all tests of this folder, and one workbook to try it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from counterask_addin.libreoffice import CalcHost

from .calc_demo import FUNCTIONS, write_workbook


@pytest.fixture(scope="session")
def host() -> Iterator[CalcHost]:
    with CalcHost(FUNCTIONS) as running:
        yield running


@pytest.fixture(scope="session")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_workbook(tmp_path_factory.mktemp("calc") / "quote.xlsx")


@pytest.fixture
def doc(host: CalcHost, workbook: Path) -> Iterator[Any]:
    opened = host.open(workbook)
    yield opened
    host.close(opened)


@pytest.fixture
def scratch(host: CalcHost, doc: Any) -> Callable[..., list[list[Any]]]:
    """Enter a formula as an array over a range of the empty sheet, and read what it gives there."""

    def enter(cells: str, formula: str) -> list[list[Any]]:
        doc.Sheets.getByName("Scratch").getCellRangeByName(cells).setArrayFormula(formula)
        return host.values(doc, "Scratch", cells)

    return enter
