"""`counterask new --from`: a quote that Salesforce or HubSpot exported. Prices stay as written; every row is used or reported."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from counterask.inputs.terms import Deal, Line
from counterask_addin.calibrate.delimited import delimited_text
from counterask_addin.cli import cli
from counterask_addin.new_quote.crm_columns import CRM_COLUMNS
from counterask_addin.shown import shown_of
from counterask_addin.workbooks.quote_file import open_quote
from counterask_templates.build import draw_limits
from counterask_templates.examples import load_example

from .test_new import in_force

ROOT = Path(__file__).parents[3]
SALESFORCE = """Quote.QuoteNumber,Quote.Account.Name,Product2.Name,Quantity,UnitPrice,ListPrice,Discount,CurrencyIsoCode
Q-42,Acme GmbH,Care Suite seat,200.00,77.40,86.00,5.00,EUR
Q-42,Acme GmbH,"Care Suite seat, light",60.00,49.00,49.00,,EUR
Q-42,Acme GmbH,Implementation,1.00,"50,000.00","48,000.00",0.00,EUR
"""
HUBSPOT = """Name;Quantity;Unit price;Unit discount;Term;Currency;Billing frequency\r
Care Suite seat;200;1.032,00;103,20;P24M;EUR;annually\r
Implementation;1;48.000,00;;;EUR;one_time\r
"""


@pytest.fixture(scope="module")
def limits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A limits workbook in euros with the price book of the software example."""
    path = tmp_path_factory.mktemp("limits") / "limits.xlsx"
    path.write_bytes(draw_limits(in_force(load_example("software"))))
    return path


@pytest.fixture
def read(tmp_path: Path, limits: Path) -> Reader:
    return Reader(tmp_path, limits)


class Reader:
    """Runs the command on the text of an export."""

    def __init__(self, folder: Path, limits: Path) -> None:
        self.folder, self.limits = folder, limits

    def run(self, export: str | bytes, mapping: str = "", *words: str) -> Result:
        path, target = self.folder / "export.csv", self.folder / "new.xlsx"
        path.write_bytes(export if isinstance(export, bytes) else export.encode())
        given = [str(target), "--limits", str(self.limits), "--from", str(path), "--overwrite", *words]
        if mapping:
            (self.folder / "map.toml").write_text(mapping, encoding="utf-8")
            given += ["--mapping", str(self.folder / "map.toml")]
        return CliRunner().invoke(cli, ["new", *given])

    def deal(self) -> Deal:
        return open_quote(self.folder / "new.xlsx").quote.deal

    def line(self, row: str, header: str = "Product Name,Quantity,Sales Price,List Price,Discount") -> Line:
        """The line that one row makes."""
        done = self.run(f"{header}\n{row}\n")
        assert done.exit_code == 0, done.output
        (line,) = self.deal().lines
        return line

    def refused(self, row: str, header: str = "Product Name,Quantity,Sales Price,List Price,Discount") -> str:
        """What is said of one row that cannot be used."""
        done = self.run(f"{header}\n{row}\n")
        assert done.exit_code == 2 and not (self.folder / "new.xlsx").exists(), done.output
        (sentence,) = [line for line in done.output.splitlines() if "row 2" in line]
        return sentence


def test_a_salesforce_export_is_a_quote_whose_discounts_are_seen(read: Reader) -> None:
    done = read.run(SALESFORCE)
    assert done.exit_code == 0, done.output
    file = open_quote(read.folder / "new.xlsx")
    assert (file.quote.header["client"], file.quote.header["quote_number"]) == ("Acme GmbH", "Q-42")
    lines = file.quote.deal.lines
    assert [(line.product, line.quantity, line.list_price) for line in lines] == [
        ("Care Suite seat", 200.0, 86.0),
        ("Care Suite seat, light", 60.0, 49.0),
        ("Implementation", 1.0, 50_000.0),
    ]
    assert [line.discount for line in lines] == pytest.approx([1.0 - 0.9 * 0.95, 0.0, 0.0])
    assert lines[0].discount_months == file.quote.deal.terms.term_months
    opening = shown_of(file).ledger.against_standard
    assert opening is not None
    differing = {(row.lever, row.line) for row in opening.rows}
    assert {("discount", "Care Suite seat"), ("list_price", "Implementation")} <= differing
    assert "row 4 (Implementation): the list price is 50,000, and the price book has 48,000. It stays as written." in done.stdout


def test_a_hubspot_export_says_term_billing_and_the_period_of_its_prices(read: Reader) -> None:
    done = read.run(HUBSPOT)
    assert done.exit_code == 0, done.output
    deal = read.deal()
    assert (deal.terms.term_months, deal.terms.billing_months) == (24.0, 12.0)
    seats, once = deal.lines
    assert (seats.list_price, seats.quantity, once.list_price) == (86.0, 200.0, 48_000.0)
    assert seats.discount == pytest.approx(0.1) and seats.discount_months == 24.0 and once.discount == 0.0


