"""Gatherings: a season before, the salon with cards, the park with phones, and a paper sheet that came late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from cli.demo import symbols
from cli.demo.caller import Caller
from cli.demo.cast import Cast, Member
from cli.plainly import CommandFailed
from kernel import ids

SALON, PARK = "ふれあいサロンひだまり", "みどり公園愛護会"
SALON_GUESTS, PARK_GUESTS, SEASON_GUESTS, SHEET_GUESTS = 20, 12, 10, 4
FORGOTTEN_CARD, FORGOTTEN_CHECK_OUT = 20, 19
"""The place of the member who came without a card, and of the one who left without checking out."""
HOURS = timedelta(hours=2)
CAPACITY = 40


class Plan(msgspec.Struct, frozen=True):
    """An activity to announce: who holds it, what the rules know it by, its title and place."""

    host: str
    kind: str
    title: str
    place: str


AT_THE_SALON = Plan(SALON, "salon", "ふれあいサロン", "ひだまり会館")
IN_THE_PARK = Plan(PARK, "park_cleaning", "公園そうじ", "みどり公園")


async def season_before(cast: Cast) -> None:
    """Points of an activity some months ago: they will have run out on the day that is played."""
    on = cast.calendar.season_before
    cast.scene(cast.calendar.at(9, 30, on), "半年前のサロン")
    slot = await slot_of(cast, AT_THE_SALON, cast.calendar.at(10, 0, on))
    device = cast.callers[f"{SALON} の端末"]
    people = list(cast.guests(0, SEASON_GUESTS))
    await _scan_cards(cast, device, slot, people, cast.calendar.at(10, 0, on))
    await _scan_cards(cast, device, slot, people, cast.calendar.at(12, 1, on))
    await _close(cast, cast.callers[SALON], slot)
    cast.tell(f"{len(people)} 人が2時間。第1版で付与、6か月で失効")


async def sheet_day(cast: Cast) -> None:
    """A gathering whose paper sheet stays in a drawer for weeks."""
    on = cast.calendar.paper_sheet
    cast.until(cast.calendar.at(8, 0, on))
    cast.kept["sheet"] = await slot_of(cast, IN_THE_PARK, cast.calendar.at(9, 0, on))


async def paper_sheet(cast: Cast) -> None:
    """The sheet is keyed in by number: the edition of its day counts, not today's."""
    cast.scene(cast.calendar.at(7, 30), "遅れて届いた紙の名簿")
    host, slot, on = cast.callers[PARK], cast.kept["sheet"], cast.calendar.paper_sheet
    for member in cast.guests(40, SHEET_GUESTS):
        for at in (cast.calendar.at(9, 0, on), cast.calendar.at(10, 30, on)):
            await _scan(cast, host, _by_number(member, slot, at, "紙の名簿"))
    (other,) = cast.guests(39, 1)
    slip = _by_number(other, slot, cast.calendar.at(9, 0, on), "紙の名簿") | {"member_number": other.number ^ 1}
    await host.refused("bad_member_number", "/scans", slip)
    closed = await _close(cast, host, slot)
    amounts = sorted({each["amount"] for each in closed["grants"]})
    if amounts != [150]:
        raise CommandFailed(f"the paper sheet is of the first edition, but was granted {amounts}")
    cast.tell(f"番号で {SHEET_GUESTS} 人を入力(1時間30分)。その日の第1版で 150 pt ずつ。打ちまちがいの番号はお断り")


async def salon(cast: Cast) -> None:
    """Twenty cards at the host's device, a card forgotten, a check-out forgotten, a scan sent twice, a forged card."""
    start = cast.calendar.at(10, 0)
    cast.scene(start - timedelta(minutes=20), "ふれあいサロン: カードをかざす")
    slot = await slot_of(cast, AT_THE_SALON, start)
    device, host = cast.callers[f"{SALON} の端末"], cast.callers[SALON]
    people = list(cast.guests(0, SALON_GUESTS))
    first = await _scan_cards(cast, device, slot, people, start)
    await _replay(cast, device, first[0])
    await _forgeries(cast, device, slot, people[0])
    (late,) = cast.guests(FORGOTTEN_CARD, 1)
    await _scan(cast, host, _by_number(late, slot, start, "カードを忘れた"))
    leaving = [person for place, person in enumerate(people) if place != FORGOTTEN_CHECK_OUT]
    await _scan_cards(cast, device, slot, leaving, start + HOURS + timedelta(minutes=1))
    cast.until(start + HOURS + timedelta(minutes=10))
    closed = await _close(cast, host, slot)
    flags = [flag for each in closed["attendances"] for flag in each["flags"]]
    if flags.count("end_assumed") != 2:
        raise CommandFailed(f"two people left without checking out, but the flags are {flags}")
    cast.tell(f"{SALON_GUESTS} 人がカードで受付、1人はカードを忘れて番号で、1人はおわりを忘れて予定の時刻(印つき)")
    cast.tell("同じ読み取りの再送は1回と数え、偽のカード・別の町のコード・読めないコードはお断り")


