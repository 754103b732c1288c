"""Matched help is over: the helper's time becomes an attendance, and what was held for it becomes the helper's.

What really happened is paid, within the limit that both agreed to, and the rest is free again; all of it in the one transaction of the
last scan, or of the coordinator who writes down what was told by phone. Where the evidence is little, what is held stays held until
somebody vouches for the attendance (`flows.sign_off`), and is paid then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances, locks, matches, presence, scan_times, scans
from activities.attendances import Attendance, NewAttendance
from activities.matches import Match
from activities.presence import Mark, Span, Visit
from activities.refusals import MatchNotOpen, TimesOutOfRange, UnknownMatch
from activities.scans import Scan
from community.actor import Actor
from flows import grant, reach
from flows import matches as agreements
from kernel import days, ids, text
from ledger import accounts, holds, posting
from ledger.draft import Confirm, Draft, Oldest, move
from wallets import redemptions
from wallets.redemptions import Redemption

EVIDENCE_MIN = 2  # below this somebody has to vouch for it


class HelpTold(msgspec.Struct, frozen=True, kw_only=True):
    """Help that was given without scans, as told to a coordinator, and why there are none."""

    match_id: UUID
    started_at: datetime
    ended_at: datetime
    reason: str


class HelpDone(msgspec.Struct, frozen=True, kw_only=True):
    """The attendance that was made, what the receiver paid for it (minor units), and what the municipality granted."""

    attendance_id: UUID
    minutes: int
    flags: tuple[str, ...]
    paid: int
    entry_id: UUID | None
    grants: tuple[grant.Granted, ...]


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """The attendance and the payment of a match that is done; nothing is paid yet where the attendance awaits sign-off."""

    attendance: Attendance
    paid: int
    entry_id: UUID | None


async def tell(conn: AsyncConnection, asked: HelpTold, *, actor: Actor, now: datetime) -> HelpDone:
    """A coordinator or officer, who is neither side, writes down help that was given, with a reason.

    Raises UnknownMatch, SelfConfirmation, MatchNotOpen, ScanOutsideMatch, ScanTooOld, ScanFromTheFuture, TimesOutOfRange,
    InsufficientBalance (when what was held has lapsed and the wallet cannot pay).
    """
    if actor.role not in reach.TOWN_ROLES:
        raise UnknownMatch(match_id=asked.match_id)
    match = await reach.match(conn, asked.match_id, actor)
    reach.not_oneself(match.helper_id, actor)
    reach.not_oneself(match.receiver_id, actor)
    match = await opened(conn, asked.match_id)
    within = scan_times.around(match.longest)
    if asked.started_at >= asked.ended_at:
        raise TimesOutOfRange(earliest=within.starts_at, latest=within.ends_at, minutes_max=match.minutes_max)
    reason = text.clean("reason", asked.reason)
    told = [
        _told_scan(match, "in", asked.started_at, reason, actor, now),
        _told_scan(match, "out", asked.ended_at, reason, actor, now),
    ]
    for scan in told:
        scan_times.corrected(scan.occurred_at, 0, now)
        scan_times.check_at_match(match.match_id, match.longest, scan.occurred_at)
    await scans.record(conn, told)
    marks = [Mark(scan_id=each.scan_id, direction=each.direction, at=each.occurred_at, evidence=each.evidence) for each in told]
    done = await finish(conn, match, presence.visits(marks), actor=actor, now=now)
    granted = await grant.for_attendances(conn, [done.attendance.attendance_id], actor=actor.principal_id, now=now)
    return HelpDone(
        attendance_id=done.attendance.attendance_id,
        minutes=done.attendance.minutes,
        flags=done.attendance.flags,
        paid=done.paid,
        entry_id=done.entry_id,
        grants=tuple(granted),
    )


async def opened(conn: AsyncConnection, match_id: UUID) -> Match:
    """The match under its lock, if it is accepted and not over. Raises UnknownMatch, MatchNotOpen."""
    await locks.match(conn, match_id)
    match = await matches.find(conn, match_id)
    if match.state != "accepted":
        raise MatchNotOpen(match_id=match_id, state=match.state)
    return match


async def finish(conn: AsyncConnection, match: Match, told: Sequence[Visit], *, actor: Actor, now: datetime) -> Finished:
    """Makes the helper's attendance of these visits, pays for it and ends the match; under the lock of the match.

    Time that counts elsewhere is neither counted nor paid; what awaits sign-off is not paid yet. Raises InsufficientBalance.
    """
    await locks.members(conn, [match.helper_id])
    marks = [mark.at for visit in told for mark in visit.marks]
    around = Span(min([*marks, match.starts_at]), max([*marks, match.longest.ends_at]))
    elsewhere = await attendances.elsewhere(conn, [match.helper_id], around)
    found = presence.settle(told, match.planned, elsewhere=elsewhere.get(match.helper_id, ()))
    new = NewAttendance(
        attendance_id=ids.new_id(),
        member_id=match.helper_id,
        match_id=match.match_id,
        role="helper",
        kind=match.kind,
        presence=presence.limited(found, match.minutes_max),
        needs_signoff=found.evidence < EVIDENCE_MIN,
        made_by=actor.principal_id,
    )
    await attendances.make(conn, [new], now=now)
    if new.needs_signoff and actor.role in reach.TOWN_ROLES and actor.member_id != match.helper_id:
        await attendances.sign(conn, [new.attendance_id], signed_by=actor.principal_id, now=now)
    attendance = await attendances.find(conn, new.attendance_id)
    await matches.end(conn, match.match_id, "done", ended_by=actor.principal_id, now=now)
    if attendance.awaits_signoff:
        return Finished(attendance=attendance, paid=0, entry_id=None)
    entry_id = await settle(conn, match, attendance, actor=actor, now=now)
    paid = match.pay_for(attendance.minutes)
    return Finished(attendance=attendance, paid=paid, entry_id=entry_id)


async def settle(conn: AsyncConnection, match: Match, attendance: Attendance, *, actor: Actor, now: datetime) -> UUID | None:
    """Pays for an attendance that stands vouched for, and frees what is still held. The entry; None where nothing is to be paid.

    Raises InsufficientBalance.
    """
    entry_id = await _pay(conn, match, attendance, actor, now) if match.pay_for(attendance.minutes) else None
    await agreements.release(conn, match.match_id, actor, now)
    return entry_id


async def _pay(conn: AsyncConnection, match: Match, attendance: Attendance, actor: Actor, now: datetime) -> UUID:
    """Moves what the minutes of the attendance cost from who pays to the helper: from what is held, as far as it is."""
    amount = match.pay_for(attendance.minutes)
    payer = await agreements.payer_account(conn, match)
    helper = await accounts.ensure(conn, "wallet", match.pay_unit_id, match.helper_id)
    hold = await holds.of_cause(conn, "match", match.match_id)
    confirms = Confirm(hold.hold_id, amount) if hold is not None and hold.reserves(now) else None
    draft = Draft(
        entry_id=ids.new_id(),
        kind="help",
        occurred_at=attendance.started_at,
        booked_on=days.local_date(now),
        cause_kind="attendance",
        cause_id=attendance.attendance_id,
        lines=move(payer, helper, amount, take=Oldest(expired_too=confirms is not None)),
        actor=actor.principal_id,
        confirms=confirms,
    )
    await posting.post_one(conn, draft, now=now)
    redemption = Redemption(
        redemption_id=ids.new_id(),
        kind="help",
        holder=match.receiver_id,
        unit_id=match.pay_unit_id,
        amount=amount,
        entry_id=draft.entry_id,
        redeemed_at=now,
        actor=actor.principal_id,
        attendance_id=attendance.attendance_id,
        counterparty=match.helper_id,
        note="paid by the pot" if match.payer == "pot" else None,
    )
    await redemptions.record(conn, redemption)
    return draft.entry_id


def _told_scan(match: Match, direction: presence.Direction, at: datetime, reason: str, actor: Actor, now: datetime) -> Scan:
    return Scan(
        scan_id=ids.new_id(),
        member_id=match.helper_id,
        slot_id=None,
        match_id=match.match_id,
        direction=direction,
        method="manual",
        evidence=1,
        occurred_at=at,
        received_at=now,
        skew_seconds=0,
        scanned_by=actor.principal_id,
        credential_id=None,
        reason=reason,
    )
