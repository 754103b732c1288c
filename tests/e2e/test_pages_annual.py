"""The year on paper: the office's figures are the database's; what everybody reads leaves out what few people did."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import pytest

from db import query
from db.transact import read
from tests.support import browsing, http, scenes
from tests.support.browsing import Browser
from tests.support.scenes import Town
from tests.support.towns import TOWN, TOWN_CODES

PUBLIC = f"/m/{TOWN_CODES[TOWN]}/report"
_BY_MONTH = query.statement(
    """
    select to_char(started_at at time zone 'Asia/Tokyo', 'FMMM') as month, count(*) as occasions,
        count(distinct member_id) as people, sum(minutes)::int as minutes
    from activities.attendance where municipality_id = db.municipality() group by 1
    """
)
_LEFT = query.statement(
    """
    select sum(-balance_after)::int from (
        select distinct on (l.account_id) l.balance_after from ledger.journal_line l
        join ledger.account a on a.municipality_id = l.municipality_id and a.account_id = l.account_id
        where l.municipality_id = db.municipality() and a.kind = 'appropriation'
        order by l.account_id, l.account_version desc
    ) last
    """
)


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    """In May one member took part, in June six; it is July."""
    town = await scenes.opened(service)
    await scenes.attend(town, await scenes.join(town))
    service.clock.set(datetime(2026, 6, 10, 3, tzinfo=UTC))
    for _ in range(6):
        await scenes.attend(town, await scenes.join(town))
    service.clock.set(datetime(2026, 7, 1, 3, tzinfo=UTC))
    return town


async def see(browser: Browser, path: str) -> str:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def rows(page: str, name: str) -> dict[str, list[str]]:
    """The rows of the table with this caption, by what stands at their heads."""
    (table,) = re.findall(rf'<caption id="c-{name}">.*?</table>', page, re.DOTALL)
    found: dict[str, list[str]] = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)[1:]:
        head, *cells = (
            html.unescape(re.sub("<[^>]+>", "", each)) for each in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        )
        found[head] = cells
    return found


async def test_the_office_counts_everybody_and_the_money_closes_to_zero(service: http.Service, town: Town) -> None:
    office = await browsing.signed_in(service, "officer")
    page = await see(office, "/office/report?year=2026")
    shown = rows(page, "months")
    kept = await read(service.engine, TOWN, lambda conn: query.rows(conn, _BY_MONTH))
    assert {f"{row.month}月": [str(row.people), str(row.occasions)] for row in kept} == {
        name: cells[:2] for name, cells in shown.items() if name != "合計"
    }
    assert set(shown) == {"5月", "6月", "合計"}
    assert shown["合計"][2] == "14時間"
    assert re.findall(r'data-difference="pt">(?:−)?0 ', page)
    assert await read(service.engine, TOWN, lambda conn: query.scalar(conn, _LEFT)) > 0
    assert "100ポイント" in page.replace(" ", ""), "the rules stand in it in sentences"


async def test_each_figure_leads_an_auditor_to_its_entries_and_a_coordinator_nowhere(service: http.Service, town: Town) -> None:
    auditor, coordinator = await browsing.signed_in(service, "auditor"), await browsing.signed_in(service, "coordinator")
    page = await see(auditor, "/office/report")
    links = [html.unescape(each) for each in re.findall(r'href="(/audit/entries[^"]+)"', page)]
    assert links
    for link in links:
        assert (await auditor.get(link)).status_code == 200
    assert "/audit/" not in await see(coordinator, "/office/report")


async def test_everybody_reads_what_five_people_did_or_more(service: http.Service, town: Town) -> None:
    page = await see(Browser(service), PUBLIC)
    shown = rows(page, "months")
    assert set(shown) == {"6月", "合計"}, "one person's May is not told"
    assert shown["6月"][:2] == ["6", "6"]
    assert rows(page, "kinds")["サロン"][1] == "6", "nor is it a part of any other sum"
    assert "/audit" not in page
    assert "結 太郎" not in page


@pytest.mark.parametrize(("asked", "status"), [("?year=2031", 200), ("?year=1999", 422), ("?year=x", 422), ("?year=2025", 200)])
async def test_a_year_that_is_none_is_told_so_and_one_to_come_is_this_one(
    service: http.Service, town: Town, asked: str, status: int
) -> None:
    answer = await Browser(service).get(PUBLIC + asked)
    assert answer.status_code == status
    assert ("2026年度" in answer.text) is (asked == "?year=2031")


async def test_in_the_first_month_of_a_year_there_is_nothing_to_publish(service: http.Service, town: Town) -> None:
    service.clock.set(datetime(2027, 4, 10, 3, tzinfo=UTC))
    assert "まだひと月たっていません" in await see(Browser(service), PUBLIC)


async def test_no_other_town_s_year_is_told_and_members_have_no_office(service: http.Service, town: Town) -> None:
    member = await browsing.signed_in(service, town.members[0].caller)
    assert (await member.get("/office/report")).status_code == 403
    assert (await Browser(service).get("/m/000000/report")).status_code == 404
