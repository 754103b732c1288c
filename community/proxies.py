"""Proxies (代わりの人): a member lets somebody act for them, for so much and until then; the other accepts; either ends it.

Who acts is another member, or somebody who is none and has a principal that stands in. Each step is a row; the state is derived.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from community import principals, proxy_refusals
from community.actor import Acting, Actor, Power
from community.sessions import Session
from db import query
from kernel import days, ids, text

Consent = Literal["own_phone", "spoken", "written", "phone_call"]
State = Literal["waiting", "stands", "declined", "ended", "over"]
RELATIONS = ("daughter", "son", "spouse", "grandchild", "sibling", "in_law", "relative", "friend", "helper")
PER_MEMBER_MAX = 5
UNTIL_MAX = timedelta(days=5 * 366)

_LOCK = query.statement(
    """
    select pg_advisory_xact_lock(hashtextextended('community.proxy ' || cast(:member_id as text), db.municipality()))
    """
)
_INSERT = query.statement(
    """
    insert into community.proxy (
        municipality_id, proxy_id, member_id, by_member_id, by_principal_id, relation, powers, until, given_at, given_by, consent,
        consent_note
    )
    values (
        db.municipality(), :proxy_id, :member_id, cast(:by_member_id as uuid), cast(:by_principal_id as uuid), :relation, :power,
        cast(:until as timestamptz), :now, :given_by, :consent, :consent_note
    )
    """
)
_SELECT = f"""
    select x.proxy_id, x.member_id, x.by_member_id, x.by_principal_id, x.relation, x.powers as power, x.until, x.given_at, x.given_by,
        x.consent, x.consent_note, coalesce(e.ended_at, case when not a.accepted then a.answered_at end, x.until) as ended_at, case
            when e.proxy_id is not null then 'ended'
            when not a.accepted then 'declined'
            when x.until <= :now or exists (
                select from community.erasure r
                where r.municipality_id = x.municipality_id and r.member_id in (x.member_id, x.by_member_id)
            ) then 'over'
            when x.by_principal_id is not null and not exists (
                select from community.principal p
                where p.municipality_id = x.municipality_id and p.principal_id = x.by_principal_id and {principals.STANDS}
            ) then 'over'
            when a.accepted then 'stands'
            else 'waiting'
        end as state
    from community.proxy x
    left join community.proxy_answer a on a.municipality_id = x.municipality_id and a.proxy_id = x.proxy_id
    left join community.proxy_end e on e.municipality_id = x.municipality_id and e.proxy_id = x.proxy_id
    where x.municipality_id = db.municipality()
