"""Attendances before the editions in force: under the locks, with what is known, in the order given.

What earlier cases of the list used counts for the later ones. A decision to ask is no decision: it is kept as a question, counts
towards nothing, and is decided when somebody has told. Where the budget is empty and the edition does not wait, the decision is refused
at once and counts towards nothing either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances
from activities.attendances import AttendanceFacts
from flows import funding, groups, knowing
from flows.knowing import Wish
from kernel import days, ids
from ledger import accounts, load
from rules import decision_store, edition_store, evaluate, question_store, wanted
from rules.decision import Before, Decision, Facts, Used, Window
from rules.decision_store import Asked, Kept
from rules.edition_store import InForce
from rules.question_store import OpenQuestion, Standing

Questions = Mapping[tuple[UUID, UUID], Standing]  # by attendance and scheme


class Decided(msgspec.Struct, frozen=True):
    """What came of a list: decisions, and questions where the edition does not know enough."""

    kept: tuple[Kept, ...] = ()
    asked: tuple[OpenQuestion, ...] = ()


class Law(msgspec.Struct, frozen=True):
    """The editions in force on the days of a list, what they decided on it, and what they asked about it."""

    in_force: Mapping[UUID, Sequence[InForce]]  # by attendance
    standing: Sequence[Kept]
    questions: Questions

    def of_members(self, found: Sequence[AttendanceFacts]) -> list[tuple[AttendanceFacts, InForce]]:
        """What is still to be decided for members: what nothing was decided or asked about, and what was asked and not decided."""
        decided = {each.facts.attendance_id for each in self.standing if not each.by_group}
        asked = {attendance_id for attendance_id, _ in self.questions}
        return [
            (each, ruled_by)
            for each in found
            for ruled_by in self.in_force[each.attendance_id]
            if ruled_by.edition.holder == "member"
            and (
                (each.attendance_id, ruled_by.scheme.scheme_id) in self.questions
                or not (each.attendance_id in decided or each.attendance_id in asked)
            )
        ]


class _Past:
    """What was used of each window, and what each scheme has looked at of each member's time at each slot, as the list goes on."""

    def __init__(self, used: Mapping[Asked, Used], slots: Mapping[UUID, UUID], decided: Sequence[Kept]) -> None:
        self._used = dict(used)
        self._asked: dict[tuple[UUID | None, UUID], list[Asked]] = {}
        for asked in used:
            self._asked.setdefault((asked.member_id, asked.scheme_id), []).append(asked)
        self._slots = slots
        self._before: dict[tuple[UUID, UUID, UUID], Before] = {}
        for kept in decided:
            self._look(kept)

    def seen_by(self, facts: Facts, scheme_id: UUID, windows: Sequence[Window]) -> Facts:
        """The facts with what is known of the past."""
        used = tuple(self._used[_asked(facts, scheme_id, window)] for window in windows)
        return msgspec.structs.replace(facts, used=used, before=self._of_occasion(facts, scheme_id))

    def add(self, kept: Kept) -> None:
        """Counts a decision of the list for those that come after it."""
        self._look(kept)
        for whose in (kept.facts.member_id, None):
            for asked in self._asked.get((whose, kept.scheme_id), ()):
                if evaluate.covers(asked.window, kept.facts):
                    grown = self._used[asked].amount + evaluate.measured(asked.window, kept.decision)
                    self._used[asked] = Used(asked.window, grown)

    def _of_occasion(self, facts: Facts, scheme_id: UUID) -> Before | None:
        """What of the same occasion was looked at before: who comes back to a slot continues it."""
        slot_id = self._slots.get(facts.attendance_id)
        return self._before.get((scheme_id, slot_id, facts.member_id)) if slot_id is not None else None

    def _look(self, kept: Kept) -> None:
        slot_id, earned = self._slots.get(kept.facts.attendance_id), kept.decision.earned
        if slot_id is None or earned is None or kept.voided:
            return
        so_far = self._of_occasion(kept.facts, kept.scheme_id) or Before(0, 0)
        grown = Before(so_far.minutes + kept.facts.minutes, so_far.earned + earned)
        self._before[kept.scheme_id, slot_id, kept.facts.member_id] = grown


class _Case(msgspec.Struct, frozen=True):
    """One attendance before one edition, with what is known of it but the past, and the windows that the edition asks about that."""

    wish: Wish
    facts: Facts
    windows: tuple[Window, ...]

    @property
    def scheme_id(self) -> UUID:
        """The scheme whose edition it is."""
        return self.wish.ruled_by.scheme.scheme_id


async def law_of(conn: AsyncConnection, found: Sequence[AttendanceFacts]) -> Law:
    """The law for these attendances, held as it is to the end of the transaction."""
    await edition_store.hold_law(conn)
    in_force = await edition_store.in_force(conn, [each.occurred_on for each in found])
    ids_of = [each.attendance_id for each in found]
    return Law(
        in_force={each.attendance_id: in_force.get(each.occurred_on, []) for each in found},
        standing=await decision_store.of_attendances(conn, ids_of),
        questions=await question_store.of_attendances(conn, ids_of),
    )


