"""An attendance is decided by the editions in force when it occurred, and what they grant is booked from the budget.

Everything about a list of attendances is decided under the locks of its wallets and budget lines: two check-outs in the same instant
cannot both see the last point below a cap, or the last point of a budget. A budget that cannot pay refuses the grant by name; the
attendance and the decision stand, and `retry_waiting` pays when there is money again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances
from flows import funding
from kernel import days, ids
from ledger import accounts, load
from rules import decision_store, edition_store, evaluate
from rules.decision import Before, Facts, Step, Used
from rules.decision_store import Asked, Kept
from rules.edition_store import InForce

RETRY_MAX = 500


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """What one scheme grants for one attendance.

    `outcome` is `granted` (booked by `entry_id`), `waiting` (awarded, but `refusal` says why it is not booked), `nothing` (the last
    step of `trace` says why), `voided` (taken back by a correction), `unsigned` (waits for sign-off), `superseded`, `cannot_earn`
    or `no_scheme`.
    """

    attendance_id: UUID
    outcome: str
    amount: int = 0
    unit: str | None = None
    decision_id: UUID | None = None
    entry_id: UUID | None = None
    refusal: str | None = None
    trace: tuple[Step, ...] = ()


class _Occasions:
    """What each scheme has looked at of each member's time at each slot: who comes back to a slot continues the same occasion."""

    def __init__(self, slots: dict[UUID, UUID], decided: Sequence[Kept]) -> None:
        self._slots = slots
        self._before: dict[tuple[UUID, UUID, UUID], Before] = {}
        for kept in decided:
            self.add(kept)

    def before(self, facts: Facts, scheme_id: UUID) -> Before | None:
        """What of the occasion of these facts was looked at before them, if anything was."""
        slot_id = self._slots.get(facts.attendance_id)
        return self._before.get((scheme_id, slot_id, facts.member_id)) if slot_id is not None else None

    def add(self, kept: Kept) -> None:
        """Counts a decision, if it stands and a clause looked at the time."""
        slot_id, earned = self._slots.get(kept.facts.attendance_id), kept.decision.earned
        if slot_id is None or earned is None or kept.voided:
            return
        so_far = self.before(kept.facts, kept.scheme_id) or Before(0, 0)
        grown = Before(so_far.minutes + kept.facts.minutes, so_far.earned + earned)
        self._before[kept.scheme_id, slot_id, kept.facts.member_id] = grown


class _Case(msgspec.Struct, frozen=True):
    """One attendance before one edition in force, with the account of its wallet."""

    facts: Facts
    ruled_by: InForce
    wallet: int


async def for_attendances(
    conn: AsyncConnection, attendance_ids: Sequence[UUID], *, actor: UUID | None, now: datetime
) -> list[Granted]:
    """Decides and books a list of attendances, in the order given; one result per attendance, named twice or not, and scheme.

    What was decided before is answered as it stands.
    """
    asked = await attendances.facts_of(conn, list(dict.fromkeys(attendance_ids)))
    eligible = [each for each in asked if _why_not(each) is None]
    standing = await decision_store.of_attendances(conn, [each.attendance_id for each in eligible])
    decided = {each.facts.attendance_id for each in standing}
    new = [each for each in eligible if each.attendance_id not in decided]
    fresh = await _decide(conn, await _cases(conn, new, now), new, now)
    booked = await funding.book(conn, fresh, actor=actor, now=now)
    results = [_result(each, booked.get(each.decision_id)) for each in (*standing, *fresh)]
    return [found for each in asked for found in _of(each, results)]


async def retry_waiting(conn: AsyncConnection, *, actor: UUID | None, now: datetime, limit: int = RETRY_MAX) -> list[Granted]:
    """Books decisions that waited for a budget, the oldest activity first; those that still cannot be paid go on waiting.

    What waits is asked again under the locks of the wallets: a correction takes them before it looks at what it takes back.
    """
    found = await decision_store.waiting(conn, limit=min(limit, RETRY_MAX))
    await funding.lock(conn, found)
    waiting = await decision_store.still_waiting(conn, [each.decision_id for each in found])
    booked = await funding.book(conn, waiting, actor=actor, now=now)
    return [_result(each, booked.get(each.decision_id)) for each in waiting]


async def _cases(conn: AsyncConnection, found: Sequence[attendances.AttendanceFacts], now: datetime) -> list[_Case]:
    """Each attendance beside each edition in force on its day, and the wallets that would receive, opened where missing."""
    in_force = await edition_store.in_force(conn, [each.occurred_on for each in found])
    pairs = [(each, ruled_by) for each in found for ruled_by in in_force.get(each.occurred_on, [])]
    if not pairs:
        return []
    wallets = await accounts.open_many(
        conn, [accounts.Opening(ruled_by.scheme.unit_id, "wallet", each.member_id) for each, ruled_by in pairs]
    )
    return [_Case(_facts(each, now), ruled_by, wallet) for (each, ruled_by), wallet in zip(pairs, wallets, strict=True)]


