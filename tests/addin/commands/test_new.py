"""`counterask new`: a copy of the built template, or one that is filled in, with everything that was not said at standard."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from counterask.inputs.levers import TERM_LEVERS, Kind, inputs_of
from counterask.seals.seal import trust_keys
from counterask_addin.build import draw_classic, draw_lite
from counterask_addin.cli import cli
from counterask_addin.new_quote import asking
from counterask_addin.seals.keys import PASSPHRASE, make_keys
from counterask_addin.seals.trust_store import VARIABLE
from counterask_addin.shown import shown_of
from counterask_addin.workbooks.patch import CellEdit, patch_workbook
from counterask_addin.workbooks.quote_file import open_quote
from counterask_addin.workbooks.read_cells import WorkbookCells, read_workbook
from counterask_templates.build import draw_limits, draw_quote
from counterask_templates.built import LIMITS_FILE, QUOTE_FILES, built_workbook
from counterask_templates.examples import load_example
from counterask_templates.layout import LINES, QUOTE, TERMS, TRADES, TRADES_TABLE

PRODUCTS = ("--product", "care suite  SEAT=200", "--product", "Implementation = 1")


def in_force(document: dict[str, Any]) -> dict[str, Any]:
    """Limits and prices that hold today, whenever today is."""
    found = copy.deepcopy(document)
    for row in (*found["limits"], *found["price_book"]):
        row |= {key: "2099-12-31" for key in ("expires", "valid_until") if key in row}
    return found


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in ("new", *words)])


@pytest.fixture
def limits(tmp_path: Path) -> Path:
    """A limits workbook with the price book of the software example."""
    path = tmp_path / "limits.xlsx"
    path.write_bytes(draw_limits(in_force(load_example("software"))))
    return path


def shown_cells(workbook: WorkbookCells) -> dict[tuple[str, int, int], tuple[object, str | None]]:
    """Every cell that says anything: its value and its formula."""
    return {
        (sheet.name, *place): (None if cell.value == "" else cell.value, cell.formula)
        for sheet in workbook.sheets
        for place, cell in sheet.cells.items()
        if cell.value not in (None, "") or cell.formula is not None
    }


# ── Empty ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["new.xlsx"], QUOTE_FILES["plain"]),
        (["new.xlsm"], QUOTE_FILES["classic"]),
        (["new.xlsx", "--family", "lite"], QUOTE_FILES["lite"]),
        (["new.xlsx", "--limits"], LIMITS_FILE),
    ],
)
def test_without_anything_to_fill_in_it_is_the_built_workbook(tmp_path: Path, words: list[str], name: str) -> None:
    done = run(tmp_path / words[0], *words[1:])
    assert done.exit_code == 0, done.output
    assert (tmp_path / words[0]).read_bytes() == built_workbook(name).read_bytes()


def test_an_existing_file_is_never_replaced_unasked(tmp_path: Path, limits: Path) -> None:
    target = tmp_path / "new.xlsx"
    target.write_bytes(b"mine")
    for words in ((), ("--limits", limits, *PRODUCTS)):
        assert run(target, *words).exit_code == 2
        assert target.read_bytes() == b"mine"
    assert run(limits, "--limits", limits, "--overwrite").exit_code == 2


# ── Filled in ───────────────────────────────────────────────────────────────────────────────────────────
def at_standard(document: dict[str, Any], client: str, segment: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The document of a quote in which every lever is at the standard of the limits, found here by plain look-up."""
    standards: dict[str, Any] = {}
    for wanted in ("", segment):
        rows = (row for row in document["limits"] if "standard" in row and "line" not in row)
        standards |= {row["lever"]: row["standard"] for row in rows if row.get("segment", "") == wanted}
    book = {row["product"]: row for row in document["price_book"]}
    kept = ("limits", "assumptions", "evidence", "policy", "price_book", "by_segment")
    found = {key: document[key] for key in kept if key in document}
    quoted = []
    for line in lines:
        product = book[line["product"]]
        of_book = {key: product[key] for key in product.keys() - {"product", "currency", "valid_until", "source"}}
        levers = {lever.name: standards[lever.name] for lever in inputs_of(Kind(product["kind"])) if lever.name in standards}
        quoted.append({**of_book, **levers, **line, "name": line["product"]})
    names = {lever.name for lever in TERM_LEVERS}
    terms = {name: level for name, level in standards.items() if name in names}
    own = {row["lever"]: standards.get(row["lever"], 0) for row in document["limits"] if "amount_per_unit" in row}
    currency = document["policy"].get("currency", document["currency"])
    return {**found, "client": client, "segment": segment, "currency": currency, "client_currency": currency,
            "lines": quoted, "terms": terms | own}  # fmt: skip


