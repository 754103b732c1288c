"""Claims: decided by the edition of their day, reserved lot by lot, refused by name, or kept until what is missing is known."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from community.refusals import UnknownMember
from flows import claim, facts, purchase
from kernel import ids
from ledger import holds
from ledger.refusals import InsufficientBalance, UnknownUnit
from rules import convert
from rules.vocabulary.caps import Cap
from rules.vocabulary.conversion import ClaimLimit, Form, InDates, InSeason, Linear, Lots
from rules.vocabulary.edition import Edition
from rules.vocabulary.person import Residence
from tests.support import claiming, editions, spending
from tests.support.claiming import TODAY, Desk
from tests.support.spending import NOW, do
from tests.support.towns import POINTS, YEN
from wallets import claim_refusals, claims

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def desk(engine: AsyncEngine) -> Desk:
    """A hundred yen for each point, at any time, in cash."""
    return await claiming.open_desk(engine, "plain")


async def _refused(desk: Desk, member_id: UUID, **asked: Any) -> claim_refusals.ClaimPaysNothing:
    with pytest.raises(claim_refusals.ClaimPaysNothing) as refused:
        await desk.claim(member_id, **asked)
    return refused.value


# ------------------------------------------------------------------------------------------------- what is claimed is kept


async def test_a_claim_reserves_just_what_it_takes_oldest_first(desk: Desk) -> None:
    me = await desk.holder(3)
    told = await desk.claim(me, amount=250)
    found = told.claim
    assert found.payout is not None
    assert (found.status, found.claimed_on, found.payout.value) == ("open", TODAY, 25_000)
    assert found.hold_id is not None
    lots = (await do(desk.engine, holds.lots_of, [found.hold_id]))[found.hold_id]
    assert sorted(amount for _, amount in lots) == [50, 100, 100]
    assert [str(lot_id) for lot_id, _ in lots] == sorted(each.holding_id for each in found.payout.taken)
    assert await desk.free(me) == 50
    assert told.explanation["ja"]
    assert told.explanation["ja-easy"]
    assert told.explanation["en"]


async def test_the_payout_follows_from_the_facts_that_are_kept(desk: Desk) -> None:
    me = await desk.holder(2)
    made = (await desk.claim(me)).claim
    facts_kept = await do(desk.engine, claims.facts_of, made.claim_id)
    assert facts_kept is not None
    edition: Edition = editions.edition(conversion=editions.exchange())
    again = convert.convert(edition, facts_kept)
    assert again == made.payout
    assert (facts_kept.member_id, facts_kept.claimed_on, len(facts_kept.holdings)) == (me, TODAY, 2)


async def test_what_is_claimed_is_not_spent_and_not_claimed_a_second_time(desk: Desk) -> None:
    me = await desk.holder(2)
    await desk.claim(me, amount=150)
    partner = await spending.organisation(desk.engine, "partner")
    till = await spending.actor(desk.engine, "cashier", organisation_id=partner)
    code = purchase.PayCodeAsked(member_id=me, unit="pt", amount_max=200)
    shown = await do(desk.engine, purchase.show_pay_code, code, actor=await desk.me(me), now=NOW)
    for amount in (51, 50):
        buying = purchase.Asked(code=f"P/{shown.text}", unit="pt", amount=amount)
        if amount == 51:
            with pytest.raises(InsufficientBalance) as short:
                await do(desk.engine, purchase.purchase, buying, actor=till, now=NOW)
            assert short.value.available == 50
        else:
            await do(desk.engine, purchase.purchase, buying, actor=till, now=NOW)
    assert (await _refused(desk, me)).reason == "nothing_to_claim"
    await desk.pay()
    assert await spending.posted(desk.engine, "wallet", POINTS, me) == 0


async def test_only_the_points_of_the_scheme_are_claimed(desk: Desk) -> None:
    me = await spending.member(desk.engine)
    await spending.grant(desk.engine, me, 500)  # of no edition: carried in, or another scheme's
    assert (await _refused(desk, me)).reason == "nothing_to_claim"


async def test_what_may_not_be_converted_is_left(engine: AsyncEngine) -> None:
    beyond = Cap(limit=120, of="amount", per="fiscal_year", for_each=("member",), stops="converting")
    made = await claiming.open_desk(engine, "half", caps=(beyond,))
    me = await made.holder(2)
    first = (await made.claim(me, amount=110)).claim
    second = (await made.claim(me)).claim
    assert [each.payout and each.payout.points for each in (first, second)] == [110, 10]
    assert (await _refused(made, me)).reason == "nothing_to_claim"
    assert await made.free(me) == 80


# -------------------------------------------------------------------------------------------------------- refused by name


@pytest.mark.parametrize(
    ("exchange", "asked", "reason"),
    [
        ({"window": InSeason(first="04-01", last="04-30")}, {}, "outside_claim_season"),
        ({"window": InDates(first_on=date(2026, 6, 1), last_on=date(2026, 6, 30))}, {}, "outside_claim_window"),
        ({"minimum": 300}, {}, "below_minimum_claim"),
        ({}, {"form": "goods"}, "form_not_offered"),
        ({"points_of": "previous_year"}, {}, "nothing_to_claim"),
        ({"rate": Lots(lot=1_000, get=1)}, {}, "worth_nothing"),
    ],
)
async def test_what_the_rule_does_not_pay_is_refused_with_its_reasons_and_leaves_nothing(
    engine: AsyncEngine, exchange: dict[str, Any], asked: dict[str, Any], reason: str
) -> None:
    made = await claiming.open_desk(engine, f"no-{ids.new_id().hex[-8:]}", conversion=editions.exchange(**exchange))
    me = await made.holder(2)
    refused = await _refused(made, me, **asked)
    assert (refused.reason, refused.trace[-1].code) == (reason, reason)
    assert all(refused.explanation.values())
    assert await do(engine, claims.page, claims.Listing(holder=me)) == []
    assert await made.free(me) == 200


async def test_a_limit_counts_what_stands(engine: AsyncEngine) -> None:
    limit = ClaimLimit(limit=15_000, of="value", per="fiscal_year", for_each=("member",))
    made = await claiming.open_desk(engine, "limited", conversion=editions.exchange(limits=(limit,)))
    me = await made.holder(3)
    first = (await made.claim(me, amount=100)).claim
    second = (await made.claim(me)).claim
    assert second.payout is not None
    assert (second.payout.points, second.payout.value) == (50, 5_000)
    assert (await _refused(made, me)).reason == "limit_reached"
    await do(engine, claim.withdraw, first.claim_id, actor=await made.me(me), now=NOW)
    third = (await made.claim(me)).claim
    assert third.payout is not None
    assert third.payout.points == 100


async def test_a_unit_that_the_town_has_not_is_named(engine: AsyncEngine) -> None:
    made = await claiming.open_desk(engine, "gold", conversion=editions.exchange(into="gold"))
    me = await made.holder(1)
    with pytest.raises(UnknownUnit) as refused:
        await made.claim(me)
    assert refused.value.unit == "gold"


async def test_nobody_claims_for_another_and_no_day_before_the_first_edition(desk: Desk) -> None:
    me, other = await desk.holder(1), await desk.holder(1)
    wish = claim.Applying(scheme=desk.code, holder=me)
    with pytest.raises(UnknownMember):
        await do(desk.engine, claim.apply, wish, actor=await desk.me(other), now=NOW)
    with pytest.raises(claim_refusals.NoEditionThen):
        await do(desk.engine, claim.apply, wish, actor=await desk.me(me), now=NOW - timedelta(days=90))


# ------------------------------------------------------------------------------------------------------- asked, not refused


@pytest.fixture(scope="module")
async def strict(engine: AsyncEngine) -> Desk:
    """Who lives in the town on the day of the claim is paid."""
    lives = Residence(how=("lives",), counted_on="the_day")
    return await claiming.open_desk(engine, "strict", conversion=editions.exchange(who=(lives,)))


async def _record(desk: Desk, member_id: UUID, yes: bool) -> None:
    known = facts.Asked(member_id=member_id, fact="lives", yes=yes, first_on=date(2020, 1, 1), source="住民基本台帳")
    await do(desk.engine, facts.record, [known], actor=desk.who.first, now=NOW)


async def test_what_is_not_known_is_asked_and_decided_as_of_the_day_of_the_claim(strict: Desk) -> None:
    me = await strict.holder(2)
    told = await strict.claim(me)
    assert (told.claim.status, told.claim.payout) == ("asked", None)
    assert told.claim.missing[0].code == "residence_unknown"
    assert await strict.free(me) == 200
    resuming = claim.Resuming(claim_id=told.claim.claim_id)
    with pytest.raises(claim_refusals.ClaimStillAsks) as still:
        await do(strict.engine, claim.resume, resuming, actor=strict.who.first, now=NOW)
    assert still.value.explanation["ja"]
    await _record(strict, me, yes=True)
    later = NOW + timedelta(days=20)
    done = await do(strict.engine, claim.resume, resuming, actor=strict.who.first, now=later)
    assert (done.claim.status, done.claim.claimed_on, done.claim.payout and done.claim.payout.points) == ("open", TODAY, 200)
    with pytest.raises(claim_refusals.ClaimNotOpen):
        await do(strict.engine, claim.resume, resuming, actor=strict.who.first, now=later)


async def test_an_answer_that_excludes_ends_the_claim_with_its_reason(strict: Desk) -> None:
    me = await strict.holder(1)
    asked = (await strict.claim(me)).claim
    await _record(strict, me, yes=False)
    done = await do(strict.engine, claim.resume, claim.Resuming(claim_id=asked.claim_id), actor=strict.who.first, now=NOW)
    assert (done.claim.status, done.claim.payout and done.claim.payout.reason) == ("nothing", "residence_required")
    assert await strict.free(me) == 100


async def test_deductions_are_asked_of_an_officer(engine: AsyncEngine) -> None:
    limit = ClaimLimit(limit=5_000, of="value", per="fiscal_year", for_each=("member",), minus=("other_subsidy",))
    made = await claiming.open_desk(engine, "net", conversion=editions.exchange(rate=Linear(give=1, get=50), limits=(limit,)))
    me = await made.holder(2)
    with pytest.raises(claim_refusals.DeductionsNeedOfficer):
        await made.claim(me, deductions={"other_subsidy": 0})
    asked = (await made.claim(me)).claim
    assert [step.code for step in asked.missing] == ["deduction_unknown"]
    resuming = claim.Resuming(claim_id=asked.claim_id, deductions={"other_subsidy": 3_000})
    done = (await do(engine, claim.resume, resuming, actor=made.who.first, now=NOW)).claim
    assert (done.payout and done.payout.value, done.status) == (2_000, "open")


# ---------------------------------------------------------------------------------------------- the form, once chosen, counts


async def test_a_form_that_was_chosen_is_used_until_another_is(engine: AsyncEngine) -> None:
    forms = (Form(form="cash"), Form(form="voucher", rate=Linear(give=1, get=110)))
    made = await claiming.open_desk(engine, "choice", conversion=editions.exchange(forms=forms))
    me = await made.holder(3)
    actor = await made.me(me)
    assert (await made.claim(me, amount=50)).claim.missing[0].code == "form_required"
    for form, value in (("voucher", 5_500), ("cash", 5_000)):
        await do(engine, claim.choose, claim.Choosing(scheme="choice", holder=me, form=form), actor=actor, now=NOW)
        found = (await made.claim(me, amount=50)).claim
        assert (found.payout and found.payout.form, found.payout and found.payout.value) == (form, value)
    named = (await made.claim(me, amount=50, form="voucher")).claim.payout
    assert named is not None
    assert named.form == "voucher"
    with pytest.raises(claim_refusals.PayoutFormNotOffered) as refused:
        await do(engine, claim.choose, claim.Choosing(scheme="choice", holder=me, form="gold"), actor=actor, now=NOW)
    assert refused.value.offered == ("cash", "voucher")


async def test_a_directed_form_is_owed_to_whom_it_names_and_an_undirected_gift_to_nobody(engine: AsyncEngine) -> None:
    forms = (Form(form="donation", directed=True), Form(form="donation", code="town"), Form(form="certificate"))
    made = await claiming.open_desk(engine, "giving", conversion=editions.exchange(forms=forms))
    me = await made.holder(3)
    school = await spending.organisation(engine, "group", "ひまわり文庫")
    assert (await made.claim(me, amount=50, form="donation")).claim.missing[0].code == "direction_required"
    wanted = (("donation", school, school), ("town", None, None), ("certificate", None, me))
    for form, directed_to, payee in wanted:
        found = (await made.claim(me, amount=50, form=form, directed_to=directed_to)).claim
        assert found.payee == payee
    await made.pay()
    assert await spending.posted(engine, "payable", YEN, school) == 5_000
    assert await spending.posted(engine, "payable", YEN, me) == 5_000
    assert await spending.posted(engine, "wallet", POINTS, me) == 150
