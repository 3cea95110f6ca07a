"""`counterask audit`: every quote of a folder valued anew, into Parquet tables and one report workbook."""

from __future__ import annotations

import os
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from counterask.result_tables.counts import count_of

from ..errors import COULD_NOT_RUN, FINE, FOUND_SOMETHING, CannotRun
from ..printing import echo, echo_json, safe_console
from .output_file import WORKBOOK_FILE
from .typed_values import WholeNumber

if TYPE_CHECKING:
    from ..audit.found import FoundFiles
    from ..audit.queries import Answers
    from ..audit.run import AuditRun, Progress

LINES_WITHOUT_A_TERMINAL = 10
"""Lines of progress that are told where nobody watches a terminal."""


_PATH = click.Path(path_type=Path)


@click.command("audit")
@click.argument("sources", nargs=-1, required=True, metavar="FOLDER|GLOB|URL...")
@click.option("-o", "--output", type=WORKBOOK_FILE, required=True, help="Where the report workbook goes.")
@click.option("--overwrite", is_flag=True, help="Replace a file at OUTPUT that no audit of this folder has written.")
@click.option(
    "--parquet",
    "folder",
    type=click.Path(path_type=Path),
    help="Where the tables go and what is known between runs. Default: OUTPUT without .xlsx, with .audit.",
)
@click.option(
    "--limits",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Value by these limits, assumptions and policy, not by those in each quote; once for each currency.",
)
@click.option("--workers", type=WholeNumber(1, 256), help="Processes on this machine. Default: one a core.")
@click.option("--dask", "is_cluster", is_flag=True, help="Use a Dask cluster on this machine.")
@click.option("--scheduler", default="", help="Use the Dask cluster of this scheduler: tls://HOST:8786.")
@click.option("--tls-ca", type=_PATH, help="With --scheduler: the certificate authority of the cluster (PEM).")
@click.option("--tls-cert", type=_PATH, help="With --scheduler: this machine's certificate (PEM).")
@click.option("--tls-key", type=_PATH, help="With --scheduler: the private key of that certificate (PEM).")
@click.option(
    "--as-of",
    metavar="DATE|quote",
    default="",
    help="The day on which limits are looked at; `quote` for each quote's own date. Default: today.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the totals as JSON.")
def command(
    sources: tuple[str, ...],
    output: Path,
    overwrite: bool,
    folder: Path | None,
    limits: tuple[Path, ...],
    workers: int | None,
    is_cluster: bool,
    scheduler: str,
    tls_ca: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    as_of: str,
    as_json: bool,
) -> None:
    """Value every quote in folders, patterns (in quotes) and addresses, and write a report.

    Files are never changed. A file that cannot be valued is a row in the report. Stopped at any moment (Ctrl-C too), the same
    command goes on where it was: only new and changed files are read again.
    """
    try:
        import duckdb  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise CannotRun(f'audit needs {error.name}. Install it in a clone: python -m pip install ".[audit]"') from error
    from ..audit.batch import settings_for
    from ..audit.cluster import Certificates, check_scheduler
    from ..audit.found import find_files
    from ..audit.queries import Tables
    from ..audit.run import Workers, run_audit
    from ..audit.store import Store
    from ..seals.trust_store import remember_seen
    from ..workbooks.atomic import refuse_inputs

    if scheduler and is_cluster:
        raise CannotRun("--dask and --scheduler exclude each other: one is a cluster here, the other one elsewhere.")
    certificates = Certificates(tls_ca, tls_cert, tls_key) if tls_ca and tls_cert and tls_key else None
    check_scheduler(scheduler, certificates)
    folder = folder or output.with_suffix(".audit")
    check_output(output, folder, overwrite)
    refuse_inputs(output, *map(Path, sources), *limits, tls_ca, tls_cert, tls_key)
    settings = settings_for(_day(as_of), limits)
    count = workers or os.cpu_count() or 1
    finding = find_files(sources, [output, *limits])
    if os.path.realpath(output) in finding.left_out and not _is_ours(output):
        refuse_inputs(output, output)
    if not finding.files:
        raise CannotRun(f"{', '.join(sources)}: found no workbook there. Name a folder with .xlsx or .xlsm files.")
    with Store(folder) as store:
        started = time.monotonic()
        tell = _Teller(sys.stderr, len(finding.files))
        try:
            with tell:
                outcome = run_audit(finding.files, store, settings, Workers(count, is_cluster, scheduler, certificates), tell.at)
        except KeyboardInterrupt:
            done = tell.last.done if tell.last else 0
            echo(
                f"Stopped: {done:,} of {len(finding.files):,} files are done and kept in {folder}. "
                "Run the same command again to go on.",
                err=True,
            )
            raise SystemExit(COULD_NOT_RUN) from None
        spent = time.monotonic() - started
        store.close_run(outcome.sights, outcome.settings.key, count)
        warning = remember_seen(outcome.settings.trusted.seen)
        with Tables(folder, count) as tables:
            answers = tables.answers()
        write_audit_report(output, answers, finding, settings.as_of, [path.name for path in limits], folder)
        lost = store.lost_parts
    _say(answers, finding, outcome, spent, output, folder, lost, as_json)
    if warning:
        echo(warning, err=True)
    raise SystemExit(audit_exit_code(answers))


