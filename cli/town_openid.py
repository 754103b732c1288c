"""`yui town openid set | show | link | end`: the OpenID provider that people at work of a town sign in with.

The client's secret comes from a file, or from standard input (`-`); it is sealed before it is stored, and never shown again.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from cli import location, output, secret, towns
from community import municipalities, openid, openid_secret
from community.openid import Provider
from flows import openid as flow
from kernel import ids, text
from kernel.clock import SystemClock
from kernel.settings import Settings

NAME_LENGTH_MAX = 60


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A town's provider, without its secret."""

    issuer: str
    client_id: str
    name: str
    has_secret: bool


def arguments(commands: Any) -> None:
    """The commands of the group; `commands` are the subparsers of `yui town`."""
    actions = commands.add_parser("openid", help="sign in with the town's own OpenID provider").add_subparsers(
        metavar="WHAT", required=True
    )
    setting = _action(
        actions, "set", "name the provider; the one of before is over, its links hold where the issuer is the same", _set
    )
    setting.add_argument("--issuer", required=True, metavar="URL", help="https://…, as the provider's description spells it")
    setting.add_argument("--client-id", required=True, metavar="ID", help="what the provider calls this service")
    setting.add_argument("--name", required=True, help="what people call their account there, such as 庁内アカウント")
    setting.add_argument(
        "--secret-file", metavar="FILE", help="the client's secret (- is standard input); a public client has none"
    )
    _action(actions, "show", "tell the provider, without its secret", _show)
    linking = _action(actions, "link", "an account opens a role from now on", _link)
    linking.add_argument("--principal", required=True, type=UUID, metavar="ID", help="the role")
    linking.add_argument("--subject", required=True, metavar="SUB", help="the account, by the `sub` that the provider gives it")
    _action(actions, "end", "nobody signs in with it any more", _end)


def _action(actions: Any, name: str, summary: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=summary)
    parser.add_argument("--town", required=True, metavar="CODE", help="the municipality's 6-digit code")
    output.offer_json(parser)
    parser.set_defaults(run=run)
    return parser


async def set_(conn: AsyncConnection, provider: Provider, client_secret: str | None, *, master: bytes, now: datetime) -> Provider:
    """The provider from now on, its secret sealed. Raises OpenidAddressUnsafe."""
    if client_secret is not None:
        town = await municipalities.current(conn)
        nonce, bound_to = os.urandom(openid_secret.NONCE_BYTES), (town.municipality_id, provider.issuer, provider.client_id)
        told = openid_secret.sealed(master, client_secret, bound_to=bound_to, nonce=nonce)
        provider = msgspec.structs.replace(provider, secret_nonce=nonce, secret_sealed=told)
    await openid.set_(conn, provider, now=now)
    return provider


def _set(asked: argparse.Namespace, settings: Settings) -> int:
    new = Provider(
        provider_id=ids.new_id(),
        issuer=asked.issuer,
        client_id=asked.client_id,
        name=text.clean("name", asked.name, NAME_LENGTH_MAX),
    )
    client_secret = _read(asked.secret_file)
    now, master = SystemClock().now(), secret.master(settings)
    with location.opened(settings) as found:
        made = asyncio.run(towns.in_town(found, asked.town, lambda conn: set_(conn, new, client_secret, master=master, now=now)))
    return _tell(asked, made)


def _show(asked: argparse.Namespace, settings: Settings) -> int:
    with location.opened(settings) as found:
        return _tell(asked, asyncio.run(towns.in_town(found, asked.town, openid.provider)))


def _link(asked: argparse.Namespace, settings: Settings) -> int:
    now = SystemClock().now()

    async def work(conn: AsyncConnection) -> str:
        provider = await openid.provider(conn)
        who = await flow.link(conn, provider, asked.subject, asked.principal, linked_by=None, now=now)
        return f"{who.role} {who.label}"

    with location.opened(settings) as found:
        told = asyncio.run(towns.in_town(found, asked.town, work))
    output.tell(asked, f"the account opens from now on: {told}", {"principal_id": asked.principal})
    return 0


def _end(asked: argparse.Namespace, settings: Settings) -> int:
    now = SystemClock().now()
    with location.opened(settings) as found:
        asyncio.run(towns.in_town(found, asked.town, lambda conn: openid.end(conn, now=now)))
    output.tell(asked, "nobody signs in with the provider any more", {"ended_at": now})
    return 0


def _tell(asked: argparse.Namespace, provider: Provider) -> int:
    told = Told(
        issuer=provider.issuer,
        client_id=provider.client_id,
        name=provider.name,
        has_secret=provider.secret_sealed is not None,
    )
    output.tell(asked, f"{told.name}: {told.issuer} as {told.client_id}", told)
    return 0


def _read(path: str | None) -> str | None:
    if path is None:
        return None
    return (sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")).strip() or None
