"""What a member's own phone shows: the card, and a code that pays once. Looking issues nothing."""

from __future__ import annotations

import math
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from markupsafe import Markup
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api import acting, limits, refusals, signed_in
from api.pages import member_words, own
from api.pages.door import KeyedForm, PageDoor
from community import members
from flows import cards, phone_codes, purchase
from ledger import units
from qr import render, store, tokens
from qr.store import Credential
from wallets import holdings

AMOUNTS = (100, 300, 500, 1000)


class LostForm(KeyedForm, frozen=True, kw_only=True):
    """Which card is taken out of use."""

    credential_id: UUID


class PayForm(msgspec.Struct, frozen=True, kw_only=True):
    """How much of which unit one agrees to pay at most."""

    key: UUID
    unit: str
    amount: Annotated[int, Meta(ge=1, le=limits.AMOUNT_ASKED_MAX)] | None = None
    other: Annotated[int, Meta(ge=1, le=limits.AMOUNT_ASKED_MAX)] | None = None

    def most(self) -> int:
        """The amount: what was typed, else what was chosen. Raises FormIncomplete."""
        found = self.other or self.amount
        if found is None:
            raise refusals.FormIncomplete(field="amount")
        return found


class Shown(msgspec.Struct, frozen=True):
    """The wish under which a pay code was issued; the code itself is drawn, not kept."""

    wish: UUID


@get("/card", may=member_words.MEMBER, page=True, include_in_schema=False)
async def show_card(door: NamedDependency[PageDoor]) -> Response[str]:
    """The card on the screen, or the button that makes this phone one; and the cards that count."""
    me, token = own.member(door), phone_codes.card_of(_secret(door))

    async def work(conn: AsyncConnection) -> tuple[members.Member, members.Person, Credential | None, list[Credential]]:
        issued = await phone_codes.cards_of(conn, me, now=door.now)
        mine = next((each for each in issued if each.credential_id == door.signed_in.session_id), None)
        return await members.find(conn, me), await members.person_of(conn, me), mine, issued

    member, person, mine, issued = await door.read(work)
    svg = _drawn(door, tokens.Kind.CARD, token.text, "card.symbol") if mine else None
    return member_words.show(door, "member/card.html", member=member, person=person, svg=svg, mine=mine, cards=issued)


@post("/card", may=member_words.MEMBER, page=True, include_in_schema=False)
async def use_as_card(door: NamedDependency[PageDoor]) -> Redirect:
    """Makes this phone a card."""
    form, token = await door.form(KeyedForm), phone_codes.card_of(_secret(door))
    await door.once(form.key, None, lambda conn: phone_codes.issue_card(conn, door.signed_in, token, now=door.now), Credential)
    return door.go("/card")


@post("/card/lost", may=member_words.MEMBER, page=True, include_in_schema=False)
async def lost(door: NamedDependency[PageDoor]) -> Redirect:
    """Takes one of one's own cards out of use, for good. Points stay."""
    form = await door.form(LostForm)

    async def work(conn: AsyncConnection) -> Credential:
        await cards.revoke(conn, form.credential_id, door.say("card.lost_reason"), actor=door.actor, now=door.now)
        return await store.find(conn, form.credential_id)

    await door.once(form.key, form, work, Credential)
    return door.go("/card")


@get("/pay", may=member_words.MEMBER, page=True, acts=acting.spend("acted_points"), include_in_schema=False)
async def choose_amount(door: NamedDependency[PageDoor]) -> Response[str]:
    """How much one agrees to pay at most."""
    held = await door.read(lambda conn: holdings.of(conn, own.member(door), now=door.now))
    payable = [each for each in held if each.kind != "time" and each.available > 0]
    return member_words.show(door, "member/pay.html", held=payable, amounts=AMOUNTS)


@post("/pay", may=member_words.MEMBER, page=True, acts=acting.spend("acted_paid"), include_in_schema=False)
async def agree_to_pay(door: NamedDependency[PageDoor]) -> Redirect:
    """Issues the code, once for the form."""
    form = await door.form(PayForm)
    asked = purchase.PayCodeAsked(member_id=own.member(door), unit=form.unit, amount_max=form.most())
    chance = phone_codes.pay_chance(_secret(door), form.key)

    async def work(conn: AsyncConnection) -> Shown:
        await purchase.show_pay_code(conn, asked, actor=door.actor, now=door.now, chance=chance, session=door.session)
        return Shown(form.key)

    shown = await door.once(str(form.key), form, work, Shown)
    return door.go(f"/pay/{shown.wish}")


@get("/pay/{wish:uuid}", may=member_words.MEMBER, page=True, acts=acting.spend("acted_points"), include_in_schema=False)
async def show_pay_code(door: NamedDependency[PageDoor], wish: FromPath[UUID]) -> Response[str]:
    """The code, how long it is good for, and whether it has paid."""
    token = tokens.new_pay_code(phone_codes.pay_chance(_secret(door), wish))

    async def work(conn: AsyncConnection) -> tuple[phone_codes.IssuedPayCode, units.Unit]:
        found = await phone_codes.pay_code(conn, token, actor=door.actor)
        return found, await units.by_code(conn, found.unit)

    code, unit = await door.read(work)
    seconds = math.ceil((code.expires_at - door.now).total_seconds())
    good = code.used_at is None and seconds > 0
    svg = _drawn(door, tokens.Kind.PAY_CODE, token.text, "pay.symbol") if good else None
    return member_words.show(door, "member/pay_code.html", pay=code, unit=unit, seconds=max(seconds, 0), svg=svg)


def _secret(door: PageDoor) -> str:
    """What this phone alone holds. Raises NotSignedIn."""
    session = door.signed_in
    return f"{door.request.cookies.get(signed_in.COOKIE, '')} {session.session_id}"


def _drawn(door: PageDoor, kind: tokens.Kind, text: str, title: str) -> Markup:
    address = tokens.address(door.context.public_url, kind, text)
    return Markup(render.svg(render.symbol(address), door.say(title)))  # noqa: S704 - ours; the title is escaped there


HANDLERS = (show_card, use_as_card, lost, choose_amount, agree_to_pay, show_pay_code)
