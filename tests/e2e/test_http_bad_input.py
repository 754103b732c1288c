"""Bad input on every route that takes a body: each is refused by name, nothing breaks, and nothing is stored."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from api import documents, openapi
from api.problem_table import TABLE
from db import query
from kernel import ids
from tests.support import http, scenes
from tests.support.http import Caller
from tests.support.scenes import Town

DOCUMENT = openapi.document(documents.app())
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
TAKING = [
    (path.removeprefix("/api/v1"), operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2])
    for path, item in DOCUMENT["paths"].items()
    for operation in item.values()
    if "requestBody" in operation
]
HIDDEN = ("a\x00b", "\u202eabc", "a\u2066b", "a\ufeff b", "a\x1b[31m", "a\x7f")
WRONG: dict[str, tuple[Any, ...]] = {
    "integer": ("1", 1.5, None, True, [], -1, 0, 2**31, 2**63, 2**64, 10**40, -(2**63)),
    "string": (1, None, {}, "", "x" * 60_000, *HIDDEN),
    "uuid": ("", "x", 1, "00000000-0000-0000-0000-00000000000", str(ids.new_id())),
    "date": ("", "2026-02-30", "9999-12-31", "0001-01-01", "2026-05-01T00:00:00Z", 20260501),
    "date-time": ("", "2026-05-01", "2026-05-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", 0),
    "boolean": ("true", 1, None),
    "array": ({}, "x", [None], [1], None),
}
_TABLES = query.statement(
    """
    select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('ledger', 'community', 'qr', 'rules', 'activities', 'wallets') order by 1
    """
)


def kind_of(field: dict[str, Any]) -> dict[str, Any]:
    """The part of a field's schema that says what it is, optional or not."""
    return next((part for part in field.get("oneOf", [field]) if part.get("type") != "null"), field)


def valid(schema: str, known: dict[str, str]) -> dict[str, Any]:
    """A body that has the stated shape, whatever a room thinks of it, with ids that exist."""
    made: dict[str, Any] = openapi.example({"$ref": schema}, SCHEMAS)
    return made | {name: known[name] for name in made.keys() & known.keys()}


def spoilt(schema: str, known: dict[str, str]) -> list[dict[str, Any]]:
    """The valid body, each time with one thing wrong in it."""
    good = valid(schema, known)
    found: list[dict[str, Any]] = [
        good | {"u" * 50_000: 1},
        *({k: v for k, v in good.items() if k != name} for name in good),
    ]
    for name, field in SCHEMAS[schema]["properties"].items():
        part = kind_of(field)
        kind = part.get("format") or part.get("type", "object")
        found += [good | {name: wrong} for wrong in WRONG.get(kind, (1, "x", None))]
    return found


@pytest.fixture(scope="module")
async def town(service: http.Service) -> Town:
    return await scenes.opened(service)


@pytest.fixture(scope="module")
async def known(town: Town) -> dict[str, str]:
    """Ids that exist, so that a body is read as far as it can be."""
    member = await scenes.join(town)
    slot_id = await scenes.slot(town, town.service.clock.now())
    return {
        "member_id": str(member.member_id),
        "slot_id": slot_id,
        "activity_id": town.activity,
        "budget_line_id": town.budget_line,
        "organisation_id": str(town.host.organisation_id),
        "principal_id": str(member.caller.principal_id),
        "code": town.scheme,
        "scheme": town.scheme,
        "unit": "pt",
    }


async def allowed(service: http.Service, path: str) -> Caller:
    """Somebody whom the route serves, an officer where it may be one."""
    operation = DOCUMENT["paths"][f"/api/v1{path}"]["post"]
    served = operation["description"].rpartition("Serves: ")[2]
    role = "officer" if "officer" in served else served.split(" ")[0]
    return await service.caller(role)


@pytest.mark.parametrize(("path", "schema"), TAKING, ids=[path for path, _ in TAKING])
async def test_one_thing_wrong_in_a_body_is_refused_by_name(
    service: http.Service, known: dict[str, str], path: str, schema: str
) -> None:
    caller = await allowed(service, path)
    filled = path
    for name, value in known.items():
        filled = filled.replace(f"{{{name}}}", value)
    while "{" in filled:
        filled = filled[: filled.index("{")] + str(ids.new_id()) + filled[filled.index("}") + 1 :]
    for body in spoilt(schema, known):
        answer = await caller.keyed(filled, body)
        assert answer.status_code < 500, (body, answer.text)
        if answer.status_code >= 400:
            told = answer.json()
            assert TABLE[told["code"]].status == answer.status_code, body
            assert len(answer.content) < 4_000, "a refusal does not repeat what was sent"


@pytest.mark.parametrize(("path", "schema"), TAKING, ids=[path for path, _ in TAKING])
async def test_the_example_in_the_description_has_the_stated_shape(service: http.Service, path: str, schema: str) -> None:
    caller = await allowed(service, path)
    nobodys = re.sub(r"{(\w+)}", lambda found: "nobodys" if found[1] == "code" else str(ids.new_id()), path)
    answer = await caller.keyed(nobodys, openapi.example({"$ref": schema}, SCHEMAS))
    assert answer.status_code != 400, answer.text


async def test_what_was_refused_left_nothing(
    admin: AsyncEngine, service: http.Service, town: Town, known: dict[str, str]
) -> None:
    officer = await service.caller("officer")
    before = await counted(admin)
    for unit, amount in (("pt", 0), ("pt", -5), ("pt", 10**9), ("zz", 5)):
        answer = await officer.keyed(f"/members/{known['member_id']}/donations", {"unit": unit, "amount": amount})
        assert answer.status_code in {400, 404, 409}
    for kind in ("host", "nobody"):
        assert (await officer.post("/organisations", {"kind": kind, "name": "a\x00b"})).status_code in {400, 422}
    after = await counted(admin)
    keys = after.pop("ledger.idempotency") - before.pop("ledger.idempotency")
    assert after == before
    assert keys == 2, "a refusal of the book stays under its key; a request without the stated shape is not one"


async def counted(admin: AsyncEngine) -> dict[str, int]:
    async with admin.connect() as conn:
        names = [row.name for row in await query.rows(conn, _TABLES)]
        return {name: await query.scalar(conn, query.statement(f"select count(*) from {name}")) for name in names}


async def test_hidden_characters_are_refused_in_every_text(service: http.Service, known: dict[str, str]) -> None:
    officer = await service.caller("officer")
    asked = {"scheme": known["scheme"], "code": "x", "fiscal_year": 2026, "funding_source": "a\x00b"}
    for path, body in (("/schemes", {"code": "x", "name": "a\x00b", "unit": "pt"}), ("/budget-lines", asked)):
        answer = await officer.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "unreadable_text")


def test_the_longest_document_fits_into_a_body() -> None:
    assert len(msgspec.json.encode({"document": "x" * 60_000})) < 64 * 1024
