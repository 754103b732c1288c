"""A proposal at the desk: what it changes, what it would have cost, what the council said, and the word of a second person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import audit_words, office_words, rendering
from api.pages.door import PageDoor
from api.pages.office_words import OFFICE
from api.pages.sign_in import NoForm
from api.routes import simulations
from community import municipalities
from flows import council_opinion, hands, propose_edition, publish_edition, read_editions, simulate
from kernel import days, text
from rules import edition_store, proposal_store, report, statements
from rules.simulation import Simulation
from rules.simulation_refusals import PeriodTooLong

Votes = Annotated[int, Meta(ge=0, le=council_opinion.VOTES_MAX)]


class OpinionForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the council said, when, and how it voted."""

    opinion: Annotated[str, Meta(max_length=council_opinion.OPINION_CHARACTERS_MAX)]
    held_on: date
    votes_for: Votes
    votes_against: Votes
    votes_abstained: Votes = 0


class ReasonForm(msgspec.Struct, frozen=True, kw_only=True):
    """Why."""

    reason: Annotated[str, Meta(max_length=text.NOTE_LENGTH_MAX)]


class PeriodAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The days on which a proposal is tried; the year until today, unless told."""

    first_on: date | None = None
    last_on: date | None = None


@get("/office/proposals/{proposal_id:uuid}", may=OFFICE, page=True, include_in_schema=False)
async def show_proposal(door: NamedDependency[PageDoor], proposal_id: FromPath[UUID]) -> Response[str]:
    """A proposal, all that was said and done with it, and what can be done now."""

    async def work(conn: AsyncConnection) -> Response[str]:
        whole = await read_editions.proposal(conn, proposal_id, now=door.now)
        scheme = await edition_store.scheme(conn, whole.proposal.scheme_id)
        unit, locale = await office_words.unit_with(conn, scheme.unit_id), office_words.spoken(door)
        label = unit.label_en if locale == "en" else unit.label_ja
        said = statements.of(edition_store.parsed(whole.proposal.document), locale, label, unit.scale)
        words = await office_words.words(conn, door, (each.by for each in whole.history))
        first_on = days.months_later(days.local_date(door.now), -12) + timedelta(days=1)
        told = {"whole": whole, "scheme": scheme, "sentences": said, "first_on": first_on}
        return office_words.show(door, "office/proposal.html", words, **told)

    return await door.read(work)


@get("/office/proposals/{proposal_id:uuid}/simulation", may=OFFICE, page=True, include_in_schema=False)
async def try_proposal(door: NamedDependency[PageDoor], proposal_id: FromPath[UUID]) -> Response[str]:
    """What a proposal would have granted: charts, and the tables beside them. Bounded as over the API."""
    asked = audit_words.asked_of(door, PeriodAsked)
    last = asked.last_on or days.local_date(door.now)
    first = asked.first_on or days.months_later(last, -12) + timedelta(days=1)
    if (count := (last - first).days + 1) > simulations.DAYS_MAX:
        raise PeriodTooLong(days=count, days_max=simulations.DAYS_MAX)

    async def work(conn: AsyncConnection) -> tuple[Simulation, str]:
        found = await proposal_store.find(conn, proposal_id)
        wanted = simulate.Asked(
            draft=edition_store.parsed(found.document),
            first_on=first,
            last_on=last,
            attendances_max=simulations.ATTENDANCES_MAX,
        )
        return await simulate.simulate_draft(conn, wanted, by=hands.Thread()), (await municipalities.current(conn)).name

    headers = {"Content-Security-Policy": report.CSP, "Referrer-Policy": rendering.REFERRER_POLICY}
    written = report.html(*await simulations.alone(door, work), back=f"/office/proposals/{proposal_id}")
    return Response(written, media_type="text/html", headers=headers)


@post("/office/proposals/{proposal_id:uuid}/opinions", may=OFFICE, page=True, include_in_schema=False)
async def attach_opinion(door: NamedDependency[PageDoor], proposal_id: FromPath[UUID]) -> Redirect:
    """Records the opinion of the council."""
    form = await door.form(OpinionForm)
    heard = council_opinion.Heard(**msgspec.structs.asdict(form))
    await door.write(lambda conn: council_opinion.attach(conn, proposal_id, heard, actor=door.actor, now=door.now))
    return door.go(f"/office/proposals/{proposal_id}")


@post("/office/proposals/{proposal_id:uuid}/absence", may=OFFICE, page=True, include_in_schema=False)
async def note_absence(door: NamedDependency[PageDoor], proposal_id: FromPath[UUID]) -> Redirect:
    """Records that there is no opinion, and why."""
    form = await door.form(ReasonForm)
    await door.write(lambda conn: council_opinion.note_absence(conn, proposal_id, form.reason, actor=door.actor, now=door.now))
    return door.go(f"/office/proposals/{proposal_id}")


@post("/office/proposals/{proposal_id:uuid}/withdraw", may=OFFICE, page=True, include_in_schema=False)
async def withdraw(door: NamedDependency[PageDoor], proposal_id: FromPath[UUID]) -> Redirect:
    """Takes one's own proposal back."""
    form = await door.form(ReasonForm)
    await door.write(lambda conn: propose_edition.withdraw(conn, proposal_id, form.reason, actor=door.actor, now=door.now))
    return door.go(f"/office/proposals/{proposal_id}")


@post("/office/proposals/{proposal_id:uuid}/reject", may=OFFICE, page=True, include_in_schema=False)
async def reject(door: NamedDependency[PageDoor], proposal_id: FromPath[UUID]) -> Redirect:
    """Says no to somebody else's proposal."""
    form = await door.form(ReasonForm)
    await door.write(lambda conn: publish_edition.reject(conn, proposal_id, form.reason, actor=door.actor, now=door.now))
    return door.go(f"/office/proposals/{proposal_id}")


@post("/office/proposals/{proposal_id:uuid}/approve", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def approve(door: NamedDependency[PageDoor], proposal_id: FromPath[UUID]) -> Redirect:
    """Approves as a second person."""
    await door.form(NoForm)
    await door.write(lambda conn: publish_edition.approve(conn, proposal_id, actor=door.actor, now=door.now))
    return door.go(f"/office/proposals/{proposal_id}")


@post("/office/proposals/{proposal_id:uuid}/publish", may=OFFICE, page=True, step_up=True, include_in_schema=False)
async def publish(door: NamedDependency[PageDoor], proposal_id: FromPath[UUID]) -> Redirect:
    """Publishes: from its first day it is the law."""
    await door.form(NoForm)
    await door.write(lambda conn: publish_edition.publish(conn, proposal_id, actor=door.actor, now=door.now))
    return door.go(f"/office/editions/{proposal_id}")


HANDLERS = (show_proposal, try_proposal, attach_opinion, note_absence, withdraw, reject, approve, publish)
