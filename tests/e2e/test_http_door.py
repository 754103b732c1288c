"""The door itself: who is let in, what is refused before a room is asked, and what every answer carries."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from api import documents
from community.actor import ROLES
from db import errors, migrate
from tests.support import http, postgres
from tests.support.towns import OTHER_TOWN


def problem(answer: httpx.Response) -> dict[str, Any]:
    """The problem in `answer`, which must be one in every part."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["type"] == f"/problems/{told['code']}"
    assert told["instance"] == f"urn:yui:request:{answer.headers['x-request-id']}"
    return told


async def test_a_token_opens_its_principal(service: http.Service) -> None:
    for role in ROLES:
        caller = await service.caller(role)
        told = (await caller.get("/me")).json()
        assert told["role"] == role
        assert told["principal_id"] == str(caller.principal_id)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic abc",
        "Bearer abc",
        "Bearer yui_131016_" + "A" * 43,
        "Bearer yui_999999_" + "A" * 43,
        "\x7f" * 9000,
    ],
)
async def test_anything_else_opens_nothing(service: http.Service, header: str) -> None:
    answer = await service.http.get("/api/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert problem(answer)["code"] == "not_authenticated"
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_an_ended_and_an_expired_token_open_nothing(service: http.Service) -> None:
    officer, host = await service.caller("officer"), await service.caller("host")
    ended = await officer.post(f"/principals/{host.principal_id}/tokens/end")
    assert ended.json() == {"ended": 1}
    assert (await host.get("/me")).status_code == 401
    made = await officer.post(f"/principals/{host.principal_id}/tokens", {"days": 1})
    host.token = made.json()["token"]
    assert (await host.get("/me")).status_code == 200
    service.clock.forward(timedelta(days=1))
    assert (await host.get("/me")).status_code == 401


async def test_a_role_that_is_not_served_is_told_which_are(service: http.Service) -> None:
    member = await service.caller("member")
    answer = await member.post("/areas", {"layer": 1, "name": "x"})
    told = problem(answer)
    assert (answer.status_code, told["code"], told["allowed"]) == (403, "role_not_allowed", ["officer"])


async def test_another_town_does_not_exist(service: http.Service) -> None:
    ours, theirs = await service.caller("member"), await service.caller("officer", town=OTHER_TOWN)
    answer = await theirs.get(f"/members/{ours.member_id}")
    assert (answer.status_code, problem(answer)["code"]) == (404, "unknown_member")


async def test_another_member_does_not_exist_for_a_member(service: http.Service) -> None:
    one, other = await service.caller("member"), await service.caller("member")
    assert (await one.get(f"/members/{one.member_id}/person")).json()["name"] == "結 花子"
    assert problem(await one.get(f"/members/{other.member_id}/person"))["code"] == "unknown_member"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing/here", 404, "unknown_path"),
        ("GET", "/api/v1/members/not-a-uuid", 404, "unknown_path"),
        ("GET", "/api/v1/%00", 404, "unknown_path"),
        ("DELETE", "/api/v1/areas", 405, "method_not_allowed"),
        ("PATCH", "/health", 405, "method_not_allowed"),
    ],
)
async def test_addresses_that_are_not_served(service: http.Service, method: str, path: str, status: int, code: str) -> None:
    officer = await service.caller("officer")
    answer = await service.http.request(method, path, headers={"Authorization": f"Bearer {officer.token}"})
    assert (answer.status_code, problem(answer)["code"]) == (status, code)
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"", "$"),
        (b"{", "$"),
        (b"\xff\xfe", "$"),
        (b"[" * 20_000, "$"),
        (b'"text"', "$"),
        (b"{}", "$"),
        (b'{"layer": "1", "name": "x"}', "$.layer"),
        (b'{"layer": 1.5, "name": "x"}', "$.layer"),
        (b'{"layer": true, "name": "x"}', "$.layer"),
        (b'{"layer": 4, "name": "x"}', "$.layer"),
        (b'{"layer": -1, "name": "x"}', "$.layer"),
        (b'{"layer": 99999999999999999999999999, "name": "x"}', "$.layer"),
        (b'{"layer": 1, "name": null}', "$.name"),
        (b'{"layer": 1, "name": ""}', "$.name"),
        (b'{"layer": 1, "name": "x", "parent_id": "1"}', "$.parent_id"),
        (b'{"layer": 1, "name": "x", "colour": "red"}', "$"),
        (json.dumps({"layer": 1, "name": "x" * 81}).encode(), "$.name"),
    ],
)
async def test_a_body_of_another_shape(service: http.Service, body: bytes, where: str) -> None:
    officer = await service.caller("officer")
    headers = {"Authorization": f"Bearer {officer.token}", "Content-Type": "application/json"}
    answer = await service.http.post("/api/v1/areas", content=body, headers=headers)
    told = problem(answer)
    assert (answer.status_code, told["code"]) == (400, "invalid_request")
    assert where in {fault["where"] for fault in told["faults"]}


@pytest.mark.parametrize("character", ["\x00", "\u202e", "\u2066", "\ufeff", "\x1b"])
async def test_hidden_characters_are_refused_by_name(service: http.Service, character: str) -> None:
    officer = await service.caller("officer")
    told = problem(await officer.post("/organisations", {"kind": "host", "name": f"公民館{character}x"}))
    assert (told["status"], told["code"], told["field"]) == (422, "unreadable_text", "name")


async def test_a_large_body_is_not_read(service: http.Service) -> None:
    officer = await service.caller("officer")
    answer = await officer.post("/areas", {"layer": 1, "name": "x" * 70_000})
    assert (answer.status_code, problem(answer)["code"]) == (413, "body_too_large")


