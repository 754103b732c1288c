"""Batches of claims: listed by one person, approved by another, booked to the point; and PostgreSQL says the same alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community.actor import Actor
from db import errors, query, transact
from flows import audit, claim, claim_batch, correction, settlement
from kernel import ids
from ledger import holds
from rules.vocabulary.conversion import Lots
from tests.support import claiming, editions, spending
from tests.support.claiming import TODAY, Desk
from tests.support.spending import NOW, do
from tests.support.towns import POINTS, TOWN, YEN
from wallets import claim_batches, claim_refusals, claims, redemptions, refusals
from wallets.claim_batches import Booking, NewBatch

pytestmark = pytest.mark.anyio

_HOLD_LOT = query.statement(
    "insert into ledger.hold_lot (municipality_id, hold_id, lot_id, amount) values (db.municipality(), :hold, :lot, :amount)"
)


@pytest.fixture
async def desk(engine: AsyncEngine) -> Desk:
    """A hundred yen for each point, at any time, in cash: a scheme of its own for each test."""
    return await claiming.open_desk(engine, f"b{ids.new_id().hex[-10:]}")


async def _batch_id(desk: Desk) -> UUID:
    made = (await desk.batch()).batch
    assert made is not None
    return made.batch_id


# -------------------------------------------------------------------------------------------------------------- the story


async def test_claims_are_booked_with_four_lines_paid_by_a_settlement_and_traced(engine: AsyncEngine, desk: Desk) -> None:
    people = [await desk.holder(2) for _ in range(3)]
    for me in people:
        await desk.claim(me, amount=150)
    points, yen = await spending.posted(engine, "exchange", POINTS), await spending.posted(engine, "exchange", YEN)
    seen = await do(engine, claim_batch.preview, claim_batch.Proposing(scheme=desk.code, payable_by=TODAY), now=NOW)
    assert (seen.batch, seen.points, seen.value) == (None, 450, {"yen": 45_000})
    listed = await desk.batch()
    assert {item.claim.holder for item in listed.items} == set(people)
    assert all(item.explanation["ja"] for item in listed.items)

    done = await desk.approve(listed)

    assert done.batch is not None
    assert (done.batch.listed, done.batch.booked, done.batch.approved_by) == (3, 3, desk.who.second.principal_id)
    assert await spending.posted(engine, "exchange", POINTS) == points + 450
    assert await spending.posted(engine, "exchange", YEN) == yen - 45_000
    for item in done.items:
        assert await spending.posted(engine, "payable", YEN, item.claim.holder) == 15_000
        assert item.claim.redemption_id is not None
        origins = await do(engine, redemptions.origins_of, item.claim.redemption_id)
        assert sum(origin.amount for origin in origins) == 150
    batch = await do(engine, settlement.propose, settlement.Proposing(unit="yen", up_to=TODAY), actor=desk.who.first, now=NOW)
    await do(engine, settlement.approve, batch.settlement_id, actor=desk.who.second, now=NOW)
    payments = await do(engine, settlement.payment_list, batch.settlement_id)
    assert {each.payee for each in payments} >= set(people)


async def test_a_lost_remainder_lapses_with_the_claim(engine: AsyncEngine) -> None:
    exchange = editions.exchange(rate=Lots(lot=150, get=1_000), remainder="lost")
    made = await claiming.open_desk(engine, f"l{ids.new_id().hex[-10:]}", conversion=exchange)
    me = await made.holder(2)
    lapsed = await spending.posted(engine, "lapsed", POINTS)
    found = (await made.claim(me)).claim
    assert (found.payout and found.payout.points, found.payout and found.payout.lost) == (200, 50)
    await made.pay()
    assert await spending.posted(engine, "lapsed", POINTS) == lapsed + 50
    assert await spending.posted(engine, "payable", YEN, me) == 1_000


async def test_what_ended_after_the_list_was_made_is_left_out(engine: AsyncEngine, desk: Desk) -> None:
    stays, leaves = await desk.holder(1), await desk.holder(1)
    await desk.claim(stays)
    gone = (await desk.claim(leaves)).claim
    listed = await desk.batch()
    await do(engine, claim.withdraw, gone.claim_id, actor=await desk.me(leaves), now=NOW)
    done = await desk.approve(listed)
    assert done.batch is not None
    assert (done.batch.listed, done.batch.booked) == (2, 1)
    assert await spending.posted(engine, "wallet", POINTS, leaves) == 100


async def test_nothing_is_payable_before_its_day(engine: AsyncEngine) -> None:
    made = await claiming.open_desk(engine, f"m{ids.new_id().hex[-10:]}", conversion=editions.exchange(pays="next_month"))
    await made.claim(await made.holder(1))
    with pytest.raises(claim_refusals.NothingToApprove):
        await made.batch()
    june = TODAY.replace(month=6, day=1)
    listed = await made.batch(payable_by=june)
    with pytest.raises(refusals.DayNotReached):
        await made.approve(listed)
    done = await made.approve(listed, NOW + timedelta(days=30))
    assert done.batch is not None
    assert done.batch.booked == 1


async def test_a_correction_gives_the_points_back_and_the_limit_room(engine: AsyncEngine, desk: Desk) -> None:
    me = await desk.holder(1)
    await desk.claim(me)
    (item,) = (await desk.pay()).items
    assert item.claim.entry_id is not None
    wrong = correction.Asked(entry_id=item.claim.entry_id, reason="申請者をまちがえた")
    await do(engine, correction.correct, wrong, actor=desk.who.first, now=NOW)
    assert (await desk.free(me), await spending.posted(engine, "payable", YEN, me)) == (100, 0)
    assert (await desk.claim(me)).claim.status == "open"


async def test_the_whole_audit_holds(engine: AsyncEngine, desk: Desk, auditor: AsyncEngine) -> None:
    await desk.claim(await desk.holder(1))
    await desk.pay()
    await desk.claim(await desk.holder(1))
    found = await transact.read(auditor, TOWN, audit.audit)
    assert [check for check in found.checks if not check.ok] == []


# -------------------------------------------------------------------------------------------------------------- two people


async def test_two_people_and_nobody_their_own(engine: AsyncEngine, desk: Desk) -> None:
    me = await desk.holder(1)
    await desk.claim(me)
    batch_id = await _batch_id(desk)
    as_officer = await spending.actor(engine, "officer", member_id=me)
    for actor in (desk.who.first, as_officer):
        with pytest.raises(refusals.SamePerson):
            await do(engine, claim_batch.approve, batch_id, actor=actor, now=NOW)
    with pytest.raises(DBAPIError) as guarded:
        await do(engine, claim_batches.approve, batch_id, approved_by=desk.who.first.principal_id, now=NOW)
    assert errors.constraint(guarded.value) == "two_people"


async def test_who_wrote_the_claim_does_not_approve_it(engine: AsyncEngine, desk: Desk) -> None:
    wish = claim.Applying(scheme=desk.code, holder=await desk.holder(1))
    await do(engine, claim.apply, wish, actor=desk.who.second, now=NOW)
    batch_id = await _batch_id(desk)
    with pytest.raises(refusals.SamePerson):
        await do(engine, claim_batch.approve, batch_id, actor=desk.who.second, now=NOW)
    third = await spending.actor(engine, "officer")
    await do(engine, claim_batch.approve, batch_id, actor=third, now=NOW)


async def test_two_approvals_at_once_book_once(engine: AsyncEngine, desk: Desk) -> None:
    me = await desk.holder(1)
    await desk.claim(me)
    listed = await desk.batch()
    done = await asyncio.gather(*(desk.approve(listed) for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(each, claim_batch.Listed) for each in done) == 1
    assert sum(isinstance(each, claim_refusals.ClaimBatchApproved) for each in done) == 5
    assert await spending.posted(engine, "payable", YEN, me) == 10_000


async def test_a_claim_in_two_lists_is_booked_by_the_first(engine: AsyncEngine, desk: Desk) -> None:
    await desk.claim(await desk.holder(1))
    first, second = await desk.batch(), await desk.batch()
    await desk.approve(second)
    with pytest.raises(claim_refusals.NothingToApprove):
        await desk.approve(first)


# ------------------------------------------------------------------------------- PostgreSQL refuses alone, by the same names


async def _guarded(engine: AsyncEngine, name: str, work: Callable[[AsyncConnection], Awaitable[object]]) -> None:
    with pytest.raises(DBAPIError) as refused:
        await transact.transact(engine, TOWN, work)
    assert errors.constraint(refused.value) == name


async def _open_claim(desk: Desk) -> claims.Reserved:
    return claims.reserved((await desk.claim(await desk.holder(2), amount=150)).claim)


async def test_reserved_lots_are_not_taken_by_another_entry(
    engine: AsyncEngine, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code is made blind to what holds name: PostgreSQL keeps it."""
    from flows import donation
    from ledger import load

    me = await desk.holder(2)
    await desk.claim(me, amount=100)

    async def blind(conn: AsyncConnection, account_ids: object) -> dict[UUID, dict[UUID, int]]:
        return {}

    monkeypatch.setattr(load, "named", blind)
    giving = donation.Asked(member_id=me, unit="pt", amount=50)
    actor = await desk.me(me)
    await _guarded(engine, "hold_keeps_its_lots", lambda conn: donation.donate(conn, giving, actor=actor, now=NOW))


