"""What the audited town has at its counters and at home: a tablet without signal, a till, a daughter who acts, one who left."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from activities import queue
from community import pins, sessions
from community.actor import Actor, AtDevice
from flows import (
    card_pins,
    devices_at_work,
    donation,
    erasure,
    grant,
    matches,
    offline_queue,
    operating,
    pledge,
    purchase,
    settle_conflict,
    undo,
)
from flows import proxies as letting
from flows.devices_at_work import DeviceOpening, Enrolling
from flows.offline_queue import QueueAsked, Signed
from flows.proxies import Letting
from kernel import ids
from tests.support import deeds, spending
from tests.support.deeds import CODES, Guest
from tests.support.device_browser import Key
from tests.support.spending import NOW, do
from tests.support.towns import TOWN
from tests.support.year import Year
from wallets import card_limits
from wallets.card_limits import NewLimit

LATER = NOW + timedelta(minutes=30)
LIMIT = 20


@dataclass
class Counter:
    """A device at a counter: its key, its people, and as whom it calls while `works` works there."""

    key: Key
    house: UUID
    works: Actor
    device: Actor


@dataclass
class Queue:
    """What a tablet wrote down for one slot."""

    key: Key
    slot_id: UUID
    records: list[Signed] = field(default_factory=list[Signed])
    before: bytes = queue.FIRST_BEFORE

    def write(self, method: str, **told: Any) -> UUID:
        """Writes a record down and signs it; the scan's id."""
        scan_id, number = ids.new_id(), len(self.records) + 1
        record = {"scan_id": scan_id, "method": method, "slot_id": self.slot_id, "occurred_at": NOW, **told}
        spelled = msgspec.json.encode(record)
        message = queue.message(UUID(self.key.key_id), self.slot_id, number, self.before, spelled)
        signature = self.key.sign(message).hex()
        self.records.append(Signed(number, self.before.hex(), spelled.decode(), signature))
        self.before = hashlib.sha256(message).digest()
        return scan_id


async def play(engine: AsyncEngine, year: Year) -> None:
    """A morning at the hall without signal, an afternoon at the shop, a family, and a member who leaves."""
    mother, daughter, helper, leaves = [await _with_points(engine, year) for _ in range(4)]
    await _hall(engine, (mother, daughter))
    till = await counter(engine, "partner", "cashier")
    await _shop(engine, till, mother, year.officers.first)
    await _family(engine, till, mother, daughter, helper)
    given = donation.Asked(member_id=leaves.id, unit="pt", amount=100)
    await do(engine, donation.donate, given, actor=leaves.actor, now=NOW)
    asked = erasure.Asked(member_id=leaves.id, number=leaves.member.number, because="wish")
    await do(engine, erasure.erase, asked, actor=year.officers.first, now=LATER)


async def counter(engine: AsyncEngine, kind: Any, role: Any, now: datetime = NOW, *, member_id: UUID | None = None) -> Counter:
    """A device of a new house, opened with its key, and somebody who works at it, who is a member or none."""
    house = await spending.organisation(engine, kind, "茶話会の会")
    adds = "host" if role == "device" else role
    works = await spending.actor(engine, adds, organisation_id=house, member_id=member_id)
    new, chance = Enrolling(organisation_id=house, role=role, name="受付"), os.urandom(sessions.SECRET_BYTES)
    made = await do(engine, devices_at_work.enrol, new, actor=works, chance=chance, now=now)
    key = Key.new()
    opening = DeviceOpening(
        secret=made.secret,
        public_key=key.spki,
        signature=key.sign(devices_at_work.to_sign(made.secret)),
        device="a tablet",
        address="203.0.113.9",
    )
    come = await do(engine, devices_at_work.come_in, opening, chance=os.urandom(sessions.SECRET_BYTES), now=now)
    key.key_id = str(come.key_id)
    device = Actor(
        principal_id=come.device_id,
        role=role,
        member_id=None,
        organisation_id=house,
        municipality_id=TOWN,
        at=AtDevice(key_id=come.key_id),
    )
    await do(engine, operating.set_pin, pins.hashed("2580", "2580"), actor=works, now=now)
    made_counter = Counter(key, house, works, device)
    await begin(engine, made_counter, now)
    return made_counter


async def begin(engine: AsyncEngine, at: Counter, now: datetime) -> None:
    """Whoever works there begins to; whoever did before is over."""
    pin = await do(engine, pins.of_operator, at.works.principal_id)
    assert pin is not None
    await do(engine, operating.begin, at.works.principal_id, pin, left=4, actor=at.device, now=now)
    session = sessions.Session(
        session_id=ids.new_id(),
        actor=at.device,
        label="",
        opened_at=now,
        ends_at=now,
        seen_at=now,
        device="",
        opened_by="entrance",
        stepped_up_at=None,
    )
    at.device = (await do(engine, devices_at_work.worn, session, now=now)).actor


async def _with_points(engine: AsyncEngine, year: Year) -> Guest:
    who = await deeds.guest(engine)
    came = await spending.attendance(engine, who.id)
    await do(engine, grant.for_attendances, [came], actor=year.officers.first.principal_id, now=NOW)
    return who


