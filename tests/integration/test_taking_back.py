"""Nothing is taken back on which something rests: refused by the code, and by PostgreSQL where the code is not asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import scans
from activities.offline_refusals import ScanCounted
from activities.refusals import SlotClosed
from community.actor import Actor
from db import engine as engines
from db import errors, query
from db.transact import transact
from flows import take_back
from kernel import ids
from tests.support import guards_removed, http, member_pages, postgres, scenes, spending
from tests.support.scenes import Town, ok
from tests.support.towns import TOWN

_REST = query.statement(
    """
    insert into activities.attendance_scan (municipality_id, attendance_id, scan_id)
    select db.municipality(), a.attendance_id, :scan_id from activities.attendance a
    where a.municipality_id = db.municipality() limit 1
    """
)


@pytest.fixture(scope="module")
async def service(database: postgres.Clone, engine: Any) -> Any:
    async with http.served(database) as started:
        started.clock.set(spending.NOW)
        yield started


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


async def scanned(town: Town, *, hours: float | None = None) -> tuple[str, UUID]:
    """A slot, and the latest scan of a guest: of their going after `hours`, or of their coming."""
    guest, now = await scenes.join(town), town.service.clock.now()
    slot_id = await scenes.slot(town, now - timedelta(hours=2))
    told = [scenes.card_scan(slot_id, guest.card, now - timedelta(hours=2))]
    if hours is not None:
        told.append(scenes.card_scan(slot_id, guest.card, now - timedelta(hours=2 - hours)))
    for each in told:
        ok(await town.device.post("/scans", each))
    return slot_id, UUID(told[-1]["scan_id"])


def host_of(town: Town) -> Actor:
    host = town.host
    return Actor(
        principal_id=host.principal_id, role="host", member_id=None, organisation_id=host.organisation_id, municipality_id=TOWN
    )


async def taken_back(town: Town, scan_id: UUID) -> Any:
    now = town.service.clock.now()

    async def work(conn: AsyncConnection) -> Any:
        return await take_back.take_back(conn, scan_id, reason="x", actor=host_of(town), now=now)

    return await transact(town.service.engine, TOWN, work)


async def forced(town: Town, scan_id: UUID) -> str | None:
    """The name under which PostgreSQL refuses a retraction that no code looked at; None where it lets it pass."""
    now, by = town.service.clock.now(), town.host.principal_id

    async def work(conn: AsyncConnection) -> None:
        await scans.retract(conn, scan_id, reason="x", retracted_by=by, now=now)

    try:
        await transact(town.service.engine, TOWN, work)
    except DBAPIError as refused:
        return errors.constraint(refused)
    return None


async def test_both_refuse_what_counted_and_what_is_closed(town: Town) -> None:
    slot_id, counted = await scanned(town, hours=2)
    with pytest.raises(ScanCounted):
        await taken_back(town, counted)
    assert await forced(town, counted) == "scan_counted"
    slot_id, open_ = await scanned(town)
    ok(await town.host.keyed(f"/slots/{slot_id}/close", {}))
    with pytest.raises(SlotClosed):
        await taken_back(town, open_)
    assert await forced(town, open_) == "slot_closed"


async def test_postgresql_refuses_what_counted_of_a_match_and_lets_a_beginning_be_taken_back(town: Town) -> None:
    """The code that lets a helper do so is driven in tests/e2e/test_pages_own_scanner.py."""
    helper, receiver = await scenes.join(town), await scenes.join(town)
    match_id, now = await member_pages.agreed(town, helper, receiver), town.service.clock.now()
    told = [
        {"scan_id": str(ids.new_id()), "method": "receiver_card", "code": receiver.card, "match_id": match_id, "occurred_at": at}
        for at in ((now + timedelta(minutes=minutes)).isoformat() for minutes in (0, 1, 2))
    ]
    town.service.clock.forward(timedelta(minutes=2))
    for each in told[:2]:
        ok(await helper.caller.post("/scans", each | {"direction": "in"}))
    assert await forced(town, UUID(told[0]["scan_id"])) is None
    ok(await helper.caller.post("/scans", told[2] | {"direction": "out"}))
    assert [await forced(town, UUID(each["scan_id"])) for each in told[1:]] == ["scan_counted", "scan_counted"]


async def test_no_attendance_comes_to_rest_on_what_was_taken_back(town: Town) -> None:
    await scanned(town, hours=1)
    _, scan_id = await scanned(town)
    assert (await taken_back(town, scan_id)).scan_id == scan_id
    with pytest.raises(DBAPIError) as refused:
        await transact(town.service.engine, TOWN, lambda conn: query.run(conn, _REST, scan_id=scan_id))
    assert errors.constraint(refused.value) == "retracted_scan"


async def test_the_code_refuses_alone_where_postgresql_lets_it_pass(town: Town, database: postgres.Clone) -> None:
    _, counted = await scanned(town, hours=2)
    await as_admin(database, guards_removed.functions_without("scan_counted"))
    try:
        with pytest.raises(ScanCounted):
            await taken_back(town, counted)
        assert await forced(town, counted) is None
    finally:
        await as_admin(database, guards_removed.functions_with("scan_counted"))


async def as_admin(database: postgres.Clone, statements: list[str]) -> None:
    admin = engines.create_single(database.admin_url, name="test guards")
    async with admin.begin() as conn:
        for each in statements:
            await conn.exec_driver_sql(each)
    await admin.dispose()
