"""A group: members pledge, the treasurer applies, an officer decides, and what is not used comes back where it came from."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community.actor import Actor
from community.refusals import UnknownMember, UnknownOrganisation
from db import errors, query, transact
from flows import application, pledge, settlement
from kernel import ids
from kernel.text import TextMissing
from ledger import accounts
from ledger.refusals import AmountOutOfRange, HoldResolved, InsufficientBalance
from tests.support import spending
from tests.support.spending import NOW, do
from tests.support.towns import POINTS, TOWN
from wallets import applications, holdings, redemptions, refusals
from wallets.origins import Origin

_LOTS = query.statement(
    """
    select t.origin_attendance, t.remaining from ledger.lot t
    where t.municipality_id = db.municipality() and t.account_id = :account_id
    order by t.expires_on, t.granted_on, t.lot_id
    """
)


class Group(msgspec.Struct, frozen=True):
    """A group that two members have pledged 100 and 50 points to, the second's first to expire."""

    group_id: UUID
    treasurer: Actor
    officer: Actor
    first: UUID
    """The attendance behind 100 points, good for ever."""
    second: UUID
    """The attendance behind 50 points, good until the end of the fiscal year."""


async def _pledge(engine: AsyncEngine, member_id: UUID, group_id: UUID, amount: int) -> pledge.Pledged:
    me = await spending.actor(engine, "member", member_id=member_id)
    asked = pledge.Asked(member_id=member_id, organisation_id=group_id, unit="pt", amount=amount)
    return await do(engine, pledge.pledge, asked, actor=me, now=NOW)


async def _group(engine: AsyncEngine) -> Group:
    group_id = await spending.organisation(engine, "group", "公園の会")
    origins: list[UUID] = []
    for amount, expires_on in ((100, None), (50, date(2027, 3, 31))):
        member_id = await spending.member(engine)
        origin = await spending.grant(engine, member_id, amount, expires_on=expires_on)
        assert origin is not None
        origins.append(origin)
        await _pledge(engine, member_id, group_id, amount)
    treasurer = await spending.actor(engine, "treasurer", organisation_id=group_id)
    officer = await spending.actor(engine, "officer")
    return Group(group_id, treasurer, officer, *origins)


async def _apply(engine: AsyncEngine, group: Group, amount: int) -> applications.Application:
    asked = application.Applying(unit="pt", amount=amount, purpose="花の苗")
    return await do(engine, application.apply, asked, actor=group.treasurer, now=NOW)


async def _lots(engine: AsyncEngine, group: Group) -> list[tuple[UUID, int]]:
    async def work(conn: AsyncConnection) -> list[tuple[UUID, int]]:
        account_id = await accounts.find(conn, "wallet", POINTS, group.group_id)
        return [tuple(row) for row in await query.rows(conn, _LOTS, account_id=account_id)]

    return await transact.read(engine, TOWN, work)


async def test_a_pledge_keeps_its_origin(engine: AsyncEngine) -> None:
    group = await _group(engine)
    assert await spending.posted(engine, "wallet", POINTS, group.group_id) == 150
    assert await _lots(engine, group) == [(group.second, 50), (group.first, 100)]
    (newest, _) = await do(engine, redemptions.page_of_counterparty, group.group_id)
    assert newest.redemption.kind == "pledge"


async def test_what_cannot_be_pledged(engine: AsyncEngine) -> None:
    me, other = await spending.member(engine), await spending.member(engine)
    await spending.grant(engine, me, 10)
    group_id = await spending.organisation(engine, "group")
    partner_id = await spending.organisation(engine, "partner")
    with pytest.raises(InsufficientBalance):
        await _pledge(engine, me, group_id, 11)
    with pytest.raises(InsufficientBalance):
        await _pledge(engine, other, group_id, 1)
    with pytest.raises(refusals.NotAGroup):
        await _pledge(engine, me, partner_id, 1)
    with pytest.raises(UnknownOrganisation):
        await _pledge(engine, me, ids.new_id(), 1)
    with pytest.raises(AmountOutOfRange):
        await _pledge(engine, me, group_id, -5)
    actor = await spending.actor(engine, "member", member_id=other)
    asked = pledge.Asked(member_id=me, organisation_id=group_id, unit="pt", amount=1)
    with pytest.raises(UnknownMember):
        await do(engine, pledge.pledge, asked, actor=actor, now=NOW)
    hours = msgspec.structs.replace(asked, unit="minutes")
    with pytest.raises(refusals.UnitNotSuited):
        await do(engine, pledge.pledge, hours, actor=await spending.actor(engine, "officer"), now=NOW)


