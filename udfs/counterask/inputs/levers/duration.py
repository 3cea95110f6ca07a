"""How long the client is bound."""

from __future__ import annotations

from ..quantities import MONTHS, SWITCH, Quantity
from .lever import LESS, MORE, Lever, Paper, Sees, Words

LEVERS = (
    Lever(
        Quantity("term_months", MONTHS, 1.0, 600.0, 24.0, "Length of the first term.", whole=True),
        LESS,
        1.0,
        en=Words(
            "term",
            ("the term can be {to}", "agree to a term of {to}", "the term is {to}"),
            paper=Paper("Term", "{to} from signing"),
            moved=("a term {amount} longer", "a term {amount} shorter"),
        ),
        de=Words(
            "Laufzeit",
            (
                "die Laufzeit kann {to_accusative} betragen",
                "eine Laufzeit von {to_dative} vereinbaren",
                "die Laufzeit {to_accusative} beträgt",
            ),
            paper=Paper("Laufzeit", "{to} ab Unterschrift"),
            moved=("Laufzeit {amount} länger", "Laufzeit {amount} kürzer"),
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
            moved=("renewals {amount} longer", "renewals {amount} shorter"),
        ),
        de=Words(
            "Verlängerung",
            (
                "jede Verlängerung kann {to_accusative} laufen",
                "Verlängerungen von {to_dative} vereinbaren",
                "jede Verlängerung {to_accusative} läuft",
            ),
            paper=Paper("Verlängerung", "um jeweils {to_accusative}"),
            moved=("Verlängerungen {amount} länger", "Verlängerungen {amount} kürzer"),
        ),
    ),
    Lever(
        Quantity(
            "auto_renewal",
            SWITCH,
            0.0,
            1.0,
            0.0,
            "Whether the contract renews by itself unless the client gives notice.",
            neutral=1.0,
        ),
        LESS,
        1.0,
        en=Words(
            "automatic renewal",
            yes=(
                "the contract can renew by itself",
                "let the contract renew by itself",
                "the contract renews by itself unless you give notice",
            ),
            no=(
                "the contract can end with each term unless you renew it",
                "let the contract end with each term",
                "the contract ends with each term unless you renew it",
            ),
            paper=Paper(
                "Automatic renewal",
                "the contract ends with each term unless you renew it",
                forms={"one": "the contract renews by itself unless you give notice"},
                is_always_shown=True,
            ),
        ),
        de=Words(
            "automatische Verlängerung",
            yes=(
                "der Vertrag kann sich automatisch verlängern",
                "den Vertrag sich automatisch verlängern lassen",
                "sich der Vertrag automatisch verlängert, wenn Sie nicht kündigen",
            ),
            no=(
                "der Vertrag kann mit jeder Laufzeit enden, wenn Sie ihn nicht verlängern",
                "den Vertrag mit jeder Laufzeit enden lassen",
                "der Vertrag mit jeder Laufzeit endet, wenn Sie ihn nicht verlängern",
            ),
            paper=Paper(
                "Automatische Verlängerung",
                "der Vertrag endet mit jeder Laufzeit, wenn Sie ihn nicht verlängern",
                forms={"one": "der Vertrag verlängert sich automatisch, wenn Sie nicht kündigen"},
                is_always_shown=True,
            ),
        ),
    ),
    Lever(
        Quantity(
            "client_tenure_months",
            MONTHS,
            0.0,
            600.0,
            24.0,
            "How long the client has been one already; 0 for a new client.",
            neutral=0.0,
        ),
        MORE,
        12.0,
        is_negotiable=False,
        client_sees=Sees.NOTHING,
        en=Words(
            "client tenure",
            (
                "you can have been our client for {to}",
                "count {to} as our client",
                "you have been our client for {to}",
            ),
        ),
        de=Words(
            "Kundendauer",
            (
                "Sie können seit {to_dative} unser Kunde sein",
                "mit {to_dative} als unser Kunde rechnen",
                "Sie seit {to_dative} unser Kunde sind",
            ),
        ),
    ),
)
