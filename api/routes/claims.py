"""Turning points into money, vouchers or goods: claims, the form of payout that one prefers, and the batches that two people book."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api.door import Door, Key
from api.limits import PAGE_LIMIT_DEFAULT
from api.routes import shapes
from api.routes.law import SchemeCode
from flows import claim, claim_batch, claimants, words
from ledger import units
from rules import edition_store
from rules.payout import Claim
from wallets import claim_batches, claim_refusals, claims

OFFICE = {"officer": "town"}
READ = {"officer": "town", "auditor": "town"}
CLAIM_MEMBER = {"member": "own", "officer": "town"}
READ_MEMBER = {"member": "own", "officer": "town", "auditor": "town"}
CLAIM_GROUP = {"treasurer": "organisation", "officer": "town"}
READ_GROUP = {"treasurer": "organisation", "officer": "town", "auditor": "town"}
END_ONE = {"member": "own", "treasurer": "organisation", "officer": "town"}
FormKey = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$(?!\n)", examples=["cash"])]
SubsidyCode = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$(?!\n)", examples=["other_subsidy"])]
Deductions = Annotated[dict[SubsidyCode, Annotated[int, Meta(ge=0, le=1_000_000_000)]], Meta(max_length=20)]
SchemeAsked = Annotated[str, QueryParameter(pattern=r"^[a-z][a-z0-9-]{0,31}$(?!\n)", description="The code of a scheme.")]
StatusAsked = Annotated[claims.Status | None, QueryParameter(description="Only claims that stand so.")]


class NewClaim(shapes.Asked, frozen=True):
    """What is claimed of a scheme: at most `amount` points, all that can be where it is left out.

    `form` is the form of payout, by its code or name; the preferred one, or the only one, where it is left out. `directed_to` is the
    organisation that receives a donation. `deductions` are other subsidies received, which an officer writes down.
    """

    scheme: SchemeCode
    amount: shapes.Amount | None = None
    form: FormKey | None = None
    directed_to: UUID | None = None
    deductions: Deductions = msgspec.field(default_factory=dict[str, int])


class Resuming(shapes.Asked, frozen=True):
    """What is taken off the limits, where the claim waited for that."""

    deductions: Deductions = msgspec.field(default_factory=dict[str, int])


class Reason(shapes.Asked, frozen=True):
    """Why."""

    reason: shapes.Line


class NewPreference(shapes.Asked, frozen=True):
    """In which form one wants to be paid by a scheme from now on, and for whom it is meant."""

    scheme: SchemeCode
    form: FormKey
    directed_to: UUID | None = None


class NewBatch(shapes.Asked, frozen=True):
    """The open claims of a scheme that are payable by a day."""

    scheme: SchemeCode
    payable_by: date


class ClaimWithWhy(msgspec.Struct, frozen=True):
    """A claim, the facts that decided it (None while it is asked), and the same in sentences, by language."""

    claim: claims.Standing
    facts: Claim | None
    explanation: dict[str, list[str]]


@post("/members/{member_id:uuid}/claims", may=CLAIM_MEMBER, tags=["claims"])
async def claim_for_member(
    door: NamedDependency[Door], member_id: FromPath[UUID], data: JSONBody[NewClaim], key: Key = None
) -> Response[claim.Told]:
    """Claims what a member's points become. What is taken is reserved; an officer books it in a batch."""
    door.reach_member(member_id)
    return await _claim(door, member_id, data, key)


@post("/organisations/{organisation_id:uuid}/claims", may=CLAIM_GROUP, tags=["claims"])
async def claim_for_group(
    door: NamedDependency[Door], organisation_id: FromPath[UUID], data: JSONBody[NewClaim], key: Key = None
) -> Response[claim.Told]:
    """Claims what the points of a group become, where the scheme's points are held by groups."""
    await door.found_organisation(organisation_id)
    return await _claim(door, organisation_id, data, key)


