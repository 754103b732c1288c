"""What points buy besides money, to whom they can be passed on, and what many years of them are thanked with. Pure, and total.

Each way of passing on has one small function, registered by its type: `passes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import singledispatch
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from rules import claiming
from rules.decision import Count, Step
from rules.permission import Permission
from rules.seen import Numbers
from rules.vocabulary import between
from rules.vocabulary import ending as vocabulary
from rules.vocabulary.edition import Edition
from rules.vocabulary.ending import Relation

What = Literal["help", "goods", "donation", "pledge", "pot"]


class UseAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Somebody wants to spend `points` on something, for themselves or (`for_whom`) for one of their family.

    `into` says what it shall become where the edition offers several under one name. `left_on` is the last day on which they fulfilled
    the tests of the scheme, None while they do.
    """

    what: What
    used_on: date
    points: Annotated[int, Meta(ge=1)]
    for_whom: Relation | None = None
    into: str | None = None
    left_on: date | None = None


class Bought(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`points` buy `gets` of `unit`: of the points asked for, whole multiples of the price. Both 0 where it is not allowed."""

    allowed: bool
    points: Count
    gets: Count
    unit: str
    trace: tuple[Step, ...]

    @property
    def reason(self) -> str:
        """The code of the step that decided."""
        return self.trace[-1].code


class TransferAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Somebody passes points on to another, who is their `relation` (None: no relative), while alive or after death."""

    transferred_on: date
    relation: Relation | None = None
    after_death: bool = False


class Honour(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How far somebody is towards an award (its number in the document, from 1): `run` years in a row, and whether that is enough.

    `now` says that the last year of the row completed the number of years: the award is due for the first time, or again after as many
    more.
    """

    award: int
    run: Count
    earned: bool
    now: bool


# ------------------------------------------------------------------------------------------------------------------ uses


def use(edition: Edition, asked: UseAsked) -> Bought:
    """What `asked` buys."""
    stopped = claiming.not_on(edition, asked.used_on) or claiming.left(edition.status_loss, asked.left_on, asked.used_on)
    if stopped is not None:
        return _not_used(edition.unit, stopped)
    offered = [each for each in edition.uses if each.what == asked.what and asked.into in (None, each.into)]
    if not offered:
        return _not_used(edition.unit, Step("use_not_offered", {"what": asked.what}))
    found = next((each for each in offered if _is_for(each, asked.for_whom)), None)
    if found is None:
        return _not_used(edition.unit, Step("use_not_for_them", {"what": asked.what, "for_whom": asked.for_whom or ""}))
    times = max(0, asked.points) // found.give
    told: Numbers = {"what": found.what, "give": found.give, "get": found.get, "into": found.into}
    if not times:
        return _not_used(edition.unit, Step("below_one_use", told | {"points": asked.points}))
    points, gets = times * found.give, times * found.get
    used = Step("used", told | {"points": points, "gets": gets})
    return Bought(allowed=True, points=points, gets=gets, unit=found.into, trace=(used,))


def _is_for(offered: between.Use, for_whom: Relation | None) -> bool:
    return for_whom is None or for_whom in offered.also_for


def _not_used(unit: str, step: Step) -> Bought:
    return Bought(allowed=False, points=0, gets=0, unit=unit, trace=(step,))


# --------------------------------------------------------------------------------------------------------------- transfers


def transfer(edition: Edition, asked: TransferAsked) -> Permission:
    """Whether points may be passed on so."""
    stopped = claiming.not_on(edition, asked.transferred_on)
    refused = stopped or passes(edition.transfer, asked)
    if refused is not None:
        return Permission(False, (refused,))
    return Permission(True, (Step("transfer_allowed", {"relation": asked.relation or "", "after_death": _yes(asked)}),))


@singledispatch
def passes(rule: object, asked: TransferAsked) -> Step | None:
    """Why points may not be passed on so; None where they may."""
    raise NotImplementedError(f"no way of passing on is of the kind {type(rule)}")


@passes.register
def passes_never(_: vocabulary.Forbidden, asked: TransferAsked) -> Step | None:
    """Never."""
    del asked
    return Step("transfer_forbidden", {})


@passes.register
def passes_to_family(rule: vocabulary.WithinFamily, asked: TransferAsked) -> Step | None:
    """To the relatives that are named, while alive and after."""
    return None if asked.relation in rule.relations else _not_related(rule.relations, asked)


@passes.register
def passes_after_death(rule: vocabulary.AfterDeath, asked: TransferAsked) -> Step | None:
    """To the relatives that are named, after death alone."""
    if not asked.after_death:
        return Step("transfer_after_death_only", {})
    return None if asked.relation in rule.relations else _not_related(rule.relations, asked)


@passes.register
def passes_freely(_: vocabulary.Free, asked: TransferAsked) -> Step | None:
    """To anybody."""
    del asked


def _not_related(relations: Iterable[Relation], asked: TransferAsked) -> Step:
    return Step("transfer_not_related", {"relation": asked.relation or "", "relations": " ".join(relations)})


def _yes(asked: TransferAsked) -> str:
    return "yes" if asked.after_death else "no"


# ----------------------------------------------------------------------------------------------------------------- awards


def award(edition: Edition, points_by_year: Mapping[int, int], year: int) -> tuple[Honour, ...]:
    """How far somebody is towards each award in the scheme year that began in the calendar year `year`.

    The row goes up to the last year that is complete or has enough already: before `year` has enough, up to the one before it.

    `points_by_year` is what was granted to them in each scheme year, by the calendar year in which it began; a year that is missing had
    nothing.
    """
    honours: list[Honour] = []
    for number, rule in enumerate(edition.awards, start=1):
        run = _run(points_by_year, year, rule.at_least) or _run(points_by_year, year - 1, rule.at_least)
        whole, rest = divmod(run, rule.years_in_a_row)
        honours.append(Honour(award=number, run=run, earned=whole > 0, now=whole > 0 and not rest))
    return tuple(honours)


def _run(points_by_year: Mapping[int, int], year: int, at_least: int) -> int:
    """How many years in a row, up to `year`, had enough."""
    run = 0
    while points_by_year.get(year - run, 0) >= max(1, at_least):
        run += 1
    return run
