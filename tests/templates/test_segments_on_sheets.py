"""What holds for the segment of a quote is shown on its sheets: values in force, standards, the list of segments."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from counterask.inputs.assumptions import ASSUMPTION_BY_NAME
from counterask.inputs.levers import LEVER_BY_NAME
from counterask_templates.build import DRAWN_ON, cached_results
from counterask_templates.examples import load_example
from counterask_templates.in_force import STANDARDS, value_in_force
from counterask_templates.layout import ASSUMPTIONS_TABLE, LISTS, NOTES, POLICY_TABLE
from counterask_templates.manager_layout import in_force
from counterask_templates.natives import Facts
from counterask_templates.sheet_lists import NATIVES as LISTED
from counterask_templates.specs import ResultSpec
from counterask_templates.tables import Document, header_cells, table_rows

from .books import opened


def facts_in(document: Document, wanted: Sequence[ResultSpec] = ()) -> Facts:
    """What the formulas of a document's quote read. wanted : the results that are computed."""
    rows = table_rows(document)
    header = header_cells(document)
    return Facts(rows, cached_results(rows, DRAWN_ON, wanted, header["segment"]), header)


def facts(name: str, segment: str | None) -> Facts:
    """What the formulas of an example would read if its quote were of another segment."""
    return facts_in({**load_example(name), "segment": segment})


def evidence(document: Document) -> object:
    """What the Quote sheet says of placeholders."""
    return facts_in(document, [NOTES]).results["notes"][1][0]


def assumption(name: str, segment: str | None, wanted: str) -> object:
    return value_in_force(facts(name, segment), ASSUMPTIONS_TABLE, ASSUMPTION_BY_NAME[wanted].label)


@pytest.mark.parametrize(
    ("segment", "value"),
    [("Rating B", 0.035), ("rating ccc", 0.2), ("Rating BBB or better", 0.002), ("Another one", 0.035), (None, 0.035)],
)
def test_the_row_of_the_segment_holds_or_else_the_row_for_all(segment: str | None, value: float) -> None:
    assert assumption("industrial_supply", segment, "default_probability") == value


def test_a_policy_of_a_segment_is_shown_as_well() -> None:
    assert value_in_force(facts("industrial_supply", "Rating CCC"), POLICY_TABLE, "Minimum margin") == 0.18
    assert value_in_force(facts("industrial_supply", "Rating B"), POLICY_TABLE, "Minimum margin") == 0.12


def test_every_policy_and_assumption_has_its_cell_in_force() -> None:
    assert in_force("minimum_margin") != in_force("cost_of_capital")
    with pytest.raises(KeyError):
        in_force("payment_days")


@pytest.mark.parametrize(("segment", "days"), [("Mid-market", 30), ("Enterprise", 45)])
def test_the_standard_beside_an_opening_term_is_that_of_the_segment(segment: str, days: float) -> None:
    found = {lever.name: native.say(facts("software", segment)) for lever, native in STANDARDS}
    assert found["payment_days"] == days
    assert found["tfc_from_month"] == "none" and found["billing_in_advance"] == "yes"
    assert "client_tenure_months" not in found, "no two parties agree on it"


def test_a_lever_without_a_standard_has_its_neutral_level_and_a_quote_without_limits_none_at_all() -> None:
    document = load_example("software")
    document["limits"] = [row for row in document["limits"] if row["lever"] == "payment_days"]
    bare = {lever.name: native.say(facts_in(document)) for lever, native in STANDARDS}
    assert bare["uplift_cap"] == "none" and bare["exclusivity_months"] == 0
    assert bare["term_months"] == "" and LEVER_BY_NAME["term_months"].quantity.none_means is None
    empty = {native.say(facts_in({**document, "limits": []})) for _, native in STANDARDS}
    assert empty == {""}


def test_every_segment_of_limits_policy_and_assumptions_is_offered_once() -> None:
    sheet = opened("industrial_supply", True)[LISTS]
    column = next(one.column for one in sheet[1] if one.value == "Segment_list")
    offered = [cell.value for (cell,) in sheet.iter_rows(2, 20, column, column) if cell.value]
    assert offered == ["Rating B", "Rating CCC", "Rating BBB or better", "Rating BB"]
    assert any(native.column == column for native in LISTED)


def test_the_quote_sheet_counts_the_placeholders_that_the_verdicts_rest_on() -> None:
    sheet = opened("software", True)[NOTES.sheet]
    said = str(sheet.cell(NOTES.bottom, NOTES.left).value)
    assert said == "▲ The verdicts rest on 17 placeholders among 28 assumptions. Replace them by your own figures."


def test_an_assumption_that_no_component_reads_is_not_counted() -> None:
    document = load_example("software")
    fitted = {name: "fitted: our own" for name in document["evidence"]}
    one = evidence({**document, "evidence": {**fitted, "cost_of_capital": "Placeholder"}})
    assert one == "▲ The verdicts rest on 1 placeholder among 28 assumptions: Cost of capital. Replace it by your own figure."
    unread = evidence({**document, "evidence": {**fitted, "mfn_gap": "placeholder: x"}})
    assert unread == "✔ The verdicts rest on 28 assumptions, and none of them is a placeholder."
