"""How claims end before they are booked: refused with a reason, withdrawn, run out; and who left the scheme."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from flows import claim, facts
from rules.vocabulary.ending import Forfeits
from rules.vocabulary.person import Residence
from tests.support import claiming, spending
from tests.support.claiming import TODAY, Desk
from tests.support.spending import NOW, do
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
