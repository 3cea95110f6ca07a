"""The decimal sign with which a person types numbers here, so that a remedy names a number in the form that this host takes.

The host says which sign it is (`use_decimal_sign`). Where it does not, a remedy has a decimal point, and names the other form.
"""

from __future__ import annotations

_sign = ""


def use_decimal_sign(sign: str) -> None:
    """From now on name numbers with this sign, "." or ","; with any other the sign is unknown."""
    global _sign
    _sign = sign if sign in (".", ",") else ""


def as_typed(number: str) -> str:
    """A number that is written with a decimal point, as a person types it here.

    >>> use_decimal_sign(",")
    >>> as_typed("12.5%")
    '12,5%'
    >>> use_decimal_sign("")
    """
    return number.replace(".", _sign or ".")


def other_form(number: str) -> str:
    """Words in parentheses with the other form of a number, where the sign is unknown and matters; "" elsewhere.

    >>> other_form("12.5")
    ' (12,5 where the decimal sign is a comma)'
    """
    return "" if _sign or "." not in number else f" ({number.replace('.', ',')} where the decimal sign is a comma)"
