"""Somebody acts for a member (代わりの人): the member lets them, they accept, either ends it; and the session in which they do.

A member lets others in from their own phone, or at the desk, where it is written down how they agreed and to whom. Every step, and all
that is seen and done by it, stands where the member reads who looked.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import entrances, members, proxies, proxy_refusals, refusals, relatives, session_ends
from community.actor import Actor, Power
from community.entrances import NewEntrance
from community.proxies import Consent, NewProxy, Proxy
from community.sessions import Session
from flows import in_area, looked
from kernel import days

DESK = frozenset({"host", "coordinator", "officer"})
ENTRANCE_GOOD_FOR = timedelta(days=3)


class Letting(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a member lets act for them: another member by number, or somebody who is none by name. The last day, if there is one.

    At the desk, how the member agreed and to whom.
    """

    member_id: UUID
    number: int | None = None
    name: str | None = None
    relation: str
    power: Power
    last_day: date | None = None
    consent: Consent = "own_phone"
    consent_note: str | None = None


class Let(msgspec.Struct, frozen=True, kw_only=True):
    """What was given; for somebody who is no member, the secret of their entrance, told this once, and until when it is good."""

    proxy_id: UUID
    secret: str | None
    expires_at: datetime | None


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, or acted, for a member, and as what."""

    name: str
    relation: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A permission and what the other side of it is called; a member who has not accepted is told by their number alone."""

    proxy: Proxy
    name: str | None
    number: int | None


async def let(
    conn: AsyncConnection, asked: Letting, *, actor: Actor, chance: bytes, now: datetime, session: Session | None = None
) -> Let:
    """A member lets somebody act for them, or says so at the desk. It waits for the other's answer.

    The `session` in which it is asked is held: a phone that the desk signs out meanwhile lets nobody. Raises SessionEnded then,
    UnknownMember, BadMemberNumber, UnknownMemberNumber, SelfDealing (nobody at the desk lets themselves), SpendingNotAtDesk (but for
    officers), and what `proxies.give` raises.
    """
    _check_giver(asked, actor)
    if session is not None:
        await session_ends.hold(conn, session, now)
    await in_area.check_member(conn, asked.member_id, actor)
    await members.find(conn, asked.member_id)
    by_member = (await members.by_number(conn, asked.number)).member_id if asked.number is not None else None
    if by_member is not None and by_member == actor.member_id != asked.member_id:
        raise proxy_refusals.SelfDealing
    stand_in, by = None, actor.principal_id
    if by_member is None:
        stand_in = await relatives.stand_in(conn, asked.member_id, asked.name or "", now=now)
    new = NewProxy(
        member_id=asked.member_id,
        by_member_id=by_member,
        by_principal_id=stand_in,
        relation=asked.relation,
        power=asked.power,
        until=days.local_time(asked.last_day + timedelta(days=1), 0) if asked.last_day else None,
        consent=asked.consent,
        consent_note=asked.consent_note,
    )
    proxy_id = await proxies.give(conn, new, given_by=by, now=now)
    await looked.note(conn, actor, asked.member_id, "proxy_let", now)
    if stand_in is None:
        return Let(proxy_id=proxy_id, secret=None, expires_at=None)
    entrance = NewEntrance(principal_id=stand_in, made_by=by, good_for=ENTRANCE_GOOD_FOR)
    secret = await entrances.make(conn, entrance, chance=chance, now=now)
    return Let(proxy_id=proxy_id, secret=secret, expires_at=now + ENTRANCE_GOOD_FOR)


def _check_giver(asked: Letting, actor: Actor) -> None:
    own = actor.role == "member" and actor.member_id == asked.member_id and actor.acting_for is None
    if not own and actor.role not in DESK:
        raise refusals.UnknownMember(member_id=asked.member_id)
    if own != (asked.consent == "own_phone"):
        raise ValueError("an own phone says so by itself; a desk writes down how")
    if not own and asked.power == "spend" and actor.role != "officer":
        raise proxy_refusals.SpendingNotAtDesk


async def answer(conn: AsyncConnection, proxy_id: UUID, accepted: bool, *, actor: Actor, now: datetime) -> Proxy:
    """Who was asked accepts or declines. Raises UnknownProxy, ProxyNotOpen."""
    found = await proxies.locked(conn, proxy_id, now=now)
    if not found.is_by(actor):
        raise proxy_refusals.UnknownProxy(proxy_id=proxy_id)
    if found.state != "waiting":
        raise proxy_refusals.ProxyNotOpen(proxy_id=proxy_id, state=found.state)
    await proxies.answer(conn, proxy_id, accepted, answered_by=actor.principal_id, now=now)
    return found