async def park(cast: Cast) -> None:
    """Phones on the code at the venue, which changes every half minute; a photograph of it is of no use later."""
    start = cast.calendar.at(12, 30)
    cast.scene(start - timedelta(minutes=5), "公園そうじ: 会場のコードを自分の電話で")
    slot = await slot_of(cast, IN_THE_PARK, start)
    people = list(cast.guests(24, PARK_GUESTS))
    old = await venue_code(cast, slot)
    for member in people:
        await _scan(cast, member.caller, on_the_code(await venue_code(cast, slot)))
        cast.until(cast.now + timedelta(seconds=20))
    cast.until(start + timedelta(minutes=70))
    (guest,) = cast.guests(50, 1)
    await guest.caller.refused("expired_code", "/claims", {"code": old})
    await guest.caller.refused("forged_code", "/claims", {"code": _forged(await venue_code(cast, slot))})
    slow = await guest.caller.post("/claims", {"code": await venue_code(cast, slot)})
    cast.until(cast.now + timedelta(minutes=5))
    await _scan(cast, guest.caller, {"scan_id": str(ids.new_id()), "method": "venue", "claim": slow["claim"]})
    for member in people:
        await _scan(cast, member.caller, on_the_code(await venue_code(cast, slot)))
    closed = await _close(cast, cast.callers[PARK], slot)
    cast.tell(
        f"{len(people)} 人が30秒ごとに変わるコードで受付。古い写真はお断り、ゆっくりの人は10分待つ。閉会で {len(closed['grants'])} 件"
    )


async def slot_of(cast: Cast, plan: Plan, starts_at: datetime, capacity: int = CAPACITY) -> str:
    """Announces an activity and one slot of two hours; the slot's id."""
    asked = {
        "organisation_id": cast.organisations[plan.host],
        "kind": plan.kind,
        "title": plan.title,
        "place": plan.place,
    }
    activity = await cast.callers[plan.host].post("/activities", asked)
    times = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + HOURS).isoformat(), "capacity": capacity}
    return (await cast.callers[plan.host].post(f"/activities/{activity['activity_id']}/slots", times))["slot_id"]


async def _scan_cards(cast: Cast, device: Caller, slot: str, people: Iterable[Member], at: datetime) -> list[dict[str, Any]]:
    """The device scans one card after the other; each scan happened when it did, by the device's clock."""
    made: list[dict[str, Any]] = []
    cast.until(max(cast.now, at))
    for member in people:
        cast.until(cast.now + timedelta(seconds=4))
        by_its_clock = cast.now.isoformat()
        asked = {"scan_id": str(ids.new_id()), "method": "card", "code": member.card, "slot_id": slot}
        asked |= {"occurred_at": by_its_clock, "sent_at": by_its_clock}
        await _scan(cast, device, asked)
        made.append(asked)
    return made


async def _scan(cast: Cast, caller: Caller, asked: dict[str, Any]) -> dict[str, Any]:
    told = await caller.post("/scans", asked)
    cast.done["scan"] += 1
    _count(cast, told["grants"])
    cast.done["attendance"] += told["attendance_id"] is not None
    return told


async def _close(cast: Cast, host: Caller, slot: str) -> dict[str, Any]:
    """One tap. What the scans granted before is told again, so only what is new counts."""
    before = cast.kept.setdefault("granted", set[str]())
    closed = await host.post(f"/slots/{slot}/close", {})
    cast.done["attendance"] += sum(each["made_at"] >= closed["closed_at"] for each in closed["attendances"])
    _count(cast, closed["grants"])
    cast.kept["granted"] = before
    return closed


def _count(cast: Cast, grants: list[dict[str, Any]]) -> None:
    """Counts each grant once, however often it is told."""
    seen: set[str] = cast.kept.setdefault("granted", set[str]())
    for each in grants:
        if each["outcome"] == "granted" and each["entry_id"] not in seen:
            seen.add(each["entry_id"])
            cast.done["grant"] += 1


async def _replay(cast: Cast, device: Caller, asked: dict[str, Any]) -> None:
    again = await device.post("/scans", asked)
    if not again["replayed"]:
        raise CommandFailed("a scan that was sent twice was not told apart")
    await device.refused("scan_id_reused", "/scans", asked | {"direction": "out"})


async def _forgeries(cast: Cast, device: Caller, slot: str, member: Member) -> None:
    address, token = member.card.rsplit("/", 1)
    forged = token[:-1] + ("0" if token[-1] != "0" else "1")
    codes = {
        "unknown_card": f"{address}/{forged}",
        "unreadable_code": f"{address}/{token[:-3]}",
        "foreign_code": member.card.replace(address.split("/")[2], "EXAMPLE.ORG"),
        "wrong_kind_of_code": f"{address[:-1]}A/{token}",
    }
    for code, scanned in codes.items():
        asked = {"scan_id": str(ids.new_id()), "method": "card", "code": scanned, "slot_id": slot}
        await device.refused(code, "/scans", asked)


async def venue_code(cast: Cast, slot: str) -> str:
    """What the screen at the venue shows now, as a phone reads it."""
    shown = await cast.callers[PARK].get(f"/slots/{slot}/venue-code")
    read = symbols.read_svg(shown["svg"])
    if read != shown["address"]:
        raise CommandFailed(f"the venue's screen reads {read}")
    return read


def _forged(code: str) -> str:
    """A venue's code with one symbol of its proof changed."""
    return code[:-1] + ("0" if code[-1] != "0" else "2")


def on_the_code(code: str) -> dict[str, Any]:
    """A scan of the venue's code by the member's own phone."""
    return {"scan_id": str(ids.new_id()), "method": "venue", "code": code}


def _by_number(member: Member, slot: str, at: datetime, reason: str) -> dict[str, Any]:
    return {
        "scan_id": str(ids.new_id()),
        "method": "manual",
        "member_number": member.number,
        "slot_id": slot,
        "reason": reason,
        "occurred_at": at.isoformat(),
    }
