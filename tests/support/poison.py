"""A client that writes what attackers write into every text field that goes through it: markup, the end of a quote, a formula.

service.http = poison.Client(transport=…)      # callers that are made now send poisoned texts
"""

from __future__ import annotations

import html
import re
from typing import Any

import httpx

from tests.support import http, scenes
from tests.support.browsing import Browser
from tests.support.http import Caller
from tests.support.scenes import ok

TEXTS = frozenset({"name", "kana", "label", "reason", "title", "place", "note", "purpose", "opinion", "source", "funding_source"})
"""Every field of the API that takes free text and is shown to somebody."""
MARKED_UP = ("text/html", "application/atom+xml", "image/svg+xml")
"""Kinds of answers in which markup would be read as such."""
_HREF = re.compile(r'(?:href|action)="(/[^"#]*)"')
ALIKE_MAX = 2  # pages of one route that are opened
PAGES_MAX = 150
_INSTANT = "2026-05-11T10:00:00+09:00"
_TOML = re.compile(r'"(サロンのポイント|初版|Salon points|First edition)"')


def payload(field: str) -> str:
    """What stands in a field: it would be a script, a broken attribute, and in a spreadsheet a formula."""
    return f"=1+1\"'><img src=x-{field} onerror=alert(1)>"


class Client(httpx.AsyncClient):
    """Poisons the JSON that it sends."""

    async def request(self, method: Any, url: Any, **given: Any) -> httpx.Response:
        if isinstance(given.get("json"), dict):
            given["json"] = poisoned(given["json"])
        return await super().request(method, url, **given)


def poisoned(body: dict[str, Any]) -> dict[str, Any]:
    """The body with a payload in each field of TEXTS, and in the names that a scheme's document tells."""
    told = {name: payload(name) if name in TEXTS else value for name, value in body.items()}
    if isinstance(body.get("document"), str):
        quoted = payload("document").replace('"', '\\"')
        told["document"] = _TOML.sub(lambda _: f'"{quoted}"', body["document"])
    return told


async def played(service: http.Service) -> dict[str, Caller]:
    """A day with everything in it that somebody can write."""
    town = await scenes.opened(service)
    owner, helper = await scenes.join(town), await scenes.join(town)
    await scenes.attend(town, owner)
    group = ok(await town.officer.post("/organisations", {"kind": "group", "name": "x"}))["organisation_id"]
    shop = ok(await town.officer.post("/organisations", {"kind": "partner", "name": "x"}))["organisation_id"]
    treasurer = await service.caller("treasurer", organisation_id=group)
    cashier = await service.caller("cashier", organisation_id=shop)
    give = {"organisation_id": group, "unit": "pt", "amount": 100, "note": "x"}
    ok(await owner.caller.keyed(f"/members/{owner.member_id}/pledges", give))
    ok(await treasurer.keyed("/applications", {"unit": "pt", "amount": 50, "purpose": "x"}))
    ok(await cashier.keyed("/purchases", {"code": owner.card, "unit": "pt", "amount": 10}))
    settlement = ok(await town.officer.keyed("/settlements", {"unit": "pt", "up_to": "2026-05-11"}))["settlement_id"]
    ok(await town.second.keyed(f"/settlements/{settlement}/approve"))
    need = {"kind": "x", "starts_at": _INSTANT, "minutes": 60, "unit": "pt", "pay_per_hour": 0, "note": "x"}
    need_id = ok(await owner.caller.post(f"/members/{owner.member_id}/needs", need))["need_id"]
    ok(await town.coordinator.post(f"/needs/{need_id}/matches", {"helper_id": str(helper.member_id)}))
    ok(await owner.caller.post(f"/members/{owner.member_id}/offers", {"kind": "x", "note": "x"}))
    await scenes.slot(town, service.clock.now())
    document = scenes.EDITION.format(scheme=town.scheme).replace("amount = 100", "amount = 110")
    draft = ok(await town.officer.post(f"/schemes/{town.scheme}/drafts", {"document": document, "note": "x"}))
    proposal = ok(await town.officer.post(f"/drafts/{draft['draft_id']}/propose", {"version": draft["version"]}))["proposal_id"]
    votes = {"votes_for": 3, "votes_against": 0, "votes_abstained": 0}
    ok(await town.second.post(f"/proposals/{proposal}/opinions", {"opinion": "x", "held_on": "2026-05-10"} | votes))
    ok(await town.officer.post("/principals", {"role": "coordinator", "label": "x"}))
    return {
        "member": owner.caller,
        "host": town.host,
        "coordinator": town.coordinator,
        "officer": town.officer,
        "auditor": town.auditor,
        "treasurer": treasurer,
        "cashier": cashier,
    }


async def crawled(browser: Browser, role: str) -> dict[str, httpx.Response]:
    """Every page that is reached from where one begins by what pages lead to: at most ALIKE_MAX that differ in ids alone."""
    begin = "/" if role == "nobody" else (await browser.get("/home")).headers["location"]
    waiting, seen, found = [begin], dict[str, int](), dict[str, httpx.Response]()
    while waiting and len(found) < PAGES_MAX:
        path = waiting.pop(0)
        shape = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]{4,}[0-9A-Z_-]*|s[0-9a-f]{12}", "*", path)
        if path in found or path.startswith("/assets/") or seen.get(shape, 0) >= ALIKE_MAX:
            continue
        seen[shape] = seen.get(shape, 0) + 1
        answer = await browser.get(path)
        if answer.status_code == 405:
            continue  # where a form goes alone
        assert answer.status_code < 500, (path, answer.text)
        found[path] = answer
        if answer.headers.get("content-type", "").startswith("text/html"):
            waiting += [html.unescape(each) for each in _HREF.findall(answer.text)]
    return found
