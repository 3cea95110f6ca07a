"""The doctor: each thing that stops the functions is found and comes with its remedy."""

import importlib
import json
import subprocess
import sys
from dataclasses import replace

import pytest

from counterask_addin.excel.doctor import examine, start_bare
from counterask_addin.excel.install import carry_out, plan_install
from counterask_addin.excel.machine import Machine, excel_places
from counterask_addin.excel.macro_workbook import build_xlam, classic_modules
from counterask_addin.excel.xlwings_vba import xlwings_version

EXCEL_KEY = r"HKEY_CURRENT_USER\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
ASR = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
SECURITY = r"Microsoft\Office\16.0\Excel\Security"


@pytest.fixture(scope="module")
def addin(tmp_path_factory):
    path = tmp_path_factory.mktemp("addin") / "counterask.xlam"
    build_xlam(path, classic_modules(path.name))
    return path.read_bytes()


@pytest.fixture
def windows(tmp_path, addin):
    """A Windows machine on which everything is as it should be."""
    python = tmp_path / "Python311/python.exe"
    excel = tmp_path / "Office16/EXCEL.EXE"
    for path in (python, excel, python.with_name(f"xlwings64-{xlwings_version()}.dll")):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    registry = {(EXCEL_KEY, ""): str(excel)}
    registry[r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Office\ClickToRun\Configuration", "Platform"] = "x64"
    machine = Machine(
        "windows", {}, tmp_path / "home", python, registry=lambda key, name: registry.get((key, name))
    )
    carry_out(plan_install(machine, excel_places(machine), addin))
    return machine


def _import(name):
    """Real imports, but for the one package that exists on Windows alone."""
    return None if name == "win32api" else importlib.import_module(name)


def _states(machine, workbook=None, importing=_import):
    return {finding.name: finding for finding in examine(machine, workbook, importing)}


def _with_registry(machine, key, name, value):
    return replace(machine, registry=lambda k, n: value if (k, n) == (key, name) else machine.registry(k, n))


def test_a_machine_that_is_set_up_has_nothing_to_mend_and_what_cannot_be_seen_is_not_called_fine(windows):
    findings = _states(windows)
    assert not [finding for finding in findings.values() if finding.state == "problem"]
    assert findings["macros"].state == "could not see"
    assert "64 bits" in findings["DLL"].sentence


def test_every_problem_has_a_mend_and_every_sentence_ends(windows):
    bare = replace(windows, home=windows.home / "nobody", registry=lambda key, name: None)
    for finding in examine(bare, None, _import):
        assert finding.sentence.endswith((".", "here."))
        assert finding.remedy or finding.state != "problem"


@pytest.mark.parametrize(
    ("spoil", "name", "says"),
    [
        (lambda m: excel_places(m).settings.unlink(), "settings", "does not know which Python"),
        (lambda m: excel_places(m).settings.write_text('"X","y"\n'), "settings", "names no INTERPRETER_WIN"),
        (
            lambda m: excel_places(m).settings.write_text('"INTERPRETER_WIN","gone.exe"\n'),
            "settings",
            "not there",
        ),
        (
            lambda m: excel_places(m).settings.write_bytes(b"\r\n" + excel_places(m).settings.read_bytes()),
            "settings",
            "line 1 is blank",
        ),
        (
            lambda m: excel_places(m).settings.write_bytes(excel_places(m).settings.read_bytes().replace(b"\r\n", b"\n")),
            "settings",
            "lines end in LF alone",
        ),
        (lambda m: excel_places(m).addin.unlink(), "add-in", "is missing"),
        (lambda m: excel_places(m).addin.write_bytes(b"damaged"), "add-in", "cannot be read"),
        (lambda m: [f.unlink() for f in m.executable.parent.glob("*.dll")], "DLL", "cannot reach Python"),
    ],
)
def test_what_is_missing_is_found(windows, spoil, name, says):
    spoil(windows)
    finding = _states(windows)[name]
    assert finding.state == "problem" and says in finding.sentence and finding.remedy


def test_an_excel_of_32_bits_asks_for_the_dll_of_32_bits(windows):
    key = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
    finding = _states(_with_registry(windows, key, "Platform", "x86"))["DLL"]
    assert finding.state == "problem" and "xlwings32-" in finding.sentence


def test_the_store_editions_of_excel_and_of_python_are_told(windows, tmp_path):
    store = tmp_path / "WindowsApps/EXCEL.EXE"
    store.parent.mkdir()
    store.touch()
    assert "Microsoft Store" in _states(_with_registry(windows, EXCEL_KEY, "", str(store)))["Excel"].sentence
    python = replace(windows, executable=tmp_path / "WindowsApps/python.exe")
    assert _states(python)["Python"].state == "problem"


@pytest.mark.parametrize(
    ("key", "name", "value", "says"),
    [
        ("HKEY_CURRENT_USER\\Software\\Policies\\" + SECURITY, "VBAWarnings", 4, "company's policy"),
        ("HKEY_CURRENT_USER\\Software\\" + SECURITY, "VBAWarnings", 4, "Trust Center"),
        (
            "HKEY_CURRENT_USER\\Software\\Policies\\" + SECURITY,
            "blockcontentexecutionfrominternet",
            1,
            "from the internet are blocked",
        ),
        ("HKEY_CURRENT_USER\\Software\\Policies\\" + SECURITY, "VBAWarnings", 3, "with a digital signature"),
        ("HKEY_CURRENT_USER\\Software\\" + SECURITY, "VBAWarnings", 3, "Trust Center"),
        ("HKEY_LOCAL_MACHINE\\Software\\Policies\\" + SECURITY, "VBAWarnings", 3, "company's policy"),
        ("HKEY_CURRENT_USER\\Software\\Policies\\" + SECURITY, "RequireAddinSig", 1, "signature are not loaded"),
        ("HKEY_CURRENT_USER\\Software\\" + SECURITY, "RequireAddinSig", 1, "counterask.xlam has none"),
        ("HKEY_CURRENT_USER\\Software\\" + SECURITY, "DisableAllAddins", 1, "All add-ins are switched off"),
        (
            "HKEY_CURRENT_USER\\Software\\" + SECURITY + "\\Trusted Locations",
            "AllLocationsDisabled",
            1,
            "does not trust the folder of the add-in",
        ),
        (
            r"HKEY_CURRENT_USER\Software\Policies\Microsoft\Office\16.0\Common\Security",
            "RequireAlwaysOnMacroSig",
            1,
            "trusted digital signature",
        ),
        (r"HKEY_CURRENT_USER\Software\Policies\Microsoft\Office\16.0\Common", "VBAOff", 1, "all of Office"),
        (ASR, "d4f940ab-401b-4efc-aadc-ad5f3c50688a", "1", "Excel cannot start Python."),
        (ASR, "D4F940AB-401B-4EFC-AADC-AD5F3C50688A", 1, "Excel cannot start Python."),
        (ASR, "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b", "6", "unless you allow it"),
        (
            r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager",
            "ASRRules",
            "be9ba2d9-53ea-4cdc-84e5-9b1eeee46550=1|92E97FA1-2EDF-4476-BDD6-9DD0B4DDDC7B=1",
            "the macros cannot load the DLL",
        ),
    ],
)
def test_blocked_macros_are_told_with_who_blocks_them(windows, key, name, value, says):
    finding = _states(_with_registry(windows, key, name, value))["macros"]
    assert finding.state == "problem" and says in finding.sentence and finding.remedy


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("HKEY_CURRENT_USER\\Software\\" + SECURITY, "VBAWarnings", 2),
        ("HKEY_CURRENT_USER\\Software\\" + SECURITY, "RequireAddinSig", 0),
        ("HKEY_CURRENT_USER\\Software\\" + SECURITY, "blockcontentexecutionfrominternet", 1),
        (ASR, "d4f940ab-401b-4efc-aadc-ad5f3c50688a", "2"),
    ],
)
def test_what_does_not_block_macros_is_not_called_a_problem(windows, key, name, value):
    assert _states(_with_registry(windows, key, name, value))["macros"].state == "could not see"


