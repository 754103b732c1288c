"""What a simulation tells: tables, members, budget lines, caps, questions and what it could pay out. Pure, ready for JSON.

Every amount is in minor units of the scheme's unit, which people see with `scale` decimals. `draft` is what the draft would have
granted, `current` what was decided and stands, `difference` the draft less the current.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from rules import exhaustion, paying, totals
from rules.exhaustion import Line, LineUse
from rules.paying import FormPays
from rules.phrases import labels
from rules.phrases.speak import Tongue
from rules.totals import Cell, Totals
from rules.vocabulary.conversion import Exchange
from rules.vocabulary.edition import Edition
from rules.vocabulary.part import Text

LARGEST_MAX = 10  # members who gain most, and who lose most


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a table: `key` as it is stored, `label` as people call it."""

    key: str
    label: str
    attendances: int
    draft_grants: int
    current_grants: int
    draft: int
    current: int
    difference: int


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What changes for one member, by number; or for a group, by its id."""

    member: str
    draft: int
    current: int
    difference: int


class Members(msgspec.Struct, frozen=True, kw_only=True):
    """How many gain, lose and stay as they were, how much in all, and those for whom it changes most."""

    gain: int
    lose: int
    stay: int
    gained: int
    lost: int
    largest_gains: tuple[Changed, ...]
    largest_losses: tuple[Changed, ...]


class CapHit(msgspec.Struct, frozen=True, kw_only=True):
    """A cap of the draft by its number, how often it cut, and how much in all."""

    cap: int
    label: Text
    of: str
    per: str
    limit: int
    stops: str
    times: int
    cut: int


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that nobody told, and for how many attendances the draft would ask it."""

    fact: str
    attendances: int


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why nothing would be granted, and for how many attendances."""

    code: str
    attendances: int


class Conversion(msgspec.Struct, frozen=True, kw_only=True):
    """How much can be turned into money, of how many members, and the most that each form of payout would pay (`rules.paying`)."""

    convertible: int
    members: int
    forms: tuple[FormPays, ...]


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """A draft over a period, beside what was decided."""

    scheme: str
    title: Text
    unit: str
    unit_label: Text
    scale: int
    first_on: date
    last_on: date
    attendances: int
    outcomes: dict[str, int]
    left_out: dict[str, int]
    total: Row
    by_month: tuple[Row, ...]
    by_area: tuple[Row, ...]
    by_activity_kind: tuple[Row, ...]
    by_age_band: tuple[Row, ...]
    members: Members
    budget: tuple[LineUse, ...]
    caps: tuple[CapHit, ...]
    asked: tuple[Asked, ...]
    reasons: tuple[Reason, ...]
    beyond: int
    draws: int
    conversion: Conversion | None


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What the town calls things: the names of areas by id, the unit's label and decimals; and its budget lines."""

    areas: Mapping[str, str]
    lines: tuple[Line, ...]
    unit_label: Text
    scale: int = 0


def told(draft: Edition, period: tuple[date, date], found: Totals, town: Surroundings) -> Simulation:
    """What the totals `found` say about `draft` in the `period`, in the words of the town."""
    tables = {name: _rows(cells, town.areas if name == "area" else {}) for name, cells in found.tables.items()}
    return Simulation(
        scheme=draft.scheme,
        title=draft.title,
        unit=draft.unit,
        unit_label=town.unit_label,
        scale=town.scale,
        first_on=period[0],
        last_on=period[1],
        attendances=found.whole.attendances,
        outcomes=dict(sorted(found.outcomes.items())),
        left_out=dict(sorted(found.left_out.items())),
        total=_row("total", "total", found.whole),
        by_month=tables["month"],
        by_area=tables["area"],
        by_activity_kind=tables["activity_kind"],
        by_age_band=tables["age_band"],
        members=_members(found.members),
        budget=exhaustion.used(draft, town.lines, found),
        caps=_caps(draft, found),
        asked=tuple(Asked(fact=fact, attendances=count) for fact, count in totals.in_order(found.asked)),
        reasons=tuple(Reason(code=code, attendances=count) for code, count in totals.in_order(found.reasons)),
        beyond=found.beyond,
        draws=found.draws,
        conversion=_conversion(draft, found),
    )


def _rows(cells: Mapping[str, Cell], labels: Mapping[str, str]) -> tuple[Row, ...]:
    rows = (_row(key, labels.get(key, key), cell) for key, cell in cells.items())
    return tuple(sorted(rows, key=lambda row: (row.key == totals.UNKNOWN, _first(row.label), row.label, row.key)))


def _first(label: str) -> int:
    """The figure that a label begins with: bands of age come in their order, 100 after 90."""
    figure = label.partition("-")[0]
    return int(figure) if figure.isdecimal() else 0


def _row(key: str, label: str, cell: Cell) -> Row:
    return Row(
        key=key,
        label=label,
        attendances=cell.attendances,
        draft_grants=cell.draft_grants,
        current_grants=cell.current_grants,
        draft=cell.draft,
        current=cell.current,
        difference=cell.draft - cell.current,
    )


def _members(cells: Mapping[str, Cell]) -> Members:
    changed = [
        Changed(member=member, draft=cell.draft, current=cell.current, difference=cell.draft - cell.current)
        for member, cell in cells.items()
    ]
    gains = sorted(
        (each for each in changed if each.difference > 0), key=lambda each: (-each.difference, len(each.member), each.member)
    )
    losses = sorted(
        (each for each in changed if each.difference < 0), key=lambda each: (each.difference, len(each.member), each.member)
    )
    return Members(
        gain=len(gains),
        lose=len(losses),
        stay=len(changed) - len(gains) - len(losses),
        gained=sum(each.difference for each in gains),
        lost=-sum(each.difference for each in losses),
        largest_gains=tuple(gains[:LARGEST_MAX]),
        largest_losses=tuple(losses[:LARGEST_MAX]),
    )


def _caps(draft: Edition, found: Totals) -> tuple[CapHit, ...]:
    return tuple(
        CapHit(
            cap=number,
            label=Text(**{locale: labels.label(cap, Tongue(locale, draft.unit)) for locale in ("ja", "en")}),
            of=cap.of,
            per=cap.per,
            limit=cap.limit,
            stops=cap.stops,
            times=found.caps[number].times if number in found.caps else 0,
            cut=found.caps[number].cut if number in found.caps else 0,
        )
        for number, cap in enumerate(draft.caps, start=1)
    )


def _conversion(draft: Edition, found: Totals) -> Conversion | None:
    if not isinstance(draft.conversion, Exchange):
        return None
    return Conversion(
        convertible=sum(found.convertible.values()),
        members=len({holder for holder, _ in found.convertible}),
        forms=paying.at_most(draft.conversion, found.convertible),
    )
