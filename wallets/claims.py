"""Claims: who asked for what, by which edition it was decided, what it reserves, and how it ended.

A claim is `asked` while something about the claimant is not known, `open` once it reserves what it takes, `approved` when it is booked;
it may end before as `refused`, as `withdrawn`, or as `nothing` where the rule, once all was known, gives nothing. The facts that
decided and the payout are kept as canonical JSON. Which form of payout somebody wants is remembered (`choose`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel import canonical
from kernel.refusal import unless
from rules.decision import Step
from rules.payout import Claim, Payout
from wallets import claim_refusals

PAGE_MAX = 200

Status = Literal["asked", "open", "nothing", "refused", "withdrawn", "approved"]

_KEEP = query.statement(
    """
    insert into wallets.claim (
        municipality_id, claim_id, scheme_id, holder, claimed_on, amount, form, directed_to, deductions, missing, claimed_at,
        claimed_by, acting_for
    )
    values (
        db.municipality(), :claim_id, :scheme_id, :holder, :claimed_on, :amount, :form, :directed_to, cast(:deductions as jsonb),
        cast(:missing as jsonb), :claimed_at, :claimed_by, :acting_for
    )
    """
)
_DECIDE = query.statement(
    """
    insert into wallets.claim_payout (
        municipality_id, claim_id, edition_id, outcome, unit_id, amount, value_unit_id, value, form, payee, payable_from, hold_id,
        facts, payout, decided_at, decided_by
    )
    values (
        db.municipality(), :claim_id, :edition_id, :outcome, :unit_id, :amount, :value_unit_id, :value, :form, :payee,
        :payable_from, :hold_id, cast(:facts as jsonb), cast(:payout as jsonb), :decided_at, :decided_by
    )
    """
)
_END = query.statement(
    """
    insert into wallets.claim_end (municipality_id, claim_id, how, reason, ended_at, ended_by)
    values (db.municipality(), :claim_id, :how, :reason, :now, :ended_by)
    """
)
_COLUMNS = """
        c.claim_id, c.scheme_id, s.code as scheme, c.holder, c.claimed_on, c.amount as amount_asked, c.form as form_asked,
        c.directed_to, cast(c.deductions as text) as deductions, cast(c.missing as text) as missing, c.claimed_at, c.claimed_by,
        c.acting_for, p.edition_id, p.unit_id, p.hold_id, p.payee, p.value_unit_id, cast(p.payout as text) as payout, e.reason,
        b.entry_id, b.redemption_id, b.batch_id, case
            when b.claim_id is not null then 'approved'
            when e.claim_id is not null then e.how
            when p.outcome = 'paid' then 'open'
            else coalesce(p.outcome, 'asked')
        end as status
    from wallets.claim c
    join rules.scheme s on s.municipality_id = c.municipality_id and s.scheme_id = c.scheme_id
    left join wallets.claim_payout p on p.municipality_id = c.municipality_id and p.claim_id = c.claim_id
    left join wallets.claim_end e on e.municipality_id = c.municipality_id and e.claim_id = c.claim_id
    left join wallets.claim_booking b on b.municipality_id = c.municipality_id and b.claim_id = c.claim_id
    where c.municipality_id = db.municipality()
