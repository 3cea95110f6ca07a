"""The number that a person meant by a text: "48 months", "8 %", "1.200,50 €", "(6900)".

A text is read as a number only where it names the unit that its input has and can mean one number alone. "6.900" can be
6900 or 6.9, and "EUR 1,200" can be 1200 or 1.2: no number is read from them, and the problem asks. A text of digits only
looks like a number on the sheet, but the sheet's own sums leave it out: it is reported with the number to type.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ..inputs.quantities import DAYS, FEES, MONEY, MONTHS, MULTIPLE, NUMBER, SHARE, UNITS, Quantity
from .names import DASHES, INVISIBLE

_NO_CENTS = re.compile(r"(?<=[0-9])[.,]-{1,2}(?![0-9])")
"""The Swiss and German way to write no cents: "6900.-", "6900,--"."""
_DIGITS = re.compile(
    r"[0-9]{1,3}(?:[ '][0-9]{3})+(?:[.,][0-9]+)?(?![0-9])|[0-9][0-9.,]*(?:e[+-]?[0-9]{1,2}(?![0-9]))?|[.,][0-9]+"
)
_WORDS = re.compile(r"[^\W\d_]+\$?|[^\w\s]")

_MONTH_WORDS = frozenset({"month", "months", "mo", "mos", "mth", "mths", "monat", "monate", "monaten", "mon", "m", "mois"})
_YEAR_WORDS = frozenset({"year", "years", "yr", "yrs", "y", "jahr", "jahre", "jahren", "an", "ans"})
_DAY_WORDS = frozenset({"day", "days", "d", "tag", "tage", "tagen", "t", "jour", "jours"})
_WEEK_WORDS = frozenset({"week", "weeks", "wk", "wks", "woche", "wochen"})
_SHARE_WORDS = frozenset({"%", "percent", "per", "cent", "pct", "prozent"})
_TIMES = frozenset({"x", "×", "times", "mal"})
_PIECES = frozenset({"unit", "units", "pc", "pcs", "piece", "pieces", "einheit", "einheiten", "stück", "stk"})
_OWN_WORDS = {
    MONTHS: _MONTH_WORDS,
    DAYS: _DAY_WORDS,
    SHARE: _SHARE_WORDS,
    MULTIPLE: _TIMES | {"acv", "jahreswert"},
    FEES: _TIMES | _MONTH_WORDS | {"monthly", "fee", "fees", "monatsentgelt", "monatsentgelte"},
    UNITS: _PIECES,
    NUMBER: frozenset[str](),
}
_LONGER = {MONTHS: (_YEAR_WORDS, 12.0), DAYS: (_WEEK_WORDS, 7.0)}
"""Words for a longer time that is a whole number of the unit, and how many."""
_SCALES = frozenset({"k", "tsd", "thousand", "tausend", "m", "mn", "mio", "million", "millionen", "b", "bn", "mrd", "billion"})
_CHANGING = _MONTH_WORDS | _YEAR_WORDS | _DAY_WORDS | _WEEK_WORDS | _SHARE_WORDS | _SCALES | {"quarter", "quarters", "‰"}
"""Words that make another number of the digits beside them, where they are not the input's own unit."""
_CURRENCIES = {
    "€": {"EUR"},
    "euro": {"EUR"},
    "euros": {"EUR"},
    "us$": {"USD"},
    "$": {"USD", "AUD", "CAD", "NZD", "SGD", "HKD"},
    "£": {"GBP"},
    "¥": {"JPY", "CNY"},
    "fr": {"CHF"},
    "sfr": {"CHF"},
    "kr": {"SEK", "NOK", "DKK"},
    "zł": {"PLN"},
    "kč": {"CZK"},
}


@dataclass(frozen=True)
class TypedNumber:
    """What a text says.

    choices : the numbers that its digits can be, as they are typed with a decimal point; none where it holds no one number.
    has_unit : whether the unit of the input is named, and nothing else. is_bare : whether there are digits and a sign alone.
    factor : of the unit that is named; `%` is 0.01, a year is 12 months. is_other : whether the words may make it another
    number (another unit, "k" for thousand), so that none should be offered.
    """

    choices: tuple[str, ...] = ()
    has_unit: bool = False
    is_bare: bool = False
    factor: float = 1.0
    is_other: bool = False

    @property
    def is_ambiguous(self) -> bool:
        """Whether the digits can be two numbers."""
        return len(self.choices) > 1

    @property
    def is_percent(self) -> bool:
        """Whether the number is said in per cent."""
        return self.factor == 0.01

    @property
    def number(self) -> float | None:
        """The one number that the text says in the unit of its input; None where it says none, or could say two."""
        if len(self.choices) != 1 or self.is_other:
            return None
        return float(self.choices[0]) / 100.0 if self.is_percent else float(self.choices[0]) * self.factor


