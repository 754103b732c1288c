"""What this room refuses. `invariant` is the name that the guard in PostgreSQL carries too. No refusal names a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from kernel.refusal import Refusal

# ----------------------------------------------------------------------------------------------- activities and slots


@dataclass(eq=False)
class UnknownActivity(Refusal):
    """No such activity in this municipality, or none that the caller may see."""

    activity_id: UUID


@dataclass(eq=False)
class UnknownSlot(Refusal):
    """No such slot in this municipality, or none that the caller may see."""

    slot_id: UUID


@dataclass(eq=False)
class UnknownVenue(Refusal):
    """The venue's code is genuine, and no slot has its number."""


@dataclass(eq=False)
class SlotClosed(Refusal):
    """The host has closed the slot; what is missing is corrected, not scanned."""

    invariant: ClassVar[str] = "slot_closed"
    slot_id: UUID
    closed_at: datetime


@dataclass(eq=False)
class SlotFull(Refusal):
    """Every place is taken."""

    invariant: ClassVar[str] = "slot_capacity"
    slot_id: UUID
    capacity: int
    booked: int


@dataclass(eq=False)
class NoSlotThen(Refusal):
    """The activity has no slot around that instant."""

    activity_id: UUID
    occurred_at: datetime


@dataclass(eq=False)
class TimesOutOfRange(Refusal):
    """The times do not make sense: the end before the start, or too far from today."""

    earliest: datetime
    latest: datetime
    minutes_max: int


@dataclass(eq=False)
class BookedAlready(Refusal):
    """The member has a place in this slot."""

    booking_id: UUID


@dataclass(eq=False)
class UnknownBooking(Refusal):
    """No such booking in this municipality, or none that the caller may see."""

    booking_id: UUID


# ----------------------------------------------------------------------------------------------- needs, offers, matches


@dataclass(eq=False)
class UnknownNeed(Refusal):
    """No such need in this municipality, or none that the caller may see."""

    need_id: UUID


@dataclass(eq=False)
class NeedNotOpen(Refusal):
    """The need was withdrawn, has expired, or is met by an accepted match."""

    need_id: UUID
    state: str


@dataclass(eq=False)
class PotNeedsCoordinator(Refusal):
    """Whether the community pot pays for help is for a coordinator or an officer to say."""


@dataclass(eq=False)
class PotForThoseWhoCannotEarn(Refusal):
    """The community pot pays for the help of those who cannot earn, and this member can."""

    member_id: UUID


@dataclass(eq=False)
class UnknownOffer(Refusal):
    """No such offer in this municipality, or none that the caller may see."""

    offer_id: UUID


@dataclass(eq=False)
class UnknownMatch(Refusal):
    """No such match in this municipality, or none that the caller may see."""

    match_id: UUID


@dataclass(eq=False)
class MatchNotOpen(Refusal):
    """The match is in a state in which this cannot be done any more, or not yet."""

    match_id: UUID
    state: str


@dataclass(eq=False)
class HelpHasBegun(Refusal):
    """The helper was scanned: from then on a coordinator calls the match off, and neither side."""

    match_id: UUID


@dataclass(eq=False)
class AnsweredOtherwise(Refusal):
    """This side has answered before, and differently. An accepted match can be cancelled at no cost."""

    invariant: ClassVar[str] = "answered_once"
    match_id: UUID
    side: str
    answer: str


@dataclass(eq=False)
class HelpingOneself(Refusal):
    """The helper is the one who asked."""

    invariant: ClassVar[str] = "nobody_helps_oneself"


@dataclass(eq=False)
class LimitBelowPlan(Refusal):
    """The most that both agree to is less than what is planned."""

    invariant: ClassVar[str] = "limit_covers_plan"
    minutes_planned: int
    minutes_max: int


# --------------------------------------------------------------------------------------------- scans and attendances


@dataclass(eq=False)
class ScanIdReused(Refusal):
    """Another scan was sent before under this id."""

    invariant: ClassVar[str] = "scan_pkey"
    scan_id: UUID


@dataclass(eq=False)
class ScanIncomplete(Refusal):
    """A scan by this method must say `missing`."""

    method: str
    missing: str


@dataclass(eq=False)
class ScanNotForRole(Refusal):
    """This role does not scan by this method."""

    method: str
    role: str


@dataclass(eq=False)
class ScanFromTheFuture(Refusal):
    """Even by the device's own clock this has not happened yet."""

    invariant: ClassVar[str] = "not_from_the_future"
    occurred_at: datetime
    latest: datetime


@dataclass(eq=False)
class ScanTooOld(Refusal):
    """Late paper is taken for 45 days; after that it is a correction."""

    occurred_at: datetime
    earliest: datetime


@dataclass(eq=False)
class ScanOutsideSlot(Refusal):
    """The slot was not going on then, with two hours' grace at both ends."""

    slot_id: UUID
    occurred_at: datetime
    earliest: datetime
    latest: datetime


@dataclass(eq=False)
class ScanOutsideMatch(Refusal):
    """The help was not planned for then, with two hours' grace at both ends."""

    match_id: UUID
    occurred_at: datetime
    earliest: datetime
    latest: datetime


@dataclass(eq=False)
class SelfConfirmation(Refusal):
    """Nobody confirms their own record: somebody else must do this."""

    invariant: ClassVar[str] = "nobody_confirms_oneself"


@dataclass(eq=False)
class UnknownAttendance(Refusal):
    """No such attendance in this municipality, or none that the caller may see."""

    attendance_id: UUID


@dataclass(eq=False)
class AttendanceSuperseded(Refusal):
    """The attendance was corrected before; `superseded_by` stands in its place."""

    invariant: ClassVar[str] = "superseded_once"
    attendance_id: UUID
    superseded_by: UUID


@dataclass(eq=False)
class AttendanceStands(Refusal):
    """The member's attendance at this slot is made already: correct it, with a reason."""

    attendance_id: UUID


@dataclass(eq=False)
class EditTwice(Refusal):
    """The same member is edited twice in one closing."""

    member_id: UUID


@dataclass(eq=False)
class NoMatchThen(Refusal):
    """Nothing is agreed between these two around that instant."""

    occurred_at: datetime


@dataclass(eq=False)
class UnreadableTelling(Refusal):
    """Nothing about an activity is called `what`: `readable_telling`, which PostgreSQL guards too."""

    invariant: ClassVar[str] = "readable_telling"
    what: str


@dataclass(eq=False)
class TellingOutOfRange(Refusal):
    """What is told is not within its bounds, or not said in the field for it: `yes`, `figure` or `words` (`say`)."""

    invariant: ClassVar[str] = "readable_telling"
    what: str
    say: str
    at_least: int
    at_most: int
