"""Towns, areas, members and tokens against PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community import areas, members, municipalities, numbers, principals, refusals, tokens
from community.areas import Area
from community.members import NewMember, Person
from db import errors, query, transact
from flows import cards, found_town, join
from kernel import ids
from kernel.text import TextMissing, UnreadableText
from ledger import accounts, balances, units
from qr import store
from qr import tokens as codes
from qr.refusals import AlreadyRevoked, CardRevoked, UnknownCard, UnknownCredential
from tests.support import deeds, spending
from tests.support.spending import NOW, do
from tests.support.towns import AREAS, OTHER_TOWN, TOWN

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)
CHANCE = bytes(range(32))


def newcomer(name: str = "結 花子", born_on: date | None = date(1948, 5, 1)) -> NewMember:
    return NewMember(member_id=ids.new_id(), area_id=AREAS[TOWN], person=Person(name, "ゆい はなこ", born_on))


async def test_numbers_are_given_in_turn_even_when_twenty_join_at_once(engine: AsyncEngine) -> None:
    joined = await asyncio.gather(*(do(engine, members.add, newcomer(), now=NOW) for _ in range(20)))
    given = sorted(member.number for member in joined)
    assert len(set(given)) == 20
    assert all(numbers.is_valid(number) for number in given)
    assert [number // 10 for number in given] == list(range(given[0] // 10, given[0] // 10 + 20))


async def test_a_member_is_found_by_number_and_the_person_only_by_name(engine: AsyncEngine) -> None:
    member = await do(engine, members.add, newcomer(), now=NOW)
    assert await do(engine, members.by_number, member.number) == member
    assert (await do(engine, members.person_of, member.member_id)).born_on == date(1948, 5, 1)
    with pytest.raises(refusals.BadMemberNumber):
        await do(engine, members.by_number, member.number + 1)


@pytest.mark.parametrize(
    ("name", "refused"), [("", TextMissing), ("結\x00花子", UnreadableText), ("結\u202e花子", UnreadableText)]
)
async def test_a_name_that_cannot_be_shown_is_refused(engine: AsyncEngine, name: str, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        await do(engine, members.add, newcomer(name), now=NOW)


@pytest.mark.parametrize("born_on", [date(1899, 12, 31), date(2030, 1, 1)])
async def test_nobody_was_born_then(engine: AsyncEngine, born_on: date) -> None:
    with pytest.raises(refusals.BirthDateOutOfRange):
        await do(engine, members.add, newcomer(born_on=born_on), now=NOW)


async def test_another_town_s_member_does_not_exist_here(engine: AsyncEngine) -> None:
    member = await do(engine, members.add, newcomer(), now=NOW)

    async def elsewhere(conn: AsyncConnection) -> None:
        await members.find(conn, member.member_id)

    with pytest.raises(refusals.UnknownMember):
        await transact.transact(engine, OTHER_TOWN, elsewhere)


async def test_areas_stand_in_layers(engine: AsyncEngine) -> None:
    district = Area(area_id=ids.new_id(), layer=2, name="東中学校区", parent_id=AREAS[TOWN], valid_from=date(2026, 4, 1))
    hamlet = Area(area_id=ids.new_id(), layer=3, name="さくら町", parent_id=district.area_id, valid_from=date(2026, 4, 1))
    for area in (district, hamlet):
        await do(engine, areas.create, area)
    assert {district, hamlet} <= set(await do(engine, areas.all_on, date(2026, 5, 1)))
    assert district not in await do(engine, areas.all_on, date(2026, 3, 31))
    lost = Area(area_id=ids.new_id(), layer=3, name="うめ町", parent_id=AREAS[TOWN], valid_from=date(2026, 4, 1))
    with pytest.raises(refusals.AreaLayerMismatch):
        await do(engine, areas.create, lost)


async def test_a_token_opens_its_principal_until_it_ends(engine: AsyncEngine) -> None:
    actor = await spending.actor(engine, "officer")
    token = await do(engine, tokens.create, actor.principal_id, lifetime=90 * DAY, chance=CHANCE, now=NOW)
    assert tokens.municipality_code(token) == "131016"
    assert await do(engine, tokens.resolve, token, NOW) == actor
    assert await do(engine, tokens.resolve, token, NOW + 90 * DAY) is None
    assert await do(engine, tokens.resolve, token, NOW - DAY) is None
    assert await do(engine, tokens.resolve, token[:-1] + "A", NOW) is None
    await do(engine, tokens.end, token, ended_by=None, now=NOW)
    await do(engine, tokens.end, token, ended_by=None, now=NOW)
    assert await do(engine, tokens.resolve, token, NOW) is None


async def test_a_token_of_one_town_opens_nothing_in_another(engine: AsyncEngine) -> None:
    actor = await spending.actor(engine, "officer")
    token = await do(engine, tokens.create, actor.principal_id, lifetime=DAY, chance=bytes(31) + b"x", now=NOW)
    assert await transact.read(engine, OTHER_TOWN, lambda conn: tokens.resolve(conn, token, NOW)) is None


@pytest.mark.parametrize("lifetime", [timedelta(0), -DAY, 367 * DAY])
async def test_no_token_lives_for_ever(engine: AsyncEngine, lifetime: timedelta) -> None:
    actor = await spending.actor(engine, "officer")
    with pytest.raises(refusals.TokenLifetimeOutOfRange):
        await do(engine, tokens.create, actor.principal_id, lifetime=lifetime, chance=CHANCE, now=NOW)


async def test_every_token_of_a_lost_device_ends_at_once(engine: AsyncEngine) -> None:
    actor = await spending.actor(engine, "officer")
    made = [await do(engine, tokens.create, actor.principal_id, lifetime=DAY, chance=bytes([n] * 32), now=NOW) for n in (7, 8)]
    assert await do(engine, tokens.end_all, actor.principal_id, ended_by=None, now=NOW) == 2
    assert [await do(engine, tokens.resolve, token, NOW) for token in made] == [None, None]
    with pytest.raises(refusals.UnknownToken):
        await do(engine, tokens.end, tokens.spelled("131016", bytes(32)), ended_by=None, now=NOW)


async def test_a_principal_says_for_whom_it_acts(engine: AsyncEngine) -> None:
    for role, missing in (("member", "member_id"), ("host", "organisation_id")):
        with pytest.raises(refusals.PrincipalIncomplete) as refused:
            await spending.actor(engine, role)  # pyright: ignore[reportArgumentType]
        assert refused.value.missing == missing


async def test_who_joins_has_a_wallet_in_every_unit_and_a_card(engine: AsyncEngine) -> None:
    guest = await deeds.guest(engine)

    async def floors(conn: AsyncConnection) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for unit in await units.all_units(conn):
            account = await accounts.find(conn, "wallet", unit.unit_id, guest.id)
            assert account is not None
            balance = await balances.of(conn, account, now=NOW)
            assert balance is not None
            found[unit.code] = balance.floor
        return found

    assert await do(engine, floors) == {"minutes": -join.CREDIT_MINUTES, "pt": 0, "yen": 0}
    card = await do(engine, store.card, codes.open_card(guest.card[2:]), at=NOW)
    assert card.subject == guest.id


async def test_a_lost_card_is_replaced_and_its_finder_gets_nothing(engine: AsyncEngine) -> None:
    guest = await deeds.guest(engine)
    officer = await spending.actor(engine, "officer")
    lost = cards.Lost(member_id=guest.id, reason="財布ごとなくした")
    fresh = await do(engine, cards.reissue, lost, actor=officer, now=NOW + DAY)
    with pytest.raises(CardRevoked):
        await do(engine, store.card, codes.open_card(guest.card[2:]), at=NOW + DAY)
    assert (await do(engine, store.card, codes.open_card(guest.card[2:]), at=NOW)).subject == guest.id  # when it counted
    assert (await do(engine, store.card, codes.open_card(fresh.text), at=NOW + DAY)).subject == guest.id
    with pytest.raises(AlreadyRevoked):
        await do(engine, cards.revoke, guest.card_id, "もう一度", actor=officer, now=NOW + DAY)


async def test_an_unknown_card_and_another_member_s_card(engine: AsyncEngine) -> None:
    guest, other = await deeds.guest(engine), await deeds.guest(engine)
    with pytest.raises(UnknownCard):
        await do(engine, store.card, codes.new_card(bytes(10)), at=NOW)
    with pytest.raises(UnknownCredential):
        await do(engine, cards.revoke, guest.card_id, "いたずら", actor=other.actor, now=NOW)


async def test_a_town_is_registered_by_the_owner_and_founded_by_the_service(engine: AsyncEngine, admin: AsyncEngine) -> None:
    async with admin.begin() as conn:
        town = await found_town.register(conn, "271004", "大阪市")
    assert town.municipality_id == 27100
    founded = await transact.transact(
        engine, town.municipality_id, lambda conn: found_town.found(conn, ["総務課", "会計課"], now=NOW)
    )
    assert len(founded.officers) == 2

    async def seen(conn: AsyncConnection) -> tuple[UUID, str, list[int | None]]:
        area = (await areas.all_on(conn, date(2026, 5, 15)))[0]
        standing = await accounts.find_many(conn, [(kind, 2, None) for kind in found_town.STANDING])
        return area.area_id, (await principals.find(conn, founded.officers[0])).role, standing

    area_id, role, standing = await transact.read(engine, town.municipality_id, seen)
    assert (area_id, role) == (founded.area_id, "officer")
    assert None not in standing


async def test_the_service_cannot_make_towns(engine: AsyncEngine) -> None:
    town = municipalities.Municipality(40130, "401307", "福岡市")
    with pytest.raises(exc.ProgrammingError) as refused:
        await do(engine, municipalities.create, town)
    assert errors.sqlstate(refused.value) == "42501"


async def test_the_service_cannot_rewrite_who_a_token_is(engine: AsyncEngine) -> None:
    for statement in (
        "update community.token set expires_at = 'infinity'",
        "delete from community.token_end",
        "update community.principal set role = 'officer'",
        "delete from qr.revocation",
    ):
        with pytest.raises(exc.DBAPIError) as refused:
            await do(engine, query.run, query.statement(statement))
        assert errors.sqlstate(refused.value) == "42501"
