"""A partner's till: points are taken once, taken back once within ten minutes, counted by day; nothing is told about who paid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.support import browsing, http, looking, scenes, spending
from tests.support.browsing import HIDDEN, Browser
from tests.support.member_pages import refusal
from tests.support.scenes import Member, Town, ok
from tests.support.towns import POINTS


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    service.clock.set(spending.NOW)
    return await scenes.opened(service)


@pytest.fixture
async def till(town: Town) -> Browser:
    return await browsing.signed_in(town.service, "cashier")


@pytest.fixture
async def customer(town: Town) -> Member:
    found = await scenes.join(town)
    await scenes.attend(town, found)
    return found


async def take(till: Browser, code: str, amount: int) -> str:
    """Takes points; the path of the receipt."""
    answer = await till.send("/till/take", on="/till", code=code, amount=str(amount), unit="pt")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def owed(engine: AsyncEngine, till: Browser) -> int:
    assert till.caller is not None
    return await spending.posted(engine, "payable", POINTS, till.caller.organisation_id)


async def test_a_card_pays_once_however_often_the_form_is_sent(till: Browser, customer: Member, engine: AsyncEngine) -> None:
    fields = dict(HIDDEN.findall((await till.get("/till")).text))
    fields |= {"code": customer.card, "amount": "120", "unit": "pt"}
    sent = [await till.post("/till/take", fields) for _ in range(2)]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    page = (await till.get(sent[0].headers["location"])).text
    assert "いただきました" in page
    assert "120 ポイント" in page
    assert "結" not in page.partition("<main")[2], "a till learns no name"
    assert "280" not in looking.says(page), "nor what is left"
    assert await scenes.points(customer) == 280
    assert await owed(engine, till) == 120
    assert "120 ポイント" in (await till.get("/till/today")).text


async def test_a_pay_code_is_typed_by_a_reader_in_full_width(till: Browser, customer: Member, engine: AsyncEngine) -> None:
    asked = {"unit": "pt", "amount_max": 100}
    address = ok(await customer.caller.keyed(f"/members/{customer.member_id}/pay-codes", asked))["address"]
    wide = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in address)
    await take(till, wide, 80)
    assert await scenes.points(customer) == 320
    assert await owed(engine, till) == 80
    again = await till.send("/till/take", on="/till", code=address, amount="1", unit="pt")
    assert refusal(again) == "pay_code_used"


async def test_a_mistake_is_taken_back_once_and_within_ten_minutes(
    town: Town, till: Browser, customer: Member, engine: AsyncEngine
) -> None:
    receipt = await take(till, customer.card, 100)
    fields = dict(HIDDEN.findall((await till.get(receipt)).text)) | {"reason": "数をまちがえた"}
    sent = [await till.post(f"{receipt}/undo", fields) for _ in range(2)]
    assert [each.status_code for each in sent] == [303, 303]
    assert "取り消しました" in (await till.get(receipt)).text
    assert await scenes.points(customer) == 400
    assert await owed(engine, till) == 0
    other_key = await till.send(f"{receipt}/undo", on="/till", reason="もう一度")
    assert refusal(other_key) == "already_reversed"
    assert await scenes.points(customer) == 400
    late = await take(till, customer.card, 50)
    town.service.clock.forward(timedelta(minutes=10, seconds=1))
    assert "10分を過ぎました" in (await till.get(late)).text
    assert refusal(await till.send(f"{late}/undo", on="/till", reason="x")) == "undo_too_late"
    assert await owed(engine, till) == 50


async def test_receipts_of_another_shop_are_neither_shown_nor_undone(town: Town, till: Browser, customer: Member) -> None:
    receipt = await take(till, customer.card, 30)
    other = await browsing.signed_in(town.service, "cashier")
    assert (await other.get(receipt)).status_code == 404
    undone = await other.send(f"{receipt}/undo", on="/till", reason="x")
    assert (undone.status_code, refusal(undone)) == (404, "unknown_redemption")
    assert "まだありません" in (await other.get("/till/today")).text
    assert await scenes.points(customer) == 370


async def test_what_cannot_be_taken_is_told_in_words_and_takes_nothing(
    till: Browser, customer: Member, engine: AsyncEngine
) -> None:
    for code, amount, told in (
        (customer.card, "401", "insufficient_balance"),
        (customer.card, "0", "form_incomplete"),
        ("まちがい", "10", "unreadable_code"),
        (customer.card, "-5", "form_incomplete"),
    ):
        answer = await till.send("/till/take", on="/till", code=code, amount=amount, unit="pt")
        assert refusal(answer) == told, answer.text
    assert await scenes.points(customer) == 400
    assert await owed(engine, till) == 0


async def test_the_day_ends_at_midnight_and_what_was_paid_out_is_listed(
    town: Town, till: Browser, customer: Member, engine: AsyncEngine
) -> None:
    await take(till, customer.card, 90)
    town.service.clock.forward(timedelta(days=1))
    assert "まだありません" in (await till.get("/till/today")).text
    up_to = town.service.clock.now().date().isoformat()
    made = ok(await town.officer.keyed("/settlements", {"unit": "pt", "up_to": up_to}))
    assert "手続きをしています" in (await till.get("/till/settlements")).text
    ok(await town.second.keyed(f"/settlements/{made['settlement_id']}/approve"))
    page = (await till.get("/till/settlements")).text
    assert "支払い" in page
    assert "90 ポイント" in page
    assert "手続きをしています" not in page
    assert await owed(engine, till) == 0
