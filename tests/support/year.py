"""A small town with something of everything, through the stories themselves: for the tests of audit, trace and their attackers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from flows import (
    application,
    claim,
    claim_batch,
    correction,
    donation,
    expiry,
    grant,
    pledge,
    purchase,
    settlement,
    undo,
    year_end,
)
from kernel import days
from rules.vocabulary.caps import Cap
from rules.vocabulary.conversion import ClaimLimit, Linear
from rules.vocabulary.earning import PerTime
from rules.vocabulary.ending import EndOfFiscalYear
from tests.support import deeds, editions, schemes, spending
from tests.support.spending import NOW, do

TODAY = days.local_date(NOW)
CAP = 250
LIMIT = ClaimLimit(limit=90, of="value", per="fiscal_year", for_each=("member",))
EXCHANGE = editions.exchange(rate=Linear(give=10, get=8), minimum=20, limits=(LIMIT,))
EARN = PerTime(amount=100, every_minutes=60, rounding="down", minimum_minutes=0)


@dataclass
class Year:
    """The people of the play, and the records that tests ask about."""

    officers: schemes.Officers
    edition_id: UUID
    people: list[UUID] = field(default_factory=list[UUID])
    attendances: list[UUID] = field(default_factory=list[UUID])
    """Of each of the people four, one after another: the third is cut by the cap of the day, the fourth earns nothing."""
    grants: list[grant.Granted] = field(default_factory=list[grant.Granted])
    records: dict[str, UUID] = field(default_factory=dict[str, UUID])


async def play(engine: AsyncEngine) -> Year:
    """Grants from two budget lines, then every way of spending, a settlement, an undo, a correction and an expiry."""
    officers = await schemes.officers(engine)
    caps = (Cap(limit=CAP, of="amount", per="day", for_each=("member",), stops="earning"),)
    until = EndOfFiscalYear(years_later=0, counted_from="activity")
    edition_id = await schemes.publish(engine, officers, earn=EARN, caps=caps, expiry=until, conversion=EXCHANGE)
    year = Year(officers, edition_id)
    await schemes.fund(engine, officers, schemes.SCHEME, "care", 320)
    await schemes.fund(engine, officers, schemes.SCHEME, "general", 10_000)
    await _earn(engine, year)
    await _help(engine, year)
    await _buy(engine, year)
    await _pool(engine, year)
    await _give(engine, year)
    await _settle(engine, year)
    await _take_back(engine, year)
    await _lapse(engine, year)
    return year


async def _earn(engine: AsyncEngine, year: Year) -> None:
    for _ in range(6):
        person = await spending.member(engine)
        year.people.append(person)
        of_person = [await spending.attendance(engine, person) for _ in range(4)]
        year.attendances += of_person
        officer = year.officers.first.principal_id
        year.grants += await do(engine, grant.for_attendances, of_person, actor=officer, now=NOW)


async def _help(engine: AsyncEngine, year: Year) -> None:
    """Ninety minutes by two scans of the receiver's card, half an hour of it given on; a salon whose host wrote down wrong times."""
    receiver, helper = await deeds.guest(engine), await deeds.guest(engine)
    await deeds.agreed(engine, receiver, helper)
    for minute in (0, 90):
        done = await deeds.scan(engine, helper.actor, deeds.at(minute), method="receiver_card", code=receiver.card)
    assert done.attendance_id is not None
    year.records["help"] = done.attendance_id
    hours = donation.Asked(member_id=helper.id, unit="minutes", amount=30)
    year.records["hours"] = (await do(engine, donation.donate, hours, actor=helper.actor, now=NOW)).redemption_id
    hall, visitor = await deeds.hall(engine), await deeds.guest(engine)
    await deeds.card(engine, hall, visitor, deeds.at(0))
    await deeds.card(engine, hall, visitor, deeds.at(60))
    closed = await deeds.close(engine, hall)
    wrong = deeds.of(closed, visitor).attendance_id
    corrected = await deeds.correct(engine, hall.host, wrong, started_at=deeds.at(0), ended_at=deeds.at(120))
    year.records["superseded"], year.records["superseding"] = wrong, corrected.attendance.attendance_id


async def _buy(engine: AsyncEngine, year: Year) -> None:
    partner = await spending.organisation(engine, "partner")
    cashier = await spending.actor(engine, "cashier", organisation_id=partner)
    for name, amount in (("purchase", 130), ("undone", 20)):
        me = await spending.actor(engine, "member", member_id=year.people[0])
        asked = purchase.PayCodeAsked(member_id=year.people[0], unit="pt", amount_max=200)
        shown = await do(engine, purchase.show_pay_code, asked, actor=me, now=NOW)
        buying = purchase.Asked(code=f"P/{shown.text}", unit="pt", amount=amount)
        receipt = await do(engine, purchase.purchase, buying, actor=cashier, now=NOW)
        year.records[name] = receipt.redemption_id
        year.records[f"entry_of_{name}"] = receipt.entry_id
    undoing = undo.Asked(redemption_id=year.records["undone"], reason="打ち間違い")
    await do(engine, undo.undo, undoing, actor=cashier, now=NOW)


