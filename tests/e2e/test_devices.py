"""Devices at a counter: added, opened with a key of their own, worked at by somebody with a PIN, ended; and what a thief can do."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from api import at_device
from api import signed_in as cookies
from tests.support import browsing, device_browser, http, scenes, spending
from tests.support.at_counter import count, scans_of, slot
from tests.support.browsing import Browser
from tests.support.device_browser import Device, Key, spelled
from tests.support.member_pages import refusal
from tests.support.scenes import Town

COUNTER = re.compile(r'href="/counters#d-([0-9a-f-]{36})"')


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    service.clock.set(spending.NOW)
    return await scenes.opened(service)


@pytest.fixture(scope="module")
async def host(town: Town) -> Browser:
    return await browsing.signed_in(town.service, town.host)


@pytest.fixture
async def tablet(town: Town, host: Browser) -> Device:
    return await device_browser.added(town.service, host)


async def test_a_tablet_is_opened_once_and_lets_people_in_with_its_signature(
    town: Town, host: Browser, engine: AsyncEngine
) -> None:
    path = await device_browser.offered(host, "玄関のタブレット")
    assert "玄関のタブレット" in (await Browser(town.service).get(path)).text
    tablet = await device_browser.opened(town.service, path)
    assert (await Browser(town.service).get(path)).status_code == 410, "used up"
    guest, here = await scenes.join(town), await slot(town)
    assert (await tablet.send(f"{here}/scans", on=here, who=guest.card)).status_code == 303
    assert await scans_of(engine, guest) == 1
    listed = (await host.get("/counters")).text
    assert "玄関のタブレット" in listed
    assert tablet.key.key_id[-8:].upper() in listed


async def test_a_copied_cookie_reads_and_changes_nothing(town: Town, tablet: Device, engine: AsyncEngine) -> None:
    thief, guest, here = Browser(town.service), await scenes.join(town), await slot(town)
    assert tablet.secret is not None
    thief.http.cookies.set(cookies.COOKIE, tablet.secret, domain="yui.test", path="/")
    refused = await thief.send(f"{here}/scans", on=here, who=guest.card)
    assert (refused.status_code, refusal(refused)) == (403, "device_unsigned")
    own = Key.new()
    for fields in ({"public_key": spelled(own.spki)}, {"public_key": spelled(tablet.key.spki)}):
        assert refusal(await thief.send("/device/key", on=here, **fields)) == "device_unsigned"
    forged = Device(town.service, Key(own.pair, tablet.key.key_id))
    forged.http.cookies = thief.http.cookies
    assert refusal(await forged.send(f"{here}/scans", on=here, who=guest.card)) == "device_signature_wrong"
    assert refusal(await forged.send("/sign-out", on=here)) == "device_signature_wrong"
    assert await scans_of(engine, guest) == 0
    assert await count(engine, "community.device_key where principal_id = :id", id=(await who(tablet))) == 1


async def who(tablet: Device) -> str:
    page = await tablet.get("/host")
    return page.text.partition('data-who="')[2].partition('"')[0]


async def test_what_was_signed_counts_once_for_what_it_says_and_within_minutes(
    town: Town, tablet: Device, engine: AsyncEngine
) -> None:
    guest, other, here = await scenes.join(town), await scenes.join(town), await slot(town)
    path, fields = f"{here}/scans", (await tablet.fields(here)) | {"who": guest.card}
    signed = fields | {at_device.FIELD: tablet.proof(path, fields)}
    wrong = [
        ("device_signature_wrong", signed | {"who": other.card}),
        ("device_signature_wrong", fields | {at_device.FIELD: tablet.proof(path, fields, target=f"{here}/other")}),
        ("device_unsigned", fields | {at_device.FIELD: "nonsense"}),
        ("device_unsigned", fields | {at_device.FIELD: f"{signed[at_device.FIELD]}.x"}),
        ("device_unsigned", fields),
    ]
    for told, sent in wrong:
        assert refusal(await tablet.unsigned(path, sent)) == told
    assert await scans_of(engine, guest) + await scans_of(engine, other) == 0
    assert (await tablet.unsigned(path, signed)).status_code == 303
    again = await tablet.unsigned(path, signed)
    assert (again.status_code, refusal(again)) == (409, "device_replayed")
    assert await scans_of(engine, guest) == 1
    now = round(town.service.clock.now().timestamp() * 1000)
    for off in (-6, 6):
        late = fields | {at_device.FIELD: tablet.proof(path, fields, time=now + off * 60_000)}
        answer = await tablet.unsigned(path, late)
        assert refusal(answer) == "device_clock_wrong"
        assert "6分" in answer.text
    assert await count(engine, "community.device_request where key_id = :id", id=tablet.key.key_id) == 1


async def test_a_device_gets_no_second_key_and_no_key_opens_another_device(
    town: Town, host: Browser, tablet: Device, engine: AsyncEngine
) -> None:
    second = await tablet.send("/device/key", on="/host", public_key=spelled(Key.new().spki))
    assert refusal(second) == "device_key_taken"
    other, guest, here = await device_browser.added(town.service, host), await scenes.join(town), await slot(town)
    other.key.key_id, kept = tablet.key.key_id, other.key.key_id
    assert refusal(await other.send(f"{here}/scans", on=here, who=guest.card)) == "device_signature_wrong"
    other.key = Key(tablet.key.pair, tablet.key.key_id)
    assert refusal(await other.send(f"{here}/scans", on=here, who=guest.card)) == "device_signature_wrong"
    assert kept != tablet.key.key_id
    assert await scans_of(engine, guest) == 0


async def test_an_entrance_opens_with_a_signature_of_the_key_that_it_brings(town: Town, host: Browser) -> None:
    path, key = await device_browser.offered(host), Key.new()
    made = Device(town.service, key)
    for signature in (Key.new().sign(b"yui device"), bytes(64), b""):
        answer = await made.unsigned(path, {"public_key": spelled(key.spki), "signature": spelled(signature)})
        assert answer.status_code in {403, 422}, answer.text
    at_the_door = f"/enter/{path.rpartition('/')[2]}"
    assert (await made.get(at_the_door)).headers["location"] == path
    assert refusal(await made.unsigned(at_the_door, {})) == "entrance_closed", "without a key nobody comes in"
    assert (await device_browser.opened(town.service, path, key)).key.key_id
    late = await device_browser.offered(host)
    town.service.clock.forward(timedelta(minutes=15))
    assert (await made.get(late)).status_code == 410


async def test_a_device_that_was_stopped_does_nothing_any_more(
    town: Town, host: Browser, tablet: Device, engine: AsyncEngine
) -> None:
    guest, here, device_id = await scenes.join(town), await slot(town), await who(tablet)
    stranger = await browsing.signed_in(town.service, "host")
    assert "/end" not in (await stranger.get("/counters")).text
    refused = await stranger.send(f"/counters/{device_id}/end", on="/counters")
    assert (refused.status_code, refusal(refused)) == (404, "unknown_device")
    fields = (await tablet.fields(here)) | {"who": guest.card}
    assert (await host.send(f"/counters/{device_id}/end", on="/counters")).status_code == 303
    assert (await tablet.post(f"{here}/scans", fields)).headers["location"] == "/sign-in"
    assert (await tablet.get("/host")).headers["location"] == "/sign-in"
    assert await scans_of(engine, guest) == 0
    assert await count(engine, "community.device_key_end where key_id = :id", id=tablet.key.key_id) == 1
    assert device_id not in (await host.get("/counters")).text.replace("-", "")


async def test_an_officer_sees_and_stops_every_device_after_a_step_up(town: Town, tablet: Device) -> None:
    officer = await browsing.signed_in(town.service, town.officer)
    device_id = await who(tablet)
    house = f"/office/organisations/{town.host.organisation_id}"
    (there,) = {each for each in COUNTER.findall((await officer.get(house)).text) if each.replace("-", "") == device_id}
    assert f'id="d-{there}"' in (await officer.get("/counters")).text
    chosen = (await officer.get(f"/counters?house={town.host.organisation_id}")).text
    assert f'value="{town.host.organisation_id}" selected' in chosen
    asked = await officer.send(f"/counters/{device_id}/end", on="/counters")
    assert asked.headers["location"].startswith("/step-up")
    assert (await tablet.get("/host")).status_code == 200
    proven = await browsing.stepped_up(town.service, town.officer)
    assert (await proven.send(f"/counters/{device_id}/end", on="/counters")).status_code == 303
    assert (await tablet.get("/host")).headers["location"] == "/sign-in"


async def test_a_device_adds_no_other_and_sets_nobodys_pin(town: Town, tablet: Device) -> None:
    assert refusal(await tablet.send("/counters", on="/host", name="x")) == "role_not_allowed"
    partner = await browsing.signed_in(town.service, "cashier")
    till = await device_browser.added(town.service, partner)
    for path, fields in (("/counters", {"name": "x"}), ("/pin", {"pin": "2580", "again": "2580"})):
        assert refusal(await till.send(path, on="/till", **fields)) == "device_adds_none"
