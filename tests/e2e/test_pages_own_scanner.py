"""A member's own phone on our scanner: what is clear counts at once, the rest is asked, and a mistake is taken back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from db import query
from db.transact import read
from kernel import ids
from tests.support import browsing, http, member_pages, scenes, spending
from tests.support.browsing import HIDDEN
from tests.support.member_pages import Phone, refusal
from tests.support.scenes import Member, Town, ok
from tests.support.towns import MINUTES, OTHER_TOWN, TOWN

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
_SCANS = query.statement(
    """
    select s.direction, s.method, t.reason as taken_back from activities.scan s
    left join activities.scan_retraction t on t.municipality_id = s.municipality_id and t.scan_id = s.scan_id
    where s.municipality_id = db.municipality() and s.member_id = :member_id order by s.received_at, s.scan_id
    """
)


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture
async def phone(town: Town) -> Phone:
    return await member_pages.phone(town)


@pytest.fixture
async def receiver(town: Town) -> Member:
    return await scenes.join(town)


async def kept(town: Town, member: Member) -> list[tuple[str, str, str | None]]:
    """What PostgreSQL keeps of a member's scans: direction, way, and why it was taken back."""
    rows = await read(town.service.engine, TOWN, lambda conn: query.rows(conn, _SCANS, member_id=member.member_id))
    return [(row.direction, row.method, row.taken_back) for row in rows]


async def scanned(phone: Phone, code: str, **more: Any) -> str:
    """Our scanner reads a code; the path where that leads."""
    answer = await phone.browser.send("/scan", on="/scan", code=code, **more)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def path_of(code: str) -> str:
    return member_pages.path_of(code).lower()


async def booked(town: Town, phone: Phone, hours: float = 2) -> str:
    """A slot that begins now, where somebody has a place; its id."""
    slot_id = await scenes.slot(town, town.service.clock.now(), hours)
    ok(await town.host.post(f"/slots/{slot_id}/bookings", {"member_id": str(phone.member.member_id)}))
    return slot_id


# --------------------------------------------------------------------------------------------------------- at a home


async def test_two_scans_of_the_receivers_card_are_the_whole_help(town: Town, phone: Phone, receiver: Member) -> None:
    await member_pages.agreed(town, phone.member, receiver)
    began = await phone.see(await scanned(phone, receiver.card))
    assert "お手伝いをはじめました" in began
    assert "取り消す" in began
    town.service.clock.forward(HOUR)
    ended = await phone.see(await scanned(phone, receiver.card))
    assert "1時間を記録しました" in ended
    assert 'take-back"' not in ended, "an attendance rests on it"
    assert await kept(town, phone.member) == [("in", "receiver_card", None), ("out", "receiver_card", None)]
    assert await spending.posted(town.service.engine, "wallet", MINUTES, phone.member.member_id) == 60


async def test_a_hand_held_still_ends_nothing(town: Town, phone: Phone, receiver: Member) -> None:
    await member_pages.agreed(town, phone.member, receiver)
    await scanned(phone, receiver.card)
    for minutes in (0, 1, 8):
        town.service.clock.forward(minutes * MINUTE)
        asks = await scanned(phone, receiver.card)
        assert asks.lower() == path_of(receiver.card)
        assert "お手伝いはおわりましたか" in await phone.see(asks)
    assert await kept(town, phone.member) == [("in", "receiver_card", None)]
    town.service.clock.forward(MINUTE)
    assert (await scanned(phone, receiver.card)).startswith("/came/")
    assert [each[0] for each in await kept(town, phone.member)] == ["in", "out"]


async def test_one_reading_sent_again_is_one_scan(town: Town, phone: Phone, receiver: Member) -> None:
    await member_pages.agreed(town, phone.member, receiver)
    key = str(ids.new_id())
    (came,) = {await scanned(phone, receiver.card, key=key) for _ in range(2)}
    town.service.clock.forward(HOUR)
    assert await scanned(phone, receiver.card, key=key) == came, "an answer that was lost is asked for late"
    assert await kept(town, phone.member) == [("in", "receiver_card", None)]
    other = (await scenes.join(town)).card
    assert refusal(await phone.browser.send("/scan", on="/scan", code=other, key=key)) == "scan_id_reused"


