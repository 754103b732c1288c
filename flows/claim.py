"""A claim for conversion: made, answered, refused, withdrawn. Booked it is by a batch (`flows.claim_batch`).

The edition in force on the day of the claim decides, on the facts of that day. What it takes is reserved lot by lot, so that nobody
spends it a second time. What the rule does not pay is refused with its reasons, and nothing is stored; what it cannot decide, because
something about the claimant is not known, is kept as asked, and decided (`resume`) when it is. One claim of a scheme at a time: limits
are counted under its lock.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import organisations
from community.actor import Actor
from flows import claim_deciding, claimants, words
from kernel import days, ids, text
from ledger import holds, load
from rules import edition_store, forms
from rules.edition_store import InForce
from rules.payout import Payout
from rules.vocabulary.conversion import Exchange
from wallets import claim_refusals, claims, holders, locks, notices
from wallets.claims import Choice, NewClaim, Standing


class Applying(msgspec.Struct, frozen=True, kw_only=True):
    """What is claimed of a scheme for `holder`, a member or a group: at most `amount` points (None: all that can be).

    `form` None is the one that was chosen before, or the only one. `deductions` are other subsidies received, told by an officer.
    """

    scheme: str
    holder: UUID
    amount: int | None = None
    form: str | None = None
    directed_to: UUID | None = None
    deductions: dict[str, int] = {}


class Refusing(msgspec.Struct, frozen=True, kw_only=True):
    """Which claim is refused, and why."""

    claim_id: UUID
    reason: str


class Resuming(msgspec.Struct, frozen=True, kw_only=True):
    """Which asked claim is decided now that more is known, and what is taken off the limits."""

    claim_id: UUID
    deductions: dict[str, int] = {}


class Choosing(msgspec.Struct, frozen=True, kw_only=True):
    """In which form `holder` wants to be paid by a scheme from now on."""

    scheme: str
    holder: UUID
    form: str
    directed_to: UUID | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as it stands, and in sentences, by language, what it becomes or what it waits for."""

    claim: Standing
    explanation: dict[str, list[str]]


async def apply(conn: AsyncConnection, asked: Applying, *, actor: Actor, now: datetime) -> Told:
    """Claims. A member for themselves, a treasurer for their group, an officer for anybody, on record.

    Raises UnknownScheme, UnknownMember, UnknownOrganisation, NoEditionThen, DeductionsNeedOfficer, UnitNotSuited (hours), UnknownUnit
    (the edition pays in a unit that the town has not), ClaimPaysNothing with the reasons.
    """
    if asked.deductions and actor.role != "officer":
        raise claim_refusals.DeductionsNeedOfficer
    ruled_by = await claim_deciding.ruled_by(conn, asked.scheme, now)
    acting_for = await claimants.acting_for(conn, asked.holder, ruled_by.edition.holder, actor)
    if asked.directed_to is not None:
        await holders.check_no_own_gain(conn, asked.directed_to, actor)
    new = NewClaim(
        claim_id=ids.new_id(),
        scheme_id=ruled_by.scheme.scheme_id,
        holder=asked.holder,
        claimed_on=days.local_date(now),
        amount=asked.amount,
        form=asked.form,
        directed_to=await _recipient(conn, asked.directed_to),
        deductions=asked.deductions,
        claimed_at=now,
        claimed_by=actor.principal_id,
        acting_for=acting_for,
    )
    facts, payout = await claim_deciding.decided(conn, ruled_by, new, now)
    if payout.outcome == "nothing":
        raise claim_refusals.ClaimPaysNothing(
            scheme=asked.scheme,
            reason=payout.reason,
            trace=payout.trace,
            explanation=await words.of_payout(conn, ruled_by, payout),
        )
    missing = payout.trace if payout.outcome == "ask" else None
    await claims.keep(conn, msgspec.structs.replace(new, missing=missing))
    if payout.outcome == "paid":
        await claim_deciding.keep(conn, ruled_by, facts, payout, actor=actor, now=now)
    return await _told(conn, ruled_by, new.claim_id, payout)


