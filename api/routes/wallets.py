"""What people hold and spend: wallets and statements, pay codes, purchases, pledges, donations."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, PathParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.door import Door, Key
from api.limits import PAGE_LIMIT_DEFAULT
from api.routes import shapes
from community.actor import ROLES
from flows import donation, pledge, purchase, undo
from ledger import units
from qr import render, tokens
from wallets import holdings, redemptions, refusals, statements
from wallets.origins import Origin

EVERYBODY = dict.fromkeys(ROLES, "town")
SPEND_MEMBER = {"member": "own", "officer": "town"}
READ_MEMBER = {"member": "own", "coordinator": "town", "officer": "town", "auditor": "town"}
READ_ORGANISATION = {"treasurer": "organisation", "cashier": "organisation", "officer": "town", "auditor": "town"}
UnitInPath = Annotated[str, PathParameter(pattern=r"^[a-z][a-z0-9_]{0,15}$(?!\n)", description="The code of a unit.")]


class NewPayCode(shapes.Asked, frozen=True):
    """The most that the holder agrees to pay, once, in the next five minutes."""

    unit: shapes.UnitCode
    amount_max: shapes.Amount


class PayCode(msgspec.Struct, frozen=True):
    """A pay code to show, told this once: the address in the symbol, and the symbol as SVG."""

    pay_code_id: UUID
    address: str
    svg: str
    unit: str
    amount_max: int
    expires_at: datetime


class NewPurchase(shapes.Asked, frozen=True):
    """What the reader gave (a pay code or a card), and how much of which unit is taken."""

    code: shapes.Scan
    unit: shapes.UnitCode
    amount: shapes.Amount


class Reason(shapes.Asked, frozen=True):
    """Why."""

    reason: shapes.Line


class NewPledge(shapes.Asked, frozen=True):
    """How much is given to which group."""

    organisation_id: UUID
    unit: shapes.UnitCode
    amount: shapes.Amount
    note: shapes.Line | None = None


class NewDonation(shapes.Asked, frozen=True):
    """How much is given to the community pot."""

    unit: shapes.UnitCode
    amount: shapes.Amount
    note: shapes.Line | None = None


class RedemptionWithOrigins(msgspec.Struct, frozen=True):
    """A redemption as it stands, and the attendances behind it."""

    standing: redemptions.Standing
    origins: list[Origin]


@get("/units", may=EVERYBODY, tags=["wallets"])
async def list_units(door: NamedDependency[Door]) -> shapes.Page[units.Unit]:
    """The units of the municipality."""
    return shapes.Page(await door.read(units.all_units), None)


@get("/members/{member_id:uuid}/wallets", may=READ_MEMBER, tags=["wallets"])
async def list_wallets(door: NamedDependency[Door], member_id: FromPath[UUID]) -> shapes.Page[holdings.Holding]:
    """What a member holds, a wallet for each unit."""
    await door.found_member(member_id)
    return shapes.Page(await door.read(lambda conn: holdings.of(conn, member_id, now=door.now)), None)


@get("/members/{member_id:uuid}/wallets/{unit:str}/statement", may=READ_MEMBER, tags=["wallets"])
async def read_statement(
    door: NamedDependency[Door],
    member_id: FromPath[UUID],
    unit: UnitInPath,
    after: shapes.AfterLine = None,
    limit: shapes.Limit = PAGE_LIMIT_DEFAULT,
) -> shapes.Page[statements.StoryLine]:
    """A page of a member's statement, the newest line first."""
    await door.found_member(member_id)
    return await _statement(door, member_id, unit, after, limit)


@get("/members/{member_id:uuid}/redemptions", may=READ_MEMBER, tags=["wallets"])
async def list_redemptions(
    door: NamedDependency[Door],
    member_id: FromPath[UUID],
    after: shapes.AfterInstant = None,
    limit: shapes.Limit = PAGE_LIMIT_DEFAULT,
) -> shapes.Page[redemptions.Standing]:
    """What a member spent, the newest first."""
    await door.found_member(member_id)
    before = _before(after)
    found = await door.read(lambda conn: redemptions.page_of_holder(conn, member_id, before=before, limit=limit))
    return _page(found, limit)


@get("/organisations/{organisation_id:uuid}/wallets", may=READ_ORGANISATION, tags=["wallets"])
async def list_organisation_wallets(
    door: NamedDependency[Door], organisation_id: FromPath[UUID]
) -> shapes.Page[holdings.Holding]:
    """What was pledged to a group and not used yet, a wallet for each unit."""
    await door.found_organisation(organisation_id)
    return shapes.Page(await door.read(lambda conn: holdings.of(conn, organisation_id, now=door.now)), None)


@get("/organisations/{organisation_id:uuid}/wallets/{unit:str}/statement", may=READ_ORGANISATION, tags=["wallets"])
async def read_organisation_statement(
    door: NamedDependency[Door],
    organisation_id: FromPath[UUID],
    unit: UnitInPath,
    after: shapes.AfterLine = None,
    limit: shapes.Limit = PAGE_LIMIT_DEFAULT,
) -> shapes.Page[statements.StoryLine]:
    """A page of a group's statement, the newest line first."""
    await door.found_organisation(organisation_id)
    return await _statement(door, organisation_id, unit, after, limit)


