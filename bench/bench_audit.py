"""Files a second of the audit on one and two workers, a pool and Dask, against an openpyxl + pandas loop that does the same.

python bench/bench_audit.py [FILES]

Every side values every file in full and ends with Parquet on the disk. The loop reads each workbook once with openpyxl, takes the
tables by their defined names, hands them to the same parser and engine, and collects rows with pandas; it is run on a part of the
files and told as a rate. Ratios are of one run; the rates themselves depend on the machine.
"""

from __future__ import annotations

import gc
import importlib.util
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import python_calamine

from counterask.reading.quote import read_quote
from counterask.reading.tables import Table
from counterask.result_tables.views import margin_share
from counterask.verdicts.ledger import ledger
from counterask.verdicts.trades import Rules
from counterask_addin.audit.batch import Task, run_batch, settings_for
from counterask_addin.audit.found import FoundFile, find_files
from counterask_addin.audit.run import Workers, run_audit
from counterask_addin.audit.store import Store
from counterask_addin.audit.valuing import leakage_of
from counterask_addin.workbooks.quick_cells import read_quickly
from counterask_addin.workbooks.read_cells import read_workbook

TABLES = ("Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy")
HEADER = {"client": "Client", "rep": "Rep", "currency": "Currency", "quote_number": "Quote_number", "quote_date": "Quote_date"}
LOOPED = 60
AS_OF = date(2026, 11, 23)


def folders() -> Any:
    """The generator of the tests."""
    path = Path(__file__).parent.parent / "tests" / "addin" / "audit" / "folders.py"
    spec = importlib.util.spec_from_file_location("folders", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["folders"] = module
    spec.loader.exec_module(module)
    return module


def timed(work: Callable[[], object]) -> float:
    """Wall seconds of a piece of work."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def plain_loop(paths: Sequence[str], target: Path) -> None:
    """What one would write in an afternoon: openpyxl for the cells, pandas for the tables."""
    files, trades, changes = [], [], []
    for path in paths:
        try:
            book = openpyxl.load_workbook(path, data_only=True)
            tables = {name: Table.of_range(name, _rows(book, name)) for name in TABLES}
            header = {name: _cell(book, cell) for name, cell in HEADER.items()}
            quote = read_quote(tables, header)
            if quote.problems:
                raise ValueError(str(quote.problems[0]))
        except Exception as error:
            files.append({"path": path, "status": "broken", "why": str(error)})
            continue
        valued = ledger(quote.deal, quote.trades, Rules(quote.limits, quote.policy, AS_OF))
        files.append(
            {
                "path": path,
                "status": "read",
                **header,
                "value_opening": valued.value,
                "value_now": valued.value_now,
                "margin_now": margin_share(valued.now),
                "trades": len(valued.trades),
                "leakage": math.fsum(map(leakage_of, valued.trades)),
            }  # fmt: skip
        )
        for one in valued.trades:
            trades.append(
                {
                    "path": path,
                    "trade": one.trade.id,
                    "verdict": str(one.verdict),
                    "cost": one.cost,
                    "worth": one.worth,
                    "net": one.net,
                    "shortfall": one.shortfall,
                    "authority": str(one.authority),
                    "note": one.note,
                }  # fmt: skip
            )
            changes += [
                {"path": path, "trade": one.trade.id, "lever": each.change.lever, "to": each.change.to, "value": each.value}
                for each in one.changes
            ]
    for name, rows in (("files", files), ("trades", trades), ("changes", changes)):
        pd.DataFrame(rows).astype({"path": str}).to_parquet(target / f"{name}.parquet")


def _rows(book: Any, name: str) -> list[list[object]]:
    sheet, area = next(iter(book.defined_names[name].destinations))
    frame = pd.DataFrame([[cell.value for cell in row] for row in book[sheet][area.replace("$", "")]], dtype=object)
    return frame.where(frame.notna(), None).values.tolist()


def _cell(book: Any, name: str) -> str:
    sheet, area = next(iter(book.defined_names[name].destinations))
    value = book[sheet][area.replace("$", "")].value
    return "" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)


def audited(files: Sequence[FoundFile], workers: Workers) -> Callable[[], None]:
    """An audit of files into a new store, with all that a person waits for but the report."""

    def work() -> None:
        settings = settings_for(AS_OF, [])
        with tempfile.TemporaryDirectory() as folder, Store(Path(folder)) as store:
            outcome = run_audit(files, store, settings, workers)
            store.close_run(outcome.sights, settings.key)

    return work


def main() -> None:
    """Print the tables."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "quotes", Path(name) / "out"
        out.mkdir()
        folders().make_folder(folder, count)
        files = find_files([str(folder)]).files
        paths = [file.path for file in files]
        looped = paths[:: max(1, count // LOOPED)][:LOOPED]

        settings = settings_for(AS_OF, [])
        run_batch([Task(file) for file in files[:20]], settings)
        few = [Task(file) for file in files[:: max(1, count // 300)][:300]]
        spent = time.process_time()
        run_batch(few, settings)
        spent = time.process_time() - spent
        each = 1000 * spent / len(few)
        print(f"{count:,} files, {os.cpu_count()} cores. One file in this process: {each:.2f} ms of processor time.\n")

        loop = timed(lambda: plain_loop(looped, out)) / len(looped)
        one = timed(audited(files, Workers(1)))
        two = timed(audited(files, Workers(2)))
        dask = timed(audited(files, Workers(2, is_cluster=True)))
        loop = (loop + timed(lambda: plain_loop(looped, out)) / len(looped)) / 2
        print(f"{'what':<52}{'files/s':>10}{'x loop':>9}{'x one worker':>14}")
        for words, seconds in (
            (f"openpyxl + pandas loop ({len(looped)} files, before and after)", loop * count),
            ("audit, a pool of one worker", one),
            ("audit, a pool of two workers", two),
            ("audit, a Dask cluster of two workers", dask),
        ):
            print(f"{words:<52}{count / seconds:>10,.0f}{loop * count / seconds:>9.1f}{one / seconds:>14.2f}")

        sample = [(path, Path(path).read_bytes()) for path in looped]
        sound = [(path, content) for path, content in sample if _is_sound(path)]
        sheets = ("Quote", "Trades", "Limits", "Assumptions")

        def calamine(content: bytes) -> None:
            import io

            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
            for sheet in sheets:
                book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)

        def quick(path: str, content: bytes) -> None:
            book = read_quickly(Path(path), content)
            for sheet in sheets:
                found = book.sheet(sheet)
                assert found is not None and found.last_row

        rows = (
            ("openpyxl, values only", lambda path, content: openpyxl.load_workbook(path, data_only=True)),
            ("our thorough reader, values and formulas", lambda path, content: read_workbook(path)),
            ("python-calamine, four sheets: no errors, no formulas", lambda path, content: calamine(content)),
            ("our quick reader, the same four sheets", quick),
        )
        print(f"\n{'reading one quote, ms of processor time':<58}{'ms':>8}")
        for words, read in rows:
            for path, content in sound[:5]:
                read(path, content)
            spent = time.process_time()
            for path, content in sound:
                read(path, content)
            print(f"{words:<58}{1000 * (time.process_time() - spent) / len(sound):>8.2f}")


def _is_sound(path: str) -> bool:
    try:
        read_workbook(path)
    except Exception:
        return False
    return openpyxl.load_workbook(path, read_only=True).sheetnames[0] != "Sheet"


if __name__ == "__main__":
    main()
