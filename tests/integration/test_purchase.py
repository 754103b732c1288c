"""At a partner: a pay code or a card, an amount, a receipt."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.refusals import SelfConfirmation
from community.refusals import UnknownMember
from db import errors, query, transact
from flows import purchase
from kernel import ids
from ledger import units
from ledger.refusals import AmountOutOfRange, InsufficientBalance
from qr import store, tokens
from qr.refusals import CardRevoked, UnknownCard, UnreadableCode, WrongKindOfCode
from tests.support import spending, tills
from tests.support.spending import NOW, do
from tests.support.towns import OTHER_TOWN, POINTS
from wallets import holdings, pay_codes, redemptions, refusals, statements
from wallets.origins import Origin


async def test_a_pay_code_pays_once_and_the_receipt_says_what_for(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    first = await spending.grant(engine, me, 100)
    second = await spending.grant(engine, me, 300)
    cashier = await tills.cashier_of_a_partner(engine)
    code = await tills.pay_code(engine, me)

    receipt = await tills.buy(engine, cashier, code, 150)

    assert (receipt.amount, receipt.unit, receipt.partner) == (150, "pt", "結商店")
    behind = await do(engine, redemptions.origins_of, receipt.redemption_id)
    assert set(behind) == {Origin(first, 100), Origin(second, 50)}  # type: ignore[arg-type]
    assert await spending.posted(engine, "payable", POINTS, cashier.organisation_id) == 150
    with pytest.raises(refusals.PayCodeUsed):
        await tills.buy(engine, cashier, code, 1)
    assert await spending.posted(engine, "wallet", POINTS, me) == 250


async def test_a_card_pays_small_amounts(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 3_000)
    cashier = await tills.cashier_of_a_partner(engine)
    code, credential = await tills.card(engine, me)
    await tills.cards_pay(engine)
    with pytest.raises(refusals.CardLimitReached):
        await tills.buy(engine, cashier, code, purchase.CARD_DAY_MAX + 1)
    await tills.buy(engine, cashier, code, purchase.CARD_DAY_MAX)
    assert await spending.posted(engine, "wallet", POINTS, me) == 2_000
    await do(engine, store.revoke, credential, reason="紛失", revoked_by=None, now=NOW)
    with pytest.raises(CardRevoked):
        await tills.buy(engine, cashier, code, 10)
    with pytest.raises(UnknownCard):
        await tills.buy(engine, cashier, f"C/{tokens.new_card(secrets.token_bytes(10)).text}", 10)


async def test_what_a_cashier_cannot_take(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 100)
    cashier = await tills.cashier_of_a_partner(engine)
    code = await tills.pay_code(engine, me, amount_max=120)
    with pytest.raises(InsufficientBalance) as short:
        await tills.buy(engine, cashier, code, 101)
    assert short.value.facts() == {"unit": "pt", "needed": 101, "available": 100}
    with pytest.raises(refusals.PayCodeTooSmall):
        await tills.buy(engine, cashier, code, 121)
    with pytest.raises(refusals.UnitNotSuited):
        await tills.buy(engine, cashier, code, 10, unit="minutes")
    with pytest.raises(refusals.PayCodeOfOtherUnit):
        await tills.buy(engine, cashier, code, 10, unit="yen")
    for amount in (0, -50):
        with pytest.raises(AmountOutOfRange):
            await tills.buy(engine, cashier, code, amount)
    with pytest.raises(refusals.UnknownPayCode):
        await tills.buy(engine, cashier, f"P/{tokens.new_pay_code(secrets.token_bytes(10)).text}", 10)
    with pytest.raises(UnreadableCode):
        await tills.buy(engine, cashier, "P/こんにちは", 10)
    with pytest.raises(WrongKindOfCode):
        await tills.buy(engine, cashier, f"A/{tokens.new_poster(secrets.token_bytes(10)).text}", 10)
    late = purchase.Asked(code=code, unit="pt", amount=10)
    with pytest.raises(refusals.PayCodeExpired):
        await do(engine, purchase.purchase, late, actor=cashier, now=NOW + timedelta(seconds=300))
    await tills.buy(engine, cashier, code, 100)  # nothing of the above used the code
    assert await spending.posted(engine, "wallet", POINTS, me) == 0


async def test_only_partners_take_points(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 100)
    code = await tills.pay_code(engine, me)
    host = await spending.organisation(engine, "host")
    for organisation_id in (host, None):
        other = await spending.actor(engine, "officer", organisation_id=organisation_id)
        with pytest.raises(refusals.NotAPartner):
            await tills.buy(engine, other, code, 10)


async def test_nobody_buys_at_their_own_counter(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 100)
    partner = await spending.organisation(engine, "partner")
    cashier = await spending.actor(engine, "cashier", member_id=me, organisation_id=partner)
    card, _ = await tills.card(engine, me)
    for code in (await tills.pay_code(engine, me), card):
        with pytest.raises(SelfConfirmation):
            await tills.buy(engine, cashier, code, 10)
    assert await spending.posted(engine, "wallet", POINTS, me) == 100


async def test_nobody_shows_a_code_for_another(engine: AsyncEngine) -> None:
    me, other = await spending.member(engine), await spending.member(engine)
    actor = await spending.actor(engine, "member", member_id=me)
    asked = purchase.PayCodeAsked(member_id=other, unit="pt", amount_max=10)
    with pytest.raises(UnknownMember):
        await do(engine, purchase.show_pay_code, asked, actor=actor, now=NOW)


async def test_points_without_an_attendance_are_refused_in_the_code(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 50)
    await spending.grant(engine, me, 100, traced=False)
    cashier = await tills.cashier_of_a_partner(engine)
    code = await tills.pay_code(engine, me)
    with pytest.raises(refusals.UntracedAmount) as refused:
        await tills.buy(engine, cashier, code, 120)
    assert refused.value.needed == 120
    assert await spending.posted(engine, "wallet", POINTS, me) == 150


async def test_and_in_the_database_when_the_code_forgets(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 100, traced=False)
    cashier = await tills.cashier_of_a_partner(engine)
    code = await tills.pay_code(engine, me)
    blind = "select 'pt' as unit, true as purchased where cast(:entry_id as uuid) is not null and cast(:unit_id as int) > 0"
    monkeypatch.setattr(redemptions, "_UNIT_AND_LOTS", query.statement(blind))
    with pytest.raises(DBAPIError) as refused:
        await tills.buy(engine, cashier, code, 10)
    assert errors.constraint(refused.value) == "redemption_traced"


async def test_the_holder_reads_it_on_the_statement(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 100)
    cashier = await tills.cashier_of_a_partner(engine)
    receipt = await tills.buy(engine, cashier, await tills.pay_code(engine, me), 60)

    async def work(conn: AsyncConnection) -> list[statements.StoryLine]:
        unit = (await holdings.of(conn, me, now=NOW))[0]
        assert (unit.posted, unit.available, unit.held) == (40, 40, 0)
        return await statements.page(conn, await _points(conn), me)

    newest, oldest = await do(engine, work)
    assert (newest.kind, newest.amount, newest.balance_after) == ("purchase", -60, 40)
    assert (newest.why_kind, newest.why_id) == ("redemption", receipt.redemption_id)
    assert newest.counterparty == cashier.organisation_id
    assert (oldest.kind, oldest.amount) == ("grant", 100)
    older = await do(engine, lambda conn: _page_before(conn, me, newest.number))
    assert older == [oldest]


async def test_another_town_sees_nothing_of_it(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 100)
    receipt = await tills.buy(engine, await tills.cashier_of_a_partner(engine), await tills.pay_code(engine, me), 60)
    with pytest.raises(refusals.UnknownRedemption):
        await transact.transact(engine, OTHER_TOWN, lambda conn: redemptions.get(conn, receipt.redemption_id))
    assert await transact.transact(engine, OTHER_TOWN, lambda conn: holdings.of(conn, me, now=NOW)) == []
    assert await transact.transact(engine, OTHER_TOWN, redemptions.page) == []


async def test_redemptions_by_page(engine: AsyncEngine) -> None:
    me = await spending.member(engine)
    await spending.grant(engine, me, 100)
    cashier = await tills.cashier_of_a_partner(engine)
    made = [(await tills.buy(engine, cashier, await tills.pay_code(engine, me), 10)).redemption_id for _ in range(5)]
    first = await do(engine, redemptions.page_of_holder, me, limit=3)
    rest = await do(engine, redemptions.page_of_holder, me, before=first[-1].key, limit=3)
    assert sorted(each.redemption.redemption_id for each in (*first, *rest)) == sorted(made)
    taken = await do(engine, redemptions.page_of_counterparty, cashier.organisation_id)
    assert [each.redemption.redemption_id for each in taken] == [each.redemption.redemption_id for each in (*first, *rest)]
    assert (await do(engine, redemptions.page, limit=1))[0].redemption.kind == "purchase"


async def _points(conn: AsyncConnection) -> units.Unit:
    return await units.by_code(conn, "pt")


async def _page_before(conn: AsyncConnection, member_id: UUID, before: int) -> list[statements.StoryLine]:
    return await statements.page(conn, await _points(conn), member_id, before=before)


class TestGuardsOfTheDatabase:
    """Through the service's own role, past the code."""

    async def test_a_pay_code_pays_its_holder_its_unit_its_limit(self, engine: AsyncEngine) -> None:
        me, other = await spending.member(engine), await spending.member(engine)
        await spending.grant(engine, me, 100)
        cashier = await tills.cashier_of_a_partner(engine)
        of_other = await tills.pay_code(engine, other)
        receipt = await tills.buy(engine, cashier, await tills.pay_code(engine, me), 60)
        code = await do(engine, pay_codes.find, tokens.fingerprint(tokens.open_pay_code(of_other[2:])))
        assert code is not None
        with pytest.raises(DBAPIError) as refused:
            await do(engine, pay_codes.use, code.pay_code_id, receipt.redemption_id, now=NOW)
        assert errors.constraint(refused.value) == "pay_code_covers"

    async def test_a_redemption_is_of_its_entry(self, engine: AsyncEngine) -> None:
        me, other = await spending.member(engine), await spending.member(engine)
        await spending.grant(engine, me, 100)
        receipt = await tills.buy(engine, await tills.cashier_of_a_partner(engine), await tills.pay_code(engine, me), 60)
        made = (await do(engine, redemptions.get, receipt.redemption_id)).redemption
        entry_id = await spending.grant_entry(engine, other, 50, origin=await spending.attendance(engine, other))
        forged = redemptions.Redemption(
            redemption_id=ids.new_id(),
            kind="donation",
            holder=other,
            unit_id=made.unit_id,
            amount=50,
            entry_id=entry_id,
            redeemed_at=NOW,
            actor=made.actor,
        )
        origin = [Origin(await spending.attendance(engine, other), 50)]
        with pytest.raises(DBAPIError) as refused:
            await do(engine, redemptions.record, forged, origin)
        assert errors.constraint(refused.value) == "redemption_of_its_entry"

    async def test_no_origin_is_added_afterwards(self, engine: AsyncEngine) -> None:
        me = await spending.member(engine)
        origin = await spending.grant(engine, me, 100)
        receipt = await tills.buy(engine, await tills.cashier_of_a_partner(engine), await tills.pay_code(engine, me), 60)
        added = query.statement(
            """
            insert into wallets.redemption_origin (municipality_id, redemption_id, attendance_id, amount)
            values (db.municipality(), :redemption_id, :attendance_id, 1)
            """
        )
        with pytest.raises(DBAPIError) as refused:
            await do(
                engine,
                lambda conn: query.run(conn, added, redemption_id=receipt.redemption_id, attendance_id=origin),
            )
        assert errors.constraint(refused.value) == "redemption_traced"
