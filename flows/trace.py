"""From any record to where it came from, and to where it went.

Back: a redeemed amount → the lots it took → the grants that made them → the decision, with its reasons, its edition and the money that
paid → the attendance → the scans, in a slot or a match. Forward: a scan or an attendance → what it earned → what became of it: still
in the wallet, carried on, spent, settled, lapsed, taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from flows import trace_edges, trace_facts
from rules import explain
from rules.decision import Decision

NODES_MAX = 2_000  # of one direction


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One record: `amount` of what is followed went this way (minor units), `facts` as they are stored, and what lies beyond.

    `shown_before` says that the record appeared already, and that what lies beyond it is told there.
    """

    kind: str
    id: UUID
    amount: int | None = None
    facts: dict[str, Any] = {}
    nodes: tuple[Node, ...] = ()
    shown_before: bool = False


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """A record with what stands behind it and what came of it. `truncated` where there is more than NODES_MAX on a side."""

    kind: str
    id: UUID
    came_from: Node
    went_to: Node
    truncated: bool


class _Walk:
    """One direction of a trace: which records were shown, and whether there was no room for more."""

    def __init__(self, conn: AsyncConnection, edges: Mapping[str, TextClause]) -> None:
        self._conn = conn
        self._edges = edges
        self._shown: set[tuple[str, UUID]] = set()
        self.truncated = False

    async def from_(self, kind: str, record_id: UUID, amount: int | None = None) -> Node:
        """The record and everything beyond it. A kind without edges of its own is shown and leads nowhere."""
        plain = kind.partition(".")[0]
        facts = await _facts(self._conn, plain, record_id)
        if (kind, record_id) in self._shown:
            return Node(kind=plain, id=record_id, amount=amount, facts=facts, shown_before=True)
        self._shown.add((kind, record_id))
        nodes: list[Node] = []
        for edge in await self._beyond(kind, record_id):
            if len(self._shown) >= NODES_MAX:
                self.truncated = True
                break
            nodes.append(await self.from_(edge.kind, edge.id, edge.amount))
        return Node(kind=plain, id=record_id, amount=amount, facts=facts, nodes=tuple(nodes))

    async def _beyond(self, kind: str, record_id: UUID) -> list[Any]:
        edges = self._edges.get(kind)
        return list(await query.rows(self._conn, edges, id=record_id)) if edges is not None else []


async def trace(conn: AsyncConnection, record_id: UUID) -> Trace | None:
    """The trace of a redemption, entry, lot, decision, attendance or scan; None where the municipality has no such record."""
    kinds = [row.kind for row in await query.rows(conn, trace_facts.KINDS, id=record_id)]
    if not kinds:
        return None
    back, forward = _Walk(conn, trace_edges.BACK), _Walk(conn, trace_edges.FORWARD)
    came_from, went_to = await back.from_(kinds[0], record_id), await forward.from_(kinds[0], record_id)
    truncated = back.truncated or forward.truncated
    return Trace(kind=kinds[0], id=record_id, came_from=came_from, went_to=went_to, truncated=truncated)


def lines(traced: Trace) -> Iterator[str]:
    """A trace as indented text, one record a line."""
    yield "came from"
    yield from _told(traced.came_from, 1)
    yield "went to"
    yield from _told(traced.went_to, 1)
    if traced.truncated:
        yield f"… more than {NODES_MAX} records: trace one of those above"


def _told(node: Node, depth: int) -> Iterator[str]:
    amount = f" {node.amount} of it" if node.amount is not None else ""
    facts = ", ".join(f"{name}={_spelled(value)}" for name, value in node.facts.items() if name not in ("facts", "decision"))
    yield f"{'  ' * depth}{node.kind} {node.id}{amount}: {'(see above)' if node.shown_before else facts}"
    for beyond in node.nodes:
        yield from _told(beyond, depth + 1)


def _spelled(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


async def _facts(conn: AsyncConnection, kind: str, record_id: UUID) -> dict[str, Any]:
    """What is stored of a record, without what is empty; a decision also says why, in a sentence or two."""
    row = await query.one(conn, trace_facts.FACTS[kind], id=record_id)
    if row is None:
        return {}
    facts: dict[str, Any] = {name: value for name, value in msgspec.json.decode(row[0]).items() if value not in (None, [])}
    if kind == "decision":
        facts["why"] = " ".join(explain.explain(msgspec.convert(facts["decision"], Decision), "en"))
    return facts
