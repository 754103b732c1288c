"""What a phone's camera opens: a venue's code, a poster, a card, a pay code. One question and one big button for whom it is meant.

Looking changes nothing and, for whoever is not signed in, nothing is looked up about the code: link previews and in-app
browsers open addresses by themselves. The code stays in the address; no page repeats it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.presence import Direction
from activities.refusals import NoMatchThen, SelfConfirmation
from activities.scans import Method
from api import auth, limits
from api import refusals as door_refusals
from api.pages import card_pins, member_words, rendering
from api.pages.door import PageDoor
from flows import at_once, own_history, own_scan, purchase, takings, undo
from flows.own_history import Deed
from flows.own_scan import Recorded, Seen
from flows.readings import Codes
from ledger import units
from ledger.units import Unit
from wallets import card_limits, redemptions
from wallets.redemptions import Standing
from wallets.refusals import UnknownRedemption

CASHIER = {"cashier": "organisation"}
MEMBER_OR_CASHIER = member_words.MEMBER | CASHIER
LINE = " Line/"


class ScanForm(msgspec.Struct, frozen=True, kw_only=True):
    """Coming or going; `key` is the id of the scan, `claim` stands for a venue's code."""

    key: UUID
    direction: Direction
    claim: Annotated[str, Meta(max_length=64)] | None = None


class TakeForm(card_pins.TakingForm, frozen=True, kw_only=True):
    """How much of which unit is taken."""

    unit: str
    amount: Annotated[int, Meta(ge=1, le=limits.AMOUNT_ASKED_MAX)]


@get(["/T/{code:str}", "/t/{code:str}"], may=auth.PUBLIC, page=True, include_in_schema=False)
async def venue(door: NamedDependency[PageDoor], code: FromPath[str]) -> Response[str]:
    """The venue's rotating code."""
    return await _question(door, "venue", f"T/{code}")


@post(["/T/{code:str}", "/t/{code:str}"], may=member_words.MEMBER, page=True, include_in_schema=False)
async def come_to_venue(door: NamedDependency[PageDoor], code: FromPath[str]) -> Redirect:
    """The member comes, or goes."""
    return await _say(door, "venue", f"T/{code}")


@get(["/A/{code:str}", "/a/{code:str}"], may=auth.PUBLIC, page=True, include_in_schema=False)
async def poster(door: NamedDependency[PageDoor], code: FromPath[str]) -> Response[str]:
    """A poster at the place of an activity."""
    return await _question(door, "poster", f"A/{code}")


@post(["/A/{code:str}", "/a/{code:str}"], may=member_words.MEMBER, page=True, include_in_schema=False)
async def come_by_poster(door: NamedDependency[PageDoor], code: FromPath[str]) -> Redirect:
    """The member comes, or goes; somebody vouches for it later."""
    return await _say(door, "poster", f"A/{code}")


@get(["/C/{code:str}", "/c/{code:str}"], may=auth.PUBLIC, page=True, include_in_schema=False)
async def card(door: NamedDependency[PageDoor], code: FromPath[str]) -> Response[str]:
    """A card: a helper at its holder's home begins and ends with it, a cashier takes points, for anybody else it is a card."""
    if door.session is not None and door.session.actor.role == "cashier":
        return await _till(door, "card")
    try:
        return await _question(door, "receiver_card", f"C/{code}")
    except (NoMatchThen, SelfConfirmation) as calm:
        return member_words.show(door, "member/landing.html", what="card", calm=calm.code, in_line=False)


@post(["/C/{code:str}", "/c/{code:str}"], may=MEMBER_OR_CASHIER, page=True, include_in_schema=False)
async def use_card(door: NamedDependency[PageDoor], code: FromPath[str]) -> Redirect:
    """The helper comes or goes; the cashier takes points."""
    if door.actor.role == "cashier":
        return await _take(door, f"C/{code}")
    return await _say(door, "receiver_card", f"C/{code}")


@get(["/P/{code:str}", "/p/{code:str}"], may=auth.PUBLIC, page=True, include_in_schema=False)
async def pay_code(door: NamedDependency[PageDoor], code: FromPath[str]) -> Response[str]:
    """A pay code: a cashier takes points with it, for anybody else it is one."""
    if door.session is not None and door.session.actor.role == "cashier":
        return await _till(door, "pay_code")
    return _calm(door, "pay_code")


@post(["/P/{code:str}", "/p/{code:str}"], may=CASHIER, page=True, include_in_schema=False)
async def take(door: NamedDependency[PageDoor], code: FromPath[str]) -> Redirect:
    """Takes points from the holder of the code."""
    return await _take(door, f"P/{code}")


