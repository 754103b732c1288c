"""Who worked at the device at which a scan was made: said beside the scan, once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db import query

_NOTE = query.statement(
    """
    insert into activities.scan_operator (municipality_id, scan_id, shift_id) values (db.municipality(), :scan_id, :shift_id)
    """
)


async def note(conn: AsyncConnection, scan_id: UUID, shift_id: UUID) -> None:
    """Says in whose shift a scan was made."""
    await query.run(conn, _NOTE, scan_id=scan_id, shift_id=shift_id)
