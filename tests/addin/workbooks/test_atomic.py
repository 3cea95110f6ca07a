"""A file that is written appears whole or not at all, and what stood there before is not lost unasked."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from counterask_addin.errors import COULD_NOT_RUN, CannotRun
from counterask_addin.workbooks import atomic
from counterask_addin.workbooks.atomic import seen, why_not, write_atomically, write_bytes
from counterask_addin.workbooks.errors import CannotWrite

from ..at_once import run_at_once


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="counterask-", dir="/tmp"))
    folder.chmod(0o777)
    yield folder
    folder.chmod(0o777)
    shutil.rmtree(folder)


def refused(target: Path, content: bytes = b"new", overwrite: bool = False) -> str:
    """The sentence with which writing is refused, and the promise that nothing was left behind."""
    before = sorted(target.parent.iterdir()) if target.parent.is_dir() else []
    with pytest.raises(CannotWrite) as caught:
        write_bytes(target, content, overwrite=overwrite)
    if target.parent.is_dir():
        assert sorted(target.parent.iterdir()) == before
    said = str(caught.value)
    assert "\n" not in said and said.endswith(".")
    return said


def test_a_new_file_is_whole_and_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    write_bytes(tmp_path / "out.xlsx", b"content")
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / "out.xlsx").read_bytes() == b"content"
    assert (tmp_path / "out.xlsx").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.xlsx", "plain"]


def test_what_cannot_be_written_ends_a_command_with_exit_code_2() -> None:
    assert issubclass(CannotWrite, CannotRun) and CannotWrite("x").exit_code == COULD_NOT_RUN


def test_a_file_is_replaced_only_when_asked_and_keeps_its_rights(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"old")
    target.chmod(0o640)
    assert "exists already" in refused(target)
    assert target.read_bytes() == b"old"
    write_bytes(target, b"new", overwrite=True)
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.parametrize("mark", [".~lock.out.xlsx#", "~$out.xlsx"])
def test_a_file_that_is_open_elsewhere_is_left_alone(tmp_path: Path, mark: str) -> None:
    target = tmp_path / "out.xlsx"
    (tmp_path / mark).write_bytes(b"")
    write_bytes(target, b"old")
    assert f"out.xlsx: is open in another program ({mark} lies beside it)" in refused(target, overwrite=True)
    assert target.read_bytes() == b"old"


@pytest.mark.parametrize("error", [ValueError("odd"), KeyboardInterrupt(), OSError(errno.EIO, "Input/output error")])
def test_a_writer_that_fails_half_way_leaves_what_was_there(tmp_path: Path, error: BaseException) -> None:
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"old")

    def fail(file: BinaryIO) -> None:
        file.write(b"half")
        raise error

    expected = CannotWrite if isinstance(error, OSError) else type(error)
    with pytest.raises(expected):
        write_atomically(target, fail, overwrite=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"out.xlsx": b"old"}


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    def fill(file: BinaryIO) -> None:
        with open("/dev/full", "wb") as full:
            full.write(b"x" * 100_000)

    with pytest.raises(CannotWrite, match="the disk is full. Free some room"):
        write_atomically(tmp_path / "out.xlsx", fill)
    assert list(tmp_path.iterdir()) == []


def test_a_limit_on_the_size_of_files_is_told_as_a_full_disk(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        said = refused(tmp_path / "out.xlsx", b"x" * 1_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert "the disk is full" in said


def test_a_folder_that_is_closed_to_the_user_is_named(open_folder: Path) -> None:
    target = open_folder / "out.xlsx"
    open_folder.chmod(0o555)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)  # root may write everywhere
    try:
        said = refused(target)
    finally:
        if was_root:
            os.seteuid(0)
    assert f"{target}: the folder or file may not be written to (Permission denied)" in said


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert f"the folder {tmp_path / 'none'} does not exist" in refused(tmp_path / "none" / "out.xlsx")
    (tmp_path / "file").write_bytes(b"")
    assert "does not exist" in refused(tmp_path / "file" / "out.xlsx")


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    assert "found a folder, expected a file name" in refused(tmp_path, overwrite=True)
    assert "is a device or a pipe" in refused(Path("/dev/null"), overwrite=True)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.parametrize("name", ["x" * 300 + ".xlsx", "nul\0byte.xlsx"])
def test_a_name_that_no_file_can_have_is_told(tmp_path: Path, name: str) -> None:
    assert "Choose another" in refused(tmp_path / name)


def test_names_with_quotes_emoji_and_great_length_are_written(tmp_path: Path) -> None:
    for name in ('Angebot "Müller" 🚚.xlsx', "🚚" * 60 + ".xlsx", "-o.xlsx", " .xlsx"):
        write_bytes(tmp_path / name, b"content")
        assert (tmp_path / name).read_bytes() == b"content"


def test_a_link_is_followed_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "quote.xlsx", tmp_path / "link.xlsx"
    real.write_bytes(b"old")
    link.symlink_to(real)
    assert "exists already" in refused(link)
    write_bytes(link, b"new", overwrite=True)
    assert link.is_symlink() and real.read_bytes() == b"new"
    assert [path.name for path in real.parent.iterdir()] == ["quote.xlsx"]
    (tmp_path / "round.xlsx").symlink_to(tmp_path / "round.xlsx")
    assert "round.xlsx" in refused(tmp_path / "round.xlsx")


def test_of_two_writers_at_once_one_wins_whole_and_the_other_is_told(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    together = threading.Barrier(2)
    said: list[str] = []

    def write(letter: bytes) -> None:
        def fill(file: BinaryIO) -> None:
            file.write(letter * 100_000)
            together.wait()  # both have begun before either is done

        try:
            write_atomically(target, fill)
        except CannotWrite as error:
            said.append(str(error))

    writers = [threading.Thread(target=write, args=(letter,)) for letter in (b"a", b"b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(said) == 1 and "exists already" in said[0]
    content = target.read_bytes()
    assert content in (b"a" * 100_000, b"b" * 100_000)
    assert list(tmp_path.iterdir()) == [target]


WRITE_SLOWLY = """
import sys
from pathlib import Path
from counterask_addin.workbooks.atomic import write_atomically
def fill(file):
    file.write(b"half of it")
    file.flush()
    print("begun", flush=True)
    sys.stdin.read()  # until it is killed
