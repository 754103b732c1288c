"""One story, one transaction: what is tried again, how often, and what is not; what is known after a cut wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import engine as engines
from db import errors, query, transact
from kernel import canonical, ids
from kernel.refusal import Refusal
from ledger import idempotency, posting, refusals
from ledger.draft import move
from tests.support import blocked, postgres
from tests.support.cut import Moment, Wire
from tests.support.desk import NOW, Desk, draft, open_desk
from tests.support.towns import TOWN

pytestmark = pytest.mark.anyio

_RAISE = {
    state: query.statement(f"do $$ begin raise exception 'no' using errcode = '{state}'; end $$")
    for state in ("40001", "40P01", "55P03", "23514", "YU001")
}
_LEAVE = query.statement("select pg_terminate_backend(pg_backend_pid())")
_TERMINATE_OTHERS = query.statement(
    """
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
    """
)
_ONE = query.statement("select 1")
_LOCK = query.statement("select pg_advisory_xact_lock(1, 1)")
_IMPATIENT = query.statement("set local lock_timeout = '10ms'")
_NUMBER = query.statement("select cast(:number as bigint)")
_COUNT = query.statement("select count(*) from ledger.journal_entry")


class Work:
    """Work that counts its tries; `tries[n]` is done at the (n + 1)th, the last one at all further ones."""

    def __init__(self, *tries: Callable[[AsyncConnection], Awaitable[Any]]) -> None:
        self.tries = tries
        self.count = 0

    async def __call__(self, conn: AsyncConnection) -> Any:
        self.count += 1
        return await self.tries[min(self.count, len(self.tries)) - 1](conn)


def says(state: str) -> Callable[[AsyncConnection], Awaitable[Any]]:
    return lambda conn: query.run(conn, _RAISE[state])


async def fine(conn: AsyncConnection) -> int:
    return await query.scalar(conn, _ONE)


async def lose(conn: AsyncConnection) -> None:
    await query.rows(conn, _LEAVE)


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
async def test_what_postgresql_rolled_back_for_its_own_reasons_is_tried_again(engine: AsyncEngine, state: str) -> None:
    work = Work(says(state), says(state), fine)
    assert await transact.transact(engine, TOWN, work) == 1
    assert work.count == 3


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
async def test_it_is_tried_three_times_and_no_more(engine: AsyncEngine, state: str) -> None:
    work = Work(says(state))
    with pytest.raises(exc.DBAPIError) as told:
        await transact.transact(engine, TOWN, work)
    assert (errors.sqlstate(told.value), work.count) == (state, transact.ATTEMPTS_MAX)


async def test_after_the_deadline_it_is_not_tried_again(engine: AsyncEngine) -> None:
    work = Work(says("40001"))
    with pytest.raises(exc.DBAPIError):
        await transact.transact(engine, TOWN, work, deadline_seconds=0)
    assert work.count == 1


@pytest.mark.parametrize("state", ["23514", "YU001"])
async def test_what_a_guard_refused_is_not_tried_again(engine: AsyncEngine, state: str) -> None:
    work = Work(says(state))
    with pytest.raises(exc.DBAPIError):
        await transact.transact(engine, TOWN, work)
    assert work.count == 1


async def test_a_refusal_is_not_tried_again_and_leaves_nothing(engine: AsyncEngine) -> None:
    desk = await open_desk(engine)

    async def refuse(conn: AsyncConnection) -> None:
        await posting.post_one(conn, draft("appropriation", move(desk.council, desk.budget, 5)), now=NOW)
        raise refusals.KeyReused(key="k")

    work = Work(refuse)
    with pytest.raises(refusals.KeyReused):
        await desk.do(work)
    assert ((await desk.balance(desk.budget)).posted, work.count) == (0, 1)


async def test_a_lock_that_is_free_again_is_got_at_the_next_try(engine: AsyncEngine) -> None:
    async with engine.connect() as holder:
        await query.rows(holder, _LOCK)

        async def impatient(conn: AsyncConnection) -> None:
            if work.count == 2:
                await holder.rollback()
            await query.run(conn, _IMPATIENT)
            await query.rows(conn, _LOCK)

        work = Work(impatient)
        await transact.transact(engine, TOWN, work)
    assert work.count == 2


async def test_a_value_that_cannot_be_sent_is_our_mistake_and_not_a_lost_connection(engine: AsyncEngine) -> None:
    work = Work(lambda conn: query.scalar(conn, _NUMBER, number=2**80))
    with pytest.raises(exc.DBAPIError) as told:
        await transact.transact(engine, TOWN, work)
    assert (work.count, errors.is_lost_connection(told.value)) == (1, False)
    assert str(2**80) not in str(told.value).split("[SQL", maxsplit=1)[1]  # no value in what is logged


async def test_every_connection_has_limits_of_time(engine: AsyncEngine) -> None:
    limits = {"lock_timeout": "8s", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "15s", "timezone": "utc"}
    for name, told in limits.items():
        shown = query.statement(f"select lower(current_setting('{name}'))")
        assert await transact.transact(engine, TOWN, lambda conn, shown=shown: query.scalar(conn, shown)) == told


async def test_who_goes_away_in_the_middle_leaves_nothing_behind(engine: AsyncEngine, alone: AsyncEngine) -> None:
    """A caller who is cancelled while waiting for a lock: rolled back, and the connection is free again."""
    desk = await open_desk(engine)
    there = Desk(alone, *[getattr(desk, name) for name in desk.__dataclass_fields__ if name != "engine"])
    async with engine.connect() as holder:
        await query.rows(holder, _LOCK)

        async def post_and_wait(conn: AsyncConnection) -> None:
            await posting.post_one(conn, draft("appropriation", move(desk.council, desk.budget, 5)), now=NOW)
            await query.rows(conn, _LOCK)

        waiting = asyncio.ensure_future(there.do(post_and_wait))
        await blocked.until(engine, 1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await asyncio.gather(*[transact.transact(alone, TOWN, fine) for _ in range(6)]) == [1] * 6
    assert (await desk.balance(desk.budget)).posted == 0
    await desk.fund(1)  # nobody holds the balance any more


# ------------------------------------------------------------------------------------------------------ lost connections


@pytest.fixture
async def alone(database: postgres.Clone, engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """An engine whose connections may be broken."""
    made = engines.create(database.app_url, name="to be broken", pool_size=3)
    yield made
    await made.dispose()


async def test_a_connection_lost_before_commit_is_tried_again(alone: AsyncEngine) -> None:
    work = Work(lose, fine)
    assert await transact.transact(alone, TOWN, work) == 1
    assert work.count == 2


async def test_a_server_that_cannot_be_kept_is_unreachable(alone: AsyncEngine) -> None:
    work = Work(lose)
    with pytest.raises(errors.Unreachable):
        await transact.transact(alone, TOWN, work)
    assert work.count == transact.ATTEMPTS_MAX


@pytest.mark.parametrize("way", [transact.transact, transact.read])
async def test_a_pool_of_dead_connections_is_not_noticed(alone: AsyncEngine, admin: AsyncEngine, way: Any) -> None:
    """As after a restart of PostgreSQL: the next write and the next read go through."""
    await blocked.until_idle(alone)
    async with alone.connect() as one, alone.connect() as two:
        await query.rows(one, _ONE)
        await query.rows(two, _ONE)
    async with admin.begin() as conn:
        await query.rows(conn, _TERMINATE_OTHERS)
    assert await way(alone, TOWN, Work(fine)) == 1


async def test_a_read_can_not_write_and_sees_one_instant(engine: AsyncEngine) -> None:
    desk = await open_desk(engine)

    async def twice(conn: AsyncConnection) -> tuple[int, int]:
        before = await query.scalar(conn, _COUNT)
        await desk.fund(1)
        return before, await query.scalar(conn, _COUNT)

    before, after = await transact.read(engine, TOWN, twice)
    assert before == after

    async def write(conn: AsyncConnection) -> None:
        await posting.post_one(conn, draft("appropriation", move(desk.council, desk.budget, 5)), now=NOW)

    with pytest.raises(exc.DBAPIError) as told:
        await transact.read(engine, TOWN, write)
    assert errors.sqlstate(told.value) == "25006"


# ------------------------------------------------------------------------------------------------------- unknown commits


@pytest.fixture
async def wired(database: postgres.Clone, engine: AsyncEngine) -> AsyncIterator[tuple[Wire, Desk, Desk]]:
    """A wire, a desk that speaks through it, and the same desk without it."""
    plain = await open_desk(engine)
    async with Wire(database.app_url) as wire:
        through = engines.create(wire.url, name="wired", pool_size=2)
        yield wire, Desk(through, *[getattr(plain, name) for name in plain.__dataclass_fields__ if name != "engine"]), plain
        await through.dispose()


@pytest.mark.parametrize(("moment", "stands"), [("before", 0), ("after", 5)])
async def test_an_unknown_commit_without_a_key_is_told_and_not_tried_again(
    wired: tuple[Wire, Desk, Desk], moment: Moment, stands: int
) -> None:
    wire, desk, plain = wired
    work = Work(lambda conn: posting.post_one(conn, draft("appropriation", move(desk.council, desk.budget, 5)), now=NOW))
    wire.arm(moment)
    with pytest.raises(errors.CommitUnknown):
        await desk.do(work)
    assert (work.count, wire.cuts) == (1, 1)
    assert (await plain.balance(desk.budget)).posted == stands


@pytest.mark.parametrize("moments", [("before",), ("after",), ("before", "before"), ("before", "after"), ("after", "before")])
async def test_an_unknown_commit_with_a_key_is_tried_again_and_done_once(
    wired: tuple[Wire, Desk, Desk], moments: tuple[Moment, ...]
) -> None:
    wire, desk, plain = wired
    wire.arm(*moments)
    answer = await _keyed(desk)
    assert (answer.status, wire.cuts) == (201, len(moments))
    assert answer.replayed == ("after" in moments)
    assert (await plain.balance(desk.budget)).posted == 5


async def test_a_wire_that_never_holds_leaves_it_unknown(wired: tuple[Wire, Desk, Desk]) -> None:
    wire, desk, plain = wired
    wire.arm("before", "after", "after")
    with pytest.raises(errors.CommitUnknown):
        await _keyed(desk)
    assert (await plain.balance(desk.budget)).posted == 5


async def test_the_twin_that_tries_again_without_a_key_does_it_twice(
    wired: tuple[Wire, Desk, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire, desk, plain = wired

    def always(error: Exception, keyed: bool) -> bool:
        return True

    monkeypatch.setattr(transact, "_may_retry", always)
    wire.arm("after")
    await desk.do(lambda conn: posting.post_one(conn, draft("appropriation", move(desk.council, desk.budget, 5)), now=NOW))
    assert (await plain.balance(desk.budget)).posted == 10


async def _keyed(desk: Desk) -> idempotency.Answer:
    caller: UUID = ids.new_id()

    async def ask(conn: AsyncConnection) -> idempotency.Answer:
        async def work() -> tuple[int, bytes]:
            wish = draft("appropriation", move(desk.council, desk.budget, 5))
            return 201, (await posting.post_one(conn, wish, now=NOW)).entry_id.bytes

        return await idempotency.once(
            conn, caller=caller, key="k", request_sha256=canonical.sha256(5), work=work, refused=_refused
        )

    return await desk.do(ask, keyed=True)


def _refused(refusal: Refusal) -> tuple[int, bytes]:
    return 409, refusal.code.encode()
