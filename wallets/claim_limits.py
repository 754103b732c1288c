"""What was claimed before, as limits count it: claims that pay and stand, by the day on which they were made."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from rules.decision import Used, Window

# What was refused, withdrawn or taken back by a correction counts no longer.
_USED = query.statement(
    """
    select w.nth, coalesce(sum(p.amount), 0)::bigint as points, coalesce(sum(p.value), 0)::bigint as value,
        count(p.claim_id) as claims
    from jsonb_to_recordset(cast(:windows as jsonb)) w (
        nth int, first_on date, last_on date, everybody boolean, forms text[]
    )
    left join (
        wallets.claim c
        join wallets.claim_payout p on p.municipality_id = c.municipality_id and p.claim_id = c.claim_id and p.outcome = 'paid'
    ) on c.municipality_id = db.municipality() and c.scheme_id = :scheme_id and c.claimed_on between w.first_on and w.last_on
        and (w.everybody or c.holder = :holder) and (w.forms is null or p.form = any (w.forms))
        and not exists (
            select from wallets.claim_end e where e.municipality_id = c.municipality_id and e.claim_id = c.claim_id
        )
        and not exists (
            select from wallets.claim_booking b
            join ledger.journal_entry r on r.municipality_id = b.municipality_id and r.reverses = b.entry_id
            where b.municipality_id = c.municipality_id and b.claim_id = c.claim_id
        )
    group by w.nth order by w.nth
    """
)


async def used(conn: AsyncConnection, scheme_id: UUID, holder: UUID, windows: Sequence[Window]) -> tuple[Used, ...]:
    """The answer to each window about the claims of `holder` in a scheme, or of everybody where the window asks that."""
    if not windows:
        return ()
    rows = await query.rows(
        conn,
        _USED,
        scheme_id=scheme_id,
        holder=holder,
        windows=msgspec.json.encode([_asked(nth, window) for nth, window in enumerate(windows)]).decode(),
    )
    return tuple(Used(window, int(getattr(row, window.of))) for window, row in zip(windows, rows, strict=True))


def _asked(nth: int, window: Window) -> dict[str, object]:
    return {
        "nth": nth,
        "first_on": window.first_on,
        "last_on": window.last_on,
        "everybody": window.everybody,
        "forms": window.kinds or None,
    }