async def test_a_body_that_is_no_json(service: http.Service) -> None:
    officer = await service.caller("officer")
    answer = await officer.post("/areas", {"layer": 1, "name": "x"}, headers={"Content-Type": "text/plain"})
    assert (answer.status_code, problem(answer)["code"]) == (415, "unsupported_media_type")


async def test_a_slow_body_is_given_up(service: http.Service, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = await service.caller("officer")
    sent: list[Any] = []

    async def never() -> Any:
        await http.forever()

    async def send(message: Any) -> None:
        sent.append(message)

    monkeypatch.setattr("api.envelope.BODY_SECONDS_MAX", 1)
    headers = [(b"authorization", f"Bearer {officer.token}".encode()), (b"content-type", b"application/json")]
    await service.app(http.scope_of("POST", "/api/v1/areas", headers), never, send)
    assert sent[0]["status"] == 408
    assert json.loads(sent[1]["body"])["code"] == "body_too_slow"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "limit=1e3", "after=x", "after=-1", "after=99999999999999999999999"]
)
async def test_pages_have_bounds(service: http.Service, query: str) -> None:
    officer = await service.caller("officer")
    answer = await officer.get(f"/members?{query}")
    told = problem(answer)
    assert (answer.status_code, told["code"]) == (400, "invalid_request")
    assert told["faults"][0]["where"] in query


async def test_pages_follow_each_other(service: http.Service) -> None:
    officer = await service.caller("officer")
    for _ in range(3):
        await service.caller("member")
    first = (await officer.get("/members?limit=2")).json()
    second = (await officer.get(f"/members?limit=2&after={first['next']}")).json()
    numbers = [item["number"] for item in first["items"] + second["items"]]
    assert len(first["items"]) == 2
    assert numbers == sorted(set(numbers))


async def test_every_answer_is_guarded(service: http.Service) -> None:
    for path in ("/health", "/nothing", "/C/0000000000000000", "/api/v1/me", "/openapi"):
        answer = await service.http.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-request-id"]


async def test_a_harmless_correlation_id_is_kept_and_another_is_not(service: http.Service) -> None:
    kept = await service.http.get("/health", headers={"X-Request-ID": "abc-123"})
    changed = await service.http.get("/health", headers={"X-Request-ID": 'a"b c'})
    assert kept.headers["x-request-id"] == "abc-123"
    assert changed.headers["x-request-id"] not in ('a"b c', "")


async def test_health_readiness_and_metrics(service: http.Service) -> None:
    assert (await service.http.get("/health")).json() == {"status": "ok"}
    assert (await service.http.get("/ready")).json() == {"status": "ready"}
    assert (await service.http.get("/health/ready")).status_code == 200
    told = (await service.http.get("/metrics")).text
    assert 'yui_requests_total{method="GET",route="/health",status="200"}' in told
    assert "yui_request_seconds_bucket" in told


async def test_logs_hold_no_token_no_code_no_body_and_no_name(service: http.Service) -> None:
    officer = await service.caller("officer")
    await officer.post("/organisations?secret=question", {"kind": "host", "name": "ひみつの館"})
    await service.http.get("/C/SECRETSECRET0000")
    written = service.log.getvalue()
    for secret in (officer.token, officer.token[-20:], "ひみつ", "question", "SECRETSECRET", "結 花子"):
        assert secret not in written
    last = json.loads(written.splitlines()[-1])
    assert (last["route"], last["status"]) == ("/C/{code}", 200)


async def test_a_fault_is_bland_outside_and_located_inside(service: http.Service, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("a secret of 結 花子")

    officer = await service.caller("officer")
    monkeypatch.setattr("community.areas.all_on", broken)
    answer = await officer.get("/areas")
    assert (answer.status_code, problem(answer)["code"]) == (500, "internal_error")
    assert "secret" not in answer.text
    fault = next(line for line in map(json.loads, service.log.getvalue().splitlines()) if line["event"] == "fault")
    assert fault["kind"] == "builtins.ZeroDivisionError"
    assert fault["correlation"] == answer.headers["x-request-id"]
    assert any("broken" in frame for frame in fault["frames"])
    assert "a secret of" not in service.log.getvalue()


async def test_a_database_that_cannot_be_reached_is_told_and_worth_another_try() -> None:
    app = documents.app()  # its database is nowhere, and it is not started
    transport = httpx.ASGITransport(app=app)  # pyright: ignore[reportArgumentType] - litestar's narrower ASGI types
    async with httpx.AsyncClient(transport=transport, base_url="http://yui.test") as nowhere:
        headers = {"Authorization": "Bearer yui_131016_" + "A" * 43}
        for path in ("/ready", "/api/v1/me"):
            answer = await nowhere.get(path, headers=headers)
            assert (answer.status_code, problem(answer)["code"]) == (503, "database_unreachable")
            assert answer.headers["retry-after"] == "2"
        assert (await nowhere.get("/health")).status_code == 200


async def test_an_unknown_outcome_asks_to_repeat_with_the_same_key(
    service: http.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_: Any, **__: Any) -> None:
        raise errors.CommitUnknown

    officer = await service.caller("officer")
    monkeypatch.setattr("db.transact.transact", lost)
    answer = await officer.keyed("/grants/retry")
    assert (answer.status_code, problem(answer)["code"]) == (503, "outcome_unknown")


async def test_a_schema_of_another_version_is_not_served(
    database: postgres.Clone, service: http.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def other(*_: Any) -> None:
        raise migrate.SchemaMismatch("another one")

    monkeypatch.setattr("db.migrate.check", other)
    assert problem(await service.http.get("/ready"))["code"] == "schema_mismatch"
    with pytest.raises(ExceptionGroup) as raised:
        async with http.made(database, service.clock).lifespan():
            pass
    assert raised.group_contains(migrate.SchemaMismatch)
