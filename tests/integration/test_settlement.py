"""What is owed is paid in batches, by two people, once; and the payment file equals the entries."""

from __future__ import annotations

import asyncio
import csv
import io
import secrets
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community.actor import Actor
from db import errors, query, transact
from flows import purchase, settlement, undo
from kernel import days, ids
from ledger import accounts, history
from qr import store, tokens
from rules.vocabulary.conversion import Linear
from tests.support import claiming, editions, spending
from tests.support.spending import NOW, do
from tests.support.towns import POINTS, TOWN
from wallets import payment_file, refusals, settlements

TODAY = days.local_date(NOW)


@pytest.fixture
async def officers(engine: AsyncEngine) -> tuple[Actor, Actor]:
    """Two officers, after everything that earlier tests left owing was paid."""
    first, second = await spending.actor(engine, "officer"), await spending.actor(engine, "officer")
    for unit in ("pt", "yen"):
        try:
            batch = await _propose(engine, first, unit)
        except refusals.NothingToSettle:
            continue
        await do(engine, settlement.approve, batch.settlement_id, actor=second, now=NOW)
    return first, second


async def _propose(engine: AsyncEngine, officer: Actor, unit: str = "pt") -> settlements.Settlement:
    asked = settlement.Proposing(unit=unit, up_to=TODAY)
    return await do(engine, settlement.propose, asked, actor=officer, now=NOW)


async def _buy(engine: AsyncEngine, cashier: Actor, amount: int) -> purchase.Receipt:
    me = await spending.member(engine)
    await spending.grant(engine, me, amount)
    token = tokens.new_card(secrets.token_bytes(tokens.SECRET_BYTES))
    await do(engine, store.issue, token, credential_id=ids.new_id(), subject=me, issued_by=None, now=NOW)
    asked = purchase.Asked(code=f"C/{token.text}", unit="pt", amount=amount)
    return await do(engine, purchase.purchase, asked, actor=cashier, now=NOW)


async def _cashier(engine: AsyncEngine, name: str = "結商店") -> Actor:
    partner = await spending.organisation(engine, "partner", name)
    return await spending.actor(engine, "cashier", organisation_id=partner)


async def _payable_lines(engine: AsyncEngine, payee: UUID | None) -> list[history.StatementLine]:
    async def work(conn: AsyncConnection) -> list[history.StatementLine]:
        account_id = await accounts.find(conn, "payable", POINTS, payee)
        assert account_id is not None
        return await history.statement(conn, account_id)

    return await transact.read(engine, TOWN, work)


async def test_a_batch_pays_everybody_once(engine: AsyncEngine, officers: tuple[Actor, Actor]) -> None:
    one, two = await _cashier(engine), await _cashier(engine, "=2+5 食堂")
    await _buy(engine, one, 100)
    await _buy(engine, one, 50)
    await _buy(engine, two, 70)
    paid_before = await spending.posted(engine, "paid_out", POINTS)

    proposed = await _propose(engine, officers[0])
    assert (proposed.payees, proposed.amount, proposed.approved_at) == (2, 220, None)
    with pytest.raises(refusals.SettlementNotApproved):
        await do(engine, settlement.payment_list, proposed.settlement_id)
    await _buy(engine, two, 5)  # comes after the list: the next batch pays it
    approved = await do(engine, settlement.approve, proposed.settlement_id, actor=officers[1], now=NOW)

    assert approved.approved_by == officers[1].principal_id
    assert await spending.posted(engine, "payable", POINTS, one.organisation_id) == 0
    assert await spending.posted(engine, "payable", POINTS, two.organisation_id) == 5
    assert await spending.posted(engine, "paid_out", POINTS) == paid_before + 220
    payments = await do(engine, settlement.payment_list, proposed.settlement_id)
    rows = list(csv.reader(io.StringIO(payment_file.render(payments).decode(), newline="")))[1:]
    assert sorted(rows) == sorted(
        [[str(one.organisation_id), "結商店", "150", "pt"], [str(two.organisation_id), "'=2+5 食堂", "70", "pt"]]
    )
    items = {item.payee: item for item in await do(engine, settlements.items_of, proposed.settlement_id)}
    (newest, *_) = await _payable_lines(engine, one.organisation_id)
    item = items[one.organisation_id]  # type: ignore[index]
    assert (newest.entry_id, newest.amount, newest.cause_id) == (item.entry_id, -150, item.item_id)
    with pytest.raises(refusals.SettlementDone):
        await do(engine, settlement.approve, proposed.settlement_id, actor=officers[1], now=NOW)


async def test_two_approvals_at_once_pay_once(engine: AsyncEngine, officers: tuple[Actor, Actor]) -> None:
    await _buy(engine, await _cashier(engine), 100)
    batch = await _propose(engine, officers[0])
    paid_before = await spending.posted(engine, "paid_out", POINTS)
    done = await asyncio.gather(
        *(do(engine, settlement.approve, batch.settlement_id, actor=officers[1], now=NOW) for _ in range(8)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, settlements.Settlement) for each in done) == 1
    assert sum(isinstance(each, refusals.SettlementDone) for each in done) == 7
    assert await spending.posted(engine, "paid_out", POINTS) == paid_before + 100


async def test_two_people(engine: AsyncEngine, officers: tuple[Actor, Actor]) -> None:
    await _buy(engine, await _cashier(engine), 100)
    person = await spending.member(engine)
    proposer = await spending.actor(engine, "officer", member_id=person)
    other_token = await spending.actor(engine, "officer", member_id=person)
    batch = await _propose(engine, proposer)
    for actor in (proposer, other_token):
        with pytest.raises(refusals.SamePerson):
            await do(engine, settlement.approve, batch.settlement_id, actor=actor, now=NOW)
        with pytest.raises(DBAPIError) as guarded:
            await do(engine, settlements.approve, batch.settlement_id, approved_by=actor.principal_id, now=NOW)
        assert errors.constraint(guarded.value) == "two_people"


