"""Expiry: announced, executed after the last day, by entry, and not what is reserved."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community.actor import Actor
from db import errors, transact
from flows import donation, expiry, pledge
from kernel import days, ids
from ledger import accounts, history, holds
from tests.support import spending
from tests.support.spending import NOW, do
from tests.support.towns import POINTS, TOWN
from wallets import expiry as runs
from wallets import refusals

LAST_DAYS = iter(date(2026, 6, 1) + timedelta(days=7 * n) for n in range(50))


@pytest.fixture
def last_day() -> date:
    """A day that no other test lets points expire on; later ones come in later tests, when the earlier are booked out."""
    return next(LAST_DAYS)


def _after(day: date) -> datetime:
    """The first minute in Japan after `day`."""
    return days.local_time(day + timedelta(days=1), 0, 1)


@pytest.fixture
async def officer(engine: AsyncEngine) -> Actor:
    return await spending.actor(engine, "officer")


async def _announce(engine: AsyncEngine, officer: Actor, day: date) -> expiry.Announced:
    return await do(engine, expiry.announce, expiry.Asked(unit="pt", expires_by=day), actor=officer, now=NOW)


async def _execute(engine: AsyncEngine, officer: Actor, day: date, now: datetime) -> expiry.Executed:
    return await do(engine, expiry.execute, expiry.Asked(unit="pt", expires_by=day), actor=officer, now=now)


async def _hold(engine: AsyncEngine, member_id: UUID, amount: int, until: datetime) -> None:
    async def work(conn: AsyncConnection) -> None:
        account_id = await accounts.ensure(conn, "wallet", POINTS, member_id)
        hold = holds.HoldDraft(
            hold_id=ids.new_id(),
            account_id=account_id,
            amount=amount,
            expires_at=until,
            cause_kind="test",
            cause_id=ids.new_id(),
        )
        await holds.place(conn, hold, now=NOW)

    await transact.transact(engine, TOWN, work)


async def test_announced_then_executed_by_entry(engine: AsyncEngine, officer: Actor, last_day: date) -> None:
    one, two = await spending.member(engine), await spending.member(engine)
    await spending.grant(engine, one, 100, expires_on=last_day)
    await spending.grant(engine, one, 40)
    await spending.grant(engine, two, 30, expires_on=last_day)
    await spending.grant(engine, two, 60, expires_on=last_day + timedelta(days=1))
    lapsed = await spending.posted(engine, "lapsed", POINTS)

    announced = await _announce(engine, officer, last_day)

    assert {each.holder: each.amount for each in announced.affected} == {one: 100, two: 30}
    assert {each.first_on for each in announced.affected} == {last_day}
    assert await spending.posted(engine, "wallet", POINTS, one) == 140
    executed = await _execute(engine, officer, last_day, _after(last_day))
    assert {item.holder: item.amount for item in executed.items} == {one: 100, two: 30}
    assert executed.run.executed_by == officer.principal_id
    assert await spending.posted(engine, "wallet", POINTS, one) == 40
    assert await spending.posted(engine, "wallet", POINTS, two) == 60
    assert await spending.posted(engine, "lapsed", POINTS) == lapsed + 130
    assert await do(engine, runs.items_of, executed.run.run_id) == executed.items

    async def newest(conn: AsyncConnection) -> history.StatementLine:
        account_id = await accounts.ensure(conn, "wallet", POINTS, two)
        return (await history.statement(conn, account_id, limit=1))[0]

    line = await do(engine, newest)
    (item,) = (each for each in executed.items if each.holder == two)
    assert (line.kind, line.amount, line.entry_id, line.cause_id) == ("expiry", -30, item.entry_id, item.item_id)


async def test_not_before_the_day_is_over_and_once(engine: AsyncEngine, officer: Actor, last_day: date) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 10, expires_on=last_day)
    with pytest.raises(refusals.ExpiryNotAnnounced):
        await _execute(engine, officer, last_day, _after(last_day))
    run = (await _announce(engine, officer, last_day)).run
    with pytest.raises(refusals.ExpiryAnnounced) as twice:
        await _announce(engine, officer, last_day)
    assert twice.value.run_id == run.run_id
    last_minute = _after(last_day) - timedelta(minutes=2)
    with pytest.raises(refusals.ExpiryTooEarly):
        await _execute(engine, officer, last_day, last_minute)
    with pytest.raises(DBAPIError) as guarded:
        await do(engine, runs.keep_execution, run.run_id, executed_by=officer.principal_id, now=last_minute)
    assert errors.constraint(guarded.value) == "expiry_after_the_day"
    await _execute(engine, officer, last_day, _after(last_day))
    with pytest.raises(refusals.ExpiryDone):
        await _execute(engine, officer, last_day, _after(last_day))
    with pytest.raises(DBAPIError) as again:
        await do(engine, runs.keep_execution, run.run_id, executed_by=officer.principal_id, now=_after(last_day))
    assert errors.constraint(again.value) == "expiry_executed_once"
    assert await spending.posted(engine, "wallet", POINTS, me) == 0


async def test_what_is_reserved_stays(engine: AsyncEngine, officer: Actor, last_day: date) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 100, expires_on=last_day)
    await _hold(engine, me, 70, until=_after(last_day) + timedelta(days=1))
    await _announce(engine, officer, last_day)
    executed = await _execute(engine, officer, last_day, _after(last_day))
    assert [item.amount for item in executed.items if item.holder == me] == [30]
    assert await spending.posted(engine, "wallet", POINTS, me) == 70
    # the hold runs out, and a later run books the rest out
    later = last_day + timedelta(days=2)
    await _announce(engine, officer, later)
    executed = await _execute(engine, officer, later, _after(later))
    assert [item.amount for item in executed.items if item.holder == me] == [70]


async def test_pot_and_group_are_no_exception(engine: AsyncEngine, officer: Actor, last_day: date) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 100, expires_on=last_day)
    actor = await spending.actor(engine, "member", member_id=me)
    group_id = await spending.organisation(engine, "group")
    pledged = pledge.Asked(member_id=me, organisation_id=group_id, unit="pt", amount=60)
    await do(engine, pledge.pledge, pledged, actor=actor, now=NOW)
    await do(engine, donation.donate, donation.Asked(member_id=me, unit="pt", amount=40), actor=actor, now=NOW)
    announced = await _announce(engine, officer, last_day)
    executed = await _execute(engine, officer, last_day, _after(last_day))
    expected = {("wallet", group_id, 60), ("pot", None, 40)}
    assert {(each.kind, each.holder, each.amount) for each in announced.affected} == expected
    assert {(each.kind, each.holder, each.amount) for each in executed.items} == expected


async def test_a_look_ahead_writes_nothing(engine: AsyncEngine, officer: Actor, last_day: date) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 10, expires_on=last_day)
    asked = expiry.Asked(unit="pt", expires_by=last_day)
    (seen,) = await transact.read(engine, TOWN, lambda conn: expiry.preview(conn, asked, now=NOW))
    assert (seen.holder, seen.amount, seen.first_on) == (me, 10, last_day)
    assert all(run.expires_by != last_day for run in await do(engine, runs.runs))
    await _announce(engine, officer, last_day)
    assert (await do(engine, runs.runs, limit=1))[0].expires_by == last_day
    await _execute(engine, officer, last_day, _after(last_day))


async def test_a_run_with_nothing_left_to_take(engine: AsyncEngine, officer: Actor, last_day: date) -> None:
    assert (await _announce(engine, officer, last_day)).affected == []
    executed = await _execute(engine, officer, last_day, _after(last_day))
    assert (executed.items, executed.amount) == ([], 0)
