"""Excel's side of the installation, worked through on the layouts of Windows and Mac in temporary folders."""

from dataclasses import replace
from pathlib import Path

import pytest

from counterask_addin.excel.install import (
    InstallError,
    carry_out,
    folders_made,
    plan_install,
    plan_uninstall,
    remove_folders,
)
from counterask_addin.excel.machine import Machine, excel_bits, excel_places, find_excel
from counterask_addin.excel.settings_file import read_settings, unreadable_lines, with_setting

SCRIPT = ("xlwings-0.37.8.applescript", b"on VbaHandler(x)\nend\n")


def _machine(system, root):
    python = root / ("Python311/python.exe" if system == "windows" else "venv/bin/python")
    python.parent.mkdir(parents=True)
    python.touch()
    if system == "windows":
        python.with_name("pythonw.exe").touch()
    home = root / "home"
    home.mkdir()
    environment = {"APPDATA": str(home / "AppData/Roaming")} if system == "windows" else {}
    return Machine(system, environment, home, python, programs=root / "Applications")


@pytest.fixture(params=["windows", "mac"])
def machine(request, tmp_path):
    return _machine(request.param, tmp_path)


def _installed(machine, addin=b"the add-in"):
    places = excel_places(machine)
    changes = plan_install(machine, places, addin, SCRIPT)
    carry_out(changes)
    return places, changes


def _tree(root):
    return {path.relative_to(root): path.read_bytes() if path.is_file() else None for path in root.rglob("*")}


def _uninstall(places):
    changes, left = plan_uninstall(places)
    folders = folders_made(places)
    carry_out(changes)
    remove_folders(folders)
    return left


def test_the_places_are_those_where_excel_and_xlwings_look(tmp_path):
    windows = excel_places(_machine("windows", tmp_path / "w"))
    home = tmp_path / "w/home"
    assert windows.settings == home / ".xlwings/xlwings.conf"
    assert windows.addin == home / "AppData/Roaming/Microsoft/Excel/XLSTART/counterask.xlam"
    mac = excel_places(_machine("mac", tmp_path / "m"))
    home = tmp_path / "m/home/Library"
    assert mac.settings == home / "Containers/com.microsoft.Excel/Data/xlwings.conf"
    office = (
        "Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel/counterask.xlam"
    )
    assert mac.addin == home / office
    assert mac.script_folder == home / "Application Scripts/com.microsoft.Excel"
    assert excel_places(replace(_machine("mac", tmp_path / "o"), system="other")) is None


def test_installing_names_the_interpreter_and_puts_the_add_in_where_excel_opens_it(machine):
    places, changes = _installed(machine)
    python = (
        machine.executable.with_name("pythonw.exe") if machine.system == "windows" else machine.executable
    )
    assert read_settings(places.settings.read_text()) == [(places.interpreter_key, str(python))]
    assert places.addin.read_bytes() == b"the add-in"
    if machine.system == "mac":
        assert (places.script_folder / SCRIPT[0]).read_bytes() == SCRIPT[1]
    assert all(change.sentence.endswith(".") for change in changes)


def test_a_second_installation_has_nothing_to_do_and_a_new_add_in_is_exchanged(machine):
    places, _ = _installed(machine)
    assert plan_install(machine, places, b"the add-in", SCRIPT) == []
    carry_out(plan_install(machine, places, b"a newer add-in", SCRIPT))
    assert places.addin.read_bytes() == b"a newer add-in"
    assert _uninstall(places) == []
    assert _tree(machine.home) == {}


def test_a_plan_alone_changes_nothing(machine):
    assert plan_install(machine, excel_places(machine), b"the add-in", SCRIPT)
    assert _tree(machine.home) == {}


def test_uninstalling_leaves_the_home_as_it_was(machine):
    places, _ = _installed(machine)
    assert _uninstall(places) == []
    assert _tree(machine.home) == {}
    assert plan_uninstall(places) == ([], [])


def test_settings_of_others_come_back_to_the_byte(machine):
    places = excel_places(machine)
    places.settings.parent.mkdir(parents=True)
    text = (
        f'"PYTHONPATH","C:\\mine"\n"{places.interpreter_key}","C:\\Old\\pythonw.exe"\n"SHOW CONSOLE","False"'
    )
    places.settings.write_text(text)
    before = _tree(machine.home)
    _, changes = _installed(machine)
    assert dict(read_settings(places.settings.read_text()))["PYTHONPATH"] == "C:\\mine"
    assert any("before: C:\\Old\\pythonw.exe" in change.sentence for change in changes)
    _uninstall(places)
    assert _tree(machine.home) == before


def _python_of(machine):
    return str(machine.background_python)


