"""Every kind of bad input gets a sentence with file, sheet, cell, what was found and what is expected; nothing is written."""

from __future__ import annotations

import datetime
import io
import math
import os
import re
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from counterask.verdicts.ledger import ledger
from counterask_addin.cli import cli
from counterask_addin.workbooks.quote_file import inspect_quote

from .conftest import Key, Places

Edit = Callable[[Mapping[Key, Any]], Path]


def value(path: Path, *options: str) -> Result:
    """Run `counterask value`."""
    return CliRunner().invoke(cli, ["value", str(path), *options])


def refused(path: Path, *options: str) -> str:
    """What `counterask value` says when it cannot run; and that it left the folder as it was."""
    before = {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    result = value(path, *options)
    assert result.exit_code == 2, result.output
    assert {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()} == before
    assert "Traceback" not in result.output
    return result.output


HOURS = "Warehouse hours"
CELLS: list[tuple[str, dict[Key, Any], Key, str]] = [
    (
        "text in a number cell",
        {"payment_days": "net 60"},
        "payment_days",
        '(payment_days): found the text "net 60", expected a number (days) from 0 to 365. Type 60.',
    ),
    (
        "12 % typed as 12",
        {(HOURS, "discount"): 12},
        (HOURS, "discount"),
        "(discount): found 12, which is more than 1, expected a share from 0% to 100%. "
        "Type 12% (or 0.12) if 12 percent is meant.",
    ),
    ("a negative term", {"term_months": -3}, "term_months", "(term_months): found -3, which is less than 1"),
    (
        "a probability over 1",
        {"annual_retention": 1.2},
        "annual_retention",
        "(annual_retention): found 1.2, which is more than 1",
    ),
    (
        "an unknown lever",
        {("Trades", 1, "ask"): "foo"},
        ("Trades", 1, "ask"),
        '(lever): found "foo", which is no lever',
    ),
    (
        "a lever on a line of the wrong kind",
        {("Trades", 3, "counter_ask"): "Support cost"},
        ("Trades", 3, "counter_ask_line"),
        '(line): "Support cost" belongs to a recurring line, but "Warehouse hours" is metered',
    ),
    (
        "two trades with one id",
        {("Trades", 4, "trade"): "T1"},
        ("Trades", 4, "trade"),
        '(trade): found "T1" a second time (first at Trades · ',
    ),
    (
        "a counter-ask with no ask",
        {
            ("Trades", 5, "ask"): None,
            ("Trades", 5, "ask_to"): None,
            ("Trades", 5, "counter_ask"): "Term months",
            ("Trades", 5, "counter_ask_to"): 24,
        },
        ("Trades", 5, "counter_ask"),
        "(counter_ask): found a counter-ask in T3, but no ask",
    ),
    (
        "a formula without a value",
        {(HOURS, "discount"): "=1/0"},
        (HOURS, "discount"),
        "found the formula =1/0 without a value",
    ),
    ("an error as text", {(HOURS, "discount"): "#DIV/0!"}, (HOURS, "discount"), "(discount): found the error #DIV/0!"),
    (
        "a date where a number stands",
        {(HOURS, "discount"): datetime.datetime(2026, 1, 12)},
        (HOURS, "discount"),
        "(discount): found the date 2026-01-12",
    ),
    (
        "a horizon that is not whole years",
        {"horizon_months": 70},
        "horizon_months",
        "(horizon_months): found 70, expected whole years: a multiple of 12 months",
    ),
    (
        "infinite liability in the opening terms",
        {"liability_cap_multiple": "none", "risk_load": 0.5},
        "liability_cap_multiple",
        "unlimited liability has no finite price here",
    ),
    (
        "a number stored as text",
        {(HOURS, "list_price"): "31.9"},
        (HOURS, "list_price"),
        "Type 31.9 as a number, not as text",
    ),
    ("a renamed column", {("Lines", 0, "unit_cost"): "Our cost"}, ("Lines", 0, "name"), 'found no column "unit_cost"'),
    ("TRUE where a number stands", {"payment_days": True}, "payment_days", "(payment_days): found TRUE"),
    (
        "a row without a trade",
        {("Trades", 1, "trade"): None},
        ("Trades", 1, "trade"),
        "(trade): found a row without a trade",
    ),
]


@pytest.mark.parametrize(("cells", "place", "sentence"), [case[1:] for case in CELLS], ids=[case[0] for case in CELLS])
def test_a_bad_cell_gets_a_sentence(
    edited: Edit, places: Places, cells: dict[Key, Any], place: Key, sentence: str
) -> None:
    if place == ("Lines", 0, "name"):
        place = ("Lines", 0, "line")
    said = refused(edited(cells))
    assert any(
        line.startswith(f"edited.xlsx · {places.said(place)}") and sentence in line for line in said.splitlines()
    ), said


def test_a_currency_mismatch_is_reported(edited: Edit, places: Places) -> None:
    box = places.file.rectangles["Policy"]
    book = openpyxl.load_workbook(places.file.path)
    page = book[box.sheet]
    row = next(row for row in range(box.top, box.bottom + 1) if page.cell(row, box.left).value == "Currency")
    page.cell(row, box.left + 1).value = "USD"
    path = places.file.path.with_name("edited.xlsx")
    book.save(path)
    assert "(currency): found USD, but the quote is in EUR" in refused(path)


def test_all_problems_of_a_file_are_named_at_once_and_by_place(edited: Edit, places: Places) -> None:
    keys: dict[Key, Any] = {
        (HOURS, "discount"): 12,
        "payment_days": "net 60",
        ("Trades", 1, "ask"): "foo",
        "horizon_months": 70,
    }
    said = refused(edited(keys))
    assert [line.split(" (")[0] for line in said.splitlines()[:-1]] == [
        f"edited.xlsx · {places.said(key)}" for key in keys
    ]
    assert said.splitlines()[-1] == "4 problems; nothing was written."


def test_a_blank_input_cannot_be_told_and_is_not_zero(edited: Edit, places: Places) -> None:
    result = value(edited({"churn_hazard": None}))
    assert result.exit_code == 1
    assert f"{places.said('churn_hazard')} (churn_hazard) is blank" in result.output
    assert "cannot tell" in result.output
    assert "negotiation" not in result.output


def test_expired_limits_give_no_verdict(staffing: Path) -> None:
    result = value(staffing, "--as-of", "2030-01-01")
    assert result.exit_code == 1
    assert "expired on 2027-12-31" in result.output
    assert "✔ negotiation" not in result.output


def test_unlimited_liability_is_blocked_and_not_priced(edited: Edit) -> None:
    result = value(edited({("Trades", 1, "ask_to"): "none", ("Limits", 10, "never_beyond"): None, "risk_load": 0.5}))
    assert "■ blocked" in result.output
    assert "no price" in result.output
    assert "offer a cap" in result.output


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("notes.xlsx", b"hello", "found a file that is no workbook"),
        ("empty.xlsx", b"", "found an empty file"),
        ("old.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "found an old binary workbook (.xls)"),
        (
            "locked.xlsx",
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "found an encrypted workbook",
        ),
        ("deal.json", b"{", "found text that is no JSON"),
        ("list.json", b"[1]", "found a list, expected an object"),
    ],
)
def test_what_is_no_workbook_is_said_to_be_none(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert sentence in refused(path)


def test_a_folder_and_a_missing_file_are_said_to_be_so(tmp_path: Path) -> None:
    assert "found a folder" in value(tmp_path).output
    assert "there is no such file" in value(tmp_path / "none.xlsx").output


def test_a_truncated_file_is_refused_at_every_length(staffing: Path) -> None:
    whole = staffing.read_bytes()
    cut = staffing.with_name("cut.xlsx")
    for length in range(8, len(whole), len(whole) // 12):
        cut.write_bytes(whole[:length])
        assert "found a damaged or truncated file" in refused(cut)


def rewritten(source: Path, parts: Mapping[str, bytes], name: str = "other.xlsx") -> Path:
    """A copy of a package with some parts replaced or added."""
    target = source.with_name(name)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, parts.get(part, old.read(part)))
        for part in set(parts) - set(old.namelist()):
            new.writestr(part, parts[part])
    return target


def test_a_zip_bomb_is_refused_before_it_is_inflated(staffing: Path) -> None:
    bomb = rewritten(staffing, {"xl/media/image1.bin": b"\0" * (64 * 2**20)})
    assert bomb.stat().st_size < 2**20
    assert "inflate to" in refused(bomb)


def test_a_part_that_lies_about_its_size_is_refused(staffing: Path) -> None:
    content = bytearray(rewritten(staffing, {}).read_bytes())
    at = content.index(b"PK\x01\x02")
    while content[at + 46 : at + 46 + 19] != b"xl/worksheets/sheet":
        at = content.index(b"PK\x01\x02", at + 4)
    struct.pack_into("<I", content, at + 24, 100)
    liar = staffing.with_name("liar.xlsx")
    liar.write_bytes(content)
    assert "liar.xlsx: found" in refused(liar)


def test_entities_are_refused(staffing: Path) -> None:
    with zipfile.ZipFile(staffing) as package:
        sheet = package.read("xl/worksheets/sheet2.xml")
    evil = sheet.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)
    assert "declarations of entities" in refused(rewritten(staffing, {"xl/worksheets/sheet2.xml": evil}))


