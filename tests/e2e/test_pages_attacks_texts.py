"""Markup, quotes and formulas in every text field that the API takes: on no page do they become markup, in no export a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support import browsing, http, poison
from tests.support.browsing import Browser
from tests.support.scenes import ok

OPENAPI = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
NO_TEXT = frozenset({"address", "contact", "code", "claim", "document", "form", "fact"})
"""Strings that are no free text: codes, addresses that symbols carry, words of a list; `document` is poisoned by its own names."""


@pytest.fixture(scope="module")
async def crowd(service: http.Service) -> AsyncIterator[dict[str, Browser]]:
    """A town in which whoever could write something wrote what attackers write; somebody of each role in a browser."""
    service.http = poison.Client(transport=service.http._transport, base_url="http://yui.test")
    people = await poison.played(service)
    yield {role: await browsing.stepped_up(service, caller) for role, caller in people.items()} | {"nobody": Browser(service)}
    await service.http.aclose()


def fields_of_the_api() -> set[str]:
    """Every field that takes a string without a pattern, a form or a list of words."""
    told = json.loads(OPENAPI.read_text(encoding="utf-8"))
    schemas: dict[str, Any] = told["components"]["schemas"]
    found: set[str] = set()
    for operations in told["paths"].values():
        body = operations.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json", {})
        properties = schemas.get(body.get("schema", {}).get("$ref", "").rpartition("/")[2], {}).get("properties", {})
        for name, schema in properties.items():
            kinds = [schema, *schema.get("oneOf", []), *schema.get("anyOf", [])]
            found |= {name for each in kinds if each.get("type") == "string" and not {"format", "enum", "pattern"} & set(each)}
    return found


def test_every_text_field_of_the_api_is_poisoned() -> None:
    assert fields_of_the_api() - NO_TEXT - poison.TEXTS == set()


async def test_what_somebody_wrote_is_never_markup(crowd: dict[str, Browser]) -> None:
    shown: dict[str, set[str]] = {}
    feeds: set[str] = set()
    for role, browser in crowd.items():
        for path, answer in (await poison.crawled(browser, role)).items():
            kind = answer.headers.get("content-type", "")
            if not kind.startswith(poison.MARKED_UP):
                continue
            assert "<img src=x-" not in answer.text, (role, path)
            assert not kind.startswith("text/html") or not re.search(r"=1\+1\"'", answer.text), (
                role,
                path,
                "a quote that is not escaped",
            )
            feeds |= {path} if "atom" in kind and "&lt;img src=x-title" in answer.text else set()
            for field in re.findall(r"&lt;img src=x-(\w+)", answer.text):
                shown.setdefault(field, set()).add(f"{role} {urlsplit(path).path}")
    reached = poison.TEXTS - {"source", "label"} | {"document"}
    assert reached <= set(shown), f"no page shows {reached - set(shown)}"
    assert feeds, "no feed tells a poisoned title"


async def test_what_somebody_wrote_is_no_formula_in_an_export(crowd: dict[str, Browser]) -> None:
    """Every file that pages lead to, and those of the API that carry names."""
    files: dict[str, str] = {}
    for role, browser in crowd.items():
        for path, answer in (await poison.crawled(browser, role)).items():
            if answer.headers.get("content-type", "").startswith("text/csv"):
                files[path] = answer.text
    officer = crowd["officer"].caller
    assert officer is not None
    settlements = ok(await officer.get("/settlements"))["items"]
    for settlement in settlements:
        path = f"/settlements/{settlement['settlement_id']}/payments.csv"
        files[path] = (await officer.get(path)).text
    assert len(files) >= 3, files.keys()
    cells = [cell for text in files.values() for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) for cell in row]
    assert [cell for cell in cells if "=1+1" in cell], "a poisoned text stands in some export"
    assert not [cell for cell in cells if re.match(r"[=+@\t\r]|-[^0-9]", cell)]
