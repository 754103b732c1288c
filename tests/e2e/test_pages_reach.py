"""Ids of others in the addresses of pages: another member's, organisation's, town's. Nothing is shown, and nothing changes."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import conflicts
from api import auth, documents, matrix
from community import sessions
from community.actor import Actor
from db import query
from db.transact import read, transact
from flows import proxies
from flows.proxies import Letting
from kernel import ids
from tests.support import browsing, device_browser, http, scenes
from tests.support.browsing import Browser
from tests.support.scenes import ok
from tests.support.towns import OTHER_TOWN, TOWN

INSTANT = "2026-05-11T10:00:00+09:00"
ROWS = [row for row in matrix.rows(documents.app()) if row.page and row.may != auth.PUBLIC and "{" in row.path]
# What some form asks for, so that nothing but the id stands in the way.
FIELDS = {"answer": "accept", "side": "helper", "reason": "x", "amount": "10", "unit": "pt", "key": "one"} | {
    "pin": "2580",
    "again": "2580",
}
KNOWN = frozenset(
    {"slot_id", "booking_id", "scan_id", "member_id", "redemption_id", "need_id", "match_id", "offer_id", "activity_id"}
    | {"attendance_id", "settlement_id", "application_id", "principal_id", "proxy_id", "conflict_id"}
    | {"organisation_id", "credential_id", "wish_id"}
    | {"device_id"}
)
OURS = [row for row in ROWS if set(re.findall(r"{(\w+)}", row.path)) <= KNOWN]
# Slots and activities are everybody's to see; everything else of a member is the member's alone.
OWN = [
    row for row in OURS if set(row.may) == {"member"} and not {"slot_id", "activity_id"} & set(re.findall(r"{(\w+)}", row.path))
]
_SCAN = query.statement(
    "select scan_id from activities.scan where municipality_id = db.municipality() and member_id = :member_id limit 1"
)
_STATE = query.statement(
    """
    select (select count(*) from community.proxy_end where municipality_id = db.municipality()) as proxies_ended,
        (select count(*) from community.proxy_answer where municipality_id = db.municipality()) as proxies_answered,
        (select count(*) from ledger.journal_line where municipality_id = db.municipality()) as lines,
        (select count(*) from activities.booking_cancel where municipality_id = db.municipality()) as ended,
        (select count(*) from activities.booking where municipality_id = db.municipality()) as booked,
        (select count(*) from community.card_pin where municipality_id = db.municipality()) as pins,
        (select count(*) from community.device_key_end where municipality_id = db.municipality()) as devices_ended,
        (select count(*) from community.entrance where municipality_id = db.municipality()) as entrances
    """
)


def name(row: matrix.Row) -> str:
    return f"{row.method} {row.path}"


@pytest.fixture(scope="module")
async def known(service: http.Service) -> dict[str, str]:
    """One of everything that pages name, of one member and those who deal with them."""
    town = await scenes.opened(service)
    owner, helper = await scenes.join(town), await scenes.join(town)
    gone = await scenes.attend(town, owner)
    treasurer, cashier = await service.caller("treasurer"), await service.caller("cashier")
    give = {"organisation_id": str(treasurer.organisation_id), "unit": "pt", "amount": 100}
    ok(await owner.caller.keyed(f"/members/{owner.member_id}/pledges", give))
    application = ok(await treasurer.keyed("/applications", {"unit": "pt", "amount": 50, "purpose": "x"}))
    purchase = ok(await cashier.keyed("/purchases", {"code": owner.card, "unit": "pt", "amount": 10}))
    settlement = ok(await town.officer.keyed("/settlements", {"unit": "pt", "up_to": "2026-05-11"}))
    need = {"kind": "x", "starts_at": INSTANT, "minutes": 60, "unit": "pt", "pay_per_hour": 0}
    need_id = ok(await owner.caller.post(f"/members/{owner.member_id}/needs", need))["need_id"]
    proposal = {"helper_id": str(helper.member_id)}
    match = ok(await town.coordinator.post(f"/needs/{need_id}/matches", proposal))["match"]
    offer = ok(await owner.caller.post(f"/members/{owner.member_id}/offers", {"kind": "x"}))
    slot_id = await scenes.slot(town, service.clock.now())
    booking = ok(await owner.caller.post(f"/slots/{slot_id}/bookings", {"member_id": str(owner.member_id)}))
    scan_id = await _asked(service, owner.member_id)
    told = {
        "slot_id": slot_id,
        "need_id": need_id,
        "scan_id": scan_id,
        "member_id": owner.member_id,
        "activity_id": town.activity,
    }
    card = ok(await owner.caller.get(f"/members/{owner.member_id}/cards"))["items"][0]
    entry = {"entry_id": gone["grants"][0]["entry_id"], "reason": "x"}
    wish = ok(await town.officer.keyed("/corrections", entry))
    told |= {"organisation_id": town.host.organisation_id, "credential_id": card["credential_id"], "wish_id": wish["wish_id"]}
    told |= {"principal_id": owner.caller.principal_id, "proxy_id": await _let(service, owner)}
    told |= {"conflict_id": await _listed(service, slot_id, town.host.principal_id)}
    told |= {"device_id": await _added(service, town.host)}
    made = (gone, application, purchase, settlement, match, offer, booking)
    told |= {each: found[each] for found in made for each in KNOWN & set(found) if found[each] is not None}
    return {each: str(value) for each, value in told.items()}


async def _let(service: http.Service, owner: scenes.Member) -> UUID:
    """A permission that the owner gives at the desk, to somebody who has not accepted."""
    coordinator = await service.caller("coordinator")
    asked = Letting(member_id=owner.member_id, name="x", relation="son", power="arrange", consent="spoken", consent_note="x")
    actor = Actor(
        principal_id=coordinator.principal_id, role="coordinator", member_id=None, organisation_id=None, municipality_id=TOWN
    )
    chance, now = bytes(sessions.SECRET_BYTES), service.clock.now()
    let = await transact(service.engine, TOWN, lambda conn: proxies.let(conn, asked, actor=actor, chance=chance, now=now))
    return let.proxy_id


async def _added(service: http.Service, host: http.Caller) -> str:
    """A device that the host added and opened."""
    tablet = await device_browser.added(service, await browsing.signed_in(service, host))
    return str(UUID((await tablet.get("/host")).text.partition('data-who="')[2].partition('"')[0]))


async def _listed(service: http.Service, slot_id: str, received_by: UUID) -> UUID:
    """A record of a device's queue that did not count."""
    made, now = ids.new_ids(3), service.clock.now()
    told = {"conflict_id": made[0], "scan_id": made[1], "key_id": made[2], "slot_id": UUID(slot_id), "received_by": received_by}
    at: dict[str, Any] = {"occurred_at": now, "received_at": now, "number": 1, "member_id": None}
    kept = conflicts.Conflict(**told, **at, method="card", code="unknown_card", facts={})
    await transact(service.engine, TOWN, lambda conn: conflicts.keep(conn, kept))
    return kept.conflict_id


