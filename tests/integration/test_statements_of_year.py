"""The year's sheets: what each person was paid, what was sold in advance and is not used, and a fiscal year that closes to zero."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from flows import correction, fiscal_year, statements_of_year
from kernel import days, ids
from ledger import accounts, periods, posting, units
from ledger.draft import Draft, Fresh, move
from ledger.periods import Flow
from ledger.refusals import PeriodClosed, PeriodNotOver
from rules.vocabulary.conversion import Form, Linear
from tests.support import claiming, editions, spending
from tests.support.claiming import Desk
from tests.support.spending import NOW, do
from wallets import claim_refusals, refusals

pytestmark = pytest.mark.anyio

SOLD = units.Unit(
    unit_id=9,
    code="card",
    kind="currency",
    scale=0,
    purchased=True,
    issuer="結カード株式会社",
    label_ja="結カード",
    label_en="Yui card",
)
SEPTEMBER = date(2026, 9, 30)


@pytest.fixture(scope="module")
async def desk(engine: AsyncEngine) -> Desk:
    """Cash at a hundred yen a point, or vouchers at a hundred and ten, or a gift to an organisation."""
    forms = (Form(form="cash"), Form(form="voucher", rate=Linear(give=1, get=110)), Form(form="donation", directed=True))
    return await claiming.open_desk(engine, "taxed", conversion=editions.exchange(forms=forms))


# ---------------------------------------------------------------------------------------------------- what each was paid


async def test_a_person_s_year_by_form_and_what_was_received(engine: AsyncEngine, desk: Desk) -> None:
    me, school = await desk.holder(6), await spending.organisation(engine, "group", "ひまわり文庫")
    for amount, form, directed_to in ((100, "cash", None), (50, "cash", None), (100, "voucher", None), (100, "donation", school)):
        await desk.claim(me, amount=amount, form=form, directed_to=directed_to)
    await desk.pay()
    (statement,) = await do(engine, statements_of_year.of_year, 2026, me)
    rows = {(row.form, row.directed): (row.claims, row.points, row.value) for row in statement.rows}
    assert rows == {("cash", False): (2, 150, 15_000), ("voucher", False): (1, 100, 11_000), ("donation", True): (1, 100, 10_000)}
    assert statement.received == {"yen": 26_000}
    (before,) = await do(engine, statements_of_year.of_year, 2025, me)
    assert (before.rows, before.received) == ([], {})


async def test_what_is_taken_back_counts_against_the_year_of_the_correction(engine: AsyncEngine, desk: Desk) -> None:
    me = await desk.holder(1)
    await desk.claim(me, form="cash")
    (item,) = (await desk.pay()).items
    assert item.claim.entry_id is not None
    next_year = NOW + timedelta(days=300)
    wrong = correction.Asked(entry_id=item.claim.entry_id, reason="別人の申請")
    await do(engine, correction.correct, wrong, actor=desk.who.first, now=next_year)
    years = {year: (await do(engine, statements_of_year.of_year, year, me))[0].received for year in (2026, 2027)}
    assert years == {2026: {"yen": 10_000}, 2027: {"yen": -10_000}}


async def test_the_list_of_everybody_has_no_names_and_the_file_has(engine: AsyncEngine, desk: Desk) -> None:
    me = await desk.holder(1)
    await desk.claim(me, form="cash")
    await desk.pay()
    statements = await do(engine, statements_of_year.of_year, 2026)
    assert me in {statement.holder for statement in statements}
    written = (await do(engine, statements_of_year.as_csv, 2026)).decode()
    rows = list(csv.DictReader(io.StringIO(written, newline="")))
    (mine,) = [row for row in rows if row["member_id"] == str(me)]
    assert (mine["name"], mine["form"], mine["points"], mine["value"], mine["value_unit"]) == (
        "結 花子",
        "cash",
        "100",
        "10000",
        "yen",
    )
    assert (await do(engine, statements_of_year.as_csv, 2026, bom=True)).startswith(b"\xef\xbb\xbf")


# -------------------------------------------------------------------------------------------- what was sold in advance


async def _sell(conn: AsyncConnection, holder: UUID, amount: int, on: date) -> None:
    """So much of the purchased unit is bought on a day."""
    till = await accounts.ensure(conn, "opening", SOLD.unit_id)
    wallet = await accounts.ensure(conn, "wallet", SOLD.unit_id, holder)
    await posting.post_one(conn, _draft("sale", on, till, wallet, amount, Fresh(None, None, None, on, None)), now=NOW)


async def _use(conn: AsyncConnection, holder: UUID, amount: int, on: date) -> None:
    wallet = await accounts.ensure(conn, "wallet", SOLD.unit_id, holder)
    partner = await accounts.ensure(conn, "payable", SOLD.unit_id, ids.new_id())
    await posting.post_one(conn, _draft("use", on, wallet, partner, amount, None), now=NOW)


def _draft(kind: str, on: date, source: int, target: int, amount: int, give: Fresh | None) -> Draft:
    return Draft(
        entry_id=ids.new_id(), kind=kind, occurred_at=days.local_time(on, 12), booked_on=on, cause_kind="test",
        cause_id=ids.new_id(), lines=move(source, target, amount, give=give),
    )  # fmt: skip


async def test_the_balance_of_a_base_day_and_the_deposit_above_ten_million(engine: AsyncEngine, admin: AsyncEngine) -> None:
    await do(engine, units.create, SOLD)
    me = await spending.member(engine)
    await do(engine, _sell, me, 10_000_001, date(2026, 3, 31))
    await do(engine, _sell, me, 500, date(2026, 4, 1))
    await do(engine, _use, me, 501, SEPTEMBER)
    later = NOW + timedelta(days=200)
    march = await do(engine, statements_of_year.purchased, date(2026, 3, 31), now=later)
    (issuer,) = march.issuers
    assert (issuer.issuer, issuer.outstanding_yen, issuer.deposit_yen) == ("結カード株式会社", 10_000_001, 5_000_001)
    september = await do(engine, statements_of_year.purchased, SEPTEMBER, now=later)
    assert (september.issuers[0].outstanding_yen, september.issuers[0].deposit_yen) == (10_000_000, 0)
    assert (march.deposit_above_yen, september.issuers[0].units[0].unit) == (10_000_000, "card")


async def test_only_base_days_that_have_come(engine: AsyncEngine) -> None:
    with pytest.raises(claim_refusals.NotABaseDay):
        await do(engine, statements_of_year.purchased, date(2026, 3, 30), now=NOW)
    with pytest.raises(refusals.DayNotReached):
        await do(engine, statements_of_year.purchased, SEPTEMBER, now=NOW)


# ------------------------------------------------------------------------------------------------------ the fiscal year


async def test_a_fiscal_year_closes_month_by_month_and_to_zero(engine: AsyncEngine, desk: Desk) -> None:
    await desk.claim(await desk.holder(2), amount=100, form="cash")
    await desk.pay()
    seen = await do(engine, fiscal_year.report, 2026, now=NOW)
    points = next(each for each in seen.held if each.unit == "pt")
    assert points.granted > 0
    assert points.redeemed >= 100
    moved = points.granted + points.carried_in - points.redeemed - points.lapsed + points.corrected + sum(points.other.values())
    assert points.opening + moved == points.closing
    assert set(seen.differences.values()) == {0}
    assert any(line.scheme_id == desk.scheme_id and line.granted for line in seen.budgets)
    assert len(seen.open_months) == 12
    with pytest.raises(PeriodNotOver):
        await do(engine, fiscal_year.close, 2026, actor=desk.who.first, now=NOW)
    after = days.local_time(date(2027, 4, 1), 9)
    for month in (3,):  # the sale of March 2026 in these tests
        await do(engine, periods.close_month, date(2026, month, 1), actor=None, now=after)
    closed = await do(engine, fiscal_year.close, 2026, actor=desk.who.first, now=after)
    assert (closed.open_months, set(closed.differences.values())) == ([], {0})
    with pytest.raises(PeriodClosed):
        await do(engine, fiscal_year.close, 2026, actor=desk.who.first, now=after)


def test_what_no_heading_knows_is_named_and_not_lost() -> None:
    flows = [
        Flow(unit="pt", account_kind="wallet", opening=10, moved={"grant": 5, "gift": -2, "year_end": -3}, closing=10),
        Flow(unit="pt", account_kind="pot", opening=1, moved={"gift": 1, "correction": -1}, closing=1),
        Flow(unit="pt", account_kind="lapsed", opening=0, moved={"year_end": 3}, closing=3),
    ]
    (found,) = fiscal_year.held(flows)
    assert (found.opening, found.granted, found.lapsed, found.corrected, found.closing) == (11, 5, 3, -1, 11)
    assert found.other == {"gift": -1}
