"""The arguments of the function catalogue, with the help that function wizards show. Each is described once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Argument:
    """One argument of a catalogue function, with the help that function wizards show."""

    name: str
    description: str
    is_range: bool = True
    optional: bool = False


ARGUMENTS = {
    argument.name: argument
    for argument in (
        Argument("lines", "The table of lines with its header row: the name Lines."),
        Argument("terms", "The opening terms with their header row: the name Terms."),
        Argument("trades", "The trades with their header row, input columns only: the name Trades."),
        Argument("limits", "Limits and company levers with their header row: the name Limits. Empty: none are known."),
        Argument("assumptions", "The assumptions with their header row: the name Assumptions."),
        Argument("policy", "The policy with its header row: the name Policy."),
        Argument("lever", "The lever to change, by name or label: payment_days.", is_range=False),
        Argument("line", "The line that the lever belongs to; empty for a term of the whole deal.", is_range=False),
        Argument("to", 'The new level in the lever\'s unit, or "none".', is_range=False),
        Argument("trade", "The id of a trade: T3. Blank: the one that falls short most, where one is enough.", is_range=False),
        Argument(
            "stakeholders", "The stakeholders with their header row: the name Stakeholders. Empty: none are known."
        ),
        Argument("show", "yes to prepare the page; blank: nothing is computed.", is_range=False),
        Argument(
            "places",
            "Where the ranges are on the sheets, so that inputs are named by their cells: the name Places.",
            is_range=False,
        ),
        Argument("language", "The language of the sentences: en or de; left out: en.", is_range=False),
        Argument("as_of", "The day on which limits are looked at; left out: today.", is_range=False),
        Argument("seal", "The seal of the limits: the name Seal. Left out: they have none."),
        Argument("approvals", "The approvals with their header row: the name Approvals. Left out: none."),
        Argument("history", "What this client was given before, with its header row: the name History."),
        Argument("price_book", "The price book with its header row: the name Price_book. Left out: none."),
        Argument(
            "segment",
            "The kind of client, for limits, policy and assumptions: the name Segment. Left out: none.",
            is_range=False,
        ),
        Argument(
            "currency",
            "The quote's currency, which must be that of the limits: the name Currency. Left out: it is not compared.",
            is_range=False,
        ),
    )
}
