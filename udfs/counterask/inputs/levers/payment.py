"""When the client is billed, and when it pays."""

from __future__ import annotations

from ..quantities import DAYS, MONTHS, SWITCH, Quantity
from .lever import LESS, MORE, SUBSCRIBED, Lever, Paper, Words

LEVERS = (
    Lever(
        Quantity("billing_months", MONTHS, 1.0, 600.0, 1.0, "Months of recurring fees on one invoice.", whole=True),
        LESS,
        1.0,
        works_on=SUBSCRIBED,
        en=Words(
            "billing",
            ("we can bill {to}", "bill {to}", "we bill {to}"),
            values={"1": "monthly", "3": "quarterly", "6": "half-yearly", "12": "yearly", "other": "every {to}"},
            paper=Paper("Billing", "{to}, {advance}"),
        ),
        de=Words(
            "Abrechnung",
            ("wir können {to} abrechnen", "{to} abrechnen", "wir {to} abrechnen"),
            values={"1": "monatlich", "3": "vierteljährlich", "6": "halbjährlich", "12": "jährlich", "other": "alle {to}"},
            paper=Paper("Abrechnung", "{to}, {advance}"),
        ),
    ),
    Lever(
        Quantity("billing_in_advance", SWITCH, 0.0, 1.0, 0.0, "Whether recurring fees are invoiced before the service."),
        LESS,
        1.0,
        works_on=SUBSCRIBED,
        shown_with="billing_months",
        en=Words(
            "billing in advance",
            yes=("you can pay in advance", "bill in advance", "you pay in advance"),
            no=("you can pay in arrears", "bill in arrears", "we bill in arrears"),
        ),
        de=Words(
            "Abrechnung im Voraus",
            yes=("Sie können im Voraus zahlen", "im Voraus abrechnen", "Sie im Voraus zahlen"),
            no=("Sie können nachträglich zahlen", "nachträglich abrechnen", "wir nachträglich abrechnen"),
        ),
    ),
    Lever(
        Quantity(
            "prepayment_refundable",
            SWITCH,
            0.0,
            1.0,
            1.0,
            "Whether fees paid in advance are paid back when the contract ends early.",
            neutral=1.0,
        ),
        MORE,
        1.0,
        works_on=SUBSCRIBED,
        en=Words(
            "refund of prepaid fees",
            yes=(
                "you can have prepaid fees back if the contract ends early",
                "pay back prepaid fees when the contract ends early",
                "prepaid fees are paid back if the contract ends early",
            ),
            no=(
                "prepaid fees can stay with us if the contract ends early",
                "keep prepaid fees when the contract ends early",
                "prepaid fees are not paid back",
            ),
            paper=Paper("Prepaid fees", "not paid back if the contract ends early"),
        ),
        de=Words(
            "Erstattung von Vorauszahlungen",
            yes=(
                "Sie können Vorauszahlungen zurückerhalten, wenn der Vertrag vorzeitig endet",
                "Vorauszahlungen erstatten, wenn der Vertrag vorzeitig endet",
                "Vorauszahlungen bei vorzeitigem Vertragsende erstattet werden",
            ),
            no=(
                "Vorauszahlungen können bei vorzeitigem Vertragsende bei uns bleiben",
                "Vorauszahlungen bei vorzeitigem Vertragsende behalten",
                "Vorauszahlungen nicht erstattet werden",
            ),
            paper=Paper("Vorauszahlungen", "werden bei vorzeitigem Vertragsende nicht erstattet"),
        ),
    ),
    Lever(
        Quantity("payment_days", DAYS, 0.0, 365.0, 30.0, "Days from invoice to cash."),
        MORE,
        5.0,
        en=Words(
            "payment term",
            ("you can pay in {to}", "wait {to} for payment", "you pay in {to}"),
            zero=(
                "you can pay on the day of the invoice",
                "take payment on the day of the invoice",
                "you pay on the day of the invoice",
            ),
            paper=Paper("Payment", "{to} after the invoice", forms={"zero": "on the day of the invoice"}),
            moved=("payment {amount} later", "payment {amount} sooner"),
        ),
        de=Words(
            "Zahlungsziel",
            ("Sie können in {to_dative} zahlen", "{to_accusative} auf die Zahlung warten", "Sie in {to_dative} zahlen"),
            zero=(
                "Sie können am Tag der Rechnung zahlen",
                "die Zahlung am Tag der Rechnung annehmen",
                "Sie am Tag der Rechnung zahlen",
            ),
            paper=Paper("Zahlung", "{to} nach der Rechnung", forms={"zero": "am Tag der Rechnung"}),
            moved=("Zahlung {amount} später", "Zahlung {amount} früher"),
        ),
    ),
    Lever(
        Quantity("free_months", MONTHS, 0.0, 600.0, 1.0, "First months without recurring fees.", whole=True, neutral=0.0),
        MORE,
        1.0,
        works_on=SUBSCRIBED,
        en=Words(
            "free months",
            ("the first {to} can be free", "give you the first {to} free", "only the first {to} are free"),
            zero=("we can start without a free month", "start without a free month", "there is no free month"),
            one=("the first month can be free", "give you the first month free", "only the first month is free"),
            year=("the first year can be free", "give you the first year free", "only the first year is free"),
            paper=Paper(
                "Free months",
                "{to} without recurring fees from the start",
                forms={"one": "the first month without recurring fees"},
            ),
        ),
        de=Words(
            "freie Monate",
            ("die ersten {to} können frei sein", "Ihnen die ersten {to} schenken", "nur die ersten {to} frei sind"),
            zero=("wir können ohne freien Monat beginnen", "ohne freien Monat beginnen", "es keinen freien Monat gibt"),
            one=("der erste Monat kann frei sein", "Ihnen den ersten Monat schenken", "nur der erste Monat frei ist"),
            year=("das erste Jahr kann frei sein", "Ihnen das erste Jahr schenken", "nur das erste Jahr frei ist"),
            paper=Paper(
                "Freie Monate", "{to} ohne laufende Gebühren ab Beginn", forms={"one": "der erste Monat ohne laufende Gebühren"}
            ),
        ),
    ),
)
