"""How long the client is bound."""

from __future__ import annotations

from ..quantities import MONTHS, SWITCH, Quantity
from .lever import LESS, Lever, Paper, Sees, Words

_MUCH = 1e12

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
        Quantity("auto_renewal", SWITCH, 0.0, 1.0, 0.0, "Whether the contract renews by itself when a term ends.", neutral=1.0),
        LESS,
        1.0,
        en=Words(
            "automatic renewal",
            yes=(
                "the contract can renew by itself",
                "let the contract renew by itself",
                "the contract renews by itself",
            ),
            no=(
                "the contract can end unless you renew it",
                "let the contract end unless you renew it",
                "the contract ends unless you renew it",
            ),
        ),
        de=Words(
            "automatische Verlängerung",
            yes=(
                "der Vertrag kann sich automatisch verlängern",
                "den Vertrag automatisch verlängern",
                "der Vertrag sich automatisch verlängert",
            ),
            no=(
                "der Vertrag kann enden, wenn Sie ihn nicht verlängern",
                "den Vertrag ohne Ihre Verlängerung enden lassen",
                "der Vertrag ohne Ihre Verlängerung endet",
            ),
        ),
    ),
    Lever(
        Quantity(
            "client_tenure_months", MONTHS, 0.0, 1200.0, 12.0, "How long the client has been our client.", whole=True, neutral=0.0
        ),
        LESS,
        1.0,
        is_negotiable=False,
        client_sees=Sees.NOTHING,
        en=Words(
            "tenure",
            (
                "you can have been our client for {to}",
                "count on a client of {to}",
                "you have been our client for {to}",
            ),
        ),
        de=Words(
            "Dauer der Kundenbeziehung",
            (
                "Sie können seit {to_dative} unser Kunde sein",
                "mit einem Kunden seit {to_dative} rechnen",
                "Sie seit {to_dative} unser Kunde sind",
            ),
        ),
    ),
)
