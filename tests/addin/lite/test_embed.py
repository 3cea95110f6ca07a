"""Workbooks for xlwings Lite: the code inside is the source, byte for byte, and it runs."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy
import pandas
import pytest
import xlsxwriter
import xlwings
from lxml import etree

import counterask
from counterask.functions import catalogue
from counterask_addin.excel.package import PackageError, write_parts
from counterask_addin.lite.embed import (
    EXTENSION,
    build_lite,
    embedded_files,
    lite_name,
    lite_properties,
    lite_requirements,
    spell_for_lite,
)
from counterask_addin.lite.main_py import (
    LiteError,
    counterask_main_py,
    embedded_digest,
    files_of_main,
    main_py,
    package_files,
)

SOURCE = Path(counterask.__file__).parent
NAMES = [function.name for function in catalogue()]
WE = "{http://schemas.microsoft.com/office/webextensions/webextension/2010/11}"


@pytest.fixture
def plain(tmp_path):
    path = tmp_path / "plain.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Quote").write_formula("A1", "=_xldudf_DEAL_VALUE(B1:B2)", None, 5)
    return path


def _main():
    return counterask_main_py()


def _built(plain, name="lite.xlsx"):
    target = plain.with_name(name)
    build_lite(plain, target, {"main.py": _main()}, lite_requirements("0.37.8"), NAMES)
    return target


def test_the_code_in_the_workbook_is_the_source_byte_for_byte(plain):
    inside = embedded_files(_built(plain))
    assert inside == {
        path.relative_to(SOURCE.parent).as_posix(): path.read_bytes()
        for ending in ("*.py", "*.toml")
        for path in SOURCE.rglob(ending)
    }
    assert "counterask/functions.py" in inside and "counterask/__init__.py" in inside


def test_version_and_hash_of_the_source_stand_in_main_py(plain):
    text = lite_properties(_built(plain))["main.py"]
    assert f'VERSION = "{counterask.__version__}"' in text
    assert f'DIGEST = "{embedded_digest(package_files(SOURCE))}"' in text


def test_the_hash_changes_with_a_name_and_with_a_byte():
    digests = {
        embedded_digest(files)
        for files in ({"a.py": b"12"}, {"a.py": b"13"}, {"b.py": b"12"}, {"a.py": b"1", "b.py": b"2"}, {})
    }
    assert len(digests) == 5


def test_the_same_source_gives_the_same_workbook(plain):
    assert _built(plain, "one.xlsx").read_bytes() == _built(plain, "two.xlsx").read_bytes()


def test_the_parts_are_declared_and_everything_else_is_untouched(plain):
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(_built(plain)) as after:
        old, new = set(before.namelist()), set(after.namelist())
        assert new - old == {
            "xl/webextensions/webextension1.xml",
            "xl/webextensions/taskpanes.xml",
            "xl/webextensions/_rels/taskpanes.xml.rels",
        }
        for name in old - {"[Content_Types].xml", "_rels/.rels"}:
            assert before.read(name) == after.read(name)
        types = after.read("[Content_Types].xml").decode()
        assert "/xl/webextensions/webextension1.xml" in types and "/xl/webextensions/taskpanes.xml" in types
        assert 'Target="xl/webextensions/taskpanes.xml"' in after.read("_rels/.rels").decode()
        extension = etree.fromstring(after.read(EXTENSION))
    assert extension.find(f"{WE}reference").get("id") == "wa200008175"
    assert [p.get("name") for p in extension.iter(f"{WE}property")] == ["main.py", "requirements.txt"]
    assert json.loads(extension.find(f".//{WE}property").get("value")) == _main()
    ids = [element.text for element in extension.iter(f"{WE}customFunctionIds")]
    assert ids == sorted(lite_name(name) for name in NAMES)


def test_the_code_stays_far_below_the_two_megabytes_that_office_keeps_for_an_add_in(plain):
    with zipfile.ZipFile(_built(plain)) as package:
        assert package.getinfo(EXTENSION).file_size < 1_200_000


def test_the_requirements_pin_nothing_that_pyodide_brings_itself():
    assert lite_requirements("0.37.8").split() == ["xlwings==0.37.8", "numpy"]


def _bare_interpreter(tmp_path, code):
    """Run code in an interpreter that sees the standard library, numpy, pandas and xlwings, and nothing of ours."""
    site = tmp_path / "site"
    site.mkdir()
    packages = Path(numpy.__file__).parents[1]
    wanted = ("numpy", "pandas", "xlwings", "dateutil", "six.py", "tzdata", "pytz")
    for item in packages.iterdir():
        if item.name in wanted or item.name.startswith(("numpy.libs", "pandas.libs")):
            (site / item.name).symlink_to(item)
    assert Path(pandas.__file__).parents[1] == Path(xlwings.__file__).parents[1] == packages
    start = f"import sys; sys.path.append({str(site)!r})\n"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", start + code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=600,
    )


def test_the_code_runs_in_a_bare_interpreter_and_every_function_is_there(plain, tmp_path):
    (tmp_path / "main.py").write_text(lite_properties(_built(plain))["main.py"])
    done = _bare_interpreter(
        tmp_path,
        "import runpy, sys\n"
        "seen = runpy.run_path('main.py')\n"
        f"assert all(callable(seen[name]) for name in {NAMES!r})\n"
        "import counterask.pricing.valuation, counterask.functions\n"
        "assert counterask.pricing.valuation.__spec__.origin == 'counterask/pricing/valuation.py'\n"
        "print(seen['VERSION'], seen['DIGEST'])\n",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [counterask.__version__, embedded_digest(package_files(SOURCE))]


def test_an_error_inside_shows_the_module_and_the_line_of_the_source(tmp_path):
    files = {
        "counterask/__init__.py": b"",
        "counterask/functions.py": b"def DEAL_X():\n    return 1 / 0  # here\n",
    }
    (tmp_path / "main.py").write_text(main_py(files, ["DEAL_X"], "counterask.functions", "1"))
    code = (
        "import runpy, traceback\ncall = runpy.run_path('main.py')['DEAL_X']\n"
        "try:\n    call()\nexcept Exception:\n    traceback.print_exc()"
    )
    done = _bare_interpreter(tmp_path, code)
    assert 'File "counterask/functions.py", line 2, in DEAL_X' in done.stderr
    assert "return 1 / 0  # here" in done.stderr


def test_running_main_again_takes_the_new_code(tmp_path):
    files = {"counterask/__init__.py": b"", "counterask/functions.py": b"def DEAL_X():\n    return 1\n"}
    first = main_py(files, ["DEAL_X"], "counterask.functions", "1")
    (tmp_path / "main.py").write_text(first)
    (tmp_path / "again.py").write_text(first.replace("return 1\n", "return 2\n"))
    code = "import runpy\nprint([runpy.run_path(n)['DEAL_X']() for n in ('main.py', 'again.py')])"
    assert _bare_interpreter(tmp_path, code).stdout.strip() == "[1, 2]"


@pytest.mark.parametrize(
    "content",
    [b"x = '''a'''\n", b"x = 1\r\n", b"# ends in a quote '", b"\xff\xfe"],
    ids=["fence", "cr", "quote", "utf"],
)
def test_a_file_that_no_raw_literal_can_hold_is_refused_by_name(content):
    with pytest.raises(LiteError, match="counterask/odd.py"):
        main_py({"counterask/odd.py": content}, [], "counterask.functions", "1")


def test_backslashes_blank_lines_at_the_head_and_any_alphabet_come_back_as_they_are():
    files = {
        "p/a.py": rb"x = '\n\\' ",
        "p/b.py": b"\n\n# blank",
        "p/c.py": "é = 'Ω \u2028'".encode() + b" ",
        "p/d.py": b"",
    }
    assert files_of_main(main_py(files, ["DEAL_X"], "p.functions", "1")) == files


@pytest.mark.parametrize(
    ("formula", "spelled"),
    [
        ("=DEAL_VALUE(Lines,Terms)", "=_xldudf_DEAL_VALUE(Lines,Terms)"),
        ("=SUM(deal_value(A1), 1)", "=SUM(_xldudf_DEAL_VALUE(A1), 1)"),
        ('="DEAL_VALUE("&A1', '="DEAL_VALUE("&A1'),
        ("='DEAL_VALUE(x)'!A1", "='DEAL_VALUE(x)'!A1"),
        ("=MY_DEAL_VALUE(1)+_xldudf_DEAL_VALUE(1)", "=MY_DEAL_VALUE(1)+_xldudf_DEAL_VALUE(1)"),
        ("=DEAL_VALUE", "=DEAL_VALUE"),
    ],
)
def test_a_formula_is_spelled_as_excel_stores_it_for_lite(formula, spelled):
    assert spell_for_lite(formula, ["DEAL_VALUE"]) == spelled


def test_a_workbook_without_lite_code_or_with_another_add_in_is_told_apart(plain):
    with pytest.raises(LiteError, match="carries no xlwings Lite code"):
        embedded_files(plain)
    with pytest.raises(PackageError, match="carries an Office add-in already"):
        build_lite(_built(plain), plain.with_name("twice.xlsx"), {"main.py": ""}, "", [])
    with pytest.raises(LiteError, match="main.py"):
        build_lite(plain, plain.with_name("none.xlsx"), {"other.py": ""}, "", [])
    other = plain.with_name("other.zip")
    write_parts(other, {"[Content_Types].xml": b"<Types/>"})
    with pytest.raises(PackageError, match="not a workbook"):
        build_lite(other, plain.with_name("none.xlsx"), {"main.py": ""}, "", [])
