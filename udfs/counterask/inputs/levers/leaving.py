"""The right to leave early, and its fee."""

from __future__ import annotations

from ..quantities import FEES, MONTHS, NONE, Quantity
from .lever import LESS, Lever, Paper, Words

LEVERS = (
    Lever(
        Quantity(
            "tfc_from_month",
            MONTHS,
            0.0,
            600.0,
            6.0,
            "Month from which the client may leave at any time.",
            whole=True,
            none_means="no such right",
            neutral=NONE,
        ),
        LESS,
        1.0,
        en=Words(
            "right to leave early",
            (
                "you can leave at any time after {to}",
                "let you leave at any time after {to}",
                "you can leave early only after {to}",
            ),
            none_word="no such right",
            none=(
                "we can do without a right to leave early",
                "do without a right to leave early",
                "there is no right to leave early",
            ),
            zero=("you can leave at any time", "let you leave at any time", "you can leave at any time"),
            paper=Paper(
                "Leaving early",
                "at any time after {to}, {fee}",
                forms={
                    "zero": "at any time, {fee}",
                    "free": "free of charge",
                    "for_one": "for one monthly fee",
                    "for_many": "for {fees} monthly fees",
                },
            ),
            moved=("a right to leave early that starts {amount} later", "a right to leave early that starts {amount} sooner"),
        ),
        de=Words(
            "Recht auf vorzeitige Kündigung",
            (
                "Sie können nach {to_dative} jederzeit kündigen",
                "Sie nach {to_dative} jederzeit kündigen lassen",
                "Sie erst nach {to_dative} vorzeitig kündigen können",
            ),
            none_word="kein solches Recht",
            none=(
                "wir können auf ein Recht zur vorzeitigen Kündigung verzichten",
                "auf ein Recht zur vorzeitigen Kündigung verzichten",
                "es kein Recht auf vorzeitige Kündigung gibt",
            ),
            zero=("Sie können jederzeit kündigen", "Sie jederzeit kündigen lassen", "Sie jederzeit kündigen können"),
            paper=Paper(
                "Vorzeitige Kündigung",
                "jederzeit nach {to_dative}, {fee}",
                forms={
                    "zero": "jederzeit, {fee}",
                    "free": "kostenlos",
                    "for_one": "für eine Monatsgebühr",
                    "for_many": "für {fees} Monatsgebühren",
                },
            ),
            moved=("Kündigungsrecht {amount} später", "Kündigungsrecht {amount} früher"),
        ),
    ),
    Lever(
        Quantity(
            "tfc_fee_months",
            FEES,
            0.0,
            600.0,
            2.0,
            "Monthly recurring fees owed on leaving for convenience.",
            neutral=0.0,
        ),
        LESS,
        0.5,
        shown_with="tfc_from_month",
        en=Words(
            "fee for leaving early",
            ("leaving early can cost {to}", "let you leave early for {to}", "leaving early costs {to}"),
            zero=("leaving early can be free of charge", "let you leave early free of charge", "leaving early is free of charge"),
        ),
        de=Words(
            "Entgelt für vorzeitige Kündigung",
            (
                "eine vorzeitige Kündigung kann {to} kosten",
                "Sie für {to} vorzeitig kündigen lassen",
                "eine vorzeitige Kündigung {to} kostet",
            ),
            zero=(
                "eine vorzeitige Kündigung kann kostenlos sein",
                "Sie kostenlos vorzeitig kündigen lassen",
                "eine vorzeitige Kündigung kostenlos ist",
            ),
        ),
    ),
)
