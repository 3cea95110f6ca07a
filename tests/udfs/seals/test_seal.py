"""A seal names every changed value, holds whatever moves, and is worth nothing where anything in it is not what was signed."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from counterask import functions
from counterask.reading.cells import letters
from counterask.reading.limit_rows import COLUMNS
from counterask.reading.quote import READ_COLUMNS, read_quote
from counterask.reading.tables import TABLES as ORDER
from counterask.seals.seal import SealState, SealStatus, changes_since, seal_status, trust_keys
from counterask.seals.signatures import digest_of, pieces
from counterask.seals.trust import SeenSeal, TrustedKey
from counterask.verdicts.limits import Authority
from counterask_templates.examples import load_example
from counterask_templates.layout import TABLE_BY_NAME, TABLES
from counterask_templates.tables import table_rows, with_header

from ..sealed import KEYS, PLACES, public, ranges, seal, tables, value_of, with_row

DAY = datetime.date(2026, 6, 1)
CELLS = ranges()
SEAL = seal(CELLS)
OURS = {ORDER.index(name) for name in CELLS}
MANAGER = TrustedKey("Petra Kern", public())


@pytest.fixture(autouse=True)
def nothing_trusted() -> Iterator[None]:
    trust_keys(())
    yield
    trust_keys(())


def status(cells: Any = CELLS, rows: Any = SEAL, day: datetime.date = DAY) -> SealStatus:
    return seal_status(rows, tables(cells), day)


def other_value(cell: Any, column: str) -> Any:
    """Another value that the column may hold."""
    if column in ("effective", "expires", "valid_until"):
        return datetime.date(2029, 1, 1) if cell is None else cell + datetime.timedelta(days=1)
    if column in ("soft", "survives"):
        return "no" if cell == "yes" else "yes"
    if isinstance(cell, float):
        return cell + (1e-9 if abs(cell) < 1 else 1.0)
    if column == "kind":
        return "one-off" if cell != "one-off" else "metered"
    return "something else" if isinstance(cell, str) or column in _WORDS else 0.125


_WORDS = ("owner", "unit", "line", "segment", "evidence", "product", "currency", "source", "levels")


def every_change(whole: Any) -> Iterator[tuple[str, int, int, str]]:
    """Every cell of the sealed tables that is read, in a row that is filled: table, row, column, name of the column."""
    for table, rows in whole.items():
        names = [column.name for column in TABLE_BY_NAME[table].columns]
        for number, row in enumerate(rows[1:], 1):
            if row[0] is not None:
                yield from ((table, number, place, name) for place, name in enumerate(names) if name in READ_COLUMNS[table])


@pytest.mark.parametrize("example", ["blank", "software"])
def test_every_single_value_change_of_sealed_limits_is_caught_and_named_by_its_cell(example: str) -> None:
    whole = ranges(example)
    found = status(whole, seal(whole)).seal
    assert found is not None
    missed, count = [], 0
    for table, row, column, name in every_change(whole):
        cells = {table: [list(one) for one in whole[table]]}
        cells[table][row][column] = other_value(cells[table][row][column], name)
        changes = changes_since(found, tables(cells))
        place = f"row {row + 1}, column {column + 1} of {table}"
        count += 1
        # a level of a switch is read otherwise in the row of another lever, and so is the answer of a yes-or-no policy
        most = 2 if name in ("lever", "policy") else 1
        if not 0 < len(changes) <= most or changes[0].place != place or changes[0].was == changes[0].now:
            missed.append((table, row, name, changes))
    assert missed == [] and count > 500
    assert example == "blank" or any(table == "Price_book" for table, *_ in every_change(whole))


def kinds_of(cell: Any) -> list[Any]:
    """What somebody may type over a value: blanks, zeros, words, texts of the same number, the last digits that count."""
    found: list[Any] = [None, 0.0, 1.0, "none", "no", True, " ", "x", datetime.date(2031, 5, 5)]
    if isinstance(cell, float):
        found += [str(cell), f"{100 * cell:g}%", -cell, cell * (1 + 2e-14), cell * (1 - 2e-14), cell * 100]
    if isinstance(cell, datetime.date):
        day = datetime.timedelta(days=1)
        found += [cell + day, cell - day, cell.replace(year=cell.year + 1), f"{cell:%d.%m.%Y}"]
    return [*found, f"{cell} x", str(cell)[::-1]] if isinstance(cell, str) else found


def engine_reads(cells: Any) -> Any:
    """Everything that the engine takes from the sealed tables."""
    bare = {"Lines": [["line", "kind"]], "Terms": [["term", "opening"]]}
    quote = read_quote(tables({**bare, **cells}))
    ours = [str(problem) for problem in quote.problems if problem.order[0] in OURS]
    rows = sorted(quote.limits.rows, key=lambda row: (row.lever, row.line or "")) if quote.limits else None
    return repr((rows, quote.deal.assumptions, quote.policy, quote.deal.company_levers, ours)).replace("-0.0,", "0.0,")


@pytest.mark.parametrize("example", ["software", "staffing"])
def test_whatever_is_typed_over_a_cell_nothing_that_the_engine_reads_changes_unseen(example: str) -> None:
    whole = ranges(example)
    found = seal_status(seal(whole), tables(whole), DAY).seal
    assert found is not None
    reads, missed, count = engine_reads(whole), [], 0
    sizes = [(name, len(rows), len(rows[0])) for name, rows in whole.items()]
    cells_of = ((name, row, column) for name, height, width in sizes for row in range(1, height) for column in range(width))
    for number, (table, row, column) in enumerate(cells_of):
        cell = whole[table][row][column]
        values = kinds_of(cell)
        for value in (values[number % len(values)], values[(number * 7 + 3) % len(values)]):
            cells = {**whole, table: [list(one) for one in whole[table]]}
            cells[table][row][column] = value
            changes = changes_since(found, tables({table: cells[table]}))
            count += 1
            if not changes and engine_reads(cells) != reads:
                missed.append((table, row, column, cell, value))
            assert all(change.was != change.now for change in changes), changes
    assert missed == [] and count > 2000


def test_a_number_that_was_typed_as_text_is_told_apart_from_the_number() -> None:
    cells = {name: [list(row) for row in rows] for name, rows in CELLS.items()}
    rep_to = COLUMNS.index("rep_to")
    cells["Limits"][1][rep_to] = str(cells["Limits"][1][rep_to])
    assert 'discount rep_to): was 0.05, is the text "0.05"' in status(cells).sentence


def test_swapped_rows_of_two_lines_are_named_where_they_stand() -> None:
    line, never = COLUMNS.index("line"), COLUMNS.index("never_beyond")
    row = list(CELLS["Limits"][1])
    rows = [*CELLS["Limits"]]
    free = next(number for number, one in enumerate(rows) if number and one[0] is None)
    for at, (name, stop) in enumerate((("Seats", 0.2), ("Support", 0.25)), free):
        rows[at] = [*row]
        rows[at][line], rows[at][never] = name, stop
    cells = {**CELLS, "Limits": rows}
    sealed = seal(cells)
    assert status(cells, sealed).holds
    moved = [*rows]
    moved[free], moved[free + 1] = rows[free + 1], rows[free]
    assert status({**cells, "Limits": moved}, sealed).holds
    swapped = [list(one) for one in rows]
    swapped[free][line], swapped[free + 1][line] = "Support", "Seats"
    found = status({**cells, "Limits": swapped}, sealed)
    places = {f"Limits!{letters(never + 1)}{5 + free + 1}", f"Limits!{letters(never + 1)}{5 + free + 2}"}
    assert found.state == SealState.CHANGED and {change.place for change in found.changes} == places


def test_rows_that_are_removed_or_added_are_named() -> None:
    found = status().seal
    assert found is not None
    without = {"Limits": [row for row in CELLS["Limits"] if row[0] != "Payment term"]}
    (gone,) = changes_since(found, tables(without))
    assert (gone.place, gone.subject, gone.now) == ("Limits", "the row payment_days", "gone")
    more = [*without["Limits"], *[row for row in CELLS["Limits"] if row[0] == "Payment term"] * 2]
    (added,) = changes_since(found, tables({"Limits": more}))
    assert added.was == "not there" and added.place.startswith(f"row {len(more)}")


def test_moved_rows_and_columns_and_other_spellings_of_the_same_value_keep_the_seal() -> None:
    header, *rows = CELLS["Limits"]
    order = [*reversed(range(len(header)))]
    first = datetime.date(1899, 12, 30)

    def spelled(cell: Any) -> Any:
        if isinstance(cell, datetime.date):
            return float((cell - first).days)
        return {"yes": True, "no": False}.get(cell, cell) if isinstance(cell, str) else cell

    moved = [[header[place] for place in order], *([spelled(row[place]) for place in order] for row in reversed(rows))]
    assert status({**CELLS, "Limits": moved}).state == SealState.NOT_VOUCHED_FOR


def test_a_seal_says_by_whom_for_which_scope_when_and_until_when() -> None:
    words = status().sentence
    assert words.startswith("sealed by Sales management on 2026-03-01 for EUR, until 2027-12-31; the key ")
    assert words.endswith("is not vouched for here")
    trust_keys([MANAGER])
    assert status().sentence == "sealed by Petra Kern on 2026-03-01 for EUR, until 2027-12-31"
    assert status().state == SealState.SEALED and status().fault is None


def flipped(text: str, at: int) -> str:
    """A text with one letter changed."""
    return text[:at] + ("1" if text[at] != "1" else "2") + text[at + 1 :]


SPOILED = {
    "a value in the signed copy": (
        with_row(SEAL, "covered_1", flipped(value_of(SEAL, "covered_1"), 700)),
        SealState.BAD_SIGNATURE,
    ),
    "the signature": (with_row(SEAL, "signature", flipped(value_of(SEAL, "signature"), 5)), SealState.BAD_SIGNATURE),
    "the public key swapped": (with_row(SEAL, "public_key", public("other")), SealState.BAD_SIGNATURE),
    "a key that is none": (with_row(SEAL, "public_key", "not hex"), SealState.BAD_SIGNATURE),
    "the date that people read": (with_row(SEAL, "expires", "2030-12-31"), SealState.BAD_SIGNATURE),
    "the owner that people read": (with_row(SEAL, "owner", "Somebody else"), SealState.BAD_SIGNATURE),
    "another algorithm": (with_row(SEAL, "algorithm", "none"), SealState.UNKNOWN_ALGORITHM),
    "a piece cut off": (with_row(SEAL, "covered_1", value_of(SEAL, "covered_1")[:-1]), SealState.TRUNCATED),
    "a piece gone": (with_row(SEAL, "covered_1", None), SealState.TRUNCATED),
    "no signature": (with_row(SEAL, "signature", ""), SealState.TRUNCATED),
    "rows cut off": (SEAL[:6], SealState.TRUNCATED),
    "the whole seal gone": ([["Seal", "Value"], PLACES], SealState.NONE),
    "no range at all": (None, SealState.NONE),
}


@pytest.mark.parametrize("what", SPOILED)
@pytest.mark.parametrize("is_set_up", [False, True])
def test_a_spoiled_seal_is_never_taken_for_one_that_holds(what: str, is_set_up: bool) -> None:
    trust_keys([MANAGER] if is_set_up else [])
    rows, wanted = SPOILED[what]
    found = status(rows=rows)
    assert (found.state, found.holds) == (wanted, False)
    assert (found.fault is None) == (wanted == SealState.NONE and not is_set_up)


def test_a_seal_of_a_key_that_is_not_trusted_gives_no_verdict_where_keys_are_set_up() -> None:
    foreign = seal(CELLS, "other")
    assert status(rows=foreign).state == SealState.NOT_VOUCHED_FOR and status(rows=foreign).fault is None
    trust_keys([MANAGER])
    found = status(rows=foreign)
    assert found.state == SealState.UNTRUSTED and "not trusted here" in str(found.fault)


def test_a_seal_holds_from_its_first_to_its_last_day() -> None:
    trust_keys([MANAGER])
    for day, wanted in (
        (datetime.date(2025, 12, 31), SealState.NOT_YET),
        (datetime.date(2026, 1, 1), SealState.SEALED),
        (datetime.date(2027, 12, 31), SealState.SEALED),
        (datetime.date(2028, 1, 1), SealState.EXPIRED),
    ):
        assert status(day=day).state == wanted


def seen(serial: int, sealed_at: str = "2026-05-01T08:00:00Z", effective: str = "2026-01-01", **said: str) -> SeenSeal:
    named = {"scope": "EUR", "digest": "0" * 16, "public_key": public("other")} | said
    return SeenSeal(serial=serial, sealed_at=sealed_at, effective=datetime.date.fromisoformat(effective), **named)


def test_an_older_seal_is_not_taken_once_one_with_a_higher_number_of_its_scope_was_seen_whichever_key_signed_it() -> None:
    for one, day, wanted in (
        (seen(2), DAY, SealState.REPLACED),
        (seen(2), datetime.date(2026, 4, 30), SealState.SEALED),  # as it was then
        (seen(2, "2026-03-01T10:30:00Z"), DAY, SealState.REPLACED),
        (seen(2, "2026-02-01T08:00:00Z"), DAY, SealState.REPLACED),  # a clock that was turned back changes nothing
        (seen(2, effective="2026-07-01"), DAY, SealState.SEALED),  # the newer one is not in effect yet
        (seen(2, scope="USD"), DAY, SealState.SEALED),  # another market's limits
        (seen(2, scope=" eur"), DAY, SealState.REPLACED),
    ):
        trust_keys([MANAGER], [one])
        assert status(day=day).state == wanted, one
    trust_keys([MANAGER], [seen(2)])
    assert "number 1 for EUR of 2026-03-01, and number 2 of 2026-05-01 was seen" in status().sentence
    assert "limits update" in status().sentence


def test_of_two_seals_with_one_number_only_the_one_that_was_seen_first_holds() -> None:
    trust_keys([MANAGER], [seen(1)])
    assert status().state == SealState.REPLACED and "another seal with that number was seen here first" in status().sentence
    own = status().seal
    assert own is not None
    trust_keys([MANAGER], [own.as_seen, seen(1)])
    assert status().state == SealState.SEALED


def test_a_seal_of_another_scope_gives_no_verdict_in_a_quote_and_every_sentence_names_the_scope() -> None:
    latam = seal(CELLS, scope="LATAM")
    for trusted in ([], [MANAGER]):
        trust_keys(trusted)
        found = seal_status(latam, tables(CELLS), DAY, ("EUR", "Enterprise"))
        assert (found.state, found.holds) == (SealState.OTHER_SCOPE, False)
        assert "for LATAM, and this quote is for EUR and Enterprise" in str(found.fault)
        assert seal_status(latam, tables(CELLS), DAY, ("EUR", "latam")).holds  # the segment of the quote
        assert seal_status(SEAL, tables(CELLS), DAY, ("EUR", "latam")).holds  # the seal of the currency covers all segments
        assert not seal_status(SEAL, tables(CELLS), DAY, ()).holds
    changed = {**CELLS, "Limits": [list(row) for row in CELLS["Limits"]]}
    changed["Limits"][1][COLUMNS.index("rep_to")] = 0.9
    said = [status(changed, latam).sentence, status(rows=latam, day=datetime.date(2028, 1, 1)).sentence]
    said.append(status(rows=latam, day=datetime.date(2025, 1, 1)).sentence)
    said.append(status(rows=seal(CELLS, "other", scope="LATAM")).sentence)
    assert all("LATAM" in words for words in said), said


def test_a_key_seals_only_with_the_right_to_for_its_scopes_and_up_to_its_last_day() -> None:
    day = datetime.date.fromisoformat
    for key, words in (
        (TrustedKey("P", public(), Authority.FINANCE, may_seal=False), "who may not seal limits"),
        (TrustedKey("P", public(), scopes=("USD", "LATAM")), "who may seal only for USD, LATAM"),
        (TrustedKey("P", public(), last_day=day("2026-02-28")), "seals of this key count only up to 2026-02-28"),
        (TrustedKey("P", public(), is_compromised=True, last_day=day("2026-03-31")), "was not seen here before"),
    ):
        trust_keys([key])
        assert status().state == SealState.UNTRUSTED and words in status().sentence, status()
    for key in (TrustedKey("P", public(), scopes=("eur",)), TrustedKey("P", public(), last_day=day("2026-03-01"))):
        trust_keys([key])
        assert status().state == SealState.SEALED
    own = status().seal
    assert own is not None
    trust_keys([TrustedKey("P", public(), is_compromised=True, last_day=day("2026-03-31"))], [own.as_seen])
    assert status().state == SealState.SEALED  # it was seen before the key was stolen


def test_what_a_key_seals_after_its_last_day_does_not_replace_older_seals() -> None:
    thief = TrustedKey("Old", public("other"), last_day=datetime.date(2026, 4, 30))
    trust_keys([MANAGER, thief], [seen(1_000_000)])
    assert status().state == SealState.SEALED


def test_a_seal_of_the_format_that_did_not_cover_the_price_book_says_so() -> None:
    import json

    document = json.loads("".join(value_of(SEAL, f"covered_{number}") or "" for number in range(1, 5)))
    text = json.dumps(document | {"seal": 1})
    cut = pieces(text)
    rows = SEAL
    for number in range(1, 5):
        rows = with_row(rows, f"covered_{number}", cut[number - 1] if number <= len(cut) else None)
    rows = with_row(with_row(rows, "letters", float(len(text))), "signature", KEYS["manager"].sign(text.encode()).hex())
    assert status(rows=rows).state == SealState.EARLIER_FORMAT and "does not cover the price book" in str(status(rows=rows).fault)


def test_a_seal_names_who_may_approve_by_key() -> None:
    rows = seal(CELLS, approvers={public("other"): Authority.FINANCE})
    found = status(rows=rows).seal
    assert found is not None and found.approvers == {public("other"): Authority.FINANCE}
    assert digest_of(found.signature) == found.as_seen.digest


def test_where_signatures_cannot_be_checked_nothing_is_called_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    found = status()
    assert found.state == SealState.UNCHECKED and not found.holds and "cryptography is missing" in found.sentence
    trust_keys([MANAGER])
    assert status().fault is not None


def test_pieces_join_to_the_text_and_none_begins_like_a_formula() -> None:
    text = "".join(f"a{number}=+- @" for number in range(4000))
    cut = pieces(text)
    assert "".join(cut) == text and all(len(piece) <= 7000 for piece in cut)
    assert all(piece[0].isalnum() and piece[-1].isalnum() for piece in cut[1:-1])


# ── In the functions ────────────────────────────────────────────────────────────────────────────────────
ROWS = table_rows(load_example("software"))
DEAL = {table.name: with_header(table, ROWS[table.name]) for table in TABLES}
NAMES = ("Lines", "Terms", "Trades", "Limits", "Assumptions", "Policy")
SOFTWARE_SEAL = seal({name: DEAL[name] for name in CELLS})


def trades(deal: Any, *more: Any) -> list[list[Any]]:
    ranges = (deal[name] for name in NAMES)
    return functions.DEAL_TRADES(*ranges, DAY, *more, price_book=deal["Price_book"])  # type: ignore[no-any-return]


def spoiled(table: str, row: int, column: str, value: Any) -> dict[str, Any]:
    cells = {name: [list(one) for one in rows] for name, rows in DEAL.items()}
    cells[table][row][[one.name for one in TABLE_BY_NAME[table].columns].index(column)] = value
    return cells


def test_a_changed_limit_gives_no_verdict_and_names_its_cell_in_every_function() -> None:
    assert trades(DEAL, SOFTWARE_SEAL) == trades(DEAL)
    changed = spoiled("Limits", 1, "rep_to", 0.01)
    rows = trades(changed, SOFTWARE_SEAL)
    said = [row for row in rows if row[7] not in ("", "declined", "stalled")]
    assert said and all(row[7] == "cannot tell" for row in said)
    assert "changed since sealing: Limits!E7 (discount rep_to): was " in said[0][9], said[0]
    status_rows = functions.DEAL_LIMITS(changed["Limits"], changed["Policy"], DAY, changed["Assumptions"], SOFTWARE_SEAL)
    assert status_rows[1][:2] == ["Seal", "✖"] and "Limits!E7" in status_rows[1][2]
    assumption = spoiled("Assumptions", 1, "value", 0.2)
    assert "Assumptions!B15 (cost_of_capital): was" in str(trades(assumption, SOFTWARE_SEAL))
    price = spoiled("Price_book", 1, "unit_cost", 0.01)
    assert "Price book!D6 (Care Suite seat unit_cost): was" in str(trades(price, SOFTWARE_SEAL))
    book = (price["Policy"], DAY, price["Assumptions"], SOFTWARE_SEAL, price["Price_book"])
    assert "Price book!D6" in functions.DEAL_LIMITS(price["Limits"], *book)[1][2]


def test_where_a_key_is_trusted_limits_without_its_seal_give_no_verdict() -> None:
    calm = trades(DEAL)
    trust_keys([MANAGER])
    assert trades(DEAL, SOFTWARE_SEAL) == calm
    for rows in (trades(DEAL), trades(DEAL, [["Seal", "Value"]]), trades(DEAL, seal(CELLS, "other"))):
        verdicts = {row[7] for row in rows if row[7]}
        assert "cannot tell" in verdicts and not verdicts & {"negotiation", "concession", "unbalanced concession"}


def without_limits() -> dict[str, Any]:
    """The first two trades of the deal, no limits, and no company levers, which are rows of the limits."""
    amount = [one.name for one in TABLE_BY_NAME["Limits"].columns].index("amount_per_unit")
    own = {row[0] for row in ROWS["Limits"] if row[amount] is not None}
    terms = [row for row in DEAL["Terms"] if row[0] not in own]
    return {**DEAL, "Limits": [[""]], "Terms": terms, "Trades": DEAL["Trades"][:4]}


def test_where_a_key_is_trusted_a_quote_without_any_limits_gives_no_verdict() -> None:
    bare = without_limits()
    calm = {row[7] for row in trades(bare) if row[7]}
    assert calm <= {"negotiation", "unbalanced concession", "concession"} and calm
    trust_keys([MANAGER])
    for more in ((SOFTWARE_SEAL,), ([["Seal", "Value"]],), ()):
        rows = [row for row in trades(bare, *more) if row[7]]
        assert rows and all(row[7] == "cannot tell" for row in rows)
        why = "the limits cannot be relied on: this quote has none, and a trusted key is set up here"
        assert {row[9] for row in rows} == {why}
        assert all(row[8] == "finance" for row in rows), "what cannot be told is for finance"


def test_limits_that_are_gone_from_under_their_seal_are_missed_without_any_trusted_key() -> None:
    rows = [row for row in trades(without_limits(), SOFTWARE_SEAL) if row[7]]
    assert rows and all(row[7] == "cannot tell" and "is gone" in row[9] for row in rows)


def test_a_seal_holds_from_its_first_day_to_its_last_day() -> None:
    day = datetime.timedelta(days=1)
    sealed = status().seal
    assert sealed is not None
    for first, last, state in (
        (sealed.effective, sealed.expires, SealState.NOT_VOUCHED_FOR),
        (sealed.effective - day, sealed.effective - day, SealState.NOT_YET),
        (sealed.expires + day, sealed.expires + day, SealState.EXPIRED),
    ):
        assert [status(day=one).state for one in (first, last)] == [state, state]


def test_a_policy_that_is_left_out_of_a_formula_is_missed() -> None:
    rows = trades({**DEAL, "Policy": None}, SOFTWARE_SEAL)
    assert "changed since sealing: Policy (the row concession_authority): was there, is gone" in str(rows)
    assert functions.DEAL_LIMITS(DEAL["Limits"], DEAL["Policy"], DAY, [[None]], SOFTWARE_SEAL)[1][1] == "✔"
    rows = trades({**DEAL, "Price_book": None}, SOFTWARE_SEAL)
    assert "changed since sealing: Price_book (the row API calls (1,000)): was there, is gone" in str(rows)


def test_calls_without_a_seal_are_as_they_were() -> None:
    found = functions.DEAL_LIMITS(DEAL["Limits"], DEAL["Policy"], DAY)
    assert found[1] == ["Seal", "?", "no seal"]


def test_whatever_a_key_has_signed_is_read_without_an_exception() -> None:
    """A key that nobody knows may sign anything."""
    import json
    import random

    draw = random.Random(5)
    whole = json.loads("".join(value_of(SEAL, f"covered_{number}") or "" for number in range(1, 5)))
    odd: list[Any] = [None, [], {}, "", "x", -1, 1e400, "0001-01-01", "9999-12-31", {"a": []}, {"Limits": {"discount": 3}}]
    for _ in range(300):
        document = {**whole, draw.choice(list(whole)): draw.choice(odd)}
        if draw.random() < 0.2:
            del document[draw.choice(list(document))]
        text = json.dumps(document)
        rows = with_row(SEAL, "covered_1", text)
        for number in range(2, 5):
            rows = with_row(rows, f"covered_{number}", None)
        rows = with_row(rows, "letters", float(len(text)))
        rows = with_row(rows, "signature", KEYS["manager"].sign(text.encode()).hex())
        found = status(rows=rows)
        assert found.holds == (document == whole), (document, found)