async def test_a_stale_batch_pays_nobody(engine: AsyncEngine, officers: tuple[Actor, Actor]) -> None:
    one, two = await _cashier(engine), await _cashier(engine)
    await _buy(engine, one, 100)
    receipt = await _buy(engine, two, 70)
    batch = await _propose(engine, officers[0])
    await do(engine, undo.undo, undo.Asked(redemption_id=receipt.redemption_id, reason="返品"), actor=two, now=NOW)

    with pytest.raises(refusals.SettlementStale) as stale:
        await do(engine, settlement.approve, batch.settlement_id, actor=officers[1], now=NOW)

    assert stale.value.payee == two.organisation_id
    assert (stale.value.needed, stale.value.available) == (70, 0)
    assert await spending.posted(engine, "payable", POINTS, one.organisation_id) == 100
    assert (await do(engine, settlements.get, batch.settlement_id)).approved_at is None
    assert (await _propose(engine, officers[0])).amount == 100


async def test_only_up_to_the_day(engine: AsyncEngine, officers: tuple[Actor, Actor]) -> None:
    cashier = await _cashier(engine)
    await _buy(engine, cashier, 100)
    officer = officers[0]
    yesterday = settlement.Proposing(unit="pt", up_to=TODAY - timedelta(days=1))
    with pytest.raises(refusals.NothingToSettle):
        await do(engine, settlement.propose, yesterday, actor=officer, now=NOW)
    tomorrow = settlement.Proposing(unit="pt", up_to=TODAY + timedelta(days=1))
    with pytest.raises(refusals.DayNotReached):
        await do(engine, settlement.propose, tomorrow, actor=officer, now=NOW)
    today = settlement.Proposing(unit="pt", up_to=TODAY)
    later = await do(engine, settlement.propose, today, actor=officer, now=NOW + timedelta(days=9))
    assert later.amount == 100


async def test_members_are_paid_what_they_converted(engine: AsyncEngine, officers: tuple[Actor, Actor]) -> None:
    desk = await claiming.open_desk(engine, "paid", conversion=editions.exchange(rate=Linear(give=1, get=1)))
    me = await desk.holder(5)
    await desk.claim(me)
    await desk.pay()
    batch = await _propose(engine, officers[0], "yen")
    await do(engine, settlement.approve, batch.settlement_id, actor=officers[1], now=NOW)
    (payment,) = await do(engine, settlement.payment_list, batch.settlement_id)
    assert (payment.payee, payment.name, payment.amount, payment.unit) == (me, "結 花子", 500, "yen")


async def test_nothing_is_owed(engine: AsyncEngine, officers: tuple[Actor, Actor]) -> None:
    with pytest.raises(refusals.NothingToSettle):
        await _propose(engine, officers[0])
    with pytest.raises(refusals.UnknownSettlement):
        await do(engine, settlement.approve, ids.new_id(), actor=officers[1], now=NOW)


async def test_batches_by_page(engine: AsyncEngine, officers: tuple[Actor, Actor]) -> None:
    await _buy(engine, await _cashier(engine), 100)
    asked = settlement.Proposing(unit="pt", up_to=TODAY)
    later = NOW + timedelta(days=30)
    made = [await do(engine, settlement.propose, asked, actor=officers[0], now=later) for _ in range(3)]
    first = await do(engine, settlements.page, limit=2)
    key = settlements.Before(first[-1].proposed_at, first[-1].settlement_id)
    rest = await do(engine, settlements.page, before=key, limit=1)
    assert {each.settlement_id for each in (*first, *rest)} == {each.settlement_id for each in made}


async def test_the_database_pays_items_alone(engine: AsyncEngine, officers: tuple[Actor, Actor]) -> None:
    cashier = await _cashier(engine)
    receipt = await _buy(engine, cashier, 100)
    batch = await _propose(engine, officers[0])
    (item,) = await do(engine, settlements.items_of, batch.settlement_id)
    with pytest.raises(DBAPIError) as early:
        await do(engine, settlements.keep_payments, batch.settlement_id, [(item.account_id, receipt.entry_id)])
    assert errors.constraint(early.value) == "payment_is_its_item"

    async def other_amount(conn: AsyncConnection) -> None:
        await settlements.approve(conn, batch.settlement_id, approved_by=officers[1].principal_id, now=NOW)
        await settlements.keep_payments(conn, batch.settlement_id, [(item.account_id, receipt.entry_id)])

    with pytest.raises(DBAPIError) as wrong:
        await do(engine, other_amount)
    assert errors.constraint(wrong.value) == "payment_is_its_item"
    await do(engine, settlement.approve, batch.settlement_id, actor=officers[1], now=NOW)
    with pytest.raises(DBAPIError) as late:
        await do(engine, settlements.add_items, batch.settlement_id, [item])
    assert errors.constraint(late.value) in {"settled_once", "settlement_item_pkey"}
    again = query.statement(
        """
        insert into wallets.settlement_approval (municipality_id, settlement_id, approved_at, approved_by)
        values (db.municipality(), :settlement_id, :now, :by)
        """
    )
    with pytest.raises(DBAPIError) as twice:
        await do(engine, query.run, again, settlement_id=batch.settlement_id, now=NOW, by=officers[1].principal_id)
    assert errors.constraint(twice.value) == "settled_once"
