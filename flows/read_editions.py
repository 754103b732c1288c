"""Reading the law: a scheme's editions and where they stand, a proposal with all that was said of it, what changes, what ends when.

Nothing here writes. Sentences are in every language that `rules.phrases` speaks, by language.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel import days
from ledger import units
from ledger.units import Unit
from rules import difference, edition_store, proposal_store, standing, statements
from rules.difference import Change
from rules.edition_store import Published
from rules.phrases.speak import LOCALES, Locale
from rules.proposal_store import Opinion, Proposal
from rules.refusals import UnknownEdition
from rules.standing import Standing
from rules.vocabulary.edition import Edition
from rules.vocabulary.ending import WindDown


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done with a proposal: proposed, opinion, absence, approved, published, withdrawn or rejected."""

    what: str
    at: datetime
    by: UUID


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What is different from the edition `compared_with`, by language. None and nothing where there is none to compare with."""

    compared_with: UUID | None
    changes: dict[str, list[Change]]


class WholeProposal(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal, what the council said of it, all that happened to it, and what it would change."""

    proposal: Proposal
    opinions: list[Opinion]
    history: list[Event]
    difference: Comparison


class WholeEdition(msgspec.Struct, frozen=True, kw_only=True):
    """A published edition, where it stands, what it says in sentences, by language, and what the council said of it."""

    edition: Standing
    sentences: dict[str, list[str]]
    opinions: list[Opinion]


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """A scheme whose end is published: until when it grants and takes claims, and what becomes of the rest (`lapse` or `kept`)."""

    scheme_id: UUID
    scheme: str
    edition_id: UUID
    unit_id: int
    state: standing.State
    wind_down: WindDown


async def editions(conn: AsyncConnection, scheme_code: str, *, now: datetime) -> list[Standing]:
    """The published editions of a scheme, in the order in which they start. Raises UnknownScheme."""
    scheme = await edition_store.scheme_by_code(conn, scheme_code)
    return standing.of_all(await edition_store.editions(conn, scheme.scheme_id), days.local_date(now))


async def edition(conn: AsyncConnection, edition_id: UUID, *, now: datetime) -> WholeEdition:
    """One published edition. Raises UnknownEdition."""
    found = await edition_store.edition(conn, edition_id)
    published = await edition_store.editions(conn, found.scheme_id)
    read, unit = standing.read(found.document), await _unit(conn, found.scheme_id)
    said = {locale: statements.of(read, locale, _label(unit, locale), unit.scale) if read else [] for locale in LOCALES}
    return WholeEdition(
        edition=standing.find(standing.of_all(published, days.local_date(now)), edition_id),
        sentences={str(locale): sentences for locale, sentences in said.items()},
        opinions=await proposal_store.opinions(conn, edition_id),
    )


async def changes(conn: AsyncConnection, edition_id: UUID, compared_with: UUID | None = None) -> Comparison:
    """What an edition changes, compared with another one of its scheme, or with the one before it. Raises UnknownEdition."""
    found = await edition_store.edition(conn, edition_id)
    published = await edition_store.editions(conn, found.scheme_id)
    before = [each for each in published if each.starts_on < found.starts_on]
    other = await _other(conn, found.scheme_id, compared_with) if compared_with else (before[-1] if before else None)
    return _comparison(other, standing.read(found.document), await _unit(conn, found.scheme_id))


async def proposal(
    conn: AsyncConnection, proposal_id: UUID, compared_with: UUID | None = None, *, now: datetime
) -> WholeProposal:
    """One proposal. What it changes is told beside the edition in force, or another one of the scheme.

    Once it is published, it is compared with the edition before it. Raises UnknownProposal, UnknownEdition.
    """
    found = await proposal_store.find(conn, proposal_id)
    heard = await proposal_store.opinions(conn, proposal_id)
    published = await edition_store.editions(conn, found.scheme_id)
    own = next((each for each in published if each.edition_id == proposal_id), None)
    if compared_with is not None:
        other = await _other(conn, found.scheme_id, compared_with)
    else:
        earlier = [each for each in published if own is None or each.starts_on < own.starts_on]
        in_force = standing.in_force(earlier, days.local_date(now)) if own is None else None
        other = in_force or (earlier[-1] if earlier else None)
    return WholeProposal(
        proposal=found,
        opinions=heard,
        history=_history(found, heard, own),
        difference=_comparison(other, standing.read(found.document), await _unit(conn, found.scheme_id)),
    )


async def endings(conn: AsyncConnection, on: date) -> list[Ending]:
    """Every scheme whose last edition ends it, and how it stands on the day `on`; the one that stops granting first in front."""
    found: list[Ending] = []
    for scheme in await edition_store.schemes(conn):
        standings = standing.of_all(await edition_store.editions(conn, scheme.scheme_id), on)
        last = standings[-1] if standings else None
        if last is not None and last.wind_down is not None:
            ending = Ending(
                scheme_id=scheme.scheme_id,
                scheme=scheme.code,
                edition_id=last.edition_id,
                unit_id=scheme.unit_id,
                state=last.state,
                wind_down=last.wind_down,
            )
            found.append(ending)
    return sorted(found, key=lambda ending: (ending.wind_down.last_granting_on, ending.scheme))


async def to_lapse(conn: AsyncConnection, on: date) -> list[Ending]:
    """The schemes whose last day of claiming is over on the day `on`, and of which what is left lapses. Year end books it."""
    return [each for each in await endings(conn, on) if each.state == "ended" and each.wind_down.balances == "lapse"]


async def _other(conn: AsyncConnection, scheme_id: UUID, edition_id: UUID) -> Published:
    """An edition of this scheme. Raises UnknownEdition, for another scheme's too."""
    found = await edition_store.edition(conn, edition_id)
    if found.scheme_id != scheme_id:
        raise UnknownEdition(edition_id=edition_id)
    return found


async def _unit(conn: AsyncConnection, scheme_id: UUID) -> Unit:
    scheme = await edition_store.scheme(conn, scheme_id)
    return next(each for each in await units.all_units(conn) if each.unit_id == scheme.unit_id)


def _label(unit: Unit, locale: Locale) -> str:
    return unit.label_ja if locale == "ja" else unit.label_en


def _comparison(old: Published | None, new: Edition | None, unit: Unit) -> Comparison:
    before = standing.read(old.document) if old else None
    if old is None or before is None or new is None:
        return Comparison(compared_with=old.edition_id if old else None, changes={})
    told = {locale: difference.between(before, new, locale, _label(unit, locale), unit.scale) for locale in LOCALES}
    return Comparison(compared_with=old.edition_id, changes={str(locale): changes for locale, changes in told.items()})


def _history(found: Proposal, heard: Sequence[Opinion], published: Published | None) -> list[Event]:
    events = [Event(what="proposed", at=found.proposed_at, by=found.proposed_by)]
    events += [
        Event(what="absence" if each.absent_reason else "opinion", at=each.recorded_at, by=each.recorded_by) for each in heard
    ]
    if found.approval is not None:
        events.append(Event(what="approved", at=found.approval.approved_at, by=found.approval.approved_by))
    if published is not None:
        by = published.published_by or published.approved_by
        events.append(Event(what="published", at=published.published_at, by=by))
    if found.close is not None:
        events.append(Event(what=found.close.outcome, at=found.close.closed_at, by=found.close.closed_by))
    return events  # in the order in which they can happen
