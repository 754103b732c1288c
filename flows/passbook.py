"""The passbook (通帳) of one unit: from a day on, what there was, every line with its why, and what there is. Reads only.

Lines stand in the order of the book, by the day on which they were booked: what there was and the lines make what there is.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import members
from flows import own_history
from flows.own_history import Line
from ledger.units import Unit
from rules.explain import Locale

LINES_MAX = 400
PART = 100


class Passbook(msgspec.Struct, frozen=True, kw_only=True):
    """Whose it is, the unit, the days from and to, and the lines, the oldest first.

    `cut` where older lines since the asked day did not fit: it begins with the oldest that did.
    """

    number: int
    name: str
    unit: Unit
    since: date
    until: date
    opening: int
    closing: int
    lines: list[Line]
    cut: bool


async def read(conn: AsyncConnection, member_id: UUID, unit: Unit, locale: Locale, *, since: date, today: date) -> Passbook:
    """The passbook since a day. Raises UnknownMember."""
    member, person = await members.find(conn, member_id), await members.person_of(conn, member_id)
    lines, older = await _lines(conn, member_id, unit, locale, since)
    cut = len(lines) > LINES_MAX
    kept = lines[:LINES_MAX]
    closing = kept[0].balance_after if kept else older
    return Passbook(
        number=member.number,
        name=person.name,
        unit=unit,
        since=kept[-1].booked_on if cut else since,
        until=today,
        opening=kept[-1].balance_after - kept[-1].amount if kept else older,
        closing=closing,
        lines=kept[::-1],
        cut=cut,
    )


async def _lines(conn: AsyncConnection, member_id: UUID, unit: Unit, locale: Locale, since: date) -> tuple[list[Line], int]:
    """The lines since a day, the newest first, one more than LINES_MAX at most; and the balance of the line before them."""
    found: list[Line] = []
    before: int | None = None
    while len(found) <= LINES_MAX:
        part = await own_history.lines(conn, member_id, unit, locale, before=before, limit=PART)
        for line in part:
            if line.booked_on < since:
                return found, line.balance_after
            found.append(line)
        if len(part) < PART:
            break
        before = part[-1].number
    return found[: LINES_MAX + 1], 0
