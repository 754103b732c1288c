"""A coordinator proposes, both sides accept or decline freely. Declining and cancelling cost nothing.

When the second side accepts, what the help may cost at most is held on the wallet that pays; if it cannot pay, nothing is accepted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import locks, matches, needs, scans
from activities.matches import Answer, Match, NewMatch, Side
from activities.refusals import (
    AnsweredOtherwise,
    HelpHasBegun,
    MatchNotOpen,
    NeedNotOpen,
    TimesOutOfRange,
    UnknownMatch,
    UnknownNeed,
)
from community import members, principals
from community.actor import Actor
from community.proxy_refusals import SelfDealing
from flows import in_area, reach
from kernel import ids
from ledger import accounts, holds

HOLD_AFTER = timedelta(days=14)  # after the latest end: time for a helper without a phone to report


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """Who might help. What is not told is as the need says; the most minutes are those planned and half as many again."""

    need_id: UUID
    helper_id: UUID
    starts_at: datetime | None = None
    minutes_planned: int | None = None
    minutes_max: int | None = None


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """The match as proposed. `own_organisation`: the helper acts for the coordinator's own organisation, which everybody may know."""

    match: Match
    own_organisation: bool


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The match after an answer or its cancelling, and what is held for it now, in minor units of its unit."""

    match: Match
    state: matches.State
    held: int


async def propose(conn: AsyncConnection, asked: Proposal, *, actor: Actor, now: datetime) -> Proposed:
    """Proposes a match for an open need; nobody proposes themselves as the helper. The roles that may are the door's to check.

    Raises SelfConfirmation, UnknownNeed, NeedNotOpen, UnknownMember, HelpingOneself, LimitBelowPlan, TimesOutOfRange.
    """
    reach.not_oneself(asked.helper_id, actor)
    need = await needs.find(conn, asked.need_id)
    if not await in_area.lives(conn, [need.member_id], actor):
        raise UnknownNeed(need_id=asked.need_id)
    if need.state != "open":
        raise NeedNotOpen(need_id=need.need_id, state=need.state)
    await members.find(conn, asked.helper_id)
    await in_area.check_member(conn, asked.helper_id, actor)
    new = _drafted(need, asked)
    earliest, latest = now - needs.BEHIND_MAX, now + needs.AHEAD_MAX
    if not earliest <= new.starts_at <= latest or not 1 <= new.minutes_planned <= needs.MINUTES_MAX >= new.minutes_max:
        raise TimesOutOfRange(earliest=earliest, latest=latest, minutes_max=needs.MINUTES_MAX)
    await matches.propose(conn, new, proposed_by=actor.principal_id, now=now)
    own = actor.organisation_id is not None and bool(await principals.members_of(conn, actor.organisation_id, [asked.helper_id]))
    return Proposed(match=await matches.find(conn, new.match_id), own_organisation=own)


async def answer(conn: AsyncConnection, match_id: UUID, side: Side, told: Answer, *, actor: Actor, now: datetime) -> Answered:
    """Accepts or declines for a side: one's own, or as told to a coordinator who is neither. The same answer again changes nothing.

    Raises UnknownMatch, SelfConfirmation, SelfDealing, AnsweredOtherwise, MatchNotOpen, NeedNotOpen (met by another match),
    InsufficientBalance.
    """
    match = await _of_side(conn, match_id, side, actor)
    await locks.need(conn, match.need_id)
    await locks.match(conn, match_id)
    match = await matches.find(conn, match_id)
    before = match.answer_of(side)
    if before == told:
        return await _answered(conn, match_id, now)
    if before is not None:
        raise AnsweredOtherwise(match_id=match_id, side=side, answer=before)
    if match.state != "proposed":
        raise MatchNotOpen(match_id=match_id, state=match.state)
    if told == "accept":
        need = await needs.find(conn, match.need_id)
        if need.state != "open":
            raise NeedNotOpen(need_id=need.need_id, state=need.state)
    await matches.answer(conn, match_id, side, told, answered_by=actor.principal_id, now=now)
    match = await matches.find(conn, match_id)
    if match.state == "accepted":
        await _hold(conn, match, actor, now)
    return await _answered(conn, match_id, now)


async def cancel(conn: AsyncConnection, match_id: UUID, *, actor: Actor, now: datetime) -> Answered:
    """Either side, or a coordinator, calls a match off: what was held is free again.

    Once somebody has come to help, that is a coordinator's to say: what was promised for it stays held.
    Raises UnknownMatch, MatchNotOpen, HelpHasBegun.
    """
    await reach.match(conn, match_id, actor)
    await locks.match(conn, match_id)
    match = await matches.find(conn, match_id)
    if match.state not in ("proposed", "accepted"):
        raise MatchNotOpen(match_id=match_id, state=match.state)
    sided = actor.role not in reach.TOWN_ROLES or actor.member_id in (match.helper_id, match.receiver_id)
    if sided and await scans.of_match(conn, match_id):
        raise HelpHasBegun(match_id=match_id)
    await matches.end(conn, match_id, "cancelled", ended_by=actor.principal_id, now=now)
    await release(conn, match_id, actor, now)
    return await _answered(conn, match_id, now)


async def release(conn: AsyncConnection, match_id: UUID, actor: Actor, now: datetime) -> None:
    """Frees what is held for a match, if anything is."""
    hold = await holds.of_cause(conn, "match", match_id)
    if hold is not None and hold.reserves(now):
        await holds.release(conn, hold.hold_id, actor=actor.principal_id, now=now)


async def payer_account(conn: AsyncConnection, match: Match) -> int:
    """The account that pays for the help: the receiver's wallet or the community pot."""
    if match.payer == "pot":
        return await accounts.ensure(conn, "pot", match.pay_unit_id)
    return await accounts.ensure(conn, "wallet", match.pay_unit_id, match.receiver_id)


