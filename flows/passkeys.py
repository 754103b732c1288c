"""Somebody makes a passkey, signs in or steps up with it, sees which ones there are, and takes one away.

People at work make one right after coming in by an entrance or proving themselves, and the device always asks for PIN, finger or face:
signing in with it is a step-up as well. Members make one on their own phone while they are signed in; all of theirs end when the desk
makes them a new entrance. A key that turns out to be copied ends at once, in whoever's hands it is, and its owner is told.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection
from webauthn.helpers.structs import AuthenticationCredential

from community import attempts, ceremony, passkeys, proofs, session_ends, sessions
from community import passkey_refusals as refusals
from community import refusals as community_refusals
from community.actor import Role
from community.ceremony import Asking, Key, Made, Shown
from community.passkeys import New, Passkey
from community.sessions import Opened, Opening, Session
from flows import prove
from flows.prove import Where

COUNT_MAX = 10


class Presented(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser answered, to which question, and where from."""

    told: AuthenticationCredential
    asking: Asking
    where: Where


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey was looked at: the session that it opened, or None where it is a copy and ended."""

    role: Role
    opened: Opened | None

    def session(self) -> Opened:
        """The session. Raises PasskeyCopied."""
        if self.opened is None:
            raise refusals.PasskeyCopied
        return self.opened


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's passkeys, those that turned out to be copied, and whether another proof is left besides."""

    standing: list[Passkey]
    copied: list[passkeys.Copied]
    password: bool


def at_work(role: Role) -> bool:
    """Whether it is somebody at work, who is asked for PIN, finger or face."""
    return role != "member"


def may_change(session: Session, now: datetime) -> bool:
    """Whether somebody may make or take away a passkey now; members may wherever they are signed in."""
    return not at_work(session.actor.role) or prove.may_set(session, now)


def check_may_change(session: Session, now: datetime) -> None:
    """The same, said as a refusal. Raises EntranceNeeded."""
    if not may_change(session, now):
        raise community_refusals.EntranceNeeded


async def listed(conn: AsyncConnection, session: Session, *, now: datetime) -> Listed:
    """One's own passkeys."""
    principal_id = session.actor.principal_id
    return Listed(
        standing=await passkeys.of_principal(conn, principal_id, now),
        copied=await passkeys.copied(conn, principal_id),
        password=await proofs.of_principal(conn, principal_id) is not None,
    )


async def register(conn: AsyncConnection, session: Session, made: Made, label: str, *, now: datetime) -> None:
    """Keeps a new passkey of whoever is signed in.

    Raises EntranceNeeded, PasskeyUnverified, TooManyPasskeys, PasskeyKnown; SessionEnded where the desk was faster.
    """
    check_may_change(session, now)
    if at_work(session.actor.role) and not made.user_verified:
        raise refusals.PasskeyUnverified
    principal_id = session.actor.principal_id
    await session_ends.hold(conn, session, now)
    if len(await passkeys.of_principal(conn, principal_id, now)) >= COUNT_MAX:
        raise refusals.TooManyPasskeys(count_max=COUNT_MAX)
    new = New(made=made, principal_id=principal_id, label=label, made_in=session.session_id)
    if not await passkeys.add(conn, new, now=now):
        raise refusals.PasskeyKnown


async def remove(conn: AsyncConnection, session: Session, passkey_id: UUID, *, now: datetime) -> None:
    """Takes one of one's own passkeys away. Raises EntranceNeeded, UnknownPasskey; LastProof where nothing else is left at work."""
    check_may_change(session, now)
    principal_id = session.actor.principal_id
    await session_ends.hold(conn, session, now)
    found = await listed(conn, session, now=now)
    if passkey_id not in {each.passkey_id for each in found.standing}:
        raise refusals.UnknownPasskey(passkey_id=passkey_id)
    if at_work(session.actor.role) and len(found.standing) == 1 and not found.password:
        raise refusals.LastProof
    await passkeys.end(conn, passkey_id, principal_id=principal_id, ended_by=principal_id, why="removed", now=now)


async def take_try(conn: AsyncConnection, where: Where, *, now: datetime) -> None:
    """Takes one try of the address; to be committed before `sign_in`. Raises TooManyAttempts."""
    await attempts.take(conn, attempts.ADDRESS, attempts.of_address(where.address), now=now)


async def sign_in(conn: AsyncConnection, presented: Presented, *, principal_handle: bytes, chance: bytes, now: datetime) -> Taken:
    """Opens a session for whoever holds the key; the try is given back. `principal_handle` is what the browser says of its holder.

    Raises PasskeyRefused, PasskeyTooLate, PasskeyUnverified.
    """
    found = await passkeys.by_credential(conn, presented.told.raw_id, now)
    if found is None:
        raise refusals.PasskeyRefused
    kept, shown = await _shown(conn, presented, found.principal_id, "sign_in", now)
    code = ceremony.code_in(principal_handle) or ""
    if principal_handle != ceremony.handle(presented.asking.master, code, kept.principal_id.bytes):
        raise refusals.PasskeyRefused
    if shown is None:
        return Taken(role=kept.role, opened=None)
    await attempts.give_back(conn, attempts.ADDRESS, attempts.of_address(presented.where.address))
    opening = Opening(
        principal_id=kept.principal_id,
        role=kept.role,
        device=presented.where.device,
        opened_by="passkey",
        stepped_up=at_work(kept.role),
    )
    return Taken(role=kept.role, opened=await sessions.open_(conn, opening, chance=chance, now=now))


async def take_step_up(conn: AsyncConnection, session: Session, *, now: datetime) -> None:
    """Takes one try at a step-up; to be committed before `step_up`. Raises TooManyAttempts."""
    await attempts.take(conn, prove.STEP_UP, str(session.actor.principal_id), now=now)


async def step_up(conn: AsyncConnection, session: Session, presented: Presented, *, chance: bytes, now: datetime) -> Taken:
    """The session goes on under a new secret, stepped up. Raises PasskeyRefused, PasskeyTooLate, PasskeyUnverified, SessionEnded."""
    who = session.actor
    _, shown = await _shown(conn, presented, who.principal_id, "step_up", now)
    if shown is None:
        return Taken(role=who.role, opened=None)
    await attempts.give_back(conn, prove.STEP_UP, str(who.principal_id))
    return Taken(role=who.role, opened=await prove.go_on(conn, session, chance=chance, now=now))


async def _shown(
    conn: AsyncConnection, presented: Presented, principal_id: UUID, used_for: Literal["sign_in", "step_up"], now: datetime
) -> tuple[Passkey, Shown | None]:
    """The passkey and its use, noted; None for a copy, which ends. One at a time for each principal."""
    await sessions.lock(conn, principal_id)
    kept = await passkeys.by_credential(conn, presented.told.raw_id, now)
    if kept is None or kept.principal_id != principal_id:
        raise refusals.PasskeyRefused
    shown = ceremony.shown(presented.asking, presented.told, Key(public_key=kept.public_key, rp_id=kept.rp_id), now)
    if await passkeys.was_used(conn, shown.challenge_sha256):
        raise refusals.PasskeyRefused
    if at_work(kept.role) and not shown.user_verified:
        raise refusals.PasskeyUnverified
    if shown.sign_count <= kept.sign_count and (shown.sign_count, kept.sign_count) != (0, 0):
        await passkeys.end(conn, kept.passkey_id, principal_id=principal_id, ended_by=None, why="copied", now=now)
        return kept, None
    await passkeys.use(conn, kept.passkey_id, shown, used_for, now=now)
    return kept, shown
