"""An officer edits a draft as a form: what the form is made of, the document with the answers in it, and the next version of the draft.

What the form wrote is kept by the same story as what was typed as a text: `propose_edition.save_draft`.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from flows import propose_edition
from flows.propose_edition import Saving
from kernel import days
from ledger import units
from ledger.units import Unit
from rules import difference, draft_store, edition_store, parse
from rules.draft_store import Draft
from rules.edition_store import Scheme
from rules.form import sheet
from rules.form.answers import Answers
from rules.form.sheet import Sheet, Town
from rules.phrases.speak import Locale
from rules.refusals import UnreadableEdition
from rules.vocabulary.edition import Edition

YEARS_OF_LINES = 2
"""from this fiscal year on: the budget lines that are proposed by name"""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What a form brought back. `document`: what it showed, where that is not the version `follows` as it was kept.

    `do` is "save", "look" (say it in sentences), "kind" (show the fields of what was chosen), or "add:" or "take:" and a name.
    """

    told: Answers
    follows: int
    document: str | None = None
    note: str | None = None
    do: str = "look"


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A form as it is to be shown. `latest` is the version that the next one follows.

    `moved`: somebody else saved that one meanwhile; then `differs` says what of it the answers would change. `saved`: the next version
    was kept, or the answers change nothing.
    """

    draft: Draft
    scheme: Scheme
    sheet: Sheet
    stored: bool
    latest: int
    moved: bool = False
    differs: tuple[str, ...] = ()
    saved: bool = False


async def opened(conn: AsyncConnection, draft_id: UUID, locale: Locale, *, now: datetime) -> Opened:
    """The latest version of a draft as a form. Raises UnknownDraft, UnreadableEdition (it is no document)."""
    draft = await draft_store.find(conn, draft_id)
    scheme, town = await _town(conn, draft, locale, now)
    return Opened(draft=draft, scheme=scheme, sheet=sheet.of(draft.document, town), stored=True, latest=draft.version)


async def taken(conn: AsyncConnection, draft_id: UUID, sent: Sent, locale: Locale, *, actor: Actor, now: datetime) -> Opened:
    """The form with what was filled in; the next version is kept where it was to be saved, reads well and nobody was faster.

    Raises UnknownDraft, UnreadableEdition, TooManyVersions.
    """
    draft = await draft_store.find(conn, draft_id, sent.follows)
    latest = await draft_store.find(conn, draft_id)
    scheme, town = await _town(conn, draft, locale, now)
    document = sheet.filled(sent.document or draft.document, sent.told, sent.do, town)
    made = sheet.of(document, town, checked=sent.do == "save")
    found = Opened(draft=latest, scheme=scheme, sheet=made, stored=document == latest.document, latest=latest.version)
    if sent.do != "save" or made.mistakes.count:
        return found if latest.version == sent.follows else _moved(found)
    if document == latest.document:
        return msgspec.structs.replace(found, saved=True)
    if latest.version != sent.follows:
        return _moved(found)
    saving = Saving(document=document, note=sent.note)
    await propose_edition.save_draft(conn, draft_id, saving, follows=sent.follows, actor=actor, now=now)
    return msgspec.structs.replace(found, saved=True)


def _moved(found: Opened) -> Opened:
    """Told that somebody was faster, and what the answers would change in what they saved, where both read well."""
    view = found.sheet.view
    before, after = (_edition(each) for each in (found.draft.document, found.sheet.document))
    changes = difference.between(before, after, view.locale, view.unit, view.scale) if before and after else []
    return msgspec.structs.replace(found, moved=True, differs=tuple(each.sentence for each in changes))


def _edition(document: str) -> Edition | None:
    try:
        return parse.parse(document)
    except UnreadableEdition:
        return None


async def _town(conn: AsyncConnection, draft: Draft, locale: Locale, now: datetime) -> tuple[Scheme, Town]:
    """The scheme of a draft, and what its form knows of the town."""
    scheme = await edition_store.scheme(conn, draft.scheme_id)
    known = await units.all_units(conn)
    unit = next(each for each in known if each.unit_id == scheme.unit_id)
    year = days.fiscal_year(days.local_date(now))
    lines = await edition_store.budget_lines(conn, range(year, year + YEARS_OF_LINES))
    return scheme, Town(
        locale=locale,
        unit=_label(unit, locale),
        scale=unit.scale,
        suffix=_suffix(unit, locale),
        lines={each.code: each.funding_source for each in lines if each.scheme_id == scheme.scheme_id},
        units={each.code: _label(each, locale) for each in known},
    )


def _suffix(unit: Unit, locale: Locale) -> str:
    """What a number of the smallest part of a unit is followed by; nothing where that part has no word."""
    if unit.kind == "time":
        return "min" if locale == "en" else "分"
    return "" if unit.scale else _label(unit, locale).rpartition("|")[2]


def _label(unit: Unit, locale: Locale) -> str:
    return unit.label_en if locale == "en" else unit.label_ja