def test_lines_of_others_keep_their_order_and_are_written_as_excel_reads_them(machine):
    places = excel_places(machine)
    places.settings.parent.mkdir(parents=True)
    key = places.interpreter_key
    text = f'"A","1"\n\n"{key.lower()}","C:\\Old\\python.exe"\n# a note\n"B","x, y"\r\n"ODD","1","2"\n  \n"{key}","again"\n'
    places.settings.write_bytes(text.encode())
    before = _tree(machine.home)
    _installed(machine)
    lines = places.settings.read_bytes().decode().split(places.newline)
    wanted = ['"A","1"', f'"{key}","{_python_of(machine)}"', '"# a note",""', '"B","x, y"', '"ODD","1,2"', ""]
    assert lines == wanted
    assert places.newline == ("\r\n" if machine.system == "windows" else "\n")
    assert _uninstall(places) == [] and _tree(machine.home) == before


def test_a_file_that_excel_cannot_read_is_written_again_even_if_it_names_the_right_python(machine):
    places, _ = _installed(machine)
    sound = places.settings.read_bytes()
    places.settings.write_bytes(b"\n" + sound)
    (change,) = [one for one in plan_install(machine, places, b"the add-in", SCRIPT) if one.path == places.settings]
    assert change.content == sound and "so that Excel can read" in change.sentence


@pytest.mark.parametrize(
    ("text", "newline", "said"),
    [
        ('"A","1"\r\n"B","2"\r\n', "\r\n", []),
        ('"A","1"\n"B","2"', "\n", []),
        ('"A","1"\n"B","2"\n', "\r\n", ["its lines end in LF alone"]),
        ('"A","1"\r\n\r\n"B","2"\r\n', "\r\n", ["line 2 is blank"]),
        ('"A","1"\r\n# note\r\n', "\r\n", ["line 2 is not a name and a value"]),
        ('"A","1","2"\r\n', "\r\n", ["line 1 is not a name and a value"]),
    ],
)
def test_what_vba_cannot_read_past_is_named(text, newline, said):
    assert unreadable_lines(text, newline) == said


def test_what_was_written_since_stays(machine):
    places, _ = _installed(machine)
    places.settings.write_text(places.settings.read_text() + '"CONDA ENV","base"\n')
    places.addin.write_bytes(b"changed by somebody")
    (left,) = _uninstall(places)
    assert "was changed since" in left
    assert read_settings(places.settings.read_text()) == [("CONDA ENV", "base")]
    assert places.addin.read_bytes() == b"changed by somebody"
    assert not places.record.exists()


def test_another_python_named_since_stays(machine):
    places, _ = _installed(machine)
    places.settings.write_text(with_setting("", places.interpreter_key, "C:\\Other\\python.exe", "\n"))
    (left,) = _uninstall(places)
    assert "names another Python" in left
    assert "Other" in places.settings.read_text()


def test_an_add_in_of_the_same_name_that_was_there_first_comes_back(machine):
    places = excel_places(machine)
    places.addin.parent.mkdir(parents=True)
    places.addin.write_bytes(b"somebody else's")
    before = _tree(machine.home)
    _installed(machine)
    assert places.addin.read_bytes() == b"the add-in"
    _uninstall(places)
    assert _tree(machine.home) == before


def test_a_damaged_record_is_told_with_a_way_out(machine):
    places, _ = _installed(machine)
    places.record.write_text("{")
    with pytest.raises(InstallError, match="damaged: remove it"):
        plan_uninstall(places)


def test_a_place_that_cannot_be_written_is_named(machine):
    places = excel_places(machine)
    places.addin.parent.parent.mkdir(parents=True)
    places.addin.parent.write_text("a file where a folder should be")
    with pytest.raises((InstallError, NotADirectoryError), match="could not be changed|Not a directory"):
        carry_out(plan_install(machine, places, b"the add-in", SCRIPT))


def test_excel_is_found_where_office_puts_it(tmp_path):
    machine = _machine("windows", tmp_path / "w")
    assert find_excel(machine) is None
    program = tmp_path / "Program Files/Microsoft Office/root/Office16/EXCEL.EXE"
    program.parent.mkdir(parents=True)
    program.touch()
    assert (
        find_excel(replace(machine, environment={"ProgramFiles": str(tmp_path / "Program Files")})) == program
    )
    paths = {r"HKEY_CURRENT_USER\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe": str(program)}
    assert find_excel(replace(machine, registry=lambda key, name: paths.get(key))) == program
    platform = replace(machine, registry=lambda key, name: "x86" if name == "Platform" else None)
    assert excel_bits(platform) == 32 and excel_bits(machine) is None
    mac = _machine("mac", tmp_path / "m")
    (tmp_path / "m/Applications/Microsoft Excel.app").mkdir(parents=True)
    assert find_excel(mac) == Path(tmp_path / "m/Applications/Microsoft Excel.app")
