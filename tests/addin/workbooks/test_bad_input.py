"""Every kind of bad input gets a sentence with file, sheet, cell, what was found and what is expected; nothing is written."""

from __future__ import annotations

import datetime
import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from counterask_addin.cli import cli

Edit = Callable[[Mapping[tuple[str, str], Any]], Path]


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


CELLS: list[tuple[str, dict[tuple[str, str], Any], str]] = [
    (
        "text in a number cell",
        {("Quote", "C35"): "net 60"},
        'edited.xlsx · Quote · C35 (payment_days): found the text "net 60", expected a number (days) from 0 to 365. Type 60.',
    ),
    (
        "12 % typed as 12",
        {("Quote", "E13"): 12},
        "edited.xlsx · Quote · E13 (discount): found 12, which is more than 1, expected a share from 0% to 100%. "
        "Type 12% (or 0.12) if 12 percent is meant.",
    ),
    ("a negative term", {("Quote", "C30"): -3}, "Quote · C30 (term_months): found -3, which is less than 1"),
    (
        "a probability over 1",
        {("Quote", "C32"): 1.2},
        "Quote · C32 (renewal_probability): found 1.2, which is more than 1",
    ),
    ("an unknown lever", {("Trades", "B6"): "foo"}, 'Trades · B6 (lever): found "foo", which is no lever'),
    (
        "a lever on a line of the wrong kind",
        {("Trades", "F6"): "Support cost"},
        'Trades · G6 (line): "Support cost" belongs to a recurring line, but "Warehouse hours" is metered',
    ),
    (
        "two trades with one id",
        {("Trades", "A8"): "T1"},
        'Trades · A8 (trade): found "T1" a second time (first at Trades · A6)',
    ),
    (
        "a counter-ask with no ask",
        {("Trades", "B9"): None, ("Trades", "D9"): None, ("Trades", "F9"): "Term months", ("Trades", "H9"): 24},
        "Trades · F9 (counter_ask): found a counter-ask in T3, but no ask",
    ),
    ("a formula without a value", {("Quote", "E13"): "=1/0"}, "found the formula =1/0 without a value"),
    ("an error as text", {("Quote", "E13"): "#DIV/0!"}, "Quote · E13 (discount): found the error #DIV/0!"),
    (
        "a date where a number stands",
        {("Quote", "E13"): datetime.datetime(2026, 1, 12)},
        "Quote · E13 (discount): found the date 2026-01-12",
    ),
    (
        "a horizon that is not whole years",
        {("Limits", "B18"): 70},
        "Limits · B18 (horizon_months): found 70, expected whole years: a multiple of 12 months",
    ),
    (
        "infinite liability in the opening terms",
        {("Quote", "C51"): "none", ("Limits", "B30"): 0.5},
        "unlimited liability has no finite price here",
    ),
    ("a currency mismatch", {("Limits", "B12"): "USD"}, "Limits · B12 (currency): found USD, but the quote is in EUR"),
    ("a number stored as text", {("Quote", "D13"): "31.9"}, "Type 31.9 as a number, not as text"),
    ("a renamed column", {("Quote", "G12"): "Our cost"}, 'found no column "unit_cost"'),
    ("TRUE where a number stands", {("Quote", "C35"): True}, "Quote · C35 (payment_days): found TRUE"),
    ("a row without a trade", {("Trades", "A6"): None}, "Trades · A6 (trade): found a row without a trade"),
    ("a floor above the cap", {("Quote", "C37"): 0.2}, "(uplift_floor): found 0.2, above uplift_cap"),
]


@pytest.mark.parametrize(("cells", "sentence"), [case[1:] for case in CELLS], ids=[case[0] for case in CELLS])
def test_a_bad_cell_gets_a_sentence(edited: Edit, cells: dict[tuple[str, str], Any], sentence: str) -> None:
    said = refused(edited(cells))
    assert sentence in said
    assert all(line.startswith("edited.xlsx · ") for line in said.splitlines() if "problems; nothing" not in line)


def test_all_problems_of_a_file_are_named_at_once(edited: Edit) -> None:
    said = refused(
        edited({("Quote", "C35"): "net 60", ("Quote", "E13"): 12, ("Trades", "B6"): "foo", ("Limits", "B18"): 70})
    )
    places = [line.split(" (")[0] for line in said.splitlines()[:-1]]
    assert places == [
        "edited.xlsx · Quote · E13",
        "edited.xlsx · Quote · C35",
        "edited.xlsx · Trades · B6",
        "edited.xlsx · Limits · B18",
    ]
    assert said.splitlines()[-1] == "4 problems; nothing was written."


def test_a_blank_input_cannot_be_told_and_is_not_zero(edited: Edit) -> None:
    result = value(edited({("Limits", "B19"): None}))
    assert result.exit_code == 1
    assert "Limits · B19 (churn_hazard) is blank" in result.output
    assert "cannot tell" in result.output
    assert "negotiation" not in result.output


def test_expired_limits_give_no_verdict(staffing: Path) -> None:
    result = value(staffing, "--as-of", "2030-01-01")
    assert result.exit_code == 1
    assert "expired on 2027-12-31" in result.output
    assert "✔ negotiation" not in result.output


def test_unlimited_liability_is_blocked_and_not_priced(edited: Edit) -> None:
    result = value(edited({("Trades", "D6"): "none", ("Limits", "B30"): 0.5}))
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
    assert "found no such sheet and no name Trades (there are: Read me, Quote, Deals" in refused(lost)
    for name in ("Trades", "Trade_results"):
        book.defined_names[name].attr_text = book.defined_names[name].attr_text.replace("'Trades'", "'Deals'")
    book.save(lost)
    assert value(lost).exit_code == 1


def test_moved_columns_are_found_by_their_headers(edited: Edit, staffing: Path) -> None:
    book = openpyxl.load_workbook(staffing)
    page = book["Quote"]
    for row in range(12, 25):
        page.cell(row, 4).value, page.cell(row, 5).value = page.cell(row, 5).value, page.cell(row, 4).value
    moved = staffing.with_name("moved.xlsx")
    book.save(moved)
    assert value(moved, "--json").stdout == value(staffing, "--json").stdout


def test_ten_thousand_trades_are_valued(edited: Edit) -> None:
    cells: dict[tuple[str, str], Any] = {}
    for number in range(10_000):
        row = 15 + number
        cells |= {
            ("Trades", f"A{row}"): f"N{number}",
            ("Trades", f"B{row}"): "Payment days",
            ("Trades", f"D{row}"): 30 + number % 30,
            ("Trades", f"E{row}"): "yes, and",
        }
    result = value(edited(cells), "--json")
    assert result.exit_code == 1
    assert '"N9999"' in result.stdout
    assert '"sampled_orders"' in result.stdout


def test_names_with_quotes_and_emoji_are_kept(edited: Edit) -> None:
    name = 'Hours "night" & <day> 🚚'
    cells = {("Quote", "B13"): name, ("Trades", "C8"): name, ("Trades", "G6"): name}
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
    assert "is the quote itself" in refused(staffing, "-o", str(staffing), "--overwrite")


def test_a_quote_that_is_open_elsewhere_can_still_be_read(staffing: Path) -> None:
    (staffing.parent / ".~lock.staffing.xlsx#").write_bytes(b"")
    assert value(staffing).exit_code == 1


def test_json_through_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "deal.json"
    path.write_bytes(b"\xef\xbb\xbf{}")
    assert "found no line" in refused(path)
    assert io.BytesIO(path.read_bytes()).read(3) == b"\xef\xbb\xbf"
