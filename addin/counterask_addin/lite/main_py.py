"""The one file that xlwings Lite runs, `main.py`, with our whole package inside as readable text.

Lite keeps two files in a workbook, `main.py` and `requirements.txt`. Modules of one's own can otherwise
come only from a folder on the user's machine or from a package registry, and neither travels with a quote.
So `main.py` carries every module of `counterask` as it is written, byte for byte, in raw text literals that
a person can read and search, and a loader of twenty lines that answers `import counterask...` from them.
Nothing is written to a disk, and an error shows the module's own name, line and text.

To paste the same file into Lite's editor, print it: python -m counterask_addin.lite.main_py > main.py
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

_FENCE = "'''"
_MARK = "# ---- "  # a file of the package begins below such a line


class LiteError(ValueError):
    """A file that cannot be carried, or a workbook that carries none; the sentence says which and why."""


_HEAD = '''"""counterask {version} for xlwings Lite: what a client's ask costs, and what to ask for in return.

Made from the source of the package, which follows below, file by file, unchanged: change it there and build again.
SHA-256 of names and contents: {digest}
"""

VERSION = "{version}"
DIGEST = "{digest}"
FILES = {{}}
'''


def package_files(folder: Path) -> dict[str, bytes]:
    """The Python files of a package by their names from its parent on, `counterask/terms.py`, sorted.

    Raises LiteError where the folder is no package.
    """
    if not (folder / "__init__.py").is_file():
        raise LiteError(f"{folder} is not a Python package: it has no __init__.py.")
    found = sorted(path for kind in ("*.py", "*.toml") for path in folder.rglob(kind) if "__pycache__" not in path.parts)
    return {path.relative_to(folder.parent).as_posix(): path.read_bytes() for path in found}


def embedded_digest(files: Mapping[str, bytes]) -> str:
    """SHA-256, as hexadecimal text, over the names and bytes of the files in the order of their names.

    >>> embedded_digest({"a.py": b"1", "b.py": b"2"}) == embedded_digest({"b.py": b"2", "a.py": b"1"})
    True
    """
    digest = hashlib.sha256()
    for name in sorted(files):
        # Lengths first, so that no two different sets of files run into the same bytes.
        digest.update(f"{len(name.encode())}:{name}:{len(files[name])}:".encode() + files[name])
    return digest.hexdigest()


def main_py(files: Mapping[str, bytes], functions: Sequence[str], module: str, version: str) -> str:
    """The text of `main.py`.

    files : the package, as `package_files` gives it.
    functions : names of the functions that Excel is to see, all in `module` (`counterask.excel_functions`).
    Raises LiteError for no function, a file that is not UTF-8 and one that no raw literal can hold.
    """
    carried = [f"{_MARK}{name}\nFILES[{name!r}] = {_literal(name, files[name])}" for name in sorted(files)]
    if not functions:
        raise LiteError(f"{module} has no functions for Excel to see, so there is no main.py to make.")
    digest = embedded_digest(files)
    return "\n".join(
        [
            _HEAD.format(version=version, digest=digest),
            *carried,
            f"\n{_MARK}loader",
            _LOADER.replace("PACKAGE", module.partition(".")[0]),
            f"from {module} import (  # the functions that Excel sees",
            *(f"    {function}," for function in sorted(functions)),
            ")\n",
        ]
    )


def counterask_main_py() -> str:
    """`main.py` with the package `counterask` and its catalogue as they are installed here."""
    import counterask
    from counterask.functions import catalogue

    files = package_files(Path(counterask.__file__).parent)
    names = [function.name for function in catalogue()]
    return main_py(files, names, "counterask.excel_functions", counterask.__version__)


def files_of_main(text: str) -> dict[str, bytes]:
    """The package that a `main.py` carries, read without running it. Raises LiteError where it carries
    none."""
    try:
        statements = ast.parse(text).body
    except SyntaxError as error:
        raise LiteError(f"main.py is not Python: line {error.lineno}, {error.msg}.") from error
    files = {}
    for statement in statements:
        if (
            isinstance(statement, ast.Assign)
            and isinstance(statement.targets[0], ast.Subscript)
            and isinstance(statement.targets[0].value, ast.Name)
            and statement.targets[0].value.id == "FILES"
        ):
            name, content = ast.literal_eval(statement.targets[0].slice), ast.literal_eval(statement.value)
            files[name] = content.removeprefix("\n").encode()
    if not files:
        raise LiteError("main.py carries no package: it was not made by counterask.")
    return files


def _literal(name: str, content: bytes) -> str:
    """The file as a raw literal that begins on a line of its own."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise LiteError(f"{name} is not UTF-8 and cannot travel in a workbook: save it as UTF-8.") from None
    if _FENCE in text or "\r" in text or "\0" in text or text.endswith(("'", "\\")):
        raise LiteError(
            f"{name} cannot be carried as it is: it holds three single quotes, a carriage return or a NUL, or "
            "ends in a quote or backslash. Use double quotes for its texts and line feeds for its lines."
        )
    return f"r{_FENCE}\n{text}{_FENCE}"


_LOADER = '''import importlib.abc
import importlib.util
import sys


class Carried(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Answers imports of the package from FILES; what is not in there is found as always."""

    def file_of(self, name):
        path = name.replace(".", "/")
        return next((file for file in (path + "/__init__.py", path + ".py") if file in FILES), None)

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "PACKAGE" and self.file_of(name):
            return importlib.util.spec_from_loader(name, self, origin=self.file_of(name))

    def is_package(self, name):
        return self.file_of(name).endswith("/__init__.py")

    def get_source(self, name):
        return FILES[self.file_of(name)].removeprefix("\\n")

    def get_data(self, path):
        return FILES[path.replace("\\\\", "/")].removeprefix("\\n").encode()

    def get_code(self, name):
        return compile(self.get_source(name), self.file_of(name), "exec", dont_inherit=True)


# A restart of Lite runs this file again: the modules of the run before must not linger.
for loaded in [name for name in sys.modules if name.partition(".")[0] == "PACKAGE"]:
    del sys.modules[loaded]
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "Carried"]
sys.meta_path.insert(0, Carried())
'''


if __name__ == "__main__":
    print(counterask_main_py(), end="")
