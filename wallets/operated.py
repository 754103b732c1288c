"""Who worked at the till at which points were taken or given back: said beside the record, once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db import query

_TAKEN = query.statement(
    """
    insert into wallets.redemption_operator (municipality_id, redemption_id, shift_id)
    values (db.municipality(), :redemption_id, :shift_id)
    """
)
_UNDONE = query.statement(
    """
    insert into wallets.undo_operator (municipality_id, redemption_id, shift_id)
    values (db.municipality(), :redemption_id, :shift_id)
    """
)


async def taken(conn: AsyncConnection, redemption_id: UUID, shift_id: UUID) -> None:
    """Says in whose shift points were taken."""
    await query.run(conn, _TAKEN, redemption_id=redemption_id, shift_id=shift_id)


async def undone(conn: AsyncConnection, redemption_id: UUID, shift_id: UUID) -> None:
    """Says in whose shift they were given back."""
    await query.run(conn, _UNDONE, redemption_id=redemption_id, shift_id=shift_id)
