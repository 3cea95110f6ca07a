"""Ready-made quotes as JSON: the empty template's company defaults and three complete examples.

`placeholders.json` holds the assumptions that we ship, each with its evidence. A quote states only those that differ from it.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

EXAMPLES = ("staffing", "software", "industrial_supply")


def example_names() -> tuple[str, ...]:
    """The names of the complete examples."""
    return EXAMPLES


def load_example(name: str) -> dict[str, Any]:
    """An example's document. Raises FileNotFoundError where there is none of that name."""
    document, shipped = _read(name), _read("placeholders")
    return document | {key: values | document.get(key, {}) for key, values in shipped.items()}


def _read(name: str) -> dict[str, Any]:
    document = json.loads((files(__package__) / f"{name}.json").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document
