"""Sets up everything that a command of the project needs and runs it: `python3 run.py demo`, `python3 run.py test`.

Standard library only. Makes `.venv` in the checkout, installs the locked dependencies into it, and for `test` installs
LibreOffice where it is missing. What is there already is not done again.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCKS = {"demo": ROOT / "requirements.lock", "test": ROOT / "requirements-test.lock"}
OFFICE_PACKAGES = ["libreoffice-calc", "python3-uno"]
DESKTOP_PACKAGES = [
    "poppler-utils",
    "xvfb",
    "xdotool",
    "fonts-liberation",
    "fonts-crosextra-carlito",
    "fonts-dejavu-core",
]
BACKPORTS = Path("/etc/apt/sources.list.d/bookworm-backports.sources")


def say(sentence: str) -> None:
    print(sentence, flush=True)


def stop(sentence: str) -> None:
    sys.exit(f"run.py: {sentence}")


def run(*command: str | Path, quiet: bool = False) -> None:
    """Run a command in the checkout; its failure ends this script with the command's own exit code."""
    done = subprocess.run([str(word) for word in command], cwd=ROOT, stdout=subprocess.DEVNULL if quiet else None)
    if done.returncode:
        sys.exit(done.returncode)


def in_venv(program: str) -> Path:
    return VENV / ("Scripts" if os.name == "nt" else "bin") / (f"{program}.exe" if os.name == "nt" else program)


def apt(*words: str) -> bool:
    """Run apt-get as root, directly or through sudo. Returns whether it worked."""
    if shutil.which("apt-get") is None:
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"] if shutil.which("sudo") else None
    if prefix is None:
        return False
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y", *words]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        say(done.stderr.strip())
    return done.returncode == 0


def make_venv() -> None:
    if (
        in_venv("python").exists()
        and subprocess.run([in_venv("python"), "-m", "pip", "--version"], capture_output=True).returncode == 0
    ):
        return
    say("Making the virtual environment .venv ...")
    if VENV.exists():
        shutil.rmtree(VENV)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        say(f"This Python cannot make virtual environments yet; installing {package} with apt-get ...")
        shutil.rmtree(VENV, ignore_errors=True)
        installed = (
            platform.system() == "Linux" and apt("update") and apt("install", "--no-install-recommends", package)
        )
        if not installed:
            stop(f"could not install {package}. As root: apt-get update && apt-get install {package}")
        run(sys.executable, "-m", "venv", VENV)


def install(job: str) -> None:
    """Install the locked packages and the project; skipped when the lock was installed before."""
    lock = LOCKS[job]
    wanted = hashlib.sha256(lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = VENV / f"installed-{job}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Installing the locked packages ...")
    pip = [in_venv("python"), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    run(*pip, "--require-hashes", "-r", lock)
    run(*pip, "--no-deps", "--no-build-isolation", "-e", ".")
    stamp.write_text(wanted)


def install_office() -> None:
    """LibreOffice with its Python bridge, a virtual screen and fonts; Debian and its kin only."""
    wanted = {"soffice": OFFICE_PACKAGES, "pdftoppm": ["poppler-utils"], "Xvfb": ["xvfb"], "xdotool": ["xdotool"]}
    missing = [program for program in wanted if shutil.which(program) is None]
    if not missing and Path("/usr/lib/python3/dist-packages/uno.py").exists():
        return
    if shutil.which("apt-get") is None:
        stop(
            f"the tests need {', '.join(missing)}. Install LibreOffice 25.2 or later from libreoffice.org, and poppler."
        )
    say("Installing LibreOffice and what its tests need (some minutes) ...")
    _add_backports()
    if not apt("update"):
        stop("apt-get update failed. Are you root, or is sudo there without a password?")
    newest = apt("install", "--no-install-recommends", "-t", "bookworm-backports", *OFFICE_PACKAGES)
    if not newest:
        say("LibreOffice 25.2 could not be had from bookworm-backports; taking this system's own version.")
    if not newest and not apt("install", "--no-install-recommends", *OFFICE_PACKAGES):
        stop("LibreOffice could not be installed. As root: apt-get install libreoffice-calc python3-uno")
    if not apt("install", "--no-install-recommends", *DESKTOP_PACKAGES):
        stop(f"could not install them. As root: apt-get install {' '.join(DESKTOP_PACKAGES)}")


def _add_backports() -> None:
    """Name bookworm-backports as a source, at the mirror that the system uses already. Only on Debian 12."""
    release = Path("/etc/os-release").read_text() if Path("/etc/os-release").exists() else ""
    places = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    sources = "\n".join(
        place.read_text() for place in places if place.suffix in (".list", ".sources") and place.is_file()
    )
    if "VERSION_CODENAME=bookworm" not in release or "bookworm-backports" in sources:
        return
    words = [
        word.rstrip("/") for line in sources.splitlines() if not line.lstrip().startswith("#") for word in line.split()
    ]
    mirror = next(
        (word for word in words if word.startswith("http") and word.endswith("/debian")), "http://deb.debian.org/debian"
    )
    text = (
        f"Types: deb\nURIs: {mirror}\nSuites: bookworm-backports\nComponents: main\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    )
    writer = ["tee", str(BACKPORTS)] if os.geteuid() == 0 else ["sudo", "-n", "tee", str(BACKPORTS)]
    subprocess.run(writer, input=text, text=True, stdout=subprocess.DEVNULL)


def test(words: list[str]) -> None:
    install_office()
    python = in_venv("python")
    run(python, "-m", "ruff", "check", ".")
    run(python, "-m", "mypy", "udfs/counterask", "workbook_templates/counterask_templates", "addin/counterask_addin")
    run(python, "-m", "pytest", "-q", *(words or ["-n", "2", "--dist", "loadgroup"]))


def main() -> None:
    jobs = {"demo", "test"}
    if len(sys.argv) < 2 or sys.argv[1] not in jobs:
        stop("say what to do: python3 run.py demo, or python3 run.py test")
    if sys.version_info < (3, 11):
        stop(f"this is Python {platform.python_version()}; 3.11 or later is needed.")
    job, words = sys.argv[1], sys.argv[2:]
    make_venv()
    install(job)
    if job == "demo":
        run(in_venv("counterask"), "demo", *words)
    else:
        test(words)


if __name__ == "__main__":
    main()
