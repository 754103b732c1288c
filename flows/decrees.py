"""Which decrees, that leave it to each person whether their points live longer, were chosen by whom."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from rules import edition_store
from rules.edition_store import InForce
from rules.vocabulary.edition import Edition
from wallets import year_ends


async def chosen_by(conn: AsyncConnection, ruled: InForce, holder: UUID | None = None) -> dict[UUID, tuple[int, ...]]:
    """By holder, the decrees of an edition that were chosen: under it, or under another one that says the same."""
    words = await year_ends.chosen(conn, ruled.scheme.scheme_id, holder)
    known = {each.edition_id: await _edition(conn, each.edition_id) for each in words}
    found: dict[UUID, set[int]] = {}
    for word in words:
        decrees = known[word.edition_id].extensions
        if word.chosen and word.decree <= len(decrees):
            found.setdefault(word.holder, set()).update(_numbers(ruled.edition, decrees[word.decree - 1 : word.decree]))
    return {owner: tuple(sorted(numbers)) for owner, numbers in found.items()}


def _numbers(edition: Edition, decrees: Sequence[object]) -> list[int]:
    """Under which numbers an edition has these decrees, word for word."""
    return [number for number, decree in enumerate(edition.extensions, start=1) if decree in decrees]


async def _edition(conn: AsyncConnection, edition_id: UUID) -> Edition:
    return edition_store.parsed((await edition_store.edition(conn, edition_id)).document)
