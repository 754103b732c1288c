"""`yui demo`: plays the day, tells it, proves it, and serves what is left."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

import msgspec

from cli import location, output, ports, serving
from cli.demo import casting, ground, playing, report, shown, stage
from cli.demo.casting import Town
from cli.demo.ground import Kept
from db.place import Place
from kernel.clock import MovableClock, SystemClock
from kernel.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--once", action="store_true", help="play and report, do not serve")
    parser.add_argument("--fresh", action="store_true", help="start over: throw the demo's data away first")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes another town and day (1)")
    parser.add_argument("--host", help="the address to listen on (YUI_HOST)")
    parser.add_argument("--port", type=int, help="the port to listen on; the next free one where it is taken (YUI_PORT)")
    output.offer_json(parser)
    parser.set_defaults(run=_run)


def _run(asked: argparse.Namespace, settings: Settings) -> int:
    with location.opened(settings) as found:
        return asyncio.run(_demo(asked, settings, found))


async def _demo(asked: argparse.Namespace, settings: Settings, found: Place) -> int:
    """The story is told once; later runs show what it left, verified anew."""
    say = shown.silent if asked.json else shown.aloud
    town = casting.cast(asked.seed)
    kept = Kept(settings.data_dir, town)
    await ground.prepare(found, town, kept, fresh=asked.fresh)
    host, wanted = asked.host or settings.host, asked.port or settings.port
    port = ports.free(host, wanted)
    if port != wanted and not asked.once:
        say(f"port {wanted} is taken, so this is port {port}")
    clock = MovableClock(SystemClock().now())
    async with stage.opened(found, clock, host, port) as opened:
        told = await _told(town, kept, found, opened, say)
        clock.set(SystemClock().now())
        shown.tell(told, say)
        if asked.json:
            print(msgspec.json.encode(told).decode(), flush=True)
        held = report.holds(told)
        if asked.once or not held:
            return 0 if held else 1
        shown.tell_addresses(told, opened.base_url, say)
        ways = await playing.entrances(town, found, told, base_url=opened.base_url, now=clock.now())
        shown.tell_pages(ways, say)
        await serving.told_to_stop(opened.serving)
    return 0


async def _told(town: Town, kept: Kept, found: Place, opened: stage.Stage, say: shown.Say) -> dict[str, Any]:
    """The report: of a day that is played now, or of one that was, with a fresh verification."""
    if kept.stands:
        return kept.read() | {"verify": await report.verify_again(found, town)}
    told = await playing.play(town, found, opened, say)
    kept.write(told)
    return told
