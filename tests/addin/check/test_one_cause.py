"""Many findings of one cause are shown as one that names it, with the count and the first cells; --full lists each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from counterask_addin.check import Finding, check_file, deal, finance, gathered, names, results
from counterask_addin.check.dependants import dependants
from counterask_addin.check.template import drawn_template
from counterask_addin.cli import cli
from counterask_addin.workbooks.addresses import cell_name
from counterask_addin.workbooks.read_cells import WorkbookCells, read_workbook
from counterask_templates.build import DRAWN_ON, draw_limits, draw_quote
from counterask_templates.layout import ASSUMED, ASSUMPTIONS_TABLE

from .package_edits import Parts, tag
from .test_check import document

NOW = "Cash flow now"
Plant = Callable[[Parts, WorkbookCells], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cause") / "quote.xlsx"
    path.write_bytes(draw_quote(document(), as_of=DRAWN_ON))
    return path


def planted(sound: Path, target: Path, plant: Plant) -> tuple[list[Finding], list[Finding]]:
    """What is found one by one, and what is shown."""
    parts = Parts(sound)
    plant(parts, read_workbook(sound))
    full = check_file(parts.write(target), None, DRAWN_ON)[1]
    shown = gathered(full)
    assert sorted(part.where for one in shown for part in one.parts or (one,)) == sorted(one.where for one in full)
    return full, [one for one in shown if one.kind != results.UNCOMPUTED]


def paste_as_values(parts: Parts, truth: WorkbookCells) -> None:
    for place, cell in truth.sheet(NOW).cells.items():  # type: ignore[union-attr]
        if cell.formula is not None and isinstance(cell.value, int | float | str):
            parts.type_over(NOW, cell_name(*place), cell.value)


def paste_a_column(parts: Parts, truth: WorkbookCells) -> None:
    cells = truth.sheet(NOW).cells  # type: ignore[union-attr]
    column = max({place[1] for place in cells}, key=lambda one: sum(p[1] == one and cells[p].formula is not None for p in cells))
    run = sorted(place for place in cells if place[1] == column and cells[place].formula is not None)[-60:]
    for place in run:
        parts.type_over(NOW, cell_name(*place), 7.0)


def delete_a_name_and_recalculate(parts: Parts, truth: WorkbookCells) -> None:
    defined = parts.book.find(tag("definedNames"))
    defined.remove(next(one for one in defined if one.get("name") == "Terms"))
    for sheet, place in dependants(drawn_template(), (), {"terms"}):
        cells = truth.sheet(sheet).cells  # type: ignore[union-attr]
        if place in cells:
            parts.set_value(parts.cell(sheet, cell_name(*place)), "#NAME?")


def delete_all_names(parts: Parts, _: WorkbookCells) -> None:
    defined = parts.book.find(tag("definedNames"))
    for one in list(defined):
        defined.remove(one)


def change_an_assumption_without_recalculating(parts: Parts, _: WorkbookCells) -> None:
    at = cell_name(ASSUMPTIONS_TABLE.first, ASSUMPTIONS_TABLE.column("value"))
    parts.set_value(parts.cell(ASSUMED, at), 0.2)


def type_over_one_and_recalculate(parts: Parts, truth: WorkbookCells) -> None:
    cells = truth.sheet(NOW).cells  # type: ignore[union-attr]
    numbers = (place for place in sorted(cells) if cells[place].formula and isinstance(cells[place].value, float))
    place = next(place for place in numbers if len(dependants(drawn_template(), {(NOW, place)}, ())) > 100)
    parts.type_over(NOW, cell_name(*place), 1e6)
    for sheet, other in dependants(drawn_template(), {(NOW, place)}, ()):
        cell = truth.sheet(sheet).cells.get(other)  # type: ignore[union-attr]
        if cell is not None and isinstance(cell.value, float):
            parts.set_value(parts.cell(sheet, cell_name(*other)), cell.value + 1e6)


@pytest.mark.parametrize(
    ("plant", "kind", "most", "words"),
    [
        (paste_as_values, results.OVERWRITTEN, 1, "cells hold values in place of formulas"),
        (paste_a_column, results.OVERWRITTEN, 1, "60 cells hold values in place of formulas"),
        (delete_a_name_and_recalculate, names.REDEFINED, 1, "there is no name terms"),
        (delete_all_names, names.REDEFINED, 1, "defined names are missing"),
        (change_an_assumption_without_recalculating, results.STALE, 1, "an input was changed and the file was not recalculated"),
        (type_over_one_and_recalculate, results.OVERWRITTEN, 1, "results that depend on it differ"),
    ],
)
def test_one_cause_is_one_finding_with_its_count(
    plant: Plant, kind: str, most: int, words: str, sound: Path, tmp_path: Path
) -> None:
    full, shown = planted(sound, tmp_path / "quote.xlsx", plant)
    assert len(full) > 20 and len(shown) <= most, [(one.kind, one.where, one.words) for one in shown]
    assert shown[0].kind == kind and words in shown[0].words and f"{shown[0].count:,}" in f"{len(full):,} {len(full) - 1:,}"
    assert shown[0].parts[0].where in shown[0].words or shown[0].parts[0].where == shown[0].where


def test_an_old_version_of_the_limits_is_one_finding(sound: Path, tmp_path: Path) -> None:
    other = document()
    for row in other["limits"]:
        row["expires"] = "2027-06-30"
    limits = tmp_path / "limits.xlsx"
    limits.write_bytes(draw_limits(other, as_of=DRAWN_ON))
    full = check_file(sound, limits, DRAWN_ON)[1]
    (shown,) = gathered(full)
    assert (shown.kind, shown.count) == (finance.LIMITS, len(full)) and len(full) > 12
    for row in other["limits"]:
        row["expires"] = "2026-01-31"
    old = tmp_path / "old.xlsx"
    old.write_bytes(draw_quote(other, as_of=DRAWN_ON))
    expired = [one for one in gathered(check_file(old, None, DRAWN_ON)[1]) if one.kind == deal.EXPIRED]
    assert len(expired) == 1 and expired[0].count == len(other["limits"])


def test_two_edits_that_have_nothing_to_do_with_each_other_stay_two(sound: Path, tmp_path: Path) -> None:
    def two(parts: Parts, _: WorkbookCells) -> None:
        for sheet in ("Margin", NOW):
            formulas = drawn_template().formulas[sheet]
            place = next(one for one in formulas if not dependants(drawn_template(), {(sheet, one)}, ()))
            parts.type_over(sheet, cell_name(*place), 5.0)

    full, shown = planted(sound, tmp_path / "quote.xlsx", two)
    assert [(one.kind, one.count) for one in shown] == [(results.OVERWRITTEN, 1)] * 2 and shown == full


def test_the_command_shows_the_cause_and_with_full_each_cell(sound: Path, tmp_path: Path) -> None:
    parts, target = Parts(sound), tmp_path / "quote.xlsx"
    paste_a_column(parts, read_workbook(sound))
    parts.write(target)

    def run(*words: Any) -> Any:
        done = CliRunner().invoke(cli, ["check", str(target), "--as-of", str(DRAWN_ON), *map(str, words)])
        assert done.exit_code == 1, done.output
        return done.stdout

    (one,) = json.loads(run("--json"))
    each = json.loads(run("--json", "--full"))
    assert one["count"] == len(each) == 60 and one["first"] == [row["where"] for row in each][:12]
    assert {row["count"] for row in each} == {1} and one["amount"] in {row["amount"] for row in each}
    said, full = run(), run("--full")
    assert "60 cells hold values in place of formulas" in said and "--full lists each" in said
    assert said.count("is typed over") <= 4 and full.count("is typed over") == 60 and "60 wrong" in full
