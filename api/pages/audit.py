"""The auditor's way through the book: the year's money flow, the entries behind a figure, one entry, and the evidence behind it."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api import refusals
from api.pages import audit_chart, audit_words
from api.pages.audit_words import READ, Words
from api.pages.door import PageDoor
from flows import audit_entries, audit_evidence, audit_flow, audit_names
from flows.audit_entries import Listed, Total, Wanted
from flows.audit_evidence import Evidence
from flows.audit_flow import Sheet
from kernel import days
from kernel.refusal import unless
from ledger import units

PAGE_ENTRIES = 50

Code = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$(?!\n)")]
Codes = Annotated[str, Meta(pattern=r"^[a-z_]{3,32}(,[a-z_]{3,32}){0,19}$(?!\n)")]


class YearAsked(msgspec.Struct, frozen=True):
    """Which fiscal year; this one, unless told."""

    year: Annotated[int, Meta(ge=2000, le=2100)] | None = None


class EntriesAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries; `kind` and `account_kind` are codes with commas between them, `after` is the last entry that was seen."""

    unit: Code
    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")
    kind: Codes | None = None
    account_kind: Codes | None = None
    line: UUID | None = None
    after: UUID | None = None

    def wanted(self) -> Wanted:
        """The same as the book is asked."""
        kinds, account_kinds = (tuple(each.split(",")) if each else () for each in (self.kind, self.account_kind))
        return Wanted(unit=self.unit, first=self.first, last=self.last, kinds=kinds, account_kinds=account_kinds, line=self.line)


@get("/audit", may=READ, page=True, include_in_schema=False)
async def show_year(door: NamedDependency[PageDoor]) -> Response[str]:
    """The money flow of a fiscal year, closing to zero."""
    today = days.fiscal_year(days.local_date(door.now))
    year = audit_words.asked_of(door, YearAsked).year or today

    async def work(conn: AsyncConnection) -> tuple[audit_flow.Year, Words]:
        found = await audit_flow.read(conn, year, now=door.now)
        return found, Words(door.locale, audit_words.of_units(await units.all_units(conn)))

    found, words = await door.read(work)
    charts = {sheet.unit: _chart(door, words, sheet) for sheet in found.sheets}
    return audit_words.show(door, "audit/year.html", words, year=found, charts=charts, this_year=today)


@get("/audit/entries", may=READ, page=True, include_in_schema=False)
async def show_entries(door: NamedDependency[PageDoor]) -> Response[str]:
    """The entries behind a figure, with their sum."""
    asked = audit_words.asked_of(door, EntriesAsked)

    async def work(conn: AsyncConnection) -> tuple[list[Listed], Total, Words]:
        found = await audit_entries.page(conn, asked.wanted(), after=asked.after, limit=PAGE_ENTRIES + 1)
        known = audit_words.of_units(await units.all_units(conn))
        return list(found), await audit_entries.total(conn, asked.wanted()), Words(door.locale, known)

    found, total, words = await door.read(work)
    more = found[PAGE_ENTRIES - 1].entry_id if len(found) > PAGE_ENTRIES else None
    following = audit_words.following(door, more) if more else None
    return audit_words.show(
        door, "audit/entries.html", words, asked=asked, entries=found[:PAGE_ENTRIES], total=total, next=following
    )


@get("/audit/entries/{entry_id:uuid}", may=READ, page=True, include_in_schema=False)
async def show_entry(door: NamedDependency[PageDoor], entry_id: FromPath[UUID]) -> Response[str]:
    """One entry: its lines, its cause and who did it."""

    async def work(conn: AsyncConnection) -> tuple[audit_entries.Entry, Words]:
        found = unless(await audit_entries.find(conn, entry_id), refusals.UnknownRecord(record_id=entry_id))
        people = await audit_names.who(conn, (found.actor, found.acting_for, *(line.holder for line in found.lines)))
        await audit_words.note(conn, door, people, "history")
        return found, Words(door.locale, audit_words.of_units(await units.all_units(conn)), people)

    found, words = await door.write(work)
    return audit_words.show(door, "audit/entry.html", words, entry=found)


@get("/audit/trace/{record_id:uuid}", may=READ, page=True, include_in_schema=False)
async def show_evidence(door: NamedDependency[PageDoor], record_id: FromPath[UUID]) -> Response[str]:
    """Where a record came from, down to the scans, and where it went."""

    async def work(conn: AsyncConnection) -> tuple[Evidence, Words]:
        found = await audit_evidence.read(conn, record_id, door.locale)
        evidence = unless(found, refusals.UnknownRecord(record_id=record_id))
        await audit_words.note(conn, door, evidence.people, "history")
        return evidence, Words(door.locale, audit_words.of_units(await units.all_units(conn)), evidence.people)

    evidence, words = await door.write(work)
    return audit_words.show(door, "audit/evidence.html", words, evidence=evidence)


def _chart(door: PageDoor, words: Words, sheet: Sheet) -> str:
    drawn = [
        audit_chart.Bar(words.word("step", step.code), step.amount, words.amount(step.amount, sheet.unit)) for step in sheet.steps
    ]
    title = door.say("audit.chart", unit=words.unit(sheet.unit))
    description = door.say("audit.chart_says", figures="、".join(f"{bar.name} {bar.shown}" for bar in drawn))
    return audit_chart.bars(f"flow-{sheet.unit}", title, description, drawn)


HANDLERS = (show_year, show_entries, show_entry, show_evidence)
