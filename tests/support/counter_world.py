"""The people and devices on whom the guards of counters and of acting for others are tried."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community import pins, sessions
from community.actor import Actor
from community.pins import Pin
from community.sessions import Opening, Session
from flows import devices_at_work, operating, purchase
from flows import proxies as letting
from flows.proxies import Letting
from kernel.refusal import Refusal
from tests.support import claiming, deeds, spending, year_counters
from tests.support.deeds import Guest
from tests.support.spending import NOW, do
from tests.support.year_counters import Counter

Step = Callable[[AsyncConnection, "World"], Awaitable[Any]]


@dataclass(frozen=True)
class World:
    """A hall and a till where the daughter works; her mother let her spend, an aunt let her arrange, an uncle ended what he let."""

    daughter: Guest
    session: Session
    mother: Guest
    aunt: Guest
    uncle: Guest
    hall: Counter
    till: Counter
    gone: Counter
    slot_id: UUID
    group: UUID
    strangers: UUID
    desk: claiming.Desk
    stale: Pin
    codes: dict[str, str]
    helps: dict[str, UUID]
    lost: Session
    """The mother's phone, which was signed out."""

    def acting(self, for_whom: Guest, power: Any = "spend") -> Actor:
        """The daughter, as somebody who says that she acts for them."""
        own = self.daughter
        return msgspec.structs.replace(own.actor, member_id=for_whom.id, acting_for=for_whom.id, self_id=own.id, power=power)

    async def worn(self, conn: AsyncConnection) -> Actor:
        """The daughter, as her phone acts now: she chose the uncle before he ended it."""
        return (await letting.worn(conn, self.session, now=NOW)).actor


@dataclass(frozen=True)
class Case:
    """What is asked, what the code says, and how it is done past the code."""

    asked: Step
    refused: type[Refusal]
    forged: Step | None = None
    off: tuple[tuple[Any, str, Any], ...] = ()
    beside: tuple[str, ...] = ()
    """Guards of PostgreSQL that refuse the same under another name."""


async def world(engine: AsyncEngine) -> World:
    """Plays it."""
    daughter, mother, aunt, uncle = [await deeds.guest(engine) for _ in range(4)]
    for each in (daughter, mother, aunt, uncle):
        await spending.grant(engine, each.id, 2_000)
    proxy_of = {each.id: await _let(engine, each, daughter, power) for each, power in ((mother, "spend"), (aunt, "arrange"))}
    proxy_of[uncle.id] = await _let(engine, uncle, daughter, "spend")
    session = await signed_in(engine, daughter)
    await do(engine, letting.choose, session, proxy_of[uncle.id], now=NOW)
    hall = await year_counters.counter(engine, "host", "device", member_id=daughter.id)
    till = await year_counters.counter(engine, "partner", "cashier", member_id=daughter.id)
    gone = await year_counters.counter(engine, "partner", "cashier")
    stale = await do(engine, pins.of_operator, hall.works.principal_id)
    assert stale is not None
    await do(engine, operating.set_pin, pins.hashed("1379", "1379"), actor=hall.works, now=NOW)
    await year_counters.begin(engine, hall, NOW)
    await do(engine, devices_at_work.end, gone.device.principal_id, actor=gone.works, now=NOW)
    for each in (mother, daughter):
        await do(engine, pins.set_card, each.id, pins.hashed("1379", "1379"), set_by=hall.works.principal_id, now=NOW)
    group = await spending.organisation(engine, "group", "花の会")
    await spending.actor(engine, "treasurer", organisation_id=group, member_id=daughter.id)
    codes = {each.id: await _code(engine, each, daughter) for each in (mother, uncle)}
    lost = await signed_in(engine, mother)
    asked = purchase.PayCodeAsked(member_id=mother.id, unit="pt", amount_max=50)
    shown = await do(engine, purchase.show_pay_code, asked, actor=mother.actor, now=NOW, session=lost)
    who = mother.actor.principal_id
    await do(engine, sessions.end_all, who, ended_by=who, why="lost", now=NOW)
    coordinator = await spending.actor(engine, "coordinator")
    helps = {
        "of_uncle": (await deeds.match(engine, uncle, aunt, coordinator)).match_id,
        "by_daughter": (await deeds.match(engine, mother, daughter, coordinator)).match_id,
    }
    await do(engine, letting.end, proxy_of[uncle.id], actor=uncle.actor, now=NOW)
    return World(
        daughter=daughter,
        session=session,
        mother=mother,
        aunt=aunt,
        uncle=uncle,
        hall=hall,
        till=till,
        gone=gone,
        slot_id=await _slot(engine, hall),
        group=group,
        strangers=await spending.organisation(engine, "group", "歌の会"),
        desk=await claiming.open_desk(engine, "counter-guards"),
        stale=stale,
        codes={"mother": codes[mother.id], "uncle": codes[uncle.id], "lost": f"P/{shown.text}"},
        lost=lost,
        helps=helps,
    )


async def _let(engine: AsyncEngine, of: Guest, to: Guest, power: Any) -> UUID:
    asked = Letting(member_id=of.id, number=to.member.number, relation="daughter", power=power)
    given = await do(engine, letting.let, asked, actor=of.actor, chance=os.urandom(sessions.SECRET_BYTES), now=NOW)
    await do(engine, letting.answer, given.proxy_id, True, actor=to.actor, now=NOW)
    return given.proxy_id


async def signed_in(engine: AsyncEngine, who: Guest) -> Session:
    opening = Opening(principal_id=who.actor.principal_id, role="member", device="a phone", opened_by="entrance")
    opened = await do(engine, sessions.open_, opening, chance=os.urandom(sessions.SECRET_BYTES), now=NOW)
    found = await do(engine, sessions.resolve, opened.secret, NOW)
    assert found is not None
    return found


async def _code(engine: AsyncEngine, of: Guest, by: Guest) -> str:
    acting = msgspec.structs.replace(by.actor, member_id=of.id, acting_for=of.id, self_id=by.id, power="spend")
    asked = purchase.PayCodeAsked(member_id=of.id, unit="pt", amount_max=50)
    return f"P/{(await do(engine, purchase.show_pay_code, asked, actor=acting, now=NOW)).text}"


async def _slot(engine: AsyncEngine, hall: Counter) -> UUID:
    activity = deeds.announce.ActivityAsked(organisation_id=hall.house, kind="salon", title="茶話会", place="集会所")
    made = await do(engine, deeds.announce.activity, activity, actor=hall.works, now=NOW)
    asked = deeds.announce.SlotAsked(activity_id=made.activity_id, starts_at=NOW, ends_at=deeds.at(120), capacity=20)
    return (await do(engine, deeds.announce.slot, asked, actor=hall.works, now=NOW)).slot_id


def says_nothing(*_: Any, **__: Any) -> None:
    """A guard of the code, taken away."""


async def says_nothing_either(*_: Any, **__: Any) -> None:
    """One that is waited for."""


async def says_no(*_: Any, **__: Any) -> bool:
    return False
