"""A member shows a pay code, a partner takes points. For small amounts the card alone will do.

The partner is told what it took. What the holder has left, and which activities stand behind the amount, is the holder's to read.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import principals, proxies, session_ends
from community.actor import Actor
from community.organisations import Organisation
from community.proxy_refusals import SelfDealing
from community.sessions import Session
from flows import card_pins, operating, phone_codes, reach
from flows.card_pins import Paying, Proven
from kernel import days, ids
from ledger import accounts, units
from ledger.draft import move
from ledger.units import Unit
from qr import tokens
from wallets import card_limits, holders, holdings, locks, pay_codes, redemptions, refusals, spending

CARD_DAY_MAX = 1_000  # whole units: who finds a card can spend no more than this in a day


class PayCodeAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A member agrees to pay at most `amount_max` of `unit`, once, in the next five minutes."""

    member_id: UUID
    unit: str
    amount_max: int


class PayCodeShown(msgspec.Struct, frozen=True, kw_only=True):
    """The code to show: `text` is its token, told this once and kept nowhere."""

    pay_code_id: UUID
    text: str
    unit: str
    amount_max: int
    expires_at: datetime


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A partner asks for `amount` of `unit`; `code` is what its reader gave: a pay code or a card."""

    code: str
    unit: str
    amount: int


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the till prints. Its number is the redemption's id."""

    redemption_id: UUID
    entry_id: UUID
    partner_id: UUID
    partner: str
    unit: str
    amount: int
    redeemed_at: datetime


class Payer(msgspec.Struct, frozen=True):
    """Whose code was read, and who made it; both are None for a card, of which the PIN may have been proven."""

    member_id: UUID
    pay_code_id: UUID | None
    made_by: UUID | None
    proof: Proven | None = None
    session_id: UUID | None = None
    """of the phone that showed a pay code"""


async def show_pay_code(
    conn: AsyncConnection,
    asked: PayCodeAsked,
    *,
    actor: Actor,
    now: datetime,
    chance: bytes | None = None,
    session: Session | None = None,
) -> PayCodeShown:
    """Issues a pay code, of `chance` where the caller draws it again later. It is over with the `session` that shows it.

    Raises UnknownMember, UnknownUnit, UnitNotSuited, AmountOutOfRange, SessionEnded.
    """
    if session is not None:
        await session_ends.hold(conn, session, now)
    await holders.member_for(conn, asked.member_id, actor)
    unit = await _spendable_unit(conn, asked.unit)
    token = tokens.new_pay_code(chance or secrets.token_bytes(tokens.SECRET_BYTES))
    draft = pay_codes.PayCodeDraft(
        pay_code_id=ids.new_id(),
        member_id=asked.member_id,
        unit_id=unit.unit_id,
        fingerprint=tokens.fingerprint(token),
        amount_max=asked.amount_max,
        issued_by=actor.principal_id,
        session_id=session.session_id if session is not None else None,
    )
    expires_at = await pay_codes.issue(conn, draft, now=now)
    return PayCodeShown(
        pay_code_id=draft.pay_code_id, text=token.text, unit=unit.code, amount_max=asked.amount_max, expires_at=expires_at
    )


async def purchase(
    conn: AsyncConnection,
    asked: Asked,
    *,
    actor: Actor,
    now: datetime,
    hosts: frozenset[str] | None = None,
    proof: Proven | None = None,
) -> Receipt:
    """Moves points from the code's holder to what the partner is owed, and answers with the receipt.

    `hosts` are ours, for codes given as whole addresses; `proof` says that the card's PIN was typed (`flows.card_pins`). Raises
    NotAPartner, OperatorNeeded, UnitNotSuited, SelfConfirmation, SelfDealing, CardLimitReached, CardPin…, the refusals of
    `pay_codes.claim` and of `qr`, InsufficientBalance, UntracedAmount.
    """
    operating.answerable(actor)
    partner = await holders.partner(conn, actor.organisation_id)
    unit = await _spendable_unit(conn, asked.unit)
    payer = await _payer(conn, asked, tokens.read(asked.code, hosts), proof, now)
    wallet = await holdings.spendable(conn, unit, payer.member_id, needed=asked.amount)
    payable = await accounts.ensure(conn, "payable", unit.unit_id, partner.organisation_id)
    await locks.accounts(conn, [wallet, payable])
    proven = await _check_payer(conn, asked, unit, payer, actor, now)
    wish = spending.Spending(
        kind="purchase",
        holder=payer.member_id,
        unit=unit,
        amount=asked.amount,
        lines=move(wallet, payable, asked.amount),
        counterparty=partner.organisation_id,
    )
    spent = await spending.spend(conn, wish, actor=actor, now=now)
    redemption, paid_with = spent.redemption, payer if proven or payer.pay_code_id else None
    await _paid_with(conn, redemption.redemption_id, paid_with, actor, now)
    return _receipt(redemption, partner, unit)


def _receipt(redemption: redemptions.Redemption, partner: Organisation, unit: Unit) -> Receipt:
    return Receipt(
        redemption_id=redemption.redemption_id,
        entry_id=redemption.entry_id,
        partner_id=partner.organisation_id,
        partner=partner.name,
        unit=unit.code,
        amount=redemption.amount,
        redeemed_at=redemption.redeemed_at,
    )


