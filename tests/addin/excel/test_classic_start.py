"""The command with which Excel for Windows starts Python, taken from the VBA in the workbook and run in a hostile folder."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from counterask_addin.excel.classic_start import KEPT_OUT
from counterask_addin.excel.vba_project import VbaProjectError
from counterask_addin.excel.xlwings_vba import CHANGES, xlwings_modules, xlwings_project

# Python imports this module at its start. It puts the stand-ins for Windows in place, and in the place of xlwings' server,
# which needs a real Windows, a function that says what was loaded.
REPORT = """
import importlib.util, json, os, sys
from counterask_addin.excel import windows_stand_in

def serve(clsid):
    loaded = {name.partition(".")[0] for name in sys.modules}
    files = {name: getattr(sys.modules.get(name), "__file__", None) for name in BESIDE}
    print(json.dumps({"clsid": clsid, "loaded": sorted(loaded), "files": files, "path": sys.path, "flags": sys.flags.safe_path}))

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name != "xlwings":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module
        def exec_module(module):
            run(module)
            module.serve = serve
        spec.loader.exec_module = exec_module
        return spec

BESIDE = BESIDE_NAMES
sys.meta_path.insert(0, Watch())
"""
BESIDE = ("numpy", "xlwings", "counterask", "counterask_addin", "json", "win32api", "pandas")


def _vba_text(expression: str, values: dict[str, str]) -> str:
    """The text that a VBA expression gives that joins literals, variables, Chr(34) and the folder of Windows."""
    expression = expression.replace('Environ("SystemRoot")', r'"C:\Windows"')
    pieces = re.findall(r'"(?:[^"]|"")*"|Chr\(34\)|\w+', expression)
    return "".join(
        piece[1:-1].replace('""', '"') if piece.startswith('"') else '"' if piece == "Chr(34)" else values[piece]
        for piece in pieces
    )


def _words(command: str) -> list[str]:
    """A command line cut into words as Windows' C library cuts it: backslashes count only before a quote."""
    words, word, is_quoted, is_open = [], "", False, False
    for slashes, sign in re.findall(r"(\\*)(.?)", command):
        if sign == '"':
            word, is_open = word + "\\" * (len(slashes) // 2), True
            if len(slashes) % 2:
                word += '"'
            else:
                is_quoted = not is_quoted
        else:
            word += slashes
            if sign and (sign != " " or is_quoted):
                word, is_open = word + sign, True
            elif is_open or word:
                words, word, is_open = [*words, word], "", False
    return words


def _command(python: str) -> list[str]:
    """The words of the command that the VBA in our workbooks makes, once cmd.exe has taken off its own part."""
    source = xlwings_modules(xlwings_project())[0].source
    body = source.partition("Function XLPyCommand()")[2].partition("End Function")[0]
    tail = re.search(r"^ +tail = (.+)$", body, re.MULTILINE)[1]
    whole = re.search(r"^ +XLPyCommand = (PYTHON_WIN .+)$", body, re.MULTILINE)[1]
    start = re.findall(r'^ +PYTHON_WIN = (.+cmd\.exe .+)$', body, re.MULTILINE)[-1]
    values = {"PYTHON_WIN": python, "ConsoleSwitch": "", "LicenseKeyEnvString": "", "PYTHONPATH": "false;C:\\\\q\\\\a.xlsm;;;;;"}
    values["PYTHON_WIN"] = _vba_text(start, values)
    values["tail"] = _vba_text(tail, values)
    line = _vba_text(whole, values)
    shell = 'C:\\Windows\\System32\\cmd.exe  /K "'
    assert line.startswith(shell) and line.endswith('"')
    return _words(line.removeprefix(shell)[:-1])


@pytest.fixture
def started(tmp_path):
    """What that command loads when it is run in a folder that holds modules of the names that it imports."""
    quotes, site = tmp_path / "quotes", tmp_path / "site"
    for folder in (quotes, site):
        folder.mkdir()
    for name in BESIDE:
        (quotes / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r})\n")
    (site / "sitecustomize.py").write_text(REPORT.replace("BESIDE_NAMES", repr(BESIDE)))
    path = os.pathsep.join([str(site), *filter(None, sys.path)])
    command = _command(sys.executable)
    done = subprocess.run(command, cwd=quotes, env={"PYTHONPATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), tmp_path


def test_no_module_beside_a_quote_is_imported(started):
    answer, folder = started
    assert not (folder / "ran").exists()
    assert "" not in answer["path"] and str(folder / "quotes") not in answer["path"]
    assert all(file is None or str(folder) not in file for file in answer["files"].values())
    assert answer["clsid"] == "$(CLSID)" and answer["flags"]


def test_the_functions_start_without_pandas_and_matplotlib(started):
    answer, _ = started
    assert "numpy" in answer["loaded"] and "xlwings" in answer["loaded"]
    assert not set(KEPT_OUT) & set(answer["loaded"])


def test_the_functions_themselves_need_none_of_them_and_they_can_be_imported_afterwards():
    code = (
        "import counterask_addin.excel.classic_start, counterask_addin.excel.trusting_functions, sys;"
        f"assert not set({KEPT_OUT!r}) & set(sys.modules), sys.modules; import pandas, matplotlib"
    )
    starter = f"import sys; sys.path[:] = {sys.path!r}; {code}"
    done = subprocess.run([sys.executable, "-c", starter], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_all_open_quotes_ask_the_same_python():
    """xlwings starts one Python for each command; a command with the quote's path in it would be one for each quote."""
    body = xlwings_modules(xlwings_project())[0].source.partition("Function XLPyCommand()")[2].partition("End Function")[0]
    assert "PYTHONPATH" not in re.search(r"^ +tail = .+$", body, re.MULTILINE)[0]


def test_no_program_is_started_by_its_bare_name():
    source = xlwings_modules(xlwings_project())[0].source
    assert re.findall(r'"cmd(?:\.exe)? ', source) == []
    assert source.count(r'Environ("SystemRoot") & "\System32\cmd.exe ') == 3
    conda = re.search(r'^ +CondaCmd = Chr\(34\).+$', source, re.MULTILINE)[0]
    assert "set NoDefaultCurrentDirectoryInExePath=1&&" in conda


def test_settings_beside_a_quote_are_not_read_and_a_python_without_a_path_is_not_started():
    source = xlwings_modules(xlwings_project())[0].source
    get_config = source.partition("Function GetConfig(configKey")[2].partition("End Function")[0]
    assert 'If source = "directory" Then' in get_config and 'source = "" Or source = "directory"' not in get_config
    load = source.partition("Private Sub XLPyLoadDLL()")[2].partition("End Sub")[0]
    assert load.index('InStr(PYTHON_WIN, "\\") = 0 Then Err.Raise') < load.index("If LoadLibrary")


def test_an_xlwings_whose_vba_is_another_is_refused():
    project = xlwings_project()
    others = [replace(module, source=module.source.replace(CHANGES[0].theirs, "")) for module in project.modules]
    with pytest.raises(VbaProjectError, match="not the one that counterask was tested with"):
        xlwings_modules(replace(project, modules=tuple(others)))
