"""An officer lets nobody in unseen: the named person, the auditor and a second officer see it, and the maker is not the second."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community import openings
from community.actor import Actor
from db import errors, query
from db.transact import read, transact
from flows import openings as seeing
from kernel import ids
from tests.e2e.test_pages_office import code, gone
from tests.support import browsing, guards_removed, http, scenes, vaults
from tests.support.browsing import Browser
from tests.support.http import Caller
from tests.support.scenes import Town, ok
from tests.support.towns import TOWN
from wallets.refusals import SamePerson

_SEEN = query.statement(
    "select count(*) from community.opening_seen where municipality_id = db.municipality() and seen_by = :seen_by"
)
ENTER = query.statement("select set_config('yui.municipality', :municipality, true)")


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture(scope="module")
async def first(service: http.Service, town: Town) -> Browser:
    return await browsing.stepped_up(service, town.officer)


@pytest.fixture(scope="module")
async def second(service: http.Service, town: Town) -> Browser:
    return await browsing.stepped_up(service, town.second)


async def let_in(town: Town, role: Any = "host", **more: Any) -> Caller:
    """Somebody at work, for whom an officer then makes a token and a sheet."""
    who = await town.service.caller(role, **more)
    ok(await town.officer.post(f"/principals/{who.principal_id}/tokens", {"days": 30}))
    ok(await town.officer.post(f"/principals/{who.principal_id}/entrances"))
    return who


async def seen_by(town: Town, who: Caller) -> int:
    async def work(conn: AsyncConnection) -> int:
        return await query.scalar(conn, _SEEN, seen_by=who.principal_id)

    return await read(town.service.engine, TOWN, work)


async def test_what_an_officer_makes_for_others_is_seen_by_three(town: Town, first: Browser, second: Browser) -> None:
    who = await let_in(town)
    named = await browsing.signed_in(town.service, who)
    assert "あなたの役割で入るものが 2件" in (await named.get("/host")).text
    mine = (await named.get("/openings")).text
    assert mine.count("test officer") == 2
    assert "プログラムの鍵" in mine
    auditor = (await (await browsing.signed_in(town.service, town.auditor)).get("/audit/openings")).text
    assert "まだです" in auditor
    assert f"/office/openings/{who.principal_id}/seen" not in (await first.get("/office/openings")).text
    assert "ほかの職員が人を入れました" not in (await first.get("/office")).text
    assert code(await first.send(f"/office/openings/{who.principal_id}/seen", on="/office/openings")) == "same_person"
    assert await seen_by(town, town.officer) == 0
    assert "ほかの職員が人を入れました 2件" in (await second.get("/office")).text
    done = await second.send(f"/office/openings/{who.principal_id}/seen", on="/office/openings")
    assert gone(done) == "/office/openings"
    assert await seen_by(town, town.second) == 2
    assert gone(await second.send(f"/office/openings/{who.principal_id}/seen", on="/office/openings")) == "/office/openings"
    assert await seen_by(town, town.second) == 2
    assert "ほかの職員が人を入れました" not in (await second.get("/office")).text
    town.service.clock.forward(timedelta(days=15))
    named = await browsing.signed_in(town.service, who)
    assert "あなたの役割で入るもの" not in (await named.get("/host")).text
    assert "test officer" in (await named.get("/openings")).text, "it stays on the page"


async def test_a_member_reads_on_their_phone_what_was_made_for_their_role(town: Town) -> None:
    member, stranger = await scenes.join(town), await scenes.join(town)
    await let_in(town, "coordinator", member_id=member.member_id)
    phones = [await browsing.signed_in(town.service, each.caller) for each in (member, stranger)]
    assert ["test officer" in (await each.get("/openings")).text for each in phones] == [True, False]


async def test_what_nobody_in_the_town_made_waits_for_nobody(town: Town) -> None:
    """Whoever runs the server makes the office itself; the auditor reads of that."""

    async def waiting(conn: AsyncConnection) -> list[UUID]:
        return [each.principal_id for each in await openings.waiting(conn, town.second.principal_id)]

    fresh = await town.service.caller("host")
    assert fresh.principal_id not in await read(town.service.engine, TOWN, waiting)


# ------------------------------------------------------------------------------------------ each guard without the other


async def test_postgresql_refuses_the_maker_and_what_nobody_made(town: Town, engine: AsyncEngine) -> None:
    who, now = await let_in(town), town.service.clock.now()
    maker = town.officer.principal_id

    async def made(conn: AsyncConnection) -> list[UUID]:
        return [each.opening_id for each in await openings.of_principal(conn, who.principal_id) if each.made_by]

    found = await read(engine, TOWN, made)
    for asked, guard in ((found, "two_people"), ([ids.new_id()], "opening_known")):
        with pytest.raises(exc.DBAPIError) as raised:
            await transact(engine, TOWN, lambda conn, asked=asked: openings.see(conn, asked, seen_by=maker, now=now))
        assert errors.constraint(raised.value) == guard


async def test_the_code_refuses_the_maker_where_postgresql_would_not(town: Town, admin: AsyncEngine) -> None:
    who, now = await let_in(town), town.service.clock.now()
    actor = Actor(
        principal_id=town.officer.principal_id, role="officer", member_id=None, organisation_id=None, municipality_id=TOWN
    )
    async with vaults.opening(admin).connect() as conn:
        transaction = await conn.begin()
        await query.run(conn, ENTER, municipality=str(TOWN))
        await guards_removed.remove(conn, "two_people")
        made = [each.opening_id for each in await openings.of_principal(conn, who.principal_id) if each.made_by]
        async with conn.begin_nested() as savepoint:
            assert await openings.see(conn, made, seen_by=actor.principal_id, now=now) == len(made)
            await savepoint.rollback()
        with pytest.raises(SamePerson):
            await seeing.see(conn, who.principal_id, actor=actor, now=now)
        await transaction.rollback()
