"""A member leaves (退会), and who they were is erased; what was booked and proven stays under the number.

Done by an officer, at the member's wish or after their death. First everything that is open with others has come to an end: wallets
are empty, nothing is held, claimed, agreed or undecided. What is left in a wallet is given or claimed beforehand by the ordinary ways,
so that every point has an entry that says where it went. Then the accounts are closed, and with the key goes all that it opened.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import bookings, locks, needs, offers
from community import erasing, members, person_refusals
from community.actor import Actor
from community.erasing import Because, Ended, Erasure
from community.members import Member, Person
from flows import erasure_facts
from flows.erasure_facts import Obstacle, Open, Stays
from ledger import accounts
from qr import store

CARD_REASON = "退会"


class Prospect(msgspec.Struct, frozen=True, kw_only=True):
    """A member before an erasure: what stands against it, what it takes back, what stays; or that it was done."""

    member: Member
    person: Person
    obstacles: list[Obstacle]
    ends: Open
    stays: Stays
    erased: Erasure | None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to be erased and why; `number` is typed by the officer as the member's, once more."""

    member_id: UUID
    number: int
    because: Because


async def look(conn: AsyncConnection, member_id: UUID, *, now: datetime) -> Prospect:
    """What an erasure would do. Raises UnknownMember."""
    return Prospect(
        member=await members.find(conn, member_id),
        person=await members.person_of(conn, member_id),
        obstacles=await erasure_facts.obstacles(conn, member_id),
        ends=await erasure_facts.open_things(conn, member_id, now),
        stays=await erasure_facts.stays(conn, member_id),
        erased=(await erasing.find_many(conn, [member_id])).get(member_id),
    )


async def erase(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime) -> Ended:
    """Erases a member for good.

    Raises UnknownMember, MemberErased, ErasureOfOneself, ErasureNotConfirmed, ErasureNotYet.
    """
    if actor.member_id == asked.member_id:
        raise person_refusals.ErasureOfOneself(member_id=asked.member_id)
    if (await members.find(conn, asked.member_id)).number != asked.number:
        raise person_refusals.ErasureNotConfirmed(member_id=asked.member_id)
    await erasing.lock(conn, asked.member_id)
    stands = tuple(dict.fromkeys(each.what for each in await erasure_facts.obstacles(conn, asked.member_id)))
    if stands:
        raise person_refusals.ErasureNotYet(member_id=asked.member_id, stands=stands)
    await _take_back(conn, asked.member_id, actor, now)
    for account_id in await erasure_facts.accounts(conn, asked.member_id):
        await accounts.close(conn, account_id, actor.principal_id, now=now)
    return await erasing.erase(conn, asked.member_id, asked.because, erased_by=actor.principal_id, now=now)


async def _take_back(conn: AsyncConnection, member_id: UUID, actor: Actor, now: datetime) -> None:
    """Needs, offers, places of days to come, cards."""
    ends, by = await erasure_facts.open_things(conn, member_id, now), actor.principal_id
    await locks.slots(conn, [slot_id for _, slot_id in ends.places])
    for booking_id, _ in ends.places:
        await bookings.cancel(conn, booking_id, cancelled_by=by, now=now)
    for need_id in ends.needs:
        await locks.need(conn, need_id)
        await needs.end(conn, need_id, "withdrawn", ended_by=by, now=now)
    for offer_id in ends.offers:
        await offers.end(conn, offer_id, ended_by=by, now=now)
    for card in await store.of_subject(conn, "card", member_id):
        if card.revoked_at is None:
            await store.revoke(conn, card.credential_id, reason=CARD_REASON, revoked_by=by, now=now)
