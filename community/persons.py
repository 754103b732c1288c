"""Who members are, sealed: kept, opened, corrected. Nothing of it stands in clear in PostgreSQL.

A person is one row of sealed fields under one version; whatever is corrected, all of it is sealed anew. Contacts are one field of the
row. What was before a correction is not kept: the record of the change names the fields and who changed them, never the values.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, get_args
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from community import person_refusals, refusals, vault
from community.vault import Key, Whose, Wrapped
from db import query
from kernel import days, ids, text

BORN_EARLIEST = date(1900, 1, 1)
TELEPHONE_LENGTH_MAX = 20
_DIALLED = frozenset("0123456789+-() ")
_DASHES = str.maketrans(dict.fromkeys("ー‐‑‒–—−", "-"))

Field = Literal["name", "kana", "born_on", "contacts"]
SeenOn = Literal["licence", "my_number_card", "insurance_card", "residence_record", "other_document"]
ReachedBy = Literal["", "telephone", "mail", "visit"]
FIELDS: tuple[Field, ...] = get_args(Field)

_TOWN = query.statement("select db.municipality()")
_INSERT = query.statement(
    """
    insert into community.person (municipality_id, member_id, version, name, kana, born_on, contacts, sealed_at)
    values (:town, :member_id, 1, :name, :kana, cast(:born_on as bytea), cast(:contacts as bytea), :now)
    """
)
_INSERT_KEY = query.statement(
    """
    insert into community.person_key (municipality_id, member_id, master_id, wrapped)
    values (:town, :member_id, :master_id, :wrapped)
    """
)
_MARK = query.statement(
    """
    insert into community.person_mark (municipality_id, mark, member_id)
    select :town, m.mark, :member_id from unnest(cast(:marks as bytea[])) m (mark)
    on conflict on constraint person_mark_pkey do nothing
    """
)
_UNMARK = query.statement("delete from community.person_mark where municipality_id = :town and member_id = :member_id")
SEALED = """
    select p.municipality_id, p.member_id, p.version, p.name, p.kana, p.born_on, p.contacts, k.master_id, k.wrapped, m.number
    from community.person p
    join community.member m on m.municipality_id = p.municipality_id and m.member_id = p.member_id
    left join community.person_key k on k.municipality_id = p.municipality_id and k.member_id = p.member_id
    where p.municipality_id = db.municipality()
