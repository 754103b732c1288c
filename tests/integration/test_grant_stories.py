"""The new rules inside the stories: help at home, a closing, a correction of what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from flows import grant, questions
from rules import decision_store, edition_store
from rules.vocabulary.earning import Clause, PerOccasion
from rules.vocabulary.person import Insured
from rules.vocabulary.who import Headcount
from tests.support import deeds, editions, granting, schemes
from tests.support.deeds import at
from tests.support.spending import do

pytestmark = pytest.mark.anyio

ONCE = PerOccasion(amount=100, minimum_minutes=0)
INSURED = Insured(category="first", counted_on="the_day")


class Scheme:
    """A scheme of one's own for one kind of activity, with money."""

    def __init__(self, who: schemes.Officers, kind: str, scheme_id: UUID) -> None:
        self.who, self.kind, self.scheme_id = who, kind, scheme_id

    def of(self, results: Sequence[grant.Granted]) -> list[grant.Granted]:
        """Those of this scheme."""
        return [each for each in results if each.scheme_id == self.scheme_id]


async def scheme(engine: AsyncEngine, *, kind: str | None = None, **changes: object) -> Scheme:
    who, code = await schemes.officers(engine), granting.code()
    clause = Clause(activity_kinds=(kind or code,), earn=ONCE)
    await schemes.publish(engine, who, code, clauses=(clause,), funding=("care",), **changes)
    await schemes.fund(engine, who, code, "care", 10_000)
    return Scheme(who, kind or code, (await do(engine, edition_store.scheme_by_code, code)).scheme_id)


async def test_help_at_home_is_capped_for_each_receiver(engine: AsyncEngine) -> None:
    """「見守り1人につき月1ポイント」: one for each client in a month; all homes are one place."""
    helper, one, two = [await deeds.guest(engine) for _ in range(3)]
    found: list[grant.Granted] = []
    mine: Scheme | None = None
    for nth, receiver in enumerate((one, one, two)):
        match = await deeds.agreed(engine, receiver, helper)
        if mine is None:
            mine = await scheme(engine, kind=match.kind, caps=(editions.cap(100, per="month", for_each=("member", "client")),))
        await deeds.scan(engine, helper.actor, at(nth * 20), method="receiver_card", code=receiver.card, match_id=match.match_id)
        gone = await deeds.scan(
            engine, helper.actor, at(nth * 20 + 10), method="receiver_card", code=receiver.card, match_id=match.match_id
        )
        found += mine.of(gone.grants)
    assert [each.amount for each in found] == [100, 0, 100]
    kept = await do(engine, decision_store.find, found[0].decision_id)
    assert kept is not None
    assert (kept.facts.site, kept.facts.client) == ("home", str(one.id))


async def test_a_headcount_is_known_when_the_host_closes(engine: AsyncEngine) -> None:
    kind = granting.code()
    mine = await scheme(engine, kind=kind, eligibility=(Headcount(of="present", at_least=2),))
    hall = await deeds.hall(engine, kind=kind)
    guests = [await deeds.guest(engine) for _ in range(2)]
    outcomes: list[str] = []
    for guest in guests:
        await deeds.card(engine, hall, guest, at(0))
        gone = await deeds.card(engine, hall, guest, at(60))
        outcomes += [each.outcome for each in mine.of(gone.grants)]
    assert outcomes == ["asked", "asked"]
    closed = await deeds.close(engine, hall)
    assert [(each.outcome, each.amount) for each in mine.of(closed.grants)] == [("granted", 100)] * 2
    assert await do(engine, questions.of_slot, hall.slot.slot_id, limit=10) == []


async def test_what_was_asked_of_a_wrong_attendance_is_asked_of_the_right_one(engine: AsyncEngine) -> None:
    kind = granting.code()
    mine = await scheme(engine, kind=kind, eligibility=(INSURED,))
    hall, guest = await deeds.hall(engine, kind=kind), await deeds.guest(engine)
    await deeds.card(engine, hall, guest, at(0))
    gone = await deeds.card(engine, hall, guest, at(60))
    assert [each.outcome for each in mine.of(gone.grants)] == ["asked"]
    assert gone.attendance_id is not None

    corrected = await deeds.correct(engine, hall.host, gone.attendance_id, started_at=at(0), ended_at=at(90))

    assert [each.outcome for each in mine.of(corrected.grants)] == ["asked"]
    (question,) = await do(engine, questions.of_member, guest.id, limit=10)
    assert question.attendances == 1
    done = await granting.known(engine, mine.who, guest.id, "insured:first", now=at(240), first_on=date(2020, 4, 1))
    assert [(each.attendance_id, each.outcome) for each in mine.of(done.grants)] == [
        (corrected.attendance.attendance_id, "granted")
    ]


async def test_the_audit_holds_on_all_of_it(engine: AsyncEngine, auditor: AsyncEngine) -> None:
    assert await granting.audited(auditor) == []
