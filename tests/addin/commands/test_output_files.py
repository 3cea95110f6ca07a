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
    assert done.stderr.startswith(f"{tmp_path / 'written'}{ending}: found {found}, expected ")
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


def reads(one: click.Parameter) -> bool:
    """Whether a parameter names a file that is read: the metavar says so where it is kept as text."""
    if isinstance(one.type, OutputFile):
        return False
    is_file = isinstance(one.type, click.Path) and one.name != "folder"
    return is_file or any(word in (one.metavar or "") for word in ("FILE", "FOLDER", "LIMITS.xlsx", ".pub"))


def as_input(one: click.Parameter, path: Path) -> list[str]:
    """A parameter of a command line that names a file to be read."""
    value = str(path)
    if "NAME=FILE" in (one.metavar or ""):
        value = f"invoices={path}"
    elif ".pub" in (one.metavar or ""):
        value = f"{path}=manager"
    return [value] if isinstance(one, click.Argument) else [one.opts[0], value]


CROSSED = [
    (words, command, one, other) for words, command, one in WRITING for other in command.params if reads(other)
]


@pytest.mark.parametrize(
    ("words", "command", "written", "read"), CROSSED, ids=[f"{' '.join(w)} {one.name}={two.name}" for w, _, one, two in CROSSED]
)
@pytest.mark.parametrize("is_link", [False, True], ids=["same", "link"])
def test_no_output_is_a_file_that_the_command_reads_whatever_overwrite_says(
    words: tuple[str, ...], command: click.Command, written: click.Parameter, read: click.Parameter, is_link: bool, tmp_path: Path
) -> None:
    assert isinstance(written.type, OutputFile)
    target = tmp_path / f"read{written.type.endings[0]}"
    target.write_bytes(EXAMPLE.read_bytes())
    named = tmp_path / f"link{target.suffix}"
    if is_link:
        named.symlink_to(target)
    line, required = [*words], [one for one in command.params if one.required or one.name == "source"]
    for one in command.params:
        if one is read:
            line += as_input(one, named if is_link else target)
        elif one is written:
            line += as_input(one, target)
        elif one in required or (one.name == "reason"):
            other = target.with_name(f"other{one.type.endings[0]}") if isinstance(one.type, OutputFile) else EXAMPLE
            line += as_input(one, other)
    if any(one.name == "is_opening" for one in command.params):
        line.append("--opening")
    if read.name == "mapping" and words == ("new",):
        line += ["--from", str(EXAMPLE)]
    if words == ("round",) and read.name == "quote":
        line += ["--into", str(EXAMPLE)]
    if any(one.name == "overwrite" for one in command.params):
        line.append("--overwrite")
    done = CliRunner().invoke(cli, line)
    assert done.exit_code == 2, done.output
    assert "reads that file" in done.stderr or "is the file itself" in done.stderr, done.stderr
    assert target.read_bytes() == EXAMPLE.read_bytes()
    assert set(tmp_path.iterdir()) == ({target, named} if is_link else {target})


@pytest.mark.parametrize("named", ["folder", "pattern"])
@pytest.mark.parametrize("words", [("audit",), ("calibrate", "--quotes"), ("calibrate", "--report")])
def test_no_output_is_a_file_of_a_folder_that_the_command_reads(words: tuple[str, ...], named: str, tmp_path: Path) -> None:
    quotes, other = tmp_path / "quotes", tmp_path / "other.xlsx"
    quotes.mkdir()
    quote = quotes / "software.xlsx"
    quote.write_bytes(EXAMPLE.read_bytes())
    source = str(quotes if named == "folder" else quotes / "*.xlsx")
    output = ["-o", str(other), "--report", str(quote)] if words[1:] == ("--report",) else ["-o", str(quote)]
    line = ["audit", source] if words == ("audit",) else ["calibrate", str(EXAMPLE), "--quotes", source]
    done = CliRunner().invoke(cli, [*line, *output, "--overwrite"])
    assert done.exit_code == 2 and done.stderr == (
        f"{quote}: this command reads that file, so it never replaces it. Choose another name for the output.\n"
    )
    assert quote.read_bytes() == EXAMPLE.read_bytes() and not other.exists()


@pytest.mark.parametrize("word", ["contracts", "mapped"])
def test_a_table_that_only_a_folder_or_a_mapping_names_is_read_too(word: str, tmp_path: Path) -> None:
    table, mapping = tmp_path / f"{word}.xlsx", tmp_path / "mapping.toml"
    table.write_bytes(EXAMPLE.read_bytes())
    mapping.write_text(f'[contracts]\nfile = "{table.name}"\n')
    done = CliRunner().invoke(cli, ["calibrate", str(tmp_path), "--mapping", str(mapping), "-o", str(table), "--overwrite"])
    assert done.exit_code == 2 and "reads that file" in done.stderr and table.read_bytes() == EXAMPLE.read_bytes()


@pytest.mark.parametrize(
    ("name", "words"),
    [("next.updated.xlsx", ("limits", "update", "--from")), ("next.history.xlsx", ("round",))],
)
def test_a_name_that_nobody_typed_is_refused_too(name: str, words: tuple[str, ...], tmp_path: Path) -> None:
    quote, read = tmp_path / "next.xlsx", tmp_path / name
    for one in (quote, read):
        one.write_bytes(EXAMPLE.read_bytes())
    into = ["--into", str(quote)] if words == ("round",) else [str(quote)]
    done = CliRunner().invoke(cli, [*words, str(read), *into, "--overwrite"])
    assert done.exit_code == 2 and f"{read}: this command reads that file" in done.stderr
    assert read.read_bytes() == EXAMPLE.read_bytes()


def test_a_message_names_the_file_as_it_was_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in (["new", "nodir/n.xlsx", "--empty"], ["explain", str(EXAMPLE), "--bridge", "nodir/n.svg"]):
        done = CliRunner().invoke(cli, line)
        typed = next(word for word in line if word.startswith("nodir"))
        assert done.exit_code == 2
        assert done.stderr == f"{typed}: the folder nodir does not exist. Make it, or choose another one.\n"
    (tmp_path / "here").mkdir()
    (tmp_path / "here/n.xlsx").write_text("mine")
    done = CliRunner().invoke(cli, ["new", "here/n.xlsx", "--empty"])
    assert done.stderr == "here/n.xlsx: exists already. Choose another name, or pass --overwrite.\n"
    (tmp_path / "here/fake.xlsx").write_text("no workbook")
    done = CliRunner().invoke(cli, ["value", "here/fake.xlsx"])
    assert done.exit_code == 2 and done.stderr.startswith("here/fake.xlsx: found ")
