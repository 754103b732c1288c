"""How a scheme's rules become law, and what they are: drafts, proposals, the council's opinion, approval, editions, changes."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, PathParameter, QueryParameter
from msgspec import Meta

from api.door import Door
from api.limits import PAGE_LIMIT_DEFAULT
from api.routes import shapes
from community.actor import ROLES
from flows import council_opinion, propose_edition, publish_edition, read_editions
from kernel import days, text
from rules import draft_store, edition_store, parse, proposal_store
from rules.draft_store import VERSIONS_MAX
from rules.refusals import RuleError, UnreadableEdition

EVERYBODY = dict.fromkeys(ROLES, "town")
OFFICE = {"officer": "town"}
READ = {"officer": "town", "auditor": "town"}
SchemeInPath = Annotated[str, PathParameter(pattern=r"^[a-z][a-z0-9-]{0,31}$(?!\n)", description="The code of a scheme.")]
Document = Annotated[
    str, Meta(min_length=1, max_length=parse.DOCUMENT_CHARACTERS_MAX, description="An edition as TOML; see `yui rules check`.")
]
Votes = Annotated[int, Meta(ge=0, le=council_opinion.VOTES_MAX, examples=[7])]
Note = Annotated[
    str, Meta(min_length=1, max_length=text.LINE_LENGTH_MAX, description="What it changes.", examples=["単価の改定"])
]
ComparedWith = Annotated[UUID | None, QueryParameter(description="Another edition of the scheme to compare with.")]
Reason = Annotated[str, Meta(min_length=1, max_length=text.NOTE_LENGTH_MAX, examples=["財政課との協議を続けるため"])]


class NewDraft(shapes.Asked, frozen=True):
    """A document, which may be half written, and what it changes."""

    document: Document
    note: Note | None = None


class NewVersion(shapes.Asked, frozen=True):
    """The next version of a draft, written on version `follows`."""

    document: Document
    follows: Annotated[int, Meta(ge=1, le=VERSIONS_MAX, examples=[1])]
    note: Note | None = None


class DraftProposal(shapes.Asked, frozen=True):
    """Which version of the draft is proposed."""

    version: Annotated[int, Meta(ge=1, le=VERSIONS_MAX, examples=[1])]


class NewProposal(shapes.Asked, frozen=True):
    """An edition as TOML; see `yui rules check`."""

    document: Document


class NewOpinion(shapes.Asked, frozen=True):
    """What the council said, the day on which it met, and how it voted."""

    opinion: Annotated[
        str, Meta(min_length=1, max_length=council_opinion.OPINION_CHARACTERS_MAX, examples=["原案のとおりで差し支えない。"])
    ]
    held_on: Annotated[date, Meta(examples=["2026-05-08"])]
    votes_for: Votes
    votes_against: Votes
    votes_abstained: Votes


class Because(shapes.Asked, frozen=True):
    """Why."""

    reason: Reason


class DraftRead(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a draft, what is wrong with it as an edition, and the versions there are, the latest first."""

    draft: draft_store.Draft
    errors: tuple[RuleError, ...]
    versions: list[draft_store.Version]


@post("/schemes/{code:str}/drafts", may=OFFICE, tags=["law"])
async def start_draft(door: NamedDependency[Door], code: SchemeInPath, data: JSONBody[NewDraft]) -> draft_store.Draft:
    """Keeps the first version of a draft."""
    saving = propose_edition.Saving(document=data.document, note=data.note)
    return await door.write(lambda conn: propose_edition.start_draft(conn, code, saving, actor=door.actor, now=door.now))


@get("/schemes/{code:str}/drafts", may=READ, tags=["law"])
async def list_drafts(
    door: NamedDependency[Door], code: SchemeInPath, limit: shapes.Limit = PAGE_LIMIT_DEFAULT
) -> shapes.Page[draft_store.Listed]:
    """The drafts of a scheme, the one that was saved last first, each in its latest version."""
    scheme = await door.read(lambda conn: edition_store.scheme_by_code(conn, code))
    return shapes.Page(await door.read(lambda conn: draft_store.of_scheme(conn, scheme.scheme_id, limit=limit)), None)


