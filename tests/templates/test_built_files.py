"""The built files: the same bytes each time, nothing recalculated on opening, formulas spelled for their host."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from counterask_templates.build import draw_limits, draw_quote
from counterask_templates.examples import example_names, load_example
from counterask_templates.layout import RESULTS, RESULTS_SHEET, live_name, live_top
from counterask_templates.sheets import workbook_sheets

from .books import BOOKS, drawn, part

ROOT = Path(__file__).resolve().parents[2]

RESULTS_PART = (
    f"xl/worksheets/sheet{[sheet.name for sheet in workbook_sheets(is_limits_book=False)].index(RESULTS_SHEET) + 1}.xml"
)


@pytest.mark.parametrize("name", BOOKS)
def test_the_file_beside_the_code_is_what_the_code_draws(name: str) -> None:
    folder = "examples" if name in example_names() else "workbook_templates"
    assert (ROOT / folder / f"{name}.xlsx").read_bytes() == drawn(name), "run: python -m counterask_templates.build"


def test_drawing_twice_gives_the_same_bytes() -> None:
    assert draw_quote(load_example("software")) == draw_quote(load_example("software"))
    assert draw_limits() == draw_limits()


@pytest.mark.parametrize("name", BOOKS)
def test_nothing_makes_a_program_recalculate_the_file_as_it_opens_it(name: str) -> None:
    calculation = re.search("<calcPr[^>]*>", part(name, "xl/workbook.xml"))
    assert calculation is not None
    assert calculation[0] == '<calcPr calcId="191029"/>'
    assert "<Application>Microsoft Excel</Application>" in part(name, "docProps/app.xml")


@pytest.mark.parametrize("family, prefix", [("plain", ""), ("classic", ""), ("lite", "_xldudf_")])
def test_functions_are_spelled_as_the_host_stores_them(family: str, prefix: str) -> None:
    with zipfile.ZipFile(io.BytesIO(draw_quote(load_example("software"), family=family))) as package:
        sheet = package.read(RESULTS_PART).decode("utf-8")
    formulas = re.findall(r'<f t="array" ref="[A-Z0-9:]+">([^<]+)</f>', sheet)
    assert formulas == [f"{prefix}{spec.function}({','.join(spec.arguments)})" for spec in RESULTS]


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(ValueError, match='no host family "mac"'):
        draw_quote(family="mac")


@pytest.mark.parametrize("name", [name for name in BOOKS if name != "limits"])
def test_every_result_is_a_dynamic_array_with_cached_cells(name: str) -> None:
    assert "XLDAPR" in part(name, "xl/metadata.xml")
    sheet = part(name, RESULTS_PART)
    for spec in RESULTS:
        cell = re.search(rf'<c r="A{live_top(spec)}"([^>]*)><f t="array" ref="([A-Z0-9:]+)">[^<]*</f><v>', sheet)
        assert cell is not None, spec.key
        assert 'cm="1"' in cell[1]
        first, _, last = cell[2].partition(":")
        assert first == f"A{live_top(spec)}" and (last or first).endswith(str(live_top(spec) + spec.rows - 1))
    names = part(name, "xl/workbook.xml")
    assert all(f'name="{live_name(spec)}">{RESULTS_SHEET}!' in names for spec in RESULTS)