async def test_officers_pledge_for_somebody_without_a_phone_visibly(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 10)
    group_id = await spending.organisation(engine, "group")
    officer = await spending.actor(engine, "officer")
    asked = pledge.Asked(member_id=me, organisation_id=group_id, unit="pt", amount=4, note="電話で")
    made = await do(engine, pledge.pledge, asked, actor=officer, now=NOW)
    kept = (await do(engine, redemptions.get, made.redemption_id)).redemption
    assert (kept.actor, kept.acting_for, kept.note) == (officer.principal_id, me, "電話で")
    assert (made.balance_after, made.group_balance_after) == (6, 4)


async def test_applying_reserves_approving_pays(engine: AsyncEngine) -> None:
    group = await _group(engine)
    applied = await _apply(engine, group, 120)
    assert applied.approved is None
    (holding,) = await do(engine, holdings.of, group.group_id, now=NOW)
    assert (holding.posted, holding.held, holding.available) == (150, 120, 30)
    with pytest.raises(InsufficientBalance):
        await _apply(engine, group, 31)

    approved = await do(engine, application.approve, applied.application_id, actor=group.officer, now=NOW)

    assert approved.approved is True
    assert approved.redemption_id is not None
    assert await spending.posted(engine, "payable", POINTS, group.group_id) == 120
    (holding,) = await do(engine, holdings.of, group.group_id, now=NOW)
    assert (holding.posted, holding.held, holding.available) == (30, 0, 30)
    behind = await do(engine, redemptions.origins_of, approved.redemption_id)
    assert set(behind) == {Origin(group.second, 50), Origin(group.first, 70)}
    with pytest.raises(refusals.ApplicationDecided):
        await do(engine, application.approve, applied.application_id, actor=group.officer, now=NOW)


async def test_a_refusal_sets_the_points_free(engine: AsyncEngine) -> None:
    group = await _group(engine)
    applied = await _apply(engine, group, 150)
    blank = application.Refusing(application_id=applied.application_id, reason=" ")
    with pytest.raises(TextMissing):
        await do(engine, application.refuse, blank, actor=group.officer, now=NOW)
    asked = application.Refusing(application_id=applied.application_id, reason="対象外")
    refused = await do(engine, application.refuse, asked, actor=group.officer, now=NOW)
    assert (refused.approved, refused.reason) == (False, "対象外")
    (holding,) = await do(engine, holdings.of, group.group_id, now=NOW)
    assert holding.available == 150
    with pytest.raises(refusals.ApplicationDecided):
        await do(engine, application.approve, applied.application_id, actor=group.officer, now=NOW)
    back = application.Returning(application_id=applied.application_id, amount=1, reason="余り")
    with pytest.raises(refusals.ApplicationNotApproved):
        await do(engine, application.return_unused, back, actor=group.treasurer, now=NOW)


async def test_nobody_approves_their_own_application(engine: AsyncEngine) -> None:
    group = await _group(engine)
    person = await spending.member(engine)
    treasurer = await spending.actor(engine, "treasurer", member_id=person, organisation_id=group.group_id)
    same_person = await spending.actor(engine, "officer", member_id=person)
    asked = application.Applying(unit="pt", amount=10, purpose="花の苗")
    applied = await do(engine, application.apply, asked, actor=treasurer, now=NOW)
    for actor in (treasurer, same_person):
        with pytest.raises(refusals.SamePerson):
            await do(engine, application.approve, applied.application_id, actor=actor, now=NOW)
        with pytest.raises(DBAPIError) as guarded:
            await do(
                engine,
                applications.keep_refusal,
                applied.application_id,
                "対象外",
                decided_by=actor.principal_id,
                now=NOW,
            )
        assert errors.constraint(guarded.value) == "two_people"


async def test_an_application_left_lying_lets_go_of_the_points(engine: AsyncEngine) -> None:
    group = await _group(engine)
    applied = await _apply(engine, group, 150)
    later = NOW + timedelta(days=application.APPLICATION_HOLD_DAYS)
    (holding,) = await do(engine, holdings.of, group.group_id, now=later)
    assert holding.available == 150
    with pytest.raises(HoldResolved):
        await do(engine, application.approve, applied.application_id, actor=group.officer, now=later)
    asked = application.Refusing(application_id=applied.application_id, reason="期限切れ")
    assert (await do(engine, application.refuse, asked, actor=group.officer, now=later)).approved is False


