"""What a command or a host loads: the libraries that it uses, and no others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from counterask_addin.excel.classic_start import KEPT_OUT
from counterask_templates.examples import load_example

QUOTE = Path(__file__).parents[2] / "examples" / "staffing.xlsx"
OURS = {"counterask", "counterask_addin", "counterask_templates"}
READING = OURS | {"numpy", "click", "lxml"}
NOISE = {"__main__", "_distutils_hack", "cython_runtime", "sitecustomize", "usercustomize"}
"""What Python itself, or a library built with Cython, puts among the modules."""

REPORT = """
import json, sys
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names))), file=sys.stderr)
"""


def loaded(code: str, *arguments: str) -> set[str]:
    """The libraries that are loaded in a fresh Python after the code has run."""
    done = subprocess.run([sys.executable, "-c", code + REPORT, *arguments], capture_output=True, text=True, check=True)
    names = json.loads(done.stderr.splitlines()[-1])
    return {name for name in names if name not in NOISE and not name.startswith("_cython_")}


def loaded_by(*arguments: str) -> set[str]:
    """The libraries that a command loads."""
    code = "from counterask_addin.cli import main\ntry:\n    main()\nexcept SystemExit as end:\n    assert end.code != 2\n"
    return loaded(code, *arguments)


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["value", str(QUOTE), "--json"], READING),
        (["value", str(QUOTE), "-o", "VALUED"], READING | {"rich"}),
        (["counter-asks", str(QUOTE), "--trade", "T1", "--json"], READING),
        (["check", str(QUOTE)], READING),
        (["new", "NEW"], OURS | {"click"}),
        (["new", "NEW", "--limits", str(QUOTE), "--product", "PRODUCT"], READING),
        (["new", "NEW", "--limits", str(QUOTE), "--from", "EXPORT"], READING),
    ],
    ids=lambda one: one[0] if isinstance(one, list) else "",
)
def test_a_command_loads_what_it_uses(arguments: list[str], allowed: set[str], tmp_path: Path) -> None:
    product, export = load_example("staffing")["price_book"][0]["product"], tmp_path / "export.csv"
    export.write_text(f"Name,Quantity\n{product},2\n", encoding="utf-8")
    named = {"VALUED": str(tmp_path / "valued.xlsx"), "NEW": str(tmp_path / "new.xlsx")}
    named |= {"PRODUCT": f"{product}=2", "EXPORT": str(export)}
    assert loaded_by(*(named.get(one, one) for one in arguments)) - allowed == set()


def test_the_catalogue_needs_numpy_and_nothing_else() -> None:
    assert loaded("import counterask.functions") == {"counterask", "numpy"}


def test_excel_loads_xlwings_without_the_libraries_that_no_function_needs() -> None:
    code = "import counterask_addin.excel.classic_start, counterask_addin.excel.trusting_functions\n"
    found = loaded(code)
    assert "xlwings" in found and not found & {*KEPT_OUT, "openpyxl", "xlsxwriter", "rich"}