def test_every_row_is_used_or_reported_with_its_number_reason_and_remedy(read: Reader) -> None:
    header, *rows = SALESFORCE.splitlines()
    wrong = [
        "Q-42,Acme GmbH,Premium Gadget,3,10,10,,EUR",
        "Q-42,Acme GmbH,Implementation,,48000,48000,,EUR",
        "Q-42,Acme GmbH,Implementation,0,48000,48000,,EUR",
        "Q-42,Acme GmbH,Implementation,1,48000,48000,,USD",
        "Q-42,Acme GmbH,Implementation,1,48000,48000,,EUR,what is this",
        "",
        "Copyright (c) a CRM",
    ]
    done = read.run("\n".join([header, *rows, *wrong]) + "\n")
    assert done.exit_code == 1
    said = [line for line in done.stdout.splitlines() if line.startswith("Not used: ")]
    in_dollars = "in USD, and the limits are in EUR"
    expected = {5: "no such product", 6: "blank", 7: "is 0", 8: in_dollars, 9: "9 cells", 11: "no product"}
    assert len(said) == len(expected)
    for sentence, (row, why) in zip(said, expected.items(), strict=True):
        assert sentence.startswith(f"Not used: row {row}") and why in sentence and sentence.endswith("."), sentence
    assert len(read.deal().lines) == 3
    found = json.loads(read.run("\n".join([header, *rows, *wrong]), "", "--json").stdout)
    assert [one["row"] for one in found["unused"]] == list(expected) and all(one["remedy"] for one in found["unused"])


def test_columns_that_are_not_read_are_named(read: Reader) -> None:
    done = read.run("Product Name,Quantity,Service Date\nImplementation,1,2026-12-01\n")
    assert done.exit_code == 0 and "Columns that are not read: Service Date." in done.stdout


@pytest.mark.parametrize(
    ("row", "list_price", "discount"),
    [
        ("Implementation,1,,,", 48_000.0, 0.0),
        ("Implementation,1,45000,,", 45_000.0, 0.0),
        ("Implementation,1,45000,50000,", 50_000.0, 0.1),
        ("Implementation,1,45000,50000,10", 50_000.0, 0.19),
        ("Implementation,1,55000,50000,10%", 55_000.0, 0.1),
        ("Implementation,1,,50000,7.5", 50_000.0, 0.075),
        ("Implementation,1,,,7.5 %", 48_000.0, 0.075),
        ("Implementation,1,0,50000,", 50_000.0, 1.0),
        ('Implementation,1,"EUR 45,000.00","50,000.00",', 50_000.0, 0.1),
        ("Implementation,1,€45000,,", 45_000.0, 0.0),
    ],
)
def test_prices_stay_as_written_and_no_discount_is_lost(read: Reader, row: str, list_price: float, discount: float) -> None:
    line = read.line(row)
    assert line.list_price == list_price and line.discount == pytest.approx(discount)
    assert line.list_price * (1.0 - line.discount) == pytest.approx(list_price * (1.0 - discount))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Implementation,1,,,0.1", "0.1% or 10%"),
        ("Implementation,1,,,120", "more than 1"),
        ("Implementation,1,,,lots", "Write it in percent"),
        ("Implementation,1,USD 45000,,", "expected a number in EUR"),
        ("Implementation,1,-5,,", "less than 0"),
        ("Implementation,one,,,", 'quantity is "one"'),
        ('Implementation,"1,500",,,', "1500 or 1.5"),
        ("Implementatoin,1,,,", 'The closest name is "Implementation"'),
    ],
)
def test_a_row_that_can_mean_two_things_or_none_is_not_guessed(read: Reader, row: str, said: str) -> None:
    assert said in read.refused(row)


def test_the_decimal_sign_is_what_the_export_shows_or_the_mapping_says(read: Reader) -> None:
    header = "Product Name;Quantity;Sales Price"
    assert "1.500" in read.refused("Implementation;1.500;48000", header)
    for decimal, quantity in ((",", 1500.0), (".", 1.5)):
        done = read.run(f"{header}\nImplementation;1.500;48000\n", f'decimal = "{decimal}"\n')
        assert done.exit_code == 0 and read.deal().lines[0].quantity == quantity, done.output
    assert read.line("Implementation;1.500;48000,50", header).quantity == 1500.0


@pytest.mark.parametrize(
    ("words", "months"), [("12", 12.0), ("12 months", 12.0), ("1 year", 12.0), ("P1Y", 12.0), ("P1Y6M", 18.0), ("36.0", 36.0)]
)
def test_a_term_is_said_in_months_or_years(read: Reader, words: str, months: float) -> None:
    assert read.run(f"Name,Quantity,Term\nCare Suite seat,10,{words}\n").exit_code == 0
    assert read.deal().terms.term_months == months


