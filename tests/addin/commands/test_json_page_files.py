"""The same of the commands that work on files: each command with --json is on the page, and prints the keys that it names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from counterask_addin.cli import cli
from counterask_addin.seals.keys import PASSPHRASE
from counterask_addin.seals.trust_store import VARIABLE
from counterask_templates.build import draw_limits, draw_quote
from counterask_templates.examples import load_example

from .test_json_page import PAGE, ROOT, agrees


def verbs_with_json(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(command, click.Group):
        for name, under in command.commands.items():
            yield from verbs_with_json(under, (*words, name))
    elif any("--json" in option.opts for option in command.params):
        yield words


def test_every_command_with_json_is_on_the_page() -> None:
    headings = {word for line in PAGE.splitlines() if line.startswith("## ") for word in line.strip("# ").split(", ")}
    loaded = click.Context(cli)
    verbs = [one for name in cli.list_commands(loaded) for one in verbs_with_json(cli.get_command(loaded, name), (name,))]  # type: ignore[arg-type]
    assert len(verbs) > 20
    assert [verb for verb in verbs if verb[0] not in headings] == []
    assert [verb for verb in verbs if len(verb) > 1 and f"`{' '.join(verb)}`" not in PAGE] == []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A quote whose limits hold, its limits workbook and a key, on a machine that trusts nobody."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "machine" / "trust.json"))
    monkeypatch.setenv(PASSPHRASE, "open sesame")
    document = json.loads(json.dumps(load_example("staffing")))
    for row in document["limits"]:
        row["expires"] = "2099-12-31"
    (tmp_path / "quote.xlsx").write_bytes(draw_quote(document))
    (tmp_path / "limits.xlsx").write_bytes(draw_limits(document))
    return tmp_path


def said(*words: object) -> Any:
    done = CliRunner().invoke(cli, [*map(str, words), "--json"])
    assert done.exit_code in (0, 1), (words, done.output)
    return json.loads(done.stdout)


def test_files_that_are_checked_compared_and_audited(folder: Path) -> None:
    quote = folder / "quote.xlsx"
    for row in said("check", quote):
        agrees(row, "## check\n\nA list:")
    found = said("client-copy", quote, "-o", folder / "copy.xlsx")
    agrees(found, "## client-copy\n")
    for row in found["to_settle"]:
        agrees(row, "- `to_settle`:")
    found = said("diff", quote, ROOT / "examples" / "software.xlsx")
    agrees(found, "## diff\n")
    agrees(found["differences"][0], "- `differences`:")
    agrees(found["trades"][0], "of each of the `trades`:")
    found = said("audit", folder, "-o", folder / "report.xlsx")
    agrees(found, "## audit\n")
    agrees(found["currencies"][0], "- `currencies`:")


def test_calibrate(folder: Path) -> None:
    words = ("calibrate", ROOT / "examples" / "closed_deals", "-o", folder / "proposal.xlsx", "--quotes", folder / "quote.xlsx")
    found = said(*words)
    agrees(found, "## calibrate\n")
    for part, where in (
        ("estimates", "- `estimates`:"),
        ("rows", "- `rows`, those with something to say:"),
        ("movers", "`movers` lists:"),
    ):
        assert found[part]
        for row in found[part]:
            agrees(row, where)


def test_limits_and_approvals(folder: Path) -> None:
    quote, key, other = folder / "quote.xlsx", folder / "a.key", folder / "b.key"
    for one, name in ((key, "Petra Kern"), (other, "Uta Brandt")):
        agrees(said("limits", "keygen", "-o", one, "--name", name), "`limits keygen`:")
    agrees(
        said("approve", quote, "--trade", "T1", "--key", key, "--reason", "First order", "-o", folder / "yes.xlsx"), "`approve`:"
    )
    listed = said("approvals", folder / "yes.xlsx")["approvals"]
    assert listed
    for row in listed:
        agrees(row, "`approvals` lists, under that key:")
    words = ("--trade", "T1", "--key", key, "--reason", "A mistake", "-o", folder / "no.xlsx")
    agrees(said("withdraw", folder / "yes.xlsx", *words), "`withdraw`:")
    trusts = "`limits trust`, `limits rotate`, `limits revoke`:"
    found = said("limits", "trust", folder / "a.pub", "--may-seal", "--may-approve", "finance")
    agrees(found, trusts)
    for row in found["keys"]:
        agrees(row, "- `keys`:")
    sealed = folder / "sealed.xlsx"
    agrees(said("limits", "sign", folder / "limits.xlsx", "--key", key, "-o", sealed), "`limits sign`:")
    agrees(said("limits", "verify", sealed), "`limits verify`:")
    agrees(said("limits", "verify", quote), "`limits verify`:")
    found = said("limits", "update", quote, "--from", sealed, "-o", folder / "new.xlsx")
    agrees(found, "`limits update`:")
    for row in found["changes"]:
        agrees(row, "of its `changes`:")
    for row in found["verdicts"]:
        agrees(row, "Of its `verdicts`:")
    agrees(said("limits", "rotate", "Petra Kern", folder / "b.pub"), trusts)
    agrees(said("limits", "revoke", "Uta Brandt"), trusts)


def test_doctor() -> None:
    for row in said("doctor")["findings"]:
        agrees(row, "`doctor` lists, under `findings`:")
