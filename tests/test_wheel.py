"""The wheel, built from the checkout and installed in a virtual environment of its own, beside the locked packages alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def _run(*command: object, cwd: Path = ROOT, code: int = 0) -> str:
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def _locked_packages(folder: Path) -> None:
    """The packages of requirements.lock, and no others, in a folder."""
    for name in re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE):
        try:
            found = distribution(name)
        except PackageNotFoundError:  # one for another system
            continue
        for top in {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}:
            source = Path(str(found.locate_file(top)))
            if not (folder / top).exists() and source.exists():
                os.symlink(source, folder / top, target_is_directory=source.is_dir())


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the programs of a virtual environment in which the wheel is installed."""
    wheels, home = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("venv")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    _run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", wheels, ROOT)
    (wheel,) = wheels.glob("counterask-*.whl")
    _run(sys.executable, "-m", "venv", "--without-pip", home)
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    python = next(programs.glob("python*"))
    packages = Path(_run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    _locked_packages(packages)
    _run(*pip, "--python", python, "install", "--no-deps", "--no-index", wheel)
    return programs


def test_the_wheel_holds_all_that_the_command_needs(installed: Path, tmp_path: Path) -> None:
    counterask = installed / "counterask"
    code = "import counterask, counterask_addin; print(counterask.__file__)"
    where = _run(installed / "python", "-P", "-c", code, cwd=tmp_path)
    assert str(installed.parent) in where
    for name in ("quote.xlsx", "quote.xlsm", "lite.xlsx"):
        family = ("--family", "lite") if name == "lite.xlsx" else ()
        _run(counterask, "new", tmp_path / name, *family, cwd=tmp_path)
        assert (tmp_path / name).stat().st_size > 10_000
    assert "unbalanced" in _run(counterask, "demo", tmp_path / "demo", cwd=tmp_path)


def test_the_doctor_misses_no_package_that_the_wheel_does_not_ask_for(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run([str(installed / "counterask"), "doctor", "--json"], cwd=tmp_path, capture_output=True, text=True)
    findings = json.loads(done.stdout)["findings"]
    assert [one for one in findings if one["name"].startswith("module ") and one["state"] != "ok"] == []


def test_no_page_and_no_message_looks_for_us_on_a_package_index() -> None:
    """There is no release yet: `pip install counterask` finds nothing, or somebody else's package of that name."""
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    messages = [*(ROOT / "addin").rglob("*.py"), *(ROOT / "addin").rglob("*.bas"), *(ROOT / "udfs").rglob("*.py")]
    named = re.compile(r"pip install[^`\n]*\s\"?counterask(?![\w-])")
    found = [(page.name, one[0]) for page in (*pages, *messages) for one in named.finditer(page.read_text(encoding="utf-8"))]
    assert found == []
