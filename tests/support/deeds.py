"""A hall with a host, members with cards, a coordinator: what the tests of check-ins and matches begin with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from activities import matches, slots
from activities.attendances import Attendance
from activities.needs import Need
from community.actor import Actor
from community.members import Member
from flows import announce, check_in, close_slot, correct_attendance, grant, join, needs
from flows import matches as agreements
from flows.readings import Codes, ScanAsked
from kernel import ids
from qr import keys
from rules.vocabulary.earning import Clause, PerTime
from tests.support import schemes, spending
from tests.support.spending import NOW, do
from tests.support.towns import AREAS, TOWN

CODES = Codes(keys.of_municipality(b"k" * 32, TOWN))
START = NOW  # of every slot and match of these tests, unless told otherwise


class Guest(msgspec.Struct, frozen=True):
    """A member at work: who they are, the token of their card, and they themselves calling."""

    member: Member
    card: str
    card_id: UUID
    actor: Actor

    @property
    def id(self) -> UUID:
        """The member's id."""
        return self.member.member_id


class Hall(msgspec.Struct, frozen=True):
    """A slot of two hours from START, its host and the host's device."""

    slot: slots.Slot
    host: Actor
    device: Actor


def at(minutes: float) -> datetime:
    """So many minutes after START."""
    return START + timedelta(minutes=minutes)


async def guest(engine: AsyncEngine, **changes: Any) -> Guest:
    """Somebody who joins."""
    officer = await spending.actor(engine, "officer")
    plain: dict[str, Any] = {"name": "結 花子", "kana": "ゆい はなこ", "area_id": AREAS[TOWN]}
    asked = join.Asked(**(plain | changes))
    joined = await do(engine, join.join, asked, actor=officer, now=NOW)
    own = Actor(
        principal_id=joined.principal_id,
        role="member",
        member_id=joined.member.member_id,
        organisation_id=None,
        municipality_id=TOWN,
    )
    return Guest(joined.member, f"C/{joined.card.text}", joined.card.credential_id, own)


async def hall(
    engine: AsyncEngine, *, capacity: int = 20, minutes: int = 120, host_member: UUID | None = None, kind: str = "salon"
) -> Hall:
    """A slot that begins at START."""
    organisation = await spending.organisation(engine, "host", "茶話会の会")
    host = await spending.actor(engine, "host", organisation_id=organisation, member_id=host_member)
    device = await spending.actor(engine, "device", organisation_id=organisation)
    activity = announce.ActivityAsked(organisation_id=organisation, kind=kind, title="茶話会", place="集会所")
    made = await do(engine, announce.activity, activity, actor=host, now=NOW)
    asked = announce.SlotAsked(activity_id=made.activity_id, starts_at=START, ends_at=at(minutes), capacity=capacity)
    return Hall(await do(engine, announce.slot, asked, actor=host, now=NOW), host, device)


async def scan(engine: AsyncEngine, actor: Actor, now: datetime, **asked: Any) -> check_in.Scanned:
    """One scan at the instant `now`."""
    plain: dict[str, Any] = {"scan_id": ids.new_id()}
    wanted = ScanAsked(**(plain | asked))
    return await do(engine, check_in.scan, wanted, actor=actor, now=now, codes=CODES)


async def card(engine: AsyncEngine, place: Hall, who: Guest, now: datetime, **more: Any) -> check_in.Scanned:
    """The host's device scans a member's card."""
    return await scan(engine, place.device, now, method="card", code=who.card, slot_id=place.slot.slot_id, **more)


async def close(engine: AsyncEngine, place: Hall, *edits: close_slot.Edit, minute: int = 130) -> close_slot.Closed:
    """The host closes the slot."""
    asked = close_slot.CloseAsked(slot_id=place.slot.slot_id, edits=edits)
    return await do(engine, close_slot.close, asked, actor=place.host, now=at(minute))


def of(closed: close_slot.Closed, who: Guest) -> Attendance:
    """A member's attendance in a closed slot."""
    (found,) = [each for each in closed.attendances if each.member_id == who.id]
    return found


async def correct(engine: AsyncEngine, actor: Actor, attendance_id: UUID, **more: Any) -> correct_attendance.Corrected:
    """A correction, an hour after the end."""
    plain: dict[str, Any] = {"attendance_id": attendance_id, "reason": "時刻の書きまちがい"}
    asked = correct_attendance.Asked(**(plain | more))
    return await do(engine, correct_attendance.correct, asked, actor=actor, now=at(180))


async def salon_scheme(engine: AsyncEngine, budget: int = 10_000) -> str:
    """A kind of activity of its own, and a scheme that pays 100 points for each half hour of it and of nothing else."""
    kind, code = f"salon_{ids.new_id().hex[-8:]}", f"s{ids.new_id().hex[-8:]}"
    who = await schemes.officers(engine)
    earn = PerTime(amount=100, every_minutes=30, rounding="down", minimum_minutes=30)
    clauses = (Clause(activity_kinds=(kind,), earn=earn),)
    await schemes.publish(engine, who, code, clauses=clauses, funding=("care",))
    await schemes.fund(engine, who, code, "care", budget)
    return kind


def granted(results: Sequence[grant.Granted], attendance_id: object) -> list[tuple[str, int]]:
    """Outcome and amount of an attendance in the schemes that mean its kind of activity."""
    mine = [each for each in results if each.attendance_id == attendance_id]
    return [(each.outcome, each.amount) for each in mine if each.outcome != "nothing"]


async def need(engine: AsyncEngine, receiver: Guest, **changes: Any) -> Need:
    """An hour of garden work from START, paid hour for hour."""
    plain: dict[str, Any] = {
        "member_id": receiver.id,
        "kind": "garden",
        "starts_at": START,
        "minutes": 60,
        "unit": "minutes",
        "pay_per_hour": 60,
    }
    return await do(engine, needs.ask, needs.NeedAsked(**(plain | changes)), actor=receiver.actor, now=NOW)


async def match(
    engine: AsyncEngine, receiver: Guest, helper: Guest, coordinator: Actor, asked: Need | None = None
) -> matches.Match:
    """A proposal for a need (a plain one, unless told)."""
    wanted = asked or await need(engine, receiver)
    proposal = agreements.Proposal(need_id=wanted.need_id, helper_id=helper.id)
    return (await do(engine, agreements.propose, proposal, actor=coordinator, now=NOW)).match


async def answer(
    engine: AsyncEngine, found: matches.Match, side: matches.Side, told: matches.Answer, actor: Actor
) -> agreements.Answered:
    """One side's answer."""
    return await do(engine, agreements.answer, found.match_id, side, told, actor=actor, now=NOW)


async def agreed(engine: AsyncEngine, receiver: Guest, helper: Guest, asked: Need | None = None) -> matches.Match:
    """A match that both sides accepted."""
    coordinator = await spending.actor(engine, "coordinator")
    found = await match(engine, receiver, helper, coordinator, asked)
    await answer(engine, found, "helper", "accept", helper.actor)
    return (await answer(engine, found, "receiver", "accept", receiver.actor)).match