"""  # noqa: S608 - a constant of this room
_BY_ID = query.statement(_SELECT + " and x.proxy_id = :proxy_id")
_OF_MEMBER = query.statement(_SELECT + " and x.member_id = :member_id order by x.given_at desc, x.proxy_id desc")
_OF_PERSON = query.statement(
    _SELECT
    + """ and (x.by_principal_id = :principal_id or x.by_member_id = cast(:member_id as uuid))
    order by x.given_at desc, x.proxy_id desc"""
)
_ACCEPTED = query.statement(
    """
    select x.by_member_id, x.by_principal_id, x.relation
    from community.proxy x
    join community.proxy_answer a on a.municipality_id = x.municipality_id and a.proxy_id = x.proxy_id and a.accepted
    where x.municipality_id = db.municipality() and x.member_id = :member_id order by x.given_at, x.proxy_id
    """
)
_ANSWER = query.statement(
    """
    insert into community.proxy_answer (municipality_id, proxy_id, accepted, answered_at, answered_by)
    values (db.municipality(), :proxy_id, :accepted, :now, :answered_by)
    """
)
_END = query.statement(
    """
    insert into community.proxy_end (municipality_id, proxy_id, ended_at, ended_by)
    values (db.municipality(), :proxy_id, :now, :ended_by)
    """
)
_CHOOSE = query.statement(
    """
    insert into community.session_acting (municipality_id, acting_id, session_id, proxy_id, chosen_at)
    values (db.municipality(), :acting_id, :session_id, cast(:proxy_id as uuid), :now)
    """
)
_CHOSEN = query.statement(
    """
    select proxy_id from community.session_acting where municipality_id = db.municipality() and session_id = :session_id
    order by acting_id desc limit 1
    """
)
_PRINCIPALS = query.statement(
    """
    select principal_id, member_id from community.principal
    where municipality_id = db.municipality() and role = 'member' and member_id = any (cast(:members as uuid[]))
    """
)


class NewProxy(msgspec.Struct, frozen=True, kw_only=True):
    """Who may do what for whom; one of `by_member_id` and `by_principal_id`. At the desk: how the member agreed, and to whom."""

    member_id: UUID
    by_member_id: UUID | None = None
    by_principal_id: UUID | None = None
    relation: str
    power: Power
    until: datetime | None = None
    consent: Consent
    consent_note: str | None = None


class Proxy(NewProxy, frozen=True, kw_only=True):
    """A permission as it stands."""

    proxy_id: UUID
    given_at: datetime
    given_by: UUID
    ended_at: datetime | None
    state: State

    @property
    def open(self) -> bool:
        """Whether it stands, or waits for an answer."""
        return self.state in {"waiting", "stands"}

    @property
    def last_day(self) -> date | None:
        """The last day on which it stands, in Japan; None until it is ended."""
        return days.local_date(self.until - timedelta(microseconds=1)) if self.until is not None else None

    def is_by(self, actor: Actor) -> bool:
        """Whether it is for the person behind the actor to use."""
        own = actor.self_id if actor.acting_for else actor.member_id
        return actor.principal_id == self.by_principal_id or (own is not None and own == self.by_member_id)


class Accepted(msgspec.Struct, frozen=True):
    """Who accepted to act for a member, and as what."""

    by_member_id: UUID | None
    by_principal_id: UUID | None
    relation: str


async def give(conn: AsyncConnection, new: NewProxy, *, given_by: UUID, now: datetime) -> UUID:
    """Keeps a permission, which waits for the other's answer; its id.

    Raises ProxyOfOneself, ProxyEndOutOfRange, TooManyProxies, ProxyGivenBefore, and what `text.clean` raises.
    """
    if new.member_id == new.by_member_id:
        raise proxy_refusals.ProxyOfOneself
    if new.until is not None and not now < new.until <= now + UNTIL_MAX:
        raise proxy_refusals.ProxyEndOutOfRange(days_max=UNTIL_MAX.days)
    await query.rows(conn, _LOCK, member_id=str(new.member_id))
    before = [each for each in await of_member(conn, new.member_id, now=now) if each.open]
    if len(before) >= PER_MEMBER_MAX:
        raise proxy_refusals.TooManyProxies(count_max=PER_MEMBER_MAX)
    same = next((each for each in before if new.by_member_id is not None and each.by_member_id == new.by_member_id), None)
    if same is not None:
        raise proxy_refusals.ProxyGivenBefore(proxy_id=same.proxy_id)
    note = text.clean("consent_note", new.consent_note) if new.consent_note is not None else None
    proxy_id = ids.new_id()
    told = msgspec.structs.asdict(new) | {"consent_note": note}
    await query.run(conn, _INSERT, proxy_id=proxy_id, given_by=given_by, now=now, **told)
    return proxy_id


async def find(conn: AsyncConnection, proxy_id: UUID, *, now: datetime) -> Proxy:
    """The permission. Raises UnknownProxy."""
    row = await query.one(conn, _BY_ID, proxy_id=proxy_id, now=now)
    if row is None:
        raise proxy_refusals.UnknownProxy(proxy_id=proxy_id)
    return _proxy(row)


async def locked(conn: AsyncConnection, proxy_id: UUID, *, now: datetime) -> Proxy:
    """The same, with nobody else changing it until the transaction ends. Raises UnknownProxy."""
    await query.rows(conn, _LOCK, member_id=str((await find(conn, proxy_id, now=now)).member_id))
    return await find(conn, proxy_id, now=now)


async def of_member(conn: AsyncConnection, member_id: UUID, *, now: datetime) -> list[Proxy]:
    """Who may, or might once, act for a member, the latest first."""
    return [_proxy(row) for row in await query.rows(conn, _OF_MEMBER, member_id=member_id, now=now)]


async def accepted(conn: AsyncConnection, member_id: UUID) -> list[Accepted]:
    """Who ever acted for a member, the first one first, whatever became of it."""
    rows = await query.rows(conn, _ACCEPTED, member_id=member_id)
    return [Accepted(row.by_member_id, row.by_principal_id, row.relation) for row in rows]


async def of_person(conn: AsyncConnection, principal_id: UUID, member_id: UUID | None, *, now: datetime) -> list[Proxy]:
    """For whom somebody may, or might once, act: by their principal, or by the member that they are. The latest first."""
    rows = await query.rows(conn, _OF_PERSON, principal_id=principal_id, member_id=member_id, now=now)
    return [_proxy(row) for row in rows]


async def answer(conn: AsyncConnection, proxy_id: UUID, accepted: bool, *, answered_by: UUID, now: datetime) -> None:
    """Keeps an answer; under the lock, after `locked` has said that it waits."""
    await query.run(conn, _ANSWER, proxy_id=proxy_id, accepted=accepted, answered_by=answered_by, now=now)


async def end(conn: AsyncConnection, proxy_id: UUID, *, ended_by: UUID, now: datetime) -> None:
    """Ends it; under the lock, after `locked` has said that it is open."""
    await query.run(conn, _END, proxy_id=proxy_id, ended_by=ended_by, now=now)


async def end_purses(conn: AsyncConnection, member_id: UUID, *, ended_by: UUID, now: datetime) -> None:
    """Ends what the member's own phone let that may spend, asked or accepted; what a desk wrote down stands."""
    await query.rows(conn, _LOCK, member_id=str(member_id))
    for each in await of_member(conn, member_id, now=now):
        if each.open and each.power == "spend" and each.consent == "own_phone":
            await end(conn, each.proxy_id, ended_by=ended_by, now=now)


