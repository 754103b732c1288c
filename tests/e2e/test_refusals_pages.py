"""What is refused on pages by the state of the world, or told by the way to where one can go on; and nothing is written."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.ext.asyncio import AsyncEngine

from community import proxies
from kernel import ids
from tests.support import browsing, device_browser, families, http, offline, scenes, spending, unchanged
from tests.support.browsing import HIDDEN, Browser
from tests.support.device_browser import Key, spelled
from tests.support.scenes import Town
from tests.support.unchanged import refused

LED = {"nobody_to_act_for": "/acting", "not_signed_in": "/sign-in"}
"""Refusals that a page answers by the way to where one goes on."""
SETTLE = re.compile(r'action="(/host/conflicts/[0-9a-f-]+/settle)"')


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    service.clock.set(spending.NOW)
    return await scenes.opened(service)


@pytest.fixture
async def host(town: Town) -> Browser:
    return await browsing.signed_in(town.service, town.host)


async def fields(browser: Browser, on: str) -> dict[str, str]:
    """What a page hides in its forms, with a fresh key."""
    return {"key": str(ids.new_id())} | dict(HIDDEN.findall((await browser.get(on)).text))


# ---------------------------------------------------------------------------------------------- records without a signal


async def test_what_did_not_count_is_settled_once_and_for_a_reason_that_can_be_read(
    town: Town, host: Browser, admin: AsyncEngine
) -> None:
    device, now = await offline.hall(town, host), town.service.clock.now()
    device.write("card", now, code="C/0123456789ABCDEF")
    assert offline.outcomes(await device.send(sent_at=now)) == ["listed"]
    page = f"/host/slots/{device.slot_id}/conflicts"
    settle, *_ = SETTLE.findall((await host.get(page)).text)
    told = await fields(host, page) | {"how": "set_aside"}
    await refused(admin, "text_too_long", host.post(settle, told | {"key": str(ids.new_id()), "reason": "あ" * 2_001}))
    assert (await host.post(settle, told | {"reason": "だれのでもない"})).status_code == 303
    again = told | {"key": str(ids.new_id()), "reason": "だれのでもない"}
    await refused(admin, "conflict_settled", host.post(settle, again))


@pytest.mark.parametrize("record", ["{", "[]", "{}", '{"method":"card"}'])
async def test_a_signed_record_that_is_no_scan_is_not_taken(town: Town, host: Browser, admin: AsyncEngine, record: str) -> None:
    device = await offline.hall(town, host)
    device.sign(record)
    await refused(admin, "queue_record_unreadable", device.send(sent_at=town.service.clock.now()))


# ---------------------------------------------------------------------------------------------------------------- devices

NO_KEYS = {
    "a word": "nonsense",
    "zeros": spelled(b"\x30\x59" + bytes(89)),
    "another curve": spelled(Key(ec.generate_private_key(ec.SECP384R1())).spki),
}


@pytest.mark.parametrize("public_key", NO_KEYS.values(), ids=list(NO_KEYS))
async def test_what_is_no_key_of_a_browser_is_not_kept(host: Browser, admin: AsyncEngine, public_key: str) -> None:
    told = await fields(host, "/host") | {"public_key": public_key}
    await refused(admin, "bad_device_key", host.post("/device/key", told))


async def test_an_entrance_of_a_person_opens_no_device_and_a_phone_is_none(town: Town, admin: AsyncEngine) -> None:
    cashier = await town.service.caller("cashier")
    secret = (await browsing.entrance(town.service, cashier)).removeprefix("/enter/")
    key = Key.new()
    told = {"public_key": spelled(key.spki), "signature": spelled(key.sign(device_browser.devices_at_work.to_sign(secret)))}
    await refused(admin, "not_a_device", Browser(town.service).post(f"/device/open/{secret}", told))
    phone = await browsing.signed_in(town.service, cashier)
    await refused(admin, "not_a_device", phone.get("/device/operator"))
    pin = await fields(phone, "/pin") | {"operator_id": str(cashier.principal_id), "pin": "2580"}
    await refused(admin, "not_a_device", phone.post("/device/operator", pin))


# ------------------------------------------------------------------------------------------------------ who acts for whom


async def test_so_many_act_for_one_member_and_not_for_ever(town: Town, admin: AsyncEngine) -> None:
    mother = await scenes.join(town)
    phone = await browsing.signed_in(town.service, mother.caller)
    ask: dict[str, Any] = {"relation": "daughter", "power": "see"}
    form = await fields(phone, "/proxies") | ask
    ends = town.service.clock.now().date() + proxies.UNTIL_MAX + timedelta(days=2)
    for last_day in (ends.isoformat(), "2020-01-01"):
        far = form | {"name": "だれか", "last_day": last_day}
        await refused(admin, "proxy_end_out_of_range", phone.post("/proxies", far))
    for nth in range(proxies.PER_MEMBER_MAX):
        assert (await phone.post("/proxies", form | {"name": f"娘 {nth}"})).status_code == 200
    await refused(admin, "too_many_proxies", phone.post("/proxies", form | {"name": "もう一人"}))


async def test_spending_for_somebody_is_not_written_down_at_a_desk_of_volunteers(town: Town, admin: AsyncEngine) -> None:
    mother, host = await scenes.join(town), await browsing.stepped_up(town.service, town.host)
    page = f"/desk/members/{mother.member_id}/proxies"
    form = await fields(host, page)
    told = form | {"name": "娘", "relation": "daughter", "power": "spend", "consent": "spoken", "consent_note": "窓口で"}
    await refused(admin, "spending_not_at_desk", host.post(page, told))


async def test_who_is_no_member_is_led_to_whom_they_act_for(town: Town, admin: AsyncEngine) -> None:
    mother = await scenes.join(town)
    phone = await browsing.signed_in(town.service, mother.caller)
    page = await phone.send("/proxies", on="/proxies", name="娘", relation="daughter", power="see")
    daughter, entrance = Browser(town.service), families.symbol(page.text)[len(http.PUBLIC_URL) :]
    assert (await daughter.send(entrance, on=entrance)).status_code == 303
    async with unchanged.nothing(admin):
        answers = [await daughter.get(path) for path in ("/today", "/points", "/give")]
        token = dict(HIDDEN.findall((await daughter.get("/acting")).text))
        answers.append(await daughter.post("/give", token | {"to": "pot", "unit": "pt", "amount": "1", "key": "k"}))
    assert {(each.status_code, each.headers.get("location")) for each in answers} == {(303, LED["nobody_to_act_for"])}


async def test_who_is_not_signed_in_is_led_to_where_one_signs_in(town: Town, admin: AsyncEngine) -> None:
    nobody = Browser(town.service)
    async with unchanged.nothing(admin):
        answers = [await nobody.get(path) for path in ("/today", "/host", "/office")]
    assert {(each.status_code, each.headers.get("location")) for each in answers} == {(303, LED["not_signed_in"])}


# ---------------------------------------------------------------------------------------------------------------- erasure


async def test_nobody_is_erased_while_something_is_open_and_no_officer_erases_themselves(town: Town, admin: AsyncEngine) -> None:
    member, other = await scenes.join(town), await scenes.join(town)
    await scenes.attend(town, member)
    for who, officer, code in (
        (member, town.officer, "erasure_not_yet"),
        (other, await town.service.caller("officer", member_id=other.member_id), "erasure_of_oneself"),
    ):
        browser = await browsing.stepped_up(town.service, officer)
        page = f"/desk/members/{who.member_id}/erase"
        told = await fields(browser, page) | {"number": str(who.number), "because": "wish"}
        await refused(admin, code, browser.post(page, told))