async def test_phones_that_read_at_once_begin_once(town: Town) -> None:
    """Without the lock that is asked under, some of the rounds begin twice."""
    for _ in range(4):
        phone, receiver = await member_pages.phone(town), await scenes.join(town)
        await member_pages.agreed(town, phone.member, receiver)
        told = dict(HIDDEN.findall(await phone.see("/scan"))) | {"code": receiver.card}
        sent = await asyncio.gather(*(phone.browser.post("/scan", told | {"key": str(ids.new_id())}) for _ in range(6)))
        led = [answer.headers["location"] for answer in sent]
        assert [path.startswith("/came/") for path in led].count(True) == 1
        assert await kept(town, phone.member) == [("in", "receiver_card", None)]


async def test_what_is_not_clear_is_asked(town: Town, phone: Phone, receiver: Member) -> None:
    """No match, one's own card, too early, several at once, and one that is over."""
    for code, said in ((receiver.card, "約束はありません"), (phone.member.card, "あなたのカード")):
        assert said in await phone.see(await scanned(phone, code))
    await member_pages.agreed(town, phone.member, receiver, minutes_ahead=40)
    asks = await scanned(phone, receiver.card)
    assert "お手伝いをはじめますか" in await phone.see(asks)
    town.service.clock.forward(40 * MINUTE)
    await member_pages.agreed(town, phone.member, receiver)
    assert await scanned(phone, receiver.card) == asks, "two are on"
    assert await kept(town, phone.member) == []


async def test_cards_of_others_places_and_of_yesterday_are_refused_by_name(town: Town, phone: Phone, receiver: Member) -> None:
    await member_pages.agreed(town, phone.member, receiver)
    issued = ok(await town.officer.post(f"/members/{receiver.member_id}/cards/reissue", {"reason": "紛失"}))
    assert refusal(await phone.browser.send("/scan", on="/scan", code=receiver.card)) == "card_revoked"
    foreign = await browsing.signed_in(town.service, await town.service.caller("member", town=OTHER_TOWN), town=OTHER_TOWN)
    assert refusal(await foreign.send("/scan", on="/scan", code=issued["address"])) == "unknown_card"
    for code, name in (("https://example.com/C/ABCD", "foreign_code"), ("P/" + "A" * 16, "wrong_kind_of_code")):
        assert refusal(await phone.browser.send("/scan", on="/scan", code=code)) == name
    assert await kept(town, phone.member) == []


async def test_nothing_counts_without_the_form_or_in_anothers_name(town: Town, phone: Phone, receiver: Member) -> None:
    await member_pages.agreed(town, phone.member, receiver)
    assert refusal(await phone.browser.post("/scan", {"code": receiver.card, "key": str(ids.new_id())})) == "foreign_form"
    await phone.see(member_pages.path_of(receiver.card))
    assert await kept(town, phone.member) == []


# -------------------------------------------------------------------------------------------------------- at a venue


async def test_who_has_a_place_comes_and_goes_by_the_venues_code_at_once(town: Town, phone: Phone) -> None:
    slot_id = await booked(town, phone)
    assert (await scanned(phone, await member_pages.venue(town, slot_id))).startswith("/came/")
    town.service.clock.forward(2 * HOUR)
    assert "2時間を記録しました" in await phone.see(await scanned(phone, await member_pages.venue(town, slot_id)))
    assert await scenes.points(phone.member) == 400
    again = await scanned(phone, await member_pages.venue(town, slot_id))
    assert "もう一度来ました" in await phone.see(again), "who has gone is asked"


async def test_who_has_no_place_and_who_reads_a_poster_are_asked(town: Town, phone: Phone) -> None:
    slot_id = await scenes.slot(town, town.service.clock.now())
    assert "来ましたか" in await phone.see(await scanned(phone, await member_pages.venue(town, slot_id)))
    poster = ok(await town.host.post(f"/activities/{town.activity}/posters"))["address"]
    assert (await scanned(phone, poster)).startswith("/A/")
    ok(await town.host.post(f"/slots/{slot_id}/bookings", {"member_id": str(phone.member.member_id)}))
    ok(await town.host.keyed(f"/slots/{slot_id}/close", {}))
    code = await member_pages.venue(town, slot_id)
    assert refusal(await phone.browser.send("/scan", on="/scan", code=code)) == "slot_closed"
    assert await kept(town, phone.member) == []