def test_a_policy_comes_before_a_persons_own_choice(windows):
    machine = _with_registry(windows, "HKEY_CURRENT_USER\\Software\\" + SECURITY, "VBAWarnings", 4)
    machine = _with_registry(machine, "HKEY_CURRENT_USER\\Software\\Policies\\" + SECURITY, "VBAWarnings", 2)
    assert _states(machine)["macros"].state == "could not see"


@pytest.mark.parametrize(("stops", "state"), [("ImportError: DLL load failed while importing numpy", "problem"), ("", "ok")])
def test_anacondas_python_is_started_without_its_own_folders_on_the_search_path(windows, stops, state):
    assert "Anaconda" not in _states(windows)
    (windows.executable.parent / "conda-meta").mkdir()
    started = []
    findings = examine(windows, None, _import, lambda python: started.append(python) or stops)
    (finding,) = [one for one in findings if one.name == "Anaconda"]
    assert finding.state == state and stops in finding.sentence and started == [windows.executable]


def test_a_python_that_does_not_start_says_why(tmp_path):
    broken = tmp_path / "python.exe"
    broken.write_text("#!/bin/sh\necho ImportError: DLL load failed >&2\nexit 1\n")
    broken.chmod(0o755)
    assert start_bare(broken) == "ImportError: DLL load failed"
    assert "No such file" in start_bare(tmp_path / "none.exe")