def audit_exit_code(answers: Answers) -> int:
    """0 where nothing was found: no leakage, no opening that gives anything away, nothing broken, under the floor or void."""
    from counterask.verdicts.trades import HALF_A_CENT

    seen = answers.overview
    counts = {row["verdict"]: row["trades"] for row in answers.verdicts}
    found = seen["broken"] or seen["under_floor"] or seen["approvals_void"] or seen["value_unknown"]
    bad = sum(counts[word] for word in ("unbalanced concession", "concession", "blocked", "cannot tell"))
    bad += sum(row["severity"] == "wrong" for row in answers.findings)
    bad += sum((one["opening_gave"] or 0.0) <= -HALF_A_CENT for one in answers.currencies)
    return FOUND_SOMETHING if found or bad else FINE


def check_output(output: Path, folder: Path, overwrite: bool) -> None:
    """Refuse an output before the work. A report of an earlier run of this audit may be replaced."""
    from ..workbooks.atomic import check_target

    check_target(output, overwrite=True)
    if output.exists() and not overwrite and not _is_ours(output):
        raise CannotRun(f"{output}: exists already and is no report of an audit. Choose another name, or pass --overwrite.")


def _is_ours(output: Path) -> bool:
    """Whether a workbook is a report of an audit, as its properties say."""
    import zipfile

    try:
        with zipfile.ZipFile(output) as archive, archive.open("docProps/core.xml") as part:
            return b"counterask audit" in part.read(20_000)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return False


def write_audit_report(
    output: Path, answers: Answers, finding: FoundFiles, as_of: date | None, limits: list[str], folder: Path
) -> None:
    """Write the report workbook. Raises CannotWrite."""
    from ..audit.report import AboutAudit, audit_report_bytes
    from ..workbooks.atomic import write_bytes

    about = AboutAudit(date.today(), as_of, tuple(limits), folder, finding)
    write_bytes(output, audit_report_bytes(answers, about), overwrite=True)


def _day(text: str) -> date | None:
    if not text:
        return date.today()
    if text.lower() == "quote":
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as error:
        raise CannotRun(f'--as-of: found "{text}", expected a day such as 2026-12-31, or: quote.') from error


