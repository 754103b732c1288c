"""A hundred cashiers, one pay code: exactly one wins.

Two guards stand on it, the lock and the constraint that a code is used once. Either is enough alone; without both the code pays more
than once, which shows that the race is one.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import errors, query
from flows import purchase
from kernel import ids
from qr import tokens
from tests.support import spending
from tests.support.spending import NOW, do
from tests.support.towns import POINTS
from wallets import locks, pay_codes, refusals

RIVALS = 100
ONE_MEETING = 10  # as many as hold a connection at once

_DROP = query.statement("alter table wallets.pay_code_use drop constraint pay_code_once")
_RESTORE = query.statement(
    "alter table wallets.pay_code_use add constraint pay_code_once primary key (municipality_id, pay_code_id)"
)
_REOPEN = query.statement("alter table wallets.pay_code_use disable trigger append_only")


class Race:
    """One member with 1,000 points, one code good for 10, and a partner whose cashiers all scan it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    async def run(self, rivals: int = RIVALS) -> list[Any]:
        me = await spending.member(self.engine)
        await spending.grant(self.engine, me, 1_000)
        partner = await spending.organisation(self.engine, "partner")
        cashiers = [await spending.actor(self.engine, "cashier", organisation_id=partner) for _ in range(3)]
        token = tokens.new_pay_code(secrets.token_bytes(tokens.SECRET_BYTES))
        await self._issue(me, token)
        asked = purchase.Asked(code=f"P/{token.text}", unit="pt", amount=10)
        outcomes = await asyncio.gather(
            *(do(self.engine, purchase.purchase, asked, actor=cashiers[n % len(cashiers)], now=NOW) for n in range(rivals)),
            return_exceptions=True,
        )
        won = sum(isinstance(each, purchase.Receipt) for each in outcomes)
        assert await spending.posted(self.engine, "payable", POINTS, partner) == 10 * won
        assert await spending.posted(self.engine, "wallet", POINTS, me) == 1_000 - 10 * won
        return outcomes

    async def _issue(self, member_id: UUID, token: tokens.PayCode) -> None:
        own = await spending.actor(self.engine, "member", member_id=member_id)
        draft = pay_codes.PayCodeDraft(
            pay_code_id=ids.new_id(),
            member_id=member_id,
            unit_id=POINTS,
            fingerprint=tokens.fingerprint(token),
            amount_max=10,
            issued_by=own.principal_id,
        )
        await do(self.engine, pay_codes.issue, draft, now=NOW)


def _kinds(outcomes: Sequence[Any]) -> Counter[str]:
    return Counter(
        (errors.constraint(each) or "?") if isinstance(each, IntegrityError) else type(each).__name__ for each in outcomes
    )


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the lock away, and makes rivals wait for each other where it would have kept them apart."""
    barrier = asyncio.Barrier(ONE_MEETING)

    async def together(conn: AsyncConnection, name: str, record_id: object) -> None:
        await barrier.wait()

    monkeypatch.setattr(locks, "take", together)
    find = pay_codes.find

    async def find_and_wait(conn: AsyncConnection, fingerprint: bytes) -> pay_codes.IssuedPayCode | None:
        found = await find(conn, fingerprint)
        await barrier.wait()  # everybody has read the code before anybody uses it
        return found

    monkeypatch.setattr(pay_codes, "find", find_and_wait)


@pytest.fixture
async def nameless(admin: AsyncEngine) -> Any:
    """Takes the constraint away, and after the test puts it back, without the uses that it would not have let in."""
    async with admin.begin() as conn:
        await query.run(conn, _DROP)
    yield
    async with admin.begin() as conn:
        await query.run(conn, _REOPEN)
        await query.run(conn, query.statement("delete from wallets.pay_code_use"))
        await query.run(conn, query.statement("alter table wallets.pay_code_use enable trigger append_only"))
        await query.run(conn, _RESTORE)


async def test_exactly_one_of_a_hundred_wins(engine: AsyncEngine) -> None:
    outcomes = await Race(engine).run()
    assert _kinds(outcomes) == {"Receipt": 1, "PayCodeUsed": RIVALS - 1}


async def test_the_lock_alone_is_enough(engine: AsyncEngine, nameless: None) -> None:
    outcomes = await Race(engine).run()
    assert _kinds(outcomes) == {"Receipt": 1, "PayCodeUsed": RIVALS - 1}


@pytest.mark.usefixtures("meeting")
async def test_the_constraint_alone_is_enough(engine: AsyncEngine) -> None:
    outcomes = await Race(engine).run(ONE_MEETING)
    assert _kinds(outcomes) == {"Receipt": 1, "pay_code_once": ONE_MEETING - 1}


@pytest.mark.usefixtures("meeting")
async def test_without_both_the_code_pays_more_than_once(engine: AsyncEngine, nameless: None) -> None:
    outcomes = await Race(engine).run(ONE_MEETING)
    assert _kinds(outcomes)["Receipt"] > 1


async def test_a_used_code_is_refused_by_name(engine: AsyncEngine) -> None:
    outcomes = await Race(engine).run(2)
    (refused,) = (each for each in outcomes if isinstance(each, refusals.PayCodeUsed))
    assert refused.used_at == NOW
