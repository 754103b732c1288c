"""Limits at sign-in: five tries at a birth date, a hall of two hundred behind one address, and a stranger who guesses."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from api import forwarded
from community import attempts, members
from community.attempts import Limit
from db.transact import transact
from kernel import ids, settings
from tests.support import browsing, http, looking
from tests.support.browsing import Browser
from tests.support.http import Caller
from tests.support.towns import AREAS, TOWN

BORN = date(1950, 4, 3)
MINUTE = timedelta(minutes=1)  # the clock runs on: two seconds, as it is, would be chance
RIGHT, WRONG = {"year": "1950", "month": "4", "day": "3"}, {"year": "1950", "month": "4", "day": "4"}


def code(answer: httpx.Response) -> str:
    """Which refusal a page tells, or none."""
    return answer.text.partition('data-code="')[2].partition('"')[0]


async def somebody(service: http.Service) -> Caller:
    """A member whose birth date is on record."""

    async def work(conn: AsyncConnection) -> members.Member:
        person = members.Person("結 花子", "ゆい はなこ", BORN)
        new = members.NewMember(member_id=ids.new_id(), area_id=AREAS[TOWN], person=person)
        return await members.add(conn, new, now=service.clock.now())

    joined = await transact(service.engine, TOWN, work)
    return await service.caller("member", member_id=joined.member_id)


async def invited(service: http.Service) -> str:
    return await browsing.entrance(service, await somebody(service), asks_birth_date=True)


async def test_the_birth_date_is_asked_and_opens(service: http.Service) -> None:
    path, browser = await invited(service), Browser(service)
    page = (await browser.get(path)).text
    assert all(f'name="{field}"' in page for field in RIGHT)
    assert "1950" not in looking.says(page).replace("西暦の「1950」", "")
    assert (await browser.post(path, RIGHT)).headers["location"] == "/today"


@pytest.mark.parametrize("given", [{}, WRONG, {"year": "1950"}])
async def test_five_tries_and_then_a_new_entrance_from_the_desk(service: http.Service, given: dict[str, str]) -> None:
    who = await somebody(service)
    path = await browsing.entrance(service, who, asks_birth_date=True)
    for left in (4, 3, 2, 1):
        answer = await Browser(service).post(path, given)
        assert (answer.status_code, code(answer)) == (403, "birth_date_differs")
        assert f"あと{left}回" in answer.text
    for _ in range(3):
        answer = await Browser(service).post(path, given)
        assert (answer.status_code, code(answer)) == (410, "entrance_spent")
    assert code(await Browser(service).post(path, RIGHT)) == "entrance_spent"
    anew = await browsing.entrance(service, who, asks_birth_date=True)
    assert (await Browser(service).post(anew, RIGHT)).status_code == 303


@pytest.mark.parametrize("given", [{"year": "1950", "month": "2", "day": "30"}, {"year": "x"}, {"month": "13"}])
async def test_what_is_no_date_costs_no_try(service: http.Service, given: dict[str, str]) -> None:
    path = await invited(service)
    for _ in range(10):
        answer = await Browser(service).post(path, {"year": "1950", "month": "1", "day": "1"} | given)
        assert (answer.status_code, code(answer)) == (422, "form_incomplete")
    assert (await Browser(service).post(path, RIGHT)).status_code == 303


async def test_guesses_at_once_are_five_tries_all_the_same(service: http.Service) -> None:
    path = await invited(service)
    outcomes = [code(answer) for answer in await asyncio.gather(*(Browser(service).post(path, WRONG) for _ in range(20)))]
    assert (outcomes.count("birth_date_differs"), outcomes.count("entrance_spent")) == (4, 16)


async def test_two_hundred_people_in_one_hall_all_come_in(service: http.Service) -> None:
    """All from one address, at the same time, and every third mistypes first."""
    paths = [await invited(service) for _ in range(200)]

    async def come_in(number: int, path: str) -> int:
        browser = Browser(service)
        if number % 3 == 0:
            assert code(await browser.post(path, WRONG)) == "birth_date_differs"
        return (await browser.post(path, RIGHT)).status_code

    assert await asyncio.gather(*(come_in(number, path) for number, path in enumerate(paths))) == [303] * 200


async def test_who_guesses_from_an_address_is_slowed_down_and_nobody_is_shut_out(
    service: http.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "ADDRESS", Limit(kind="narrow", tries=5, within=5 * MINUTE))
    for _ in range(5):
        assert code(await Browser(service).post(await invited(service), WRONG)) == "birth_date_differs"
    path = await invited(service)
    answer = await Browser(service).post(path, RIGHT)
    assert (answer.status_code, code(answer)) == (429, "too_many_attempts")
    assert "あと1分で" in answer.text
    service.clock.forward(MINUTE)
    assert (await Browser(service).post(path, RIGHT)).status_code == 303


@pytest.mark.parametrize(("trusted", "shut_out"), [("127.0.0.0/8", False), ("", True), ("10.9.9.9/32", True)])
async def test_behind_a_proxy_people_are_counted_one_by_one_and_headers_of_strangers_mean_nothing(
    service: http.Service, monkeypatch: pytest.MonkeyPatch, trusted: str, shut_out: bool
) -> None:
    """A guesser spends the limit of one address, and then somebody else comes in from another, both through one peer."""
    kind = f"narrow_{'own' if shut_out else 'apart'}"
    monkeypatch.setattr(attempts, "ADDRESS", Limit(kind=kind, tries=3, within=3 * MINUTE))
    before = service.app.asgi_handler
    forwarded.trust(service.app, settings.Settings(trusted_proxies=trusted).proxies())
    try:
        service.clock.forward(attempts.ADDRESS.within)
        for invented in range(3):
            guess = await Browser(service).post(
                await invited(service), WRONG, x_forwarded_for=f"198.51.100.{invented}, 203.0.113.66"
            )
            assert code(guess) == "birth_date_differs"
        again = await Browser(service).post(await invited(service), RIGHT, x_forwarded_for="198.51.100.77, 203.0.113.66")
        assert code(again) == "too_many_attempts", "what stands further left is invented"
        other = await Browser(service).post(await invited(service), RIGHT, x_forwarded_for="203.0.113.7")
        assert code(other) == ("too_many_attempts" if shut_out else "")
    finally:
        service.app.asgi_handler = before
