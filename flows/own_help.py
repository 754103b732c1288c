"""A member's own asks and agreements, as they read them: what waits for their answer, what is agreed, what they ask for again.

The name of the other side is told once both have accepted; until then it is a proposal like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import matches, needs
from activities.matches import Match, Side
from activities.needs import Need
from community import members
from kernel import days

LOOKED_AT_MAX = 50  # of the latest needs, and of the latest matches
USUAL_MAX = 3
AHEAD_MIN = timedelta(hours=12)  # nobody is found for the usual help within the hour
OVER_AFTER = timedelta(hours=12)


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """A match from one side. `answered` is what this side said; `other` is who is on the other side, once both accepted."""

    match: Match
    side: Side
    note: str | None
    other: str | None

    @property
    def answered(self) -> str | None:
        """What this side answered."""
        return self.match.answer_of(self.side)


class Usual(msgspec.Struct, frozen=True):
    """What was asked for before, and the next time on the same weekday at the same hour."""

    need: Need
    starts_at: datetime


class Help(msgspec.Struct, frozen=True, kw_only=True):
    """All of it: agreements still to come, needs that wait for somebody, and what is usually asked for."""

    agreements: list[Agreed]
    waiting: list[Need]
    usual: list[Usual]


async def read(conn: AsyncConnection, member_id: UUID, *, now: datetime) -> Help:
    """What a member asked for and agreed to, the soonest first. Reads only."""
    asked = await needs.of_member(conn, member_id, limit=LOOKED_AT_MAX)
    waiting = [each for each in reversed(asked) if each.state == "open" and each.starts_at >= now - OVER_AFTER]
    return Help(agreements=await agreements(conn, member_id, now=now), waiting=waiting, usual=usual(asked, now))


async def agreements(conn: AsyncConnection, member_id: UUID, *, now: datetime) -> list[Agreed]:
    """Proposals that can still be answered and matches still to be done, the soonest first."""
    found = await matches.of_member(conn, member_id, limit=LOOKED_AT_MAX)
    to_come = [each for each in reversed(found) if each.longest.ends_at >= now - OVER_AFTER]
    told = [await _agreed(conn, each, member_id) for each in to_come if each.state in {"proposed", "accepted"}]
    return [each for each in told if each is not None]


def usual(asked: Sequence[Need], now: datetime) -> list[Usual]:
    """What was asked for before, the latest first, at most USUAL_MAX, each for the first time not asked for already. Pure."""
    coming = {(each.kind, each.starts_at) for each in asked if each.state in {"open", "matched"}}
    found: dict[tuple[object, ...], Usual] = {}
    for need in asked:
        if need.state == "withdrawn" or need.payer != "receiver":
            continue
        starts_at = _next(need.starts_at, now)
        while (need.kind, starts_at) in coming:
            starts_at += timedelta(weeks=1)
        clock = starts_at.astimezone(days.TOKYO)
        key = (need.kind, need.note, need.minutes, clock.weekday(), clock.hour, clock.minute)
        found.setdefault(key, Usual(need, starts_at))
    return list(found.values())[:USUAL_MAX]


def _next(starts_at: datetime, now: datetime) -> datetime:
    """The same weekday and hour, the first time after AHEAD_MIN. There is no summer time in Japan."""
    weeks = max(-((starts_at - now - AHEAD_MIN) // timedelta(weeks=1)), 0)
    return starts_at + timedelta(weeks=weeks)


async def _agreed(conn: AsyncConnection, match: Match, member_id: UUID) -> Agreed | None:
    """The match from the member's side; None where its need was met by another one."""
    need = await needs.find(conn, match.need_id)
    if match.state == "proposed" and need.state != "open":
        return None
    side: Side = "helper" if match.helper_id == member_id else "receiver"
    other = match.receiver_id if side == "helper" else match.helper_id
    name = (await members.person_of(conn, other)).name if match.state == "accepted" else None
    return Agreed(match=match, side=side, note=need.note, other=name)
