"""What everybody may see: the front page, a town, its rules, feeds that other programs parse, and totals that hide the few."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from defusedxml import ElementTree

from activities.agenda import Place
from api.pages import public_feeds
from api.pages.public_feeds import Feed
from community.municipalities import Municipality
from kernel import ids
from tests.support import http, scenes
from tests.support.browsing import Browser
from tests.support.scenes import Town, ok
from tests.support.towns import OTHER_TOWN, TOWN, TOWN_CODES

CODE, OTHER = TOWN_CODES[TOWN], TOWN_CODES[OTHER_TOWN]
PAGES = ("/", f"/m/{CODE}", f"/m/{CODE}/rules")
ATOM = "{http://www.w3.org/2005/Atom}"
NASTY = 'お茶; 歌, 花\\"<b>&'


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    """A salon with a nasty name in three hours, and four members, of whom one took part."""
    town = await scenes.opened(service)
    host = town.host
    asked = {"organisation_id": str(host.organisation_id), "kind": "salon", "title": NASTY, "place": "=公民館"}
    activity = ok(await host.post("/activities", asked))
    starts_at = service.clock.now() + timedelta(hours=3)
    times = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=2)).isoformat(), "capacity": 12}
    ok(await host.post(f"/activities/{activity['activity_id']}/slots", times))
    members = [await scenes.join(town) for _ in range(4)]
    await scenes.attend(town, members[0])
    return town


@pytest.fixture
async def anybody(town: Town) -> Browser:
    return Browser(town.service)


async def see(browser: Browser, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def unfolded(calendar: str) -> list[str]:
    """The content lines of a calendar, as RFC 5545 3.1 joins them."""
    assert calendar.endswith("\r\n")
    return calendar.replace("\r\n ", "").split("\r\n")[:-1]


def value(lines: list[str], name: str) -> list[str]:
    """The values of a property, read back as 3.3.11 says."""
    found = [line.partition(":")[2] for line in lines if line.startswith(f"{name}:")]
    return [re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], each) for each in found]


# -------------------------------------------------------------------------------------------------------------- pages


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["ja", "ja-easy", "en"])
async def test_every_page_speaks_three_languages(anybody: Browser, path: str, lang: str) -> None:
    anybody.http.cookies.set("yui-lang", lang, domain="yui.test")
    page = await see(anybody, path)
    assert page.count("<h1") == 1
    assert f'data-locale="{lang}"' in page
    assert "style=" not in page


async def test_the_front_page_leads_to_each_town_and_shows_no_other_towns_activities(anybody: Browser) -> None:
    front = await see(anybody, "/")
    assert re.findall(r'href="/m/(\d+)"', front) == sorted((CODE, OTHER))
    assert "お茶" in await see(anybody, f"/m/{CODE}")
    for path in ("", "/activities.ics", "/activities.atom", "/activities.csv", "/rules"):
        elsewhere = await see(anybody, f"/m/{OTHER}{path}")
        assert "お茶" not in elsewhere
        assert "サロン" not in elsewhere


async def test_what_people_wrote_is_escaped_and_nobody_is_named(anybody: Browser) -> None:
    for path in (f"/m/{CODE}", f"/m/{CODE}/rules", f"/m/{CODE}/activities.atom"):
        page = await see(anybody, path)
        assert "<b>" not in page
        assert "結 太郎" not in page


@pytest.mark.parametrize("code", ["000000", "nobodys", "131017", "%27", "1" * 300])
@pytest.mark.parametrize("path", ["", "/rules", "/activities.ics", "/activities.atom", "/activities.csv"])
async def test_a_town_that_is_not_here_is_told_so(anybody: Browser, code: str, path: str) -> None:
    answer = await anybody.get(f"/m/{code}{path}")
    assert answer.status_code == 404
    assert 'data-code="unknown_municipality"' in answer.text


async def test_rules_are_told_in_sentences(anybody: Browser) -> None:
    page = await see(anybody, f"/m/{CODE}/rules")
    assert "サロンのポイント" in page
    assert "30分" in page
    assert "100ポイント" in page.replace(" ", "")
    assert "制度の符号" not in page, "how an edition is filed is nothing to its readers"


# -------------------------------------------------------------------------------------------------------------- feeds


async def test_the_calendar_parses_and_says_what_the_page_says(town: Town, anybody: Browser) -> None:
    answer = await anybody.get(f"/m/{CODE}/activities.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n"))
    lines = unfolded(answer.text)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len(value(lines, "UID"))
    assert NASTY in value(lines, "SUMMARY")
    nth = value(lines, "SUMMARY").index(NASTY)
    begins, ends = (datetime.strptime(value(lines, name)[nth], "%Y%m%dT%H%M%S%z") for name in ("DTSTART", "DTEND"))
    assert abs(begins - datetime(2026, 5, 11, 3, tzinfo=UTC)) < timedelta(minutes=1)
    assert ends - begins == timedelta(hours=2)
    assert value(lines, "LOCATION")[nth] == "=公民館"
    assert value(lines, "URL")[nth] == f"https://yui.example.jp/m/{CODE}"


async def test_the_atom_feed_parses_and_has_what_the_standard_asks_for(anybody: Browser) -> None:
    answer = await anybody.get(f"/m/{CODE}/activities.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")
    assert NASTY in [entry.findtext(f"{ATOM}title") for entry in entries]
    for each in (feed, *entries):
        assert all(each.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)


async def test_open_data_is_a_table_in_which_nothing_is_calculated(anybody: Browser) -> None:
    answer = await anybody.get(f"/m/{CODE}/activities.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    row = next(row for row in rows if row["イベント名"] == NASTY)
    assert tuple(row) == public_feeds.HEADER
    assert (row["開始日"], row["開始時間"], row["終了時間"], row["場所名称"]) == ("2026-05-11", "12:00", "14:00", "'=公民館")
    assert (row["定員"], row["残り"], row["全国地方公共団体コード"]) == ("12", "12", CODE)


def test_lines_are_folded_between_characters_and_no_title_ends_a_line() -> None:
    at = datetime(2026, 5, 11, 3, tzinfo=UTC)
    title = "花" * 100 + "\r\nEND:VEVENT\nBEGIN:VALARM" + "🌸" * 30 + "\x07"
    place = Place(
        slot_id=ids.new_id(), kind="salon", title=title, place="a" * 74, organisation="b;c", starts_at=at,
        ends_at=at + timedelta(hours=1), capacity=1, taken=0, closed_at=None, booking_id=None, role=None,
    )  # fmt: skip
    written = public_feeds.icalendar(Feed(Municipality(1, CODE, "試験町"), (place,), "https://yui.example.jp", at))
    lines = unfolded(written)
    assert (lines.count("BEGIN:VEVENT"), lines.count("END:VEVENT"), lines.count("BEGIN:VALARM")) == (1, 1, 0)
    assert value(lines, "SUMMARY") == [title.replace("\r\n", "\n").replace("\x07", "")]
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    assert list(public_feeds.fold("a" * 75)) == ["a" * 75]
    assert list(public_feeds.fold("a" * 76)) == ["a" * 75, " a"]


# ------------------------------------------------------------------------------------------------------------- totals


async def test_totals_wait_for_five_people_and_the_end_of_the_month_and_are_then_the_ledgers(
    service: http.Service, town: Town
) -> None:
    """Four members are not shown, nor what one person did in a month; six in the next month are, and that month alone."""
    anybody = Browser(service)
    service.clock.set(datetime(2026, 6, 1, 3, tzinfo=UTC))
    june = _figures(await see(anybody, f"/m/{CODE}"))
    assert set(june.values()) == {"まだ出せません"}, june
    members = [await scenes.join(town) for _ in range(6)]
    for member in members:
        await scenes.attend(town, member)
    assert _figures(await see(anybody, f"/m/{CODE}"))["付いたポイント"] == "まだ出せません", "the month is not over"
    service.clock.set(datetime(2026, 7, 1, 3, tzinfo=UTC))
    shown = _figures(await see(anybody, f"/m/{CODE}"))
    auditor = await service.caller("auditor")
    flow = ok(await auditor.get("/money-flow", params={"first": "2026-06-01", "last": "2026-06-30"}))
    (wallets,) = [each for each in flow["flows"] if (each["unit"], each["account_kind"]) == ("pt", "wallet")]
    assert shown["付いたポイント"] == f"{wallets['moved']['grant']:,} ポイント" == "2,400 ポイント"
    assert shown["手伝った時間"] == "12時間"
    assert shown["会員"] == "10人"
    assert shown["使ったポイント"] == "まだ出せません"


def _figures(page: str) -> dict[str, str]:
    return dict(re.findall(r"<div><dt>([^<]+)</dt><dd>([^<]+)</dd></div>", page))
