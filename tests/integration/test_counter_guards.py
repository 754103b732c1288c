"""The guards of counters and of acting for others, each with the other one taken away.

`forged` goes past the code, through the service's own role: PostgreSQL refuses by name. `asked` meets a PostgreSQL whose guard of that
name was taken out, which the same forged deed proves by being accepted; the code refuses all the same.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities import operated
from community import operators, pins, sessions
from community.refusals import SessionEnded
from db import errors, query
from db.transact import transact
from flows import check_in, operating, prove, proxies, purchase
from flows.proxies import Letting
from flows.readings import ScanAsked
from kernel import ids
from tests.support import counter_world, guards_removed, vaults
from tests.support.counter_cases import CASES
from tests.support.counter_world import Case, World
from tests.support.deeds import CODES
from tests.support.spending import NOW, do
from tests.support.towns import TOWN
from wallets import operated as wallets_operated
from wallets.refusals import PayCodeExpired

ENTER = query.statement("select set_config('yui.municipality', :municipality, true)")
AT_ONCE = query.statement("set constraints all immediate")
STANDING = query.statement(
    """
    select count(*) from community.shift s
    where s.municipality_id = db.municipality() and s.device_id = :device_id and not exists (
        select from community.shift_end e where e.municipality_id = s.municipality_id and e.shift_id = s.shift_id
    )
    """
)
BESIDE = query.statement(
    """
    insert into community.shift (municipality_id, shift_id, device_id, operator_id, pin_id, started_at)
    select municipality_id, gen_random_uuid(), device_id, operator_id, pin_id, started_at from community.shift
    where municipality_id = db.municipality() and device_id = :device_id limit 1
    """
)

WHERE_DONE = query.statement(
    """
    select s.device_id from activities.scan_operator o
    join community.shift s on s.municipality_id = o.municipality_id and s.shift_id = o.shift_id
    where o.municipality_id = db.municipality()
    union all
    select s.device_id from wallets.redemption_operator o
    join community.shift s on s.municipality_id = o.municipality_id and s.shift_id = o.shift_id
    where o.municipality_id = db.municipality()
    """
)


class Accepted(Exception):
    """What was forged passed; rolls it back."""


@pytest.fixture(scope="module")
async def world(engine: AsyncEngine) -> World:
    return await counter_world.world(engine)


async def forge(conn: AsyncConnection, case: Case, world: World) -> None:
    """The deed past the code, up to what PostgreSQL asks at the very end."""
    with pytest.MonkeyPatch.context() as patched:
        for module, name, instead in case.off:
            patched.setattr(module, name, instead)
        await (case.forged or case.asked)(conn, world)
        await query.run(conn, AT_ONCE)


async def refused(engine: AsyncEngine, story: Callable[[AsyncConnection], Awaitable[Any]]) -> str | None:
    """The name under which PostgreSQL refuses a story; None when it lets it pass (and it is taken back)."""

    async def work(conn: AsyncConnection) -> None:
        await story(conn)
        raise Accepted

    try:
        await transact(engine, TOWN, work)
    except Accepted:
        return None
    except DBAPIError as error:
        return errors.constraint(error)
    raise AssertionError("neither accepted nor refused")


@pytest.mark.parametrize("what", CASES)
async def test_postgresql_refuses_what_the_code_did_not(world: World, engine: AsyncEngine, what: str) -> None:
    assert await refused(engine, lambda conn: forge(conn, CASES[what], world)) == what.split(":", maxsplit=1)[0]


@pytest.mark.parametrize("what", CASES)
async def test_the_code_refuses_where_postgresql_would_not(world: World, admin: AsyncEngine, what: str) -> None:
    async with vaults.opening(admin).connect() as conn:
        transaction = await conn.begin()
        await query.run(conn, ENTER, municipality=str(TOWN))
        for guard in (what.split(":", maxsplit=1)[0], *CASES[what].beside):
            await guards_removed.remove(conn, guard)
        async with conn.begin_nested() as savepoint:
            await forge(conn, CASES[what], world)  # the guard is really gone
            await savepoint.rollback()
        with pytest.raises(CASES[what].refused):
            await CASES[what].asked(conn, world)
        await transaction.rollback()


async def test_a_phone_that_was_signed_out_meanwhile_lets_nobody_and_shows_no_code(world: World, engine: AsyncEngine) -> None:
    """The page had let the phone in; the desk came in between."""
    mother, other = world.mother, world.aunt.member.number
    asked = Letting(member_id=mother.id, number=other, relation="sibling", power="spend")
    told: dict[str, Any] = {"actor": mother.actor, "now": NOW, "chance": bytes(32), "session": world.lost}
    with pytest.raises(SessionEnded):
        await do(engine, proxies.let, asked, **told)
    code = purchase.PayCodeAsked(member_id=mother.id, unit="pt", amount_max=50)
    with pytest.raises(SessionEnded):
        await do(engine, purchase.show_pay_code, code, actor=mother.actor, now=NOW, session=world.lost)
    assert len(await do(engine, proxies.by_whom, mother.id, now=NOW)) == 1


async def test_a_code_goes_on_with_the_session_that_proved_itself_again(world: World, engine: AsyncEngine) -> None:
    """The secret is new, the phone is the same; with its end the code is over."""
    member, who = world.aunt, world.aunt.actor.principal_id
    first = await counter_world.signed_in(engine, member)
    asked = purchase.PayCodeAsked(member_id=member.id, unit="pt", amount_max=50)
    shown = [await do(engine, purchase.show_pay_code, asked, actor=member.actor, now=NOW, session=first) for _ in range(2)]
    await do(engine, prove.go_on, first, chance=os.urandom(sessions.SECRET_BYTES), now=NOW)
    told: dict[str, Any] = {"actor": world.gone.works, "now": NOW}
    buying = [purchase.Asked(code=f"P/{each.text}", unit="pt", amount=10) for each in shown]
    await do(engine, purchase.purchase, buying[0], **told)
    await do(engine, sessions.end_all, who, ended_by=who, why="signed_out", now=NOW)
    with pytest.raises(PayCodeExpired):
        await do(engine, purchase.purchase, buying[1], **told)


async def test_two_at_one_device_are_refused_and_never_made(world: World, engine: AsyncEngine, admin: AsyncEngine) -> None:
    device_id = world.till.device.principal_id
    assert await refused(engine, lambda conn: query.run(conn, BESIDE, device_id=device_id)) == "one_operator"
    async with vaults.opening(admin).connect() as conn:
        transaction = await conn.begin()
        await query.run(conn, ENTER, municipality=str(TOWN))
        await guards_removed.remove(conn, "one_operator")
        at = await operators.at(conn, device_id, NOW)
        assert at is not None
        pin = await pins.of_operator(conn, world.till.works.principal_id)
        assert pin is not None
        await operating.begin(conn, world.till.works.principal_id, pin, left=4, actor=world.till.device, now=NOW)
        assert await query.scalar(conn, STANDING, device_id=device_id) == 1
        await transaction.rollback()


async def test_what_is_done_at_a_device_names_nobody_from_elsewhere(
    world: World, engine: AsyncEngine, admin: AsyncEngine
) -> None:
    """Forged, the till's turn is put beside a scan of the hall, and the hall's beside a purchase; asked, each is of its own device."""

    async def let_in(conn: AsyncConnection) -> check_in.Scanned:
        asked = ScanAsked(scan_id=ids.new_id(), method="card", code=world.mother.card, slot_id=world.slot_id)
        return await check_in.scan(conn, asked, actor=world.hall.works, now=NOW, codes=CODES)

    async def swapped_scan(conn: AsyncConnection) -> None:
        at = await operators.at(conn, world.till.device.principal_id, NOW)
        assert at is not None
        assert at.shift_id is not None
        await operated.note(conn, (await let_in(conn)).scan_id, at.shift_id)

    async def swapped_purchase(conn: AsyncConnection) -> None:
        at = await operators.at(conn, world.hall.device.principal_id, NOW)
        assert at is not None
        assert at.shift_id is not None
        asked = purchase.Asked(code=world.mother.card, unit="pt", amount=5)
        bought = await purchase.purchase(conn, asked, actor=world.gone.works, now=NOW)
        await wallets_operated.taken(conn, bought.redemption_id, at.shift_id)

    for story in (swapped_scan, swapped_purchase):
        assert await refused(engine, story) == "operator_of_the_device"
    async with vaults.opening(admin).connect() as conn:
        transaction = await conn.begin()
        await query.run(conn, ENTER, municipality=str(TOWN))
        await guards_removed.remove(conn, "operator_of_the_device")
        async with conn.begin_nested() as savepoint:
            await swapped_scan(conn)
            await swapped_purchase(conn)
            await savepoint.rollback()
        asked = purchase.Asked(code=world.mother.card, unit="pt", amount=5)
        await purchase.purchase(conn, asked, actor=world.till.device, now=NOW)
        card = ScanAsked(scan_id=ids.new_id(), method="card", code=world.mother.card, slot_id=world.slot_id)
        await check_in.scan(conn, card, actor=world.hall.device, now=NOW, codes=CODES)
        assert await query.rows(conn, WHERE_DONE) == [(world.hall.device.principal_id,), (world.till.device.principal_id,)]
        await transaction.rollback()
