"""Verify holds after a day of spending of every kind, and names what somebody altered behind PostgreSQL's guards.

Alterations are made by the superuser with triggers off, in a transaction that is rolled back: one day serves all of them.
"""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import query, transact
from flows import application, correction, donation, expiry, pledge, purchase, settlement, undo
from kernel import days, ids
from ledger import checks
from ledger import verify as of_the_book
from qr import store, tokens
from tests.support import claiming, spending
from tests.support.spending import NOW, do
from tests.support.towns import TOWN
from wallets import verify

_BEHIND_THE_GUARDS = query.statement("set local session_replication_role = replica")
_ENTER = query.statement("select set_config('yui.municipality', :municipality, true)")
_AS_AUDITOR = query.statement("set local role yui_auditor")

TODAY = days.local_date(NOW)
LAST_DAY = date(2026, 5, 31)

ALTERATIONS = {
    "hours_given_once": "update wallets.redemption_origin set amount = amount * 100",
    "spending_has_its_record": "delete from wallets.redemption where kind = 'conversion'",
    "group_gets_back": """
        update ledger.journal_line set amount = amount * 10
        where entry_id in (select entry_id from ledger.journal_entry where kind = 'group_return')
    """,
}


class Day:
    """One of everything, by a member with points and hours, a partner, a group and two officers."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    async def play(self) -> None:
        engine = self.engine
        self.member_id = await spending.member(engine)
        self.me = await spending.actor(engine, "member", member_id=self.member_id)
        self.officers = [await spending.actor(engine, "officer") for _ in range(2)]
        await spending.grant(engine, self.member_id, 1_000)
        await spending.help_given(engine, await spending.member(engine), self.member_id, 90)
        await self._purchases()
        await self._group()
        for unit, amount in (("pt", 40), ("minutes", 60)):
            gift = donation.Asked(member_id=self.member_id, unit=unit, amount=amount)
            await do(engine, donation.donate, gift, actor=self.me, now=NOW)
        await self._claim()
        await self._settle()
        await self._expire()
        wrong = await spending.grant_entry(engine, self.member_id, 5, origin=await spending.attendance(engine, self.member_id))
        mistake = correction.Asked(entry_id=wrong, reason="二重に記録")
        await do(engine, correction.correct, mistake, actor=self.officers[0], now=NOW)

    async def _purchases(self) -> None:
        partner = await spending.organisation(self.engine, "partner")
        cashier = await spending.actor(self.engine, "cashier", organisation_id=partner)
        asked = purchase.PayCodeAsked(member_id=self.member_id, unit="pt", amount_max=200)
        code = await do(self.engine, purchase.show_pay_code, asked, actor=self.me, now=NOW)
        await self._buy(cashier, f"P/{code.text}", 150)
        card = tokens.new_card(secrets.token_bytes(tokens.SECRET_BYTES))
        await do(self.engine, store.issue, card, credential_id=ids.new_id(), subject=self.member_id, issued_by=None, now=NOW)
        regretted = await self._buy(cashier, f"C/{card.text}", 30)
        undoing = undo.Asked(redemption_id=regretted, reason="打ち間違い")
        await do(self.engine, undo.undo, undoing, actor=cashier, now=NOW)

    async def _buy(self, cashier: purchase.Actor, code: str, amount: int) -> UUID:
        asked = purchase.Asked(code=code, unit="pt", amount=amount)
        return (await do(self.engine, purchase.purchase, asked, actor=cashier, now=NOW)).redemption_id

    async def _group(self) -> None:
        group_id = await spending.organisation(self.engine, "group")
        treasurer = await spending.actor(self.engine, "treasurer", organisation_id=group_id)
        given = pledge.Asked(member_id=self.member_id, organisation_id=group_id, unit="pt", amount=300)
        await do(self.engine, pledge.pledge, given, actor=self.me, now=NOW)
        asked = application.Applying(unit="pt", amount=200, purpose="花の苗")
        made = await do(self.engine, application.apply, asked, actor=treasurer, now=NOW)
        await do(self.engine, application.approve, made.application_id, actor=self.officers[0], now=NOW)
        back = application.Returning(application_id=made.application_id, amount=50, reason="余り")
        await do(self.engine, application.return_unused, back, actor=treasurer, now=NOW)

    async def _claim(self) -> None:
        desk = await claiming.open_desk(self.engine, "spent")
        await desk.earn(self.member_id)
        await desk.claim(self.member_id)
        await desk.pay()

    async def _settle(self) -> None:
        asked = settlement.Proposing(unit="pt", up_to=TODAY)
        batch = await do(self.engine, settlement.propose, asked, actor=self.officers[0], now=NOW)
        await do(self.engine, settlement.approve, batch.settlement_id, actor=self.officers[1], now=NOW)
        waiting = settlement.Proposing(unit="yen", up_to=TODAY)
        await do(self.engine, settlement.propose, waiting, actor=self.officers[0], now=NOW)

    async def _expire(self) -> None:
        await spending.grant(self.engine, self.member_id, 7, expires_on=LAST_DAY)
        asked = expiry.Asked(unit="pt", expires_by=LAST_DAY)
        await do(self.engine, expiry.announce, asked, actor=self.officers[0], now=NOW)
        later = NOW + timedelta(days=30)
        await do(self.engine, expiry.execute, asked, actor=self.officers[0], now=later)


@pytest.fixture(scope="module")
async def day(engine: AsyncEngine) -> Day:
    made = Day(engine)
    await made.play()
    return made


async def _ask(conn: AsyncConnection) -> list[checks.Check]:
    await checks.make_room(conn)
    return await checks.ask_all(conn, verify.QUESTIONS, checks.silent)


async def test_a_day_of_spending_holds(day: Day, auditor: AsyncEngine) -> None:
    found = await transact.read(auditor, TOWN, _ask)
    assert [check for check in found if not check.ok] == []
    assert [check.name for check in found if check.checked == 0] == []


async def test_and_so_does_the_book(day: Day, auditor: AsyncEngine) -> None:
    found = await transact.read(auditor, TOWN, of_the_book.verify)
    assert [check for check in found.checks if not check.ok] == []


def test_every_question_has_an_alteration_that_it_catches() -> None:
    assert [question.name for question in verify.QUESTIONS] == list(ALTERATIONS)


@pytest.mark.parametrize("name", ALTERATIONS)
async def test_an_alteration_is_named(day: Day, admin: AsyncEngine, name: str) -> None:
    async with admin.connect() as conn:
        transaction = await conn.begin()
        await query.run(conn, _BEHIND_THE_GUARDS)
        await conn.exec_driver_sql(ALTERATIONS[name])
        await query.run(conn, _ENTER, municipality=str(TOWN))
        await query.run(conn, _AS_AUDITOR)
        found = {check.name: check for check in await _ask(conn)}
        await transaction.rollback()
    assert not found[name].ok
    assert found[name].first_difference
