"""How long the client is bound."""

from __future__ import annotations

from ..quantities import MONTHS, SHARE, Quantity
from .lever import LESS, Lever, Paper, Sees, Words

LEVERS = (
    Lever(
        Quantity("term_months", MONTHS, 1.0, 600.0, 24.0, "Length of the first term.", whole=True),
        LESS,
        1.0,
        en=Words(
            "term",
            ("the term can be {to}", "agree to a term of {to}", "the term is {to}"),
            paper=Paper("Term", "{to} from signing"),
        ),
        de=Words(
            "Laufzeit",
            (
                "die Laufzeit kann {to_accusative} betragen",
                "eine Laufzeit von {to_dative} vereinbaren",
                "die Laufzeit {to_accusative} beträgt",
            ),
            paper=Paper("Laufzeit", "{to} ab Unterschrift"),
        ),
    ),
    Lever(
        Quantity("renewal_term_months", MONTHS, 1.0, 600.0, 12.0, "Length of each later term.", whole=True),
        LESS,
        1.0,
        en=Words(
            "renewal term",
            ("each renewal can run for {to}", "agree to renewals of {to}", "each renewal runs for {to}"),
            paper=Paper("Renewal", "for {to} at a time"),
        ),
        de=Words(
            "Verlängerung",
            (
                "jede Verlängerung kann {to_accusative} laufen",
                "Verlängerungen von {to_dative} vereinbaren",
                "jede Verlängerung {to_accusative} läuft",
            ),
            paper=Paper("Verlängerung", "um jeweils {to_accusative}"),
        ),
    ),
    Lever(
        Quantity("renewal_probability", SHARE, 0.0, 1.0, 0.8, "Chance that the client renews when a term ends."),
        LESS,
        0.01,
        is_negotiable=False,
        client_sees=Sees.NOTHING,
        en=Words(
            "renewal probability",
            (
                "we can count on a renewal with a chance of {to}",
                "count on a renewal with a chance of {to}",
                "we can count on a renewal with a chance of {to}",
            ),
        ),
        de=Words(
            "Verlängerungschance",
            (
                "wir können mit einer Verlängerungschance von {to} rechnen",
                "mit einer Verlängerungschance von {to} rechnen",
                "wir mit einer Verlängerungschance von {to} rechnen können",
            ),
        ),
    ),
)