async def _paid_with(conn: AsyncConnection, redemption_id: UUID, payer: Payer | None, actor: Actor, now: datetime) -> None:
    """Says beside the redemption who worked at the till, and what it was paid with: a pay code, or a card's PIN typed there."""
    await operating.taken(conn, redemption_id, actor)
    if payer is not None and payer.pay_code_id is not None:
        await pay_codes.use(conn, payer.pay_code_id, redemption_id, now=now)
    elif payer is not None and payer.proof is not None and actor.at is not None and actor.at.key_id is not None:
        await card_limits.prove(conn, redemption_id, pin_id=payer.proof.pin_id, key_id=actor.at.key_id, now=now)


async def _payer(conn: AsyncConnection, asked: Asked, scanned: tokens.Scanned, proof: Proven | None, now: datetime) -> Payer:
    tokens.require(scanned, tokens.Kind.PAY_CODE, tokens.Kind.CARD)
    if scanned.kind is tokens.Kind.PAY_CODE:
        fingerprint = tokens.fingerprint(tokens.open_pay_code(scanned.text))
        code = await pay_codes.claim(conn, fingerprint, unit=asked.unit, amount=asked.amount, now=now)
        return Payer(code.member_id, code.pay_code_id, code.issued_by, session_id=code.session_id)
    card = await phone_codes.found(conn, tokens.open_card(scanned.text), at=now)
    return Payer(card.subject, None, None, proof)


async def look(conn: AsyncConnection, asked: Asked, *, actor: Actor, now: datetime, hosts: frozenset[str] | None = None) -> None:
    """Whether a card would pay this without its PIN: asked first, so that the same wish can be sent again with it. Reads only.

    Raises OperatorNeeded, CardLimitReached, CardPin…, and what reading the code raises; whether a pay code pays is not asked.
    """
    operating.answerable(actor)
    scanned = tokens.require(tokens.read(asked.code, hosts), tokens.Kind.PAY_CODE, tokens.Kind.CARD)
    if scanned.kind is tokens.Kind.CARD:
        card = await phone_codes.found(conn, tokens.open_card(scanned.text), at=now)
        await _check_card(conn, Paying(card.subject, await _spendable_unit(conn, asked.unit), asked.amount, None), actor, now)


async def _check_payer(conn: AsyncConnection, asked: Asked, unit: Unit, payer: Payer, actor: Actor, now: datetime) -> bool:
    """Nobody buys at their own counter, and what cards pay on one day in Japan has a limit; under the lock of the wallet.

    Whether the PIN of a card was proven. Raises SelfConfirmation, SelfDealing (with a code that oneself made for another),
    PayCodeExpired (whoever made it may not spend for the member any more, or the phone that showed it was signed out),
    CardLimitReached, CardPin….
    """
    reach.not_oneself(payer.member_id, actor)
    await _check_session(conn, payer, now)
    if payer.made_by is not None:
        await _check_maker(conn, payer.made_by, payer.member_id, actor, now)
    if payer.pay_code_id is not None:
        return False
    return await _check_card(conn, Paying(payer.member_id, unit, asked.amount, payer.proof), actor, now)


async def _check_card(conn: AsyncConnection, paying: Paying, actor: Actor, now: datetime) -> bool:
    unit, today = paying.unit, days.local_date(now)
    since, until = (days.local_time(day, 0) for day in (today, today + timedelta(days=1)))
    spent_today = await redemptions.by_card(conn, paying.member_id, unit.unit_id, since=since, until=until)
    limit = CARD_DAY_MAX * 10**unit.scale
    if spent_today + paying.amount > limit:
        raise refusals.CardLimitReached(unit=unit.code, amount=paying.amount, spent_today=spent_today, limit=limit)
    return await card_pins.check(conn, paying, actor=actor, now=now)


async def _check_session(conn: AsyncConnection, payer: Payer, now: datetime) -> None:
    """A code that a lost phone shows pays nothing once the phone was signed out. Raises PayCodeExpired."""
    if payer.session_id is not None and await session_ends.is_over(conn, payer.session_id, now):
        raise refusals.PayCodeExpired(expired_at=now)


async def _check_maker(conn: AsyncConnection, made_by: UUID, member_id: UUID, actor: Actor, now: datetime) -> None:
    """Who made the code in another's name does not take points with it at their own counter, and it is over with their permission.

    Raises SelfDealing, PayCodeExpired.
    """
    maker = await principals.find(conn, made_by)
    here = [actor.principal_id] + ([actor.at.operator_id] if actor.at is not None and actor.at.operator_id is not None else [])
    if maker.role == "member" and any([await principals.same_person(conn, made_by, each) for each in here]):
        raise SelfDealing
    if maker.role == "member" and maker.member_id != member_id:
        let = await proxies.of_person(conn, made_by, maker.member_id, now=now)
        if not any(each.member_id == member_id and each.state == "stands" and each.power == "spend" for each in let):
            raise refusals.PayCodeExpired(expired_at=now)


async def _spendable_unit(conn: AsyncConnection, code: str) -> Unit:
    unit = await units.by_code(conn, code)
    if unit.kind == "time":
        raise refusals.UnitNotSuited(unit=unit.code, use="purchase")
    return unit