async def _pool(engine: AsyncEngine, year: Year) -> None:
    group = await spending.organisation(engine, "group", "公園の会")
    for person in year.people[1:3]:
        me = await spending.actor(engine, "member", member_id=person)
        asked = pledge.Asked(member_id=person, organisation_id=group, unit="pt", amount=120)
        year.records["pledge"] = (await do(engine, pledge.pledge, asked, actor=me, now=NOW)).redemption_id
    treasurer = await spending.actor(engine, "treasurer", organisation_id=group)
    applying = application.Applying(unit="pt", amount=200, purpose="花の苗")
    applied = await do(engine, application.apply, applying, actor=treasurer, now=NOW)
    approved = await do(engine, application.approve, applied.application_id, actor=year.officers.first, now=NOW)
    assert approved.redemption_id is not None
    year.records["group_use"] = approved.redemption_id
    unused = application.Returning(application_id=applied.application_id, amount=30, reason="残り")
    await do(engine, application.return_unused, unused, actor=treasurer, now=NOW)


async def _give(engine: AsyncEngine, year: Year) -> None:
    me = await spending.actor(engine, "member", member_id=year.people[3])
    await _claim(engine, year)
    giving = donation.Asked(member_id=year.people[3], unit="pt", amount=50)
    year.records["donation"] = (await do(engine, donation.donate, giving, actor=me, now=NOW)).redemption_id


async def _claim(engine: AsyncEngine, year: Year) -> None:
    """One claim booked by two people, one refused."""
    claimed: list[claim.Told] = []
    for person in year.people[3:5]:
        me = await spending.actor(engine, "member", member_id=person)
        asked = claim.Applying(scheme=schemes.SCHEME, holder=person, amount=100)
        claimed.append(await do(engine, claim.apply, asked, actor=me, now=NOW))
    refusing = claim.Refusing(claim_id=claimed[1].claim.claim_id, reason="重複した申請")
    await do(engine, claim.refuse, refusing, actor=year.officers.first, now=NOW)
    proposing = claim_batch.Proposing(scheme=schemes.SCHEME, payable_by=TODAY)
    batch = (await do(engine, claim_batch.propose, proposing, actor=year.officers.first, now=NOW)).batch
    assert batch is not None
    done = await do(engine, claim_batch.approve, batch.batch_id, actor=year.officers.second, now=NOW)
    (item,) = done.items
    assert item.claim.redemption_id is not None
    year.records["claim"], year.records["conversion"] = item.claim.claim_id, item.claim.redemption_id


async def _settle(engine: AsyncEngine, year: Year) -> None:
    for unit in ("pt", "yen"):
        proposing = settlement.Proposing(unit=unit, up_to=TODAY)
        batch = await do(engine, settlement.propose, proposing, actor=year.officers.first, now=NOW)
        await do(engine, settlement.approve, batch.settlement_id, actor=year.officers.second, now=NOW)
        year.records[f"settlement_{unit}"] = batch.settlement_id


async def _take_back(engine: AsyncEngine, year: Year) -> None:
    """One grant taken back whole, and one of which some is spent and stays on the budget."""
    whole, spent = year.grants[16], year.grants[13]
    for name, granted in (("correction", whole), ("absorbed", spent)):
        assert granted.entry_id is not None
        asked = correction.Asked(entry_id=granted.entry_id, reason="二重に記録", absorb_spent=name == "absorbed")
        made = await do(engine, correction.correct, asked, actor=year.officers.first, now=NOW)
        year.records[name] = made.correction_id


async def _lapse(engine: AsyncEngine, year: Year) -> None:
    """Everything left lapses after the fiscal year: what members hold by the scheme's year end, the rest by its last day."""
    last_day = days.fiscal_year_bounds(days.fiscal_year(TODAY))[1]
    ending = year_end.Asked(scheme=schemes.SCHEME, year_of=TODAY, closes_on=last_day + timedelta(days=1))
    run = (await do(engine, year_end.announce, ending, actor=year.officers.first, now=NOW)).run
    assert run is not None
    year.records["year_end"] = run.run_id
    asked = expiry.Asked(unit="pt", expires_by=last_day)
    await do(engine, expiry.announce, asked, actor=year.officers.first, now=NOW)
    after = days.local_time(last_day + timedelta(days=1), 9)
    await do(engine, year_end.execute, run.run_id, actor=year.officers.second, now=after)
    done = await do(engine, expiry.execute, asked, actor=year.officers.first, now=after)
    year.records["expiry"] = done.items[0].entry_id