# ---------------------------------------------------------------------------------------------------------- taken back


async def test_a_mistake_is_taken_back_by_whoever_made_it_and_counts_for_nothing(
    town: Town, phone: Phone, receiver: Member
) -> None:
    await member_pages.agreed(town, phone.member, receiver)
    came = await scanned(phone, receiver.card)
    stranger = await member_pages.phone(town)
    assert refusal(await stranger.browser.send(f"{came}/take-back", on="/scan")) == "unknown_scan"
    for on in (came, "/scan"):
        assert "取り消しました" in await phone.press(f"{came}/take-back", on=on)
    assert await kept(town, phone.member) == [("in", "receiver_card", "本人が取り消し")]
    town.service.clock.forward(20 * MINUTE)
    assert "はじめました" in await phone.see(await scanned(phone, receiver.card))
    town.service.clock.forward(30 * MINUTE)
    ended = await scanned(phone, receiver.card)
    assert "30分を記録しました" in await phone.see(ended)
    assert refusal(await phone.browser.send(f"{ended}/take-back", on="/scan")) == "scan_counted"
    assert await spending.posted(town.service.engine, "wallet", MINUTES, phone.member.member_id) == 30


async def test_only_the_last_word_is_taken_back_and_not_after_closing(town: Town, phone: Phone) -> None:
    """A beginning that is taken back under a poster's end would make the planned start count."""
    salon = {"organisation_id": str(town.host.organisation_id), "kind": "salon", "title": "体操", "place": "公園"}
    park = replace(town, activity=ok(await town.host.post("/activities", salon))["activity_id"])
    slot_id = await booked(park, phone)
    came = await scanned(phone, await member_pages.venue(town, slot_id))
    poster = member_pages.path_of(ok(await town.host.post(f"/activities/{park.activity}/posters"))["address"])
    town.service.clock.forward(HOUR)
    await phone.press(poster, on=poster, direction="out")
    assert refusal(await phone.browser.send(f"{came}/take-back", on="/scan")) == "scan_not_last"
    other = await member_pages.phone(town)
    second = await booked(town, other)
    came = await scanned(other, await member_pages.venue(town, second))
    ok(await town.host.keyed(f"/slots/{second}/close", {}))
    assert refusal(await other.browser.send(f"{came}/take-back", on="/scan")) in {"slot_closed", "scan_counted"}
    assert [each[2] for each in await kept(town, phone.member)] == [None, None]


# ------------------------------------------------------------------------------------------------------------ by script


async def test_a_script_is_told_where_to_go(town: Town, phone: Phone) -> None:
    slot_id = await booked(town, phone)
    code = await member_pages.venue(town, slot_id)
    fields = dict(HIDDEN.findall(await phone.see("/scan"))) | {"code": code}
    told: httpx.Response = await phone.browser.post("/scan", fields, accept="application/json")
    assert (told.status_code, told.json()) == (200, {"path": f"/came/{fields['key']}", "recorded": True})
    asks = (await phone.browser.post("/scan", fields | {"key": str(ids.new_id())}, accept="application/json")).json()
    assert (asks["path"].lower(), asks["recorded"]) == (code.lower(), False)


async def test_today_has_the_scanner_where_something_is_to_be_scanned_now(town: Town, phone: Phone) -> None:
    async def camera() -> bool:
        answer = await phone.browser.get("/today")
        allowed = answer.headers["permissions-policy"].startswith("camera=(self)")
        assert allowed == ('class="scanner"' in answer.text)
        return allowed

    assert not await camera()
    slot_id = await booked(town, phone)
    assert await camera()
    came = await scanned(phone, await member_pages.venue(town, slot_id))
    assert not await camera(), "so soon a scan would end nothing"
    assert 'data-start="returning"' in await phone.see(came)
    town.service.clock.forward(10 * MINUTE)
    assert await camera()
    assert 'data-start="remembered"' in await phone.see(came)
