"""The queues of devices, link by link: which records a device's key signed for a slot, in which order, and that they hold together.

A link's hash covers its key, its slot, its number, the hash of the link before and the SHA-256 of the record; the device signs the same
bytes. What a record says is not kept here: it holds the secret of a card.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query

FIRST_BEFORE = bytes(32)
"""What stands before the first link."""

_LOCK = query.statement(
    """
    select pg_advisory_xact_lock(
        hashtextextended('activities.queue:' || cast(:queue as text), db.municipality())
    )
    """
)
_HEAD = query.statement(
    """
    select number, hash from activities.queue_link
    where municipality_id = db.municipality() and key_id = :key_id and slot_id = :slot_id
    order by number desc limit 1
    """
)
_SINCE = query.statement(
    """
    select number, hash from activities.queue_link
    where municipality_id = db.municipality() and key_id = :key_id and slot_id = :slot_id and number >= :number
    """
)
_INSERT = query.statement(
    """
    insert into activities.queue_link (
        municipality_id, key_id, slot_id, number, record_id, record_sha256, before, hash, signature, held, roster_sha256,
        received_at, received_by, method, told_at, takes_back, sent_in_shift
    )
    select db.municipality(), :key_id, :slot_id, r.number, r.record_id, r.record_sha256, r.before, r.hash, r.signature, r.held,
        r.roster_sha256, :now, :received_by, r.method, r.told_at, r.takes_back, cast(:sent_in_shift as uuid)
    from unnest(
        cast(:numbers as int[]), cast(:record_ids as uuid[]), cast(:records as bytea[]), cast(:befores as bytea[]),
        cast(:hashes as bytea[]), cast(:signatures as bytea[]), cast(:helds as boolean[]), cast(:rosters as bytea[]),
        cast(:methods as text[]), cast(:tolds as timestamptz[]), cast(:takes_backs as uuid[])
    ) r (number, record_id, record_sha256, before, hash, signature, held, roster_sha256, method, told_at, takes_back)
    on conflict on constraint queue_link_pkey do nothing
    """
)


class Head(msgspec.Struct, frozen=True):
    """The last link of a queue: its number and its hash. Number 0 stands for none."""

    number: int
    hash: bytes


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One record as it was signed. `held`: the signature and the links before it held; what does not is listed, and not counted.

    `told_at` is by the device's clock; `takes_back` is the scan that a record takes back.
    """

    number: int
    record_id: UUID
    record_sha256: bytes
    before: bytes
    hash: bytes
    signature: bytes
    held: bool
    roster_sha256: bytes | None
    method: str
    told_at: datetime
    takes_back: UUID | None


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """Who sends: the principal, in whose turn at a device, if it is anybody's, and when."""

    by: UUID
    in_shift: UUID | None
    at: datetime


def message(key_id: UUID, slot_id: UUID, number: int, before: bytes, record: bytes) -> bytes:
    """The bytes that a device signs for one record, whose SHA-256 is the link's hash. Pure."""
    return signed(key_id, slot_id, number, before, hashlib.sha256(record).digest())


def signed(key_id: UUID, slot_id: UUID, number: int, before: bytes, record_sha256: bytes) -> bytes:
    """The same bytes, of a record of which the fingerprint alone is kept. Pure."""
    lines = ("yui queue 1", str(key_id), str(slot_id), str(number), before.hex(), record_sha256.hex())
    return "\n".join(lines).encode()


async def lock(conn: AsyncConnection, key_id: UUID, slot_id: UUID) -> None:
    """Alone on a device's queue for a slot until the end of the transaction; taken before every lock of `locks`."""
    await query.rows(conn, _LOCK, queue=f"{key_id} {slot_id}")


async def head(conn: AsyncConnection, key_id: UUID, slot_id: UUID) -> Head:
    """The last link that was received."""
    row = await query.one(conn, _HEAD, key_id=key_id, slot_id=slot_id)
    return Head(row.number, row.hash) if row is not None else Head(0, FIRST_BEFORE)


async def since(conn: AsyncConnection, key_id: UUID, slot_id: UUID, number: int) -> dict[int, bytes]:
    """The hashes of the links from `number` on, by number; before the first stands FIRST_BEFORE."""
    rows = await query.rows(conn, _SINCE, key_id=key_id, slot_id=slot_id, number=number)
    return {0: FIRST_BEFORE} | {row.number: row.hash for row in rows}


async def append(conn: AsyncConnection, of: tuple[UUID, UUID], links: Sequence[Link], sent: Sending) -> None:
    """Keeps links of the queue `of` a key and a slot; a number that was received before is left as it is."""
    await query.run(
        conn,
        _INSERT,
        key_id=of[0],
        slot_id=of[1],
        now=sent.at,
        received_by=sent.by,
        sent_in_shift=sent.in_shift,
        numbers=[each.number for each in links],
        record_ids=[each.record_id for each in links],
        records=[each.record_sha256 for each in links],
        befores=[each.before for each in links],
        hashes=[each.hash for each in links],
        signatures=[each.signature for each in links],
        helds=[each.held for each in links],
        rosters=[each.roster_sha256 for each in links],
        methods=[each.method for each in links],
        tolds=[each.told_at for each in links],
        takes_backs=[each.takes_back for each in links],
    )
