"""counterask: what a client's ask costs the seller, and what a counter-ask is worth, in one currency.

This package is the engine: it needs numpy, and it reads no files. `counterask_addin.analysis` reads quotes and folders and
answers with pandas DataFrames: start there in a notebook (`docs/python.md`). For programs that have a deal as JSON, the names
in `__all__` are loaded when they are first used, so that `import counterask` itself loads nothing:

>>> import counterask
>>> quote = counterask.read_deal({"lines": [], "terms": {}, "assumptions": {}})
>>> str(quote.problems[0]).startswith("lines")
True
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .counter_asks.finder import find_counter_asks
    from .pricing.valuation import value_deal, value_states
    from .reading.deal_json import document_of, read_deal
    from .reading.problems import Problem
    from .reading.quote import Quote
    from .verdicts.ledger import ledger

__version__ = "0.1.0"
__all__ = ["Problem", "Quote", "document_of", "find_counter_asks", "ledger", "read_deal", "value_deal", "value_states"]

_HOMES = {
    "Problem": "reading.problems",
    "Quote": "reading.quote",
    "document_of": "reading.deal_json",
    "find_counter_asks": "counter_asks.finder",
    "ledger": "verdicts.ledger",
    "read_deal": "reading.deal_json",
    "value_deal": "pricing.valuation",
    "value_states": "pricing.valuation",
}


def __getattr__(name: str) -> object:
    """A documented name, loaded when it is first used."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"counterask has no {name}. Files and DataFrames: from counterask_addin import analysis")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