write_atomically(Path(sys.argv[1]), fill, overwrite=True)
"""


def test_a_kill_half_way_leaves_the_old_file_whole(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"old")
    words = [sys.executable, "-c", WRITE_SLOWLY, str(target)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None and writer.stdout.readline() == b"begun\n"
        writer.kill()
    assert target.read_bytes() == b"old"
    write_bytes(target, b"new", overwrite=True)
    assert target.read_bytes() == b"new"


def test_what_windows_says_of_an_open_file_becomes_a_sentence(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"old")
    error = PermissionError(errno.EACCES, "The process cannot access the file")
    error.winerror = 32  # type: ignore[attr-defined]
    assert why_not(target, error) == f"{target}: is open in another program. Close it there first."


def test_a_file_that_changed_since_it_was_read_is_not_replaced(tmp_path: Path) -> None:
    target, copy = tmp_path / "quote.xlsx", tmp_path / "copy.xlsx"
    target.write_bytes(b"read")
    read = seen(target)
    target.write_bytes(b"somebody else's")
    for into in (target, copy):
        with pytest.raises(CannotWrite, match="quote.xlsx: has changed since it was read"):
            write_bytes(into, b"mine", overwrite=True, made_of=read)
    target.unlink()
    with pytest.raises(CannotWrite, match="has changed since it was read"):
        write_bytes(target, b"mine", overwrite=True, made_of=read)
    assert list(tmp_path.iterdir()) == []
    write_bytes(target, b"mine", made_of=seen(target))
    assert target.read_bytes() == b"mine"


def test_the_lock_of_a_run_that_was_killed_is_taken_away_whatever_the_clock_of_the_file_server_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic, "LOCKED_SECONDS", 0.05)
    target, lock = tmp_path / "quote.xlsx", tmp_path / ".quote.lock"
    target.write_bytes(b"read")
    lock.touch()
    os.utime(lock, (4e9, 4e9))
    write_bytes(target, b"mine", overwrite=True, made_of=seen(target))
    assert target.read_bytes() == b"mine" and list(tmp_path.iterdir()) == [target]


ADD_LINES = """
import sys
from pathlib import Path
from counterask_addin.workbooks import atomic
from counterask_addin.workbooks.atomic import seen, write_bytes
from counterask_addin.workbooks.errors import CannotWrite
target, word = Path(sys.argv[1]), sys.argv[2]
sys.stdin.readline()
for number in range(50):
    while True:
        read = seen(target)
        content = target.read_bytes() + f"{word} {number}\\n".encode()
        try:
            write_bytes(target, content, overwrite=True, made_of=read)
            break
        except CannotWrite as error:
            assert "has changed since it was read" in str(error), error
"""


def test_of_two_processes_that_change_the_same_file_fifty_times_each_no_change_is_lost(tmp_path: Path) -> None:
    target = tmp_path / "lines.txt"
    target.write_bytes(b"")
    run_at_once(ADD_LINES, [(str(target), word) for word in ("one", "two")])
    found = target.read_text(encoding="utf-8").splitlines()
    assert sorted(found) == sorted(f"{word} {number}" for word in ("one", "two") for number in range(50))
    assert list(tmp_path.iterdir()) == [target]
