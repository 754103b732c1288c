"""Who members are, against PostgreSQL: nothing stands in clear, nothing that was moved opens, corrections are noted."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community import corrections, finding, members, persons, sealing, vault
from community.members import NewMember, Person
from community.person_refusals import SourceMissing, UnknownCorrectionWish
from community.persons import Change, Contacts, Known
from community.vault import VaultShut
from db import engine as engines
from db import errors, query, transact
from flows import simulate
from kernel import ids
from kernel.text import UnreadableText
from tests.support import editions, http, looking, spending, vaults
from tests.support.postgres import Clone
from tests.support.spending import NOW, do
from tests.support.towns import AREAS, TOWN

CONTACTS = Contacts(
    telephone="090-1234-5678",
    address="さくら町 3-4-5 みどり荘",
    reached_by="telephone",
    emergency_name="蕗谷 五郎左衛門",
    emergency_telephone="03-9876-5432",
)
WORDS = ("蕗谷", "ふきのや", "1234-5678", "みどり荘", "五郎左衛門", "1948-05-01")
NEW_MASTER = b"another master secret of the tests, 40 B"

_CLEAR = query.statement(
    """
    insert into community.person_clear (municipality_id, member_id, name, kana, born_on)
    values (:town, :member_id, '古井 ウメ', 'ふるい うめ', '1933-03-03')
    """
)
_UNSEALED = query.statement("select count(*) from community.person_clear")


def newcomer(name: str = "蕗谷 花子", kana: str = "ふきのや はなこ", born_on: date | None = date(1948, 5, 1)) -> NewMember:
    return NewMember(member_id=ids.new_id(), area_id=AREAS[TOWN], person=Person(name, kana, born_on), contacts=CONTACTS)


@pytest.fixture
async def bare(database: Clone, engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """The service's role without the means to open anybody."""
    made = engines.create(database.app_url, name="test", pool_size=2)
    yield made
    await made.dispose()


