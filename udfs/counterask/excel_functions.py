"""The catalogue as Excel loads it: every function under its own name, registered with xlwings and given its help.

Only what Excel itself starts, classic or xlwings Lite, imports this module; everything else takes the plain `functions`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import xlwings as xw

from .functions import CATEGORY, CatalogueFunction, catalogue


def registered(entry: CatalogueFunction) -> Callable[..., Any]:
    """A function of the catalogue with what xlwings needs to know of it: its arguments, their help, its category."""
    found = entry.call
    for argument in reversed(entry.arguments):
        options = {"ndim": 2, "err_to_str": True} if argument.is_range else {"err_to_str": True}
        found = xw.arg(argument.name, doc=argument.description, **options)(found)
    return xw.func(category=CATEGORY)(found)


globals().update({entry.name: registered(entry) for entry in catalogue()})
