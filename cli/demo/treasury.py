"""The office: budgets that run out and are filled, a mistake corrected in the open, months closed, expiry, settlement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cli.demo import law
from cli.demo.cast import Cast
from kernel import days


async def second_edition(cast: Cast) -> None:
    """The council wants a better rate: two people make a second edition law, from its own day on."""
    cast.scene(cast.calendar.at(10, 0, cast.calendar.second_edition - timedelta(days=5)), "要綱の改正")
    await law.publish(*cast.officers(), law.edition(2, cast.calendar.second_edition))
    cast.tell(f"第2版を {cast.calendar.second_edition} から。それより前の活動には第1版のまま")


async def third_edition(cast: Cast) -> None:
    """A third edition is a draft: what would it have cost? It is tried on all that happened, beside what was decided."""
    cast.scene(cast.calendar.at(17, 55), "第3版の案をためす")
    officer, _ = cast.officers()
    draft = law.edition(3, cast.calendar.first_edition)
    asked = {"document": draft, "first_on": cast.calendar.first_edition.isoformat(), "last_on": cast.calendar.day.isoformat()}
    tried = await officer.post("/simulations", asked)
    cast.kept["simulation"] = tried
    total, members = tried["total"], tried["members"]
    cast.tell(f"参加 {tried['attendances']} 件に当てはめると {total['draft']} pt(実際は {total['current']} pt)")
    cast.tell(f"増える人 {members['gain']} 人、減る人 {members['lose']} 人、同じ人 {members['stay']} 人。何も変わっていない")


async def supplement(cast: Cast) -> None:
    """The first budget line ran out in the morning; the council's supplement pays what waited."""
    cast.scene(cast.calendar.at(14, 0), "予算が足りなくなる")
    officer, _ = cast.officers()
    year = days.fiscal_year(cast.calendar.day)
    line = cast.budget_lines[(year, law.CARE)]
    before = await _left(cast, line)
    asked = {"amount": law.SUPPLEMENT, "reason": "補正予算"}
    await officer.post(f"/budget-lines/{line}/appropriations", asked)
    retried = await officer.post("/grants/retry")
    granted = [each for each in retried["items"] if each["outcome"] == "granted"]
    cast.kept["waited"] = len(granted)
    cast.done["grant"] += len(granted)
    cast.tell(f"残り {before} pt。補正で {law.SUPPLEMENT} pt を足し、待っていた {len(granted)} 件を付与")


async def correction(cast: Cast) -> None:
    """An appropriation was entered twice: the second is reversed, with a reason, and both stand."""
    cast.scene(cast.calendar.at(17, 30), "訂正")
    officer, second = cast.officers()
    year = days.fiscal_year(cast.calendar.day)
    line = cast.budget_lines[(year, law.TOWN)]
    asked = {"amount": 5_000, "reason": "地域福祉費"}
    await officer.post(f"/budget-lines/{line}/appropriations", asked)
    twice = await officer.post(f"/budget-lines/{line}/appropriations", asked)
    wrong = {"entry_id": twice["entry_id"], "reason": "同じ予算を二重に入力したため"}
    wish = (await officer.post("/corrections", wrong))["wish_id"]
    await officer.refused("same_person", f"/corrections/wishes/{wish}/approve")
    await second.post(f"/corrections/wishes/{wish}/approve")
    cast.done["correction"] += 1
    again = (await officer.post("/corrections", wrong))["wish_id"]
    await second.refused("already_reversed", f"/corrections/wishes/{again}/approve")
    await second.post(f"/corrections/wishes/{again}/refuse", {"reason": "訂正ずみ"})
    cast.tell("二重に入力した予算を、一人が理由をつけて願い、別の人が反対の仕訳で訂正。二度目の訂正はお断り")


async def announce_expiry(cast: Cast) -> None:
    """Weeks before: who will lose what, said aloud."""
    officer, _ = cast.officers()
    asked = _expiry(cast)
    cast.scene(cast.calendar.at(9, 0, cast.calendar.expires_by - timedelta(days=9)), "失効のお知らせ")
    announced = await officer.post("/expiry-runs", asked)
    await officer.refused("expiry_too_early", "/expiry-runs/execute", asked)
    cast.tell(f"{len(announced['affected'])} 人の {announced['amount']} pt が {asked['expires_by']} までで失効すると知らせる")


async def expire(cast: Cast) -> None:
    """The day has come: by entry, once."""
    cast.scene(cast.calendar.at(17, 40), "失効")
    officer, _ = cast.officers()
    done = await officer.post("/expiry-runs/execute", _expiry(cast))
    cast.done["expiry"] += len(done["items"])
    await officer.refused("expiry_done", "/expiry-runs/execute", _expiry(cast))
    cast.tell(f"お知らせのとおり {done['amount']} pt が失効。二度は失効しない")


async def settle(cast: Cast) -> None:
    """What partners, the group and members are owed: one officer lists, the other approves; the payment file equals the entries."""
    cast.scene(cast.calendar.at(17, 50), "精算")
    officer, second = cast.officers()
    totals: dict[str, int] = {}
    for unit in ("pt", "yen"):
        asked = {"unit": unit, "up_to": cast.calendar.day.isoformat()}
        proposed = await officer.post("/settlements", asked)
        path = f"/settlements/{proposed['settlement_id']}"
        await officer.refused("same_person", f"{path}/approve")
        approved = await second.post(f"{path}/approve")
        await second.refused("settlement_done", f"{path}/approve")
        csv = await officer.get_bytes(f"{path}/payments.csv")
        totals[unit] = approved["amount"]
        cast.done["settlement"] += 1
        cast.tell(f"{unit}: {approved['payees']} 件 {approved['amount']} を支払い、振込一覧 {len(csv.splitlines()) - 1} 行")
    cast.kept["settlements"] = totals


async def close_months(cast: Cast) -> None:
    """Every month that is over, in order. Nothing is booked into them any more."""
    cast.scene(cast.calendar.at(18, 0), "月の締め")
    officer, _ = cast.officers()
    month, closed = days.month_of(cast.calendar.first_edition), 0
    while days.next_month(month) <= days.local_date(cast.now):
        flow = await officer.post("/months/close", {"month": month.isoformat()})
        if any(flow["differences"].values()):
            raise ValueError(f"the month {month} does not close to zero: {flow['differences']}")
        month, closed = days.next_month(month), closed + 1
    cast.tell(f"{closed} か月を締め、どの単位も差は 0")


async def _left(cast: Cast, line: str) -> int:
    year = days.fiscal_year(cast.calendar.day)
    lines = await cast.callers["officer"].get("/budget-lines", fiscal_year=year)
    return next(each["left"] for each in lines["items"] if each["budget_line_id"] == line)


def _expiry(cast: Cast) -> dict[str, Any]:
    return {"unit": "pt", "expires_by": cast.calendar.expires_by.isoformat()}
