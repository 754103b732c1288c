"""Who vouches for others is let in by two people: the story says so, and PostgreSQL where the story is gone around."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community import entrances, refusals, roles, sessions, tokens
from community.actor import Actor
from community.entrances import NewEntrance
from db import errors, query
from flows import roles as giving
from kernel import ids
from tests.support import spending
from tests.support.spending import NOW, do
from tests.support.towns import AREAS, TOWN
from wallets.refusals import SamePerson

CHANCE = bytes(range(32))
_BARE = query.statement(
    """
    insert into community.principal (municipality_id, principal_id, role, label, created_at, created_by, needs_second)
    values (db.municipality(), :principal_id, 'coordinator', 'x', :now, :created_by, false)
    """
)


async def asked(engine: AsyncEngine, officer: Actor, **more: object) -> UUID:
    wanted = giving.Asked(role="coordinator", label="第2層", **more)  # type: ignore[arg-type]
    return (await do(engine, giving.give, wanted, actor=officer, now=NOW)).principal_id


async def test_a_coordinators_role_opens_nothing_until_another_person_confirms_it(engine: AsyncEngine) -> None:
    first, second = await spending.actor(engine, "officer"), await spending.actor(engine, "officer")
    made = await asked(engine, first, area_id=AREAS[TOWN])
    assert [each.principal_id for each in await do(engine, roles.waiting, now=NOW)] == [made]
    with pytest.raises(refusals.RoleWaits):
        await do(engine, giving.entrance_for, made, actor=second, chance=CHANCE, now=NOW)
    with pytest.raises(SamePerson):
        await do(engine, giving.confirm, made, actor=first, now=NOW)
    held = await do(engine, giving.confirm, made, actor=second, now=NOW)
    assert (held.state, held.confirmed_by, held.area_id) == ("stands", second.principal_id, AREAS[TOWN])
    again = await do(engine, giving.confirm, made, actor=first, now=NOW)
    assert again.confirmed_by == second.principal_id
    assert (await do(engine, giving.entrance_for, made, actor=first, chance=CHANCE, now=NOW)).secret
    assert await do(engine, giving.end, made, actor=first, now=NOW)
    assert not await do(engine, giving.end, made, actor=second, now=NOW)
    for story in (giving.confirm, giving.check_stands):
        told = {"now": NOW} if story is giving.check_stands else {"actor": second, "now": NOW}
        with pytest.raises(refusals.RoleEnded):
            await do(engine, story, made, **told)


async def test_who_gets_the_role_does_not_confirm_it(engine: AsyncEngine) -> None:
    person = await spending.member(engine)
    first, same = await spending.actor(engine, "officer"), await spending.actor(engine, "officer", member_id=person)
    made = await asked(engine, first, member_id=person)
    with pytest.raises(SamePerson):
        await do(engine, giving.confirm, made, actor=same, now=NOW)
    with pytest.raises(DBAPIError) as guarded:
        await do(engine, roles.confirm, made, confirmed_by=same.principal_id, now=NOW)
    assert errors.constraint(guarded.value) == "two_people"


async def test_postgresql_says_the_same_without_the_story(engine: AsyncEngine) -> None:
    first = await spending.actor(engine, "officer")
    made = await asked(engine, first)
    with pytest.raises(DBAPIError) as guarded:
        await do(engine, roles.confirm, made, confirmed_by=first.principal_id, now=NOW)
    assert errors.constraint(guarded.value) == "two_people"
    opening = sessions.Opening(principal_id=made, role="coordinator", device="x", opened_by="entrance")
    with pytest.raises(DBAPIError) as guarded:
        await do(engine, sessions.open_, opening, chance=CHANCE, now=NOW)
    assert errors.constraint(guarded.value) == "role_confirmed"
    with pytest.raises(DBAPIError) as guarded:
        await do(engine, tokens.create, made, lifetime=timedelta(days=1), chance=CHANCE, now=NOW)
    assert errors.constraint(guarded.value) == "role_confirmed"

    async def bare(conn: AsyncConnection) -> None:
        await query.run(conn, _BARE, principal_id=ids.new_id(), now=NOW, created_by=first.principal_id)

    with pytest.raises(DBAPIError) as guarded:
        await do(engine, bare)
    assert errors.constraint(guarded.value) == "role_confirmed"


async def test_an_entrance_made_before_opens_nothing_while_the_role_waits(engine: AsyncEngine) -> None:
    made = await asked(engine, await spending.actor(engine, "officer"))
    new = NewEntrance(principal_id=made)
    secret = await do(engine, entrances.make, new, chance=CHANCE[::-1], now=NOW)
    with pytest.raises(refusals.EntranceClosed):
        await do(engine, entrances.find, secret, NOW)


async def test_an_area_bounds_coordinators_alone(engine: AsyncEngine) -> None:
    officer, host = await spending.actor(engine, "officer"), await spending.organisation(engine, "host")
    wanted = giving.Asked(role="host", label="x", organisation_id=host, area_id=AREAS[TOWN])
    with pytest.raises(refusals.AreaForCoordinators):
        await do(engine, giving.give, wanted, actor=officer, now=NOW)
    with pytest.raises(refusals.UnknownArea):
        await asked(engine, officer, area_id=ids.new_id())


async def test_everybody_but_who_vouches_is_let_in_by_one(engine: AsyncEngine) -> None:
    officer, host = await spending.actor(engine, "officer"), await spending.organisation(engine, "host")
    wanted = giving.Asked(role="host", label="集会所", organisation_id=host, valid_until=NOW + timedelta(days=1))
    made = await do(engine, giving.give, wanted, actor=officer, now=NOW)
    assert (await do(engine, roles.find, made.principal_id, now=NOW)).state == "stands"
    assert (await do(engine, roles.find, made.principal_id, now=NOW + timedelta(days=1))).state == "ended"
    assert [each.label for each in await do(engine, roles.listed, now=NOW, organisation_id=host)] == ["集会所"]
