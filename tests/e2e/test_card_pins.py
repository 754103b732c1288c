"""Above the town's limit a card pays with its PIN, typed at a till that has a key; read off the book, and each guard alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.transact import read
from flows import card_pins
from kernel import days
from tests.support import browsing, device_browser, http, scenes, spending
from tests.support.browsing import Browser
from tests.support.device_browser import Device
from tests.support.member_pages import path_of, refusal
from tests.support.scenes import Member, Town
from tests.support.towns import POINTS, TOWN
from wallets import card_limits


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    service.clock.set(spending.NOW)
    return await scenes.opened(service)


@pytest.fixture
async def customer(town: Town) -> Member:
    found = await scenes.join(town)
    await scenes.attend(town, found, 10)
    return found


@pytest.fixture(scope="module")
async def cashier(town: Town) -> Browser:
    return await browsing.signed_in(town.service, "cashier")


@pytest.fixture
async def till(town: Town, cashier: Browser) -> Device:
    made = await device_browser.added(town.service, cashier, "レジ1")
    await device_browser.works(made, cashier)
    return made


async def with_pin(town: Town, member: Member, pin: str = "2580") -> None:
    """The member types a PIN at the desk."""
    desk = await browsing.stepped_up(town.service, "host")
    here = f"/desk/members/{member.member_id}/pin"
    assert (await desk.send(here, on=here, pin=pin, again=pin)).status_code == 303


async def take(till: Browser, member: Member, amount: int, **pin: str) -> str:
    """Takes points; the refusal, or nothing."""
    answer = await till.send("/till/take", on="/till", code=member.card, unit="pt", amount=str(amount), **pin)
    return "" if answer.status_code == 303 else refusal(answer)


async def owed(engine: AsyncEngine, cashier: Browser) -> int:
    assert cashier.caller is not None
    return await spending.posted(engine, "payable", POINTS, cashier.caller.organisation_id)


async def rows(engine: AsyncEngine, asked: str, **given: Any) -> list[Any]:
    async def work(conn: AsyncConnection) -> list[Any]:
        return list((await conn.execute(text(asked), given)).all())

    return await read(engine, TOWN, work)


async def test_a_card_pays_a_little_alone_and_more_with_its_pin(
    town: Town, till: Device, cashier: Browser, customer: Member, engine: AsyncEngine
) -> None:
    before = await owed(engine, cashier)
    assert await take(till, customer, 501) == "card_pin_not_set"
    await with_pin(town, customer)
    assert await take(till, customer, 501) == "card_pin_needed"
    assert await take(till, customer, 501, pin="1357") == "card_pin_wrong"
    assert await scenes.points(customer) == 2_000
    assert await take(till, customer, 300) == ""
    assert await take(till, customer, 201) == "card_pin_needed", "in parts it is no less"
    assert await take(till, customer, 600, pin="２５８０") == ""
    assert await take(till, customer, 50) == "", "what was paid with the PIN does not count"
    assert await take(till, customer, 100, pin="2580") == "card_limit_reached", "a card pays so much a day at all"
    assert await scenes.points(customer) == 1_050
    assert await owed(engine, cashier) == before + 950
    proven = (
        "select r.amount from wallets.redemption_pin p join wallets.redemption r using (redemption_id) where r.holder = :member"
    )
    assert [row.amount for row in await rows(engine, proven, member=customer.member_id)] == [600]
    named = """
        select s.operator_id from wallets.redemption_operator o join community.shift s using (shift_id)
        join wallets.redemption r using (redemption_id) where r.holder = :member
    """
    assert cashier.caller is not None
    assert {row.operator_id for row in await rows(engine, named, member=customer.member_id)} == {cashier.caller.principal_id}


async def test_the_same_wish_goes_on_when_the_pin_is_typed(town: Town, till: Device, customer: Member) -> None:
    await with_pin(town, customer)
    form = (await till.fields("/till")) | {"code": customer.card, "unit": "pt", "amount": "600"}
    assert refusal(await till.post("/till/take", form)) == "card_pin_needed"
    assert refusal(await till.post("/till/take", form | {"pin": "1470"})) == "card_pin_wrong"
    sent = [await till.post("/till/take", form | {"pin": "2580"}) for _ in range(2)]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    assert await scenes.points(customer) == 1_400


async def test_without_a_key_or_an_operator_nobody_takes_more(
    town: Town, cashier: Browser, customer: Member, engine: AsyncEngine
) -> None:
    await with_pin(town, customer)
    assert await take(cashier, customer, 501, pin="2580") == "card_pin_at_device", "somebody's own phone"
    landing = path_of(customer.card)
    assert refusal(await cashier.send(landing, on=landing, unit="pt", amount="501", pin="2580")) == "card_pin_at_device"
    assert cashier.caller is not None
    told = await cashier.caller.keyed("/purchases", {"code": customer.card, "unit": "pt", "amount": 501})
    assert (told.status_code, told.json()["code"]) == (403, "card_pin_at_device")
    idle = await device_browser.added(town.service, cashier)
    assert await take(idle, customer, 10) == "operator_needed"
    assert await scenes.points(customer) == 2_000


async def test_the_pin_of_a_card_is_tried_five_times_wherever(
    town: Town, till: Device, cashier: Browser, customer: Member
) -> None:
    await with_pin(town, customer)
    for _ in range(4):
        assert await take(till, customer, 600, pin="1357") == "card_pin_wrong"
    second = await device_browser.added(town.service, cashier)
    await device_browser.works(second, cashier)
    assert await take(second, customer, 600, pin="1357") == "card_pin_wrong"
    assert await take(second, customer, 600, pin="2580") == "too_many_attempts"
    assert await take(second, customer, 100) == "", "a little goes without"
    town.service.clock.forward(timedelta(minutes=6))
    assert await take(second, customer, 600, pin="2580") == ""
    assert await scenes.points(customer) == 1_300


async def test_whoever_works_at_the_till_pays_elsewhere(town: Town, till: Device, cashier: Browser, customer: Member) -> None:
    assert cashier.caller is not None
    caller = await town.service.caller("cashier", member_id=customer.member_id, organisation_id=cashier.caller.organisation_id)
    await device_browser.works(till, await browsing.signed_in(town.service, caller))
    assert await take(till, customer, 10) == "self_confirmation"
    await device_browser.works(till, cashier)
    assert await take(till, customer, 10) == ""
    assert await scenes.points(customer) == 1_990


async def test_an_undo_at_the_till_names_who_worked_there(
    town: Town, till: Device, customer: Member, engine: AsyncEngine
) -> None:
    taken = await till.send("/till/take", on="/till", code=customer.card, unit="pt", amount="40")
    receipt = taken.headers["location"]
    assert (await till.send(f"{receipt}/undo", on=receipt, reason="数をまちがえた")).status_code == 303
    named = "select 1 from wallets.undo_operator where redemption_id = cast(:id as uuid)"
    assert len(await rows(engine, named, id=receipt.rpartition("/")[2])) == 1
    assert await scenes.points(customer) == 2_000


async def test_the_member_reads_at_whose_desk_the_pin_was_set(town: Town, customer: Member, engine: AsyncEngine) -> None:
    await with_pin(town, customer)
    noted = "select what from community.access_log where member_id = :member"
    assert {row.what for row in await rows(engine, noted, member=customer.member_id)} >= {"card_pin"}


async def test_postgresql_alone_asks_for_the_pin_too(
    town: Town, till: Device, customer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def careless(*_: Any, **__: Any) -> bool:
        return False

    monkeypatch.setattr(card_pins, "check", careless)
    answer = await till.send("/till/take", on="/till", code=customer.card, unit="pt", amount="901")
    assert answer.status_code == 500
    assert await scenes.points(customer) == 2_000


async def test_postgresql_alone_knows_whose_pin_it_was(
    town: Town, till: Device, customer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await scenes.join(town)
    await with_pin(town, customer)
    await with_pin(town, other, "3690")

    async def another(conn: AsyncConnection, *_: Any, **__: Any) -> Any:
        found = (
            await conn.execute(text("select pin_id from community.card_pin where member_id = :id"), {"id": other.member_id})
        ).one()
        return card_pins.Tried(None, customer.member_id, 0), found.pin_id

    def proven(tried: Any, _: str) -> card_pins.Proven:
        return card_pins.Proven(tried[1], customer.member_id)

    async def careless(*_: Any, **__: Any) -> bool:
        return True

    monkeypatch.setattr(card_pins, "take_try", another)
    monkeypatch.setattr(card_pins, "proven", proven)
    monkeypatch.setattr(card_pins, "check", careless)
    answer = await till.send("/till/take", on="/till", code=customer.card, unit="pt", amount="901", pin="3690")
    assert answer.status_code == 500
    assert "card_pin_of_the_holder" in town.service.log.getvalue()
    assert await scenes.points(customer) == 2_000


async def test_an_officer_sets_the_limit_from_a_day_on(town: Town, till: Device, cashier: Browser, customer: Member) -> None:
    officer = await browsing.stepped_up(town.service, town.officer)
    today = days.local_date(town.service.clock.now())
    here = "/office/card-limit"
    page = await officer.get(here)
    assert "500" in page.text
    fields = {"form_token": page.text.partition('name="form_token" value="')[2].partition('"')[0], "reason": "高額の方が多い"}
    tomorrow = today + timedelta(days=1)
    assert (
        refusal(await officer.post(here, fields | {"amount": "200", "on": str(today - timedelta(days=1))})) == "card_limit_past"
    )
    assert (await officer.post(here, fields | {"amount": "200", "on": str(tomorrow)})).status_code == 303
    assert refusal(await officer.post(here, fields | {"amount": "300", "on": str(tomorrow)})) == "card_limit_set"
    assert await take(till, customer, 201) == ""
    town.service.clock.forward(timedelta(days=1))
    await device_browser.works(till, cashier)
    assert await take(till, customer, 201) == "card_pin_not_set"
    assert await take(till, customer, 200) == ""
    assert (await read(town.service.engine, TOWN, card_limits.changes))[0].amount == 200
    stale = await browsing.signed_in(town.service, town.officer)
    assert (await stale.post(here, {})).headers["location"].startswith("/step-up")
