"""What comes of the events between members in a trial: fees, transfers, uses, registrations, awards."""

from __future__ import annotations

import msgspec

from rules import charging, claiming, known, passing, registering, years
from rules import trial_document as document
from rules.charging import Occurrence
from rules.decision import Step
from rules.passing import TransferAsked, UseAsked
from rules.trial_document import Member
from rules.trial_purse import Purse, Result, Told, of_member, plain
from rules.vocabulary.edition import Edition


def of_a_member(
    edition: Edition, purse: Purse, event: document.Transfer | document.Use | document.Registration | document.Award
) -> Told:
    """What comes of what a member asks for."""
    match event:
        case document.Transfer():
            return _transfer(edition, purse, event)
        case document.Use():
            return _use(edition, purse, event)
        case document.Registration():
            return _registration(edition, purse, event)
        case document.Award():
            return _award(edition, purse, event)


def fee(edition: Edition, member: Member | None, event: document.Fee) -> Told:
    """What the receiver owes."""
    plain_ = Occurrence(
        activity_kind=event.activity_kind,
        occurred_on=event.occurred_on,
        minutes=event.minutes,
        planned_minutes=event.planned_minutes,
        notice=event.notice,
        expenses=event.expenses,
        marks=event.marks,
        counts=event.counts,
        measures=event.measures,
        holiday=event.holiday,
        started_minute=minute_of(event.started_at),
        host_amount=event.host_amount,
        attested=event.attested,
    )
    charged = charging.charge(edition, _answered(edition, member, plain_))
    told: dict[str, int | str] = {"fee": charged.amount, "expenses": charged.expenses}
    told |= {"tickets": charged.tickets, "books": charged.books} if charged.tickets else {}
    told |= {f"to_{who}": amount for who, amount in charged.shares.items()}
    result = plain(event, charged.outcome, charged.total, charged.unit, charged.trace)
    return msgspec.structs.replace(result, details=told), charged


def _answered(edition: Edition, member: Member | None, occurrence: Occurrence) -> Occurrence:
    """The occurrence with what is known of who owes the fee."""
    if member is None:
        return occurrence
    known_of = msgspec.structs.replace(occurrence, registered_on=member.registered_on)
    answers = known.answers(charging.questions(edition, known_of), member.facts, member.born_on)
    return msgspec.structs.replace(known_of, answers=answers)


def _transfer(edition: Edition, purse: Purse, event: document.Transfer) -> Told:
    """Whether points are passed on; where they are, they leave the purse."""
    asked = TransferAsked(transferred_on=event.transferred_on, relation=event.relation, after_death=event.after_death)
    permission = passing.transfer(edition, asked)
    return _spent(edition, purse, event, permission.allowed is True, permission.trace), permission


def _use(edition: Edition, purse: Purse, event: document.Use) -> Told:
    """What points buy; what is used leaves the purse."""
    asked = UseAsked(
        what=event.what,
        used_on=event.used_on,
        points=event.amount,
        for_whom=event.for_whom,
        into=event.into,
        left_on=purse.member.left_on,
    )
    used = passing.use(edition, asked)
    result = _spent(edition, purse, msgspec.structs.replace(event, amount=max(used.points, 1)), used.allowed, used.trace)
    return msgspec.structs.replace(result, details={"gets": used.gets, "into": used.unit}), used


def _spent(
    edition: Edition, purse: Purse, event: document.Transfer | document.Use, allowed: bool, trace: tuple[Step, ...]
) -> Result:
    on = event.used_on if isinstance(event, document.Use) else event.transferred_on
    usable = purse.usable(edition, on)
    held = sum(holding.remaining for holding in usable)
    if allowed and held < event.amount:
        short = Step("not_enough_held", {"amount": event.amount, "balance": held, "unit": edition.unit})
        return of_member(purse, plain(event, "refused", 0, edition.unit, (*trace, short)))
    if allowed:
        purse.take(claiming.take(((holding.holding_id, holding.remaining) for holding in usable), event.amount))
    return of_member(
        purse, plain(event, "allowed" if allowed else "refused", event.amount if allowed else 0, edition.unit, trace)
    )


def _registration(edition: Edition, purse: Purse, event: document.Registration) -> Told:
    """Whether a member may register on the day."""
    asked = registering.questions(edition, event.on)
    answers = known.answers(asked, purse.member.facts, purse.member.born_on)
    permission = registering.may_register(edition, event.on, answers)
    outcome = {True: "allowed", False: "refused", None: "ask"}[permission.allowed]
    return of_member(purse, plain(event, outcome, 0, edition.unit, permission.trace)), permission


def _award(edition: Edition, purse: Purse, event: document.Award) -> Told:
    """Which awards are due on the day, by what was granted in each scheme year."""
    bounds = years.year_of(edition.year, event.on, purse.member.registered_on)
    honours = passing.award(edition, purse.granted_by_year, bounds[0].year) if bounds is not None else ()
    steps = tuple(Step("award", {"award": each.award, "run": each.run, "earned": int(each.earned)}) for each in honours)
    due = sum(each.earned for each in honours)
    return of_member(purse, plain(event, "awarded" if due else "nothing", due, "award", steps)), None


def minute_of(time_of_day: str | None) -> int | None:
    """The minute of the day of a time such as 09:30."""
    if time_of_day is None:
        return None
    hours, minutes = time_of_day.split(":")
    return int(hours) * 60 + int(minutes)
