"""What came into a member's wallet and went from it, the newest first, each with the why and with who did it.

A grant tells the sentences of its decision. Where somebody else acted for the member, it says who: the member always sees that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances, slots
from activities.attendances import Attendance
from community import organisations, principals
from flows import proxies
from flows.proxies import Named
from ledger import accounts, history
from ledger.history import StatementLine
from ledger.units import Unit
from rules import decision_store, explain
from rules.decision_store import Kept
from rules.explain import Locale
from wallets import pay_codes, redemptions
from wallets.redemptions import Standing


class Acted(msgspec.Struct, frozen=True):
    """Who did it for the member: their role, and the place that they work for."""

    role: str
    place: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the wallet. `what` is the activity or the partner, `why` the sentences of a grant; `note` is the book's own."""

    number: int
    kind: str
    amount: int
    balance_after: int
    occurred_at: datetime
    booked_on: date
    what: str | None
    note: str | None
    why: tuple[str, ...]
    taken_back: bool
    acted: Acted | None
    by: Named | None


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """One attendance, and what was decided about it, in sentences for each scheme."""

    attendance: Attendance
    what: str | None
    why: list[tuple[str, ...]]


async def lines(
    conn: AsyncConnection, member_id: UUID, unit: Unit, locale: Locale, *, before: int | None = None, limit: int = 10
) -> list[Line]:
    """The lines before number `before`, the newest first."""
    account_id = await accounts.find(conn, "wallet", unit.unit_id, member_id)
    if account_id is None:
        return []
    found = await history.statement(conn, account_id, before_version=before, limit=limit)
    spent = await redemptions.of_entries(conn, [each.entry_id for each in found])
    acted = await _by_proxy(conn, member_id, found, spent)
    return [await _line(conn, each, spent.get(each.entry_id), acted.get(each.entry_id), unit, locale) for each in found]


async def deeds(
    conn: AsyncConnection, member_id: UUID, units: Sequence[Unit], locale: Locale, *, before: UUID | None = None, limit: int = 10
) -> list[Deed]:
    """What a member took part in, the latest first, following the attendance `before`, with what it earned or why nothing."""
    found = await attendances.page_of_member(conn, member_id, before=before, limit=limit)
    return [await deed(conn, each, units, locale) for each in found]


async def deed(conn: AsyncConnection, attendance: Attendance, units: Sequence[Unit], locale: Locale) -> Deed:
    """One attendance with what was decided about it."""
    decided = await decision_store.of_attendances(conn, [attendance.attendance_id])
    why = [said(each, units, locale) for each in decided if not each.voided and each.facts.member_id == attendance.member_id]
    return Deed(attendance=attendance, what=await _place_of(conn, attendance), why=why)


def said(kept: Kept, units: Sequence[Unit], locale: Locale) -> tuple[str, ...]:
    """A decision in one to four sentences, in the unit's own words. Pure."""
    unit = next((each for each in units if each.code == kept.decision.unit), None)
    if unit is None:
        return explain.explain(kept.decision, locale)
    return explain.explain(kept.decision, locale, unit.label_en if locale == "en" else unit.label_ja, unit.scale)


async def _by_proxy(
    conn: AsyncConnection, member_id: UUID, found: Sequence[StatementLine], spent: Mapping[UUID, Standing]
) -> dict[UUID, Named]:
    """Who acted for the member, by entry: as the book says, or by the code that they showed."""
    names = await proxies.names_of(conn, member_id)
    if not names:
        return {}
    made = await pay_codes.made_by(conn, [each.redemption.redemption_id for each in spent.values()])
    shown = {entry_id: made.get(each.redemption.redemption_id) for entry_id, each in spent.items()}
    by = {each.entry_id: each.actor if each.acting_for else shown.get(each.entry_id) for each in found}
    return {entry_id: names[who] for entry_id, who in by.items() if who is not None and who in names}


async def _line(
    conn: AsyncConnection, line: StatementLine, spent: Standing | None, by: Named | None, unit: Unit, locale: Locale
) -> Line:
    kept = await decision_store.find(conn, line.cause_id) if line.cause_kind == "decision" else None
    redemption = spent.redemption if spent else None
    attendance_id = kept.facts.attendance_id if kept else redemption.attendance_id if redemption else None
    what = await _what(conn, attendance_id, redemption.counterparty if redemption else None)
    acting_for = line.acting_for or (redemption.acting_for if redemption else None)
    return Line(
        number=line.account_version,
        kind=line.kind,
        amount=line.amount,
        balance_after=line.balance_after,
        occurred_at=line.occurred_at,
        booked_on=line.booked_on,
        what=what,
        note=(redemption.note if redemption else None) or line.memo,
        why=said(kept, [unit], locale) if kept and line.reverses is None else (),
        taken_back=spent is not None and spent.undone_at is not None,
        acted=await _acted(conn, line.actor) if acting_for and line.actor and by is None else None,
        by=by,
    )


async def _what(conn: AsyncConnection, attendance_id: UUID | None, counterparty: UUID | None) -> str | None:
    if attendance_id is not None:
        return await _place_of(conn, await attendances.find(conn, attendance_id))
    if counterparty is not None:
        found = await organisations.find_many(conn, [counterparty])
        return found[counterparty].name if counterparty in found else None
    return None


async def _place_of(conn: AsyncConnection, attendance: Attendance) -> str | None:
    """What is done there, by its title; a match has none."""
    return (await slots.find(conn, attendance.slot_id)).title if attendance.slot_id is not None else None


async def _acted(conn: AsyncConnection, actor: UUID) -> Acted:
    found = await principals.find(conn, actor)
    if found.organisation_id is None:
        return Acted(found.role, found.label)
    return Acted(found.role, (await organisations.find(conn, found.organisation_id)).name)
