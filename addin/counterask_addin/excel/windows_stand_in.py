"""xlwings' Windows half on a system without Windows: enough stand-ins for pywin32 that its decorators, its
VBA generator and its call path run as they are.

Only names are stood in for, never a behaviour that we then rely on: what a stand-in answers is either a class
to inherit from, a type to compare with, or nothing. `SheetRange` plays the one Excel object that a function
call passes in: a range, with the values as COM hands them over.

Import this module in a process of its own only (`classic_process`): it changes `sys.modules`, `ctypes` and
the decorators of xlwings.
"""

from __future__ import annotations

import ctypes
import datetime
import importlib
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

from counterask_addin.excel.classic_values import read_exactly

RANGE_INTERFACE = "{00020846-0000-0000-C000-000000000046}"
ERROR_CODES = {
    "#NULL!": -2146826288,
    "#DIV/0!": -2146826281,
    "#VALUE!": -2146826273,
    "#REF!": -2146826265,
    "#NAME?": -2146826259,
    "#NUM!": -2146826252,
    "#N/A": -2146826246,
    "#GETTING_DATA": -2146826245,
    "#SPILL!": -2146826243,
    "#CONNECT!": -2146826242,
    "#BLOCKED!": -2146826241,
    "#UNKNOWN!": -2146826240,
    "#FIELD!": -2146826239,
    "#CALC!": -2146826238,
    "#BUSY!": -2146826237,
}
_NAMES = """pythoncom pywintypes comtypes comtypes.client win32api win32com win32com.client win32com.server
win32com.server.dispatcher win32com.server.policy win32com.server.util win32con win32event win32gui
win32process win32timezone"""
_MODULES = tuple(_NAMES.split())


class _StandIn(ModuleType):
    """A module in which every name exists: errors are exceptions, everything else a function that does
    nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Exception,), {}) if name.endswith("error") else _nothing


def _nothing(*_: object, **__: object) -> None:
    return None


class SheetRange:
    """A range as COM hands it to a function: its values, one cell as a scalar, more as a tuple of rows.

    exact : its `Value2`, where money is not rounded to four decimals. decimal_sign : of this Excel; "" if it does not say.
    """

    def __init__(self, values: Any, exact: Any, decimal_sign: str = "") -> None:
        rows = values if isinstance(values, tuple) else ((values,),)
        self.Value, self.Value2 = values, exact
        self.Rows, self.Columns = SimpleNamespace(Count=len(rows)), SimpleNamespace(Count=len(rows[0]))
        self.Row = self.Column = 1
        application = SimpleNamespace(Name="Microsoft Excel", Hwnd=1, International=lambda _: decimal_sign)
        self.Application = application
        self.Worksheet = SimpleNamespace(Parent=SimpleNamespace(Application=application))
        info = SimpleNamespace(GetTypeAttr=lambda: SimpleNamespace(iid=RANGE_INTERFACE))
        self._oleobj_ = SimpleNamespace(GetTypeInfo=lambda: info)


def install() -> ModuleType:
    """Put the stand-ins in place, import xlwings as Excel's Python does, and answer `xlwings.udfs` with the classic
    decorators switched on. On Windows nothing is stood in for."""
    if sys.platform == "win32":
        importlib.import_module("counterask_addin.excel.classic_start")
        return importlib.import_module("xlwings.udfs")
    for name in _MODULES:
        sys.modules[name] = _StandIn(name)
    for name in _MODULES:
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, sys.modules[name])
    client: Any = sys.modules["win32com.client"]
    for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass"):
        setattr(client, name, type(name, (), {}))
    client.Dispatch = lambda thing: thing
    types: Any = sys.modules["pywintypes"]
    types.TimeType = datetime.datetime
    types.IID = str
    zone: Any = sys.modules["win32timezone"]
    zone.TimeZoneInfo = type("TimeZoneInfo", (), {"utc": staticmethod(_nothing)})
    process: Any = sys.modules["win32process"]
    process.GetWindowThreadProcessId = lambda window: (window, 1)  # thread, process
    com: Any = sys.modules["pythoncom"]
    com.__file__ = "pythoncom.dll"
    com.IID_IDispatch = "{00020400-0000-0000-C000-000000000046}"
    com.TypeIIDs = {com.IID_IDispatch: type("PyIDispatch", (), {})}
    if not hasattr(ctypes, "windll"):
        library = SimpleNamespace(oleacc=_AnyFunction(), user32=_AnyFunction(), ole32=_AnyFunction())
        libraries: Any = ctypes
        libraries.windll = libraries.oledll = library
        libraries.WINFUNCTYPE = ctypes.CFUNCTYPE
        libraries.PyDLL = lambda *_, **__: _AnyFunction()
    importlib.import_module("counterask_addin.excel.classic_start")
    xlwings: Any = importlib.import_module("xlwings")
    udfs = importlib.import_module("xlwings.udfs")
    windows = importlib.import_module("xlwings._xlwindows")
    read_exactly()
    xlwings.func, xlwings.arg, xlwings.ret = udfs.xlfunc, udfs.xlarg, udfs.xlret
    xlwings.script = xlwings.sub = udfs.xlsub
    xlwings.engines.add(xlwings.Engine(impl=windows.engine))
    xlwings.engines.active = xlwings.engines["excel"]
    return udfs


class _AnyFunction:
    """A DLL in which every function exists, with the attributes that ctypes would give it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Function()


class _Function:
    restype: object = None
    argtypes: object = None

    def __call__(self, *_: object) -> int:
        return 0
