"""Matches (組み合わせ): a proposal that both sides accept or decline freely. Each answer is one row; the state is derived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import refusals
from activities.needs import Payer
from activities.presence import Span
from db import query

Side = Literal["helper", "receiver"]
Answer = Literal["accept", "decline"]
State = Literal["proposed", "accepted", "declined", "cancelled", "done"]

PAGE_MAX = 200

_INSERT = query.statement(
    """
    insert into activities.match (
        municipality_id, match_id, need_id, receiver_id, helper_id, starts_at, minutes_planned, minutes_max, payer, pay_unit_id,
        pay_per_hour, proposed_at, proposed_by
    )
    values (
        db.municipality(), :match_id, :need_id, :receiver_id, :helper_id, :starts_at, :minutes_planned, :minutes_max, :payer,
        :pay_unit_id, :pay_per_hour, :now, :proposed_by
    )
    """
)
_SELECT = """
    select m.match_id, m.need_id, m.receiver_id, m.helper_id, n.kind, m.starts_at, m.minutes_planned, m.minutes_max, m.payer,
        m.pay_unit_id, m.pay_per_hour, h.answer as helper_answer, r.answer as receiver_answer, e.reason as ended
    from activities.match m
    join activities.need n on n.municipality_id = m.municipality_id and n.need_id = m.need_id
    left join activities.match_answer h on h.municipality_id = m.municipality_id and h.match_id = m.match_id
        and h.side = 'helper'
    left join activities.match_answer r on r.municipality_id = m.municipality_id and r.match_id = m.match_id
        and r.side = 'receiver'
    left join activities.match_end e on e.municipality_id = m.municipality_id and e.match_id = m.match_id
    where m.municipality_id = db.municipality()
"""
_BY_ID = query.statement(_SELECT + " and m.match_id = :match_id")
_OF_NEED = query.statement(_SELECT + " and m.need_id = :need_id order by m.proposed_at, m.match_id")
_OF_MEMBER = query.statement(
    _SELECT
    + """ and (m.helper_id = :member_id or m.receiver_id = :member_id)
    order by m.starts_at desc, m.match_id desc limit :limit"""
)
_OF_PAIR_AT = query.statement(
    _SELECT
    + """ and m.helper_id = :helper_id and m.receiver_id = :receiver_id and h.answer = 'accept' and r.answer = 'accept'
        and e.reason is distinct from 'cancelled'
        and m.starts_at <= :latest_start and m.starts_at + m.minutes_max * interval '1 minute' >= :earliest_end
    order by m.starts_at, m.match_id"""
)
_ANSWER = query.statement(
    """
    insert into activities.match_answer (municipality_id, match_id, side, answer, answered_at, answered_by)
    values (db.municipality(), :match_id, :side, :answer, :now, :answered_by)
    """
)
_ANSWERED_BY = query.statement(
    """
    select answered_by from activities.match_answer
    where municipality_id = db.municipality() and match_id = :match_id and side = :side
    """
)
_END = query.statement(
    """
    insert into activities.match_end (municipality_id, match_id, reason, ended_at, ended_by)
    values (db.municipality(), :match_id, :reason, :now, :ended_by)
    """
)


class NewMatch(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to help whom, when, for how long at most, and what an hour of it pays."""

    match_id: UUID
    need_id: UUID
    receiver_id: UUID
    helper_id: UUID
    starts_at: datetime
    minutes_planned: int
    minutes_max: int
    payer: Payer
    pay_unit_id: int
    pay_per_hour: int


