"""An attendance is decided by the editions in force when it occurred, and what they grant is booked from the budget.

Everything about a list of attendances is decided under the locks of its wallets and budget lines: two check-outs in the same instant
cannot both see the last point below a cap, or the last point of a budget. A budget that cannot pay refuses the grant by name; the
attendance and the decision stand, and `retry_waiting` pays when there is money again. What an edition does not know enough to decide is
asked (`flows.questions`), and decided when somebody has told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances, locks
from flows import deciding, funding, groups, questions
from rules import decision_store
from rules.decision import Step
from rules.decision_store import Kept
from rules.question_store import OpenQuestion

RETRY_MAX = 500


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """What one scheme grants for one attendance.

    `outcome` is `granted` (booked by `entry_id`), `waiting` (awarded, but `refusal` says why it is not booked), `refused` (awarded, but
    the budget was empty, and the edition does not wait), `asked` (the last step of `trace` says what nobody has told), `nothing` (it
    says why), `voided` (taken back by a correction), `unsigned` (waits for sign-off), `superseded`, `cannot_earn`, `slot_open` (decided
    for the group when the slot is closed), `in_group` (another attendance carries it) or `no_scheme`.
    """

    attendance_id: UUID
    outcome: str
    scheme_id: UUID | None = None
    amount: int = 0
    unit: str | None = None
    decision_id: UUID | None = None
    entry_id: UUID | None = None
    refusal: str | None = None
    trace: tuple[Step, ...] = ()


async def for_attendances(
    conn: AsyncConnection, attendance_ids: Sequence[UUID], *, actor: UUID | None, now: datetime, anew: bool = False
) -> list[Granted]:
    """Decides and books a list of attendances, in the order given; one result per attendance, named twice or not, and scheme.

    What was decided before is answered as it stands; what was asked is put before the edition again. `anew` decides again for a group
    whose decision a correction has taken back. Ask under the locks of the members. Raises UnknownAttendance.
    """
    asked = await attendances.facts_of(conn, list(dict.fromkeys(attendance_ids)))
    eligible = [each for each in asked if _why_not(each) is None]
    there = [each for each in asked if not (each.superseded or each.awaits_signoff)]
    law = await deciding.law_of(conn, there)
    held = await groups.held(conn, there, law.in_force, anew=anew)
    fresh = await deciding.decide(conn, law, law.of_members(eligible), held, now=now)
    booked = await funding.book(conn, fresh.kept, actor=actor, now=now)
    results = [_result(each, booked.get(each.decision_id)) for each in (*law.standing, *fresh.kept)]
    results += [_asked(each) for each in fresh.asked]
    made: dict[UUID, list[Granted]] = {}
    for result in results:
        made.setdefault(result.attendance_id, []).append(result)
    states = await groups.states(conn, there, law.in_force)
    return [found for each in asked for found in _of(each, made.get(each.attendance_id, []), states.get(each.attendance_id, []))]


async def retry_waiting(conn: AsyncConnection, *, actor: UUID | None, now: datetime, limit: int = RETRY_MAX) -> list[Granted]:
    """Books decisions that waited for a budget, the oldest activity first; those that still cannot be paid go on waiting.

    Before them, what was asked is put before its edition again. What waits is asked again under the locks of the wallets: a correction
    takes them before it looks at what it takes back.
    """
    limit = min(limit, RETRY_MAX)
    asked = await questions.waiting(conn, limit=limit)
    await locks.members(conn, [each.member_id for each in asked])
    found = await decision_store.waiting(conn, limit=limit)
    holders = {*(each.facts.member_id for each in found), *(each.holder for each in asked)}
    on = {*(each.facts.occurred_on for each in found), *(each.occurred_on for each in asked)}
    await funding.lock_around(conn, sorted(holders), sorted(on))
    decided = await for_attendances(conn, [each.attendance_id for each in asked], actor=actor, now=now)
    due = await decision_store.still_waiting(conn, [each.decision_id for each in found])
    booked = await funding.book(conn, due, actor=actor, now=now)
    return [*decided, *(_result(each, booked.get(each.decision_id)) for each in due)]


def _why_not(found: attendances.AttendanceFacts) -> str | None:
    """Why an attendance is not put before any edition yet."""
    if found.superseded:
        return "superseded"
    if found.awaits_signoff:
        return "unsigned"
    return None if found.can_earn else "cannot_earn"


def _result(kept: Kept, booked: funding.Booked | None) -> Granted:
    if kept.refused:
        return msgspec.structs.replace(_granted(kept, "refused", refusal="budget_exhausted"), amount=0)
    if kept.voided:
        return msgspec.structs.replace(_granted(kept, "voided"), amount=0, trace=())
    if kept.decision.outcome == "nothing":
        return _granted(kept, "nothing")
    entry_id = kept.entry_id or (booked.entry_id if booked else None)
    return _granted(kept, "granted" if entry_id else "waiting", entry_id=entry_id, refusal=booked.refusal if booked else None)


def _granted(kept: Kept, outcome: str, *, entry_id: UUID | None = None, refusal: str | None = None) -> Granted:
    return Granted(
        attendance_id=kept.facts.attendance_id,
        outcome=outcome,
        scheme_id=kept.scheme_id,
        amount=kept.decision.amount,
        unit=kept.decision.unit,
        decision_id=kept.decision_id,
        entry_id=entry_id,
        refusal=refusal,
        trace=kept.decision.trace,
    )


def _asked(question: OpenQuestion) -> Granted:
    return Granted(attendance_id=question.attendance_id, outcome="asked", scheme_id=question.scheme_id, trace=question.trace)


def _carried(attendance_id: UUID, state: groups.State) -> Granted:
    return Granted(
        attendance_id=attendance_id,
        outcome=state.outcome,
        scheme_id=state.scheme_id,
        unit=state.unit,
        decision_id=state.decision_id,
    )


def _of(found: attendances.AttendanceFacts, made: Sequence[Granted], states: Sequence[groups.State]) -> list[Granted]:
    """What is told of one attendance: why it is not put before any edition, or what became of it, and what others carry."""
    why_not = _why_not(found)
    if why_not in {"superseded", "unsigned"}:
        return [Granted(attendance_id=found.attendance_id, outcome=why_not)]
    decided = {each.scheme_id for each in made}
    mine = [*made, *(_carried(found.attendance_id, each) for each in states if each.scheme_id not in decided)]
    if why_not is not None:
        return [Granted(attendance_id=found.attendance_id, outcome=why_not), *mine]
    return mine or [Granted(attendance_id=found.attendance_id, outcome="no_scheme")]
