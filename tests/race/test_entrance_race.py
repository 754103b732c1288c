"""Two phones at one entrance, and a new entrance made while the old one is being used; each twin has the lock or the key taken away."""

from __future__ import annotations

import asyncio
import os
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community import entrances, refusals, sessions
from community.sessions import Opening
from flows import sign_in
from tests.support import spending
from tests.support.spending import NOW, do

pytestmark = pytest.mark.anyio


def chance() -> bytes:
    return os.urandom(sessions.SECRET_BYTES)


async def entrance(engine: AsyncEngine) -> tuple[UUID, str]:
    """A principal and an entrance for it."""
    who = await spending.actor(engine, "coordinator")
    new = entrances.NewEntrance(principal_id=who.principal_id)
    return who.principal_id, await do(engine, entrances.make, new, chance=chance(), now=NOW)


async def entered(engine: AsyncEngine, secret: str) -> Any:
    return await do(
        engine,
        sign_in.enter,
        sign_in.Entering(secret=secret, device="phone", address="192.0.2.1", tries_left=4),
        chance=chance(),
        now=NOW,
    )


async def signed_in(engine: AsyncEngine, principal_id: UUID) -> int:
    return len(await do(engine, sessions.of_principal, principal_id, NOW))


async def no_lock(conn: AsyncConnection, principal_id: UUID) -> None:
    return None


async def test_one_of_twenty_phones_comes_in(engine: AsyncEngine) -> None:
    principal_id, secret = await entrance(engine)
    outcomes = await asyncio.gather(*(entered(engine, secret) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(each, refusals.EntranceClosed) for each in outcomes) == 19
    assert await signed_in(engine, principal_id) == 1


async def test_also_without_the_lock_because_an_entrance_is_used_once(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second guard: the key of the use."""
    monkeypatch.setattr(sessions, "lock", no_lock)
    principal_id, secret = await entrance(engine)
    outcomes = await asyncio.gather(*(entered(engine, secret) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(each, refusals.EntranceClosed) for each in outcomes) == 19
    assert await signed_in(engine, principal_id) == 1


async def test_the_twin_without_lock_and_key_lets_two_in(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    barrier = asyncio.Barrier(2)

    async def unguarded(conn: AsyncConnection, entrance_id: UUID, **told: Any) -> None:
        await barrier.wait()

    monkeypatch.setattr(sessions, "lock", no_lock)
    monkeypatch.setattr(entrances, "use", unguarded)
    principal_id, secret = await entrance(engine)
    await asyncio.gather(entered(engine, secret), entered(engine, secret))
    assert await signed_in(engine, principal_id) == 2


async def test_one_session_has_one_successor(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also without the lock: the end of a session stands once."""
    monkeypatch.setattr(sessions, "lock", no_lock)
    principal_id, secret = await entrance(engine)
    _, opened = await entered(engine, secret)
    outcomes = await asyncio.gather(
        *(_renewed(engine, principal_id, opened.session_id) for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(each, refusals.SessionEnded) for each in outcomes) == 19
    assert await signed_in(engine, principal_id) == 1


async def test_the_twin_that_does_not_ask_whether_it_ended_has_two(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    principal_id, secret = await entrance(engine)
    _, opened = await entered(engine, secret)
    end, barrier = sessions.end, asyncio.Barrier(2)

    async def told_one(conn: AsyncConnection, *asked: Any, **told: Any) -> int:
        await barrier.wait()
        await end(conn, *asked, **told)
        return 1

    monkeypatch.setattr(sessions, "lock", no_lock)
    monkeypatch.setattr(sessions, "end", told_one)
    await asyncio.gather(*(_renewed(engine, principal_id, opened.session_id) for _ in range(2)))
    assert await signed_in(engine, principal_id) == 2


async def _renewed(engine: AsyncEngine, principal_id: UUID, replaces: UUID) -> Any:
    opening = Opening(principal_id=principal_id, role="coordinator", device="phone", opened_by="step_up", replaces=replaces)
    return await do(engine, sessions.open_, opening, chance=chance(), now=NOW)
