"""What a rep says: levels, levers and the two answers to an ask, in the language of the sheet.

Words of levers come from their definitions, all others from `translations/`, one file a language; here is only how they
are put together. Months are said as
years where they are whole years, shares as per cent, money with the currency of the quote.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from ..inputs.language import package_text
from ..inputs.levers import LANGUAGES, LEVER_BY_NAME, Kind, Said, Words
from ..inputs.quantities import DAYS, FEES, MONEY, MONTHS, MULTIPLE, UNITS
from ..inputs.terms import Deal
from ..verdicts.limits import Authority
from ..verdicts.trades import Change

_CASES = ("", "accusative", "dative")
_FORMS = ("can", "do", "get")
"""The forms of a change, in the order in which a lever's words give them."""
_COUNTED = {DAYS: "day", MULTIPLE: "multiple", FEES: "fee"}
"""Units that are said as a number of something."""
_STEPS = {UNITS: "unit", MONTHS: "month"}


@cache
def book(language: str) -> Mapping[str, Any]:
    """The words of a language, as its file has them. Raises ValueError where there is no file for it."""
    if language not in LANGUAGES:
        raise ValueError(f"there are no words in {language!r}, only in {', '.join(LANGUAGES)}")
    return tomllib.loads(package_text(__spec__, f"translations/{language}.toml"))


@cache
def _company_words(language: str) -> Words:
    """How a lever that the company added is said; {name} is what the manager called it."""
    words = book(language)["company_lever"]
    said, zero, counted = (tuple(words[f"{form}{level}"] for form in _FORMS) for level in ("", "_zero", "_counted"))
    return Words(words["name"], said, zero=zero, counted=counted)


def _of_one(unit: str, language: str) -> str:
    """A company lever's unit for one of it: "days" becomes "day". As it is where the language knows no ending that fits."""
    endings: list[list[str]] = book(language)["units"]["company"]["endings_of_one"]
    return next((unit.removesuffix(many) + one for many, one in endings if unit.endswith(many)), unit)


