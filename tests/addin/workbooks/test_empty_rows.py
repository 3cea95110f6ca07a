"""A sheet with formats down to its last row is read and copied in little memory, and keeps every one of those rows."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterask_addin.workbooks import empty_rows
from counterask_addin.workbooks.empty_rows import MARK, Run, without_runs
from counterask_addin.workbooks.errors import CannotWrite
from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_addin.workbooks.read_cells import read_workbook

from .handmade_package import PRINT_PEAK, SHEET, parts_of, sheet, zipped

LAST = 1_048_576


def formatted(first: int, last: int, columns: str = "ABCDEFGH") -> str:
    """Rows of cells that hold a format and nothing else."""
    row = "".join(f'<c r="{column}%d" s="1"/>' for column in columns)
    return "".join(f'<row r="{number}">{row.replace("%d", str(number))}</row>' for number in range(first, last + 1))


def filled(row: int, value: int) -> str:
    return f'<row r="{row}"><c r="A{row}"><v>{value}</v></c></row>'


def in_pieces(content: bytes, size: int) -> list[bytes]:
    return [content[place : place + size] for place in range(0, len(content), size)]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let runs be looked for in small sheets, so that a test of the rules needs no large one."""

    def use(size: int) -> None:
        monkeypatch.setattr(empty_rows, "CHUNK", size)
        for module in ("package", "repack"):
            monkeypatch.setattr(f"counterask_addin.workbooks.{module}.CHUNK", size)
        monkeypatch.setattr("counterask_addin.workbooks.package.LARGE", 0)

    return use


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 60)), min_size=1, max_size=8), st.sampled_from([64, 300, 1000, 5000]))
def test_what_is_left_out_is_empty_rows_alone_and_can_be_put_back(blocks: list[tuple[bool, int]], size: int) -> None:
    rows, number = "", 1
    for is_empty, count in blocks:
        for _ in range(count):
            rows += formatted(number, number) if is_empty else filled(number, number)
            number += 1
    content = sheet(rows).encode()
    runs: list[Run] = []
    kept = b"".join(without_runs(in_pieces(content, size), runs))
    assert MARK.sub(lambda mark: content[runs[int(mark[1])].start : runs[int(mark[1])].end], kept) == content
    for run in runs:
        left_out = content[run.start : run.end]
        assert b"<v>" not in left_out and left_out.startswith(b'<row r="%d"' % run.first) and left_out.endswith(b"</row>")
        assert f'<row r="{run.last}"' in left_out.decode() and f'<row r="{run.last + 1}"' not in left_out.decode()


def test_a_patched_sheet_has_its_edits_and_all_its_formatted_rows(
    tmp_path: Path, small_chunks: Callable[[int], None]
) -> None:
    small_chunks(2000)
    rows = filled(1, 5) + formatted(2, 400) + filled(401, 7) + formatted(402, 900)
    source, target = tmp_path / "source.xlsx", tmp_path / "target.xlsx"
    source.write_bytes(zipped(parts_of(rows)))
    assert {place: cell.value for place, cell in read_workbook(source).sheets[0].cells.items()} == {(1, 1): 5, (401, 1): 7}
    patch_workbook(source, target, {"S": {"A1": CellEdit(6), "B401": CellEdit("x")}})
    with zipfile.ZipFile(target) as package:
        written = package.read(SHEET).decode()
    assert re.findall(r'<row r="(\d+)"', written) == [str(number) for number in range(1, 901)]
    assert written.count('s="1"') == 8 * (399 + 499) and "empty-rows" not in written
    found = {place: cell.value for place, cell in read_workbook(target).sheets[0].cells.items()}
    assert found == {(1, 1): 6, (401, 1): 7, (401, 2): "x"}
    with pytest.raises(CannotWrite, match="row 800: is one of very many rows"):
        patch_workbook(source, tmp_path / "other.xlsx", {"S": {"A800": CellEdit(1)}})


@pytest.mark.parametrize("mark", ["<?empty-rows 0 1 9?>", "<?empty-rows 9 1 9?>", "<?empty-rows?>"])
def test_a_mark_that_somebody_else_wrote_into_a_sheet_does_no_harm(
    tmp_path: Path, small_chunks: Callable[[int], None], mark: str
) -> None:
    small_chunks(500)
    source, target = tmp_path / "source.xlsx", tmp_path / "target.xlsx"
    source.write_bytes(zipped(parts_of(filled(1, 5) + mark + formatted(20, 80) + filled(90, 1))))
    patch_workbook(source, target, {"S": {"A1": CellEdit(6)}})
    assert read_workbook(target).sheets[0].cells[1, 1].value == 6


ALONE = """
import sys
from pathlib import Path
from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_addin.workbooks.read_cells import read_workbook
source, target = map(Path, sys.argv[1:])
patch_workbook(source, target, {"S": {"B1": CellEdit(2)}})
print({place: cell.value for place, cell in read_workbook(target).sheets[0].cells.items()})
"""


def test_formats_dragged_to_the_last_row_are_no_reason_to_refuse_a_workbook(tmp_path: Path) -> None:
    source, target = tmp_path / "dragged.xlsx", tmp_path / "copy.xlsx"
    head, tail = sheet("\0").split("\0")
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, text in parts_of().items():
            if name != SHEET:
                package.writestr(name, text)
        with package.open(SHEET, "w") as part:
            writer = io.TextIOWrapper(part, encoding="utf-8")
            writer.write(head + filled(1, 5))
            for first in range(2, LAST, 4096):
                writer.write(formatted(first, min(first + 4095, LAST)))
            writer.write(tail)
            writer.flush()
    done = subprocess.run([sys.executable, "-c", ALONE + PRINT_PEAK, str(source), str(target)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-500:]
    found, megabytes = done.stdout.splitlines()
    assert found == "{(1, 1): 5.0, (1, 2): 2.0}"
    assert int(megabytes) < 400
    with zipfile.ZipFile(target) as package:
        written = package.read(SHEET)
    assert written.count(b"<row ") == LAST and written.rstrip().endswith(b"</worksheet>")
