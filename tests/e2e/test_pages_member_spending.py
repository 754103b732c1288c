"""A member's phone as card and purse: the card, pay codes and gifts; done once, for nobody else, and seen in the book."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.support import browsing, http, member_pages, scenes, spending
from tests.support.browsing import HIDDEN
from tests.support.member_pages import Phone, refusal
from tests.support.scenes import Town, ok
from tests.support.towns import POINTS

MINUTE = timedelta(minutes=1)
PIXELS = 8  # for a module of a symbol


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    service.clock.set(spending.NOW)
    return await scenes.opened(service)


@pytest.fixture
async def phone(town: Town) -> Phone:
    return await member_pages.phone(town)


def read_off(page: str) -> str:
    """What a reader finds in the symbol of a page: the address."""
    drawn = re.findall(r"M(\d+) (\d+)h(\d+)v1", page)
    (size,) = re.findall(r'viewBox="0 0 (\d+) \d+" role="img"', page)
    image = Image.new("L", (int(size) * PIXELS, int(size) * PIXELS), 255)
    draw = ImageDraw.Draw(image)
    for x, y, length in ((int(a) * PIXELS, int(b) * PIXELS, int(c) * PIXELS) for a, b, c in drawn):
        draw.rectangle((x, y, x + length - 1, y + PIXELS - 1), fill=0)
    (found,) = zxingcpp.read_barcodes(image)
    return found.text


# -------------------------------------------------------------------------------------------------------------- card


async def test_the_phone_becomes_a_card_that_a_device_reads_and_can_be_stopped(town: Town, phone: Phone) -> None:
    before = await phone.see("/card")
    assert "<path fill" not in before
    fields = dict(HIDDEN.findall(before))
    sent = [await phone.browser.post("/card", fields) for _ in range(2)]
    page = await phone.follow(sent[0])
    address = read_off(page)
    assert read_off(await phone.see("/card")) == address, "looking issues nothing"
    cards = ok(await town.officer.get(f"/members/{phone.member.member_id}/cards"))["items"]
    assert len(cards) == 2, "the paper card and the phone"
    now = town.service.clock.now()
    slot_id = await scenes.slot(town, now, 1)
    came = ok(await town.device.post("/scans", scenes.card_scan(slot_id, address, now)))
    assert came["member_id"] == str(phone.member.member_id)
    other = await member_pages.phone(town)
    mine = cards[1]["credential_id"]
    stopped = await other.browser.send("/card/lost", on="/card", credential_id=mine)
    assert (stopped.status_code, refusal(stopped)) == (404, "unknown_credential")
    assert "<path fill" not in await phone.press("/card/lost", on="/card", credential_id=mine)
    town.service.clock.forward(MINUTE)
    refused = await town.device.post("/scans", scenes.card_scan(slot_id, address, town.service.clock.now()))
    assert refused.json()["code"] == "card_revoked"


async def test_the_card_of_a_lost_phone_is_out_of_use_when_the_phone_is_signed_out(town: Town, phone: Phone) -> None:
    address = read_off(await phone.press("/card", on="/card"))
    now = town.service.clock.now()
    slot_id = await scenes.slot(town, now, 1)
    ok(await town.device.post("/scans", scenes.card_scan(slot_id, address, now)))
    found = await browsing.signed_in(town.service, phone.member.caller)
    assert (await found.send("/devices/end", on="/devices")).status_code == 303
    town.service.clock.forward(MINUTE)
    scan = scenes.card_scan(slot_id, address, town.service.clock.now())
    assert (await town.device.post("/scans", scan)).json()["code"] == "card_revoked"
    till = await town.service.caller("cashier")
    refused = await till.keyed("/purchases", {"code": address, "unit": "pt", "amount": 1})
    assert refused.json()["code"] == "card_revoked"
    assert (await found.get("/card")).text.count("/card/lost") == 1, "the paper card alone is left"


# --------------------------------------------------------------------------------------------------------------- pay


async def test_a_pay_code_is_shown_for_five_minutes_pays_once_and_is_nobody_elses(town: Town, phone: Phone) -> None:
    await scenes.attend(town, phone.member)
    page = await phone.see("/pay")
    fields = dict(member_pages.FIELD.findall(page)) | {"amount": "300"}
    sent = [await phone.browser.post("/pay", fields) for _ in range(2)]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    path = sent[0].headers["location"]
    page = await phone.see(path)
    assert "あと 5分0秒" in page
    town.service.clock.forward(MINUTE)
    page = await phone.see(path)
    assert "あと 4分0秒" in page
    address = read_off(page)
    other = await member_pages.phone(town)
    assert refusal(await other.browser.get(path)) == "unknown_pay_code"
    till = await town.service.caller("cashier")
    receipt = ok(await till.keyed("/purchases", {"code": address, "unit": "pt", "amount": 120}))
    assert "はらいました" in await phone.see(path)
    assert receipt["amount"] == 120
    assert await scenes.points(phone.member) == 280
    assert "お店で使いました" in await phone.see("/history")


async def test_a_pay_code_that_nobody_read_in_time_is_over_and_takes_nothing(town: Town, phone: Phone) -> None:
    await scenes.attend(town, phone.member)
    answer = await phone.browser.send("/pay", on="/pay", unit="pt", other="77", amount="100")
    path = answer.headers["location"]
    assert "77 ポイントまで" in await phone.see(path)
    town.service.clock.forward(5 * MINUTE)
    page = await phone.see(path)
    assert "時間が過ぎました" in page
    assert "<path fill" not in page
    assert await scenes.points(phone.member) == 400


# -------------------------------------------------------------------------------------------------------------- give


async def test_giving_to_a_group_is_one_button_and_counts_once(town: Town, phone: Phone, engine: AsyncEngine) -> None:
    treasurer = await town.service.caller("treasurer")
    await scenes.attend(town, phone.member)
    to = f"/give?to={treasurer.organisation_id}"
    assert f'value="{treasurer.organisation_id}" checked' in await phone.see(to)
    fields = dict(HIDDEN.findall(await phone.see(to))) | {"to": str(treasurer.organisation_id), "unit": "pt", "amount": "150"}
    sent = [await phone.browser.post("/give", fields) for _ in range(2)]
    page = await phone.follow(sent[0])
    assert "150 ポイントをおくりました" in page
    assert "残りは 250 ポイント" in page
    assert await spending.posted(engine, "wallet", POINTS, treasurer.organisation_id) == 150
    other = await member_pages.phone(town)
    assert (await other.browser.get(sent[0].headers["location"])).status_code == 404
    more = await phone.browser.send("/give", on="/give", to=str(treasurer.organisation_id), unit="pt", amount="251")
    assert refusal(more) == "insufficient_balance"
    assert "何も変わっていません" in more.text
    assert await scenes.points(phone.member) == 250


async def test_giving_to_the_pot_and_what_cannot_be_given(town: Town, phone: Phone, engine: AsyncEngine) -> None:
    await scenes.attend(town, phone.member)
    before = await spending.posted(engine, "pot", POINTS)
    assert "おたがいさま基金に 100 ポイントをおくりました" in await phone.press(
        "/give", on="/give", to="pot", unit="pt", amount="100"
    )
    assert await spending.posted(engine, "pot", POINTS) == before + 100
    host = await town.service.caller("host")
    for to, code in (("nobody", "unknown_organisation"), (str(host.organisation_id), "not_a_group")):
        assert refusal(await phone.browser.send("/give", on="/give", to=to, unit="pt", amount="1")) == code
    for wrong in ({"amount": "0"}, {"amount": "-5"}, {"amount": "1.5"}, {"amount": "あ"}, {}):
        answer = await phone.browser.send("/give", on="/give", to="pot", unit="pt", **wrong)
        assert (answer.status_code, refusal(answer)) == (422, "form_incomplete"), wrong
    assert await scenes.points(phone.member) == 300


async def test_a_phone_that_nobody_is_signed_in_on_shows_none_of_it(service: http.Service) -> None:
    for path in ("/card", "/pay", "/give", "/claims", "/notices", f"/pay/{member_pages.key()}", f"/given/{member_pages.key()}"):
        assert (await browsing.Browser(service).get(path)).headers["location"] == "/sign-in"
