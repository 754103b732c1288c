"""At the till of a partner: a pay code or a card to show, a cashier, a purchase."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from community.actor import Actor
from flows import purchase
from kernel import ids
from qr import store, tokens
from tests.support import spending
from tests.support.spending import NOW, do
from wallets import card_limits
from wallets.card_limits import NewLimit


async def pay_code(engine: AsyncEngine, member_id: UUID, amount_max: int = 500) -> str:
    """A pay code of a member, as a reader gives it."""
    me = await spending.actor(engine, "member", member_id=member_id)
    asked = purchase.PayCodeAsked(member_id=member_id, unit="pt", amount_max=amount_max)
    shown = await do(engine, purchase.show_pay_code, asked, actor=me, now=NOW)
    assert shown.expires_at == NOW + timedelta(seconds=300)
    return f"P/{shown.text}"


async def card(engine: AsyncEngine, member_id: UUID) -> tuple[str, UUID]:
    """A card of a member, as a reader gives it, and its id."""
    token = tokens.new_card(secrets.token_bytes(tokens.SECRET_BYTES))
    made = await do(engine, store.issue, token, credential_id=ids.new_id(), subject=member_id, issued_by=None, now=NOW)
    return f"C/{token.text}", made.credential_id


async def cashier_of_a_partner(engine: AsyncEngine) -> Actor:
    """The cashier of a new partner."""
    partner = await spending.organisation(engine, "partner")
    return await spending.actor(engine, "cashier", organisation_id=partner)


async def cards_pay(engine: AsyncEngine, amount: int = purchase.CARD_DAY_MAX, now: datetime = NOW) -> None:
    """From some hours before on cards pay this much a day without a PIN."""
    officer, since = await spending.actor(engine, "officer"), now - timedelta(hours=20)
    limit = NewLimit(amount=amount, in_force_from=since, reason="試験")
    await do(engine, card_limits.set_, limit, set_by=officer.principal_id, now=since)


async def buy(engine: AsyncEngine, cashier: Actor, code: str, amount: int, unit: str = "pt") -> purchase.Receipt:
    """A purchase."""
    asked = purchase.Asked(code=code, unit=unit, amount=amount)
    return await do(engine, purchase.purchase, asked, actor=cashier, now=NOW)