async def test_a_hold_has_its_lots_at_once_and_whole(engine: AsyncEngine, desk: Desk) -> None:
    made = await _open_claim(desk)
    lots = (await do(engine, holds.lots_of, [made.hold_id]))[made.hold_id]
    more = {"hold": made.hold_id, "lot": lots[0][0], "amount": 1}
    with pytest.raises(DBAPIError) as refused:
        await do(engine, query.run, _HOLD_LOT, **more)
    assert errors.constraint(refused.value) in {"hold_keeps_its_lots", "hold_lot_pkey"}


async def test_a_payout_that_its_hold_does_not_cover_is_not_kept(engine: AsyncEngine, desk: Desk) -> None:
    made = await _open_claim(desk)

    async def another(conn: AsyncConnection) -> None:
        facts = await claims.facts_of(conn, made.claim.claim_id)
        assert facts is not None
        new = claims.NewClaim(
            claim_id=ids.new_id(), scheme_id=desk.scheme_id, holder=made.claim.holder, claimed_on=TODAY, amount=None, form=None,
            directed_to=None, deductions={}, claimed_at=NOW, claimed_by=desk.who.first.principal_id, acting_for=None,
        )  # fmt: skip
        await claims.keep(conn, new)
        decided = claims.Decided(
            claim_id=new.claim_id, edition_id=desk.edition_id, unit_id=POINTS, value_unit_id=YEN, payee=new.holder,
            hold_id=made.hold_id, facts=facts, payout=made.payout, decided_at=NOW, decided_by=desk.who.first.principal_id,
        )  # fmt: skip
        await claims.decide(conn, decided)

    with pytest.raises(DBAPIError) as refused:
        await transact.transact(engine, TOWN, another)
    assert errors.constraint(refused.value) in {"claim_holds_what_it_takes", "claim_hold_once"}


