"""A slot that is closed while somebody signs or corrects one of its attendances; the twin without the lock signs twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities import attendances, locks
from db import errors
from flows import close_slot, sign_off
from tests.support import blocked, deeds, spending
from tests.support.deeds import at
from tests.support.spending import do

pytestmark = pytest.mark.anyio


async def visited(engine: AsyncEngine) -> tuple[deeds.Hall, UUID]:
    """A hall that is still open, and the attendance of somebody who has left."""
    place, who = await deeds.hall(engine), await deeds.guest(engine)
    await deeds.card(engine, place, who, at(0))
    left = await deeds.card(engine, place, who, at(60))
    assert left.attendance_id is not None
    return place, left.attendance_id


async def signed(engine: AsyncEngine, attendance_id: UUID) -> Any:
    officer = await spending.actor(engine, "officer")
    return await do(engine, sign_off.sign, [attendance_id], actor=officer, now=at(130))


async def test_closing_waits_for_whoever_is_signing(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    place, attendance_id = await visited(engine)
    closing = await _closing_meanwhile(engine, monkeypatch, place, signed(engine, attendance_id))
    (found,) = closing.attendances
    assert found.signed_by not in (None, place.host.principal_id)


async def test_closing_waits_for_whoever_is_correcting(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    place, attendance_id = await visited(engine)
    officer = await spending.actor(engine, "officer")
    correcting = deeds.correct(engine, officer, attendance_id, started_at=at(0), ended_at=at(30))
    closing = await _closing_meanwhile(engine, monkeypatch, place, correcting)
    (found,) = closing.attendances
    assert (found.supersedes, found.minutes, found.signed_by) == (attendance_id, 30, officer.principal_id)


async def test_the_twin_without_the_member_s_lock_signs_twice(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    place, attendance_id = await visited(engine)
    barrier = asyncio.Barrier(2)
    sign = attendances.sign

    async def together(conn: AsyncConnection, ids: Sequence[UUID], *, signed_by: UUID, now: datetime) -> None:
        await barrier.wait()
        await sign(conn, ids, signed_by=signed_by, now=now)

    async def no_lock(conn: AsyncConnection, ids: Sequence[UUID]) -> None:
        return None

    monkeypatch.setattr(attendances, "sign", together)
    monkeypatch.setattr(locks, "members", no_lock)
    outcomes = await asyncio.gather(deeds.close(engine, place), signed(engine, attendance_id), return_exceptions=True)
    (broken,) = [each for each in outcomes if isinstance(each, exc.DBAPIError)]
    assert errors.constraint(broken) == "signed_once"


async def _closing_meanwhile(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, place: deeds.Hall, work: Any
) -> close_slot.Closed:
    """The slot's closing, which began when `work` was about to sign, and has to wait for it."""
    sign, closing = attendances.sign, list[asyncio.Task[close_slot.Closed]]()

    async def with_a_closing(conn: AsyncConnection, ids: Sequence[UUID], *, signed_by: UUID, now: datetime) -> None:
        if not closing:
            closing.append(asyncio.ensure_future(deeds.close(engine, place)))
            await blocked.until(engine, 1)
        await sign(conn, ids, signed_by=signed_by, now=now)

    with monkeypatch.context() as patched:
        patched.setattr(attendances, "sign", with_a_closing)
        await work
    return await closing[0]
