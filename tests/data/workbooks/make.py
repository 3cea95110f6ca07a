"""Makes the corpus again: one small file of each kind, and what each must give.

Run in the folder of the repository: python -m tests.data.workbooks.make. Look at the difference before you commit it: files that
an older version of the templates drew are worth keeping, for people have them.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from pathlib import Path

from counterask_addin.workbooks.quote_file import inspect_quote

from ...addin.workbooks.conftest import Places
from ...addin.workbooks.quote_kinds import KINDS, make
from ...addin.workbooks.quote_parts import small_quote

HERE = Path(__file__).parent
TIMES = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def main() -> None:
    """Write every file beside this script."""
    before = {path.name: path.read_bytes() for path in HERE.glob("*.xlsx")}
    for name in before:
        (HERE / name).unlink()
    unedited = HERE / "unedited.xlsx"
    with tempfile.TemporaryDirectory() as folder:
        unedited.write_bytes(small_quote(Path(folder)).read_bytes())
    at = Places(inspect_quote(unedited))
    files = {name: re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") + ".xlsx" for name in KINDS}
    said: dict[str, dict[str, str]] = {}
    for name, kind in KINDS.items():
        make(name, unedited, HERE / files[name])
        said[name] = {"file": files[name]}
        if kind.place is not None:
            said[name] |= {"problem": kind.place(at), "words": kind.words}
        else:
            said[name] |= {"same_numbers_as": files.get(kind.same_as or name, "unedited.xlsx")}
    for name, content in before.items():
        made = HERE / name
        if made.exists() and without_times(made.read_bytes()) == without_times(content):
            made.write_bytes(content)  # some programs write down when they saved: that alone is no difference
    text = json.dumps(said, ensure_ascii=False, indent=2)
    (HERE / "what_each_gives.json").write_text(f"{text}\n", encoding="utf-8")


def without_times(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook, without the moments at which it was saved."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: TIMES.sub(b"", package.read(name)) for name in package.namelist()}


if __name__ == "__main__":
    main()
