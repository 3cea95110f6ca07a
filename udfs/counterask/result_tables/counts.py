"""How many of something, in the singular or the plural."""

from __future__ import annotations


def count_of(number: float, one: str, many: str = "") -> str:
    """So many of a thing. many : its plural, where that is not `one` with an s.

    >>> count_of(1, "case"), count_of(1200, "case"), count_of(0, "insolvency", "insolvencies")
    ('1 case', '1,200 cases', '0 insolvencies')
    """
    return f"{number:,.0f} {one if round(number) == 1 else many or f'{one}s'}"
