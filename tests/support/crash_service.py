"""A service that is going to be killed: posts lists under keys, and prints a key when its list is acknowledged.

Told on standard input, as one line of JSON (Told); goes on until standard input ends. What PostgreSQL did not acknowledge it asks again
under the same key, for as long as it takes. Any fault other than an unreachable database or an unknown COMMIT ends it.
"""

from __future__ import annotations

import asyncio
import sys
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import engine, errors
from db.transact import transact
from kernel import canonical
from kernel.refusal import Refusal
from ledger import idempotency, posting
from ledger.draft import move
from tests.support.desk import NOW, Desk, draft

GRANTS = 8  # and as many purchases: each list is 16 entries
_PAUSE_SECONDS = 0.02  # between two tries at a server that is down


class Told(msgspec.Struct, frozen=True):
    """Where, on which accounts, for whom, and the number of the next list of each worker."""

    url: str
    town: int
    accounts: tuple[int, ...]
    caller: UUID
    next_numbers: tuple[int, ...]


async def book_list(desk: Desk, caller: UUID, key: str) -> idempotency.Answer:
    """One list under `key`: grants, and purchases that spend half of each. Its entries carry the key as their memo."""

    async def once(conn: AsyncConnection) -> idempotency.Answer:
        async def work() -> tuple[int, bytes]:
            wishes = [desk.grant(desk.ume, 10, memo=key) for _ in range(GRANTS)]
            wishes += [draft("purchase", move(desk.ume, desk.shop, 5), memo=key) for _ in range(GRANTS)]
            posted = await posting.post_all(conn, wishes, now=NOW)
            return 201, msgspec.json.encode([each.entry_id for each in posted])

        sha256 = canonical.sha256({"list": key})
        return await idempotency.once(conn, caller=caller, key=key, request_sha256=sha256, work=work, refused=_refused)

    return await transact(desk.engine, desk.town, once, keyed=True)


def _refused(refusal: Refusal) -> tuple[int, bytes]:
    raise AssertionError(f"nothing here is refused: {refusal}") from refusal


async def _work(desk: Desk, told: Told, worker: int, ended: asyncio.Event) -> None:
    number = told.next_numbers[worker]
    while not ended.is_set():
        key = f"{worker}:{number}"
        try:
            await book_list(desk, told.caller, key)
        except (errors.Unreachable, errors.CommitUnknown):
            await asyncio.sleep(_PAUSE_SECONDS)
            continue
        print(key, flush=True)
        number += 1


async def _serve(told: Told) -> None:
    made: AsyncEngine = engine.create(told.url, name="crash service", pool_size=len(told.next_numbers))
    desk = Desk(made, told.town, *told.accounts)
    ended = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for worker in range(len(told.next_numbers)):
            tasks.create_task(_work(desk, told, worker, ended))
        await asyncio.to_thread(sys.stdin.read)
        ended.set()
    await made.dispose()


if __name__ == "__main__":
    asyncio.run(_serve(msgspec.json.decode(sys.stdin.readline(), type=Told)))
