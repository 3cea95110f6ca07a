"""VBA projects: oletools reads back exactly the source that went in."""

import io
import random

import olefile
import pytest
from oletools.olevba import VBA_Parser, decompress_stream

from counterask_addin.excel.vba_compression import VbaCompressionError, compress, decompress
from counterask_addin.excel.vba_project import (
    VbaProjectError,
    document_module,
    read_project,
    standard_module,
    write_project,
)
from counterask_addin.excel.xlwings_vba import vba_version, xlwings_project, xlwings_version


def _source(lines: int) -> str:
    return "".join(
        f"Public Function F{n}(x)\n    F{n} = x * {n} 'grüße §{n}\nEnd Function\n" for n in range(lines)
    )


def _streams_by_oletools(data: bytes) -> dict[str, bytes]:
    with olefile.OleFileIO(io.BytesIO(data)) as file:
        return {
            path[-1]: bytes(decompress_stream(bytearray(file.openstream(path).read())))
            for path in file.listdir()
            if path[0] == "VBA" and path[-1] not in ("_VBA_PROJECT", "dir")
        }


@pytest.mark.parametrize("lines", [1, 60, 1_500], ids=["small", "over 4 kB", "over 64 kB"])
def test_oletools_reads_back_exactly_the_source_that_went_in(lines):
    module = standard_module("Sample", _source(lines))
    data = write_project(xlwings_project().with_modules(module))
    assert _streams_by_oletools(data)["Sample"].decode("cp1252").replace("\r\n", "\n") == module.source
    (code,) = [
        code
        for _, _, name, code in VBA_Parser("vbaProject.bin", data).extract_macros()
        if name == "Sample.bas"
    ]
    assert code.replace("\r\n", "\n") == module.source


def test_every_module_of_xlwings_survives_and_so_does_its_kind():
    base = xlwings_project()
    again = read_project(write_project(base))
    assert again == base
    assert [(module.name, module.kind) for module in again.modules] == [
        ("ThisWorkbook", "document"),
        ("Sheet1", "document"),
        ("Module1", "standard"),
        ("Sheet2", "document"),
        ("xlwings", "standard"),
        ("Dictionary", "class"),
    ]


def test_the_vba_module_is_of_the_version_of_the_installed_package():
    assert vba_version(xlwings_project()) == xlwings_version()


def test_a_module_of_the_same_name_is_replaced_where_it_stands():
    base = xlwings_project()
    changed = base.with_modules(standard_module("Module1", "'new\n"), standard_module("Last", "'last\n"))
    assert [module.name for module in changed.modules] == [*(module.name for module in base.modules), "Last"]
    assert read_project(write_project(changed)).module("module1").code == "'new\n"


def test_a_document_module_is_written_as_excel_writes_it():
    assert xlwings_project().module("Sheet1") == document_module(
        "Sheet1", "{00020820-0000-0000-C000-000000000046}"
    )


def test_the_same_project_gives_the_same_bytes():
    assert write_project(xlwings_project()) == write_project(xlwings_project())


def test_the_compiled_cache_is_left_empty_so_that_excel_compiles_the_source():
    with olefile.OleFileIO(io.BytesIO(write_project(xlwings_project()))) as file:
        assert file.openstream("VBA/_VBA_PROJECT").read() == bytes.fromhex("cc61ffff000100")


@pytest.mark.parametrize(
    ("name", "code", "sentence"),
    [
        ("Sample", "'fine\n'≤ is not\n", r"module Sample, line 3: the character '≤'"),
        ("Sample", "'" + "x" * 1_023, "line 2: 1024 characters"),
        ("1st", "", 'cannot be called "1st"'),
        ("x" * 32, "", "cannot be called"),
        ("XLWINGS", "", 'called "XLWINGS"'),
    ],
)
def test_what_vba_cannot_hold_is_refused_with_module_and_line(name, code, sentence):
    base = xlwings_project()
    modules = (*base.modules, standard_module(name, code))
    with pytest.raises(VbaProjectError, match=sentence):
        write_project(type(base)(base.name, modules, base.settings, base.information, base.references))


def test_a_module_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(VbaProjectError, match='no module "Nothing"; it has ThisWorkbook'):
        xlwings_project().module("Nothing")


@pytest.mark.parametrize("seed", range(20))
def test_compression_agrees_with_oletools_on_text_and_on_noise(seed):
    chance = random.Random(seed)
    words = [chance.randbytes(chance.randint(1, 12)) for _ in range(40)]
    data = b"".join(chance.choice(words) for _ in range(chance.randint(0, 3_000)))
    assert bytes(decompress_stream(bytearray(compress(data)))) == data == decompress(compress(data))


def test_a_full_chunk_of_noise_is_kept_raw_and_a_short_one_is_refused():
    noise = random.Random(3).randbytes(4_096)
    assert bytes(decompress_stream(bytearray(compress(noise)))) == noise == decompress(compress(noise))
    with pytest.raises(VbaCompressionError, match="no source text"):
        compress(noise[:4_000])


def test_a_damaged_stream_is_refused_with_a_sentence():
    with pytest.raises(VbaCompressionError, match="does not begin"):
        decompress(b"\x02abc")
