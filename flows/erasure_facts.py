"""What stands against erasing a member, and what an erasure would take and leave: read, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from flows import questions

ASKED_MAX = 100

What = Literal["balance", "held", "owed", "claim", "match", "unsettled"]

_ACCOUNTS = query.statement(
    """
    select a.account_id, a.kind, u.code as unit, u.kind as unit_kind, u.label_ja, u.label_en, u.scale, b.posted, b.held
    from ledger.account a
    join ledger.balance b on b.municipality_id = a.municipality_id and b.account_id = a.account_id
    join ledger.unit u on u.municipality_id = a.municipality_id and u.unit_id = a.unit_id
    where a.municipality_id = db.municipality() and a.holder = :member_id and not exists (
        select from ledger.account_close x where x.municipality_id = a.municipality_id and x.account_id = a.account_id
    )
    order by a.kind, a.unit_id
    """
)
_CLAIMS = query.statement(
    """
    select count(*) from wallets.claim c
    left join wallets.claim_payout p on p.municipality_id = c.municipality_id and p.claim_id = c.claim_id
    where c.municipality_id = db.municipality() and (c.holder = :member_id or c.directed_to = :member_id)
        and (p.outcome is null or p.outcome = 'paid') and not exists (
            select from wallets.claim_end e where e.municipality_id = c.municipality_id and e.claim_id = c.claim_id
        ) and not exists (
            select from wallets.claim_booking b where b.municipality_id = c.municipality_id and b.claim_id = c.claim_id
        )
    """
)
_MATCHES = query.statement(
    """
    select count(*) from activities.match m
    where m.municipality_id = db.municipality() and :member_id in (m.helper_id, m.receiver_id) and not exists (
        select from activities.match_end e where e.municipality_id = m.municipality_id and e.match_id = m.match_id
    ) and not exists (
        select from activities.match_answer a
        where a.municipality_id = m.municipality_id and a.match_id = m.match_id and a.answer = 'decline'
    )
    """
)
_UNSIGNED = query.statement(
    """
    select count(*) from activities.attendance a
    where a.municipality_id = db.municipality() and a.member_id = :member_id and a.needs_signoff and not exists (
        select from activities.signoff s where s.municipality_id = a.municipality_id and s.attendance_id = a.attendance_id
    ) and not exists (
        select from activities.attendance n where n.municipality_id = a.municipality_id and n.supersedes = a.attendance_id
    )
    """
)
_UNPAID = query.statement(
    """
    select count(*) from rules.decision d
    where d.municipality_id = db.municipality() and d.member_id = :member_id and d.outcome = 'granted' and d.amount > 0
        and not exists (
            select from rules.decision_void v where v.municipality_id = d.municipality_id and v.decision_id = d.decision_id
        ) and not exists (
            select from ledger.journal_entry e where e.municipality_id = d.municipality_id and e.cause_id = d.decision_id
        )
    """
)
# Scans of a gathering or a help that has not been closed become an attendance when it is.
_UNDECIDED_SCANS = query.statement(
    """
    select count(distinct s.slot_id) from activities.scan s
    where s.municipality_id = db.municipality() and s.member_id = :member_id and s.slot_id is not null and not exists (
        select from activities.slot_close c where c.municipality_id = s.municipality_id and c.slot_id = s.slot_id
    )
    """
)
_OPEN_NEEDS = query.statement(
    """
    select n.need_id from activities.need n
    where n.municipality_id = db.municipality() and n.member_id = :member_id and not exists (
        select from activities.need_end e where e.municipality_id = n.municipality_id and e.need_id = n.need_id
    )
    order by n.need_id
    """
)
_OPEN_OFFERS = query.statement(
    """
    select o.offer_id from activities.offer o
    where o.municipality_id = db.municipality() and o.member_id = :member_id and not exists (
        select from activities.offer_end e where e.municipality_id = o.municipality_id and e.offer_id = o.offer_id
    )
    order by o.offer_id
    """
)
_PLACES = query.statement(
    """
    select b.booking_id, b.slot_id from activities.booking b
    join activities.slot s on s.municipality_id = b.municipality_id and s.slot_id = b.slot_id
    where b.municipality_id = db.municipality() and b.member_id = :member_id and s.starts_at > :now and not exists (
        select from activities.booking_cancel c where c.municipality_id = b.municipality_id and c.booking_id = b.booking_id
    )
    order by b.booking_id
    """
)
_STAYS = query.statement(
    """
    select (
        select count(*) from ledger.account a
        join ledger.journal_line l on l.municipality_id = a.municipality_id and l.account_id = a.account_id
        where a.municipality_id = db.municipality() and a.holder = :member_id
    ) as lines, (
        select count(*) from activities.attendance t where t.municipality_id = db.municipality() and t.member_id = :member_id
    ) as attendances
    """
)


class Obstacle(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is open: points or hours in a wallet, held, or owed (`amount` minor units of `unit`), or how many there are."""

    what: What
    amount: int
    unit: str | None = None
    kind: str = ""
    label_ja: str = ""
    label_en: str = ""
    scale: int = 0


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """What ends with the member: needs, offers, and places of days to come (booking and slot)."""

    needs: tuple[UUID, ...]
    offers: tuple[UUID, ...]
    places: tuple[tuple[UUID, UUID], ...]


