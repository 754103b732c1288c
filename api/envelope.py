"""What surrounds every request, known path or not: its correlation id, its time limit, its line in the log, its count, and the
headers that every answer carries."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

from litestar.datastructures import MutableScopeHeaders
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api import aloud, permissions, refusals
from api.context import Context
from kernel import ids

BODY_SECONDS_MAX = 10
CORRELATION_HEADER = "X-Request-ID"
UNKNOWN_ROUTE = "(unknown)"
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})

_CORRELATION = "yui.correlation"
_OURS_TO_KEEP = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
_UNLESS_SAID = {
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": permissions.policy(),
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def correlation(scope: Any) -> str:
    """The id of this request: the caller's own if it has a harmless form, else one of ours."""
    return scope[_CORRELATION]


def wrap(app: ASGIApp, context: Context) -> ASGIApp:
    """`app` in its envelope. A body that has not arrived after BODY_SECONDS_MAX is given up (BodyTooSlow)."""

    async def enveloped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        started = time.perf_counter()
        scope[_CORRELATION] = _correlation(scope)  # type: ignore[literal-required]
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(message, correlation(scope))
            await send(message)

        try:
            await app(scope, _limited(receive), noted)
        finally:
            _note(context, scope, status, time.perf_counter() - started)

    return enveloped


def _limited(receive: Receive) -> Receive:
    deadline = time.monotonic() + BODY_SECONDS_MAX
    arrived = False

    async def limited() -> Any:
        nonlocal arrived
        if arrived:  # what comes after the body is the caller's leaving: that may take its time
            return await receive()
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                message = await receive()
        except TimeoutError:
            raise refusals.BodyTooSlow(seconds_max=BODY_SECONDS_MAX) from None
        arrived = not message.get("more_body", False)
        return message

    return limited


def _note(context: Context, scope: Any, status: int, seconds: float) -> None:
    route = scope.get("path_template") or UNKNOWN_ROUTE
    method = scope["method"] if scope["method"] in METHODS else "OTHER"
    context.metrics.answered(route, method, status, seconds)
    actor = scope.get("user")
    context.log.info(
        "request",
        method=method,
        route=route,
        status=status,
        milliseconds=round(seconds * 1000, 1),
        correlation=correlation(scope),
        reference=aloud.number(correlation(scope)),
        role=getattr(actor, "role", None),
        municipality=getattr(actor, "municipality_id", None),
    )


def _correlation(scope: Any) -> str:
    told = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return told.decode() if _OURS_TO_KEEP.fullmatch(told) else str(ids.new_id())


def _add_headers(message: Any, correlation_id: str) -> None:
    headers = MutableScopeHeaders.from_message(message)
    for name, value in _HEADERS.items():
        headers[name] = value
    for name, value in _UNLESS_SAID.items():
        if name not in headers:
            headers[name] = value
    headers[CORRELATION_HEADER] = correlation_id
