"""Risk that the contract moves to us."""

from __future__ import annotations

from ..quantities import MONTHS, MULTIPLE, Quantity
from .lever import MORE, Lever, Paper, Words

LEVERS = (
    Lever(
        Quantity(
            "liability_cap_multiple",
            MULTIPLE,
            0.0,
            1000.0,
            1.0,
            "Most we pay for claims in a year, as a multiple of the year's fees.",
            none_means="unlimited liability",
        ),
        MORE,
        0.25,
        en=Words(
            "liability cap",
            ("our liability can go up to {to}", "take liability up to {to}", "our liability is capped at {to}"),
            none_word="unlimited",
            none=("our liability can be unlimited", "take unlimited liability", "our liability is unlimited"),
            zero=("we can do without any liability", "do without any liability", "we carry no liability"),
            paper=Paper("Liability", "capped at {to} a year", forms={"zero": "excluded", "none": "unlimited"}),
        ),
        de=Words(
            "Haftungsgrenze",
            ("unsere Haftung kann bis {to} gehen", "bis {to} haften", "unsere Haftung auf {to} begrenzt ist"),
            none_word="unbegrenzt",
            none=("unsere Haftung kann unbegrenzt sein", "unbegrenzt haften", "unsere Haftung unbegrenzt ist"),
            zero=("wir können auf jede Haftung verzichten", "auf jede Haftung verzichten", "wir nicht haften"),
            paper=Paper("Haftung", "auf {to} im Jahr begrenzt", forms={"zero": "ausgeschlossen", "none": "unbegrenzt"}),
        ),
    ),
    Lever(
        Quantity(
            "data_cap_multiple",
            MULTIPLE,
            0.0,
            1000.0,
            2.0,
            "Most we pay in a year for lost or leaked data (the super-cap), as a multiple of the year's fees.",
            none_means="unlimited liability for data",
        ),
        MORE,
        0.25,
        en=Words(
            "data liability cap",
            (
                "our liability for data can go up to {to}",
                "take liability for data up to {to}",
                "our liability for data is capped at {to}",
            ),
            none_word="unlimited",
            none=(
                "our liability for data can be unlimited",
                "take unlimited liability for data",
                "our liability for data is unlimited",
            ),
            zero=(
                "we can do without any liability for data",
                "do without any liability for data",
                "we carry no liability for data",
            ),
            paper=Paper("Liability for data", "capped at {to} a year", forms={"zero": "excluded", "none": "unlimited"}),
        ),
        de=Words(
            "Haftungsgrenze für Daten",
            (
                "unsere Haftung für Daten kann bis {to} gehen",
                "für Daten bis {to} haften",
                "unsere Haftung für Daten auf {to} begrenzt ist",
            ),
            none_word="unbegrenzt",
            none=(
                "unsere Haftung für Daten kann unbegrenzt sein",
                "für Daten unbegrenzt haften",
                "unsere Haftung für Daten unbegrenzt ist",
            ),
            zero=(
                "wir können auf eine Haftung für Daten verzichten",
                "auf eine Haftung für Daten verzichten",
                "wir für Daten nicht haften",
            ),
            paper=Paper("Haftung für Daten", "auf {to} im Jahr begrenzt", forms={"zero": "ausgeschlossen", "none": "unbegrenzt"}),
        ),
    ),
    Lever(
        Quantity(
            "exclusivity_months",
            MONTHS,
            0.0,
            600.0,
            6.0,
            "Months in which we may not serve the client's rivals.",
            whole=True,
            neutral=0.0,
        ),
        MORE,
        1.0,
        en=Words(
            "exclusivity",
            ("you can have us to yourselves for {to}", "turn your rivals away for {to}", "exclusivity ends after {to}"),
            zero=("we can do without exclusivity", "do without exclusivity", "there is no exclusivity"),
            paper=Paper("Exclusivity", "for {to} we work for none of your rivals"),
        ),
        de=Words(
            "Exklusivität",
            (
                "Sie können uns {to_accusative} lang für sich haben",
                "{to_accusative} lang auf Ihre Wettbewerber verzichten",
                "die Exklusivität nach {to_dative} endet",
            ),
            zero=("wir können auf Exklusivität verzichten", "auf Exklusivität verzichten", "es keine Exklusivität gibt"),
            paper=Paper("Exklusivität", "{to_accusative} lang arbeiten wir für keinen Ihrer Wettbewerber"),
        ),
    ),
)
