"""From what was raised to what is answered. Refusals become their problem; everything that we did not foresee becomes a bland 500
with a correlation id, and a line in the log that says where, without the values that were in play."""

from __future__ import annotations

import traceback
from typing import Any, cast

from litestar import Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy import exc

from api import aloud, context, envelope, problems, refusals
from api.limits import BODY_BYTES_MAX
from db import errors, migrate
from kernel.refusal import Refusal

FRAMES_LOGGED_MAX = 12

AnyRequest = Request[Any, Any, Any]


def on_refusal(request: AnyRequest, refusal: Refusal) -> Response[bytes]:
    """The problem of a refusal."""
    headers = {"Allow": ", ".join(refusal.allowed)} if isinstance(refusal, refusals.MethodNotAllowed) else {}
    return _answer(request, *problems.of_refusal(refusal, envelope.correlation(request.scope)), refusal.code, headers)


def on_http_exception(request: AnyRequest, raised: HTTPException) -> Response[bytes]:
    """What the framework refused by itself, in our words."""
    if raised.status_code >= 500:
        return on_fault(request, raised)
    return on_refusal(request, refusal_of(raised))


def on_fault(request: AnyRequest, raised: Exception) -> Response[bytes]:
    """A database that cannot be reached, an outcome that is not known, or a mistake of ours."""
    code = noted(request, raised)
    return _answer(request, *problems.of_code(code, envelope.correlation(request.scope)), code, {})


def noted(request: AnyRequest, raised: Exception) -> str:
    """Writes down a fault without the values that were in play; its code."""
    code = _code_of(raised)
    found = traceback.extract_tb(raised.__traceback__)[-FRAMES_LOGGED_MAX:]
    context.of(request).log.error(
        "fault",
        code=code,
        kind=f"{type(raised).__module__}.{type(raised).__qualname__}",
        cause=type(raised.__cause__).__qualname__ if raised.__cause__ else None,
        sqlstate=errors.sqlstate(raised),
        constraint=errors.constraint(raised),
        frames=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in found],
        correlation=envelope.correlation(request.scope),
        reference=aloud.number(envelope.correlation(request.scope)),
    )
    return code


HANDLERS: dict[int | type[Exception], Any] = {
    Refusal: on_refusal,
    HTTPException: on_http_exception,
    Exception: on_fault,
}


def _code_of(raised: Exception) -> str:
    if isinstance(raised, errors.CommitUnknown):
        return problems.OUTCOME_UNKNOWN
    if isinstance(raised, migrate.SchemaMismatch):
        return problems.SCHEMA_MISMATCH
    if isinstance(raised, errors.Unreachable | exc.TimeoutError) or errors.is_lost_connection(raised):
        return problems.DATABASE_UNREACHABLE
    return problems.DATABASE_UNREACHABLE if errors.is_retryable(raised) else problems.INTERNAL_ERROR


def refusal_of(raised: HTTPException) -> Refusal:
    """What the framework refused, as a refusal of ours."""
    match raised.status_code:
        case 404:
            return refusals.UnknownPath()
        case 405:
            allowed = (raised.headers or {}).get("allow", "")
            return refusals.MethodNotAllowed(allowed=tuple(sorted(filter(None, allowed.split(", ")))))
        case 413:
            return refusals.BodyTooLarge(bytes_max=BODY_BYTES_MAX)
        case _:
            return refusals.InvalidRequest(faults=_faults(raised.extra))


def _faults(extra: Any) -> tuple[refusals.Fault, ...]:
    """What the framework found wrong with path, query and headers."""
    told = cast("list[dict[str, str]]", extra) if isinstance(extra, list) else []
    found = tuple(_fault(item) for item in told)
    return found or (refusals.Fault(where="$", problem="cannot be read"),)


def _fault(item: dict[str, str]) -> refusals.Fault:
    if item.get("key") == "data":  # the framework's name for the body, and it speaks of one only when there is none
        return refusals.Fault(where="$", problem="Expected a JSON body")
    return refusals.Fault(where=item.get("key", "$"), problem=item.get("message", ""))


def _answer(request: AnyRequest, status: int, body: bytes, code: str, headers: dict[str, str]) -> Response[bytes]:
    context.of(request).metrics.refused(code)
    return Response(body, status_code=status, media_type=problems.MEDIA_TYPE, headers=problems.headers_of(status) | headers)
