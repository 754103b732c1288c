"""Cards and posters: shown once, taken out of use for good. Who loses a card keeps wallet and history: only the paper changes."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import members
from community.actor import Actor
from flows import in_area, reach
from kernel import ids
from qr import store, tokens
from qr.refusals import UnknownCredential


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A new card or poster. `text` is its token, told this once: it is printed and kept nowhere."""

    credential_id: UUID
    subject: UUID
    kind: tokens.Kind
    text: str
    issued_at: datetime


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """Whose card is lost, and what is known of it."""

    member_id: UUID
    reason: str


async def issue(conn: AsyncConnection, member_id: UUID, *, actor: Actor, now: datetime) -> Issued:
    """A card for a member: one's own first card, or anybody's by an officer or coordinator. Raises UnknownMember."""
    await reach.member(conn, member_id, actor)
    await members.find(conn, member_id)
    token = tokens.new_card(secrets.token_bytes(tokens.SECRET_BYTES))
    return await _kept(conn, token, tokens.Kind.CARD, member_id, actor, now)


async def revoke(conn: AsyncConnection, credential_id: UUID, reason: str, *, actor: Actor, now: datetime) -> None:
    """Takes a card or a poster out of use. Raises UnknownCredential, AlreadyRevoked, and what `text.clean` raises."""
    found = await store.find(conn, credential_id)
    own = found.kind == "card" and actor.member_id == found.subject
    if not own and (actor.role not in reach.TOWN_ROLES or not await in_area.lives(conn, [found.subject], actor)):
        raise UnknownCredential(credential_id=credential_id)
    await store.revoke(conn, credential_id, reason=reason, revoked_by=actor.principal_id, now=now)


async def reissue(conn: AsyncConnection, asked: Lost, *, actor: Actor, now: datetime) -> Issued:
    """Revokes every card of a member and issues a new one. Raises UnknownMember, and what `text.clean` raises."""
    await reach.member(conn, asked.member_id, actor)
    await members.find(conn, asked.member_id)
    for card in await store.of_subject(conn, "card", asked.member_id):
        if card.revoked_at is None:
            await store.revoke(conn, card.credential_id, reason=asked.reason, revoked_by=actor.principal_id, now=now)
    return await issue(conn, asked.member_id, actor=actor, now=now)


async def issue_poster(conn: AsyncConnection, activity_id: UUID, *, actor: Actor, now: datetime) -> Issued:
    """A poster for the place of an activity that the actor runs. Raises UnknownActivity."""
    await reach.activity(conn, activity_id, actor)
    token = tokens.new_poster(secrets.token_bytes(tokens.SECRET_BYTES))
    return await _kept(conn, token, tokens.Kind.POSTER, activity_id, actor, now)


async def _kept(
    conn: AsyncConnection,
    token: tokens.CardToken | tokens.PosterToken,
    kind: tokens.Kind,
    subject: UUID,
    actor: Actor,
    now: datetime,
) -> Issued:
    kept = await store.issue(conn, token, credential_id=ids.new_id(), subject=subject, issued_by=actor.principal_id, now=now)
    return Issued(credential_id=kept.credential_id, subject=subject, kind=kind, text=token.text, issued_at=kept.issued_at)
