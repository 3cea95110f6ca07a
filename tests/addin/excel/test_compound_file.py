"""Compound files: what goes in comes out, for our own reader and for olefile's."""

import io
import random
import zipfile

import olefile
import pytest

from counterask_addin.excel.compound_file import CompoundFileError, read_compound_file, write_compound_file
from counterask_addin.excel.xlwings_vba import xlwings_folder


def _read_with_olefile(data: bytes) -> dict[tuple[str, ...], bytes]:
    with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT) as file:
        return {tuple(path): file.openstream(path).read() for path in file.listdir()}


def test_streams_of_every_size_come_back_through_olefile_and_through_our_reader():
    chance = random.Random(1)
    sizes = [0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 70_000]
    tree = {
        "short": b"x",
        "A": {f"stream{size}": chance.randbytes(size) for size in sizes},
        "B": {"inner": {"deep": b"deep"}},
    }
    written = write_compound_file(tree)
    assert read_compound_file(written) == tree
    found = _read_with_olefile(written)
    assert {path[-1]: data for path, data in found.items() if path[0] == "A"} == tree["A"]
    assert found["B", "inner", "deep"] == b"deep"


def test_a_file_with_several_hundred_streams_and_several_fat_sectors_is_whole():
    tree = {f"s{number:03}": bytes([number % 256]) * 5_000 for number in range(300)}
    assert {path[0]: data for path, data in _read_with_olefile(write_compound_file(tree)).items()} == tree


def test_the_same_tree_gives_the_same_bytes():
    tree = {"one": b"1" * 5_000, "folder": {"two": b"2"}}
    assert write_compound_file(tree) == write_compound_file(tree)


@pytest.mark.parametrize("workbook", ["quickstart_standalone.xlsm", "addin/xlwings.xlam"])
def test_what_excel_itself_wrote_is_read_as_olefile_reads_it(workbook):
    with zipfile.ZipFile(xlwings_folder() / workbook) as package:
        data = package.read("xl/vbaProject.bin")
    tree = read_compound_file(data)
    for path, content in _read_with_olefile(data).items():
        part = tree
        for name in path:
            part = part[name]
        assert part == content


@pytest.mark.parametrize("name", ["", "a/b", "x" * 32, "a:b"])
def test_a_name_that_no_compound_file_can_hold_is_refused_with_a_sentence(name):
    with pytest.raises(CompoundFileError, match="cannot hold the name"):
        write_compound_file({name: b""})


def test_other_bytes_and_a_cut_file_are_refused_with_a_sentence():
    with pytest.raises(CompoundFileError, match="not a compound file"):
        read_compound_file(b"PK" + b"\0" * 600)
    with pytest.raises(CompoundFileError, match="cut short"):
        read_compound_file(write_compound_file({"a": b"a" * 9_000})[:2_000])
