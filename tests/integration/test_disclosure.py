"""Everything that is kept about a member is told to them: a table that is added is told too, or left out with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from community import corrections
from community.persons import Contacts
from db import query
from db.transact import read
from flows import disclosure, donation, looked, needs
from flows.disclosure import Disclosed
from kernel import ids
from tests.support import claiming, deeds, looking, spending
from tests.support.deeds import Guest, at
from tests.support.spending import NOW, do
from tests.support.towns import TOWN

NAMES_SOMEBODY = frozenset(
    {"member_id", "holder", "receiver_id", "helper_id", "by_member_id", "directed_to", "payee", "subject", "counterparty"}
    | {"acting_for", "principal_id", "by_principal_id"}
)
_NAMING = query.statement(
    """
    select distinct c.table_schema || '.' || c.table_name as in_table
    from information_schema.columns c
    join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
    where t.table_type = 'BASE TABLE' and c.column_name = any (cast(:names as text[]))
    order by 1
    """
)
CONTACTS = Contacts(telephone="090-1234-5678", emergency_name="蕗谷 五郎")


async def of(engine: AsyncEngine, who: Guest) -> Disclosed:
    return await read(engine, TOWN, lambda conn: disclosure.read(conn, who.id, "ja", now=at(300)))


async def someone(engine: AsyncEngine) -> Guest:
    """Somebody who came, earned, gave, claimed, asked for help and offered some, and whom somebody looked at."""
    desk = await claiming.open_desk(engine, f"told-{ids.new_id().hex[-6:]}")
    kind = await deeds.salon_scheme(engine)
    who = await deeds.guest(engine, name="蕗谷 花子", kana="ふきのや はなこ", born_on=date(1948, 5, 1), contacts=CONTACTS)
    place = await deeds.hall(engine, kind=kind)
    for minute in (0, 120):
        await deeds.card(engine, place, who, at(minute))
    await deeds.close(engine, place)
    await desk.earn(who.id)
    await desk.claim(who.id)
    given = donation.Asked(member_id=who.id, unit="pt", amount=50, note="おたがいさま")
    await do(engine, donation.donate, given, actor=who.actor, now=at(200))
    await deeds.need(engine, who, note="重い物の買い物")
    await do(engine, needs.offer, needs.OfferAsked(member_id=who.id, kind="garden", note="草とり"), actor=who.actor, now=NOW)
    officer = await spending.actor(engine, "officer")
    await do(engine, looked.note, officer, who.id, "person", NOW)
    await do(engine, corrections.wish, who.id, ["contacts"], "電話が変わりました", by=who.actor.principal_id, now=NOW)
    return who


async def test_every_table_that_names_a_member_is_told_or_left_out_with_a_reason(admin: AsyncEngine) -> None:
    async with admin.connect() as conn:
        naming = {row.in_table for row in await query.rows(conn, _NAMING, names=list(NAMES_SOMEBODY))}
    told = {table for section in disclosure.SECTIONS for table in section.tables} | set(disclosure.OF_THE_PERSON)
    assert naming - told - set(disclosure.LEFT_OUT) == set()
    assert len(naming) > 40
    assert not told & set(disclosure.LEFT_OUT)
    assert all(disclosure.LEFT_OUT.values())


async def test_each_part_has_every_row_of_its_table(engine: AsyncEngine) -> None:
    who = await someone(engine)
    parts = {part.name: part.rows for part in (await of(engine, who)).parts}
    for section in disclosure.SECTIONS:
        if section.whose is None:
            continue
        asked = f"select count(*) from {section.tables[0]} where municipality_id = {TOWN} and {section.whose} = :id"
        counted = await do(engine, query.scalar, query.statement(asked), id=who.id)
        assert len(parts[section.name]) == counted, section.name
    filled = {name for name, rows in parts.items() if rows}
    assert filled >= {"roles", "cards", "looks", "scans", "attendances", "needs", "offers", "decisions"}
    assert filled >= {"accounts", "entries", "holds", "lots", "uses", "claims"}


async def test_the_file_says_who_one_is_and_why_one_was_granted(engine: AsyncEngine) -> None:
    who, other = await someone(engine), await someone(engine)
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(await of(engine, who)))
    assert found["known"]["person"] == {"name": "蕗谷 花子", "kana": "ふきのや はなこ", "born_on": "1948-05-01"}
    assert found["known"]["contacts"] == {"telephone": "090-1234-5678", "emergency_name": "蕗谷 五郎"}
    assert [each["said"] for each in found["wishes"]] == ["電話が変わりました"]
    parts = {part["name"]: part["rows"] for part in found["parts"]}
    granted = [row for row in parts["decisions"] if row["outcome"] == "granted"]
    assert granted
    assert all(row["why"] and row["facts"]["member_id"] == str(who.id) for row in granted)
    assert [row["note"] for row in parts["needs"]] == ["重い物の買い物"]
    assert str(other.id) not in str(found)
    assert str(other.member.number) not in looking.without_ids(str(found))
