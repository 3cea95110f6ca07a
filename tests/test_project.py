"""The house itself: who imports whom, what an import costs, what is declared and shipped, and what the README says."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from counterask.explaining.formulas import YEAR_OF_LIABILITY
from counterask.inputs.assumptions import ASSUMPTIONS
from counterask.inputs.levers import LANGUAGES
from counterask.pricing.components import COMPONENTS
from counterask_templates.built import LIMITS_FILE, QUOTE_FILES, name_in

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {
    "counterask": ROOT / "udfs" / "counterask",
    "counterask_templates": ROOT / "workbook_templates" / "counterask_templates",
    "counterask_addin": ROOT / "addin" / "counterask_addin",
}
ORDER = list(ROOMS)
OF_OTHER_PROGRAMS = {"uno", "unohelper", "pythoncom", "pywintypes", "win32api", "win32com", "winreg"}
"""Modules that come with LibreOffice, with Windows, or with xlwings there."""


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


def project() -> dict[str, Any]:
    """The project table of pyproject.toml."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert isinstance(table, dict)
    return table


def plain_name(requirement: str) -> str:
    """The name of the distribution that a requirement asks for, in the one spelling that compares."""
    found = re.match(r"[A-Za-z0-9_.-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def locked(name: str) -> set[str]:
    """The pins of a lock file: "name==version", without the systems they are for."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9][\w.-]*==[^ ;\\]+)", text, re.MULTILINE))


CALLED_ALIKE = {
    "command": r"commands/\w+\.py",
    "draw": r"counterask_templates/sheet_\w+\.py",
    "main": r"(cli|buttons|classic_process)\.py",
}
"""Names by which every module of a kind is called, and the modules: commands, sheets, programs."""


def defined_name(node: ast.stmt) -> str:
    """The name of the function, class or type that a statement defines for other modules; "" where it defines none of them."""
    name = ""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        name = node.name
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and not node.targets[0].id.isupper():
        name = node.targets[0].id
    return name if not name.startswith("_") else ""


def test_a_public_name_means_one_thing() -> None:
    """A function, class or type that two modules define is either the same thing twice or two things under one name."""
    homes: dict[str, list[str]] = {}
    for package in ROOMS:
        for path in modules(package):
            place = path.relative_to(ROOT).as_posix()
            for name in map(defined_name, ast.parse(path.read_text(encoding="utf-8")).body):
                if name and not (name in CALLED_ALIKE and re.search(rf"{CALLED_ALIKE[name]}$", place)):
                    homes.setdefault(name, []).append(place)
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


@pytest.mark.parametrize("package", ORDER)
def test_rooms_import_only_down_the_list(package: str) -> None:
    above = set(ORDER[ORDER.index(package) + 1 :])
    assert {str(path): bad for path in modules(package) if (bad := imported(path) & above)} == {}


ENGINE_ROOMS = ("inputs", "pricing", "verdicts", "reading", "seals", "result_tables", "counter_asks", "explaining", "")
"""The rooms of the engine from the ground up; a module imports from its own room and from those before it."""


def engine_imports(path: Path) -> set[tuple[str, ...]]:
    """The modules of the engine that one of its modules imports, as paths below `counterask`."""
    home = path.relative_to(ROOMS["counterask"]).parts[:-1]
    found: set[tuple[str, ...]] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        if node.level:
            base = home[: len(home) - node.level + 1]
            found |= {(*base, *(node.module or "").split("."))} if node.module else {(*base, one.name) for one in node.names}
        elif node.module and node.module.split(".")[0] == "counterask":
            found.add(tuple(node.module.split(".")[1:]))
    return found


def test_the_rooms_of_the_engine_import_only_downwards() -> None:
    up = {}
    for path in modules("counterask"):
        parts = path.relative_to(ROOMS["counterask"]).parts
        here = ENGINE_ROOMS.index(parts[0] if len(parts) > 1 else "")
        rooms = {one[0] if len(one) > 1 or one[:1] and one[0] in ENGINE_ROOMS else "" for one in engine_imports(path)}
        if bad := {room for room in rooms if ENGINE_ROOMS.index(room) > here}:
            up[str(path)] = bad
    assert up == {}


def test_no_modules_import_each_other_in_a_circle() -> None:
    import graphlib

    for package in ORDER:
        home = ROOMS[package]
        names = {path.relative_to(home).with_suffix("").parts: path for path in modules(package)}
        graph: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
        for name, path in names.items():
            found = set()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.ImportFrom):
                    continue
                base: tuple[str, ...]
                if node.level:
                    base = name[: len(name) - node.level]
                elif node.module and node.module.split(".")[0] == package:
                    base = ()
                else:
                    continue
                inner = tuple(node.module.split(".")) if node.module else ()
                module = (*base, *(inner if node.level else inner[1:]))
                for one in node.names:
                    found |= {where for where in ((*module, one.name), module) if where in names}
            graph[name] = found - {name}
        graphlib.TopologicalSorter(graph).prepare()


def test_the_engine_needs_numpy_and_nothing_else() -> None:
    allowed = set(sys.stdlib_module_names) | {"numpy", "counterask"}
    foreign = {path.name: bad for path in modules("counterask") if (bad := imported(path) - allowed)}
    assert foreign == {"excel_functions.py": {"xlwings"}, "signatures.py": {"cryptography"}}


def test_the_engine_loads_cryptography_only_where_there_is_a_signature_to_check() -> None:
    tree = ast.parse((ROOMS["counterask"] / "seals" / "signatures.py").read_text(encoding="utf-8"))
    homes = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(one, ast.ImportFrom) and (one.module or "").startswith("cryptography") for one in ast.walk(node))
    ]
    assert homes == ["is_signed"]
    top = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert not any((name or "").startswith("cryptography") for name in top)


@pytest.mark.parametrize(
    "module",
    ["counterask", "counterask.verdicts.trades", "counterask.reading.deal_json", "counterask.counter_asks.finder"],
)
def test_importing_the_engine_loads_numpy_and_nothing_heavier(module: str) -> None:
    script = f"import json, sys, numpy, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in json.loads(done.stdout)}
    known = {package for package, homes in packages_distributions().items() if "counterask" not in homes}
    assert loaded & known - {"numpy", "_distutils_hack"} <= set(sys.stdlib_module_names)


def test_the_command_line_starts_without_loading_hosts() -> None:
    shown = "from counterask_addin.cli import cli; cli(['--help'], standalone_mode=False)"
    script = f"import sys; {shown}; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "'xlwings'" not in done.stdout and "'lxml'" not in done.stdout and "'numpy'" not in done.stdout


@pytest.mark.parametrize("package", ORDER)
def test_no_module_is_two_things(package: str) -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in modules(package)}
    assert {name: lines for name, lines in lengths.items() if lines > 500} == {}


@pytest.mark.parametrize("package", ORDER)
def test_every_module_opens_with_its_idea(package: str) -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in modules(package)}
    assert [name for name, text in texts.items() if not ast.get_docstring(ast.parse(text))] == []


def test_every_dependency_has_a_lower_bound_and_a_reason() -> None:
    words = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    extras = project()["optional-dependencies"]
    wanted = [*project()["dependencies"], *(one for group in extras.values() for one in group)]
    for one in wanted:
        if plain_name(one) == project()["name"]:
            continue
        assert re.search(rf"\b{re.escape(plain_name(one))}\b", words), f"{one} is not in docs/dependencies.md"
        assert ">=" in one or "==" in one, f"{one} has no lower bound"


def test_what_the_code_imports_is_declared_and_what_always_comes_along_is_used() -> None:
    homes = packages_distributions()
    every = {name for package in ORDER for path in modules(package) for name in imported(path)}
    outside = every - set(sys.stdlib_module_names) - set(ORDER) - OF_OTHER_PROGRAMS
    used = {plain_name(homes[name][0]) for name in outside}
    always = {plain_name(one) for one in project()["dependencies"]}
    names = ("analysis", "audit", "calibrate", "card")
    extras = {plain_name(one) for name in names for one in project()["optional-dependencies"][name]}
    assert used <= always | extras
    assert always <= used


def test_the_lock_files_hold_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-test.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text and "file:" not in text and not re.search(r"^\s*-(?!-hash)", text, re.MULTILINE)
        pins = [pin for pin in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE) if pin.strip()]
        assert len(pins) >= len(locked(name)) > 0
        assert [pin for pin in pins if "--hash=sha256:" not in pin] == []


def test_the_lock_files_hold_every_dependency_and_agree() -> None:
    names = {
        name: {plain_name(pin) for pin in locked(name)} for name in ("requirements.lock", "requirements-test.lock")
    }
    extras = project()["optional-dependencies"]
    always = {plain_name(one) for one in [*project()["dependencies"], *extras["setup"]]}
    every = always | {plain_name(one) for group in extras.values() for one in group} - {project()["name"]}
    assert always <= names["requirements.lock"]
    assert every <= names["requirements-test.lock"]
    assert locked("requirements.lock") <= locked("requirements-test.lock")


def test_the_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    script = f"from hatchling.build import build_wheel; print(build_wheel({str(tmp_path)!r}))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    held = set(zipfile.ZipFile(tmp_path / done.stdout.split()[-1]).namelist())
    here = {
        str(Path(package, path.relative_to(folder)).as_posix())
        for package, folder in ROOMS.items()
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in path.relative_to(ROOT).parts)
    }
    files = (*QUOTE_FILES.values(), LIMITS_FILE)
    built = {f"counterask_templates/built/{name_in(name, one)}" for name in files for one in LANGUAGES}
    assert {name for name in held if ".dist-info/" not in name} == here | built
    assert "counterask-0.1.0.dist-info/licenses/LICENSE" in held
    assert any(name.endswith(".toml") for name in here) and any(name.endswith(".json") for name in here)


def test_ci_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^```\w*\n(python3 run\.py \w+)\n```$", readme, re.MULTILINE)
    assert commands == ["python3 run.py demo", "python3 run.py test"]
    script = ROOT / ".ci" / "run"
    assert script.read_text(encoding="utf-8").splitlines()[-1] == commands[1]
    assert sys.platform == "win32" or script.stat().st_mode & 0o111


def test_every_file_that_the_readme_names_is_there() -> None:
    links = re.findall(r"\]\(((?!http)[^)#]+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_no_text_holds_what_a_merge_left_behind() -> None:
    rooms = [folder for folder in ROOT.iterdir() if folder.is_dir() and not folder.name.startswith((".", "_"))]
    endings = {".md", ".py", ".toml", ".json"}
    texts = [*ROOT.glob("*.*"), *(path for folder in rooms for path in folder.rglob("*"))]
    texts = [path for path in texts if path.suffix in endings]
    assert len(texts) > 300
    marks = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
    assert [path.name for path in texts if marks.search(path.read_text(encoding="utf-8"))] == []


def test_the_page_about_valuation_has_every_section_that_a_formula_names_and_every_input() -> None:
    page = (ROOT / "docs" / "valuation.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (\d+)\. ", page, flags=re.M)[1:]
    sections = dict(zip(map(int, parts[::2]), parts[1::2], strict=True))
    words = [*(one.formula for one in COMPONENTS.values()), *(one.formula for one in YEAR_OF_LIABILITY)]
    named = {int(number) for one in words for number in re.findall(r"\d+", " ".join(re.findall(r"\(sections? [^;)]*", one)))}
    assert named >= {2, 3, 4, 5, 6, 7} and named <= sections.keys()
    inputs = {name for one in COMPONENTS.values() for name in one.reads} | {one.name for one in ASSUMPTIONS}
    assert inputs - set(re.findall(r"\w+", page)) == set()
