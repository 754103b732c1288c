"""The scheme of the fictional town: a preset in its own figures, two editions with a rate change, and the budget lines that pay."""

from __future__ import annotations

from datetime import date

import msgspec

from cli.demo.calendar import Calendar
from cli.demo.caller import Caller
from rules import parse, presets
from rules.vocabulary.caps import Cap
from rules.vocabulary.conversion import AnyTime, Conversion, Exchange, Form, Lots, NoConversion
from rules.vocabulary.earning import PerTime
from rules.vocabulary.ending import MonthsAfter
from rules.vocabulary.part import Rounding, Text

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

PRESET = "points-per-half-hour"
"""What the town's officer began with: copied, and changed to what the council wants."""
_CONVERSION = Exchange(
    rate=Lots(lot=100, get=100),
    into="yen",
    minimum=100,
    remainder="kept",
    points_of="any_year",
    window=AnyTime(),
    pays="at_once",
    forms=(Form(form="cash"), Form(form="donation")),
)
"""From the second edition on: a hundred yen for each hundred points, in cash or given to the town."""


class _Numbers(msgspec.Struct, frozen=True):
    """What differs between the editions: points for each half hour, and for how many months they can be used."""

    home_help: int
    others: int
    months: int
    funding: tuple[str, ...] = (CARE, TOWN)
    conversion: Conversion = _CONVERSION


_EDITIONS = (
    _Numbers(home_help=60, others=50, months=6, funding=(CARE,), conversion=NoConversion()),
    _Numbers(home_help=100, others=80, months=24),
    _Numbers(home_help=120, others=70, months=24),
)
"""The first two become law; the third is a draft that is tried on what happened."""


def edition(number: int, starts_on: date) -> str:
    """The document of the first, the second or the third edition: the preset in the town's own figures."""
    copied, figures = parse.parse(presets.document(PRESET)), _EDITIONS[number - 1]
    at_home, elsewhere = copied.clauses
    changed = msgspec.structs.replace(
        copied,
        scheme=SCHEME,
        name=Text(ja="おたがいさまポイント", en="Otagaisama points"),
        title=Text(ja=f"第{number}版", en=f"Edition {number}"),
        unit="pt",
        starts_on=starts_on,
        funding=figures.funding,
        expiry=MonthsAfter(months=figures.months, counted_from="grant"),
        conversion=figures.conversion,
        clauses=(
            msgspec.structs.replace(at_home, activity_kinds=("home_help",), earn=_half_hours(figures.home_help, "nearest")),
            msgspec.structs.replace(elsewhere, earn=_half_hours(figures.others, "down")),
        ),
        caps=(
            Cap(limit=400, of="amount", per="day", for_each=("member",), stops="earning"),
            Cap(limit=8000, of="amount", per="fiscal_year", for_each=("member",), stops="earning"),
        ),
    )
    return parse.render(changed)


def _half_hours(amount: int, rounding: Rounding) -> PerTime:
    return PerTime(amount=amount, every_minutes=30, rounding=rounding, minimum_minutes=30)


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
