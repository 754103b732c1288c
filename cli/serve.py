"""`yui serve`: the API on one port, with the database that the settings tell or a private one."""

from __future__ import annotations

import argparse
import asyncio

from api import app as application
from api import forwarded, logs
from cli import location, memory, plainly, ports, secret, serving
from db import engine, place
from kernel.clock import SystemClock
from kernel.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--host", help="the address to listen on (YUI_HOST)")
    parser.add_argument("--port", type=_port, help="the port to listen on; the next free one where it is taken (YUI_PORT)")
    parser.set_defaults(run=_serve)


def _serve(asked: argparse.Namespace, settings: Settings) -> int:
    if settings.log_level not in logs.LEVELS:
        raise plainly.AskedWrongly(f"YUI_LOG_LEVEL is none of {', '.join(logs.LEVELS)}")
    with location.opened(settings) as found:
        asyncio.run(_run(asked, settings, found))
    return 0


async def _run(asked: argparse.Namespace, settings: Settings, found: place.Place) -> None:
    await place.prepare(found)
    host, wanted = asked.host or settings.host, asked.port or settings.port
    port = ports.free(host, wanted)
    if port != wanted:
        print(f"port {wanted} is taken, so this is port {port}", flush=True)
    app = application.create_app(
        engine.create(found.app_url, name="yui serve", pool_size=settings.pool_size),
        clock=SystemClock(),
        master=secret.master(settings),
        master_before=secret.before(settings),
        public_url=settings.public_url,
        log=logs.logger(settings.log_level),
    )
    forwarded.trust(app, settings.proxies())
    shown = f"[{host}]" if ":" in host else host
    async with serving.started(app, host, port, found) as task:
        memory.settle()
        print(f"serving on http://{shown}:{port}", flush=True)
        await serving.told_to_stop(task)


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65_535:
        raise ValueError(text)
    return port
