"""A database whose tables belong to somebody else: the command says so in a line, with the way out, and the way out works."""

from __future__ import annotations

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cli import plainly
from db import migrate
from tests.support import postgres

pytestmark = pytest.mark.anyio


async def test_the_line_names_the_way_out(database: postgres.Clone, admin: AsyncEngine) -> None:
    async with admin.begin() as conn:
        await conn.exec_driver_sql("alter table rules.edition owner to current_user")
        await conn.exec_driver_sql("delete from db.sql_file where path like 'rules/%%'")
    with pytest.raises(asyncpg.InsufficientPrivilegeError) as refused:
        await migrate.migrate(database.admin_url, app_password=None, auditor_password=None)
    told = plainly.told(refused.value)
    assert told is not None
    assert "`alter … owner to yui_owner`" in told.line
    assert "`yui db migrate`" in told.line
    async with admin.begin() as conn:
        await conn.exec_driver_sql("alter table rules.edition owner to yui_owner")
    assert (await migrate.migrate(database.admin_url, app_password=None, auditor_password=None)).fits
