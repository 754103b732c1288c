"""A town that works, set up and played over HTTP alone: a scheme with a budget, an activity with a device, members with cards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from community import tokens
from kernel import ids
from tests.support.http import Caller, Service
from tests.support.towns import AREAS, TOWN

EDITION = """
scheme = "{scheme}"
name = {{ ja = "サロンのポイント", en = "Salon points" }}
title = {{ ja = "初版", en = "First edition" }}
unit = "pt"
starts_on = 2026-04-01
year = {{ type = "fiscal" }}
funding = ["care"]
when_empty = "wait"
eligibility = []
caps = []
expiry = {{ type = "end_of_fiscal_year", years_later = 1, counted_from = "activity" }}
carry = {{ type = "all" }}
status_loss = {{ type = "keeps" }}
conversion = {{ how = "exchange", rate = {{ how = "lots", lot = 100, get = 80 }}, into = "yen", minimum = 200, remainder = "kept", \
points_of = "any_year", window = {{ type = "any_time" }}, pays = "at_once", forms = [{{ form = "cash" }}, {{ form = "voucher" }}] }}

[[clauses]]
activity_kinds = ["*"]
earn = {{ how = "per_time", amount = 100, every_minutes = 30, rounding = "down", minimum_minutes = 30 }}
"""


@dataclass
class Member:
    """A member as the office knows them, and the member's own caller."""

    member_id: UUID
    number: int
    card: str
    caller: Caller


@dataclass
class Town:
    """Who is at work in a played town."""

    service: Service
    officer: Caller
    second: Caller
    coordinator: Caller
    auditor: Caller
    host: Caller
    device: Caller
    scheme: str
    budget_line: str
    activity: str
    members: list[Member] = field(default_factory=list[Member])


def ok(answer: httpx.Response) -> Any:
    """The body of an answer that is no problem."""
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


async def opened(service: Service, *, budget: int = 1_000_000) -> Town:
    """A town with one scheme in force since April, `budget` points in its only line, and a salon with a device."""
    officer, second = await service.caller("officer"), await service.caller("officer")
    scheme = f"s{ids.new_id().hex[-12:]}"
    ok(await officer.post("/schemes", {"code": scheme, "name": "サロン", "unit": "pt"}))
    document = EDITION.format(scheme=scheme)
    proposal = ok(await officer.post(f"/schemes/{scheme}/proposals", {"document": document}))
    ok(await officer.post(f"/proposals/{proposal['proposal_id']}/absence", {"reason": "協議体の設置前"}))
    ok(await second.post(f"/proposals/{proposal['proposal_id']}/publish"))
    line = ok(
        await officer.post("/budget-lines", {"scheme": scheme, "code": "care", "fiscal_year": 2026, "funding_source": "介護保険"})
    )
    if budget:
        asked = {"amount": budget, "reason": "当初予算"}
        ok(await officer.keyed(f"/budget-lines/{line['budget_line_id']}/appropriations", asked))
    host = await service.caller("host")
    device = await service.caller("device", organisation_id=host.organisation_id)
    salon = {"organisation_id": str(host.organisation_id), "kind": "salon", "title": "サロン", "place": "公民館"}
    activity = ok(await host.post("/activities", salon))
    return Town(
        service=service,
        officer=officer,
        second=second,
        coordinator=await service.caller("coordinator"),
        auditor=await service.caller("auditor"),
        host=host,
        device=device,
        scheme=scheme,
        budget_line=line["budget_line_id"],
        activity=activity["activity_id"],
    )


async def join(town: Town, *, can_earn: bool = True) -> Member:
    """Somebody becomes a member at the counter, and gets a token of their own."""
    asked = {"name": "結 太郎", "kana": "ゆい たろう", "area_id": str(AREAS[TOWN]), "can_earn": can_earn}
    joined = ok(await town.officer.post("/members", asked))
    member_id, principal_id = UUID(joined["member"]["member_id"]), UUID(joined["principal_id"])
    made = ok(await town.officer.post(f"/principals/{principal_id}/tokens", {"days": 90}))
    assert tokens.municipality_code(made["token"])
    caller = Caller(town.service.http, made["token"], "member", principal_id, member_id)
    member = Member(member_id, joined["member"]["number"], joined["card"]["address"], caller)
    town.members.append(member)
    return member


async def slot(town: Town, starts_at: datetime, hours: float = 2, capacity: int = 20) -> str:
    """A slot of the salon; its id."""
    times = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=hours)).isoformat()}
    return ok(await town.host.post(f"/activities/{town.activity}/slots", times | {"capacity": capacity}))["slot_id"]


def card_scan(slot_id: str, card: str, at: datetime, **more: Any) -> dict[str, Any]:
    """A card read by the host's device."""
    told = {"scan_id": str(ids.new_id()), "method": "card", "code": card, "slot_id": slot_id, "occurred_at": at.isoformat()}
    return told | more


async def attend(town: Town, member: Member, hours: float = 2) -> dict[str, Any]:
    """The member comes and goes at a slot of their own; what the second scan answered. Two hours are 400 points."""
    now = town.service.clock.now()
    starts_at = now - timedelta(hours=hours, minutes=5)
    slot_id = await slot(town, starts_at, hours)
    ok(await town.device.post("/scans", card_scan(slot_id, member.card, starts_at)))
    return ok(await town.device.post("/scans", card_scan(slot_id, member.card, starts_at + timedelta(hours=hours))))


async def points(member: Member, unit: str = "pt") -> int:
    """What the member can spend."""
    wallets = ok(await member.caller.get(f"/members/{member.member_id}/wallets"))["items"]
    return next((wallet["available"] for wallet in wallets if wallet["unit"] == unit), 0)
