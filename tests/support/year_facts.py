"""What the town of the audit's tests asks and is told: a scheme that asks about the insurance, and one whose points a group holds."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from activities.marks import Said
from rules.vocabulary.earning import Clause, PerOccasion, PerTime
from rules.vocabulary.person import Insured
from rules.vocabulary.who import Headcount, Mark, NoneOf
from tests.support import granting, schemes, spending

KIND = "gymnastics"
HOURLY = PerTime(amount=100, every_minutes=60, rounding="down", minimum_minutes=0)


async def play(engine: AsyncEngine, officers: schemes.Officers) -> None:
    """Two come to a slot: one question is answered and one stays open; the slot is closed, and its group is granted."""
    unpaid = NoneOf(tests=(Mark(what="paid", untold="ask"),))
    insured = Insured(category="first", counted_on="the_day")
    clauses = (Clause(activity_kinds=(KIND,), earn=HOURLY),)
    await schemes.publish(engine, officers, "insured", clauses=clauses, eligibility=(insured, unpaid), funding=("care",))
    await schemes.fund(engine, officers, "insured", "care", 10_000)
    ten = Headcount(of="members", at_least=10)
    held = (Clause(activity_kinds=(KIND,), earn=PerOccasion(amount=500, minimum_minutes=0), who=(ten,)),)
    await schemes.publish(engine, officers, "circles", clauses=held, eligibility=(), holder="group", funding=("care",))
    await schemes.fund(engine, officers, "circles", "care", 10_000)
    at = await granting.place(engine, KIND, await spending.organisation(engine, "group", "体操の会"))
    slot_id = await granting.slot(engine, at)
    answered, silent = await spending.member(engine), await spending.member(engine)
    there = [await granting.attended(engine, slot_id, each) for each in (answered, silent)]
    said = (Said(what="mark:paid", yes=False), Said(what="count:members", figure=12))
    await granting.told(engine, officers, slot_id, *said)
    await granting.granted(engine, there)
    await granting.known(engine, officers, answered, "insured:first")
    await granting.close(engine, slot_id)
    await granting.granted(engine, there)
