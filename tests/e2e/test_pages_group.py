"""A group's treasurer: what members gave, applying for a use of it, the answer, and what comes back; read off the book."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.support import browsing, http, scenes, spending
from tests.support.browsing import HIDDEN, Browser
from tests.support.member_pages import refusal
from tests.support.scenes import Member, Town, ok
from tests.support.symbols import scanned
from tests.support.towns import POINTS


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    service.clock.set(spending.NOW)
    return await scenes.opened(service)


@pytest.fixture
async def treasurer(town: Town) -> Browser:
    """A treasurer whose group was given 300 points."""
    found = await browsing.signed_in(town.service, "treasurer")
    giver: Member = await scenes.join(town)
    await scenes.attend(town, giver)
    assert found.caller is not None
    give = {"organisation_id": str(found.caller.organisation_id), "unit": "pt", "amount": 300}
    ok(await giver.caller.keyed(f"/members/{giver.member_id}/pledges", give))
    return found


async def held(engine: AsyncEngine, treasurer: Browser, kind: str = "wallet") -> int:
    assert treasurer.caller is not None
    return await spending.posted(engine, kind, POINTS, treasurer.caller.organisation_id)


async def test_the_group_s_code_leads_members_to_giving_it_points(town: Town, treasurer: Browser, engine: AsyncEngine) -> None:
    caller, before = treasurer.caller, await held(engine, treasurer)
    assert caller is not None
    address = scanned((await treasurer.get("/group")).text)
    assert address == f"{http.PUBLIC_URL}/give?to={caller.organisation_id}"
    giver = await scenes.join(town)
    await scenes.attend(town, giver)
    phone, path = await browsing.signed_in(town.service, giver.caller), address.removeprefix(http.PUBLIC_URL)
    gone = await phone.send("/give", on=path, to=str(caller.organisation_id), unit="pt", amount=50)
    assert gone.status_code == 303, gone.text
    assert await held(engine, treasurer) == before + 50


async def applied(treasurer: Browser, amount: int = 200) -> str:
    """Applies for flowers; the path of the application."""
    told = {"purpose": "花の苗を買う", "amount": str(amount), "unit": "pt"}
    answer = await treasurer.send("/group/apply", on="/group/apply", **told)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_gifts_are_seen_without_their_givers(treasurer: Browser) -> None:
    page = (await treasurer.get("/group")).text
    assert "300 ポイント" in page
    assert "結 太郎" not in page


async def test_a_use_is_applied_for_once_approved_receipted_and_the_rest_comes_back(
    town: Town, treasurer: Browser, engine: AsyncEngine
) -> None:
    fields = dict(HIDDEN.findall((await treasurer.get("/group/apply")).text))
    fields |= {"purpose": "花の苗を買う", "amount": "200", "unit": "pt"}
    sent = [await treasurer.post("/group/apply", fields) for _ in range(2)]
    path = sent[0].headers["location"]
    assert sent[1].headers["location"] == path
    assert "返事を待っています" in (await treasurer.get(path)).text
    home = (await treasurer.get("/group")).text
    assert "100 ポイント" in home, "what is applied for is set aside"
    assert await held(engine, treasurer) == 300
    early = await treasurer.send(f"{path}/return", on="/group/apply", amount="10", reason="x")
    assert refusal(early) == "application_not_approved"
    ok(await town.officer.keyed(f"/applications/{path.rpartition('/')[2]}/approve"))
    assert "認められました" in (await treasurer.get(path)).text
    assert (await held(engine, treasurer), await held(engine, treasurer, "payable")) == (100, 200)
    more = await treasurer.send(f"{path}/return", on=path, amount="201", reason="あまった")
    assert refusal(more) == "return_too_large"
    fields = dict(HIDDEN.findall((await treasurer.get(path)).text)) | {"amount": "50", "reason": "あまった"}
    assert [(await treasurer.post(f"{path}/return", fields)).status_code for _ in range(2)] == [303, 303]
    assert "50 ポイントを戻しました" in (await treasurer.get(path)).text
    assert (await held(engine, treasurer), await held(engine, treasurer, "payable")) == (150, 150)
    assert "150 ポイント" in (await treasurer.get("/group/receipts")).text


async def test_a_refusal_tells_its_reason_and_frees_the_points(town: Town, treasurer: Browser, engine: AsyncEngine) -> None:
    path = await applied(treasurer)
    ok(await town.officer.keyed(f"/applications/{path.rpartition('/')[2]}/refuse", {"reason": "使い道をくわしく"}))
    page = (await treasurer.get(path)).text
    assert "認められませんでした" in page
    assert "使い道をくわしく" in page
    assert await applied(treasurer, 300)
    assert await held(engine, treasurer) == 300


async def test_more_than_there_is_and_nothing_for_nothing_are_refused_in_words(treasurer: Browser, engine: AsyncEngine) -> None:
    for told, code in (
        ({"purpose": "花", "amount": "301"}, "insufficient_balance"),
        ({"purpose": "花", "amount": "0"}, "form_incomplete"),
        ({"amount": "10"}, "form_incomplete"),
    ):
        answer = await treasurer.send("/group/apply", on="/group/apply", unit="pt", **told)
        assert refusal(answer) == code, answer.text
    assert await held(engine, treasurer) == 300
    assert "まだありません" in (await treasurer.get("/group/receipts")).text


async def test_another_groups_application_does_not_exist(town: Town, treasurer: Browser, engine: AsyncEngine) -> None:
    path = await applied(treasurer)
    ok(await town.officer.keyed(f"/applications/{path.rpartition('/')[2]}/approve"))
    other = await browsing.signed_in(town.service, "treasurer")
    assert (await other.get(path)).status_code == 404
    taken = await other.send(f"{path}/return", on="/group/apply", amount="10", reason="x")
    assert taken.status_code in {404, 422}, taken.text
    assert await held(engine, treasurer) == 100
