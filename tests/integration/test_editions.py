"""The life of an edition: drafted, proposed, heard, approved, published, superseded; every refusal leaves nothing behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import query
from flows import council_opinion, grant, propose_edition, publish_edition, read_editions
from kernel import ids, text
from kernel.refusal import Refusal
from rules import decision_store, draft_store, edition_store, proposal_store, refusals
from tests.support import editions, proposals, spending
from tests.support.proposals import APRIL, HEARD, TODAY, Life, ending
from tests.support.spending import NOW, do

pytestmark = pytest.mark.anyio

MAY = TODAY
TABLES = ("edition_draft", "edition_proposal", "edition_opinion", "edition_approval", "proposal_close", "edition")


async def counted(engine: AsyncEngine) -> dict[str, int]:
    """How many rows each table of the law has."""

    async def work(conn: Any) -> dict[str, int]:
        return {table: await query.scalar(conn, query.statement(f"select count(*) from rules.{table}")) for table in TABLES}

    return await do(engine, work)


async def refused(life: Life, kind: type[Refusal], story: Callable[..., Awaitable[Any]], *asked: Any, **told: Any) -> Any:
    """The refusal of a story, after which everything is as it was."""
    before = await counted(life.engine)
    with pytest.raises(kind) as found:
        await do(life.engine, story, *asked, now=NOW, **told)
    assert await counted(life.engine) == before
    return found.value


async def test_from_a_draft_to_an_edition_in_force(engine: AsyncEngine) -> None:
    life = await proposals.life(engine)
    first = propose_edition.Saving(document="scheme = ", note="書きかけ")
    draft = await do(engine, propose_edition.start_draft, life.scheme.code, first, actor=life.first, now=NOW)
    whole = propose_edition.Saving(document=life.document())
    second = await do(engine, propose_edition.save_draft, draft.draft_id, whole, follows=1, actor=life.second, now=NOW)
    assert [each.version for each in await do(engine, draft_store.versions, draft.draft_id)] == [2, 1]
    assert (await do(engine, draft_store.find, draft.draft_id, 1)).document == "scheme = "
    proposal = await do(engine, propose_edition.propose_draft, draft.draft_id, 2, actor=life.first, now=NOW)
    assert (proposal.draft_id, proposal.draft_version, proposal.document) == (draft.draft_id, 2, second.document)
    assert [(each.version, each.proposed) for each in await do(engine, draft_store.of_scheme, life.scheme.scheme_id)] == [
        (2, True)
    ]
    assert (proposal.state, proposal.heard) == ("proposed", False)
    opinion = await life.hear(proposal)
    approved = await do(engine, publish_edition.approve, proposal.proposal_id, actor=life.second, now=NOW)
    assert (approved.state, approved.heard) == ("approved", True)
    third = await spending.actor(engine, "officer")
    published = await do(engine, publish_edition.publish, proposal.proposal_id, actor=third, now=NOW)
    edition = await do(engine, edition_store.edition, published.edition_id)
    people = (edition.proposed_by, edition.approved_by, edition.published_by)
    assert people == tuple(each.principal_id for each in (life.first, life.second, third))
    whole_proposal = await do(engine, read_editions.proposal, proposal.proposal_id, now=NOW)
    assert whole_proposal.proposal.state == "published"
    assert [each.what for each in whole_proposal.history] == ["proposed", "opinion", "approved", "published"]
    assert whole_proposal.opinions == [opinion]
    assert (opinion.votes_for, opinion.votes_against, opinion.held_on) == (7, 1, HEARD.held_on)


async def test_the_proposer_may_publish_what_another_person_approved(engine: AsyncEngine) -> None:
    life = await proposals.life(engine)
    proposal = await life.heard()
    await do(engine, publish_edition.approve, proposal.proposal_id, actor=life.second, now=NOW)
    await do(engine, publish_edition.publish, proposal.proposal_id, actor=life.first, now=NOW)
    assert (await do(engine, proposal_store.find, proposal.proposal_id)).state == "published"


async def test_without_an_opinion_or_its_absence_on_record_nothing_becomes_law(engine: AsyncEngine) -> None:
    life = await proposals.life(engine)
    proposal = await life.proposed()
    for story in (publish_edition.approve, publish_edition.publish):
        found = await refused(life, refusals.OpinionMissing, story, proposal.proposal_id, actor=life.second)
        assert found.facts() == {"proposal_id": proposal.proposal_id}
    absent = await do(engine, council_opinion.note_absence, proposal.proposal_id, "協議体の設置前", actor=life.first, now=NOW)
    assert (absent.opinion, absent.absent_reason) == (None, "協議体の設置前")
    await life.publish(proposal)


async def test_nothing_is_said_any_more_of_what_was_decided(engine: AsyncEngine) -> None:
    life = await proposals.life(engine)
    withdrawn, rejected = await life.heard(), await life.heard()
    gone = await do(engine, propose_edition.withdraw, withdrawn.proposal_id, "財政課と協議", actor=life.first, now=NOW)
    assert gone.state == "withdrawn"
    assert gone.close is not None
    assert gone.close.reason == "財政課と協議"
    no = await do(engine, publish_edition.reject, rejected.proposal_id, "単価が高い", actor=life.second, now=NOW)
    assert no.state == "rejected"
    published = await life.heard()
    await life.publish(published)
    for proposal, kind in (
        (withdrawn, refusals.ProposalClosed),
        (rejected, refusals.ProposalClosed),
        (published, refusals.AlreadyPublished),
    ):
        asked = proposal.proposal_id
        await refused(life, kind, council_opinion.attach, asked, HEARD, actor=life.first)
        await refused(life, kind, council_opinion.note_absence, asked, "x", actor=life.first)
        await refused(life, kind, propose_edition.withdraw, asked, "x", actor=life.first)
        await refused(life, kind, publish_edition.reject, asked, "x", actor=life.second)
        await refused(life, kind, publish_edition.approve, asked, actor=life.second)
        await refused(life, kind, publish_edition.publish, asked, actor=life.second)


async def test_who_may_withdraw_reject_and_approve(engine: AsyncEngine) -> None:
    life = await proposals.life(engine)
    proposal = await life.heard()
    asked = proposal.proposal_id
    await refused(life, refusals.NotTheProposer, propose_edition.withdraw, asked, "x", actor=life.second)
    await refused(life, refusals.ProposerCannotReject, publish_edition.reject, asked, "x", actor=life.first)
    await refused(life, refusals.ProposerCannotPublish, publish_edition.approve, asked, actor=life.first)
    await refused(life, refusals.ProposerCannotPublish, publish_edition.publish, asked, actor=life.first)
    await do(engine, publish_edition.approve, asked, actor=life.second, now=NOW)
    await refused(life, refusals.AlreadyApproved, publish_edition.approve, asked, actor=life.second)


async def test_what_cannot_be_kept_as_a_draft_or_an_opinion(engine: AsyncEngine) -> None:
    life = await proposals.life(engine)
    saving = propose_edition.Saving(document="x")
    draft = await do(engine, propose_edition.start_draft, life.scheme.code, saving, actor=life.first, now=NOW)
    saved = propose_edition.save_draft
    await do(engine, saved, draft.draft_id, saving, follows=1, actor=life.second, now=NOW)
    moved = await refused(life, refusals.DraftMovedOn, saved, draft.draft_id, saving, follows=1, actor=life.first)
    assert moved.version == 2
    await refused(life, refusals.UnknownDraft, saved, ids.new_id(), saving, follows=1, actor=life.first)
    await refused(life, refusals.UnreadableEdition, propose_edition.propose_draft, draft.draft_id, 2, actor=life.first)
    await refused(life, refusals.UnknownDraft, propose_edition.propose_draft, draft.draft_id, 3, actor=life.first)
    hidden = propose_edition.Saving(document="a\x00b")
    await refused(life, text.UnreadableText, propose_edition.start_draft, life.scheme.code, hidden, actor=life.first)
    proposal = await life.proposed()
    early = msgspec.structs.replace(HEARD, held_on=TODAY + timedelta(days=1))
    await refused(life, refusals.OpinionFromTheFuture, council_opinion.attach, proposal.proposal_id, early, actor=life.first)
    blank = msgspec.structs.replace(HEARD, opinion=" \n ")
    await refused(life, text.TextMissing, council_opinion.attach, proposal.proposal_id, blank, actor=life.first)
    await refused(life, refusals.UnknownProposal, council_opinion.attach, ids.new_id(), HEARD, actor=life.first)
    another = await proposals.life(engine)
    other, stamps = another.document(), life.document(unit="minutes")
    for document in (other, stamps):
        await refused(
            life, refusals.EditionOfAnotherScheme, propose_edition.propose, life.scheme.code, document, actor=life.first
        )


async def test_editions_follow_each_other_without_overlap(engine: AsyncEngine) -> None:
    life = await proposals.life(engine)
    await life.published(starts_on=APRIL)
    june = await life.published(starts_on=date(2026, 6, 1))
    for starts_on in (APRIL, date(2026, 5, 1), date(2026, 6, 1)):
        proposal = await life.heard(starts_on=starts_on)
        for story in (publish_edition.approve, publish_edition.publish):
            found = await refused(life, refusals.EditionStartsTooEarly, story, proposal.proposal_id, actor=life.second)
            assert found.facts() == {"starts_on": starts_on, "earliest": date(2026, 6, 2)}
    stands = await do(engine, read_editions.editions, life.scheme.code, now=NOW)
    assert [(each.state, each.until) for each in stands] == [("in_force", date(2026, 5, 31)), ("future", None)]
    later = await do(engine, read_editions.editions, life.scheme.code, now=NOW + timedelta(days=60))
    assert [each.state for each in later] == ["superseded", "in_force"]
    assert stands[1].edition_id == june


async def test_after_a_published_end_there_is_no_gap(engine: AsyncEngine) -> None:
    life = await proposals.life(engine)
    last = date(2026, 9, 30)
    ends = await life.published(wind_down=ending(last))
    late = await life.heard(starts_on=date(2026, 10, 2))
    found = await refused(life, refusals.EditionLeavesGap, publish_edition.publish, late.proposal_id, actor=life.second)
    assert found.facts() == {"starts_on": date(2026, 10, 2), "last_granting_on": last}
    (own,) = [each for each in await do(engine, read_editions.endings, TODAY) if each.scheme == life.scheme.code]
    assert (own.edition_id, own.state, own.wind_down.balances) == (ends, "in_force", "lapse")
    assert await states_of(life, last + timedelta(days=1)) == "winding_down"
    assert await states_of(life, last + timedelta(days=184)) == "ended"
    assert await lapses(life, last + timedelta(days=183)) == []
    assert await lapses(life, last + timedelta(days=184)) == [ends]
    await life.published(starts_on=date(2026, 10, 1))  # the council thinks better of it
    assert await lapses(life, last + timedelta(days=184)) == []


async def test_what_is_kept_after_the_end_does_not_lapse(engine: AsyncEngine) -> None:
    life = await proposals.life(engine)
    await life.published(wind_down=ending(date(2026, 9, 30), balances="kept"))
    assert await states_of(life, date(2028, 1, 1)) == "ended"
    assert await lapses(life, date(2028, 1, 1)) == []


async def states_of(life: Life, on: date) -> str:
    (own,) = [each for each in await do(life.engine, read_editions.endings, on) if each.scheme == life.scheme.code]
    return own.state


async def lapses(life: Life, on: date) -> list[Any]:
    ended = await do(life.engine, read_editions.to_lapse, on)
    return [each.edition_id for each in ended if each.scheme == life.scheme.code]


async def decided(engine: AsyncEngine, life: Life, member: Any, days_ago: int) -> tuple[Any, int]:
    """Which edition of the scheme decided an hour so many days ago, and what it granted."""
    attendance = await spending.attendance(engine, member, days_ago=days_ago)
    await do(engine, grant.for_attendances, [attendance], actor=None, now=NOW)
    kept = await do(engine, decision_store.of_attendances, [attendance])
    (own,) = [each for each in kept if each.scheme_id == life.scheme.scheme_id]
    return own.edition_id, own.decision.amount


async def test_an_edition_in_mid_year_rules_from_its_own_day_and_caps_count_over_both(engine: AsyncEngine) -> None:
    life = await proposals.life(engine)
    cap = editions.cap(4, per="fiscal_year")
    old = await life.published(caps=(cap,))
    twice = msgspec.structs.replace(editions.HOURLY, amount=2)
    new = await life.published(starts_on=MAY - timedelta(days=2), earn=twice, caps=(cap,))
    member = await spending.member(engine)
    assert await decided(engine, life, member, 3) == (old, 1)
    assert await decided(engine, life, member, 2) == (new, 2)
    assert await decided(engine, life, member, 1) == (new, 1), "one is left of four"
    assert await decided(engine, life, member, 4) == (old, 0), "the old edition's day, and the cap of both"


async def test_a_clause_may_start_later_than_its_edition(engine: AsyncEngine) -> None:
    life = await proposals.life(engine)
    (plain,) = life.edition().clauses
    edition = await life.published(clauses=(msgspec.structs.replace(plain, first_on=MAY - timedelta(days=1)),))
    member = await spending.member(engine)
    assert await decided(engine, life, member, 2) == (edition, 0)
    assert await decided(engine, life, member, 1) == (edition, 1)


async def test_after_the_last_day_of_granting_nothing_is_granted(engine: AsyncEngine) -> None:
    life = await proposals.life(engine)
    edition = await life.published(wind_down=ending(MAY - timedelta(days=2)))
    member = await spending.member(engine)
    assert await decided(engine, life, member, 2) == (edition, 1)
    assert await decided(engine, life, member, 1) == (edition, 0)


async def test_no_edition_starts_on_a_day_that_was_decided(engine: AsyncEngine) -> None:
    life = await proposals.life(engine)
    await life.published()
    await decided(engine, life, await spending.member(engine), 1)
    yesterday = TODAY - timedelta(days=1)
    for starts_on in (yesterday - timedelta(days=9), yesterday):
        proposal = await life.heard(starts_on=starts_on)
        found = await refused(
            life, refusals.EditionStartsTooEarly, publish_edition.publish, proposal.proposal_id, actor=life.second
        )
        assert found.earliest == TODAY
    await life.published(starts_on=TODAY)


async def test_a_proposal_tells_what_it_changes_beside_the_edition_in_force(engine: AsyncEngine) -> None:
    life = await proposals.life(engine)
    now = await life.published(caps=(editions.cap(4),))
    later = await life.published(starts_on=date(2027, 4, 1), caps=(editions.cap(5),))
    proposal = await life.proposed(starts_on=date(2028, 4, 1), caps=(editions.cap(6),))

    async def sentence(**told: Any) -> tuple[Any, list[str]]:
        whole = await do(engine, read_editions.proposal, proposal.proposal_id, now=NOW, **told)
        changes = whole.difference.changes["ja"]
        return whole.difference.compared_with, [each.sentence for each in changes if each.path == "caps[1].limit"]

    assert await sentence() == (now, ["会員ごとに1日の上限(数)が、4ポイントから6ポイントに増えます。"])
    assert await sentence(compared_with=later) == (later, ["会員ごとに1日の上限(数)が、5ポイントから6ポイントに増えます。"])
    changed = await do(engine, read_editions.changes, later)
    assert changed.compared_with == now
    assert [each.path for each in changed.changes["en"]] == ["starts_on", "caps[1].limit"]
    first = await do(engine, read_editions.changes, now)
    assert (first.compared_with, first.changes) == (None, {})
    with pytest.raises(refusals.UnknownEdition):
        await do(engine, read_editions.changes, later, await (await proposals.life(engine)).published())
