"""`yui qr card | poster`: paper for a member or an activity. A new code is made each time, because only fingerprints are kept.

    yui qr card --town 131016 --member 5724 --contact '社会福祉協議会 03-0000-0000' --out card.html
    yui qr poster --town 131016 --activity ID --contact … --out poster.html

The ending of --out chooses: .html prints as it is, .svg and .png are the symbol alone.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import slots
from cli import location, output, plainly, towns
from community import members, municipalities
from kernel import ids
from kernel.clock import SystemClock
from kernel.settings import Settings
from qr import paper, render, store, tokens

ENDINGS = (".html", ".svg", ".png")


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """What was made, and the file that holds it."""

    credential_id: UUID
    kind: str
    file: str


class _Paper(msgspec.Struct, frozen=True):
    """A new code's id and address, and the page that shows it."""

    credential_id: UUID
    address: str
    page: str


def arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of the group."""
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    card = commands.add_parser("card", help="a new card for a member")
    card.add_argument("--member", required=True, type=int, metavar="NUMBER")
    card.set_defaults(run=_card)
    poster = commands.add_parser("poster", help="a new poster for the place of an activity")
    poster.add_argument("--activity", required=True, type=UUID, metavar="ID")
    poster.set_defaults(run=_poster)
    for command in (card, poster):
        command.add_argument("--town", required=True, metavar="CODE", help="the municipality's 6-digit code")
        command.add_argument("--contact", required=True, help="whom to ask: a name and a telephone number")
        command.add_argument("--out", required=True, type=Path, metavar="FILE", help="ends with .html, .svg or .png")
        output.offer_json(command)


def _card(asked: argparse.Namespace, settings: Settings) -> int:
    now = SystemClock().now()

    async def work(conn: AsyncConnection) -> _Paper:
        member = await members.by_number(conn, asked.member)
        person, town = await members.person_of(conn, member.member_id), await municipalities.current(conn)
        credential_id, address = await _issued(conn, settings, _new_card(), member.member_id, now)
        face = paper.CardFace(address, str(member.number), person.name, town.name, asked.contact)
        return _Paper(credential_id, address, paper.card(face))

    return _print(asked, settings, "card", work)


def _poster(asked: argparse.Namespace, settings: Settings) -> int:
    now = SystemClock().now()

    async def work(conn: AsyncConnection) -> _Paper:
        activity, town = await slots.find_activity(conn, asked.activity), await municipalities.current(conn)
        credential_id, address = await _issued(conn, settings, _new_poster(), activity.activity_id, now)
        return _Paper(credential_id, address, paper.poster(paper.PosterFace(address, activity.title, town.name, asked.contact)))

    return _print(asked, settings, "poster", work)


def _print(asked: argparse.Namespace, settings: Settings, kind: str, work: towns.Work[_Paper]) -> int:
    """Claims the file first: a code whose paper cannot be written would be lost."""
    target: Path = asked.out
    if target.suffix not in ENDINGS:
        raise plainly.AskedWrongly(f"--out ends with one of {', '.join(ENDINGS)}")
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            with location.opened(settings) as found:
                made = asyncio.run(towns.in_town(found, asked.town, work))
        except BaseException:
            target.unlink()
            raise
        file.write(_drawn(made, target.suffix))
    output.tell(asked, str(target), Printed(credential_id=made.credential_id, kind=kind, file=str(target)))
    return 0


def _drawn(made: _Paper, ending: str) -> bytes:
    if ending == ".html":
        return made.page.encode()
    symbol = render.symbol(made.address)
    return render.png(symbol) if ending == ".png" else render.svg(symbol, "コード").encode()


async def _issued(
    conn: AsyncConnection, settings: Settings, token: tokens.CardToken | tokens.PosterToken, subject: UUID, now: datetime
) -> tuple[UUID, str]:
    kept = await store.issue(conn, token, credential_id=ids.new_id(), subject=subject, issued_by=None, now=now)
    return kept.credential_id, tokens.address(settings.public_url, token.kind, token.text)


def _new_card() -> tokens.CardToken:
    return tokens.new_card(secrets.token_bytes(tokens.SECRET_BYTES))


def _new_poster() -> tokens.PosterToken:
    return tokens.new_poster(secrets.token_bytes(tokens.SECRET_BYTES))