@pytest.mark.parametrize("name", ["../evil.xml", "/abs.xml", "xl\\..\\evil.xml"])
def test_path_tricks_are_refused(staffing: Path, name: str) -> None:
    bad = rewritten(staffing, {name: b"<x/>"})
    if "\\" in name:
        bad.write_bytes(bad.read_bytes().replace(b"xl/..", b"xl\\.."))
    assert "the part name" in refused(bad) or "found" in refused(bad)


def test_a_renamed_sheet_is_found_by_its_names_and_a_lost_one_is_reported(staffing: Path) -> None:
    book = openpyxl.load_workbook(staffing)
    book["Trades"].title = "Deals"
    lost = staffing.with_name("lost.xlsx")
    book.save(lost)
    said = refused(lost)
    assert "found no such sheet and no name Trades (there are: " in said
    assert "Deals" in said
    for name in book.defined_names.values():
        name.attr_text = name.attr_text.replace("'Trades'", "'Deals'").replace("Trades!", "Deals!")
    book.save(lost)
    assert value(lost).exit_code == 1


@pytest.mark.parametrize("name", ["Client", "Margin_by_year"])
@pytest.mark.parametrize("place", ["$XFC$3", "$B$1048576", "$XFC$1048570:$XFD$1048576"])
def test_a_name_that_points_behind_the_last_cell_holds_nothing(staffing: Path, name: str, place: str) -> None:
    with zipfile.ZipFile(staffing) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    book = parts["xl/workbook.xml"].decode()
    found = re.sub(rf'(<definedName name="{name}">)[^<]*', rf"\g<1>Quote!{place}", book)
    assert found != book
    parts["xl/workbook.xml"] = found.encode()
    with zipfile.ZipFile(staffing, "w") as package:
        for part, content in parts.items():
            package.writestr(part, content)
    assert inspect_quote(staffing).quote.problems == ()
    result = CliRunner().invoke(cli, ["value", str(staffing), "-o", str(staffing.with_name("copy.xlsx"))])
    assert isinstance(result.exception, SystemExit | None) and result.exit_code in (0, 1), result.output


