"""Rules for the package: names, content types, relationships, and that every part is XML that can be read."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from .book import OFFICE, Book, Broken

_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_XML = ("xml", "rels", "vml")


def package_rules(book: Book) -> Iterator[Broken]:
    """What is wrong with the package. Where a part is no XML, the rules for its content cannot be asked."""
    lower = [name.lower() for name in book.names]
    for name in sorted({name for name in lower if lower.count(name) > 1}):
        yield Broken("part twice", name, "two parts have this name")
    for name in book.names:
        if "\\" in name or name.startswith("/") or name.endswith("/") or ".." in name.split("/"):
            yield Broken("part name", name, "this is not the name of a part")
    for name in book.parts:
        if name.rpartition(".")[2] in _XML:
            try:
                book.xml(name)
            except etree.XMLSyntaxError as error:
                yield Broken("not XML", name, str(error))
                return
            if book.xml(name).getroottree().docinfo.doctype:
                yield Broken("not XML", name, "it has a document type")
    yield from _content_types(book)
    for part in book.parts:
        if part.endswith(".xml") and part != "[Content_Types].xml":
            yield from _relations(book, part)
    yield from _relations(book, "")


def _content_types(book: Book) -> Iterator[Broken]:
    types = book.xml("[Content_Types].xml")
    defaults = {item.get("Extension").lower() for item in types.iter(f"{_TYPES}Default")}
    overrides = [item.get("PartName").lstrip("/") for item in types.iter(f"{_TYPES}Override")]
    for name in sorted({name for name in overrides if overrides.count(name) > 1}):
        yield Broken("content type", name, "its content type is given twice")
    for name in overrides:
        if name not in book.parts:
            yield Broken("content type", name, "a content type for a part that is not there")
    for name in book.parts:
        if name != "[Content_Types].xml" and name not in overrides and name.rpartition(".")[2].lower() not in defaults:
            yield Broken("content type", name, "the part has no content type")


def _relations(book: Book, part: str) -> Iterator[Broken]:
    relations = book.relations(part)
    for identity, (_, target, outside) in relations.items():
        if not outside and target not in book.parts:
            yield Broken("relationship", part, f"{identity} leads to {target}, which is not there")
    if part and part.endswith(".xml"):
        for element in book.xml(part).iter():
            for name, value in element.attrib.items():
                if name.startswith(OFFICE) and value and value not in relations:
                    yield Broken("relationship", part, f"{value} has no relationship")
