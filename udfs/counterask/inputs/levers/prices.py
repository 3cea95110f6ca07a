"""What happens to a price over the years, and what is paid back of it."""

from __future__ import annotations

from ..quantities import MONTHS, NONE, SHARE, SWITCH, Quantity
from .lever import LESS, MORE, SUBSCRIBED, Lever, Paper, Words

LEVERS = (
    Lever(
        Quantity(
            "uplift_floor",
            SHARE,
            -0.5,
            1.0,
            0.0,
            "Least yearly price rise.",
            none_means="no floor",
            neutral=NONE,
            none_is_least=True,
        ),
        LESS,
        0.005,
        en=Words(
            "least yearly price rise",
            (
                "the yearly price rise can be as little as {to}",
                "accept a yearly price rise of as little as {to}",
                "prices rise by at least {to} a year",
            ),
            moved=("a least yearly price rise {amount} higher", "a least yearly price rise {amount} lower"),
            none_word="no floor",
            none=(
                "the yearly price rise can do without a floor",
                "leave the yearly price rise without a floor",
                "the yearly price rise has no floor",
            ),
            zero=(
                "prices can stay level in a year without inflation",
                "hold prices level in a year without inflation",
                "prices never fall from one year to the next",
            ),
            negative=(
                "prices can fall by up to {to} a year",
                "let prices fall by up to {to} a year",
                "prices fall by no more than {to} a year",
            ),
            paper=Paper(
                "Yearly price change",
                "with inflation, by at least {to} and at most {uplift_cap}",
                forms={
                    "same": "{to} a year",
                    "uncapped": "with inflation, by at least {to}",
                    "no_floor": "with inflation, by at most {uplift_cap}",
                    "free": "with inflation",
                },
                is_always_shown=True,
            ),
        ),
        de=Words(
            "kleinste jährliche Preiserhöhung",
            (
                "die jährliche Preiserhöhung kann auf {to} sinken",
                "eine jährliche Preiserhöhung von nur {to} annehmen",
                "die Preise jährlich um mindestens {to} steigen",
            ),
            moved=("kleinste jährliche Preiserhöhung {amount} höher", "kleinste jährliche Preiserhöhung {amount} niedriger"),
            none_word="ohne Untergrenze",
            none=(
                "die jährliche Preiserhöhung kann ohne Untergrenze bleiben",
                "die jährliche Preiserhöhung ohne Untergrenze lassen",
                "die jährliche Preiserhöhung keine Untergrenze hat",
            ),
            zero=(
                "die Preise können in einem Jahr ohne Inflation gleich bleiben",
                "die Preise in einem Jahr ohne Inflation gleich lassen",
                "die Preise von Jahr zu Jahr nie fallen",
            ),
            negative=(
                "die Preise können jährlich um bis zu {to} fallen",
                "die Preise jährlich um bis zu {to} fallen lassen",
                "die Preise jährlich um höchstens {to} fallen",
            ),
            paper=Paper(
                "Jährliche Preisänderung",
                "mit der Inflation, um mindestens {to} und höchstens {uplift_cap}",
                forms={
                    "same": "{to} im Jahr",
                    "uncapped": "mit der Inflation, um mindestens {to}",
                    "no_floor": "mit der Inflation, um höchstens {uplift_cap}",
                    "free": "mit der Inflation",
                },
                is_always_shown=True,
            ),
        ),
    ),
    Lever(
        Quantity("uplift_cap", SHARE, -0.5, 1.0, 0.05, "Greatest yearly price rise.", none_means="uncapped", neutral=NONE),
        LESS,
        0.005,
        shown_with="uplift_floor",
        en=Words(
            "cap on the yearly price rise",
            (
                "the yearly price rise can be capped at {to}",
                "cap the yearly price rise at {to}",
                "the cap on the yearly price rise is {to}",
            ),
            moved=("a cap on the yearly price rise {amount} higher", "a cap on the yearly price rise {amount} lower"),
            none_word="uncapped",
            none=(
                "the yearly price rise can stay uncapped",
                "leave the yearly price rise uncapped",
                "the yearly price rise is not capped",
            ),
            zero=(
                "prices can stay as they are, whatever inflation does",
                "leave prices as they are, whatever inflation does",
                "prices never rise",
            ),
            negative=(
                "prices can fall by at least {to} a year",
                "let prices fall by at least {to} a year",
                "prices have to fall by only {to} a year",
            ),
        ),
        de=Words(
            "Grenze der jährlichen Preiserhöhung",
            (
                "die jährliche Preiserhöhung kann auf {to} begrenzt werden",
                "die jährliche Preiserhöhung auf {to} begrenzen",
                "die Grenze der jährlichen Preiserhöhung bei {to} liegt",
            ),
            moved=("Grenze der Preiserhöhung {amount} höher", "Grenze der Preiserhöhung {amount} niedriger"),
            none_word="unbegrenzt",
            none=(
                "die jährliche Preiserhöhung kann unbegrenzt bleiben",
                "die jährliche Preiserhöhung unbegrenzt lassen",
                "die jährliche Preiserhöhung nicht begrenzt ist",
            ),
            zero=(
                "die Preise können gleich bleiben, wie hoch die Inflation auch ist",
                "die Preise gleich lassen, wie hoch die Inflation auch ist",
                "die Preise nie steigen",
            ),
            negative=(
                "die Preise können jährlich um mindestens {to} fallen",
                "die Preise jährlich um mindestens {to} fallen lassen",
                "die Preise jährlich nur um {to} fallen müssen",
            ),
        ),
    ),
    Lever(
        Quantity("price_lock_months", MONTHS, 0.0, 600.0, 12.0, "Months in which no yearly price rise is made.", neutral=0.0),
        MORE,
        12.0,
        en=Words(
            "price lock",
            ("prices can be locked for {to}", "lock prices for {to}", "prices are locked for only {to}"),
            zero=("we can do without a price lock", "do without a price lock", "prices are not locked"),
            paper=Paper("Price lock", "no price rise for {to} from signing"),
            moved=("a price lock {amount} longer", "a price lock {amount} shorter"),
        ),
        de=Words(
            "Preisbindung",
            (
                "die Preise können {to_accusative} lang fest bleiben",
                "die Preise {to_accusative} lang fest lassen",
                "die Preise nur {to_accusative} lang fest sind",
            ),
            zero=(
                "wir können auf eine Preisbindung verzichten",
                "auf eine Preisbindung verzichten",
                "die Preise nicht gebunden sind",
            ),
            paper=Paper("Preisbindung", "keine Preiserhöhung binnen {to_dative} ab Unterschrift"),
            moved=("Preisbindung {amount} länger", "Preisbindung {amount} kürzer"),
        ),
    ),
    Lever(
        Quantity(
            "most_favoured_price",
            SWITCH,
            0.0,
            1.0,
            1.0,
            "Whether the client's price must follow the best price given to anybody.",
            neutral=0.0,
        ),
        MORE,
        1.0,
        en=Words(
            "most-favoured price",
            yes=(
                "your price can follow the best price that we give to anybody",
                "promise you the best price that we give to anybody",
                "your price follows the best price that we give to anybody",
            ),
            no=("we can do without a best-price clause", "do without a best-price clause", "there is no best-price clause"),
            paper=Paper("Best price", "your price follows the best price that we give to anybody"),
        ),
        de=Words(
            "Bestpreisklausel",
            yes=(
                "Ihr Preis kann dem besten folgen, den wir irgendwem geben",
                "Ihnen den besten Preis zusagen, den wir irgendwem geben",
                "Ihr Preis dem besten folgt, den wir irgendwem geben",
            ),
            no=(
                "wir können auf eine Bestpreisklausel verzichten",
                "auf eine Bestpreisklausel verzichten",
                "es keine Bestpreisklausel gibt",
            ),
            paper=Paper("Bestpreis", "Ihr Preis folgt dem besten, den wir irgendwem geben"),
        ),
    ),
    Lever(
        Quantity(
            "sla_credit",
            SHARE,
            0.0,
            1.0,
            0.1,
            "Share of a month's recurring fee paid back when service is missed.",
            neutral=0.0,
        ),
        MORE,
        0.01,
        works_on=SUBSCRIBED,
        en=Words(
            "SLA credit",
            (
                "you can have {to} of the month's fee back when we miss the service level",
                "pay back {to} of the month's fee when we miss the service level",
                "the credit for a missed service level is {to} of the month's fee",
            ),
            zero=("we can do without service credits", "do without service credits", "there are no service credits"),
            one=(
                "you can have the whole month's fee back when we miss the service level",
                "pay back the whole month's fee when we miss the service level",
                "the credit for a missed service level is the whole month's fee",
            ),
            paper=Paper("Service credit", "{to} of the month's fee when we miss the service level"),
        ),
        de=Words(
            "SLA-Gutschrift",
            (
                "Sie können bei verfehltem Servicegrad {to} der Monatsgebühr zurückhaben",
                "bei verfehltem Servicegrad {to} der Monatsgebühr zurückzahlen",
                "die Gutschrift für einen verfehlten Servicegrad {to} der Monatsgebühr beträgt",
            ),
            zero=(
                "wir können auf Servicegutschriften verzichten",
                "auf Servicegutschriften verzichten",
                "es keine Servicegutschriften gibt",
            ),
            one=(
                "Sie können bei verfehltem Servicegrad die ganze Monatsgebühr zurückhaben",
                "bei verfehltem Servicegrad die ganze Monatsgebühr zurückzahlen",
                "die Gutschrift für einen verfehlten Servicegrad die ganze Monatsgebühr beträgt",
            ),
            paper=Paper("Servicegutschrift", "{to} der Monatsgebühr, wo wir den Servicegrad verfehlen"),
        ),
    ),
)
