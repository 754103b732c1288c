"""From the desk into the book: grants that waited for money, attendances that a coordinator vouches for, and the end of a year."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from flows import join
from kernel import ids
from tests.e2e.test_pages_office import code, gone
from tests.support import browsing, http, member_pages, scenes
from tests.support.scenes import Member, Town, ok


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service, budget=0)


@pytest.fixture(scope="module")
async def member(town: Town) -> Member:
    return await scenes.join(town)


async def differences(auditor: http.Caller) -> set[int]:
    told = ok(await auditor.get("/money-flow?first=2026-04-01&last=2027-04-30"))
    return set(told["differences"].values())


async def test_grants_that_waited_are_booked_when_there_is_money_and_told(
    service: http.Service, town: Town, member: Member
) -> None:
    await scenes.attend(town, member)
    officer = await browsing.stepped_up(service, town.officer)
    assert await scenes.points(member) == 0
    nothing = gone(await officer.send("/office/grants/retry", on="/office/budgets"))
    assert nothing == "/office/budgets?booked=0"
    line = f"/office/budgets/{town.budget_line}"
    assert gone(await officer.send(line, on=line, how="appropriate", amount="10000", reason="当初予算")) == line
    done = gone(await officer.send("/office/grants/retry", on="/office/budgets"))
    assert "1件を付けました" in (await officer.get(done)).text
    assert await scenes.points(member) == 400
    assert await differences(town.auditor) == {0}


async def test_what_a_coordinator_vouches_for_is_paid(service: http.Service, town: Town) -> None:
    helper, receiver = await scenes.join(town), await scenes.join(town)
    match_id = await member_pages.agreed(town, helper, receiver)
    now = service.clock.now()
    service.clock.set(now + timedelta(hours=3))
    for minutes in (0, 60):
        told = {"scan_id": str(ids.new_id()), "method": "receiver_card", "code": receiver.card, "match_id": match_id}
        at = {"occurred_at": (now + timedelta(minutes=minutes)).isoformat(), "sent_at": service.clock.now().isoformat()}
        ok(await helper.caller.post("/scans", told | at))
    assert await scenes.points(helper, "minutes") == join.CREDIT_MINUTES
    tired = await browsing.signed_in(service, town.coordinator)
    page = await tired.get("/coordinator/attendances")
    (waiting,) = re.findall(r'name="attendance\[\]" value="([0-9a-f-]{36})"', page.text)
    asked = {"attendance[]": waiting}
    assert gone(await tired.send("/coordinator/attendances", on="/coordinator/attendances", **asked)).startswith("/step-up")
    assert await scenes.points(helper, "minutes") == join.CREDIT_MINUTES
    desk = await browsing.stepped_up(service, town.coordinator)
    assert gone(await desk.send("/coordinator/attendances", on="/coordinator/attendances", **asked)) == "/coordinator/attendances"
    assert await scenes.points(helper, "minutes") == join.CREDIT_MINUTES + 60, "what was held for the help is theirs"
    assert await differences(town.auditor) == {0}


async def test_a_year_is_ended_from_the_page_by_a_second_person_on_its_day(service: http.Service, town: Town) -> None:
    officer = await browsing.stepped_up(service, town.officer)
    preview = f"/office/year-ends/preview?scheme={town.scheme}&year_of=2026-05-11&closes_on=2027-04-01"
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', (await officer.get(preview)).text))
    run = gone(await officer.post("/office/year-ends", fields))
    service.clock.set(datetime(2027, 4, 1, 1, tzinfo=UTC))
    officer, second = [await browsing.stepped_up(service, each) for each in (town.officer, town.second)]
    shown = (await officer.get(run)).text
    assert "もう一人の職員が承認します" in shown
    assert f'action="{run}/execute"' not in shown
    assert code(await officer.send(f"{run}/execute", on="/office/claims")) == "same_person"
    fields = dict(browsing.HIDDEN.findall((await second.get(run)).text))
    for _ in range(2):
        assert gone(await second.post(f"{run}/execute", fields)) == run
    assert "実行する" not in (await second.get(run)).text
    auditor = await service.caller("auditor")  # the tokens of a year ago are over
    told = ok(await auditor.get(f"/year-ends/{run.rpartition('/')[2]}"))
    assert told["run"]["executed_by"] == str(town.second.principal_id)
    assert await differences(auditor) == {0}
