"""An officer's first page: what needs somebody today, the questions and the lists that wait for a second person."""

from __future__ import annotations

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import office_words
from api.pages.door import PageDoor
from api.pages.office_words import LISTED, OFFICE
from community import openings, roles
from community.roles import Held
from flows import questions, settle_conflict
from rules import decision_store, edition_store, proposal_store
from rules.proposal_store import Proposal
from wallets import applications, claim_batches, correction_wishes, settlements, year_ends


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for an officer."""

    roles: list[Held]
    applications: list[applications.Application]
    corrections: list[correction_wishes.Wish]
    questions: int
    attendances: int
    grants: int
    proposals: list[Proposal]
    batches: list[claim_batches.Batch]
    settlements: list[settlements.Settlement]
    runs: list[year_ends.Run]
    conflicts: int
    openings: int
    """Ways in that another officer made for others, which nobody else has seen."""
    schemes: dict[str, str]
    """The names of schemes by their codes."""


@get("/office", may=OFFICE, page=True, include_in_schema=False)
async def show_office(door: NamedDependency[PageDoor]) -> Response[str]:
    """What needs me today."""

    async def work(conn: AsyncConnection) -> Response[str]:
        waiting = await _waiting(conn, door)
        people = [*(each.organisation_id for each in waiting.applications), *(each.asked_by for each in waiting.corrections)]
        people += [each.created_by for each in waiting.roles if each.created_by is not None]
        words = await office_words.words(conn, door, people)
        return office_words.show(door, "office/today.html", words, waiting=waiting, most=LISTED)

    return await door.read(work)


async def _waiting(conn: AsyncConnection, door: PageDoor) -> Waiting:
    asked = await questions.listed(conn, limit=LISTED)
    schemes = await edition_store.schemes(conn)
    proposals = [each for scheme in schemes for each in await proposal_store.of_scheme(conn, scheme.scheme_id, limit=LISTED)]
    return Waiting(
        roles=await roles.waiting(conn, now=door.now, limit=LISTED),
        applications=[each for each in await applications.page(conn, limit=LISTED) if each.approved is None],
        corrections=await correction_wishes.page(conn, waiting=True, limit=LISTED),
        questions=len(asked),
        attendances=sum(each.attendances for each in asked),
        grants=len(await decision_store.waiting(conn, limit=LISTED)),
        proposals=[each for each in proposals if each.state in {"proposed", "approved"}],
        batches=[each for each in await claim_batches.page(conn, limit=LISTED) if each.approved_at is None],
        settlements=[each for each in await settlements.page(conn, limit=LISTED) if each.approved_at is None],
        runs=[each for each in await year_ends.page(conn, limit=LISTED) if each.executed_at is None],
        conflicts=len(await settle_conflict.waiting(conn, door.actor)),
        openings=len(await openings.waiting(conn, door.actor.principal_id)),
        schemes={scheme.code: scheme.name for scheme in schemes},
    )


HANDLERS = (show_office,)
