"""A quote that Excel saved with its formulas linked to one person's add-in reads as the same quote."""

import shutil
from pathlib import Path

import pytest

from counterask_addin.check import Severity, check_file
from counterask_addin.check.inputs import EXTERNAL
from counterask_addin.check.results import EDITED
from counterask_addin.excel.package import (
    CONTENT_TYPES,
    add_relation,
    parse,
    read_parts,
    serialise,
    set_content_type,
    write_parts,
)
from counterask_addin.workbooks.read_cells import read_workbook

QUOTE = Path(__file__).parents[3] / "examples" / "staffing.xlsx"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ADDIN = "file:///C:\\Users\\Jo%20Doe\\AppData\\Roaming\\Microsoft\\Excel\\XLSTART\\Counterask.xlam"


def _linked(source, target, files=(ADDIN,), call=1):
    """The workbook with every call of ours linked to the `call`th of the files, as Excel saves it."""
    parts = read_parts(source)
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = parts[name].replace(b">DEAL_", b">[%d]!DEAL_" % call)
    book = parse(parts["xl/workbook.xml"])
    references = book.makeelement(f"{{{MAIN}}}externalReferences")
    book.find(f"{{{MAIN}}}sheets").addnext(references)
    for number, file in enumerate(files, start=1):
        references.append(references.makeelement(f"{{{MAIN}}}externalReference", {f"{{{OFFICE}}}id": f"rIdLink{number}"}))
        part = f"xl/externalLinks/externalLink{number}.xml"
        parts[part] = f'<externalLink xmlns="{MAIN}"/>'.encode()
        relations = f'<Relationships xmlns="{OFFICE.replace("officeDocument", "package")}"/>'.encode()
        relations = add_relation(relations, f"{OFFICE}/externalLinkPath", file, "rId1")
        relations = relations.replace(b"<Relationship ", b'<Relationship TargetMode="External" ')
        parts[f"xl/externalLinks/_rels/externalLink{number}.xml.rels"] = relations
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
        parts[CONTENT_TYPES] = set_content_type(parts[CONTENT_TYPES], f"/{part}", kind)
        parts["xl/_rels/workbook.xml.rels"] = add_relation(
            parts["xl/_rels/workbook.xml.rels"], f"{OFFICE}/externalLink", part.removeprefix("xl/"), f"rIdLink{number}"
        )
    parts["xl/workbook.xml"] = serialise(book)
    write_parts(target, parts)
    return target


def _said(path):
    """The findings with the name of the file taken out."""
    return {(one.kind, one.severity, one.where.replace(path.name, ""), one.words) for one in check_file(path)[1]}


@pytest.mark.parametrize(("files", "call"), [((ADDIN,), 1), (("file:///C:\\prices.xlsx", ADDIN), 2)])
def test_formulas_linked_to_our_add_in_are_ours(tmp_path, files, call):
    linked = _linked(QUOTE, tmp_path / "quote.xlsx", files, call)
    plain = tmp_path / "plain.xlsx"
    shutil.copy(QUOTE, plain)
    before, after = _said(plain), _said(linked)
    assert before <= after
    new = sorted((severity, words) for _, severity, _, words in after - before)
    assert len(new) == len(files)
    facts = [words for severity, words in new if severity == Severity.FACT]
    assert len(facts) == 1 and "XLSTART" in facts[0] and "Jo Doe" in facts[0]
    assert read_workbook(linked).external_links == tuple(f"xl/externalLinks/externalLink{n}.xml" for n in range(1, len(files)))


def test_formulas_linked_to_another_file_are_edited_formulas(tmp_path):
    linked = _linked(QUOTE, tmp_path / "quote.xlsx", ("file:///C:\\counterask.xlam.xlsx",))
    kinds = {one.kind for one in check_file(linked)[1] if one.severity == Severity.WRONG}
    assert {EDITED, EXTERNAL} <= kinds
