"""The object that Calc takes for an add-in, living in this interpreter.

Calc asks every service `com.sun.star.sheet.AddIn` which functions it has, once, before its first document. We
write an interface with one method a function as text (UNO IDL), tell both sides of the connection of it, and
insert a factory whose object answers those methods. Nothing is installed, and nothing remains when the
program ends.
"""

from __future__ import annotations

import importlib
import itertools
import os
import re
from pathlib import Path
from typing import Any

from .cell_values import null_date, result_of
from .live_functions import LiveFunction, Spelling
from .program import TYPE_MANAGER

# Under this name a function stands in files of LibreOffice's own format (.ods): it must stay the same.
SERVICE = "counterask.Functions"

# A table has to be declared: in an any it would arrive as a list of anything, which Calc shows as #VALUE!.
_TABLE = "sequence<sequence<any> >"
_RANGE = "com::sun::star::table::XCellRange"
_CALLER = "[in] com::sun::star::beans::XPropertySet caller"
"""The document that asks: Calc fills this argument in, no formula gives it. It says from which day dates are counted."""

# Type names live as long as this process: every host has its own.
_numbers = itertools.count(1)


def register(uno: Any, context: Any, names: tuple[Spelling, ...], folder: Path) -> Any:
    """Make functions known under `names` to the LibreOffice behind `context`.

    Calc asks once, before its first document: register before that.

    folder : an existing folder that lives as long as the LibreOffice; the interface is written there.
    Returns the factory; the functions live as long as it does.
    """
    module = f"counterask{os.getpid()}n{next(_numbers)}"
    idl = folder / f"{module}.idl"
    idl.write_text(_interface(module, names))
    for place in (uno.getComponentContext(), context):
        types = place.getValueByName(TYPE_MANAGER)
        types.insert(idl.as_uri())
    factory = _factory(uno, module, names)
    context.ServiceManager.insert(factory)
    return factory


def as_stored(formula: str, names: tuple[Spelling, ...]) -> str:
    """A formula as Calc's programming interface gives it, with our names as they stand in the workbook."""
    stored = {name.method: name.stored for name in names}
    pattern = re.compile(rf"{re.escape(SERVICE)}\.(\w+)", re.IGNORECASE)
    return pattern.sub(lambda found: stored.get(found[1].upper(), found[0]), formula)


def _interface(module: str, names: tuple[Spelling, ...]) -> str:
    def given(name: Spelling) -> str:
        kinds = (
            _RANGE if number in name.function.ranges else "any"
            for number in range(len(name.function.arguments))
        )
        return ", ".join((_CALLER, *(f"[in] {kind} a{number}" for number, kind in enumerate(kinds))))

    methods = "\n".join(
        f"  {_TABLE if name.function.returns_table else 'any'} {name.method}({given(name)});"
        for name in names
    )
    head = f"module {module} {{\n interface XFunctions : com::sun::star::uno::XInterface {{\n"
    return f"{head}{methods}\n }};\n}};\n"


def _method(function: LiveFunction) -> Any:
    def method(_self: Any, caller: Any, *arguments: Any) -> Any:
        return result_of(function, arguments, null_date(caller))

    return method


def _factory(uno: Any, module: str, names: tuple[Spelling, ...]) -> Any:
    by_method = {name.method: name for name in names}
    by_shown = {name.shown: name.method for name in names}
    base: Any = importlib.import_module("unohelper").Base
    functions: Any = uno.getClass(f"{module}.XFunctions")
    add_in: Any = uno.getClass("com.sun.star.sheet.XAddIn")
    stored_names: Any = uno.getClass("com.sun.star.sheet.XCompatibilityNames")
    service_name: Any = uno.getClass("com.sun.star.lang.XServiceName")
    service_info: Any = uno.getClass("com.sun.star.lang.XServiceInfo")
    component_factory: Any = uno.getClass("com.sun.star.lang.XSingleComponentFactory")

    class Described(base, service_info):  # type: ignore[misc]
        def getImplementationName(self) -> str:
            return SERVICE

        def supportsService(self, name: str) -> bool:
            return name in self.getSupportedServiceNames()

        def getSupportedServiceNames(self) -> tuple[str, ...]:
            return (SERVICE, "com.sun.star.sheet.AddIn")

    class AddIn(Described, functions, add_in, stored_names, service_name):  # type: ignore[misc]
        def getServiceName(self) -> str:
            return SERVICE

        # The spelling of this name is UNO's own.
        def getProgrammaticFuntionName(self, shown: str) -> str:
            return by_shown.get(shown, "")

        def getDisplayFunctionName(self, method: str) -> str:
            return by_method[method].shown if method in by_method else ""

        def getFunctionDescription(self, method: str) -> str:
            return by_method[method].function.description if method in by_method else ""

        def getDisplayArgumentName(self, method: str, number: int) -> str:
            return by_method[method].function.arguments[number - 1][0] if method in by_method else ""

        def getArgumentDescription(self, method: str, number: int) -> str:
            return by_method[method].function.arguments[number - 1][1] if method in by_method else ""

        def getProgrammaticCategoryName(self, _method: str) -> str:
            return "Add-In"

        def getDisplayCategoryName(self, _method: str) -> str:
            return "Add-In"

        def setLocale(self, locale: Any) -> None:
            self._locale = locale

        def getLocale(self) -> Any:
            return self._locale

        def getCompatibilityNames(self, method: str) -> tuple[Any, ...]:
            if method not in by_method:
                return ()
            english = uno.createUnoStruct("com.sun.star.lang.Locale", "en", "US", "")
            return (
                uno.createUnoStruct("com.sun.star.sheet.LocalizedName", english, by_method[method].stored),
            )

    for name in names:
        setattr(AddIn, name.method, _method(name.function))

    class Factory(Described, component_factory):  # type: ignore[misc]
        def createInstanceWithContext(self, _context: Any) -> Any:
            return AddIn()

        def createInstanceWithArgumentsAndContext(self, _arguments: Any, _context: Any) -> Any:
            return AddIn()

    return Factory()
