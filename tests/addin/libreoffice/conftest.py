"""One real LibreOffice for all tests of this folder, one workbook to try it with, and a display for those who look."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from counterask_addin.libreoffice import CalcHost

from .calc_demo import FUNCTIONS, write_workbook
from .person import Person


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


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """The name of a display that is on no screen."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-noreset", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as answer:
        name = f":{answer.readline().strip()}"
    yield name
    server.terminate()
    server.wait()


@pytest.fixture
def start(display: str, tmp_path: Path) -> Iterator[Callable[..., Person]]:
    """Starts a person's session with a workbook of its own; see Person for what can be given."""
    started: list[Person] = []

    def begin(*moment: str, **settings: Any) -> Person:
        folder = tmp_path / f"quote{len(started)}"
        folder.mkdir()
        started.append(Person(write_workbook(folder / "quote.xlsx"), display, *moment, **settings))
        return started[-1]

    yield begin
    for person in started:
        person.give_up()


@pytest.fixture
def person(start: Callable[..., Person]) -> Person:
    return start()
