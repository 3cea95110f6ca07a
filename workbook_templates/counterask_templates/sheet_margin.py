"""The Margin sheet, for finance: opening against now by year and component, fair shares, and whether they agree."""

from __future__ import annotations

from collections.abc import Callable

from counterask.verdicts.trades import Verdict

from . import looks
from .cash_flow import reconciliation
from .layout import COMPONENTS, MARGIN, MARGIN_BY_YEAR, SHARES, TRADE_RESULTS, TRADES
from .natives import Facts, Native, number_or_none, of_client, total
from .pen import LINE_HEIGHT, Pen
from .specs import area, cell

_LEFT, _TOP = 10, MARGIN_BY_YEAR.top - 1
_VALUE = _LEFT + 3
AGREE, DIFFER, UNTOLD = (
    "✔ The four agree to the cent.",
    "✖ The four do not agree: tell finance.",
    "? Cannot tell yet: see the Quote sheet.",
)
CENT = 0.005


def _beside(key: str, label: str) -> Callable[[Facts], float]:
    """The last number of the row that a label begins."""
    return lambda facts: total(row[-1] for row in facts.results[key] if row[0] == label)


def _nets_that_move(facts: Facts) -> list[object]:
    """The net of each trade that is not blocked: a blocked one shows its numbers and moves nothing."""
    found = zip(facts.found("trades", "Net"), facts.found("trades", "Verdict"), strict=True)
    return [net for net, verdict in found if verdict != Verdict.BLOCKED]


def _sum_if(spec_first: str, label: str, values: str) -> str:
    return f'=SUMIF({spec_first},"{label}",{values})'


_YEARS = _sum_if(MARGIN_BY_YEAR.data("Year"), "Total", MARGIN_BY_YEAR.data("Change"))
_PARTS = _sum_if(COMPONENTS.data("Component"), "Deal value", COMPONENTS.data("Change"))
CHANGES = (
    ("Change in deal value, by year", Native(MARGIN, _TOP + 1, _VALUE, _YEARS, _beside("margin_by_year", "Total"))),
    (
        "Change in deal value, by component",
        Native(MARGIN, _TOP + 2, _VALUE, _PARTS, _beside("components", "Deal value")),
    ),
    (
        "Net of all trades, in their order",
        Native(
            MARGIN,
            _TOP + 3,
            _VALUE,
            f'=SUMIF({TRADE_RESULTS.data("Verdict", TRADES)},"<>{Verdict.BLOCKED}",{TRADE_RESULTS.data("Net", TRADES)})',
            lambda facts: total(_nets_that_move(facts)),
        ),
    ),
    (
        "Net of all fair shares",
        Native(
            MARGIN, _TOP + 4, _VALUE, f"=SUM({SHARES.data('Net')})", lambda facts: total(facts.found("shares", "Net"))
        ),
    ),
)


def _agreement() -> Native:
    values = area(_TOP + 1, _VALUE, _TOP + 4, _VALUE)
    total_row = cell(COMPONENTS.bottom, COMPONENTS.right)

    def say(facts: Facts) -> str:
        if number_or_none(facts.results["components"][-1][-1]) is None:
            return UNTOLD
        said = [float(native.say(facts)) for _, native in CHANGES]
        return AGREE if max(said) - min(said) < CENT else DIFFER

    formula = f'=IF(ISNUMBER({total_row}),IF(MAX({values})-MIN({values})<{CENT},"{AGREE}","{DIFFER}"),"{UNTOLD}")'
    return Native(MARGIN, _TOP + 5, _LEFT, formula, say)


_CLIENT = of_client(MARGIN, 11)
_AGREEMENT = _agreement()
NATIVES: tuple[Native, ...] = (_CLIENT, *(native for _, native in CHANGES), _AGREEMENT, *reconciliation.NATIVES)


def draw(pen: Pen) -> None:
    """Draw the sheet."""
    words = "Present values, by year of service. Cost holds all that is not revenue: risk charges and soft value, too."
    page = pen.open(MARGIN, "Margin", words)
    page.set_column(0, 0, 26)
    page.set_column(1, 11, 13.5)
    page.set_column(12, 12, 16)
    page.set_column(13, 13, 20)
    page.set_column(14, 14, 12)
    pen.native(page, _CLIENT, pen.styles.get(bold=True, font_size=12, align="right"), across=4)
    for spec, heading in (
        (MARGIN_BY_YEAR, "By year, opening and now"),
        (COMPONENTS, "By component"),
        (SHARES, "Fair shares: what each trade does, in whatever order they are made"),
    ):
        page.set_row(spec.top - 2, 3 * LINE_HEIGHT)
        page.write_string(spec.top - 3, spec.left - 1, heading, pen.styles.section())
        pen.result(page, spec)
    _four_ways(pen)
    reconciliation.draw_reconciliation(pen)
    looks.framed_result(pen, page, MARGIN_BY_YEAR, "Total")
    looks.framed_result(pen, page, COMPONENTS, "Deal value")
    looks.framed_result(pen, page, SHARES, "")
    page.freeze_panes(2, 1)
    page.repeat_rows(0, 1)
    page.set_h_pagebreaks([reconciliation.TOP - 5])
    page.print_area(0, 0, SHARES.bottom - 1, SHARES.right - 1)
    pen.close(page)


def _four_ways(pen: Pen) -> None:
    """Four ways to the same number, side by side."""
    page = pen.pages[MARGIN]
    page.write_string(_TOP - 2, _LEFT - 1, "Do they agree?", pen.styles.section())
    head = pen.styles.header(is_input=False)
    page.merge_range(_TOP - 1, _LEFT - 1, _TOP - 1, _VALUE - 2, "The same change, four ways", head)
    page.write_string(_TOP - 1, _VALUE - 1, "Change\n(money)", pen.styles.header("money", is_input=False))
    for label, native in CHANGES:
        page.merge_range(native.row - 1, _LEFT - 1, native.row - 1, _VALUE - 2, label, pen.styles.fixed())
        pen.native(page, native, pen.styles.result("money"))
    pen.native(page, _AGREEMENT, pen.styles.banner(font_size=10), across=_VALUE - _LEFT)
    looks.sentence(pen, page, (_AGREEMENT.row, _LEFT, _AGREEMENT.row, _VALUE))
