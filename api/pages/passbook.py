"""The printed passbook (通帳): a member's own, and at the desk for those without a phone. The browser prints it, on A4 or A5."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncConnection

from api import acting, refusals
from api.pages import member_words, own
from api.pages.door import PageDoor
from flows import in_area, looked, passbook
from flows.passbook import Passbook
from kernel import days
from ledger import units
from ledger.units import Unit

DESK = {"coordinator": "town", "officer": "town"}
Paper = Literal["a4", "a5"]


@get("/passbook", may=member_words.MEMBER, page=True, acts=acting.see("acted_points"), include_in_schema=False)
async def show_own(
    door: NamedDependency[PageDoor],
    unit: FromQuery[str | None] = None,
    since: FromQuery[str | None] = None,
    paper: FromQuery[Paper] = "a4",
) -> Response[str]:
    """One's own, since April or the day that was asked."""
    me = own.member(door)
    known, found = await door.read(lambda conn: _read(conn, door, me, unit, since))
    return member_words.show(door, "member/passbook.html", units=known, book=found, paper=paper, for_desk=False)


@get("/desk/members/{member_id:uuid}/passbook", may=DESK, page=True, include_in_schema=False)
async def show_at_desk(
    door: NamedDependency[PageDoor],
    member_id: FromPath[UUID],
    unit: FromQuery[str | None] = None,
    since: FromQuery[str | None] = None,
    paper: FromQuery[Paper] = "a4",
) -> Response[str]:
    """A member's, to be printed and handed over. The member reads that it was."""

    async def work(conn: AsyncConnection) -> tuple[list[Unit], Passbook]:
        await in_area.check_member(conn, member_id, door.actor)
        told = await _read(conn, door, member_id, unit, since)
        await looked.note(conn, door.actor, member_id, "history", door.now)
        return told

    known, found = await door.write(work)
    return member_words.show(door, "desk/passbook.html", units=known, book=found, paper=paper, for_desk=True, member_id=member_id)


async def _read(
    conn: AsyncConnection, door: PageDoor, member_id: UUID, unit: str | None, since: str | None
) -> tuple[list[Unit], Passbook]:
    known, today = list(await units.all_units(conn)), days.local_date(door.now)
    shown = member_words.unit_called(known, unit) if unit else next((each for each in known if each.kind == "points"), known[0])
    begins = _day(since) if since else days.fiscal_year_bounds(days.fiscal_year(today))[0]
    return known, await passbook.read(conn, member_id, shown, door.locale, since=begins, today=today)


def _day(told: str) -> date:
    """The day as a form tells it. Raises FormIncomplete."""
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise refusals.FormIncomplete(field="since") from None


HANDLERS = (show_own, show_at_desk)
