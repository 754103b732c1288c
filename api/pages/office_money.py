"""Budgets at the desk: what each line has left, what the council adds and takes back, and the grants that wait for it."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api import limits
from api.pages import audit_words, office_words
from api.pages.audit import YearAsked
from api.pages.door import KeyedForm, PageDoor
from api.pages.office_words import LISTED, OFFICE, Made
from flows import budget, grant
from kernel import days, text
from kernel.refusal import unless
from rules import decision_store, edition_store
from rules.refusals import UnknownBudgetLine

Year = Annotated[int, Meta(ge=2000, le=2100)]
MOVES = {"appropriate": budget.appropriate, "supplement": budget.supplement, "return": budget.give_back}


class BudgetsAsked(YearAsked, frozen=True, kw_only=True):
    """Which year, and how many grants were booked just now, if somebody tried."""

    booked: Annotated[int, Meta(ge=0, le=grant.RETRY_MAX)] | None = None


class Retried(msgspec.Struct, frozen=True):
    """How many of the grants that waited were booked."""

    booked: int


class LineForm(msgspec.Struct, frozen=True, kw_only=True):
    """A budget line: scheme, code, fiscal year and where the money comes from."""

    scheme: str
    code: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,31}$(?!\n)")]
    fiscal_year: Year
    funding_source: Annotated[str, Meta(max_length=text.NAME_LENGTH_MAX)]


class MoneyForm(KeyedForm, frozen=True, kw_only=True):
    """How much, in or out, and by what decision."""

    how: Literal["appropriate", "supplement", "return"]
    amount: Annotated[int, Meta(ge=1, le=limits.AMOUNT_ASKED_MAX)]
    reason: Annotated[str, Meta(max_length=text.LINE_LENGTH_MAX)]


@get("/office/budgets", may=OFFICE, page=True, include_in_schema=False)
async def show_budgets(door: NamedDependency[PageDoor]) -> Response[str]:
    """The lines of a fiscal year with what is left, and the grants that wait."""
    this_year = days.fiscal_year(days.local_date(door.now))
    asked = audit_words.asked_of(door, BudgetsAsked)
    year = asked.year or this_year

    async def work(conn: AsyncConnection) -> Response[str]:
        words, schemes = await office_words.words(conn, door), await edition_store.schemes(conn)
        codes = {unit.unit_id: code for code, unit in words.units.items()}
        told = {
            "lines": await budget.lines(conn, year, now=door.now),
            "waiting": await decision_store.waiting(conn, limit=LISTED),
            "schemes": schemes,
            "units": {each.scheme_id: codes[each.unit_id] for each in schemes},
        }
        return office_words.show(door, "office/budgets.html", words, year=year, this_year=this_year, booked=asked.booked, **told)

    return await door.read(work)


@post("/office/budgets", may=OFFICE, page=True, include_in_schema=False)
async def open_line(door: NamedDependency[PageDoor]) -> Redirect:
    """Opens a line at zero."""
    form = await door.form(LineForm)
    asked = budget.LineAsked(**msgspec.structs.asdict(form))
    made = await door.write(lambda conn: budget.open_line(conn, asked, actor=door.actor, now=door.now))
    return door.go(f"/office/budgets/{made.budget_line_id}")


@get("/office/budgets/{line_id:uuid}", may=OFFICE, page=True, include_in_schema=False)
async def show_line(door: NamedDependency[PageDoor], line_id: FromPath[UUID]) -> Response[str]:
    """One line, and what can be put in or given back."""

    async def work(conn: AsyncConnection) -> Response[str]:
        line = await edition_store.budget_line(conn, line_id)
        states = await budget.lines(conn, line.fiscal_year, now=door.now)
        state = unless(
            next((each for each in states if each.budget_line_id == line_id), None), UnknownBudgetLine(budget_line_id=line_id)
        )
        scheme = await edition_store.scheme(conn, line.scheme_id)
        unit = await office_words.unit_with(conn, scheme.unit_id)
        words = await office_words.words(conn, door)
        return office_words.show(door, "office/budget.html", words, line=state, scheme=scheme, unit=unit.code)

    return await door.read(work)


@post("/office/budgets/{line_id:uuid}", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def move(door: NamedDependency[PageDoor], line_id: FromPath[UUID]) -> Redirect:
    """Puts money into a line, or gives back what it does not need."""
    form = await door.form(MoneyForm)

    async def work(conn: AsyncConnection) -> Made:
        moved = await MOVES[form.how](conn, line_id, form.amount, form.reason, actor=door.actor, now=door.now)
        return Made(moved.entry_id)

    await door.once(form.key, form, work, Made)
    return door.go(f"/office/budgets/{line_id}")


@post("/office/grants/retry", may=OFFICE, page=True, include_in_schema=False)
async def retry(door: NamedDependency[PageDoor]) -> Redirect:
    """Books what waited for a budget, the oldest activity first."""
    form = await door.form(KeyedForm)

    async def work(conn: AsyncConnection) -> Retried:
        tried = await grant.retry_waiting(conn, actor=door.actor.principal_id, now=door.now)
        return Retried(sum(each.outcome == "granted" for each in tried))

    done = await door.once(form.key, form, work, Retried)
    return door.go(f"/office/budgets?booked={done.booked}")


HANDLERS = (show_budgets, open_line, show_line, move, retry)
