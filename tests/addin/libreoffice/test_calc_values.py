"""Values between Calc and Python, without a Calc."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from counterask.reading.cells import day
from counterask_addin.libreoffice.cell_values import argument_from_calc, null_date, scalar_for_calc, table_for_calc
from counterask_addin.workbooks.addresses import cell_name


@pytest.mark.parametrize(
    ("given", "arrives"),
    [
        (None, None),
        ("", None),
        (2, 2.0),
        ((("",),), None),
        (((3.0,),), 3.0),
        (((1.0, ""), ("net 60", 2.0)), [[1.0, None], ["net 60", 2.0]]),
    ],
)
def test_arguments_are_scalars_or_lists_of_rows(given: Any, arrives: Any) -> None:
    assert argument_from_calc(given) == arrives


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        (True, 1.0),
        (np.False_, 0.0),
        (np.int32(4), 4.0),
        (Decimal("0.1"), 0.1),
        (None, ""),
        (np.array(5), 5.0),
        (datetime.date(1900, 1, 1), 2.0),
        (datetime.datetime(2026, 11, 30, 12), 46356.5),
    ],
)
def test_a_result_is_a_number_or_text(given: Any, stands: Any) -> None:
    found = scalar_for_calc(given)
    assert found == stands
    assert type(found) in (float, str)


def test_a_result_table_is_a_rectangle() -> None:
    assert table_for_calc([[1, 2], [3]]) == ((1.0, 2.0), (3.0, ""))
    assert table_for_calc([1, "a"]) == ((1.0, "a"),)
    assert table_for_calc(7) == ((7.0,),)
    assert table_for_calc([]) == (("",),)
    assert table_for_calc([[]]) == (("",),)
    assert table_for_calc(np.eye(2)) == ((1.0, 0.0), (0.0, 1.0))


def test_cells_are_named_as_in_a_sheet() -> None:
    assert [cell_name(1, column) for column in (1, 26, 27, 702, 703)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]


def test_numbers_of_a_document_that_counts_from_1904_are_days_since_then() -> None:
    epoch = datetime.datetime(1904, 1, 1)
    table = argument_from_calc(((44_561.0, "x"), ("", 1.5)), epoch)
    assert table == [[44_561.0, "x"], [None, 1.5]]
    assert isinstance(table, list) and day(table[0][0]) == datetime.date(2026, 1, 1)
    assert day(argument_from_calc(46_023.0)) == datetime.date(2026, 1, 1)
    assert scalar_for_calc(datetime.date(2026, 1, 1), epoch) == 44_561.0
    assert scalar_for_calc(datetime.date(2026, 1, 1)) == 46_023.0


def test_a_document_that_says_no_null_date_counts_as_usual() -> None:
    assert null_date(None) == datetime.datetime(1899, 12, 30)
