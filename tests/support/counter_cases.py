"""What somebody tries at a counter, or in a member's name, beside the guard of the code that stands against it.

`asked` is the wish as the code is asked it. `forged` is the same past the code: the wish with the code's guards `off`, or what a room
writes when no flow is asked.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.refusals import SelfConfirmation
from community import device_keys, device_refusals, devices, operators, pins
from community.devices import Signed
from community.pins import Pin
from flows import card_pins, check_in, devices_at_work, operating, purchase, reach
from flows.readings import ScanAsked
from kernel import ids
from tests.support import acting_cases
from tests.support.counter_world import Case, Step, World, says_no, says_nothing, says_nothing_either
from tests.support.deeds import CODES
from tests.support.device_browser import Key
from tests.support.spending import NOW
from tests.support.year_counters import Counter
from wallets import card_limits, pin_refusals


def _signed(at: Counter) -> Signed:
    message = "yui request"
    return Signed(key_id=UUID(at.key.key_id), nonce=ids.new_id(), message=message, signature=at.key.sign(message.encode()))


async def _receive_from_an_ended_key(conn: AsyncConnection, made: World) -> None:
    at = await operators.at(conn, made.gone.device.principal_id, NOW)
    actor = msgspec.structs.replace(made.gone.device, at=at)
    await devices_at_work.receive(conn, _signed(made.gone), actor=actor, told_at=NOW, now=NOW)


async def _keep_from_an_ended_key(conn: AsyncConnection, made: World) -> None:
    await devices.keep_sent(conn, _signed(made.gone), now=NOW)


async def _register_a_second_key(conn: AsyncConnection, made: World) -> None:
    session = msgspec.structs.replace(made.session, actor=made.till.device)
    await devices_at_work.register_key(conn, session, Key.new().spki, now=NOW)


async def _add_a_second_key(conn: AsyncConnection, made: World) -> None:
    who, session_id = made.till.device.principal_id, made.session.session_id
    await device_keys.add(conn, who, Key.new().spki, session_id=session_id, now=NOW)


async def _work_in_another_house(conn: AsyncConnection, made: World) -> None:
    pin, left = await operating.take_try(conn, made.hall.works.principal_id, actor=made.till.device, now=NOW)
    told = pin or Pin(pin_id=ids.new_id(), kept="")
    await operating.begin(conn, made.hall.works.principal_id, told, left=left, actor=made.till.device, now=NOW)


async def _begin_in_another_house(conn: AsyncConnection, made: World) -> None:
    pin = await pins.of_operator(conn, made.hall.works.principal_id)
    assert pin is not None
    await operators.begin(conn, made.till.device.principal_id, made.hall.works.principal_id, pin.pin_id, now=NOW)


async def _work_with_a_pin_of_before(conn: AsyncConnection, made: World) -> None:
    await operating.begin(conn, made.hall.works.principal_id, made.stale, left=4, actor=made.hall.device, now=NOW)


async def _begin_with_a_pin_of_before(conn: AsyncConnection, made: World) -> None:
    await operators.begin(conn, made.hall.device.principal_id, made.hall.works.principal_id, made.stale.pin_id, now=NOW)


async def _let_oneself_in(conn: AsyncConnection, made: World) -> None:
    asked = ScanAsked(scan_id=ids.new_id(), method="card", code=made.daughter.card, slot_id=made.slot_id)
    await check_in.scan(conn, asked, actor=made.hall.device, now=NOW, codes=CODES)


def buying(card_of: str, amount: int, at: str = "till", proof: Any = None) -> Step:
    """A purchase at the till with somebody's card."""

    async def buy(conn: AsyncConnection, made: World) -> None:
        asked = purchase.Asked(code=getattr(made, card_of).card, unit="pt", amount=amount)
        given = await proof(conn, made) if proof is not None else None
        await purchase.purchase(conn, asked, actor=getattr(made, at).device, now=NOW, proof=given)

    return buy


async def _daughters_pin(conn: AsyncConnection, made: World) -> card_pins.Proven:
    pin = await pins.of_card(conn, made.daughter.id)
    assert pin is not None
    return card_pins.Proven(pin.pin_id, made.daughter.id)


async def _prove_with_anothers_pin(conn: AsyncConnection, made: World) -> None:
    asked = purchase.Asked(code=made.mother.card, unit="pt", amount=5)
    bought = await purchase.purchase(conn, asked, actor=made.till.device, now=NOW)
    proof, key_id = await _daughters_pin(conn, made), UUID(made.till.key.key_id)
    await card_limits.prove(conn, bought.redemption_id, pin_id=proof.pin_id, key_id=key_id, now=NOW)


ALONE = (reach, "not_oneself", says_nothing)
THEN = (operating, "not_oneself_then", says_nothing_either)

CASES: dict[str, Case] = acting_cases.CASES | {
    "device_key_stands": Case(_receive_from_an_ended_key, device_refusals.DeviceSignatureWrong, _keep_from_an_ended_key),
    "device_key_taken": Case(_register_a_second_key, device_refusals.DeviceKeyTaken, _add_a_second_key),
    "operator_of_the_house: of another house": Case(
        _work_in_another_house, device_refusals.OperatorRefused, _begin_in_another_house
    ),
    "operator_of_the_house: a PIN of before": Case(
        _work_with_a_pin_of_before, device_refusals.OperatorRefused, _begin_with_a_pin_of_before
    ),
    "nobody_confirms_oneself: lets themselves in": Case(
        _let_oneself_in, SelfConfirmation, off=(ALONE, THEN), beside=("operator_of_the_device",)
    ),
    "nobody_confirms_oneself: buys at their own till": Case(buying("daughter", 10), SelfConfirmation, off=(ALONE,)),
    "card_pin_needed": Case(buying("mother", 600), pin_refusals.CardPinNeeded, off=((card_pins, "check", says_no),)),
    "card_pin_of_the_holder": Case(
        buying("mother", 600, proof=_daughters_pin), pin_refusals.CardPinNeeded, _prove_with_anothers_pin
    ),
}
