"""How claims end before they are booked: refused with a reason, withdrawn, run out; who left the scheme; and whose a group's are."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community.refusals import UnknownOrganisation
from flows import claim, facts
from ledger import accounts, posting
from ledger.draft import Fresh, move
from rules.vocabulary.ending import Forfeits
from rules.vocabulary.person import Residence
from tests.support import claiming, spending
from tests.support.claiming import TODAY, Desk
from tests.support.spending import NOW, do
from tests.support.towns import POINTS, YEN
from wallets import claim_refusals, notices

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def desk(engine: AsyncEngine) -> Desk:
    """A hundred yen for each point, at any time, in cash."""
    return await claiming.open_desk(engine, "plain")


async def test_a_refusal_frees_the_points_and_tells_the_claimant_why(desk: Desk) -> None:
    me = await desk.holder(1)
    made = (await desk.claim(me)).claim
    refusing = claim.Refusing(claim_id=made.claim_id, reason="申請書の記載もれ")
    ended = await do(desk.engine, claim.refuse, refusing, actor=desk.who.first, now=NOW)
    assert (ended.status, ended.reason, await desk.free(me)) == ("refused", "申請書の記載もれ", 100)
    (told,) = await do(desk.engine, notices.page, me)
    assert (told.kind, told.about, told.facts["reason"]) == ("claim_refused", made.claim_id, "申請書の記載もれ")
    with pytest.raises(claim_refusals.ClaimNotOpen):
        await do(desk.engine, claim.refuse, refusing, actor=desk.who.first, now=NOW)


async def test_a_claim_is_withdrawn_by_its_claimant_alone_and_again_claimed(desk: Desk) -> None:
    me = await desk.holder(1)
    made = (await desk.claim(me)).claim
    with pytest.raises(claim_refusals.UnknownClaim):
        await do(desk.engine, claim.withdraw, made.claim_id, actor=await desk.me(await desk.holder(1)), now=NOW)
    ended = await do(desk.engine, claim.withdraw, made.claim_id, actor=await desk.me(me), now=NOW)
    assert ended.status == "withdrawn"
    assert (await desk.claim(me)).claim.status == "open"


async def test_a_claim_whose_hold_has_run_out_can_be_ended_alone(desk: Desk) -> None:
    me = await desk.holder(1)
    made = (await desk.claim(me)).claim
    later = NOW + timedelta(days=800)
    with pytest.raises(claim_refusals.NothingToApprove):
        await desk.batch(later, later.date() - timedelta(days=1))
    ended = await do(desk.engine, claim.withdraw, made.claim_id, actor=desk.who.first, now=later)
    assert ended.status == "withdrawn"


async def test_who_left_the_scheme_claims_as_long_as_the_rule_says(engine: AsyncEngine) -> None:
    lives = Residence(how=("lives",), counted_on="the_day")
    made = await claiming.open_desk(engine, "leaving", eligibility=(lives,), status_loss=Forfeits())
    me = await spending.member(engine)
    lived = facts.Asked(member_id=me, fact="lives", yes=True, source="住民基本台帳")
    await do(engine, facts.record, [lived], actor=made.who.first, now=NOW)
    await made.earn(me)
    left = facts.Asked(member_id=me, fact="lives", yes=False, first_on=TODAY, source="転出")
    await do(engine, facts.record, [left], actor=made.who.first, now=NOW)
    with pytest.raises(claim_refusals.ClaimPaysNothing) as refused:
        await made.claim(me)
    assert (refused.value.reason, refused.value.trace[-1].numbers["left_on"]) == ("status_lost", str(TODAY - timedelta(days=1)))


async def test_a_group_s_points_are_claimed_by_its_treasurer_alone(engine: AsyncEngine) -> None:
    made = await claiming.open_desk(engine, "for-groups", holder="group")
    group, other = [await spending.organisation(engine, "group", name) for name in ("公園の会", "花の会")]
    await _held_by(made, group, 300)
    treasurer = await spending.actor(engine, "treasurer", organisation_id=group)
    wish = claim.Applying(scheme="for-groups", holder=group, amount=200)
    stranger = await spending.actor(engine, "treasurer", organisation_id=other)
    with pytest.raises(UnknownOrganisation):
        await do(engine, claim.apply, wish, actor=stranger, now=NOW)
    told = await do(engine, claim.apply, wish, actor=treasurer, now=NOW)
    assert (told.claim.holder, told.claim.acting_for) == (group, None)
    with pytest.raises(claim_refusals.UnknownClaim):
        await do(engine, claim.withdraw, told.claim.claim_id, actor=stranger, now=NOW)
    await made.pay()
    assert await spending.posted(engine, "payable", YEN, group) == 20_000


async def _held_by(made: Desk, group: UUID, amount: int) -> None:
    """Points of the scheme in the wallet of a group, for an attendance."""
    origin = await spending.attendance(made.engine, await spending.member(made.engine))

    async def work(conn: AsyncConnection) -> None:
        source = await accounts.ensure(conn, "opening", POINTS)
        wallet = await accounts.ensure(conn, "wallet", POINTS, group)
        lot = Fresh(origin, None, made.edition_id, TODAY, None)
        await posting.post_one(conn, spending.draft("opening", move(source, wallet, amount, give=lot)), now=NOW)

    await do(made.engine, work)
