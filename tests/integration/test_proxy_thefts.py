"""What somebody could take by acting for a member: at the desk, after the end, at the till at which they work. Each guard alone."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any, Literal

import msgspec
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from community import operators, pins, sessions
from community.actor import Actor, AtDevice
from community.proxy_refusals import SelfDealing, SpendingNotAtDesk
from db import errors
from flows import devices_at_work, proxies, purchase
from flows.devices_at_work import Enrolling
from flows.proxies import Letting
from kernel import ids
from tests.support import spending, tills
from tests.support.spending import NOW, do
from tests.support.towns import POINTS
from wallets import refusals


async def unchecked(*_: Any, **__: Any) -> None:
    """The code's own guard, taken away."""


def refused_as(raised: Any) -> str | None:
    return errors.constraint(raised.value)


@pytest.mark.parametrize("role", ["host", "coordinator"])
@pytest.mark.parametrize("guard", ["both", "database"])
async def test_the_desk_cannot_give_itself_somebodys_purse(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, role: Literal["host", "coordinator"], guard: str
) -> None:
    """Whoever writes down a relative gets the code that signs them in: it would open the purse of any member."""
    me = await spending.member(engine)
    house = await spending.organisation(engine, "host")
    clerk = await spending.actor(engine, role, organisation_id=house if role == "host" else None)
    asked = Letting(member_id=me, name="結 太郎", relation="son", power="spend", consent="spoken", consent_note="x")
    told = {"actor": clerk, "chance": os.urandom(sessions.SECRET_BYTES), "now": NOW}
    if guard == "database":
        monkeypatch.setattr(proxies, "_check_giver", lambda *_: None)
        with pytest.raises(DBAPIError) as raised:
            await do(engine, proxies.let, asked, **told)
        assert refused_as(raised) == "spending_not_at_desk"
    else:
        with pytest.raises(SpendingNotAtDesk):
            await do(engine, proxies.let, asked, **told)
    assert await do(engine, proxies.by_whom, me, now=NOW) == []
    for power in ("see", "arrange"):
        await do(engine, proxies.let, msgspec.structs.replace(asked, power=power), **told | {"chance": os.urandom(32)})
    assert len(await do(engine, proxies.by_whom, me, now=NOW)) == 2


async def _acting(engine: AsyncEngine) -> tuple[Actor, Actor, Any]:
    """A mother with points, her daughter as she acts for her, and the permission."""
    me, other = await spending.member(engine), await spending.member(engine)
    await spending.grant(engine, me, 100)
    mother, daughter = [await spending.actor(engine, "member", member_id=each) for each in (me, other)]
    number = (await do(engine, spending.members.find, other)).number
    asked = Letting(member_id=me, number=number, relation="daughter", power="spend")
    given = await do(engine, proxies.let, asked, actor=mother, chance=os.urandom(sessions.SECRET_BYTES), now=NOW)
    await do(engine, proxies.answer, given.proxy_id, True, actor=daughter, now=NOW)
    acting = msgspec.structs.replace(daughter, member_id=me, acting_for=me, self_id=other, power="spend")
    return mother, acting, given.proxy_id


async def _code(engine: AsyncEngine, acting: Actor) -> purchase.Asked:
    assert acting.member_id is not None
    wish = purchase.PayCodeAsked(member_id=acting.member_id, unit="pt", amount_max=50)
    shown = await do(engine, purchase.show_pay_code, wish, actor=acting, now=NOW)
    return purchase.Asked(code=f"P/{shown.text}", unit="pt", amount=50)


@pytest.mark.parametrize("guard", ["both", "database"])
async def test_a_code_made_before_the_end_pays_nothing_after_it(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    mother, acting, proxy_id = await _acting(engine)
    asked = await _code(engine, acting)
    await do(engine, proxies.end, proxy_id, actor=mother, now=NOW)
    cashier, later = await tills.cashier_of_a_partner(engine), NOW + timedelta(seconds=10)
    if guard == "database":
        monkeypatch.setattr(purchase, "_check_maker", unchecked)
        with pytest.raises(DBAPIError) as raised:
            await do(engine, purchase.purchase, asked, actor=cashier, now=later)
        assert refused_as(raised) == "acting_stands"
    else:
        with pytest.raises(refusals.PayCodeExpired):
            await do(engine, purchase.purchase, asked, actor=cashier, now=later)
    assert await spending.posted(engine, "wallet", POINTS, acting.member_id) == 100


@pytest.mark.parametrize("guard", ["both", "database"])
async def test_whoever_works_at_a_till_takes_nothing_with_a_code_of_their_own_making(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    _, acting, _ = await _acting(engine)
    till = await _till_of(engine, acting)
    asked = await _code(engine, acting)
    if guard == "database":
        monkeypatch.setattr(purchase, "_check_maker", unchecked)
        with pytest.raises(DBAPIError) as raised:
            await do(engine, purchase.purchase, asked, actor=till, now=NOW)
        assert refused_as(raised) == "no_self_dealing"
    else:
        with pytest.raises(SelfDealing):
            await do(engine, purchase.purchase, asked, actor=till, now=NOW)
    assert await spending.posted(engine, "wallet", POINTS, acting.member_id) == 100


async def _till_of(engine: AsyncEngine, acting: Actor) -> Actor:
    """A till that is a device, at which the daughter works."""
    shop = await spending.organisation(engine, "partner")
    works = await spending.actor(engine, "cashier", member_id=acting.self_id, organisation_id=shop)
    new = Enrolling(organisation_id=shop, role="cashier", name="レジ1")
    await do(engine, devices_at_work.enrol, new, actor=works, chance=os.urandom(sessions.SECRET_BYTES), now=NOW)
    (device,) = await do(engine, devices_at_work.listed, works, now=NOW)
    await do(engine, pins.set_operator, works.principal_id, pins.hashed("2580", "2580"), now=NOW)
    pin = await do(engine, pins.of_operator, works.principal_id)
    assert pin is not None
    shift_id = await do(engine, operators.begin, device.device_id, works.principal_id, pin.pin_id, now=NOW)
    at = AtDevice(
        key_id=ids.new_id(), shift_id=shift_id, operator_id=works.principal_id, operator="x", operator_member_id=acting.self_id
    )
    return msgspec.structs.replace(works, principal_id=device.device_id, member_id=None, at=at)