def test_moved_columns_are_found_by_their_headers(staffing: Path, places: Places) -> None:
    book = openpyxl.load_workbook(staffing)
    box = places.file.rectangles["Lines"]
    page = book[box.sheet]
    for row in range(box.top, box.bottom + 1):
        one, other = page.cell(row, box.left + 2), page.cell(row, box.left + 3)
        one.value, other.value = other.value, one.value
    moved = staffing.with_name("moved.xlsx")
    book.save(moved)
    assert value(moved, "--json").stdout == value(staffing, "--json").stdout


def test_ten_thousand_trades_are_valued(staffing: Path, places: Places) -> None:
    book = openpyxl.load_workbook(staffing)
    sheet, first = places.of(("Trades", 12, "trade"))
    cells = {
        name: openpyxl.utils.cell.coordinate_from_string(places.of(("Trades", 12, name))[1])[0]
        for name in ("trade", "ask", "ask_to", "response")
    }
    start = openpyxl.utils.cell.coordinate_from_string(first)[1]
    for number in range(10_000):
        given = {"trade": f"N{number}", "ask": "Payment term", "ask_to": 30 + number % 30, "response": "yes, and"}
        for name, letters in cells.items():
            book[sheet][f"{letters}{start + number}"] = given[name]
    many = staffing.with_name("many.xlsx")
    book.save(many)
    result = value(many, "--json")
    assert result.exit_code == 1
    assert '"N9999"' in result.stdout
    assert '"sampled_orders"' in result.stdout


