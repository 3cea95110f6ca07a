"""Every file that a command writes: another ending than its kind of file has is refused before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from counterask_addin.cli import VERBS, cli
from counterask_addin.commands.output_file import OutputFile
from counterask_templates.built import QUOTE_FILES, built_workbook

EXAMPLE = Path(__file__).parents[3] / "examples" / "software.xlsx"
READ = frozenset({"from", "mapping", "limits", "parquet", "key", "passphrase-file", "into", "tls-ca", "tls-cert", "tls-key"})
"""Options that name a file that is read, or a folder."""


def leaves(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """All commands with their words; those of a group one by one."""
    if not isinstance(command, click.Group):
        yield words, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        one = command.get_command(context, name)
        assert one is not None
        yield from leaves(one, (*words, name))


ALL = list(leaves(cli))
WRITING = [(words, command, one) for words, command in ALL for one in command.params if isinstance(one.type, OutputFile)]


def test_every_option_for_a_file_that_is_written_knows_its_endings() -> None:
    assert {words[0] for words, _ in ALL} == set(VERBS)
    for words, command in ALL:
        for one in command.params:
            names = {name.lstrip("-") for name in one.opts}
            if "output" in names or (isinstance(one, click.Option) and isinstance(one.type, click.Path) and not names & READ):
                assert isinstance(one.type, OutputFile), (words, one.name)
    assert len(WRITING) >= 16


def filled(words: tuple[str, ...], command: click.Command, wanted: click.Parameter, target: Path) -> list[str]:
    """A command line with the target for one parameter and the example for every other that is required."""
    said = [*words]
    for one in command.params:
        value = str(target) if one is wanted else str(EXAMPLE) if one.required else None
        if value is None:
            continue
        if one is not wanted and isinstance(one.type, OutputFile):
            value = str(target.with_name(f"other{one.type.endings[0]}"))
        said += [value] if isinstance(one, click.Argument) else [one.opts[-1], value]
    return said


@pytest.mark.parametrize(("words", "command", "one"), WRITING, ids=[f"{' '.join(w)} {one.name}" for w, _, one in WRITING])
@pytest.mark.parametrize("ending", [".csv", ".docx", ""])
def test_another_ending_is_refused_in_one_sentence(
    words: tuple[str, ...], command: click.Command, one: click.Parameter, ending: str, tmp_path: Path
) -> None:
    done = CliRunner().invoke(cli, filled(words, command, one, tmp_path / f"written{ending}"))
    assert done.exit_code == 2, done.output
    assert isinstance(one.type, OutputFile)
    first = one.type.endings[0]
    found = f'the ending "{ending}"' if ending else "no ending"
    assert done.stderr.startswith(f"written{ending}: found {found}, expected ")
    assert done.stderr.endswith(f"Name it written{first}.\n") and done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("words", "command", "one"), WRITING, ids=[f"{' '.join(w)} {one.name}" for w, _, one in WRITING])
def test_a_folder_is_refused_as_one(words: tuple[str, ...], command: click.Command, one: click.Parameter, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    done = CliRunner().invoke(cli, filled(words, command, one, folder))
    assert done.exit_code == 2 and done.stderr == f"{folder}: found a folder, expected a file name. Name the file.\n"


COPIES = (
    ("value",), ("round", "--by", "us"), ("limits", "update", "--from", str(EXAMPLE)),
    ("approve", "--opening", "--key", "x.key", "--reason", "x"), ("withdraw", "--opening", "--key", "x.key", "--reason", "x"),
    ("limits", "sign", "--key", "x.key"),
)  # fmt: skip


@pytest.mark.parametrize("words", COPIES, ids=[" ".join(words[:2]) for words in COPIES])
def test_a_copy_keeps_the_ending_of_its_workbook(words: tuple[str, ...], tmp_path: Path) -> None:
    for source, target in ((EXAMPLE, "copy.xlsm"), (built_workbook(QUOTE_FILES["classic"]), "copy.xlsx")):
        done = CliRunner().invoke(cli, [*words, str(source), "-o", str(tmp_path / target)])
        assert done.exit_code == 2 and f'{target}: found the ending "{target[4:]}", expected "{source.suffix}"' in done.stderr
    assert list(tmp_path.iterdir()) == []
