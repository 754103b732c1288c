"""A draft tried on what a town really did: attendances of a period beside what was decided about them. Reads only.

The draft stands where its scheme's editions stood: it counts what the scheme granted before the period, and, in the period, what it
grants itself. Facts are those that were kept with the decisions, or those that would be seen now where nothing was decided; what
is known of people is what is known now. An empty budget stops nothing here: the result says when each line would be empty.
Rows pass in one stream; where no cap counts everybody together, parts of the town are worked on side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from flows import hands, simulate_facts, simulate_reading
from ledger import checks, units
from rules import edition_store, reaching, simulate, simulation
from rules.edition_store import InForce, Scheme
from rules.simulate import Case, Trial
from rules.simulation import Simulation, Surroundings
from rules.simulation_refusals import PeriodOutOfOrder, TooMuchToLookAt
from rules.totals import Totals
from rules.vocabulary.edition import Edition
from rules.vocabulary.part import Text

LIST_LENGTH = 2_000  # attendances that are worked on at a time, and then the rest of the member's


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is tried on which days, both included. `attendances_max` is the most that may be looked at; None for any number."""

    draft: Edition
    first_on: date
    last_on: date
    attendances_max: int | None = None


async def simulate_draft(
    conn: AsyncConnection, asked: Asked, *, progress: checks.Progress = checks.silent, by: hands.Hands | None = None
) -> Simulation:
    """What the draft comes to in the period, in the municipality behind whose wall `conn` runs.

    Raises PeriodOutOfOrder, TooMuchToLookAt.
    """
    if asked.last_on < asked.first_on:
        raise PeriodOutOfOrder(first_on=asked.first_on, last_on=asked.last_on)
    await checks.make_room(conn)
    scheme = await _scheme(conn, asked.draft)
    reading = _Reading(conn, asked, scheme, reaching.around(asked.draft, asked.first_on, asked.last_on))
    count = await simulate_reading.count(conn, reading.reach)
    if asked.attendances_max is not None and count > asked.attendances_max:
        raise TooMuchToLookAt(found=count, found_max=asked.attendances_max)
    summing = _Summing(progress, count)
    if simulate.counts_everybody(asked.draft):
        await _as_a_whole(reading, summing, by or hands.Own())
    else:
        await _in_parts(reading, summing, by or hands.Own())
    return simulation.told(asked.draft, (asked.first_on, asked.last_on), summing.totals, await _surroundings(reading))


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is read, by which scheme, and how far back and ahead."""

    conn: AsyncConnection
    asked: Asked
    scheme: Scheme
    reach: tuple[date, date]
    born: simulate_facts.Born = field(default_factory=simulate_facts.Born)

    def ruled_by(self) -> InForce:
        """The draft as if it were in force."""
        draft = self.asked.draft
        return InForce(scheme=self.scheme, edition_id=UUID(int=0), starts_on=self.asked.first_on, edition=draft)

    async def cases(self, rows: Sequence[Any]) -> list[Case]:
        """The rows as cases, with the facts of those that have none, and what is known of the people."""
        asked = self.asked
        judged = [row for row in rows if row.decided is not None or asked.first_on <= row.occurred_on <= asked.last_on]
        return await simulate_facts.cases(self.conn, self.ruled_by(), judged, self.born)


class _Summing:
    """What the parts of the town came to, summed up."""

    def __init__(self, progress: checks.Progress, count: int) -> None:
        self.totals, self._done, self._count, self._progress = Totals(), 0, count, progress

    def read(self, rows: int) -> None:
        """Tells how far the reading is."""
        self._done += rows
        self._progress(f"simulating {self._done} of {self._count}")

    def add(self, found: Totals) -> None:
        """Adds what a part came to."""
        self.totals.join(found)


async def _in_parts(reading: _Reading, summing: _Summing, by: hands.Hands) -> None:
    """Each list holds whole members, and is worked on by whoever has time."""
    asked = reading.asked
    line = hands.Line(by, partial(perform, asked.draft, asked.first_on, asked.last_on), summing.add)
    waiting: list[Any] = []
    async for part in simulate_reading.rows(reading.conn, asked.draft, reading.scheme.scheme_id, reading.reach, by_time=False):
        waiting += part
        if len(waiting) < LIST_LENGTH or waiting[0].holder == waiting[-1].holder:
            continue
        last = next(nth for nth in range(len(waiting), 0, -1) if waiting[nth - 1].holder != waiting[-1].holder)
        whole, waiting = waiting[:last], waiting[last:]
        summing.read(len(whole))
        await line.give(await reading.cases(whole))
    await line.give(await reading.cases(waiting))
    await line.end()


async def _as_a_whole(reading: _Reading, summing: _Summing, by: hands.Hands) -> None:
    """One trial sees everybody, in the order of time."""
    asked = reading.asked
    trial = Trial(asked.draft, asked.first_on, asked.last_on)
    one = by if isinstance(by, hands.Thread) else hands.Own()
    async for part in simulate_reading.rows(reading.conn, asked.draft, reading.scheme.scheme_id, reading.reach, by_time=True):
        summing.read(len(part))
        await one.do(trial.add, await reading.cases(part))
    summing.add(trial.totals)


def perform(draft: Edition, first_on: date, last_on: date, cases: hands.Rows) -> Totals:
    """What the draft comes to on a part of the town."""
    trial = Trial(draft, first_on, last_on)
    trial.add(cases)
    return trial.totals


async def _surroundings(reading: _Reading) -> Surroundings:
    conn, asked = reading.conn, reading.asked
    known = await units.all_units(conn)
    unit = next((each for each in known if each.code == asked.draft.unit), None)
    return Surroundings(
        areas=await simulate_reading.areas(conn),
        lines=tuple(await simulate_reading.lines(conn, reading.scheme.scheme_id, reading.reach[0], asked.last_on)),
        unit_label=Text(ja=unit.label_ja, en=unit.label_en) if unit else Text(ja=asked.draft.unit, en=asked.draft.unit),
        scale=unit.scale if unit else 0,
    )


async def _scheme(conn: AsyncConnection, draft: Edition) -> Scheme:
    """The scheme of the draft; one that is not there yet has decided nothing."""
    schemes = await edition_store.schemes(conn)
    unknown = Scheme(scheme_id=UUID(int=0), code=draft.scheme, name=draft.name.ja, unit_id=0)
    return next((each for each in schemes if each.code == draft.scheme), unknown)
