"""Schemes and their rules at the desk: the editions that were, are and will be, and drafts that are written beside their sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api import refusals
from api.pages import office_words
from api.pages.audit_words import Words
from api.pages.door import PageDoor
from api.pages.office_words import LISTED, OFFICE
from api.routes.editions import SchemeInPath
from flows import propose_edition, publish_edition, read_editions
from flows.read_editions import Standing
from kernel import text
from ledger import units
from ledger.units import Unit
from rules import check, difference, draft_store, edition_store, parse, presets, proposal_store, statements
from rules.check import CheckReport
from rules.edition_store import Scheme
from rules.form import sheet
from rules.wording.said import Locale

Note = Annotated[str, Meta(max_length=text.LINE_LENGTH_MAX)]


class SchemeForm(msgspec.Struct, frozen=True, kw_only=True):
    """A scheme: its code, its name and the unit of its grants."""

    code: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}$(?!\n)")]
    name: Annotated[str, Meta(max_length=text.NAME_LENGTH_MAX)]
    unit: str


class StartForm(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft begins with: the code of a preset, or the edition in force."""

    preset: str | None = None


class SaveForm(msgspec.Struct, frozen=True, kw_only=True):
    """The document, the version on which it was written, and what it changes."""

    document: Annotated[str, Meta(max_length=parse.DOCUMENT_CHARACTERS_MAX)]
    follows: int
    note: Note | None = None


