"""PINs that a stranger guesses at: over devices, over people, at once and in patience. Who has the PIN goes on, and no hall waits."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from community import attempts
from community.attempts import Limit
from flows import card_pins, devices_at_work, operating
from kernel import ids
from tests.support import browsing, device_browser, http, scenes, spending, unchanged
from tests.support.at_counter import count
from tests.support.browsing import Browser
from tests.support.device_browser import Device, Key, spelled
from tests.support.scenes import Member, Town, ok
from tests.support.unchanged import code_of

MINUTE = timedelta(minutes=1)  # the clock runs on: less than a test takes would be chance
RIGHT = "2580"
GUESSES = ("1357", "1470", "3690", "2468", "8024")  # as many as there are tries

SIGNED = {"community.device_request", "community.shift_seen"}  # what a device signed is kept, and that it was used


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    service.clock.set(spending.NOW)
    return await scenes.opened(service)


async def at_work(town: Town, role: str, other: Browser | None = None) -> Browser:
    """Somebody with a PIN: of the same house as `other`, or of a house of their own."""
    house = other.caller.organisation_id if other is not None and other.caller is not None else None
    made = await browsing.signed_in(town.service, await town.service.caller(role, organisation_id=house))
    assert (await made.send("/pin", on="/pin", pin=RIGHT, again=RIGHT)).status_code == 303
    return made


async def begins(device: Device, person: Browser, pin: str) -> httpx.Response:
    """Somebody types a PIN as this person."""
    assert person.caller is not None
    here = "/device/operator"
    return await device.send(here, on=here, operator_id=person.caller.principal_id, pin=pin)


def waits(answer: httpx.Response, minutes: int) -> bool:
    """Whether a page says that it was too often, and for how long."""
    return (answer.status_code, code_of(answer)) == (429, "too_many_attempts") and f"あと{minutes}分で" in answer.text


# -------------------------------------------------------------------------------------------------------- of an operator


async def test_an_operators_pin_is_told_how_often_and_how_long_and_the_right_one_goes_on_afterwards(
    town: Town, engine: AsyncEngine, admin: AsyncEngine
) -> None:
    host = await at_work(town, "host")
    tablet = await device_browser.added(town.service, host)
    shifts = await count(engine, "community.shift")
    for left, guess in zip((4, 3, 2, 1, 0), GUESSES, strict=True):
        answer = await begins(tablet, host, guess)
        assert (answer.status_code, code_of(answer)) == (403, "operator_refused")
        assert f"あと{left}回" in answer.text
    for pin in (*GUESSES, RIGHT):
        async with unchanged.nothing(admin, but=SIGNED):
            assert waits(await begins(tablet, host, pin), 3), pin
    assert await count(engine, "community.shift") == shifts
    town.service.clock.forward(operating.PIN.each - MINUTE)
    assert waits(await begins(tablet, host, RIGHT), 1)
    town.service.clock.forward(MINUTE)
    assert (await begins(tablet, host, RIGHT)).status_code == 303
    assert (await begins(tablet, host, RIGHT)).status_code == 303, "what was right was given back"
    assert await count(engine, "community.shift") == shifts + 2


async def test_who_guesses_at_one_device_keeps_nobody_from_another_and_nobody_else_from_this_one(
    town: Town, engine: AsyncEngine
) -> None:
    """All of them are behind one address, as in a hall."""
    host = await at_work(town, "host")
    second = await at_work(town, "host", host)
    tablets = [await device_browser.added(town.service, host) for _ in range(2)]
    for guess in GUESSES:
        assert code_of(await begins(tablets[0], host, guess)) == "operator_refused"
    assert waits(await begins(tablets[0], host, RIGHT), 3)
    assert (await begins(tablets[0], second, RIGHT)).status_code == 303, "a colleague at the same device"
    assert (await begins(tablets[1], host, RIGHT)).status_code == 303, "oneself at the other"
    assert host.caller is not None
    stands = "community.shift where operator_id = :who"
    assert await count(engine, stands, who=host.caller.principal_id) == 1


async def test_a_device_that_guesses_at_everybody_has_five_tries_at_each_and_strangers_none(town: Town) -> None:
    host = await at_work(town, "host")
    people = [host, await at_work(town, "host", host)]
    stranger = await at_work(town, "host")
    tablet = await device_browser.added(town.service, host)
    told = Counter[str]()
    for person in (*people, stranger):
        for guess in (*GUESSES, RIGHT):
            told[code_of(await begins(tablet, person, guess))] += 1
    assert told == {"operator_refused": 15, "too_many_attempts": 3}, "whether a PIN would be right is not told"


# --------------------------------------------------------------------------------------------------------------- of a card


async def customer(town: Town) -> Member:
    """Somebody with two thousand points and a PIN for the card."""
    found = await scenes.join(town)
    await scenes.attend(town, found, 10)
    desk, here = await browsing.stepped_up(town.service, "host"), f"/desk/members/{found.member_id}/pin"
    assert (await desk.send(here, on=here, pin=RIGHT, again=RIGHT)).headers["location"].startswith(here)
    return found


async def till(town: Town, cashier: Browser) -> Device:
    made = await device_browser.added(town.service, cashier, "レジ")
    assert (await begins(made, cashier, RIGHT)).status_code == 303
    return made


async def pays(device: Browser, member: Member, pin: str) -> httpx.Response:
    """Six hundred points, for which a card needs its PIN."""
    return await device.send("/till/take", on="/till", code=member.card, unit="pt", amount="600", pin=pin)


async def test_guesses_at_a_card_are_five_over_all_tills_and_shops_and_the_holder_pays_by_phone_meanwhile(
    town: Town, admin: AsyncEngine
) -> None:
    robbed, other = await customer(town), await customer(town)
    cashiers = [await at_work(town, "cashier") for _ in range(2)]
    tills = [await till(town, each) for each in (*cashiers, cashiers[0])]
    for nth, guess in enumerate(GUESSES):
        assert code_of(await pays(tills[nth % 3], robbed, guess)) == "card_pin_wrong"
    for each in tills:
        async with unchanged.nothing(admin, but=SIGNED):
            assert waits(await pays(each, robbed, RIGHT), 6)
    assert code_of(await pays(tills[0], other, RIGHT)) == "", "the next in the queue"
    asked = {"unit": "pt", "amount_max": 600}
    code = ok(await robbed.caller.post(f"/members/{robbed.member_id}/pay-codes", asked))["address"]
    paid = await tills[0].send("/till/take", on="/till", code=code, unit="pt", amount="600")
    assert paid.status_code == 303, "a pay code needs no PIN"
    town.service.clock.forward(card_pins.PIN.each)
    assert code_of(await pays(tills[1], robbed, GUESSES[0])) == "card_pin_wrong", "one try is back"
    assert waits(await pays(tills[1], robbed, RIGHT), 6), "and was spent"
    town.service.clock.forward(card_pins.PIN.each)
    assert (await pays(tills[1], robbed, RIGHT)).status_code == 303
    assert await scenes.points(robbed) == 800


async def test_guesses_at_once_are_five_all_the_same(town: Town) -> None:
    robbed, cashier = await customer(town), await at_work(town, "cashier")
    tills = [await till(town, cashier) for _ in range(3)]
    forms = [await each.fields("/till") for each in tills]
    wrong = [f"{10 + nth}7{nth % 10}" for nth in range(12)]
    asked = {"code": robbed.card, "unit": "pt", "amount": "600"}
    sent = [
        tills[nth % 3].post("/till/take", forms[nth % 3] | asked | {"pin": pin, "key": str(ids.new_id())})
        for nth, pin in enumerate(wrong)
    ]
    told = Counter(code_of(answer) for answer in await asyncio.gather(*sent))
    assert told == {"card_pin_wrong": 5, "too_many_attempts": 7}
    assert await scenes.points(robbed) == 2_000


# ------------------------------------------------------------------------------------------------ of a device's own key


async def test_who_tries_a_device_s_symbol_without_its_key_is_slowed_down_and_the_tablet_opens_afterwards(
    town: Town, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "ADDRESS", Limit(kind="narrow_devices", tries=5, within=5 * MINUTE))
    path, key = await device_browser.offered(await at_work(town, "host")), Key.new()
    signed = key.sign(devices_at_work.to_sign(path.rpartition("/")[2]))
    keys = await count(engine, "community.device_key")

    async def opens(signature: bytes) -> httpx.Response:
        told = {"public_key": spelled(key.spki), "signature": spelled(signature)}
        return await Browser(town.service).post(path, told)

    for nth in range(5):
        assert code_of(await opens(Key.new().sign(bytes([nth])))) == "device_signature_wrong"
    assert waits(await opens(signed), 1)
    assert await count(engine, "community.device_key") == keys
    town.service.clock.forward(attempts.ADDRESS.each)
    assert (await opens(signed)).status_code == 201
    assert await count(engine, "community.device_key") == keys + 1