async def decide(
    conn: AsyncConnection, law: Law, new: Sequence[tuple[AttendanceFacts, InForce]], held: Sequence[groups.Held], *, now: datetime
) -> Decided:
    """Decides on `new` for their members and on `held` for their groups. Everything is evaluated under the locks, and kept."""
    wishes = [Wish(found, ruled_by, found.member_id, _granted_on(law.questions, found, ruled_by, now)) for found, ruled_by in new]
    questions = dict(law.questions) | {key: each for one in held for key, each in one.questions.items()}
    wishes += [
        Wish(one.carrier, one.ruled_by, one.group_id, _granted_on(questions, one.carrier, one.ruled_by, now)) for one in held
    ]
    if not wishes:
        return Decided()
    purse = await _lock(conn, wishes)
    wishes = await groups.undecided(conn, wishes)
    known = await knowing.read(conn, wishes)
    cases = [_case(known, wish) for wish in wishes]
    kept, refused, asked = _evaluate(cases, await _past(conn, cases), purse, now)
    await decision_store.keep(conn, kept, decided_at=now)
    await decision_store.refuse(conn, [each.decision_id for each in refused], at=now)
    await question_store.ask(conn, [each for each in asked if not _stands(each, questions.get(each.of))])
    voided = {each.decision_id for each in refused}
    return Decided(
        tuple(msgspec.structs.replace(each, voided=True, refused=True) if each.decision_id in voided else each for each in kept),
        tuple(asked),
    )


def _evaluate(
    cases: Sequence[_Case], past: _Past, purse: funding.Purse, now: datetime
) -> tuple[list[Kept], list[Kept], list[OpenQuestion]]:
    """Decisions, those of them that are refused, and questions, in the order of the cases; their ids rise in this order too."""
    kept: list[Kept] = []
    refused: list[Kept] = []
    asked: list[OpenQuestion] = []
    for case, decision_id in zip(cases, ids.new_ids(len(cases)), strict=True):
        edition = case.wish.ruled_by.edition
        facts = past.seen_by(case.facts, case.scheme_id, case.windows)
        decision = evaluate.evaluate(edition, facts)
        if decision.outcome == "ask":
            asked.append(_question(case, decision, now))
            continue
        made = _kept(case, decision_id, facts, decision, now)
        kept.append(made)
        covered = decision.outcome == "nothing" or purse.draw(made, edition.shares).covered
        if covered or edition.when_empty == "wait":
            past.add(made)
        else:
            refused.append(made)
    return kept, refused, asked


async def _lock(conn: AsyncConnection, wishes: Sequence[Wish]) -> funding.Purse:
    """Every wallet and every budget line that the list may touch, in one go and in order; ahead of them what everybody shares."""
    await funding.lock_everybody(conn, [wish.ruled_by for wish in wishes])
    opened = await accounts.open_many(
        conn, [accounts.Opening(wish.ruled_by.scheme.unit_id, "wallet", wish.holder) for wish in wishes]
    )
    years = {days.fiscal_year(wish.found.occurred_on) for wish in wishes}
    lines = await edition_store.budget_lines(conn, sorted(years))
    locked = await load.lock(conn, sorted({*opened, *(line.account_id for line in lines)}))
    return funding.Purse(lines, {line.account_id: locked[line.account_id].available for line in lines})


async def _past(conn: AsyncConnection, cases: Sequence[_Case]) -> _Past:
    asked = list(dict.fromkeys(_asked(case.facts, case.scheme_id, window) for case in cases for window in case.windows))
    used = dict(zip(asked, await decision_store.used(conn, asked), strict=True))
    beside = await attendances.beside(conn, [case.wish.found for case in cases])
    slots = {each.attendance_id: each.slot_id for each in beside if each.slot_id is not None}
    return _Past(used, slots, await decision_store.of_attendances(conn, list(slots)))


def _case(known: knowing.Known, wish: Wish) -> _Case:
    facts = known.facts(wish)
    return _Case(wish, facts, evaluate.needs(wish.ruled_by.edition, facts))


def _asked(facts: Facts, scheme_id: UUID, window: Window) -> Asked:
    return Asked(None if window.everybody else facts.member_id, scheme_id, window)


def _granted_on(questions: Questions, found: AttendanceFacts, ruled_by: InForce, now: datetime) -> date:
    """The day of the grant: today, or the day on which the edition first asked, so that a late answer decides as one in time."""
    before = questions.get((found.attendance_id, ruled_by.scheme.scheme_id))
    return days.local_date(now if before is None else before.first_asked_at)


def _kept(case: _Case, decision_id: UUID, facts: Facts, decision: Decision, now: datetime) -> Kept:
    return Kept(
        decision_id=decision_id,
        scheme_id=case.scheme_id,
        edition_id=case.wish.ruled_by.edition_id,
        facts=facts,
        decision=decision,
        decided_at=now,
        by_group=case.wish.ruled_by.edition.holder == "group",
    )


def _stands(question: OpenQuestion, before: Standing | None) -> bool:
    """Whether the same was asked already."""
    return before is not None and (before.question.edition_id, before.question.wanted) == (question.edition_id, question.wanted)


def _question(case: _Case, decision: Decision, now: datetime) -> OpenQuestion:
    return OpenQuestion(
        question_id=ids.new_id(),
        attendance_id=case.facts.attendance_id,
        member_id=case.facts.member_id,
        scheme_id=case.scheme_id,
        edition_id=case.wish.ruled_by.edition_id,
        occurred_on=case.facts.occurred_on,
        wanted=wanted.wanted(decision.trace) or (wanted.Wanted(decision.reason),),
        trace=decision.trace,
        asked_at=now,
    )
