"""Points that a group holds: granted once for a slot when it is closed, on who was there, and decided anew when that was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.marks import Said
from community import members
from db import errors
from flows import correct_attendance, correction, grant
from kernel import ids
from rules import decision_store, edition_store
from rules.vocabulary.earning import Clause, PerMeasure, PerOccasion
from rules.vocabulary.who import Headcount
from tests.support import granting, schemes, spending
from tests.support.spending import NOW, do
from tests.support.towns import AREAS, POINTS, TOWN

pytestmark = pytest.mark.anyio

OLD, YOUNG = date(1950, 1, 1), date(2000, 1, 1)
THREE = Headcount(of="present", at_least=3)
HALF_OLD = Headcount(of="present", at_least=1, age_at_least=65, percent=50)


class Scene:
    """A group scheme (枕崎: three or more, half of them 65 or over), and a slot of a group."""

    def __init__(self, engine: AsyncEngine, who: schemes.Officers, scheme_id: UUID, at: granting.Place, slot_id: UUID) -> None:
        self.engine, self.who, self.scheme_id, self.at, self.slot_id = engine, who, scheme_id, at, slot_id

    async def come(self, *born: date | None, minutes: int = 60) -> list[UUID]:
        """People come, one after another."""
        there: list[UUID] = []
        for nth, day in enumerate(born):
            person = members.Person("結 花子", "ゆい はなこ", day)
            new = members.NewMember(member_id=ids.new_id(), area_id=AREAS[TOWN], person=person)
            await do(self.engine, members.add, new, now=NOW)
            there.append(await granting.attended(self.engine, self.slot_id, new.member_id, minutes=minutes, late=nth))
        return there

    async def granted(self, attendances: Sequence[UUID]) -> list[grant.Granted]:
        """What this scheme makes of them."""
        return self.of(await granting.granted(self.engine, attendances))

    def of(self, results: Sequence[grant.Granted]) -> list[grant.Granted]:
        """Those of this scheme."""
        return [each for each in results if each.scheme_id == self.scheme_id]

    async def holds(self) -> int:
        """What the group holds."""
        return await spending.posted(self.engine, "wallet", POINTS, self.at.organisation_id)

    async def correct(self, attendance_id: UUID) -> list[grant.Granted]:
        """The member was not there after all."""
        asked = correct_attendance.Asked(attendance_id=attendance_id, reason="欠席していた")
        return self.of((await do(self.engine, correct_attendance.correct, asked, actor=self.who.first, now=NOW)).grants)


async def scene(engine: AsyncEngine, *tests: Headcount, earn: object = None) -> Scene:
    who, code = await schemes.officers(engine), granting.code()
    earning = earn or PerOccasion(amount=500, minimum_minutes=30)
    clause = Clause(activity_kinds=(code,), earn=earning, who=tests)  # pyright: ignore[reportArgumentType]
    await schemes.publish(engine, who, code, clauses=(clause,), holder="group", funding=("care",), eligibility=())
    await schemes.fund(engine, who, code, "care", 100_000)
    group = await spending.organisation(engine, "group", "松の会")
    at = await granting.place(engine, code, group)
    scheme = await do(engine, edition_store.scheme_by_code, code)
    return Scene(engine, who, scheme.scheme_id, at, await granting.slot(engine, at))


async def test_a_group_is_granted_once_when_its_slot_is_closed(engine: AsyncEngine) -> None:
    found = await scene(engine, THREE, HALF_OLD)
    there = await found.come(OLD, OLD, YOUNG, YOUNG)
    assert [each.outcome for each in await found.granted(there)] == ["slot_open"] * 4

    await granting.close(engine, found.slot_id)
    made = await found.granted(there)

    assert [each.outcome for each in made] == ["granted", "in_group", "in_group", "in_group"]
    assert {each.decision_id for each in made} == {made[0].decision_id}
    kept = await do(engine, decision_store.find, made[0].decision_id)
    assert kept is not None
    assert (kept.by_group, kept.facts.member_id, kept.facts.attendance_id) == (True, found.at.organisation_id, there[0])
    assert kept.facts.counts == {"present": 4, "present_65": 2}
    assert await found.holds() == 500
    again = await found.granted(there)
    assert [each.decision_id for each in again] == [made[0].decision_id] * 4
    assert await found.holds() == 500


@pytest.mark.parametrize("born", [(OLD, OLD), (OLD, YOUNG, YOUNG)])
async def test_too_few_or_too_few_of_the_age_earn_nothing(engine: AsyncEngine, born: tuple[date, ...]) -> None:
    found = await scene(engine, THREE, HALF_OLD)
    there = await found.come(*born)
    await granting.close(engine, found.slot_id)
    made = await found.granted(there)
    assert (made[0].outcome, made[0].trace[-1].code) == ("nothing", "headcount_required")


async def test_who_was_absent_or_is_not_vouched_for_carries_nothing(engine: AsyncEngine) -> None:
    found = await scene(engine)
    (absent,) = await found.come(OLD, minutes=0)
    unsigned = await granting.attended(engine, found.slot_id, await spending.member(engine), needs_signoff=True, late=1)
    (there,) = await found.come(OLD)
    await granting.close(engine, found.slot_id)
    results = await granting.granted(engine, [absent, unsigned, there])
    assert [each.outcome for each in results if each.attendance_id == unsigned] == ["unsigned"]
    assert [each.outcome for each in found.of(results)] == ["in_group", "granted"]


async def test_an_age_that_is_not_known_is_asked_and_may_be_told_as_a_number(engine: AsyncEngine) -> None:
    found = await scene(engine, HALF_OLD)
    there = await found.come(OLD, None)
    await granting.close(engine, found.slot_id)
    asked = await found.granted(there)
    assert [each.outcome for each in asked] == ["asked", "in_group"]
    said = Said(what="count:present_65", figure=2)
    done = await granting.told(engine, found.who, found.slot_id, said)
    assert [each.outcome for each in found.of(done.grants)] == ["granted"]
    assert await found.holds() == 500


async def test_so_much_for_each_who_was_there(engine: AsyncEngine) -> None:
    found = await scene(engine, earn=PerMeasure(measure="present", amount=10, every=1, rounding="down"))
    there = await found.come(OLD, OLD, YOUNG)
    await granting.close(engine, found.slot_id)
    assert [each.amount for each in await found.granted(there)] == [30, 0, 0]


@pytest.mark.parametrize("who", [0, 3])
async def test_a_correction_of_anybodys_attendance_decides_anew_for_the_group(engine: AsyncEngine, who: int) -> None:
    found = await scene(engine, THREE)
    there = await found.come(OLD, OLD, YOUNG, YOUNG)
    await granting.close(engine, found.slot_id)
    await found.granted(there)

    await found.correct(there[who])

    of_slot = await do(engine, decision_store.of_groups, [found.slot_id])
    standing = [each for each in of_slot if each.scheme_id == found.scheme_id and not each.voided]
    assert [(each.facts.counts, each.decision.amount) for each in standing] == [({"present": 3}, 500)]
    assert await found.holds() == 500


async def test_a_correction_after_which_there_are_too_few_takes_the_grant_back(engine: AsyncEngine) -> None:
    found = await scene(engine, THREE)
    there = await found.come(OLD, OLD, YOUNG)
    await granting.close(engine, found.slot_id)
    await found.granted(there)
    await found.correct(there[2])
    assert await found.holds() == 0


async def test_what_an_officer_took_back_stays_taken_back(engine: AsyncEngine) -> None:
    found = await scene(engine)
    there = await found.come(OLD, OLD)
    await granting.close(engine, found.slot_id)
    made = await found.granted(there)
    assert made[0].entry_id is not None
    asked = correction.Asked(entry_id=made[0].entry_id, reason="二重の申請")
    await do(engine, correction.correct, asked, actor=found.who.first, now=NOW)
    assert [each.outcome for each in await found.granted(there)] == ["voided", "in_group"]
    assert await found.holds() == 0


async def test_a_second_decision_for_the_same_slot_is_refused_by_postgresql(engine: AsyncEngine) -> None:
    """The first guard taken away: the second one is `group_decided_once`."""
    found = await scene(engine)
    there = await found.come(OLD, OLD)
    await granting.close(engine, found.slot_id)
    made = await found.granted(there)
    kept = await do(engine, decision_store.find, made[0].decision_id)
    assert kept is not None
    facts = msgspec.structs.replace(kept.facts, attendance_id=there[1])
    twice = msgspec.structs.replace(kept, decision_id=ids.new_id(), facts=facts)

    async def work(conn: AsyncConnection) -> None:
        await decision_store.keep(conn, [twice], decided_at=NOW)

    with pytest.raises(exc.DBAPIError) as refused:
        await do(engine, work)
    assert errors.constraint(refused.value) == "group_decided_once"


async def test_the_audit_holds_on_all_of_it(engine: AsyncEngine, auditor: AsyncEngine) -> None:
    assert await granting.audited(auditor) == []
