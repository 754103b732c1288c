"""A correction takes two people: the story says so, and PostgreSQL where the story is gone around."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from community.actor import Actor
from db import errors
from flows import correction, correction_wish
from kernel import ids
from ledger.refusals import UnknownEntry
from tests.support import spending
from tests.support.spending import NOW, do
from wallets import correction_wishes, refusals
from wallets.correction_wishes import Wish


async def granted(engine: AsyncEngine) -> UUID:
    """An entry that granted a member something."""
    person = await spending.member(engine)
    return await spending.grant_entry(engine, person, 100, origin=await spending.attendance(engine, person))


async def asked(engine: AsyncEngine, officer: Actor, entry_id: UUID) -> Wish:
    wanted = correction.Asked(entry_id=entry_id, reason="別の人の記録でした")
    return await do(engine, correction_wish.ask, wanted, actor=officer, now=NOW)


async def test_who_asked_neither_books_nor_refuses_it(engine: AsyncEngine) -> None:
    first, second = await spending.actor(engine, "officer"), await spending.actor(engine, "officer")
    wish = await asked(engine, first, await granted(engine))
    with pytest.raises(refusals.SamePerson):
        await do(engine, correction_wish.approve, wish.wish_id, actor=first, now=NOW)
    with pytest.raises(refusals.SamePerson):
        await do(engine, correction_wish.refuse, wish.wish_id, "x", actor=first, now=NOW)
    made = await do(engine, correction_wish.approve, wish.wish_id, actor=second, now=NOW)
    assert (made.entry_id, made.actor) == (wish.entry_id, second.principal_id)
    for story, more in ((correction_wish.approve, ()), (correction_wish.refuse, ("x",))):
        with pytest.raises(refusals.CorrectionDecided):
            await do(engine, story, wish.wish_id, *more, actor=second, now=NOW)
    kept = await do(engine, correction_wishes.get, wish.wish_id)
    assert (kept.state, kept.correction_id) == ("corrected", made.correction_id)
    assert wish.wish_id not in {each.wish_id for each in await do(engine, correction_wishes.page, waiting=True)}


async def test_postgresql_says_the_same_without_the_story(engine: AsyncEngine) -> None:
    first, second = await spending.actor(engine, "officer"), await spending.actor(engine, "officer")
    wish, other = await asked(engine, first, await granted(engine)), await asked(engine, first, await granted(engine))
    told = {"correction_id": None, "reason": "x", "now": NOW}
    with pytest.raises(DBAPIError) as guarded:
        await do(engine, correction_wishes.decide, wish.wish_id, decided_by=first.principal_id, **told)
    assert errors.constraint(guarded.value) == "two_people"
    made = await do(engine, correction_wish.approve, other.wish_id, actor=second, now=NOW)
    done = told | {"correction_id": made.correction_id, "reason": None}
    with pytest.raises(DBAPIError) as guarded:
        await do(engine, correction_wishes.decide, wish.wish_id, decided_by=second.principal_id, **done)
    assert errors.constraint(guarded.value) == "correction_as_asked"
    with pytest.raises(DBAPIError) as guarded:
        await do(engine, correction_wishes.decide, other.wish_id, decided_by=second.principal_id, **told)
    assert errors.constraint(guarded.value) == "correction_decided_once"


async def test_nothing_is_asked_about_what_is_not_there(engine: AsyncEngine) -> None:
    officer = await spending.actor(engine, "officer")
    with pytest.raises(UnknownEntry):
        await asked(engine, officer, ids.new_id())
    with pytest.raises(refusals.UnknownCorrectionAsked):
        await do(engine, correction_wish.approve, ids.new_id(), actor=officer, now=NOW)