@get("/came/{scan_id:uuid}", may=member_words.MEMBER, page=True, include_in_schema=False)
async def came(door: NamedDependency[PageDoor], scan_id: FromPath[UUID]) -> Response[str]:
    """What was recorded, when it ends and how to finish; and what it earned, where it is finished."""

    async def work(conn: AsyncConnection) -> tuple[Recorded, Deed | None, list[Unit]]:
        found = await own_scan.recorded(conn, scan_id, actor=door.actor)
        if found is None:
            raise door_refusals.UnknownRecord(record_id=scan_id)
        known = list(await units.all_units(conn))
        deed = await own_history.deed(conn, found.attendance, known, door.locale) if found.attendance else None
        return found, deed, known

    found, deed, known = await door.read(work)
    told = {"done": found, "seen": found.seen, "deed": deed, "units": known, "again": "again" in door.request.query_params}
    if not found.going_on:
        return member_words.show(door, "member/came.html", start=None, **told)
    start = "returning" if door.now - found.scan.occurred_at < at_once.ASKS_WITHIN else "remembered"
    camera = {"start": start, "hosts": door.context.hosts, "headers": rendering.WITH_CAMERA}
    return member_words.show(door, "member/came.html", **told, **camera)


@get("/taken/{redemption_id:uuid}", may=CASHIER, page=True, include_in_schema=False)
async def taken(door: NamedDependency[PageDoor], redemption_id: FromPath[UUID]) -> Response[str]:
    """The receipt of what the partner took; nothing about who paid."""

    async def work(conn: AsyncConnection) -> tuple[Standing, Unit]:
        found = await redemptions.get(conn, redemption_id)
        if found.redemption.counterparty != door.actor.organisation_id or found.redemption.kind != "purchase":
            raise UnknownRedemption(redemption_id=redemption_id)
        return found, await units.by_code(conn, found.unit)

    found, unit = await door.read(work)
    undoable = found.undone_at is None and door.now <= found.redemption.redeemed_at + timedelta(seconds=undo.UNDO_SECONDS)
    return member_words.show(door, "member/taken.html", taken=found, unit=unit, undoable=undoable)


async def _question(door: PageDoor, method: Method, code: str) -> Response[str]:
    """One question for a member; what to do for everybody else."""
    if door.session is None or door.session.actor.role != "member":
        return _calm(door, "card" if method == "receiver_card" else method)
    if door.actor.acting_for is not None:
        raise door_refusals.NotWhileActing
    seen = await door.read(lambda conn: own_scan.look(conn, method, code, actor=door.actor, now=door.now, codes=_codes(door)))
    return member_words.show(door, "member/come.html", seen=seen, over=_over(seen))


async def _say(door: PageDoor, method: Method, code: str) -> Redirect:
    """Records it once, and shows what was recorded."""
    form = await door.form(ScanForm)
    told = own_scan.Told(scan_id=form.key, method=method, code=code, claim=form.claim, direction=form.direction)
    done = await door.replayable(lambda conn: own_scan.come(conn, told, actor=door.actor, now=door.now, codes=_codes(door)))
    return door.go(f"/came/{done.scan_id}" + ("?again" if done.before else ""))


async def _till(door: PageDoor, what: str) -> Response[str]:
    """An amount and a button."""
    taken = await door.read(takings.units_taken)
    limit = await door.read(lambda conn: card_limits.in_force(conn, door.now))
    return member_words.show(door, "member/take.html", what=what, limit=limit, units=taken)


async def _take(door: PageDoor, code: str) -> Redirect:
    form = await door.form(TakeForm)
    asked = purchase.Asked(code=code, unit=form.unit, amount=form.amount)
    receipt = await card_pins.take(door, form, asked)
    return door.go(f"/taken/{receipt.redemption_id}")


def _calm(door: PageDoor, what: str) -> Response[str]:
    """For whom the code is not, or who is not signed in: what it is, and what to do. The same for every code of a kind."""
    in_line = LINE in door.request.headers.get("user-agent", "")
    return member_words.show(door, "member/landing.html", what=what, calm=None, in_line=in_line)


def _over(seen: Seen) -> bool:
    """Whether the member came and went."""
    return seen.left_at is not None


def _codes(door: PageDoor) -> Codes:
    return Codes(keys=door.context.keys_of(door.town), hosts=door.context.hosts)


HANDLERS = (
    venue,
    come_to_venue,
    poster,
    come_by_poster,
    card,
    use_card,
    pay_code,
    take,
    came,
    taken,
)
