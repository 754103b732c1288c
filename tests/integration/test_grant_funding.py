"""Who bears a grant: shares, what is beyond a cap, and what an empty budget does where the edition waits and where it refuses."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db import query
from flows import funding, grant
from kernel import ids
from rules import bearing, decision_store, edition_store
from rules.decision import Beyond, Decision
from rules.vocabulary.caps import ToFunding
from rules.vocabulary.earning import Clause, PerTime
from tests.support import editions, granting, schemes, spending
from tests.support.spending import NOW, do
from tests.support.towns import POINTS

pytestmark = pytest.mark.anyio

HUNDRED = PerTime(amount=101, every_minutes=60, rounding="down", minimum_minutes=0)

_LOTS = query.statement(
    """
    select l.code, t.amount
    from ledger.lot t
    join rules.budget_line l on l.municipality_id = t.municipality_id and l.account_id = t.funding_account
    where t.municipality_id = db.municipality() and t.entry_id = :entry_id
    order by l.code
    """
)
_VOID = query.statement(
    """
    select reason, voided_by from rules.decision_void
    where municipality_id = db.municipality() and decision_id = :decision_id
    """
)


class Scene:
    """A scheme of its own kind of activity, and its budget lines by code."""

    def __init__(self, engine: AsyncEngine, who: schemes.Officers, code: str, scheme_id: UUID, lines: dict[str, UUID]) -> None:
        self.engine, self.who, self.code, self.scheme_id, self.lines = engine, who, code, scheme_id, lines

    async def attended(self, member: UUID | None = None) -> UUID:
        """Somebody was there for an hour."""
        at = await granting.place(self.engine, self.code)
        whom = member or await spending.member(self.engine)
        return await granting.attended(self.engine, await granting.slot(self.engine, at), whom)

    async def granted(self, *attendances: UUID) -> list[grant.Granted]:
        """What this scheme makes of them."""
        results = await granting.granted(self.engine, attendances)
        return [each for each in results if each.scheme_id == self.scheme_id]

    async def lots(self, made: grant.Granted) -> list[tuple[str, int]]:
        """The lots of a grant: line and amount."""
        return [tuple(row) for row in await do(self.engine, query.rows, _LOTS, entry_id=made.entry_id)]

    async def left(self) -> dict[str, int]:
        """What the lines have left."""
        return {code: await schemes.left(self.engine, line) for code, line in self.lines.items()}


async def scene(engine: AsyncEngine, money: dict[str, int], **changes: object) -> Scene:
    who, code = await schemes.officers(engine), granting.code()
    clause = Clause(activity_kinds=(code,), earn=HUNDRED)
    await schemes.publish(engine, who, code, clauses=(clause,), **({"funding": tuple(money)} | changes))
    lines = {line: await schemes.fund(engine, who, code, line, amount) for line, amount in money.items()}
    scheme = await do(engine, edition_store.scheme_by_code, code)
    return Scene(engine, who, code, scheme.scheme_id, lines)


async def test_shares_split_every_grant_and_the_first_line_bears_what_does_not_divide(engine: AsyncEngine) -> None:
    found = await scene(engine, {"care": 1_000, "pref": 1_000, "town": 1_000}, shares=(50, 25, 25))
    (made,) = await found.granted(await found.attended())
    assert await found.lots(made) == [("care", 51), ("pref", 25), ("town", 25)]
    assert await found.left() == {"care": 949, "pref": 975, "town": 975}


async def test_a_share_is_not_borne_by_another_line(engine: AsyncEngine) -> None:
    found = await scene(engine, {"care": 1_000, "pref": 10}, shares=(50, 50))
    (made,) = await found.granted(await found.attended())
    assert (made.outcome, made.refusal) == ("waiting", "budget_exhausted")
    assert await found.left() == {"care": 1_000, "pref": 10}
    await schemes.supplement(engine, found.who, found.lines["pref"], 40)
    retried = await do(engine, grant.retry_waiting, actor=None, now=NOW)
    assert [each.outcome for each in retried if each.scheme_id == found.scheme_id] == ["granted"]
    assert await found.left() == {"care": 949, "pref": 0}


async def test_what_is_beyond_a_cap_is_borne_by_the_lines_that_the_cap_names(engine: AsyncEngine) -> None:
    over = ToFunding(funding=("pref",))
    found = await scene(engine, {"care": 1_000, "pref": 1_000}, funding=("care",), caps=(editions.cap(60, overflow=over),))
    (made,) = await found.granted(await found.attended())
    assert made.amount == 101
    assert await found.lots(made) == [("care", 60), ("pref", 41)]


async def test_beyond_on_the_same_line_is_one_lot_and_never_more_than_it_has(engine: AsyncEngine) -> None:
    over = ToFunding(funding=("care",))
    found = await scene(engine, {"care": 110}, caps=(editions.cap(60, overflow=over),))
    one, two = await found.granted(await found.attended(), await found.attended())
    assert (one.outcome, await found.lots(one)) == ("granted", [("care", 101)])
    assert (two.outcome, two.refusal) == ("waiting", "budget_exhausted")
    assert await found.left() == {"care": 9}


async def test_an_edition_that_does_not_wait_refuses_what_the_budget_cannot_pay(engine: AsyncEngine) -> None:
    found = await scene(engine, {"care": 150}, when_empty="refuse", caps=(editions.cap(150),))
    member = await spending.member(engine)
    paid, refused = await found.granted(await found.attended(member), await found.attended(await spending.member(engine)))
    assert paid.outcome == "granted"
    assert (refused.outcome, refused.amount, refused.refusal, refused.entry_id) == ("refused", 0, "budget_exhausted", None)
    (void,) = await do(engine, query.rows, _VOID, decision_id=refused.decision_id)
    assert (void.reason, void.voided_by) == (decision_store.BUDGET_EMPTY, None)

    await schemes.supplement(engine, found.who, found.lines["care"], 1_000)
    retried = await do(engine, grant.retry_waiting, actor=None, now=NOW)
    assert [each for each in retried if each.scheme_id == found.scheme_id] == []
    (again,) = await found.granted(refused.attendance_id)
    assert (again.outcome, again.decision_id) == ("refused", refused.decision_id)
    assert await spending.posted(engine, "wallet", POINTS, member) == 101


async def test_what_is_refused_takes_nothing_from_a_cap(engine: AsyncEngine) -> None:
    """Of a day's list the second is refused for want of money, and leaves the third as much of the cap as if it had not been."""
    found = await scene(engine, {"care": 150}, when_empty="refuse", caps=(editions.cap(202),))
    member = await spending.member(engine)
    made = await found.granted(*[await found.attended(member) for _ in range(3)])
    assert [each.outcome for each in made] == ["granted", "refused", "refused"]
    kept = await do(engine, decision_store.find, made[2].decision_id)
    assert kept is not None
    assert [used.amount for used in kept.facts.used] == [101]
    assert kept.decision.amount == 101


