"""A served application in this process: the server, the keeper of the embedded database, and an orderly end.

async with serving.started(app, host, port, place) as stopping: …   # for the demo, which plays on it
await serving.until_told_to_stop(app, host, port, place)             # for `yui serve`
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncGenerator

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from litestar import Litestar
from structlog.typing import FilteringBoundLogger

from db import embedded
from db.place import Place

KEEPER_SECONDS = 2.0
HEADER_MILLISECONDS_MAX = 10_000
BACKLOG = 1024


@contextlib.asynccontextmanager
async def started(app: Litestar, host: str, port: int, place: Place) -> AsyncGenerator[asyncio.Task[None]]:
    """`app`, listening on `host:port` until the block is left; what is given is the server's task, which ends if it fails."""
    log: FilteringBoundLogger = app.state["context"].log
    failure: Exception | None = None
    async with app.lifespan():
        server = Server(
            app,
            address=host,
            port=port,
            interface=Interfaces.ASGINL,  # the lifespan is ours: it has to end before the database does
            backlog=BACKLOG,
            websockets=False,
            http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS_MAX),
            log_enabled=False,
        )
        serving = asyncio.create_task(server.serve())
        keeping = asyncio.create_task(_keep(place, log))
        try:
            yield serving
        except Exception as error:  # noqa: BLE001 - raised again below: the lifespan would wrap it in a group of its own
            failure = error
        finally:
            keeping.cancel()
            server.stop()
            await asyncio.gather(serving, keeping, return_exceptions=True)
    if failure is not None:
        raise failure


async def until_told_to_stop(app: Litestar, host: str, port: int, place: Place) -> None:
    """Serves until SIGTERM or SIGINT; answers what is under way first."""
    async with started(app, host, port, place) as serving:
        await told_to_stop(serving)


async def told_to_stop(serving: asyncio.Task[None]) -> None:
    """Waits for SIGTERM or SIGINT, or for the server to fail, and then raises why."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    waiting = asyncio.create_task(told.wait())
    await asyncio.wait({waiting, serving}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if serving.done():
        serving.result()


async def _keep(place: Place, log: FilteringBoundLogger) -> None:
    """Starts the embedded server again when it died, as it does when the disk was full."""
    server = place.server
    while server is not None:
        await asyncio.sleep(KEEPER_SECONDS)
        try:
            if await asyncio.to_thread(embedded.revive, server):
                log.warning("database", event_kind="restarted")
        except embedded.EmbeddedError as error:
            log.warning("database", event_kind="down", reason=str(error))
