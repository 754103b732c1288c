"""Codes that one's own phone shows: a member's card, and what pays once. Drawn again as often as wanted, and kept nowhere.

Each is made of the secret of the phone's session, which the phone alone holds: the same phone shows the same code, and the service
keeps, as of every code, its fingerprint. A phone's card has the id of the session, and counts as long as that lasts: where the phone is
signed out, from wherever, its card is out of use.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from community import session_ends
from community.actor import Actor
from community.refusals import UnknownMember
from community.sessions import Session
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


async def found(conn: AsyncConnection, token: tokens.CardToken, *, at: datetime) -> Credential:
    """The card, paper's or phone's, if it counted at the instant `at`. Raises UnknownCard, CardRevoked."""
    card = await store.card(conn, token, at=at)
    over_at = await session_ends.over_at(conn, card.credential_id)
    if over_at is not None and at >= over_at:
        raise refusals.CardRevoked(revoked_at=over_at)
    return card


async def cards_of(conn: AsyncConnection, member_id: UUID, *, now: datetime) -> list[Credential]:
    """The cards of a member that count now, paper's and phones'."""
    issued = [each for each in await store.of_subject(conn, "card", member_id) if each.counts_at(now)]
    over_at = {each.credential_id: await session_ends.over_at(conn, each.credential_id) for each in issued}
    return [each for each in issued if (over_at[each.credential_id] or now + timedelta(1)) > now]


async def issue_card(conn: AsyncConnection, session: Session, token: tokens.CardToken, *, now: datetime) -> Credential:
    """Makes the phone a card of its member's; once. Raises UnknownMember, CardRevoked (until the next sign-in)."""
    actor = session.actor
    if actor.member_id is None:
        raise UnknownMember(member_id=actor.principal_id)
    await locks.take(conn, "phone_card", session.session_id)
    try:
        return await found(conn, token, at=now)
    except refusals.UnknownCard:
        return await store.issue(
            conn, token, credential_id=session.session_id, subject=actor.member_id, issued_by=actor.principal_id, now=now
        )


async def pay_code(conn: AsyncConnection, token: tokens.PayCode, *, actor: Actor) -> IssuedPayCode:
    """The pay code as it stands. Raises UnknownPayCode, also for another's."""
    code = await pay_codes.find(conn, tokens.fingerprint(token))
    if code is None or code.member_id != actor.member_id:
        raise UnknownPayCode
    return code


def _drawn(secret: str, what: str) -> bytes:
    return hmac.digest(secret.encode(), f"yui {what}".encode(), "sha256")[: tokens.SECRET_BYTES]