async def test_without_a_line_a_grant_waits_or_is_refused(engine: AsyncEngine) -> None:
    for when_empty, outcome in (("wait", "waiting"), ("refuse", "refused")):
        found = await scene(engine, {}, funding=("nobodys",), when_empty=when_empty)
        (made,) = await found.granted(await found.attended())
        assert made.outcome == outcome


async def test_the_hard_floor_refuses_what_a_purse_that_is_wrong_would_pay(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first guard taken away: whoever believes that there is more is refused by the book."""
    found = await scene(engine, {"care": 100})
    attendance = await found.attended()

    def lavish(self: funding.Purse, kept: decision_store.Kept, shares: tuple[int, ...]) -> funding.Drawn:
        mine = next(account for (scheme_id, _, _), account in self._lines.items() if scheme_id == kept.scheme_id)
        return funding.Drawn(((mine, 101),), covered=True)

    monkeypatch.setattr(funding.Purse, "draw", lavish)
    assert [(each.outcome, each.refusal) for each in await found.granted(attendance)] == [("waiting", "budget_exhausted")]
    assert await found.left() == {"care": 100}


def test_portions_come_to_the_amount() -> None:
    decision = Decision(
        outcome="granted",
        amount=100,
        unit="pt",
        minutes=60,
        expires_on=None,
        funding=("a", "b", "c"),
        trace=(),
        beyond=(Beyond(7, ("d",)),),
    )
    assert list(bearing.portions(decision, ())) == [(("a", "b", "c"), 93), (("d",), 7)]
    assert list(bearing.portions(decision, (34, 33, 33))) == [(("a",), 33), (("b",), 30), (("c",), 30), (("d",), 7)]


async def test_decisions_refused_are_voided_in_the_transaction_that_decides(engine: AsyncEngine) -> None:
    """Whoever rolls back has neither."""
    found = await scene(engine, {"care": 0}, when_empty="refuse")
    attendance = await found.attended()

    async def work(conn: AsyncConnection) -> None:
        await grant.for_attendances(conn, [attendance], actor=ids.new_id(), now=NOW)
        raise LookupError

    with pytest.raises(LookupError):
        await do(engine, work)
    assert await do(engine, decision_store.of_attendances, [attendance]) == []


async def test_the_audit_holds_on_all_of_it(engine: AsyncEngine, auditor: AsyncEngine) -> None:
    assert await granting.audited(auditor) == []