@post("/drafts/{draft_id:uuid}/versions", may=OFFICE, tags=["law"])
async def save_draft(door: NamedDependency[Door], draft_id: FromPath[UUID], data: JSONBody[NewVersion]) -> draft_store.Draft:
    """Keeps the next version of a draft beside those before it."""
    saving = propose_edition.Saving(document=data.document, note=data.note)
    return await door.write(
        lambda conn: propose_edition.save_draft(conn, draft_id, saving, follows=data.follows, actor=door.actor, now=door.now)
    )


@get("/drafts/{draft_id:uuid}", may=READ, tags=["law"])
async def read_draft(
    door: NamedDependency[Door],
    draft_id: FromPath[UUID],
    version: Annotated[int | None, QueryParameter(ge=1, le=VERSIONS_MAX, description="The latest, unless told.")] = None,
) -> DraftRead:
    """A draft as it stands, or one of its versions, with what is wrong with it."""
    draft = await door.read(lambda conn: draft_store.find(conn, draft_id, version))
    versions = await door.read(lambda conn: draft_store.versions(conn, draft_id))
    return DraftRead(draft=draft, errors=_errors(draft.document), versions=versions)


@post("/drafts/{draft_id:uuid}/propose", may=OFFICE, tags=["law"])
async def propose_draft(
    door: NamedDependency[Door], draft_id: FromPath[UUID], data: JSONBody[DraftProposal]
) -> proposal_store.Proposal:
    """Proposes a version of a draft."""
    return await door.write(
        lambda conn: propose_edition.propose_draft(conn, draft_id, data.version, actor=door.actor, now=door.now)
    )


@post("/schemes/{code:str}/proposals", may=OFFICE, tags=["law"])
async def propose_edition_text(
    door: NamedDependency[Door], code: SchemeInPath, data: JSONBody[NewProposal]
) -> proposal_store.Proposal:
    """Proposes an edition. It rules nothing until the council is heard and a second person approves."""
    return await door.write(lambda conn: propose_edition.propose(conn, code, data.document, actor=door.actor, now=door.now))


@get("/schemes/{code:str}/proposals", may=READ, tags=["law"])
async def list_proposals(
    door: NamedDependency[Door], code: SchemeInPath, limit: shapes.Limit = PAGE_LIMIT_DEFAULT
) -> shapes.Page[proposal_store.Proposal]:
    """The proposals of a scheme with their states, the latest first."""
    scheme = await door.read(lambda conn: edition_store.scheme_by_code(conn, code))
    return shapes.Page(await door.read(lambda conn: proposal_store.of_scheme(conn, scheme.scheme_id, limit=limit)), None)


@get("/proposals/{proposal_id:uuid}", may=READ, tags=["law"])
async def read_proposal(
    door: NamedDependency[Door], proposal_id: FromPath[UUID], compared_with: ComparedWith = None
) -> read_editions.WholeProposal:
    """A proposal, its state and history, what the council said, and what it changes in the edition in force."""
    return await door.read(lambda conn: read_editions.proposal(conn, proposal_id, compared_with, now=door.now))


@post("/proposals/{proposal_id:uuid}/opinions", may=OFFICE, tags=["law"])
async def attach_opinion(
    door: NamedDependency[Door], proposal_id: FromPath[UUID], data: JSONBody[NewOpinion]
) -> proposal_store.Opinion:
    """Records the opinion of the council."""
    heard = council_opinion.Heard(**msgspec.structs.asdict(data))
    return await door.write(lambda conn: council_opinion.attach(conn, proposal_id, heard, actor=door.actor, now=door.now))


@post("/proposals/{proposal_id:uuid}/absence", may=OFFICE, tags=["law"])
async def note_absence(
    door: NamedDependency[Door], proposal_id: FromPath[UUID], data: JSONBody[Because]
) -> proposal_store.Opinion:
    """Records that there is no opinion of the council, and why."""
    return await door.write(
        lambda conn: council_opinion.note_absence(conn, proposal_id, data.reason, actor=door.actor, now=door.now)
    )


