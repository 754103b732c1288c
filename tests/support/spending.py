"""A small town at its purse: members, organisations and principals, attendances, points granted for them, hours earned by help."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community import members, organisations, principals
from community.actor import Actor, Role
from community.organisations import Kind
from db import query, transact
from kernel import days, ids
from ledger import accounts, balances, posting
from ledger.draft import Draft, Fresh, Line, move
from tests.support.towns import AREAS, MINUTES, POINTS, TOWN
from wallets import redemptions

NOW = datetime(2026, 5, 15, 3, 0, tzinfo=UTC)  # a Friday noon in Japan
CREDIT_MINUTES = 600

T = TypeVar("T")

_ACTIVITY = query.statement(
    """
    insert into activities.activity (municipality_id, activity_id, organisation_id, kind, title, place, created_at, created_by)
    values (db.municipality(), :activity_id, :organisation_id, :kind, '茶話会', '集会所', :now, :actor)
    """
)
_SLOT = query.statement(
    """
    insert into activities.slot (
        municipality_id, slot_id, activity_id, starts_at, ends_at, capacity, venue_number, created_at, created_by
    )
    values (
        db.municipality(), :slot_id, :activity_id, :starts_at, :ends_at, 20,
        (select coalesce(max(venue_number), 0) + 1 from activities.slot where municipality_id = db.municipality()), :now, :actor
    )
    """
)
_ATTENDANCE = query.statement(
    """
    insert into activities.attendance (
        municipality_id, attendance_id, member_id, slot_id, role, kind, starts, ends, started_at, ended_at, minutes, evidence,
        needs_signoff, made_at, made_by
    )
    values (
        db.municipality(), :attendance_id, :member_id, :slot_id, 'helper', :kind, array[cast(:starts_at as timestamptz)],
        array[cast(:ends_at as timestamptz)], :starts_at, :ends_at, 60, 3, false, :ends_at, :actor
    )
    """
)


async def do(engine: AsyncEngine, story: Callable[..., Awaitable[T]], *asked: Any, **told: Any) -> T:
    """One story in one transaction in TOWN."""
    return await transact.transact(engine, TOWN, lambda conn: story(conn, *asked, **told))


async def member(engine: AsyncEngine) -> UUID:
    """A new member."""
    new = members.NewMember(member_id=ids.new_id(), area_id=AREAS[TOWN], person=members.Person("結 花子", "ゆい はなこ"))
    return (await do(engine, members.add, new, now=NOW)).member_id


async def organisation(engine: AsyncEngine, kind: Kind, name: str = "結商店") -> UUID:
    """A new organisation."""
    made = organisations.Organisation(ids.new_id(), kind, name)
    await do(engine, organisations.create, made, now=NOW)
    return made.organisation_id


async def actor(engine: AsyncEngine, role: Role, *, member_id: UUID | None = None, organisation_id: UUID | None = None) -> Actor:
    """A new principal at work."""
    principal = principals.Principal(
        principal_id=ids.new_id(), role=role, member_id=member_id, organisation_id=organisation_id, label=role
    )
    await do(engine, principals.create, principal, created_by=None, now=NOW)
    return Actor(
        principal_id=principal.principal_id,
        role=role,
        member_id=member_id,
        organisation_id=organisation_id,
        municipality_id=TOWN,
    )


async def attendance(engine: AsyncEngine, member_id: UUID, *, days_ago: int = 1, kind: str = "salon") -> UUID:
    """An attendance of a member: an hour at a salon (or something of another kind) of its own, yesterday unless told."""
    host = await organisation(engine, "host", "茶話会の会")

    async def work(conn: AsyncConnection) -> UUID:
        activity_id, slot_id, attendance_id = ids.new_ids(3)
        starts_at = NOW - timedelta(days=days_ago)
        ends_at = starts_at + timedelta(hours=1)
        who = ids.new_id()
        await query.run(conn, _ACTIVITY, activity_id=activity_id, organisation_id=host, kind=kind, now=NOW, actor=who)
        await query.run(
            conn, _SLOT, slot_id=slot_id, activity_id=activity_id, starts_at=starts_at, ends_at=ends_at, now=NOW, actor=who
        )
        await query.run(
            conn,
            _ATTENDANCE,
            attendance_id=attendance_id,
            member_id=member_id,
            kind=kind,
            slot_id=slot_id,
            starts_at=starts_at,
            ends_at=ends_at,
            actor=who,
        )
        return attendance_id

    return await transact.transact(engine, TOWN, work)


async def grant(
    engine: AsyncEngine, member_id: UUID, amount: int, *, expires_on: date | None = None, traced: bool = True
) -> UUID | None:
    """Points for a fresh attendance, from a budget line of their own; the attendance. `traced=False` leaves it out."""
    origin = await attendance(engine, member_id) if traced else None
    await grant_entry(engine, member_id, amount, origin=origin, expires_on=expires_on)
    return origin


async def grant_entry(
    engine: AsyncEngine, member_id: UUID, amount: int, *, origin: UUID | None, expires_on: date | None = None
) -> UUID:
    """The entry of a grant of points for the attendance `origin`."""

    async def work(conn: AsyncConnection) -> UUID:
        scheme, line = ids.new_id(), ids.new_id()
        voted = await accounts.ensure(conn, "appropriation", POINTS, scheme, floor=None)
        budget = await accounts.ensure(conn, "budget", POINTS, line)
        wallet = await accounts.ensure(conn, "wallet", POINTS, member_id)
        fresh = Fresh(origin, budget, None, days.local_date(NOW), expires_on)
        given = draft("grant", move(budget, wallet, amount, give=fresh))
        await posting.post_all(conn, [draft("vote", move(voted, budget, amount)), given], now=NOW)
        return given.entry_id

    return await transact.transact(engine, TOWN, work)


async def help_given(engine: AsyncEngine, receiver: UUID, helper: UUID, minutes: int) -> UUID:
    """Hours from a receiver, on credit if need be, to a helper, for a fresh attendance; the attendance."""
    done = await attendance(engine, helper)

    async def work(conn: AsyncConnection) -> None:
        giving = await accounts.ensure(conn, "wallet", MINUTES, receiver, floor=-CREDIT_MINUTES)
        earning = await accounts.ensure(conn, "wallet", MINUTES, helper, floor=-CREDIT_MINUTES)
        entry = draft("help", move(giving, earning, minutes))
        await posting.post_one(conn, entry, now=NOW)
        redemption = redemptions.Redemption(
            redemption_id=ids.new_id(),
            kind="help",
            holder=receiver,
            unit_id=MINUTES,
            amount=minutes,
            entry_id=entry.entry_id,
            attendance_id=done,
            counterparty=helper,
            redeemed_at=NOW,
            actor=ids.new_id(),
        )
        await redemptions.record(conn, redemption)

    await transact.transact(engine, TOWN, work)
    return done


def draft(kind: str, lines: tuple[Line, ...]) -> Draft:
    """An entry of today with a cause of its own."""
    return Draft(
        entry_id=ids.new_id(),
        kind=kind,
        occurred_at=NOW,
        booked_on=days.local_date(NOW),
        cause_kind="test",
        cause_id=ids.new_id(),
        lines=lines,
    )


async def posted(engine: AsyncEngine, kind: str, unit_id: int, holder: UUID | None = None) -> int:
    """What stands on an account; 0 where there is none."""

    async def work(conn: AsyncConnection) -> int:
        account_id = await accounts.find(conn, kind, unit_id, holder)
        if account_id is None:
            return 0
        return (await balances.of_many(conn, [account_id], now=NOW))[account_id].posted

    return await transact.read(engine, TOWN, work)
