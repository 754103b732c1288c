"""Asking for help, and answering: the usual again in one tap, the first time in three, proposals accepted or declined at no cost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import needs, offers
from activities.needs import Need
from activities.offers import Offer
from api import acting, refusals
from api.pages import member_words, own
from api.pages.door import KeyedForm, PageDoor
from api.routes import shapes
from flows import matches as agreeing
from flows import needs as asking
from flows import own_help
from kernel import days
from ledger import units

DAYS_SHOWN = 7
CLOCKS = ("10:00", "14:00")
LENGTHS = (30, 60, 90, 120)


class AgainForm(KeyedForm, frozen=True, kw_only=True):
    """The same as this need, at this time."""

    need_id: UUID
    starts_at: datetime


class AskForm(KeyedForm, frozen=True, kw_only=True):
    """What is asked for, on which day, at what time, for how long."""

    kind: shapes.KindCode
    day: str
    time: str
    minutes: Annotated[int, Meta(ge=1, le=needs.MINUTES_MAX)]
    note: str | None = None


class AnswerForm(KeyedForm, frozen=True, kw_only=True):
    """What one side says to a proposal."""

    side: Literal["helper", "receiver"]
    answer: Literal["accept", "decline"]


class OfferForm(KeyedForm, frozen=True, kw_only=True):
    """What the member can do for others; no weekday means any day."""

    kind: shapes.KindCode
    weekdays: tuple[offers.Weekday, ...] = ()
    note: str | None = None


@get("/help", may=member_words.MEMBER, page=True, acts=acting.see("acted_help"), include_in_schema=False)
async def show_help(door: NamedDependency[PageDoor]) -> Response[str]:
    """What waits for an answer, what is agreed, what was asked for, and asking again."""
    found = await door.read(lambda conn: own_help.read(conn, own.member(door), now=door.now))
    return member_words.show(door, "member/help.html", asked=found)


@get("/help/new", may=member_words.MEMBER, page=True, acts=acting.arrange("acted_help"), include_in_schema=False)
async def show_asking(
    door: NamedDependency[PageDoor],
    kind: FromQuery[str | None] = None,
    day: FromQuery[str | None] = None,
    time: FromQuery[str | None] = None,
) -> Response[str]:
    """What, then when, then the confirmation: three taps."""
    if kind not in member_words.HELP_KINDS:
        return member_words.show(door, "member/ask_what.html", kinds=member_words.HELP_KINDS)
    if not day or not time:
        first = days.local_date(door.now) + timedelta(days=1)
        shown = [first + timedelta(days=n) for n in range(DAYS_SHOWN)]
        return member_words.show(door, "member/ask_when.html", asked=kind, days=shown, clocks=CLOCKS)
    starts_at = member_words.asked_time(day, time)
    return member_words.show(
        door, "member/ask_confirm.html", asked=kind, day_asked=day, time_asked=time, starts_at=starts_at, lengths=LENGTHS
    )


@post("/help/new", may=member_words.MEMBER, page=True, acts=acting.arrange("acted_asked"), include_in_schema=False)
async def ask(door: NamedDependency[PageDoor]) -> Redirect:
    """Asks, hour for hour where the town has hours, for nothing where it has none."""
    form, me = await door.form(AskForm), own.member(door)
    starts_at = member_words.asked_time(form.day, form.time)

    async def work(conn: AsyncConnection) -> Need:
        unit, pay = await usual_pay(conn)
        asked = asking.NeedAsked(
            member_id=me, kind=form.kind, note=form.note, starts_at=starts_at, minutes=form.minutes, unit=unit, pay_per_hour=pay
        )
        return await asking.ask(conn, asked, actor=door.actor, now=door.now)

    made = await door.once(form.key, form, work, Need)
    return door.go(f"/help/asked/{made.need_id}")


@post("/help/again", may=member_words.MEMBER, page=True, acts=acting.arrange("acted_asked"), include_in_schema=False)
async def ask_again(door: NamedDependency[PageDoor]) -> Redirect:
    """Asks for what was asked for before, at the time that the button said."""
    form, me = await door.form(AgainForm), own.member(door)

    async def work(conn: AsyncConnection) -> Need:
        before = await asking.own(conn, form.need_id, door.actor)
        known = {unit.unit_id: unit.code for unit in await units.all_units(conn)}
        asked = asking.NeedAsked(
            member_id=me,
            kind=before.kind,
            note=before.note,
            starts_at=form.starts_at,
            minutes=before.minutes,
            unit=known[before.pay_unit_id],
            pay_per_hour=before.pay_per_hour,
        )
        return await asking.ask(conn, asked, actor=door.actor, now=door.now)

    made = await door.once(form.key, form, work, Need)
    return door.go(f"/help/asked/{made.need_id}")


@get("/help/asked/{need_id:uuid}", may=member_words.MEMBER, page=True, acts=acting.see("acted_help"), include_in_schema=False)
async def show_asked(door: NamedDependency[PageDoor], need_id: FromPath[UUID]) -> Response[str]:
    """What was asked for, how it stands, and taking it back."""
    found = await door.read(lambda conn: asking.own(conn, need_id, door.actor))
    return member_words.show(door, "member/asked.html", need=found)


@post(
    "/help/asked/{need_id:uuid}/withdraw",
    may=member_words.MEMBER,
    page=True,
    acts=acting.arrange("acted_withdrew"),
    include_in_schema=False,
)
async def withdraw(door: NamedDependency[PageDoor], need_id: FromPath[UUID]) -> Redirect:
    """Takes it back. It costs nothing."""
    form = await door.form(KeyedForm)

    async def work(conn: AsyncConnection) -> Need:
        await asking.withdraw(conn, need_id, actor=door.actor, now=door.now)
        return await needs.find(conn, need_id)

    await door.once(form.key, form, work, Need)
    return door.go(f"/help/asked/{need_id}")


@post(
    "/help/matches/{match_id:uuid}/answer",
    may=member_words.MEMBER,
    page=True,
    acts=acting.arrange("acted_answered"),
    include_in_schema=False,
)
async def answer(door: NamedDependency[PageDoor], match_id: FromPath[UUID]) -> Redirect:
    """Accepts or declines. Declining costs nothing."""
    form = await door.form(AnswerForm)
    await door.once(
        form.key,
        form,
        lambda conn: agreeing.answer(conn, match_id, form.side, form.answer, actor=door.actor, now=door.now),
        agreeing.Answered,
    )
    return door.go("/help")


@post(
    "/help/matches/{match_id:uuid}/cancel",
    may=member_words.MEMBER,
    page=True,
    acts=acting.arrange("acted_withdrew"),
    include_in_schema=False,
)
async def cancel(door: NamedDependency[PageDoor], match_id: FromPath[UUID]) -> Redirect:
    """Calls an agreement off before it begins: what was reserved is free again."""
    form = await door.form(KeyedForm)
    await door.once(
        form.key, form, lambda conn: agreeing.cancel(conn, match_id, actor=door.actor, now=door.now), agreeing.Answered
    )
    return door.go("/help")


@get("/help/offers", may=member_words.MEMBER, page=True, acts=acting.see("acted_help"), include_in_schema=False)
async def show_offers(door: NamedDependency[PageDoor]) -> Response[str]:
    """What the member offers to do, and offering more."""
    found = await door.read(lambda conn: offers.of_member(conn, own.member(door)))
    return member_words.show(door, "member/offers.html", offers=found, kinds=member_words.HELP_KINDS)


@post("/help/offers", may=member_words.MEMBER, page=True, acts=acting.arrange("acted_offered"), include_in_schema=False)
async def offer(door: NamedDependency[PageDoor]) -> Redirect:
    """Offers to do something."""
    form = await door.form(OfferForm)
    asked = asking.OfferAsked(member_id=own.member(door), kind=form.kind, note=form.note, weekdays=form.weekdays)
    await door.once(form.key, form, lambda conn: asking.offer(conn, asked, actor=door.actor, now=door.now), Offer)
    return door.go("/help/offers")


@post(
    "/help/offers/{offer_id:uuid}/end",
    may=member_words.MEMBER,
    page=True,
    acts=acting.arrange("acted_offered"),
    include_in_schema=False,
)
async def end_offer(door: NamedDependency[PageDoor], offer_id: FromPath[UUID]) -> Redirect:
    """Ends an offer."""
    form = await door.form(KeyedForm)

    async def work(conn: AsyncConnection) -> shapes.Done:
        await asking.end_offer(conn, offer_id, actor=door.actor, now=door.now)
        return shapes.Done()

    await door.once(form.key, form, work, shapes.Done)
    return door.go("/help/offers")


async def usual_pay(conn: AsyncConnection) -> tuple[str, int]:
    """What an hour of help pays where nobody agreed otherwise: an hour; where the town has no hours, nothing."""
    known = await units.all_units(conn)
    time = next((unit for unit in known if unit.kind == "time"), None)
    if time is not None:
        return time.code, 60
    if not known:
        raise refusals.FormIncomplete(field="unit")
    return known[0].code, 0


HANDLERS = (
    show_help,
    show_asking,
    ask,
    ask_again,
    show_asked,
    withdraw,
    answer,
    cancel,
    show_offers,
    offer,
    end_offer,
)
