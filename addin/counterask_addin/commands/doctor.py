"""`counterask doctor`: what would stop the functions on this machine."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import click

from counterask.result_tables.counts import count_of

from ..errors import FINE, FOUND_SOMETHING
from ..printing import echo

_MARKS = {"ok": "✓", "problem": "✗", "could not see": "?"}


@click.command("doctor")
@click.argument("workbook", metavar="[QUOTE]", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
def command(workbook: Path | None, as_json: bool) -> None:
    """Look at everything that the functions need: Python, xlwings, Excel, its settings, the add-in, macros.

    With QUOTE, also at that workbook. Exit code 1 where there is a problem. Says what it could not check.
    """
    from ..excel.doctor import examine
    from ..excel.machine import this_machine

    findings = examine(this_machine(), workbook)
    problems = sum(finding.state == "problem" for finding in findings)
    if as_json:
        echo(json.dumps({"findings": [dataclasses.asdict(finding) for finding in findings]}))
    else:
        for finding in findings:
            echo(f"{_MARKS[finding.state]} {finding.state}: {finding.sentence}")
            if finding.remedy:
                echo(f"    {finding.remedy}")
        unseen = sum(finding.state == "could not see" for finding in findings)
        echo(f"{count_of(len(findings), 'check')}: {count_of(problems, 'problem')}, {unseen} could not be checked.")
    raise SystemExit(FOUND_SOMETHING if problems else FINE)
