"""What `yui rules check` and `yui rules evaluate` say: from texts to reports, without a file, a database or a clock.

The same evaluator as the main path decides; here the list itself is all of a member's past, so that anybody can try the rule
book of their own town on a list of attendances.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec import Meta

from rules import evaluate, explain, parse
from rules.decision import Case, Decision, Facts, Step, Used
from rules.refusals import RuleError, UnreadableEdition, UnreadableFacts
from rules.vocabulary.edition import Edition
from rules.vocabulary.part import EVIDENCE_MAX, MINUTES_MAX, Role

FACTS_BYTES_MAX = 64 * 1024 * 1024
ATTENDANCES_MAX = 1_000_000

Name = Annotated[str, Meta(min_length=1, max_length=80)]


class CheckReport(msgspec.Struct, frozen=True):
    """What is to be said of one document; `ok` when it is an edition, and then its scheme and first day."""

    name: str
    ok: bool
    scheme: str | None
    starts_on: date | None
    errors: tuple[RuleError, ...]


class Attendance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One attendance of the facts document. `id` and `member` are any short text; `granted_on` when it is not `occurred_on`."""

    id: Name
    member: Name
    activity_kind: Name
    role: Role
    occurred_on: date
    minutes: Annotated[int, Meta(ge=0, le=MINUTES_MAX)]
    evidence: Annotated[int, Meta(ge=0, le=EVIDENCE_MAX)]
    granted_on: date | None = None
    flags: Annotated[tuple[Name, ...], Meta(max_length=20)] = ()


class FactsDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The facts document: `{"attendances": […]}`, evaluated in this order."""

    attendances: Annotated[tuple[Attendance, ...], Meta(max_length=ATTENDANCES_MAX)]


class ItemResult(msgspec.Struct, frozen=True):
    """What one attendance earns, which caps (from 1) cut it, the trace, and the same in words by language."""

    id: str
    member: str
    outcome: str
    reason: str
    amount: int
    unit: str
    minutes: int
    expires_on: date | None
    funding: tuple[str, ...]
    caps_hit: tuple[int, ...]
    trace: tuple[Step, ...]
    explanation: dict[str, tuple[str, ...]]


def check(text: str, name: str, locale: parse.Locale = "en") -> CheckReport:
    """Whether `text` (of the file `name`) is an edition, with every mistake at its line."""
    try:
        edition = parse.parse(text, locale)
    except UnreadableEdition as refused:
        return CheckReport(name=name, ok=False, scheme=None, starts_on=None, errors=refused.errors)
    return CheckReport(name=name, ok=True, scheme=edition.scheme, starts_on=edition.starts_on, errors=())


def evaluate_document(text: str, facts_json: bytes) -> list[ItemResult]:
    """What the edition `text` grants for each attendance of `facts_json`, in order, its caps counted across the list.

    Raises UnreadableEdition, UnreadableFacts.
    """
    edition = parse.parse(text)
    document = _facts_document(facts_json)
    cases = evaluate.evaluate_list(edition, [_facts(edition, attendance) for attendance in document.attendances])
    return [_result(attendance, case) for attendance, case in zip(document.attendances, cases, strict=True)]


def _facts_document(facts_json: bytes) -> FactsDocument:
    if len(facts_json) > FACTS_BYTES_MAX:
        raise UnreadableFacts(problem=f"the document is longer than {FACTS_BYTES_MAX} bytes")
    try:
        document = msgspec.json.decode(facts_json, type=FactsDocument)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFacts(problem=str(error)) from error
    seen: set[str] = set()
    for index, attendance in enumerate(document.attendances):
        if attendance.id in seen:
            raise UnreadableFacts(problem=f"the id {attendance.id!r} is there twice - at `$.attendances[{index}].id`")
        seen.add(attendance.id)
    return document


def _facts(edition: Edition, attendance: Attendance) -> Facts:
    """The facts of a member of whom nothing is known before the list. Names become ids: the same name, the same id."""
    return Facts(
        attendance_id=uuid5(NAMESPACE_URL, f"attendance:{attendance.id}"),
        member_id=uuid5(NAMESPACE_URL, f"member:{attendance.member}"),
        activity_kind=attendance.activity_kind,
        role=attendance.role,
        occurred_on=attendance.occurred_on,
        minutes=attendance.minutes,
        evidence=attendance.evidence,
        flags=attendance.flags,
        used=tuple(Used(window, 0) for window in evaluate.needs(edition, attendance.occurred_on)),
        granted_on=attendance.granted_on,
    )


def _result(attendance: Attendance, case: Case) -> ItemResult:
    decision = case.decision
    return ItemResult(
        id=attendance.id,
        member=attendance.member,
        outcome=decision.outcome,
        reason=decision.reason,
        amount=decision.amount,
        unit=decision.unit,
        minutes=decision.minutes,
        expires_on=decision.expires_on,
        funding=decision.funding,
        caps_hit=_caps_hit(decision),
        trace=decision.trace,
        explanation={locale: explain.explain(decision, locale) for locale in explain.LOCALES},
    )


def _caps_hit(decision: Decision) -> tuple[int, ...]:
    return tuple(int(step.numbers["cap"]) for step in decision.trace if step.code in {"cap_cut", "cap_reached"})
