"""Somebody acts for a member, over the pages: let, accepted, always named, ended; and what does not work, with nothing written."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from db import query
from kernel import ids
from tests.support import browsing, http, member_pages, scenes
from tests.support.browsing import Browser
from tests.support.families import NEEDS, PROXY, SPENT, Family, family, rows, symbol
from tests.support.http import Caller
from tests.support.scenes import Town


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture
async def two(town: Town) -> Family:
    found = await family(town)
    await scenes.attend(town, found.mother)
    return found


async def test_the_daughter_gives_for_the_mother_and_the_book_names_both(two: Family) -> None:
    group = await two.town.service.caller("treasurer")
    await two.act()
    page = (await two.daughters.get("/give")).text
    assert "【結 太郎 さんの代わり】" in page.partition("</title>")[0]
    assert '<aside class="acting for-whom"' in page
    gone = await two.daughters.send("/give", on="/give", to=str(group.organisation_id), unit="pt", amount="50")
    assert gone.headers["location"].startswith("/given/"), gone.text
    (kept,) = await rows(two.town, SPENT, member_id=two.mother.member_id)
    me, her = two.mother.member_id, two.daughter.caller.principal_id
    assert tuple(kept) == ("pledge", 50, her, me, her, me)
    assert await rows(two.town, SPENT, member_id=two.daughter.member_id) == []
    history, seen = [(await two.mothers.get(path)).text for path in ("/history", "/seen")]
    assert "結 太郎 さん(娘)が代わりにしました。" in history
    assert "代わりの人: 結 太郎 さん(娘)" in seen
    assert "ポイントや時間をおくった" in seen


async def test_what_is_asked_booked_and_answered_names_whoever_did_it(two: Family) -> None:
    town, now = two.town, two.town.service.clock.now()
    helper = await scenes.join(town)
    match_id = await member_pages.proposed(town, helper, two.mother, 300)
    slot_id = await scenes.slot(town, now + timedelta(hours=1))
    await two.act()
    asked = await two.daughters.send(
        "/help/new", on="/help/new?kind=walk&day=2026-05-20&time=10:00", kind="walk", day="2026-05-20", time="10:00", minutes="60"
    )
    assert asked.status_code == 303, asked.text
    joined = await two.daughters.send(f"/activities/{slot_id}/join", on=f"/activities/{slot_id}", role="helper")
    assert joined.status_code == 303, joined.text
    said = await two.daughters.send(f"/help/matches/{match_id}/answer", on="/help", side="receiver", answer="accept")
    assert said.status_code == 303, said.text
    her = two.daughter.caller.principal_id
    assert [row.asked_by for row in await rows(town, NEEDS, member_id=two.mother.member_id)] == [
        two.mother.caller.principal_id,
        her,
    ]
    by = query.statement(
        """
        select (select booked_by from activities.booking
                where municipality_id = db.municipality() and member_id = :member_id and slot_id = :slot_id),
            (select answered_by from activities.match_answer where municipality_id = db.municipality() and match_id = :match_id)
        """
    )
    (told,) = await rows(town, by, member_id=two.mother.member_id, match_id=UUID(match_id), slot_id=UUID(slot_id))
    assert tuple(told) == (her, her)


async def test_a_form_of_the_other_name_does_nothing(two: Family) -> None:
    await scenes.attend(two.town, two.daughter)
    hers = dict(browsing.HIDDEN.findall((await two.daughters.get("/give")).text))
    await two.act()
    mothers = dict(browsing.HIDDEN.findall((await two.daughters.get("/give")).text))
    wish = {"to": "pot", "unit": "pt", "amount": "10"}
    answer = await two.daughters.post("/give", hers | wish)
    assert (answer.status_code, member_pages.refusal(answer)) == (409, "shown_for_another")
    assert (await two.daughters.send("/acting", on="/acting")).headers["location"] == "/today"
    for told in (mothers, {**mothers, "form_token": mothers["form_token"].partition(".")[0]}):
        answer = await two.daughters.post("/give", told | wish)
        assert member_pages.refusal(answer) in {"shown_for_another", "foreign_form"}
    assert await rows(two.town, SPENT, member_id=two.mother.member_id) == []


async def test_what_was_not_given_is_refused_by_name(town: Town) -> None:
    for power, path, code in (
        ("see", "/help/new", "power_not_given"),
        ("arrange", "/give", "power_not_given"),
        ("spend", "/card", "not_while_acting"),
        ("spend", "/proxies", "not_while_acting"),
        ("spend", "/seen", "not_while_acting"),
        ("spend", "/devices", "not_while_acting"),
    ):
        found = await family(town, power)
        await found.act()
        answer = await found.daughters.get(path)
        assert (answer.status_code, member_pages.refusal(answer)) == (403, code), (power, path)
        token = dict(browsing.HIDDEN.findall((await found.daughters.get("/acting")).text))
        posted = await found.daughters.post(path, token | {"key": "k", "to": "pot", "unit": "pt", "amount": "1"})
        assert posted.status_code in {403, 405}
        assert await rows(town, SPENT, member_id=found.mother.member_id) == []


async def test_nobody_scans_in_for_somebody_else(two: Family) -> None:
    slot_id = await scenes.slot(two.town, two.town.service.clock.now())
    path = await member_pages.venue(two.town, slot_id)
    await two.act()
    assert member_pages.refusal(await two.daughters.get(path)) == "not_while_acting"
    token = dict(browsing.HIDDEN.findall((await two.daughters.get("/acting")).text))
    answer = await two.daughters.post(path, token | {"key": str(ids.new_id()), "direction": "in"})
    assert member_pages.refusal(answer) == "not_while_acting"


async def test_either_ends_it_in_one_tap_and_it_is_over_at_once(town: Town) -> None:
    for who in ("mothers", "daughters"):
        found = await family(town)
        await scenes.attend(town, found.mother)
        await found.act()
        form = dict(browsing.HIDDEN.findall((await found.daughters.get("/give")).text))
        browser = found.mothers if who == "mothers" else found.daughters
        page = "/proxies" if who == "mothers" else "/acting"
        assert (await browser.send(f"/proxies/{found.proxy_id}/end", on=page)).headers["location"] == page
        answer = await found.daughters.post("/give", form | {"to": "pot", "unit": "pt", "amount": "10"})
        assert member_pages.refusal(answer) == "shown_for_another"
        assert (await found.daughters.get("/today")).text.count("for-whom") == 0
        again = await found.daughters.send("/acting", on="/acting", proxy_id=found.proxy_id)
        assert member_pages.refusal(again) == "proxy_not_open"
        assert await rows(town, SPENT, member_id=found.mother.member_id) == []


async def test_it_ends_by_itself_after_its_last_day(town: Town) -> None:
    clock = town.service.clock
    before = clock.now()
    found = await family(town, last_day="2026-05-12")
    await found.act()
    assert "for-whom" in (await found.daughters.get("/points")).text
    clock.set(before + timedelta(days=2))
    assert "for-whom" not in (await found.daughters.get("/points")).text
    clock.set(before)


async def test_another_ones_permission_does_not_exist(two: Family) -> None:
    stranger = await browsing.signed_in(two.town.service, (await scenes.join(two.town)).caller)
    for path, on, fields in (
        ("/acting", "/acting", {"proxy_id": two.proxy_id}),
        (f"/acting/{two.proxy_id}/answer", "/acting", {"answer": "accept"}),
        (f"/proxies/{two.proxy_id}/end", "/acting", {}),
    ):
        answer = await stranger.send(path, on=on, **fields)
        assert (answer.status_code, member_pages.refusal(answer)) == (404, "unknown_proxy")
    await two.act()
    assert "for-whom" in (await two.daughters.get("/today")).text


async def test_nothing_is_done_before_the_other_accepted(town: Town) -> None:
    mother, daughter = await scenes.join(town), await scenes.join(town)
    mothers, daughters = [await browsing.signed_in(town.service, each.caller) for each in (mother, daughter)]
    asked = {"number": str(daughter.number), "relation": "daughter", "power": "spend"}
    await mothers.send("/proxies", on="/proxies", **asked)
    assert member_pages.refusal(await mothers.send("/proxies", on="/proxies", **asked)) == "proxy_given_before"
    (proxy_id,) = set(PROXY.findall((await daughters.get("/acting")).text))
    assert member_pages.refusal(await daughters.send("/acting", on="/acting", proxy_id=proxy_id)) == "proxy_not_open"
    own = await mothers.send(f"/acting/{proxy_id}/answer", on="/acting", answer="accept")
    assert member_pages.refusal(own) == "unknown_proxy"
    await daughters.send(f"/acting/{proxy_id}/answer", on="/acting", answer="decline")
    assert member_pages.refusal(await daughters.send("/acting", on="/acting", proxy_id=proxy_id)) == "proxy_not_open"
    oneself = await mothers.send("/proxies", on="/proxies", **asked | {"number": str(mother.number)})
    assert member_pages.refusal(oneself) == "proxy_of_oneself"


async def test_whoever_acts_is_not_the_other_side_and_gains_nothing(two: Family) -> None:
    town = two.town
    match_id = await member_pages.proposed(town, two.daughter, two.mother, 300)
    treasurer = await town.service.caller("treasurer")
    own_group = await town.service.caller(
        "treasurer", member_id=two.daughter.member_id, organisation_id=treasurer.organisation_id
    )
    shop = await town.service.caller("cashier", member_id=two.daughter.member_id)
    await two.act()
    said = await two.daughters.send(f"/help/matches/{match_id}/answer", on="/help", side="receiver", answer="accept")
    assert member_pages.refusal(said) == "self_dealing"
    given = {"to": str(own_group.organisation_id), "unit": "pt", "amount": "10"}
    assert member_pages.refusal(await two.daughters.send("/give", on="/give", **given)) == "self_dealing"
    shown = await two.daughters.send("/pay", on="/pay", unit="pt", amount="100")
    page = (await two.daughters.get(shown.headers["location"])).text
    assert await _paid(shop, page) == "self_dealing"
    assert await rows(town, SPENT, member_id=two.mother.member_id) == []


async def test_a_code_shown_for_the_mother_pays_and_the_line_says_by_whom(two: Family) -> None:
    shop = await two.town.service.caller("cashier")
    await two.act()
    shown = await two.daughters.send("/pay", on="/pay", unit="pt", amount="100")
    assert await _paid(shop, (await two.daughters.get(shown.headers["location"])).text) == ""
    (kept,) = await rows(two.town, SPENT, member_id=two.mother.member_id)
    assert (kept.kind, kept.amount, kept.actor) == ("purchase", 100, shop.principal_id)
    assert "結 太郎 さん(娘)が代わりにしました。" in (await two.mothers.get("/history")).text


async def _paid(shop: Caller, page: str) -> str:
    """What the shop is told when it reads the code on the page: the refusal, or nothing."""
    answer = await shop.keyed("/purchases", {"code": symbol(page), "unit": "pt", "amount": 100})
    return "" if answer.is_success else answer.json()["code"]


async def test_a_daughter_who_is_no_member_comes_in_by_a_code_and_sees_that_name_alone(town: Town) -> None:
    mother = await scenes.join(town)
    mothers = await browsing.signed_in(town.service, mother.caller)
    asked = {"name": "結 花子", "relation": "daughter", "power": "arrange"}
    secret = await _secret_of(await mothers.send("/proxies", on="/proxies", **asked))
    phone = Browser(town.service)
    path = f"/enter/{secret}"
    entered = await phone.send(path, on=path)
    assert entered.status_code == 303
    assert (await phone.get("/today")).headers["location"] == "/acting"
    page = (await phone.get("/acting")).text
    (proxy_id,) = set(PROXY.findall(page))
    await phone.send(f"/acting/{proxy_id}/answer", on="/acting", answer="accept")
    assert (await phone.get("/points")).headers["location"] == "/acting"
    assert (await phone.send("/acting", on="/acting", proxy_id=proxy_id)).headers["location"] == "/today"
    done = await phone.send(
        "/help/new", on="/help/new?kind=walk&day=2026-05-20&time=10:00", kind="walk", day="2026-05-20", time="10:00", minutes="60"
    )
    assert done.status_code == 303, done.text
    (need,) = await rows(town, NEEDS, member_id=mother.member_id)
    assert need.asked_by != mother.caller.principal_id
    assert "代わりの人: 結 花子 さん(娘)" in (await mothers.get("/seen")).text
    await mothers.send(f"/proxies/{proxy_id}/end", on="/proxies")
    assert (await phone.get("/today")).headers["location"] == "/acting"


async def _secret_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.text
    return symbol(answer.text).rpartition("/")[2]


async def test_the_desk_writes_down_how_the_member_agreed(town: Town) -> None:
    mother, helper = await scenes.join(town), await scenes.join(town)
    officer = await browsing.stepped_up(town.service, "officer")
    desk = f"/desk/members/{mother.member_id}/proxies"
    asked = {"number": str(helper.number), "relation": "helper", "power": "arrange"}
    missing = await officer.send(desk, on=desk, **asked, consent="spoken")
    assert member_pages.refusal(missing) == "form_incomplete"
    told = asked | {"consent": "spoken", "consent_note": "窓口の山田が 5月11日に聞いた"}
    assert (await officer.send(desk, on=desk, **told)).status_code == 200
    page = (await officer.get(desk)).text
    assert "窓口の山田が 5月11日に聞いた" in page
    mothers = await browsing.signed_in(town.service, mother.caller)
    assert "代わりの人を書きとめた" in (await mothers.get("/seen")).text
    (proxy_id,) = set(re.findall(rf"{desk}/([0-9a-f-]+)/end", page))
    gone = await officer.send(f"{desk}/{proxy_id}/end", on=desk)
    assert gone.headers["location"] == desk
    assert "やめました" in (await mothers.get("/proxies")).text


async def test_nobody_at_the_desk_lets_themselves(town: Town) -> None:
    mother, clerk = await scenes.join(town), await scenes.join(town)
    officer = await browsing.stepped_up(town.service, await town.service.caller("officer", member_id=clerk.member_id))
    desk = f"/desk/members/{mother.member_id}/proxies"
    asked = {"number": str(clerk.number), "relation": "helper", "power": "spend", "consent": "spoken", "consent_note": "x"}
    answer = await officer.send(desk, on=desk, **asked)
    assert (answer.status_code, member_pages.refusal(answer)) == (403, "self_dealing")


@pytest.mark.parametrize(("power", "stands"), [("spend", False), ("arrange", True)])
async def test_who_holds_a_lost_phone_keeps_no_purse_by_letting_themselves(town: Town, power: str, stands: bool) -> None:
    """What was let on the phone that is lost was let by whoever had it: the desk's new sheet ends what reaches the points."""
    found = await family(town, power)
    await scenes.attend(town, found.mother)
    await found.act()
    await found.mothers.send("/sign-out", on="/devices")
    desk, sheet = await browsing.stepped_up(town.service, "officer"), f"/desk/members/{found.mother.member_id}/entrance"
    assert (await desk.send(sheet, on=sheet)).status_code == 200
    page = (await found.daughters.get("/acting")).text
    assert ("for-whom" in page) is stands
    token = dict(browsing.HIDDEN.findall(page))
    wish = {"key": str(ids.new_id()), "to": "pot", "unit": "pt", "amount": "10"}
    assert (await found.daughters.post("/give", token | wish)).status_code >= 400
    assert await rows(town, SPENT, member_id=found.mother.member_id) == []
