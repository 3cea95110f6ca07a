"""Sets up everything that a job of the project needs, and does it: `python3 run.py demo`, `python3 run.py test`.

Standard library only, so that a bare Python 3.11 is enough. `.venv` in the checkout gets the locked packages, checked
by their hashes, and the project itself. On Debian and its kin apt-get brings what the system lacks: the module venv,
and for the tests LibreOffice. What is there already is not done again, so that a second run starts at once.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCKS = {"demo": ROOT / "requirements.lock", "test": ROOT / "requirements-test.lock"}
USAGE = """usage: python3 run.py demo [FOLDER]   values an example quote and says what it wrote
       python3 run.py test [WORDS]    checks style and types, then runs the tests (WORDS go to pytest)"""

OFFICE = ("libreoffice-calc", "python3-uno")
DESKTOP = {
    "pdftoppm": "poppler-utils",
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "chromium-headless-shell": "chromium-headless-shell",
    "Carlito-Regular.ttf": "fonts-crosextra-carlito",
    "LiberationSans-Regular.ttf": "fonts-liberation",
    "DejaVuSans.ttf": "fonts-dejavu-core",
}
"""What the tests of LibreOffice need beside it: a program or a font -> Debian's package of it."""
OFFICE_PLACES = (
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
    Path(os.environ.get("PROGRAMFILES", "C:/Program Files"), "LibreOffice", "program", "soffice.exe"),
)
"""Where LibreOffice stands on a Mac and on Windows, which do not put it on the search path."""
FULL_OFFICE = (25, 2)

APT_SOURCES = Path("/etc/apt")
BACKPORTS = APT_SOURCES / "sources.list.d" / "bookworm-backports.sources"


class CannotRun(Exception):
    """A job cannot be done; the message is one sentence that says why and what to do."""


def say(sentence: str) -> None:
    """Tell the person what comes next; a slow step is told before it begins."""
    print(sentence, flush=True)


def succeeds(*command: str | Path) -> bool:
    """Whether a command exists and ends well; what it prints is not shown."""
    try:
        return subprocess.run([str(word) for word in command], cwd=ROOT, capture_output=True).returncode == 0
    except OSError:
        return False


def show(*command: str | Path) -> int:
    """Run a command in the checkout, its output for the person to see. Returns its exit code."""
    programs = str(in_venv("python").parent)
    environment = os.environ | {"PATH": os.pathsep.join([programs, os.environ.get("PATH", "")])}
    return subprocess.run([str(word) for word in command], cwd=ROOT, env=environment).returncode


def in_venv(program: str) -> Path:
    """The path of a program in `.venv`."""
    return VENV / "Scripts" / f"{program}.exe" if os.name == "nt" else VENV / "bin" / program


# ---- what apt-get brings


def as_root() -> list[str] | None:
    """The words before a command that make it run as root; None where this user cannot become root."""
    if os.name == "nt":
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asks = sys.stdin is not None and sys.stdin.isatty()
    if not asks and not succeeds("sudo", "-n", "true"):
        return None
    return ["sudo"] if asks else ["sudo", "-n"]


