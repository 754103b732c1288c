"""A member's own pages, each with real data: what they show, what one tap does, once, and what the book says."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from community.actor import Actor
from db.transact import transact
from flows import looked
from tests.support import browsing, http, looking, member_pages, scenes
from tests.support.browsing import HIDDEN
from tests.support.member_pages import Phone, refusal
from tests.support.scenes import Town, ok
from tests.support.towns import OTHER_TOWN, TOWN

HOUR = timedelta(hours=1)
PAGES = (
    "/today",
    "/points",
    "/history",
    "/history?unit=minutes",
    "/history/deeds",
    "/help",
    "/help/new",
    "/help/new?kind=garden",
    "/help/new?kind=garden&day=2026-05-12&time=10:00",
    "/help/offers",
    "/activities",
    "/card",
    "/pay",
    "/give",
    "/claims",
    "/notices",
    "/settings",
    "/seen",
    "/more",
)


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture
async def phone(town: Town) -> Phone:
    return await member_pages.phone(town)


# -------------------------------------------------------------------------------------------------------- every page


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["ja", "ja-easy", "en"])
async def test_every_page_speaks_three_languages_and_has_one_heading_of_the_first_rank(
    phone: Phone, path: str, lang: str
) -> None:
    phone.browser.http.cookies.set("yui-lang", lang, domain="yui.test")
    page = await phone.see(path)
    assert page.count("<h1") == 1
    assert f'data-locale="{lang}"' in page
    assert "style=" not in page
    assert re.search('<script(?! type="module" src=)', page) is None
    if lang == "en" and path != "/settings":
        assert re.search("[ぁ-ん]", page.partition("<main")[2].replace("やさしい日本語", "")) is None, "no Japanese is left over"


async def test_a_new_member_is_told_what_to_do_first(phone: Phone) -> None:
    page = await phone.see("/today")
    assert "結 太郎さん" in page
    assert 'href="/activities"' in page.partition('class="card now"')[2].partition("</section>")[0]


# -------------------------------------------------------------------------------------------------------- activities


async def test_joining_is_one_tap_done_once_and_given_back_at_no_cost(town: Town, phone: Phone) -> None:
    slot_id = await scenes.slot(town, town.service.clock.now() + 3 * HOUR, capacity=1)
    list_ = await phone.see("/activities")
    assert f'action="/activities/{slot_id}/join"' in list_
    fields = dict(HIDDEN.findall(list_))
    sent = [await phone.browser.post(f"/activities/{slot_id}/join", fields) for _ in range(2)]
    page = await phone.follow(sent[0])
    assert sent[1].headers["location"] == sent[0].headers["location"]
    assert "申し込みました" in page
    assert "サロン" in await phone.see("/today")
    roster = ok(await town.host.get(f"/slots/{slot_id}/roster"))
    assert [each["number"] for each in roster["expected"]] == [phone.member.number]
    again = await phone.browser.send(f"/activities/{slot_id}/join", on="/card", key=member_pages.key())
    assert refusal(again) == "booked_already"
    late = await member_pages.phone(town)
    assert "いっぱいです" in await late.see(f"/activities/{slot_id}")
    full = await late.browser.send(f"/activities/{slot_id}/join", on="/card", key=member_pages.key())
    assert refusal(full) == "slot_full"
    booking = re.findall(r"/bookings/([0-9a-f-]+)/cancel", page)[0]
    assert (await late.browser.send(f"/bookings/{booking}/cancel", on="/card", key=member_pages.key())).status_code == 404
    assert "申し込む" in await phone.press(f"/bookings/{booking}/cancel", on=f"/activities/{slot_id}")
    assert ok(await town.host.get(f"/slots/{slot_id}/roster"))["expected"] == []


# -------------------------------------------------------------------------------------------------------------- help


async def test_asking_the_first_time_takes_three_taps_and_the_usual_one(town: Town, phone: Phone) -> None:
    what = await phone.see("/help/new")  # from the help page; then what, when, and the confirmation
    when = await phone.see(_link(what, "kind=garden"))
    confirm = await phone.see(_link(when, "time=10:00"))
    fields = dict(member_pages.FIELD.findall(confirm)) | {"minutes": "90", "note": "庭の草取り"}
    sent = [await phone.browser.post("/help/new", fields) for _ in range(2)]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    assert "たのみました" in await phone.follow(sent[0])
    (need,) = await _needs(phone)
    assert (need["kind"], need["minutes"], need["note"], need["pay_per_hour"]) == ("garden", 90, "庭の草取り", 60)
    assert need["starts_at"] == "2026-05-12T01:00:00Z"
    assert "いつもの" in await phone.see("/help")
    usual = await phone.press("/help/again", on="/help", **_usual(await phone.see("/help")))
    assert "5月19日(火)" in usual
    latest, first = await _needs(phone)
    assert (latest["starts_at"], latest["note"], first["need_id"]) == ("2026-05-19T01:00:00Z", "庭の草取り", need["need_id"])
    path = f"/help/asked/{latest['need_id']}"
    assert "取り消しました" in await phone.press(f"{path}/withdraw", on=path)
    assert [each["state"] for each in await _needs(phone)] == ["withdrawn", "open"]
    stranger = await member_pages.phone(town)
    for method in (stranger.browser.get(path), stranger.browser.send(f"{path}/withdraw", on="/card", key=member_pages.key())):
        assert (await method).status_code == 404
    theirs = await stranger.browser.send(
        "/help/again", on="/card", key=member_pages.key(), need_id=need["need_id"], starts_at="2026-05-19T01:00:00Z"
    )
    assert theirs.status_code == 404


async def test_a_proposal_is_accepted_or_declined_and_neither_costs_anything(town: Town, phone: Phone) -> None:
    helper = await member_pages.phone(town)
    match_id = await member_pages.proposed(town, helper.member, phone.member, 24 * 60)
    answer = f"/help/matches/{match_id}/answer"
    page = await helper.see("/today")
    assert answer in page
    assert "結 太郎さんです" not in page, "names are told once both have accepted"
    accept = {"side": "helper", "answer": "accept"}
    stranger = await member_pages.phone(town)
    assert (await stranger.browser.send(answer, on="/card", key=member_pages.key(), **accept)).status_code == 404
    assert (await phone.browser.send(answer, on="/help", **accept)).status_code == 404, "one side does not speak for the other"
    await helper.press(answer, on="/help", **accept)
    page = await phone.press(answer, on="/help", side="receiver", answer="accept")
    assert "手伝う方は 結 太郎さんです" in page
    state = ok(await helper.member.caller.get(f"/matches/{match_id}"))
    assert state["state"] == "accepted"
    page = await phone.see("/points")
    assert "1時間30分" in page
    assert "約束のために取ってあります" in page
    assert refusal(await helper.browser.send(answer, on="/help", side="helper", answer="decline")) == "answered_otherwise"
    await phone.press(f"/help/matches/{match_id}/cancel", on="/help")
    assert ok(await helper.member.caller.get(f"/matches/{match_id}"))["state"] == "cancelled"
    assert "取ってあります" not in await phone.see("/points")
    second = await member_pages.proposed(town, helper.member, phone.member, 48 * 60)
    await helper.press(f"/help/matches/{second}/answer", on="/help", side="helper", answer="decline")
    assert ok(await helper.member.caller.get(f"/matches/{second}"))["state"] == "declined"


async def test_what_one_can_do_is_offered_and_ended(town: Town, phone: Phone) -> None:
    page = await phone.press("/help/offers", on="/help/offers", kind="walk", **{"weekdays[]": ["1", "3"]})
    assert "つきそい" in page
    (offer,) = ok(await phone.member.caller.get(f"/members/{phone.member.member_id}/offers"))["items"]
    assert (offer["kind"], offer["weekdays"]) == ("walk", [1, 3])
    end, other = f"/help/offers/{offer['offer_id']}/end", await member_pages.phone(town)
    assert (await other.browser.send(end, on="/help/offers")).status_code == 404
    assert "まだ登録がありません" in await phone.press(end, on="/help/offers")


# ----------------------------------------------------------------------------------------------- points and history


async def test_points_are_three_numbers_and_every_line_of_history_says_why(town: Town, phone: Phone) -> None:
    await scenes.attend(town, phone.member)
    page = await phone.see("/points")
    assert "400 ポイント" in page
    assert "2028年3月31日まで使えます" in page
    assert max(len(re.findall("<dd>", each)) for each in page.split("<dl")[1:]) <= 3
    history = await phone.see("/history")
    assert "活動で、もらいました" in history
    assert "サロン" in history
    assert "理由を見る" in history
    assert "30分" in history.partition("<details>")[2]
    deeds = await phone.see("/history/deeds")
    assert "2時間" in deeds
    other = await member_pages.phone(town)
    assert "400" not in looking.says(await other.see("/history"))


async def test_history_is_read_page_by_page_and_nothing_stands_twice(town: Town, phone: Phone) -> None:
    await scenes.attend(town, phone.member)
    for amount in range(1, 14):
        given = {"unit": "pt", "amount": amount}
        ok(await phone.member.caller.keyed(f"/members/{phone.member.member_id}/donations", given))
    first = await phone.see("/history?unit=pt")
    older = re.findall(r'href="(/history\?unit=pt&amp;before=\d+)"', first)[0].replace("&amp;", "&")
    second = await phone.see(older)
    shown = [re.findall(r"<strong>([^<]*) ポイント</strong>", each) for each in (first, second)]
    assert [len(each) for each in shown] == [10, 4]
    assert [*shown[0], *shown[1]] == [*(f"−{amount}" for amount in range(13, 0, -1)), "+400"]
    assert "もっと前を見る" not in second


async def test_what_the_desk_does_for_a_member_says_who_did_it(town: Town, phone: Phone) -> None:
    await scenes.attend(town, phone.member)
    ok(await town.officer.keyed(f"/members/{phone.member.member_id}/donations", {"unit": "pt", "amount": 30}))
    history = await phone.see("/history")
    assert 'class="acting"' in history
    assert "役所の担当(test officer)が、代わりに行いました" in history


async def test_who_looked_is_told(town: Town, phone: Phone) -> None:
    assert "見た人は、まだいません" in await phone.see("/seen")
    me, now = phone.member.member_id, town.service.clock.now()
    officer = Actor(
        principal_id=town.officer.principal_id, role="officer", member_id=None, organisation_id=None, municipality_id=TOWN
    )
    await transact(town.service.engine, TOWN, lambda conn: looked.note(conn, officer, me, "person", now))
    page = await phone.see("/seen")
    assert "役所の担当" in page
    assert "名前と連絡先" in page
    other = await member_pages.phone(town)
    assert "見た人は、まだいません" in await other.see("/seen")


async def test_text_size_and_language_stay_on_the_device(service: http.Service, phone: Phone) -> None:
    page = await phone.press("/settings", on="/settings", size="largest", lang="ja-easy")
    assert 'data-size="largest"' in page
    assert 'data-locale="ja-easy"' in page
    assert refusal(await phone.browser.send("/settings", on="/settings", size="huge", lang="ja")) == "form_incomplete"
    stranger = browsing.Browser(service)
    assert (await stranger.send("/settings", on="/settings", size="large", lang="en")).status_code == 303
    assert 'data-size="large"' in (await stranger.get("/sign-in")).text


async def test_years_are_written_as_the_reader_chose(town: Town, phone: Phone) -> None:
    year = town.service.clock.now().year
    assert f"{year}年" in await phone.see("/card")
    await phone.press("/settings", on="/settings", size="normal", lang="ja", years="era")
    page = await phone.see("/card")
    assert f"令和{year - 2018}年" in page
    assert f"{year}年" not in page


def _link(page: str, wanted: str) -> str:
    """The first link of a page that holds `wanted`."""
    return next(each for each in re.findall(r'href="([^"]*)"', page) if wanted in each).replace("&amp;", "&")


def _usual(page: str) -> dict[str, str]:
    told = dict(member_pages.FIELD.findall(page.partition('action="/help/again"')[2].partition("</form>")[0]))
    return {"need_id": told["need_id"], "starts_at": told["starts_at"]}


async def _needs(phone: Phone) -> list[dict[str, str]]:
    return ok(await phone.member.caller.get(f"/members/{phone.member.member_id}/needs"))["items"]


# ----------------------------------------------------------------------------------------------------------- strangers


async def test_what_people_write_is_shown_as_they_wrote_it_and_runs_nowhere(town: Town, phone: Phone) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    salon = {"organisation_id": str(town.host.organisation_id), "kind": "salon", "title": evil, "place": evil}
    activity = ok(await town.host.post("/activities", salon))["activity_id"]
    starts_at = town.service.clock.now() + HOUR
    times = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + HOUR).isoformat(), "capacity": 5}
    slot_id = ok(await town.host.post(f"/activities/{activity}/slots", times))["slot_id"]
    form = {"kind": "talk", "day": "2026-05-12", "time": "10:00", "minutes": "60", "note": evil, "key": member_pages.key()}
    asked = (await phone.browser.send("/help/new", on="/card", **form)).headers["location"]
    await phone.press("/help/offers", on="/help/offers", kind="talk", note=evil)
    await phone.press(f"/activities/{slot_id}/join", on="/card", key=member_pages.key())
    for path in ("/today", "/help", asked, "/help/offers", "/activities", f"/activities/{slot_id}"):
        page = await phone.see(path)
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


async def test_nothing_of_a_member_is_there_for_another_town(town: Town, phone: Phone) -> None:
    slot_id = await scenes.slot(town, town.service.clock.now() + HOUR)
    helper = await scenes.join(town)
    match_id = await member_pages.agreed(town, helper, phone.member, 60)
    (need, *_) = await _needs(phone)
    stranger = await browsing.signed_in(town.service, "member", town=OTHER_TOWN)
    for path in (f"/activities/{slot_id}", f"/help/asked/{need['need_id']}"):
        assert (await stranger.get(path)).status_code == 404, path
    forms = {
        f"/activities/{slot_id}/join": {},
        f"/help/asked/{need['need_id']}/withdraw": {},
        f"/help/matches/{match_id}/answer": {"side": "helper", "answer": "decline"},
        f"/help/matches/{match_id}/cancel": {},
        "/help/again": {"need_id": need["need_id"], "starts_at": need["starts_at"]},
    }
    for path, fields in forms.items():
        answer = await stranger.send(path, on="/settings", key=member_pages.key(), **fields)
        assert answer.status_code == 404, path
    assert ok(await phone.member.caller.get(f"/matches/{match_id}"))["state"] == "accepted"