async def _decide(
    conn: AsyncConnection, cases: Sequence[_Case], new: Sequence[attendances.AttendanceFacts], now: datetime
) -> list[Kept]:
    """Evaluates under the locks; what earlier cases of the list used counts for the later ones."""
    if not cases:
        return []
    await _lock(conn, cases)
    questions = [
        Asked(case.facts.member_id, case.ruled_by.scheme.scheme_id, window)
        for case in cases
        for window in evaluate.needs(case.ruled_by.edition, case.facts.occurred_on)
    ]
    before = dict(zip(questions, await decision_store.used(conn, questions), strict=True))
    occasions = await _occasions(conn, new)
    decided: list[Kept] = []
    for case in cases:
        kept = _decide_one(case, before, occasions, now)
        decided.append(kept)
        occasions.add(kept)
        for question, used in before.items():
            if _counts(question, kept):
                grown = used.amount + evaluate.measured(question.window, kept.decision)
                before[question] = Used(question.window, grown)
    await decision_store.keep(conn, decided, decided_at=now)
    return decided


async def _occasions(conn: AsyncConnection, new: Sequence[attendances.AttendanceFacts]) -> _Occasions:
    beside = await attendances.beside(conn, new)
    slots = {each.attendance_id: each.slot_id for each in beside if each.slot_id is not None}
    return _Occasions(slots, await decision_store.of_attendances(conn, list(slots)))


def _decide_one(case: _Case, before: dict[Asked, Used], occasions: _Occasions, now: datetime) -> Kept:
    scheme_id = case.ruled_by.scheme.scheme_id
    used = tuple(
        before[Asked(case.facts.member_id, scheme_id, window)]
        for window in evaluate.needs(case.ruled_by.edition, case.facts.occurred_on)
    )
    facts = msgspec.structs.replace(case.facts, used=used, before=occasions.before(case.facts, scheme_id))
    return Kept(
        decision_id=ids.new_id(),
        scheme_id=scheme_id,
        edition_id=case.ruled_by.edition_id,
        facts=facts,
        decision=evaluate.evaluate(case.ruled_by.edition, facts),
        decided_at=now,
    )


def _counts(question: Asked, kept: Kept) -> bool:
    same = question.member_id == kept.facts.member_id and question.scheme_id == kept.scheme_id
    return same and question.window.first_on <= kept.facts.occurred_on <= question.window.last_on


async def _lock(conn: AsyncConnection, cases: Sequence[_Case]) -> None:
    """Every wallet and every budget line that the list may touch, in one go and in order."""
    wanted = {case.wallet for case in cases}
    years = {days.fiscal_year(case.facts.occurred_on) for case in cases}
    wanted |= {line.account_id for line in await edition_store.budget_lines(conn, sorted(years))}
    await load.lock(conn, sorted(wanted))


def _facts(found: attendances.AttendanceFacts, now: datetime) -> Facts:
    return Facts(
        attendance_id=found.attendance_id,
        member_id=found.member_id,
        activity_kind=found.kind,
        role=found.role,
        occurred_on=found.occurred_on,
        minutes=found.minutes,
        evidence=found.evidence,
        flags=tuple(found.flags),
        granted_on=days.local_date(now),
    )


def _why_not(found: attendances.AttendanceFacts) -> str | None:
    """Why an attendance is not put before any edition yet."""
    if found.superseded:
        return "superseded"
    if found.awaits_signoff:
        return "unsigned"
    return None if found.can_earn else "cannot_earn"


def _result(kept: Kept, booked: funding.Booked | None) -> Granted:
    if kept.voided:
        return Granted(
            attendance_id=kept.facts.attendance_id, outcome="voided", decision_id=kept.decision_id, unit=kept.decision.unit
        )
    if kept.decision.outcome == "nothing":
        outcome = "nothing"
    else:
        outcome = "granted" if kept.entry_id or (booked and booked.entry_id) else "waiting"
    return Granted(
        attendance_id=kept.facts.attendance_id,
        outcome=outcome,
        amount=kept.decision.amount,
        unit=kept.decision.unit,
        decision_id=kept.decision_id,
        entry_id=kept.entry_id or (booked.entry_id if booked else None),
        refusal=booked.refusal if booked else None,
        trace=kept.decision.trace,
    )


def _of(found: attendances.AttendanceFacts, results: Sequence[Granted]) -> list[Granted]:
    why_not = _why_not(found)
    if why_not is not None:
        return [Granted(attendance_id=found.attendance_id, outcome=why_not)]
    mine = [each for each in results if each.attendance_id == found.attendance_id]
    return mine or [Granted(attendance_id=found.attendance_id, outcome="no_scheme")]
