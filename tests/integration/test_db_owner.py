"""Everything belongs to yui_owner, who cannot sign in: what runs with the owner's rights is bound by the walls too."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import query

pytestmark = pytest.mark.anyio

SCHEMAS = "('db', 'ledger', 'community', 'qr', 'rules', 'activities', 'wallets')"
_OWNERS = query.statement(
    f"""
    select 'schema' as kind, n.nspname as name, pg_get_userbyid(n.nspowner) as owner
    from pg_namespace n where n.nspname in {SCHEMAS}
    union all
    select 'relation', c.oid::regclass::text, pg_get_userbyid(c.relowner)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in {SCHEMAS}
    union all
    select 'function', p.oid::regprocedure::text, pg_get_userbyid(p.proowner)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in {SCHEMAS}
    """
)
_OWNER = query.statement("select rolcanlogin, rolsuper, rolbypassrls from pg_roles where rolname = 'yui_owner'")


async def test_the_owner_owns_everything_and_cannot_sign_in(admin: AsyncEngine) -> None:
    async with admin.connect() as conn:
        owners = await query.rows(conn, _OWNERS)
        owner = await query.one(conn, _OWNER)
    assert len(owners) > 100
    assert [(row.kind, row.name, row.owner) for row in owners if row.owner != "yui_owner"] == []
    assert owner is not None
    assert (owner.rolcanlogin, owner.rolsuper, owner.rolbypassrls) == (False, False, False)
