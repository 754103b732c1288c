"""Neighbours help each other: matched by a coordinator, proved by two scans of the receiver's card, paid in hours or by the pot."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cli.demo.cast import Cast, Member
from cli.plainly import CommandFailed
from kernel import ids

MINUTES = 60


async def play(cast: Cast) -> None:
    """Three needs: one paid in hours, one declined and matched anew, one paid by the community pot."""
    cast.scene(cast.calendar.at(8, 0), "たのむ・ひきうける")
    coordinator = cast.callers["coordinator"]
    receiver, helper, other = cast.guests(52, 3)
    await helper.caller.post(f"/members/{helper.member_id}/offers", {"kind": "home_help", "note": "庭の手入れ、電球の交換"})
    need = await _need(cast, receiver, cast.calendar.at(8, 5))
    candidates = (await coordinator.get(f"/needs/{need}/candidates"))["items"]
    if helper.member_id not in {each["member_id"] for each in candidates}:
        raise CommandFailed("who offers that help is no candidate for it")
    declined = await _propose(cast, need, other)
    await other.caller.post(f"/matches/{declined}/answer", {"side": "helper", "answer": "decline"})
    match = await _propose(cast, need, helper)
    await helper.caller.post(f"/matches/{match}/answer", {"side": "helper", "answer": "accept"})
    accepted = await receiver.caller.post(f"/matches/{match}/answer", {"side": "receiver", "answer": "accept"})
    cast.tell(f"候補 {len(candidates)} 人。1人は断り(何も失わない)、1人が引き受け、{accepted['held']} 分を仮押さえ")
    await _visit(cast, receiver, helper, match, cast.calendar.at(8, 5))


async def by_the_pot(cast: Cast) -> None:
    """Somebody who cannot earn is helped, and the community pot pays."""
    cast.scene(cast.calendar.at(15, 50), "おたがいさま基金で助けてもらう")
    receiver, helper = cast.members[-1], cast.members[53]
    start = cast.now + timedelta(minutes=5)
    refused = {"kind": "home_help", "starts_at": start.isoformat(), "minutes": MINUTES, "unit": "pt", "pay_per_hour": 100}
    path = f"/members/{receiver.member_id}/needs"
    await receiver.caller.refused("pot_needs_coordinator", path, refused | {"payer": "pot"})
    need = (await cast.callers["coordinator"].post(path, refused | {"payer": "pot"}))["need_id"]
    match = await _propose(cast, need, helper)
    await helper.caller.post(f"/matches/{match}/answer", {"side": "helper", "answer": "accept"})
    answered = {"side": "receiver", "answer": "accept"}
    await cast.callers["coordinator"].post(f"/matches/{match}/answer", answered)
    await _visit(cast, receiver, helper, match, start)


async def _visit(cast: Cast, receiver: Member, helper: Member, match: str, start: datetime) -> None:
    """Two scans of the receiver's card; half an hour longer than planned, within the limit that both agreed to."""
    cast.until(start)
    await _scan(cast, helper, receiver, match)
    cast.until(start + timedelta(minutes=MINUTES + 30))
    done = await _scan(cast, helper, receiver, match)
    cast.done["help"] += 1
    granted = [each for each in done["grants"] if each["outcome"] == "granted"]
    cast.done["grant"] += len(granted)
    cast.done["attendance"] += 1
    cast.kept["help attendance"] = done["attendance_id"]
    points = sum(each["amount"] for each in granted)
    cast.tell(f"予定 {MINUTES} 分が {MINUTES + 30} 分に。上限の内で確定し、残りは解除。町からも {points} pt")


async def _need(cast: Cast, receiver: Member, starts_at: datetime) -> str:
    asked: dict[str, Any] = {
        "kind": "home_help",
        "starts_at": starts_at.isoformat(),
        "minutes": MINUTES,
        "unit": "minutes",
        "pay_per_hour": 60,
        "note": "庭の草取り",
    }
    return (await receiver.caller.post(f"/members/{receiver.member_id}/needs", asked))["need_id"]


async def _propose(cast: Cast, need: str, helper: Member) -> str:
    proposed = await cast.callers["coordinator"].post(f"/needs/{need}/matches", {"helper_id": helper.member_id})
    return proposed["match"]["match_id"]


async def _scan(cast: Cast, helper: Member, receiver: Member, match: str) -> dict[str, Any]:
    asked = {"scan_id": str(ids.new_id()), "method": "receiver_card", "code": receiver.card, "match_id": match}
    told = await helper.caller.post("/scans", asked)
    cast.done["scan"] += 1
    return told
