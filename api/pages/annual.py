"""The year on paper: the office's report with the money, and the one that everybody may read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection

from api import auth
from api.pages import audit_chart, audit_words, public
from api.pages.audit import YearAsked
from api.pages.audit_words import Words
from api.pages.door import PageDoor
from api.pages.texts import Locale
from flows import annual_report
from flows import public as flows_public
from flows.annual_report import Report, Share
from kernel import days
from ledger import units
from ledger.units import Unit
from rules import showing
from rules.phrases.speak import Locale as Spoken

KINDS = ("member_kind", "host.kinds")
"""Where the catalogue has the words of what is done: between members, and together."""
READ = {"officer": "town", "auditor": "town", "coordinator": "town"}


@get("/office/report", may=READ, page=True, include_in_schema=False)
async def show_report(door: NamedDependency[PageDoor]) -> Response[str]:
    """The year as the office prints it: every figure, and the money closing to zero."""
    asked, spoken = _asked_year(door), _spoken(door)

    async def work(conn: AsyncConnection) -> tuple[Report, dict[str, Unit]]:
        found = await annual_report.for_office(conn, asked, spoken, now=door.now)
        return found, audit_words.of_units(await units.all_units(conn))

    return _shown(door, "annual/office.html", *await door.read(work))


@get("/m/{code:str}/report", may=auth.PUBLIC, page=True, include_in_schema=False)
async def show_published(door: NamedDependency[PageDoor], code: FromPath[str]) -> Response[str]:
    """The year as everybody may read it. Raises UnknownMunicipality."""
    asked, spoken = _asked_year(door), _spoken(door)

    async def work(conn: AsyncConnection) -> tuple[Report, dict[str, Unit]]:
        found = await annual_report.for_everybody(conn, asked, spoken, now=door.now)
        return found, audit_words.of_units(await units.all_units(conn))

    return _shown(door, "annual/public.html", *await public.read(door, code, work))


def _asked_year(door: PageDoor) -> int:
    """The fiscal year that the address asks for, or this one; none that has not begun. Raises FormIncomplete."""
    this = days.fiscal_year(days.local_date(door.now))
    return min(audit_words.asked_of(door, YearAsked).year or this, this)


def _spoken(door: PageDoor) -> Spoken:
    return "en" if door.locale == "en" else "ja"


def _shown(door: PageDoor, template: str, report: Report, known: dict[str, Unit]) -> Response[str]:
    words = Words(door.locale, known)
    kind, month, minutes = partial(words.one_of, KINDS), partial(_month, door.locale), partial(_minutes, door.locale)
    values: dict[str, Any] = {
        "report": report,
        "this_year": days.fiscal_year(days.local_date(door.now)),
        "people_min": flows_public.PEOPLE_MIN,
        "minutes": minutes,
        "kind": kind,
        "month": month,
        "charts": {"months": _chart(door, "months", report.months, month), "kinds": _chart(door, "kinds", report.kinds, kind)},
    }
    return audit_words.show(door, template, words, **values)


def _minutes(locale: Locale, value: int) -> str:
    return showing.duration(value, locale)


def _month(locale: Locale, name: str) -> str:
    on = date.fromisoformat(f"{name}-01")
    return f"{on:%B}" if locale == "en" else f"{on.month}月"


def _chart(door: PageDoor, name: str, shares: list[Share], called: Callable[[str], str]) -> str:
    drawn = [audit_chart.Bar(called(each.name), each.minutes, _minutes(door.locale, each.minutes)) for each in shares]
    said = door.say("audit.chart_says", figures="、".join(f"{bar.name} {bar.shown}" for bar in drawn))
    return audit_chart.bars(f"annual-{name}", door.say(f"annual.{name}"), said, drawn)


HANDLERS = (show_report, show_published)
