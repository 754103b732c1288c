"""Deciding a claim by its edition, and keeping what was decided: the facts, the payout, and the hold on just the lots that it takes.

To whom a payout is owed: to the claimant; where the form is a donation, or one names who receives it, to the organisation that was
named; a donation to nobody in particular stays with the town, and nobody is owed anything. Forms that are no money (goods, tickets, a
certificate, a draw) are owed alike, in the unit that the edition names, and the form is kept with the claim: what is handed over is
settled from the same list as what is paid.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community.actor import Actor
from flows import claim_facts
from kernel import days, ids
from ledger import accounts, holds, units
from ledger.units import Unit
from rules import convert, edition_store, forms
from rules.edition_store import InForce
from rules.payout import Claim, Payout
from rules.vocabulary.conversion import Exchange, Form
from wallets import claim_refusals, claims, locks, refusals
from wallets.claims import Decided, NewClaim

HOLD_DAYS = 730
"""How long a claim reserves what it takes after the day from which it is payable; then it can be refused or withdrawn alone."""


async def ruled_by(conn: AsyncConnection, code: str, now: datetime) -> InForce:
    """The edition of a scheme in force today, under the scheme's lock, with the law held still. Raises UnknownScheme, NoEditionThen."""
    scheme = await edition_store.scheme_by_code(conn, code)
    await locks.take(conn, "claims", scheme.scheme_id)
    await edition_store.hold_law(conn)
    return await in_force(conn, code, days.local_date(now))


async def in_force(conn: AsyncConnection, code: str, on: date) -> InForce:
    """The edition of a scheme in force on a day. Raises NoEditionThen."""
    for each in (await edition_store.in_force(conn, [on])).get(on, []):
        if each.scheme.code == code:
            return each
    raise claim_refusals.NoEditionThen(scheme=code, on=on)


async def decided(conn: AsyncConnection, ruled: InForce, claim: NewClaim, now: datetime) -> tuple[Claim, Payout]:
    """What the edition says about a claim, and on which facts; the claimant's wallet stands still from here on.

    Raises UnitNotSuited (hours are not claimed), UnknownUnit (of what is paid).
    """
    unit = await unit_of(conn, ruled)
    if unit.kind == "time":
        raise refusals.UnitNotSuited(unit=unit.code, use="conversion")
    wallet = await accounts.find(conn, "wallet", unit.unit_id, claim.holder)
    await locks.accounts(conn, [wallet] if wallet is not None else [])
    facts = await claim_facts.collect(conn, ruled, await _in_chosen_form(conn, ruled, claim), now=now)
    payout = convert.convert(ruled.edition, facts)
    if payout.value:
        await units.by_code(conn, payout.unit)
    return facts, payout


async def keep(conn: AsyncConnection, ruled: InForce, facts: Claim, payout: Payout, *, actor: Actor, now: datetime) -> None:
    """Reserves what a payout takes and keeps what was decided; where it pays nothing, that alone. Raises InsufficientBalance."""
    unit = await unit_of(conn, ruled)
    hold_id = ids.new_id() if payout.outcome == "paid" else None
    if hold_id is not None:
        await holds.place(conn, await _hold(conn, unit, facts, payout, hold_id, actor), now=now)
    decided_now = Decided(
        claim_id=facts.claim_id,
        edition_id=ruled.edition_id,
        unit_id=unit.unit_id,
        value_unit_id=(await units.by_code(conn, payout.unit)).unit_id if payout.value else None,
        payee=payee_of(ruled, facts, payout),
        hold_id=hold_id,
        facts=facts,
        payout=payout,
        decided_at=now,
        decided_by=actor.principal_id,
    )
    await claims.decide(conn, decided_now)


def payee_of(ruled: InForce, facts: Claim, payout: Payout) -> UUID | None:
    """To whom a payout is owed; None where nobody is owed anything. Pure."""
    if not payout.value:
        return None
    form = _form(ruled, payout.form)
    if form is not None and (form.directed or form.form == "donation"):
        return UUID(facts.directed_to) if facts.directed_to else None
    return facts.member_id


async def unit_of(conn: AsyncConnection, ruled: InForce) -> Unit:
    """The unit that a scheme grants."""
    return next(unit for unit in await units.all_units(conn) if unit.unit_id == ruled.scheme.unit_id)


async def _hold(conn: AsyncConnection, unit: Unit, facts: Claim, payout: Payout, hold_id: UUID, actor: Actor) -> holds.HoldDraft:
    """The hold on just the lots that the payout takes: good on the day of the claim, whenever it is decided.

    What a decree keeps alive has ended by its lot, which is never edited: it counts as on its last day.
    """
    ends_on = (payout.payable_from or facts.claimed_on) + timedelta(days=HOLD_DAYS)
    return holds.HoldDraft(
        hold_id=hold_id,
        account_id=await accounts.ensure(conn, "wallet", unit.unit_id, facts.member_id),
        amount=payout.points,
        expires_at=days.local_time(ends_on, 0),
        cause_kind="claim",
        cause_id=facts.claim_id,
        actor=actor.principal_id,
        lots=tuple((UUID(each.holding_id), each.amount) for each in payout.taken if each.amount),
        good_on=min([facts.claimed_on, *_last_days(facts, payout)]),
    )


async def _in_chosen_form(conn: AsyncConnection, ruled: InForce, claim: NewClaim) -> NewClaim:
    """The claim with the form that was chosen before, where it names none and the edition still offers it."""
    if claim.form is not None:
        return claim
    chosen = await claims.chosen(conn, claim.holder, claim.scheme_id)
    if chosen is None or _form(ruled, chosen.form) is None:
        return claim
    return msgspec.structs.replace(claim, form=chosen.form, directed_to=claim.directed_to or chosen.directed_to)


def _form(ruled: InForce, key: str | None) -> Form | None:
    exchange = ruled.edition.conversion
    offered = exchange.forms if isinstance(exchange, Exchange) else ()
    return next((form for form in offered if forms.key(form) == key), None)


def _last_days(facts: Claim, payout: Payout) -> list[date]:
    taken = {each.holding_id for each in payout.taken if each.amount}
    return [each.expires_on for each in facts.holdings if each.holding_id in taken and each.expires_on is not None]
