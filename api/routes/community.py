"""Who: areas, organisations, members, and the principals that call this API."""

import os
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api.door import Door
from api.limits import PAGE_LIMIT_DEFAULT
from api.routes import cards, shapes
from community import areas, members, organisations, principals, tokens
from community.actor import ROLES, Actor, Role
from community.persons import Contacts
from community.refusals import UnknownMemberNumber
from community.roles import Held
from flows import in_area, join, roles
from kernel import days, ids

EVERYBODY = dict.fromkeys(ROLES, "town")


class NewArea(shapes.Asked, frozen=True):
    """An area of layer 1 (the municipality), 2 (a school district) or 3 (a neighbourhood), in one of the layer above."""

    layer: Annotated[int, Meta(ge=1, le=3)]
    name: shapes.Name
    parent_id: UUID | None = None
    valid_from: date | None = None


class NewOrganisation(shapes.Asked, frozen=True):
    """A host, administrator, provider, group, partner or support centre."""

    kind: organisations.Kind
    name: shapes.Name


class NewContacts(shapes.Asked, frozen=True):
    """How a member is reached; what is not known is left out."""

    telephone: shapes.Name | None = None
    address: shapes.Line | None = None
    reached_by: Literal["telephone", "mail", "visit"] | None = None
    emergency_name: shapes.Name | None = None
    emergency_telephone: shapes.Name | None = None

    def kept(self) -> Contacts:
        """As they are kept."""
        return Contacts(**{name: value for name, value in msgspec.structs.asdict(self).items() if value is not None})


class NewMember(shapes.Asked, frozen=True):
    """Who joins, where they live, and how they are reached. `can_earn` is false for those whose help the pot pays."""

    name: shapes.Name
    kana: shapes.Name
    area_id: UUID
    born_on: date | None = None
    can_earn: bool = True
    contacts: NewContacts | None = None


class Joined(msgspec.Struct, frozen=True):
    """The member, the principal by which they call the service, and the first card, told this once."""

    member: members.Member
    principal_id: UUID
    card: cards.Issued


class NewPrincipal(shapes.Asked, frozen=True):
    """Who may call, in which role, for whom, for which place, and until when. The label is for officers: not a person's name.

    `area_id` bounds a coordinator to the members who live in an area.
    """

    role: Role
    label: shapes.Name
    member_id: UUID | None = None
    organisation_id: UUID | None = None
    area_id: UUID | None = None
    valid_until: shapes.Instant | None = None


class NewToken(shapes.Asked, frozen=True):
    """How many days the token lives."""

    days: Annotated[int, Meta(ge=1, le=tokens.LIFETIME_DAYS_MAX, examples=[90])] = 90


class Token(msgspec.Struct, frozen=True):
    """A new token, told this once: only its fingerprint is kept."""

    token: str


class RoleEnded(msgspec.Struct, frozen=True):
    """Whether the role ended now, or had ended before."""

    ended: bool


class TokensEnded(msgspec.Struct, frozen=True):
    """How many tokens were ended."""

    ended: int


@get("/me", may=EVERYBODY, tags=["community"])
async def me(door: NamedDependency[Door]) -> Actor:
    """Who the token speaks for."""
    return door.actor


@get("/areas", may=EVERYBODY, tags=["community"])
async def list_areas(door: NamedDependency[Door]) -> shapes.Page[areas.Area]:
    """The areas that are valid today, layer by layer."""
    found = await door.read(lambda conn: areas.all_on(conn, days.local_date(door.now)))
    return shapes.Page(found, None)


@post("/areas", may={"officer": "town"}, tags=["community"])
async def create_area(door: NamedDependency[Door], data: JSONBody[NewArea]) -> areas.Area:
    """Adds an area."""
    area = areas.Area(
        area_id=ids.new_id(),
        layer=data.layer,
        name=data.name,
        parent_id=data.parent_id,
        valid_from=data.valid_from or days.local_date(door.now),
    )
    await door.write(lambda conn: areas.create(conn, area))
    return area


@get("/organisations", may=EVERYBODY, tags=["community"])
async def list_organisations(
    door: NamedDependency[Door],
    kind: FromQuery[organisations.Kind | None] = None,
    after: shapes.AfterId = None,
    limit: shapes.Limit = PAGE_LIMIT_DEFAULT,
) -> shapes.Page[organisations.Organisation]:
    """Organisations, a page at a time."""
    found = await door.read(lambda conn: organisations.page(conn, kind=kind, after=after, limit=limit))
    return shapes.page(found, limit, lambda item: item.organisation_id)


@post("/organisations", may={"officer": "town"}, tags=["community"])
async def create_organisation(door: NamedDependency[Door], data: JSONBody[NewOrganisation]) -> organisations.Organisation:
    """Adds an organisation."""
    made = organisations.Organisation(ids.new_id(), data.kind, data.name)
    await door.write(lambda conn: organisations.create(conn, made, now=door.now))
    return made


@post("/members", may={"coordinator": "town", "officer": "town"}, tags=["community"])
async def join_member(door: NamedDependency[Door], data: JSONBody[NewMember]) -> Joined:
    """Adds a member: a number, a wallet in every unit, and a first card."""
    contacts = data.contacts.kept() if data.contacts is not None else Contacts()
    told: dict[str, Any] = msgspec.structs.asdict(data) | {"contacts": contacts}
    asked = join.Asked(**told)
    joined = await door.write(lambda conn: join.join(conn, asked, actor=door.actor, now=door.now))
    return Joined(joined.member, joined.principal_id, cards.shown(door, joined.card))


