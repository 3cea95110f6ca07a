"""The Limits sheet: the standard level of each lever, how far reps and managers may go, and company levers.

Locked in a rep's quote, open in the manager's workbook. Policy and assumptions are on the next sheet, so that this table keeps
its headers in view and may grow.
"""

from __future__ import annotations

from counterask.inputs.levers import LEVERS

from . import looks
from .layout import LIMITS_STATUS
from .manager_layout import LEVEL_COLUMNS, LIMITS, LIMITS_HELP_COLUMN, LIMITS_TABLE, OWN_COLUMNS
from .pen import Pen

_HELP = {lever.label: lever.quantity.help for lever in LEVERS}
_OWN = "A company lever."


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    is_open = pen.is_limits_book
    words = "Where we normally open, how far a rep may go alone, how far a manager, and where nobody may go. " + (
        "Type into the yellow cells." if is_open else "Set by managers; locked in a quote."
    )
    page = pen.open(LIMITS, "Limits", words)
    pen.widths(page, LIMITS_TABLE)
    page.set_column(LIMITS_HELP_COLUMN - 1, LIMITS_HELP_COLUMN - 1, 62)
    pen.result(page, LIMITS_STATUS)
    pen.table(page, LIMITS_TABLE, is_open=is_open)
    look = pen.styles.header(is_input=False)
    page.write_string(LIMITS_TABLE.top - 1, LIMITS_HELP_COLUMN - 1, "What the lever is", look)
    for row, cells in enumerate(pen.facts.tables["Limits"], LIMITS_TABLE.first):
        if cells[0]:
            said = _HELP.get(str(cells[0]), _OWN)
            page.write_string(row - 1, LIMITS_HELP_COLUMN - 1, said, pen.styles.note(indent=1, font_size=9))
    looks.levels(pen, page, LIMITS_TABLE, "lever", [LIMITS_TABLE.column(name) for name in LEVEL_COLUMNS])
    for words, columns in (("In the lever's own unit", LEVEL_COLUMNS), ("Company levers", OWN_COLUMNS)):
        band, places = LIMITS_TABLE.top - 2, [LIMITS_TABLE.column(name) - 1 for name in columns]
        page.merge_range(band, places[0], band, places[-1], words, pen.styles.band())
    page.freeze_panes(LIMITS_TABLE.top, 1)
    page.repeat_rows(LIMITS_TABLE.top - 1)
    page.print_area(0, 0, LIMITS_TABLE.bottom - 1, LIMITS_HELP_COLUMN - 1)
    pen.close(page)
