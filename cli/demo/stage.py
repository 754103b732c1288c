"""The stage: the service in this process, on a real socket, by a clock that the demo moves between scenes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import httpx

from api import logs
from api.app import create_app
from cli import secret, serving
from db import engine
from db.place import Place
from kernel.clock import MovableClock

CONNECT_TRIES = 8  # httpx waits a little longer before each


@dataclass
class Stage:
    """A running service: where it listens, its clock, and the task that ends when it does."""

    base_url: str
    clock: MovableClock
    http: httpx.AsyncClient
    serving: asyncio.Task[None]


@contextlib.asynccontextmanager
async def opened(place: Place, clock: MovableClock, host: str, port: int) -> AsyncGenerator[Stage]:
    """Serves the application by `clock` until the block ends."""
    app = create_app(
        engine.create(place.app_url, name="yui demo", pool_size=place.settings.pool_size),
        clock=clock,
        master=secret.master(place.settings),
        master_before=secret.before(place.settings),
        public_url=place.settings.public_url,
        log=logs.logger("error"),
    )
    base_url = f"http://{host}:{port}"
    transport = httpx.AsyncHTTPTransport(retries=CONNECT_TRIES)
    async with (
        serving.started(app, host, port, place) as task,
        httpx.AsyncClient(base_url=base_url, transport=transport, timeout=30) as http,
    ):
        (await http.get("/health/ready")).raise_for_status()
        yield Stage(base_url, clock, http, task)
