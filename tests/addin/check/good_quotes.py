"""Good quotes to plant faults in: the examples and random quotes, without the trades that finance would stop, as three programs
save them."""

from __future__ import annotations

import copy
import importlib.util
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl

from counterask.reading.deal_json import read_deal
from counterask.result_tables.views import margin_share
from counterask.verdicts.ledger import Ledger, ledger
from counterask.verdicts.limits import Authority
from counterask.verdicts.trades import Rules, Verdict
from counterask_templates.build import DRAWN_ON, draw_limits, draw_quote
from counterask_templates.examples import example_names, load_example

Document = dict[str, Any]
SAVERS = ("XlsxWriter", "openpyxl", "LibreOffice")


def _random_quotes() -> ModuleType:
    path = Path(__file__).parents[2] / "templates" / "random_quotes.py"
    spec = importlib.util.spec_from_file_location("random_quotes_checked", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def valued(document: Document) -> tuple[Ledger, Rules]:
    """The ledger of a document on the day on which quotes are drawn."""
    quote = read_deal(document)
    rules = quote.rules(DRAWN_ON)
    return ledger(quote.deal, quote.trades, rules), rules


def good(document: Document) -> Document:
    """A document without trades that finance would stop, without a floor that it does not reach, with limits that hold and an
    opening that a rep may agree to."""
    found: Document = copy.deepcopy({name: part for name, part in document.items()})
    if any(not line.get("product") for line in found["lines"]):
        found.pop("price_book", None)
    for row in found["limits"]:
        if "expires" in row:
            row["expires"] = "2027-12-31"
    open_at_the_standard(found)
    while True:
        result, _ = valued(found)
        stopped = {
            one.trade.id
            for one in result.trades
            if one.verdict in (Verdict.BLOCKED, Verdict.CANNOT_TELL, Verdict.STALLED)
            or (one.authority is not None and one.authority > Authority.REP)
            or one.is_short_by_the_cap
        }
        if not stopped:
            break
        found["trades"] = [trade for trade in found["trades"] if trade["id"] not in stopped]
    shares = [margin_share(values) for values in (result.opening, result.now)]
    if found["policy"].get("minimum_margin") is not None:
        found["policy"]["minimum_margin"] = min(found["policy"]["minimum_margin"], *(round(share - 0.01, 4) for share in shares))
    return found


def open_at_the_standard(document: Document) -> None:
    """Move every level that the opening has not at its standard there."""
    opening = valued(document)[0].against_standard
    lines = {line["name"]: line for line in document["lines"]}
    company = {row["lever"]: row for row in document["limits"] if "amount_per_unit" in row}
    for row in opening.rows if opening is not None else ():
        if row.lever in company:
            document["terms"].pop(row.lever, None)
        else:
            where = lines[row.line] if row.line is not None else document["terms"]
            where[row.lever] = None if math.isinf(row.standard) else row.standard


@dataclass(frozen=True)
class GoodQuote:
    """A good quote: its document, finance's limits for it, and the file as each program saves it."""

    name: str
    document: Document
    limits: Path
    files: dict[str, Path]


def good_quotes(folder: Path, seeds: Sequence[int], resave: Callable[..., Path]) -> list[GoodQuote]:
    """The examples and random quotes of those seeds, drawn and saved again."""
    documents = {name: good(load_example(name)) for name in example_names() if name != "blank"}
    random_quotes = _random_quotes()
    for seed in seeds:
        document = {**random_quotes.random_quote(seed), "client": f"Client {seed} Ltd", "quote_number": f"Q-{seed}"}
        documents[f"random {seed}"] = good(document)
    made = []
    for name, document in documents.items():
        own = folder / name.replace(" ", "_")
        own.mkdir()
        files = {saver: own / f"{saver.lower()}.xlsx" for saver in SAVERS}
        files["XlsxWriter"].write_bytes(draw_quote(document, as_of=DRAWN_ON))
        book = openpyxl.load_workbook(files["XlsxWriter"])
        book.save(files["openpyxl"])
        resave(files["XlsxWriter"], own / "resaved").replace(files["LibreOffice"])
        limits = own / "limits.xlsx"
        limits.write_bytes(draw_limits(document, as_of=DRAWN_ON))
        made.append(GoodQuote(name, document, limits, files))
    return made
