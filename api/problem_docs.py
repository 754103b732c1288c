"""What every code means, for readers: `python -m api.documents` writes docs/problems.md."""

from __future__ import annotations

from dataclasses import fields
from itertools import groupby

from api.problem_table import TABLE
from kernel.refusal import REFUSALS, Refusal

HEAD = """\
# Problems

Every refusal and every failure is `application/problem+json` (RFC 9457). Decide by `code`, which never changes; `title` is for people,
`instance` names the occurrence. The facts stand beside them. What was refused stored nothing; under an `Idempotency-Key` a refusal
stays the answer. Drawn from the table by `python -m api.documents`; a test compares.

"""


def markdown() -> str:
    """The document: one table for each status."""
    written = HEAD
    ordered = sorted(TABLE, key=lambda code: (TABLE[code].status, code))
    for status, codes in groupby(ordered, key=lambda code: TABLE[code].status):
        written += f"## {status}\n\n| code | means | facts | what to do |\n|---|---|---|---|\n"
        written += "".join(_line(code) for code in codes) + "\n"
    return written.rstrip("\n") + "\n"


def _line(code: str) -> str:
    refusal = REFUSALS.get(code)
    facts = ", ".join(f"`{field.name}`" for field in fields(refusal)) if refusal else ""
    return f"| `{code}` | {_meaning(code, refusal)} | {facts} | {TABLE[code].advice} |\n"


def _meaning(code: str, refusal: type[Refusal] | None) -> str:
    """The title, and what the refusal's own words add to it."""
    said = " ".join((refusal.__doc__ or "").split()) if refusal else ""
    return f"{TABLE[code].title}. {said}".strip().replace("|", "\\|")
