"""From closed deals to a quote whose verdicts rest on evidence: demo, calibrate, limits update, value, one after the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from counterask.reading.evidence import interval_in
from counterask_addin.cli import cli
from counterask_addin.seals.reading import open_limits
from counterask_addin.workbooks.quote_file import read_quote_file

from .generated import FOLDER, generate

DAY = "2026-10-31"


def run(*words: object, exit_code: int = 0) -> str:
    """What a command says."""
    found = CliRunner().invoke(cli, [str(word) for word in words])
    assert found.exit_code == exit_code, found.output
    return " ".join(found.output.split())


@pytest.fixture(scope="module", params=["software", "staffing"])
def updated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The proposal, and the example quote that was brought to it."""
    name = request.param
    folder = tmp_path_factory.mktemp(name)
    run("demo", folder, "--example", name)
    proposal, quote = folder / "limits.calibrated.xlsx", folder / "quote.xlsx"
    run("calibrate", FOLDER, "-o", proposal, "--limits", folder / f"{name}.limits.xlsx", exit_code=1)
    run("limits", "update", folder / f"{name}.xlsx", "--from", proposal, "-o", quote)
    return proposal, quote


def test_the_verdicts_of_an_example_rest_on_two_placeholders_after_calibration(updated: tuple[Path, Path]) -> None:
    said = run("value", updated[1], "-o", updated[1].with_name("valued.xlsx"), "--as-of", DAY, "--overwrite", exit_code=1)
    assert "The verdicts rest on 2 placeholders among " in said
    assert "assumptions: Data alpha, Data theta. Replace them by your own figures." in said


def test_before_calibration_they_rest_on_many_more(updated: tuple[Path, Path]) -> None:
    before = updated[1].with_name(f"{'software' if 'software' in updated[1].parent.name else 'staffing'}.xlsx")
    said = run("value", before, "-o", before.with_name("before.xlsx"), "--as-of", DAY, "--overwrite", exit_code=1)
    count = int(said.split("The verdicts rest on ")[1].split(" placeholders")[0])
    assert count >= 10


def test_only_the_history_makes_an_assumption_fitted_and_its_evidence_can_be_followed(updated: tuple[Path, Path]) -> None:
    """Each has its cases, the years, the interval that holds its value, the method and the value before."""
    proposal, quote = updated
    header, *rows = open_limits(proposal).tables["Assumptions"].rows
    fitted = [row for row in rows if row[0] and not row[3] and "90% interval" in str(row[4])]
    assert len(fitted) >= 18
    evidence = read_quote_file(quote).evidence
    for name in ("liability_elasticity", "data_frequency", "annual_retention", "claim_lag_months", "mfn_trigger", "mfn_gap"):
        words = evidence[name]
        assert words.startswith("fitted: ") and ", 2017-2026; " in words and "Was " in words, name
        ends = interval_in(words, name)
        assert ends is not None and ends[0] <= read_quote_file(quote).deal.input_at((None, name)) <= ends[1], name
    assert evidence["data_alpha"].startswith("placeholder") and evidence["data_theta"].startswith("placeholder")


def test_a_history_without_claims_and_clauses_leaves_their_placeholders(tmp_path: Path) -> None:
    """The count is of what the quote reads, not of what was typed: it grows again where the history tells less."""
    (tmp_path / "deals").mkdir()
    generate.write(generate.history(names=("invoices", "promises")), tmp_path / "deals")
    run("demo", tmp_path, "--example", "staffing")
    run("calibrate", tmp_path / "deals", "-o", tmp_path / "p.xlsx", "--limits", tmp_path / "staffing.limits.xlsx", exit_code=1)
    run("limits", "update", tmp_path / "staffing.xlsx", "--from", tmp_path / "p.xlsx", "-o", tmp_path / "quote.xlsx")
    said = run("value", tmp_path / "quote.xlsx", "--as-of", DAY, exit_code=1)
    assert "The verdicts rest on 8 placeholders" in said
