"""PostgreSQL and the service are killed (-9) under load: what was acknowledged stands exactly once, nothing is torn, verify passes."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from db import embedded, engine, place, query
from db.transact import read
from kernel.settings import Settings
from ledger import verify
from tests.support import crash_service
from tests.support.crash import SECONDS_MAX, WORKERS, Scene
from tests.support.desk import Desk, fresh_town, open_desk

VERSION = int(os.environ.get("YUI_TEST_POSTGRES", "18"))
LISTS_BETWEEN_KILLS = 12
ENTRIES_OF_A_LIST = 2 * crash_service.GRANTS

_MEMOS = query.statement(
    "select memo, count(*) as entries, count(distinct kind) as kinds from ledger.journal_entry where memo is not null group by memo"
)
_KEYS = query.statement("select key, convert_from(response, 'UTF8') as response from ledger.idempotency")
_STANDING = query.statement(
    "select count(*) from ledger.journal_entry where entry_id in (select cast(jsonb_array_elements_text(cast(:ids as jsonb)) as uuid))"
)


_CARELESS = ("alter system set synchronous_commit = off", "alter system set wal_writer_delay = '10s'", "select pg_reload_conf()")


pytestmark = pytest.mark.slow


@pytest.fixture
def stage() -> Iterator[tuple[place.Place, Desk]]:
    """A durable server of its own, as the service starts it, and a funded desk in it."""
    home = Path(tempfile.mkdtemp(prefix="yui-c-"))
    found = place.find(Settings(data_dir=home, postgres_version=VERSION))
    try:
        yield found, asyncio.run(_set_up(found))
    finally:
        embedded.revive(found.server) if found.server else None
        found.close()
        shutil.rmtree(home)


async def _set_up(found: place.Place) -> Desk:
    await place.prepare(found)
    app = engine.create(found.app_url, name="test", pool_size=2)
    desk = await open_desk(app, await fresh_town(app))
    await desk.fund(10**9)
    await app.dispose()
    return desk


def test_what_was_acknowledged_survives_everything_and_stands_once(stage: tuple[place.Place, Desk]) -> None:
    found, desk = stage
    assert found.server is not None
    scene = Scene(found.server, found.app_url, desk)
    watchdog = scene.within(SECONDS_MAX, scene.end)
    try:
        _play(scene)
    finally:
        watchdog.cancel()
        scene.end()
    assert scene.kills >= 7
    asyncio.run(_check(found, desk, scene))


def _play(scene: Scene) -> None:
    """Seven kills under load: of PostgreSQL, of the service, and of both at once."""
    scene.start_service()
    for victims in ("postgres", "service", "postgres", "both", "service"):
        scene.wait_for(LISTS_BETWEEN_KILLS)
        if victims != "service":
            scene.kill_postgres()
        if victims != "postgres":
            scene.kill_service()
        if victims != "service":
            scene.revive_postgres()
        if victims != "postgres":
            scene.start_service()
    scene.wait_for(LISTS_BETWEEN_KILLS)
    scene.kill_postgres()
    scene.revive_postgres()
    scene.wait_for(LISTS_BETWEEN_KILLS)
    assert scene.stop_service() == 0


def test_the_twin_that_does_not_wait_for_the_disk_loses_what_it_acknowledged(stage: tuple[place.Place, Desk]) -> None:
    found, desk = stage
    assert found.server is not None
    asyncio.run(_be_careless(found))
    scene = Scene(found.server, found.app_url, desk)
    watchdog = scene.within(SECONDS_MAX, scene.end)
    try:
        scene.start_service()
        scene.wait_for(LISTS_BETWEEN_KILLS)
        scene.kill_postgres()
        scene.kill_service()
        scene.revive_postgres()
    finally:
        watchdog.cancel()
        scene.end()
    assert asyncio.run(_missing(found, desk, scene)) > 0


async def _be_careless(found: place.Place) -> None:
    admin = engine.create_single(found.admin_url, name="test", autocommit=True)
    async with admin.connect() as conn:
        for sql in _CARELESS:
            await query.run(conn, query.statement(sql))
    await admin.dispose()


async def _missing(found: place.Place, desk: Desk, scene: Scene) -> int:
    app = engine.create(found.app_url, name="test", pool_size=1)
    entries, _ = await read(app, desk.town, _standing)
    await app.dispose()
    return len(set(scene.acknowledged) - set(entries))


async def _check(found: place.Place, desk: Desk, scene: Scene) -> None:
    app = engine.create(found.app_url, name="test", pool_size=2)
    auditor = engine.create(found.auditor_url, name="test auditor", pool_size=1, limited=False)
    desk = Desk(app, *[getattr(desk, name) for name in Desk.__dataclass_fields__ if name != "engine"])
    assert len(set(scene.acknowledged)) == len(scene.acknowledged)
    entries, answers = await read(app, desk.town, _standing)
    assert {key: entries[key] for key in scene.acknowledged} == dict.fromkeys(scene.acknowledged, ENTRIES_OF_A_LIST)
    assert set(entries.values()) == {ENTRIES_OF_A_LIST}  # none is torn, also of those never acknowledged
    assert set(entries) == set(answers)
    for key in scene.acknowledged[:: len(scene.acknowledged) // 20]:
        assert await read(app, desk.town, lambda conn, key=key: query.scalar(conn, _STANDING, ids=answers[key])) == 16
    # asked again, an acknowledged list and one that may or may not stand are each there once
    last = [f"{worker}:{scene.next_number(worker)}" for worker in range(WORKERS)]
    for key in (*last, *last, scene.acknowledged[0]):
        answer = await crash_service.book_list(desk, scene.caller, key)
        assert answer.status == 201
    entries, _ = await read(app, desk.town, _standing)
    assert Counter(entries.values()) == {ENTRIES_OF_A_LIST: len(scene.acknowledged) + WORKERS}
    lists = len(entries)
    assert (await desk.balance(desk.ume)).posted == lists * crash_service.GRANTS * 5
    report = await read(auditor, desk.town, verify.verify)
    assert report.ok, [check for check in report.checks if not check.ok]
    await app.dispose()
    await auditor.dispose()


async def _standing(conn: AsyncConnection) -> tuple[dict[str, int], dict[str, Any]]:
    """Entries by key, and the kept answers by key."""
    memos = {row.memo: row.entries for row in await query.rows(conn, _MEMOS)}
    return memos, {row.key: row.response for row in await query.rows(conn, _KEYS)}
