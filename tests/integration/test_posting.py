"""Posting on a real PostgreSQL: a list is its items one by one, a refused item leaves nothing, and what is written is what was told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import query
from db.transact import read
from kernel import ids
from kernel.refusal import Refusal
from ledger import accounts, posting, refusals
from ledger.draft import DRAFTS_MAX, Draft, Exactly, Line, Posted, move
from tests.support import blocked
from tests.support.desk import NOW, TODAY, Desk, draft, open_desk
from tests.support.towns import OTHER_TOWN, TOWN

pytestmark = pytest.mark.anyio

_ROWS = query.statement(
    """
    select
        (select count(*) from ledger.journal_entry where municipality_id = db.municipality()) as entries,
        (select count(*) from ledger.journal_line where municipality_id = db.municipality()) as lines,
        (select count(*) from ledger.lot where municipality_id = db.municipality()) as lots,
        (select count(*) from ledger.lot_move where municipality_id = db.municipality()) as moves
    """
)
_ENTRY = query.statement("select * from ledger.journal_entry where municipality_id = db.municipality() and entry_id = :entry_id")


@pytest.fixture
async def desk(engine: AsyncEngine) -> Desk:
    return await open_desk(engine, ceiling=500)


async def rows(desk: Desk) -> tuple[int, ...]:
    return tuple(await read(desk.engine, desk.town, lambda conn: query.one(conn, _ROWS)) or ())


def codes(outcomes: Sequence[posting.Outcome]) -> list[str | None]:
    return [each.code if isinstance(each, Refusal) else None for each in outcomes]


async def test_an_entry_is_kept_with_everything_it_was_told(desk: Desk) -> None:
    made = draft(
        "appropriation",
        move(desk.council, desk.budget, 40),
        actor=ids.new_id(),
        acting_for=ids.new_id(),
        memo="予算 第1号",
        occurred_at=NOW - timedelta(days=2),
    )
    (posted,) = await desk.post(made)
    assert isinstance(posted, Posted)
    assert posted.balances_after == (-40, 40)
    kept: Any = await read(desk.engine, desk.town, lambda conn: query.one(conn, _ENTRY, entry_id=made.entry_id))
    assert kept.recorded_at == posted.recorded_at
    assert (kept.kind, kept.occurred_at, kept.booked_on, kept.lines) == ("appropriation", made.occurred_at, TODAY, 2)
    assert (kept.cause_kind, kept.cause_id, kept.actor, kept.acting_for) == ("test", made.cause_id, made.actor, made.acting_for)
    assert (kept.reverses, kept.memo) == (None, "予算 第1号")


async def test_a_refused_item_leaves_no_row_and_does_not_spoil_the_others(desk: Desk) -> None:
    before = await rows(desk)
    good, gift = desk.grant(desk.ume, 60), draft("gift", move(desk.ume, desk.matsu, 25))
    outcomes = await desk.post(
        draft("appropriation", move(desk.council, desk.budget, 100)),
        desk.grant(desk.ume, 101),
        good,
        draft("gift", move(desk.ume, desk.matsu, 61)),
        draft("gift", (Line(desk.ume, -5), Line(desk.matsu, 6))),
        draft("gift", (Line(desk.ume, -5),)),
        draft("gift", move(desk.ume, 2**40, 5)),
        draft("gift", move(desk.ume, desk.matsu_time, 5)),
        gift,
        draft("gift", move(desk.ume, desk.matsu, 5), cause_id=gift.cause_id),
        desk.grant(desk.matsu, 10**12 + 1),
        draft("purchase", move(desk.matsu, desk.shop, 25)),
    )
    assert codes(outcomes) == [
        None,
        "budget_exhausted",
        None,
        "insufficient_balance",
        "malformed_entry",
        "malformed_entry",
        "unknown_account",
        "malformed_entry",
        None,
        "already_booked",
        "amount_out_of_range",
        None,
    ]
    after = await rows(desk)
    assert [after[n] - before[n] for n in range(4)] == [4, 8, 2, 2]
    assert ((await desk.balance(desk.ume)).posted, (await desk.balance(desk.shop)).posted) == (35, 25)


async def test_a_list_is_its_items_one_by_one(engine: AsyncEngine) -> None:
    """The same story told as one list and as one entry at a time, also where an item lives on what the one before put back."""
    told: list[list[Any]] = []
    for together in (True, False):
        desk = await open_desk(engine, ceiling=500)
        await desk.granted(desk.ume, 50)
        await desk.post_one("purchase", move(desk.ume, desk.shop, 50))
        (lot,) = await read(engine, TOWN, lambda conn, desk=desk: query.rows(conn, _LOTS, account_id=desk.ume))
        back = Exactly(((lot.lot_id, 50),))
        story = [
            draft("undo", move(desk.shop, desk.ume, 50, give=back)),
            draft("gift", move(desk.ume, desk.matsu, 30)),
            draft("purchase", move(desk.ume, desk.shop, 30)),
            draft("purchase", move(desk.ume, desk.shop, 20)),
            draft("purchase", move(desk.matsu, desk.shop, 30)),
        ]
        outcomes = await desk.post(*story) if together else [(await desk.post(each))[0] for each in story]
        told.append([each.code if isinstance(each, Refusal) else each.balances_after for each in outcomes])
    assert told[0] == told[1]
    assert told[0] == [(0, 50), (20, 30), "insufficient_balance", (0, 20), (0, 50)]


_LOTS = query.statement(
    "select lot_id, remaining from ledger.lot where municipality_id = db.municipality() and account_id = :account_id"
)


async def test_entries_of_a_list_are_recorded_one_after_the_other(desk: Desk) -> None:
    outcomes = await desk.post(*[draft("appropriation", move(desk.council, desk.budget, 1)) for _ in range(5)])
    times = [each.recorded_at for each in outcomes if isinstance(each, Posted)]
    assert times == [times[0] + timedelta(microseconds=n) for n in range(5)]
    later = await desk.fund(1)
    assert later.recorded_at > times[-1]


async def test_a_list_has_an_end_and_an_empty_one_is_nothing(desk: Desk) -> None:
    wish = draft("appropriation", move(desk.council, desk.budget, 1))
    with pytest.raises(refusals.TooManyItems):
        await desk.post(*[wish] * (DRAFTS_MAX + 1))
    assert await desk.post() == []


async def test_all_or_none_is_the_caller_s_choice(desk: Desk) -> None:
    before = await rows(desk)
    wishes = [draft("appropriation", move(desk.council, desk.budget, 5)), desk.grant(desk.ume, 6)]
    with pytest.raises(refusals.BudgetExhausted):
        await desk.do(lambda conn: posting.post_all(conn, wishes, now=NOW))
    assert await rows(desk) == before


async def test_another_town_s_account_is_unknown(engine: AsyncEngine, desk: Desk) -> None:
    there = await open_desk(engine, OTHER_TOWN)
    outcomes = await desk.post(draft("appropriation", move(desk.council, there.budget, 5)))
    assert codes(outcomes) == ["unknown_account"]
    assert (await there.balance(there.budget)).posted == 0


async def test_a_ceiling_is_a_refusal_and_not_a_fault(desk: Desk) -> None:
    await desk.fund(600)
    assert codes(await desk.post(desk.grant(desk.ume, 500), desk.grant(desk.ume, 1))) == [None, "ceiling_reached"]


# ---------------------------------------------------------------------------------------------------------------- closing


async def closed(desk: Desk, account: int) -> None:
    await desk.do(lambda conn: accounts.close(conn, account, None, now=NOW))


async def test_only_an_empty_account_is_closed_and_once(desk: Desk) -> None:
    await desk.granted(desk.ume, 5)
    with pytest.raises(refusals.AccountNotEmpty):
        await closed(desk, desk.ume)
    await desk.post_one("purchase", move(desk.ume, desk.shop, 5))
    await closed(desk, desk.ume)
    with pytest.raises(refusals.AccountClosed):
        await closed(desk, desk.ume)
    with pytest.raises(refusals.UnknownAccount):
        await closed(desk, 2**40)
    assert codes(await desk.post(draft("gift", move(desk.matsu, desk.ume, 1)))) == ["account_closed"]


async def test_a_hold_that_ran_out_does_not_keep_an_account_open(desk: Desk) -> None:
    await desk.hold(desk.ume_time, 5, now=NOW - timedelta(days=1))
    await closed(desk, desk.ume_time)


async def test_a_posting_that_waited_for_the_closing_is_refused_by_name(desk: Desk) -> None:
    """What is read beside a lock must be read after the wait for it: the other items of the list are not spoiled."""
    wishes: list[Draft] = [
        draft("appropriation", move(desk.council, desk.budget, 5)),
        draft("help", move(desk.ume_time, desk.matsu_time, 5)),
    ]
    async with desk.engine.connect() as closing, closing.begin():
        await query.rows(closing, _ENTER, town=str(desk.town))
        await accounts.close(closing, desk.matsu_time, None, now=NOW)
        async with blocked.behind_a_lock(desk.engine, desk.post(*wishes)) as posted:
            await closing.commit()
        assert codes(await posted) == [None, "account_closed"]


_ENTER = query.statement("select set_config('yui.municipality', :town, true)")
