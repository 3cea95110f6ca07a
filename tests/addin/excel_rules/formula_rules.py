"""Rules for one formula: lengths, nesting, quotes, and the spelling of functions that came after 2007."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .book import Broken

LONGEST_FORMULA, LONGEST_TEXT, DEEPEST, MOST_ARGUMENTS = 8192, 255, 64, 255
_TEXT = re.compile(r'"((?:[^"]|"")*)"')
_LATER_WORDS = """ACOT AGGREGATE ARABIC BASE BETA.DIST BYCOL BYROW CEILING.MATH CHISQ.DIST CHOOSECOLS CHOOSEROWS CONCAT
CONFIDENCE.NORM DAYS DECIMAL DROP EXPAND F.DIST FILTER FILTERXML FLOOR.MATH FORECAST.LINEAR FORMULATEXT GAMMA
GAUSS HSTACK IFNA IFS ISFORMULA ISOWEEKNUM LAMBDA LET LOGNORM.DIST MAKEARRAY MAP MAXIFS MINIFS MODE.SNGL
NEGBINOM.DIST NETWORKDAYS.INTL NORM.DIST NORM.INV NORM.S.DIST NORM.S.INV NUMBERVALUE PDURATION PERCENTILE.EXC
PERCENTILE.INC PERMUTATIONA POISSON.DIST QUARTILE.INC RANDARRAY RANK.EQ REDUCE RRI SCAN SEQUENCE SHEET SHEETS
SINGLE SORT SORTBY STDEV.P STDEV.S SWITCH T.DIST TAKE TEXTAFTER TEXTBEFORE TEXTJOIN TEXTSPLIT TOCOL TOROW
UNICHAR UNICODE UNIQUE VAR.P VAR.S VSTACK WORKDAY.INTL WRAPCOLS WRAPROWS XLOOKUP XMATCH XOR"""
_LATER = frozenset(_LATER_WORDS.split())
_CALLED = re.compile(r"(?<![\w.])([A-Z][A-Z0-9.]*)\(")


def formula_faults(formula: str) -> Iterator[Broken]:
    """What is wrong with a formula, as a file holds it: without "="."""
    if len(formula.encode("utf-16-le")) // 2 > LONGEST_FORMULA:
        yield Broken("long formula", "", f"{len(formula):,} characters; Excel takes {LONGEST_FORMULA:,}")
    if formula.startswith("="):
        yield Broken("formula", "", "it begins with =, which a file leaves out")
    for text in _TEXT.findall(formula):
        if len(text) > LONGEST_TEXT:
            yield Broken("long text in a formula", "", f"{len(text)} characters in one text; Excel takes {LONGEST_TEXT}")
    bare = _TEXT.sub('""', formula)
    if bare.count('"') % 2:
        yield Broken("formula", "", "a text has no end")
    bare = re.sub(r"'(?:[^']|'')*'", "S", bare)
    yield from _parentheses(bare)
    for name in sorted(set(_CALLED.findall(bare.upper())) & _LATER):
        yield Broken("function without its prefix", "", f"{name} must be stored as _xlfn.{name}")


def _parentheses(formula: str) -> Iterator[Broken]:
    if formula.count("(") == formula.count(")") <= DEEPEST and formula.count(",") < MOST_ARGUMENTS and ")(" not in formula:
        return
    depth, arguments, braces = 0, [0], 0
    for sign in formula:
        if sign == "{":
            braces += 1
        elif sign == "}":
            braces -= 1
        elif sign == "(":
            depth += 1
            arguments.append(1)
        elif sign == ")":
            depth -= 1
            if depth < 0:
                break
            if arguments.pop() > MOST_ARGUMENTS:
                yield Broken("formula", "", f"more than {MOST_ARGUMENTS} arguments")
        elif sign == "," and not braces:
            arguments[-1] += 1
        if depth > DEEPEST:
            yield Broken("formula", "", f"more than {DEEPEST} levels of functions")
            return
    if depth:
        yield Broken("formula", "", "the parentheses do not match")
