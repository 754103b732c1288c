"""Turning points into something else: what each scheme offers and when, the form that is remembered, and how each claim stands."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api import acting, limits
from api.pages import member_words, own, terms
from api.pages.door import KeyedForm, PageDoor
from community import organisations
from community.organisations import Organisation
from flows import claim, claim_preview, own_claims, proxies, words
from flows.own_claims import Offered
from ledger import units
from rules import edition_store, forms
from wallets import claims
from wallets.claims import Standing

CLAIMS_SHOWN = 20


class ClaimForm(KeyedForm, frozen=True, kw_only=True):
    """Of which scheme, in which form, for whom else; how much, or all that can be."""

    scheme: str
    form: str | None = None
    directed_to: UUID | None = None
    amount: Annotated[int, Meta(ge=1, le=limits.AMOUNT_ASKED_MAX)] | None = None


class Choosable(msgspec.Struct, frozen=True):
    """A form of payout as it is offered."""

    key: str
    label: str
    chosen: bool


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a scheme offers, in words."""

    offered: Offered
    name: str
    rate: str
    window: str
    forms: list[Choosable]
    directed: bool


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A claim and what it becomes, in sentences; and whom the member let act, where one of them made it."""

    claim: Standing
    name: str
    sentences: list[str]
    by: proxies.Named | None


@get("/claims", may=member_words.MEMBER, page=True, acts=acting.see("acted_points"), include_in_schema=False)
async def show_claims(door: NamedDependency[PageDoor]) -> Response[str]:
    """What can be claimed, and what was."""
    me = own.member(door)

    async def work(conn: AsyncConnection) -> tuple[list[Offered], list[Told], list[Organisation]]:
        offered = await own_claims.offered(conn, me, now=door.now)
        groups = await organisations.page(conn, limit=organisations.PAGE_MAX)
        return offered, await _told(conn, door, me), sorted(groups, key=lambda each: each.name)

    offered, told, groups = await door.read(work)
    said = [_terms(each, door) for each in offered]
    return member_words.show(door, "member/claims.html", offered=said, told=told, organisations=groups)


@post("/claims", may=member_words.MEMBER, page=True, acts=acting.spend("acted_claimed"), include_in_schema=False)
async def apply(door: NamedDependency[PageDoor]) -> Redirect:
    """Claims, and remembers the form for the next time. What it takes is reserved; an officer books it."""
    form, me = await door.form(ClaimForm), own.member(door)

    async def work(conn: AsyncConnection) -> claim.Told:
        if form.form is not None:
            chosen = claim.Choosing(scheme=form.scheme, holder=me, form=form.form, directed_to=form.directed_to)
            await claim.choose(conn, chosen, actor=door.actor, now=door.now)
        asked = claim.Applying(scheme=form.scheme, holder=me, amount=form.amount, form=form.form, directed_to=form.directed_to)
        return await claim.apply(conn, asked, actor=door.actor, now=door.now)

    await door.once(form.key, form, work, claim.Told)
    return door.go("/claims")


@post("/claims/preview", may=member_words.MEMBER, page=True, acts=acting.spend("acted_points"), include_in_schema=False)
async def preview(door: NamedDependency[PageDoor]) -> Response[str]:
    """What one would get, of which grants, and what would be left. Nothing is kept."""
    form, me = await door.form(ClaimForm), own.member(door)
    asked = claim.Applying(scheme=form.scheme, holder=me, amount=form.amount, form=form.form, directed_to=form.directed_to)
    found = await door.write(lambda conn: claim_preview.preview(conn, asked, actor=door.actor, now=door.now))
    return member_words.show(door, "member/claim_preview.html", found=found, asked=form)


@post(
    "/claims/{claim_id:uuid}/withdraw",
    may=member_words.MEMBER,
    page=True,
    acts=acting.spend("acted_claimed"),
    include_in_schema=False,
)
async def withdraw(door: NamedDependency[PageDoor], claim_id: FromPath[UUID]) -> Redirect:
    """Takes a claim back before it is booked: what it reserved is free again."""
    form = await door.form(KeyedForm)
    await door.once(form.key, form, lambda conn: claim.withdraw(conn, claim_id, actor=door.actor, now=door.now), claims.Standing)
    return door.go("/claims")


async def _told(conn: AsyncConnection, door: PageDoor, me: UUID) -> list[Told]:
    known, schemes = await units.all_units(conn), {each.scheme_id: each for each in await edition_store.schemes(conn)}
    found = await claims.page(conn, claims.Listing(holder=me, limit=CLAIMS_SHOWN))
    names = await proxies.names_of(conn, me)
    return [
        Told(
            claim=each,
            name=schemes[each.scheme_id].name,
            by=names.get(each.claimed_by) if each.acting_for else None,
            sentences=words.of_claim(known, schemes[each.scheme_id].unit_id, each)[door.locale],
        )
        for each in found
    ]


def _terms(offered: Offered, door: PageDoor) -> Terms:
    exchange, locale = offered.exchange, door.locale
    before = offered.chosen.form if offered.chosen else None
    alone = len(exchange.forms) == 1
    return Terms(
        offered=offered,
        name=terms.name_of(offered.ruled.edition, locale),
        rate=terms.rate_of(offered, locale),
        window=terms.window_of(offered, locale),
        forms=[
            Choosable(forms.key(each), terms.form_of(each, offered, locale), alone or forms.key(each) == before)
            for each in exchange.forms
        ],
        directed=any(each.directed or each.form == "donation" for each in exchange.forms),
    )


HANDLERS = (show_claims, apply, preview, withdraw)