@get("/members/{member_id:uuid}/claims", may=READ_MEMBER, tags=["claims"])
async def list_claims_of_member(
    door: NamedDependency[Door],
    member_id: FromPath[UUID],
    after: shapes.AfterInstant = None,
    limit: shapes.Limit = PAGE_LIMIT_DEFAULT,
) -> shapes.Page[claims.Standing]:
    """A member's claims, the newest first."""
    await door.found_member(member_id)
    return await _page(door, claims.Listing(holder=member_id, before=_before(after), limit=limit))


@get("/organisations/{organisation_id:uuid}/claims", may=READ_GROUP, tags=["claims"])
async def list_claims_of_group(
    door: NamedDependency[Door],
    organisation_id: FromPath[UUID],
    after: shapes.AfterInstant = None,
    limit: shapes.Limit = PAGE_LIMIT_DEFAULT,
) -> shapes.Page[claims.Standing]:
    """A group's claims, the newest first."""
    await door.found_organisation(organisation_id)
    return await _page(door, claims.Listing(holder=organisation_id, before=_before(after), limit=limit))


@get("/claims", may=READ, tags=["claims"])
async def list_claims(
    door: NamedDependency[Door],
    status: StatusAsked = None,
    after: shapes.AfterInstant = None,
    limit: shapes.Limit = PAGE_LIMIT_DEFAULT,
) -> shapes.Page[claims.Standing]:
    """Everybody's claims, the newest first."""
    return await _page(door, claims.Listing(status=status, before=_before(after), limit=limit))


@get("/claims/{claim_id:uuid}", may=READ_MEMBER, tags=["claims"])
async def read_claim(door: NamedDependency[Door], claim_id: FromPath[UUID]) -> ClaimWithWhy:
    """A claim, and why it becomes what it becomes."""

    async def work(conn: AsyncConnection) -> ClaimWithWhy:
        found = await claims.get(conn, claim_id)
        if not claimants.reaches(found.holder, door.actor):
            raise claim_refusals.UnknownClaim(claim_id=claim_id)
        scheme = next(each for each in await edition_store.schemes(conn) if each.scheme_id == found.scheme_id)
        told = words.of_claim(await units.all_units(conn), scheme.unit_id, found, await words.names_of(conn, found.edition_id))
        return ClaimWithWhy(found, await claims.facts_of(conn, claim_id), told)

    return await door.read(work)


@post("/claims/{claim_id:uuid}/resume", may=OFFICE, tags=["claims"])
async def resume_claim(
    door: NamedDependency[Door], claim_id: FromPath[UUID], data: JSONBody[Resuming], key: Key = None
) -> Response[claim.Told]:
    """Decides a claim that waited for something to be known, as of its day."""
    asked = claim.Resuming(claim_id=claim_id, deductions=data.deductions)
    return await door.keyed(key, data, lambda conn: claim.resume(conn, asked, actor=door.actor, now=door.now))


@post("/claims/{claim_id:uuid}/refuse", may=OFFICE, tags=["claims"])
async def refuse_claim(
    door: NamedDependency[Door], claim_id: FromPath[UUID], data: JSONBody[Reason], key: Key = None
) -> Response[claims.Standing]:
    """Refuses a claim before it is booked, with a reason that its claimant is told. What it reserved is free again."""
    asked = claim.Refusing(claim_id=claim_id, reason=data.reason)
    return await door.keyed(key, data, lambda conn: claim.refuse(conn, asked, actor=door.actor, now=door.now))


@post("/claims/{claim_id:uuid}/withdraw", may=END_ONE, tags=["claims"])
async def withdraw_claim(door: NamedDependency[Door], claim_id: FromPath[UUID], key: Key = None) -> Response[claims.Standing]:
    """Withdraws a claim before it is booked. What it reserved is free again."""
    return await door.keyed(key, None, lambda conn: claim.withdraw(conn, claim_id, actor=door.actor, now=door.now))


@post("/members/{member_id:uuid}/payout-preferences", may=CLAIM_MEMBER, tags=["claims"])
async def prefer_payout(door: NamedDependency[Door], member_id: FromPath[UUID], data: JSONBody[NewPreference]) -> claims.Choice:
    """Remembers in which form a member wants to be paid: used by each claim that names none. The last word counts."""
    door.reach_member(member_id)
    asked = claim.Choosing(scheme=data.scheme, holder=member_id, form=data.form, directed_to=data.directed_to)
    return await door.write(lambda conn: claim.choose(conn, asked, actor=door.actor, now=door.now))


