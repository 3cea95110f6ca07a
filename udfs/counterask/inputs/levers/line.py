"""What a line of a quote holds: its price, its volume, its cost, its delivery."""

from __future__ import annotations

from ..quantities import MONEY, MONTHS, NONE, NUMBER, SHARE, UNITS, Quantity
from .lever import DELIVERED, EVERY_KIND, LESS, MORE, SERVED, SUBSCRIBED, USED, Lever, Sees, Words

_MUCH = 1e12

LEVERS = (
    Lever(
        Quantity(
            "list_price",
            MONEY,
            0.0,
            _MUCH,
            100.0,
            "Price before discount: per unit per month (recurring), per unit used (metered), per unit in all (one-off).",
        ),
        LESS,
        1.0,
        kinds=EVERY_KIND,
        is_negotiable=False,
        en=Words(
            "list price",
            ("{line} can be listed at {to}", "list {line} at {to}", "we list {line} at {to}"),
        ),
        de=Words(
            "Listenpreis",
            (
                "der Listenpreis von {line} kann {to} sein",
                "den Listenpreis von {line} auf {to} setzen",
                "der Listenpreis von {line} {to} beträgt",
            ),
        ),
    ),
    Lever(
        Quantity("discount", SHARE, 0.0, 1.0, 0.05, "Share taken off the list price of the line.", neutral=0.0),
        MORE,
        0.005,
        kinds=EVERY_KIND,
        en=Words(
            "discount",
            ("you can have {to} off {line}", "give {to} off {line}", "the discount on {line} is {to}"),
            zero=("you can have {line} at list price", "sell {line} at list price", "you pay the list price for {line}"),
        ),
        de=Words(
            "Rabatt",
            ("Sie können {to} Rabatt auf {line} haben", "{to} Rabatt auf {line} geben", "der Rabatt auf {line} {to} beträgt"),
            zero=(
                "Sie können {line} zum Listenpreis haben",
                "{line} zum Listenpreis verkaufen",
                "Sie für {line} den Listenpreis zahlen",
            ),
        ),
    ),
    Lever(
        Quantity(
            "discount_months",
            MONTHS,
            0.0,
            600.0,
            12.0,
            "Months from the line's start for which the discount lasts.",
            whole=True,
            none_means="as long as the line",
            neutral=NONE,
        ),
        MORE,
        1.0,
        kinds=SERVED,
        en=Words(
            "months of discount",
            (
                "the discount on {line} can last {to}",
                "keep the discount on {line} for {to}",
                "the discount on {line} ends after {to}",
            ),
            none_word="as long as the line",
            none=(
                "the discount on {line} can last for good",
                "keep the discount on {line} for good",
                "the discount on {line} lasts for good",
            ),
            zero=(
                "the discount on {line} can end at once",
                "end the discount on {line} at once",
                "there is no discount on {line}",
            ),
            moved=("a discount on {line} for {amount} longer", "a discount on {line} for {amount} less"),
        ),
        de=Words(
            "Rabattdauer",
            (
                "der Rabatt auf {line} kann {to_accusative} gelten",
                "den Rabatt auf {line} {to_accusative} lang geben",
                "der Rabatt auf {line} nach {to_dative} endet",
            ),
            none_word="unbefristet",
            none=(
                "der Rabatt auf {line} kann unbefristet gelten",
                "den Rabatt auf {line} unbefristet geben",
                "der Rabatt auf {line} unbefristet gilt",
            ),
            zero=(
                "der Rabatt auf {line} kann sofort enden",
                "den Rabatt auf {line} sofort beenden",
                "es auf {line} keinen Rabatt gibt",
            ),
            moved=("Rabatt auf {line} {amount} länger", "Rabatt auf {line} {amount} kürzer"),
        ),
    ),
    Lever(
        Quantity("quantity", UNITS, 0.0, _MUCH, 10.0, "Units (recurring), mean units a month (metered), usually 1 (one-off)."),
        LESS,
        1.0,
        kinds=EVERY_KIND,
        en=Words(
            "quantity",
            ("you can take {counted}", "settle for {counted}", "you take {counted}"),
            zero=("you can drop {line}", "let you drop {line}", "you drop {line}"),
            one=(
                "you can take a single unit of {line}",
                "settle for a single unit of {line}",
                "you take a single unit of {line}",
            ),
            metered=("you can plan for {counted} a month", "plan for {counted} a month", "you use {counted} a month"),
        ),
        de=Words(
            "Menge",
            ("Sie können {counted} abnehmen", "mit {counted} auskommen", "Sie {counted} abnehmen"),
            zero=("Sie können {line} weglassen", "Sie {line} weglassen lassen", "Sie {line} weglassen"),
            one=(
                "Sie können eine einzige Einheit von {line} abnehmen",
                "mit einer einzigen Einheit von {line} auskommen",
                "Sie eine einzige Einheit von {line} abnehmen",
            ),
            metered=(
                "Sie können mit {counted} im Monat planen",
                "mit {counted} im Monat planen",
                "Sie {counted} im Monat abnehmen",
            ),
        ),
    ),
    Lever(
        Quantity("unit_cost", MONEY, 0.0, _MUCH, 50.0, "Our cost of one unit, on the basis of the price."),
        MORE,
        1.0,
        kinds=EVERY_KIND,
        is_negotiable=False,
        client_sees=Sees.NOTHING,
        en=Words(
            "unit cost",
            ("we can spend {to} a unit on {line}", "spend {to} a unit on {line}", "we spend no more than {to} a unit on {line}"),
        ),
        de=Words(
            "Stückkosten",
            (
                "wir können {to} je Einheit für {line} ausgeben",
                "{to} je Einheit für {line} ausgeben",
                "wir höchstens {to} je Einheit für {line} ausgeben",
            ),
        ),
    ),
    Lever(
        Quantity("ramp_months", MONTHS, 1.0, 600.0, 1.0, "Months until the full quantity is in use; at least 1.", neutral=1.0),
        MORE,
        1.0,
        kinds=SERVED,
        en=Words(
            "ramp",
            (
                "you can take {to} to reach the full quantity of {line}",
                "wait {to} for the full quantity of {line}",
                "you reach the full quantity of {line} within {to}",
            ),
            moved=("a ramp of {line} {amount} longer", "a ramp of {line} {amount} shorter"),
        ),
        de=Words(
            "Anlauf",
            (
                "Sie können sich {to_accusative} bis zur vollen Menge bei {line} nehmen",
                "{to_accusative} auf die volle Menge bei {line} warten",
                "Sie innerhalb von {to_dative} die volle Menge bei {line} erreichen",
            ),
            moved=("Anlauf von {line} {amount} länger", "Anlauf von {line} {amount} kürzer"),
        ),
    ),
    Lever(
        Quantity(
            "start_month", MONTHS, 0.0, 600.0, 3.0, "Month, from signing, in which the line starts.", whole=True, neutral=0.0
        ),
        MORE,
        1.0,
        kinds=SERVED,
        en=Words(
            "start month",
            (
                "{line} can start {to} after signing",
                "let {line} start {to} after signing",
                "we start {line} {to} after signing",
            ),
            zero=("{line} can start at signing", "let {line} start at signing", "we start {line} at signing"),
            moved=("a start of {line} {amount} later", "a start of {line} {amount} sooner"),
        ),
        de=Words(
            "Beginn",
            (
                "wir können mit {line} {to_accusative} nach Unterschrift beginnen",
                "mit {line} {to_accusative} nach Unterschrift beginnen",
                "wir mit {line} {to_accusative} nach Unterschrift beginnen",
            ),
            zero=(
                "wir können mit {line} bei Unterschrift beginnen",
                "mit {line} bei Unterschrift beginnen",
                "wir mit {line} bei Unterschrift beginnen",
            ),
            moved=("Beginn von {line} {amount} später", "Beginn von {line} {amount} früher"),
        ),
    ),
    Lever(
        Quantity(
            "end_month",
            MONTHS,
            1.0,
            600.0,
            48.0,
            "Month, from signing, in which the line ends.",
            whole=True,
            none_means="no end",
            neutral=NONE,
        ),
        LESS,
        1.0,
        kinds=SERVED,
        en=Words(
            "end month",
            (
                "{line} can end {to} after signing",
                "let {line} end {to} after signing",
                "you keep {line} for {to} from signing",
            ),
            none_word="no end",
            none=("you can keep {line} without an end date", "leave {line} without an end date", "{line} has no end date"),
            moved=("an end of {line} {amount} later", "an end of {line} {amount} sooner"),
        ),
        de=Words(
            "Ende",
            (
                "{line} kann {to_accusative} nach Unterschrift enden",
                "{line} {to_accusative} nach Unterschrift enden lassen",
                "Sie {line} bis {to_accusative} nach Unterschrift behalten",
            ),
            none_word="kein Ende",
            none=(
                "Sie können {line} ohne Enddatum behalten",
                "{line} ohne Enddatum lassen",
                "{line} kein Enddatum hat",
            ),
            moved=("Ende von {line} {amount} später", "Ende von {line} {amount} früher"),
        ),
    ),
    Lever(
        Quantity(
            "support_cost", MONEY, 0.0, _MUCH, 1.0, "Our cost of the support level promised, per unit per month.", neutral=0.0
        ),
        MORE,
        0.5,
        kinds=SUBSCRIBED,
        client_sees=Sees.PROMISE,
        en=Words(
            "support level",
            (
                "you can have a different support level for {line}",
                "give a different support level for {line}",
                "we change the support level of {line}",
            ),
            promised=("you have the support level that we discussed for {line}", "{line} comes without support"),
            zero=("we can leave out support on {line}", "leave out support on {line}", "there is no support on {line}"),
        ),
        de=Words(
            "Supportstufe",
            (
                "Sie können bei {line} eine andere Supportstufe haben",
                "bei {line} eine andere Supportstufe leisten",
                "wir die Supportstufe bei {line} ändern",
            ),
            promised=("Sie haben für {line} die besprochene Supportstufe", "{line} kommt ohne Support"),
            zero=(
                "wir können den Support bei {line} weglassen",
                "den Support bei {line} weglassen",
                "es bei {line} keinen Support gibt",
            ),
        ),
    ),
    Lever(
        Quantity("demand_cv", NUMBER, 0.0, 5.0, 0.3, "Standard deviation of a year's use, as a share of its mean."),
        MORE,
        0.05,
        kinds=USED,
        is_negotiable=False,
        client_sees=Sees.NOTHING,
        en=Words(
            "spread of use",
            (
                "your use of {line} can vary by {to} of its mean",
                "carry a use of {line} that varies by {to} of its mean",
                "your use of {line} varies by no more than {to} of its mean",
            ),
        ),
        de=Words(
            "Schwankung der Abnahme",
            (
                "Ihre Abnahme bei {line} kann um das {to}-Fache des Mittels schwanken",
                "bei {line} eine Schwankung um das {to}-Fache des Mittels tragen",
                "Ihre Abnahme bei {line} um höchstens das {to}-Fache des Mittels schwankt",
            ),
        ),
    ),
    Lever(
        Quantity("delivery_months", MONTHS, 1.0, 600.0, 3.0, "Months over which the line is delivered.", whole=True),
        LESS,
        1.0,
        kinds=DELIVERED,
        is_negotiable=False,
        en=Words(
            "delivery time",
            ("you can have {line} within {to}", "deliver {line} within {to}", "we have {to} to deliver {line}"),
        ),
        de=Words(
            "Lieferzeit",
            (
                "Sie können {line} innerhalb von {to_dative} haben",
                "{line} innerhalb von {to_dative} liefern",
                "wir für die Lieferung von {line} {to_accusative} Zeit haben",
            ),
        ),
    ),
)
