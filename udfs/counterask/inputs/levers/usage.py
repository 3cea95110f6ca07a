"""What the client promises to use, and what it gets for using more."""

from __future__ import annotations

from ..quantities import NONE, SHARE, Quantity
from .lever import LESS, MORE, USED, Lever, Paper, Words

LEVERS = (
    Lever(
        Quantity(
            "commitment", SHARE, 0.0, 2.0, 0.9, "Share of mean yearly use that the client commits to; 0 is none.", neutral=0.0
        ),
        LESS,
        0.05,
        works_on=USED,
        en=Words(
            "commitment",
            (
                "your commitment can be {to} of the volume",
                "accept a commitment of {to} of the volume",
                "you commit to {to} of the volume",
            ),
            zero=("you can go without a commitment", "do without a commitment", "there is no commitment"),
            paper=Paper("Commitment", "{to} of the volume; volume not taken is paid at {take_or_pay_rate} of the price"),
        ),
        de=Words(
            "Abnahmezusage",
            (
                "Ihre Abnahmezusage kann {to} der Menge betragen",
                "eine Abnahmezusage von {to} der Menge annehmen",
                "Sie {to} der Menge fest zusagen",
            ),
            zero=("Sie können ohne Abnahmezusage auskommen", "ohne Abnahmezusage auskommen", "es keine Abnahmezusage gibt"),
            paper=Paper("Abnahmezusage", "{to} der Menge; nicht Abgenommenes wird mit {take_or_pay_rate} des Preises bezahlt"),
        ),
    ),
    Lever(
        Quantity("take_or_pay_rate", SHARE, 0.0, 2.0, 1.0, "Share of the price owed on committed units not taken.", neutral=1.0),
        LESS,
        0.05,
        works_on=USED,
        shown_with="commitment",
        en=Words(
            "take-or-pay rate",
            (
                "committed volume that you do not take can be paid at {to} of the price",
                "accept {to} of the price for committed volume that you do not take",
                "committed volume that you do not take is paid at {to} of the price",
            ),
            zero=(
                "committed volume that you do not take can go unpaid",
                "forgo payment for committed volume that you do not take",
                "committed volume that you do not take goes unpaid",
            ),
            one=(
                "committed volume that you do not take can be paid at the full price",
                "accept the full price for committed volume that you do not take",
                "committed volume that you do not take is paid at the full price",
            ),
        ),
        de=Words(
            "Zahlung für nicht Abgenommenes",
            (
                "zugesagte, aber nicht abgenommene Menge kann mit {to} des Preises bezahlt werden",
                "für zugesagte, aber nicht abgenommene Menge {to} des Preises annehmen",
                "zugesagte, aber nicht abgenommene Menge mit {to} des Preises bezahlt wird",
            ),
            zero=(
                "zugesagte, aber nicht abgenommene Menge kann unbezahlt bleiben",
                "zugesagte, aber nicht abgenommene Menge unbezahlt lassen",
                "zugesagte, aber nicht abgenommene Menge unbezahlt bleibt",
            ),
            one=(
                "zugesagte, aber nicht abgenommene Menge kann zum vollen Preis bezahlt werden",
                "für zugesagte, aber nicht abgenommene Menge den vollen Preis annehmen",
                "zugesagte, aber nicht abgenommene Menge zum vollen Preis bezahlt wird",
            ),
        ),
    ),
    Lever(
        Quantity(
            "rebate_threshold",
            SHARE,
            0.0,
            10.0,
            1.05,
            "Share of mean yearly use above which a rebate is paid.",
            none_means="no rebate",
            neutral=NONE,
        ),
        LESS,
        0.05,
        works_on=USED,
        shown_with="rebate_rate",
        en=Words(
            "rebate threshold",
            (
                "the rebate can start at {to} of the volume",
                "start the rebate at {to} of the volume",
                "the rebate starts only at {to} of the volume",
            ),
            none_word="no rebate",
            none=("we can do without a rebate", "do without a rebate", "there is no volume rebate"),
            zero=(
                "the rebate can start with the first unit",
                "start the rebate with the first unit",
                "the rebate starts with the first unit",
            ),
        ),
        de=Words(
            "Bonusschwelle",
            (
                "der Bonus kann ab {to} der Menge beginnen",
                "den Bonus ab {to} der Menge zahlen",
                "der Bonus erst ab {to} der Menge beginnt",
            ),
            none_word="kein Bonus",
            none=("wir können auf einen Bonus verzichten", "auf einen Bonus verzichten", "es keinen Mengenbonus gibt"),
            zero=(
                "der Bonus kann mit der ersten Einheit beginnen",
                "den Bonus ab der ersten Einheit zahlen",
                "der Bonus mit der ersten Einheit beginnt",
            ),
        ),
    ),
    Lever(
        Quantity(
            "rebate_rate", SHARE, 0.0, 1.0, 0.05, "Rebate, as a share of the price, on use above the threshold.", neutral=0.0
        ),
        MORE,
        0.005,
        works_on=USED,
        en=Words(
            "rebate",
            ("you can have a volume rebate of {to}", "give a volume rebate of {to}", "the volume rebate is {to}"),
            zero=("we can do without a volume rebate", "do without a volume rebate", "there is no volume rebate"),
            paper=Paper("Volume rebate", "{to} of the price on volume above {rebate_threshold} of the plan"),
        ),
        de=Words(
            "Bonus",
            ("Sie können einen Mengenbonus von {to} haben", "einen Mengenbonus von {to} geben", "der Mengenbonus {to} beträgt"),
            zero=(
                "wir können auf einen Mengenbonus verzichten",
                "auf einen Mengenbonus verzichten",
                "es keinen Mengenbonus gibt",
            ),
            paper=Paper("Mengenbonus", "{to} des Preises auf Mengen über {rebate_threshold} des Plans"),
        ),
    ),
)
