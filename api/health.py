"""For those who run the service: is it alive, can it serve, how busy is it. No caller is asked who they are, and nobody is named."""

from typing import Any

import msgspec
from litestar import Request, Response, get

from api import auth, context, metrics
from db import migrate


class Health(msgspec.Struct, frozen=True):
    """One word."""

    status: str


@get("/health", may=auth.PUBLIC, include_in_schema=False)
async def live() -> Health:
    """Answers as long as the process runs."""
    return Health("ok")


@get(["/health/ready", "/ready"], may=auth.PUBLIC, include_in_schema=False)
async def ready(request: Request[Any, Any, Any]) -> Health:
    """Whether the database answers and its schema is of this version; 503 otherwise."""
    async with context.of(request).engine.connect() as conn:
        await migrate.check(conn)
    return Health("ready")


@get("/metrics", may=auth.PUBLIC, include_in_schema=False)
async def counters(request: Request[Any, Any, Any]) -> Response[bytes]:
    """All counters of this process."""
    return Response(context.of(request).metrics.text(), media_type=metrics.MEDIA_TYPE)


HANDLERS = (live, ready, counters)