@get("/organisations/{organisation_id:uuid}/takings", may=READ_ORGANISATION, tags=["wallets"])
async def list_takings(
    door: NamedDependency[Door],
    organisation_id: FromPath[UUID],
    after: shapes.AfterInstant = None,
    limit: shapes.Limit = PAGE_LIMIT_DEFAULT,
) -> shapes.Page[redemptions.Standing]:
    """What a partner took or a group was given, the newest first."""
    await door.found_organisation(organisation_id)
    before = _before(after)
    found = await door.read(lambda conn: redemptions.page_of_counterparty(conn, organisation_id, before=before, limit=limit))
    return _page(found, limit)


@get(
    "/redemptions/{redemption_id:uuid}",
    may={"member": "own", "treasurer": "organisation", "cashier": "organisation", "officer": "town", "auditor": "town"},
    tags=["wallets"],
)
async def read_redemption(door: NamedDependency[Door], redemption_id: FromPath[UUID]) -> RedemptionWithOrigins:
    """A redemption and the attendances behind it. A partner sees what it took, not what its customers did."""

    async def work(conn: AsyncConnection) -> RedemptionWithOrigins:
        standing = await redemptions.get(conn, redemption_id)
        if not _reaches(door, standing.redemption):
            raise refusals.UnknownRedemption(redemption_id=redemption_id)
        hidden = door.actor.role == "cashier"
        return RedemptionWithOrigins(standing, [] if hidden else await redemptions.origins_of(conn, redemption_id))

    return await door.read(work)


@post("/members/{member_id:uuid}/pay-codes", may={"member": "own"}, tags=["wallets"])
async def show_pay_code(door: NamedDependency[Door], member_id: FromPath[UUID], data: JSONBody[NewPayCode]) -> PayCode:
    """A code to show at a partner: once, for five minutes, up to an amount."""
    asked = purchase.PayCodeAsked(member_id=member_id, unit=data.unit, amount_max=data.amount_max)
    shown = await door.write(lambda conn: purchase.show_pay_code(conn, asked, actor=door.actor, now=door.now))
    address = tokens.address(door.context.public_url, tokens.Kind.PAY_CODE, shown.text)
    svg = render.svg(render.symbol(address), "はらう コード")
    return PayCode(shown.pay_code_id, address, svg, shown.unit, shown.amount_max, shown.expires_at)


@post("/purchases", may={"cashier": "organisation"}, tags=["wallets"])
async def take(door: NamedDependency[Door], data: JSONBody[NewPurchase], key: Key = None) -> Response[purchase.Receipt]:
    """Takes points from the holder of a pay code or card, for the caller's partner."""
    asked = purchase.Asked(code=data.code, unit=data.unit, amount=data.amount)
    return await door.keyed(
        key, data, lambda conn: purchase.purchase(conn, asked, actor=door.actor, now=door.now, hosts=door.context.hosts)
    )


@post("/redemptions/{redemption_id:uuid}/undo", may={"cashier": "organisation", "officer": "town"}, tags=["wallets"])
async def undo_purchase(
    door: NamedDependency[Door], redemption_id: FromPath[UUID], data: JSONBody[Reason], key: Key = None
) -> Response[undo.Undone]:
    """Takes a purchase back within ten minutes."""
    asked = undo.Asked(redemption_id=redemption_id, reason=data.reason)
    return await door.keyed(key, data, lambda conn: undo.undo(conn, asked, actor=door.actor, now=door.now))


@post("/members/{member_id:uuid}/pledges", may=SPEND_MEMBER, tags=["wallets"])
async def give_to_group(
    door: NamedDependency[Door], member_id: FromPath[UUID], data: JSONBody[NewPledge], key: Key = None
) -> Response[pledge.Pledged]:
    """Gives a member's points into a group's pool."""
    asked = pledge.Asked(member_id=member_id, **msgspec.structs.asdict(data))
    return await door.keyed(key, data, lambda conn: pledge.pledge(conn, asked, actor=door.actor, now=door.now))


@post("/members/{member_id:uuid}/donations", may=SPEND_MEMBER, tags=["wallets"])
async def give_to_pot(
    door: NamedDependency[Door], member_id: FromPath[UUID], data: JSONBody[NewDonation], key: Key = None
) -> Response[donation.Donated]:
    """Gives a member's points or hours to the community pot."""
    asked = donation.Asked(member_id=member_id, **msgspec.structs.asdict(data))
    return await door.keyed(key, data, lambda conn: donation.donate(conn, asked, actor=door.actor, now=door.now))


async def _statement(door: Door, holder: UUID, unit: str, after: int | None, limit: int) -> shapes.Page[statements.StoryLine]:
    async def work(conn: AsyncConnection) -> list[statements.StoryLine]:
        return await statements.page(conn, await units.by_code(conn, unit), holder, before=after, limit=limit)

    return shapes.page(await door.read(work), limit, lambda line: line.number)


def _reaches(door: Door, redemption: redemptions.Redemption) -> bool:
    actor = door.actor
    if actor.role == "member":
        return redemption.holder == actor.member_id
    if actor.role in {"treasurer", "cashier"}:
        return actor.organisation_id in {redemption.holder, redemption.counterparty}
    return True


def _before(after: str | None) -> redemptions.Before | None:
    return redemptions.Before(*shapes.instant_and_id(after)) if after is not None else None


def _page(found: list[redemptions.Standing], limit: int) -> shapes.Page[redemptions.Standing]:
    return shapes.page(found, limit, lambda item: shapes.after_instant(item.key.at, item.key.redemption_id))


HANDLERS = (
    list_units,
    list_wallets,
    read_statement,
    list_redemptions,
    list_organisation_wallets,
    read_organisation_statement,
    list_takings,
    read_redemption,
    show_pay_code,
    take,
    undo_purchase,
    give_to_group,
    give_to_pot,
)
