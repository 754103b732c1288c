"""Months: closed in order when they are over, with a roll-forward that comes to zero, and shut for good."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.transact import read
from kernel import days
from ledger import periods, posting, refusals, verify
from ledger.draft import move
from ledger.periods import Flow
from tests.support.desk import Desk, draft, fresh_town, open_desk

pytestmark = pytest.mark.anyio

APRIL, MAY, JUNE, JULY = (date(2026, month, 1) for month in (4, 5, 6, 7))
IN_JUNE = days.local_time(date(2026, 6, 20), 12)
IN_JULY = days.local_time(date(2026, 7, 1), 0)


@pytest.fixture
async def desk(engine: AsyncEngine) -> Desk:
    """In April 100 came and 30 were spent; in May 50 came and 10 were given; in June 5 came."""
    made = await open_desk(engine, await fresh_town(engine))
    story = [
        draft("appropriation", move(made.council, made.budget, 500), booked_on=APRIL),
        made.grant(made.ume, 100, booked_on=date(2026, 4, 30)),
        draft("purchase", move(made.ume, made.shop, 30), booked_on=date(2026, 4, 30)),
        made.grant(made.ume, 50, booked_on=MAY),
        draft("gift", move(made.ume, made.matsu, 10), booked_on=date(2026, 5, 31)),
        draft("help", move(made.ume_time, made.matsu_time, 60), booked_on=date(2026, 5, 31)),
        made.grant(made.matsu, 5, booked_on=JUNE),
    ]
    await made.do(lambda conn: posting.post_all(conn, story, now=IN_JUNE))
    return made


async def close(desk: Desk, month: date, now: datetime = IN_JUNE) -> list[Flow]:
    return await desk.do(lambda conn: periods.close_month(conn, month, actor=None, now=now))


def told(flows: list[Flow]) -> dict[tuple[str, str], tuple[int, dict[str, int], int]]:
    return {(flow.unit, flow.account_kind): (flow.opening, flow.moved, flow.closing) for flow in flows}


async def test_months_roll_forward_from_one_to_the_next_and_to_zero(desk: Desk) -> None:
    april, may = await close(desk, APRIL), await close(desk, MAY)
    assert told(april) == {
        ("pt", "appropriation"): (0, {"appropriation": -500}, -500),
        ("pt", "budget"): (0, {"appropriation": 500, "grant": -100}, 400),
        ("pt", "payable"): (0, {"purchase": 30}, 30),
        ("pt", "wallet"): (0, {"grant": 100, "purchase": -30}, 70),
    }
    assert told(may) == {
        ("minutes", "wallet"): (0, {}, 0),
        ("pt", "appropriation"): (-500, {}, -500),
        ("pt", "budget"): (400, {"grant": -50}, 350),
        ("pt", "payable"): (30, {}, 30),
        ("pt", "wallet"): (70, {"grant": 50}, 120),
    }
    assert periods.differences(april) == {"pt": 0}
    assert periods.differences(may) == {"minutes": 0, "pt": 0}
    found = await read(desk.engine, desk.town, verify.verify)
    assert [check.first_difference for check in found.checks if check.name in ("period_closed", "roll_forward")] == [None, None]


async def test_months_are_closed_in_order_and_when_they_are_over(desk: Desk) -> None:
    with pytest.raises(refusals.PeriodNotOver) as early:
        await close(desk, MAY)
    assert early.value.facts() == {"month": MAY, "next_to_close": APRIL}
    for month in (APRIL, MAY):
        await close(desk, month)
    with pytest.raises(refusals.PeriodNotOver):
        await close(desk, JUNE, IN_JULY - timedelta(microseconds=1))
    await close(desk, date(2026, 6, 30), IN_JULY)  # any day tells its month; July began at midnight in Japan


async def test_a_month_is_closed_once(desk: Desk) -> None:
    await close(desk, APRIL)
    with pytest.raises(refusals.PeriodClosed) as refused:
        await close(desk, APRIL)
    assert refused.value.facts() == {"month": APRIL, "open_from": MAY}


async def test_nothing_is_booked_into_a_closed_month_and_corrections_go_into_an_open_one(desk: Desk) -> None:
    await close(desk, APRIL)
    late = [draft("purchase", move(desk.ume, desk.shop, 1), booked_on=on) for on in (date(2026, 4, 30), date(2025, 1, 1), MAY)]
    outcomes = await desk.post(*late)
    assert [getattr(each, "open_from", None) for each in outcomes] == [MAY, MAY, None]


async def test_a_closed_month_stays_as_it_was_when_it_was_closed(desk: Desk) -> None:
    kept = await close(desk, APRIL)
    await desk.post(draft("purchase", move(desk.ume, desk.shop, 7), booked_on=MAY))

    async def again(conn: AsyncConnection) -> list[Flow]:
        return await periods.roll_forward(conn, APRIL, date(2026, 4, 30))

    assert await read(desk.engine, desk.town, again) == kept


async def test_a_year_rolls_forward_like_a_month(desk: Desk) -> None:
    year = await read(desk.engine, desk.town, lambda conn: periods.roll_forward(conn, APRIL, date(2027, 3, 31)))
    assert told(year)["pt", "wallet"] == (0, {"grant": 155, "purchase": -30}, 125)
    assert set(periods.differences(year).values()) == {0}


async def test_a_town_without_entries_closes_from_the_present_month(engine: AsyncEngine) -> None:
    desk = await open_desk(engine, await fresh_town(engine))
    with pytest.raises(refusals.PeriodNotOver) as refused:
        await close(desk, JUNE)
    assert refused.value.next_to_close == JUNE
