"""The schema: what is expected is compared with what stands; applied again it changes nothing; two at once take turns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import embedded, engine, migrate, query
from tests.support import postgres

pytestmark = pytest.mark.anyio

_APPLIED = query.statement("select path, sha256, applied_at from db.sql_file order by path")
_ALTER_FILE = query.statement("update db.sql_file set sha256 = 'of another text' where path = 'ledger/20_locks.sql'")
_DROP_FILE = query.statement("drop function ledger.lock_balances(bigint[])")
_ALTER_STEP = query.statement("update db.alembic_version set version_num = :step")
_STEPS = query.statement("select count(*) from db.alembic_version")


@pytest.fixture
def own(cluster: postgres.Cluster) -> Iterator[postgres.Clone]:
    """A migrated database to be altered."""
    made = postgres.clone(cluster)
    yield made
    postgres.drop(made)


@pytest.fixture
async def admin(own: postgres.Clone) -> AsyncIterator[AsyncEngine]:
    made = engine.create_single(own.admin_url, name="test")
    yield made
    await made.dispose()


async def again(own: postgres.Clone) -> migrate.SchemaState:
    return await migrate.migrate(own.admin_url, app_password=None, auditor_password=None)


async def state_for_the_service(own: postgres.Clone) -> migrate.SchemaState:
    """As the service asks at its start, in its own role."""
    asking = engine.create_single(own.app_url, name="test")
    async with asking.connect() as conn:
        state = await migrate.state(conn)
        if state.fits:
            await migrate.check(conn)
        else:
            with pytest.raises(migrate.SchemaMismatch, match="yui db migrate"):
                await migrate.check(conn)
    await asking.dispose()
    return state


async def test_a_migrated_database_fits(own: postgres.Clone) -> None:
    state = await state_for_the_service(own)
    assert (state.fits, state.files_changed) == (True, ())
    assert state.step == state.step_expected != ""


async def test_applied_again_nothing_changes(own: postgres.Clone, admin: AsyncEngine) -> None:
    async with admin.connect() as conn:
        before = await query.rows(conn, _APPLIED)
    assert (await again(own)).fits
    async with admin.connect() as conn:
        assert await query.rows(conn, _APPLIED) == before
        assert len(before) == len(list(migrate.sql_files()))
        assert await query.scalar(conn, _STEPS) == 1


async def test_a_changed_sql_file_is_refused_at_start_and_applied_by_migrating(own: postgres.Clone, admin: AsyncEngine) -> None:
    async with admin.begin() as conn:
        await query.run(conn, _ALTER_FILE)
        await query.run(conn, _DROP_FILE)
    assert (await state_for_the_service(own)).files_changed == ("ledger/20_locks.sql",)
    assert (await again(own)).fits
    assert (await state_for_the_service(own)).fits


@pytest.mark.parametrize("step", ["0003", "9999"])
async def test_another_step_is_refused_at_start(own: postgres.Clone, admin: AsyncEngine, step: str) -> None:
    async with admin.begin() as conn:
        await query.run(conn, _ALTER_STEP, step=step)
    state = await state_for_the_service(own)
    assert (state.fits, state.step) == (False, step)


async def test_an_empty_database_is_refused_at_start(cluster: postgres.Cluster) -> None:
    asking = engine.create_single(cluster.url(embedded.ADMIN, "postgres"), name="test")
    async with asking.connect() as conn:
        with pytest.raises(migrate.SchemaMismatch) as refused:
            await migrate.check(conn)
    await asking.dispose()
    assert "at step None" in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_two_that_migrate_at_once_take_turns(cluster: postgres.Cluster) -> None:
    setup = engine.create_single(cluster.url(embedded.ADMIN, "postgres"), name="test", autocommit=True)
    async with setup.connect() as conn:
        await query.run(conn, query.statement("create database yui_at_once"))
    url = cluster.url(embedded.ADMIN, "yui_at_once")
    states = await asyncio.gather(*[migrate.migrate(url, app_password=None, auditor_password=None) for _ in range(3)])
    assert [state.fits for state in states] == [True] * 3
    async with setup.connect() as conn:
        await query.run(conn, query.statement("drop database yui_at_once with (force)"))
    await setup.dispose()


async def test_a_step_that_fails_leaves_everything_as_it_was(cluster: postgres.Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    setup = engine.create_single(cluster.url(embedded.ADMIN, "postgres"), name="test", autocommit=True)
    async with setup.connect() as conn:
        await query.run(conn, query.statement("create database yui_half"))
    url = cluster.url(embedded.ADMIN, "yui_half")
    broken = [*migrate.sql_files(), ("wallets/99_broken.sql", "select 1; select nothing_of_this_name();", "x")]
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "sql_files", lambda: iter(broken))
        with pytest.raises(Exception, match="nothing_of_this_name"):
            await migrate.migrate(url, app_password=None, auditor_password=None)
    asking = engine.create_single(url, name="test")
    async with asking.connect() as conn:
        assert (await migrate.state(conn)).step is None
        schemas = await query.scalar(conn, query.statement("select count(*) from pg_namespace where nspname in ('ledger', 'db')"))
        assert schemas == 0
    await asking.dispose()
    assert (await migrate.migrate(url, app_password=None, auditor_password=None)).fits
    async with setup.connect() as conn:
        await query.run(conn, query.statement("drop database yui_half with (force)"))
    await setup.dispose()
