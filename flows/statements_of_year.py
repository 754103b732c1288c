"""Statements that the law asks for: to each person, what their points became in a calendar year; of each issuer, what was sold in
advance and is not used.

The first is what a member needs for the tax return. Income counts in the year in which the right to it is fixed (所得税法36条1項): that
is the day on which the claim was approved and booked. What a correction took back counts against the year of the correction.

The second is the base-day balance of prepaid means of payment (前払式支払手段). On 31 March and 30 September (資金決済法3条2項) an
issuer whose unused balance is over 10,000,000 yen (施行令6条) has to deposit half of it or more (資金決済法14条1項), within two
months. What the state or a municipality issues itself is not covered by that law (4条3号); whether an issuer is one, the report does
not judge.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel import amounts, days
from ledger import units
from wallets import annual, claim_refusals, holders, refusals
from wallets.annual import Converted, Outstanding
from wallets.payment_file import BOM, safe_cell

DEPOSIT_ABOVE_YEN = 10_000_000
"""資金決済法施行令6条: 基準日未使用残高が1,000万円を超えるとき."""
BASE_DAYS = ((3, 31), (9, 30))
"""資金決済法3条2項: 基準日."""
HEADER = ("member_id", "name", "scheme", "form", "directed", "claims", "points", "unit", "value", "value_unit")


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What one holder's points became in a calendar year; `received` is what they were paid themselves, by unit, in minor units."""

    holder: UUID
    year: int
    rows: list[Converted]
    received: dict[str, int]


class Issuer(msgspec.Struct, frozen=True, kw_only=True):
    """What of an issuer's units was not used on a base day. A whole unit is a yen. `deposit_yen` is 0 up to the threshold."""

    issuer: str
    on: date
    units: list[Outstanding]
    outstanding_yen: int
    deposit_yen: int


class Balances(msgspec.Struct, frozen=True, kw_only=True):
    """Every issuer on a base day, and above how much a deposit is due."""

    on: date
    deposit_above_yen: int
    issuers: list[Issuer]


async def of_year(conn: AsyncConnection, year: int, holder: UUID | None = None) -> list[Statement]:
    """The statements of a calendar year, of one holder or of everybody who was paid anything; by holder. No names."""
    found: dict[UUID, list[Converted]] = {holder: []} if holder is not None else {}
    for row in await annual.converted(conn, date(year, 1, 1), date(year, 12, 31), holder):
        found.setdefault(row.holder, []).append(row)
    return [Statement(holder=owner, year=year, rows=rows, received=_received(rows)) for owner, rows in found.items()]


async def as_csv(conn: AsyncConnection, year: int, *, bom: bool = False) -> bytes:
    """The statements of everybody as CSV (RFC 4180, UTF-8), with names: personal data, for the office alone. `bom` is for Excel."""
    rows = [row for statement in await of_year(conn, year) for row in statement.rows]
    names = await holders.names_of(conn, sorted({row.holder for row in rows}))
    scales = {unit.code: unit.scale for unit in await units.all_units(conn)}
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in rows:
        writer.writerow(_cells(row, names.get(row.holder, ""), scales))
    return ((BOM if bom else "") + written.getvalue()).encode()


async def purchased(conn: AsyncConnection, on: date, *, now: datetime) -> Balances:
    """What of each issuer's purchased units was not used at the end of a base day. Raises NotABaseDay, DayNotReached."""
    if (on.month, on.day) not in BASE_DAYS:
        raise claim_refusals.NotABaseDay(day=on)
    if on > days.local_date(now):
        raise refusals.DayNotReached(day=on, today=days.local_date(now))
    by_issuer: dict[str, list[Outstanding]] = {}
    for each in await annual.outstanding(conn, on):
        by_issuer.setdefault(each.issuer, []).append(each)
    return Balances(
        on=on, deposit_above_yen=DEPOSIT_ABOVE_YEN, issuers=[_issuer(name, on, found) for name, found in by_issuer.items()]
    )


def deposit(outstanding_yen: int) -> int:
    """The least deposit for a base-day balance: half of it, rounded up, where it is over the threshold. Pure."""
    return -(-outstanding_yen // 2) if outstanding_yen > DEPOSIT_ABOVE_YEN else 0


def _issuer(name: str, on: date, found: Sequence[Outstanding]) -> Issuer:
    yen = sum(-(-each.amount // 10**each.scale) for each in found)
    return Issuer(issuer=name, on=on, units=list(found), outstanding_yen=yen, deposit_yen=deposit(yen))


def _received(rows: Sequence[Converted]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        if row.value_unit is not None and not row.directed:
            found[row.value_unit] = found.get(row.value_unit, 0) + row.value
    return found


def _cells(row: Converted, name: str, scales: dict[str, int]) -> tuple[str, ...]:
    value = amounts.shown(row.value, scales.get(row.value_unit or "", 0))
    return (
        str(row.holder),
        safe_cell(name),
        row.scheme,
        row.form or "",
        "yes" if row.directed else "no",
        str(row.claims),
        amounts.shown(row.points, scales[row.unit]),
        row.unit,
        value,
        row.value_unit or "",
    )