@get("/members/{member_id:uuid}/payout-preferences", may=READ_MEMBER, tags=["claims"])
async def list_payout_preferences(door: NamedDependency[Door], member_id: FromPath[UUID]) -> shapes.Page[claims.Choice]:
    """The form that counts for a member, in each scheme for which one was chosen."""
    await door.found_member(member_id)
    return shapes.Page(await door.read(lambda conn: claims.choices(conn, member_id)), None)


@get("/claim-batches/preview", may=READ, tags=["claims"])
async def preview_claim_batch(
    door: NamedDependency[Door], scheme: SchemeAsked, payable_by: FromQuery[date]
) -> claim_batch.Listed:
    """Who would get what. Nothing is kept."""
    asked = claim_batch.Proposing(scheme=scheme, payable_by=shapes.checked_day("payable_by", payable_by))
    return await door.read(lambda conn: claim_batch.preview(conn, asked, now=door.now))


@post("/claim-batches", may=OFFICE, tags=["claims"])
async def propose_claim_batch(
    door: NamedDependency[Door], data: JSONBody[NewBatch], key: Key = None
) -> Response[claim_batch.Listed]:
    """Makes the list of open claims that are payable by a day. Nothing is booked."""
    asked = claim_batch.Proposing(scheme=data.scheme, payable_by=data.payable_by)
    return await door.keyed(key, data, lambda conn: claim_batch.propose(conn, asked, actor=door.actor, now=door.now))


@get("/claim-batches", may=READ, tags=["claims"])
async def list_claim_batches(
    door: NamedDependency[Door], after: shapes.AfterId = None, limit: shapes.Limit = PAGE_LIMIT_DEFAULT
) -> shapes.Page[claim_batches.Batch]:
    """Batches, the newest first."""
    found = await door.read(lambda conn: claim_batches.page(conn, before=after, limit=limit))
    return shapes.page(found, limit, lambda item: item.batch_id)


@get("/claim-batches/{batch_id:uuid}", may=READ, tags=["claims"])
async def read_claim_batch(door: NamedDependency[Door], batch_id: FromPath[UUID]) -> claim_batch.Listed:
    """A batch with its claims as they stand now."""
    return await door.read(lambda conn: claim_batch.read(conn, batch_id))


@post("/claim-batches/{batch_id:uuid}/approve", may=OFFICE, tags=["claims"])
async def approve_claim_batch(
    door: NamedDependency[Door], batch_id: FromPath[UUID], key: Key = None
) -> Response[claim_batch.Listed]:
    """Approves a batch as a second person, and books every claim of it that stands: from then on it is owed."""
    return await door.keyed(key, None, lambda conn: claim_batch.approve(conn, batch_id, actor=door.actor, now=door.now))


async def _claim(door: Door, holder: UUID, data: NewClaim, key: str | None) -> Response[claim.Told]:
    asked = claim.Applying(holder=holder, **msgspec.structs.asdict(data))
    return await door.keyed(key, data, lambda conn: claim.apply(conn, asked, actor=door.actor, now=door.now))


async def _page(door: Door, asked: claims.Listing) -> shapes.Page[claims.Standing]:
    found = await door.read(lambda conn: claims.page(conn, asked))
    return shapes.page(found, asked.limit, lambda item: shapes.after_instant(item.claimed_at, item.claim_id))


def _before(after: str | None) -> claims.Before | None:
    return claims.Before(*shapes.instant_and_id(after)) if after is not None else None


HANDLERS = (
    claim_for_member,
    claim_for_group,
    list_claims_of_member,
    list_claims_of_group,
    list_claims,
    read_claim,
    resume_claim,
    refuse_claim,
    withdraw_claim,
    prefer_payout,
    list_payout_preferences,
    preview_claim_batch,
    propose_claim_batch,
    list_claim_batches,
    read_claim_batch,
    approve_claim_batch,
)
