"""Who comes first, in order: one key among many, months that close beside postings, moves in opposite directions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Row, TextClause, exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import errors, query, transact
from kernel import canonical, days, ids
from kernel.refusal import Refusal
from ledger import accounts, idempotency, load, periods, posting
from ledger.draft import move
from ledger.periods import Flow
from tests.support import blocked, postgres, unguarded
from tests.support.desk import NOW, Desk, draft, fresh_town, open_desk
from tests.support.towns import POINTS

pytestmark = pytest.mark.anyio

RACERS = 20
MAY = date(2026, 5, 1)
AFTER_MAY = days.local_time(date(2026, 6, 1), 0)


@pytest.fixture
async def desk(engine: AsyncEngine) -> Desk:
    return await open_desk(engine, await fresh_town(engine))


# -------------------------------------------------------------------------------------------------------- one key of 20


def _refused(refusal: Refusal) -> tuple[int, bytes]:
    return 409, refusal.code.encode()


async def asked_at_once(desk: Desk) -> list[idempotency.Answer]:
    """One caller asks for the same thing under the same key from twenty places."""
    caller = ids.new_id()

    async def ask(conn: AsyncConnection) -> idempotency.Answer:
        async def work() -> tuple[int, bytes]:
            wish = draft("appropriation", move(desk.council, desk.budget, 5))
            return 201, (await posting.post_one(conn, wish, now=NOW)).entry_id.bytes

        sha256 = canonical.sha256("five, please")
        return await idempotency.once(conn, caller=caller, key="k", request_sha256=sha256, work=work, refused=_refused)

    return await asyncio.gather(*[desk.do(ask, keyed=True) for _ in range(RACERS)])


async def test_one_key_at_once_is_one_answer(desk: Desk) -> None:
    answers = await asked_at_once(desk)
    assert sorted(each.replayed for each in answers) == [False] + [True] * (RACERS - 1)
    assert len({each.body for each in answers}) == 1
    assert (await desk.balance(desk.budget)).posted == 5


def _queue_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """All look for the key before any has kept its answer, and none waits for the others."""
    barrier = asyncio.Barrier(RACERS)
    real = query.one

    async def look_and_wait(conn: AsyncConnection, asked: TextClause, **given: Any) -> Row[Any] | None:
        row = await real(conn, asked, **given)
        if asked is idempotency._FIND:
            await barrier.wait()
        return row

    unlocked = query.statement("select cast(:caller as uuid), cast(:key as text)")
    monkeypatch.setattr(idempotency, "_LOCK", unlocked)
    monkeypatch.setattr(query, "one", look_and_wait)


async def test_the_twin_without_the_queue_does_it_twenty_times(
    twin: Desk, bare: postgres.Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await unguarded.take_down(bare, unguarded.KEY_ONCE)
    _queue_nowhere(monkeypatch)
    answers = await asked_at_once(twin)
    assert len({each.body for each in answers}) == RACERS
    assert (await twin.balance(twin.budget)).posted == 5 * RACERS


async def test_without_the_queue_the_second_guard_lets_one_through(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _queue_nowhere(monkeypatch)
    with pytest.raises(exc.IntegrityError) as refused:
        await asked_at_once(desk)
    assert errors.constraint(refused.value) == "key_once"
    await blocked.until_idle(desk.engine)
    assert (await desk.balance(desk.budget)).posted == 5


# ------------------------------------------------------------------------------------------ months and postings under way


async def close_beside_a_posting(desk: Desk, *, waits: bool) -> tuple[list[Flow], list[Flow]]:
    """A posting into May is written and not committed when May is closed. The kept roll-forward, and the same derived after."""
    await desk.post_one("appropriation", move(desk.council, desk.budget, 10), booked_on=MAY)
    closing = desk.do(lambda conn: periods.close_month(conn, MAY, actor=None, now=AFTER_MAY))
    async with desk.engine.connect() as conn, conn.begin() as under_way:
        await query.run(conn, transact._ENTER, municipality=str(desk.town))
        await posting.post_one(conn, draft("appropriation", move(desk.council, desk.budget, 5), booked_on=MAY), now=NOW)
        if waits:
            async with blocked.behind_a_lock(desk.engine, closing) as closed:
                await under_way.commit()
            kept = await closed
        else:
            kept = await closing
            await under_way.commit()
    derived = await transact.read(desk.engine, desk.town, lambda conn: periods.roll_forward(conn, MAY, date(2026, 5, 31)))
    return kept, derived


async def test_closing_waits_for_postings_under_way(desk: Desk) -> None:
    kept, derived = await close_beside_a_posting(desk, waits=True)
    assert kept == derived
    assert {flow.account_kind: flow.closing for flow in kept} == {"appropriation": -15, "budget": 15}


async def test_the_twin_keeps_a_month_that_misses_a_posting(twin: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    unguarded.unlock(monkeypatch)  # which also leaves the lock on months alone
    kept, derived = await close_beside_a_posting(twin, waits=False)
    assert {flow.account_kind: flow.closing for flow in kept} == {"appropriation": -10, "budget": 10}
    assert {flow.account_kind: flow.closing for flow in derived} == {"appropriation": -15, "budget": 15}


async def test_a_posting_that_waited_for_the_closing_is_refused_by_name(desk: Desk) -> None:
    await desk.post_one("appropriation", move(desk.council, desk.budget, 10), booked_on=MAY)
    late = [draft("appropriation", move(desk.council, desk.budget, 5), booked_on=on) for on in (MAY, date(2026, 6, 1))]
    async with desk.engine.connect() as conn, conn.begin() as closing:
        await query.run(conn, transact._ENTER, municipality=str(desk.town))
        await periods.close_month(conn, MAY, actor=None, now=AFTER_MAY)
        async with blocked.behind_a_lock(desk.engine, desk.post(*late)) as posted:
            await closing.commit()
    assert [getattr(each, "code", None) for each in await posted] == ["period_closed", None]


# -------------------------------------------------------------------------------------------- moves in opposite directions


async def test_a_hundred_opposite_moves_never_wait_in_a_circle(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one is tried twice, so none met a deadlock; lists that name the accounts in every order are among them."""
    monkeypatch.setattr(transact, "ATTEMPTS_MAX", 1)
    here, there = desk.ume_time, (await open_desk(desk.engine, desk.town)).ume_time
    between = [here, there, desk.matsu_time]
    wishes: list[list[Any]] = []
    for n in range(100):
        a, b, c = (between[(n + k) % 3] for k in range(3))
        wishes.append([draft("help", move(a, b, 1)), draft("help", move(c, a, 1)), draft("help", move(b, c, 1))])
    outcomes = await asyncio.gather(*[desk.post(*wish) for wish in wishes])
    assert len(outcomes) == 100
    assert sum([(await desk.balance(account)).posted for account in between]) == 0
    moved = [each for outcome in outcomes for each in outcome if not isinstance(each, Refusal)]
    assert sum([(await desk.balance(account)).version for account in between]) == 2 * len(moved) > 0


