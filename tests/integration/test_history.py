"""What an account was: pages that never skip or repeat a line, and balances as of any instant on both axes of time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db.transact import read
from ledger import history
from ledger.draft import Line, Posted, move
from ledger.history import PAGE_LINES_MAX, StatementLine
from tests.support.desk import NOW, Desk, draft, open_desk

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
async def desk(engine: AsyncEngine) -> Desk:
    return await open_desk(engine)


async def page(desk: Desk, account: int, before: int | None = None, limit: int = 50) -> list[StatementLine]:
    return await read(desk.engine, desk.town, lambda conn: history.statement(conn, account, before_version=before, limit=limit))


async def as_recorded(desk: Desk, account: int, at: object) -> int:
    return await read(desk.engine, desk.town, lambda conn: history.balance_as_recorded(conn, account, at))  # type: ignore[arg-type]


async def as_occurred(desk: Desk, account: int, at: object) -> int:
    return await read(desk.engine, desk.town, lambda conn: history.balance_as_occurred(conn, account, at))  # type: ignore[arg-type]


async def test_pages_follow_each_other_while_lines_are_added(desk: Desk) -> None:
    for amount in range(1, 11):
        await desk.fund(amount)
    seen: list[int] = []
    before: int | None = None
    while lines := await page(desk, desk.budget, before, limit=3):
        seen += [line.amount for line in lines]
        before = lines[-1].account_version
        await desk.fund(1_000)  # a newer line does not push an older one onto a page twice
    assert seen == list(range(10, 0, -1))


async def test_a_line_tells_its_entry_and_the_balance_after_it(desk: Desk) -> None:
    wish = draft("appropriation", move(desk.council, desk.budget, 40), memo="第1号", occurred_at=NOW - DAY)
    (posted,) = await desk.post(wish, now=NOW)
    assert isinstance(posted, Posted)
    (line,) = await page(desk, desk.budget)
    assert (line.account_version, line.entry_id, line.amount, line.balance_after) == (1, wish.entry_id, 40, 40)
    assert (line.kind, line.occurred_at, line.recorded_at) == ("appropriation", NOW - DAY, posted.recorded_at)
    assert (line.booked_on, line.cause_kind, line.cause_id, line.memo) == (wish.booked_on, "test", wish.cause_id, "第1号")


async def test_a_page_has_an_end(desk: Desk) -> None:
    await desk.post(*[draft("appropriation", move(desk.council, desk.budget, 1)) for _ in range(PAGE_LINES_MAX + 5)])
    assert len(await page(desk, desk.budget, limit=10**6)) == PAGE_LINES_MAX
    assert await page(desk, desk.budget, before=1) == []
    assert await page(desk, desk.matsu) == []


async def test_what_the_book_said_at_every_instant(desk: Desk) -> None:
    """Every instant around every one of fifty lines, in lists of several lengths, against the lines themselves."""
    recorded = []
    for size in (1, 2, 7, 15, 25):
        outcomes = await desk.post(*[draft("appropriation", move(desk.council, desk.budget, n + 1)) for n in range(size)])
        recorded += [each.recorded_at for each in outcomes if isinstance(each, Posted)]
    lines = sorted(await page(desk, desk.budget), key=lambda line: line.account_version)
    assert [line.recorded_at for line in lines] == recorded
    for line in lines[:: len(lines) // 9]:
        assert await as_recorded(desk, desk.budget, line.recorded_at) == line.balance_after
        assert await as_recorded(desk, desk.budget, line.recorded_at - MICROSECOND) == line.balance_after - line.amount
    assert await as_recorded(desk, desk.budget, lines[0].recorded_at - DAY) == 0
    assert await as_recorded(desk, desk.budget, lines[-1].recorded_at + DAY) == lines[-1].balance_after
    assert await as_recorded(desk, 2**40, NOW) == 0


async def test_an_entry_with_several_lines_of_one_account_is_one_moment(desk: Desk) -> None:
    lines = (Line(desk.council, -10), Line(desk.budget, 7), Line(desk.budget, 3))
    (posted,) = await desk.post(draft("appropriation", lines))
    assert isinstance(posted, Posted)
    assert await as_recorded(desk, desk.budget, posted.recorded_at) == 10
    assert await as_recorded(desk, desk.budget, posted.recorded_at - MICROSECOND) == 0


async def test_what_had_happened_by_then_as_known_today(desk: Desk) -> None:
    """Recorded in the order 3 days ago, today, yesterday: the late one counts from when it happened."""
    for ago, amount in ((3, 100), (0, 10), (1, 1)):
        await desk.post(draft("appropriation", move(desk.council, desk.budget, amount), occurred_at=NOW - ago * DAY))
    days_ago = [await as_occurred(desk, desk.budget, NOW - ago * DAY) for ago in (4, 3, 2, 1, 0)]
    assert days_ago == [0, 100, 100, 101, 111]
    assert await as_occurred(desk, desk.council, NOW - 2 * DAY) == -100


async def test_a_correction_leaves_what_was_believed_in_the_book(desk: Desk) -> None:
    before = await desk.fund(100)
    await desk.reverse(before.entry_id)
    assert await as_recorded(desk, desk.budget, before.recorded_at) == 100
    assert (await desk.balance(desk.budget)).posted == 0
