"""An audit's totals are those of single valuations, whoever does the work and however often it is stopped.

The long mode: COUNTERASK_AUDIT_FILES=10000 python -m pytest tests/addin/audit (20 kills instead of 3).
"""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from counterask.result_tables.answer import result
from counterask.verdicts.ledger import ledger
from counterask_addin.audit.batch import Settings, Task, settings_for
from counterask_addin.audit.found import FoundFile, find_files
from counterask_addin.audit.run import AuditRun, Workers, run_audit
from counterask_addin.audit.store import Store
from counterask_addin.cli import cli
from counterask_addin.errors import CannotRun
from counterask_addin.workbooks.quote_file import inspect_quote
from counterask_templates.examples import load_example

AS_OF = date(2026, 11, 23)
TABLES = ("files", "trades", "changes")
ALL_TABLES = (*TABLES, "openings", "findings", "approvals")
LONG = int(os.environ.get("COUNTERASK_AUDIT_FILES", "0"))


def rows_of(folder: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table of an audit."""
    found: list[dict[str, Any]] = pq.ParquetFile(folder / f"{table}.parquet").read(use_threads=False).to_pylist()
    return found


def bytes_of(folder: Path) -> Mapping[str, bytes]:
    """The tables of an audit as they lie on the disk."""
    return {name: (folder / f"{name}.parquet").read_bytes() for name in ALL_TABLES}


def audit(
    sources: Sequence[Path | str], folder: Path, workers: Workers | None = None, settings: Settings | None = None
) -> AuditRun:
    """Run an audit to its end."""
    settings = settings or settings_for(AS_OF, [])
    with Store(folder) as store:
        outcome = run_audit(find_files(map(str, sources)).files, store, settings, workers or Workers(1))
        store.close_run(outcome.sights, settings.key)
    return outcome


@pytest.fixture(scope="session")
def audited(many: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the big folder, made by two workers."""
    folder = tmp_path_factory.mktemp("audited")
    audit([many[0]], folder, Workers(2))
    return folder


@pytest.fixture
def few(many: tuple[Path, dict[str, str]], tmp_path: Path) -> Path:
    """Twelve sound quotes in a folder that a test may change."""
    folder = tmp_path / "few"
    sound = [path for path in sorted(many[0].rglob("*.xlsx")) if str(path) not in many[1]]
    folder.mkdir()
    for path in sound[:12]:
        shutil.copy(path, folder)
    return folder


# ── Totals ──────────────────────────────────────────────────────────────────────────────────────────────


def test_each_row_is_what_valuing_the_file_alone_says(many: tuple[Path, dict[str, str]], audited: Path) -> None:
    folder, broken = many
    files = {row["path"]: row for row in rows_of(audited, "files")}
    trades: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(audited, "trades"):
        trades.setdefault(row["path"], []).append(row)
    assert set(files) == {str(path) for path in folder.rglob("*.xlsx")}
    paths = sorted(set(files) - set(broken))
    for path in random.Random(3).sample(paths, 400 if LONG else 24):
        quote = inspect_quote(Path(path)).quote
        assert not quote.problems
        alone: Any = result(ledger(quote.deal, quote.trades, quote.rules(AS_OF)), None)
        row = files[path]
        assert (row["value_opening"], row["value_now"]) == (alone["value"], alone["value_now"])
        assert row["acv_opening"] == alone["acv"]
        told = [
            {name: one[name] for name in ("cost", "worth", "net", "shortfall", "verdict", "authority")} | {"id": one["trade"]}
            for one in trades.get(path, [])
        ]
        assert told == [{name: one[name] for name in told[0]} for one in alone["ledger"]] if told else not alone["ledger"]


def test_totals_are_the_sums_of_their_rows(audited: Path) -> None:
    files, trades, changes = (rows_of(audited, name) for name in TABLES)
    of_file: dict[str, float] = {}
    for row in trades:
        of_file[row["path"]] = of_file.get(row["path"], 0.0) + row["leakage"]
    of_trade: dict[tuple[str, int], float] = {}
    for row in changes:
        of_trade[row["path"], row["trade_no"]] = of_trade.get((row["path"], row["trade_no"]), 0.0) + row["leakage"]
    for row in files:
        if row["status"] == "read":
            assert math.isclose(row["leakage"], of_file.get(row["path"], 0.0), rel_tol=1e-12, abs_tol=1e-6)
            assert row["trades"] == sum(row[name] for name in row if name.endswith("_trades"))
    for row in trades:
        assert math.isclose(row["leakage"], of_trade[row["path"], row["trade_no"]], rel_tol=1e-9, abs_tol=1e-6)
        if row["response"] != "yes" or row["verdict"] == "negotiation":
            assert row["leakage"] == 0.0


def test_what_a_counter_ask_gives_away_is_leaked_by_the_counter_ask(tmp_path: Path) -> None:
    """The ask pays us, and what we ask for in return, a cheap quantity, costs more than that."""
    deal = load_example("staffing")
    deal["lines"][0] |= {"unit_cost": 80.0, "list_price": 31.9}
    trade = {"id": "T1", "asks": [{"lever": "payment_days", "to": 15}], "response": "yes"}
    deal["trades"] = [trade | {"counters": [{"lever": "quantity", "line": deal["lines"][0]["name"], "to": 9000}]}]
    (tmp_path / "quotes").mkdir()
    (tmp_path / "quotes" / "deal.json").write_text(json.dumps(deal))
    audit([tmp_path / "quotes" / "deal.json"], tmp_path / "store")
    (file,), (whole,) = (rows_of(tmp_path / "store", table) for table in ("files", "trades"))
    assert file["status"] == "read", file["why"]
    assert "trades[0]" in {row["place"] for row in rows_of(tmp_path / "store", "findings")}
    parts = {row["side"]: row["leakage"] for row in rows_of(tmp_path / "store", "changes")}
    assert whole["cost"] > 0 > whole["net"]
    assert parts == {"ask": 0.0, "counter-ask": pytest.approx(-whole["net"])}


def test_every_broken_file_is_a_row_that_says_why(many: tuple[Path, dict[str, str]], audited: Path) -> None:
    rows = {row["path"]: row for row in rows_of(audited, "files") if row["status"] == "broken"}
    assert set(rows) == set(many[1])
    words = {
        "empty": "an empty file",
        "truncated": "damaged or truncated",
        "plain text": "plain text",
        "old binary": "old binary workbook",
        "encrypted": "encrypted",
        "no quote": "found a workbook of another kind",
        "text for a number": 'text "net 60"',
        "error in a cell": "the error #REF!",
        "formula without a value": "=1/8 without a value",
        "broken XML": "broken XML",
        "entities": "declarations of entities",
        "unknown lever": "which is no lever",
    }
    for path, kind in many[1].items():
        assert words[kind] in rows[path]["why"], kind
        assert rows[path]["value_now"] is None and rows[path]["trades"] is None
    assert not {row["path"] for row in rows_of(audited, "trades")} & set(rows)


# ── The same, whoever does it ───────────────────────────────────────────────────────────────────────────


def test_one_worker_two_workers_and_dask_write_the_same_bytes(
    many: tuple[Path, dict[str, str]], audited: Path, tmp_path: Path
) -> None:
    for name, workers in (("one", Workers(1)), ("dask", Workers(2, is_cluster=True))):
        outcome = audit([many[0]], tmp_path / name, workers)
        assert outcome.progress.done == outcome.progress.total
        assert bytes_of(tmp_path / name) == bytes_of(audited), name


def _command(source: Path, output: Path) -> list[str]:
    verb = [sys.executable, "-m", "counterask_addin.cli", "audit", str(source), "-o", str(output)]
    return [*verb, "--workers", "2", "--as-of", AS_OF.isoformat(), "--json"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killed_at_random_moments_it_goes_on_and_ends_the_same(
    many: tuple[Path, dict[str, str]], audited: Path, tmp_path: Path
) -> None:
    output, dice = tmp_path / "audit.xlsx", random.Random(8)
    store = tmp_path / "audit.audit"
    for kill in range(20 if LONG else 3):
        running = subprocess.Popen(
            _command(many[0], output), start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        before = _parts(store)
        _wait_until(lambda running=running, before=before: running.poll() is not None or _parts(store) > before)
        time.sleep(dice.uniform(0, 0.5))
        running.send_signal(signal.SIGINT if kill == 1 else signal.SIGKILL)
        assert running.wait(300) in (-signal.SIGKILL, 2, 0, 1)
        _wait_for_lock(store)
    outcome = audit([many[0]], store, Workers(2))
    assert outcome.progress.unchanged > 0
    assert bytes_of(store) == bytes_of(audited)


def _parts(store: Path) -> int:
    return len(list((store / "state").glob("part-*"))) if store.is_dir() else 0


def _wait_for_lock(store: Path) -> None:
    """Until no process holds the store; its workers end by themselves."""

    def is_free() -> bool:
        try:
            with Store(store):
                return True
        except CannotRun:
            return False

    _wait_until(is_free)


def _wait_until(reached: Callable[[], bool]) -> None:
    """Wait for something that is certain to come; five minutes are for a machine on which it does not."""
    until = time.monotonic() + 300
    while not reached():
        assert time.monotonic() < until, "it did not come in five minutes"
        time.sleep(0.02)


# ── Only what is new ────────────────────────────────────────────────────────────────────────────────────


def test_only_new_and_changed_files_are_read_again(few: Path, many: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    store = tmp_path / "store"
    assert audit([few], store).progress.read == 12
    again = audit([few], store).progress
    assert (again.unchanged, again.read) == (12, 0)
    names = sorted(few.iterdir())
    names[0].write_bytes(names[1].read_bytes())
    names[2].unlink()
    extra = few / "later.xlsx"
    shutil.copy(names[3], extra)
    progress = audit([few], store).progress
    assert (progress.unchanged, progress.read) == (10, 2)
    audit([few], tmp_path / "fresh")
    assert bytes_of(store) == bytes_of(tmp_path / "fresh")
    assert {row["path"] for row in rows_of(store, "trades")} <= {str(path) for path in few.iterdir()}


def test_a_change_that_keeps_size_and_time_is_seen(few: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    audit([few], store)
    path = sorted(few.iterdir())[0]
    known, content = path.stat(), bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))
    assert path.stat().st_size == known.st_size and path.stat().st_mtime_ns == known.st_mtime_ns
    assert audit([few], store).progress.unchanged == 11


def test_another_day_other_limits_and_another_engine_value_all_anew(few: Path, tmp_path: Path) -> None:
    store, limits = tmp_path / "store", Path("workbook_templates/limits.xlsx").resolve()
    audit([few], store)
    later = settings_for(date(2031, 1, 1), [])
    assert audit([few], store, settings=later).progress.unchanged == 0
    assert any(row["verdict"] == "cannot tell" and "expired" in row["note"] for row in rows_of(store, "trades") if row["note"])
    own = settings_for(AS_OF, [limits])
    assert audit([few], store, settings=own).progress.unchanged == 0
    assert len({own.key, later.key, settings_for(AS_OF, []).key}) == 3


def test_a_part_that_was_torn_is_read_again(few: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    audit([few], store)
    whole = bytes_of(store)
    for path in (store / "state").glob("base-*/trades.parquet"):
        os.unlink(path)
        path.write_bytes(b"PAR1 torn")
    progress = audit([few], store).progress
    assert (progress.unchanged, progress.read) == (0, 12)
    assert bytes_of(store) == whole


# ── Which files ─────────────────────────────────────────────────────────────────────────────────────────


def test_links_out_of_the_folder_are_told_and_not_followed(few: Path, many: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.copy(sorted(few.iterdir())[0], outside / "secret.xlsx")
    os.symlink(outside, few / "a folder")
    os.symlink(outside / "secret.xlsx", few / "a file.xlsx")
    os.symlink(sorted(few.glob("quote*.xlsx"))[0], few / "inside.xlsx")
    os.symlink(few, few / "round and round")
    found = find_files([str(few)])
    assert len(found.files) == 12
    assert sorted(Path(path).name for path in found.links_out) == ["a file.xlsx", "a folder"]
    assert found.seen_twice == 1


def test_a_file_named_in_several_ways_counts_once(few: Path) -> None:
    first = sorted(few.iterdir())[0]
    found = find_files([str(few), str(first), f"{few}/*.xlsx", f"{few}/../few", f"file://{few}"])
    assert len(found.files) == 12 and len({file.shown for file in found.files}) == 12


def test_temporary_and_hidden_files_are_passed_over_and_other_formats_are_told(few: Path, tmp_path: Path) -> None:
    for name in ("~$quote.xlsx", ".~lock.quote.xlsx#", ".hidden.xlsx", "notes.txt"):
        (few / name).write_bytes(b"x")
    (few / "old.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600)
    audit([few], tmp_path / "store")
    rows = {Path(row["path"]).name: row for row in rows_of(tmp_path / "store", "files")}
    assert len(rows) == 13
    assert "Save it as .xlsx" in rows["old.xls"]["why"]


def test_a_name_that_is_no_text_is_audited_all_the_same(few: Path, tmp_path: Path) -> None:
    try:
        os.rename(sorted(few.iterdir())[0], os.fsencode(few) + b"/caf\xe9.xlsx")
    except OSError:
        pytest.skip("the file system takes only names that are text")
    audit([few], tmp_path / "store")
    row = next(row for row in rows_of(tmp_path / "store", "files") if row["path"].endswith("caf\\xe9.xlsx"))
    assert row["status"] == "read"


def test_addresses_give_the_rows_that_paths_give(few: Path, tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    for path in few.iterdir():
        memory.pipe(f"/audit-test/{path.name}", path.read_bytes())
    try:
        audit(["memory://audit-test"], tmp_path / "memory")
        audit(["memory://audit-test/*.xlsx"], tmp_path / "pattern")
    finally:
        memory.rm("/audit-test", recursive=True)
    audit([f"file://{few}"], tmp_path / "file")
    told = [
        [{name: row[name] for name in row if name != "path"} for row in rows_of(tmp_path / name, "files")]
        for name in ("memory", "pattern", "file")
    ]
    assert len(told[0]) == 12 and told[0] == told[1] == told[2]


def test_a_source_that_names_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="no such file or folder"):
        find_files([str(tmp_path / "nowhere")])
    with pytest.raises(CannotRun, match="no workbook there"):
        find_files([str(tmp_path / "*.xlsx")])
    with pytest.raises(CannotRun, match="cannot be reached|needs a package"):
        find_files(["nosuchprotocol://bucket/folder"])


# ── What must not end a run ─────────────────────────────────────────────────────────────────────────────


class Deadly(str):
    """A path that ends the process that is handed it."""

    def __reduce__(self) -> Any:
        return os._exit, (9,)


def test_a_file_that_kills_its_reader_is_a_broken_row(many: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    sound = [file for file in find_files([str(many[0])]).files if file.shown not in many[1]][:50]
    deadly = FoundFile(Deadly("x"), "deadly.xlsx", 1, 1, 1, 1)
    settings = settings_for(AS_OF, [])
    tasks = [Task(file) for file in (*sound, deadly)]
    done = list(Workers(2).answers(tasks, settings))
    assert sum(one.read for one in done) == 50 and sum(one.broken for one in done) == 1
    seen = [row[0] for one in done for row in one.seen]
    assert sorted(seen) == sorted(file.shown for file in (*sound, deadly))


def test_two_audits_never_write_to_one_folder_at_once(few: Path, tmp_path: Path) -> None:
    output = tmp_path / "audit.xlsx"
    with Store(tmp_path / "audit.audit"):
        found = CliRunner().invoke(cli, ["audit", str(few), "-o", str(output)])
    assert found.exit_code == 2 and "another audit writes there" in found.output
    assert not output.exists()
    assert CliRunner().invoke(cli, ["audit", str(few), "-o", str(output), "--json"]).exit_code == 1


def test_a_folder_with_other_files_is_never_used_as_a_store(few: Path, tmp_path: Path) -> None:
    found = CliRunner().invoke(cli, ["audit", str(few), "-o", str(tmp_path / "a.xlsx"), "--parquet", str(few)])
    assert found.exit_code == 2 and "holds other files" in found.output


def test_the_command_tells_totals_as_json_and_keeps_currencies_apart(few: Path, tmp_path: Path) -> None:
    output = tmp_path / "audit.xlsx"
    found = CliRunner().invoke(cli, ["audit", str(few), "-o", str(output), "--as-of", "2026-11-23", "--json"])
    assert found.exit_code == 1
    told = json.loads(found.stdout)
    rows = rows_of(tmp_path / "audit.audit", "files")
    assert told["files"] == told["read"] == 12 and told["broken"] == 0
    assert told["approvals_void"] is None or isinstance(told["approvals_void"], int)
    for one in told["currencies"]:
        own = [row for row in rows if row["currency"] == one["currency"]]
        assert one["files"] == len(own)
        assert math.isclose(one["leakage"], math.fsum(row["leakage"] for row in own), rel_tol=1e-12)
    again = CliRunner().invoke(cli, ["audit", str(few), "-o", str(output), "--as-of", "2026-11-23", "--json"])
    assert json.loads(again.stdout) == told | {"unchanged": 12}


def test_a_workbook_that_is_no_report_is_not_replaced(few: Path, tmp_path: Path) -> None:
    output = tmp_path / "mine.xlsx"
    shutil.copy(sorted(few.iterdir())[0], output)
    before = output.read_bytes()
    found = CliRunner().invoke(cli, ["audit", str(few), "-o", str(output)])
    assert found.exit_code == 2 and "no report of an audit" in found.output
    assert output.read_bytes() == before
