"""The desk lets a member in: a sheet's symbol signs in once, ends the phones of before, and the member sees who made it."""

from __future__ import annotations

import io
from datetime import date

import httpx
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy.ext.asyncio import AsyncConnection

from community import looks, members
from db.transact import read, transact
from kernel import ids
from qr import render
from tests.support import browsing, http
from tests.support.browsing import Browser
from tests.support.http import Caller
from tests.support.symbols import scanned
from tests.support.towns import AREAS, OTHER_TOWN, TOWN

RIGHT = {"year": "1950", "month": "4", "day": "3"}
DESK = ["host", "coordinator", "officer"]


def code(answer: httpx.Response) -> str:
    """Which refusal a page tells, or none."""
    return answer.text.partition('data-code="')[2].partition('"')[0]


async def joined(service: http.Service, born_on: date | None = date(1950, 4, 3)) -> members.Member:
    """A member as the office entered them, who never signed in."""

    async def work(conn: AsyncConnection) -> members.Member:
        person = members.Person("結 <b>花子</b>", "ゆい はなこ", born_on)
        new = members.NewMember(member_id=ids.new_id(), area_id=AREAS[TOWN], person=person)
        return await members.add(conn, new, now=service.clock.now())

    return await transact(service.engine, TOWN, work)


async def made(service: http.Service, desk: Caller, member: members.Member) -> str:
    """The path that a new entrance's symbol leads to, by the API."""
    answer = await desk.post(f"/members/{member.member_id}/entrances")
    assert answer.status_code == 201, answer.text
    return answer.json()["address"].removeprefix(http.PUBLIC_URL)


@pytest.mark.parametrize("role", DESK)
async def test_a_sheet_is_made_scanned_and_opens_the_member_s_pages_once(service: http.Service, role: str) -> None:
    member = await joined(service)
    desk = await (browsing.signed_in if role == "host" else browsing.stepped_up)(service, role)
    page = f"/desk/members/{member.member_id}/entrance"
    asked = (await desk.get(page)).text
    assert "結 &lt;b&gt;花子&lt;/b&gt; さん" in asked
    assert str(member.number) in asked
    sheet = await desk.send(page, on=page)
    assert sheet.status_code == 200
    address = scanned(sheet.text)
    phone = Browser(service)
    assert address.startswith(f"{http.PUBLIC_URL}/enter/")
    path = address.removeprefix(http.PUBLIC_URL)
    assert (await phone.post(path, RIGHT)).headers["location"] == "/today"
    assert (await phone.get("/devices")).status_code == 200
    assert code(await Browser(service).post(path, RIGHT)) == "entrance_closed"


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ({"era": "showa", "year": "25"}, None),
        ({"era": "showa", "year": "1950"}, None),
        ({"era": "showa", "year": "24"}, "birth_date_differs"),
        ({"era": "showa", "year": "65"}, "form_incomplete"),
        ({"era": "western", "year": "25"}, "form_incomplete"),
        ({"era": "meiji", "year": "25"}, "form_incomplete"),
    ],
)
async def test_the_year_is_told_as_people_say_it(service: http.Service, told: dict[str, str], refused: str | None) -> None:
    member = await joined(service)
    path = await made(service, await service.caller("officer"), member)
    phone = Browser(service)
    answer = await phone.post(path, RIGHT | told)
    assert (answer.status_code, code(answer)) == (303, "") if refused is None else code(answer) == refused
    assert ((await phone.get("/today")).status_code == 200) is (refused is None)


async def test_a_lost_phone_is_out_when_the_desk_makes_a_new_entrance(service: http.Service) -> None:
    member, desk = await joined(service), await service.caller("officer")
    lost, found = Browser(service), Browser(service)
    await lost.post(await made(service, desk, member), RIGHT)
    assert (await lost.get("/devices")).status_code == 200
    older = await made(service, desk, member)
    assert (await lost.get("/devices")).status_code == 303, "the phone of before is signed out at once"
    newer = await made(service, desk, member)
    assert code(await found.post(older, RIGHT)) == "entrance_closed"
    assert (await found.post(newer, RIGHT)).status_code == 303


