"""An answer that comes while it is being asked is not missed, and a group is granted once by two who decide at once; with the twins."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities import locks
from db import errors
from flows import facts, grant, groups
from flows.knowing import Wish
from rules import decision_store, edition_store
from rules.vocabulary.earning import Clause, PerOccasion
from rules.vocabulary.person import Insured
from tests.support import blocked, granting, schemes, spending
from tests.support.spending import NOW, do

pytestmark = pytest.mark.anyio

ONCE = PerOccasion(amount=100, minimum_minutes=0)


class Scene:
    """A scheme of its own kind of activity, and attendances at one slot."""

    def __init__(self, who: schemes.Officers, scheme_id: UUID, slot_id: UUID, there: dict[UUID, UUID]) -> None:
        self.who, self.scheme_id, self.slot_id, self.there = who, scheme_id, slot_id, there


async def scene(engine: AsyncEngine, people: int, **changes: object) -> Scene:
    who, code = await schemes.officers(engine), granting.code()
    await schemes.publish(engine, who, code, clauses=(Clause(activity_kinds=(code,), earn=ONCE),), funding=("care",), **changes)
    await schemes.fund(engine, who, code, "care", 10_000)
    slot_id = await granting.slot(engine, await granting.place(engine, code))
    members = [await spending.member(engine) for _ in range(people)]
    there = {each: await granting.attended(engine, slot_id, each, late=nth) for nth, each in enumerate(members)}
    scheme = await do(engine, edition_store.scheme_by_code, code)
    return Scene(who, scheme.scheme_id, slot_id, there)


async def _asked_while_answered(engine: AsyncEngine, *, waits: bool) -> list[str]:
    """An attendance is decided; before that is committed an officer answers. What the answer decides."""
    found = await scene(engine, 1, eligibility=(Insured(category="first", counted_on="the_day"),))
    ((member, attendance),) = found.there.items()
    answering: list[asyncio.Task[facts.Done]] = []

    async def checking_in(conn: AsyncConnection) -> None:
        await locks.members(conn, [member])
        made = await grant.for_attendances(conn, [attendance], actor=None, now=NOW)
        assert "asked" in {each.outcome for each in made}
        answering.append(asyncio.ensure_future(granting.known(engine, found.who, member, "insured:first")))
        if waits:
            await blocked.until(engine, 1)
        else:
            await asyncio.wait(answering)

    await do(engine, checking_in)
    (done,) = await asyncio.gather(*answering)
    return [each.outcome for each in done.grants if each.scheme_id == found.scheme_id]


async def test_an_answer_waits_for_what_is_being_asked(engine: AsyncEngine) -> None:
    assert await _asked_while_answered(engine, waits=True) == ["granted"]


async def test_the_twin_that_does_not_lock_misses_it(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    real = locks.members

    async def of_who_checks_in_alone(conn: AsyncConnection, member_ids: Sequence[UUID]) -> None:
        if len(member_ids) == 1 and not monkeypatched:
            monkeypatched.append(True)
            await real(conn, member_ids)

    monkeypatched: list[bool] = []
    monkeypatch.setattr(locks, "members", of_who_checks_in_alone)
    assert await _asked_while_answered(engine, waits=False) == []


async def _two_decide(engine: AsyncEngine) -> tuple[Scene, list[Any]]:
    """Two who close a slot's list at once, each for another attendance."""
    found = await scene(engine, 2, holder="group", eligibility=())
    await granting.close(engine, found.slot_id)
    at_once = [do(engine, grant.for_attendances, [each], actor=None, now=NOW) for each in found.there.values()]
    return found, list(await asyncio.gather(*at_once, return_exceptions=True))


async def _standing(engine: AsyncEngine, found: Scene) -> int:
    of_slot = await do(engine, decision_store.of_groups, [found.slot_id])
    return len([each for each in of_slot if each.scheme_id == found.scheme_id and not each.voided])


def _meet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read that the slot is not decided before either goes on."""
    barrier, held = asyncio.Barrier(2), groups.held

    async def together(*asked: Any, **told: Any) -> Any:
        answer = await held(*asked, **told)
        await barrier.wait()
        return answer

    monkeypatch.setattr(groups, "held", together)


async def test_a_group_is_granted_once_by_two_who_decide_at_once(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    _meet(monkeypatch)
    found, results = await _two_decide(engine)
    assert [each for each in results if isinstance(each, BaseException)] == []
    assert await _standing(engine, found) == 1


async def test_the_twin_that_does_not_look_again_runs_into_the_guard(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def as_it_was(conn: AsyncConnection, wishes: Sequence[Wish]) -> list[Wish]:
        return list(wishes)

    _meet(monkeypatch)
    monkeypatch.setattr(groups, "undecided", as_it_was)
    found, results = await _two_decide(engine)
    refused = [each for each in results if isinstance(each, exc.DBAPIError)]
    assert len(refused) == 1
    assert errors.constraint(refused[0]) in {"group_decided_once", "decided_once"}
    assert await _standing(engine, found) == 1