@pytest.fixture
async def bare_auditor(database: Clone, engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """The auditor's role without them."""
    made = engines.create(database.auditor_url, name="test auditor", pool_size=1)
    yield made
    await made.dispose()


async def known_of(engine: AsyncEngine, member: members.Member) -> Known:
    return (await do(engine, persons.find_many, [member.member_id]))[member.member_id]


# ------------------------------------------------------------------------------------------------------------ sealed


async def test_neither_a_table_nor_a_backup_tells_a_name(engine: AsyncEngine, admin: AsyncEngine, database: Clone) -> None:
    member = await do(engine, members.add, newcomer(), now=NOW)
    known = await known_of(engine, member)
    assert (known.person, known.contacts) == (Person("蕗谷 花子", "ふきのや はなこ", date(1948, 5, 1)), CONTACTS)
    assert await looking.holds(admin, WORDS) == []
    dump = looking.dumped(database)
    assert str(member.member_id).encode() in dump
    assert [word for word in WORDS if word.encode() in dump or word.encode().hex().encode() in dump] == []


async def test_the_walk_finds_a_name_that_stands_in_clear(engine: AsyncEngine, admin: AsyncEngine) -> None:
    member = await do(engine, members.add, newcomer(), now=NOW)
    async with admin.begin() as conn:
        await query.run(conn, query.statement("alter table community.person_clear disable trigger all"))
        await query.run(conn, _CLEAR, town=TOWN, member_id=member.member_id)
    assert await looking.holds(admin, ["古井"]) == ["community.person_clear.name"]
    async with admin.begin() as conn:
        await query.run(conn, query.statement("delete from community.person_clear"))


async def opens_after(admin: AsyncEngine, member: members.Member, tampering: str, **given: object) -> None:
    """Opens the member after a statement by the superuser, which is taken back afterwards."""
    async with vaults.opening(admin).connect() as conn, conn.begin() as tampered:
        await query.rows(conn, query.statement(f"select set_config('yui.municipality', '{TOWN}', true)"))
        assert await query.run(conn, query.statement(tampering), member_id=member.member_id, **given) == 1
        try:
            await persons.find_many(conn, [member.member_id])
        finally:
            await tampered.rollback()


@pytest.mark.parametrize("moved", ["name", "kana", "born_on", "contacts"])
async def test_a_value_that_was_moved_to_another_member_does_not_open(
    engine: AsyncEngine, admin: AsyncEngine, moved: str
) -> None:
    one, other = [await do(engine, members.add, newcomer(), now=NOW) for _ in range(2)]
    moving = f"""
        update community.person p set {moved} = o.{moved} from community.person o
        where p.member_id = :member_id and o.member_id = :other
    """
    with pytest.raises(InvalidTag):
        await opens_after(admin, one, moving, other=other.member_id)
    await opens_after(admin, one, moving, other=one.member_id)  # the twin: nothing was moved, and it opens


async def test_a_value_of_before_a_correction_does_not_open_again(engine: AsyncEngine, admin: AsyncEngine) -> None:
    member = await do(engine, members.add, newcomer(), now=NOW)
    async with admin.connect() as conn:
        read = query.statement("select name from community.person where member_id = :member_id")
        before = await query.scalar(conn, read, member_id=member.member_id)
    corrected = Known(person=Person("蕗谷 はな子", "ふきのや はなこ", date(1948, 5, 1)), contacts=CONTACTS)
    await do(engine, persons.change, Change(member_id=member.member_id, known=corrected, changed_by=ids.new_id()), now=NOW)
    with pytest.raises(InvalidTag):
        await opens_after(admin, member, "update community.person set name = :name where member_id = :member_id", name=before)


# ------------------------------------------------------------------------------------------------------- the secret


async def test_without_the_secret_nobody_is_opened_and_numbers_go_on(bare: AsyncEngine, engine: AsyncEngine) -> None:
    member = await do(engine, members.add, newcomer(), now=NOW)
    assert (await do(bare, members.by_number, member.number)) == member
    with pytest.raises(VaultShut, match="YUI_SECRET_KEY"):
        await do(bare, members.person_of, member.member_id)


async def test_the_service_does_not_start_with_another_secret(bare: AsyncEngine, engine: AsyncEngine) -> None:
    await do(engine, members.add, newcomer(), now=NOW)
    other = vaults.opening(bare, by=vaults.means(NEW_MASTER))
    with pytest.raises(VaultShut, match="another secret"):
        await sealing.begin(other, now=NOW)


async def test_the_auditor_reads_no_birth_date_and_tries_a_draft_on_ages_with_the_secret(
    bare_auditor: AsyncEngine, engine: AsyncEngine, auditor: AsyncEngine
) -> None:
    member = await do(engine, members.add, newcomer(born_on=date(1950, 1, 1)), now=NOW)
    await spending.attendance(engine, member.member_id)
    draft = editions.edition(scheme="ages", unit="pt", starts_on=date(2026, 4, 1))
    asked = simulate.Asked(draft=draft, first_on=NOW.date() - timedelta(days=3), last_on=NOW.date())
    found = await transact.read(auditor, TOWN, lambda conn: simulate.simulate_draft(conn, asked))
    assert "70-79" in {row.key for row in found.by_age_band}
    with pytest.raises(VaultShut):
        await transact.read(bare_auditor, TOWN, lambda conn: simulate.simulate_draft(conn, asked))
    raw = query.statement("select born_on from community.person where member_id = :member_id")
    sealed = await transact.read(bare_auditor, TOWN, lambda conn: query.scalar(conn, raw, member_id=member.member_id))
    assert b"1950" not in bytes(sealed)


async def test_a_new_secret_takes_the_place_of_the_old_one(engine: AsyncEngine, bare: AsyncEngine) -> None:
    member = await do(engine, members.add, newcomer(kana="にいがき はな"), now=NOW)
    both = vaults.opening(bare, by=vaults.means(NEW_MASTER, before=vaults.MASTER))
    assert [each.number for each in await do(both, finding.by_kana, "にいが")] == [member.number]  # during the change
    assert await sealing.rewrap(both) >= 1
    assert await sealing.rewrap(both) == 0
    fresh = vaults.opening(bare, by=vaults.means(NEW_MASTER))
    assert (await known_of(fresh, member)).contacts == CONTACTS
    assert [each.number for each in await do(fresh, finding.by_kana, "ニイガキ")] == [member.number]
    with pytest.raises(VaultShut):
        await known_of(engine, member)
    back = vaults.opening(bare, by=vaults.means(vaults.MASTER, before=NEW_MASTER))
    await sealing.rewrap(back)
    assert (await known_of(engine, member)).contacts == CONTACTS


async def test_what_an_older_version_kept_in_clear_is_sealed_when_the_service_starts(
    engine: AsyncEngine, admin: AsyncEngine, database: Clone
) -> None:
    member = await do(engine, members.add, newcomer(), now=NOW)
    for table in ("person_key", "person_mark", "person"):  # as the step leaves a member of before it
        async with admin.begin() as conn:
            await query.run(conn, query.statement("set local session_replication_role = replica"))
            await query.run(conn, query.statement(f"delete from community.{table} where member_id = :id"), id=member.member_id)
    async with admin.begin() as conn:
        await query.run(conn, _CLEAR, town=TOWN, member_id=member.member_id)
    async with http.served(database):
        pass
    assert (await known_of(engine, member)).person == Person("古井 ウメ", "ふるい うめ", date(1933, 3, 3))
    assert [each.number for each in await do(engine, finding.by_kana, "ふるい")] == [member.number]
    assert await do(admin, query.scalar, _UNSEALED) == 0
    assert await looking.holds(admin, ["古井", "ふるい うめ"]) == []


# ----------------------------------------------------------------------------------------------------------- finding


async def test_a_reading_is_found_by_its_beginning_in_the_order_of_readings(engine: AsyncEngine) -> None:
    for kana in ("わたらい みつる", "わたらい みつこ", "わたらいけ なな", "わた きみ"):
        await do(engine, members.add, newcomer(kana=kana), now=NOW)

    async def found(typed: str) -> list[str]:
        people = await do(engine, finding.by_kana, typed)
        return [(await do(engine, members.person_of, each.member_id)).kana for each in people]

    assert await found("わたらい") == ["わたらいけ なな", "わたらい みつこ", "わたらい みつる"]
    assert await found("ワタライ　ミツ") == ["わたらい みつこ", "わたらい みつる"]
    assert await found("わたらいみつる") == ["わたらい みつる"]  # longer than marks tell
    assert await found("ﾜﾀ") == ["わた きみ", "わたらいけ なな", "わたらい みつこ", "わたらい みつる"]
    assert await found("わたらいみつるこ") == []


# -------------------------------------------------------------------------------------------------------- correcting


async def test_a_correction_is_noted_by_its_fields_and_found_by_the_new_reading(engine: AsyncEngine) -> None:
    member, desk = await do(engine, members.add, newcomer(kana="きゅうせい はなこ"), now=NOW), ids.new_id()
    known = Known(person=Person("新姓 花子", "しんせい はなこ", date(1948, 5, 1)), contacts=Contacts(telephone="０９０ー１"))
    asked = Change(member_id=member.member_id, known=known, changed_by=desk)
    assert await do(engine, persons.change, asked, now=NOW) == ("name", "kana", "contacts")
    assert await do(engine, persons.change, asked, now=NOW) == ()
    assert (await known_of(engine, member)).contacts == Contacts(telephone="090-1")
    assert await do(engine, finding.by_kana, "きゅうせい") == []
    assert [each.number for each in await do(engine, finding.by_kana, "しんせい")] == [member.number]
    noted = query.statement("select fields, seen_on, changed_by, version from community.person_change where member_id = :id")
    rows = await do(engine, query.rows, noted, id=member.member_id)
    assert [(list(row[0]), *row[1:]) for row in rows] == [(["name", "kana", "contacts"], None, desk, 2)]


async def test_a_birth_date_is_corrected_from_a_document_alone(engine: AsyncEngine, admin: AsyncEngine) -> None:
    member = await do(engine, members.add, newcomer(), now=NOW)
    known = Known(person=Person("蕗谷 花子", "ふきのや はなこ", date(1941, 5, 1)), contacts=CONTACTS)
    asked = Change(member_id=member.member_id, known=known, changed_by=ids.new_id())
    with pytest.raises(SourceMissing):
        await do(engine, persons.change, asked, now=NOW)
    assert await do(engine, members.born_on, [member.member_id]) == {member.member_id: date(1948, 5, 1)}
    seen = Change(member_id=member.member_id, known=known, seen_on="licence", changed_by=ids.new_id())
    assert await do(engine, persons.change, seen, now=NOW) == ("born_on",)
    assert await do(engine, members.born_on, [member.member_id]) == {member.member_id: date(1941, 5, 1)}
    unsourced = query.statement(
        """
        insert into community.person_change (municipality_id, change_id, member_id, version, fields, changed_at, changed_by)
        values (1, gen_random_uuid(), :id, 9, array['born_on'], now(), gen_random_uuid())
        """
    )
    with pytest.raises(DBAPIError) as refused:
        await do(admin, query.run, unsourced, id=member.member_id)
    assert errors.constraint(refused.value) == "birth_dates_have_a_source"


async def test_a_telephone_number_is_digits(engine: AsyncEngine) -> None:
    new = newcomer()
    with pytest.raises(UnreadableText):
        await do(engine, persons.add, new.member_id, new.person, Contacts(telephone="090-じゅうに"), now=NOW)


async def test_a_thousand_people_are_opened_quickly(engine: AsyncEngine, capsys: pytest.CaptureFixture[str]) -> None:
    """Printed, not asserted: a roster of a hall is thirty."""

    async def add(conn: AsyncConnection) -> list[members.Member]:
        return [await members.add(conn, newcomer(), now=NOW) for _ in range(1_000)]

    added = await do(engine, add)
    ids_ = [each.member_id for each in added]
    await do(engine, members.people_of, ids_)  # the first time is the planner's
    started = time.perf_counter()
    people = await do(engine, members.people_of, ids_)
    took = time.perf_counter() - started
    assert len(people) == 1_000
    with capsys.disabled():
        print(f"\npeople_of 1,000 members: {took * 1000:.0f} ms ({vault.MARKS} marks each)")


async def test_a_wish_that_nobody_made_is_not_answered(engine: AsyncEngine) -> None:
    who, officer = await spending.member(engine), await spending.actor(engine, "officer")
    with pytest.raises(UnknownCorrectionWish):
        await do(engine, corrections.answer, who, ids.new_id(), by=officer.principal_id, now=NOW)
    assert await do(engine, corrections.answer, who, None, by=officer.principal_id, now=NOW) == 0
