"""Inputs of the first edition that are no more, and what replaces each: for quotes and limits that still name them."""

from __future__ import annotations

from .cells import Fault
from .tables import plain

_REPLACED = {
    "renewal_probability": "Annual retention (an assumption) and Automatic renewal (a term)",
    "tfc_hazard": "Annual retention and Retention spread (assumptions)",
    "reference_probability": "Public reference (a term: yes or no); its probability is an assumption",
    "introduction_probability": "Introduction (a term: yes or no); its probability is an assumption",
}
"""Name of the input -> what replaces it."""
_BY_WORD = {plain(name): instead for name, instead in _REPLACED.items()}


def replaced_by(word: object) -> str:
    """What replaces an input of the first edition, in words; "" for any other word."""
    return _BY_WORD.get(plain(word), "")


def unknown_name(word: str, expected: str) -> Fault:
    """What is wrong with a row whose name is not known, in a table in which `expected` is."""
    instead = replaced_by(word)
    if not instead:
        return Fault(f'found "{word[:60]}"', expected, "Correct or clear the row.")
    return Fault(f'found "{word[:60]}", which was replaced by {instead}', expected, "Fill in what replaces it and clear the row.")
