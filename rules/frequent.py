"""What depends on how often, or how long, somebody came in a period: time that is added up before it is rounded, and bonuses. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules import years
from rules.capping import Room
from rules.decision import Before, Facts, Step, Window
from rules.vocabulary import earning as vocabulary
from rules.vocabulary import part
from rules.vocabulary.earning import Bonus, Clause
from rules.vocabulary.edition import Edition

Known = dict[Window, int]


def _window(of: str, per: str, kinds: tuple[str, ...], edition: Edition, facts: Facts) -> Window | Step:
    """What is asked about the past of a member, or the step that says what is not known and would have to be."""
    bounds = years.period(per, facts.occurred_on, edition.year, facts.registered_on)
    if bounds is None:
        return Step("registration_day_unknown", {"counted_on": per})
    measure = {"looked": "looked", "earned": "earned", "grants": "grants", "amount": "amount", "minutes": "minutes"}[of]
    named = () if part.ANY_KIND in kinds else kinds
    return Window(measure, per, *bounds, named)  # pyright: ignore[reportArgumentType]


# --------------------------------------------------------------------------------------------------- time that is added up


def summed_over(clause: Clause) -> str | None:
    """The period whose time a clause adds up, or None."""
    return clause.earn.summed_over if isinstance(clause.earn, vocabulary.PerTime | vocabulary.Bands) else None


def sums(clause: Clause, edition: Edition, facts: Facts) -> tuple[Window | Step, ...]:
    """What a clause that adds up time asks: the minutes looked at in the period, and what they earned."""
    per = summed_over(clause)
    return () if per is None else tuple(_window(of, per, clause.activity_kinds, edition, facts) for of in ("looked", "earned"))


def before(windows: tuple[Window | Step, ...], known: Known) -> Before | Step:
    """What the period had before these facts, or the step that says why it cannot be told."""
    figures: list[int] = []
    for window in windows:
        if isinstance(window, Step):
            return window
        if window not in known:
            return Step("used_not_told", {"of": window.of, "per": window.per})
        figures.append(max(0, known[window]))
    return Before(*figures)


# ------------------------------------------------------------------------------------------------------------------ bonuses


@dataclass(frozen=True, slots=True)
class Given:
    """The room with the bonuses in it, a step for each, and what is not known."""

    room: Room
    steps: tuple[Step, ...] = ()
    unknown: tuple[Step, ...] = ()


def counting(edition: Edition, facts: Facts) -> Iterator[Bonus]:
    """The bonuses that count this kind of activity."""
    for bonus in edition.bonuses:
        if facts.activity_kind in bonus.activity_kinds or part.ANY_KIND in bonus.activity_kinds:
            yield bonus


def asked(bonus: Bonus, edition: Edition, facts: Facts) -> Window | Step:
    """What a bonus asks about the past."""
    return _window(bonus.of, bonus.per, bonus.activity_kinds, edition, facts)


def give(edition: Edition, facts: Facts, room: Room, known: Known, *, capped: bool) -> Given:
    """The bonuses whose number is reached: those that the caps cut (`capped`, before them), or those that they leave alone (after)."""
    steps: list[Step] = []
    for bonus in counting(edition, facts) if room.total else ():
        if bonus.capped is not capped:
            continue
        window = asked(bonus, edition, facts)
        if isinstance(window, Step):
            return Given(room, tuple(steps), (window,))
        if window not in known:
            return Given(
                replace(room, minutes=0, amount=0, beyond=(), bonus=0),
                (Step("used_not_told", {"of": bonus.of, "per": bonus.per}),),
            )
        used = max(0, known[window])
        reached = used + {"grants": 1, "amount": room.total, "minutes": room.minutes}[bonus.of]
        times = reached // bonus.at - used // bonus.at if bonus.repeats else int(used < bonus.at <= reached)
        if times:
            added = times * bonus.amount
            told: dict[str, int | str] = {"of": bonus.of, "at": bonus.at, "per": bonus.per, "reached": reached, "amount": added}
            steps.append(Step("bonus", told))
            room = _with(room, added, capped=capped)
    return Given(room, tuple(steps))


def _with(room: Room, added: int, *, capped: bool) -> Room:
    grown = replace(room, amount=room.amount + added) if capped else replace(room, bonus=room.bonus + added)
    return replace(grown, convertible=room.convertible + added)
