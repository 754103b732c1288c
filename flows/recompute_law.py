"""Is the law that decided the law that two people agreed on? Its text, its fingerprint, and the proposal."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from ledger import checks
from ledger.checks import Check
from rules import edition_store
from rules.refusals import UnreadableEdition

_EDITIONS = query.statement(
    """
    select cast(e.edition_id as text) as edition_id, cast(e.scheme_id as text) as scheme_id, e.document, e.document_sha256,
        e.starts_on, e.last_granting_on, p.document as proposed
    from rules.edition e
    left join rules.edition_proposal p on p.municipality_id = e.municipality_id and p.proposal_id = e.edition_id
    where e.municipality_id = (select db.municipality()) and e.published_at < coalesce(cast(:until as timestamptz), 'infinity')
    order by e.edition_id
    """
)

Documents = tuple[tuple[str, str, str], ...]


async def editions(conn: AsyncConnection, until: datetime | None) -> tuple[Documents, Check]:
    """Id, scheme and text of every edition that was published by then; and whether each is as it was approved."""
    rows = await query.rows(conn, _EDITIONS, until=until)
    differences = (found for row in rows if (found := _difference(row)) is not None)
    check = checks.found("editions_as_approved", len(rows), next(differences, None))
    return tuple((row.edition_id, row.scheme_id, row.document) for row in rows), check


def _difference(row: Row[Any]) -> dict[str, Any] | None:
    told = {"edition_id": row.edition_id}
    if row.document != row.proposed:
        return told | {"differs_from": "what was proposed"}
    if hashlib.sha256(row.document.encode()).digest() != bytes(row.document_sha256):
        return told | {"differs_from": "its fingerprint"}
    try:
        edition = edition_store.parsed(row.document)
    except UnreadableEdition:
        return told | {"unreadable": "its text"}
    ends_on = edition.wind_down.last_granting_on if edition.wind_down else None
    if (edition.starts_on, ends_on) == (row.starts_on, row.last_granting_on):
        return None
    return told | {"days": f"{row.starts_on} {row.last_granting_on}", "said": f"{edition.starts_on} {ends_on}"}