async def test_what_was_reserved_can_be_used_past_its_last_day(engine: AsyncEngine) -> None:
    group_id = await spending.organisation(engine, "group")
    me = await spending.member(engine)
    await spending.grant(engine, me, 50, expires_on=date(2026, 5, 31))
    await _pledge(engine, me, group_id, 50)
    treasurer = await spending.actor(engine, "treasurer", organisation_id=group_id)
    asked = application.Applying(unit="pt", amount=50, purpose="花の苗")
    applied = await do(engine, application.apply, asked, actor=treasurer, now=NOW)
    officer = await spending.actor(engine, "officer")
    approved = await do(engine, application.approve, applied.application_id, actor=officer, now=NOW + timedelta(days=30))
    assert approved.approved is True


async def test_what_is_not_used_comes_back_into_its_lots(engine: AsyncEngine) -> None:
    group = await _group(engine)
    applied = await _apply(engine, group, 120)
    await do(engine, application.approve, applied.application_id, actor=group.officer, now=NOW)
    back = application.Returning(application_id=applied.application_id, amount=80, reason="余り")
    stranger = await spending.actor(engine, "treasurer", organisation_id=await spending.organisation(engine, "group"))
    with pytest.raises(refusals.UnknownApplication):
        await do(engine, application.return_unused, back, actor=stranger, now=NOW)
    too_much = msgspec.structs.replace(back, amount=121)
    with pytest.raises(refusals.ReturnTooLarge):
        await do(engine, application.return_unused, too_much, actor=group.treasurer, now=NOW)

    returned = await do(engine, application.return_unused, back, actor=group.treasurer, now=NOW)

    assert returned.returned == 80
    # 50 of the second and 70 of the first were used; the 70 come back first, then 10 of the second
    assert await _lots(engine, group) == [(group.second, 10), (group.first, 100)]
    assert await spending.posted(engine, "payable", POINTS, group.group_id) == 40
    with pytest.raises(refusals.ApplicationReturned):
        await do(engine, application.return_unused, back, actor=group.treasurer, now=NOW)


async def test_what_was_paid_comes_back_from_what_was_paid_out(engine: AsyncEngine) -> None:
    group = await _group(engine)
    first, second = await _apply(engine, group, 60), await _apply(engine, group, 50)
    await do(engine, application.approve, first.application_id, actor=group.officer, now=NOW)
    proposing = settlement.Proposing(unit="pt", up_to=NOW.date())
    batch = await do(engine, settlement.propose, proposing, actor=group.officer, now=NOW)
    other = await spending.actor(engine, "officer")
    await do(engine, settlement.approve, batch.settlement_id, actor=other, now=NOW)
    await do(engine, application.approve, second.application_id, actor=group.officer, now=NOW)
    paid_out = await spending.posted(engine, "paid_out", POINTS)

    back = application.Returning(application_id=first.application_id, amount=60, reason="中止")
    await do(engine, application.return_unused, back, actor=group.officer, now=NOW)

    assert await spending.posted(engine, "payable", POINTS, group.group_id) == 0  # 50 less to pay
    assert await spending.posted(engine, "paid_out", POINTS) == paid_out - 10  # and 10 paid back
    assert await spending.posted(engine, "wallet", POINTS, group.group_id) == 100


async def test_applications_by_page(engine: AsyncEngine) -> None:
    group = await _group(engine)
    made = [(await _apply(engine, group, 10)).application_id for _ in range(4)]
    first = await do(engine, applications.page_of_group, group.group_id, limit=3)
    key = applications.Before(first[-1].applied_at, first[-1].application_id)
    rest = await do(engine, applications.page_of_group, group.group_id, before=key)
    assert sorted(each.application_id for each in (*first, *rest)) == sorted(made)
    assert await do(engine, applications.page, limit=3) == first
    with pytest.raises(refusals.UnknownApplication):
        await do(engine, applications.get, ids.new_id())
    alone = await spending.actor(engine, "officer")
    with pytest.raises(refusals.NotAGroup):
        await do(engine, application.apply, application.Applying(unit="pt", amount=1, purpose="苗"), actor=alone, now=NOW)
