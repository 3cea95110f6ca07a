"""Files and folders made to do harm: nothing is fetched or run, inputs are only read, a kill leaves the old file or the new."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from counterask_addin.audit.found import find_files
from counterask_addin.cli import cli
from counterask_addin.errors import CannotRun
from counterask_addin.workbooks.atomic import STALE_SECONDS, write_bytes
from counterask_addin.workbooks.quote_file import read_quote_file

from .client_copy.planting import planted

ROOT = Path(__file__).parents[2]
SOUND = ROOT / "examples" / "software.xlsx"
DAY = ("--as-of", "2026-11-02")

GUARDED = """
import json, os, sys
FORBIDDEN = ("socket.getaddrinfo", "urllib.Request", "os.system", "os.startfile", "webbrowser.open")
def guard(event, args):
    if event in FORBIDDEN or event == "socket.connect" and isinstance(args[1], tuple):
        os.write(2, f"forbidden: {event} {args}\\n".encode())
        os._exit(99)
sys.addaudithook(guard)
from click.testing import CliRunner
from counterask_addin.cli import cli
for words in json.loads(sys.argv[1]):
    done = CliRunner().invoke(cli, words)
    assert done.exit_code in (0, 1), (words, done.output, done.exc_info)
"""


def test_nothing_is_fetched_and_nothing_is_run(tmp_path: Path) -> None:
    """The quote holds an outside workbook, a web picture, a template from the web and a macro."""
    quote = _with_outside_links(planted(1, tmp_path)[0])
    verbs: list[list[object]] = [
        ["value", quote, "-o", tmp_path / "valued.xlsx", *DAY],
        ["counter-asks", quote, "--trade", _first_trade(quote), *DAY],
        ["explain", quote, *DAY],
        ["card", quote, *DAY],
        ["check", quote, "-o", tmp_path / "findings.xlsx", *DAY],
        ["client-copy", quote, "-o", tmp_path / "p.xlsx", "--pdf", tmp_path / "p.pdf", *DAY],
        ["diff", quote, SOUND, *DAY],
        ["limits", "verify", quote],
        ["audit", quote, "-o", tmp_path / "audit.xlsx", "--workers", "2", *DAY],
    ]
    words = json.dumps([[str(word) for word in verb] for verb in verbs])
    done = subprocess.run([sys.executable, "-c", GUARDED, words], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]


def _first_trade(quote: Path) -> str:
    return read_quote_file(quote).trades[0].id


def _with_outside_links(quote: Path) -> Path:
    with zipfile.ZipFile(quote) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kinds = ("externalLinkPath", "image", "attachedTemplate", "hyperlink", "oleObject", "styles", "sharedStrings")
    outside = "".join(
        f'<Relationship Id="out{number}" Type="{rels}/{kind}" Target="http://192.0.2.1/{kind}" TargetMode="External"/>'
        for number, kind in enumerate(kinds)
    )
    part = "xl/_rels/workbook.xml.rels"
    parts[part] = parts[part].replace(b"</Relationships>", outside.encode() + b"</Relationships>")
    with zipfile.ZipFile(quote, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return quote


@pytest.mark.parametrize("way", ["itself", "a link to it", "a second name of it"])
def test_no_verb_writes_over_what_it_reads(way: str, tmp_path: Path) -> None:
    quote, limits, target = tmp_path / "quote.xlsx", tmp_path / "limits.xlsx", tmp_path / "quote.xlsx"
    quote.write_bytes(SOUND.read_bytes())
    limits.write_bytes(SOUND.read_bytes())
    if way != "itself":
        target = tmp_path / "other.xlsx"
        (target.symlink_to if way == "a link to it" else target.hardlink_to)(quote)
    before = quote.read_bytes()
    for words in (
        ["value", quote, "-o", target, "--overwrite"],
        ["check", quote, "-o", target, "--overwrite"],
        ["client-copy", quote, "-o", target, "--overwrite"],
        ["limits", "update", quote, "--from", limits, "-o", target, "--overwrite"],
        ["audit", quote, "-o", target, "--overwrite", "--workers", "1"],
    ):
        done = CliRunner().invoke(cli, [str(word) for word in words])
        assert done.exit_code == 2 and isinstance(done.exception, SystemExit), (words, done.output, done.exc_info)
        assert "reads that file" in done.output or "is the file itself" in done.output, (words, done.output)
        assert quote.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {quote.name, limits.name, target.name}


def test_two_documents_of_one_name_are_refused(tmp_path: Path) -> None:
    words = ["client-copy", str(SOUND), "-o", str(tmp_path / "p.pdf"), "--pdf", str(tmp_path / "p.pdf"), *DAY]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 2 and "named twice" in done.output and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "words",
    [
        ["value", "{quote}", "-o", "{target}"],
        ["check", "{quote}", "-o", "{target}"],
        ["client-copy", "{quote}", "-o", "{target}"],
        ["audit", "{quote}", "-o", "{target}", "--workers", "1"],
        ["limits", "update", "{quote}", "--from", "{quote}", "-o", "{target}"],
        ["new", "{target}"],
    ],
    ids=lambda words: words[0],
)
def test_a_folder_or_a_missing_folder_as_the_output_is_told(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    for target in (tmp_path / "folder.xlsx", tmp_path / "none" / "out.xlsx", tmp_path / f"{'x' * 300}.xlsx"):
        done = CliRunner().invoke(cli, [word.format(quote=SOUND, target=target) for word in words] + ["--overwrite"])
        assert done.exit_code == 2 and isinstance(done.exception, SystemExit), (target, done.output, done.exc_info)
        assert done.output.strip()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_killed_at_any_moment_the_target_is_the_old_file_or_the_new(tmp_path: Path) -> None:
    """`COUNTERASK_KILLS=100` kills so many times instead of 6."""
    target, sound = tmp_path / "valued.xlsx", tmp_path / "sound.xlsx"
    words = [sys.executable, "-m", "counterask_addin.cli", "value", str(SOUND), "--overwrite", *DAY, "-o"]
    begun = time.monotonic()
    subprocess.run([*words, str(sound)], capture_output=True, timeout=600)
    span = time.monotonic() - begun
    new, dice = sound.read_bytes(), random.Random(4)
    for _ in range(int(os.environ.get("COUNTERASK_KILLS", "6"))):
        target.write_bytes(b"old")
        with subprocess.Popen([*words, str(target)], stdout=subprocess.DEVNULL) as run:
            time.sleep(span * dice.uniform(0.4, 1.0))
            run.send_signal(signal.SIGKILL)
        assert target.read_bytes() in (b"old", new)
    assert all(path.suffix == ".part" for path in tmp_path.iterdir() if path not in (target, sound))


def test_what_a_killed_run_left_is_taken_away_by_a_later_one(tmp_path: Path) -> None:
    old, young, others = (tmp_path / f".out-{word}.part" for word in ("0123456789ab", "ba9876543210", "of-somebody"))
    for path in (old, young, others):
        path.write_bytes(b"half")
    past = time.time() - STALE_SECONDS - 60
    os.utime(old, (past, past))
    os.utime(others, (past, past))
    write_bytes(tmp_path / "out.xlsx", b"whole")
    assert {path.name for path in tmp_path.iterdir()} == {"out.xlsx", young.name, others.name}


def test_links_that_turn_in_circles_or_lead_out_end_no_search(tmp_path: Path) -> None:
    folder, outside = tmp_path / "quotes", tmp_path / "outside"
    (folder / "in").mkdir(parents=True)
    outside.mkdir()
    (folder / "one.xlsx").write_bytes(b"x")
    (outside / "two.xlsx").write_bytes(b"x")
    links = {"circle.xlsx": "circle.xlsx", "round": "round", "self": ".", "up": ".."}
    links |= {"dead.xlsx": "gone.xlsx", "away.xlsx": "/etc/passwd"}
    for name, leads_to in links.items():
        (folder / name).symlink_to(leads_to)
    (folder / "in" / "again.xlsx").symlink_to("../one.xlsx")
    (folder / "in" / "back").symlink_to("../..")
    os.mkfifo(folder / "pipe.xlsx")
    for source in (folder, folder / "**" / "*.xlsx", folder / "*" / "*.xlsx"):
        found = find_files([str(source)])
        assert [Path(file.path).name for file in found.files] == ["one.xlsx"], source
        assert not any(Path(file.path).is_relative_to(outside) for file in found.files)
    assert str(folder / "away.xlsx") in find_files([str(folder)]).links_out
    assert find_files([str(folder / "*.xlsx")]).files == find_files([str(folder / "one.xlsx")]).files
    with pytest.raises(CannotRun, match=r"no pattern|no workbook"):
        find_files([str(folder / "a**b" / "*.xlsx")])