def _drafted(need: needs.Need, asked: Proposal) -> NewMatch:
    planned = asked.minutes_planned if asked.minutes_planned is not None else need.minutes
    longest = asked.minutes_max if asked.minutes_max is not None else needs.longest(planned)
    return NewMatch(
        match_id=ids.new_id(),
        need_id=need.need_id,
        receiver_id=need.member_id,
        helper_id=asked.helper_id,
        starts_at=asked.starts_at or need.starts_at,
        minutes_planned=planned,
        minutes_max=longest,
        payer=need.payer,
        pay_unit_id=need.pay_unit_id,
        pay_per_hour=need.pay_per_hour,
    )


async def _of_side(conn: AsyncConnection, match_id: UUID, side: Side, actor: Actor) -> Match:
    match = await reach.match(conn, match_id, actor)
    own, other = (match.helper_id, match.receiver_id) if side == "helper" else (match.receiver_id, match.helper_id)
    if actor.role not in reach.TOWN_ROLES and actor.member_id != own:
        raise UnknownMatch(match_id=match_id)
    reach.not_oneself(other, actor)  # who is one side does not speak for both
    if actor.acting_for is not None:
        answered = await matches.answered_by(conn, match_id, "receiver" if side == "helper" else "helper")
        if actor.self_id == other or (answered is not None and await principals.same_person(conn, answered, actor.principal_id)):
            raise SelfDealing
    return match


async def _hold(conn: AsyncConnection, match: Match, actor: Actor, now: datetime) -> None:
    amount = match.pay_for(match.minutes_max)
    if amount == 0:
        return
    draft = holds.HoldDraft(
        hold_id=ids.new_id(),
        account_id=await payer_account(conn, match),
        amount=amount,
        expires_at=max(match.longest.ends_at, now) + HOLD_AFTER,
        cause_kind="match",
        cause_id=match.match_id,
        actor=actor.principal_id,
    )
    await holds.place(conn, draft, now=now)


async def _answered(conn: AsyncConnection, match_id: UUID, now: datetime) -> Answered:
    match = await matches.find(conn, match_id)
    hold = await holds.of_cause(conn, "match", match_id)
    held = hold.amount if hold is not None and hold.reserves(now) else 0
    return Answered(match=match, state=match.state, held=held)
