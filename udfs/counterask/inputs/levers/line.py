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
            ("wir können {line} mit {to} listen", "{line} mit {to} listen", "wir {line} mit {to} listen"),
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
        Quantity("quantity", UNITS, 0.0, _MUCH, 10.0, "Units (recurring), mean units a month (metered), usually 1 (one-off)."),
        LESS,
        1.0,
        kinds=EVERY_KIND,
        en=Words(
            "quantity",
            ("you can take {to} {line}", "settle for {to} {line}", "you take {to} {line}"),
            zero=("you can drop {line}", "let you drop {line}", "you drop {line}"),
            one=(
                "you can take a single unit of {line}",
                "settle for a single unit of {line}",
                "you take a single unit of {line}",
            ),
            metered=("you can plan for {to} {line} a month", "plan for {to} {line} a month", "you use {to} {line} a month"),
            once=("you can take {to} units of {line}", "settle for {to} units of {line}", "you take {to} units of {line}"),
        ),
        de=Words(
            "Menge",
            ("Sie können {to} {line} abnehmen", "mit {to} {line} auskommen", "Sie {to} {line} abnehmen"),
            zero=("Sie können {line} weglassen", "Sie {line} weglassen lassen", "Sie {line} weglassen"),
            one=(
                "Sie können eine einzige Einheit von {line} abnehmen",
                "mit einer einzigen Einheit von {line} auskommen",
                "Sie eine einzige Einheit von {line} abnehmen",
            ),
            metered=(
                "Sie können mit {to} {line} im Monat planen",
                "mit {to} {line} im Monat planen",
                "Sie {to} {line} im Monat abnehmen",
            ),
            once=(
                "Sie können {to} Einheiten von {line} abnehmen",
                "mit {to} Einheiten von {line} auskommen",
                "Sie {to} Einheiten von {line} abnehmen",
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
        ),
        de=Words(
            "Anlauf",
            (
                "Sie können sich {to_accusative} bis zur vollen Menge bei {line} nehmen",
                "{to_accusative} auf die volle Menge bei {line} warten",
                "Sie innerhalb von {to_dative} die volle Menge bei {line} erreichen",
            ),
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
                "you can have support worth {to} a unit on {line}",
                "give support worth {to} a unit on {line}",
                "support on {line} stays within {to} a unit",
            ),
            promised=("you have the support level that we agreed for {line}", "{line} comes without support"),
            zero=("we can leave out support on {line}", "leave out support on {line}", "there is no support on {line}"),
        ),
        de=Words(
            "Supportstufe",
            (
                "Sie können Support für {to} je Einheit bei {line} haben",
                "Support für {to} je Einheit bei {line} leisten",
                "der Support bei {line} bei {to} je Einheit bleibt",
            ),
            promised=("Sie haben für {line} die vereinbarte Unterstützung", "{line} kommt ohne Unterstützung"),
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
    Lever(
        Quantity(
            "discount_months",
            MONTHS,
            0.0,
            600.0,
            12.0,
            "Months from the start of the line for which its discount lasts.",
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
                "the discount on {line} can last for {to}",
                "keep the discount on {line} for {to}",
                "the discount on {line} ends after {to}",
            ),
            none_word="as long as the line",
            none=(
                "the discount on {line} can last to the end",
                "keep the discount on {line} to the end",
                "the discount on {line} lasts to the end",
            ),
            zero=(
                "we can leave out the discount on {line}",
                "leave out the discount on {line}",
                "there is no discount on {line}",
            ),
        ),
        de=Words(
            "Rabattmonate",
            (
                "der Rabatt auf {line} kann {to_accusative} lang gelten",
                "den Rabatt auf {line} {to_accusative} lang geben",
                "der Rabatt auf {line} nach {to_dative} endet",
            ),
            none_word="so lange wie die Position",
            none=(
                "der Rabatt auf {line} kann bis zum Ende gelten",
                "den Rabatt auf {line} bis zum Ende geben",
                "der Rabatt auf {line} bis zum Ende gilt",
            ),
            zero=(
                "wir können den Rabatt auf {line} weglassen",
                "den Rabatt auf {line} weglassen",
                "es keinen Rabatt auf {line} gibt",
            ),
        ),
    ),
    Lever(
        Quantity("start_month", MONTHS, 0.0, 600.0, 2.0, "Month in which the line starts.", whole=True, neutral=0.0),
        MORE,
        1.0,
        kinds=SERVED,
        en=Words(
            "start",
            ("{line} can start after {to}", "let {line} start after {to}", "we start {line} within {to}"),
            zero=("{line} can start at signing", "let {line} start at signing", "we start {line} at signing"),
        ),
        de=Words(
            "Beginn",
            ("wir können {line} nach {to_dative} starten", "{line} nach {to_dative} starten", "wir {line} nach {to_dative} starten"),
            zero=(
                "wir können {line} ab Unterschrift starten",
                "{line} ab Unterschrift starten",
                "wir {line} ab Unterschrift starten",
            ),
        ),
    ),
    Lever(
        Quantity(
            "end_month",
            MONTHS,
            0.0,
            600.0,
            48.0,
            "Month from which the line no longer runs.",
            whole=True,
            none_means="no end",
            neutral=NONE,
        ),
        LESS,
        1.0,
        kinds=SERVED,
        en=Words(
            "end",
            ("{line} can end after {to}", "let {line} end after {to}", "you keep {line} for {to}"),
            none_word="no end",
            none=("{line} can run without an end", "let {line} run without an end", "{line} has no end"),
            zero=("you can drop {line}", "let you drop {line}", "you drop {line}"),
        ),
        de=Words(
            "Ende",
            ("wir können {line} nach {to_dative} beenden", "{line} nach {to_dative} beenden", "Sie {line} {to_accusative} behalten"),
            none_word="kein Ende",
            none=("wir können {line} ohne Ende laufen lassen", "{line} ohne Ende laufen lassen", "Sie {line} ohne Ende behalten"),
            zero=("Sie können {line} weglassen", "Sie {line} weglassen lassen", "Sie {line} weglassen"),
        ),
    ),
)
