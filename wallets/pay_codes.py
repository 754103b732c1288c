"""Pay codes: the holder of a wallet agrees, for five minutes and once, to pay at most so much of one unit.

Only the fingerprint of a code is kept. Using one is a row of its own, so a code stays used whatever becomes of the purchase.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from kernel.amounts import AMOUNT_MAX
from kernel.refusal import unless
from ledger.refusals import AmountOutOfRange
from qr.tokens import PAY_CODE_SECONDS
from wallets import locks, refusals

_INSERT = query.statement(
    """
    insert into wallets.pay_code (
        municipality_id, pay_code_id, member_id, unit_id, fingerprint, amount_max, issued_at, expires_at, issued_by,
        session_id
    )
    values (
        db.municipality(), :pay_code_id, :member_id, :unit_id, :fingerprint, :amount_max, :now, :expires_at, :issued_by,
        cast(:session_id as uuid)
    )
    """
)
_FIND = query.statement(
    """
    select c.pay_code_id, c.member_id, c.unit_id, n.code as unit, c.amount_max, c.issued_at, c.expires_at,
        c.issued_by, c.session_id, u.used_at
    from wallets.pay_code c
    join ledger.unit n on n.municipality_id = c.municipality_id and n.unit_id = c.unit_id
    left join wallets.pay_code_use u on u.municipality_id = c.municipality_id and u.pay_code_id = c.pay_code_id
    where c.municipality_id = db.municipality() and c.fingerprint = :fingerprint
    """
)
_MADE_BY = query.statement(
    """
    select u.redemption_id, c.issued_by from wallets.pay_code_use u
    join wallets.pay_code c on c.municipality_id = u.municipality_id and c.pay_code_id = u.pay_code_id
    where u.municipality_id = db.municipality() and u.redemption_id = any (cast(:redemptions as uuid[]))
    """
)
_USE = query.statement(
    """
    insert into wallets.pay_code_use (municipality_id, pay_code_id, redemption_id, used_at)
    values (db.municipality(), :pay_code_id, :redemption_id, :now)
    """
)


class PayCodeDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A pay code to be issued. `fingerprint` is `qr.tokens.fingerprint` of its token: 32 bytes; the code is over with its session."""

    pay_code_id: UUID
    member_id: UUID
    unit_id: int
    fingerprint: bytes
    amount_max: int
    issued_by: UUID
    session_id: UUID | None = None


class IssuedPayCode(msgspec.Struct, frozen=True, kw_only=True):
    """A pay code as it stands."""

    pay_code_id: UUID
    member_id: UUID
    unit_id: int
    unit: str
    amount_max: int
    issued_at: datetime
    expires_at: datetime
    issued_by: UUID
    session_id: UUID | None
    used_at: datetime | None


async def issue(conn: AsyncConnection, draft: PayCodeDraft, *, now: datetime) -> datetime:
    """Keeps a new code and answers when it expires: PAY_CODE_SECONDS from `now`. Raises AmountOutOfRange."""
    if not 0 < draft.amount_max <= AMOUNT_MAX:
        raise AmountOutOfRange(amount=draft.amount_max, amount_max=AMOUNT_MAX)
    expires_at = now + timedelta(seconds=PAY_CODE_SECONDS)
    await query.run(conn, _INSERT, now=now, expires_at=expires_at, **msgspec.structs.asdict(draft))
    return expires_at


async def find(conn: AsyncConnection, fingerprint: bytes) -> IssuedPayCode | None:
    """The code with this fingerprint, or None."""
    row = await query.one(conn, _FIND, fingerprint=fingerprint)
    return msgspec.convert(row, IssuedPayCode, from_attributes=True) if row is not None else None


async def claim(conn: AsyncConnection, fingerprint: bytes, *, unit: str, amount: int, now: datetime) -> IssuedPayCode:
    """The code, locked until the transaction ends and good for `amount` of `unit`; whoever claims it next sees it used.

    Raises UnknownPayCode, PayCodeUsed, PayCodeExpired, PayCodeOfOtherUnit, PayCodeTooSmall.
    """
    found = unless(await find(conn, fingerprint), refusals.UnknownPayCode())
    await locks.take(conn, "pay_code", found.pay_code_id)
    code = unless(await find(conn, fingerprint), refusals.UnknownPayCode())  # again, under the lock
    check(code, unit=unit, amount=amount, now=now)
    return code


def check(code: IssuedPayCode, *, unit: str, amount: int, now: datetime) -> None:
    """Whether `code` pays `amount` of `unit` at `now`. Pure. Raises as `claim` does."""
    if code.used_at is not None:
        raise refusals.PayCodeUsed(used_at=code.used_at)
    if now >= code.expires_at:
        raise refusals.PayCodeExpired(expired_at=code.expires_at)
    if code.unit != unit:
        raise refusals.PayCodeOfOtherUnit(unit=unit, unit_of_code=code.unit)
    if amount > code.amount_max:
        raise refusals.PayCodeTooSmall(unit=unit, needed=amount, amount_max=code.amount_max)


async def use(conn: AsyncConnection, pay_code_id: UUID, redemption_id: UUID, *, now: datetime) -> None:
    """Records that the code paid this redemption, once and for all. To be called by the holder of its claim."""
    await query.run(conn, _USE, pay_code_id=pay_code_id, redemption_id=redemption_id, now=now)


async def made_by(conn: AsyncConnection, redemptions: Sequence[UUID]) -> dict[UUID, UUID]:
    """Who made the codes that paid these redemptions, by redemption; none where a card paid."""
    return {row.redemption_id: row.issued_by for row in await query.rows(conn, _MADE_BY, redemptions=list(redemptions))}
