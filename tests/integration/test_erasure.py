"""A member leaves and is erased: nobody finds who they were, and the book says what it said. Each guard stands without the other."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.needs import find as find_need
from community import entrances, finding, members, persons, principals, refusals, sessions, tokens
from community.entrances import NewEntrance
from community.members import Person
from community.person_refusals import ErasureNotConfirmed, ErasureNotYet, ErasureOfOneself, MemberErased
from community.persons import Contacts, Known
from db import errors, query
from db.transact import read
from flows import audit, book, donation, erasure, erasure_facts, needs, recompute, roster, trace
from kernel import ids
from ledger.refusals import AccountClosed
from qr import store
from qr import tokens as codes
from qr.refusals import CardRevoked
from tests.support import claiming, deeds, looking, spending
from tests.support.deeds import Guest, Hall, at
from tests.support.postgres import Clone
from tests.support.spending import NOW, do
from tests.support.towns import POINTS, TOWN

WHO: dict[str, Any] = {
    "name": "蕗谷 花子",
    "kana": "ふきのや はなこ",
    "born_on": date(1948, 5, 1),
    "contacts": Contacts(telephone="090-1234-5678", address="さくら町 3-4-5 みどり荘", emergency_name="五郎左衛門"),
}
WORDS = ("蕗谷", "ふきのや", "1234-5678", "みどり荘", "五郎左衛門", "1948-05-01")
LATER = NOW + timedelta(days=40)


async def asked_of(engine: AsyncEngine, who: Guest, **changes: Any) -> Any:
    """An officer erases the member."""
    officer = await spending.actor(engine, "officer")
    plain: dict[str, Any] = {"member_id": who.id, "number": who.member.number, "because": "wish"}
    return await do(engine, erasure.erase, erasure.Asked(**(plain | changes)), actor=officer, now=LATER)


async def stands(engine: AsyncEngine, who: Guest) -> list[tuple[str, int]]:
    """What stands against erasing a member."""
    return [(each.what, each.amount) for each in await do(engine, erasure_facts.obstacles, who.id)]


async def came(engine: AsyncEngine) -> tuple[Guest, Hall, UUID]:
    """A member who came to a gathering, earned 400 points for it, and gave all of them to the pot; the redemption."""
    kind = await deeds.salon_scheme(engine)
    who, place = await deeds.guest(engine, **WHO), await deeds.hall(engine, kind=kind)
    for minute in (0, 120):
        await deeds.card(engine, place, who, at(minute))
    closed = await deeds.close(engine, place)
    assert deeds.granted(closed.grants, deeds.of(closed, who).attendance_id) == [("granted", 400)]
    given = donation.Asked(member_id=who.id, unit="pt", amount=400)
    made = await do(engine, donation.donate, given, actor=who.actor, now=at(200))
    return who, place, made.redemption_id


# --------------------------------------------------------------------------------------------------- what stays true


async def test_nobody_finds_who_was_erased_and_the_book_says_what_it_said(
    engine: AsyncEngine, auditor: AsyncEngine, admin: AsyncEngine, database: Clone
) -> None:
    who, place, redemption_id = await came(engine)
    before = await told(auditor, redemption_id)
    await asked_of(engine, who)
    after = await told(auditor, redemption_id)
    assert after == before
    assert (before[0], before[1][0][2], before[2]) == (True, [], True)
    assert await looking.holds(admin, WORDS) == []
    assert [word for word in WORDS if word.encode() in looking.dumped(database)] == []
    gone = f"退会した会員 ({who.member.number})"
    assert await do(engine, members.person_of, who.id) == Person(gone, gone)
    assert await do(engine, persons.find_many, [who.id]) == {who.id: Known(person=Person(gone, gone))}
    assert await do(engine, members.born_on, [who.id]) == {}
    assert await do(engine, finding.by_kana, "ふきのや") == []
    there = await do(engine, roster.of_slot, place.slot.slot_id, actor=place.host)
    assert [each.name for each in there.guests] == [gone]


async def told(auditor: AsyncEngine, redemption_id: UUID) -> tuple[bool, Any, bool, Any]:
    """What the auditor is told: the whole audit, the trace of what was given, and everything once more."""
    verified = await read(auditor, TOWN, audit.audit)
    traced = await read(auditor, TOWN, lambda conn: trace.trace(conn, redemption_id))
    again = await read(auditor, TOWN, recompute.recompute)
    # a closed account is one more for a check to look at; all else is the same to the entry
    figures = (verified.entries, verified.lines, [(each.name, each.first_difference) for each in verified.checks if not each.ok])
    return verified.ok, (figures, traced), again.ok, again.checks


async def test_all_doors_are_shut_behind_who_was_erased(engine: AsyncEngine) -> None:
    who, _, _ = await came(engine)
    opening = sessions.Opening(principal_id=who.actor.principal_id, role="member", device="a phone", opened_by="entrance")
    opened = await do(engine, sessions.open_, opening, chance=os.urandom(sessions.SECRET_BYTES), now=NOW)
    lifetime, chance = timedelta(days=90), os.urandom(tokens.SECRET_BYTES)
    token = await do(engine, tokens.create, who.actor.principal_id, lifetime=lifetime, chance=chance, now=NOW)
    new = NewEntrance(principal_id=who.actor.principal_id, good_for=timedelta(days=90))
    secret = await do(engine, entrances.make, new, chance=os.urandom(sessions.SECRET_BYTES), now=NOW)
    host = principals.Principal(
        principal_id=ids.new_id(),
        role="host",
        member_id=who.id,
        organisation_id=await spending.organisation(engine, "host"),
        label="茶話会の世話役",
    )
    await do(engine, principals.create, host, created_by=None, now=NOW)
    ended = await asked_of(engine, who)
    assert (ended.roles, ended.sessions) == (2, 1)
    assert await do(engine, sessions.resolve, opened.secret, LATER) is None
    assert await do(engine, tokens.resolve, token, LATER) is None
    with pytest.raises(refusals.EntranceClosed):
        await do(engine, entrances.find, secret, LATER)
    with pytest.raises(CardRevoked):
        await do(engine, store.card, codes.open_card(who.card[2:]), at=LATER)
    with pytest.raises(MemberErased):
        await do(engine, members.by_number, who.member.number)
    assert (await do(engine, members.ever_by_number, who.member.number)).member_id == who.id


async def test_what_was_planned_is_taken_back(engine: AsyncEngine) -> None:
    who, place = await deeds.guest(engine, **WHO), await deeds.hall(engine)
    later = LATER + timedelta(days=1)
    wish = await deeds.need(engine, who, starts_at=later, note="蕗谷の家の買い物")
    assert (await do(engine, find_need, wish.need_id)).note == "蕗谷の家の買い物"
    offered = await do(engine, needs.offer, needs.OfferAsked(member_id=who.id, kind="garden"), actor=who.actor, now=NOW)
    officer = await spending.actor(engine, "officer")
    asked = erasure.Asked(member_id=who.id, number=who.member.number, because="death")
    booked = await do(engine, book.book, book.Asked(slot_id=place.slot.slot_id, member_id=who.id), actor=who.actor, now=at(-60))
    ends = (await do(engine, erasure.look, who.id, now=at(-30))).ends
    assert (ends.needs, ends.offers, ends.places) == (
        (wish.need_id,),
        (offered.offer_id,),
        ((booked.booking_id, place.slot.slot_id),),
    )
    await do(engine, erasure.erase, asked, actor=officer, now=at(-30))
    assert (await do(engine, find_need, wish.need_id)).note is None
    left = await do(engine, erasure_facts.open_things, who.id, at(-30))
    assert (left.needs, left.offers, left.places) == ((), (), ())
    record = query.statement("select because, erased_by, erased_at from community.erasure where member_id = :id")
    (row,) = await do(engine, query.rows, record, id=who.id)
    assert tuple(row) == ("death", officer.principal_id, at(-30))


# ----------------------------------------------------------------------------------------------- what stands against


async def test_points_that_are_left_are_given_first(engine: AsyncEngine) -> None:
    who = await deeds.guest(engine, **WHO)
    await spending.grant(engine, who.id, 100)
    with pytest.raises(ErasureNotYet) as refused:
        await asked_of(engine, who)
    assert refused.value.stands == ("balance",)
    await do(engine, donation.donate, donation.Asked(member_id=who.id, unit="pt", amount=100), actor=who.actor, now=NOW)
    await asked_of(engine, who)
    with pytest.raises(AccountClosed):  # and nothing comes in afterwards
        await spending.grant(engine, who.id, 100)


async def test_an_agreement_and_what_it_holds_come_to_an_end_first(engine: AsyncEngine) -> None:
    who, helper = await deeds.guest(engine, **WHO), await deeds.guest(engine)
    found = await deeds.agreed(engine, who, helper)
    assert await stands(engine, who) == [("held", found.pay_for(found.minutes_max)), ("match", 1)]
    assert await stands(engine, helper) == [("match", 1)]
    with pytest.raises(ErasureNotYet) as refused:
        await asked_of(engine, who)
    assert refused.value.stands == ("held", "match")


async def test_a_claim_and_what_is_owed_come_to_an_end_first(engine: AsyncEngine) -> None:
    desk = await claiming.open_desk(engine, "erasure-claims")
    who = await deeds.guest(engine, **WHO)
    await desk.earn(who.id)
    await desk.claim(who.id)
    assert await stands(engine, who) == [("balance", 100), ("held", 100), ("claim", 1)]
    await desk.pay()
    assert await stands(engine, who) == [("owed", 10_000)]


async def test_what_was_scanned_and_is_not_decided_comes_to_an_end_first(engine: AsyncEngine) -> None:
    who, place = await deeds.guest(engine, **WHO), await deeds.hall(engine)
    await deeds.card(engine, place, who, at(0))
    assert await stands(engine, who) == [("unsettled", 1)]
    with pytest.raises(ErasureNotYet):
        await asked_of(engine, who)


async def test_the_number_is_typed_and_nobody_erases_themselves(engine: AsyncEngine) -> None:
    who, other = await deeds.guest(engine, **WHO), await deeds.guest(engine)
    with pytest.raises(ErasureNotConfirmed):
        await asked_of(engine, who, number=other.member.number)
    own = await spending.actor(engine, "officer", member_id=who.id)
    asked = erasure.Asked(member_id=who.id, number=who.member.number, because="wish")
    with pytest.raises(ErasureOfOneself):
        await do(engine, erasure.erase, asked, actor=own, now=LATER)
    await asked_of(engine, who)
    with pytest.raises(MemberErased):
        await asked_of(engine, who)


# ------------------------------------------------------------------------------------------- PostgreSQL by itself


async def refused_by(engine: AsyncEngine, sql: str, **given: Any) -> str | None:
    """The guard that refuses a statement, at the latest when it is committed; None where none does."""

    async def attempt(conn: AsyncConnection) -> None:
        await query.run(conn, query.statement(sql), **given)

    try:
        await do(engine, attempt)
    except DBAPIError as error:
        return errors.constraint(error)
    return None


RECORD = """
    insert into community.erasure (municipality_id, member_id, because, erased_at, erased_by)
    values (db.municipality(), :id, 'wish', now(), gen_random_uuid())
