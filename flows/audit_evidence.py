"""What stands behind a record, for an auditor's eye: its trace as a list of records, each once, with who did it and the rule's why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from flows import audit_names, trace
from flows.audit_names import Somebody
from flows.trace import Node, Trace
from rules import explain
from rules.decision import Decision, Facts
from rules.explain import Locale

PEOPLE = frozenset(
    {
        "acting_for",
        "actor",
        "approved_by",
        "closed_by",
        "counterparty",
        "helper_id",
        "holder",
        "made_by",
        "member_id",
        "operated_by",
        "organisation_id",
        "proposed_by",
        "receiver_id",
        "scanned_by",
        "sent_in_turn_of",
        "signed_by",
        "undo_operated_by",
    }
)
"""The facts that say who it was."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One record of a trace. `beyond` is the kind of the record from which it was reached; None for where the trace begins.

    `why` is what the rule said, step by step, in the reader's language: of decisions alone.
    """

    kind: str
    id: UUID
    amount: int | None
    beyond: str | None
    facts: dict[str, Any]
    why: tuple[str, ...]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Where a record came from and where it went, the nearest first, and who is named in it."""

    kind: str
    id: UUID
    came_from: list[Record]
    went_to: list[Record]
    truncated: bool
    people: dict[UUID, Somebody]


async def read(conn: AsyncConnection, record_id: UUID, locale: Locale) -> Evidence | None:
    """The evidence of a redemption, entry, lot, decision, attendance or scan; None where the municipality has no such record."""
    found = await trace.trace(conn, record_id)
    return None if found is None else await _told(conn, found, locale)


async def _told(conn: AsyncConnection, found: Trace, locale: Locale) -> Evidence:
    came, went = list(_records(found.came_from, None, locale)), list(_records(found.went_to, None, locale))[1:]
    return Evidence(
        kind=found.kind,
        id=found.id,
        came_from=came,
        went_to=went,
        truncated=found.truncated,
        people=await audit_names.who(conn, (each for record in (*came, *went) for each in _named(record))),
    )


def _records(node: Node, beyond: str | None, locale: Locale) -> Iterator[Record]:
    if node.shown_before:
        return
    facts = {name: value for name, value in node.facts.items() if name not in {"facts", "decision", "why"}}
    why = _why(node, locale) if node.kind == "decision" else ()
    yield Record(kind=node.kind, id=node.id, amount=node.amount, beyond=beyond, facts=facts, why=why)
    for each in node.nodes:
        yield from _records(each, node.kind, locale)


def _why(node: Node, locale: Locale) -> tuple[str, ...]:
    decision = msgspec.convert(node.facts["decision"], Decision)
    return explain.full(decision.trace, locale, decision.unit, seen=msgspec.convert(node.facts["facts"], Facts))


def _named(record: Record) -> Iterator[UUID]:
    for name, value in record.facts.items():
        if name in PEOPLE and isinstance(value, str):
            yield UUID(value)
