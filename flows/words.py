"""Payouts and closings in the words of the town: its units by their labels, in every language that is spoken."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import units
from ledger.units import Unit
from rules import edition_store, explain, naming
from rules.edition_store import InForce
from rules.payout import Closing, Payout
from rules.wording.said import NO_NAMES, Names
from wallets.claims import Standing

Words = dict[str, list[str]]
"""Sentences by language."""


async def of_payout(conn: AsyncConnection, ruled: InForce, payout: Payout) -> Words:
    """What a claim becomes, or why nothing, or what it waits for."""
    known = await units.all_units(conn)
    return payout_in(known, ruled.scheme.unit_id, payout, naming.names_of(ruled.edition))


async def names_of(conn: AsyncConnection, edition_id: UUID | None) -> Names:
    """What the edition of that id calls the codes of its town; of no edition, nothing."""
    if edition_id is None:
        return NO_NAMES
    return naming.names_of(edition_store.parsed((await edition_store.edition(conn, edition_id)).document))


def payout_in(known: Sequence[Unit], unit_id: int, payout: Payout, names: Names = NO_NAMES) -> Words:
    """The same, of a scheme whose points are in `unit_id`; `names` is what its edition calls its codes. Pure."""
    points = next(unit for unit in known if unit.unit_id == unit_id)
    into = next((unit for unit in known if unit.code == payout.unit), None)
    return {
        locale: list(
            explain.explain_payout(payout, locale, _label(points, locale), points.scale, into and _label(into, locale), names)
        )
        for locale in explain.LOCALES
    }


def of_claim(known: Sequence[Unit], unit_id: int, claim: Standing, names: Names = NO_NAMES) -> Words:
    """What a claim becomes, or what it waits for. Pure."""
    waits = Payout(outcome="ask", points=0, lost=0, value=0, unit="", form=None, payable_from=None, taken=(), trace=claim.missing)
    return payout_in(known, unit_id, claim.payout or waits, names)


def closing_in(points: Unit, closing: Closing) -> Words:
    """What a year's end does to what somebody holds in the unit `points`. Pure."""
    return {
        locale: list(explain.explain_closing(closing, locale, _label(points, locale), points.scale)) for locale in explain.LOCALES
    }


def _label(unit: Unit, locale: str) -> str:
    return unit.label_en if locale == "en" else unit.label_ja