async def _asked(service: http.Service, member_id: UUID) -> UUID:
    async def work(conn: AsyncConnection) -> UUID:
        return await query.scalar(conn, _SCAN, member_id=member_id)

    return await read(service.engine, TOWN, work)


async def state(service: http.Service) -> tuple[int, ...]:
    """How much is written in the town."""

    async def work(conn: AsyncConnection) -> tuple[int, ...]:
        (row,) = await query.rows(conn, _STATE)
        return tuple(row)

    return await read(service.engine, TOWN, work)


async def tried(browser: Browser, row: matrix.Row, known: dict[str, str]) -> httpx.Response:
    """The page, or its form with the browser's own form token and everything that it could ask for."""
    path = re.sub(r"{(\w+)}", lambda found: known[found[1]], row.path)
    if row.method == "GET":
        return await browser.get(path)
    token = dict(browsing.HIDDEN.findall((await browser.get("/devices")).text))
    return await browser.post(path, token | FIELDS)


def refused(answer: httpx.Response, method: str) -> bool:
    """Whether nothing was shown or done. A form may be refused for what it says before the id is looked at."""
    return answer.status_code == 404 or (method == "POST" and answer.status_code in {403, 409, 410, 422})


async def test_there_is_one_of_everything(known: dict[str, str]) -> None:
    assert known.keys() == KNOWN


@pytest.mark.parametrize("row", OURS, ids=name)
async def test_things_of_another_town_do_not_exist(service: http.Service, known: dict[str, str], row: matrix.Row) -> None:
    before = await state(service)
    for role in row.may:
        stranger = await browsing.stepped_up(service, role, town=OTHER_TOWN)
        answer = await tried(stranger, row, known)
        assert refused(answer, row.method), (role, answer.status_code, answer.headers.get("location"), answer.text)
    assert await state(service) == before


@pytest.mark.parametrize("row", OWN, ids=name)
async def test_things_of_another_member_do_not_exist(service: http.Service, known: dict[str, str], row: matrix.Row) -> None:
    other = await browsing.signed_in(service, "member")
    before = await state(service)
    answer = await tried(other, row, known)
    assert refused(answer, row.method), (answer.status_code, answer.headers.get("location"), answer.text)
    assert await state(service) == before


ORGANISATION = [row for row in OURS if "organisation" in row.may.values()]  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("row", ORGANISATION, ids=name)
async def test_things_of_another_organisation_do_not_exist(service: http.Service, known: dict[str, str], row: matrix.Row) -> None:
    for role, reach in row.may.items():  # pyright: ignore[reportAttributeAccessIssue]
        if reach == "organisation":
            answer = await tried(await browsing.stepped_up(service, role), row, known)
            assert refused(answer, row.method), (role, answer.status_code, answer.text)
