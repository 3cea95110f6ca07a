"""The words of sheets and results in a language other than English: a table of texts, English on the left.

The code says everything in English. Where a text leaves for a cell or a terminal it is looked up here, as a whole or by its
form: "{n} limits in force until {t}" is the form of "12 limits in force until 2027-12-31". So there is one copy of each
sheet's code, and one table of texts a room and language (`translations/de.toml`). A text that the table does not have stays
as it is; a test draws everything and lists what is missing.

What people type is read in every language: `english_key` leads a German header or label to the English one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import PurePath
from typing import Any

from .levers import LANGUAGES, LEVERS

ENGLISH = LANGUAGES[0]

_NAME = re.compile(r"\{([a-z])\d?\}")
_PLACES = {
    "n": r"[-−+±]?\d[\d,.]*(?:e[-+]?\d+)?\s?%?",
    "m": r"(?:[A-Z]{3} )?[-−]?\d[\d,.]*(?: [A-Z]{3})?|[A-Z]{3} [-−]?\d[\d,.]*",
    "a": r"[-−]?\d[\d.,]*(?: [A-Z]{3})?|no limit",
    "w": r".+?",
    "t": r"[^;\n]+?",
    "v": r"none|yes|no|blank|[-−+]?\d[\d,.]*%?",
    "s": r".*?",
}
"""What may be in a place of a form: n a number, m money, a money that is written in the language already, v a level, w words that
are translated too, t text that stays as it is, s such a text or nothing."""
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_LITERAL = re.compile(r'"((?:[^"]|"")*)"')
_SENTENCE = 16
"""Letters, beside its places, from which a form is sure to be meant."""
_SENTENCES = re.compile(r"(?<=[.!?]) +")
_JOINTS = ("\n", "   ", " ", "; ", " · ", ", ")
"""Where a text that is not known as a whole may be parted, one after the other; at " " only between sentences."""
_MARKS = str.maketrans(",.", ".,")


def package_text(spec: Any, name: str) -> str:
    """A text file of a package, handed over by whatever loaded the package: a folder, an archive, a workbook.

    spec : the `__spec__` of a module of that package.
    """
    path = str(PurePath(spec.origin).parent / name)
    data: bytes = spec.loader.get_data(path)
    return data.decode("utf-8")


@dataclass(frozen=True)
class Texts:
    """Texts of one language by their English. texts : whole texts, and forms with places such as {n}."""

    texts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_package(cls, spec: Any, language: str, before: Texts) -> Texts:
        """The texts of a package, whatever their section, on top of those of another table; none for English.

        spec : the `__spec__` of a module of the package.
        """
        if language == ENGLISH:
            return cls()
        found = dict(before.texts)
        for section in tomllib.loads(package_text(spec, f"translations/{language}.toml")).values():
            found |= section
        return cls(found)

    @cached_property
    def _forms(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """Forms: sentences first, the longest before the others, for it says most; of the short ones those that end with a level,
        for a name may hold anything."""

        def order(text: str) -> tuple[bool, bool, int]:
            words = len(_NAME.sub("", text))
            return words < _SENTENCE, words < _SENTENCE and "{v" not in text, -words

        forms = sorted(filter(_NAME.search, self.texts), key=order)
        return tuple((_pattern(text), self.texts[text]) for text in forms)

    def say(self, text: str) -> str:
        """A text in this language; what is not known stays as it is."""
        return _said(self, text) or text

    def find(self, text: str) -> str | None:
        """A text in this language; None where it is not known."""
        return _said(self, text)

    def in_formula(self, formula: str) -> str:
        """A formula, or a number format, whose texts in quotes are in this language."""
        if '"' not in formula:
            return formula
        return _LITERAL.sub(self._literal, formula)

    def _literal(self, found: re.Match[str]) -> str:
        words = self.texts.get(found[1].replace('""', '"'))
        return found[0] if words is None else '"' + words.replace('"', '""') + '"'

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def _pattern(text: str) -> re.Pattern[str]:
    pieces, end = [], 0
    for place in _NAME.finditer(text):
        pieces += [re.escape(text[end : place.start()]), f"(?P<{place[0][1:-1]}>{_PLACES[place[1]]})"]
        end = place.end()
    return re.compile("".join([*pieces, re.escape(text[end:])]), re.DOTALL)


@lru_cache(maxsize=8192)
def _said(texts: Texts, text: str, is_bare: bool = False) -> str | None:
    """A text in the language of a table; None where it is not known. is_bare : whether its level was taken off already, so that a
    name may end with a number."""
    whole = texts.texts.get(text)
    if whole is not None:
        return whole
    stripped = text.strip()
    if not stripped or not any(letter.isalpha() for letter in stripped):
        return None
    if stripped != text:
        found = _said(texts, stripped)
        return None if found is None else text.replace(stripped, found)
    for pattern, form in texts._forms:
        has_level = "v" in pattern.groupindex
        if is_bare and has_level:
            continue
        if (match := pattern.fullmatch(text)) is not None:
            filled = {name: _filled(texts, name, value, is_bare or has_level) for name, value in match.groupdict().items()}
            known = {name: value for name, value in filled.items() if value is not None}
            if len(known) == len(filled):
                return form.format_map(known)
    if text.endswith(".") and (bare := _said(texts, text[:-1])) is not None:
        return f"{bare}."
    for joint in _JOINTS:
        parts = _SENTENCES.split(text) if joint == " " else text.split(joint)
        if len(parts) > 1:
            said = [_said(texts, part) if any(map(str.isalpha, part)) else part for part in parts]
            if all(one is not None for one in said):
                return joint.join(one or "" for one in said)
    return None


def _filled(texts: Texts, name: str, value: str, is_bare: bool) -> str | None:
    """What fills a place of a form; None where it holds words that are not known."""
    if name[0] == "a" or (name[0] == "v" and value.isalpha()):
        return texts.texts.get(value, value)
    if name[0] in "nv":
        return number_in_german(value)
    if name[0] == "m":
        code, _, number = value.rpartition(" ") if value[:1].isalpha() else ("", "", value)
        return f"{number_in_german(number)} {code}".strip()
    if name[0] != "w":
        return _DAY.sub(r"\3.\2.\1", value) if _DAY.fullmatch(value) else value
    return _said(texts, value, is_bare)


def number_in_german(number: str) -> str:
    """A number with the marks of German: 1,234.5% is 1.234,5 %.

    >>> number_in_german("1,234.5%")
    '1.234,5 %'
    """
    return number.translate(_MARKS).replace(" %", "%").replace("%", " %")


_SPEC = __spec__


@cache
def texts_in(language: str) -> Texts:
    """The texts of the engine in a language; none for English. Raises ValueError where there is no such language."""
    if language not in LANGUAGES:
        raise ValueError(f"there are no words in {language!r}, only in {', '.join(LANGUAGES)}")
    if language == ENGLISH:
        return Texts()
    levers = {lever.label: capital(lever.words(language).name) for lever in LEVERS}
    small = {lever.en.name: lever.words(language).name for lever in LEVERS}
    small |= {f"{label_key(one)}|{{s}}": f"{label_key(other)}|{{s}}" for one, other in small.items()}
    lines = {f"{one} of {{t}}": f"{other} bei {{t}}" for one, other in (small | levers).items() if "|" not in one}
    return Texts.of_package(_SPEC, language, Texts(small | levers | lines))


def label_key(words: str) -> str:
    """A label without case, spaces and marks, as the formulas of the months compare it."""
    return re.sub(r"[\s_\-.:,]+", "", words.lower())


def capital(words: str) -> str:
    """Words that begin with a capital letter."""
    return words[:1].upper() + words[1:]


@cache
def _typed_texts() -> Mapping[str, str]:
    """What people type and read back, a language's word -> the English one: labels, headers and the words of drop-downs."""
    found: dict[str, str] = {}
    for language in LANGUAGES[1:]:
        file = tomllib.loads(package_text(_SPEC, f"translations/{language}.toml"))
        for lever in LEVERS:
            found[capital(lever.words(language).name)] = lever.label
        for section in ("labels", "words", "headers"):
            for english, word in file[section].items():
                found.setdefault(word, english.removesuffix(HEADER))
        for word, english in file["also"].items():
            found.setdefault(word, english)
    return found


HEADER = " (header)"
"""What marks the English of a header that means something else as a label: "Term (header)" is the name of a term."""


def english_words() -> Iterable[tuple[str, str]]:
    """Every word of another language that may be typed, with the English one."""
    return _typed_texts().items()


@cache
def _english_by_fold() -> Mapping[str, str]:
    return {word.casefold(): english for word, english in _typed_texts().items()}


def english_of(word: str) -> str:
    """A word that may be typed on a sheet, in English: "ja" is "yes". Any other stays as it is.

    >>> english_of("Ja"), english_of("Platform seats")
    ('yes', 'Platform seats')
    """
    return _english_by_fold().get(" ".join(word.split()).casefold(), word)
