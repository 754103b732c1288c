"""From scans to time, purely: what a person's check-ins and check-outs at one slot or match prove, counted once.

The time is the union of the intervals, never their sum. A forgotten check-out becomes the planned end and a forgotten check-in the
planned start, flagged; what lies outside the window or in another attendance of the same person is not counted, flagged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

Direction = Literal["in", "out"]

GRACE = timedelta(minutes=30)  # before the planned start and after the planned end; more is clipped
REPEAT = timedelta(seconds=60)  # a card read twice says the same thing twice

START_ASSUMED = "start_assumed"
END_ASSUMED = "end_assumed"
OVERLAP = "overlap"
CLIPPED = "clipped"
OVER_LIMIT = "over_limit"
ABSENT = "absent"
EDITED = "edited"
CORRECTED = "corrected"


class Span(msgspec.Struct, frozen=True):
    """From `starts_at` up to, not including, `ends_at`."""

    starts_at: datetime
    ends_at: datetime


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One scan of a person at a slot or match. `settled`: an attendance rests on it already."""

    scan_id: UUID
    direction: Direction
    at: datetime
    evidence: int
    settled: bool = False


class Visit(msgspec.Struct, frozen=True):
    """A coming and a going with the scans that tell of them; None where that end was not scanned."""

    marks: tuple[Mark, ...]
    came_at: datetime | None
    left_at: datetime | None

    @property
    def settled(self) -> bool:
        """Whether an attendance rests on it already."""
        return any(mark.settled for mark in self.marks)

    @property
    def evidence(self) -> int:
        """The lowest of its scans."""
        return min(mark.evidence for mark in self.marks)

    @property
    def both_ends(self) -> bool:
        """Whether both ends were scanned."""
        return self.came_at is not None and self.left_at is not None


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """The time that visits prove. `minutes` are of all spans, by the clock on the wall; `evidence` is the lowest of the scans."""

    spans: tuple[Span, ...]
    started_at: datetime
    ended_at: datetime
    minutes: int
    evidence: int
    flags: tuple[str, ...]
    scan_ids: tuple[UUID, ...]


def visits(marks: Iterable[Mark]) -> list[Visit]:
    """The visits that scans tell of, in order of time.

    A second check-in while one is open, and a second check-out after one, say nothing new and join the visit beside them. Only a
    check-out before which there is nothing at all stands alone.
    """
    found: list[Visit] = []
    for mark in sorted(marks, key=lambda each: (each.at, each.direction, each.scan_id)):
        last = found[-1] if found else None
        if mark.direction == "in" and (last is None or last.left_at is not None):
            found.append(Visit((mark,), mark.at, None))
        elif last is None:
            found.append(Visit((mark,), None, mark.at))
        else:
            left_at = mark.at if mark.direction == "out" and last.left_at is None else last.left_at
            found[-1] = Visit((*last.marks, mark), last.came_at, left_at)
    return found


def direction_at(marks: Iterable[Mark], at: datetime) -> Direction:
    """What a scan at `at` means when it does not say: out if the person is in by then, else in; a repeat says the same again."""
    before = [mark for mark in marks if mark.at <= at]
    if not before:
        return "in"
    nearest = max(before, key=lambda each: (each.at, each.direction, each.scan_id))
    if at - nearest.at < REPEAT:
        return nearest.direction
    return "out" if visits(before)[-1].left_at is None else "in"


def window(planned: Span) -> Span:
    """The time that can count at a slot: the plan and GRACE at both ends."""
    return Span(planned.starts_at - GRACE, planned.ends_at + GRACE)


