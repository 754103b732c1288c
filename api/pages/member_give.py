"""Giving: points to a group, points or hours to the community pot."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api import acting, limits
from api.pages import member_words, own
from api.pages.door import KeyedForm, PageDoor
from community import organisations
from community.organisations import Organisation
from flows import donation, pledge
from ledger import units
from ledger.units import Unit
from wallets import holdings, redemptions, refusals
from wallets.holdings import Holding
from wallets.redemptions import Standing

POT = "pot"
GROUPS_MAX = organisations.PAGE_MAX


class GiveForm(KeyedForm, frozen=True, kw_only=True):
    """To whom (a group's id, or the pot), and how much of which unit."""

    to: str
    unit: str
    amount: Annotated[int, Meta(ge=1, le=limits.AMOUNT_ASKED_MAX)]


class Given(msgspec.Struct, frozen=True):
    """The redemption that was written."""

    redemption_id: UUID


@get("/give", may=member_words.MEMBER, page=True, acts=acting.spend("acted_points"), include_in_schema=False)
async def show_giving(door: NamedDependency[PageDoor], to: FromQuery[str | None] = None) -> Response[str]:
    """To whom, and how much."""
    me = own.member(door)

    async def work(conn: AsyncConnection) -> tuple[list[Holding], list[Organisation]]:
        groups = await organisations.page(conn, kind="group", limit=GROUPS_MAX)
        return await holdings.of(conn, me, now=door.now), sorted(groups, key=lambda each: each.name)

    held, groups = await door.read(work)
    giving = [each for each in held if each.available > 0 and each.posted > 0]
    chosen = to or (str(groups[0].organisation_id) if groups else POT)
    return member_words.show(door, "member/give.html", held=giving, groups=groups, pot=POT, chosen=chosen)


@post("/give", may=member_words.MEMBER, page=True, acts=acting.spend("acted_gave"), include_in_schema=False)
async def give(door: NamedDependency[PageDoor]) -> Redirect:
    """Gives, once for the form."""
    form, me = await door.form(GiveForm), own.member(door)

    async def work(conn: AsyncConnection) -> Given:
        if form.to == POT:
            donated = donation.Asked(member_id=me, unit=form.unit, amount=form.amount)
            return Given((await donation.donate(conn, donated, actor=door.actor, now=door.now)).redemption_id)
        pledged = pledge.Asked(member_id=me, organisation_id=_group(form.to), unit=form.unit, amount=form.amount)
        return Given((await pledge.pledge(conn, pledged, actor=door.actor, now=door.now)).redemption_id)

    given = await door.once(form.key, form, work, Given)
    return door.go(f"/given/{given.redemption_id}")


@get("/given/{redemption_id:uuid}", may=member_words.MEMBER, page=True, acts=acting.see("acted_points"), include_in_schema=False)
async def show_given(door: NamedDependency[PageDoor], redemption_id: FromPath[UUID]) -> Response[str]:
    """What was given, to whom, and what is left."""
    me = own.member(door)

    async def work(conn: AsyncConnection) -> tuple[Standing, Unit, Organisation | None, list[Holding]]:
        found = await redemptions.get(conn, redemption_id)
        given = found.redemption
        if given.holder != me or given.kind not in {"pledge", "donation"}:
            raise refusals.UnknownRedemption(redemption_id=redemption_id)
        group = await organisations.find(conn, given.counterparty) if given.counterparty else None
        return found, await units.by_code(conn, found.unit), group, await holdings.of(conn, me, now=door.now)

    found, unit, group, held = await door.read(work)
    left = next(each for each in held if each.unit == unit.code)
    return member_words.show(door, "member/given.html", given=found.redemption, unit=unit, group=group, left=left)


def _group(told: str) -> UUID:
    """The id of a group. Raises UnknownOrganisation."""
    try:
        return UUID(told)
    except ValueError:
        raise organisations.refusals.UnknownOrganisation(organisation_id=UUID(int=0)) from None


HANDLERS = (show_giving, give, show_given)