async def test_accounts_opened_at_once_in_any_order_are_opened_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transact, "ATTEMPTS_MAX", 1)
    openings = [accounts.Opening(POINTS, "wallet", holder) for holder in ids.new_ids(60)]
    turned = [openings[nth * 3 :] + openings[: nth * 3] for nth in range(RACERS)]
    opened = await asyncio.gather(
        *[desk.do(lambda conn, asked=asked[:: (-1) ** nth]: accounts.open_many(conn, asked)) for nth, asked in enumerate(turned)]
    )
    found = [
        dict(zip([each.holder for each in asked[:: (-1) ** nth]], numbers, strict=True))
        for nth, (asked, numbers) in enumerate(zip(turned, opened, strict=True))
    ]
    assert all(each == found[0] for each in found)
    assert len(set(found[0].values())) == len(openings)


async def test_the_twin_that_locks_in_the_order_of_lines_waits_in_a_circle(twin: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both hold their first account when they ask for the second."""
    barrier = asyncio.Barrier(2)
    real = query.rows

    async def one_by_one(conn: AsyncConnection, asked: TextClause, **given: Any) -> Sequence[Row[Any]]:
        if asked is not load._LOCK:
            return await real(conn, asked, **given)
        order = given["accounts"] if await _is_first(conn) else given["accounts"][::-1]
        first = await real(conn, asked, accounts=order[:1])
        await barrier.wait()
        return [*first, *await real(conn, asked, accounts=order[1:])]

    seen: list[AsyncConnection] = []

    async def _is_first(conn: AsyncConnection) -> bool:
        seen.append(conn)
        return len(seen) == 1

    monkeypatch.setattr(query, "rows", one_by_one)
    monkeypatch.setattr(transact, "ATTEMPTS_MAX", 1)
    moves = [move(twin.ume_time, twin.matsu_time, 1), move(twin.matsu_time, twin.ume_time, 1)]
    met = await asyncio.gather(*[twin.post(draft("help", lines)) for lines in moves], return_exceptions=True)
    assert sorted(errors.sqlstate(each) or "" for each in met if isinstance(each, BaseException)) == ["40P01"]