def test_names_with_quotes_and_emoji_are_kept(edited: Edit) -> None:
    name = 'Hours "night" & <day> 🚚'
    cells: dict[Key, Any] = {
        ("Lines", 1, "line"): name,
        ("Trades", 4, "ask_line"): name,
        ("Trades", 3, "counter_ask_line"): name,
    }
    result = value(edited(cells))
    assert result.exit_code == 1
    assert "🚚" in result.output


def test_a_macro_enabled_file_keeps_its_macros(staffing: Path) -> None:
    macros = b"not really VBA, but bytes to keep"
    book = rewritten(staffing, {"xl/vbaProject.bin": macros}, "macros.xlsm")
    assert value(book).exit_code == 1
    with zipfile.ZipFile(staffing.with_name("macros.valued.xlsm")) as package:
        assert package.read("xl/vbaProject.bin") == macros


def test_a_read_only_folder_is_named(staffing: Path) -> None:
    if os.geteuid():
        folder = staffing.parent / "closed"
        folder.mkdir(stat.S_IRUSR | stat.S_IXUSR)
    else:
        folder = Path("/sys")  # where root may not write either
    said = refused(staffing, "-o", str(folder / "out.xlsx"))
    assert "may not be written to" in said


def test_a_missing_folder_is_named(staffing: Path) -> None:
    said = refused(staffing, "-o", str(staffing.parent / "none" / "out.xlsx"))
    assert "does not exist" in said


def test_an_output_that_exists_is_never_replaced_unasked(staffing: Path) -> None:
    target = staffing.with_name("mine.xlsx")
    target.write_bytes(b"precious")
    assert "exists already" in refused(staffing, "-o", str(target))
    assert value(staffing, "-o", str(target), "--overwrite").exit_code == 1
    assert target.read_bytes().startswith(b"PK")


@pytest.mark.parametrize("mark", [".~lock.open.xlsx#", "~$open.xlsx"])
def test_an_output_that_is_open_elsewhere_is_left_alone(staffing: Path, mark: str) -> None:
    target = staffing.with_name("open.xlsx")
    target.write_bytes(b"precious")
    (staffing.parent / mark).write_bytes(b"")
    assert "is open in another program" in refused(staffing, "-o", str(target), "--overwrite")


def test_the_quote_itself_is_never_the_output(staffing: Path) -> None:
    assert "this command reads that file" in refused(staffing, "-o", str(staffing), "--overwrite")


def test_a_quote_that_is_open_elsewhere_can_still_be_read(staffing: Path) -> None:
    (staffing.parent / ".~lock.staffing.xlsx#").write_bytes(b"")
    assert value(staffing).exit_code == 1


def test_json_through_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "deal.json"
    path.write_bytes(b"\xef\xbb\xbf{}")
    assert "found no line" in refused(path)
    assert io.BytesIO(path.read_bytes()).read(3) == b"\xef\xbb\xbf"


def test_a_floor_above_the_cap_is_read_and_named_for_review(edited: Edit, places: Places) -> None:
    from counterask_addin.check.deal import FLOOR, deal_findings
    from counterask_addin.workbooks.quote_file import open_quote

    file = open_quote(edited({"uplift_floor": 0.2}))
    found = deal_findings(file, ledger(file.quote.deal, ()), math.nan, ())
    assert [(one.kind, one.where) for one in found] == [(FLOOR, places.said("uplift_floor"))]