async def end(
    conn: AsyncConnection, proxy_id: UUID, *, actor: Actor, now: datetime, of: UUID | None = None
) -> Literal["member", "proxy", "desk"]:
    """Ends it at once: the member, whoever acts, or the desk for the member `of`; which of them it was.

    Raises UnknownProxy, ProxyNotOpen.
    """
    found = await proxies.locked(conn, proxy_id, now=now)
    side = _side(found, actor, of)
    await in_area.check_member(conn, found.member_id, actor)
    if not found.open:
        raise proxy_refusals.ProxyNotOpen(proxy_id=proxy_id, state=found.state)
    await proxies.end(conn, proxy_id, ended_by=actor.principal_id, now=now)
    if side == "desk":
        await looked.note(conn, actor, found.member_id, "proxy_ended", now)
    return side


def _side(found: Proxy, actor: Actor, of: UUID | None) -> Literal["member", "proxy", "desk"]:
    if actor.role in DESK and of == found.member_id:
        return "desk"
    if found.is_by(actor):
        return "proxy"
    if actor.role == "member" and actor.acting_for is None and actor.member_id == found.member_id:
        return "member"
    raise proxy_refusals.UnknownProxy(proxy_id=found.proxy_id)


async def choose(conn: AsyncConnection, session: Session, proxy_id: UUID | None, *, now: datetime) -> None:
    """From now on this device acts for that member, or for whoever is signed in. Raises UnknownProxy, ProxyNotOpen."""
    if proxy_id is not None:
        found = await proxies.locked(conn, proxy_id, now=now)
        if not found.is_by(session.actor):
            raise proxy_refusals.UnknownProxy(proxy_id=proxy_id)
        if found.state != "stands":
            raise proxy_refusals.ProxyNotOpen(proxy_id=proxy_id, state=found.state)
    await proxies.choose(conn, session.session_id, proxy_id, now=now)


async def worn(conn: AsyncConnection, session: Session, *, now: datetime) -> Session:
    """The session with the name in which it acts. What ended, or is over, is not acted by any more."""
    actor = session.actor
    if actor.role != "member":
        return session
    found = await proxies.of_person(conn, actor.principal_id, actor.member_id, now=now)
    standing = [each for each in found if each.state == "stands"]
    by = await proxies.chosen(conn, session, standing)
    if by is not None:
        return proxies.acting(session, by, (await members.person_of(conn, by.member_id)).name)
    waits = any(each.open for each in found)
    return msgspec.structs.replace(session, may_act=waits) if waits else session


async def for_whom(conn: AsyncConnection, actor: Actor, *, now: datetime) -> list[Shown]:
    """For whom the person behind the actor may act, or is asked to."""
    own = actor.self_id if actor.acting_for else actor.member_id
    found = [each for each in await proxies.of_person(conn, actor.principal_id, own, now=now) if each.open]
    people = await members.people_of(conn, [each.member_id for each in found])
    return [
        Shown(proxy=each, name=people[each.member_id].name if each.member_id in people else None, number=None) for each in found
    ]


async def by_whom(conn: AsyncConnection, member_id: UUID, *, now: datetime) -> list[Shown]:
    """Who may act for a member, is asked to, or did, the latest first."""
    found = await proxies.of_member(conn, member_id, now=now)
    others = [each.by_member_id for each in found if each.by_member_id is not None]
    people, known = await members.people_of(conn, others), await members.find_many(conn, others)
    names = await relatives.names(conn, [each.by_principal_id for each in found if each.by_principal_id is not None])
    return [_shown(each, {key: told.name for key, told in people.items()} | names, known) for each in found]


def _shown(proxy: Proxy, names: dict[UUID, str], known: dict[UUID, members.Member]) -> Shown:
    who = proxy.by_member_id or proxy.by_principal_id
    told = names.get(who) if who is not None and (proxy.by_member_id is None or proxy.state == "stands") else None
    other = known.get(proxy.by_member_id) if proxy.by_member_id is not None else None
    return Shown(proxy=proxy, name=told, number=other.number if other is not None else None)


async def names_of(conn: AsyncConnection, member_id: UUID) -> dict[UUID, Named]:
    """What those who ever acted for a member are called, by principal: for the member to read who saw and did what."""
    found = await proxies.accepted(conn, member_id)
    others = {each.by_member_id: each.relation for each in found if each.by_member_id is not None}
    relations = {each.by_principal_id: each.relation for each in found if each.by_principal_id is not None}
    if not others and not relations:
        return {}
    people, named = await members.people_of(conn, list(others)), dict[UUID, Named]()
    for principal_id, other in (await proxies.principals_of(conn, list(others))).items():
        if other in people:
            named[principal_id] = Named(name=people[other].name, relation=others[other])
    for principal_id, name in (await relatives.names(conn, list(relations))).items():
        named[principal_id] = Named(name=name, relation=relations[principal_id])
    return named
