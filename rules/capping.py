"""The caps of an edition on one attendance: what must be known of the past, and what of the earnings is left. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from rules import requirements, years
from rules.decision import Before, Beyond, Decision, Facts, Step, Window
from rules.earnings import Basis
from rules.seen import Seen
from rules.vocabulary import caps as vocabulary
from rules.vocabulary.caps import Cap
from rules.vocabulary.edition import Edition


@dataclass(frozen=True, slots=True)
class Room:
    """What is still to be granted while the caps are applied one after another; `convertible` is how much of it can become money."""

    basis: Basis
    before: Before
    minutes: int
    amount: int
    convertible: int
    beyond: tuple[Beyond, ...] = ()
    draws: int = 0
    bonus: int = 0

    @property
    def total(self) -> int:
        """What is granted, with what other budget lines bear and the bonus that no cap counts."""
        within = self.amount + self.bonus
        return within + sum(each.amount for each in self.beyond) if self.beyond else within


@dataclass(frozen=True, slots=True)
class Capped:
    """What the caps left, a step for each that cut, and what is not known; the last step is a reason if nothing is left.

    `rescues` is what is not known of caps beyond which other budget lines pay: it matters even where a later cap leaves nothing.
    """

    room: Room
    steps: tuple[Step, ...]
    unknown: tuple[Step, ...]
    rescues: tuple[Step, ...] = ()


def counting(edition: Edition, facts: Facts) -> Iterator[tuple[int, Cap]]:
    """The caps, with their numbers from 1, that count this kind of activity."""
    for number, cap in enumerate(edition.caps, start=1):
        if not cap.activity_kinds or facts.activity_kind in cap.activity_kinds:
            yield number, cap


def window_of(cap: Cap, edition: Edition, facts: Facts) -> Window | Step:
    """What a cap asks about the past, or the step that says what is not known and would have to be."""
    bounds = years.period(cap.per, facts.occurred_on, edition.year, facts.registered_on)
    if bounds is None:
        return Step("registration_day_unknown", {"counted_on": cap.per})
    within: list[tuple[str, str]] = []
    for dimension in cap.for_each:
        if dimension == "member":
            continue
        value: str | None = getattr(facts, dimension)
        if value is None:
            return Step("household_unknown", {}) if dimension == "household" else Step("place_unknown", {"dimension": dimension})
        within.append((dimension, value))
    of = "convertible" if cap.stops == "converting" and cap.of == "amount" else cap.of
    return Window(of, cap.per, *bounds, cap.activity_kinds, tuple(within), everybody="member" not in cap.for_each)


def measured(window: Window, decision: Decision) -> int:
    """What `decision` adds to a window that covers its facts."""
    return MEASURES[window.of](decision)


MEASURES: dict[str, Callable[[Decision], int]] = {
    "amount": lambda decision: decision.counted,
    "convertible": lambda decision: decision.can_be_converted - decision.bonus,
    "minutes": lambda decision: decision.minutes,
    "grants": lambda decision: int(decision.outcome == "granted"),
    "looked": lambda decision: decision.looked,
    "earned": lambda decision: decision.looked_earned,
}


def covers(window: Window, facts: Facts) -> bool:
    """Whether a grant for `facts` counts towards `window` (of the same member, or of everybody)."""
    return (
        window.first_on <= facts.occurred_on <= window.last_on
        and (not window.kinds or facts.activity_kind in window.kinds)
        and all(getattr(facts, dimension) == value for dimension, value in window.within)
    )


def apply(edition: Edition, seen: Seen, facts: Facts, room: Room) -> Capped:
    """`room` after all caps in their order."""
    known = {used.window: used.amount for used in facts.used}
    steps: list[Step] = []
    unknown: list[Step] = []
    rescues: list[Step] = []
    for number, cap in counting(edition, facts):
        applies = requirements.require(cap.who, seen)
        if applies.holds is False:
            continue
        window = window_of(cap, edition, facts)
        if applies.holds is None or isinstance(window, Step):
            untold = applies.steps if not isinstance(window, Step) else (window,)
            unknown += untold
            rescues += untold if isinstance(cap.overflow, vocabulary.ToFunding) else ()
            continue
        told: dict[str, int | str] = {"cap": number, "of": cap.of, "per": cap.per, "limit": cap.limit}
        told |= {"for_each": " ".join(cap.for_each)} | ({"kinds": " ".join(cap.activity_kinds)} if cap.activity_kinds else {})
        if window not in known:
            return Capped(replace(room, minutes=0, amount=0, beyond=(), draws=0), (*steps, Step("used_not_told", told)), ())
        left = max(0, cap.limit - max(0, known[window]))
        room, cut = _within(room, cap, left, told | {"used": known[window], "left": left})
        steps += cut
        if not room.total:
            break
    if room.convertible > room.total:
        room = replace(room, convertible=room.total)
    return Capped(room, tuple(steps), tuple(unknown), tuple(rescues))


def _within(room: Room, cap: Cap, left: int, told: dict[str, int | str]) -> tuple[Room, list[Step]]:
    """What remains with `left` of the cap, and the steps that say so."""
    if cap.stops == "converting":
        convertible = min(room.convertible, _left_of(room, cap, left)[1])
        if convertible == room.convertible:
            return room, []
        cut = Step("convertible_cut", told | {"before": room.convertible, "after": convertible})
        return replace(room, convertible=convertible), [cut]
    minutes, amount = _left_of(room, cap, left)
    if (minutes, amount) == (room.minutes, room.amount):
        return room, []
    over = room.amount - amount
    after, steps = _overflow(replace(room, minutes=minutes, amount=amount), room, cap.overflow, over)
    code = "cap_cut" if after.total else "cap_reached"
    return after, [Step(code, told | {"before": room.amount, "after": amount}), *steps]


def _left_of(room: Room, cap: Cap, left: int) -> tuple[int, int]:
    """Minutes and amount within `left` of the cap. Time beyond a cap on minutes is as if it had not been."""
    if not left:
        return 0, 0
    if cap.of == "amount":
        return room.minutes, min(room.amount, left)
    if cap.of == "grants":
        return room.minutes, room.amount
    minutes = min(room.minutes, left)
    return minutes, min(room.amount, room.basis.further(minutes, room.before).amount)


def _overflow(after: Room, before: Room, overflow: vocabulary.Overflow, over: int) -> tuple[Room, list[Step]]:
    if not over:
        return after, []
    match overflow:
        case vocabulary.ToNothing():
            return after, []
        case vocabulary.ToFunding():
            told: dict[str, int | str] = {"amount": over, "funding": " ".join(overflow.funding)}
            borne = (*after.beyond, Beyond(over, overflow.funding))
            return replace(after, minutes=before.minutes, beyond=borne), [Step("overflow_funding", told)]
        case vocabulary.ToDraw():
            return replace(after, draws=after.draws + over), [Step("overflow_draw", {"draws": over})]
