"""People at work prove who they are: they set a password and a code app, sign in with both, and step up with a code where it matters.

A try is taken and committed first (`take_try`, `take_step_up`); hashes are compared outside of any transaction, because that is slow.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import attempts, proofs, refusals, sessions, totp
from community.attempts import Limit
from community.proofs import NewProof, Proof
from community.sessions import Opened, Opening, Session

PASSWORD = Limit(kind="password", tries=5, within=timedelta(minutes=15))
"""For one login from one address: a stranger elsewhere does not shut the owner out."""
PASSWORD_ANYWHERE = Limit(kind="password_anywhere", tries=60, within=timedelta(hours=1))
STEP_UP = Limit(kind="step_up", tries=5, within=timedelta(minutes=15))
SET_WITHIN = timedelta(minutes=30)  # of coming in by an entrance


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """Where a sign-in comes from and on what."""

    address: str
    device: str


class Proven(msgspec.Struct, frozen=True, kw_only=True):
    """A code that was right: of which step, and how many tries are left should it be used up."""

    step: int
    tries_left: int


def may_set(session: Session, now: datetime) -> bool:
    """Whether somebody may set how they prove themselves now: right after an entrance, or after proving themselves as before."""
    fresh = session.opened_by == "entrance" and now - session.opened_at < SET_WITHIN
    return fresh or session.stepped_up(now)


def check_may_set(session: Session, now: datetime) -> None:
    """The same, said as a refusal. Raises EntranceNeeded."""
    if not may_set(session, now):
        raise refusals.EntranceNeeded


def proven(master: bytes, proof: Proof | None, code: str, tries_left: int, now: datetime) -> Proven:
    """The code's step. Raises WrongProof."""
    step = totp.matching_step(totp.secret(master, proof.principal_id, proof.nonce), code, now) if proof else None
    if step is None:
        raise refusals.WrongProof(attempts_left=tries_left)
    return Proven(step=step, tries_left=tries_left)


async def set_up(
    conn: AsyncConnection, session: Session, new: NewProof, step: int, *, chance: bytes, now: datetime
) -> tuple[int, Opened]:
    """Sets the password and the app, whose code was right; the login, and a session that is stepped up. Raises EntranceNeeded."""
    check_may_set(session, now)
    principal_id = session.actor.principal_id
    login = await proofs.login_of(conn, principal_id, chance=chance, now=now)
    await proofs.set_(conn, principal_id, new, now=now)
    return login, await step_up(conn, session, Proven(step=step, tries_left=0), chance=chance, now=now)


async def take_try(conn: AsyncConnection, login: int, where: Where, *, now: datetime) -> int:
    """Takes one try at a login; how many are left. Raises TooManyAttempts."""
    await attempts.take(conn, attempts.ADDRESS, attempts.of_address(where.address), now=now)
    await attempts.take(conn, PASSWORD_ANYWHERE, str(login), now=now)
    return await attempts.take(conn, PASSWORD, _from(login, where), now=now)


async def sign_in(conn: AsyncConnection, proof: Proof, told: Proven, where: Where, *, chance: bytes, now: datetime) -> Opened:
    """Opens a session for whoever knew password and code; the tries are given back. Raises WrongProof where the code was used."""
    await _use(conn, proof.principal_id, told, now)
    for limit, subject in (
        (attempts.ADDRESS, attempts.of_address(where.address)),
        (PASSWORD_ANYWHERE, str(proof.login)),
        (PASSWORD, _from(proof.login, where)),
    ):
        await attempts.give_back(conn, limit, subject)
    opening = Opening(
        principal_id=proof.principal_id, role=proof.role, device=where.device, opened_by="password", stepped_up=True
    )
    return await sessions.open_(conn, opening, chance=chance, now=now)


async def take_step_up(conn: AsyncConnection, session: Session, *, now: datetime) -> tuple[Proof, int]:
    """Takes one try at a code; what it is checked by, and how many tries are left. Raises ProofNotSet, TooManyAttempts."""
    proof = await proofs.of_principal(conn, session.actor.principal_id)
    if proof is None:
        raise refusals.ProofNotSet
    return proof, await attempts.take(conn, STEP_UP, str(proof.principal_id), now=now)


async def step_up(conn: AsyncConnection, session: Session, told: Proven, *, chance: bytes, now: datetime) -> Opened:
    """The session goes on under a new secret, stepped up. Raises WrongProof where the code was used before, SessionEnded."""
    who = session.actor
    await _use(conn, who.principal_id, told, now)
    await attempts.give_back(conn, STEP_UP, str(who.principal_id))
    return await go_on(conn, session, chance=chance, now=now)


async def go_on(conn: AsyncConnection, session: Session, *, chance: bytes, now: datetime) -> Opened:
    """The session of whoever just proved themselves, under a new secret and stepped up; its end stays. Raises SessionEnded."""
    who = session.actor
    opening = Opening(
        principal_id=who.principal_id,
        role=who.role,
        device=session.device,
        opened_by="step_up",
        stepped_up=True,
        replaces=session.session_id,
        until=session.ends_at,
    )
    return await sessions.open_(conn, opening, chance=chance, now=now)


async def _use(conn: AsyncConnection, principal_id: UUID, told: Proven, now: datetime) -> None:
    if not await proofs.use_code(conn, principal_id, told.step, now=now):
        raise refusals.WrongProof(attempts_left=told.tries_left)


def _from(login: int, where: Where) -> str:
    return f"{login} {attempts.of_address(where.address)}"
