"""The authorization matrix of the API, driven: every route by every role, and on things of one's own, of somebody else, and of another
town. Pages have theirs beside it: test_pages_matrix.py."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from api import auth, documents, matrix
from community.actor import ROLES
from kernel import ids
from tests.support import http, scenes
from tests.support.http import Caller
from tests.support.scenes import Member, Town, ok
from tests.support.towns import OTHER_TOWN

ROWS = [row for row in matrix.rows(documents.app()) if not row.page]
GUARDED = [row for row in ROWS if row.may != auth.PUBLIC]
ASKED = {"unit": "pt", "amount": 100}
TOLD = {"said": [{"what": "mark:paid", "yes": False}]}
INSTANT = "2026-05-11T10:00:00+09:00"
HEARD = {"opinion": "x", "held_on": "2026-05-10", "votes_for": 1, "votes_against": 0, "votes_abstained": 0}
# What each route takes; those that are left out take nothing.
BODIES: dict[str, dict[str, Any]] = {
    "/members/{member_id}/cards/reissue": {"reason": "x"},
    "/members/{member_id}/cards/print": {"address": "C/0000000000000000", "contact": "x"},
    "/activities/{activity_id}/posters/print": {"address": "A/0000000000000000", "contact": "x"},
    "/credentials/{credential_id}/revoke": {"reason": "x"},
    "/activities/{activity_id}/slots": {"starts_at": INSTANT, "ends_at": "2026-05-11T11:00:00+09:00", "capacity": 1},
    "/slots/{slot_id}/bookings": {"member_id": str(ids.new_id())},
    "/slots/{slot_id}/close": {},
    "/attendances/{attendance_id}/correct": {"reason": "x"},
    "/matches/{match_id}/tell": {"started_at": INSTANT, "ended_at": "2026-05-11T11:00:00+09:00", "reason": "x"},
    "/matches/{match_id}/answer": {"side": "helper", "answer": "accept"},
    "/members/{member_id}/needs": {"kind": "x", "starts_at": INSTANT, "minutes": 60, "unit": "pt", "pay_per_hour": 0},
    "/members/{member_id}/offers": {"kind": "x"},
    "/needs/{need_id}/matches": {"helper_id": str(ids.new_id())},
    "/budget-lines/{budget_line_id}/appropriations": {"amount": 1, "reason": "x"},
    "/members/{member_id}/facts": {"fact": "lives", "yes": True, "source": "x"},
    "/facts": {"facts": [{"member_id": str(ids.new_id()), "fact": "lives", "yes": True, "source": "x"}]},
    "/activities/{activity_id}/tellings": TOLD,
    "/slots/{slot_id}/tellings": TOLD,
    "/matches/{match_id}/tellings": TOLD,
    "/attendances/{attendance_id}/tellings": TOLD,
    "/members/{member_id}/pay-codes": {"unit": "pt", "amount_max": 1},
    "/redemptions/{redemption_id}/undo": {"reason": "x"},
    "/members/{member_id}/pledges": ASKED | {"organisation_id": str(ids.new_id())},
    "/members/{member_id}/donations": ASKED,
    **{f"/{whose}/claims": {"scheme": "nobodys"} for whose in ("members/{member_id}", "organisations/{organisation_id}")},
    "/claims/{claim_id}/resume": {},
    "/claims/{claim_id}/refuse": {"reason": "x"},
    "/members/{member_id}/payout-preferences": {"scheme": "nobodys", "form": "cash"},
    "/members/{member_id}/carry-choices": {"scheme": "nobodys", "decree": 1},
    "/budget-lines/{budget_line_id}/supplements": {"amount": 1, "reason": "x"},
    "/budget-lines/{budget_line_id}/returns": {"amount": 1, "reason": "x"},
    "/applications/{application_id}/refuse": {"reason": "x"},
    "/corrections/wishes/{wish_id}/refuse": {"reason": "x"},
    "/applications/{application_id}/return": {"amount": 1, "reason": "x"},
    "/principals/{principal_id}/tokens": {"days": 1},
    "/schemes/{code}/proposals": {"document": "x"},
    "/schemes/{code}/drafts": {"document": "x"},
    "/drafts/{draft_id}/versions": {"document": "x", "follows": 1},
    "/drafts/{draft_id}/propose": {"version": 1},
    "/proposals/{proposal_id}/opinions": HEARD,
    **{f"/proposals/{{proposal_id}}/{word}": {"reason": "x"} for word in ("absence", "withdraw", "reject")},
}


def name(row: matrix.Row) -> str:
    return f"{row.method} {row.path.removeprefix('/api/v1')}"


async def ask(caller: Caller, row: matrix.Row, known: dict[str, str] | None = None) -> httpx.Response:
    """The route with ids from `known`, and ids that nobody has for what is not in it."""
    ids_of = known or {}
    path = re.sub(r"{(\w+)}", lambda found: ids_of.get(found[1], _nobodys(found[1])), row.path).removeprefix("/api/v1")
    if row.method == "GET":
        return await caller.get(path + ("?unit=pt&expires_by=2030-01-01" if path.endswith("preview") else ""))
    return await caller.keyed(path, BODIES.get(row.path.removeprefix("/api/v1")))


def _nobodys(parameter: str) -> str:
    return {"code": "nobodys", "unit": "pt", "number": "5724"}.get(parameter, str(ids.new_id()))


@pytest.fixture(scope="module")
async def callers(service: http.Service) -> dict[str, Caller]:
    return {role: await service.caller(role) for role in ROLES}


@pytest.mark.parametrize("row", GUARDED, ids=name)
async def test_a_role_is_served_where_the_matrix_says_so_and_nowhere_else(callers: dict[str, Caller], row: matrix.Row) -> None:
    for role, caller in callers.items():
        answer = await ask(caller, row)
        refused = answer.status_code == 403 and answer.json()["code"] == "role_not_allowed"
        assert refused == (role not in row.may), (role, answer.text)
        assert answer.status_code < 500, answer.text


@pytest.mark.parametrize("row", GUARDED, ids=name)
async def test_nobody_is_served_without_a_token(service: http.Service, row: matrix.Row) -> None:
    nobody = Caller(service.http, "", "nobody", UUID(int=0))
    assert (await ask(nobody, row)).status_code == 401


# ------------------------------------------------------------------------------------- own · somebody else's · another town's


# What the answers that made it call it.
NAMED = frozenset(
    {"attendance_id", "application_id", "redemption_id", "settlement_id", "need_id", "match_id", "offer_id", "booking_id"}
    | {"credential_id", "proposal_id", "draft_id", "edition_id", "claim_id", "batch_id", "run_id", "wish_id"}
)


@dataclass
class World:
    """One of everything, belonging to one member and the organisations that deal with them."""

    town: Town
    owner: Member
    known: dict[str, str]
    staff: dict[str, Caller]
    own: dict[str, dict[str, str]]

    def known_to(self, role: str) -> dict[str, str]:
        """The ids, those of the organisation that somebody in this role acts for."""
        return self.known | self.own.get(role, {}) | {"organisation_id": str(self.staff[role].organisation_id)}


@pytest.fixture(scope="module")
async def world(service: http.Service) -> World:
    town = await scenes.opened(service)
    owner, helper = await scenes.join(town), await scenes.join(town)
    gone = await scenes.attend(town, owner)
    treasurer, cashier = await service.caller("treasurer"), await service.caller("cashier")
    give = {"organisation_id": str(treasurer.organisation_id), "unit": "pt", "amount": 100}
    pledged = ok(await owner.caller.keyed(f"/members/{owner.member_id}/pledges", give))
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
    (card,) = ok(await owner.caller.get(f"/members/{owner.member_id}/cards"))["items"]
    law = await _law_and_claims(town, owner)
    wish = ok(await town.officer.keyed("/corrections", {"entry_id": gone["grants"][0]["entry_id"], "reason": "x"}))
    known = {
        "member_id": str(owner.member_id),
        "number": str(owner.number),
        "unit": "pt",
        "code": town.scheme,
        "decision_id": gone["grants"][0]["decision_id"],
        "record_id": gone["attendance_id"],
        "slot_id": slot_id,
        "activity_id": town.activity,
        "budget_line_id": town.budget_line,
        "principal_id": str(owner.caller.principal_id),
    }
    made = (gone, application, purchase, settlement, match, offer, booking, card, wish, *law)
    known |= {name: str(told[name]) for told in made for name in NAMED & {name for name in told if told[name] is not None}}
    staff = {"treasurer": treasurer, "cashier": cashier, "host": town.host, "device": town.device}
    return World(town, owner, known, staff, {"treasurer": {"redemption_id": pledged["redemption_id"]}})


async def _law_and_claims(town: Town, owner: Member) -> list[dict[str, Any]]:
    """A draft, a proposal and an edition; a claim, its batch, and an announced year end."""
    document = scenes.EDITION.format(scheme=town.scheme).replace("2026-04-01", "2027-04-01")
    proposed = ok(await town.officer.post(f"/schemes/{town.scheme}/proposals", {"document": document}))
    draft = ok(await town.officer.post(f"/schemes/{town.scheme}/drafts", {"document": document}))
    (edition,) = ok(await town.officer.get(f"/schemes/{town.scheme}/editions"))["items"]
    asked = {"scheme": town.scheme, "amount": 200, "form": "cash"}
    claim = ok(await owner.caller.keyed(f"/members/{owner.member_id}/claims", asked))["claim"]
    batch = ok(await town.officer.keyed("/claim-batches", {"scheme": town.scheme, "payable_by": "2026-05-11"}))["batch"]
    ending = {"scheme": town.scheme, "year_of": "2026-05-11", "closes_on": "2027-04-01"}
    run = ok(await town.officer.keyed("/year-ends", ending))["run"]
    return [draft, proposed, edition, batch, run, claim]


PLACED = [row for row in GUARDED if "{" in row.path and "{unit}" not in row.path.replace("/{unit}/statement", "")]


async def test_the_world_has_one_of_everything(world: World) -> None:
    wanted = {found for row in GUARDED for found in re.findall(r"{(\w+)}", row.path)}
    assert wanted == set(world.known) | {"organisation_id"}


# A number is counted in each town: the same one may be somebody there.
@pytest.mark.parametrize("row", [row for row in PLACED if "{number}" not in row.path], ids=name)
async def test_things_of_another_town_do_not_exist(service: http.Service, world: World, row: matrix.Row) -> None:
    known = world.known | {"organisation_id": str(world.staff["treasurer"].organisation_id)}
    for role in row.may:
        stranger = await service.caller(role, town=OTHER_TOWN)
        answer = await ask(stranger, row, known)
        assert answer.status_code == 404, (role, answer.text)
        assert answer.json()["code"] != "unknown_path"


OWN = [row for row in PLACED if "own" in row.may.values()]  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("row", OWN, ids=name)
async def test_things_of_another_member_do_not_exist(service: http.Service, world: World, row: matrix.Row) -> None:
    if row.path.endswith("/bookings"):
        BODIES["/slots/{slot_id}/bookings"] = {"member_id": str(world.owner.member_id)}
    other = await service.caller("member")
    answer = await ask(other, row, world.known)
    assert answer.status_code == 404, answer.text
    assert answer.json()["code"].startswith("unknown_")


@pytest.mark.parametrize("row", [row for row in OWN if row.method == "GET"], ids=name)
async def test_things_of_ones_own_are_there(world: World, row: matrix.Row) -> None:
    answer = await ask(world.owner.caller, row, world.known)
    assert answer.status_code == 200, answer.text


ORGANISATION = [row for row in PLACED if "organisation" in row.may.values()]  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("row", ORGANISATION, ids=name)
async def test_things_of_another_organisation_do_not_exist(service: http.Service, world: World, row: matrix.Row) -> None:
    for role, reach in row.may.items():  # pyright: ignore[reportAttributeAccessIssue]
        if reach == "organisation":
            known = world.known_to(role)
            answer = await ask(await service.caller(role), row, known)
            assert answer.status_code == 404, (role, answer.text)


@pytest.mark.parametrize("row", [row for row in ORGANISATION if row.method == "GET"], ids=name)
async def test_things_of_ones_own_organisation_are_there(world: World, row: matrix.Row) -> None:
    for role, reach in row.may.items():  # pyright: ignore[reportAttributeAccessIssue]
        if reach == "organisation":
            known = world.known_to(role)
            answer = await ask(world.staff[role], row, known)
            assert answer.status_code == 200, (role, answer.text)
