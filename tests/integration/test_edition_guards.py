"""The invariants of the life of an edition, each guarded twice under one name: one guard is taken away, and the other is seen to hold.

`forged` goes past the code, through the service's own role: PostgreSQL refuses by name. `asked` meets a PostgreSQL whose guard of that
name was taken out, which the same forged row proves by being accepted; the code refuses all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import errors, query
from db.transact import transact
from flows import council_opinion, grant, propose_edition, publish_edition
from kernel import ids
from kernel.refusal import Refusal
from rules import decision_store, draft_store, edition_store, proposal_store, refusals
from rules.edition_store import Published
from rules.proposal_store import Approval, Close, Opinion, Proposal
from tests.support import guards_removed, proposals, spending
from tests.support.proposals import APRIL, HEARD, TODAY, Life, ending
from tests.support.spending import NOW, do
from tests.support.towns import TOWN

pytestmark = pytest.mark.anyio

ENTER = query.statement("select set_config('yui.municipality', :municipality, true)")
JUNE = date(2026, 6, 1)
Step = Callable[[AsyncConnection, Life, Proposal], Awaitable[Any]]


async def approve_oneself(conn: AsyncConnection, life: Life, proposal: Proposal) -> None:
    approval = Approval(approved_by=life.first.principal_id, approved_at=NOW)
    await proposal_store.approve(conn, proposal.proposal_id, approval)


async def approve(conn: AsyncConnection, life: Life, proposal: Proposal) -> None:
    approval = Approval(approved_by=life.second.principal_id, approved_at=NOW)
    await proposal_store.approve(conn, proposal.proposal_id, approval)


def closing(outcome: Any, by_first: bool) -> Step:
    async def close(conn: AsyncConnection, life: Life, proposal: Proposal) -> None:
        by = (life.first if by_first else life.second).principal_id
        await proposal_store.close(conn, proposal.proposal_id, Close(outcome=outcome, reason="x", closed_by=by, closed_at=NOW))

    return close


async def hear(conn: AsyncConnection, life: Life, proposal: Proposal) -> None:
    by = life.first.principal_id
    opinion = Opinion(
        opinion_id=ids.new_id(), proposal_id=proposal.proposal_id, absent_reason="x", recorded_at=NOW, recorded_by=by
    )
    await proposal_store.hear(conn, opinion)


def edition_of(life: Life, proposal: Proposal, **changes: Any) -> Published:
    document = changes.pop("document", proposal.document)
    plain: dict[str, Any] = {
        "edition_id": proposal.proposal_id,
        "scheme_id": proposal.scheme_id,
        "starts_on": edition_store.parsed(proposal.document).starts_on,
        "document": document,
        "document_sha256": hashlib.sha256(document.encode()).digest(),
        "proposed_by": life.first.principal_id,
        "approved_by": life.second.principal_id,
        "published_at": NOW,
        "published_by": life.second.principal_id,
        "last_granting_on": None,
    }
    return Published(**(plain | changes))


def publishing(**changes: Any) -> Step:
    async def publish(conn: AsyncConnection, life: Life, proposal: Proposal) -> None:
        await approve(conn, life, proposal)
        await edition_store.publish(conn, edition_of(life, proposal, **changes))

    return publish


def asking(story: Callable[..., Awaitable[Any]], *more: Any, by_first: bool = False) -> Step:
    async def ask(conn: AsyncConnection, life: Life, proposal: Proposal) -> None:
        actor = life.first if by_first else life.second
        await story(conn, proposal.proposal_id, *more, actor=actor, now=NOW)

    return ask


async def unheard(life: Life) -> Proposal:
    return await life.proposed()


async def heard(life: Life) -> Proposal:
    return await life.heard()


async def withdrawn(life: Life) -> Proposal:
    proposal = await life.heard()
    return await do(life.engine, propose_edition.withdraw, proposal.proposal_id, "x", actor=life.first, now=NOW)


async def too_early(life: Life) -> Proposal:
    await life.published(starts_on=JUNE)
    return await life.heard(starts_on=APRIL)


async def after_the_end(life: Life) -> Proposal:
    await life.published(wind_down=ending(date(2026, 9, 30)))
    return await life.heard(starts_on=date(2026, 10, 2))


async def decided_already(life: Life) -> Proposal:
    await life.published()
    attendance = await spending.attendance(life.engine, await spending.member(life.engine))
    await do(life.engine, grant.for_attendances, [attendance], actor=None, now=NOW)
    return await life.heard(starts_on=TODAY - timedelta(days=1))


class Case(NamedTuple):
    """What stands, what is forged past the code, what is asked of the code, and what it refuses with."""

    given: Callable[[Life], Awaitable[Proposal]]
    forged: Step
    asked: Step
    refused: type[Refusal]


publish, attach, withdraw = publish_edition.publish, council_opinion.attach, propose_edition.withdraw
CASES: dict[str, Case] = {
    "two_people: approved": Case(
        heard, approve_oneself, asking(publish_edition.approve, by_first=True), refusals.ProposerCannotPublish
    ),
    "two_people: rejected": Case(
        heard, closing("rejected", True), asking(publish_edition.reject, "x", by_first=True), refusals.ProposerCannotReject
    ),
    "own_proposal": Case(heard, closing("withdrawn", False), asking(withdraw, "x"), refusals.NotTheProposer),
    "opinion_first: approved": Case(unheard, approve, asking(publish_edition.approve), refusals.OpinionMissing),
    "opinion_first: published": Case(unheard, publishing(), asking(publish), refusals.OpinionMissing),
    "proposal_decided_once: heard": Case(withdrawn, hear, asking(attach, HEARD), refusals.ProposalClosed),
    "proposal_decided_once: approved": Case(withdrawn, approve, asking(publish_edition.approve), refusals.ProposalClosed),
    "proposal_decided_once: published": Case(withdrawn, publishing(), asking(publish), refusals.ProposalClosed),
    "editions_in_order": Case(too_early, publishing(), asking(publish), refusals.EditionStartsTooEarly),
    "no_gap": Case(after_the_end, publishing(), asking(publish), refusals.EditionLeavesGap),
    "edition_never_changes": Case(decided_already, publishing(), asking(publish), refusals.EditionStartsTooEarly),
}


class Accepted(Exception):
    """What was forged passed; rolls it back."""


async def attempt(life: Life, step: Step, proposal: Proposal) -> str | None:
    """The name under which PostgreSQL refuses; None when it lets it pass (and it is taken back)."""

    async def work(conn: AsyncConnection) -> None:
        await step(conn, life, proposal)
        raise Accepted

    try:
        await transact(life.engine, TOWN, work)
    except Accepted:
        return None
    except DBAPIError as error:
        return errors.constraint(error) or errors.sqlstate(error)
    raise AssertionError("neither accepted nor refused")


@pytest.mark.parametrize("what", CASES)
async def test_postgresql_refuses_what_the_code_did_not_decide(engine: AsyncEngine, what: str) -> None:
    life = await proposals.life(engine)
    proposal = await CASES[what].given(life)
    assert await attempt(life, CASES[what].forged, proposal) == what.partition(":")[0]


@pytest.mark.parametrize("what", CASES)
async def test_the_code_refuses_where_postgresql_would_not(engine: AsyncEngine, admin: AsyncEngine, what: str) -> None:
    life, case = await proposals.life(engine), CASES[what]
    proposal = await case.given(life)
    async with admin.connect() as conn:
        transaction = await conn.begin()
        await query.run(conn, ENTER, municipality=str(TOWN))
        await guards_removed.remove(conn, what.partition(":")[0])
        async with conn.begin_nested() as savepoint:
            await case.forged(conn, life, proposal)  # the guard is really gone
            await savepoint.rollback()
        with pytest.raises(case.refused):
            await case.asked(conn, life, proposal)
        await transaction.rollback()


OTHERWISE: dict[str, dict[str, Any]] = {
    "another text": {"document": "x"},
    "another proposer": {"proposed_by": ids.new_id()},
    "approved by another": {"approved_by": ids.new_id()},
    "published before it was approved": {"published_at": NOW - timedelta(seconds=1)},
}


@pytest.mark.parametrize("what", OTHERWISE)
async def test_what_is_published_is_what_was_approved(engine: AsyncEngine, what: str) -> None:
    life = await proposals.life(engine)
    proposal = await life.heard()
    assert await attempt(life, publishing(**OTHERWISE[what]), proposal) == "published_as_approved"
    assert await attempt(life, publishing(published_by=None), proposal) == "edition_says_who_published"
    assert await attempt(life, publishing(), proposal) is None


async def decision_by(life: Life, edition_id: UUID, on: date) -> Step:
    """A decision like the one that stands, by this edition for another day."""
    attendance = await spending.attendance(life.engine, await spending.member(life.engine))
    await do(life.engine, grant.for_attendances, [attendance], actor=None, now=NOW)
    (kept,) = [
        each
        for each in await do(life.engine, decision_store.of_attendances, [attendance])
        if each.scheme_id == life.scheme.scheme_id
    ]
    facts = msgspec.structs.replace(kept.facts, attendance_id=ids.new_id(), occurred_on=on)
    forged = msgspec.structs.replace(kept, decision_id=ids.new_id(), edition_id=edition_id, facts=facts)

    async def decide(conn: AsyncConnection, _life: Life, _proposal: Proposal) -> None:
        await decision_store.keep(conn, [forged], decided_at=NOW)

    return decide


async def test_a_decision_is_by_the_edition_in_force_on_its_day(engine: AsyncEngine) -> None:
    life = await proposals.life(engine)
    old, new = await life.published(), await life.published(starts_on=JUNE)
    foreign = await (await proposals.life(engine)).published()
    proposal = await life.heard()
    for edition_id, on, refused in (
        (old, JUNE, "edition_in_force"),
        (new, JUNE - timedelta(days=1), "edition_in_force"),
        (old, APRIL - timedelta(days=1), "edition_in_force"),
        (foreign, JUNE, "edition_in_force"),
        (old, JUNE - timedelta(days=1), None),
        (new, JUNE, None),
    ):
        assert await attempt(life, await decision_by(life, edition_id, on), proposal) == refused, (edition_id, on)


CHANGES = ("update rules.{} set municipality_id = 1", "delete from rules.{}", "truncate rules.{} cascade")
TABLES = ("edition_draft", "edition_proposal", "edition_opinion", "edition_approval", "proposal_close", "edition")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", CHANGES)
async def test_nothing_of_it_is_edited(engine: AsyncEngine, admin: AsyncEngine, table: str, change: str) -> None:
    life = await proposals.life(engine)
    saving = propose_edition.Saving(document="x")
    await do(engine, propose_edition.start_draft, life.scheme.code, saving, actor=life.first, now=NOW)
    await life.published()
    await withdrawn(life)
    statement = query.statement(change.format(table))
    with pytest.raises(DBAPIError) as refused:
        await transact(engine, TOWN, lambda conn: query.run(conn, statement))
    assert errors.sqlstate(refused.value) == "42501"
    async with admin.connect() as conn:
        with pytest.raises(DBAPIError) as named:
            await query.run(conn, statement)
    assert errors.constraint(named.value) == "append_only"


async def test_a_version_follows_the_one_before_it_in_its_own_scheme(engine: AsyncEngine) -> None:
    life, other = await proposals.life(engine), await proposals.life(engine)
    saving = propose_edition.Saving(document="x")
    draft = await do(engine, propose_edition.start_draft, life.scheme.code, saving, actor=life.first, now=NOW)
    for changes in ({"version": 3}, {"version": 2, "scheme_id": other.scheme.scheme_id}):
        with pytest.raises(DBAPIError) as refused:
            await do(engine, draft_store.save, msgspec.structs.replace(draft, **changes))
        assert errors.constraint(refused.value) == "edition_draft_follows"