@get("/members", may={"coordinator": "town", "officer": "town", "auditor": "town"}, tags=["community"])
async def list_members(
    door: NamedDependency[Door], after: shapes.AfterNumber = None, limit: shapes.Limit = PAGE_LIMIT_DEFAULT
) -> shapes.Page[members.Member]:
    """Members by number, a page at a time, without their names."""
    area, first = door.actor.area_id, after or 0
    if area is not None:
        found = await door.read(lambda conn: in_area.members_of(conn, area, after_number=first, limit=limit))
    else:
        found = await door.read(lambda conn: members.page(conn, after_number=first, limit=limit))
    return shapes.page(found, limit, lambda item: item.number)


@get(
    "/members/{member_id:uuid}",
    may={"member": "own", "coordinator": "town", "officer": "town", "auditor": "town"},
    tags=["community"],
)
async def read_member(door: NamedDependency[Door], member_id: FromPath[UUID]) -> members.Member:
    """A member, without the name."""
    door.reach_member(member_id)
    return await door.read(lambda conn: members.find(conn, member_id))


@get(
    "/members/by-number/{number:int}",
    may={"host": "town", "device": "town", "coordinator": "town", "officer": "town"},
    tags=["community"],
)
async def read_member_by_number(
    door: NamedDependency[Door], number: Annotated[int, PathParameter(ge=1, le=999_999_999)]
) -> members.Member:
    """The member who says this number, as for a paper sheet keyed in."""

    async def work(conn: AsyncConnection) -> members.Member:
        found = await members.by_number(conn, number)
        if not await in_area.lives(conn, [found.member_id], door.actor):
            raise UnknownMemberNumber(number=number)
        return found

    return await door.read(work)


@get(
    "/members/{member_id:uuid}/person",
    may={"member": "own", "coordinator": "town", "officer": "town"},
    tags=["community"],
)
async def read_person(door: NamedDependency[Door], member_id: FromPath[UUID]) -> members.Person:
    """Who a member is: personal data, for those who need the name."""
    door.reach_member(member_id)
    return await door.read(lambda conn: members.person_of(conn, member_id))


@post("/principals", may={"officer": "town"}, tags=["community"])
async def create_principal(door: NamedDependency[Door], data: JSONBody[NewPrincipal]) -> principals.Principal:
    """Adds a principal: a person in a role, or a device. Officers and auditors are made on the server: `yui token create`.

    A coordinator vouches for others: that role opens nothing until a second officer confirms it.
    """
    asked = roles.Asked(**msgspec.structs.asdict(data))
    return await door.write(lambda conn: roles.give(conn, asked, actor=door.actor, now=door.now))


@post("/principals/{principal_id:uuid}/confirm", may={"officer": "town"}, tags=["community"])
async def confirm_principal(door: NamedDependency[Door], principal_id: FromPath[UUID]) -> Held:
    """Confirms a coordinator as somebody else than who gave the role and who gets it."""
    return await door.write(lambda conn: roles.confirm(conn, principal_id, actor=door.actor, now=door.now))


@get("/principals/{principal_id:uuid}", may={"officer": "town"}, tags=["community"])
async def read_principal(door: NamedDependency[Door], principal_id: FromPath[UUID]) -> principals.Principal:
    """A principal: its role, and for whom it acts."""
    return await door.read(lambda conn: principals.find(conn, principal_id))


@post("/principals/{principal_id:uuid}/tokens", may={"officer": "town"}, tags=["community"])
async def create_token(door: NamedDependency[Door], principal_id: FromPath[UUID], data: JSONBody[NewToken]) -> Token:
    """Makes a token for a principal that is no officer's and no auditor's. It is told once."""
    lifetime, chance = timedelta(days=data.days), os.urandom(tokens.SECRET_BYTES)

    async def work(conn: AsyncConnection) -> Token:
        principals.check_outside((await principals.find(conn, principal_id)).role)
        await roles.check_stands(conn, principal_id, now=door.now)
        told: dict[str, Any] = {"lifetime": lifetime, "chance": chance, "now": door.now, "made_by": door.actor.principal_id}
        return Token(await tokens.create(conn, principal_id, **told))

    return await door.write(work)


@post("/principals/{principal_id:uuid}/tokens/end", may={"officer": "town"}, tags=["community"])
async def end_tokens(door: NamedDependency[Door], principal_id: FromPath[UUID]) -> TokensEnded:
    """Ends every token of a principal at once, as for a lost tablet."""

    async def work(conn: AsyncConnection) -> TokensEnded:
        await principals.find(conn, principal_id)
        return TokensEnded(await tokens.end_all(conn, principal_id, ended_by=door.actor.principal_id, now=door.now))

    return await door.write(work)


@post("/principals/{principal_id:uuid}/end", may={"officer": "town"}, tags=["community"])
async def end_principal(door: NamedDependency[Door], principal_id: FromPath[UUID]) -> RoleEnded:
    """Ends a role for good: its tokens, sessions and entrances open nothing any more."""
    return RoleEnded(await door.write(lambda conn: roles.end(conn, principal_id, actor=door.actor, now=door.now)))


HANDLERS = (
    me,
    list_areas,
    create_area,
    list_organisations,
    create_organisation,
    join_member,
    list_members,
    read_member,
    read_member_by_number,
    read_person,
    create_principal,
    confirm_principal,
    read_principal,
    create_token,
    end_tokens,
    end_principal,
)
