"""Questions to the tables of an audit, asked with DuckDB. Money is summed within one currency only, never across.

Every answer is a list of rows, each a dictionary of plain values; None is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counterask.verdicts.trades import Verdict

from .schema import TABLES, VERDICT_COLUMNS

QueryRows = Sequence[Mapping[str, Any]]
NOBODY_NAMED, NO_CLIENT, NO_CURRENCY, NO_DATE = "(no rep named)", "(no client named)", "(no currency)", "(no date)"
_GRANTED = "response = 'yes' AND verdict <> 'blocked'"
"""A blocked trade moves nothing, whatever was answered."""
_OPENING = """sum(opening_gave) AS opening_gave, sum(opening_net) AS opening_net,
    count(*) FILTER (opening_gave IS NULL) AS opening_unknown"""
_ABOVE_REP = "authority IN ('manager', 'finance', 'nobody')"
_REP = f"coalesce(rep, '{NOBODY_NAMED}')"
_CLIENT = f"coalesce(client, '{NO_CLIENT}')"
_CURRENCY = f"coalesce(currency, '{NO_CURRENCY}')"
_MONTH = f"coalesce(month, '{NO_DATE}')"
_ORDER = "currency, leakage DESC, name"


@dataclass(frozen=True)
class Answers:
    """Everything that the report shows."""

    overview: Mapping[str, Any]
    currencies: QueryRows
    verdicts: QueryRows
    reps: QueryRows
    clients: QueryRows
    levers: QueryRows
    months: QueryRows
    escalations: QueryRows
    stalls: QueryRows
    repeats: QueryRows
    under_floor: QueryRows
    approvals: QueryRows
    twice: QueryRows
    broken_kinds: QueryRows
    broken: QueryRows
    worst: QueryRows
    openings_by_lever: QueryRows
    openings_by_client: QueryRows
    segments: QueryRows
    worths: QueryRows
    findings: QueryRows
    signed: QueryRows
    seals: QueryRows


class Tables:
    """The Parquet files of an audit, ready for questions: `with Tables(folder) as tables`."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        self.folder, self.threads = folder, threads

    def __enter__(self) -> Tables:
        import duckdb

        self._database = duckdb.connect(config={"threads": self.threads})
        for name in TABLES:
            path = str(self.folder / f"{name}.parquet").replace("'", "''")
            self._database.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def ask(self, question: str) -> list[dict[str, Any]]:
        """The answer to a question in SQL."""
        found = self._database.execute(question)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def answers(self, worst: int = 50) -> Answers:
        """Everything that the report shows. worst : how many of the worst trades, in each currency."""
        return Answers(
            overview=self.ask(_OVERVIEW)[0],
            currencies=self.ask(_CURRENCIES),
            verdicts=self._verdicts(),
            reps=self.ask(_by(_REP, "rep")),
            clients=self.ask(_by(_CLIENT, "client")),
            levers=self.ask(_LEVERS),
            months=self.ask(_by(_MONTH, "month", "currency, name")),
            escalations=self.ask(_ESCALATIONS),
            stalls=self.ask(_STALLS),
            repeats=self.ask(_REPEATS),
            under_floor=self.ask(_UNDER_FLOOR),
            approvals=self.ask(_APPROVALS),
            twice=self.ask(_TWICE),
            broken_kinds=self.ask(
                "SELECT kind, count(*) AS files FROM files WHERE status = 'broken' GROUP BY kind ORDER BY files DESC, kind"
            ),
            broken=self.ask(
                "SELECT path, kind, why, rep, client FROM files WHERE status = 'broken' ORDER BY kind, path LIMIT 20000"
            ),
            worst=self.ask(_WORST.format(count=int(worst))),
            openings_by_lever=self.ask(_openings(_REP, "lever, is_off_book")),
            openings_by_client=self.ask(_openings(_CLIENT, "")),
            segments=self.ask(_SEGMENTS),
            worths=self.ask(_WORTHS),
            findings=self.ask(_FINDINGS),
            signed=self.ask(_SIGNED),
            seals=self.ask(_SEALS),
        )

    def _verdicts(self) -> QueryRows:
        counts = self.ask(f"SELECT {', '.join(f'sum({column}) AS {column}' for column in VERDICT_COLUMNS.values())} FROM files")
        return [{"verdict": str(verdict), "trades": int(counts[0][VERDICT_COLUMNS[verdict]] or 0)} for verdict in Verdict]


