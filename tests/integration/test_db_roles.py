"""Least rights, as PostgreSQL itself tells and enforces them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import errors, query, roles
from db.transact import read, transact
from ledger import units
from tests.support import towns
from tests.support.desk import open_desk
from tests.support.towns import OTHER_TOWN, TOWN

pytestmark = pytest.mark.anyio

INSUFFICIENT_PRIVILEGE = "42501"
SCHEMAS = ["db", "ledger", "community", "qr", "rules", "activities", "wallets"]

_ROLES = query.statement(
    """
    select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolinherit, rolcanlogin
    from pg_roles where rolname in ('yui_owner', 'yui_app', 'yui_auditor') order by 1
    """
)
_MEMBERS = query.statement(
    """
    select pg_has_role(r.rolname, 'yui_owner', 'member') as of_owner, pg_has_role(r.rolname, 'pg_write_all_data', 'member') as of_all
    from pg_roles r where r.rolname in ('yui_app', 'yui_auditor')
    """
)
_OTHERS_OWN = query.statement(
    """
    select owned.name, pg_get_userbyid(owned.owner) as owner
    from (
        select s.nspname as name, s.nspowner as owner from pg_namespace s where s.nspname = any (cast(:schemas as text[]))
        union all
        select s.nspname || '.' || c.relname, c.relowner
        from pg_class c join pg_namespace s on s.oid = c.relnamespace where s.nspname = any (cast(:schemas as text[]))
        union all
        select s.nspname || '.' || p.proname, p.proowner
        from pg_proc p join pg_namespace s on s.oid = p.pronamespace where s.nspname = any (cast(:schemas as text[]))
    ) owned
    where pg_get_userbyid(owned.owner) <> 'yui_owner' order by 1
    """
)
_RIGHTS = query.statement(
    """
    select s.nspname || '.' || c.relname as "table", p.privilege
    from pg_class c
    join pg_namespace s on s.oid = c.relnamespace
    cross join unnest(cast(:privileges as text[])) p (privilege)
    where s.nspname = any (cast(:schemas as text[])) and c.relkind in ('r', 'p', 'v') and (
        has_table_privilege(:role, c.oid, p.privilege)
        or p.privilege in ('UPDATE', 'INSERT') and has_any_column_privilege(:role, c.oid, p.privilege)
    )
    order by 1, 2
    """
)
_WITHOUT_WALLS = query.statement(
    """
    select s.nspname || '.' || c.relname as "table"
    from pg_class c join pg_namespace s on s.oid = c.relnamespace
    where s.nspname = any (cast(:schemas as text[])) and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)
        and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'municipality_id' and not a.attisdropped)
    order by 1
    """
)
_FIRST_COLUMNS = query.statement(
    """
    select s.nspname || '.' || c.relname || '.' || k.conname as "key"
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid
    join pg_namespace s on s.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'municipality_id'
    where s.nspname = any (cast(:schemas as text[])) and k.contype in ('p', 'u', 'f') and k.conkey[1] <> a.attnum
    order by 1
    """
)


async def asked(engine: AsyncEngine, statement: Any, **given: Any) -> list[tuple[Any, ...]]:
    """The answer to a question about the catalogue."""

    async def ask(conn: AsyncConnection) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await query.rows(conn, statement, **given)]

    return await read(engine, TOWN, ask)


async def refused(engine: AsyncEngine, sql: str) -> str | None:
    """The SQLSTATE with which PostgreSQL refuses a statement, None if it does not."""

    async def attempt(conn: AsyncConnection) -> None:
        await query.run(conn, query.statement(sql))
        raise AssertionError(f"accepted: {sql}")

    try:
        await transact(engine, TOWN, attempt)
    except exc.DBAPIError as error:
        return errors.sqlstate(error)
    return None


async def test_no_role_of_the_service_can_do_more_than_it_needs(engine: AsyncEngine) -> None:
    assert await asked(engine, _ROLES) == [
        # name, superuser, bypasses walls, creates roles, creates databases, replicates, inherits, signs in
        (roles.APP, False, False, False, False, False, False, True),
        (roles.AUDITOR, False, False, False, False, False, False, True),
        (roles.OWNER, False, False, False, False, False, False, False),
    ]
    assert await asked(engine, _MEMBERS) == [(False, False)] * 2


async def test_everything_belongs_to_the_owner_who_cannot_sign_in(engine: AsyncEngine) -> None:
    """Functions that act for others must act as a role behind the walls, not as the superuser who migrated."""
    assert await asked(engine, _OTHERS_OWN, schemas=SCHEMAS) == []


async def test_the_service_may_only_read_and_insert(engine: AsyncEngine) -> None:
    more = ["UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
    moving = [
        ("community.attempt", "UPDATE"),  # one column: how many tries are used up
        ("community.person", "UPDATE"),  # sealed anew; who somebody is is not part of any book
        ("community.person_clear", "DELETE"),  # what an older version kept in clear
        ("community.person_clear", "UPDATE"),  # one column: rows are locked while they are sealed
        ("community.person_key", "DELETE"),  # with an erasure
        ("community.person_key", "UPDATE"),  # wrapped by a new secret
        ("community.person_mark", "DELETE"),
        ("community.session_seen", "UPDATE"),  # one: when a session was last used
        ("community.shift_seen", "UPDATE"),  # one: when somebody last worked at a device
    ]
    assert await asked(engine, _RIGHTS, role=roles.APP, privileges=more, schemas=SCHEMAS) == moving
    inserts = await asked(engine, _RIGHTS, role=roles.APP, privileges=["INSERT"], schemas=SCHEMAS)
    tables = {str(row[0]) for row in inserts}
    assert "ledger.journal_line" in tables
    assert not {"ledger.balance", "db.sql_file", "db.alembic_version"} & tables


async def test_the_auditor_may_only_read(engine: AsyncEngine, auditor: AsyncEngine) -> None:
    more = ["INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
    assert await asked(auditor, _RIGHTS, role=roles.AUDITOR, privileges=more, schemas=SCHEMAS) == []
    desk = await open_desk(engine)
    await desk.fund(5)
    count = query.statement("select count(*) from ledger.journal_line")
    assert (await asked(auditor, count))[0][0] >= 2


@pytest.mark.parametrize(
    "sql",
    [
        "create table ledger.mine (x int)",
        "create schema mine",
        "create table public.mine (x int)",
        "alter table ledger.journal_entry disable trigger all",
        "alter table ledger.journal_entry no force row level security",
        "drop trigger append_only on ledger.journal_entry",
        "create or replace function db.municipality() returns int language sql as 'select 1'",
        "drop policy tenant_walls on ledger.balance",
        "create role mine",
        "set role yui_owner",
        "set session_replication_role = replica",
        "alter role yui_app superuser",
        "update ledger.balance set posted = 10",
        "delete from ledger.journal_line",
        "truncate ledger.journal_line",
        "update ledger.journal_entry set memo = 'x'",
        "update ledger.lot set remaining = 0",
        "delete from ledger.hold",
        "copy ledger.unit to program 'true'",
        "insert into db.sql_file (path, sha256) values ('x', 'x')",
        "select setval('ledger.account_number', 1)",
    ],
)
async def test_the_service_is_refused(engine: AsyncEngine, sql: str) -> None:
    assert await refused(engine, sql) in {INSUFFICIENT_PRIVILEGE, "0A000"}


async def test_nothing_is_granted_by_a_refused_grant(engine: AsyncEngine) -> None:
    """`grant` by a role without the right only warns; the right must not be there afterwards."""
    await transact(engine, TOWN, lambda conn: query.run(conn, query.statement("grant update on ledger.balance to yui_app")))
    assert await asked(engine, _RIGHTS, role=roles.APP, privileges=["UPDATE"], schemas=["ledger"]) == []


# ----------------------------------------------------------------------------------------------------------------- walls


async def test_every_table_with_a_town_in_it_is_behind_a_wall_that_binds_its_owner_too(engine: AsyncEngine) -> None:
    open_ones = [("community.municipality",)]  # a token names its municipality before anybody is known
    assert [row for row in await asked(engine, _WITHOUT_WALLS, schemas=SCHEMAS) if row not in open_ones] == []


async def test_every_key_begins_with_the_town(engine: AsyncEngine) -> None:
    allowed = [("community.municipality.municipality_code_once",), ("community.municipality.municipality_code_key",)]
    assert [row for row in await asked(engine, _FIRST_COLUMNS, schemas=SCHEMAS) if row not in allowed] == []


async def test_one_town_sees_nothing_of_another(engine: AsyncEngine, auditor: AsyncEngine) -> None:
    mine, theirs = await open_desk(engine, TOWN), await open_desk(engine, OTHER_TOWN)
    for desk in (mine, theirs):
        await desk.granted(desk.ume, 10)
        await desk.hold(desk.ume, 5)
    tables = ["account", "balance", "journal_entry", "journal_line", "lot", "hold", "unit"]
    for role in (engine, auditor):
        for table in tables:
            seen = query.statement(f"select distinct municipality_id from ledger.{table}")
            assert await asked(role, seen) == [(TOWN,)]


async def test_without_a_town_nothing_is_seen_and_nothing_written(engine: AsyncEngine) -> None:
    desk = await open_desk(engine)
    await desk.fund(5)
    async with engine.connect() as conn:
        assert await query.scalar(conn, query.statement("select count(*) from ledger.journal_line")) == 0
        with pytest.raises(exc.DBAPIError, match=r"row-level security|null value"):
            await units.create(conn, towns.UNITS[0])


async def test_a_row_of_another_town_is_refused(engine: AsyncEngine) -> None:
    theirs = await open_desk(engine, OTHER_TOWN)
    line = (
        "insert into ledger.account_close (municipality_id, account_id) "  # an account of the other town, closed from this one
        f"values ({OTHER_TOWN}, {theirs.shop})"
    )
    assert await refused(engine, line) == INSUFFICIENT_PRIVILEGE


async def test_the_wall_falls_with_its_transaction(engine: AsyncEngine) -> None:
    """The next user of a pooled connection stands behind no wall of the last one."""
    await open_desk(engine)
    async with engine.connect() as conn:
        assert await query.scalar(conn, query.statement("select db.municipality()")) is None
