"""A scan that was kept without signal says whose turn it was by the device's clock, and besides who worked there when it was sent."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from db.transact import read
from tests.support import browsing, device_browser, http, scenes, spending
from tests.support.at_counter import slot
from tests.support.offline import Device
from tests.support.scenes import Town
from tests.support.towns import TOWN

SENT = query.statement(
    """
    select q.method, q.told_at, w.operator_id as sent_in_turn_of, t.operator_id as operated_by
    from activities.queue_link q
    left join community.shift w on w.municipality_id = q.municipality_id and w.shift_id = q.sent_in_shift
    left join activities.scan_operator o on o.municipality_id = q.municipality_id and o.scan_id = q.record_id
    left join community.shift t on t.municipality_id = o.municipality_id and t.shift_id = o.shift_id
    where q.municipality_id = db.municipality() and q.slot_id = :slot_id order by q.number
    """
)


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    service.clock.set(spending.NOW)
    return await scenes.opened(service)


async def test_whoever_sends_is_written_down_beside_whose_turn_the_clock_says(town: Town) -> None:
    host = await browsing.signed_in(town.service, town.host)
    other = await town.service.caller("host", organisation_id=town.host.organisation_id)
    tablet, here, guest = await device_browser.added(town.service, host), await slot(town), await scenes.join(town)
    await device_browser.works(tablet, host)
    slot_id = here.rpartition("/")[2]
    roster = (await tablet.get(f"{here}/roster")).json()
    kept = Device(tablet, slot_id, tablet.key.key_id, tablet.key.pair, roster)
    then = town.service.clock.now()
    scan_id = kept.write("card", then, code=guest.card)
    kept.write("manual", then, member_number=99_999_999, reason="カードなし")
    town.service.clock.forward(timedelta(minutes=10))
    await device_browser.works(tablet, await browsing.signed_in(town.service, other))
    answer = await kept.send(sent_at=town.service.clock.now())
    assert [each["outcome"] for each in answer.json()["answers"]] == ["counted", "listed"]

    async def work(conn: AsyncConnection) -> list[tuple[object, ...]]:
        return [tuple(row) for row in await query.rows(conn, SENT, slot_id=UUID(slot_id))]

    assert await read(town.service.engine, TOWN, work) == [
        ("card", then, other.principal_id, town.host.principal_id),
        ("manual", then, other.principal_id, None),
    ]
    evidence = (await (await browsing.signed_in(town.service, town.auditor)).get(f"/audit/trace/{scan_id}")).text
    assert "届いたとき、端末を受け持っていた人" in evidence
    listed = (await host.get(f"{here}/conflicts")).text
    assert "公民館タブレットから" in listed
    assert "届いたときの受け持ち:test host" in listed
