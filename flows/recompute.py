"""Every decision once more: the edition that decided is applied again to the facts that were kept, and must say the same.

The text of an edition is parsed anew, so a changed text, a changed fact, a changed decision and a changed evaluator all show. Then the
caps: what stands in favour of a member in a period may not be more than the editions that decided it allow.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from ledger import checks
from ledger.checks import Check
from rules import evaluate, parse
from rules.decision import Decision, Facts, Window
from rules.refusals import UnreadableEdition
from rules.vocabulary.edition import Edition

_EDITIONS = query.statement(
    "select edition_id, scheme_id, document from rules.edition where municipality_id = (select db.municipality()) order by edition_id"
)
_DECISIONS = query.statement(
    """
    select d.decision_id, d.scheme_id, d.edition_id, cast(d.facts as text) as facts, cast(d.decision as text) as decision,
        v.decision_id is null as stands
    from rules.decision d
    left join rules.decision_void v on v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
    where d.municipality_id = (select db.municipality())
    order by d.decision_id
    """
)

_Period = tuple[UUID, UUID, str, str, date]  # scheme, member, what is counted, in which period, from which day


class Recomputed(msgspec.Struct, frozen=True, kw_only=True):
    """Both checks: `decisions_recomputed` and `caps_hold`."""

    ok: bool
    municipality: int
    checks: tuple[Check, ...]


class _Standing:
    """What stands in each capped period, and the most that the editions that decided in it allow; None where one has no such cap."""

    def __init__(self, editions: Iterable[tuple[UUID, Edition]]) -> None:
        self._kinds: dict[UUID, set[tuple[str, str]]] = {}
        for scheme_id, edition in editions:
            self._kinds.setdefault(scheme_id, set()).update((cap.of, cap.per) for cap in edition.caps)
        self._granted: dict[_Period, int] = {}
        self._allowed: dict[_Period, int | None] = {}

    def add(self, scheme_id: UUID, edition: Edition, facts: Facts, decision: Decision) -> None:
        """Counts a decision that stands."""
        limits = {(cap.of, cap.per): cap.limit for cap in edition.caps}
        for of, per in self._kinds[scheme_id]:
            first_on, last_on = evaluate.PERIODS[per](facts.occurred_on)
            period = (scheme_id, facts.member_id, of, per, first_on)
            added = evaluate.measured(_window(of, per, first_on, last_on), decision)
            self._granted[period] = self._granted.get(period, 0) + added
            limit, before = limits.get((of, per)), self._allowed.get(period, 0)
            self._allowed[period] = None if limit is None or before is None else max(limit, before)

    def first_excess(self) -> dict[str, Any] | None:
        """The first period with more in it than was allowed."""
        for period, granted in sorted(self._granted.items()):
            allowed = self._allowed[period]
            if allowed is not None and granted > allowed:
                scheme_id, member_id, of, per, first_on = period
                told = {"scheme_id": str(scheme_id), "member_id": str(member_id), "of": of, "per": per, "first_on": str(first_on)}
                return told | {"granted": granted, "allowed": allowed}
        return None


async def recompute(conn: AsyncConnection, *, progress: checks.Progress = checks.silent) -> Recomputed:
    """Re-performs every decision of the municipality behind whose wall `conn` runs."""
    found = await check(conn, progress)
    municipality = await query.scalar(conn, query.statement("select db.municipality()"))
    return Recomputed(ok=all(each.ok for each in found), municipality=municipality, checks=tuple(found))


async def check(conn: AsyncConnection, progress: checks.Progress) -> list[Check]:
    """`decisions_recomputed`: each decision follows from its edition and facts. `caps_hold`: together they keep within the caps."""
    progress("decisions_recomputed")
    published = await query.rows(conn, _EDITIONS)
    editions = {row.edition_id: edition for row in published if (edition := _parsed(row.document)) is not None}
    standing = _Standing((row.scheme_id, editions[row.edition_id]) for row in published if row.edition_id in editions)
    count, first = 0, None
    async with conn.stream(_DECISIONS) as rows:
        async for row in rows:
            count += 1
            difference = _difference(row, editions.get(row.edition_id), standing)
            first = first or difference
    progress("caps_hold")
    return [checks.found("decisions_recomputed", count, first), checks.found("caps_hold", count, standing.first_excess())]


def _difference(row: Row[Any], edition: Edition | None, standing: _Standing) -> dict[str, Any] | None:
    """What differs between a kept decision and the same one made now; None where they agree. Adds the kept one to what stands."""
    told = {"decision_id": str(row.decision_id), "edition_id": str(row.edition_id)}
    if edition is None:
        return told | {"unreadable": "its edition"}
    try:
        facts, kept = msgspec.json.decode(row.facts, type=Facts), msgspec.json.decode(row.decision, type=Decision)
    except msgspec.DecodeError as error:
        return told | {"unreadable": str(error)}
    if row.stands and kept.outcome == "granted":
        standing.add(row.scheme_id, edition, facts, kept)
    made = evaluate.evaluate(edition, facts)
    if made == kept:
        return None
    return told | {"kept": msgspec.to_builtins(kept), "recomputed": msgspec.to_builtins(made)}


def _parsed(document: str) -> Edition | None:
    try:
        return parse.parse(document)
    except UnreadableEdition:
        return None


def _window(of: str, per: str, first_on: date, last_on: date) -> Window:
    return msgspec.convert({"of": of, "per": per, "first_on": first_on, "last_on": last_on}, Window)
