"""A grant that was wrong and is spent, in part or whole, from one budget line or two: the budget bears it, each line its own part."""

from __future__ import annotations

from uuid import UUID

import msgspec
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from db import errors
from db.transact import read
from flows import audit, correct_attendance, correction, donation, grant
from kernel import ids
from ledger.refusals import AlreadySpent
from rules.vocabulary.earning import PerTime
from tests.support import schemes, spending
from tests.support.spending import NOW, do
from tests.support.towns import POINTS, TOWN
from wallets import amends, refusals

HUNDRED = PerTime(amount=100, every_minutes=60, rounding="down", minimum_minutes=0)


class Case(msgspec.Struct, frozen=True):
    """A member with one grant of 100 points: 60 from the line `care`, 40 from `general`."""

    engine: AsyncEngine
    member_id: UUID
    attendance_id: UUID
    entry_id: UUID
    care: UUID
    general: UUID

    async def spend(self, amount: int) -> None:
        me = await spending.actor(self.engine, "member", member_id=self.member_id)
        asked = donation.Asked(member_id=self.member_id, unit="pt", amount=amount)
        await do(self.engine, donation.donate, asked, actor=me, now=NOW)

    async def correct(self, *, absorb: bool) -> amends.Correction:
        officer = await spending.actor(self.engine, "officer")
        asked = correction.Asked(entry_id=self.entry_id, reason="別の人の記録", absorb_spent=absorb)
        return await do(self.engine, correction.correct, asked, actor=officer, now=NOW)

    async def left(self) -> tuple[int, int, int]:
        """In the wallet, and on both lines."""
        wallet = await spending.posted(self.engine, "wallet", POINTS, self.member_id)
        return wallet, await schemes.left(self.engine, self.care), await schemes.left(self.engine, self.general)


class Law(msgspec.Struct, frozen=True):
    """A scheme in force, and its two budget lines."""

    who: schemes.Officers
    care: UUID
    general: UUID


@pytest.fixture(scope="module")
async def law(engine: AsyncEngine) -> Law:
    who = await schemes.officers(engine)
    await schemes.publish(engine, who, earn=HUNDRED)
    lines = [await schemes.fund(engine, who, schemes.SCHEME, code, 0) for code in ("care", "general")]
    return Law(who, *lines)


@pytest.fixture
async def case(engine: AsyncEngine, law: Law) -> Case:
    for line, wanted in ((law.care, 60), (law.general, 40)):
        missing = wanted - await schemes.left(engine, line)
        if missing:
            await schemes.supplement(engine, law.who, line, missing)
    member_id = await spending.member(engine)
    attendance_id = await spending.attendance(engine, member_id)
    (made,) = await do(engine, grant.for_attendances, [attendance_id], actor=law.who.first.principal_id, now=NOW)
    assert made.entry_id is not None
    return Case(engine, member_id, attendance_id, made.entry_id, law.care, law.general)


@pytest.mark.parametrize("spent", [25, 40, 70, 60])
async def test_each_line_bears_what_was_spent_of_its_own_lot(case: Case, auditor: AsyncEngine, spent: int) -> None:
    await case.spend(spent)
    with pytest.raises(AlreadySpent):
        await case.correct(absorb=False)
    made = await case.correct(absorb=True)
    wallet, care, general = await case.left()
    assert (made.shortfall, wallet, care + general) == (spent, 0, 100 - spent)
    assert care <= 60
    assert general <= 40
    assert made.reversal_id is not None
    found = await read(auditor, TOWN, audit.audit)
    assert [check for check in found.checks if not check.ok] == []


async def test_a_grant_spent_whole_is_borne_whole(case: Case, auditor: AsyncEngine) -> None:
    await case.spend(100)
    made = await case.correct(absorb=True)
    assert (made.reversal_id, made.shortfall) == (None, 100)
    assert await case.left() == (0, 0, 0)
    with pytest.raises(refusals.AlreadyCorrected) as again:
        await case.correct(absorb=True)
    assert again.value.facts() == {"entry_id": case.entry_id, "correction_id": made.correction_id}
    found = await read(auditor, TOWN, audit.audit)
    assert [check for check in found.checks if not check.ok] == []


async def test_an_attendance_whose_points_are_spent_whole_is_corrected(case: Case) -> None:
    await case.spend(100)
    officer = await spending.actor(case.engine, "officer")
    asked = correct_attendance.Asked(attendance_id=case.attendance_id, reason="来ていませんでした", absorb_spent=True)
    done = await do(case.engine, correct_attendance.correct, asked, actor=officer, now=NOW)
    assert done.reversed == (case.entry_id,)
    assert [each.outcome for each in done.grants if each.amount] == []


@pytest.mark.parametrize(("spent", "shortfall"), [(100, 99), (30, 30), (0, 100)])
async def test_the_database_bears_no_other_amount(case: Case, spent: int, shortfall: int) -> None:
    if spent:
        await case.spend(spent)
    forged = amends.Correction(
        correction_id=ids.new_id(),
        entry_id=case.entry_id,
        reversal_id=None,
        reason="偽り",
        shortfall=shortfall,
        corrected_at=NOW,
        actor=ids.new_id(),
    )

    with pytest.raises(DBAPIError) as guarded:
        await do(case.engine, amends.keep_correction, forged)
    assert errors.constraint(guarded.value) == "correction_reverses"
