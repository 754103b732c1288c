"""What a year end sees of everybody who holds points of a scheme, and what the rule says of each. Reads only."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from community import members
from flows import claim_deciding, claim_facts, decrees
from kernel import ids
from rules import edition_store, fact_store, known, year_end, years
from rules.edition_store import InForce
from rules.known import Record
from rules.payout import YearEnd
from rules.vocabulary import periods
from rules.years import Bounds
from wallets import claim_refusals, scheme_lots
from wallets.scheme_lots import Held
from wallets.year_ends import Item, Kind, NewRun


async def ruled_by(conn: AsyncConnection, code: str, year_of: date) -> InForce:
    """The edition by which a year is closed: the one in force on the last day of the year that holds `year_of`.

    Where everybody has a year of their own, the one in force on that day. Raises UnknownScheme, NoEditionThen.
    """
    await edition_store.scheme_by_code(conn, code)
    await edition_store.hold_law(conn)
    then = await claim_deciding.in_force(conn, code, year_of)
    ends = years.year_of(then.edition.year, year_of, None)
    return then if ends is None else await claim_deciding.in_force(conn, code, ends[1])


async def of_edition(conn: AsyncConnection, edition_id: UUID) -> InForce:
    """A published edition by its id, with its scheme. Raises UnknownEdition."""
    found = await edition_store.edition(conn, edition_id)
    scheme = next(each for each in await edition_store.schemes(conn) if each.scheme_id == found.scheme_id)
    edition = edition_store.parsed(found.document)
    return InForce(scheme=scheme, edition_id=edition_id, starts_on=found.starts_on, edition=edition)


def bounds(ruled: InForce, kind: Kind, year_of: date) -> Bounds:
    """First and last day of what is closed; of a wind-down, the last day of claiming alone. Raises NoSchemeYear, NoWindDown. Pure.

    Where everybody has a year of their own, the day itself stands for it: those are closed whose year that holds the day is over.
    """
    edition = ruled.edition
    if kind == "wind_down":
        if edition.wind_down is None or edition.wind_down.balances != "lapse":
            raise claim_refusals.NoWindDown(scheme=ruled.scheme.code)
        return edition.wind_down.last_claim_on, edition.wind_down.last_claim_on
    if isinstance(edition.year, periods.FromRegistration):
        return year_of, year_of
    found = years.year_of(edition.year, year_of, None)
    if found is None:
        raise claim_refusals.NoSchemeYear(scheme=ruled.scheme.code, on=year_of)
    return found


async def closings(conn: AsyncConnection, ruled: InForce, run: NewRun, *, now: datetime) -> list[Item]:
    """What the rule does to each wallet that holds anything of the years that are closed; in the order of the accounts."""
    held = await scheme_lots.of(conn, run.scheme_id, now=now)
    if run.kind == "year_end":
        people = await members.find_many(conn, [each.holder for each in held])
        held = [each for each in held if (each.holder in people) == (ruled.edition.holder == "member")]
    records = await fact_store.records_of(conn, [each.holder for each in held])
    chosen = await decrees.chosen_by(conn, ruled)
    born = await members.born_on(conn, [each.holder for each in held])
    found = [
        _item(ruled, run, each, _Known(records.get(each.holder, []), born.get(each.holder), chosen.get(each.holder, ())))
        for each in held
    ]
    return [item for item in found if item is not None and item.lapsed + item.carried]


class _Known(NamedTuple):
    """What is known of a holder, and which decrees they chose. A group has no birth date."""

    records: list[Record]
    born_on: date | None
    chosen: tuple[int, ...]


def _item(ruled: InForce, run: NewRun, held: Held, of: _Known) -> Item | None:
    """What the rule does to one wallet; None where the year of its holder cannot be told or is not over."""
    edition = ruled.edition
    registered_on = known.registered_on(of.records, ruled.scheme.code, run.year_of)
    if run.kind == "year_end":
        own = years.year_of(edition.year, run.year_of, registered_on)
        if own is None or own[1] >= run.closes_on:
            return None
    facts = YearEnd(
        member_id=held.holder,
        year_of=run.year_of,
        closed_on=run.closes_on,
        holdings=held.holdings,
        registered_on=registered_on,
        chosen=of.chosen,
        left_on=claim_facts.left_on(edition, of.records, of.born_on, registered_on, run.closes_on),
    )
    closing = year_end.close(edition, facts)
    return Item(
        account_id=held.account_id,
        item_id=ids.new_id(),
        holder=held.holder,
        lapsed=closing.lapsed,
        carried=closing.carried,
        facts=facts,
        closing=closing,
        entry_id=ids.new_id() if closing.lapsed else None,
    )
