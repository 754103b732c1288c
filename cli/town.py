"""`yui town create --code 131016 --name 千代田区`."""

from __future__ import annotations

import argparse
import asyncio

from cli import founding, location, output
from db import place
from kernel.clock import SystemClock
from kernel.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """The commands of the group."""
    commands = parser.add_subparsers(metavar="ACTION", required=True)
    creating = commands.add_parser("create", help="found a municipality with hours, points and yen")
    creating.add_argument("--code", required=True, help="the 6-digit 全国地方公共団体コード, with its check digit")
    creating.add_argument("--name", required=True, help="the municipality's name")
    output.offer_json(creating)
    creating.set_defaults(run=_create)


def _create(asked: argparse.Namespace, settings: Settings) -> int:
    with location.opened(settings) as found:
        founded = asyncio.run(_found(found, asked))
    output.tell(asked, f"{founded.name} ({founded.code}) is founded with the units {', '.join(founded.units)}", founded)
    return 0


async def _found(found: place.Place, asked: argparse.Namespace) -> founding.Founded:
    await place.prepare(found)
    return await founding.found(found, asked.code, asked.name, now=SystemClock().now())
