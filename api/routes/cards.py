"""Cards and posters: issued once, shown once, printed, taken out of use for good. Only a fingerprint of the code is kept."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import slots
from api.door import Door
from api.routes import shapes
from community import members, municipalities
from flows import cards, reach
from qr import paper, refusals, render, store, tokens

OWN = {"member": "own", "coordinator": "town", "officer": "town"}
RUN = {"host": "organisation", "coordinator": "town", "officer": "town"}


class Reason(shapes.Asked, frozen=True):
    """Why."""

    reason: shapes.Line


class Issued(msgspec.Struct, frozen=True):
    """A new card or poster, told this once: print it now. The address is what its symbol says."""

    credential_id: UUID
    subject: UUID
    kind: Literal["card", "poster"]
    address: str
    svg: str
    issued_at: datetime


class ToPrint(shapes.Asked, frozen=True):
    """The address that was told when it was issued, and whom to ask (of a loss, at a poster)."""

    address: shapes.Scan
    contact: Annotated[str, Meta(min_length=1, max_length=paper.CONTACT_LENGTH_MAX, examples=["社会福祉協議会 03-0000-0000"])]


class NewSymbol(shapes.Asked, frozen=True):
    """One of our codes, to be drawn."""

    address: shapes.Scan


class NewPicture(NewSymbol, frozen=True):
    """One of our codes, to be drawn with so many pixels for a module."""

    module_pixels: Annotated[int, Meta(ge=1, le=32)] = 8


@post("/members/{member_id:uuid}/cards", may=OWN, tags=["cards"])
async def issue_card(door: NamedDependency[Door], member_id: FromPath[UUID]) -> Issued:
    """A card for a member. Its code is told this once."""
    return shown(door, await door.write(lambda conn: cards.issue(conn, member_id, actor=door.actor, now=door.now)))


@get("/members/{member_id:uuid}/cards", may=OWN, tags=["cards"])
async def list_cards(door: NamedDependency[Door], member_id: FromPath[UUID]) -> shapes.Page[store.Credential]:
    """Every card that was issued to a member, and which count."""
    await door.found_member(member_id)
    return shapes.Page(await door.read(lambda conn: store.of_subject(conn, "card", member_id)), None)


@post("/members/{member_id:uuid}/cards/reissue", may=OWN, tags=["cards"])
async def reissue_card(door: NamedDependency[Door], member_id: FromPath[UUID], data: JSONBody[Reason]) -> Issued:
    """Takes every card of a member out of use and issues a new one. Wallet and history stay."""
    asked = cards.Lost(member_id=member_id, reason=data.reason)
    return shown(door, await door.write(lambda conn: cards.reissue(conn, asked, actor=door.actor, now=door.now)))


@post("/members/{member_id:uuid}/cards/print", may=OWN, media_type="text/html", status_code=200, tags=["cards"])
async def print_card(door: NamedDependency[Door], member_id: FromPath[UUID], data: JSONBody[ToPrint]) -> Response[str]:
    """The page of a card, 85.6 × 54 mm, from the address that was told when it was issued."""

    async def work(conn: AsyncConnection) -> paper.CardFace:
        card = await _card(conn, door, data.address)
        if card.subject != member_id:
            raise refusals.UnknownCard
        member, person = await members.find(conn, member_id), await members.person_of(conn, member_id)
        town = await municipalities.current(conn)
        return paper.CardFace(data.address, str(member.number), person.name, town.name, data.contact)

    door.reach_member(member_id)
    return _page(paper.card(await door.read(work)))


@post("/activities/{activity_id:uuid}/posters", may=RUN, tags=["cards"])
async def issue_poster(door: NamedDependency[Door], activity_id: FromPath[UUID]) -> Issued:
    """A poster for the place of an activity. Its code is told this once."""
    return shown(door, await door.write(lambda conn: cards.issue_poster(conn, activity_id, actor=door.actor, now=door.now)))


@get("/activities/{activity_id:uuid}/posters", may=RUN, tags=["cards"])
async def list_posters(door: NamedDependency[Door], activity_id: FromPath[UUID]) -> shapes.Page[store.Credential]:
    """Every poster that was issued for an activity, and which count."""

    async def work(conn: AsyncConnection) -> list[store.Credential]:
        await reach.activity(conn, activity_id, door.actor)
        return list(await store.of_subject(conn, "poster", activity_id))

    return shapes.Page(await door.read(work), None)


@post("/activities/{activity_id:uuid}/posters/print", may=RUN, media_type="text/html", status_code=200, tags=["cards"])
async def print_poster(door: NamedDependency[Door], activity_id: FromPath[UUID], data: JSONBody[ToPrint]) -> Response[str]:
    """The page of a poster, A4, from the address that was told when it was issued."""

    async def work(conn: AsyncConnection) -> tuple[slots.Activity, municipalities.Municipality]:
        activity = await reach.activity(conn, activity_id, door.actor)
        scanned = tokens.require(tokens.read(data.address, door.context.hosts), tokens.Kind.POSTER)
        if (await store.poster(conn, tokens.open_poster(scanned.text), at=door.now)).subject != activity_id:
            raise refusals.UnknownPoster
        return activity, await municipalities.current(conn)

    activity, town = await door.read(work)
    return _page(paper.poster(paper.PosterFace(data.address, activity.title, town.name, data.contact)))


@post("/credentials/{credential_id:uuid}/revoke", may=OWN, tags=["cards"])
async def revoke(door: NamedDependency[Door], credential_id: FromPath[UUID], data: JSONBody[Reason]) -> store.Credential:
    """Takes a card or a poster out of use for good."""

    async def work(conn: AsyncConnection) -> store.Credential:
        await cards.revoke(conn, credential_id, data.reason, actor=door.actor, now=door.now)
        return await store.find(conn, credential_id)

    return await door.write(work)


@post("/symbols/svg", may=OWN | RUN, status_code=200, media_type="image/svg+xml", tags=["cards"])
async def draw_svg(door: NamedDependency[Door], data: JSONBody[NewSymbol]) -> Response[str]:
    """Draws one of our codes as SVG. Nothing is stored or looked up."""
    return Response(render.svg(_symbol(door, data.address), "コード"), media_type="image/svg+xml")


@post("/symbols/png", may=OWN | RUN, status_code=200, media_type="image/png", tags=["cards"])
async def draw_png(door: NamedDependency[Door], data: JSONBody[NewPicture]) -> Response[bytes]:
    """Draws one of our codes as PNG. Nothing is stored or looked up."""
    return Response(render.png(_symbol(door, data.address), data.module_pixels), media_type="image/png")


def shown(door: Door, issued: cards.Issued) -> Issued:
    """A new card or poster with the address of its code, and the symbol."""
    address = tokens.address(door.context.public_url, issued.kind, issued.text)
    svg = render.svg(render.symbol(address), "会員カードの コード" if issued.kind is tokens.Kind.CARD else "受付の コード")
    kind: Literal["card", "poster"] = "card" if issued.kind is tokens.Kind.CARD else "poster"
    return Issued(issued.credential_id, issued.subject, kind, address, svg, issued.issued_at)


def _symbol(door: Door, address: str) -> render.Symbol:
    scanned = tokens.read(address, door.context.hosts)
    return render.symbol(tokens.address(door.context.public_url, scanned.kind, scanned.text))


async def _card(conn: AsyncConnection, door: Door, address: str) -> store.Credential:
    scanned = tokens.require(tokens.read(address, door.context.hosts), tokens.Kind.CARD)
    return await store.card(conn, tokens.open_card(scanned.text), at=door.now)


def _page(written: str) -> Response[str]:
    return Response(
        written,
        media_type="text/html",
        headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"},
    )


HANDLERS = (
    issue_card,
    list_cards,
    reissue_card,
    print_card,
    issue_poster,
    list_posters,
    print_poster,
    revoke,
    draw_svg,
    draw_png,
)
