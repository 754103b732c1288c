"""Coordinators' pages: who waits for help is helped, by phone and for nobody's own sake; who else comes is turned away."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from flows import join
from tests.support import browsing, http, scenes, spending
from tests.support.browsing import Browser
from tests.support.scenes import Town, ok


def code(answer: httpx.Response) -> str:
    """Which refusal a page tells, or none."""
    return answer.text.partition('data-code="')[2].partition('"')[0]


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture
async def desk(service: http.Service, town: Town) -> Browser:
    return await browsing.stepped_up(service, town.coordinator)


async def test_a_need_is_matched_by_phone_through_pages_alone(service: http.Service, town: Town, desk: Browser) -> None:
    asks, helps = await scenes.join(town), await scenes.join(town)
    starts = (service.clock.now() + timedelta(days=2)).isoformat()
    wanted = {"kind": "shopping", "starts_at": starts, "minutes": 60, "unit": "minutes", "pay_per_hour": 60}
    need = ok(await asks.caller.post(f"/members/{asks.member_id}/needs", wanted))["need_id"]
    ok(await helps.caller.post(f"/members/{helps.member_id}/offers", {"kind": "shopping"}))
    path = f"/coordinator/needs/{need}"
    assert path in (await desk.get("/coordinator")).text
    page = await desk.get(path)
    assert "この手伝いができると言っています" in page.text
    fields = dict(browsing.HIDDEN.findall(page.text)) | {"helper_id": str(helps.member_id)}
    for _ in range(2):
        assert (await desk.post(f"{path}/matches", fields)).headers["location"] == path
    (match,) = ok(await town.officer.get(f"/needs/{need}/matches"))["items"]
    answer = f"/coordinator/matches/{match['match']['match_id']}/said"
    for side in ("helper", "receiver"):
        told = await desk.send(answer, on=path, side=side, answer="accept")
        assert told.headers["location"] == path
    (match,) = ok(await town.officer.get(f"/needs/{need}/matches"))["items"]
    assert match["state"] == "accepted"
    assert "両方が「はい」と言いました" in (await desk.get(path)).text
    wallets = ok(await asks.caller.get(f"/members/{asks.member_id}/wallets"))["items"]
    assert next(each["held"] for each in wallets if each["unit"] == "minutes") > 0
    mine = await browsing.signed_in(service, asks.caller)
    assert "コーディネーター" in (await mine.get("/seen")).text


async def test_the_pot_pays_for_who_cannot_earn_and_for_nobody_else_and_the_form_keeps_what_was_typed(
    service: http.Service, town: Town, desk: Browser
) -> None:
    earns, asks, helps = await scenes.join(town), await scenes.join(town, can_earn=False), await scenes.join(town)
    form = {"kind": "garden", "day": "2026-05-13", "time": "14:00", "minutes": "120", "note": "庭の草", "payer": "pot"}
    new = "/coordinator/needs/new"
    assert "おたがいさま基金(残り 0分)" in (await desk.get(new)).text
    refused = await desk.send(new, on=new, who=str(earns.number), **form)
    assert (refused.status_code, code(refused)) == (422, "pot_for_those_who_cannot_earn")
    assert 'id="f-payer" name="payer" aria-describedby="h-payer w-payer" aria-invalid="true"' in refused.text
    assert f'value="{earns.number}"' in refused.text
    assert 'value="庭の草"' in refused.text
    late = await desk.send(new, on=new, who=str(asks.number), **(form | {"day": "2036-05-13"}))
    assert (late.status_code, code(late)) == (422, "times_out_of_range")
    assert '<option value="pot" selected>' in late.text
    for each in (earns, asks):
        assert ok(await each.caller.get(f"/members/{each.member_id}/needs"))["items"] == []
    again = dict(browsing.HIDDEN.findall(late.text)) | form | {"who": str(asks.number)}
    path = (await desk.post(new, again)).headers["location"]
    (need,) = ok(await asks.caller.get(f"/members/{asks.member_id}/needs"))["items"]
    assert (need["payer"], need["note"]) == ("pot", "庭の草")
    assert "基金の残りが足りません。" in (await desk.get(path)).text
    await spending.help_given(service.engine, earns.member_id, helps.member_id, 300)
    ok(await helps.caller.keyed(f"/members/{helps.member_id}/donations", {"unit": "minutes", "amount": 240}))
    shown = (await desk.get(path)).text
    assert "基金の残りは 4時間 です。" in shown
    assert "足りません" not in shown
    match = ok(await town.coordinator.post(f"/needs/{need['need_id']}/matches", {"helper_id": str(helps.member_id)}))["match"]
    for side in ("receiver", "helper"):
        await desk.send(f"/coordinator/matches/{match['match_id']}/said", on=path, side=side, answer="accept")
    assert "おたがいさま基金(残り 1時間)" in (await desk.get(new)).text, "three hours at most are set aside"
    assert await scenes.points(asks, "minutes") == join.CREDIT_MINUTES, "the receiver pays nothing"


async def test_nothing_chosen_is_told_and_nobody_else_is_let_in(service: http.Service, desk: Browser) -> None:
    page = await desk.get("/coordinator/attendances")
    fields = dict(browsing.HIDDEN.findall((await desk.get("/devices")).text)) | {"key": "0195c0de-0000-7000-8000-000000000001"}
    assert page.status_code == 200
    assert code(await desk.post("/coordinator/attendances", fields)) == "form_incomplete"
    for role in ("member", "host", "auditor", "cashier"):
        other = await browsing.signed_in(service, role)
        for path in ("/coordinator", "/coordinator/attendances"):
            assert code(await other.get(path)) == "role_not_allowed"
    assert re.search(r"確かめを待つ参加", (await desk.get("/coordinator")).text)
