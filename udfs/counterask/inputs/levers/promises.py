"""What the client promises beside money, and in which currency it pays."""

from __future__ import annotations

from ..quantities import SHARE, SWITCH, Quantity
from .lever import LESS, MORE, Lever, Paper, Words

LEVERS = (
    Lever(
        Quantity("public_reference", SWITCH, 0.0, 1.0, 1.0, "Whether the client promises a public reference.", neutral=0.0),
        LESS,
        1.0,
        is_soft=True,
        en=Words(
            "public reference",
            yes=(
                "you can give us a public reference",
                "count on you for a public reference",
                "you give us a public reference",
            ),
            no=(
                "you can go without a public reference",
                "do without a public reference",
                "there is no public reference",
            ),
            paper=Paper("Reference", "you give us a public reference"),
        ),
        de=Words(
            "öffentliche Referenz",
            yes=(
                "Sie können uns eine öffentliche Referenz geben",
                "mit Ihnen als öffentlicher Referenz rechnen",
                "Sie uns eine öffentliche Referenz geben",
            ),
            no=(
                "Sie können auf eine öffentliche Referenz verzichten",
                "auf eine öffentliche Referenz verzichten",
                "es keine öffentliche Referenz gibt",
            ),
            paper=Paper("Referenz", "Sie geben uns eine öffentliche Referenz"),
        ),
    ),
    Lever(
        Quantity(
            "introduction", SWITCH, 0.0, 1.0, 1.0, "Whether the client promises to introduce us to another client.", neutral=0.0
        ),
        LESS,
        1.0,
        is_soft=True,
        en=Words(
            "introduction",
            yes=(
                "you can introduce us to another client",
                "count on you for an introduction to another client",
                "you introduce us to another client",
            ),
            no=("you can go without introducing us", "do without an introduction", "there is no introduction"),
            paper=Paper("Introduction", "you introduce us to another client"),
        ),
        de=Words(
            "Empfehlung",
            yes=(
                "Sie können uns einem weiteren Kunden vorstellen",
                "mit einer Empfehlung bei einem weiteren Kunden rechnen",
                "Sie uns einem weiteren Kunden vorstellen",
            ),
            no=("Sie können auf eine Empfehlung verzichten", "auf eine Empfehlung verzichten", "es keine Empfehlung gibt"),
            paper=Paper("Empfehlung", "Sie stellen uns einem weiteren Kunden vor"),
        ),
    ),
    Lever(
        Quantity(
            "foreign_share", SHARE, 0.0, 1.0, 0.5, "Share of recurring and metered cash in the client's currency.", neutral=0.0
        ),
        MORE,
        0.1,
        en=Words(
            "share in the client's currency",
            (
                "you can pay {to} of the fees in your currency",
                "take {to} of the fees in your currency",
                "no more than {to} of the fees is paid in your currency",
            ),
            zero=("you can pay in our currency", "bill in our own currency", "you pay in our currency"),
            one=("you can pay all fees in your currency", "take all fees in your currency", "all fees are paid in your currency"),
            paper=Paper("Your currency", "{to} of the recurring fees and the fees by use are paid in {paid_in}"),
        ),
        de=Words(
            "Anteil in Kundenwährung",
            (
                "Sie können {to} der Gebühren in Ihrer Währung zahlen",
                "{to} der Gebühren in Ihrer Währung annehmen",
                "höchstens {to} der Gebühren in Ihrer Währung gezahlt werden",
            ),
            zero=("Sie können in unserer Währung zahlen", "in unserer Währung abrechnen", "Sie in unserer Währung zahlen"),
            one=(
                "Sie können alle Gebühren in Ihrer Währung zahlen",
                "alle Gebühren in Ihrer Währung annehmen",
                "alle Gebühren in Ihrer Währung gezahlt werden",
            ),
            paper=Paper("Ihre Währung", "{to} der laufenden Gebühren und der Gebühren nach Nutzung werden in {paid_in} gezahlt"),
        ),
    ),
)
