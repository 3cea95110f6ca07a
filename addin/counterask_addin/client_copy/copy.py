"""Make a client copy: words, document, search; only then a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from counterask.inputs.terms import Deal
from counterask.reading.quote import Quote

from ..errors import CannotRun
from ..workbooks.atomic import write_bytes
from ..workbooks.quote_file import QuoteFile
from .agreed import Agreed
from .confidential import Leak, secrets_of
from .leak_scan import scan_plan, scan_workbook
from .proposal import proposal_of
from .sheet import Plan, plan, sheet_bytes


def texts_of(made: Plan) -> tuple[list[str], list[float]]:
    """Every text and every number of a page."""
    values = [cell.value for cell in made.cells.values()]
    return [one for one in values if isinstance(one, str)], [one for one in values if not isinstance(one, str)]


def write_client_copy(
    file: QuoteFile, agreed: Agreed, deal: Deal, targets: Sequence[Path], language: str, overwrite: bool
) -> None:
    """Write a proposal into each target (.xlsx or .pdf). As `write_searched`."""
    write_searched(file, agreed, deal, plan(proposal_of(agreed, language)), targets, language, overwrite)


def write_searched(
    file: QuoteFile, agreed: Agreed, deal: Deal, made: Plan, targets: Sequence[Path], language: str, overwrite: bool
) -> None:
    """Write a page for the client into each target (.xlsx or .pdf). deal : the deal as it stands, for the search alone.

    Raises CannotRun, with no file left behind, where a document would hold anything but what the client may know.
    """
    secrets = secrets_of(file)
    texts, numbers = texts_of(made)
    leaks = scan_plan(texts, numbers, agreed, deal, language, secrets)
    documents: list[tuple[Path, bytes]] = []
    for target in targets:
        if target.suffix.lower() == ".pdf":
            from .pdf import pdf_bytes
            from .pdf_scan import scan_pdf

            content = pdf_bytes(made, language)
            leaks += scan_pdf(content, made, language, secrets)
        else:
            content = sheet_bytes(made)
            leaks += scan_workbook(content, made, secrets)
        documents.append((target, content))
    if leaks:
        raise CannotRun(*_sentences(file.quote, leaks, targets))
    for target, content in documents:
        write_bytes(target, content, overwrite=overwrite)


def _sentences(quote: Quote, leaks: Sequence[Leak], targets: Sequence[Path]) -> list[str]:
    names = " and ".join(target.name for target in targets)
    said = list(dict.fromkeys(f"{names}: {leak}." for leak in leaks))
    return [*said[:8], f"{names}: not written. Report this: a client copy must never hold it."]
