"""What a claim is decided on: what the claimant holds of the scheme, what is recorded of them, and what was claimed before.

Everything is read as of the day of the claim, under the locks that `flows.claim` took: a claim that waits for an answer is decided by
the same rule as one that was answered at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from community import members
from flows import decrees
from rules import asking, convert, decision_store, fact_store, known, requirements
from rules.decision import Answer, Question, Used, Window
from rules.decision_store import Asked
from rules.edition_store import InForce
from rules.known import Record
from rules.payout import Claim
from rules.seen import Seen
from rules.vocabulary import part, person, who
from rules.vocabulary.edition import Edition
from rules.vocabulary.who import Test
from wallets import claim_limits, scheme_lots
from wallets.claims import NewClaim


async def collect(conn: AsyncConnection, ruled_by: InForce, claim: NewClaim, *, now: datetime) -> Claim:
    """All that the edition may see of a claim. A group has no birth date."""
    records, born_on = await _of_person(conn, claim)
    held = await scheme_lots.of(conn, claim.scheme_id, claim.holder, now=now)
    edition = ruled_by.edition
    registered_on = known.registered_on(records, ruled_by.scheme.code, claim.claimed_on)
    seen = Claim(
        claim_id=claim.claim_id,
        member_id=claim.holder,
        claimed_on=claim.claimed_on,
        holdings=tuple(holding for wallet in held for holding in wallet.holdings),
        amount=claim.amount,
        form=claim.form,
        directed_to=str(claim.directed_to) if claim.directed_to is not None else None,
        deductions=claim.deductions,
        registered_on=registered_on,
        left_on=left_on(edition, records, born_on, registered_on, claim.claimed_on),
        chosen=(await decrees.chosen_by(conn, ruled_by, claim.holder)).get(claim.holder, ()),
    )
    return msgspec.structs.replace(
        seen,
        answers=known.answers(convert.questions(edition, seen), records, born_on),
        used=await _past(conn, claim, convert.needs(edition, seen)),
    )


async def _past(conn: AsyncConnection, claim: NewClaim, windows: Sequence[Window]) -> tuple[Used, ...]:
    """What limits count of earlier claims, and what tests count of what was granted, in the order asked."""
    claimed = await claim_limits.used(conn, claim.scheme_id, claim.holder, [each for each in windows if convert.of_claims(each)])
    asked = [Asked(claim.holder, claim.scheme_id, each) for each in windows if not convert.of_claims(each)]
    known = {used.window: used for used in (*claimed, *await decision_store.used(conn, asked))}
    return tuple(known[window] for window in windows)


def left_on(
    edition: Edition, records: Sequence[Record], born_on: date | None, registered_on: date | None, on: date
) -> date | None:
    """The last day before `on` on which somebody fulfilled the tests of the person in the chapters on registration and eligibility.

    None while they do, while it is not known, and where they never did. It is looked for where a record begins or ends. Pure.
    """
    tests = [test for test in (*edition.registration, *edition.eligibility) if _personal(test)]

    def holds(day: date) -> bool | None:
        plain = Seen(day, edition.year, registered_on, {})
        answers = known.answers(tuple(asking.questions(tests, plain)), records, born_on)
        told: dict[Question, Answer] = {answer.question: answer for answer in answers}
        return requirements.require(tests, Seen(day, edition.year, registered_on, told)).holds

    if holds(on) is not False:
        return None
    return next((day for day in sorted(_turns(records, on), reverse=True) if holds(day)), None)


def _turns(records: Sequence[Record], on: date) -> Iterator[date]:
    """The days before `on` after which a record says something else."""
    for record in records:
        for day in (record.last, record.first - timedelta(days=1) if record.first > part.DATE_FIRST else record.first):
            if day < on:
                yield day


def _personal(test: Test) -> bool:
    """Whether a test asks about the person alone."""
    if isinstance(test, who.AllOf | who.AnyOf | who.NoneOf):
        return all(_personal(each) for each in test.tests)
    return isinstance(test, person.Personal)


async def _of_person(conn: AsyncConnection, claim: NewClaim) -> tuple[list[Record], date | None]:
    born = await members.born_on(conn, [claim.holder])
    records = await fact_store.records_of(conn, [claim.holder])
    return records.get(claim.holder, []), born.get(claim.holder)
