"""A served application in this process: the server, the keeper of the embedded database, and an orderly end.

async with serving.started(app, host, port, place) as task:
    …                                 # it serves: the demo plays its day here
    await serving.told_to_stop(task)  # until SIGTERM or SIGINT
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import time
from collections.abc import AsyncGenerator

import psutil
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
THREADS_END_SECONDS_MAX = 5.0
THREADS_LOOK_SECONDS = 0.005


@contextlib.asynccontextmanager
async def started(app: Litestar, host: str, port: int, place: Place) -> AsyncGenerator[asyncio.Task[None]]:
    """`app`, listening on `host:port` until the block is left; what is given is the server's task, which ends if it fails."""
    log: FilteringBoundLogger = app.state["context"].log
    failure: Exception | None = None
    native = _native_threads()
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
            await _threads_ended(native)
    if failure is not None:
        raise failure


def _native_threads() -> int:
    """Threads of this process that are not Python's."""
    return psutil.Process().num_threads() - threading.active_count()


async def _threads_ended(before: int) -> None:
    """Waits for the server's own threads, which outlive its task a little: Python coming to its end under them aborts the process."""
    deadline = time.monotonic() + THREADS_END_SECONDS_MAX
    while _native_threads() > before and time.monotonic() < deadline:  # noqa: ASYNC110 - threads that are not ours tell nobody
        await asyncio.sleep(THREADS_LOOK_SECONDS)


async def told_to_stop(serving: asyncio.Task[None]) -> None:
    """Waits for SIGTERM or SIGINT, or for the server to fail, and then raises why.

    The handlers stay when the loop is gone: a second signal must not cut the orderly end short, which stops the database last.
    """
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def tell(_number: int, _frame: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(told.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, tell)
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