"""


async def test_a_key_goes_with_an_erasure_alone(engine: AsyncEngine) -> None:
    who = await deeds.guest(engine, **WHO)
    assert (
        await refused_by(engine, "delete from community.person_key where member_id = :id", id=who.id) == "key_goes_with_erasure"
    )
    assert (await do(engine, members.person_of, who.id)).name == WHO["name"]


async def test_an_erasure_leaves_no_key_no_role_and_nothing_in_a_wallet(engine: AsyncEngine) -> None:
    who = await deeds.guest(engine, **WHO)
    assert await refused_by(engine, RECORD, id=who.id) == "erasure_closes_accounts"
    closing = f"""
        with closed as (
            insert into ledger.account_close (municipality_id, account_id)
            select municipality_id, account_id from ledger.account where holder = :id returning 1
        )
        {RECORD}
    """
    assert await refused_by(engine, closing, id=who.id) == "erasure_takes_the_key"
    await spending.grant(engine, who.id, 5)
    assert await refused_by(engine, closing, id=who.id) == "close_empty"
    assert await spending.posted(engine, "wallet", POINTS, who.id) == 5


@pytest.mark.parametrize(
    "sql",
    [
        "insert into community.principal (municipality_id, principal_id, role, member_id, label, created_at) "
        "values (1, gen_random_uuid(), 'member', :id, 'x', now())",
        "insert into community.person_mark (municipality_id, mark, member_id) values (1, decode(repeat('ab', 16), 'hex'), :id)",
        "insert into community.person_key (municipality_id, member_id, master_id, wrapped) "
        "values (1, :id, decode(repeat('ab', 8), 'hex'), decode(repeat('ab', 60), 'hex'))",
        "update community.person set name = 'x' where member_id = :id",
        "insert into activities.offer (municipality_id, offer_id, member_id, kind, weekdays, offered_at, offered_by) "
        "values (1, gen_random_uuid(), :id, 'garden', '{}', now(), gen_random_uuid())",
    ],
)
async def test_who_was_erased_stays_so(engine: AsyncEngine, sql: str) -> None:
    who = await deeds.guest(engine, **WHO)
    await asked_of(engine, who)
    assert await refused_by(engine, sql, id=who.id) == "erased_for_good"


async def test_that_somebody_was_erased_stays_on_record(engine: AsyncEngine, admin: AsyncEngine) -> None:
    who = await deeds.guest(engine, **WHO)
    await asked_of(engine, who)
    for statement in ("delete from community.erasure", "update community.erasure set because = 'death'"):
        assert await refused_by(admin, statement) == "append_only"