class _Teller:
    """Tells progress: a bar with rate and time left on a terminal, a few lines elsewhere."""

    def __init__(self, stream: Any, total: int) -> None:
        self.stream, self.total = stream, total
        self.last: Progress | None = None
        self._started = time.monotonic()
        self._told = 0
        self._bar: Any = None

    def __enter__(self) -> _Teller:
        if self.stream.isatty():
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            self._bar = Progress(
                TextColumn("Audit"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[words]}"),
                TimeElapsedColumn(),
                console=safe_console(file=self.stream),
            )
            self._bar.start()
            self._task = self._bar.add_task("audit", total=self.total, words="")
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def at(self, progress: Progress) -> None:
        """Tell where the run is."""
        self.last = progress
        if self._bar is not None:
            self._bar.update(self._task, completed=progress.done, words=self._words(progress))
        elif progress.done and progress.done * LINES_WITHOUT_A_TERMINAL // self.total > self._told:
            self._told = progress.done * LINES_WITHOUT_A_TERMINAL // self.total
            said = (f"{progress.done:,} of {count_of(self.total, 'file')}", self._words(progress))
            echo(" · ".join(filter(None, said)), err=True)

    def _words(self, progress: Progress) -> str:
        read = progress.read + progress.broken
        spent = time.monotonic() - self._started
        words = [f"{progress.unchanged:,} unchanged"] if progress.unchanged else []
        if read and spent > 0.5:
            rate = read / spent
            left = (self.total - progress.done) / rate
            words += [f"{rate:,.0f} files/s", f"{_time(left)} left"]
        return " · ".join([*words, *([f"{progress.broken:,} broken"] if progress.broken else [])])


def _time(seconds: float) -> str:
    """A span of time as a person says it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _say(
    answers: Answers,
    finding: FoundFiles,
    outcome: AuditRun,
    spent: float,
    output: Path,
    folder: Path,
    lost: int,
    as_json: bool,
) -> None:
    seen, progress = answers.overview, outcome.progress
    if as_json:
        document = {
            **{name: value.isoformat() if isinstance(value, date) else value for name, value in seen.items()},
            "unchanged": progress.unchanged,
            "links_out": len(finding.links_out),
            "new_seals": [{"scope": one.scope, "serial": one.serial, "sealed_at": one.sealed_at} for one in outcome.seen.seals],
            "with_older_seals": len(outcome.seen.concerned),
            "unread_folders": len(finding.unread),
            "currencies": answers.currencies,
            "verdicts": {row["verdict"]: row["trades"] for row in answers.verdicts},
            "findings": {f"{row['severity']}: {row['kind']}": row["findings"] for row in answers.findings},
            "broken_kinds": {row["kind"]: row["files"] for row in answers.broken_kinds},
            "report": str(output),
            "parquet": str(folder),
        }
        echo_json(document)
        return
    read = progress.read + progress.broken
    rate = f", {read / spent:,.0f} a second" if read and spent > 0.5 else ""
    echo(
        f"{count_of(seen['files'], 'file')}: {seen['read']:,} valued, {seen['broken']:,} broken "
        f"({progress.unchanged:,} unchanged since the last run; {_time(spent)}{rate})."
    )
    for one in answers.currencies:
        echo(
            f"{one['currency']}: {count_of(one['files'], 'quote')}, {count_of(one['trades'], 'trade')}, deal value "
            f"{_money(one['value_opening'])} → {_money(one['value_now'])}, concession leakage {_money(one['leakage'])}, "
            f"opening against standard gave {_money(one['opening_gave'])} (net {_money(one['opening_net'])})."
        )
    counts = ", ".join(f"{row['trades']:,} {row['verdict']}" for row in answers.verdicts if row["trades"])
    echo(f"Trades: {counts or 'none'}.")
    for one in answers.broken_kinds:
        echo(f"Broken: {one['kind']}: {count_of(one['files'], 'file')}.")
    if finding.links_out:
        echo(
            f"Links out of the folders that were not followed: {len(finding.links_out):,}, the first: {finding.links_out[0]}."
        )
    for unread in finding.unread[:3]:
        echo(f"Not read: the folder {unread}.")
    for seal in outcome.seen.seals:
        echo(f"New to this machine: seal number {seal.serial} for {seal.scope}, of {seal.sealed_at[:10]}. It is remembered.")
    if outcome.seen.concerned:
        echo(f"Judged by an older seal than another quote here holds: {count_of(len(outcome.seen.concerned), 'quote')}.")
    if lost:
        echo(f"{count_of(lost, 'part')} of earlier runs could not be read; what they held was valued again.")
    echo(f"Wrote {output} and the tables in {folder}.")


def _money(value: float | None) -> str:
    return "not known" if value is None else f"{value:,.0f}"
