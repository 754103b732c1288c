"""The auditor's pages: from a total to the evidence in three clicks, each figure the ledger's own; read-only, and reading is told."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from kernel import ids
from tests.support import browsing, http, member_pages, scenes
from tests.support.browsing import Browser
from tests.support.scenes import Town, ok
from tests.support.towns import OTHER_TOWN

PAGES = (
    "/audit",
    "/audit?year=2025",
    "/audit/entries?unit=pt&from=2026-04-01&to=2027-03-31&kind=grant&account_kind=wallet",
    "/audit/sample",
    "/audit/sample?seed=くじ&kind=appropriation&size=3",
    "/audit/risks",
    "/audit/checks",
    "/audit/editions",
)
STEP = re.compile(r'href="([^"]+)" data-step="([a-z]+)-([a-z_]+)">([^<]+)<')
PLACE = re.compile(r'href="([^"]+)" data-place="([a-z]+)-([a-z_]+)">([^<]+)<')
ENTRY = re.compile(r'href="(/audit/entries/[0-9a-f-]{36})"')
TOTAL = re.compile(r'data-total="(-?\d+)"')
YEAR = {"first": "2026-04-01", "last": "2027-03-31"}


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    """Two members who took part, for two hours and for one."""
    town = await scenes.opened(service, budget=100_000)
    first, second = await scenes.join(town), await scenes.join(town)
    await scenes.attend(town, first)
    service.clock.forward(timedelta(hours=3))
    await scenes.attend(town, second, hours=1)
    return town


@pytest.fixture
async def auditor(town: Town) -> Browser:
    return await browsing.stepped_up(town.service, town.auditor)


async def see(browser: Browser, path: str) -> str:
    answer = await browser.get(html.unescape(path))
    assert answer.status_code == 200, answer.text
    return answer.text


def number(shown: str) -> int:
    """A figure in points as it is shown."""
    found = re.sub("[^0-9−]", "", shown).replace("−", "-")
    return int(found)


# -------------------------------------------------------------------------------------------------------- every page


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["ja", "ja-easy", "en"])
async def test_every_page_speaks_three_languages(town: Town, path: str, lang: str) -> None:
    browser = await browsing.signed_in(town.service, town.auditor)
    browser.http.cookies.set("yui-lang", lang, domain="yui.test")
    page = await see(browser, path)
    assert page.count("<h1") == 1
    assert f'data-locale="{lang}"' in page
    assert "style=" not in page


# ------------------------------------------------------------------------------------------------------- three clicks


async def test_three_clicks_lead_from_a_total_to_the_evidence_and_every_figure_is_the_ledgers(
    town: Town, auditor: Browser
) -> None:
    year = await see(auditor, "/audit")
    steps = {code: (path, number(shown)) for path, unit, code, shown in STEP.findall(year) if unit == "pt"}
    assert steps["granted"][1] == 600
    assert steps["voted"][1] == 100_000
    entries = await see(auditor, steps["granted"][0])  # the first click
    assert TOTAL.findall(entries) == ["600"]
    (largest, *_) = ENTRY.findall(entries)
    entry = await see(auditor, largest)  # the second
    assert "付与" in entry
    assert "会員" in entry
    trace = await see(auditor, re.findall(r'href="(/audit/trace/[^"]+)"', entry)[0])  # the third
    kinds = re.findall(r'data-kind="([a-z_]+)"', trace)
    assert {"entry", "decision", "edition", "budget_line", "attendance", "scan", "slot"} <= set(kinds)
    told = ok(await town.auditor.get(f"/trace/{largest.rpartition('/')[2]}"))
    assert _ids(told["came_from"]) | _ids(told["went_to"]) == set(re.findall(r'data-id="([0-9a-f-]+)"', trace))
    told_plainly = re.findall(r"<dd>(.*?)</dd>", trace)
    assert not {"grant", "salon", "attendance", "None", "[]", "pt"} & set(told_plainly), "codes are told in words"
    assert not [each for each in told_plainly if re.fullmatch(r"\d{4}-\d{2}-\d{2}", each)], "so are days"
    assert "提案した人" in trace
    assert "承認した人" in trace
    assert "読み取った端末・人" in trace
    assert "rate_per_time" in trace or "規則が言ったこと" in trace
    assert "結 太郎" not in trace + entry + entries + year, "no page of an auditor tells a name"


async def test_the_year_closes_to_zero_and_each_place_is_the_sum_of_its_entries(town: Town, auditor: Browser) -> None:
    year = await see(auditor, "/audit")
    flow = ok(await town.auditor.get("/money-flow", params=YEAR))
    closing = {each["account_kind"]: each["closing"] for each in flow["flows"] if each["unit"] == "pt"}
    places = {code: (path, number(shown)) for path, unit, code, shown in PLACE.findall(year) if unit == "pt"}
    assert {code: amount for code, (_, amount) in places.items()} == closing
    assert sum(closing.values()) == 0
    assert re.findall(r'data-difference="pt">([^<]+)<', year) == ["0 ポイント"]
    for path, amount in places.values():
        assert TOTAL.findall(await see(auditor, path)) == [str(amount)]
    cells = re.findall(r'<a href="(/audit/entries\?unit=pt[^"]*line=[^"]*)">([^<]+)<', year)
    assert len(cells) == 6
    for path, shown in cells:
        assert TOTAL.findall(await see(auditor, path)) == [str(number(shown))]


async def test_the_chart_says_what_the_table_beside_it_says(auditor: Browser) -> None:
    year = await see(auditor, "/audit")
    chart = re.findall(r"<desc id=\"flow-pt-desc\">([^<]*)<", year)[0]
    for _, unit, code, shown in STEP.findall(year):
        if unit == "pt":
            assert shown in chart, code


async def test_long_lists_go_on_by_the_last_entry(town: Town, auditor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.pages.audit.PAGE_ENTRIES", 1)
    path, seen = "/audit/entries?unit=pt&from=2026-04-01&to=2027-03-31&kind=grant", []
    while path:
        page = await see(auditor, path)
        seen += ENTRY.findall(page)
        more = re.findall(r'<a class="button secondary" href="(/audit/entries[?][^"]+)"', page)
        path = more[0] if more else ""
    assert len(seen) == len(set(seen)) == 2


async def test_who_was_looked_at_can_read_it(town: Town, auditor: Browser) -> None:
    entries = await see(auditor, "/audit/entries?unit=pt&from=2026-04-01&to=2027-03-31&kind=grant")
    for path in ENTRY.findall(entries):
        await see(auditor, path)
    phone = await browsing.signed_in(town.service, town.members[0].caller)
    seen = await see(phone, "/seen")
    assert "監査" in seen
    assert "これまでの記録" in seen


# ------------------------------------------------------------------------------------------------------ the auditor tests


async def test_the_same_seed_draws_the_same_sample_and_another_one_is_stated(auditor: Browser) -> None:
    drawn = [await see(auditor, f"/audit/sample?seed={seed}&size=2") for seed in ("a", "a", "b")]
    assert ENTRY.findall(drawn[0]) == ENTRY.findall(drawn[1])
    assert sorted(ENTRY.findall(drawn[0])) == sorted(ENTRY.findall(drawn[2])), "two of two"
    assert re.findall(r'data-population="(\d+)"', drawn[0]) == ["2"]
    assert "合言葉「a」" in drawn[0]
    assert "SHA-256" in drawn[0]
    orders = {tuple(ENTRY.findall(await see(auditor, f"/audit/sample?seed={n}&size=1"))) for n in range(16)}
    assert len(orders) == 2, "the seed decides"


async def test_verify_and_recompute_run_from_the_page_and_say_what_was_checked(auditor: Browser) -> None:
    for what, check in (("verify", "entry_balances"), ("recompute", "decisions_recomputed")):
        answer = await auditor.send("/audit/checks", on="/audit/checks", what=what)
        assert answer.status_code == 200, answer.text
        assert "すべて合っています" in answer.text
        assert check in answer.text
    assert (await auditor.send("/audit/checks", on="/audit/checks", what="other")).status_code == 422


async def test_editions_are_told_in_sentences_with_who_agreed(town: Town, auditor: Browser) -> None:
    list_ = await see(auditor, "/audit/editions")
    (path,) = re.findall(r'href="(/audit/editions/[0-9a-f-]+)"', list_)
    page = await see(auditor, path)
    assert "30分につき100ポイント" in page
    assert "協議体の設置前" in page
    assert "はじめての版" in page


@pytest.mark.parametrize(("form", "says"), [("csv", "entry_id"), ("hledger", "account "), ("beancount", "open ")])
async def test_the_book_goes_out_whole_and_without_names(auditor: Browser, form: str, says: str) -> None:
    book = await see(auditor, f"/audit/book/{form}")
    assert says in book
    assert "結 太郎" not in book
    assert (await auditor.get("/audit/book/xml")).status_code == 404


# ----------------------------------------------------------------------------------------------------- whose, and who


async def test_another_towns_records_do_not_exist(town: Town, auditor: Browser) -> None:
    entries = await see(auditor, "/audit/entries?unit=pt&from=2026-04-01&to=2027-03-31&kind=grant")
    entry_id = ENTRY.findall(entries)[0].rpartition("/")[2]
    edition = re.findall(r'href="(/audit/editions/[0-9a-f-]+)"', await see(auditor, "/audit/editions"))[0]
    stranger = await browsing.stepped_up(town.service, "auditor", town=OTHER_TOWN)
    for path in (f"/audit/entries/{entry_id}", f"/audit/trace/{entry_id}", edition, f"/audit/entries/{ids.new_id()}"):
        assert (await stranger.get(path)).status_code == 404, path
    elsewhere = await see(stranger, f"/audit/entries?unit=pt&from=2026-04-01&to=2027-03-31&after={entry_id}")
    assert TOTAL.findall(elsewhere) == ["0"]
    assert entry_id not in await see(stranger, "/audit/book/csv")


@pytest.mark.parametrize("path", ["/audit", "/audit/risks", "/audit/sample", "/audit/checks", "/audit/book/csv"])
async def test_members_and_hosts_do_not_get_in(town: Town, path: str) -> None:
    for caller in (town.host, town.members[0].caller):
        browser = await browsing.signed_in(town.service, caller)
        answer = await browser.get(path)
        assert (answer.status_code, member_pages.refusal(answer)) == (403, "role_not_allowed")


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "unit=pt",
        "unit=pt&from=x&to=2027-03-31",
        "unit='&from=2026-04-01&to=2027-03-31",
        "unit=pt&from=2026-04-01&to=2027-03-31&kind=a'b",
    ],
)
async def test_an_address_that_asks_for_nonsense_is_refused(auditor: Browser, asked: str) -> None:
    answer = await auditor.get(f"/audit/entries?{asked}")
    assert (answer.status_code, member_pages.refusal(answer)) == (422, "form_incomplete")


def _ids(node: dict[str, Any]) -> set[str]:
    return {node["id"]} | {each for inner in node["nodes"] for each in _ids(inner)}