_OVERVIEW = """
SELECT count(*) AS files, count(*) FILTER (status = 'read') AS read, count(*) FILTER (status = 'broken') AS broken,
    coalesce(sum(trades), 0) AS trades, count(DISTINCT rep) AS reps, count(DISTINCT client) AS clients,
    count(*) FILTER (is_under_floor) AS under_floor,
    count(*) FILTER (status = 'read' AND is_under_floor IS NULL) AS floor_unknown,
    count(*) FILTER (status = 'read' AND value_now IS NULL) AS value_unknown,
    coalesce(sum(stalled_trades), 0) AS stalls, coalesce(sum(stalls_without_reason), 0) AS stalls_without_reason,
    sum(approvals) AS approvals, sum(approvals_void) AS approvals_void,
    count(*) FILTER (status = 'read' AND approvals_void IS NULL) AS approvals_unknown,
    coalesce(sum(rounds), 0) AS rounds, count(*) FILTER (rounds > 0) AS with_rounds,
    count(*) FILTER (concession_pattern = 'growing') AS growing,
    min(quote_date) AS first_day, max(quote_date) AS last_day
FROM files"""

_CURRENCIES = f"""
SELECT {_CURRENCY} AS currency, count(*) AS files, sum(trades) AS trades, sum(value_opening) AS value_opening,
    sum(value_now) AS value_now, count(*) FILTER (value_now IS NULL) AS value_unknown,
    sum(leakage) AS leakage, sum(shortfall) AS shortfall, {_OPENING},
    sum(value_now) / nullif(sum(revenue_now) FILTER (value_now IS NOT NULL), 0) AS margin_now,
    count(*) FILTER (is_under_floor) AS under_floor
FROM files WHERE status = 'read' GROUP BY 1 ORDER BY files DESC, currency"""


def _by(name: str, column: str, order: str = _ORDER) -> str:
    """Leakage by a word that the file says of itself."""
    return f"""
SELECT {name} AS name, {_CURRENCY} AS currency, count(*) AS files, sum(trades) AS trades, sum(leakage) AS leakage,
    sum(shortfall) AS shortfall, {_OPENING}, sum(value_opening) AS value_opening, sum(value_now) AS value_now,
    sum(leakage) / nullif(sum(value_opening) FILTER (value_opening > 0), 0) AS leakage_share,
    sum(negotiation_trades) AS negotiations, sum(unbalanced_trades) AS unbalanced, sum(concession_trades) AS concessions,
    count(*) FILTER (is_under_floor) AS under_floor, sum(rounds) AS rounds, sum(conceded) AS conceded,
    sum(client_conceded) AS client_conceded, count(*) FILTER (concession_pattern = 'growing') AS growing
FROM files WHERE status = 'read' GROUP BY name, {_CURRENCY} ORDER BY {order}"""


_LEVERS = f"""
SELECT lever AS name, {_CURRENCY} AS currency, count(*) FILTER (side = 'ask') AS asks,
    count(*) FILTER (side = 'ask' AND {_GRANTED}) AS granted, count(*) FILTER (leakage > 0) AS leaking,
    sum(value) FILTER (side = 'ask' AND {_GRANTED}) AS value, sum(leakage) AS leakage
FROM changes GROUP BY name, {_CURRENCY} HAVING asks > 0 OR leaking > 0 ORDER BY {_ORDER}"""

_ESCALATIONS = f"""
SELECT {_REP} AS name, count(*) AS trades, count(*) FILTER (is_bare) AS bare,
    count(*) FILTER (is_bare AND {_ABOVE_REP}) AS escalated,
    count(*) FILTER (is_bare AND {_ABOVE_REP}) / count(*) AS share
FROM trades WHERE response = 'yes' GROUP BY name ORDER BY escalated DESC, share DESC, name"""

_STALLS = f"""
SELECT {_REP} AS name, count(*) AS files, sum(trades) AS trades, sum(stalled_trades) AS stalls,
    sum(stalls_without_reason) AS without_reason, count(*) FILTER (stalls_over > 0) AS over_allowance,
    sum(stalled_trades) / nullif(sum(trades), 0) AS share
FROM files WHERE status = 'read' GROUP BY name ORDER BY stalls DESC, name"""

_REPEATS = f"""
SELECT {_CLIENT} AS name, {_CURRENCY} AS currency, count(DISTINCT coalesce(quote_number, path)) AS quotes,
    count(*) AS discounts, avg(to_level - from_level) AS points, sum(value) AS value,
    count(*) FILTER (verdict = 'concession') AS bare
FROM changes
WHERE side = 'ask' AND lever = 'discount' AND {_GRANTED} AND goes_clients_way AND client IS NOT NULL
GROUP BY name, {_CURRENCY} HAVING quotes > 1 ORDER BY currency, value, name"""

