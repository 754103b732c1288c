"""What a draft would have cost, and whether everything that was decided follows from what was kept. Both read, and change nothing.

The commands `yui rules simulate` and `yui audit recompute` have no limits and use more than one process; here a request looks at so
much at most, one at a time in a process, beside which the others are served.
"""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Annotated, TypeVar
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from api.context import Context
from api.door import Door
from api.refusals import DraftNotNamed
from api.routes import shapes
from community import municipalities
from flows import hands, recompute, simulate
from kernel import days
from rules import edition_store, parse, proposal_store, report
from rules.simulation import Simulation
from rules.simulation_refusals import LookingAlready, PeriodTooLong

OFFICE = {"officer": "town"}
READ = {"officer": "town", "auditor": "town"}
DAYS_MAX = 400
ATTENDANCES_MAX = 20_000
DECISIONS_MAX = 20_000

T = TypeVar("T")
Day = Annotated[date, Meta(examples=["2026-04-01"])]
FirstOn = Annotated[date | None, QueryParameter(description="The first day; a year before the last, unless told.")]
LastOn = Annotated[date | None, QueryParameter(description=f"The last day, at most {DAYS_MAX} days in all; today, unless told.")]
AsOf = Annotated[
    date | None, QueryParameter(description="Only what was recorded by the end of this day; everything unless told.")
]

_at_work: set[int] = set()


class NewSimulation(shapes.Asked, frozen=True, kw_only=True):
    """A draft as TOML, or the proposal that holds it; and the days on which it is tried, both included."""

    document: (
        Annotated[
            str,
            Meta(
                min_length=1, max_length=parse.DOCUMENT_CHARACTERS_MAX, description="An edition as TOML; see `yui rules check`."
            ),
        ]
        | None
    ) = None
    proposal_id: UUID | None = None
    first_on: Day
    last_on: Day


@post("/simulations", may=OFFICE, status_code=200, tags=["law"])
async def try_draft(door: NamedDependency[Door], data: JSONBody[NewSimulation]) -> Simulation:
    """What a draft would have granted for the attendances of a period, beside what was decided. Nothing is stored."""
    return (await _asked(door, data))[0]


@post("/simulations/report", may=OFFICE, status_code=200, media_type="text/html", tags=["law"])
async def report_draft(door: NamedDependency[Door], data: JSONBody[NewSimulation]) -> Response[str]:
    """The same as a page in Japanese, with charts and the tables beside them, complete in one file."""
    return _page(*await _asked(door, data))


@get("/proposals/{proposal_id:uuid}/simulation", may=READ, tags=["law"])
async def try_proposal(
    door: NamedDependency[Door], proposal_id: FromPath[UUID], first_on: FirstOn = None, last_on: LastOn = None
) -> Simulation:
    """What a proposal would have granted for the attendances of a period, beside what was decided."""
    return (await _of_proposal(door, proposal_id, first_on, last_on))[0]


@get("/proposals/{proposal_id:uuid}/simulation/report", may=READ, media_type="text/html", tags=["law"])
async def report_proposal(
    door: NamedDependency[Door], proposal_id: FromPath[UUID], first_on: FirstOn = None, last_on: LastOn = None
) -> Response[str]:
    """The same as a page in Japanese, with charts and the tables beside them, complete in one file."""
    return _page(*await _of_proposal(door, proposal_id, first_on, last_on))


@get("/audit/recompute", may=READ, tags=["audit"])
async def recompute_all(door: NamedDependency[Door], as_of: AsOf = None) -> recompute.Recomputed:
    """Re-performs every decision, payout and closing, and holds the ledger against them: `ok` where nothing differs."""
    day = shapes.checked_day("as_of", as_of)
    wanted = recompute.Asked(as_of=day, decisions_max=DECISIONS_MAX)
    return await alone(door, lambda conn: recompute.recompute(conn, wanted, by=hands.Thread()))


async def _asked(door: Door, data: NewSimulation) -> tuple[Simulation, str]:
    if (data.document is None) == (data.proposal_id is None):
        raise DraftNotNamed
    if data.proposal_id is not None:
        return await _of_proposal(door, data.proposal_id, data.first_on, data.last_on)
    return await _try(door, data.document or "", data.first_on, data.last_on)


async def _of_proposal(door: Door, proposal_id: UUID, first_on: date | None, last_on: date | None) -> tuple[Simulation, str]:
    found = await door.read(lambda conn: proposal_store.find(conn, proposal_id))
    last = shapes.checked_day("last_on", last_on) or days.local_date(door.now)
    first = shapes.checked_day("first_on", first_on) or days.months_later(last, -12) + timedelta(days=1)
    return await _try(door, found.document, first, last)


async def _try(door: Door, document: str, first_on: date, last_on: date) -> tuple[Simulation, str]:
    """The simulation, and what the town is called. Raises UnreadableEdition, PeriodTooLong, PeriodOutOfOrder, TooMuchToLookAt."""
    if (count := (last_on - first_on).days + 1) > DAYS_MAX:
        raise PeriodTooLong(days=count, days_max=DAYS_MAX)
    wanted = simulate.Asked(
        draft=edition_store.parsed(document), first_on=first_on, last_on=last_on, attendances_max=ATTENDANCES_MAX
    )

    async def work(conn: AsyncConnection) -> tuple[Simulation, str]:
        return await simulate.simulate_draft(conn, wanted, by=hands.Thread()), (await municipalities.current(conn)).name

    return await alone(door, work)


async def alone(door: Door, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """Runs `work` on one snapshot while nobody else has so much looked at. Raises LookingAlready."""
    with _turn(door.context):
        return await door.read(work)


@contextmanager
def _turn(served: Context) -> Generator[None]:
    """One at a time in an application. Raises LookingAlready."""
    if id(served) in _at_work:
        raise LookingAlready
    _at_work.add(id(served))
    try:
        yield
    finally:
        _at_work.discard(id(served))


def _page(found: Simulation, town: str) -> Response[str]:
    return Response(report.html(found, town), media_type="text/html", headers={"Content-Security-Policy": report.CSP})


HANDLERS = (try_draft, report_draft, try_proposal, report_proposal, recompute_all)