async def test_the_api_tells_the_symbol_and_how_many_phones_are_out(service: http.Service) -> None:
    member, desk = await joined(service), await service.caller("coordinator")
    for _ in range(2):
        await Browser(service).post(await made(service, desk, member), RIGHT)
    told = (await desk.post(f"/members/{member.member_id}/entrances")).json()
    assert told["sessions_ended"] == 1
    assert told["asks_birth_date"] is True
    drawn = render.png(render.symbol(told["address"]), 6)
    (read_back,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn)).convert("L"))
    assert read_back.text == told["address"]


async def test_the_member_sees_who_made_it_and_who_saw_the_name(service: http.Service) -> None:
    member, desk = await joined(service), await browsing.stepped_up(service, "coordinator")
    page = f"/desk/members/{member.member_id}/entrance"
    await desk.send(page, on=page)
    found = await read(service.engine, TOWN, lambda conn: looks.of_member(conn, member.member_id))
    assert sorted((each.what, each.role) for each in found) == [("entrance", "coordinator"), ("person", "coordinator")]


@pytest.mark.parametrize(("role", "asked"), [("officer", True), ("coordinator", True), ("host", False)])
@pytest.mark.parametrize("what", ["entrance", "pin", "proxies"])
async def test_a_computer_that_was_left_open_makes_nobody_a_member(
    service: http.Service, role: str, asked: bool, what: str
) -> None:
    """A host's sheet asks for the birth date, so it is theirs to make; whom a member lets, and a PIN, nobody writes down unproven."""
    member, desk = await joined(service), await browsing.signed_in(service, role)
    page = f"/desk/members/{member.member_id}/{what}"
    waits = asked or what != "entrance"
    assert ("先に、本人を確かめます" in (await desk.get(page)).text) is waits
    answer = await desk.send(page, on=page, pin="2580", again="2580")
    assert (answer.status_code == 303 and answer.headers["location"].startswith("/step-up?next=")) is waits
    assert "先に、本人を確かめます" not in (await (await browsing.stepped_up(service, role)).get(page)).text


async def test_without_a_birth_date_on_record_a_host_makes_none_and_the_office_does(service: http.Service) -> None:
    member = await joined(service, None)
    host, officer = await browsing.signed_in(service, "host"), await service.caller("officer")
    page = f"/desk/members/{member.member_id}/entrance"
    answer = await host.send(page, on=page)
    assert (answer.status_code, code(answer)) == (409, "birth_date_unknown")
    assert (await Browser(service).post(await made(service, officer, member))).headers["location"] == "/today"


async def test_two_desks_at_once_make_one_principal(service: http.Service) -> None:
    import asyncio

    member, desk = await joined(service), await service.caller("officer")
    paths = await asyncio.gather(*(made(service, desk, member) for _ in range(10)))
    outcomes = [(await Browser(service).post(path, RIGHT)).status_code for path in paths]
    assert sorted(outcomes) == [303] + [410] * 9


async def test_no_entrance_for_a_member_of_another_town(service: http.Service) -> None:
    member, theirs = await joined(service), await browsing.stepped_up(service, "officer", town=OTHER_TOWN)
    page = f"/desk/members/{member.member_id}/entrance"
    assert code(await theirs.get(page)) == "unknown_member"
    fields = dict(browsing.HIDDEN.findall((await theirs.get("/devices")).text))
    assert code(await theirs.post(page, fields)) == "unknown_member"


async def test_staff_are_let_in_by_an_officer_and_officers_by_none(service: http.Service) -> None:
    officer, host, other = await service.caller("officer"), await service.caller("host"), await service.caller("officer")
    told = (await officer.post(f"/principals/{host.principal_id}/entrances")).json()
    path = told["address"].removeprefix(http.PUBLIC_URL)
    assert (await Browser(service).post(path)).headers["location"] == "/host"
    refused = await officer.post(f"/principals/{other.principal_id}/entrances")
    assert (refused.status_code, refused.json()["code"]) == (403, "office_from_outside")
