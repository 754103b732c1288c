"""The printed passbook: what there was, every line with its why, and what there is, agreeing with the book; and at the desk, told."""

from __future__ import annotations

import re

import pytest

from tests.support import browsing, http, member_pages, scenes
from tests.support.scenes import Town, ok

ROW = re.compile(r"<tr(?: class=\"sum\")?><td.*?</tr>", re.DOTALL)
POINTS = re.compile(r'class="num"[^>]*>(\d[\d,]*) ')


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


def rows_of(page: str) -> list[list[int]]:
    """The amounts in each row of the table: one in the first and the last, two in every line."""
    return [[int(each.replace(",", "")) for each in POINTS.findall(row)] for row in ROW.findall(page)]


async def test_the_lines_lead_from_the_first_figure_to_the_last(town: Town) -> None:
    member = await scenes.join(town)
    await scenes.attend(town, member)
    group = await town.service.caller("treasurer")
    give = {"organisation_id": str(group.organisation_id), "unit": "pt", "amount": 50}
    ok(await member.caller.keyed(f"/members/{member.member_id}/pledges", give))
    phone = await browsing.signed_in(town.service, member.caller)
    page = (await phone.get("/passbook?unit=pt&since=2026-05-01")).text
    (opening,), *lines, (closing,) = rows_of(page)
    assert (opening, closing) == (0, await scenes.points(member))
    left = opening
    for moved, after in lines:
        assert after in {left + moved, left - moved}
        left = after
    assert left == closing
    assert len(lines) == 2
    assert "サロン" in page
    assert "ポイントを付けました" in page
    later = (await phone.get("/passbook?unit=pt&since=2026-05-12")).text
    assert rows_of(later) == [[closing], [closing]]
    assert member_pages.refusal(await phone.get("/passbook?since=yesterday")) == "form_incomplete"


async def test_the_desk_prints_it_and_the_member_reads_that_it_did(town: Town) -> None:
    member = await scenes.join(town)
    await scenes.attend(town, member)
    officer = await browsing.signed_in(town.service, "officer")
    page = await officer.get(f"/desk/members/{member.member_id}/passbook?paper=a5")
    assert f"会員番号 {member.number}" in page.text
    assert 'class="officer paper-a5"' in page.text
    phone = await browsing.signed_in(town.service, member.caller)
    assert "これまでの記録" in (await phone.get("/seen")).text
    host = await browsing.signed_in(town.service, "host")
    assert (await host.get(f"/desk/members/{member.member_id}/passbook")).status_code == 403