async def test_an_end_while_something_is_reserved_is_not_kept(engine: AsyncEngine, desk: Desk) -> None:
    made = await _open_claim(desk)
    by = desk.who.first.principal_id
    work = lambda conn: claims.end(conn, made.claim.claim_id, "withdrawn", None, ended_by=by, now=NOW)  # noqa: E731
    await _guarded(engine, "claim_ended_once", work)


async def test_a_booked_claim_does_not_end_and_an_ended_one_is_not_listed(engine: AsyncEngine, desk: Desk) -> None:
    made = await _open_claim(desk)
    by = desk.who.first.principal_id
    await desk.pay()
    work = lambda conn: claims.end(conn, made.claim.claim_id, "withdrawn", None, ended_by=by, now=NOW)  # noqa: E731
    await _guarded(engine, "claim_ended_once", work)
    other = await claiming.open_desk(engine, f"o{ids.new_id().hex[-10:]}")
    strange = NewBatch(batch_id=ids.new_id(), scheme_id=other.scheme_id, payable_by=TODAY, claims=(made.claim.claim_id,))
    await _guarded(engine, "batch_as_listed", lambda conn: claim_batches.add(conn, strange, made_by=by, now=NOW))


async def test_a_booking_is_the_claim(engine: AsyncEngine, desk: Desk) -> None:
    made = await _open_claim(desk)
    batch_id = await _batch_id(desk)
    other = await claiming.open_desk(engine, f"p{ids.new_id().hex[-10:]}")
    await other.claim(await other.holder(1))
    (booked,) = (await other.pay()).items
    assert booked.claim.entry_id is not None
    assert booked.claim.redemption_id is not None
    false = Booking(made.claim.claim_id, booked.claim.entry_id, booked.claim.redemption_id)

    async def forged(conn: AsyncConnection, by: Actor) -> None:
        await claim_batches.approve(conn, batch_id, approved_by=by.principal_id, now=NOW)
        await claim_batches.book(conn, batch_id, [false])

    with pytest.raises(DBAPIError) as refused:
        await transact.transact(engine, TOWN, lambda conn: forged(conn, desk.who.second))
    assert errors.constraint(refused.value) in {"claim_booked_as_held", "claim_booking_entry_once"}
