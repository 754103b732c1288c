"""The end of a year: what lapses and is carried, notices, the closed fiscal year, and the statements that the law asks for."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from api.door import Door, Key
from api.limits import PAGE_LIMIT_DEFAULT
from api.routes import shapes
from api.routes.claims import CLAIM_MEMBER, OFFICE, READ, READ_MEMBER, SchemeAsked
from api.routes.law import SchemeCode
from flows import carry_choice, statements_of_year, year_end
from flows import fiscal_year as fiscal_years
from kernel import days
from wallets import notices, year_ends

FiscalYearAsked = Annotated[
    int | None, QueryParameter(name="fiscal_year", ge=2000, le=2100, description="This one, unless told.")
]
YearAsked = Annotated[int | None, QueryParameter(name="year", ge=2000, le=2100, description="This calendar year, unless told.")]
NOTICE = {"member": "own", "officer": "town"}


class NewYearEnd(shapes.Asked, frozen=True):
    """The year of a scheme that holds `year_of`, closed on `closes_on`, after its last day; `wind_down` where the scheme ends."""

    scheme: SchemeCode
    year_of: date
    closes_on: date
    kind: year_ends.Kind = "year_end"


class FiscalYear(shapes.Asked, frozen=True):
    """The fiscal year to close, by the year in which it begins."""

    fiscal_year: Annotated[int, Meta(ge=2000, le=2100, examples=[2026])]


class NewCarryChoice(shapes.Asked, frozen=True):
    """Whether a member wants a decree of the edition in force, by its number from 1, to keep their points alive."""

    scheme: SchemeCode
    decree: Annotated[int, Meta(ge=1, le=100, examples=[1])]
    chosen: bool = True


@get("/year-ends/preview", may=READ, tags=["year end"])
async def preview_year_end(
    door: NamedDependency[Door],
    scheme: SchemeAsked,
    year_of: FromQuery[date],
    closes_on: FromQuery[date],
    kind: FromQuery[year_ends.Kind] = "year_end",
) -> year_end.Listed:
    """Who would lose and keep how much, by which rule. Nothing is announced."""
    asked = year_end.Asked(
        scheme=scheme,
        year_of=shapes.checked_day("year_of", year_of),
        closes_on=shapes.checked_day("closes_on", closes_on),
        kind=kind,
    )
    return await door.read(lambda conn: year_end.preview(conn, asked, now=door.now))


@post("/year-ends", may=OFFICE, tags=["year end"])
async def announce_year_end(
    door: NamedDependency[Door], data: JSONBody[NewYearEnd], key: Key = None
) -> Response[year_end.Listed]:
    """Announces a year end, with a notice to each member who would lose something. Nothing is taken."""
    asked = year_end.Asked(**msgspec.structs.asdict(data))
    return await door.keyed(key, data, lambda conn: year_end.announce(conn, asked, actor=door.actor, now=door.now))


@get("/year-ends", may=READ, tags=["year end"])
async def list_year_ends(
    door: NamedDependency[Door], after: shapes.AfterId = None, limit: shapes.Limit = PAGE_LIMIT_DEFAULT
) -> shapes.Page[year_ends.Run]:
    """Announced and executed year ends, the newest first."""
    found = await door.read(lambda conn: year_ends.page(conn, before=after, limit=limit))
    return shapes.page(found, limit, lambda item: item.run_id)


@get("/year-ends/{run_id:uuid}", may=READ, tags=["year end"])
async def read_year_end(door: NamedDependency[Door], run_id: FromPath[UUID]) -> year_end.Listed:
    """A year end, and what it did to each wallet once it was executed."""
    return await door.read(lambda conn: year_end.read(conn, run_id))


@post("/year-ends/{run_id:uuid}/execute", may=OFFICE, tags=["year end"])
async def execute_year_end(door: NamedDependency[Door], run_id: FromPath[UUID], key: Key = None) -> Response[year_end.Listed]:
    """Executes an announced year end as a second person, on its day or later."""
    return await door.keyed(key, None, lambda conn: year_end.execute(conn, run_id, actor=door.actor, now=door.now))


@post("/members/{member_id:uuid}/carry-choices", may=CLAIM_MEMBER, tags=["year end"])
async def choose_decree(
    door: NamedDependency[Door], member_id: FromPath[UUID], data: JSONBody[NewCarryChoice]
) -> year_ends.Choice:
    """Remembers whether a member wants a decree to keep their points alive. The last word counts."""
    door.reach_member(member_id)
    asked = carry_choice.Choosing(holder=member_id, **msgspec.structs.asdict(data))
    return await door.write(lambda conn: carry_choice.choose(conn, asked, actor=door.actor, now=door.now))


@get("/members/{member_id:uuid}/notices", may=NOTICE, tags=["year end"])
async def list_notices(
    door: NamedDependency[Door],
    member_id: FromPath[UUID],
    after: shapes.AfterId = None,
    limit: shapes.Limit = PAGE_LIMIT_DEFAULT,
) -> shapes.Page[notices.Notice]:
    """What the office told a member, the newest first: what will lapse, which claim was refused and why."""
    await door.found_member(member_id)
    found = await door.read(lambda conn: notices.page(conn, member_id, before=after, limit=limit))
    return shapes.page(found, limit, lambda item: item.notice_id)


@get("/fiscal-years", may=READ, tags=["year end"])
async def read_fiscal_year(door: NamedDependency[Door], fiscal_year: FiscalYearAsked = None) -> fiscal_years.Report:
    """A fiscal year in one sheet: opening, granted, redeemed, lapsed, corrected, closing; and its budget lines."""
    year = fiscal_year or days.fiscal_year(days.local_date(door.now))
    return await door.read(lambda conn: fiscal_years.report(conn, year, now=door.now))


@post("/fiscal-years/close", may=OFFICE, tags=["year end"])
async def close_fiscal_year(
    door: NamedDependency[Door], data: JSONBody[FiscalYear], key: Key = None
) -> Response[fiscal_years.Report]:
    """Closes the months of a fiscal year that are open still, in order: nothing is booked into it any more."""
    return await door.keyed(key, data, lambda conn: fiscal_years.close(conn, data.fiscal_year, actor=door.actor, now=door.now))


@get("/members/{member_id:uuid}/converted", may=READ_MEMBER, tags=["year end"])
async def read_converted_of_member(
    door: NamedDependency[Door], member_id: FromPath[UUID], year: YearAsked = None
) -> statements_of_year.Statement:
    """What a member's points became in a calendar year: for the tax return."""
    await door.found_member(member_id)
    found = await door.read(lambda conn: statements_of_year.of_year(conn, _year(door, year), member_id))
    return found[0]


