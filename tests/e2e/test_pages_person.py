"""The desk's sheet about a member and the member's own: read, corrected, handed out, erased; and who may do what."""

from __future__ import annotations

import json

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from community import members, persons
from community.persons import Contacts, Known, Person
from db import query
from db.transact import read
from tests.support import browsing, http, scenes
from tests.support.browsing import Browser
from tests.support.scenes import Member, Town
from tests.support.towns import TOWN


def code(answer: httpx.Response) -> str:
    """Which refusal a page tells, or none."""
    return answer.text.partition('data-code="')[2].partition('"')[0]


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture(scope="module")
async def officer(service: http.Service, town: Town) -> Browser:
    return await browsing.stepped_up(service, town.officer)


@pytest.fixture
async def owner(town: Town) -> Member:
    return await scenes.join(town)


@pytest.fixture
async def own(service: http.Service, owner: Member) -> Browser:
    return await browsing.signed_in(service, owner.caller)


def form(known: Known, **changes: str) -> dict[str, str]:
    """The desk's form as it is shown."""
    born = {"born_on": known.person.born_on.isoformat()} if known.person.born_on else {}
    contacts = {field: str(getattr(known.contacts, field)) for field in Contacts.__struct_fields__}
    return {"name": known.person.name, "kana": known.person.kana} | born | contacts | changes


async def known_of(service: http.Service, who: Member) -> Known:
    async def work(conn: AsyncConnection) -> Known:
        return (await persons.find_many(conn, [who.member_id]))[who.member_id]

    return await read(service.engine, TOWN, work)


async def test_a_wish_is_read_at_the_desk_corrected_there_and_seen_by_the_member(
    service: http.Service, officer: Browser, owner: Member, own: Browser
) -> None:
    sheet = f"/desk/members/{owner.member_id}/person"
    assert code(await own.send("/my-data/wishes", on="/my-data")) == "form_incomplete"
    wished = await own.send("/my-data/wishes", on="/my-data", **{"fields[]": "contacts", "said": "電話は 090-5555 です"})
    assert wished.headers["location"] == "/my-data"
    assert "090-5555 です" in (await officer.get(sheet)).text
    known = await known_of(service, owner)
    changed = await officer.send(sheet, on=sheet, **form(known, telephone="090-5555-0001", reached_by="telephone"))
    assert changed.headers["location"] == sheet
    page = await own.get("/my-data")
    assert "090-5555-0001" in page.text
    assert "確認が終わりました" in page.text
    assert "090-5555 です" not in (await officer.get(sheet)).text
    assert 'href="tel:090-5555-0001"' in (await officer.get(sheet)).text
    seen = (await own.get("/seen")).text
    assert "名前や連絡先を直した" in seen


async def test_a_birth_date_is_corrected_with_a_document(service: http.Service, officer: Browser, owner: Member) -> None:
    sheet = f"/desk/members/{owner.member_id}/person"
    before = await known_of(service, owner)
    fields = form(before, born_on="1941-02-03")
    kept = await officer.send(sheet, on=sheet, **fields)
    assert (kept.status_code, code(kept)) == (422, "source_missing")
    assert 'value="1941-02-03"' in kept.text
    assert 'aria-describedby="h-seen_on w-seen_on" aria-invalid="true"' in kept.text
    assert await known_of(service, owner) == before
    await officer.send(sheet, on=sheet, **(fields | {"seen_on": "residence_record"}))
    assert str((await known_of(service, owner)).person.born_on) == "1941-02-03"


async def test_a_correction_asks_for_a_proof_and_a_coordinator_reads_the_telephone(
    service: http.Service, town: Town, owner: Member
) -> None:
    sheet = f"/desk/members/{owner.member_id}/person"
    coordinator = await browsing.signed_in(service, town.coordinator)
    assert (await coordinator.get(sheet)).status_code == 200
    refused = await coordinator.send(sheet, on=sheet, **form(await known_of(service, owner), name="別人 花子"))
    assert refused.headers.get("location", "").startswith("/step-up") or code(refused) == "step_up_needed"
    for path in ("disclosure", "disclosure.json", "erase"):
        assert (await coordinator.get(f"/desk/members/{owner.member_id}/{path}")).status_code == 403
    for role in ("host", "cashier", "member"):
        assert (await (await browsing.signed_in(service, role)).get(sheet)).status_code == 403


async def test_everything_is_handed_out_as_a_page_and_a_file(officer: Browser, owner: Member, own: Browser) -> None:
    page, file = await own.get("/my-data/all"), await own.get("/my-data/all.json")
    told = json.loads(file.content)
    assert told["known"]["person"]["name"] in page.text
    assert told["member"]["member_id"] == str(owner.member_id)
    assert "attachment" in file.headers["content-disposition"]
    desk = await officer.get(f"/desk/members/{owner.member_id}/disclosure.json")
    assert json.loads(desk.content)["member"] == told["member"]
    assert "保管している情報のすべて" in (await own.get("/seen")).text
    assert str(owner.member_id) not in page.text


async def test_a_member_is_erased_in_two_steps_and_pages_show_a_number(
    service: http.Service, town: Town, officer: Browser, owner: Member, own: Browser
) -> None:
    asked = f"/desk/members/{owner.member_id}/erase"
    wrong = await officer.send(asked, on=asked, number="1017", because="wish")
    assert code(wrong) == "erasure_not_confirmed"
    done = await officer.send(asked, on=asked, number=str(owner.number), because="wish")
    assert done.headers["location"] == asked
    assert "に消去しました" in (await officer.get(asked)).text
    gone = f"退会した会員 ({owner.number})"
    assert gone in (await officer.get(f"/office/members/{owner.member_id}")).text
    assert (await own.get("/today")).headers.get("location", "/sign-in").startswith("/sign-in")
    assert await read(service.engine, TOWN, lambda conn: members.person_of(conn, owner.member_id)) == Person(gone, gone)
    recorded = query.statement("select because, erased_by from community.erasure where member_id = :id")
    row = await read(service.engine, TOWN, lambda conn: query.one(conn, recorded, id=owner.member_id))
    assert row is not None
    assert tuple(row) == ("wish", town.officer.principal_id)
    assert code(await officer.send(asked, on="/office", number=str(owner.number), because="wish")) == "member_erased"
