"""Entrances: a QR code that signs somebody in on their own device, once. Told when it is made, kept as a fingerprint."""

import os
from datetime import datetime
from uuid import UUID

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.door import Door
from community import sessions
from flows import entrance, roles
from qr import render

DESK = {"host": "town", "coordinator": "town", "officer": "town"}
TITLE = "利用をはじめるためのコード"


class Entrance(msgspec.Struct, frozen=True, kw_only=True):
    """A new entrance, told this once: the address that its symbol says, until when it is good, and what it asks."""

    address: str
    svg: str
    expires_at: datetime
    asks_birth_date: bool
    sessions_ended: int


def shown(public_url: str, made: entrance.Made) -> Entrance:
    """The entrance as an address and a symbol."""
    address = f"{public_url}/enter/{made.secret}"
    return Entrance(
        address=address,
        svg=render.svg(render.symbol(address), TITLE),
        expires_at=made.expires_at,
        asks_birth_date=made.asks_birth_date,
        sessions_ended=made.sessions_ended,
    )


@post("/members/{member_id:uuid}/entrances", may=DESK, tags=["community"])
async def let_member_in(door: NamedDependency[Door], member_id: FromPath[UUID]) -> Entrance:
    """Lets a member in on a phone of their own, and signs the phones of before out: also for a lost phone."""
    chance = os.urandom(sessions.SECRET_BYTES)
    made = await door.write(lambda conn: entrance.for_member(conn, member_id, actor=door.actor, chance=chance, now=door.now))
    return shown(door.context.public_url, made)


@post("/principals/{principal_id:uuid}/entrances", may={"officer": "town"}, tags=["community"])
async def let_principal_in(door: NamedDependency[Door], principal_id: FromPath[UUID]) -> Entrance:
    """Lets somebody in who works here and is no officer or auditor: those are let in on the server, `yui entrance create`."""
    chance = os.urandom(sessions.SECRET_BYTES)
    made = await door.write(lambda conn: roles.entrance_for(conn, principal_id, actor=door.actor, chance=chance, now=door.now))
    return shown(door.context.public_url, made)


HANDLERS = (let_member_in, let_principal_in)
