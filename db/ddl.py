"""Sentences that every migration says about its tables, so that no table forgets them."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.util import await_only

_WALL = """
alter table {table} enable row level security;
alter table {table} force row level security;
create policy tenant_walls on {table}
    using (municipality_id is not distinct from (select db.municipality()))
    with check (municipality_id is not distinct from (select db.municipality()));
"""
_APPEND_ONLY = """
create trigger append_only before update or delete on {table} for each row execute function db.append_only();
create trigger append_only_truncate before truncate on {table} for each statement execute function db.append_only();
"""


def run_script(connection: Connection, script: str) -> None:
    """Runs several statements at once, inside the transaction of `connection`: asyncpg prepares one statement per call.

    The transaction of the driver begins with the first statement that goes through SQLAlchemy. Without one the script would be
    committed by itself, and a `set local role` in it would be over before the next statement.
    """
    connection.exec_driver_sql("select 1")
    driver = connection.connection.driver_connection
    await_only(driver.execute(script))  # type: ignore[union-attr]


def walls(*tables: str) -> str:
    """Row level security by municipality, forced on the owner too: invariant 12, `tenant_walls`.

    Spelled `is not distinct from`, which no index serves, on purpose. Spelled `=`, the wall itself opens the way into every index
    (all begin with the municipality), and a plan that was made while a table was empty walks a whole town for each row: ten times
    slower in lists, and worse with every day. Statements name their municipality themselves, and that is what indexes are for.
    """
    return "".join(_WALL.format(table=table) for table in tables)


def append_only(*tables: str) -> str:
    """No UPDATE, DELETE or TRUNCATE for any role: invariant 3, `append_only`."""
    return "".join(_APPEND_ONLY.format(table=table) for table in tables)
