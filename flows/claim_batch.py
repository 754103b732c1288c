"""Claims are booked in batches: one person makes the list, another approves it, and what was claimed becomes what is owed.

Each claim is one entry: its points leave the wallet for the exchange account (a remainder that is lost lapses), and the exchange
account of what they become owes it to the payee. What is owed is paid by a settlement like everything else, so that there is one
payment list. A claim that was refused or withdrawn after the list was made is left out; the others are booked all, or none is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import principals
from community.actor import Actor
from flows import words
from kernel import days, ids
from ledger import accounts, holds, posting, units
from ledger.draft import DRAFTS_MAX, Confirm, Draft, Exactly, Line
from rules import edition_store
from wallets import claim_batches, claim_refusals, claims, holders, locks, redemptions, refusals
from wallets.claim_batches import Batch, Booking, NewBatch
from wallets.claims import Reserved, Standing
from wallets.redemptions import Redemption


class Proposing(msgspec.Struct, frozen=True, kw_only=True):
    """A batch of the open claims of a scheme that are payable by a day."""

    scheme: str
    payable_by: date


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets what: a claim of a list, and the same in sentences, by language."""

    claim: Standing
    explanation: dict[str, list[str]]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A list of claims, with what they take in points and what they become, by unit. `batch` is None where nothing was kept."""

    batch: Batch | None
    items: list[Item]
    points: int
    value: dict[str, int]


async def preview(conn: AsyncConnection, asked: Proposing, *, now: datetime) -> Listed:
    """Who would get what. Writes nothing. Raises UnknownScheme."""
    scheme = await edition_store.scheme_by_code(conn, asked.scheme)
    return await _listed(conn, None, await claim_batches.payable(conn, scheme.scheme_id, asked.payable_by, now=now))


async def propose(conn: AsyncConnection, asked: Proposing, *, actor: Actor, now: datetime) -> Listed:
    """Makes the list, which stands from then on. Raises UnknownScheme, NothingToApprove."""
    scheme = await edition_store.scheme_by_code(conn, asked.scheme)
    await locks.take(conn, "claims", scheme.scheme_id)
    found = await claim_batches.payable(conn, scheme.scheme_id, asked.payable_by, now=now)
    if not found:
        raise claim_refusals.NothingToApprove(scheme=asked.scheme, payable_by=asked.payable_by)
    batch = NewBatch(
        batch_id=ids.new_id(),
        scheme_id=scheme.scheme_id,
        payable_by=asked.payable_by,
        claims=tuple(each.claim_id for each in found),
    )
    await claim_batches.add(conn, batch, made_by=actor.principal_id, now=now)
    return await _listed(conn, await claim_batches.get(conn, batch.batch_id), found)


async def read(conn: AsyncConnection, batch_id: UUID) -> Listed:
    """A batch with its claims as they stand now. Raises UnknownClaimBatch."""
    return await _listed(conn, await claim_batches.get(conn, batch_id), await claim_batches.items_of(conn, batch_id))


async def approve(conn: AsyncConnection, batch_id: UUID, *, actor: Actor, now: datetime) -> Listed:
    """Another person approves, on the day from which the list is payable or later, and every claim that still stands is booked.

    Raises UnknownClaimBatch, ClaimBatchApproved, SamePerson (who made the list, made a claim in it, or would be paid by it),
    DayNotReached, NothingToApprove (none stands), UntracedAmount.
    """
    batch = await claim_batches.get(conn, batch_id)
    await locks.take(conn, "claims", batch.scheme_id)
    batch = await claim_batches.get(conn, batch_id)
    if batch.approved_at is not None:
        raise claim_refusals.ClaimBatchApproved(batch_id=batch_id)
    await holders.check_other_person(conn, batch.made_by, actor)
    if days.local_date(now) < batch.payable_by:
        raise refusals.DayNotReached(day=batch.payable_by, today=days.local_date(now))
    standing = [each for each in await claim_batches.items_of(conn, batch_id) if each.status == "open"]
    if not standing:
        raise claim_refusals.NothingToApprove(scheme=batch.scheme, payable_by=batch.payable_by)
    await _check_not_own(conn, standing, actor)
    await claim_batches.approve(conn, batch_id, approved_by=actor.principal_id, now=now)
    for start in range(0, len(standing), DRAFTS_MAX):
        await _book(conn, batch_id, standing[start : start + DRAFTS_MAX], actor, now)
    return await read(conn, batch_id)


async def _check_not_own(conn: AsyncConnection, standing: Sequence[Standing], actor: Actor) -> None:
    """Nobody approves a claim that they made or that is their own: not the person, under whatever principal."""
    approver = await principals.find(conn, actor.principal_id)
    own = {actor.member_id, approver.member_id} - {None}
    if any(each.claimed_by == actor.principal_id or each.holder in own for each in standing):
        raise refusals.SamePerson


async def _book(conn: AsyncConnection, batch_id: UUID, found: Sequence[Standing], actor: Actor, now: datetime) -> None:
    standing = [claims.reserved(claim) for claim in found]
    books = await _accounts(conn, standing)
    await locks.accounts(conn, sorted(set(books.values())))
    lots = await holds.lots_of(conn, [each.hold_id for each in standing])
    drafts = [_draft(each, _lines(each, books, Exactly(lots[each.hold_id])), actor, now) for each in standing]
    await posting.post_all(conn, drafts, now=now)
    spent = [_redemption(each, draft, actor, now) for each, draft in zip(standing, drafts, strict=True)]
    await redemptions.record_many(conn, spent)
    booked = [
        Booking(each.claim.claim_id, redemption.entry_id, redemption.redemption_id)
        for each, redemption in zip(standing, spent, strict=True)
    ]
    await claim_batches.book(conn, batch_id, booked)


_Account = tuple[str, int, UUID | None]


def _needed(each: Reserved) -> list[_Account]:
    """The accounts that booking a claim touches: kind, unit and holder, in the order of its lines."""
    claim = each.claim
    needed: list[_Account] = [("wallet", each.unit_id, claim.holder), ("exchange", each.unit_id, None)]
    if each.payout.lost:
        needed.append(("lapsed", each.unit_id, None))
    if claim.payee is not None and claim.value_unit_id is not None:
        needed += [("exchange", claim.value_unit_id, None), ("payable", claim.value_unit_id, claim.payee)]
    return needed


async def _accounts(conn: AsyncConnection, standing: Sequence[Reserved]) -> dict[_Account, int]:
    needed = sorted({account for each in standing for account in _needed(each)}, key=str)
    openings = [accounts.Opening(unit_id, kind, holder) for kind, unit_id, holder in needed]
    return dict(zip(needed, await accounts.open_many(conn, openings), strict=True))


def _lines(each: Reserved, books: dict[_Account, int], lots: Exactly) -> tuple[Line, ...]:
    wallet, taken_in, *rest = (books[account] for account in _needed(each))
    payout = each.payout
    lines = [Line(wallet, -payout.points, lots)]
    if payout.points > payout.lost:
        lines.append(Line(taken_in, payout.points - payout.lost))
    if payout.lost:
        lines.append(Line(rest.pop(0), payout.lost))
    if rest:
        given_out, payable = rest
        lines += [Line(given_out, -payout.value), Line(payable, payout.value)]
    return tuple(lines)


def _draft(each: Reserved, lines: tuple[Line, ...], actor: Actor, now: datetime) -> Draft:
    return Draft(
        entry_id=ids.new_id(),
        kind="conversion",
        occurred_at=now,
        booked_on=days.local_date(now),
        cause_kind="claim",
        cause_id=each.claim.claim_id,
        lines=lines,
        actor=actor.principal_id,
        acting_for=each.claim.holder,
        confirms=Confirm(each.hold_id, each.payout.points),
    )


def _redemption(each: Reserved, draft: Draft, actor: Actor, now: datetime) -> Redemption:
    holder, payee = each.claim.holder, each.claim.payee
    return Redemption(
        redemption_id=ids.new_id(),
        kind="conversion",
        holder=holder,
        unit_id=each.unit_id,
        amount=each.payout.points,
        entry_id=draft.entry_id,
        counterparty=payee if payee != holder else None,
        redeemed_at=now,
        actor=actor.principal_id,
        acting_for=holder,
    )


async def _listed(conn: AsyncConnection, batch: Batch | None, found: Sequence[Standing]) -> Listed:
    known = await units.all_units(conn)
    standing = [claims.reserved(claim) for claim in found]
    names = {edition: await words.names_of(conn, edition) for edition in {claim.edition_id for claim in found}}
    value: dict[str, int] = {}
    for each in standing:
        value[each.payout.unit] = value.get(each.payout.unit, 0) + each.payout.value
    return Listed(
        batch=batch,
        items=[
            Item(claim=each.claim, explanation=words.payout_in(known, each.unit_id, each.payout, names[each.claim.edition_id]))
            for each in standing
        ],
        points=sum(each.payout.points for each in standing),
        value=value,
    )
