"""What a lever is: everything that the project knows about one thing a client may ask for, in one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ..quantities import Quantity


class Kind(StrEnum):
    """How a line earns: every month, by use, or once."""

    RECURRING = "recurring"
    METERED = "metered"
    ONE_OFF = "one-off"


EVERY_KIND = frozenset(Kind)
SERVED = frozenset({Kind.RECURRING, Kind.METERED})
SUBSCRIBED, USED, DELIVERED = (frozenset({kind}) for kind in Kind)
MORE, LESS = 1, -1


class Sees(StrEnum):
    """What the client's copy says of a lever: its level, only that it was agreed, or nothing."""

    LEVEL = "level"
    PROMISE = "promise"
    NOTHING = "nothing"


LANGUAGES = ("en", "de")

Said = tuple[str, str, str]
"""A change in three forms: what the client may have ("you can pay in 60 days"), the same said of us after "we can" and
"we can't" ("wait 60 days for payment"), and what we ask for after "if" ("you pay in 60 days").

{to} is the level with its unit (in German also {to_accusative} and {to_dative}), {line} the name of the line. A line's name
may be singular or plural ("Seats"), so no verb may depend on it.
"""


@dataclass(frozen=True)
class Paper:
    """How the client's proposal shows a term.

    label, text : the row's label and content; the content may name another lever's level, as {take_or_pay_rate}. forms :
    contents for levels that read differently: "zero", "one", "none", and those that a term has of its own. is_always_shown :
    whether the row is there at the neutral level too, where it is left out otherwise.
    """

    label: str
    text: str
    forms: Mapping[str, str] = field(default_factory=dict)
    is_always_shown: bool = False


@dataclass(frozen=True)
class Words:
    """How a person says a lever in one language.

    name : the lever in the middle of a sentence. said : a change to any level; () where one of the forms below always fits.
    none_word : the level "none". values : levels with a name of their own ("quarterly"), with "other" for the rest. none ..
    metered : the change to none, 0, 1 (also 100%), one year, a negative level, yes or no; on a metered line. counted : to so
    many of a company lever whose name ends with its unit. In the forms {to} is the level with its unit, {counted} so many of the
    line or lever. moved : so much more and so much less of it, {amount}, where "two months less" is not what people say.
    promised : to the client, of a level that only we know: where there is some, and where there is none. paper : the row in the
    client's proposal; None where the label and the level say enough, or another term's row shows it.
    """

    name: str
    said: Said | None = None
    none_word: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    none: Said | None = None
    zero: Said | None = None
    one: Said | None = None
    year: Said | None = None
    negative: Said | None = None
    yes: Said | None = None
    no: Said | None = None
    metered: Said | None = None
    counted: Said | None = None
    moved: tuple[str, str] | None = None
    promised: tuple[str, str] | None = None
    paper: Paper | None = None


@dataclass(frozen=True)
class Lever:
    """One lever: an input of the deal that two parties can agree on, or one that only we set.

    quantity : name, unit, range, neutral level and help of the input that it changes; its label is the lever's English name.
    client_wants : `MORE` or `LESS`: the direction in which a client asks.
    step : the smallest negotiable step, in the unit of the quantity.
    en, de : how a person says it.
    kinds : the kinds of line it belongs to; empty where it is a term of the whole deal.
    works_on : for a term, the kinds of line that it concerns; empty where it concerns every deal.
    client_sees : what the client's copy says of it.
    shown_with : the term whose row in the client's proposal shows this one too, or "".
    is_soft : whether its worth rests on a manager's estimate and is capped by policy.
    is_negotiable : whether a trade may name it (a unit cost is an input, but no client can grant it).
    """

    quantity: Quantity
    client_wants: int
    step: float
    en: Words
    de: Words
    kinds: frozenset[Kind] = frozenset()
    works_on: frozenset[Kind] = frozenset()
    client_sees: Sees = Sees.LEVEL
    shown_with: str = ""
    is_soft: bool = False
    is_negotiable: bool = True

    def __post_init__(self) -> None:
        label = self.en.name[0].upper() + self.en.name[1:]
        object.__setattr__(self, "quantity", replace(self.quantity, spoken=label))

    @property
    def name(self) -> str:
        """The name of the input that the lever changes."""
        return self.quantity.name

    @property
    def label(self) -> str:
        """The lever's name as a person reads it."""
        return self.quantity.label

    @property
    def is_on_line(self) -> bool:
        """Whether the lever belongs to a line, and not to the deal as a whole."""
        return bool(self.kinds)

    def words(self, language: str) -> Words:
        """How a person says it in one of `LANGUAGES`. Raises ValueError for any other language."""
        if language not in LANGUAGES:
            raise ValueError(f"there are no words in {language!r}, only in {', '.join(LANGUAGES)}")
        words: Words = getattr(self, language)
        return words
