"""Days and numbers on the command line: what is typed wrong is one sentence that says what was found and what is expected."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from counterask_addin.cli import VERBS, cli
from counterask_addin.commands.typed_values import DAY

QUOTE = Path(__file__).parents[3] / "examples" / "software.xlsx"


def every_command(found: click.Command, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    """A command and the commands below it, each with its words."""
    if isinstance(found, click.Group):
        context = click.Context(found)
        names = [(name, found.get_command(context, name)) for name in found.list_commands(context)]
        return [one for name, below in names if below is not None for one in every_command(below, (*path, name))]
    return [(path, found)]


def test_every_command_reads_days_and_numbers_in_the_same_way() -> None:
    commands = every_command(cli)
    assert len(commands) > len(VERBS)
    raw = (click.DateTime, click.types.FloatParamType, click.types.IntParamType)
    params = [(" ".join(path), one.opts[0], one) for path, command in commands for one in command.params]
    assert [(path, option) for path, option, one in params if isinstance(one.type, raw) and not one.is_eager] == []
    days = [(path, one.type) for path, option, one in params if option in ("--as-of", "--day") and path != "audit"]  # or "quote"
    assert len(days) > 10 and [path for path, kind in days if kind is not DAY] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("value", QUOTE, "--as-of", "31.12.2025"), '--as-of: found "31.12.2025", expected a day such as 2025-12-31.'),
        (("explain", QUOTE, "--as-of", "2025-02-30"), '--as-of: found "2025-02-30", expected a day such as 2025-12-31.'),
        (("client-copy", QUOTE, "--rate", "abc"), "--rate: found \"abc\", expected units of the client's currency"),
        (("client-copy", QUOTE, "--rate", "nan"), "--rate: found \"nan\", expected units of the client's currency"),
        (("uncertainty", QUOTE, "--cases", "x"), '--cases: found "x", expected a whole number from 1 to 100000.'),
        (("uncertainty", QUOTE, "--seed", "-1"), '--seed: found "-1", expected a whole number of at least 0.'),
        (("counter-asks", QUOTE, "--of", "9"), '--of: found "9", expected a whole number from 2 to 3.'),
    ],
)
def test_what_is_typed_wrong_is_one_sentence(words: tuple[object, ...], said: str) -> None:
    found = CliRunner().invoke(cli, list(map(str, words)))
    assert found.exit_code == 2 and found.output.startswith(said) and found.output.count("\n") == 1