def test_a_module_that_does_not_import_is_named_with_its_error(windows):
    def importing(name):
        if name in ("lxml", "win32api"):
            raise ImportError("DLL load failed")
        return importlib.import_module(name)

    findings = _states(windows, importing=importing)
    assert "DLL load failed" in findings["module lxml"].sentence
    assert findings["pywin32"].state == "problem"


def test_a_quote_built_for_another_xlwings_is_told_and_one_marked_as_from_the_internet_too(
    windows, addin, tmp_path
):
    book = tmp_path / "quote.xlsm"
    book.write_bytes(addin)
    assert _states(windows, book)["workbook"].state == "ok"
    (tmp_path / "quote.xlsm:Zone.Identifier").write_text("[ZoneTransfer]\nZoneId=3\n")
    assert "internet" in _states(windows, book)["Protected View"].sentence
    assert _states(windows, tmp_path / "none.xlsm")["workbook"].state == "problem"


def test_settings_beside_a_quote_and_a_quote_on_onedrive_are_told(windows, addin, tmp_path):
    cloud = tmp_path / "OneDrive - Firm"
    cloud.mkdir()
    book = cloud / "quote.xlsm"
    book.write_bytes(addin)
    (cloud / "xlwings.conf").write_text('"INTERPRETER_WIN","evil.exe"\n')
    findings = _states(replace(windows, environment={"OneDriveCommercial": str(cloud)}), book)
    assert "lies on OneDrive" in findings["OneDrive"].sentence
    assert findings["settings beside the quote"].state == "problem"


def test_a_mac_is_told_that_its_live_functions_are_those_of_lite(tmp_path):
    machine = Machine("mac", {}, tmp_path, tmp_path / "bin/python", programs=tmp_path)
    assert "xlwings Lite" in _states(machine)["live functions"].remedy
    assert _states(machine)["macros"].state == "could not see"


def _counterask(*arguments):
    code = f"import sys; sys.path[:] = {sys.path!r}; from counterask_addin.cli import cli; cli({list(arguments)!r})"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def test_the_command_says_what_it_saw_here_also_as_json():
    done = _counterask("doctor", "--json")
    findings = json.loads(done.stdout)["findings"]
    assert {"name", "state", "sentence", "remedy"} == set(findings[0])
    problems = [finding for finding in findings if finding["state"] == "problem"]
    assert done.returncode == (1 if problems else 0)
    assert "could not be checked." in _counterask("doctor").stdout


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="here there may be an Excel")
def test_where_there_is_no_excel_install_and_uninstall_say_what_to_do_instead():
    done = _counterask("install")
    assert done.returncode == 2
    assert "counterask open" in done.stderr and "xlwings Lite" in done.stderr
    assert _counterask("uninstall").returncode == 2