async def choose(conn: AsyncConnection, session_id: UUID, proxy_id: UUID | None, *, now: datetime) -> None:
    """From now on the session acts by this permission, or for whoever is signed in."""
    await query.run(conn, _CHOOSE, acting_id=ids.new_id(), session_id=session_id, proxy_id=proxy_id, now=now)


async def chosen(conn: AsyncConnection, session: Session, standing: Sequence[Proxy]) -> Proxy | None:
    """By which of the permissions that stand a session acts; None where it acts for whoever is signed in."""
    if not standing:
        return None
    row = await query.one(conn, _CHOSEN, session_id=session.session_id)
    return next((each for each in standing if row is not None and each.proxy_id == row.proxy_id), None)


async def principals_of(conn: AsyncConnection, members_: Sequence[UUID]) -> dict[UUID, UUID]:
    """As whom these members act: from principal to member."""
    rows = await query.rows(conn, _PRINCIPALS, members=list(members_))
    return {row.principal_id: row.member_id for row in rows}


def acting(session: Session, by: Proxy, name: str) -> Session:
    """The session as it acts for the member called `name`."""
    own = session.actor
    actor = msgspec.structs.replace(own, member_id=by.member_id, acting_for=by.member_id, self_id=own.member_id, power=by.power)
    told = Acting(proxy_id=by.proxy_id, member_id=by.member_id, name=name, relation=by.relation, power=by.power)
    return msgspec.structs.replace(session, actor=actor, acting=told, may_act=True)


def _proxy(row: Row[Any]) -> Proxy:
    return msgspec.convert(row, Proxy, from_attributes=True)
