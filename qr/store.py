"""What is kept of printed codes: a fingerprint, what it stands for, and whether it was revoked. The code itself is kept nowhere.

`subject` is an id that this room does not understand: a member's for a card, an activity's for a poster.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import text
from qr import refusals, tokens

Kind = Literal["card", "poster"]

_INSERT = query.statement(
    """
    insert into qr.credential (municipality_id, credential_id, kind, fingerprint, subject, issued_at, issued_by)
    values (db.municipality(), :credential_id, :kind, :fingerprint, :subject, :now, cast(:issued_by as uuid))
    """
)
_SELECT = """
    select c.credential_id, c.kind, c.subject, c.issued_at, c.issued_by, r.revoked_at
    from qr.credential c
    left join qr.revocation r on r.municipality_id = c.municipality_id and r.credential_id = c.credential_id
    where c.municipality_id = db.municipality()
"""
_BY_FINGERPRINT = query.statement(_SELECT + " and c.kind = :kind and c.fingerprint = :fingerprint")
_BY_ID = query.statement(_SELECT + " and c.credential_id = :credential_id")
_OF_SUBJECT = query.statement(_SELECT + " and c.subject = :subject and c.kind = :kind order by c.issued_at, c.credential_id")
_CARDS_OF = query.statement(
    """
    select c.subject, c.credential_id, c.fingerprint from qr.credential c
    where c.municipality_id = db.municipality() and c.kind = 'card' and c.subject = any (cast(:subjects as uuid[]))
        and not exists (
            select from qr.revocation r where r.municipality_id = c.municipality_id and r.credential_id = c.credential_id
        )
    order by c.issued_at, c.credential_id
    """
)
_REVOKE = query.statement(
    """
    insert into qr.revocation (municipality_id, credential_id, revoked_at, revoked_by, reason)
    values (db.municipality(), :credential_id, :now, cast(:revoked_by as uuid), :reason)
    on conflict on constraint revoke_once do nothing
    """
)


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """A card or poster that was issued, and by which principal. `revoked_at` is None while it counts."""

    credential_id: UUID
    kind: Kind
    subject: UUID
    issued_at: datetime
    issued_by: UUID | None
    revoked_at: datetime | None = None

    def counts_at(self, at: datetime) -> bool:
        """Whether it was not yet revoked at the instant `at`."""
        return self.revoked_at is None or at < self.revoked_at


async def issue(
    conn: AsyncConnection,
    token: tokens.CardToken | tokens.PosterToken,
    *,
    credential_id: UUID,
    subject: UUID,
    issued_by: UUID | None,
    now: datetime,
) -> Credential:
    """Keeps the fingerprint of a new card or poster that stands for `subject`."""
    kind: Kind = "card" if isinstance(token, tokens.CardToken) else "poster"
    fingerprint = tokens.fingerprint(token)
    await query.run(
        conn,
        _INSERT,
        credential_id=credential_id,
        kind=kind,
        fingerprint=fingerprint,
        subject=subject,
        now=now,
        issued_by=issued_by,
    )
    return Credential(credential_id=credential_id, kind=kind, subject=subject, issued_at=now, issued_by=issued_by)


class Fingerprint(msgspec.Struct, frozen=True):
    """What is kept of a card that was not revoked, and for whom it stands."""

    subject: UUID
    credential_id: UUID
    fingerprint: bytes


async def card(conn: AsyncConnection, token: tokens.CardToken, *, at: datetime) -> Credential:
    """The card, if it counted at the instant `at`. Raises UnknownCard, CardRevoked."""
    found = await _by_fingerprint(conn, "card", tokens.fingerprint(token))
    if found is None:
        raise refusals.UnknownCard
    if found.revoked_at is not None and not found.counts_at(at):
        raise refusals.CardRevoked(revoked_at=found.revoked_at)
    return found


async def poster(conn: AsyncConnection, token: tokens.PosterToken, *, at: datetime) -> Credential:
    """The poster, if it hung at the instant `at`. Raises UnknownPoster, PosterRevoked."""
    found = await _by_fingerprint(conn, "poster", tokens.fingerprint(token))
    if found is None:
        raise refusals.UnknownPoster
    if found.revoked_at is not None and not found.counts_at(at):
        raise refusals.PosterRevoked(revoked_at=found.revoked_at)
    return found


async def find(conn: AsyncConnection, credential_id: UUID) -> Credential:
    """The credential with this id. Raises UnknownCredential."""
    row = await query.one(conn, _BY_ID, credential_id=credential_id)
    if row is None:
        raise refusals.UnknownCredential(credential_id=credential_id)
    return _credential(row)


async def of(conn: AsyncConnection, credential_id: UUID, *, kind: Kind, subject: UUID) -> Credential:
    """The credential with this id, if it is of this kind and stands for `subject`. Raises UnknownCredential."""
    found = await find(conn, credential_id)
    if (found.kind, found.subject) != (kind, subject):
        raise refusals.UnknownCredential(credential_id=credential_id)
    return found


async def of_subject(conn: AsyncConnection, kind: Kind, subject: UUID) -> Sequence[Credential]:
    """Every card or poster that was issued for `subject`, the oldest first."""
    return [_credential(row) for row in await query.rows(conn, _OF_SUBJECT, kind=kind, subject=subject)]


async def cards_of(conn: AsyncConnection, subjects: Sequence[UUID]) -> list[Fingerprint]:
    """The fingerprints of every card of `subjects` that was not revoked, the oldest first."""
    return [query.into(Fingerprint, row) for row in await query.rows(conn, _CARDS_OF, subjects=list(subjects))]


async def known_card(conn: AsyncConnection, token: tokens.CardToken) -> Credential | None:
    """The card, whether it still counts or not; None where there is none."""
    return await _by_fingerprint(conn, "card", tokens.fingerprint(token))


async def revoke(conn: AsyncConnection, credential_id: UUID, *, reason: str, revoked_by: UUID | None, now: datetime) -> None:
    """Takes a card or poster out of use for good. Raises UnknownCredential, AlreadyRevoked, and what `text.clean` raises."""
    told = text.clean("reason", reason)
    found = await find(conn, credential_id)
    if await query.run(conn, _REVOKE, credential_id=credential_id, now=now, revoked_by=revoked_by, reason=told) == 0:
        raise refusals.AlreadyRevoked(credential_id=credential_id, revoked_at=found.revoked_at or now)


async def _by_fingerprint(conn: AsyncConnection, kind: Kind, fingerprint: bytes) -> Credential | None:
    row = await query.one(conn, _BY_FINGERPRINT, kind=kind, fingerprint=fingerprint)
    return _credential(row) if row is not None else None


def _credential(row: Row[Any]) -> Credential:
    return Credential(**row._asdict())  # pyright: ignore[reportPrivateUsage]
