"""A queue from a hall without signal comes in: counted once, refused by name where it does not hold, and nothing lost by silence."""

from __future__ import annotations

import re

import msgspec
import pytest

from qr import seals, tokens
from tests.support import browsing, http, offline, scenes, spending
from tests.support.browsing import HIDDEN, Browser
from tests.support.member_pages import refusal
from tests.support.offline import HOUR, came_and_went, hall, outcomes, rows
from tests.support.scenes import Town
from tests.support.towns import OTHER_TOWN, TOWN


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    service.clock.set(spending.NOW)
    return await scenes.opened(service)


@pytest.fixture
async def host(town: Town) -> Browser:
    return await browsing.signed_in(town.service, town.host)


async def test_the_sealed_list_knows_a_card_by_its_slot_and_tells_no_secret(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    slot_id = await scenes.slot(town, town.service.clock.now())
    scenes.ok(await town.host.post(f"/slots/{slot_id}/bookings", {"member_id": str(guest.member_id)}))
    told = (await host.get(f"/host/slots/{slot_id}/roster")).json()
    (person,) = msgspec.json.decode(told["roster"])["people"]
    assert (person["number"], person["state"]) == (guest.number, "expected")
    token = tokens.open_card(tokens.read(guest.card).text)
    salted = seals.digest(bytes.fromhex(slot_id.replace("-", "")) + tokens.fingerprint(token)).hex()
    assert person["cards"] == [salted]
    assert token.text not in told["roster"]
    keys = town.service.app.state["context"].keys_of(TOWN)
    assert seals.read(told["seal"], keys).sha256 == seals.digest(told["roster"].encode())


async def test_the_shell_that_a_browser_keeps_is_nobodys(host: Browser) -> None:
    shell = (await host.get("/host/live")).text
    assert set(re.findall('name="(?:form_token|key)" value="([^"]*)"', shell)) == {""}
    assert "test host" not in shell
    assert "data-who" not in shell


async def test_a_queue_counts_once_however_often_it_is_sent_and_pays(town: Town, host: Browser) -> None:
    guest, other = await scenes.join(town), await scenes.join(town)
    device = await hall(town, host)
    await came_and_went(town, device, guest)
    device.write("manual", town.service.clock.now() + HOUR, member_number=other.number, reason="カードを忘れた")
    town.service.clock.forward(2 * HOUR)
    now = town.service.clock.now()
    sent = [await device.send(sent_at=now), await device.send(device.records[:2], sent_at=now), await device.send(sent_at=now)]
    assert outcomes(sent[0]) == outcomes(sent[2]) == ["counted"] * 3
    assert [each["name"] for each in sent[0].json()["answers"]] == ["結 太郎"] * 3
    assert [(row.method, row.evidence) for row in await rows(town, offline.SCANS, device.slot_id)] == [
        ("card", 3),
        ("manual", 1),
        ("card", 3),
    ]
    links = await rows(town, offline.LINKS, device.slot_id)
    assert [row.number for row in links] == [1, 2, 3]
    assert {row.roster_sha256 for row in links} == {seals.digest(device.roster["roster"].encode())}
    assert await scenes.points(guest) == 400


async def test_a_record_that_was_changed_or_not_signed_is_refused_by_name_and_nothing_is_taken(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    device = await hall(town, host)
    await came_and_went(town, device, guest)
    town.service.clock.forward(2 * HOUR)
    now = town.service.clock.now()
    first, second = device.records
    forged = second | {"record": second["record"].replace('"auto"', '"auto" ')}
    assert refusal(await device.send([first, forged], sent_at=now)) == "queue_signature_wrong"
    assert refusal(await device.send([first, second | {"signature": "00" * 64}], sent_at=now)) == "queue_signature_wrong"
    assert refusal(await device.send([second], sent_at=now)) == "queue_gap"
    assert refusal(await device.send([first, second | {"number": 3}], sent_at=now)) == "queue_gap"
    assert refusal(await device.send([first, second | {"before": "f" * 64}], sent_at=now)) == "queue_changed"
    assert await rows(town, offline.SCANS, device.slot_id) == []
    assert await rows(town, offline.LINKS, device.slot_id) == []
    assert outcomes(await device.send(sent_at=now)) == ["counted", "counted"]
    other = await offline.taken_along(host, device.slot_id)
    other.key_id = device.key_id
    other.write("card", now, code=guest.card)
    assert refusal(await other.send(sent_at=now)) == "queue_changed", "another record under a number that was received"
    assert await scenes.points(guest) == 400


async def test_the_key_of_somebody_else_signs_nothing_here(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    device = await hall(town, host)
    await came_and_went(town, device, guest)
    town.service.clock.forward(2 * HOUR)
    now = town.service.clock.now()
    colleague = await browsing.signed_in(
        town.service, await town.service.caller("host", organisation_id=town.host.organisation_id)
    )
    theirs = await offline.taken_along(colleague, device.slot_id)
    device.browser, device.roster = colleague, theirs.roster
    assert refusal(await device.send(sent_at=now)) == "foreign_device_key"
    assert await rows(town, offline.SCANS, device.slot_id) == []
    assert outcomes(await device.send(sent_at=now, listed=True)) == ["listed", "listed"]
    assert [row.code for row in await rows(town, offline.SETTLED, device.slot_id)] == ["foreign_device_key"] * 2
    assert await scenes.points(guest) == 0, "a list never counts by itself"


async def test_a_queue_with_a_gap_goes_on_the_list_and_the_next_record_counts(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    device = await hall(town, host)
    now = town.service.clock.now()
    for _ in range(3):
        device.write("card", now, code=guest.card)
    answer = await device.send([device.records[0], device.records[2]], sent_at=now, listed=True)
    assert outcomes(answer) == ["listed", "listed"]
    assert (answer.json()["number"], answer.json()["hash"]) == (3, device.before)
    device.write("card", now, code=guest.card)
    assert outcomes(await device.send(device.records[3:], sent_at=now)) == ["counted"]
    assert [row.held for row in await rows(town, offline.LINKS, device.slot_id)] == [False, False, True]


async def test_two_devices_at_one_slot_count_together(town: Town, host: Browser) -> None:
    guest = await scenes.join(town)
    device = await hall(town, host)
    tablet = await offline.taken_along(await browsing.signed_in(town.service, town.device), device.slot_id)
    now = town.service.clock.now()
    device.write("card", now, code=guest.card)
    tablet.write("card", now + 2 * HOUR, code=guest.card)
    town.service.clock.forward(2 * HOUR)
    now = town.service.clock.now()
    assert outcomes(await device.send(sent_at=now)) == ["counted"]
    assert outcomes(await tablet.send(sent_at=now)) == ["counted"]
    assert await scenes.points(guest) == 400


async def test_a_slot_of_another_organisation_and_of_another_town_does_not_exist(town: Town, host: Browser) -> None:
    device = await hall(town, host)
    device.write("card", town.service.clock.now(), code=(await scenes.join(town)).card)
    for stranger in (
        await browsing.signed_in(town.service, "host"),
        await browsing.signed_in(town.service, "host", town=OTHER_TOWN),
    ):
        page = await stranger.get("/host/announce")
        device.browser, device.roster = stranger, device.roster | {"form_token": dict(HIDDEN.findall(page.text))["form_token"]}
        answer = await device.send(sent_at=town.service.clock.now())
        assert (answer.status_code, refusal(answer)) == (404, "unknown_slot")
        for part in ("live", "roster", "conflicts"):
            assert (await stranger.get(f"/host/slots/{device.slot_id}/{part}")).status_code == 404
    assert await rows(town, offline.SCANS, device.slot_id) == []
