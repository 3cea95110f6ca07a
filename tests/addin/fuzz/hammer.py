"""Runs verbs on spoiled quotes, one after the other, in a process of its own: python hammer.py FIRST COUNT FOLDER.

Prints one JSON line a failure: a traceback, a hang, too much memory, a changed input, a file left behind, an exit code
that says nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import resource
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from click.testing import CliRunner

from counterask_addin.cli import VERBS, cli

sys.path.insert(0, str(Path(__file__).parents[3]))
from tests.addin.fuzz.mutations import Spoiled, spoiled  # noqa: E402

MOST_SECONDS, MOST_BYTES = 10, 2**30
DAY = ("--as-of", "2026-11-02")
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("value", "{quote}", "-o", "{folder}/copy{suffix}", *DAY),
    ("value", "{quote}", "--json", *DAY),
    ("counter-asks", "{quote}", "--trade", "T2", "--json", *DAY),
    ("explain", "{quote}", "--trade", "T1", "--json", *DAY),
    ("card", "{quote}", "--json", *DAY),
    ("client-copy", "{quote}", "-o", "{folder}/copy.xlsx"),
    ("check", "{quote}", "--json"),
)


class Hang(Exception):
    """It took longer than anybody waits."""


def _ring(number: int, frame: FrameType | None) -> None:
    raise Hang


@contextlib.contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Raise Hang where the block takes longer."""
    signal.signal(signal.SIGALRM, _ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def failure_of(quote: Path, words: list[str], folder: Path) -> str:
    """What is wrong with how a verb took a quote; "" where nothing is."""
    before = hashlib.sha256(quote.read_bytes()).digest()
    started = time.monotonic()
    try:
        with at_most(MOST_SECONDS):
            done = CliRunner().invoke(cli, words)
    except Hang:
        return f"took over {MOST_SECONDS} s"
    if isinstance(done.exception, Hang):
        return f"took over {MOST_SECONDS} s, {''.join(traceback.format_tb(done.exc_info[2])[-3:])}"  # type: ignore[index]
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        return "".join(traceback.format_exception(done.exception))
    if done.exit_code not in (0, 1, 2):
        return f"exit code {done.exit_code}"
    if done.exit_code == 2 and not done.output.strip():
        return "exit code 2 and no word"
    if hashlib.sha256(quote.read_bytes()).digest() != before:
        return "the input was changed"
    left = [path.name for path in folder.iterdir() if path.name.endswith(".part")]
    if left:
        return f"left behind: {left}"
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > MOST_BYTES:
        return f"memory over {MOST_BYTES:,} bytes, {time.monotonic() - started:.1f} s"
    return ""


def hammer(first: int, count: int, folder: Path) -> Iterator[dict[str, str]]:
    """The failures of so many quotes; each goes through one verb, in turn."""
    commands = [words for words in COMMANDS if words[0] in VERBS]
    for number in range(first, first + count):
        found: Spoiled = spoiled(number, folder)
        quote = folder / f"quote{found.suffix}"
        quote.write_bytes(found.content)
        for copy in folder.glob("copy.*"):
            copy.unlink()
        pattern = commands[(number // 2) % len(commands)]
        words = [word.format(quote=quote, folder=folder, suffix=found.suffix) for word in pattern]
        failure = failure_of(quote, words, folder)
        if failure:
            yield {"number": str(number), "how": found.how, "verb": words[0], "failure": failure[-2500:]}


if __name__ == "__main__":
    for told in hammer(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])):
        print(json.dumps(told), flush=True)
