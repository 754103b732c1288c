"""Facts of members and what is told of activities: what is refused, to whom, and by each of the two guards; and what is asked."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities import marks
from activities.marks import Said, Telling
from activities.refusals import SelfConfirmation, TellingOutOfRange, UnknownMatch, UnknownSlot, UnreadableTelling
from community.refusals import UnknownMember
from db import errors
from flows import facts, questions, tell
from kernel import ids, text
from kernel.refusal import Refusal
from rules import decision_store, fact_store, question_store
from rules.decision import Step
from rules.fact_store import Recorded
from rules.question_store import OpenQuestion
from rules.refusals import FactDaysOutOfOrder, RegisteredSinceWhen, UnreadableFact
from rules.wanted import Wanted
from tests.support import deeds, granting, schemes, spending
from tests.support.granting import DAY
from tests.support.spending import NOW, do

pytestmark = pytest.mark.anyio


def recorded(member_id: UUID, **changes: Any) -> Recorded:
    """A record as it is kept, changed as told."""
    plain: dict[str, Any] = {
        "fact_id": ids.new_id(),
        "member_id": member_id,
        "fact": "lives",
        "yes": True,
        "first_on": None,
        "last_on": None,
        "source": "住民票",
        "recorded_at": NOW,
        "recorded_by": ids.new_id(),
    }
    return Recorded(**(plain | changes))


async def refused_by(engine: AsyncEngine, work: Any, *asked: Any, **told: Any) -> str | None:
    """The name of the guard in PostgreSQL that refuses."""
    with pytest.raises(exc.DBAPIError) as refused:
        await do(engine, work, *asked, **told)
    return errors.constraint(refused.value)


async def test_a_list_is_kept_in_its_order_and_the_later_record_counts(engine: AsyncEngine) -> None:
    who, member = await schemes.officers(engine), await spending.member(engine)
    asked = [
        facts.Asked(member_id=member, fact="registered:scheme", yes=True, source=" 登録票 ", first_on=date(2025, 4, 1)),
        facts.Asked(member_id=member, fact="registered:scheme", yes=False, source="届出", first_on=date(2026, 5, 1)),
    ]
    done = await do(engine, facts.record, asked, actor=who.first, now=NOW)
    assert [each.source for each in done.facts] == ["登録票", "届出"]
    assert await do(engine, fact_store.of_member, member) == list(done.facts)
    records = (await do(engine, fact_store.records_of, [member]))[member]
    assert [each.yes for each in records] == [True, False]


@pytest.mark.parametrize(
    ("changes", "refusal", "guard"),
    [
        ({"fact": "born:1950"}, UnreadableFact, "readable_fact"),
        ({"fact": "care:level-3"}, UnreadableFact, "readable_fact"),
        ({"fact": "lives\n"}, UnreadableFact, "readable_fact"),
        ({"first_on": DAY, "last_on": date(2026, 5, 1)}, FactDaysOutOfOrder, "days_in_order"),
        ({"fact": "registered:scheme"}, RegisteredSinceWhen, "registered_since"),
        ({"source": " "}, text.TextMissing, None),
    ],
)
async def test_what_cannot_be_kept_is_refused_twice(
    engine: AsyncEngine, changes: dict[str, Any], refusal: type[Refusal], guard: str | None
) -> None:
    who, member = await schemes.officers(engine), await spending.member(engine)
    given: dict[str, Any] = {"member_id": member, "fact": "lives", "yes": True, "source": "住民票"} | changes
    plain = facts.Asked(member_id=member, fact="lives", yes=True, source="住民票")
    with pytest.raises(refusal):
        await do(engine, facts.record, [plain, facts.Asked(**given)], actor=who.first, now=NOW)
    assert await do(engine, fact_store.of_member, member) == []
    if guard is not None:
        assert await refused_by(engine, fact_store.record, [recorded(member, **changes)]) == guard


async def test_nobody_records_what_is_known_of_themselves(engine: AsyncEngine) -> None:
    member = await spending.member(engine)
    officer = await spending.actor(engine, "officer", member_id=member)
    asked = facts.Asked(member_id=member, fact="lives", yes=True, source="住民票")
    with pytest.raises(SelfConfirmation):
        await do(engine, facts.record, [asked], actor=officer, now=NOW)
    own = recorded(member, recorded_by=officer.principal_id)
    assert await refused_by(engine, fact_store.record, [own]) == "nobody_confirms_oneself"


async def test_a_fact_is_of_a_member_or_of_a_group(engine: AsyncEngine) -> None:
    who = await schemes.officers(engine)
    group = await spending.organisation(engine, "group")
    (kept,) = (await granting.known(engine, who, group, "registered:scheme", first_on=DAY)).facts
    assert kept.member_id == group
    with pytest.raises(UnknownMember):
        await granting.known(engine, who, ids.new_id(), "lives")


async def test_who_may_tell_of_what(engine: AsyncEngine) -> None:
    hall, other = await deeds.hall(engine), await deeds.hall(engine)
    guest = await deeds.guest(engine)
    said = (Said(what="mark:paid", yes=True),)
    asked = tell.Asked(place="slot", place_id=hall.slot.slot_id, said=said)
    assert len((await do(engine, tell.tell, asked, actor=hall.host, now=NOW)).tellings) == 1
    with pytest.raises(UnknownSlot):
        await do(engine, tell.tell, asked, actor=other.host, now=NOW)
    match = await deeds.agreed(engine, guest, await deeds.guest(engine))
    of_match = tell.Asked(place="match", place_id=match.match_id, said=said)
    with pytest.raises(UnknownMatch):
        await do(engine, tell.tell, of_match, actor=hall.host, now=NOW)
    helping = await spending.actor(engine, "coordinator", member_id=guest.id)
    with pytest.raises(SelfConfirmation):
        await do(engine, tell.tell, of_match, actor=helping, now=NOW)
    assert [each.what for each in await do(engine, tell.told, "slot", hall.slot.slot_id, actor=hall.host)] == ["mark:paid"]


async def test_nobody_tells_of_their_own_attendance(engine: AsyncEngine) -> None:
    guest = await deeds.guest(engine)
    hall = await deeds.hall(engine, host_member=guest.id)
    asked = tell.Asked(place="slot", place_id=hall.slot.slot_id, member_id=guest.id, said=(Said(what="attested", figure=9),))
    with pytest.raises(SelfConfirmation):
        await do(engine, tell.tell, asked, actor=hall.host, now=NOW)
    own = telling(slot_id=hall.slot.slot_id, member_id=guest.id, told_by=hall.host.principal_id)
    assert await refused_by(engine, marks.tell, [own]) == "nobody_confirms_oneself"


def telling(**changes: Any) -> Telling:
    """A telling as it is kept, changed as told."""
    plain: dict[str, Any] = {
        "telling_id": ids.new_id(),
        "what": "mark:paid",
        "figure": 1,
        "words": None,
        "told_at": NOW,
        "told_by": ids.new_id(),
    }
    return Telling(**(plain | changes))


@pytest.mark.parametrize(
    ("said", "refusal", "kept"),
    [
        (Said(what="pay", yes=True), UnreadableTelling, {"what": "pay"}),
        (Said(what="mark:paid", figure=1), TellingOutOfRange, {"figure": 2}),
        (Said(what="mark:paid"), TellingOutOfRange, {"figure": None}),
        (Said(what="count:present", figure=-1), TellingOutOfRange, {"what": "count:present", "figure": -1}),
        (Said(what="measure:steps", figure=1_000_001), TellingOutOfRange, {"what": "measure:steps", "figure": 1_000_001}),
        (Said(what="host_amount", yes=True), TellingOutOfRange, {"what": "host_amount", "figure": None}),
        (Said(what="client", figure=3), TellingOutOfRange, {"what": "client"}),
        (Said(what="book", words="x" * 81), text.TextTooLong, {"what": "book", "figure": None, "words": "x" * 81}),
    ],
)
async def test_what_cannot_be_told_is_refused_twice(
    engine: AsyncEngine, said: Said, refusal: type[Refusal], kept: dict[str, Any]
) -> None:
    hall = await deeds.hall(engine)
    asked = tell.Asked(place="slot", place_id=hall.slot.slot_id, said=(said,))
    with pytest.raises(refusal):
        await do(engine, tell.tell, asked, actor=hall.host, now=NOW)
    assert await refused_by(engine, marks.tell, [telling(slot_id=hall.slot.slot_id, **kept)]) == "readable_telling"


async def test_a_telling_is_of_one_thing(engine: AsyncEngine) -> None:
    hall = await deeds.hall(engine)
    for of in ({}, {"slot_id": hall.slot.slot_id, "activity_id": hall.slot.activity_id}):
        assert await refused_by(engine, marks.tell, [telling(**of)]) == "told_of_one_thing"


async def test_what_is_told_of_less_counts_more_and_of_two_alike_the_later(engine: AsyncEngine) -> None:
    who, member = await schemes.officers(engine), await spending.member(engine)
    at = await granting.place(engine, granting.code())
    slot_id = await granting.slot(engine, at)
    mine, other = [await granting.attended(engine, slot_id, each) for each in (member, await spending.member(engine))]
    of_activity = tell.Asked(place="activity", place_id=at.activity_id, said=(Said(what="count:members", figure=30),))
    await do(engine, tell.tell, of_activity, actor=who.first, now=NOW)
    for figure in (3, 4):
        await granting.told(engine, who, slot_id, Said(what="attested", figure=figure))
    await granting.told(engine, who, slot_id, Said(what="attested", figure=1), member_id=member)
    told = await do(engine, marks.told_of, [mine, other])
    assert [(told[each].attested, told[each].counts) for each in (mine, other)] == [(1, {"members": 30}), (4, {"members": 30})]


async def _asked(engine: AsyncEngine, who: schemes.Officers) -> OpenQuestion:
    code = granting.code()
    edition_id = await schemes.publish(engine, who, code)
    await schemes.fund(engine, who, code, "care", 1_000)
    attendance = await spending.attendance(engine, await spending.member(engine))
    results = await granting.granted(engine, [attendance])
    found = await do(engine, decision_store.of_attendances, [attendance])
    kept = next(each for each in found if each.edition_id == edition_id)
    assert results
    return OpenQuestion(
        question_id=ids.new_id(),
        attendance_id=attendance,
        member_id=kept.facts.member_id,
        scheme_id=kept.scheme_id,
        edition_id=edition_id,
        occurred_on=DAY,
        wanted=(Wanted("lives", DAY, DAY),),
        trace=(Step("residence_unknown", {"fact": "lives", "first_on": str(DAY), "last_on": str(DAY)}),),
        asked_at=NOW,
    )


async def test_nothing_is_asked_of_what_is_decided(engine: AsyncEngine) -> None:
    """PostgreSQL refuses it by itself, and who looks for open questions does not find it."""
    question = await _asked(engine, await schemes.officers(engine))
    assert await refused_by(engine, question_store.ask, [question]) == "asked_before_decided"
    assert await do(engine, questions.of_holders, [question.member_id], limit=10) == []


async def test_columns_that_say_otherwise_than_the_facts_are_refused(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = await _asked(engine, await schemes.officers(engine))
    (kept, *_) = await do(engine, decision_store.of_attendances, [question.attendance_id])
    elsewhere = msgspec.structs.replace(kept.facts, attendance_id=ids.new_id(), site="elsewhere")
    encode = decision_store.canonical.encode
    monkeypatch.setattr(decision_store.canonical, "encode", lambda value: encode(value).replace(b'"elsewhere"', b'"here"'))

    async def work(conn: AsyncConnection) -> None:
        again = msgspec.structs.replace(kept, decision_id=ids.new_id(), facts=elsewhere)
        await decision_store.keep(conn, [again], decided_at=NOW)

    assert await refused_by(engine, work) == "columns_as_decided"
