"""Codes that one's own phone shows: a member's card, and what pays once. Drawn again as often as wanted, and kept nowhere.

Each is made of the secret of the phone's session, which the phone alone holds: the same phone shows the same code, and the service
keeps, as of every code, its fingerprint.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from community.refusals import UnknownMember
from kernel import ids
from qr import refusals, store, tokens
from qr.store import Credential
from wallets import locks, pay_codes
from wallets.pay_codes import IssuedPayCode
from wallets.refusals import UnknownPayCode


def card_of(secret: str) -> tokens.CardToken:
    """The card of the phone whose session has this secret. Pure."""
    return tokens.new_card(_drawn(secret, "card"))


def pay_chance(secret: str, wish: UUID) -> bytes:
    """The chance of the pay code that a wish gets: the same again for the same wish. Pure."""
    return _drawn(secret, f"pay {wish}")


async def card(conn: AsyncConnection, token: tokens.CardToken, *, actor: Actor, now: datetime) -> Credential | None:
    """The phone's card, if it was issued to the member and counts."""
    try:
        found = await store.card(conn, token, at=now)
    except (refusals.UnknownCard, refusals.CardRevoked):
        return None
    return found if found.subject == actor.member_id else None


async def issue_card(conn: AsyncConnection, token: tokens.CardToken, *, actor: Actor, now: datetime) -> Credential:
    """Makes the phone a card of its member's; once. Raises UnknownMember, CardRevoked (for good, on this sign-in)."""
    if actor.member_id is None:
        raise UnknownMember(member_id=actor.principal_id)
    await locks.take(conn, "phone_card", actor.member_id)
    try:
        return await store.card(conn, token, at=now)
    except refusals.UnknownCard:
        return await store.issue(
            conn, token, credential_id=ids.new_id(), subject=actor.member_id, issued_by=actor.principal_id, now=now
        )


async def pay_code(conn: AsyncConnection, token: tokens.PayCode, *, actor: Actor) -> IssuedPayCode:
    """The pay code as it stands. Raises UnknownPayCode, also for another's."""
    found = await pay_codes.find(conn, tokens.fingerprint(token))
    if found is None or found.member_id != actor.member_id:
        raise UnknownPayCode
    return found


def _drawn(secret: str, what: str) -> bytes:
    return hmac.digest(secret.encode(), f"yui {what}".encode(), "sha256")[: tokens.SECRET_BYTES]
