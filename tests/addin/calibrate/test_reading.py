"""Tables as companies export them: columns missing, dates mixed, contracts twice, ends before starts. No row is lost silently."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from counterask_addin.calibrate.checking import Closed, checked
from counterask_addin.calibrate.columns import TABLES
from counterask_addin.calibrate.mapping import Mapped, read_mapping
from counterask_addin.calibrate.reading import last_day, read_tables
from counterask_addin.cli import cli
from counterask_addin.errors import CannotRun

from .generated import FOLDER

HEADER = "contract,start,term_months,renewal_months,auto_renewal,end,reason,segment,seen_from"
AS_OF = np.datetime64("2026-06-30")


def read(folder: Path, *rows: str, mapping: str = "", header: str = HEADER) -> Closed:
    """Contracts written as a CSV file, read and checked."""
    source = folder / "closed.csv"
    source.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    path = folder / "mapping.toml"
    path.write_text(mapping, encoding="utf-8")
    return checked(read_tables(source, {}, read_mapping(path)), AS_OF)


def said(found: Closed) -> dict[int, str]:
    """What is said of each row."""
    return {note.row: note.why for note in found.notes}


def test_every_bad_row_is_reported_with_its_reason_and_the_others_are_used(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "A,2023-01-15,12,12,yes,,,SMB,",
        "B,2023-01-15,12,12,yes,2022-12-31,choice,SMB,",
        "C,,12,12,yes,,,SMB,",
        "D,2023-02-30,12,12,yes,,,SMB,",
        "E,2023-01-15,0,12,yes,,,SMB,",
        "F,2023-01-15,12,,yes,,,SMB,",
        "G,2023-01-15,12,12,perhaps,,,SMB,",
        "H,2023-01-15,12,12,yes,2025-01-14,went away,SMB,",
        "I,2023-01-15,12,12,yes,,choice,SMB,",
        ",2023-01-15,12,12,yes,,,SMB,",
        "K,2026-07-01,12,12,yes,,,SMB,",
        "L,2023-01-15,1.5,12,yes,,,SMB,",
        "M,2026-01-15,12,,,,,SMB,",
    )
    words = said(found)
    assert len(found.contracts) == 2 and found.read["contracts"] == 13
    assert sorted(words) == list(range(3, 14))
    for row, part in {
        3: "end: lies before the start", 4: "start: is blank", 5: 'found "2023-02-30", expected a day',
        6: "term_months: is blank or 0", 7: "renewal_months: is blank", 8: 'found "perhaps", expected yes or no',
        9: 'reason: found "went away"', 10: "there is no end",
        11: "has no contract number", 12: "lies after 2026-06-30", 13: 'found "1.5", expected whole months',
    }.items():  # fmt: skip
        assert part in words[row], words[row]


def test_a_contract_twice_counts_once_where_the_rows_agree_and_not_at_all_where_they_differ(tmp_path: Path) -> None:
    same, other = "A,2023-01-15,12,12,yes,,,SMB,", "B,2023-01-15,12,12,yes,,,SMB,"
    found = read(tmp_path, same, same, other, "B,2023-01-15,24,12,yes,,,SMB,")
    assert len(found.contracts) == 1
    assert said(found)[3] == "repeats row 2" and "other values" in said(found)[4] and "other values" in said(found)[5]


def test_missing_columns_are_named_with_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match='no columns "term_months", "reason".*it has: Contract, Start, Renewal months.*mapping'):
        read(tmp_path, "A,2023-01-15,12,yes,", header="Contract,Start,Renewal months,Auto renewal,End")


def test_dates_in_several_formats_are_read_and_an_unclear_one_is_not_guessed(tmp_path: Path) -> None:
    rows = (
        "A,2023-04-03,12,12,yes,,,,", "B,3.4.2023,12,12,yes,,,,", "C,2023-04-03 00:00:00,12,12,yes,,,,",
        "D,03/04/2023,12,12,yes,,,,",
    )  # fmt: skip
    found = read(tmp_path, *rows)
    assert len(found.contracts) == 3 and "can be read as two days" in said(found)[5]
    april = np.datetime64("2023-04-03")
    assert (found.tables["contracts"].columns["start"] == april).all()
    assert (read(tmp_path, *rows, mapping='dates = "day first"').tables["contracts"].columns["start"] == april).all()
    told_by_another = read(tmp_path, *rows, "E,03/25/2023,12,12,yes,,,,").tables["contracts"].columns["start"]
    assert told_by_another.tolist()[3:] == [date(2023, 3, 4), date(2023, 3, 25)]


def test_a_billing_export_is_mapped_by_a_small_file(tmp_path: Path) -> None:
    export = "Opp;Beginn;Laufzeit;Folge;Auto;Ende;Grund;Umsatz\nA;15.01.2022;12;12;ja;14.01.2025;Kündigung;1.250.000,50\n"
    (tmp_path / "crm.csv").write_bytes(export.encode("cp1252"))
    (tmp_path / "map.toml").write_text(
        'decimal = ","\nas_of = 2026-06-30\n[contracts]\nfile = "crm.csv"\n'
        '[contracts.columns]\ncontract = "Opp"\nstart = "Beginn"\n'
        'term_months = "Laufzeit"\nrenewal_months = "Folge"\nauto_renewal = "Auto"\nend = "Ende"\nreason = "Grund"\n'
        'yearly_fees = "Umsatz"\n[contracts.words]\n"kündigung" = "choice"\n',
        encoding="utf-8",
    )
    mapped = read_mapping(tmp_path / "map.toml")
    found = checked(read_tables(tmp_path, {}, mapped), AS_OF)
    assert mapped.as_of == date(2026, 6, 30) and found.notes == ()
    assert found.contracts.left.all() and found.contracts.months[0] == 36.0 and found.contracts.yearly_fees[0] == 1250000.5


def test_a_mapping_file_with_faults_names_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text('dates = "whatever"\n[bills]\n[contracts.columns]\nbegin = "x"\n', encoding="utf-8")
    with pytest.raises(CannotRun) as caught:
        read_mapping(tmp_path / "map.toml")
    assert len(caught.value.sentences) == 3


@pytest.mark.parametrize("suffix", ["xlsx", "parquet"])
def test_a_workbook_and_parquet_hold_the_same_as_csv(suffix: str, tmp_path: Path) -> None:
    raw = pd.read_csv(FOLDER / "contracts.csv", parse_dates=["start", "end"])
    raw.to_excel(tmp_path / "all.xlsx", index=False) if suffix == "xlsx" else raw.to_parquet(tmp_path / "all.parquet")
    ours, theirs = (
        checked(read_tables(path, {}, Mapped()), AS_OF) for path in (tmp_path / f"all.{suffix}", FOLDER / "contracts.csv")
    )
    assert ours.notes == theirs.notes == ()
    for name, values in vars(theirs.contracts).items():
        if name != "segments":
            assert np.array_equal(values, vars(ours.contracts)[name], equal_nan=True), name


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"\x00\x01\x02"])
@pytest.mark.parametrize("name", ["closed.csv", "closed.xlsx", "closed.parquet"])
def test_a_file_that_is_none_is_an_error_with_its_name(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CannotRun, match=name):
        read_tables(tmp_path / name, {}, Mapped())


def test_an_end_without_a_reason_is_a_choice_only_where_the_client_could_leave(tmp_path: Path) -> None:
    found = read(tmp_path, "A,2023-01-15,12,12,yes,2025-01-14,,,", "B,2023-01-15,12,12,yes,2024-07-20,,,")
    assert found.contracts.left.tolist() == [True, False] and not found.contracts.closed.any()
    assert "counted as the client's choice" in said(found)[2] and "as no closure" in said(found)[3]
    assert all(note.is_used for note in found.notes)


def test_rows_of_other_tables_are_checked_against_their_contracts(tmp_path: Path) -> None:
    (tmp_path / "contracts.csv").write_text(f"{HEADER}\nA,2023-01-15,12,12,yes,,,,\n", encoding="utf-8")
    (tmp_path / "invoices.csv").write_text(
        "contract,due,paid,amount,written_off\nA,2023-02-15,2023-02-20,100,\nZ,2023-02-15,,100,\nA,2026-12-01,,100,\nA,2023-02-15,,100,200\n",
        encoding="utf-8",
    )
    found = checked(read_tables(tmp_path, {}, Mapped()), AS_OF)
    words = [(note.row, note.why) for note in found.notes]
    assert [row for row, _ in words] == [3, 4, 5] and len(found.owner["invoices"]) == 1
    assert (
        "not among the usable contracts" in words[0][1]
        and "not yet known" in words[1][1]
        and "more than the amount" in words[2][1]
    )


def test_the_last_day_of_the_data_is_the_latest_that_has_happened() -> None:
    assert last_day(read_tables(FOLDER, {}, Mapped()), date(2026, 11, 27)) == AS_OF


def test_the_page_names_every_column() -> None:
    page = (FOLDER.parents[1] / "docs" / "calibrate.md").read_text(encoding="utf-8")
    for name, columns in TABLES.items():
        assert f"**{name}**" in page
        assert [column.name for column in columns if f"`{column.name}`" not in page] == []


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("missing.csv", None, "there is no such file. Check the name."),
        ("missing.xlsx", None, "there is no such file. Check the name."),
        ("missing.parquet", None, "there is no such file. Check the name."),
        ("empty.csv", b"", "the file is empty. Export it again."),
        ("empty.xlsx", b"", "the file is empty. Export it again."),
        ("fake.xlsx", b"hello", "is not a workbook, although its name ends in .xlsx. "),
        ("fake.parquet", b"hello", "is not a Parquet file, although its name ends in .parquet. "),
        ("blank.csv", b"\n\n", "has no row of column names. "),
        ("noise.csv", bytes(range(129, 160)), "is not text in columns, although its name ends in .csv. "),
        ("row.csv", b"a,b\n1,2\n1,2,3\n", " · row 3: found 3 cells, expected 2. "),
        ("header.csv", f"{HEADER}\n".encode(), "the table contracts has no row below its column names. "),
        ("notes.txt", b"hello", 'found the ending ".txt", expected .csv or .xlsx or .xlsm or .parquet. '),
    ],
)
def test_a_file_that_is_not_what_it_should_be_gets_one_sentence(
    name: str, content: bytes | None, sentence: str, tmp_path: Path
) -> None:
    """No error of a library is shown: a sentence names the file, what is wrong and what to do."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = CliRunner().invoke(cli, ["calibrate", str(tmp_path / name), "-o", str(tmp_path / "out.xlsx")])
    assert done.exit_code == 2 and not (tmp_path / "out.xlsx").exists()
    (said,) = done.output.splitlines()
    assert name in said and sentence in said and said.endswith(".")
    assert "Errno" not in said and "codec" not in said


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    pd.DataFrame({"contract": ["a"]}).to_excel(tmp_path / "deals.xlsx", sheet_name="Deals", index=False)
    (tmp_path / "map.toml").write_text('[contracts]\nsheet = "Contracts 2025"\n', encoding="utf-8")
    with pytest.raises(CannotRun, match='has no sheet "Contracts 2025" \\(it has: Deals\\)'):
        read_tables(tmp_path / "deals.xlsx", {}, read_mapping(tmp_path / "map.toml"))


def test_one_of_something_is_said_in_the_singular(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text(f"{HEADER}\na,2023-01-01,12,12,yes,2024-01-01,choice,,\n", encoding="utf-8")
    done = CliRunner().invoke(cli, ["calibrate", str(path), "-o", str(tmp_path / "out.xlsx")], env={"COLUMNS": "200"})
    assert "1 end by choice" in done.output and "limits.xlsx" not in done.output
