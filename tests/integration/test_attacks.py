"""What somebody who holds the service's own database role may try against the book: nothing of it is accepted.

Every attack runs to the end of its transaction, deferred checks included. Afterwards the book verifies.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from db import errors, query
from db.transact import read, transact
from kernel import ids
from ledger import verify
from tests.support import books
from tests.support.attacks import ATTACKS, LOT, NOT_ALLOWED, RESOLUTION, UNHELD
from tests.support.forging import Forged, forge
from tests.support.towns import TOWN

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def book(engine) -> books.Book:
    return await books.busy(engine, TOWN)


async def refusal_of(engine, attack) -> str | None:
    """Who refuses the attack; None when its transaction was committed."""
    try:
        await transact(engine, TOWN, attack)
    except DBAPIError as error:
        return errors.constraint(error) or errors.sqlstate(error)
    return None


@pytest.mark.parametrize("what", ATTACKS)
async def test_an_attack_is_refused(book, engine, what):
    statement, refused_by = ATTACKS[what]
    assert await refusal_of(engine, lambda conn: conn.exec_driver_sql(statement)) == refused_by


FORGED: dict[str, dict[str, Any]] = {
    "a lot on an account without lots": {"to": "partner", "lots": True},
    "a lot smaller than its line": {"to": "wallet", "lots": True, "lot_less": 1},
    "recorded last year": {"to": "partner", "recorded_later": timedelta(days=-365)},
    "recorded next year": {"to": "partner", "recorded_later": timedelta(days=365)},
}


@pytest.mark.parametrize("what", FORGED)
async def test_a_forged_entry_is_refused(book, engine, what):
    """Points out of the appropriation, which is unbounded: only what the entry says of lots and times is wrong."""
    told = dict(FORGED[what])
    taker = book.partner if told.pop("to") == "partner" else book.wallets[0]
    lots = [(2, taker, 50 - told.pop("lot_less", 0))] if told.pop("lots", False) else []
    forged = Forged(lines=[(book.source, -50), (taker, 50)], lots=lots, **told)
    refused_by = await refusal_of(engine, lambda conn: forge(conn, forged))
    assert refused_by == ("versions_gapless" if "recorded" in what else "lots_cover")


CARRIED = query.statement(
    """
    select t.account_id, t.lot_id, t.origin_attendance, t.funding_account, t.edition_id, t.granted_on, t.expires_on
    from ledger.lot t
    where t.municipality_id = db.municipality() and t.remaining > 10 and t.origin_attendance is not null and t.account_id = :account_id
    limit 1
    """
)
GIVEN = query.statement(
    """
    with entry as (
        insert into ledger.journal_entry
            (municipality_id, entry_id, kind, occurred_at, recorded_at, booked_on, lines, cause_kind, cause_id)
        values (db.municipality(), :entry, 'gift', now(), clock_timestamp(), '2026-06-09', 2, 'test', gen_random_uuid())
    ), lot as (
        insert into ledger.lot (municipality_id, lot_id, account_id, entry_id, line_no, origin_attendance, funding_account, edition_id,
            granted_on, expires_on, amount, remaining, parent_lot)
        select db.municipality(), gen_random_uuid(), :taker, :entry, 2, t.origin_attendance, t.funding_account, t.edition_id,
            t.granted_on, case when :longer then 'infinity' else t.expires_on end, :carried, :carried, t.lot_id
        from ledger.lot t where t.municipality_id = db.municipality() and t.lot_id = :lot
    ), move as (
        insert into ledger.lot_move (municipality_id, entry_id, line_no, lot_id, amount)
        values (db.municipality(), :entry, 1, :lot, -5)
    )
    insert into ledger.journal_line
        (municipality_id, account_id, account_version, entry_id, line_no, unit_id, amount, balance_after)
    select b.municipality_id, b.account_id, b.version + 1, :entry, n.line_no, b.unit_id, n.amount, b.posted + n.amount
    from (
        select cast(:giver as bigint) as account_id, 1 as line_no, -5 as amount
        union all
        select :taker, 2, 5
    ) n
    join ledger.balance b on b.municipality_id = db.municipality() and b.account_id = n.account_id
    """
)


@pytest.mark.parametrize(("longer", "carried", "refused_by"), [(True, 5, "lots_cover"), (False, 6, "lots_cover")])
async def test_a_gift_cannot_change_what_it_carries(book, engine, longer, carried, refused_by):
    """Points given on keep their last day, and no more is carried than was taken."""

    async def attack(conn: AsyncConnection) -> None:
        await give(conn, book, longer=longer, carried=carried)

    assert await refusal_of(engine, attack) == refused_by


async def test_an_honest_gift_by_the_same_hand_is_taken(book, engine):
    """The twin: the refusals above are for what was wrong, not for how it was written."""
    assert await refusal_of(engine, lambda conn: give(conn, book, longer=False, carried=5)) is None


async def give(conn: AsyncConnection, book: books.Book, *, longer: bool, carried: int) -> None:
    giver, taker = book.wallets[9], book.wallets[10]
    found = await query.one(conn, CARRIED, account_id=giver)
    assert found is not None
    await query.run(conn, GIVEN, entry=ids.new_id(), giver=giver, taker=taker, lot=found.lot_id, longer=longer, carried=carried)


async def test_switching_towns_in_mid_statement_frees_no_hold(book, engine):
    """A statement that changes its own town between two rows does not slip a row past the guards."""
    attack = f"""
        {RESOLUTION}
        select 1, h.hold_id, 'release', null, 0, now()
        from ledger.hold h cross join lateral (
            select case when count(*) > 0 then set_config('yui.municipality', '2', true) end as town
            from ledger.unit u where u.kind <> cast(h.hold_id as text)
        ) x
        where {UNHELD} and x.town is not null
    """
    assert await refusal_of(engine, lambda conn: conn.exec_driver_sql(attack)) in (NOT_ALLOWED, "tenant_walls")


async def test_the_auditor_can_write_nothing(book, auditor):
    for statement in (LOT + " select municipality_id, gen_random_uuid(), 1, entry_id, 1, now(), 1, 1 from ledger.journal_entry",):
        assert await refusal_of(auditor, lambda conn, statement=statement: conn.exec_driver_sql(statement)) == NOT_ALLOWED
    for secret in (
        "* from community.token",
        "name from community.person",
        "kana from community.person",
        "contacts from community.person",
        "* from community.person_mark",
        "* from community.person_clear",
        "* from ledger.idempotency",
    ):
        asked = query.statement(f"select {secret}")
        with pytest.raises(DBAPIError) as refused:
            await read(auditor, TOWN, lambda conn, asked=asked: query.scalar(conn, asked))
        assert errors.sqlstate(refused.value) == NOT_ALLOWED


async def test_the_book_holds_after_all_this(book, auditor):
    found = await read(auditor, TOWN, verify.verify)
    assert [check for check in found.checks if not check.ok] == []
