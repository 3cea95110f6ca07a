"""Each kind of workbook is read as its kind says: the same numbers as the unedited quote, or a problem at the cell."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from counterask.inputs.terms import Deal
from counterask.verdicts.ledger import ledger
from counterask_addin.audit.schema import FILES
from counterask_addin.audit.valuing import FileRows, Standard, value_content
from counterask_addin.workbooks.quote_file import inspect_quote
from counterask_templates.build import draw_quote
from counterask_templates.examples import load_example

from .conftest import Places
from .quote_kinds import KINDS, Kind, make

CORPUS = Path(__file__).parents[2] / "data" / "workbooks"
EXAMPLES = Path(__file__).parents[3] / "examples"
AS_OF = date(2026, 3, 2)
WHY = list(FILES).index("why")


def numbers_of(path: Path) -> dict[str, Any]:
    """All that a quote says: its values, each trade, and what it says of itself. No line is called by its name."""
    file = inspect_quote(path)
    assert [str(problem) for problem in file.quote.problems] == []
    quote = file.quote
    valued = ledger(quote.deal, quote.trades, quote.rules(AS_OF))
    trades = [
        (one.trade.id, one.verdict, one.authority, one.cost, one.worth, one.net, one.shortfall, one.note)
        for one in valued.trades
    ]
    terms = replace(quote.deal, lines=())
    assert isinstance(terms, Deal)
    return {
        "value": valued.value,
        "now": valued.value_now,
        "trades": trades,
        "deal": repr(terms),
        "limits": repr(quote.limits and [replace(row, line=None) for row in quote.limits.rows]),
        "policy": repr(quote.policy),
        "header": {name: text[:10] for name, text in quote.header.items()},
        "history": len(quote.history),
    }


def audited(path: Path) -> FileRows:
    """What the audit, with its quick reader, says of a file."""
    found = value_content("quote.xlsx", path, path.read_bytes(), "", Standard(AS_OF))
    assert found.file[WHY] is None or path.name in str(found.file[WHY])
    return found


def alike(one: Any, other: Any) -> bool:
    """Whether two results are the same, numbers to 12 digits."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-9) or (math.isnan(one) and math.isnan(other))
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    return bool(one == other)


def check(kind: Kind, path: Path, expected: Path, at: Places) -> None:
    """A file of a kind is read as the kind says, by every reader."""
    if kind.place is not None:
        problems = inspect_quote(path).quote.problems
        place = kind.place(at)
        assert any(problem.where == place and kind.words in str(problem) for problem in problems), list(map(str, problems))
        assert problems[0].where in str(audited(path).file[WHY])
        return
    numbers, same = numbers_of(path), numbers_of(expected)
    assert {name for name in numbers if not alike(numbers[name], same[name])} == set()
    ours, theirs = audited(path), audited(expected)
    for rows, others in ((ours.trades, theirs.trades), (ours.changes, theirs.changes), ([ours.file], [theirs.file])):
        assert alike([row[1:] for row in rows], [row[1:] for row in others])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The staffing example as the templates draw it today."""
    path = tmp_path_factory.mktemp("kinds") / "unedited.xlsx"
    path.write_bytes(draw_quote(load_example("staffing")))
    return path


def _of_kind(name: str, source: Path) -> Path:
    """The workbook of a kind, made once; the unedited quote where the kind is that."""
    target = source.with_name(f"{name}.xlsx")
    return source if name in ("", "unedited") else target if target.exists() else make(name, source, target)


@pytest.mark.parametrize("name", KINDS)
def test_a_quote_of_today_is_read_whatever_was_done_to_it(name: str, whole: Path) -> None:
    kind = KINDS[name]
    path = _of_kind(name, whole)
    check(kind, path, _of_kind(kind.same_as or name, whole), Places(inspect_quote(whole)))


@pytest.mark.parametrize("example", ("staffing", "software", "industrial_supply"))
@pytest.mark.parametrize("name", ("names lost", "values alone, by a table program"))
def test_an_example_with_its_results_is_read_without_its_names(name: str, example: str, tmp_path: Path) -> None:
    source = EXAMPLES / f"{example}.xlsx"
    numbers, same = numbers_of(make(name, source, tmp_path / source.name)), numbers_of(source)
    assert {name for name in numbers if not alike(numbers[name], same[name])} == set()


@pytest.mark.parametrize("name", KINDS)
def test_a_file_of_the_corpus_is_read_as_its_kind_says(name: str) -> None:
    said = json.loads((CORPUS / "what_each_gives.json").read_text(encoding="utf-8"))
    file = said[name]["file"]
    kind = replace(KINDS[name], place=(lambda _: said[name]["problem"]) if "problem" in said[name] else None)
    same = said[name].get("same_numbers_as", "unedited.xlsx")
    check(kind, CORPUS / file, CORPUS / same, Places(inspect_quote(CORPUS / "unedited.xlsx")))


def test_the_corpus_has_a_file_of_each_kind_and_stays_small() -> None:
    said = json.loads((CORPUS / "what_each_gives.json").read_text(encoding="utf-8"))
    assert said.keys() == KINDS.keys()
    files = {path.name: path.stat().st_size for path in CORPUS.glob("*.xlsx")}
    assert files.keys() == {one["file"] for one in said.values()} | {"unedited.xlsx"}
    assert sum(files.values()) < 1_500_000
