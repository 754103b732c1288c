"""Least rights: who may do what inside PostgreSQL.

`yui_owner` owns everything and cannot sign in. `yui_app`, the service, can neither change the schema nor update or delete the book.
`yui_auditor` reads. All three are subject to row level security: none of them can see across municipalities in one transaction.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from db import query

OWNER = "yui_owner"
APP = "yui_app"
AUDITOR = "yui_auditor"

_ENSURE = query.statement(
    """
    select set_config('yui.role', :role, true), set_config('yui.password', :password, true)
    """
)
_CREATE = query.statement(
    """
    do $$
    declare
        role_name text := current_setting('yui.role');
        password text := nullif(current_setting('yui.password'), '');
    begin
        -- two towns' set-ups may run at once on one server: the loser of the race finds the role made
        perform pg_advisory_xact_lock(hashtext('yui roles'));
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I nologin noinherit nocreatedb nocreaterole', role_name);
        end if;
        if password is not null then
            execute format('alter role %I login password %L', role_name, password);
        end if;
    end $$
    """
)


async def ensure(conn: AsyncConnection, role: str, password: str | None) -> None:
    """Makes sure that `role` exists; with a password it may sign in, without it may not. Needs a role that may create roles."""
    await query.rows(conn, _ENSURE, role=role, password=password or "")
    await query.run(conn, _CREATE)