@post("/proposals/{proposal_id:uuid}/withdraw", may=OFFICE, tags=["law"])
async def withdraw(door: NamedDependency[Door], proposal_id: FromPath[UUID], data: JSONBody[Because]) -> proposal_store.Proposal:
    """Takes one's own proposal back."""
    return await door.write(lambda conn: propose_edition.withdraw(conn, proposal_id, data.reason, actor=door.actor, now=door.now))


@post("/proposals/{proposal_id:uuid}/reject", may=OFFICE, tags=["law"])
async def reject(door: NamedDependency[Door], proposal_id: FromPath[UUID], data: JSONBody[Because]) -> proposal_store.Proposal:
    """Says no to somebody else's proposal."""
    return await door.write(lambda conn: publish_edition.reject(conn, proposal_id, data.reason, actor=door.actor, now=door.now))


@post("/proposals/{proposal_id:uuid}/approve", may=OFFICE, tags=["law"])
async def approve(door: NamedDependency[Door], proposal_id: FromPath[UUID]) -> proposal_store.Proposal:
    """Approves a proposal as a second person; anybody in office may publish it then."""
    return await door.write(lambda conn: publish_edition.approve(conn, proposal_id, actor=door.actor, now=door.now))


@post("/proposals/{proposal_id:uuid}/publish", may=OFFICE, tags=["law"])
async def publish(door: NamedDependency[Door], proposal_id: FromPath[UUID]) -> publish_edition.EditionPublished:
    """Publishes what was approved, or approves and publishes as a second person: from its first day it is in force."""
    return await door.write(lambda conn: publish_edition.publish(conn, proposal_id, actor=door.actor, now=door.now))


@get("/schemes/{code:str}/editions", may=EVERYBODY, tags=["law"])
async def list_editions(door: NamedDependency[Door], code: SchemeInPath) -> shapes.Page[read_editions.Standing]:
    """The published editions of a scheme in the order in which they start, and where each stands today."""
    return shapes.Page(await door.read(lambda conn: read_editions.editions(conn, code, now=door.now)), None)


@get("/editions/{edition_id:uuid}", may=EVERYBODY, tags=["law"])
async def read_edition(door: NamedDependency[Door], edition_id: FromPath[UUID]) -> read_editions.WholeEdition:
    """A published edition: its text, what it says in sentences, who proposed and approved it, what the council said."""
    return await door.read(lambda conn: read_editions.edition(conn, edition_id, now=door.now))


@get("/editions/{edition_id:uuid}/changes", may=EVERYBODY, tags=["law"])
async def read_changes(
    door: NamedDependency[Door], edition_id: FromPath[UUID], compared_with: ComparedWith = None
) -> read_editions.Comparison:
    """What an edition changes, in plain sentences, compared with the one before it unless told."""
    return await door.read(lambda conn: read_editions.changes(conn, edition_id, compared_with))


@get("/schemes/endings", may=EVERYBODY, tags=["law"])
async def list_endings(door: NamedDependency[Door]) -> shapes.Page[read_editions.Ending]:
    """The schemes whose end is published: when they stop granting, when the last claim is taken, what becomes of the rest."""
    return shapes.Page(await door.read(lambda conn: read_editions.endings(conn, days.local_date(door.now))), None)


def _errors(document: str) -> tuple[RuleError, ...]:
    try:
        parse.parse(document)
    except UnreadableEdition as refused:
        return refused.errors
    return ()


HANDLERS = (
    start_draft,
    list_drafts,
    save_draft,
    read_draft,
    propose_draft,
    propose_edition_text,
    list_proposals,
    read_proposal,
    attach_opinion,
    note_absence,
    withdraw,
    reject,
    approve,
    publish,
    list_editions,
    read_edition,
    read_changes,
    list_endings,
)
