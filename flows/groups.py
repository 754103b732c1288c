"""Points that a group holds: where an edition says so, the organisation that runs an activity is granted once for a slot, at its close.

One attendance of the slot carries the decision: the first that somebody vouched for. Its facts count everybody who was there, and its
`member_id` is the group. Who else was there is `in_group`. Help at a match is nobody's activity, and earns no group anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances, marks
from activities.attendances import AttendanceFacts
from activities.marks import Present
from flows.knowing import Wish
from rules import decision_store, edition_store, question_store
from rules.edition_store import InForce
from rules.question_store import Standing

Key = tuple[UUID, UUID]  # slot and scheme


class Held(msgspec.Struct, frozen=True):
    """A slot that is to be decided for its group, with the attendance that carries it and what was asked about that."""

    ruled_by: InForce
    group_id: UUID
    carrier: AttendanceFacts
    questions: Mapping[tuple[UUID, UUID], Standing]


class State(msgspec.Struct, frozen=True):
    """Where an attendance stands that others carry: `slot_open` or `in_group`, with the decision for the group once there is one."""

    outcome: str
    scheme_id: UUID
    unit: str
    decision_id: UUID | None = None


def keys(found: Sequence[AttendanceFacts], in_force: Mapping[UUID, Sequence[InForce]]) -> dict[Key, InForce]:
    """The slots of these attendances before the schemes whose points groups hold."""
    return {
        (each.slot_id, ruled_by.scheme.scheme_id): ruled_by
        for each in found
        if each.slot_id is not None
        for ruled_by in in_force[each.attendance_id]
        if ruled_by.edition.holder == "group"
    }


async def held(
    conn: AsyncConnection, found: Sequence[AttendanceFacts], in_force: Mapping[UUID, Sequence[InForce]], *, anew: bool
) -> list[Held]:
    """What is to be decided for groups. A slot is decided once; `anew` decides again what a correction has taken back."""
    asked = keys(found, in_force)
    if not asked:
        return []
    slots = list({slot_id for slot_id, _ in asked})
    done = {
        (each.facts.event, each.scheme_id) for each in await decision_store.of_groups(conn, slots) if not (anew and each.voided)
    }
    there = await marks.present(conn, slots)
    present = [each.attendance_id for each in (one for those in there.values() for one in those)]
    settings, questions = await marks.settings(conn, present), await question_store.of_attendances(conn, present)
    carried = {(each.facts.attendance_id, each.scheme_id) for each in await decision_store.of_attendances(conn, present)}
    chosen: list[tuple[UUID, Present]] = []
    for slot_id, scheme_id in asked:
        free = [each for each in there.get(slot_id, ()) if each.vouched and (each.attendance_id, scheme_id) not in carried]
        if (str(slot_id), scheme_id) not in done and free and settings[free[0].attendance_id].closed:
            chosen.append((scheme_id, next((each for each in free if (each.attendance_id, scheme_id) in questions), free[0])))
    carriers = {each.attendance_id: each for each in await attendances.facts_of(conn, [each.attendance_id for _, each in chosen])}
    law = await edition_store.in_force(conn, [each.occurred_on for each in carriers.values()])
    made: list[Held] = []
    for scheme_id, one in chosen:
        carrier, group_id = carriers[one.attendance_id], settings[one.attendance_id].organisation_id
        ruled_by = next((each for each in law[carrier.occurred_on] if each.scheme.scheme_id == scheme_id), None)
        if group_id is not None and ruled_by is not None and ruled_by.edition.holder == "group":
            made.append(Held(ruled_by, group_id, carrier, questions))
    return made


async def undecided(conn: AsyncConnection, wishes: Sequence[Wish]) -> list[Wish]:
    """Those of `wishes` that nobody else has decided since they were read. Under the locks of the wallets."""
    slots = [wish.found.slot_id for wish in wishes if wish.ruled_by.edition.holder == "group" and wish.found.slot_id is not None]
    if not slots:
        return list(wishes)
    done = {(each.facts.event, each.scheme_id) for each in await decision_store.of_groups(conn, slots) if not each.voided}
    return [
        wish
        for wish in wishes
        if wish.ruled_by.edition.holder == "member" or (str(wish.found.slot_id), wish.ruled_by.scheme.scheme_id) not in done
    ]


async def states(
    conn: AsyncConnection, found: Sequence[AttendanceFacts], in_force: Mapping[UUID, Sequence[InForce]]
) -> dict[UUID, list[State]]:
    """Where each attendance stands before the schemes whose points groups hold, by attendance; those that carry a decision left out."""
    if not keys(found, in_force):
        return {}
    at_slots = [each for each in found if each.slot_id is not None]
    settings = await marks.settings(conn, [each.attendance_id for each in at_slots])
    of_groups = await decision_store.of_groups(conn, list({each.slot_id for each in at_slots if each.slot_id is not None}))
    last = {(each.facts.event, each.scheme_id): each for each in of_groups}
    states: dict[UUID, list[State]] = {}
    for each in at_slots:
        for ruled_by in in_force[each.attendance_id]:
            if ruled_by.edition.holder != "group":
                continue
            kept = last.get((str(each.slot_id), ruled_by.scheme.scheme_id))
            if kept is None or kept.facts.attendance_id != each.attendance_id:
                outcome = "in_group" if settings[each.attendance_id].closed else "slot_open"
                state = State(
                    outcome, ruled_by.scheme.scheme_id, ruled_by.edition.unit, kept.decision_id if kept is not None else None
                )
                states.setdefault(each.attendance_id, []).append(state)
    return states
