"""What is known: dated facts of members, what hosts tell about an activity, and the questions that nobody has answered yet.

An answer decides what waited for it, and points move: these routes ask for an idempotency key.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, structs
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import marks
from api.door import Door, Key
from api.limits import PAGE_LIMIT_DEFAULT
from api.routes import shapes
from flows import facts, questions, tell
from rules import fact_store

OFFICE = {"officer": "town"}
READ = {"officer": "town", "auditor": "town"}
SEEN = {"member": "own", "officer": "town", "auditor": "town"}
RUN = {"host": "organisation", "coordinator": "town", "officer": "town"}
TOWN = {"coordinator": "town", "officer": "town"}
AUDITED = {"auditor": "town"}
FACT = "lives, registered:scheme, trained:…, insured:first, care:support, arrears:…, status:…, officer:…, age_at_least:65 …"


class NewFact(shapes.Asked, frozen=True, kw_only=True):
    """One yes or no about a member, and where it is known from. No `first_on` is since always, no `last_on` until further notice."""

    fact: Annotated[str, Meta(min_length=1, max_length=80, description=FACT, examples=["registered:scheme"])]
    yes: bool
    source: Annotated[str, Meta(min_length=1, max_length=fact_store.SOURCE_LENGTH_MAX, examples=["登録票"])]
    first_on: Annotated[date, Meta(examples=["2026-04-01"])] | None = None
    last_on: date | None = None


class MembersFact(NewFact, frozen=True, kw_only=True):
    """The same with whose it is."""

    member_id: UUID


class FactList(shapes.Asked, frozen=True):
    """Facts of several members, as from a list; all of them are kept, or none."""

    facts: Annotated[tuple[MembersFact, ...], Meta(min_length=1, max_length=facts.FACTS_MAX)]


class NewTelling(shapes.Asked, frozen=True):
    """One thing about an activity: a mark with `yes`, a number with `figure`, for whom or in which booklet with `words`."""

    what: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=60,
            description="mark:paid …, count:present, count:members_65 …, measure:steps …, host_amount, attested, client, book",
            examples=["mark:paid"],
        ),
    ]
    yes: Annotated[bool, Meta(examples=[False])] | None = None
    figure: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None
    words: Annotated[str, Meta(min_length=1, max_length=marks.WORDS_LENGTH_MAX)] | None = None


class NewTellings(shapes.Asked, frozen=True):
    """What is told; all of it is kept, or nothing."""

    said: Annotated[tuple[NewTelling, ...], Meta(min_length=1, max_length=tell.TELLINGS_MAX)]


class SlotTellings(NewTellings, frozen=True):
    """What is told of a slot, or of one member at it."""

    member_id: UUID | None = None


@post("/members/{member_id:uuid}/facts", may=OFFICE, tags=["facts"])
async def record_fact(
    door: NamedDependency[Door], member_id: FromPath[UUID], data: JSONBody[NewFact], key: Key = None
) -> Response[facts.Done]:
    """Records a yes or no about a member (or a group), and decides what waited for it."""
    asked = facts.Asked(member_id=member_id, **structs.asdict(data))
    return await door.keyed(key, data, lambda conn: facts.record(conn, [asked], actor=door.actor, now=door.now))


@post("/facts", may=OFFICE, tags=["facts"])
async def record_facts(door: NamedDependency[Door], data: JSONBody[FactList], key: Key = None) -> Response[facts.Done]:
    """Records a list of facts, of several members."""
    asked = [facts.Asked(**structs.asdict(each)) for each in data.facts]
    return await door.keyed(key, data, lambda conn: facts.record(conn, asked, actor=door.actor, now=door.now))


@get("/members/{member_id:uuid}/facts", may=SEEN, tags=["facts"])
async def list_facts(door: NamedDependency[Door], member_id: FromPath[UUID]) -> shapes.Page[fact_store.Recorded]:
    """What is recorded of a member, in the order in which it was; of two records of a fact the later one counts."""
    door.reach_member(member_id)

    async def work(conn: AsyncConnection) -> list[fact_store.Recorded]:
        await facts.known(conn, [member_id])
        return await fact_store.of_member(conn, member_id)

    return shapes.Page(await door.read(work), None)


@get("/questions", may=READ, tags=["facts"])
async def list_questions(door: NamedDependency[Door], limit: shapes.Limit = PAGE_LIMIT_DEFAULT) -> shapes.Page[questions.Asked]:
    """What the rules ask and nobody has told, with how many attendances wait for it; those that wait longest first."""
    return shapes.Page(await door.read(lambda conn: questions.listed(conn, limit=limit)), None)


@get("/members/{member_id:uuid}/questions", may=SEEN, tags=["facts"])
async def list_members_questions(
    door: NamedDependency[Door], member_id: FromPath[UUID], limit: shapes.Limit = PAGE_LIMIT_DEFAULT
) -> shapes.Page[questions.Asked]:
    """What the rules ask about a member (or a group)."""
    door.reach_member(member_id)

    async def work(conn: AsyncConnection) -> list[questions.Asked]:
        await facts.known(conn, [member_id])
        return await questions.of_member(conn, member_id, limit=limit)

    return shapes.Page(await door.read(work), None)


@get("/slots/{slot_id:uuid}/questions", may=RUN | AUDITED, tags=["facts"])
async def list_slots_questions(
    door: NamedDependency[Door], slot_id: FromPath[UUID], limit: shapes.Limit = PAGE_LIMIT_DEFAULT
) -> shapes.Page[questions.Asked]:
    """What the rules ask about the activity at a slot; nothing about persons."""

    async def work(conn: AsyncConnection) -> list[questions.Asked]:
        await tell.may_see(conn, "slot", slot_id, actor=door.actor)
        return await questions.of_slot(conn, slot_id, limit=limit)

    return shapes.Page(await door.read(work), None)


@post("/activities/{activity_id:uuid}/tellings", may=RUN, tags=["facts"])
async def tell_of_activity(
    door: NamedDependency[Door], activity_id: FromPath[UUID], data: JSONBody[NewTellings], key: Key = None
) -> Response[tell.Done]:
    """Tells something of an activity, all its slots; what is told of a slot counts before it."""
    asked = tell.Asked(place="activity", place_id=activity_id, said=_said(data))
    return await door.keyed(key, data, lambda conn: tell.tell(conn, asked, actor=door.actor, now=door.now))


@post("/slots/{slot_id:uuid}/tellings", may=RUN, tags=["facts"])
async def tell_of_slot(
    door: NamedDependency[Door], slot_id: FromPath[UUID], data: JSONBody[SlotTellings], key: Key = None
) -> Response[tell.Done]:
    """Tells something of a slot, or of one member at it; before the attendance is made or after."""
    asked = tell.Asked(place="slot", place_id=slot_id, member_id=data.member_id, said=_said(data))
    return await door.keyed(key, data, lambda conn: tell.tell(conn, asked, actor=door.actor, now=door.now))


@post("/matches/{match_id:uuid}/tellings", may=TOWN, tags=["facts"])
async def tell_of_match(
    door: NamedDependency[Door], match_id: FromPath[UUID], data: JSONBody[NewTellings], key: Key = None
) -> Response[tell.Done]:
    """Tells something of the help at a match."""
    asked = tell.Asked(place="match", place_id=match_id, said=_said(data))
    return await door.keyed(key, data, lambda conn: tell.tell(conn, asked, actor=door.actor, now=door.now))


@post("/attendances/{attendance_id:uuid}/tellings", may=RUN, tags=["facts"])
async def tell_of_attendance(
    door: NamedDependency[Door], attendance_id: FromPath[UUID], data: JSONBody[NewTellings], key: Key = None
) -> Response[tell.Done]:
    """Tells something of one attendance: of its member at its slot, or of its match."""
    said = _said(data)
    return await door.keyed(key, data, lambda conn: tell.of_attendance(conn, attendance_id, said, actor=door.actor, now=door.now))


@get("/activities/{activity_id:uuid}/tellings", may=RUN | AUDITED, tags=["facts"])
async def list_activity_tellings(door: NamedDependency[Door], activity_id: FromPath[UUID]) -> shapes.Page[marks.Telling]:
    """What was told of an activity, in the order in which it was; of two alike the later one counts."""
    return shapes.Page(await door.read(lambda conn: tell.told(conn, "activity", activity_id, actor=door.actor)), None)


@get("/slots/{slot_id:uuid}/tellings", may=RUN | AUDITED, tags=["facts"])
async def list_slot_tellings(door: NamedDependency[Door], slot_id: FromPath[UUID]) -> shapes.Page[marks.Telling]:
    """What was told of a slot and of the members at it, in the order in which it was."""
    return shapes.Page(await door.read(lambda conn: tell.told(conn, "slot", slot_id, actor=door.actor)), None)


@get("/matches/{match_id:uuid}/tellings", may=TOWN | AUDITED, tags=["facts"])
async def list_match_tellings(door: NamedDependency[Door], match_id: FromPath[UUID]) -> shapes.Page[marks.Telling]:
    """What was told of the help at a match."""
    return shapes.Page(await door.read(lambda conn: tell.told(conn, "match", match_id, actor=door.actor)), None)


def _said(data: NewTellings) -> tuple[marks.Said, ...]:
    return tuple(marks.Said(**structs.asdict(each)) for each in data.said)


HANDLERS = (
    record_fact,
    record_facts,
    list_facts,
    list_questions,
    list_members_questions,
    list_slots_questions,
    tell_of_activity,
    tell_of_slot,
    tell_of_match,
    tell_of_attendance,
    list_activity_tellings,
    list_slot_tellings,
    list_match_tellings,
)
