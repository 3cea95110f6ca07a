"""The house itself: who imports whom, what an import costs, and that what the README says is so."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {
    "counterask": ROOT / "udfs" / "counterask",
    "counterask_templates": ROOT / "workbook_templates" / "counterask_templates",
    "counterask_addin": ROOT / "addin" / "counterask_addin",
}
ORDER = list(ROOMS)


def modules(package: str) -> list[Path]:
    """The modules of a package."""
    return sorted(ROOMS[package].rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The top-level packages that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", ORDER)
def test_rooms_import_only_down_the_list(package: str) -> None:
    above = set(ORDER[ORDER.index(package) + 1:])
    assert {str(path): bad for path in modules(package) if (bad := imported(path) & above)} == {}


def test_the_engine_needs_numpy_and_nothing_else() -> None:
    allowed = set(sys.stdlib_module_names) | {"numpy", "counterask"}
    foreign = {path.name: bad for path in modules("counterask") if (bad := imported(path) - allowed)}
    assert foreign == {"functions.py": {"xlwings"}}


def test_importing_the_engine_loads_nothing_heavy() -> None:
    script = "import json, sys, counterask.trades, counterask.deal_json; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert "numpy" in loaded
    assert not loaded & {"pandas", "openpyxl", "xlwings", "scipy", "lxml", "xlsxwriter", "rich", "click"}


def test_the_command_line_starts_without_loading_hosts() -> None:
    script = "import sys; from counterask_addin.cli import cli; cli(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "'xlwings'" not in done.stdout and "'lxml'" not in done.stdout and "'numpy'" not in done.stdout


@pytest.mark.parametrize("package", ORDER)
def test_no_module_is_two_things(package: str) -> None:
    long = {path.name: lines for path in modules(package) if (lines := len(path.read_text().splitlines())) > 500}
    assert long == {}


@pytest.mark.parametrize("package", ORDER)
def test_every_module_opens_with_its_idea(package: str) -> None:
    assert [path.name for path in modules(package) if not ast.get_docstring(ast.parse(path.read_text()))] == []


def project() -> dict[str, object]:
    """The project table of pyproject.toml."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert isinstance(table, dict)
    return table


def test_every_dependency_has_a_lower_bound_and_a_reason() -> None:
    words = (ROOT / "docs" / "dependencies.md").read_text().lower()
    extras = project().get("optional-dependencies", {})
    assert isinstance(extras, dict)
    wanted = [*project()["dependencies"], *(one for group in extras.values() for one in group)]  # type: ignore[misc]
    for one in wanted:
        name = re.match(r"[A-Za-z0-9_.-]+", one)
        assert name is not None and name[0].lower() in words, one
        assert ">=" in one or "==" in one, one


def test_ci_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    commands = re.findall(r"^```\n(python3 run\.py \w+)\n```$", readme, re.MULTILINE)
    assert commands == ["python3 run.py demo", "python3 run.py test"]
    script = (ROOT / ".ci" / "run").read_text().splitlines()
    assert script[-1] == commands[1]


def test_every_file_that_the_readme_names_is_there() -> None:
    links = re.findall(r"\]\(((?!http)[^)#]+)", (ROOT / "README.md").read_text())
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_lock_files_hold_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-test.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert text.count("==") <= text.count("--hash=sha256:")
