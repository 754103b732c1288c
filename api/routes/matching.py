"""Needs and offers, and the matches that both sides accept or decline freely."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import matches, matching, needs, offers
from api.door import Door, Key
from api.limits import PAGE_LIMIT_DEFAULT
from api.routes import shapes
from flows import matches as agreeing
from flows import needs as asking
from flows import reach

OWN = {"member": "own", "coordinator": "town", "officer": "town"}
TOWN = {"coordinator": "town", "officer": "town"}
Minutes = Annotated[int, Meta(ge=1, le=needs.MINUTES_MAX, examples=[60])]


class NewNeed(shapes.Asked, frozen=True):
    """What is asked for. `pay_per_hour` is in minor units of `unit`: 60 of `minutes` is hour for hour, 0 asks for a gift."""

    kind: shapes.KindCode
    starts_at: shapes.Instant
    minutes: Minutes
    unit: shapes.UnitCode
    pay_per_hour: Annotated[int, Meta(ge=0, le=1_000_000, examples=[60])]
    payer: needs.Payer = "receiver"
    note: shapes.Note | None = None


class NewOffer(shapes.Asked, frozen=True):
    """What a member can do. `weekdays` 1 (Monday) to 7; none means any day."""

    kind: shapes.KindCode
    weekdays: Annotated[tuple[offers.Weekday, ...], Meta(max_length=7)] = ()
    note: shapes.Note | None = None


class NewMatch(shapes.Asked, frozen=True):
    """Who might help. What is not told is as the need says; the most minutes are those planned and half as many again."""

    helper_id: UUID
    starts_at: shapes.Instant | None = None
    minutes_planned: Minutes | None = None
    minutes_max: Minutes | None = None


class NewAnswer(shapes.Asked, frozen=True):
    """Which side answers, and what. Declining costs nothing."""

    side: Literal["helper", "receiver"]
    answer: Literal["accept", "decline"]


class MatchWithState(msgspec.Struct, frozen=True):
    """A match and what it has come to."""

    match: matches.Match
    state: matches.State


@post("/members/{member_id:uuid}/needs", may=OWN, tags=["matching"])
async def create_need(door: NamedDependency[Door], member_id: FromPath[UUID], data: JSONBody[NewNeed]) -> needs.Need:
    """Writes down what a member asks for."""
    asked = asking.NeedAsked(member_id=member_id, **msgspec.structs.asdict(data))
    return await door.write(lambda conn: asking.ask(conn, asked, actor=door.actor, now=door.now))


@get("/members/{member_id:uuid}/needs", may=OWN, tags=["matching"])
async def list_needs_of_member(
    door: NamedDependency[Door], member_id: FromPath[UUID], limit: shapes.Limit = PAGE_LIMIT_DEFAULT
) -> shapes.Page[needs.Need]:
    """What a member asked for, the latest first."""
    await door.found_member(member_id)
    return shapes.Page(await door.read(lambda conn: needs.of_member(conn, member_id, limit=limit)), None)


@get("/needs", may=TOWN, tags=["matching"])
async def list_open_needs(
    door: NamedDependency[Door],
    since: shapes.Since = None,
    after: shapes.AfterId = None,
    limit: shapes.Limit = PAGE_LIMIT_DEFAULT,
) -> shapes.Page[needs.Need]:
    """Open needs from yesterday on (or `since`), the soonest first."""
    first = shapes.checked_instant("since", since) or door.now - timedelta(days=1)
    area = door.actor.area_id
    found = await door.read(lambda conn: needs.open_since(conn, first, after=after, area_id=area, limit=limit))
    return shapes.page(found, limit, lambda item: item.need_id)


@get("/needs/{need_id:uuid}", may=OWN, tags=["matching"])
async def read_need(door: NamedDependency[Door], need_id: FromPath[UUID]) -> needs.Need:
    """A need as it stands."""
    return await door.read(lambda conn: asking.own(conn, need_id, door.actor))


@post("/needs/{need_id:uuid}/withdraw", may=OWN, tags=["matching"])
async def withdraw_need(door: NamedDependency[Door], need_id: FromPath[UUID]) -> needs.Need:
    """Takes a need back. It costs nothing."""

    async def work(conn: AsyncConnection) -> needs.Need:
        await asking.withdraw(conn, need_id, actor=door.actor, now=door.now)
        return await needs.find(conn, need_id)

    return await door.write(work)


@get("/needs/{need_id:uuid}/candidates", may=TOWN, tags=["matching"])
async def list_candidates(door: NamedDependency[Door], need_id: FromPath[UUID]) -> shapes.Page[matching.Candidate]:
    """Three members who fit, each with plain reasons."""
    found = await door.read(lambda conn: asking.candidates(conn, need_id, actor=door.actor, now=door.now))
    return shapes.Page(found, None)


@post("/members/{member_id:uuid}/offers", may=OWN, tags=["matching"])
async def create_offer(door: NamedDependency[Door], member_id: FromPath[UUID], data: JSONBody[NewOffer]) -> offers.Offer:
    """Writes down what a member can do for others."""
    asked = asking.OfferAsked(member_id=member_id, **msgspec.structs.asdict(data))
    return await door.write(lambda conn: asking.offer(conn, asked, actor=door.actor, now=door.now))


@get("/members/{member_id:uuid}/offers", may=OWN, tags=["matching"])
async def list_offers(door: NamedDependency[Door], member_id: FromPath[UUID]) -> shapes.Page[offers.Offer]:
    """What a member offers now."""
    await door.found_member(member_id)
    return shapes.Page(await door.read(lambda conn: offers.of_member(conn, member_id)), None)


@post("/offers/{offer_id:uuid}/end", may=OWN, tags=["matching"])
async def end_offer(door: NamedDependency[Door], offer_id: FromPath[UUID]) -> shapes.Done:
    """Ends an offer."""
    await door.write(lambda conn: asking.end_offer(conn, offer_id, actor=door.actor, now=door.now))
    return shapes.Done()


@post("/needs/{need_id:uuid}/matches", may=TOWN, tags=["matching"])
async def propose_match(door: NamedDependency[Door], need_id: FromPath[UUID], data: JSONBody[NewMatch]) -> agreeing.Proposed:
    """Proposes a helper for a need. Both sides are free to decline."""
    asked = agreeing.Proposal(need_id=need_id, **msgspec.structs.asdict(data))
    return await door.write(lambda conn: agreeing.propose(conn, asked, actor=door.actor, now=door.now))


@get("/needs/{need_id:uuid}/matches", may=OWN, tags=["matching"])
async def list_matches_of_need(door: NamedDependency[Door], need_id: FromPath[UUID]) -> shapes.Page[MatchWithState]:
    """Every match that was proposed for a need."""

    async def work(conn: AsyncConnection) -> list[MatchWithState]:
        await asking.own(conn, need_id, door.actor)
        return [MatchWithState(match, match.state) for match in await matches.of_need(conn, need_id)]

    return shapes.Page(await door.read(work), None)


@get("/members/{member_id:uuid}/matches", may=OWN, tags=["matching"])
async def list_matches_of_member(
    door: NamedDependency[Door], member_id: FromPath[UUID], limit: shapes.Limit = PAGE_LIMIT_DEFAULT
) -> shapes.Page[MatchWithState]:
    """Matches in which a member helps or is helped."""
    await door.found_member(member_id)
    found = await door.read(lambda conn: matches.of_member(conn, member_id, limit=limit))
    return shapes.Page([MatchWithState(match, match.state) for match in found], None)


@get("/matches/{match_id:uuid}", may=OWN, tags=["matching"])
async def read_match(door: NamedDependency[Door], match_id: FromPath[UUID]) -> MatchWithState:
    """A match as it stands."""
    found = await door.read(lambda conn: reach.match(conn, match_id, door.actor))
    return MatchWithState(found, found.state)


@post("/matches/{match_id:uuid}/answer", may=OWN, tags=["matching"])
async def answer_match(
    door: NamedDependency[Door], match_id: FromPath[UUID], data: JSONBody[NewAnswer], key: Key = None
) -> Response[agreeing.Answered]:
    """Accepts or declines for one side. When both have accepted, what the help may cost at most is held."""
    return await door.keyed(
        key,
        data,
        lambda conn: agreeing.answer(conn, match_id, data.side, data.answer, actor=door.actor, now=door.now),
    )


@post("/matches/{match_id:uuid}/cancel", may=OWN, tags=["matching"])
async def cancel_match(door: NamedDependency[Door], match_id: FromPath[UUID], key: Key = None) -> Response[agreeing.Answered]:
    """Calls a match off: what was held is free again."""
    return await door.keyed(key, None, lambda conn: agreeing.cancel(conn, match_id, actor=door.actor, now=door.now))


HANDLERS = (
    create_need,
    list_needs_of_member,
    list_open_needs,
    read_need,
    withdraw_need,
    list_candidates,
    create_offer,
    list_offers,
    end_offer,
    propose_match,
    list_matches_of_need,
    list_matches_of_member,
    read_match,
    answer_match,
    cancel_match,
)