def apt(*words: str) -> bool:
    """Run apt-get as root, waiting for another one to end. Returns whether it went well; says why where it did not."""
    prefix = as_root()
    if prefix is None or shutil.which("apt-get") is None:
        return False
    options = ["-qq", "-y", "-o", "DPkg::Lock::Timeout=300"]
    done = subprocess.run(
        [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *options, *words],
        stdin=None if prefix == ["sudo"] else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        say(done.stderr.strip())
    return done.returncode == 0


_lists_are_new = False


def apt_install(*packages: str, release: str | None = None) -> bool:
    """Install Debian packages, from `release` where one is given. The package lists are fetched once a run."""
    global _lists_are_new
    if not _lists_are_new:
        # One source that does not answer is no reason to give up: the others may hold what is wanted.
        apt("update")
        _lists_are_new = True
    return apt("install", "--no-install-recommends", *(("-t", release) if release else ()), *packages)


@dataclass(frozen=True)
class Source:
    """One source of packages as apt knows it. signed_by : the keyring, or the key itself; "" for apt's own keys."""

    address: str
    suites: tuple[str, ...]
    parts: tuple[str, ...]
    signed_by: str

    def stanza(self) -> str:
        """The source as a .sources file has it."""
        signed = f"Signed-By:{self.signed_by}\n" if self.signed_by else ""
        suites, parts = " ".join(self.suites), " ".join(self.parts)
        return f"Types: deb\nURIs: {self.address}\nSuites: {suites}\nComponents: {parts}\n{signed}"


def read_sources(folder: Path = APT_SOURCES) -> list[Source]:
    """The sources of binary packages that apt uses on this machine, from both kinds of its files."""
    found = []
    for path in [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*.list"))]:
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
            entry = re.match(r"\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)([^#]*)", line)
            if entry:
                options, address, suite, parts = entry.groups()
                key = re.search(r"signed-by=(\S+)", options or "", re.IGNORECASE)
                found.append(Source(address, (suite,), tuple(parts.split()), f" {key[1]}" if key else ""))
    for path in sorted((folder / "sources.list.d").glob("*.sources")):
        text = re.sub(r"^#.*\n?", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for stanza in re.split(r"\n\s*\n", text):
            fields = re.findall(r"^([\w-]+):((?:.*)(?:\n[ \t].*)*)", stanza, re.MULTILINE)
            field = {name.lower(): value for name, value in fields}
            if "deb" in field.get("types", "").split() and field.get("enabled", "yes").strip().lower() != "no":
                suites, parts = tuple(field.get("suites", "").split()), tuple(field.get("components", "").split())
                key_or_ring = field.get("signed-by", "").rstrip()
                found += [Source(one, suites, parts, key_or_ring) for one in field.get("uris", "").split()]
    return found


def backports_of(sources: list[Source]) -> Source | None:
    """The source of bookworm-backports to add: Debian's mirror as this machine has it. None if it is there already, or
    if there is no Debian 12 to add it to."""
    if any("bookworm-backports" in source.suites for source in sources):
        return None
    mirrors = [source for source in sources if "bookworm" in source.suites and "main" in source.parts]
    # Others name their suites and parts like Debian's; a mirror of Debian has the updates, too.
    updated = {source.address for source in sources if "bookworm-updates" in source.suites}
    for source in sorted(mirrors, key=lambda mirror: mirror.address not in updated):
        return Source(source.address, ("bookworm-backports",), ("main",), source.signed_by)
    return None


def add_backports() -> bool:
    """Make the packages of bookworm-backports known to apt. Returns whether they are; leaves no source that fails."""
    sources = read_sources()
    source = backports_of(sources)
    if source is None:
        return any("bookworm-backports" in source.suites for source in sources)
    prefix = as_root()
    if prefix is None:
        return False
    say(f"Adding {source.address} bookworm-backports to apt's sources, in {BACKPORTS} ...")
    written = subprocess.run([*prefix, "tee", str(BACKPORTS)], input=source.stanza(), text=True, capture_output=True)
    options = ("APT::Update::Error-Mode=any", f"Dir::Etc::SourceList={BACKPORTS}", "Dir::Etc::SourceParts=-")
    alone = [word for option in (*options, "APT::Get::List-Cleanup=0") for word in ("-o", option)]
    if written.returncode == 0 and apt("update", *alone):
        return True
    subprocess.run([*prefix, "rm", "-f", str(BACKPORTS)], capture_output=True)
    return False


# ---- the steps of the set-up


def installed_stamp(job: str) -> tuple[Path, str]:
    """The file that says which packages of a job are installed, and what it says if they are the right ones."""
    state = [LOCKS[job].read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(VENV).encode()]
    return VENV / f"installed-{job}", hashlib.sha256(b"\0".join(state)).hexdigest()


def is_installed(job: str) -> bool:
    """Whether `.venv` holds what a job needs; what the tests need includes all that the others do."""
    stamps = [installed_stamp(one) for one in {job, "test"}]
    return in_venv("python").exists() and any(path.is_file() and path.read_text() == wanted for path, wanted in stamps)


def make_venv() -> None:
    """Make `.venv`, whole; on Debian the module that makes it is installed first where it is missing."""
    if succeeds(in_venv("python"), "-m", "pip", "--version"):
        return
    say("Making the virtual environment .venv ...")
    shutil.rmtree(VENV, ignore_errors=True)
    if succeeds(sys.executable, "-m", "venv", VENV):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    say(f"This Python cannot make one yet; installing {package} with apt-get ...")
    if not apt_install(package):
        raise CannotRun(f"{package} could not be installed; as root do: apt-get update && apt-get install -y {package}")
    if not succeeds(sys.executable, "-m", "venv", VENV):
        shutil.rmtree(VENV, ignore_errors=True)
        raise CannotRun(f"{sys.executable} cannot make a virtual environment; use the system's own: /usr/bin/python3")


def install_packages(job: str) -> None:
    """Put the locked packages of a job and the project itself into `.venv`."""
    stamp, wanted = installed_stamp(job)
    say(f"Installing the packages of {LOCKS[job].name} into .venv (a minute or two) ...")
    pip: list[str | Path] = [in_venv("python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    pip += ["install", "--quiet"]
    if show(*pip, "--require-hashes", "-r", LOCKS[job]) or show(*pip, "--no-deps", "--no-build-isolation", "-e", ROOT):
        raise CannotRun("pip could not install the packages (see above); with the network mended, run this again.")
    stamp.write_text(wanted)


def find_office() -> str | None:
    """LibreOffice's program, or None where it is not installed."""
    given = os.environ.get("COUNTERASK_SOFFICE")
    return given or shutil.which("soffice") or next((str(path) for path in OFFICE_PLACES if path.exists()), None)


def lacks(thing: str) -> bool:
    """Whether a program or, by its file name, a font is missing."""
    if thing.endswith(".ttf"):
        return not any(Path("/usr/share/fonts").rglob(thing))
    return shutil.which(thing) is None


def install_office() -> None:
    """LibreOffice with its way into Python, a screen without a screen, and fonts that give pages their right widths."""
    on_linux = platform.system() == "Linux"
    office = find_office()
    missing = [package for thing, package in DESKTOP.items() if on_linux and lacks(thing)]
    from_debian = shutil.which("apt-get") is not None and (office or "/usr/bin").startswith(("/usr/bin", "/bin"))
    needs_office = office is None or (from_debian and not Path("/usr/lib/python3/dist-packages/uno.py").exists())
    if needs_office and not from_debian:
        raise CannotRun("the tests need LibreOffice 25.2 or later: install it from libreoffice.org and run this again.")
    if (needs_office or missing) and as_root() is None:
        words = " ".join([*(OFFICE if needs_office else ()), *missing])
        raise CannotRun(f"the tests need more than this user may install; as root do: apt-get install -y {words}")
    if needs_office:
        say("Installing LibreOffice with apt-get (some minutes) ...")
        if not (add_backports() and apt_install(*OFFICE, release="bookworm-backports")):
            say("There is no LibreOffice from bookworm-backports here; taking this system's own version ...")
            if not apt_install(*OFFICE):
                words = " ".join(OFFICE)
                raise CannotRun(f"LibreOffice could not be installed; as root do: apt-get install -y {words}")
    if missing:
        say(f"Installing {', '.join(missing)} with apt-get ...")
        if not apt_install(*missing):
            raise CannotRun(f"they could not be installed; as root do: apt-get install -y {' '.join(missing)}")
    if needs_office or missing:
        _say_office_version()


def _say_office_version() -> None:
    """Name the LibreOffice that the tests will use, and what an old one means."""
    told = subprocess.run([find_office() or "soffice", "--version"], capture_output=True, text=True).stdout.strip()
    version = re.search(r"(\d+)\.(\d+)", told)
    if version and (int(version[1]), int(version[2])) < FULL_OFFICE:
        say(f"{told}: the tests of what needs 25.2 or later will fail with it.")
    else:
        say(f"The tests use {told}.")


# ---- the jobs


def demo(words: list[str]) -> int:
    """Value an example. Returns the exit code."""
    return show(in_venv("counterask"), "demo", *words)


def test(words: list[str]) -> int:
    """Check style and types and run the tests, each whatever the others found. Returns the exit code."""
    install_office()
    python, cache = in_venv("python"), ROOT / ".mypy_cache"
    strictly: list[str | Path] = ["--strict", "--no-warn-unused-configs", "--cache-dir", cache / "strict"]
    rest = ["workbook_templates/counterask_templates", "addin/counterask_addin", "run.py"]
    checks: dict[str, list[str | Path]] = {
        "ruff": [python, "-m", "ruff", "check", "--quiet", "."],
        "mypy --strict": [python, "-m", "mypy", *strictly, "udfs/counterask"],
        "mypy": [python, "-m", "mypy", "--cache-dir", cache / "rest", *rest],
        "pytest": [python, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", *words],
    }
    failed = []
    for name, command in checks.items():
        say(f"{name} ...")
        if show(*command):
            failed.append(name)
    say(f"failed: {', '.join(failed)}" if failed else "All checks and tests passed.")
    return 1 if failed else 0


def main() -> int:
    """Do the job that the command line names. Returns the exit code: 0 fine, 1 a check failed, 2 could not run."""
    jobs = {"demo": demo, "test": test}
    if len(sys.argv) < 2 or sys.argv[1] not in jobs:
        print(USAGE, file=sys.stderr)
        return 2
    job, words = sys.argv[1], sys.argv[2:]
    try:
        if sys.version_info < (3, 11):
            raise CannotRun(f"this is Python {platform.python_version()}; counterask needs Python 3.11 or later.")
        if not is_installed(job):
            make_venv()
            install_packages(job)
        return jobs[job](words)
    except CannotRun as problem:
        print(f"run.py: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
