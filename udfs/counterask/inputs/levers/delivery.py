"""What we promise to deliver: one-off deliveries on time and in order, and training."""

from __future__ import annotations

from ..quantities import DAYS, MONTHS, SHARE, Quantity
from .lever import DELIVERED, MORE, Lever, Paper, Words

LEVERS = (
    Lever(
        Quantity(
            "late_damages_rate", SHARE, 0.0, 1.0, 0.05, "Damages for late one-off delivery, as a share of its price.", neutral=0.0
        ),
        MORE,
        0.01,
        works_on=DELIVERED,
        en=Words(
            "late damages",
            (
                "damages for late delivery can be {to} of the price",
                "accept damages of {to} of the price for late delivery",
                "damages for late delivery are {to} of the price",
            ),
            zero=(
                "we can do without damages for late delivery",
                "do without damages for late delivery",
                "there are no damages for late delivery",
            ),
            paper=Paper("Late delivery", "damages of {to} of the price"),
        ),
        de=Words(
            "Verzugsentschädigung",
            (
                "die Verzugsentschädigung kann {to} des Preises betragen",
                "eine Verzugsentschädigung von {to} des Preises annehmen",
                "die Verzugsentschädigung {to} des Preises beträgt",
            ),
            zero=(
                "wir können auf eine Verzugsentschädigung verzichten",
                "auf eine Verzugsentschädigung verzichten",
                "es keine Verzugsentschädigung gibt",
            ),
            paper=Paper("Verspätete Lieferung", "Entschädigung von {to} des Preises"),
        ),
    ),
    Lever(
        Quantity(
            "months_brought_forward",
            MONTHS,
            0.0,
            600.0,
            1.0,
            "Months by which one-off delivery is made faster.",
            whole=True,
            neutral=0.0,
        ),
        MORE,
        1.0,
        works_on=DELIVERED,
        en=Words(
            "earlier delivery",
            ("you can have delivery {to} earlier", "deliver {to} earlier", "delivery is brought forward by no more than {to}"),
            zero=("delivery can stay as planned", "deliver as planned", "delivery stays as planned"),
            moved=("delivery {amount} earlier", "delivery {amount} later"),
        ),
        de=Words(
            "frühere Lieferung",
            (
                "Sie können die Lieferung {to_accusative} früher haben",
                "{to_accusative} früher liefern",
                "die Lieferung höchstens {to_accusative} vorgezogen wird",
            ),
            zero=("wir können wie geplant liefern", "wie geplant liefern", "wir wie geplant liefern"),
            moved=("Lieferung {amount} früher", "Lieferung {amount} später"),
        ),
    ),
    Lever(
        Quantity(
            "warranty_months", MONTHS, 0.0, 600.0, 6.0, "Months of warranty after one-off delivery.", whole=True, neutral=0.0
        ),
        MORE,
        1.0,
        works_on=DELIVERED,
        en=Words(
            "warranty",
            ("you can have {to} of warranty", "give {to} of warranty", "the warranty is {to}"),
            zero=("we can do without a warranty", "do without a warranty", "there is no warranty"),
            paper=Paper("Warranty", "{to} after delivery"),
            moved=("a warranty {amount} longer", "a warranty {amount} shorter"),
        ),
        de=Words(
            "Garantie",
            ("Sie können {to_accusative} Garantie haben", "{to_accusative} Garantie geben", "die Garantie {to_accusative} läuft"),
            zero=("wir können auf eine Garantie verzichten", "auf eine Garantie verzichten", "es keine Garantie gibt"),
            paper=Paper("Garantie", "{to} nach der Lieferung"),
            moved=("Gewährleistung {amount} länger", "Gewährleistung {amount} kürzer"),
        ),
    ),
    Lever(
        Quantity("training_days", DAYS, 0.0, 1000.0, 3.0, "Days of training that we give for free.", whole=True, neutral=0.0),
        MORE,
        1.0,
        en=Words(
            "free training",
            ("you can have {to} of free training", "give {to} of free training", "free training is limited to {to}"),
            zero=("we can do without free training", "do without free training", "there is no free training"),
            paper=Paper("Training", "{to}, free of charge"),
        ),
        de=Words(
            "kostenlose Schulung",
            (
                "Sie können {to_accusative} kostenlose Schulung haben",
                "{to_accusative} kostenlose Schulung geben",
                "die kostenlose Schulung auf {to_accusative} begrenzt ist",
            ),
            zero=(
                "wir können auf eine kostenlose Schulung verzichten",
                "auf eine kostenlose Schulung verzichten",
                "es keine kostenlose Schulung gibt",
            ),
            paper=Paper("Schulung", "{to}, kostenlos"),
        ),
    ),
)