async def resume(conn: AsyncConnection, asked: Resuming, *, actor: Actor, now: datetime) -> Told:
    """Decides an asked claim, as of the day on which it was made, now that more is known; it may turn out to pay nothing.

    Raises UnknownClaim, ClaimNotOpen, ClaimStillAsks (nothing is stored), NoEditionThen, UnknownUnit.
    """
    found = await _locked(conn, asked.claim_id)
    if found.status != "asked":
        raise claim_refusals.ClaimNotOpen(claim_id=found.claim_id, state=found.status)
    ruled_by = await claim_deciding.in_force(conn, found.scheme, found.claimed_on)
    again = NewClaim(
        claim_id=found.claim_id,
        scheme_id=found.scheme_id,
        holder=found.holder,
        claimed_on=found.claimed_on,
        amount=found.amount_asked,
        form=found.form_asked,
        directed_to=found.directed_to,
        deductions=found.deductions | asked.deductions,
        claimed_at=found.claimed_at,
        claimed_by=found.claimed_by,
        acting_for=found.acting_for,
    )
    facts, payout = await claim_deciding.decided(conn, ruled_by, again, now)
    if payout.outcome == "ask":
        told = await words.of_payout(conn, ruled_by, payout)
        raise claim_refusals.ClaimStillAsks(claim_id=found.claim_id, trace=payout.trace, explanation=told)
    await claim_deciding.keep(conn, ruled_by, facts, payout, actor=actor, now=now)
    return await _told(conn, ruled_by, found.claim_id, payout)


async def refuse(conn: AsyncConnection, asked: Refusing, *, actor: Actor, now: datetime) -> Standing:
    """An officer refuses a claim before it is booked, with a reason that the claimant is told; what it reserved is free again.

    Raises UnknownClaim, ClaimNotOpen.
    """
    reason = text.clean("reason", asked.reason)
    found = await _ended(conn, asked.claim_id, "refused", reason, actor=actor, now=now)
    await notices.tell(conn, [notices.of_claim(found, reason)], told_by=actor.principal_id, now=now)
    return found


async def withdraw(conn: AsyncConnection, claim_id: UUID, *, actor: Actor, now: datetime) -> Standing:
    """The claimant withdraws a claim before it is booked, or an officer for them. Raises UnknownClaim, ClaimNotOpen."""
    found = await claims.get(conn, claim_id)
    if not claimants.reaches(found.holder, actor):
        raise claim_refusals.UnknownClaim(claim_id=claim_id)
    return await _ended(conn, claim_id, "withdrawn", None, actor=actor, now=now)


async def choose(conn: AsyncConnection, asked: Choosing, *, actor: Actor, now: datetime) -> Choice:
    """Remembers in which form somebody wants to be paid: used by each claim that names none.

    Raises UnknownScheme, NoEditionThen, PayoutFormNotOffered, UnknownMember, UnknownOrganisation.
    """
    ruled_by = await claim_deciding.ruled_by(conn, asked.scheme, now)
    await claimants.acting_for(conn, asked.holder, ruled_by.edition.holder, actor)
    exchange = ruled_by.edition.conversion
    offered = tuple(forms.key(form) for form in exchange.forms) if isinstance(exchange, Exchange) else ()
    if asked.form not in offered:
        raise claim_refusals.PayoutFormNotOffered(form=asked.form, offered=offered)
    choice = Choice(
        choice_id=ids.new_id(),
        holder=asked.holder,
        scheme_id=ruled_by.scheme.scheme_id,
        form=asked.form,
        directed_to=await _recipient(conn, asked.directed_to),
        chosen_at=now,
        chosen_by=actor.principal_id,
    )
    await claims.choose(conn, choice)
    return choice


async def _recipient(conn: AsyncConnection, organisation_id: UUID | None) -> UUID | None:
    """The organisation for which a payout is meant. Raises UnknownOrganisation."""
    return None if organisation_id is None else (await organisations.find(conn, organisation_id)).organisation_id


async def _locked(conn: AsyncConnection, claim_id: UUID) -> Standing:
    """The claim, read under the lock of its scheme. Raises UnknownClaim."""
    found = await claims.get(conn, claim_id)
    await locks.take(conn, "claims", found.scheme_id)
    await edition_store.hold_law(conn)
    return await claims.get(conn, claim_id)


async def _ended(conn: AsyncConnection, claim_id: UUID, how: str, reason: str | None, *, actor: Actor, now: datetime) -> Standing:
    """Ends an asked or open claim, and sets free what it reserved."""
    found = await _locked(conn, claim_id)
    if found.status not in ("asked", "open"):
        raise claim_refusals.ClaimNotOpen(claim_id=claim_id, state=found.status)
    hold = await holds.find(conn, found.hold_id) if found.hold_id is not None else None
    if hold is not None and hold.reserves(now):
        await holds.release(conn, hold.hold_id, actor=actor.principal_id, now=now)
    elif hold is not None:
        await load.lock_one(conn, hold.account_id, now)  # writes down that the hold has run out
    await claims.end(conn, claim_id, how, reason, ended_by=actor.principal_id, now=now)
    return await claims.get(conn, claim_id)


async def _told(conn: AsyncConnection, ruled_by: InForce, claim_id: UUID, payout: Payout) -> Told:
    return Told(claim=await claims.get(conn, claim_id), explanation=await words.of_payout(conn, ruled_by, payout))