class ProposeForm(msgspec.Struct, frozen=True, kw_only=True):
    """Which version is proposed."""

    version: int


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A draft as it reads: its mistakes by line; or else its sentences, and what is different from the edition in force.

    `readable`: it can be edited as a form.
    """

    report: CheckReport
    readable: bool = True
    sentences: list[str]
    changes: list[str]
    compared: bool


@get("/office/schemes", may=OFFICE, page=True, include_in_schema=False)
async def show_schemes(door: NamedDependency[PageDoor]) -> Response[str]:
    """Every scheme, and the edition that is in force."""

    async def work(conn: AsyncConnection) -> tuple[list[tuple[Scheme, list[Standing]]], list[Unit], Words]:
        found = await edition_store.schemes(conn)
        told = [(each, await read_editions.editions(conn, each.code, now=door.now)) for each in found]
        return told, list(await units.all_units(conn)), await office_words.words(conn, door)

    schemes, known, words = await door.read(work)
    granted = [unit for unit in known if unit.kind != "currency"]
    return office_words.show(door, "office/schemes.html", words, schemes=schemes, units=granted)


@post("/office/schemes", may=OFFICE, page=True, include_in_schema=False)
async def create_scheme(door: NamedDependency[PageDoor]) -> Redirect:
    """Sets up a scheme; its rules follow."""
    form = await door.form(SchemeForm)
    asked = publish_edition.SchemeAsked(code=form.code, name=form.name, unit=form.unit)
    made = await door.write(lambda conn: publish_edition.create_scheme(conn, asked, actor=door.actor, now=door.now))
    return door.go(f"/office/schemes/{made.code}")


@get("/office/schemes/{code:str}", may=OFFICE, page=True, include_in_schema=False)
async def show_scheme(door: NamedDependency[PageDoor], code: SchemeInPath) -> Response[str]:
    """A scheme: its editions, its drafts, its proposals, and what a draft can begin with."""

    async def work(conn: AsyncConnection) -> Response[str]:
        scheme = await edition_store.scheme_by_code(conn, code)
        editions = await read_editions.editions(conn, code, now=door.now)
        drafts = await draft_store.of_scheme(conn, scheme.scheme_id, limit=LISTED)
        proposals = await proposal_store.of_scheme(conn, scheme.scheme_id, limit=LISTED)
        words = await office_words.words(
            conn, door, [*(each.saved_by for each in drafts), *(each.proposed_by for each in proposals)]
        )
        told = {"scheme": scheme, "editions": editions, "drafts": drafts, "proposals": proposals}
        return office_words.show(door, "office/scheme.html", words, presets=presets.listed(), **told)

    return await door.read(work)


@get("/office/editions/{edition_id:uuid}", may=OFFICE, page=True, include_in_schema=False)
async def show_edition(door: NamedDependency[PageDoor], edition_id: FromPath[UUID]) -> Response[str]:
    """A published edition in plain sentences, and what it changed."""

    async def work(conn: AsyncConnection) -> Response[str]:
        whole = await read_editions.edition(conn, edition_id, now=door.now)
        changed = await read_editions.changes(conn, edition_id)
        scheme = await edition_store.scheme(conn, whole.edition.scheme_id)
        words = await office_words.words(conn, door, (whole.edition.proposed_by, whole.edition.approved_by))
        return office_words.show(door, "office/edition.html", words, whole=whole, changed=changed, scheme=scheme)

    return await door.read(work)


@post("/office/schemes/{code:str}/drafts", may=OFFICE, page=True, include_in_schema=False)
async def start_draft(door: NamedDependency[PageDoor], code: SchemeInPath) -> Redirect:
    """Begins a draft with a preset, or with the edition in force."""
    form = await door.form(StartForm)

    async def work(conn: AsyncConnection) -> draft_store.Draft:
        document = await _beginning(conn, door, code, form.preset)
        saving = propose_edition.Saving(document=document)
        return await propose_edition.start_draft(conn, code, saving, actor=door.actor, now=door.now)

    return door.go(f"/office/drafts/{(await door.write(work)).draft_id}")


@get("/office/drafts/{draft_id:uuid}", may=OFFICE, page=True, include_in_schema=False)
async def show_draft(door: NamedDependency[PageDoor], draft_id: FromPath[UUID]) -> Response[str]:
    """The document to write in, its mistakes at their lines, its sentences beside it, and what it would change."""

    async def work(conn: AsyncConnection) -> Response[str]:
        draft, versions = await draft_store.find(conn, draft_id), await draft_store.versions(conn, draft_id)
        scheme = await edition_store.scheme(conn, draft.scheme_id)
        reading = await _read(conn, door, draft, scheme)
        words = await office_words.words(conn, door, (each.saved_by for each in versions))
        told = {"draft": draft, "versions": versions, "scheme": scheme, "reading": reading}
        return office_words.show(door, "office/draft.html", words, **told)

    return await door.read(work)


@post("/office/drafts/{draft_id:uuid}", may=OFFICE, page=True, include_in_schema=False)
async def save_draft(door: NamedDependency[PageDoor], draft_id: FromPath[UUID]) -> Redirect:
    """Keeps the next version; one that somebody else has written meanwhile is not overwritten."""
    form = await door.form(SaveForm)
    saving = propose_edition.Saving(document=form.document.replace("\r\n", "\n") + "\n", note=form.note)
    await door.write(
        lambda conn: propose_edition.save_draft(conn, draft_id, saving, follows=form.follows, actor=door.actor, now=door.now)
    )
    return door.go(f"/office/drafts/{draft_id}")


@post("/office/drafts/{draft_id:uuid}/propose", may=OFFICE, page=True, include_in_schema=False)
async def propose_draft(door: NamedDependency[PageDoor], draft_id: FromPath[UUID]) -> Redirect:
    """Proposes a version as it stands."""
    form = await door.form(ProposeForm)
    made = await door.write(
        lambda conn: propose_edition.propose_draft(conn, draft_id, form.version, actor=door.actor, now=door.now)
    )
    return door.go(f"/office/proposals/{made.proposal_id}")


async def _beginning(conn: AsyncConnection, door: PageDoor, code: str, preset: str | None) -> str:
    """The text of a preset for this scheme, or that of its edition in force. Raises FormIncomplete where there is neither."""
    scheme = await edition_store.scheme_by_code(conn, code)
    if preset is not None:
        return _for_scheme(presets.document(preset), code, (await office_words.unit_with(conn, scheme.unit_id)).code)
    standing = _in_force(await read_editions.editions(conn, code, now=door.now))
    if standing is None:
        raise refusals.FormIncomplete(field="preset")
    return standing.document


def _for_scheme(document: str, code: str, unit: str) -> str:
    named = re.sub(r"(?m)^scheme = .*$", f'scheme = "{code}"', document, count=1)
    return re.sub(r"(?m)^unit = .*$", f'unit = "{unit}"', named, count=1)


def _in_force(editions: Sequence[Standing]) -> Standing | None:
    return next((each for each in editions if each.state == "in_force"), None)


async def _read(conn: AsyncConnection, door: PageDoor, draft: draft_store.Draft, scheme: Scheme) -> Reading:
    locale: Locale = office_words.spoken(door)
    report = check.check(draft.document, scheme.code, locale)
    if not report.ok:
        readable = sheet.readable(draft.document)
        return Reading(report=report, readable=readable, sentences=[], changes=[], compared=False)
    unit, new = await office_words.unit_with(conn, scheme.unit_id), edition_store.parsed(draft.document)
    label = unit.label_en if locale == "en" else unit.label_ja
    old = _in_force(await read_editions.editions(conn, scheme.code, now=door.now))
    changed = difference.between(edition_store.parsed(old.document), new, locale, label, unit.scale) if old else []
    said = statements.of(new, locale, label, unit.scale)
    return Reading(report=report, sentences=said, changes=[each.sentence for each in changed], compared=old is not None)


HANDLERS = (show_schemes, create_scheme, show_scheme, show_edition, start_draft, show_draft, save_draft, propose_draft)