def typed_number(words: str, quantity: Quantity, currency: str = "") -> TypedNumber:
    """What a text says of a quantity. currency : of all money in the quote, as three letters; "" where it is not known.

    >>> from ..inputs.quantities import Quantity
    >>> term, price = (Quantity("", unit, 0, 1e9, 1, "") for unit in (MONTHS, MONEY))
    >>> typed_number("4 years", term).number, typed_number("1.200,50 €", price, "EUR").number
    (48.0, 1200.5)
    >>> typed_number("6.900", price).choices
    ('6900', '6.9')
    """
    plain = DASHES.sub("-", unicodedata.normalize("NFKC", INVISIBLE.sub("", words))).replace("\u2019", "'").strip().lower()
    plain = _NO_CENTS.sub("", plain)
    found = list(_DIGITS.finditer(plain))
    if len(found) != 1 or len(plain) > 100:
        return TypedNumber()
    digits = found[0][0].rstrip(".,")
    before, after = plain[: found[0].start()], plain[found[0].start() + len(digits) :]
    choices = _choices(digits)
    signs, before, after = _signs(before, after)
    if not choices or signs > 1:
        return TypedNumber()
    rest = [word for word in _WORDS.findall(f"{before} {after}") if word != "."]
    if signs:
        choices = tuple(f"-{choice}" for choice in choices)
    if not rest:
        return TypedNumber(choices, is_bare=True)
    longer, factor = _LONGER.get(quantity.unit, (frozenset[str](), 1.0))
    if all(word in longer for word in rest):
        return TypedNumber(choices, has_unit=True, factor=factor)
    if quantity.is_share and all(word in _SHARE_WORDS for word in rest):
        return TypedNumber(_of_percent(choices, quantity), has_unit=True, factor=0.01)
    own = _OWN_WORDS.get(quantity.unit, frozenset()) | _unit_words(quantity.unit)
    is_own = _is_currency(rest, currency) if quantity.unit == MONEY else all(word in own for word in rest)
    is_glued = after[:1].isalpha() and not is_own
    is_foreign = quantity.unit == MONEY and not is_own and bool(currency) and any(_is_money(word) for word in rest)
    is_other = not is_own and (is_glued or is_foreign or any(word in _CHANGING - own for word in rest))
    return TypedNumber(choices, has_unit=is_own, is_other=is_other)


def _signs(before: str, after: str) -> tuple[int, str, str]:
    """How many signs of a negative number there are, and the words without them: "-4", "- 4", "€ -4", "4-", "(4)"."""
    signs = 0
    if "(" in before and ")" in after:
        signs, before, after = 1, before.replace("(", " ", 1), after.replace(")", " ", 1)
    bare = before.strip().removeprefix("+").removesuffix("+")
    for end in (bare.startswith("-"), len(bare) > 1 and bare.endswith("-")):
        if end:
            signs += 1
    bare = bare.strip("-")
    tail = after.strip()
    if tail.endswith("-") or tail.startswith("- "):
        signs, tail = signs + 1, tail.strip("-")
    return signs, bare, tail if after[:1] != " " else f" {tail}"


def _choices(digits: str) -> tuple[str, ...]:
    """The numbers that digits with separators can be, with a decimal point and no thousands separators."""
    if "e" in digits:
        return (digits,) if re.fullmatch(r"[0-9]+(\.[0-9]+)?e[+-]?[0-9]+", digits) else ()
    if " " in digits or "'" in digits:
        digits = re.sub("[ ']", "", digits)
        return (digits.replace(",", "."),)
    if "." in digits and "," in digits:
        decimal = "." if digits.rfind(".") > digits.rfind(",") else ","
        whole, _, part = digits.rpartition(decimal)
        joined = _joined(whole, "," if decimal == "." else ".")
        return (f"{joined}.{part}",) if joined and decimal not in whole else ()
    mark = "." if "." in digits else ","
    if digits.count(mark) > 1:
        joined = _joined(digits, mark)
        return (joined,) if joined else ()
    whole, _, part = digits.partition(mark)
    decimal_number = f"{whole or 0}.{part}" if part else whole
    is_group = len(part) == 3 and len(whole) <= 3 and not whole.startswith("0") and whole != ""
    return (whole + part, _short(decimal_number)) if is_group else (decimal_number,)


def _joined(digits: str, mark: str) -> str:
    """Digits in groups of thousands (or of lakhs, 12,34,567) without the marks between; "" where the groups are no such."""
    groups = digits.split(mark)
    is_thousands = all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3
    is_lakhs = (
        mark == ","
        and len(groups) > 2
        and len(groups[-1]) == 3
        and all(len(group) == 2 for group in groups[1:-1])
        and 1 <= len(groups[0]) <= 2
    )
    return "".join(groups) if is_thousands or is_lakhs else ""


def _short(number: str) -> str:
    """A decimal number without zeros at its end: "6.900" is "6.9"."""
    return number.rstrip("0").rstrip(".")


def _of_percent(choices: tuple[str, ...], quantity: Quantity) -> tuple[str, ...]:
    """The choices that a share can have: nobody means 8,125 per cent by "8.125%", where a share ends at 100."""
    fitting = tuple(one for one in choices if quantity.fault(float(one) / 100) is None)
    return fitting if len(fitting) == 1 else choices


def _unit_words(unit: str) -> frozenset[str]:
    """The words of a unit, in the singular and the plural."""
    words = [word for word in _WORDS.findall(unit.lower()) if word.isalpha()]
    return frozenset(form for word in words for form in (word, word.removesuffix("s"), f"{word}s"))


def _is_money(word: str) -> bool:
    return word in _CURRENCIES or (len(word) == 3 and word.isascii() and word.isalpha())


def _is_currency(words: list[str], currency: str) -> bool:
    """Whether the words name the currency of the quote, and no other."""
    code = currency.upper()
    return bool(code) and all(word.upper() == code or code in _CURRENCIES.get(word, ()) for word in words)
