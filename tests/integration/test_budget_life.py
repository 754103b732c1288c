"""A budget line from the vote to the return: every movement an entry of its kind, and never more out of it than is in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import errors, query
from flows import budget, correction, grant
from kernel import ids
from kernel.text import TextMissing
from ledger import accounts, holds
from ledger.refusals import AmountOutOfRange, BudgetExhausted
from rules import decision_store
from rules.refusals import UnknownBudgetLine
from tests.support import claiming, schemes, spending
from tests.support.claiming import Desk
from tests.support.spending import NOW, do

pytestmark = pytest.mark.anyio

_SINK = query.statement("update ledger.balance set posted = -1 where account_id = :account_id")


@pytest.fixture
async def desk(engine: AsyncEngine) -> Desk:
    """A scheme of its own."""
    return await claiming.open_desk(engine, f"g{ids.new_id().hex[-10:]}", funding=("care", "general"))


async def _line(desk: Desk, amount: int) -> UUID:
    """A second line of the scheme, `general`, with so much voted."""
    return await schemes.fund(desk.engine, desk.who, desk.code, "general", amount)


async def _state(desk: Desk, line_id: UUID) -> budget.LineState:
    lines = await do(desk.engine, budget.lines, 2026, now=NOW)
    return next(line for line in lines if line.budget_line_id == line_id)


async def _granted(engine: AsyncEngine, attendance_id: UUID) -> grant.Granted:
    """What the one scheme that grants for it says; the others say nothing."""
    made = await do(engine, grant.for_attendances, [attendance_id], actor=None, now=NOW)
    return next(each for each in made if each.outcome != "nothing")


async def test_voted_supplemented_granted_taken_back_and_returned(engine: AsyncEngine, desk: Desk) -> None:
    found = await do(engine, budget.lines, 2026, now=NOW)
    care = next(line for line in found if line.scheme_id == desk.scheme_id)
    attended = await spending.attendance(engine, await desk.holder(2), kind=claiming.kind_of(desk.code))
    granted = await _granted(engine, attended)
    assert granted.entry_id is not None
    wrong = correction.Asked(entry_id=granted.entry_id, reason="二重に記録")
    await do(engine, correction.correct, wrong, actor=desk.who.first, now=NOW)
    officer = {"actor": desk.who.first, "now": NOW}
    more = await do(engine, budget.supplement, care.budget_line_id, 500, "9月補正", **officer)
    back = await do(engine, budget.give_back, care.budget_line_id, 100_000, "不用額", **officer)
    assert (more.kind, back.kind, more.left - back.left) == ("supplement", "budget_return", 100_000)

    line = await _state(desk, care.budget_line_id)

    assert (line.scheme, line.code, line.fiscal_year) == (desk.code, "care", 2026)
    assert (line.appropriated, line.supplemented, line.returned) == (1_000_000, 500, 100_000)
    assert (line.granted, line.taken_back, line.left) == (300, 100, 900_300)
    assert line.left == line.appropriated + line.supplemented - line.returned - line.granted + line.taken_back == back.left


async def test_no_more_is_returned_than_there_is_nor_what_is_reserved(engine: AsyncEngine, desk: Desk) -> None:
    line_id = await _line(desk, 1_000)
    officer = {"actor": desk.who.first, "now": NOW}
    with pytest.raises(BudgetExhausted) as short:
        await do(engine, budget.give_back, line_id, 1_001, "不用額", **officer)
    assert (short.value.needed, short.value.available) == (1_001, 1_000)

    async def reserve(conn: AsyncConnection) -> None:
        account_id = await accounts.find(conn, "budget", 2, line_id)
        assert account_id is not None
        hold = holds.HoldDraft(
            hold_id=ids.new_id(), account_id=account_id, amount=400, expires_at=NOW + timedelta(days=1), cause_kind="test",
            cause_id=ids.new_id(),
        )  # fmt: skip
        await holds.place(conn, hold, now=NOW)

    await do(engine, reserve)
    with pytest.raises(BudgetExhausted) as held:
        await do(engine, budget.give_back, line_id, 601, "不用額", **officer)
    assert held.value.available == 600
    assert (await do(engine, budget.give_back, line_id, 600, "不用額", **officer)).left == 400
    assert (await _state(desk, line_id)).returned == 600


@pytest.mark.parametrize("move", [budget.appropriate, budget.supplement, budget.give_back])
async def test_every_movement_has_a_line_an_amount_and_a_reason(
    engine: AsyncEngine, desk: Desk, move: Callable[..., Awaitable[budget.Appropriated]]
) -> None:
    line_id = await _line(desk, 10)
    officer = {"actor": desk.who.first, "now": NOW}
    for amount in (0, -5):
        with pytest.raises(AmountOutOfRange):
            await do(engine, move, line_id, amount, "x", **officer)
    with pytest.raises(TextMissing):
        await do(engine, move, line_id, 1, " ", **officer)
    with pytest.raises(UnknownBudgetLine):
        await do(engine, move, ids.new_id(), 1, "x", **officer)
    assert (await _state(desk, line_id)).left == 10


async def test_what_was_returned_is_not_granted_and_a_supplement_pays_what_waits(engine: AsyncEngine) -> None:
    desk = await claiming.open_desk(engine, f"w{ids.new_id().hex[-10:]}", funding=("general",))
    line_id = await _line(desk, 150)
    officer = {"actor": desk.who.first, "now": NOW}
    await do(engine, budget.give_back, line_id, 60, "不用額", **officer)
    attended = await spending.attendance(engine, await spending.member(engine), kind=claiming.kind_of(desk.code))
    waiting = await _granted(engine, attended)
    assert (waiting.outcome, waiting.refusal) == ("waiting", "budget_exhausted")
    await do(engine, budget.supplement, line_id, 10, "補正", **officer)
    await do(engine, grant.retry_waiting, actor=None, now=NOW)
    kept = await do(engine, decision_store.of_attendances, [attended])
    assert [each.entry_id is not None for each in kept if each.scheme_id == desk.scheme_id] == [True]
    assert (await _state(desk, line_id)).left == 0


async def test_postgresql_alone_keeps_a_line_from_sinking(desk: Desk, admin: AsyncEngine) -> None:
    line_id = await _line(desk, 10)
    account_id = await do(desk.engine, accounts.find, "budget", 2, line_id)
    async with admin.connect() as conn:
        with pytest.raises(DBAPIError) as guarded:
            await query.run(conn, _SINK, account_id=account_id)
    assert errors.constraint(guarded.value) == "floor_holds"
