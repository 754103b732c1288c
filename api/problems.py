"""Problems as RFC 9457 tells them: from a refusal, or a fault, to a status and a JSON document with a stable code and the facts.

`problem_table` is the one table that gives a code its status, title and advice. A refusal without a row there is a fault of ours:
the test of the table fails long before a reader meets it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from api.problem_table import TABLE
from kernel.refusal import Refusal

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 2

DATABASE_UNREACHABLE = "database_unreachable"
OUTCOME_UNKNOWN = "outcome_unknown"
INTERNAL_ERROR = "internal_error"
SCHEMA_MISMATCH = "schema_mismatch"
FAULTS = frozenset({DATABASE_UNREACHABLE, OUTCOME_UNKNOWN, INTERNAL_ERROR, SCHEMA_MISMATCH})
MEMBERS = ("type", "title", "status", "code", "instance")  # of every problem; no fact may have one of these names


class Problem(msgspec.Struct, frozen=True):
    """What every problem has. The facts of its code stand beside these members; docs/problems.md lists them."""

    type: Annotated[str, Meta(description="The address of the code's explanation.", examples=["/problems/insufficient_balance"])]
    title: Annotated[str, Meta(description="The code in words; the same for every occurrence.")]
    status: Annotated[int, Meta(description="The HTTP status again.", ge=400, le=599)]
    code: Annotated[str, Meta(description="Stable; decide by it.", examples=["insufficient_balance"])]
    instance: Annotated[str, Meta(description="This occurrence: tell it to the operator.", examples=["urn:yui:request:018f…"])]


def of_refusal(refusal: Refusal, correlation: str) -> tuple[int, bytes]:
    """Status and body for a refusal: its code, and its facts."""
    return of_code(refusal.code, correlation, refusal.facts())


def of_code(code: str, correlation: str, facts: Mapping[str, Any] | None = None) -> tuple[int, bytes]:
    """Status and body for a code of the table."""
    row = TABLE[code]
    head = {
        "type": f"/problems/{code}",
        "title": row.title,
        "status": row.status,
        "code": code,
        "instance": f"urn:yui:request:{correlation}",
    }
    return row.status, msgspec.json.encode(head | dict(facts or {}))


def headers_of(status: int) -> dict[str, str]:
    """What a status says beside its body: when to try again, or how to sign in."""
    if status == 503:
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return {"WWW-Authenticate": "Bearer"} if status == 401 else {}
