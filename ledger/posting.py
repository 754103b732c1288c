"""Posting: a list of drafts becomes journal entries, one outcome per item, in the caller's transaction.

Four questions to PostgreSQL, whatever the length of the list: lock the accounts (in id order, so that two postings never wait for each
other in a circle), read what the decisions need (only where lots are spent, holds confirmed, or something reversed), write the holds'
resolutions (only where there are any), write all rows. A refused item leaves no row and does not spoil the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from kernel.refusal import Refusal
from ledger import refusals
from ledger.book import Book
from ledger.decide import Decided, decide
from ledger.draft import DRAFTS_MAX, Draft, Posted
from ledger.load import load
from ledger.write import write

Outcome = Posted | Refusal

_MICROSECOND = timedelta(microseconds=1)


async def post(conn: AsyncConnection, drafts: Sequence[Draft], *, now: datetime) -> list[Outcome]:
    """Posts `drafts` in order; the outcome of each stands at its place: what was posted, or why not.

    `now` is the instant at which holds count as expired. Raises TooManyItems; anything else that an item lacks is its outcome.
    """
    if len(drafts) > DRAFTS_MAX:
        raise refusals.TooManyItems(items=len(drafts), items_max=DRAFTS_MAX)
    if not drafts:
        return []
    book = await load(conn, drafts, now)
    decided, outcomes = _decide_all(book, drafts)
    if decided:
        await write(conn, decided, book.recorded_at, now)
    return outcomes


async def post_one(conn: AsyncConnection, draft: Draft, *, now: datetime) -> Posted:
    """Posts one draft, or raises its refusal."""
    (outcome,) = await post(conn, [draft], now=now)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


async def post_all(conn: AsyncConnection, drafts: Sequence[Draft], *, now: datetime) -> list[Posted]:
    """Posts every draft or none: raises the first refusal, and the caller's transaction rolls back."""
    outcomes = await post(conn, drafts, now=now)
    posted: list[Posted] = []
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            raise outcome
        posted.append(outcome)
    return posted


def _decide_all(book: Book, drafts: Sequence[Draft]) -> tuple[list[Decided], list[Outcome]]:
    decided: list[Decided] = []
    outcomes: list[Outcome] = []
    for draft in drafts:
        try:
            accepted = decide(book, draft)
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        recorded_at = book.recorded_at + len(decided) * _MICROSECOND
        decided.append(accepted)
        outcomes.append(Posted(draft.entry_id, recorded_at, tuple(line[4] for line in accepted.lines)))
    return decided, outcomes
