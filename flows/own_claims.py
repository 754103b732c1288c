"""What a member can turn into something else, and what they can choose: by scheme, as its edition in force today says. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from flows import decrees as choices
from kernel import days
from ledger import units
from ledger.units import Unit
from rules import edition_store
from rules.edition_store import InForce
from rules.vocabulary.conversion import Exchange
from rules.vocabulary.ending import Extension
from wallets import claims, scheme_lots
from wallets.claims import Choice


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """What a scheme turns into something else: its terms, how much of it the member holds, and the form chosen before."""

    ruled: InForce
    exchange: Exchange
    unit: Unit
    available: int
    chosen: Choice | None


class Decree(msgspec.Struct, frozen=True, kw_only=True):
    """A decree that keeps points alive longer for those who choose it: its number in the edition, and whether the member did."""

    ruled: InForce
    number: int
    extension: Extension
    chosen: bool


async def offered(conn: AsyncConnection, member_id: UUID, *, now: datetime) -> list[Offered]:
    """The schemes whose points the member can claim something for, or could if they had any."""
    known = await units.all_units(conn)
    return [
        Offered(
            ruled=each,
            exchange=each.edition.conversion,
            unit=_unit(known, each),
            available=await _available(conn, each, member_id, now),
            chosen=await claims.chosen(conn, member_id, each.scheme.scheme_id),
        )
        for each in await _of_members(conn, now)
        if isinstance(each.edition.conversion, Exchange)
    ]


async def decrees(conn: AsyncConnection, member_id: UUID, *, now: datetime) -> list[Decree]:
    """What the member may choose, or chose, to keep points alive longer."""
    found: list[Decree] = []
    for each in await _of_members(conn, now):
        chosen = (await choices.chosen_by(conn, each, member_id)).get(member_id, ())
        found += [
            Decree(ruled=each, number=number, extension=extension, chosen=number in chosen)
            for number, extension in enumerate(each.edition.extensions, start=1)
            if extension.chosen
        ]
    return found


async def _of_members(conn: AsyncConnection, now: datetime) -> list[InForce]:
    """The editions in force today whose points are held by members."""
    today = days.local_date(now)
    found = (await edition_store.in_force(conn, [today])).get(today, [])
    return [each for each in found if each.edition.holder == "member"]


async def _available(conn: AsyncConnection, ruled: InForce, member_id: UUID, now: datetime) -> int:
    held = await scheme_lots.of(conn, ruled.scheme.scheme_id, member_id, now=now)
    return sum(holding.can_be_converted for wallet in held for holding in wallet.holdings)


def _unit(known: Sequence[Unit], ruled: InForce) -> Unit:
    return next(unit for unit in known if unit.unit_id == ruled.scheme.unit_id)