def test_a_quote_without_lines_yet_is_what_would_be_drawn(tmp_path: Path, limits: Path) -> None:
    done = run(tmp_path / "new.xlsx", "--limits", limits, "--client", "Acme", "--segment", "Enterprise")
    assert done.exit_code == 0, done.output
    wanted = at_standard(in_force(load_example("software")), "Acme", "Enterprise", [])
    (tmp_path / "drawn.xlsx").write_bytes(draw_quote(wanted, as_of=date.today()))
    same(tmp_path / "new.xlsx", tmp_path / "drawn.xlsx")


def test_a_client_alone_is_written_into_the_template(tmp_path: Path) -> None:
    assert run(tmp_path / "new.xlsx", "--client", "=Acme & Sons").exit_code == 0
    ours = shown_cells(read_workbook(tmp_path / "new.xlsx"))
    template = shown_cells(read_workbook(built_workbook(QUOTE_FILES["plain"])))
    differing = {place: said for place, said in ours.items() if template.get(place) != said}
    assert template.keys() <= ours.keys() and ("=Acme & Sons", None) in differing.values()
    assert all("=Acme & Sons" in str(value) for value, _ in differing.values())


def same(one: Path, other: Path) -> None:
    """Two workbooks say the same in every cell, values and formulas."""
    ours, theirs = shown_cells(read_workbook(one)), shown_cells(read_workbook(other))
    places = {place for place in {*ours, *theirs} if ours.get(place) != theirs.get(place)}
    assert {place: (ours.get(place), theirs.get(place)) for place in places} == {}


@pytest.mark.parametrize("family", ["plain", "classic", "lite"])
def test_a_filled_quote_is_what_would_be_drawn(tmp_path: Path, limits: Path, family: str) -> None:
    document = in_force(load_example("software"))
    target = tmp_path / ("new.xlsm" if family == "classic" else "new.xlsx")
    words = ("--limits", limits, "--client", "Acme", "--segment", "enterprise", *PRODUCTS, "--family", family)
    done = run(target, *words)
    assert done.exit_code == 0, done.output
    lines = [{"product": "Care Suite seat", "quantity": 200.0}, {"product": "Implementation", "quantity": 1.0}]
    wanted = at_standard(document, "Acme", "Enterprise", lines)
    drawn = tmp_path / "drawn.xlsx"
    if family == "plain":
        drawn.write_bytes(draw_quote(wanted, as_of=date.today()))
    else:
        drawn.write_bytes(draw_classic(wanted) if family == "classic" else draw_lite(wanted))
    same(target, drawn)


def test_a_filled_quote_has_the_template_s_parts_and_looks(tmp_path: Path, limits: Path) -> None:
    target = tmp_path / "new.xlsx"
    run(target, "--limits", limits, *PRODUCTS)
    with zipfile.ZipFile(target) as ours, zipfile.ZipFile(built_workbook(QUOTE_FILES["plain"])) as theirs:
        assert ours.namelist() == theirs.namelist()
        assert ours.read("xl/styles.xml") == theirs.read("xl/styles.xml")
        assert ours.read("xl/workbook.xml") == theirs.read("xl/workbook.xml")
    styles = [
        {(sheet.name, place): cell.style for sheet in read_workbook(path).sheets for place, cell in sheet.cells.items()}
        for path in (target, built_workbook(QUOTE_FILES["plain"]))
    ]
    assert {place: style for place, style in styles[0].items() if styles[1].get(place, style) != style} == {}


def test_from_new_to_a_verdict_takes_four_cells(tmp_path: Path, limits: Path) -> None:
    quote, typed = tmp_path / "quote.xlsx", tmp_path / "typed.xlsx"
    assert run(quote, "--limits", limits, "--client", "Acme", "--segment", "Enterprise", *PRODUCTS).exit_code == 0
    file = open_quote(quote)
    opening = shown_of(file).ledger.against_standard
    assert file.quote.unknown() == () and opening is not None and not opening.rows and not opening.note
    cells = {"ask": "Discount", "ask_line": "Care Suite seat", "ask_to": 0.1, "response": "yes, and"}
    row = TRADES_TABLE.first
    patch_workbook(quote, typed, {TRADES: {(row, TRADES_TABLE.column(name)): CellEdit(value) for name, value in cells.items()}})
    done = CliRunner().invoke(cli, ["value", str(typed), "--json"])
    (trade,) = json.loads(done.stdout)["ledger"]
    assert done.exit_code == 1 and trade["id"] == "T1" and trade["verdict"] == "concession" and trade["cost"] < 0.0


