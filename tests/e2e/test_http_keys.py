"""Idempotency keys over HTTP: the same request under the same key is answered once, whatever happens in between."""

from __future__ import annotations

from datetime import timedelta

import anyio
import httpx
import pytest

from kernel import ids
from tests.support import http, scenes
from tests.support.scenes import Member, Town, ok


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture
async def member(town: Town) -> Member:
    """Somebody with 400 points."""
    member = await scenes.join(town)
    await scenes.attend(town, member)
    return member


def donation(member: Member, amount: int = 100) -> tuple[str, dict[str, object]]:
    return f"/members/{member.member_id}/donations", {"unit": "pt", "amount": amount}


async def test_without_a_key_nothing_moves(member: Member) -> None:
    answer = await member.caller.post(*donation(member))
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert await scenes.points(member) == 400


@pytest.mark.parametrize("key", ["", " " * 201, "k" * 201, "\x7f"])
async def test_a_malformed_key_is_refused(member: Member, key: str) -> None:
    answer = await member.caller.post(*donation(member), key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_malformed")


async def test_a_repeated_request_is_answered_once(member: Member) -> None:
    first = await member.caller.post(*donation(member), key="one")
    again = await member.caller.post(*donation(member), key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == first.content
    assert await scenes.points(member) == 300


async def test_the_meaning_counts_and_not_the_spelling(member: Member) -> None:
    path, asked = donation(member)
    key = str(ids.new_id())
    ok(await member.caller.post(path, asked, key=key))
    headers = {"Authorization": f"Bearer {member.caller.token}", "Idempotency-Key": key, "Content-Type": "application/json"}
    spelled = b'{ "amount" : 100,\n "unit": "pt", "note": null }'
    again = await member.caller.http.post(f"/api/v1{path}", content=spelled, headers=headers)
    assert again.headers["idempotency-replayed"] == "true"


async def test_the_same_key_for_another_request_is_refused(town: Town, member: Member) -> None:
    ok(await member.caller.post(*donation(member), key="two"))
    claim = {"scheme": town.scheme, "amount": 100}
    for path, asked in (donation(member, 101), (f"/members/{member.member_id}/claims", claim)):
        other = await member.caller.post(path, asked, key="two")
        assert (other.status_code, other.json()["code"]) == (409, "key_reused")


async def test_a_refusal_stays_refused_under_its_key(town: Town, member: Member) -> None:
    first = await member.caller.post(*donation(member, 500), key="three")
    assert (first.status_code, first.json()["code"], first.json()["available"]) == (409, "insufficient_balance", 400)
    town.service.clock.forward(timedelta(hours=3))
    await scenes.attend(town, member)
    again = await member.caller.post(*donation(member, 500), key="three")
    assert (again.status_code, again.content) == (409, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["content-type"] == "application/problem+json"
    assert (await member.caller.keyed(*donation(member, 500))).status_code == 201


async def test_a_bad_request_does_not_use_up_its_key(member: Member) -> None:
    path, asked = donation(member)
    bad = await member.caller.post(path, asked | {"amount": "100"}, key="four")
    assert bad.status_code == 400
    ok(await member.caller.post(path, asked, key="four"))


async def test_keys_of_two_callers_have_nothing_to_do_with_each_other(town: Town, member: Member) -> None:
    other = await scenes.join(town)
    await scenes.attend(town, other)
    ok(await member.caller.post(*donation(member), key="five"))
    answer = await other.caller.post(*donation(other), key="five")
    assert "idempotency-replayed" not in answer.headers
    assert answer.status_code == 201


async def test_twenty_at_once_under_one_key_move_points_once(member: Member) -> None:
    answers: list[httpx.Response] = []

    async def ask() -> None:
        answers.append(await member.caller.post(*donation(member), key="six"))

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(ask)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert await scenes.points(member) == 300