"""
_FIND = query.statement(f"select {_COLUMNS} and c.claim_id = :claim_id")
_OF_MANY = query.statement(f"select {_COLUMNS} and c.claim_id = any (cast(:claims as uuid[])) order by c.claim_id")
_PAGE = query.statement(
    f"""
    select * from (select {_COLUMNS} and (cast(:holder as uuid) is null or c.holder = :holder)) claims
    where (cast(:status as text) is null or status = :status) and (claimed_at, claim_id) < (
        coalesce(cast(:before_at as timestamptz), 'infinity'),
        coalesce(cast(:before_id as uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    )
    order by claimed_at desc, claim_id desc limit :limit
    """  # noqa: S608 - a constant of this module
)
_FACTS = query.statement(
    "select cast(facts as text) from wallets.claim_payout where municipality_id = db.municipality() and claim_id = :claim_id"
)
_CHOOSE = query.statement(
    """
    insert into wallets.payout_choice (municipality_id, choice_id, holder, scheme_id, form, directed_to, chosen_at, chosen_by)
    values (db.municipality(), :choice_id, :holder, :scheme_id, :form, :directed_to, :chosen_at, :chosen_by)
    """
)
_CHOSEN = query.statement(
    """
    select distinct on (scheme_id) choice_id, holder, scheme_id, form, directed_to, chosen_at, chosen_by
    from wallets.payout_choice
    where municipality_id = db.municipality() and holder = :holder
    order by scheme_id, choice_id desc
    """
)


class NewClaim(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks for: at most `amount` (None: all that can be), in which form, for whom else it is, and what is known to be
    taken off the limits. `missing` are the steps that ask, where the claim cannot be decided yet."""

    claim_id: UUID
    scheme_id: UUID
    holder: UUID
    claimed_on: date
    amount: int | None
    form: str | None
    directed_to: UUID | None
    deductions: dict[str, int]
    claimed_at: datetime
    claimed_by: UUID
    acting_for: UUID | None
    missing: tuple[Step, ...] | None = None


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What a claim was decided to be: by which edition, on which facts; the hold that keeps what it takes; to whom it is owed."""

    claim_id: UUID
    edition_id: UUID
    unit_id: int
    value_unit_id: int | None
    payee: UUID | None
    hold_id: UUID | None
    facts: Claim
    payout: Payout
    decided_at: datetime
    decided_by: UUID


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as it stands. `payout` is None while it is asked; `missing` says what is not known then; `reason` why it was refused."""

    claim_id: UUID
    scheme_id: UUID
    scheme: str
    holder: UUID
    status: Status
    claimed_on: date
    amount_asked: int | None
    form_asked: str | None
    directed_to: UUID | None
    deductions: dict[str, int]
    missing: tuple[Step, ...]
    claimed_at: datetime
    claimed_by: UUID
    acting_for: UUID | None
    edition_id: UUID | None
    unit_id: int | None
    value_unit_id: int | None
    payee: UUID | None
    payout: Payout | None
    reason: str | None
    hold_id: UUID | None
    batch_id: UUID | None
    entry_id: UUID | None
    redemption_id: UUID | None


class Reserved(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that pays: what it was decided to be, in which unit its points are, and the hold that keeps them."""

    claim: Standing
    payout: Payout
    unit_id: int
    hold_id: UUID


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """In which form somebody wants to be paid by a scheme, from now on, and for whom it is meant."""

    choice_id: UUID
    holder: UUID
    scheme_id: UUID
    form: str
    directed_to: UUID | None
    chosen_at: datetime
    chosen_by: UUID


class Before(msgspec.Struct, frozen=True):
    """The key of a page: what was claimed before this."""

    at: datetime
    claim_id: UUID


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Which claims are listed: of whom, in which state; None for all."""

    holder: UUID | None = None
    status: Status | None = None
    before: Before | None = None
    limit: int = 50


async def keep(conn: AsyncConnection, claim: NewClaim) -> None:
    """Keeps a claim as it was made."""
    told = msgspec.structs.asdict(claim)
    told["deductions"] = _json(claim.deductions)
    told["missing"] = None if claim.missing is None else _json(claim.missing)
    await query.run(conn, _KEEP, **told)


async def decide(conn: AsyncConnection, decided: Decided) -> None:
    """Keeps what a claim was decided to be, after the hold that it names. A claim is decided once (`claim_decided_once`)."""
    payout = decided.payout
    told = msgspec.structs.asdict(decided) | {
        "outcome": payout.outcome,
        "amount": payout.points,
        "value": payout.value,
        "form": payout.form,
        "payable_from": payout.payable_from,
        "facts": _json(decided.facts),
        "payout": _json(payout),
    }
    await query.run(conn, _DECIDE, **told)


async def end(conn: AsyncConnection, claim_id: UUID, how: str, reason: str | None, *, ended_by: UUID, now: datetime) -> None:
    """Ends a claim before it is booked, after its hold was released: `refused` with a reason, or `withdrawn`."""
    await query.run(conn, _END, claim_id=claim_id, how=how, reason=reason, ended_by=ended_by, now=now)


async def get(conn: AsyncConnection, claim_id: UUID) -> Standing:
    """The claim with this id as it stands. Raises UnknownClaim."""
    row = await query.one(conn, _FIND, claim_id=claim_id)
    return _standing(unless(row, claim_refusals.UnknownClaim(claim_id=claim_id)))


async def of_many(conn: AsyncConnection, claim_ids: Sequence[UUID]) -> list[Standing]:
    """These claims as they stand, in the order of their ids."""
    return [_standing(row) for row in await query.rows(conn, _OF_MANY, claims=list(claim_ids))]


async def page(conn: AsyncConnection, asked: Listing) -> list[Standing]:
    """Claims, the newest first, at most PAGE_MAX at once."""
    before = asked.before
    rows = await query.rows(
        conn,
        _PAGE,
        holder=asked.holder,
        status=asked.status,
        before_at=before.at if before else None,
        before_id=before.claim_id if before else None,
        limit=min(max(asked.limit, 1), PAGE_MAX),
    )
    return [_standing(row) for row in rows]


async def facts_of(conn: AsyncConnection, claim_id: UUID) -> Claim | None:
    """The facts that decided a claim; None while it is asked."""
    rows = await query.rows(conn, _FACTS, claim_id=claim_id)
    return msgspec.json.decode(rows[0].facts, type=Claim) if rows else None


def reserved(claim: Standing) -> Reserved:
    """A claim that was decided to pay. Any other is a fault (LookupError). Pure."""
    if claim.payout is None or claim.unit_id is None or claim.hold_id is None:
        raise LookupError(f"claim {claim.claim_id} reserves nothing")
    return Reserved(claim=claim, payout=claim.payout, unit_id=claim.unit_id, hold_id=claim.hold_id)


async def choose(conn: AsyncConnection, choice: Choice) -> None:
    """Remembers a choice; earlier ones stand beside it, and the last one counts."""
    await query.run(conn, _CHOOSE, **msgspec.structs.asdict(choice))


async def choices(conn: AsyncConnection, holder: UUID) -> list[Choice]:
    """The choices that count, one for each scheme for which there is one."""
    return [query.into(Choice, row) for row in await query.rows(conn, _CHOSEN, holder=holder)]


async def chosen(conn: AsyncConnection, holder: UUID, scheme_id: UUID) -> Choice | None:
    """The choice that counts for a scheme, or None."""
    return next((choice for choice in await choices(conn, holder) if choice.scheme_id == scheme_id), None)


def _json(value: object) -> str:
    return canonical.encode(msgspec.to_builtins(value)).decode()


def _standing(row: Row[Any]) -> Standing:
    told: dict[str, Any] = {name: getattr(row, name) for name in Standing.__struct_fields__}
    told["deductions"] = msgspec.json.decode(row.deductions)
    told["missing"] = msgspec.json.decode(row.missing, type=tuple[Step, ...]) if row.missing else ()
    told["payout"] = msgspec.json.decode(row.payout, type=Payout) if row.payout else None
    return Standing(**told)