class Stays(msgspec.Struct, frozen=True, kw_only=True):
    """How much stays under the number: lines of the book, attendances."""

    lines: int
    attendances: int


async def obstacles(conn: AsyncConnection, member_id: UUID) -> list[Obstacle]:
    """What has to come to an end before the member can be erased."""
    found: list[Obstacle] = []
    for row in await query.rows(conn, _ACCOUNTS, member_id=member_id):
        told = {"unit": row.unit, "kind": row.unit_kind, "label_ja": row.label_ja, "label_en": row.label_en, "scale": row.scale}
        if row.posted != 0:
            found.append(Obstacle(what="balance" if row.kind == "wallet" else "owed", amount=row.posted, **told))
        if row.held != 0:
            found.append(Obstacle(what="held", amount=row.held, **told))
    unsettled = [int(await query.scalar(conn, asked, member_id=member_id)) for asked in (_UNSIGNED, _UNPAID, _UNDECIDED_SCANS)]
    asked = len(await questions.of_holders(conn, [member_id], limit=ASKED_MAX))
    counted: tuple[tuple[What, int], ...] = (
        ("claim", int(await query.scalar(conn, _CLAIMS, member_id=member_id))),
        ("match", int(await query.scalar(conn, _MATCHES, member_id=member_id))),
        ("unsettled", sum(unsettled) + asked),
    )
    return found + [Obstacle(what=what, amount=count) for what, count in counted if count]


async def accounts(conn: AsyncConnection, member_id: UUID) -> list[int]:
    """The accounts of the member that are not closed."""
    return [row.account_id for row in await query.rows(conn, _ACCOUNTS, member_id=member_id)]


async def open_things(conn: AsyncConnection, member_id: UUID, now: datetime) -> Open:
    """What an erasure takes back for the member."""
    needs = [row.need_id for row in await query.rows(conn, _OPEN_NEEDS, member_id=member_id)]
    offers = [row.offer_id for row in await query.rows(conn, _OPEN_OFFERS, member_id=member_id)]
    places = [(row.booking_id, row.slot_id) for row in await query.rows(conn, _PLACES, member_id=member_id, now=now)]
    return Open(needs=tuple(needs), offers=tuple(offers), places=tuple(places))


async def stays(conn: AsyncConnection, member_id: UUID) -> Stays:
    """How much of the member's past stays under the number."""
    row = (await query.rows(conn, _STAYS, member_id=member_id))[0]
    return Stays(lines=row.lines, attendances=row.attendances)