async def _hall(engine: AsyncEngine, guests: tuple[Guest, Guest]) -> None:
    """Two cards, one of them taken back; a number that nobody has, put aside, and one that is entered for somebody."""
    hall = await counter(engine, "host", "device")
    activity = deeds.announce.ActivityAsked(organisation_id=hall.house, kind="salon", title="茶話会", place="集会所")
    made = await do(engine, deeds.announce.activity, activity, actor=hall.works, now=NOW)
    asked = deeds.announce.SlotAsked(activity_id=made.activity_id, starts_at=NOW, ends_at=deeds.at(120), capacity=20)
    slot = await do(engine, deeds.announce.slot, asked, actor=hall.works, now=NOW)
    kept = Queue(hall.key, slot.slot_id)
    taken = [kept.write("card", code=each.card) for each in guests]
    kept.write("retract", takes_back=taken[1], reason="読みまちがい")
    for number in (99_999_999, 99_999_998):
        kept.write("manual", member_number=number, reason="カードなし")
    asked_of = QueueAsked(key_id=UUID(hall.key.key_id), records=tuple(kept.records), sent_at=LATER)
    answers = await do(engine, offline_queue.take, slot.slot_id, asked_of, actor=hall.device, now=LATER, codes=CODES)
    assert [each.outcome for each in answers.answers] == ["counted", "counted", "taken_back", "listed", "listed"]
    aside, entered = [each.conflict_id for each in answers.answers[3:]]
    assert aside is not None
    assert entered is not None
    how = settle_conflict.Asked(conflict_id=aside, how="set_aside", reason="だれか分からない")
    settled = settle_conflict.Asked(conflict_id=entered, how="entered", member_number=guests[1].member.number, reason="名簿")
    for each in (how, settled):
        await do(engine, settle_conflict.settle, each, actor=hall.works, now=LATER, codes=CODES)
    await begin(engine, hall, LATER)


async def _shop(engine: AsyncEngine, till: Counter, holder: Guest, officer: Actor) -> None:
    """A purchase by card up to the limit, one that was undone, and one above it with the PIN."""
    limit = NewLimit(amount=LIMIT, in_force_from=NOW, reason="試験")
    await do(engine, card_limits.set_, limit, set_by=officer.principal_id, now=NOW)
    await do(engine, card_pins.set_, holder.id, pins.hashed("1379", "1379"), actor=officer, now=NOW)
    wrong = await _buy(engine, till, holder.card, LIMIT)
    await do(engine, undo.undo, undo.Asked(redemption_id=wrong, reason="打ち間違い"), actor=till.device, now=NOW)
    await _buy(engine, till, holder.card, LIMIT)
    tried = await do(engine, card_pins.take_try, holder.card, hosts=None, now=NOW)
    assert tried is not None
    await _buy(engine, till, holder.card, LIMIT + 10, proof=card_pins.proven(tried, "1379"))


async def _family(engine: AsyncEngine, till: Counter, mother: Guest, daughter: Guest, helper: Guest) -> None:
    """The daughter gives, pledges, pays and answers for her mother."""
    asked = Letting(member_id=mother.id, number=daughter.member.number, relation="daughter", power="spend")
    let = await do(engine, letting.let, asked, actor=mother.actor, chance=os.urandom(sessions.SECRET_BYTES), now=NOW)
    await do(engine, letting.answer, let.proxy_id, True, actor=daughter.actor, now=NOW)
    acting = msgspec.structs.replace(
        daughter.actor, member_id=mother.id, acting_for=mother.id, self_id=daughter.id, power="spend"
    )
    gift = donation.Asked(member_id=mother.id, unit="pt", amount=5)
    await do(engine, donation.donate, gift, actor=acting, now=NOW)
    group = await spending.organisation(engine, "group", "花の会")
    await spending.actor(engine, "treasurer", organisation_id=group, member_id=helper.id)
    pledged = pledge.Asked(member_id=mother.id, organisation_id=group, unit="pt", amount=5)
    await do(engine, pledge.pledge, pledged, actor=acting, now=NOW)
    code = purchase.PayCodeAsked(member_id=mother.id, unit="pt", amount_max=10)
    shown = await do(engine, purchase.show_pay_code, code, actor=acting, now=NOW)
    await _buy(engine, till, f"P/{shown.text}", 10)
    found = await deeds.match(engine, mother, helper, await spending.actor(engine, "coordinator"))
    await do(engine, matches.answer, found.match_id, "receiver", "accept", actor=acting, now=NOW)
    await do(engine, matches.answer, found.match_id, "helper", "accept", actor=helper.actor, now=NOW)


async def _buy(engine: AsyncEngine, till: Counter, code: str, amount: int, *, proof: Any = None) -> UUID:
    asked = purchase.Asked(code=code, unit="pt", amount=amount)
    return (await do(engine, purchase.purchase, asked, actor=till.device, now=NOW, proof=proof)).redemption_id
