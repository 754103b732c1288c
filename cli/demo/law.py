"""The scheme of the fictional town: two editions with a rate change, and the budget lines that pay."""

from __future__ import annotations

from datetime import date
from typing import Any

from cli.demo.calendar import Calendar
from cli.demo.caller import Caller

SCHEME = "otagaisama"
CARE, TOWN = "care-insurance", "general"
FUNDING = {CARE: "介護保険特別会計 地域支援事業費", TOWN: "一般会計 地域福祉費"}
VOTED = {CARE: 3_000, TOWN: 2_000}
"""What the council voted for each line: not enough for the day that is played."""
SUPPLEMENT = 40_000
OPINION = {
    "opinion": "原案のとおりで差し支えない。高齢の会員にも分かるように知らせること。",
    "votes_for": 7,
    "votes_against": 1,
    "votes_abstained": 1,
}
"""What the council of the town says of each edition."""

_EDITION = """\
scheme = "{scheme}"
name = {{ ja = "おたがいさまポイント", en = "Otagaisama points" }}
title = {{ ja = "{title_ja}", en = "{title_en}" }}
unit = "pt"
starts_on = {starts_on}
year = {{ type = "fiscal" }}
funding = ["{care}"{second}]
when_empty = "wait"
expiry = {{ type = "months_after", months = {months}, counted_from = "grant" }}
carry = {{ type = "all" }}
status_loss = {{ type = "keeps" }}
conversion = {conversion}

[[eligibility]]
test = "role"
one_of = ["helper"]

[[clauses]]
activity_kinds = ["home_help"]
earn = {{ how = "per_time", amount = {home_help}, every_minutes = 30, rounding = "nearest", minimum_minutes = 30 }}

[[clauses]]
activity_kinds = ["*"]
earn = {{ how = "per_time", amount = {others}, every_minutes = 30, rounding = "down", minimum_minutes = 30 }}

[[caps]]
limit = 400
of = "amount"
per = "day"
for_each = ["member"]
stops = "earning"

[[caps]]
limit = 8000
of = "amount"
per = "fiscal_year"
for_each = ["member"]
stops = "earning"
"""


_NO_CONVERSION = '{ how = "none" }'
_CONVERSION = (
    '{ how = "exchange", rate = { how = "lots", lot = 100, get = 100 }, into = "yen", minimum = 100, remainder = "kept", '
    'points_of = "any_year", window = { type = "any_time" }, pays = "at_once", forms = [{ form = "cash" }, { form = "donation" }] }'
)
"""From the second edition on: a hundred yen for each hundred points, in cash or given to the town."""


def edition(number: int, starts_on: date) -> str:
    """The document of the first or the second edition."""
    given: dict[str, Any] = {"scheme": SCHEME, "care": CARE, "starts_on": starts_on.isoformat(), "second": ""}
    if number == 1:
        given |= {"conversion": _NO_CONVERSION}
        given |= {"title_ja": "第1版", "title_en": "First edition", "months": 6, "home_help": 60, "others": 50}
    else:
        given |= {"title_ja": "第2版", "title_en": "Second edition", "months": 24, "home_help": 100, "others": 80}
        given |= {"second": f', "{TOWN}"', "conversion": _CONVERSION}
    return _EDITION.format(**given)


async def set_up(first: Caller, second: Caller, calendar: Calendar) -> dict[tuple[int, str], str]:
    """The scheme, its first edition (one officer proposes, the other approves), and the budget lines, by year and code."""
    await first.post("/schemes", {"code": SCHEME, "name": "おたがいさまポイント", "unit": "pt"})
    await publish(first, second, edition(1, calendar.first_edition))
    lines: dict[tuple[int, str], str] = {}
    for year in calendar.fiscal_years:
        for code, source in FUNDING.items():
            asked = {"scheme": SCHEME, "code": code, "fiscal_year": year, "funding_source": source}
            lines[(year, code)] = (await first.post("/budget-lines", asked))["budget_line_id"]
    for (year, code), line in lines.items():
        asked = {"amount": VOTED[code], "reason": f"{year}年度当初予算"}
        await first.post(f"/budget-lines/{line}/appropriations", asked)
    return lines


async def publish(first: Caller, second: Caller, document: str) -> str:
    """Two people make an edition law once the council is heard; the proposer alone cannot. The edition's id."""
    proposal = await first.post(f"/schemes/{SCHEME}/proposals", {"document": document})
    path = f"/proposals/{proposal['proposal_id']}"
    await first.refused("proposer_cannot_publish", f"{path}/publish")
    await second.refused("opinion_missing", f"{path}/publish")
    await first.post(f"{path}/opinions", {"held_on": proposal["proposed_at"][:10]} | OPINION)
    return (await second.post(f"{path}/publish"))["edition_id"]
