"""The set-up script: it reads the machine's own sources of packages, and knows what is installed already."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """run.py as a module."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Its records look their own module up.
    sys.modules["run"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """An empty folder in the shape of /etc/apt."""
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


def test_backports_come_from_the_mirror_and_the_key_that_the_machine_uses(script: ModuleType, sources: Path) -> None:
    (sources / "sources.list.d" / "debian.sources").write_text(
        "# Debian\nTypes: deb deb-src\nURIs: https://mirror.example.org/debian\nSuites: bookworm bookworm-updates\n"
        f"Components: main contrib\nSigned-By: {KEYRING}\n\n"
        "Types: deb\nURIs: https://mirror.example.org/debian-security\nSuites: bookworm-security\nComponents: main\n"
    )
    stanza = script.backports_of(script.read_sources(sources)).stanza()
    assert stanza == (
        "Types: deb\nURIs: https://mirror.example.org/debian\nSuites: bookworm-backports\nComponents: main\n"
        f"Signed-By: {KEYRING}\n"
    )


def test_a_source_in_one_line_is_read_with_its_options_and_without_what_is_commented_out(
    script: ModuleType, sources: Path
) -> None:
    (sources / "sources.list").write_text(
        "# deb http://old.example.org/debian bookworm main\n"
        f"deb [arch=amd64 signed-by={KEYRING}] http://mirror.example.org/debian bookworm main non-free # ours\n"
        "deb-src http://source.example.org/debian bookworm main\n"
    )
    (only,) = script.read_sources(sources)
    assert (only.address, only.suites, only.parts) == (
        "http://mirror.example.org/debian",
        ("bookworm",),
        ("main", "non-free"),
    )
    assert f"Signed-By: {KEYRING}\n" in script.backports_of([only]).stanza()


def test_a_source_without_a_key_of_its_own_stays_so(script: ModuleType, sources: Path) -> None:
    (sources / "sources.list").write_text("deb http://mirror.example.org/debian bookworm main\n")
    assert "Signed-By" not in script.backports_of(script.read_sources(sources)).stanza()


def test_a_key_written_into_the_source_is_kept_whole(script: ModuleType, sources: Path) -> None:
    key = "\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEabc\n -----END PGP PUBLIC KEY BLOCK-----"
    text = f"Types: deb\nURIs: http://a.example.org/debian\nSuites: bookworm\nComponents: main\nSigned-By:{key}\n"
    (sources / "sources.list.d" / "debian.sources").write_text(text)
    stanza = script.backports_of(script.read_sources(sources)).stanza()
    assert stanza == text.replace("Suites: bookworm", "Suites: bookworm-backports")


def test_another_publisher_with_debians_names_is_not_taken_for_the_mirror(script: ModuleType, sources: Path) -> None:
    (sources / "sources.list.d" / "another.list").write_text("deb http://another.example.org/debian bookworm main\n")
    (sources / "sources.list.d" / "debian.list").write_text(
        "deb http://mirror.example.org/debian bookworm main\n"
        "deb http://mirror.example.org/debian bookworm-updates main\n"
    )
    assert script.backports_of(script.read_sources(sources)).address == "http://mirror.example.org/debian"


@pytest.mark.parametrize(
    "line",
    [
        "deb http://a.example.org/debian bookworm main\ndeb http://a.example.org/debian bookworm-backports main\n",
        "deb http://mirror.example.org/debian trixie main\n",
        "deb http://mirror.example.org/ubuntu noble main\n",
    ],
)
def test_nothing_is_added_where_backports_are_known_or_the_system_is_another(
    script: ModuleType, sources: Path, line: str
) -> None:
    (sources / "sources.list").write_text(line)
    assert script.backports_of(script.read_sources(sources)) is None


def test_what_the_tests_need_includes_what_the_demo_needs(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "VENV", tmp_path)
    assert not script.is_installed("demo")
    script.in_venv("python").parent.mkdir()
    script.in_venv("python").touch()
    path, wanted = script.installed_stamp("test")
    path.write_text(wanted)
    assert script.is_installed("demo") and script.is_installed("test")
    path.write_text("of another lock")
    assert not script.is_installed("demo") and not script.is_installed("test")


def test_without_a_job_the_script_says_what_it_can_do() -> None:
    done = subprocess.run([sys.executable, ROOT / "run.py"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "run.py demo" in done.stderr and "run.py test" in done.stderr
