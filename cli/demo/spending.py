"""What people do with what they have: buy, undo, pledge, give, claim; and what the service refuses on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cli.demo import law
from cli.demo.cast import Cast, Member

GROUP = "ひだまり体操の会"
PARTNER, BATH = "商店街 八百まさ", "結の湯"
PAY_CODE_MINUTES = 5
UNDO_MINUTES = 10


async def play(cast: Cast) -> None:
    """The afternoon at the shops, and what is given away."""
    await _shopping(cast)
    await _pledges(cast)
    await _conversions(cast)
    await _donation(cast)


async def points_of(member: Member) -> int:
    """What a member can spend, in points."""
    return (await _holding(member, "pt"))["available"]


async def _holding(member: Member, unit: str) -> dict[str, Any]:
    wallets = await member.caller.get(f"/members/{member.member_id}/wallets")
    return next(wallet for wallet in wallets["items"] if wallet["unit"] == unit)


async def _shopping(cast: Cast) -> None:
    cast.scene(cast.calendar.at(14, 30), "お店で使う")
    shopper, other, third = cast.guests(0, 3)
    till = cast.callers[PARTNER]
    code = await _pay_code(shopper, 120)
    bought = await _buy(cast, till, code, 80)
    cast.kept["traced redemption"] = bought["redemption_id"]
    own = await shopper.caller.get(f"/redemptions/{bought['redemption_id']}")
    origins = ", ".join(str(origin["amount"]) for origin in own["origins"])
    cast.tell(f"{PARTNER}: 80 pt をコードで支払い、残り {await points_of(shopper)} pt(もとの参加: {origins} pt)")
    await till.refused("pay_code_used", "/purchases", _purchase(code, 10))

    card = await _buy(cast, cast.callers[BATH], other.card, 50)
    cast.tell(f"{BATH}: カードで 50 pt")
    cast.until(cast.now + timedelta(minutes=UNDO_MINUTES - 2))
    await cast.callers[BATH].post(f"/redemptions/{card['redemption_id']}/undo", {"reason": "金額の打ちまちがい"})
    cast.done["undone"] += 1
    cast.tell(f"{BATH}: {UNDO_MINUTES - 2}分後に取り消し。反対の仕訳で戻る")
    await till.refused("insufficient_balance", "/purchases", _purchase(await _pay_code(third, 900), 900))

    late = await _pay_code(third, 50)
    cast.until(cast.now + timedelta(minutes=PAY_CODE_MINUTES, seconds=1))
    await till.refused("pay_code_expired", "/purchases", _purchase(late, 10))
    cast.tell("残高不足、使用済みのコード、5分を過ぎたコードは、それぞれの理由でお断り")


async def _pledges(cast: Cast) -> None:
    cast.scene(cast.calendar.at(15, 0), "団体への寄託と申請")
    group = cast.organisations[GROUP]
    pledged = 0
    for member in cast.guests(3, 6):
        asked = {"organisation_id": group, "unit": "pt", "amount": 60, "note": "体操マットの購入に"}
        await member.caller.post(f"/members/{member.member_id}/pledges", asked)
        cast.done["pledge"] += 1
        pledged += 60
    treasurer = cast.callers[GROUP]
    asked = {"unit": "pt", "amount": 300, "purpose": "体操マット 6枚"}
    application = await treasurer.post("/applications", asked)
    path = f"/applications/{application['application_id']}"
    await treasurer.refused("role_not_allowed", f"{path}/approve")
    await cast.callers["officer"].refused("same_person", f"{path}/approve")  # the officer who let the treasurer in
    await cast.callers["second officer"].post(f"{path}/approve")
    cast.done["group_use"] += 1
    await treasurer.post(f"{path}/return", {"amount": 40, "reason": "値引きがあったため"})
    await treasurer.refused("insufficient_balance", "/applications", asked | {"amount": 100_000})
    cast.tell(f"{GROUP}: 6人が {pledged} pt を寄託、300 pt を申請、承認、40 pt を返す")


async def _conversions(cast: Cast) -> None:
    cast.scene(cast.calendar.at(15, 30), "換金の申請")
    asked = {"scheme": law.SCHEME, "amount": 100, "form": "cash"}
    told = [await member.caller.post(f"/members/{member.member_id}/claims", asked) for member in cast.guests(9, 3)]
    cast.done["conversion"] += len(told)
    cast.tell(told[0]["explanation"]["ja"][0])
    (last,) = cast.guests(11, 1)
    for odd in ({"amount": 50}, {"form": "goods"}):
        await last.caller.refused("claim_pays_nothing", f"/members/{last.member_id}/claims", asked | odd)
    first, second = cast.callers["officer"], cast.callers["second officer"]
    listed = await first.post("/claim-batches", {"scheme": law.SCHEME, "payable_by": cast.calendar.day.isoformat()})
    path = f"/claim-batches/{listed['batch']['batch_id']}"
    await first.refused("same_person", f"{path}/approve")
    booked = (await second.post(f"{path}/approve"))["batch"]["booked"]
    cast.tell(f"{booked}人が 100 pt ずつ申請、職員が一覧を作り、別の職員が承認({listed['value']['yen']} 円)")


async def _donation(cast: Cast) -> None:
    cast.scene(cast.calendar.at(15, 45), "おたがいさま基金")
    for member in cast.guests(12, 2):
        await member.caller.post(f"/members/{member.member_id}/donations", {"unit": "pt", "amount": 100})
        cast.done["donation"] += 1
    cast.tell("2人が 100 pt ずつ基金へ")


async def _pay_code(member: Member, amount_max: int) -> str:
    asked = {"unit": "pt", "amount_max": amount_max}
    return (await member.caller.post(f"/members/{member.member_id}/pay-codes", asked))["address"]


async def _buy(cast: Cast, till: Any, code: str, amount: int) -> dict[str, Any]:
    key = f"till-{cast.done['purchase']}-{amount}"
    bought = await till.post("/purchases", _purchase(code, amount), key=key)
    cast.done["purchase"] += 1
    again = await till.replayed("/purchases", _purchase(code, amount), key)
    if again != bought:
        raise ValueError("a replayed purchase answers otherwise")
    return bought


def _purchase(code: str, amount: int) -> dict[str, Any]:
    return {"code": code, "unit": "pt", "amount": amount}
