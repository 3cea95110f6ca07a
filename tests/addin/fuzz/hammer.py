"""Runs verbs on spoiled quotes, one after the other, in a process of its own: python hammer.py FIRST COUNT FOLDER.

Prints one JSON line a failure: a traceback, a hang, too much memory, a changed input, a file left behind, an exit code
that says nothing.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import resource
import shutil
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
from tests.addin.fuzz.mutations import SOURCES, Spoiled, spoiled  # noqa: E402

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
    ("check", "{quote}", "-o", "{folder}/copy.xlsx", *DAY),
    ("diff", "{quote}", "{sound}", "--json", *DAY),
    ("explain", "{quote}", "--flips", "--json", *DAY),
    ("uncertainty", "{quote}", "--cases", "20", "--json", *DAY),
    ("explain", "{quote}", "--bridge", "{folder}/copy.svg", *DAY),
    ("limits", "verify", "{quote}", "--json"),
    ("limits", "update", "{quote}", "--from", "{sound}", "-o", "{folder}/copy{suffix}"),
    ("audit", "{quote}", "-o", "{folder}/copy.xlsx", "--workers", "1", *DAY),
)


class Hang(Exception):
    """It took longer than anybody waits."""


def _ring(number: int, frame: FrameType | None) -> None:
    raise Hang


@contextlib.contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Raise Hang where the block computes longer, or waits sixty times as long: other work on the machine is not its fault."""
    clocks = ((signal.SIGPROF, signal.ITIMER_PROF, seconds), (signal.SIGALRM, signal.ITIMER_REAL, 60 * seconds))
    for number, clock, most in clocks:
        signal.signal(number, _ring)
        signal.setitimer(clock, most)
    try:
        yield
    finally:
        for _, clock, _ in clocks:
            signal.setitimer(clock, 0)


def forget_the_peak() -> None:
    """Let the kernel measure the greatest memory anew, so that a verb answers for its own; elsewhere it is the process's."""
    gc.collect()
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_bytes() -> int:
    """The greatest memory since `forget_the_peak`."""
    with contextlib.suppress(OSError):
        status = Path("/proc/self/status").read_text()
        return 1024 * int(status.partition("VmHWM:")[2].split()[0])
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def failure_of(quote: Path, words: list[str], folder: Path) -> str:
    """What is wrong with how a verb took a quote; "" where nothing is."""
    before = hashlib.sha256(quote.read_bytes()).digest()
    forget_the_peak()
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
    if (peak := peak_bytes()) > MOST_BYTES:
        return f"memory of {peak:,} bytes, {time.monotonic() - started:.1f} s"
    return ""


def hammer(first: int, count: int, folder: Path) -> Iterator[dict[str, str]]:
    """The failures of so many quotes; each goes through one verb, in turn."""
    commands = [words for words in COMMANDS if words[0] in VERBS]
    for number in range(first, first + count):
        found: Spoiled = spoiled(number, folder)
        quote = folder / f"quote{found.suffix}"
        quote.write_bytes(found.content)
        for copy in folder.glob("copy.*"):
            shutil.rmtree(copy) if copy.is_dir() else copy.unlink()
        pattern = commands[(number // 2) % len(commands)]
        words = [word.format(quote=quote, folder=folder, suffix=found.suffix, sound=SOURCES[0]) for word in pattern]
        failure = failure_of(quote, words, folder)
        if failure:
            yield {"number": str(number), "how": found.how, "verb": words[0], "failure": failure[-2500:]}


if __name__ == "__main__":
    for told in hammer(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])):
        print(json.dumps(told), flush=True)