def settle(told: Sequence[Visit], planned: Span, *, within: Span | None = None, elsewhere: Sequence[Span] = ()) -> Presence:
    """What the visits `told` (at least one) prove, `within` a window, without the time that counts `elsewhere`."""
    flags: set[str] = set()
    spans = _counted([_planned_where_untold(visit, planned, flags) for visit in told], within, elsewhere, flags)
    marks = [mark for visit in told for mark in visit.marks]
    evidence = min(mark.evidence for mark in marks)
    return _proved(spans, min(mark.at for mark in marks), evidence, flags, [mark.scan_id for mark in marks])


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says in place of the scans (`scan_ids`, which stand beside it): a span, empty for an absence.

    `flag` tells in the record that it was said so.
    """

    span: Span
    evidence: int
    flag: str
    scan_ids: tuple[UUID, ...] = ()


def state(told: Stated, *, within: Span | None = None, elsewhere: Sequence[Span] = ()) -> Presence:
    """The presence that somebody states, held to the same window and counted once like any other."""
    flags = {told.flag}
    spans = _counted([told.span], within, elsewhere, flags)
    return _proved(spans, told.span.starts_at, told.evidence, flags, told.scan_ids)


def limited(presence: Presence, minutes_max: int) -> Presence:
    """`presence`, counted up to `minutes_max` from its beginning and flagged where it was longer."""
    if presence.minutes <= minutes_max:
        return presence
    left = timedelta(minutes=minutes_max)
    kept: list[Span] = []
    for span in presence.spans:
        length = min(span.ends_at - span.starts_at, left)
        if length > timedelta(0):
            kept.append(Span(span.starts_at, span.starts_at + length))
            left -= length
    return msgspec.structs.replace(
        presence,
        spans=tuple(kept),
        ended_at=kept[-1].ends_at if kept else presence.started_at,
        minutes=minutes(kept),
        flags=tuple(sorted({*presence.flags, OVER_LIMIT})),
    )


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time as the fewest spans, in order; empty ones vanish."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.starts_at, each.ends_at)):
        if span.starts_at >= span.ends_at:
            continue
        if merged and span.starts_at <= merged[-1].ends_at:
            merged[-1] = Span(merged[-1].starts_at, max(merged[-1].ends_at, span.ends_at))
        else:
            merged.append(span)
    return merged


def intersection(spans: Sequence[Span], within: Span) -> list[Span]:
    """The part of `spans` that lies in `within`."""
    return union(Span(max(each.starts_at, within.starts_at), min(each.ends_at, within.ends_at)) for each in spans)


def difference(spans: Sequence[Span], taken: Iterable[Span]) -> list[Span]:
    """The part of `spans` that no span of `taken` covers."""
    left = union(spans)
    for gone in union(taken):
        before = [Span(each.starts_at, min(each.ends_at, gone.starts_at)) for each in left]
        after = [Span(max(each.starts_at, gone.ends_at), each.ends_at) for each in left]
        left = union([*before, *after])
    return left


def minutes(spans: Iterable[Span]) -> int:
    """The minutes of spans that do not overlap, by the clock on the wall: its seconds do not count.

    Who is scanned at 10:00:40 and at 11:00:10 was there from 10:00 to 11:00, and loses no half hour over thirty seconds.
    """
    on_the_wall = [(_minute(each.starts_at), _minute(each.ends_at)) for each in spans]
    return sum((ends - starts for starts, ends in on_the_wall), timedelta(0)) // timedelta(minutes=1)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _planned_where_untold(visit: Visit, planned: Span, flags: set[str]) -> Span:
    came_at, left_at = visit.came_at, visit.left_at
    if came_at is None:
        flags.add(START_ASSUMED)
        came_at = planned.starts_at
    if left_at is None:
        flags.add(END_ASSUMED)
        left_at = planned.ends_at
    return Span(came_at, left_at)


def _counted(spans: Iterable[Span], within: Span | None, elsewhere: Sequence[Span], flags: set[str]) -> list[Span]:
    """The time of `spans` that counts here; `flags` learns why some does not."""
    counted = union(spans)
    if within is not None:
        counted = _less(counted, intersection(counted, within), CLIPPED, flags)
    return _less(counted, difference(counted, elsewhere), OVERLAP, flags)


def _proved(spans: Sequence[Span], first: datetime, evidence: int, flags: set[str], scan_ids: Sequence[UUID]) -> Presence:
    return Presence(
        spans=tuple(spans),
        started_at=spans[0].starts_at if spans else first,
        ended_at=spans[-1].ends_at if spans else first,
        minutes=minutes(spans),
        evidence=evidence,
        flags=tuple(sorted(flags)),
        scan_ids=tuple(sorted(scan_ids)),
    )


def _less(spans: list[Span], kept: list[Span], flag: str, flags: set[str]) -> list[Span]:
    if kept != spans:
        flags.add(flag)
    return kept
