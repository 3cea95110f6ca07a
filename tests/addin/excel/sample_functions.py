"""A small catalogue for the tests of the Excel side: what a function module of ours looks like."""

import xlwings as xw


@xw.func(category="counterask samples")
@xw.arg("terms", ndim=2, err_to_str=True, doc="The terms: two columns, name and value.")
@xw.arg("factor", doc="A number to multiply with; 1 if left out.")
def DEAL_SAMPLE(terms, factor=1):
    """Every row of the terms, its value multiplied."""
    return [
        [name, value * factor if isinstance(value, float) else f"CHECK: {value!r}"] for name, value in terms
    ]


@xw.func(category="counterask samples")
@xw.arg("cell", doc="Any cell.")
def DEAL_SEEN(cell):
    """What arrives for one cell, as text."""
    return repr(cell)