def test_rows_that_name_several_terms_leave_the_standard_and_say_so(read: Reader) -> None:
    done = read.run("Name,Quantity,Term\nCare Suite seat,10,12\n\"Care Suite seat, light\",10,36\n")
    assert done.exit_code == 1 and "several terms: 12 (row 2), 36 (row 3)" in done.stdout
    limits = in_force(load_example("software"))["limits"]
    standard = next(row["standard"] for row in limits if row["lever"] == "term_months" and "segment" not in row)
    assert read.deal().terms.term_months == standard


def test_a_period_that_is_not_known_is_reported(read: Reader) -> None:
    header = "Name,Quantity,Unit price,Billing frequency"
    assert "Write monthly" in read.refused("Care Suite seat,10,86,now and then", header)
    assert "the product is recurring" in read.refused("Care Suite seat,10,86,one_time", header)


def test_a_price_that_may_be_that_of_a_year_is_pointed_out(read: Reader) -> None:
    done = read.run("Name,Quantity,Unit price\nCare Suite seat,10,1032\n")
    assert done.exit_code == 0 and read.deal().lines[0].list_price == 1032.0
    assert 'If it is the price of a year, name its period in a column "Billing Frequency": annually.' in done.stdout


@pytest.mark.parametrize(
    ("second", "what"),
    [
        ("Q-43,Acme GmbH", "several quotes: Q-42 (row 2), Q-43 (row 3)"),
        ("Q-42,Zeta AG", "several clients: Acme GmbH (row 2), Zeta AG"),
    ],
)
def test_two_quotes_in_one_export_are_refused(read: Reader, second: str, what: str) -> None:
    header = "Quote Number,Account Name,Product Name,Quantity"
    done = read.run(f"{header}\nQ-42,Acme GmbH,Implementation,1\n{second},Implementation,1\n")
    assert done.exit_code == 2 and what in done.output


def test_a_mapping_file_names_columns_and_products(read: Reader) -> None:
    export = "Artikel;Menge;Preis\nPlätze;200;77,40\n"
    done = read.run(export.encode("cp1252"))
    assert done.exit_code == 2
    assert "It has: Artikel, Menge, Preis. Name it in a mapping file, under [lines.columns]" in done.output
    columns = '[lines.columns]\nproduct = "Artikel"\nquantity = "Menge"\nunit_price = "Preis"\n'
    done = read.run(export.encode("cp1252"), f'{columns}[lines.words]\n"Plätze" = "Care Suite seat"\n')
    assert done.exit_code == 0, done.output
    (line,) = read.deal().lines
    assert (line.product, line.quantity, line.list_price) == ("Care Suite seat", 200.0, 77.4)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ('[lines.columns]\nproduct = "Item number"\n', 'has no column "Item number"'),
        ('[lines.columns]\ncolour = "Colour"\n', 'found "colour", expected one of: billing, client'),
        ('[contracts]\nfile = "x.csv"\n', "expected one of: as_of, dates, decimal, lines"),
        ('[lines]\nfile = "x.csv"\n', "may not name a file"),
        ("nonsense", "See docs/new-quote.md."),
    ],
)
def test_a_mapping_file_that_is_wrong_is_reported(read: Reader, mapping: str, said: str) -> None:
    done = read.run(SALESFORCE, mapping)
    assert done.exit_code == 2 and said in done.output, done.output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"Product Name,Quantity\n", "none of its 0 rows"),
        (b"\x00\x01\x02\x03", "not a CSV file"),
        (b"Product Name,Product Name,Quantity\nImplementation,x,1\n", 'has the column "Product Name" twice'),
        (b"Product Name,Price\nImplementation,1\n", "no column for the quantity"),
    ],
)
def test_a_file_that_is_no_export_says_so(read: Reader, content: bytes, said: str) -> None:
    done = read.run(content)
    assert done.exit_code == 2 and said in done.output, done.output


def test_the_client_of_the_command_line_comes_first_and_products_are_added(read: Reader) -> None:
    done = read.run(SALESFORCE, "", "--client", "Acme Holding", "--product", "API calls (1,000)=400")
    assert done.exit_code == 0 and "the quote is for Acme Holding" in done.stdout
    assert open_quote(read.folder / "new.xlsx").quote.header["client"] == "Acme Holding"
    assert [line.product for line in read.deal().lines][-1] == "API calls (1,000)"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_and_separators_are_recognised(encoding: str, mark: str) -> None:
    text = f'Größe{mark}"a{mark}b"{mark}c\n1{mark}2{mark}3\n'
    assert delimited_text(text.encode(encoding)) == (text, mark)


def test_a_first_line_for_excel_is_no_row() -> None:
    assert delimited_text(codecs.BOM_UTF8 + b"sep=;\r\na;b\r\n") == ("a;b\r\n", ";")


def test_the_page_lists_every_column_with_its_names() -> None:
    page = (ROOT / "docs" / "new-quote.md").read_text(encoding="utf-8")
    rows = [f"| `{one.name}` | {one.help} | {', '.join(one.known)} |" for one in CRM_COLUMNS]
    assert [row for row in rows if row not in page] == []
