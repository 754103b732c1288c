"""A phone's camera on a venue's code, a poster, a card, a pay code: looked at by anybody, pressed once by whom it is for."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from api.pages import landing
from tests.support import browsing, http, member_pages, scenes, tills
from tests.support.browsing import HIDDEN, Browser
from tests.support.member_pages import Phone, refusal
from tests.support.scenes import Town, ok

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture
async def phone(town: Town) -> Phone:
    return await member_pages.phone(town)


async def came(town: Town, slot_id: str) -> int:
    """How many are expected at a slot, those who came without having booked among them."""
    return len(ok(await town.host.get(f"/slots/{slot_id}/roster"))["expected"])


# ---------------------------------------------------------------------------------------------------------- strangers


@pytest.mark.parametrize("letter", list("CTAPctap"))
async def test_a_strangers_phone_reads_what_the_code_is_and_nothing_is_looked_up(service: http.Service, letter: str) -> None:
    stranger = Browser(service)
    answer = await stranger.get(f"/{letter}/SECRETSECRET0000?x=1")
    assert answer.status_code == 200
    assert "SECRETSECRET" not in answer.text
    assert 'class="calm"' in answer.text
    assert (await stranger.post(f"/{letter}/SECRETSECRET0000")).headers["location"] == "/sign-in"


async def test_inside_line_the_page_offers_the_browser(service: http.Service) -> None:
    within = await Browser(service, "Mozilla/5.0 (iPhone) Safari Line/13.1.0").get("/T/X")
    assert 'href="?openExternalBrowser=1"' in within.text
    assert "openExternalBrowser" not in (await Browser(service).get("/T/X")).text


async def test_other_roles_are_told_what_the_code_is_and_press_nothing(service: http.Service) -> None:
    host = await browsing.signed_in(service, "host")
    for letter in "CTAP":
        page = await host.get(f"/{letter}/SECRETSECRET0000")
        assert page.status_code == 200
        assert "SECRETSECRET" not in page.text
        assert '<form method="post">' not in page.text
        assert refusal(await host.post(f"/{letter}/SECRETSECRET0000")) == "role_not_allowed"


# -------------------------------------------------------------------------------------------------- the venue's code


async def test_a_venues_code_is_one_scan_and_one_tap_and_previews_change_nothing(town: Town, phone: Phone) -> None:
    slot_id = await scenes.slot(town, town.service.clock.now() - MINUTE, 2)
    path = await member_pages.venue(town, slot_id)
    for _ in range(2):
        await phone.see(path)
    page = await phone.see(path)
    assert await came(town, slot_id) == 0
    assert "来ましたか" in page
    assert "結 太郎さん" in page
    assert path.rpartition("/")[2] not in page, "the code stays in the address"
    town.service.clock.forward(5 * MINUTE)  # a slow reader: the code itself is over by now
    fields = dict(HIDDEN.findall(page)) | {"direction": "in", "claim": member_pages.fields_of(page)["claim"]}
    sent = [await phone.browser.post(path, fields) for _ in range(2)]
    assert sent[0].headers["location"].partition("?")[0] == sent[1].headers["location"].partition("?")[0]
    told = await phone.follow(sent[0])
    assert "受け付けました" in told
    assert "帰るときに" in told
    assert await came(town, slot_id) == 1


async def test_a_second_scan_says_so_and_finishing_tells_what_it_earned(town: Town, phone: Phone) -> None:
    now = town.service.clock.now()
    slot_id = await scenes.slot(town, now, 2)
    first = await member_pages.venue(town, slot_id)
    await phone.press(first, on=first, direction="in", **_claim(await phone.see(first)))
    town.service.clock.forward(10 * MINUTE)
    second = await member_pages.venue(town, slot_id)
    page = await phone.see(second)
    assert "もう受け付けました" in page
    again = await phone.press(second, on=second, direction="in", **_claim(page))
    assert "もう受け付けました" in again
    town.service.clock.set(now + timedelta(hours=2))
    last = await member_pages.venue(town, slot_id)
    done = await phone.press(last, on=last, direction="out", **_claim(await phone.see(last)))
    assert "2時間を記録しました" in done
    assert "400" in done
    assert await scenes.points(phone.member) == 400
    assert "おわりました" in await phone.see(last)


async def test_a_code_that_is_over_or_not_ours_is_told_calmly(town: Town, phone: Phone) -> None:
    slot_id = await scenes.slot(town, town.service.clock.now(), 2)
    path = await member_pages.venue(town, slot_id)
    page = await phone.see(path)
    forged = await phone.browser.get(path[:-1] + ("0" if path[-1] != "0" else "1"))
    assert refusal(forged) == "forged_code"
    town.service.clock.forward(timedelta(minutes=11))
    over = await phone.browser.get(path)
    assert refusal(over) == "expired_code"
    assert "新しいコード" in over.text
    late = await phone.browser.send(path, on="/more", key=member_pages.key(), direction="in", **_claim(page))
    assert refusal(late) == "expired_code"
    assert await came(town, slot_id) == 0


async def test_a_claim_serves_nobody_but_who_opened_the_code(town: Town, phone: Phone) -> None:
    slot_id = await scenes.slot(town, town.service.clock.now(), 2)
    path = await member_pages.venue(town, slot_id)
    theirs = _claim(await phone.see(path))
    other = await member_pages.phone(town)
    answer = await other.browser.send(path, on="/more", key=member_pages.key(), direction="in", **theirs)
    assert refusal(answer) == "forged_code"
    assert await came(town, slot_id) == 0


async def test_pages_pressed_at_once_are_one_scan(town: Town, phone: Phone) -> None:
    """Without the lock that is asked under, some of the rounds keep two."""
    other = await member_pages.phone(town)
    for _ in range(4):
        slot_id = await scenes.slot(town, town.service.clock.now(), 2)
        path = await member_pages.venue(town, slot_id)
        pages = [await phone.see(path) for _ in range(6)]
        forms = [dict(HIDDEN.findall(page)) | {"direction": "in"} | _claim(page) for page in pages]
        assert len({form["key"] for form in forms}) == 6
        sent = await asyncio.gather(*(phone.browser.post(path, form) for form in forms))
        (came_at,) = {answer.headers["location"].partition("?")[0] for answer in sent}
        assert (await other.browser.get(came_at)).status_code == 404


# ----------------------------------------------------------------------------------------------------------- posters


async def test_a_poster_is_one_tap_and_waits_for_the_host(town: Town, phone: Phone) -> None:
    salon = {"organisation_id": str(town.host.organisation_id), "kind": "salon", "title": "体操", "place": "公園"}
    activity = ok(await town.host.post("/activities", salon))["activity_id"]
    now = town.service.clock.now()
    times = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=1)).isoformat(), "capacity": 5}
    slot_id = ok(await town.host.post(f"/activities/{activity}/slots", times))["slot_id"]
    path = member_pages.path_of(ok(await town.host.post(f"/activities/{activity}/posters"))["address"])
    assert "体操" in await phone.see(path)
    assert "受け付けました" in await phone.press(path, on=path, direction="in")
    town.service.clock.forward(timedelta(hours=1))
    assert "係の人が確かめたあと" in await phone.press(path, on=path, direction="out")
    ok(await town.host.keyed(f"/slots/{slot_id}/close", {}))
    assert await scenes.points(phone.member) == 200
    closed = await phone.browser.send(path, on="/more", key=member_pages.key(), direction="in")
    assert refusal(closed) == "slot_closed"


# ------------------------------------------------------------------------------------------------------------- cards


async def test_a_receivers_card_begins_and_ends_the_help_and_pays_once(town: Town, phone: Phone) -> None:
    receiver = await scenes.join(town)
    await member_pages.agreed(town, phone.member, receiver)
    path = member_pages.path_of(receiver.card)
    page = await phone.see(path)
    assert "お手伝いをはじめますか" in page
    assert "このカードをもう一度" in await phone.press(path, on=path, direction="in")
    town.service.clock.forward(60 * MINUTE)
    assert "もう受け付けました" in await phone.see(path)
    fields = dict(HIDDEN.findall(await phone.see(path))) | {"direction": "out"}
    sent = [await phone.browser.post(path, fields) for _ in range(2)]
    assert "1時間を記録しました" in await phone.follow(sent[0])
    assert sent[1].status_code == 303
    held = ok(await phone.member.caller.get(f"/members/{phone.member.member_id}/wallets"))["items"]
    assert next(each["posted"] for each in held if each["unit"] == "minutes") == 60


async def test_a_card_is_calm_for_its_holder_for_others_and_for_whoever_found_it(town: Town, phone: Phone) -> None:
    stranger = await scenes.join(town)
    own, other = (member_pages.path_of(each.card) for each in (phone.member, stranger))
    assert "あなたのカード" in await phone.see(own)
    assert "約束はありません" in await phone.see(other)
    for path in (own, other):
        answer = await phone.browser.send(path, on="/more", key=member_pages.key(), direction="in")
        assert refusal(answer) in {"self_confirmation", "no_match_then"}


# --------------------------------------------------------------------------------------------------------- pay codes


async def test_a_pay_code_is_an_amount_and_a_button_for_a_cashier_and_pays_once(town: Town, phone: Phone) -> None:
    await scenes.attend(town, phone.member)
    asked = {"unit": "pt", "amount_max": 300}
    code = ok(await phone.member.caller.post(f"/members/{phone.member.member_id}/pay-codes", asked))
    path = member_pages.path_of(code["address"])
    assert "5分の間に" in await phone.see(path)
    assert refusal(await phone.browser.send(path, on="/more", unit="pt", amount="1")) == "role_not_allowed"
    till = await browsing.signed_in(town.service, "cashier")
    fields = dict(HIDDEN.findall((await till.get(path)).text)) | {"unit": "pt", "amount": "250"}
    sent = [await till.post(path, fields) for _ in range(2)]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    receipt = await till.get(sent[0].headers["location"])
    assert "250 ポイント" in receipt.text
    assert "結 太郎" not in receipt.text
    assert await scenes.points(phone.member) == 150
    assert refusal(await till.send(path, on=path, unit="pt", amount="10")) == "pay_code_used"
    stranger = await browsing.signed_in(town.service, "cashier")
    assert (await stranger.get(sent[0].headers["location"])).status_code == 404
    assert await scenes.points(phone.member) == 150


async def test_a_cashier_takes_with_a_card_up_to_what_a_day_allows(town: Town, phone: Phone) -> None:
    await scenes.attend(town, phone.member, 6)
    await tills.cards_pay(town.service.engine, now=town.service.clock.now())
    till = await browsing.signed_in(town.service, "cashier")
    path = member_pages.path_of(phone.member.card)
    assert (await till.send(path, on=path, unit="pt", amount="900")).status_code == 303
    refused = await till.send(path, on=path, unit="pt", amount="200")
    assert refusal(refused) == "card_limit_reached"
    assert "1000" in refused.text
    assert await scenes.points(phone.member) == 300


def test_line_is_known_by_how_it_names_itself() -> None:
    assert landing.LINE in "Mozilla/5.0 Mobile/15E148 Safari Line/14.0"


def _claim(page: str) -> dict[str, str]:
    return {"claim": member_pages.fields_of(page)["claim"]}
