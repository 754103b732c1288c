"""Who acts for whom, guarded in PostgreSQL: with the code out of the way, it refuses alone under the same names."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from activities import matches, needs
from activities.matches import NewMatch
from activities.needs import NewNeed
from community import members, proxies, sessions
from community.actor import Actor
from community.proxies import NewProxy
from community.proxy_refusals import PowerNotGiven, SelfDealing
from db import errors
from flows import donation, pledge
from flows import proxies as flow
from flows.proxies import Letting
from kernel import ids
from ledger import units
from tests.support import spending
from tests.support.spending import NOW, do
from wallets import holders, pay_codes

Power = Literal["see", "arrange", "spend"]


async def mother_and_daughter(engine: AsyncEngine, power: Power = "spend") -> tuple[Actor, Actor, UUID]:
    """The mother, the daughter as she acts for her, and by which permission."""
    me, other = await spending.member(engine), await spending.member(engine)
    await spending.grant(engine, me, 100)
    mother = await spending.actor(engine, "member", member_id=me)
    daughter = await spending.actor(engine, "member", member_id=other)
    number = (await do(engine, members.find, other)).number
    asked = Letting(member_id=me, number=number, relation="daughter", power=power)
    given = await do(engine, flow.let, asked, actor=mother, chance=os.urandom(sessions.SECRET_BYTES), now=NOW)
    await do(engine, flow.answer, given.proxy_id, True, actor=daughter, now=NOW)
    acting = msgspec.structs.replace(daughter, member_id=me, acting_for=me, self_id=other, power=power)
    return mother, acting, given.proxy_id


def refused_as(raised: Any) -> str | None:
    return errors.constraint(raised.value)


async def test_a_forged_actor_spends_nothing_without_a_permission(engine: AsyncEngine) -> None:
    me, stranger = await spending.member(engine), await spending.actor(engine, "member", member_id=await spending.member(engine))
    await spending.grant(engine, me, 100)
    forged = msgspec.structs.replace(stranger, member_id=me, acting_for=me, self_id=stranger.member_id, power="spend")
    unsaid = msgspec.structs.replace(stranger, member_id=me)
    for actor in (forged, unsaid):
        with pytest.raises(DBAPIError) as raised:
            await do(engine, donation.donate, donation.Asked(member_id=me, unit="pt", amount=10), actor=actor, now=NOW)
        assert refused_as(raised) == "acting_stands"


@pytest.mark.parametrize("how", ["ended", "over", "too_little"])
async def test_what_ended_or_never_reached_so_far_spends_nothing(engine: AsyncEngine, how: str) -> None:
    mother, acting, proxy_id = await mother_and_daughter(engine, "arrange" if how == "too_little" else "spend")
    assert mother.member_id is not None
    now = NOW
    if how == "ended":
        await do(engine, flow.end, proxy_id, actor=mother, now=NOW)
    if how == "over":
        again = NewProxy(
            member_id=mother.member_id,
            by_member_id=acting.self_id,
            relation="son",
            power="spend",
            consent="own_phone",
            until=NOW + timedelta(days=1),
        )
        await do(engine, flow.end, proxy_id, actor=mother, now=NOW)
        proxy_id = await do(engine, proxies.give, again, given_by=mother.principal_id, now=NOW)
        await do(engine, proxies.answer, proxy_id, True, answered_by=acting.principal_id, now=NOW)
        now = NOW + timedelta(days=2)
    forged = msgspec.structs.replace(acting, power="spend")
    asked = donation.Asked(member_id=mother.member_id, unit="pt", amount=10)
    with pytest.raises(DBAPIError) as raised:
        await do(engine, donation.donate, asked, actor=forged, now=now)
    assert refused_as(raised) == "acting_stands"
    if how == "too_little":
        with pytest.raises(PowerNotGiven):
            await do(engine, donation.donate, asked, actor=acting, now=now)


async def test_a_pay_code_is_made_by_whoever_may_spend(engine: AsyncEngine) -> None:
    mother, acting, _ = await mother_and_daughter(engine, "arrange")
    assert mother.member_id is not None
    unit = await do(engine, units.by_code, "pt")
    draft = pay_codes.PayCodeDraft(
        pay_code_id=ids.new_id(),
        member_id=mother.member_id,
        unit_id=unit.unit_id,
        fingerprint=os.urandom(32),
        amount_max=10,
        issued_by=acting.principal_id,
    )
    with pytest.raises(DBAPIError) as raised:
        await do(engine, pay_codes.issue, draft, now=NOW)
    assert refused_as(raised) == "acting_stands"


async def test_points_of_the_mother_do_not_go_to_the_daughters_own_group(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    mother, acting, _ = await mother_and_daughter(engine)
    assert mother.member_id is not None
    group = await spending.organisation(engine, "group")
    await spending.actor(engine, "treasurer", member_id=acting.self_id, organisation_id=group)
    asked = pledge.Asked(member_id=mother.member_id, organisation_id=group, unit="pt", amount=10)
    with pytest.raises(SelfDealing):
        await do(engine, pledge.pledge, asked, actor=acting, now=NOW)

    async def unchecked(*_: Any) -> None:
        """The code's own guard, taken away."""

    monkeypatch.setattr(holders, "check_no_own_gain", unchecked)
    with pytest.raises(DBAPIError) as raised:
        await do(engine, pledge.pledge, asked, actor=acting, now=NOW)
    assert refused_as(raised) == "no_self_dealing"


async def test_nobody_answers_for_both_sides(engine: AsyncEngine) -> None:
    mother, acting, _ = await mother_and_daughter(engine)
    assert mother.member_id is not None
    assert acting.self_id is not None
    unit = await do(engine, units.by_code, "pt")
    need = NewNeed(
        need_id=ids.new_id(),
        member_id=mother.member_id,
        kind="walk",
        note=None,
        starts_at=NOW,
        minutes=60,
        payer="receiver",
        pay_unit_id=unit.unit_id,
        pay_per_hour=0,
    )
    await do(engine, needs.ask, need, asked_by=mother.principal_id, now=NOW)
    match = NewMatch(
        match_id=ids.new_id(),
        need_id=need.need_id,
        receiver_id=mother.member_id,
        helper_id=acting.self_id,
        starts_at=NOW,
        minutes_planned=60,
        minutes_max=90,
        payer="receiver",
        pay_unit_id=unit.unit_id,
        pay_per_hour=0,
    )
    await do(engine, matches.propose, match, proposed_by=mother.principal_id, now=NOW)
    with pytest.raises(DBAPIError) as raised:
        await do(engine, matches.answer, match.match_id, "receiver", "accept", answered_by=acting.principal_id, now=NOW)
    assert refused_as(raised) == "no_self_dealing"
    await do(engine, matches.answer, match.match_id, "helper", "accept", answered_by=acting.principal_id, now=NOW)