@get("/converted", may=READ, tags=["year end"])
async def list_converted(door: NamedDependency[Door], year: YearAsked = None) -> shapes.Page[statements_of_year.Statement]:
    """What everybody's points became in a calendar year. No names."""
    return shapes.Page(await door.read(lambda conn: statements_of_year.of_year(conn, _year(door, year))), None)


@get("/converted/statements.csv", may=OFFICE, media_type="text/csv", tags=["year end"])
async def read_converted_csv(
    door: NamedDependency[Door], year: YearAsked = None, bom: FromQuery[bool] = False
) -> Response[bytes]:
    """The same with names, safe to open in a spreadsheet; `bom=true` for Excel."""
    asked = _year(door, year)
    written = await door.read(lambda conn: statements_of_year.as_csv(conn, asked, bom=bom))
    disposition = f'attachment; filename="yui-converted-{asked}.csv"'
    return Response(written, media_type="text/csv", headers={"Content-Disposition": disposition})


@get("/purchased-balances", may=READ, tags=["year end"])
async def read_purchased_balances(door: NamedDependency[Door], on: FromQuery[date]) -> statements_of_year.Balances:
    """What was bought from each issuer and not used on a base day, 31 March or 30 September, and the deposit that is due."""
    asked = shapes.checked_day("on", on)
    return await door.read(lambda conn: statements_of_year.purchased(conn, asked, now=door.now))


def _year(door: Door, year: int | None) -> int:
    return year or days.local_date(door.now).year


HANDLERS = (
    preview_year_end,
    announce_year_end,
    list_year_ends,
    read_year_end,
    execute_year_end,
    choose_decree,
    list_notices,
    read_fiscal_year,
    close_fiscal_year,
    read_converted_of_member,
    list_converted,
    read_converted_csv,
    read_purchased_balances,
)