@dataclass(frozen=True)
class Speaker:
    """Says things about a deal. language : one of `LANGUAGES`. currency : the code that stands beside money, or ""."""

    deal: Deal
    language: str = "en"
    currency: str = ""

    def word(self, group: str, name: str) -> str:
        """One word or sentence of the language's file."""
        found: str = book(self.language)[group][name]
        return found

    def count(self, number: int) -> str:
        """A small number of things as a word: "three"."""
        words: list[str] = book(self.language)["numbers"]["words"]
        return words[number] if 0 < number < len(words) else str(number)

    # ---- numbers and levels

    def number(self, value: float, digits: int = 2) -> str:
        """A number as the language writes it, without zeros that say nothing: 1,234.5 or 1.234,5."""
        plain = f"{value:,.{digits}f}"
        if "." in plain:
            plain = plain.rstrip("0").rstrip(".")
        return self._written(plain)

    def percent(self, share: float) -> str:
        """A share as per cent: 12.5%, 12,5 %."""
        return self.word("numbers", "percent").format(number=self.number(100.0 * share))

    def day(self, day: date) -> str:
        """A day as a table writes it: 2026-11-28, 28.11.2026."""
        return day.strftime(self.word("numbers", "day"))

    def money(self, value: float, digits: int = 2) -> str:
        """Money with its currency; without cents where there are none: EUR 1,234.50, EUR 1,200."""
        shown = round(value, digits) + 0.0  # no minus before a zero
        plain = f"{shown:,.{digits}f}"
        if digits and shown == round(shown):
            plain = f"{shown:,.0f}"
        return self.word("numbers", "money").format(number=self._written(plain), currency=self.currency).strip()

    def _written(self, plain: str) -> str:
        marks = {",": self.word("numbers", "thousands"), ".": self.word("numbers", "decimal")}
        return "".join(marks.get(character, character) for character in plain)

    def level(self, lever: str, value: float, case: str = "") -> str:
        """A lever's level with its unit: "four years", "60 days", "5%", "2× annual value", "uncapped", "yes".

        case : "accusative" or "dative", for languages in which that makes a difference. "" for a level that is
        unknown.
        """
        if math.isnan(value):
            return ""
        known = LEVER_BY_NAME.get(lever)
        words = self._words(lever)
        if math.isinf(value):
            return words.none_word or self.word("numbers", "none")
        if known is None:
            return f"{self.number(value)} {self._unit(self.deal.company_lever(lever).unit, value)}".strip()
        quantity = known.quantity
        if words.values:
            return words.values.get(f"{value:g}", words.values["other"]).format(to=self._time(value, case))
        if quantity.is_switch:
            return self.word("numbers", "yes" if value else "no")
        if quantity.is_share:
            return self.percent(value)
        if quantity.unit == MONEY:
            return self.money(value)
        if quantity.unit in _COUNTED:
            return self._counted(_COUNTED[quantity.unit], value, case)
        return self._time(value, case) if quantity.unit == MONTHS else self.number(value)

    def _spoken(self, lever: str, value: float, case: str) -> str:
        """A level inside a sentence: as `level`, but a multiple of a year's fees as a person says it, not as it is written."""
        known = LEVER_BY_NAME.get(lever)
        if known is None or known.quantity.unit != MULTIPLE or not math.isfinite(value):
            return self.level(lever, value, case)
        forms: Mapping[str, str] = book(self.language)["units"]["spoken_multiple"]
        text = forms.get(f"{value:g}") or forms["part" if value < 1.0 else "many"]
        return text.format(number=self.number(value), percent=self.percent(value))

    def _time(self, months: float, case: str) -> str:
        """Months as a person says them: as years where they are whole years."""
        whole_years = months >= 12.0 and months % 12.0 == 0.0
        return self._counted("year", months / 12.0, case) if whole_years else self._counted("month", months, case)

    def _unit(self, unit: str, value: float) -> str:
        """The unit of a company lever as the manager typed it; of one, without the ending that the language gives to many."""
        return _of_one(unit, self.language) if value == 1.0 else unit

    def counted(self, name: str, line: str | None, value: float) -> str:
        """So many of a line or of a company lever: "350 Seats", "350 units of Seats, all clinics", "three Workshop days".

        The unit is left out where a person would: where the line's name is a plural, or a company lever's name ends with its
        unit. "" for a company lever of which that is not so.
        """
        words = book(self.language)["units"]["counted"]
        if line is not None:
            is_plain = all(letter.isalpha() or letter in " -" for letter in line)
            is_plural = is_plain and line.endswith(tuple(words["plural"])) and not line.endswith(tuple(words["not_plural"]))
            counted: str = words["plain" if is_plural else "units"]
            return counted.format(number=self.number(value), line=line)
        unit = self.deal.company_lever(name).unit.strip()
        for language in LANGUAGES:
            one = _of_one(unit, language)
            if one and one != unit and name.casefold().endswith(one.casefold()):
                stem = name[: len(name) - len(one)]
                if value == 1.0:
                    return f"{words['one']} {name}"
                many = unit if name.endswith(one) else unit.lower() if name.endswith(one.lower()) else unit.capitalize()
                number = self.count(int(value)) if value == round(value) else self.number(value)
                return f"{number} {stem}{many}"
        return ""

    def typed(self, lever: str, value: float) -> str:
        """A level as it is typed into a cell, with its unit: as `level`, but months are counted: "36 months"."""
        known = LEVER_BY_NAME.get(lever)
        if known is None or known.quantity.unit != MONTHS or not math.isfinite(value):
            return self.level(lever, value)
        forms = book(self.language)["units"]["month"]
        text: str = forms["many" if value != 1.0 else "typed_one"]
        return text.format(number=self.number(value))

    def amount(self, lever: str, size: float) -> str:
        """So much of a lever, with its unit, whatever level it stands at: "1 point", "11 days", "two months"."""
        known = LEVER_BY_NAME.get(lever)
        if known is None:
            return self.level(lever, size)
        if known.quantity.is_share:
            return self._counted("point", round(100.0 * size, 10), "")
        unit = _STEPS.get(known.quantity.unit)
        return self._counted(unit, size, "") if unit else self.level(lever, size)

    def _counted(self, unit: str, value: float, case: str) -> str:
        """A number with its unit. Small whole numbers of months and years are said as words."""
        forms = book(self.language)["units"][unit]
        count = "one" if value == 1.0 else "many"
        words = book(self.language)["numbers"]["words"]
        is_word = unit in ("month", "year") and value == round(value) and 1.0 <= value < len(words)
        said = words[int(value)] if is_word else self.number(value)
        text: str = forms.get(f"{count}_{case}", forms[count])
        return text.format(number=said)

    # ---- levers and changes

    def _words(self, lever: str) -> Words:
        known = LEVER_BY_NAME.get(lever)
        return known.words(self.language) if known else _company_words(self.language)

    def lever(self, name: str, line: str | None = None) -> str:
        """A lever's name, with its line where it has one: "discount of seats"."""
        entry = self._words(name).name.format(name=name)
        return self.word("sentences", "on_line").format(lever=entry, line=line) if line else entry

    def moved(self, lever: str) -> tuple[str, str] | None:
        """How so much more and so much less of a lever is said, with {amount} and {line}; None where nothing special is."""
        return self._words(lever).moved

    def phrase(self, form: str, change: Change) -> str:
        """A change in one of three forms.

        "can": what the client may have; "do": the same, said of us; "get": what we ask for.
        """
        words = self._words(change.lever)
        said_as = next((suffix for suffix in self._suffixes(change) if getattr(words, suffix)), "said")
        forms: Said = getattr(words, said_as) or ("{name}", "{name}", "{name}")
        text = forms[_FORMS.index(form)]
        to = -change.to if said_as == "negative" else change.to
        said = {f"to_{case}" if case else "to": self._spoken(change.lever, to, case) for case in _CASES}
        counted = self.counted(change.lever, change.line, to) if "{counted}" in text else ""
        return text.format(**said, line=change.line or "", name=change.lever, counted=counted)

    def _suffixes(self, change: Change) -> list[str]:
        """The special forms that suit a change, the closest first."""
        known = LEVER_BY_NAME.get(change.lever)
        if known is None and change.to > 0.0 and self.counted(change.lever, None, change.to):
            return ["counted"]
        if math.isinf(change.to):
            return ["none"]
        if known is not None and known.quantity.is_switch:
            return ["yes" if change.to else "no"]
        if change.to < 0.0:
            return ["negative"]
        if known is not None and known.quantity.unit == MONTHS and change.to == 12.0:
            return ["year"]
        of_level = {0.0: ["zero"], 1.0: ["one"]}.get(change.to, [])
        kind = self.deal.lines[self.deal.line_index(change.line)].kind if change.line else Kind.RECURRING
        if kind == Kind.METERED:
            return [*of_level, "metered"] if change.to == 0.0 else ["metered", *of_level]
        return of_level

    def together(self, parts: Sequence[str], last: str = "and") -> str:
        """Several parts in one breath: "a, b and c"."""
        if len(parts) < 2:
            return "".join(parts)
        comma, word = self.word("sentences", "comma"), self.word("sentences", last)
        return comma.join(parts[:-1]) + word + parts[-1]

    def said(self, form: str, changes: Sequence[Change], last: str = "and") -> str:
        """Several changes in one form, in one breath."""
        return self.together([self.phrase(form, change) for change in changes], last)

    # ---- the two answers

    def yes_and(self, asks: Sequence[Change], counters: Sequence[Change], authority: Authority | None = None) -> str:
        """Yes, you can have it, if we get this, and if whoever must agree does."""
        return self._sentence("yes_and", asks, counters, authority)

    def no_but(self, asks: Sequence[Change], offered: Sequence[Change], counters: Sequence[Change]) -> str:
        """Not that, but this, if we get that. asks : what is refused. offered : what is granted instead."""
        refused, offer, get = self.said("do", asks, "or"), self.said("do", offered), self.said("get", counters)
        is_same = refused == offer  # the words do not name the level
        return self.word("sentences", "not_so_far" if is_same else "no_but").format(refuse=refused, offer=offer, get=get)

    def not_so(self, asks: Sequence[Change], counters: Sequence[Change], authority: Authority | None = None) -> str:
        """Not for nothing, but for this: said where there is no level between what stands and what is asked."""
        return self._sentence("not_so", asks, counters, authority)

    def package(
        self, letter: str, granted: Sequence[Change], counters: Sequence[Change], authority: Authority | None = None
    ) -> str:
        """One of several offers: what the client can have, if we get this."""
        return f"{self.word('packages', 'package')} {letter}: {self._sentence('package', granted, counters, authority)}"

    def refusal(self, asks: Sequence[Change]) -> str:
        """Not that, and nothing instead."""
        return self.word("sentences", "refusal").format(refuse=self.said("do", asks, "or"))

    def free(self, ask: Change) -> str:
        """Yes, for nothing: said where an ask costs us nothing."""
        return self.word("sentences", "free").format(can=self.phrase("can", ask))

    def offer(self, offered: Sequence[Change]) -> str:
        """What we can do unasked."""
        return self.word("sentences", "offer").format(offer=self.said("do", offered))

    def _sentence(self, name: str, asks: Sequence[Change], counters: Sequence[Change], authority: Authority | None) -> str:
        conditions = [self.phrase("get", counter) for counter in counters]
        if authority in (Authority.MANAGER, Authority.FINANCE):
            conditions.append(self.word("agrees", str(authority)))
        return self.word("sentences", name).format(can=self.said("can", asks), get=self.together(conditions))
