"""Two people publish at once, two editions want the same day, an edition arrives while its day is being decided: one comes first.

Each has a twin that does not lock, and runs into the guard of PostgreSQL.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import errors
from flows import grant, propose_edition, publish_edition
from kernel.refusal import Refusal
from rules import decision_store, draft_store, edition_store, refusals
from rules.decision_store import Kept
from tests.support import blocked, proposals, spending
from tests.support.proposals import TODAY, Life
from tests.support.spending import NOW, do

pytestmark = pytest.mark.anyio

JUNE = date(2026, 6, 1)


async def outcomes(*stories: Coroutine[Any, Any, Any]) -> list[str]:
    """What became of stories that were told at once, sorted: `done`, a refusal's code, or the guard that PostgreSQL named."""
    told = await asyncio.gather(*stories, return_exceptions=True)
    return sorted(_told(each) for each in told)


def _told(answer: Any) -> str:
    if isinstance(answer, Refusal):
        return answer.code
    if isinstance(answer, exc.DBAPIError):
        return f"guard: {errors.constraint(answer)}"
    if isinstance(answer, BaseException):
        raise answer
    return "done"


def publishing(life: Life, proposal_id: Any, actor: Any) -> Coroutine[Any, Any, Any]:
    return do(life.engine, publish_edition.publish, proposal_id, actor=actor, now=NOW)


def without_the_lock(monkeypatch: pytest.MonkeyPatch, racers: int) -> None:
    """Nobody waits for anybody, and all have come before one goes on."""
    barrier = asyncio.Barrier(racers)

    async def meet(_conn: AsyncConnection) -> None:
        await barrier.wait()

    monkeypatch.setattr(edition_store, "lock_law", meet)


async def one_proposal(life: Life) -> list[Coroutine[Any, Any, Any]]:
    proposal = await life.heard()
    third = await spending.actor(life.engine, "officer")
    return [publishing(life, proposal.proposal_id, actor) for actor in (life.second, third)]


async def two_for_one_day(life: Life) -> list[Coroutine[Any, Any, Any]]:
    made = [await life.heard(starts_on=JUNE) for _ in range(2)]
    return [publishing(life, each.proposal_id, life.second) for each in made]


async def published_and_withdrawn(life: Life) -> list[Coroutine[Any, Any, Any]]:
    proposal = await life.heard()
    withdrawing = do(life.engine, propose_edition.withdraw, proposal.proposal_id, "x", actor=life.first, now=NOW)
    return [publishing(life, proposal.proposal_id, life.second), withdrawing]


RACES: dict[str, tuple[Callable[..., Any], set[str], str]] = {
    "one proposal, two officers": (one_proposal, {"already_published"}, "guard: proposal_decided_once"),
    "two editions for one day": (two_for_one_day, {"edition_starts_too_early"}, "guard: editions_in_order"),
    "published and withdrawn": (
        published_and_withdrawn,
        {"already_published", "proposal_closed"},
        "guard: proposal_decided_once",
    ),
}


@pytest.mark.parametrize("what", RACES)
async def test_one_of_two_comes_first(engine: AsyncEngine, what: str) -> None:
    stories, refused, _ = RACES[what]
    done = await outcomes(*await stories(await proposals.life(engine)))
    assert "done" in done
    assert set(done) - {"done"} <= refused
    assert len(set(done)) == 2


@pytest.mark.parametrize("what", RACES)
async def test_the_twin_without_the_lock_runs_into_the_guard(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    stories, _, guard = RACES[what]
    told = await stories(await proposals.life(engine))
    without_the_lock(monkeypatch, 2)
    assert await outcomes(*told) == ["done", guard]


async def test_two_who_save_a_draft_at_once(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the same version; the second one is told, and nothing of the first is lost."""
    life = await proposals.life(engine)
    saving = propose_edition.Saving(document="x")
    draft = await do(engine, propose_edition.start_draft, life.scheme.code, saving, actor=life.first, now=NOW)
    barrier, save = asyncio.Barrier(2), draft_store.save

    async def together(conn: AsyncConnection, version: draft_store.Draft) -> None:
        await barrier.wait()
        await save(conn, version)

    monkeypatch.setattr(draft_store, "save", together)
    told = [
        do(engine, propose_edition.save_draft, draft.draft_id, saving, follows=1, actor=actor, now=NOW)
        for actor in (life.first, life.second)
    ]
    assert await outcomes(*told) == ["done", "draft_moved_on"]


async def decided_while(life: Life, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], Any]) -> Any:
    """An hour of yesterday is decided; `meanwhile` happens once it is evaluated and before the decision is kept."""
    attendance = await spending.attendance(life.engine, await spending.member(life.engine))
    keep = decision_store.keep

    async def then(conn: AsyncConnection, decided: Sequence[Kept], **told: Any) -> None:
        await meanwhile()
        await keep(conn, decided, **told)

    with monkeypatch.context() as patched:
        patched.setattr(decision_store, "keep", then)
        return await do(life.engine, grant.for_attendances, [attendance], actor=None, now=NOW)


async def test_an_edition_waits_for_what_is_being_decided(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    life = await proposals.life(engine)
    await life.published()
    proposal = await life.heard(starts_on=TODAY - timedelta(days=1))
    tasks: list[asyncio.Task[Any]] = []

    async def meanwhile() -> None:
        tasks.append(asyncio.ensure_future(publishing(life, proposal.proposal_id, life.second)))
        await blocked.until(engine, 1)

    await decided_while(life, monkeypatch, meanwhile)
    with pytest.raises(refusals.EditionStartsTooEarly):
        await tasks[0]


async def test_the_twin_that_does_not_hold_the_law_runs_into_the_guard(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = await proposals.life(engine)
    await life.published()
    proposal = await life.heard(starts_on=TODAY - timedelta(days=1))

    async def no_hold(_conn: AsyncConnection) -> None:
        return None

    async def meanwhile() -> None:
        await publishing(life, proposal.proposal_id, life.second)

    monkeypatch.setattr(edition_store, "hold_law", no_hold)
    with pytest.raises(exc.DBAPIError) as refused:
        await decided_while(life, monkeypatch, meanwhile)
    assert errors.constraint(refused.value) == "edition_in_force"
