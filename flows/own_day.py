"""What a member's day is: where they are booked, whom they help or who helps them, and the one thing to do next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import agenda, presence, scan_times, scans
from activities.agenda import Place
from activities.presence import Direction, Span
from community import members
from flows import at_once, own_help
from flows.own_help import Agreed, Help

SHOWN_MAX = 10
SOON = timedelta(hours=2)

Next = Literal["finish", "finish_help", "help_now", "helped_now", "answer", "come", "look_forward", "join"]


class Visit(msgspec.Struct, frozen=True):
    """A booked place, and since when the member is there or gone; `due`: what a scan by our own scanner says now."""

    place: Place
    came_at: datetime | None
    left_at: datetime | None
    due: Direction | None = None

    @property
    def there(self) -> bool:
        """Whether the member came and has not gone."""
        return self.came_at is not None and self.left_at is None


class Helping(msgspec.Struct, frozen=True):
    """An agreement, and since when its helper is at work; `due`: what the helper's scan of the receiver's card says now."""

    agreed: Agreed
    began_at: datetime | None
    due: Direction | None = None


class Step(msgspec.Struct, frozen=True):
    """What to do next, and what it is about."""

    what: Next
    visit: Visit | None = None
    helping: Helping | None = None


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `step` is the one thing to do now."""

    name: str
    step: Step
    visits: list[Visit]
    helping: list[Helping]
    asked: Help

    @property
    def scans(self) -> bool:
        """Whether there is something to scan now."""
        return any(each.due is not None for each in (*self.visits, *self.helping))


async def read(conn: AsyncConnection, member_id: UUID, *, now: datetime) -> Day:
    """A member's day. Reads only."""
    booked = await agenda.booked(conn, member_id, since=now - scan_times.AROUND_MAX, limit=SHOWN_MAX)
    visits = [await _visit(conn, each, member_id, now) for each in booked]
    visits = [each for each in visits if each.place.ends_at >= now or each.there]
    asked = await own_help.read(conn, member_id, now=now)
    helping = [await _helping(conn, each, now) for each in asked.agreements]
    name = (await members.person_of(conn, member_id)).name
    return Day(name=name, step=next_step(visits, helping, now), visits=visits, helping=helping, asked=asked)


def next_step(visits: Sequence[Visit], helping: Sequence[Helping], now: datetime) -> Step:
    """What to do now: what has begun comes first, then what begins, then what waits for an answer, then what is to come. Pure."""
    agreed = [each for each in helping if each.agreed.match.state == "accepted"]
    mine = [each for each in agreed if each.agreed.side == "helper"]
    waits = [each for each in helping if each.agreed.answered is None]
    found: list[Step] = [Step("finish", visit=each) for each in visits if each.there]
    found += [Step("finish_help", helping=each) for each in mine if each.began_at is not None]
    for each in agreed:
        if each.agreed.match.starts_at <= now + SOON:
            found.append(Step("help_now" if each in mine else "helped_now", helping=each))
    coming = [each for each in visits if each.came_at is None]
    found += [Step("come", visit=each) for each in coming if each.place.starts_at <= now + SOON]
    found += [Step("answer", helping=each) for each in waits]
    found += [Step("look_forward", visit=each) for each in coming] + [Step("look_forward", helping=each) for each in agreed]
    return found[0] if found else Step("join")


async def _visit(conn: AsyncConnection, place: Place, member_id: UUID, now: datetime) -> Visit:
    told = presence.visits(await scans.of_member_at_slot(conn, place.slot_id, member_id))
    due = at_once.due(told, Span(place.starts_at, place.ends_at), now)
    return Visit(place, told[-1].came_at if told else None, told[-1].left_at if told else None, due)


async def _helping(conn: AsyncConnection, agreed: Agreed, now: datetime) -> Helping:
    if agreed.match.state != "accepted":
        return Helping(agreed, None)
    told = presence.visits(await scans.of_match(conn, agreed.match.match_id))
    due = at_once.due(told, agreed.match.longest, now) if agreed.side == "helper" else None
    return Helping(agreed, told[-1].came_at if told else None, due)
