"""The stage: the service in this process, on a real socket, by a clock that the demo moves between scenes."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

from api.app import create_app
from cli import serving
from db import engine
from db.place import Place
from kernel.clock import MovableClock

READY_SECONDS_MAX = 20


@dataclass
class Stage:
    """A running service: its address, and its clock."""

    base_url: str
    clock: MovableClock
    task: asyncio.Task[None]


@contextlib.asynccontextmanager
async def opened(place: Place, clock: MovableClock, *, master: bytes, host: str, port: int) -> AsyncGenerator[Stage]:
    """Serves the application until the block ends. Takes the next free port where `port` is in use."""
    app = application(place, clock, master)
    server = Server(app, address=host, port=port, interface=Interfaces.ASGI, log_enabled=False)
    task = asyncio.create_task(server.serve())
    try:
        stage = Stage(f"http://{host}:{port}", clock, task)
        await _ready(stage)
        yield stage
    finally:
        server.stop()
        await task


def application(place: Place, clock: MovableClock, master: bytes) -> Litestar:
    """The service on the place's database."""
    made = engine.create(place.app_url, name="yui demo", pool_size=place.settings.pool_size)
    return create_app(made, clock=clock, master=master, public_url=place.settings.public_url)