def test_one_product_twice_is_two_lines(tmp_path: Path, limits: Path) -> None:
    words = ("--product", "Care Suite seat=10", "--product", "Care Suite seat, light=5", "--product", "Care Suite seat=20")
    assert run(tmp_path / "new.xlsx", "--limits", limits, *words).exit_code == 0
    lines = open_quote(tmp_path / "new.xlsx").quote.deal.lines
    assert [(line.name, line.product, line.quantity) for line in lines] == [
        ("Care Suite seat", "Care Suite seat", 10.0),
        ("Care Suite seat, light", "Care Suite seat, light", 5.0),
        ("Care Suite seat (2)", "Care Suite seat", 20.0),
    ]


def test_what_has_no_standard_is_blank_and_named(tmp_path: Path) -> None:
    document = in_force(load_example("software"))
    document["limits"] = [row for row in document["limits"] if row["lever"] != "term_months"]
    for row in document["price_book"]:
        row.pop("unit_cost")
    (tmp_path / "limits.xlsx").write_bytes(draw_limits(document))
    done = run(tmp_path / "new.xlsx", "--limits", tmp_path / "limits.xlsx", "--product", "Care Suite seat=10")
    assert done.exit_code == 0
    assert "Without a standard, so left blank: Unit cost of Care Suite seat, Term." in done.stdout
    file = open_quote(tmp_path / "new.xlsx")
    assert len(file.quote.unknown()) == 2
    assert file.workbook is not None
    cells = file.workbook.sheets[[one.name for one in file.workbook.sheets].index(QUOTE)].cells
    blank = ((TERMS.first, TERMS.column("opening")), (LINES.first, LINES.column("unit_cost")))
    assert [cells[place].value for place in blank if place in cells] == []


def test_the_currency_is_that_of_the_limits(tmp_path: Path) -> None:
    document = in_force(load_example("software"))
    document["policy"]["currency"] = "USD"
    for row in document["price_book"]:
        row["currency"] = "USD"
    (tmp_path / "limits.xlsx").write_bytes(draw_limits(document))
    assert run(tmp_path / "new.xlsx", "--limits", tmp_path / "limits.xlsx", "--product", "Implementation=1").exit_code == 0
    header = open_quote(tmp_path / "new.xlsx").quote.header
    assert header["currency"] == header["client_currency"] == "USD"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--product", "Care Suit seat=5"], 'The closest name is "Care Suite seat". It has: Care Suite seat; '),
        (["--product", "Zebra=5"], "No name is close to it."),
        (["--product", "Implementation"], "expected NAME=QUANTITY"),
        (["--product", "Implementation=many"], "Quantity of Implementation"),
        (["--product", "Implementation=0"], "expected a number above 0"),
        (["--product", "Implementation=-2"], "Quantity of Implementation"),
        (["--product", "Implementation=1.500"], "1500 or 1.5?"),
        (["--segment", "Enterprize"], 'Did you mean "Enterprise"?'),
        (["--product", "Implementation=1"] * 13, "room for 12"),
        (["--mapping", "map.toml"], "--from FILE.csv"),
    ],
)
def test_what_cannot_be_used_says_what_to_do_and_writes_nothing(
    tmp_path: Path, limits: Path, words: list[str], said: str
) -> None:
    done = run(tmp_path / "new.xlsx", "--limits", limits, *words)
    assert done.exit_code == 2 and said in done.output, done.output
    assert not (tmp_path / "new.xlsx").exists()


def test_every_wrong_product_is_named_at_once(tmp_path: Path, limits: Path) -> None:
    done = run(tmp_path / "new.xlsx", "--limits", limits, "--product", "Zebra=5", "--product", "Yak=1", "--segment", "Enterprize")
    assert "Zebra" in done.output and "Yak" in done.output and "Enterprize" in done.output


def test_a_price_book_that_is_empty_says_where_products_come_from(tmp_path: Path) -> None:
    done = run(tmp_path / "new.xlsx", "--product", "Seats=5")
    assert done.exit_code == 2 and "--limits limits.xlsx" in done.output


def test_a_segment_without_rows_of_its_own_is_taken_and_said(tmp_path: Path, limits: Path) -> None:
    done = run(tmp_path / "new.xlsx", "--limits", limits, "--segment", "Hospitals", "--product", "Implementation=1")
    assert done.exit_code == 0 and 'no rows for the segment "Hospitals"' in done.stdout
    assert open_quote(tmp_path / "new.xlsx").quote.segment == "Hospitals"


