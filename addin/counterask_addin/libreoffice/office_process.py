"""A LibreOffice process of our own: its profile, its environment, its beginning and its certain end.

It gets a profile of its own in a temporary folder, so that the person's LibreOffice may run beside it and
keeps its settings; an environment without the Python variables and search path of a virtual environment,
which would break the Python inside LibreOffice; and a named pipe to talk through, which needs no port. It
runs in a process group of its own, and whatever happens this group is ended when we end.

LibreOffice says so before it shuts down (`ending`), when every document is closed. One that goes without this
(`lost`) has broken down. The exit code does not decide: the program that we start is often a script or a small
program that starts the real one; it ends some time later, and with a code of its own.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import uuid
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from .calls import Call, News, listener
from .program import Cancelled, HostError, Version, find_soffice, import_uno

# Only a LibreOffice that hangs takes this long, however busy the machine is.
START_SECONDS = 300.0
STOP_SECONDS = 30.0

_KEPT = (
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LANGUAGE",
    "TMPDIR",
    "TZ",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
)
_KEPT_FAMILIES = ("LC_", "XDG_", "SAL_", "GTK_", "QT_", "KDE_", "DESKTOP_SESSION")

# Settings of the profile: path, property, value. A fresh profile would greet the person with tips and news,
# warn that .xlsx is not its own format, and trust saved results instead of asking our functions.
_SETTINGS = (
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Common/Misc", "ShowTipOfTheDay", "false"),
    ("Office.Common/Misc", "CrashReport", "false"),
    ("Office.Common/Save/Document", "WarnAlienFormat", "false"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
)
_RECALCULATE = (
    ("Office.Calc/Formula/Load", "OOXMLRecalcMode", "0"),
    ("Office.Calc/Formula/Load", "ODFRecalcMode", "0"),
)


class OfficeProcess:
    """A running LibreOffice: `context` is its UNO component context, `desktop` its desktop, `folder` ours to
    write in.

    windowed : with a window on the display, for a person; without it nothing is shown.
    recalculate : whether opening a workbook computes its formulas anew.
    soffice : the program, else the one that is found.
    stop : asked again and again while it starts; True gives the start up with Cancelled.
    HostError with the reason where it does not start.

    `ending` is set when every document is closed and LibreOffice begins to shut down: from then on nothing may call it.
    `lost` is set when it is gone. `news` tells of each of them.
    """

    def __init__(
        self,
        windowed: bool = False,
        recalculate: bool = True,
        soffice: str | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.program = find_soffice(soffice)
        self.uno = import_uno(self.program)
        if windowed and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            raise HostError(
                "There is no screen to show LibreOffice on (neither DISPLAY nor WAYLAND_DISPLAY is set); "
                "run this in a desktop session."
            )
        self.folder = Path(tempfile.mkdtemp(prefix="counterask-"))
        self.news, self.ending, self.lost = News(), threading.Event(), threading.Event()
        self._calls: list[Call] = []
        self._bridges: list[Any] = []
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._start(windowed, recalculate)
            self._connect(stop)
            refusal = self.version.refusal()
            if refusal:
                raise HostError(refusal)
            if windowed and not self._has_screen():
                screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
                raise HostError(
                    f"LibreOffice cannot show a window on the screen {screen}; run this in a desktop session."
                )
        except BaseException:
            self.end()
            raise

    def _start(self, windowed: bool, recalculate: bool) -> None:
        profile = self.folder / "profile"
        _write_settings(profile, _SETTINGS + (_RECALCULATE if recalculate else ()))
        self._pipe = f"counterask_{uuid.uuid4().hex}"
        command = [
            str(self.program),
            f"-env:UserInstallation={profile.as_uri()}",
            "--norestore",
            "--nologo",
            "--nodefault",
            "--nofirststartwizard",
            f"--accept=pipe,name={self._pipe};urp;",
        ]
        if not windowed:
            command.append("--headless")
        with open(self.folder / "stderr", "wb") as stderr:
            self._process = subprocess.Popen(
                command,
                env=_environment(windowed),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
            )
        self._finalizer = weakref.finalize(self, _end_group, self._process, self.folder, self._pipe)

    def _connect(self, stop: Callable[[], bool]) -> None:
        """Wait until LibreOffice answers. With a new profile it may start twice, and answer both times."""
        local = self.uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        address = f"uno:pipe,name={self._pipe};urp;StarOffice.ComponentContext"
        exceptions = self.uno.getClass("com.sun.star.uno.Exception")
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                self.context = resolver.resolve(address)
                self.version = self._read_version()
                services = self.context.ServiceManager
                desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
                self._listen(local, desktop)
                self.desktop = desktop
                return
            except (exceptions, AttributeError):  # nobody there yet, or no longer
                code = self.exit_code()
            if code is not None:
                happened = f"ended with code {code} while it started"
                raise HostError(f"LibreOffice ({self.program}) {happened}{self._its_words()}")
            if time.monotonic() > until:
                happened = f"did not answer within {START_SECONDS:.0f} seconds"
                raise HostError(f"LibreOffice ({self.program}) {happened}{self._its_words()}")
            if stop():
                raise Cancelled
            time.sleep(0.05)  # the pipe appears without notice

    def _listen(self, local: Any, desktop: Any) -> None:
        """Have `ending` set by LibreOffice, and `lost` by our end of the connection, however LibreOffice goes."""
        self.ending, self.lost = threading.Event(), threading.Event()

        def setting(event: threading.Event) -> Callable[[object], None]:
            news = self.news  # and not `self`, whose finalizer would never run

            def happened(_event: object) -> None:
                event.set()
                news.tell()

            return happened

        bridges = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.BridgeFactory", local)
        self._bridges = [bridge for bridge in bridges.getExistingBridges() if self._pipe in bridge.getDescription()]
        for bridge in self._bridges:
            bridge.addEventListener(listener(self.uno, "com.sun.star.lang.XEventListener", disposing=setting(self.lost)))
        answers = {"queryTermination": lambda _event: None, "notifyTermination": setting(self.ending)}
        desktop.addTerminateListener(listener(self.uno, "com.sun.star.frame.XTerminateListener", **answers))

    def _its_words(self) -> str:
        """What LibreOffice wrote about its trouble, as the end of a sentence."""
        with contextlib.suppress(OSError):
            lines = [
                line.strip() for line in (self.folder / "stderr").read_text(errors="replace").splitlines()
            ]
            said = "; ".join(line for line in lines if line)[-500:]
            if said:
                return f"; it said: {said}"
        return " and said nothing; start it by hand once to see what is wrong."

    def _read_version(self) -> Version:
        provider = self.context.ServiceManager.createInstanceWithContext(
            "com.sun.star.configuration.ConfigurationProvider", self.context
        )
        node = self.property_value("nodepath", "/org.openoffice.Setup/Product")
        product = provider.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess", (node,)
        )
        return Version.read(product.getByName("ooSetupVersionAboutBox"))

    def _has_screen(self) -> bool:
        """Whether LibreOffice draws on a screen. Where it cannot, it goes on unseen and without a word.

        A LibreOffice that draws has loaded one of its plug-ins for window systems. Where the operating system
        does not show what a program has loaded (all but Linux), it is believed.
        """
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
                if (
                    name == "soffice.bin"
                    and self._process is not None
                    and int(rest.split()[2]) == self._process.pid
                ):
                    return "libvclplug_" in (entry / "maps").read_text()
        return True

    def property_value(self, name: str, value: Any) -> Any:
        """A UNO property: how options are given to LibreOffice."""
        option = self.uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        option.Name, option.Value = name, value
        return option

    def is_lost(self) -> bool:
        """Whether LibreOffice no longer answers: it is gone, even where the program that started it is not yet."""
        if self.ending.is_set():
            return True
        try:
            self.context.getServiceManager()
        except Exception:
            return True
        return False

    def call(self, work: Callable[[], Any]) -> Call:
        """Start `work`, which calls LibreOffice, on a thread of its own; `news` tells when it is over."""
        call = Call(work, self.news)
        self._calls = [*(earlier for earlier in self._calls if not earlier.is_over), call]
        return call

    def exit_code(self) -> int | None:
        """The code that the process ended with, None while it runs."""
        return None if self._process is None else self._process.poll()

    def wait(self, seconds: float) -> bool:
        """Whether the process has ended within `seconds`."""
        if self._process is None:
            return True
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def backups(self) -> list[Path]:
        """Copies of unsaved documents that a LibreOffice that broke down left in its profile."""
        return sorted(
            path for path in (self.folder / "profile" / "user" / "backup").glob("*") if path.is_file()
        )

    def end(self, at_once: bool = False, first: Callable[[], None] | None = None) -> None:
        """End the process and remove its profile; twice does no harm.

        Unless `at_once`, LibreOffice is asked to end, after `first` is done; one that does not is ended as well.
        """
        if not at_once and self.exit_code() is None and hasattr(self, "desktop"):
            if not self.ending.is_set():
                self.call(lambda: self._ask_to_end(first)).wait(STOP_SECONDS)
            if self.ending.is_set():
                self.wait(STOP_SECONDS)
        if self._process is None:
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            self._finalizer()
        self._end_threads()

    def _end_threads(self) -> None:
        """End what still runs here on behalf of LibreOffice: Python aborts where such a thread outlives it."""
        if self._bridges and self.lost.wait(STOP_SECONDS):
            bridges, self._bridges = self._bridges, []
            self.call(lambda: [bridge.dispose() for bridge in bridges])
        for call in self._calls:
            call.wait(STOP_SECONDS)

    def _ask_to_end(self, first: Callable[[], None] | None) -> None:
        if first is not None:
            first()
        self.desktop.terminate()


def _end_group(process: subprocess.Popen[bytes], folder: Path, pipe: str) -> None:
    # Also after a regular end: a program that LibreOffice started may be left in the group.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    for left in Path("/tmp").glob(
        f"OSL_PIPE_*_{pipe}"
    ):  # where LibreOffice keeps pipes, whatever TMPDIR says
        left.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _environment(windowed: bool) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_KEPT_FAMILIES)
    }
    kept["PATH"] = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
    if not windowed:
        kept["SAL_USE_VCLPLUGIN"] = "svp"
    return kept


def _write_settings(profile: Path, settings: tuple[tuple[str, str, str], ...]) -> None:
    with contextlib.suppress(OSError, KeyError):  # a user without a name: the lock file then has none either
        settings = (*settings, ("UserProfile/Data", "givenname", getpass.getuser()))
    items = "\n".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{escape(value)}</value></prop></item>"
        for path, name, value in settings
    )
    folder = profile / "user"
    folder.mkdir(parents=True)
    (folder / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n{items}\n</oor:items>\n',
        encoding="utf-8",
    )
