"""The Counterask tab of Excel's ribbon: its buttons, the XML that draws them and the VBA behind them.

The VBA itself stands in `CounteraskRibbon.bas`, as text that a person can read and change; help texts of the
functions become a module of their own, since Excel learns them by a call for each function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from xml.sax.saxutils import quoteattr

from counterask_addin.excel.vba_project import Module, VbaProjectError, standard_module
from counterask_addin.excel.wrappers import FunctionHelp

RIBBON_MODULE = "CounteraskRibbon"
HELP_MODULE = "CounteraskHelpTexts"
RIBBON_NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
LONGEST_HELP = 255  # characters that Excel shows of a help text
# What Windows-1252 has no letter for, in the words of a keyboard.
_SPELLED_OUT = {"≤": "<=", "≥": ">=", "→": "->", "−": "-", "≠": "<>", "∞": "unlimited"}


@dataclass(frozen=True)
class Button:
    """One button: the VBA procedure it calls, its label, Excel's name for its picture, and the help that
    appears under the mouse."""

    procedure: str
    label: str
    picture: str
    help: str
    is_large: bool = True


BUTTONS = (
    Button("CounteraskNewQuote", "New quote", "FileNew", "An empty quote workbook, in a place you choose."),
    Button("CounteraskValueNow", "Value now", "CalculateNow", "Calculate every trade of this quote again."),
    Button(
        "CounteraskCounterAsks",
        "Counter-asks",
        "WhatIfAnalysisMenu",
        "What to ask for in return: everything within the limits that would balance the chosen trade.",
    ),
    Button(
        "CounteraskShowTheMath",
        "Show the math",
        "FunctionWizard",
        "The chosen trade, explained line by line.",
    ),
    Button(
        "CounteraskClientCopy",
        "Client copy",
        "FileSaveAs",
        "A new workbook with the agreed terms alone: no costs, no limits, no verdicts.",
    ),
    Button(
        "CounteraskCheck", "Check", "DataValidation", "Count everything again from the inputs and compare."
    ),
    Button("CounteraskHelp", "Help", "Help", "What the buttons do, and what might stop the functions."),
)


def ribbon_xml(tab_id: str = "counteraskTab") -> bytes:
    """The part customUI/customUI14.xml with one tab and its buttons."""
    buttons = "".join(
        f"<button id={quoteattr(button.procedure + 'Button')} label={quoteattr(button.label)} "
        f'size="{"large" if button.is_large else "normal"}" imageMso={quoteattr(button.picture)} '
        f"onAction={quoteattr(RIBBON_MODULE + '.' + button.procedure)} screentip={quoteattr(button.label)} "
        f"supertip={quoteattr(button.help)}/>"
        for button in BUTTONS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<customUI xmlns="{RIBBON_NAMESPACE}"><ribbon><tabs><tab id={quoteattr(tab_id)} label="Counterask" '
        f'getVisible="{RIBBON_MODULE}.CounteraskTabVisible"><group id="counteraskGroup" label="Quote">'
        f"{buttons}</group></tab></tabs></ribbon></customUI>"
    ).encode()


def ribbon_module() -> Module:
    """The VBA behind the buttons."""
    code = (files("counterask_addin.excel") / f"{RIBBON_MODULE}.bas").read_text(encoding="ascii")
    return standard_module(RIBBON_MODULE, code)


def help_module(functions: Sequence[FunctionHelp]) -> Module:
    """A VBA module that tells Excel the help text of every function and argument, for the function wizard.

    An add-in is a hidden workbook, and Excel takes help texts for a visible one only; so an add-in becomes
    visible for that moment. Raises VbaProjectError for a text that VBA cannot hold.
    """
    calls = "".join(_description(function) for function in functions)
    code = f"""Option Explicit

'Help texts of the functions, for Excel's function wizard; called when the workbook opens.

Public Sub DescribeFunctions()
    Dim wasAddin As Boolean, wasSaved As Boolean
    wasAddin = ThisWorkbook.IsAddin
    wasSaved = ThisWorkbook.Saved
    On Error Resume Next 'help texts are a courtesy: no number depends on them
    Application.ScreenUpdating = False
    If wasAddin Then ThisWorkbook.IsAddin = False
{calls}    If wasAddin Then ThisWorkbook.IsAddin = True
    If wasSaved Then ThisWorkbook.Saved = True
    Application.ScreenUpdating = True
End Sub

Private Sub Describe(functionName As String, category As String, description As String, arguments As Variant)
    Application.MacroOptions Macro:="'" & ThisWorkbook.Name & "'!" & functionName, Description:=description, _
        Category:=category, ArgumentDescriptions:=arguments
End Sub
"""
    return standard_module(HELP_MODULE, code)


def workbook_code() -> str:
    """The code behind the workbook itself: what happens when it opens."""
    return f"Private Sub Workbook_Open()\n    {HELP_MODULE}.DescribeFunctions\nEnd Sub\n"


def _description(function: FunctionHelp) -> str:
    texts = [_literal(argument.help) for argument in function.arguments]
    arguments = "Array(" + ", _\n        ".join(texts) + ")"
    return (
        f"    Describe {_literal(function.name)}, {_literal(function.category)}, _\n"
        f"        {_literal(function.help)}, _\n        {arguments}\n"
    )


def _literal(text: str) -> str:
    """The text as a VBA literal, cut where Excel would cut it."""
    for letter, spelled in _SPELLED_OUT.items():
        text = text.replace(letter, spelled)
    if "\n" in text:
        raise VbaProjectError(f"A help text must be one line: {text[:60]!r} ...")
    if len(text) > LONGEST_HELP:
        text = text[: LONGEST_HELP - 4].rsplit(" ", 1)[0] + " ..."
    return '"' + text.replace('"', '""') + '"'