class Match(NewMatch, frozen=True, kw_only=True):
    """A match as it stands. `kind` is that of its need."""

    kind: str
    helper_answer: Answer | None
    receiver_answer: Answer | None
    ended: Literal["cancelled", "done"] | None

    @property
    def state(self) -> State:
        """Derived from the answers and the end."""
        if self.ended is not None:
            return self.ended
        answers = (self.helper_answer, self.receiver_answer)
        if "decline" in answers:
            return "declined"
        return "accepted" if answers == ("accept", "accept") else "proposed"

    @property
    def planned(self) -> Span:
        """From the start to the planned end."""
        return Span(self.starts_at, self.starts_at + timedelta(minutes=self.minutes_planned))

    @property
    def longest(self) -> Span:
        """From the start to the end that both agreed to at most."""
        return Span(self.starts_at, self.starts_at + timedelta(minutes=self.minutes_max))

    def pay_for(self, minutes: int) -> int:
        """What `minutes` of this help pay, in minor units: half an hour is half, and halves of a minor unit round up."""
        return (self.pay_per_hour * minutes + 30) // 60

    def answer_of(self, side: Side) -> Answer | None:
        """What a side answered."""
        return self.helper_answer if side == "helper" else self.receiver_answer


async def propose(conn: AsyncConnection, match: NewMatch, *, proposed_by: UUID, now: datetime) -> None:
    """Adds a proposal. Raises HelpingOneself, LimitBelowPlan."""
    if match.helper_id == match.receiver_id:
        raise refusals.HelpingOneself
    if match.minutes_max < match.minutes_planned:
        raise refusals.LimitBelowPlan(minutes_planned=match.minutes_planned, minutes_max=match.minutes_max)
    await query.run(conn, _INSERT, now=now, proposed_by=proposed_by, **msgspec.structs.asdict(match))


async def find(conn: AsyncConnection, match_id: UUID) -> Match:
    """The match. Raises UnknownMatch."""
    row = await query.one(conn, _BY_ID, match_id=match_id)
    if row is None:
        raise refusals.UnknownMatch(match_id=match_id)
    return _match(row)


async def of_need(conn: AsyncConnection, need_id: UUID) -> Sequence[Match]:
    """Every match proposed for a need, the oldest first."""
    return [_match(row) for row in await query.rows(conn, _OF_NEED, need_id=need_id)]


async def of_member(conn: AsyncConnection, member_id: UUID, *, limit: int = 50) -> Sequence[Match]:
    """The matches in which a member helps or is helped, the latest first, at most PAGE_MAX."""
    rows = await query.rows(conn, _OF_MEMBER, member_id=member_id, limit=min(limit, PAGE_MAX))
    return [_match(row) for row in rows]


async def all_of_pair_at(
    conn: AsyncConnection, helper_id: UUID, receiver_id: UUID, at: datetime, around: timedelta
) -> Sequence[Match]:
    """The accepted matches of these two that are going on at `at`, give or take `around`: to be done or done, in order of time."""
    rows = await query.rows(
        conn,
        _OF_PAIR_AT,
        helper_id=helper_id,
        receiver_id=receiver_id,
        latest_start=at + around,
        earliest_end=at - around,
    )
    return [_match(row) for row in rows]


async def of_pair_at(conn: AsyncConnection, helper_id: UUID, receiver_id: UUID, at: datetime, around: timedelta) -> Match | None:
    """Of `all_of_pair_at` one: one still to be done, the nearest; or None."""
    found = await all_of_pair_at(conn, helper_id, receiver_id, at, around)
    return min(found, key=lambda each: (each.state != "accepted", abs(each.starts_at - at), each.match_id), default=None)


async def answer(conn: AsyncConnection, match_id: UUID, side: Side, told: Answer, *, answered_by: UUID, now: datetime) -> None:
    """Keeps an answer; under the lock of the match, after `find` has said that this side has not answered."""
    await query.run(conn, _ANSWER, match_id=match_id, side=side, answer=told, answered_by=answered_by, now=now)


async def answered_by(conn: AsyncConnection, match_id: UUID, side: Side) -> UUID | None:
    """Who answered for a side."""
    row = await query.one(conn, _ANSWERED_BY, match_id=match_id, side=side)
    return row.answered_by if row is not None else None


async def end(
    conn: AsyncConnection, match_id: UUID, reason: Literal["cancelled", "done"], *, ended_by: UUID, now: datetime
) -> None:
    """Ends a match; under its lock."""
    await query.run(conn, _END, match_id=match_id, reason=reason, ended_by=ended_by, now=now)


def _match(row: Row[Any]) -> Match:
    return msgspec.convert(row, Match, from_attributes=True)