"""
"""Persons as they are kept, with the number to call them by where they were erased: a statement without its further conditions."""
_FIND_MANY = query.statement(f"{SEALED} and p.member_id = any (cast(:ids as uuid[]))")
_LOCK = query.statement(f"{SEALED} and p.member_id = :member_id for update of p")
_BORN = query.statement(
    """
    select p.municipality_id, p.member_id, p.version, p.born_on, k.master_id, k.wrapped
    from community.person p
    join community.person_key k on k.municipality_id = p.municipality_id and k.member_id = p.member_id
    where p.municipality_id = db.municipality() and p.member_id = any (cast(:ids as uuid[])) and p.born_on is not null
    """
)
_RESEAL = query.statement(
    """
    update community.person
    set version = :version, name = :name, kana = :kana, born_on = cast(:born_on as bytea), contacts = cast(:contacts as bytea),
        sealed_at = :now
    where municipality_id = :town and member_id = :member_id
    """
)
_CHANGED = query.statement(
    """
    insert into community.person_change (municipality_id, change_id, member_id, version, fields, seen_on, changed_at, changed_by)
    values (:town, :change_id, :member_id, :version, :fields, cast(:seen_on as text), :now, :changed_by)
    """
)


class Person(msgspec.Struct, frozen=True):
    """Who a member is. Personal data: never into logs, refusals or the books."""

    name: str
    kana: str
    born_on: date | None = None


class Contacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a member is reached: telephone, address, how best, and whom to call in an emergency. What is not known is empty."""

    telephone: str = ""
    address: str = ""
    reached_by: ReachedBy = ""
    emergency_name: str = ""
    emergency_telephone: str = ""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """All that is kept to say who somebody is."""

    person: Person
    contacts: Contacts = Contacts()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be known from now on, by whom, and the paper on which a new birth date was seen."""

    member_id: UUID
    known: Known
    seen_on: SeenOn | None = None
    changed_by: UUID


def gone(number: int) -> str:
    """What stands in the place of a name that was erased, in every language: names are not translated either."""
    return f"退会した会員 ({number})"


async def add(conn: AsyncConnection, member_id: UUID, person: Person, contacts: Contacts, *, now: datetime) -> None:
    """Seals a new member under a key of their own. Raises BirthDateOutOfRange and what `text.clean` raises."""
    known = cleaned(Known(person=person, contacts=contacts), days.local_date(now))
    whose = Whose(await query.scalar(conn, _TOWN), member_id)
    means = vault.of(conn)
    key, kept = means.new_key(whose)
    named = msgspec.structs.asdict(whose)
    await query.run(conn, _INSERT, now=now, **named, **_sealed(key, 1, known))
    await query.run(conn, _INSERT_KEY, **named, **msgspec.structs.asdict(kept))
    await query.run(conn, _MARK, marks=means.marks(whose.town, known.person.kana), **named)


async def find_many(conn: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Known]:
    """What is known of those of `ids` that there are; who was erased goes by a number alone."""
    return {row.member_id: _opened(conn, row) for row in await query.rows(conn, _FIND_MANY, ids=list(ids))}


async def people(conn: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Person]:
    """The same without opening contacts."""
    return {row.member_id: _person(conn, row) for row in await query.rows(conn, _FIND_MANY, ids=list(ids))}


async def born_on(conn: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, date]:
    """When the members were born, where it is known. For answering whether an age is reached; it goes no further."""
    return {row.member_id: _born(conn, row) for row in await query.rows(conn, _BORN, ids=list(ids))}


async def change(conn: AsyncConnection, asked: Change, *, now: datetime) -> tuple[Field, ...]:
    """Corrects who somebody is; the fields that differ from before, none where nothing does.

    Raises UnknownMember, MemberErased, SourceMissing (a birth date moves what rules grant), BirthDateOutOfRange, and what
    `text.clean` raises.
    """
    known = cleaned(asked.known, days.local_date(now))
    row = await query.one(conn, _LOCK, member_id=asked.member_id)
    if row is None:
        raise refusals.UnknownMember(member_id=asked.member_id)
    key, before = key_of(conn, row), _opened(conn, row)
    fields: tuple[Field, ...] = tuple(field for field in FIELDS if _value(before, field) != _value(known, field))
    if "born_on" in fields and asked.seen_on is None:
        raise person_refusals.SourceMissing(member_id=asked.member_id)
    if fields:
        seen_on = asked.seen_on if "born_on" in fields else None
        given = {"town": row.municipality_id, "member_id": asked.member_id, "version": row.version + 1, "now": now}
        await query.run(conn, _RESEAL, **given, **_sealed(key, row.version + 1, known))
        await query.run(
            conn, _CHANGED, change_id=ids.new_id(), fields=list(fields), seen_on=seen_on, changed_by=asked.changed_by, **given
        )
        await mark(conn, Whose(row.municipality_id, asked.member_id), known.person.kana)
    return fields


async def mark(conn: AsyncConnection, whose: Whose, kana: str) -> None:
    """Makes a member findable by this reading alone."""
    named = msgspec.structs.asdict(whose)
    await query.run(conn, _UNMARK, **named)
    await query.run(conn, _MARK, marks=vault.of(conn).marks(whose.town, kana), **named)


def key_of(conn: AsyncConnection, row: Row[Any]) -> Key:
    """The key of the member in a row with `municipality_id`, `member_id`, `master_id`, `wrapped`. Raises MemberErased."""
    if row.wrapped is None:
        raise person_refusals.MemberErased(member_id=row.member_id)
    whose = Whose(row.municipality_id, row.member_id)
    return vault.of(conn).key(whose, Wrapped(bytes(row.master_id), bytes(row.wrapped)))


def kana_of(conn: AsyncConnection, row: Row[Any]) -> str:
    """The reading in such a row that has `version` and `kana` too."""
    return key_of(conn, row).open("kana", row.version, bytes(row.kana))


def cleaned(known: Known, today: date) -> Known:
    """What was typed, tidied. Raises BirthDateOutOfRange and what `text.clean` raises."""
    person = known.person
    if person.born_on is not None and not BORN_EARLIEST <= person.born_on <= today:
        raise refusals.BirthDateOutOfRange(earliest=BORN_EARLIEST, latest=today)
    name = text.clean("name", person.name, text.NAME_LENGTH_MAX)
    tidy = Person(name, text.clean("kana", person.kana, text.NAME_LENGTH_MAX), person.born_on)
    return Known(person=tidy, contacts=_reached(known.contacts))


def _reached(contacts: Contacts) -> Contacts:
    return Contacts(
        telephone=_telephone("telephone", contacts.telephone),
        address=_perhaps("address", contacts.address, text.LINE_LENGTH_MAX),
        reached_by=contacts.reached_by,
        emergency_name=_perhaps("emergency_name", contacts.emergency_name, text.NAME_LENGTH_MAX),
        emergency_telephone=_telephone("emergency_telephone", contacts.emergency_telephone),
    )


def _perhaps(field: str, said: str, length_max: int) -> str:
    return text.clean(field, said, length_max) if said.strip() else ""


def _telephone(field: str, said: str) -> str:
    """A telephone number in plain digits, however wide they were typed."""
    tidy = _perhaps(field, unicodedata.normalize("NFKC", said).translate(_DASHES), TELEPHONE_LENGTH_MAX)
    for character in tidy:
        if character not in _DIALLED:
            raise text.UnreadableText(field=field, character=f"U+{ord(character):04X}")
    return tidy


def _sealed(key: Key, version: int, known: Known) -> dict[str, bytes | None]:
    values = {field: _value(known, field) for field in FIELDS}
    return {field: None if value is None else key.seal(field, version, value) for field, value in values.items()}


def _value(known: Known, field: Field) -> str | None:
    """A field as it is sealed; None where nothing is known."""
    if field == "contacts":
        return None if known.contacts == Contacts() else msgspec.json.encode(known.contacts).decode()
    if field == "born_on":
        return None if known.person.born_on is None else known.person.born_on.isoformat()
    return known.person.name if field == "name" else known.person.kana


def _opened(conn: AsyncConnection, row: Row[Any]) -> Known:
    if row.wrapped is None or row.contacts is None:
        return Known(person=_person(conn, row))
    contacts = key_of(conn, row).open("contacts", row.version, bytes(row.contacts))
    return Known(person=_person(conn, row), contacts=msgspec.json.decode(contacts, type=Contacts))


def _person(conn: AsyncConnection, row: Row[Any]) -> Person:
    if row.wrapped is None:
        return Person(gone(row.number), gone(row.number))
    key = key_of(conn, row)
    born = None if row.born_on is None else date.fromisoformat(key.open("born_on", row.version, bytes(row.born_on)))
    return Person(key.open("name", row.version, bytes(row.name)), key.open("kana", row.version, bytes(row.kana)), born)


def _born(conn: AsyncConnection, row: Row[Any]) -> date:
    return date.fromisoformat(key_of(conn, row).open("born_on", row.version, bytes(row.born_on)))
