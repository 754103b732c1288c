"""What an auditor tests with: a sample, a list of risks, verifying and recomputing, the editions, and the book for other programs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api import refusals
from api.pages import audit_words
from api.pages.audit import YearAsked
from api.pages.audit_words import READ, Words
from api.pages.door import PageDoor
from api.routes import simulations
from flows import audit, audit_names, audit_risks, audit_sample, hands, read_editions, recompute
from flows.audit_risks import Answered
from flows.read_editions import Comparison, WholeEdition
from kernel import days
from ledger import export, units, verify
from ledger.checks import Check
from rules import edition_store
from rules.edition_store import Scheme
from rules.simulation_refusals import TooMuchToLookAt
from rules.standing import Standing

ENTRIES_MAX = 50_000  # that a page verifies or exports; the commands have no limit
SAMPLE_DEFAULT = 25
FORMATS = {"csv": "text/csv", "hledger": "text/plain", "beancount": "text/plain"}

Seed = Annotated[str, Meta(min_length=1, max_length=64)]
Kind = Annotated[str, Meta(pattern=r"^[a-z_]{3,32}$(?!\n)")]


class SampleAsked(msgspec.Struct, frozen=True, kw_only=True):
    """How a sample is drawn; the seed of the day, unless told."""

    seed: Seed | None = None
    kind: Kind = "grant"
    until: date | None = None
    size: Annotated[int, Meta(ge=1, le=audit_sample.SAMPLE_MAX)] = SAMPLE_DEFAULT


class CheckForm(msgspec.Struct, frozen=True):
    """What is checked: the book and every room against it, or every decision once more."""

    what: Literal["verify", "recompute"]


@get("/audit/sample", may=READ, page=True, include_in_schema=False)
async def show_sample(door: NamedDependency[PageDoor]) -> Response[str]:
    """A sample by a seed: the same seed, the same sample."""
    told = audit_words.asked_of(door, SampleAsked)
    seed = told.seed or days.local_date(door.now).isoformat()
    asked = audit_sample.Asked(seed=seed, kind=told.kind, until=told.until, size=told.size)

    async def work(conn: AsyncConnection) -> tuple[audit_sample.Sample, Words]:
        known = audit_words.of_units(await units.all_units(conn))
        return await audit_sample.draw(conn, asked, now=door.now), Words(door.locale, known)

    sample, words = await door.read(work)
    return audit_words.show(door, "audit/sample.html", words, sample=sample, size_max=audit_sample.SAMPLE_MAX)


@get("/audit/risks", may=READ, page=True, include_in_schema=False)
async def show_risks(door: NamedDependency[PageDoor]) -> Response[str]:
    """What deserves a second look, with the record at which the evidence begins."""
    year = audit_words.asked_of(door, YearAsked).year or days.fiscal_year(days.local_date(door.now))

    async def work(conn: AsyncConnection) -> tuple[list[Answered], Words]:
        found = await audit_risks.ask(conn, *days.fiscal_year_bounds(year))
        named = [each for answer in found for risk in answer.found for each in (risk.member_id, risk.other_id)]
        people = await audit_names.who(conn, named)
        await audit_words.note(conn, door, people, "history")
        return found, Words(door.locale, {}, people)

    found, words = await door.write(work)
    return audit_words.show(door, "audit/risks.html", words, answers=found, fiscal_year=year, limits=audit_risks)


@get("/audit/checks", may=READ, page=True, include_in_schema=False)
async def show_checks(door: NamedDependency[PageDoor]) -> Response[str]:
    """What can be checked from here, and what that means."""
    return audit_words.show(door, "audit/checks.html", Words(door.locale), checked=None, what=None, ok=None)


@post("/audit/checks", may=READ, page=True, include_in_schema=False)
async def run_checks(door: NamedDependency[PageDoor]) -> Response[str]:
    """Checks now, and answers with what was checked. Nothing is stored."""
    form = await door.form(CheckForm)
    ok, checked = await simulations.alone(door, _verify if form.what == "verify" else _recompute)
    return audit_words.show(door, "audit/checks.html", Words(door.locale), checked=checked, what=form.what, ok=ok)


@get("/audit/editions", may=READ, page=True, include_in_schema=False)
async def show_editions(door: NamedDependency[PageDoor]) -> Response[str]:
    """Every published edition of every scheme, and where it stands."""

    async def work(conn: AsyncConnection) -> list[tuple[Scheme, list[Standing]]]:
        schemes = await edition_store.schemes(conn)
        return [(scheme, await read_editions.editions(conn, scheme.code, now=door.now)) for scheme in schemes]

    return audit_words.show(door, "audit/editions.html", Words(door.locale), schemes=await door.read(work))


@get("/audit/editions/{edition_id:uuid}", may=READ, page=True, include_in_schema=False)
async def show_edition(door: NamedDependency[PageDoor], edition_id: FromPath[UUID]) -> Response[str]:
    """One edition: who agreed on it, what it says, and what it changed."""

    async def work(conn: AsyncConnection) -> tuple[WholeEdition, Comparison, Words]:
        whole = await read_editions.edition(conn, edition_id, now=door.now)
        law = whole.edition
        people = await audit_names.who(conn, (law.proposed_by, law.approved_by, law.published_by))
        return whole, await read_editions.changes(conn, edition_id), Words(door.locale, {}, people)

    whole, changed, words = await door.read(work)
    spoken = "en" if door.locale == "en" else "ja"
    return audit_words.show(door, "audit/edition.html", words, whole=whole, changed=changed, spoken=spoken)


@get("/audit/book/{form:str}", may=READ, page=True, step_up=True, include_in_schema=False)
async def export_book(door: NamedDependency[PageDoor], form: FromPath[str]) -> Response[str]:
    """The whole book as a file for another program. No names are in it. Raises UnknownPath, TooMuchToLookAt."""
    if form not in FORMATS:
        raise refusals.UnknownPath

    async def work(conn: AsyncConnection) -> str:
        await _bounded(conn)
        return "".join([piece async for piece in export.export(conn, form)])

    written = await door.read(work)
    headers = {"Content-Disposition": f'attachment; filename="yui-book.{form}"'}
    return Response(written, media_type=FORMATS[form], headers=headers)


async def _verify(conn: AsyncConnection) -> tuple[bool, tuple[Check, ...]]:
    await _bounded(conn)
    found = await audit.audit(conn)
    return found.ok, found.checks


async def _recompute(conn: AsyncConnection) -> tuple[bool, tuple[Check, ...]]:
    wanted = recompute.Asked(decisions_max=simulations.DECISIONS_MAX)
    found = await recompute.recompute(conn, wanted, by=hands.Thread())
    return found.ok, found.checks


async def _bounded(conn: AsyncConnection) -> None:
    size = await verify.summed_up(conn, [])
    if size.entries > ENTRIES_MAX:
        raise TooMuchToLookAt(found=size.entries, found_max=ENTRIES_MAX)


HANDLERS = (
    show_sample,
    show_risks,
    show_checks,
    run_checks,
    show_editions,
    show_edition,
    export_book,
)
