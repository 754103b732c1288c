"""The application: every route in its envelope, on one engine, by one clock.

app = create_app(engine, clock=SystemClock(), master=secret, public_url="https://YUI.EXAMPLE.JP")
async with app.lifespan():
    httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://yui")
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.typing import FilteringBoundLogger

from api import auth, bodies, door, envelope, failures, health, logs, openapi
from api.context import Context
from api.limits import BODY_BYTES_MAX
from api.pages import assets
from api.pages import table as pages
from api.routes import table
from community import sealing, vault
from community.vault import Vault
from db import migrate
from kernel.clock import Clock


def create_app(
    engine: AsyncEngine,
    *,
    clock: Clock,
    master: bytes,
    master_before: bytes | None = None,
    public_url: str,
    log: FilteringBoundLogger | None = None,
) -> Litestar:
    """The service as an ASGI application. It takes over `engine`, checks the schema at start and disposes of it at stop.

    `master` (at least 32 bytes) signs rotating codes and opens persons, as does the one before it while it is being changed;
    `public_url` is the scheme and host that symbols point to. Starting raises migrate.SchemaMismatch on a schema of another version,
    and vault.VaultShut where persons are sealed by another secret.
    """
    context = Context(
        engine=vault.carried(engine, Vault(master, before=master_before, chance=os.urandom)),
        clock=clock,
        log=log or logs.logger(),
        public_url=public_url,
        master=master,
    )
    app = Litestar(
        route_handlers=[*health.HANDLERS, *assets.HANDLERS, pages.router(), _version_1()],
        guards=[auth.guard],
        exception_handlers=failures.HANDLERS,
        lifespan=[_lifespan],
        logging_config=None,
        openapi_config=openapi.config(),
        request_class=bodies.StrictRequest,
        request_max_body_size=BODY_BYTES_MAX,
        state=State({"context": context}),
    )
    app.asgi_handler = envelope.wrap(app.asgi_handler, context)
    return app


def _version_1() -> Router:
    return Router(
        "/api/v1", route_handlers=table.HANDLERS, dependencies={"door": Provide(door.provide_door, sync_to_thread=False)}
    )


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncGenerator[None]:
    context: Context = app.state["context"]
    try:
        async with context.engine.connect() as conn:
            await migrate.check(conn)
        await sealing.begin(context.engine, now=context.clock.now())
        yield
    finally:
        await context.engine.dispose()
