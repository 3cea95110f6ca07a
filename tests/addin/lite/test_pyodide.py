"""The embedded code in Pyodide, the Python that xlwings Lite runs, here in Node.

The npm package `pyodide` holds the interpreter without numpy, so every module that needs no numpy is imported and
used for real; the others must stop at the import of numpy and nowhere else. The package is found through
COUNTERASK_PYODIDE (a folder with node_modules/pyodide), or put once into a cache folder by npm.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

import counterask
from counterask.functions import catalogue
from counterask_addin.lite.main_py import embedded_digest, main_py, package_files

PYODIDE = "pyodide@314.0.7"
RUN = """
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const { loadPyodide } = await import(pathToFileURL(process.argv[2] + "/node_modules/pyodide/pyodide.mjs"));
const python = await loadPyodide();
python.globals.set("text", readFileSync(process.argv[3], "utf8"));
console.log(python.runPython(readFileSync(process.argv[4], "utf8")));
"""
# Everything of main.py but its last statement, which imports the functions and with them numpy and xlwings.
CODE = """
import ast, importlib, json, sys, traceback
tree = ast.parse(text)
assert isinstance(tree.body[-1], ast.ImportFrom)
tree.body.pop()
space = {"__name__": "main"}
exec(compile(tree, "main.py", "exec"), space)
seen = {}
for file in sorted(name for name in space["FILES"] if name.endswith(".py")):
    name = file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    try:
        importlib.import_module(name)
        seen[name] = "imported"
    except ModuleNotFoundError as error:
        seen[name] = error.name
json.dumps({"seen": seen, "digest": space["DIGEST"], "python": sys.version, "platform": sys.platform})
"""


@pytest.fixture(scope="session")
def pyodide_folder():
    given = os.environ.get("COUNTERASK_PYODIDE")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = Path(given) if given else cache / "counterask" / PYODIDE.replace("@", "-")
    if not (folder / "node_modules/pyodide/pyodide.mjs").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text("{}")
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", PYODIDE],
            cwd=folder,
            check=True,
            capture_output=True,
        )
    return folder


def test_everything_that_needs_no_numpy_imports_and_runs_in_pyodide(pyodide_folder, tmp_path):
    files = package_files(Path(counterask.__file__).parent)
    names = [function.name for function in catalogue()]
    (tmp_path / "main.py").write_text(main_py(files, names, "counterask.functions", counterask.__version__))
    (tmp_path / "run.mjs").write_text(RUN)
    (tmp_path / "code.py").write_text(CODE)
    done = subprocess.run(
        ["node", "run.mjs", str(pyodide_folder), "main.py", "code.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["platform"] == "emscripten"
    assert answer["digest"] == embedded_digest(files)
    assert len(answer["seen"]) == sum(name.endswith(".py") for name in files)
    assert set(answer["seen"].values()) <= {"imported", "numpy", "xlwings"}, answer["seen"]
    assert answer["seen"]["counterask"] == "imported"
    assert sum(state == "imported" for state in answer["seen"].values()) >= 2, answer["seen"]
