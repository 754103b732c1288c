"""PostgreSQL is killed (-9) in the middle of approving a batch of claims: all of it stands or nothing does, and it is booked once."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast
from uuid import UUID

import psutil
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import embedded, engine, errors, place, transact
from flows import audit, claim_batch
from kernel.settings import Settings
from tests.support import claiming, spending, towns, vaults
from tests.support.postgres import Clone
from tests.support.spending import NOW, do
from tests.support.towns import TOWN, YEN
from wallets import claim_batches
from wallets.claim_batches import Booking

VERSION = int(os.environ.get("YUI_TEST_POSTGRES", "18"))
CLAIMANTS = 12

pytestmark = pytest.mark.slow


@pytest.fixture
def found() -> Iterator[place.Place]:
    """A durable server of its own, as the service starts it."""
    home = Path(tempfile.mkdtemp(prefix="yui-k-"))
    made = place.find(Settings(data_dir=home, postgres_version=VERSION))
    try:
        yield made
    finally:
        embedded.revive(made.server) if made.server else None
        made.close()
        shutil.rmtree(home)


@pytest.mark.parametrize("after_writing", [False, True])
def test_a_batch_that_was_cut_off_is_approved_anew_and_books_once(
    found: place.Place, monkeypatch: pytest.MonkeyPatch, after_writing: bool
) -> None:
    assert found.server is not None
    asyncio.run(_play(found, found.server, monkeypatch, after_writing=after_writing))


async def _play(found: place.Place, server: embedded.Server, monkeypatch: pytest.MonkeyPatch, *, after_writing: bool) -> None:
    await place.prepare(found)
    await towns.found(cast("Clone", found))  # it asks for the admin's address alone
    app = vaults.opening(engine.create(found.app_url, name="test", pool_size=4))
    desk = await claiming.open_desk(app, "cut-off")
    people = [await desk.holder(1) for _ in range(CLAIMANTS)]
    for me in people:
        await desk.claim(me)
    listed = await desk.batch()
    real = claim_batches.book

    async def killed(conn: AsyncConnection, batch_id: UUID, booked: Sequence[Booking]) -> None:
        if after_writing:
            await real(conn, batch_id, booked)
        _kill(server)
        await real(conn, batch_id, booked)

    with monkeypatch.context() as patched:
        patched.setattr(claim_batches, "book", killed)
        with pytest.raises(Exception) as lost:  # noqa: PT011 - whatever a dead server makes of it
            await desk.approve(listed)
    assert errors.is_lost_connection(lost.value) or isinstance(lost.value, errors.Unreachable)
    assert embedded.revive(server)

    await _nothing_stands(app, desk, listed)
    done = await desk.approve(listed)

    assert done.batch is not None
    assert done.batch.booked == CLAIMANTS
    assert [await spending.posted(app, "payable", YEN, me) for me in people] == [10_000] * CLAIMANTS
    auditor = engine.create(found.auditor_url, name="test auditor", pool_size=1, limited=False)
    report = await transact.read(auditor, TOWN, audit.audit)
    assert [check for check in report.checks if not check.ok] == []
    await auditor.dispose()
    await app.dispose()


async def _nothing_stands(app: AsyncEngine, desk: claiming.Desk, listed: claim_batch.Listed) -> None:
    assert listed.batch is not None
    seen = await do(app, claim_batch.read, listed.batch.batch_id)
    assert seen.batch is not None
    assert (seen.batch.approved_at, seen.batch.booked) == (None, 0)
    assert {item.claim.status for item in seen.items} == {"open"}
    again = await do(app, claim_batch.preview, claim_batch.Proposing(scheme=desk.code, payable_by=claiming.TODAY), now=NOW)
    assert len(again.items) == CLAIMANTS


def _kill(server: embedded.Server) -> None:
    """Kills the server and waits for its children to follow."""
    process = psutil.Process(server.pid())
    children = process.children(recursive=True)
    process.kill()
    process.wait()
    for child in children:
        try:
            child.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(children)
