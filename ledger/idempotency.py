"""One key, one answer: a request repeated with its key gets the first answer again, and nothing happens twice.

The answer, a refusal included, is stored in the transaction that did the work. Two requests with one key queue up behind a lock on the
key. The work runs in a savepoint, so that a refusal takes back what it had begun and still leaves its answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel.refusal import Refusal
from ledger import refusals

KEY_LENGTH_MAX = 200

_LOCK = query.statement(
    """
    select pg_advisory_xact_lock(
        hashtextextended('ledger.key:' || cast(cast(:caller as uuid) as text) || ':' || :key, db.municipality())
    )
    """
)
_FIND = query.statement(
    """
    select request_sha256, status, response from ledger.idempotency
    where municipality_id = db.municipality() and caller = :caller and key = :key
    """
)
_KEEP = query.statement(
    """
    insert into ledger.idempotency (municipality_id, caller, key, request_sha256, status, response)
    values (db.municipality(), :caller, :key, :request_sha256, :status, :response)
    """
)


class Answer(msgspec.Struct, frozen=True):
    """What the caller is told: a status, a body, and whether it was told before."""

    status: int
    body: bytes
    replayed: bool


async def once(
    conn: AsyncConnection,
    *,
    caller: UUID,
    key: str,
    request_sha256: bytes,
    work: Callable[[], Awaitable[tuple[int, bytes]]],
    refused: Callable[[Refusal], tuple[int, bytes]],
) -> Answer:
    """Does `work` unless this caller's key was answered before. `refused` puts a refusal into an answer.

    Raises KeyReused when the key came before with another request. A fault in `work` leaves the key free.
    """
    await query.rows(conn, _LOCK, caller=caller, key=key)
    before = await query.one(conn, _FIND, caller=caller, key=key)
    if before is not None:
        if before.request_sha256 != request_sha256:
            raise refusals.KeyReused(key=key)
        return Answer(before.status, before.response, True)
    try:
        async with conn.begin_nested():
            status, body = await work()
    except Refusal as refusal:
        status, body = refused(refusal)
    await query.run(conn, _KEEP, caller=caller, key=key, request_sha256=request_sha256, status=status, response=body)
    return Answer(status, body, False)
