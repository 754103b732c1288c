"""A statement as its holder reads it: the lines of a wallet, the newest first, each with the story behind it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import accounts, history
from ledger.units import Unit
from wallets import redemptions


class StoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line: what came or went, what was left after it, and where to ask why.

    (`why_kind`, `why_id`) name the record behind the line: the holder's own redemption if it is one, else the cause of the entry.
    """

    number: int
    """Of the line on its account, from 1; the key of the next page."""
    entry_id: UUID
    kind: str
    label: str | None
    """The note or memo of the story; names of people are in neither."""
    amount: int
    balance_after: int
    occurred_at: datetime
    why_kind: str
    why_id: UUID
    counterparty: UUID | None
    """The partner, group or member on the other side, where it is a redemption."""
    undone_at: datetime | None
    reverses: UUID | None


async def page(conn: AsyncConnection, unit: Unit, holder: UUID, *, before: int | None = None, limit: int = 50) -> list[StoryLine]:
    """A page of the wallet of `holder` in `unit`: the lines before number `before`, the newest first; empty without a wallet."""
    account_id = await accounts.find(conn, "wallet", unit.unit_id, holder)
    if account_id is None:
        return []
    lines = await history.statement(conn, account_id, before_version=before, limit=max(limit, 1))
    spent = await redemptions.of_entries(conn, [line.entry_id for line in lines])
    own = {entry_id: each for entry_id, each in spent.items() if each.redemption.holder == holder}
    return [_story(line, own.get(line.entry_id)) for line in lines]


def _story(line: history.StatementLine, spent: redemptions.Standing | None) -> StoryLine:
    return StoryLine(
        number=line.account_version,
        entry_id=line.entry_id,
        kind=line.kind,
        label=(spent.redemption.note if spent else None) or line.memo,
        amount=line.amount,
        balance_after=line.balance_after,
        occurred_at=line.occurred_at,
        why_kind="redemption" if spent else line.cause_kind,
        why_id=spent.redemption.redemption_id if spent else line.cause_id,
        counterparty=spent.redemption.counterparty if spent else None,
        undone_at=spent.undone_at if spent else None,
        reverses=line.reverses,
    )
