"""What is not known is asked, and decided when somebody has told: facts of members by officers, the activity by whoever runs it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.marks import Said
from community import members
from db import query
from flows import grant, questions
from kernel import ids
from rules import decision_store, edition_store
from rules.decision import Facts
from rules.vocabulary.earning import Attested, Clause, HostSet, PerMeasure, PerTime
from rules.vocabulary.periods import FromRegistration
from rules.vocabulary.person import Age, Arrears, Insured, Registration
from rules.vocabulary.who import DayType, Hours, Mark, NoneOf
from tests.support import editions, granting, looking, schemes, spending
from tests.support.granting import DAY
from tests.support.spending import NOW, do
from tests.support.towns import AREAS, POINTS, TOWN

pytestmark = pytest.mark.anyio

HUNDRED = PerTime(amount=100, every_minutes=60, rounding="down", minimum_minutes=0)
INSURED = Insured(category="first", counted_on="the_day")

_ORIGIN = query.statement(
    """
    select t.origin_attendance, e.cause_id from ledger.lot t
    join ledger.journal_entry e on e.municipality_id = t.municipality_id and e.entry_id = t.entry_id
    where t.municipality_id = db.municipality() and t.entry_id = :entry_id
    """
)


class Scene:
    """A scheme for one kind of activity, with money, and a slot of it."""

    def __init__(self, engine: AsyncEngine, who: schemes.Officers, scheme_id: UUID, slot_id: UUID) -> None:
        self.engine, self.who, self.scheme_id, self.slot_id = engine, who, scheme_id, slot_id

    async def come(self, member_id: UUID | None = None) -> grant.Granted:
        """Somebody was there for an hour; what that grants."""
        whom = member_id or await spending.member(self.engine)
        attendance = await granting.attended(self.engine, self.slot_id, whom)
        (made,) = self.of(await granting.granted(self.engine, [attendance]))
        return made

    async def known(self, member_id: UUID, fact: str, yes: bool = True, **days_of: Any) -> list[grant.Granted]:
        """An officer records a fact; what this scheme decides because of it."""
        return self.of((await granting.known(self.engine, self.who, member_id, fact, yes, **days_of)).grants)

    async def told(self, *said: Said, member_id: UUID | None = None) -> list[grant.Granted]:
        """An officer tells something of the slot; what this scheme decides because of it."""
        return self.of((await granting.told(self.engine, self.who, self.slot_id, *said, member_id=member_id)).grants)

    def of(self, results: Sequence[grant.Granted]) -> list[grant.Granted]:
        """Those of this scheme; those of other tests are in force too."""
        return [each for each in results if each.scheme_id == self.scheme_id]

    async def facts(self, made: grant.Granted) -> Facts:
        """What the decision saw."""
        assert made.decision_id is not None
        kept = await do(self.engine, decision_store.find, made.decision_id)
        assert kept is not None
        return kept.facts

    async def asks(self) -> list[questions.Asked]:
        """What is asked of the slot."""
        return await do(self.engine, questions.of_slot, self.slot_id, limit=50)


async def scene(engine: AsyncEngine, earn: object = HUNDRED, on: date = DAY, **changes: object) -> Scene:
    who, code = await schemes.officers(engine), granting.code()
    who_of_clause = changes.pop("clause_who", ())
    clause = Clause(activity_kinds=(code,), earn=earn, who=who_of_clause)  # pyright: ignore[reportArgumentType]
    await schemes.publish(engine, who, code, clauses=(clause,), **changes)
    await schemes.fund(engine, who, code, "care", 100_000)
    at = await granting.place(engine, code)
    scheme = await do(engine, edition_store.scheme_by_code, code)
    return Scene(engine, who, scheme.scheme_id, await granting.slot(engine, at, on))


async def test_an_officer_answers_and_the_grant_is_booked_and_traced(engine: AsyncEngine) -> None:
    found, member = await scene(engine, eligibility=(INSURED,)), await spending.member(engine)
    asked = await found.come(member)
    assert (asked.outcome, asked.amount, asked.decision_id) == ("asked", 0, None)
    assert asked.trace[-1].code == "insured_unknown"
    (question,) = await do(engine, questions.of_member, member, limit=10)
    assert (question.fact, question.first_on, question.attendances) == ("insured:first", DAY, 1)

    (made,) = await found.known(member, "insured:first", first_on=date(2020, 1, 1))

    assert (made.attendance_id, made.outcome, made.amount) == (asked.attendance_id, "granted", 100)
    (lot,) = await do(engine, query.rows, _ORIGIN, entry_id=made.entry_id)
    assert (lot.origin_attendance, lot.cause_id) == (asked.attendance_id, made.decision_id)
    (answer,) = (await found.facts(made)).answers
    assert (answer.yes, answer.source) == (True, "窓口")
    assert await do(engine, questions.of_member, member, limit=10) == []
    assert await spending.posted(engine, "wallet", POINTS, member) == 100


async def test_a_no_decides_too_and_what_is_decided_is_not_decided_again(engine: AsyncEngine) -> None:
    found, member = await scene(engine, eligibility=(INSURED,)), await spending.member(engine)
    asked = await found.come(member)
    (made,) = await found.known(member, "insured:first", yes=False)
    assert (made.attendance_id, made.outcome, made.trace[-1].code) == (asked.attendance_id, "nothing", "insured_required")
    assert await found.known(member, "insured:first") == []
    assert [each.outcome for each in found.of(await granting.granted(engine, [asked.attendance_id]))] == ["nothing"]


async def test_another_fact_asks_again_and_the_same_is_asked_once(engine: AsyncEngine) -> None:
    arrears = NoneOf(tests=(Arrears(of=("city_tax",), fiscal_years_back=0, counted_on="the_day"),))
    found, member = await scene(engine, eligibility=(INSURED, arrears)), await spending.member(engine)
    asked = await found.come(member)
    await granting.granted(engine, [asked.attendance_id])
    (again,) = await found.known(member, "insured:first")
    assert (again.outcome, again.trace[-1].code) == ("asked", "arrears_unknown")
    (made,) = await found.known(member, "arrears:city_tax", yes=False)
    assert made.outcome == "granted"
    rows = await do(engine, query.rows, _QUESTIONS, attendance_id=asked.attendance_id)
    assert [row.wanted[0]["fact"] for row in rows] == ["insured:first", "arrears:city_tax"]


_QUESTIONS = query.statement(
    """
    select wanted from rules.open_question
    where municipality_id = db.municipality() and attendance_id = :attendance_id order by asked_at, question_id
    """
)


async def test_a_late_answer_decides_as_one_in_time(engine: AsyncEngine) -> None:
    """The day of the grant is the day on which it was asked."""
    found, member = await scene(engine, eligibility=(INSURED,)), await spending.member(engine)
    asked = await found.come(member)
    later = NOW + timedelta(days=40)
    retried = found.of(await do(engine, grant.retry_waiting, actor=None, now=later))
    assert [(each.attendance_id, each.outcome) for each in retried] == [(asked.attendance_id, "asked")]
    (made,) = await found.known(member, "insured:first")
    assert (await found.facts(made)).granted_on == NOW.date()


async def test_an_age_is_answered_from_the_birth_date_which_stays_where_it_is(engine: AsyncEngine) -> None:
    found = await scene(engine, eligibility=(Age(at_least=65, counted_on="the_day"),))
    person = members.Person("結 花子", "ゆい はなこ", date(1961, 5, 13))
    new = members.NewMember(member_id=ids.new_id(), area_id=AREAS[TOWN], person=person)
    made = await found.come((await do(engine, members.add, new, now=NOW)).member_id)
    assert made.outcome == "granted"
    facts = await found.facts(made)
    assert "1961" not in looking.without_ids(str(facts))
    assert [(each.question.fact, each.yes, each.source) for each in facts.answers] == [("age_at_least:65", True, "birth date")]


async def test_an_age_without_a_birth_date_is_asked_and_recorded(engine: AsyncEngine) -> None:
    found, member = await scene(engine, eligibility=(Age(at_least=65, counted_on="the_day"),)), await spending.member(engine)
    assert (await found.come(member)).outcome == "asked"
    (made,) = await found.known(member, "age_at_least:65", first_on=DAY)
    assert made.outcome == "granted"


async def test_years_run_from_the_registration_that_an_officer_recorded(engine: AsyncEngine) -> None:
    registered = Registration(of="scheme", renewed="never", counted_on="the_day")
    caps = (editions.cap(150, per="scheme_year"),)
    found = await scene(engine, eligibility=(registered,), year=FromRegistration(), caps=caps)
    member = await spending.member(engine)
    first, second = await found.come(member), await found.come(member)
    assert [first.outcome, second.outcome] == ["asked", "asked"]
    done = await found.known(member, "registered:scheme", first_on=date(2026, 4, 10))
    assert [(each.outcome, each.amount) for each in done] == [("granted", 100), ("granted", 50)]
    facts = await found.facts(done[1])
    assert (facts.registered_on, facts.used[0].window.first_on) == (date(2026, 4, 10), date(2026, 4, 10))


async def test_the_place_the_day_and_the_hour_are_known_without_asking(engine: AsyncEngine) -> None:
    tests = (DayType(one_of=("holiday",)), Hours(first="10:00", last="12:00"))
    found = await scene(engine, on=date(2026, 5, 6), clause_who=tests)  # 振替休日
    made = await found.come()
    facts = await found.facts(made)
    assert (made.outcome, facts.holiday, facts.started_minute, facts.event) == ("granted", True, 600, str(found.slot_id))
    assert facts.site is not None
    assert UUID(facts.site)
    assert facts.client is None


async def test_what_was_told_before_decides_at_once_and_what_is_told_later_what_waited(engine: AsyncEngine) -> None:
    unpaid = NoneOf(tests=(Mark(what="paid", untold="ask"),))
    found = await scene(engine, eligibility=(unpaid,))
    one = await found.come()
    assert (one.outcome, one.trace[-1].code) == ("asked", "mark_unknown")
    assert [(each.fact, each.attendances) for each in await found.asks()] == [("mark:paid", 1)]
    paid = await spending.member(engine)
    await found.told(Said(what="mark:paid", yes=True), member_id=paid)
    done = await found.told(Said(what="mark:paid", yes=False))
    assert [(each.attendance_id, each.outcome) for each in done] == [(one.attendance_id, "granted")]
    assert (await found.come()).outcome == "granted"
    assert (await found.come(paid)).outcome == "nothing"  # what is told of the member counts before what is told of the slot
    assert await found.told(Said(what="mark:paid", yes=True)) == []
    assert (await found.come()).outcome == "nothing"  # the later one counts


@pytest.mark.parametrize(
    ("earn", "said", "amount"),
    [
        (HostSet(at_least=100, at_most=1000), Said(what="host_amount", figure=300), 300),
        (Attested(amount=10, every_minutes=60, untold="ask", minimum_minutes=0), Said(what="attested", figure=3), 30),
        (PerMeasure(measure="steps", amount=1, every=1000, rounding="down"), Said(what="measure:steps", figure=8200), 8),
    ],
)
async def test_what_the_host_sets_attests_or_measures_is_asked_of_the_host(
    engine: AsyncEngine, earn: object, said: Said, amount: int
) -> None:
    found = await scene(engine, earn)
    asked = await found.come()
    assert asked.outcome == "asked"
    assert [each.fact for each in await found.asks()] == [said.what]
    (made,) = await found.told(said)
    assert (made.outcome, made.amount) == ("granted", amount)


async def test_a_cap_for_each_client_asks_for_whom_it_was(engine: AsyncEngine) -> None:
    caps = (editions.cap(100, per="month", for_each=("member", "client")),)
    found, member = await scene(engine, caps=caps), await spending.member(engine)
    assert (await found.come(member)).outcome == "asked"
    await found.told(Said(what="client", words="K-17"), member_id=member)
    second = await found.come(member)
    assert (second.outcome, second.trace[-1].code) == ("nothing", "cap_reached")
    assert (await found.facts(second)).client == "K-17"


async def test_a_retry_decides_what_was_answered_otherwise(engine: AsyncEngine) -> None:
    """A group's question whose answer came for one of its people, or one that was cut off at RETRY_MAX."""
    found, member = await scene(engine, eligibility=(INSURED,)), await spending.member(engine)
    asked = await found.come(member)
    await do(engine, query.run, _FACT, fact_id=ids.new_id(), member_id=member, by=ids.new_id(), now=NOW)
    retried = found.of(await do(engine, grant.retry_waiting, actor=None, now=NOW))
    assert [(each.attendance_id, each.outcome) for each in retried] == [(asked.attendance_id, "granted")]


_FACT = query.statement(
    """
    insert into rules.person_fact (municipality_id, fact_id, member_id, fact, yes, source, recorded_at, recorded_by)
    values (db.municipality(), :fact_id, :member_id, 'insured:first', true, '窓口', :now, :by)
    """
)


async def test_the_audit_holds_on_all_of_it(engine: AsyncEngine, auditor: AsyncEngine) -> None:
    assert await granting.audited(auditor) == []
