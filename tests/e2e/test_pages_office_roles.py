"""Roles, organisations and areas at the desk: given for a place and a time, confirmed by a second officer, entered by and ended."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.e2e.test_pages_office import code, gone
from tests.support import areas, browsing, http, scenes
from tests.support.browsing import Browser
from tests.support.scenes import Town, ok
from tests.support.towns import AREAS, TOWN

SECRET = re.compile(r"/enter/[0-9A-Za-z_-]+")


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture(scope="module")
async def first(service: http.Service, town: Town) -> Browser:
    return await browsing.stepped_up(service, town.officer)


@pytest.fixture(scope="module")
async def second(service: http.Service, town: Town) -> Browser:
    return await browsing.stepped_up(service, town.second)


async def entered(service: http.Service, desk: Browser, role: str) -> Browser:
    """Somebody comes in by the entrance that the desk makes for a role."""
    assert desk.caller is not None
    made = await desk.caller.post(f"/principals/{role.rpartition('/')[2]}/entrances")
    path = SECRET.search(ok(made)["address"])
    assert path
    browser = Browser(service)
    assert gone(await browser.send(path[0], on=path[0])) == "/coordinator"
    return browser


async def test_a_coordinator_of_one_district_is_let_in_by_two_and_reaches_the_district(
    service: http.Service, town: Town, first: Browser, second: Browser
) -> None:
    made = await first.send("/office/organisations", on="/office/organisations", kind="group", name="東の会")
    assert "東の会" in (await first.get(gone(made))).text
    top = re.findall(r'<option value="([0-9a-f-]{36})">', (await first.get("/office/organisations")).text)[0]
    for name in ("東地区", "西地区"):
        assert (
            gone(await first.send("/office/areas", on="/office/organisations", name=name, parent_id=top))
            == "/office/organisations"
        )
    page = (await first.get("/office/roles")).text
    east, west = (re.findall(rf'value="([0-9a-f-]{{36}})">{name}', page)[0] for name in ("東地区", "西地区"))
    asked = {"role": "coordinator", "label": "東の第2層", "area_id": east, "last_on": "2026-05-20"}
    fields = dict(browsing.HIDDEN.findall(page)) | asked
    role = gone(await first.post("/office/roles", fields))
    assert gone(await first.post("/office/roles", fields)) == role
    assert "別の職員が確かめるのを待っています" in (await first.get(role)).text
    assert code(await first.send(f"{role}/entrance", on="/office/roles")) == "role_waits"
    assert code(await first.send(f"{role}/confirm", on="/office/roles")) == "same_person"
    assert role in (await second.get("/office")).text
    assert gone(await second.send(f"{role}/confirm", on=role)) == role
    assert "印刷して、本人に手で渡してください" in (await first.send(f"{role}/entrance", on=role)).text
    here, there = await areas.joined(town, east, "東 太郎"), await areas.joined(town, west, "西 花子")
    starts = (service.clock.now() + timedelta(days=2)).isoformat()
    need = {"kind": "shopping", "starts_at": starts, "minutes": 60, "unit": "pt", "pay_per_hour": 0}
    mine, other = [ok(await each.caller.post(f"/members/{each.member_id}/needs", need))["need_id"] for each in (here, there)]
    coordinator = await entered(service, first, role)
    seen = (await coordinator.get("/coordinator")).text
    assert mine in seen
    assert other not in seen
    assert (await coordinator.get(f"/coordinator/needs/{other}")).status_code == 404
    assert gone(await first.send(f"{role}/end", on=role)) == role
    assert (await coordinator.get("/coordinator")).headers["location"] == "/sign-in"
    assert "終わりました" in (await first.get(role)).text


async def test_a_role_ends_by_itself_after_its_last_day(service: http.Service, town: Town, first: Browser) -> None:
    asked = {"role": "host", "label": "祭りの窓口", "organisation_id": str(town.host.organisation_id), "last_on": "2026-05-11"}
    role = gone(await first.send("/office/roles", on="/office/roles", **asked))
    held = ok(await town.officer.get(role.removeprefix("/office/roles").join(["/principals", ""])))
    assert held["valid_until"] == "2026-05-11T15:00:00Z", "the end of the day in Japan"


@pytest.mark.parametrize("role", ["officer", "auditor"])
async def test_the_office_is_not_extended_from_the_desk(first: Browser, town: Town, role: str) -> None:
    assert code(await first.send("/office/roles", on="/office/roles", role=role, label="x")) == "office_from_outside"
    other = town.second if role == "officer" else town.auditor
    path = f"/office/roles/{other.principal_id}"
    assert code(await first.send(f"{path}/end", on=path)) == "office_from_outside"


async def test_what_a_role_lacks_is_told(first: Browser, town: Town) -> None:
    slip = await first.send("/office/roles", on="/office/roles", role="host", label="公民館の受付", last_on="2026-12-01")
    assert (slip.status_code, code(slip)) == (422, "principal_incomplete")
    assert 'aria-describedby="h-organisation_id w-organisation_id" aria-invalid="true"' in slip.text
    for kept in ('value="公民館の受付"', 'value="2026-12-01"', 'value="host" checked'):
        assert kept in slip.text
    nobody = await first.send("/office/roles", on="/office/roles", role="coordinator", label="x", number="12344")
    assert code(nobody) in {"bad_member_number", "unknown_member_number"}
    assert 'value="12344"' in nobody.text
    area = str(AREAS[TOWN])
    host = str(town.host.organisation_id)
    answer = await first.send("/office/roles", on="/office/roles", role="host", label="x", organisation_id=host, area_id=area)
    assert code(answer) == "area_for_coordinators"
    member = await scenes.join(town)
    assert (await first.get(f"/office/roles/{member.caller.principal_id}")).status_code == 404


async def test_who_has_not_just_proven_themselves_is_told_before_writing_and_comes_back(
    service: http.Service, town: Town
) -> None:
    tired = await browsing.signed_in(service, town.officer)
    assert 'href="/step-up?next=/office/roles"' in (await tired.get("/office/roles")).text
    form = dict(browsing.HIDDEN.findall((await tired.get("/office/roles")).text)) | {"role": "coordinator", "label": "x"}
    answer = await tired.post("/office/roles", form, referer="https://yui.test/office/roles")
    assert gone(answer) == "/step-up?next=/office/roles"


async def test_an_organisation_shows_who_works_there_and_what_it_holds(town: Town, first: Browser) -> None:
    path = f"/office/organisations/{town.host.organisation_id}"
    page = (await first.get(path)).text
    assert "サロン" in page
    assert f"/office/roles/{town.host.principal_id}" in page
    poster = await first.send(f"/office/activities/{town.activity}/poster", on=path)
    assert "ここで 受付できます" in poster.text
    assert len(ok(await town.host.get(f"/activities/{town.activity}/posters"))["items"]) == 1