_UNDER_FLOOR = f"""
SELECT path, {_CLIENT} AS client, {_REP} AS rep, {_CURRENCY} AS currency, margin_opening, margin_now, minimum_margin,
    margin_now - minimum_margin AS gap, value_now
FROM files WHERE is_under_floor ORDER BY gap, path LIMIT 5000"""

_APPROVALS = f"""
SELECT path, {_CLIENT} AS client, {_REP} AS rep, coalesce(manager, '') AS manager, approvals, approvals_void, seal
FROM files WHERE approvals_void > 0 ORDER BY approvals_void DESC, path LIMIT 5000"""

_TWICE = """
SELECT client, quote_number, version, count(*) AS files, min(path) AS first, max(path) AS last
FROM files WHERE status = 'read' AND quote_number IS NOT NULL
GROUP BY client, quote_number, version HAVING count(*) > 1 ORDER BY files DESC, quote_number, client LIMIT 5000"""

_WORST = f"""
SELECT * FROM (
    SELECT path, trade, {_CLIENT} AS client, {_REP} AS rep, {_CURRENCY} AS currency, month, verdict, authority, asks,
        counter_asks, cost, worth, net, leakage,
        row_number() OVER (PARTITION BY {_CURRENCY} ORDER BY leakage DESC, path, trade_no) AS place
    FROM trades WHERE leakage > 0
) WHERE place <= {{count}} ORDER BY currency, place"""


def _openings(name: str, more: str) -> str:
    """What openings gave, by a word of the file and further columns."""
    columns = f", {more}" if more else ""
    return f"""
SELECT {name} AS name, {_CURRENCY} AS currency{columns}, count(DISTINCT path) AS files,
    coalesce(sum(value) FILTER (value < 0), 0) AS gave, sum(value) AS net,
    count(*) FILTER ({_ABOVE_REP} AND (NOT is_approved OR authority = 'nobody')) AS not_agreed,
    count(*) FILTER (value IS NULL) AS unknown
FROM openings GROUP BY {name}, {_CURRENCY}{columns} ORDER BY currency, gave, name{columns}"""


_SEGMENTS = f"""
SELECT coalesce(segment, '') AS segment, {_REP} AS name, {_CURRENCY} AS currency, count(*) AS files,
    sum(opening_net) AS opening_net, sum(opening_net_without_segment) AS without_segment,
    sum(opening_net_without_segment) - sum(opening_net) AS difference
FROM files WHERE status = 'read' GROUP BY ALL ORDER BY currency, difference, name, segment"""

_VOLUME = "lever IN ('quantity', 'start_month', 'end_month', 'ramp_months', 'commitment')"

_WORTHS = f"""
SELECT {_REP} AS name, lever, {_CURRENCY} AS currency, CASE WHEN {_VOLUME} THEN 'volume' ELSE '' END AS sort,
    count(*) AS trades, sum(value) AS worth, coalesce(sum(value) FILTER (is_soft), 0) AS soft,
    sum(value) / nullif(sum(sum(value)) OVER (PARTITION BY {_REP}, {_CURRENCY}), 0) AS share
FROM changes WHERE side = 'counter-ask' AND {_GRANTED}
GROUP BY {_REP}, lever, {_CURRENCY} ORDER BY currency, sort DESC, worth DESC NULLS LAST, name, lever"""

_FINDINGS = f"""
SELECT kind, severity, {_CURRENCY} AS currency, count(DISTINCT path) AS files, count(*) AS findings, sum(cells) AS cells,
    sum(amount) AS amount, min(path) AS first
FROM findings GROUP BY kind, severity, {_CURRENCY}
ORDER BY CASE severity WHEN 'wrong' THEN 0 WHEN 'look' THEN 1 ELSE 2 END, findings DESC, kind, currency"""

_SIGNED = f"""
SELECT path, {_CLIENT} AS client, {_REP} AS rep, trade, state, approver, authority, approved_at, expires, amount,
    {_CURRENCY} AS currency, reason, coalesce(why_void, '') AS why_void
FROM approvals ORDER BY state = 'valid', amount, path, approval_no LIMIT 20000"""

_SEALS = """
SELECT seal_state AS state, coalesce(scope, '') AS scope, coalesce(segment, '') AS segment, seal_holds AS holds,
    count(*) AS files, count(DISTINCT rep) AS reps, min(path) AS first
FROM files WHERE status = 'read' GROUP BY ALL ORDER BY holds, files DESC, state, scope, segment"""
