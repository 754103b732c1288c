"""One key, one answer: replays, refusals that stay refused, other requests under a used key, faults that leave it free."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kernel import canonical, ids
from kernel.refusal import Refusal
from ledger import idempotency, posting, refusals
from ledger.draft import move
from tests.support.desk import NOW, Desk, draft, open_desk

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(engine: AsyncEngine) -> Desk:
    return await open_desk(engine)


def refused(refusal: Refusal) -> tuple[int, bytes]:
    return 409, refusal.code.encode()


class Caller:
    """Someone who asks for an amount under a key; counts how often the work was really done."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.id = ids.new_id()
        self.done = 0

    async def ask(self, key: str, amount: int, *, fail: Exception | None = None) -> idempotency.Answer:
        sha256 = canonical.sha256(amount)

        async def story(conn: AsyncConnection) -> idempotency.Answer:
            return await idempotency.once(
                conn,
                caller=self.id,
                key=key,
                request_sha256=sha256,
                work=self._work(conn, amount, fail),
                refused=refused,
            )

        return await self.desk.do(story, keyed=True)

    def _work(self, conn: AsyncConnection, amount: int, fail: Exception | None) -> Callable[[], Awaitable[tuple[int, bytes]]]:
        async def work() -> tuple[int, bytes]:
            self.done += 1
            posted = await posting.post_one(
                conn, draft("appropriation", move(self.desk.council, self.desk.budget, amount)), now=NOW
            )
            if fail is not None:
                raise fail
            return 201, posted.entry_id.bytes

        return work


async def funded(desk: Desk) -> int:
    return (await desk.balance(desk.budget)).posted


async def test_the_same_key_and_request_get_the_first_answer_again(desk: Desk) -> None:
    caller = Caller(desk)
    first, again = [await caller.ask("k", 5) for _ in range(2)]
    assert (first.replayed, again.replayed, caller.done) == (False, True, 1)
    assert (first.status, first.body) == (again.status, again.body)
    assert await funded(desk) == 5


async def test_the_same_key_for_another_request_is_refused(desk: Desk) -> None:
    caller = Caller(desk)
    await caller.ask("k", 5)
    with pytest.raises(refusals.KeyReused):
        await caller.ask("k", 6)
    assert await funded(desk) == 5


async def test_keys_are_each_caller_s_own(desk: Desk) -> None:
    await Caller(desk).ask("k", 5)
    assert not (await Caller(desk).ask("k", 6)).replayed
    assert await funded(desk) == 11


async def test_a_refusal_takes_back_what_it_had_begun_and_stays(desk: Desk) -> None:
    caller = Caller(desk)
    refusal = refusals.BudgetExhausted(unit="pt", needed=2, available=1)
    answers = [await caller.ask("k", 5, fail=refusal), await caller.ask("k", 5)]
    assert [(each.status, each.body, each.replayed) for each in answers] == [
        (409, b"budget_exhausted", False),
        (409, b"budget_exhausted", True),
    ]
    assert (await funded(desk), caller.done) == (0, 1)


async def test_a_fault_leaves_the_key_free(desk: Desk) -> None:
    caller = Caller(desk)
    with pytest.raises(LookupError):
        await caller.ask("k", 5, fail=LookupError("we broke"))
    assert await funded(desk) == 0
    assert not (await caller.ask("k", 5)).replayed
    assert await funded(desk) == 5


async def test_a_key_of_the_greatest_length_and_any_text_is_kept(desk: Desk) -> None:
    caller = Caller(desk)
    key = "結" * idempotency.KEY_LENGTH_MAX
    assert [(await caller.ask(key, 5)).replayed for _ in range(2)] == [False, True]
    assert isinstance(caller.id, UUID)