def test_the_name_of_the_new_workbook_comes_before_the_limits(limits: Path) -> None:
    done = run("--limits", limits)
    assert done.exit_code == 2 and "counterask new quote.xlsx --limits limits.xlsx" in done.output


def test_limits_that_have_problems_are_refused_with_their_cells(tmp_path: Path, limits: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    patch_workbook(limits, broken, {"Limits": {"E7": CellEdit("a lot")}})
    done = run(tmp_path / "new.xlsx", "--limits", broken, "--product", "Implementation=1")
    assert done.exit_code == 2 and "broken.xlsx · Limits · E7" in done.output


def test_json_says_what_was_written(tmp_path: Path, limits: Path) -> None:
    done = run(tmp_path / "new.xlsx", "--limits", limits, *PRODUCTS, "--json")
    found = json.loads(done.stdout)
    assert found["written"].endswith("new.xlsx") and found["lines"] == 2 and found["unused"] == []


# ── Asked at a terminal ─────────────────────────────────────────────────────────────────────────────────
def test_at_a_terminal_what_is_missing_is_asked_for(tmp_path: Path, limits: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "is_at_terminal", lambda: True)
    answers = "Acme\nEnterprize\nenterprise\nCare Suit seat\ncare suite seat\nmany\n200\nImplementation\n1\n\n"
    words = ["new", str(tmp_path / "new.xlsx"), "--limits", str(limits)]
    done = CliRunner().invoke(cli, words, input=answers)
    assert done.exit_code == 0, done.output
    quote = open_quote(tmp_path / "new.xlsx").quote
    assert quote.header["client"] == "Acme" and quote.segment == "Enterprise"
    assert [(line.product, line.quantity) for line in quote.deal.lines] == [("Care Suite seat", 200.0), ("Implementation", 1.0)]
    assert 'Did you mean "Enterprise"?' in done.output and 'The closest name is "Care Suite seat"' in done.output


def test_what_was_said_is_not_asked_for_and_enter_leaves_out_the_rest(
    tmp_path: Path, limits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "is_at_terminal", lambda: True)
    words = ["new", str(tmp_path / "new.xlsx"), "--limits", str(limits), "--product", "Implementation=1"]
    done = CliRunner().invoke(cli, words, input="\n\n")
    assert done.exit_code == 0 and "Products:" not in done.output
    assert "client" not in open_quote(tmp_path / "new.xlsx").quote.header
    done = CliRunner().invoke(cli, [*words, "--overwrite", "--empty"], input="")
    assert done.exit_code == 0 and "Client" not in done.output


def test_nothing_is_asked_where_input_is_piped(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "counterask_addin.cli", "new", str(tmp_path / "new.xlsx")]
    done = subprocess.run(words, input=b"Acme\n", capture_output=True, env=dict(os.environ), check=True)
    assert b"Client" not in done.stdout + done.stderr
    assert (tmp_path / "new.xlsx").read_bytes() == built_workbook(QUOTE_FILES["plain"]).read_bytes()




# ── Seals ───────────────────────────────────────────────────────────────────────────────────────────────
def test_sealed_limits_stay_sealed_and_changed_ones_are_refused(
    tmp_path: Path, limits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "machine" / "trust.json"))
    monkeypatch.setenv(PASSPHRASE, "open sesame")
    trust_keys(())
    make_keys(tmp_path / "manager.key", "Petra Kern", "open sesame")
    sealed, changed = tmp_path / "sealed.xlsx", tmp_path / "changed.xlsx"
    words = ["limits", "sign", str(limits), "--key", str(tmp_path / "manager.key"), "-o", str(sealed)]
    assert CliRunner().invoke(cli, words).exit_code == 0
    assert CliRunner().invoke(cli, ["limits", "trust", str(tmp_path / "manager.pub")]).exit_code == 0
    assert run(tmp_path / "new.xlsx", "--limits", sealed, *PRODUCTS).exit_code == 0
    file = open_quote(tmp_path / "new.xlsx")
    assert file.seal is not None and file.seal.holds
    patch_workbook(sealed, changed, {"Price book": {"C5": CellEdit(1.0)}})
    for wrong in (limits, changed):
        done = run(tmp_path / "other.xlsx", "--limits", wrong, *PRODUCTS)
        assert done.exit_code == 2 and "Use the current sealed limits" in done.output, done.output
        assert not (tmp_path / "other.xlsx").exists()
