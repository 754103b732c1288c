"""The law and its money: schemes, budget lines, grants that wait, and why a grant is what it is. Editions: `api.routes.editions`."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances
from activities.refusals import UnknownAttendance
from api.door import Door, Key
from api.limits import PAGE_LIMIT_DEFAULT
from api.routes import shapes
from community.actor import ROLES
from flows import budget, grant, publish_edition
from kernel import days
from kernel.refusal import unless
from rules import decision_store, edition_store, explain, naming, refusals
from rules.wording.said import Names

EVERYBODY = dict.fromkeys(ROLES, "town")
OFFICE = {"officer": "town"}
READ = {"officer": "town", "auditor": "town"}
WHY = {"member": "own", "coordinator": "town", "officer": "town", "auditor": "town"}
SchemeCode = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}$(?!\n)", examples=["salon-points"])]
FiscalYear = Annotated[int, Meta(ge=2000, le=2100, examples=[2026])]


class NewScheme(shapes.Asked, frozen=True):
    """A scheme: its code, its name, and the unit of its grants."""

    code: SchemeCode
    name: shapes.Name
    unit: shapes.UnitCode


class NewBudgetLine(shapes.Asked, frozen=True):
    """A budget line: scheme, code, fiscal year and funding source."""

    scheme: SchemeCode
    code: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,31}$(?!\n)", examples=["care-insurance"])]
    fiscal_year: FiscalYear
    funding_source: shapes.Name


class NewAppropriation(shapes.Asked, frozen=True):
    """How much is put into the line, and by what decision of the council."""

    amount: shapes.Amount
    reason: shapes.Line


class Why(msgspec.Struct, frozen=True):
    """A decision with the facts it saw and its trace; the same in a few sentences by language, and in full for an auditor."""

    kept: decision_store.Kept
    explanation: dict[str, list[str]]
    in_full: dict[str, list[str]]


@post("/schemes", may=OFFICE, tags=["law"])
async def create_scheme(door: NamedDependency[Door], data: JSONBody[NewScheme]) -> edition_store.Scheme:
    """Sets up a scheme."""
    asked = publish_edition.SchemeAsked(code=data.code, name=data.name, unit=data.unit)
    return await door.write(lambda conn: publish_edition.create_scheme(conn, asked, actor=door.actor, now=door.now))


@get("/schemes", may=EVERYBODY, tags=["law"])
async def list_schemes(door: NamedDependency[Door]) -> shapes.Page[edition_store.Scheme]:
    """Every scheme of the municipality."""
    return shapes.Page(await door.read(edition_store.schemes), None)


@post("/budget-lines", may=OFFICE, tags=["law"])
async def open_budget_line(door: NamedDependency[Door], data: JSONBody[NewBudgetLine]) -> budget.LineState:
    """Opens a budget line at zero."""
    asked = budget.LineAsked(**msgspec.structs.asdict(data))
    return await door.write(lambda conn: budget.open_line(conn, asked, actor=door.actor, now=door.now))


@get("/budget-lines", may=READ, tags=["law"])
async def list_budget_lines(
    door: NamedDependency[Door],
    fiscal_year: Annotated[int | None, QueryParameter(ge=2000, le=2100, description="This one, unless told.")] = None,
) -> shapes.Page[budget.LineState]:
    """The budget lines of a fiscal year, and what is left in each."""
    year = fiscal_year or days.fiscal_year(days.local_date(door.now))
    return shapes.Page(await door.read(lambda conn: budget.lines(conn, year, now=door.now)), None)


@post("/budget-lines/{budget_line_id:uuid}/appropriations", may=OFFICE, tags=["law"])
async def appropriate(
    door: NamedDependency[Door], budget_line_id: FromPath[UUID], data: JSONBody[NewAppropriation], key: Key = None
) -> Response[budget.Appropriated]:
    """Puts money into a budget line."""
    return await door.keyed(
        key,
        data,
        lambda conn: budget.appropriate(conn, budget_line_id, data.amount, data.reason, actor=door.actor, now=door.now),
    )


@post("/budget-lines/{budget_line_id:uuid}/supplements", may=OFFICE, tags=["law"])
async def supplement(
    door: NamedDependency[Door], budget_line_id: FromPath[UUID], data: JSONBody[NewAppropriation], key: Key = None
) -> Response[budget.Appropriated]:
    """Adds to a budget line by a supplementary vote."""
    return await door.keyed(
        key,
        data,
        lambda conn: budget.supplement(conn, budget_line_id, data.amount, data.reason, actor=door.actor, now=door.now),
    )


@post("/budget-lines/{budget_line_id:uuid}/returns", may=OFFICE, tags=["law"])
async def return_budget(
    door: NamedDependency[Door], budget_line_id: FromPath[UUID], data: JSONBody[NewAppropriation], key: Key = None
) -> Response[budget.Appropriated]:
    """Returns what a budget line does not need, at most what it has left."""
    return await door.keyed(
        key,
        data,
        lambda conn: budget.give_back(conn, budget_line_id, data.amount, data.reason, actor=door.actor, now=door.now),
    )


@post("/grants/retry", may=OFFICE, tags=["law"])
async def retry_grants(door: NamedDependency[Door], key: Key = None) -> Response[shapes.Page[grant.Granted]]:
    """Books grants that waited for a budget, the oldest activity first."""

    async def work(conn: AsyncConnection) -> shapes.Page[grant.Granted]:
        return shapes.Page(await grant.retry_waiting(conn, actor=door.actor.principal_id, now=door.now), None)

    return await door.keyed(key, None, work)


@get("/grants/waiting", may=READ, tags=["law"])
async def list_waiting(door: NamedDependency[Door], limit: shapes.Limit = PAGE_LIMIT_DEFAULT) -> shapes.Page[decision_store.Kept]:
    """Decisions that grant something and wait for a budget, the oldest activity first."""
    return shapes.Page(await door.read(lambda conn: decision_store.waiting(conn, limit=limit)), None)


@get("/decisions/{decision_id:uuid}", may=WHY, tags=["law"])
async def read_decision(door: NamedDependency[Door], decision_id: FromPath[UUID]) -> Why:
    """Why a grant is what it is: the facts, the edition, the steps."""
    unknown = refusals.UnknownDecision(decision_id=decision_id)
    kept = unless(await door.read(lambda conn: decision_store.find(conn, decision_id)), unknown)
    if door.actor.role == "member" and kept.facts.member_id != door.actor.member_id:
        raise unknown
    return _why(kept, await door.read(lambda conn: _names(conn, [kept])))


@get("/attendances/{attendance_id:uuid}/decisions", may=WHY, tags=["law"])
async def list_decisions(door: NamedDependency[Door], attendance_id: FromPath[UUID]) -> shapes.Page[Why]:
    """What was decided about an attendance, and why."""

    async def work(conn: AsyncConnection) -> list[Why]:
        found = await attendances.find(conn, attendance_id)
        if door.actor.role == "member" and found.member_id != door.actor.member_id:
            raise UnknownAttendance(attendance_id=attendance_id)
        found_here = await decision_store.of_attendances(conn, [attendance_id])
        names = await _names(conn, found_here)
        return [_why(kept, names) for kept in found_here]

    return shapes.Page(await door.read(work), None)


async def _names(conn: AsyncConnection, kept: Sequence[decision_store.Kept]) -> dict[UUID, Names]:
    """What each edition that decided calls the codes of its town."""
    found: dict[UUID, Names] = {}
    for edition_id in {each.edition_id for each in kept}:
        published = await edition_store.edition(conn, edition_id)
        found[edition_id] = naming.names_of(edition_store.parsed(published.document))
    return found


def _why(kept: decision_store.Kept, names: Mapping[UUID, Names]) -> Why:
    called, decision = names[kept.edition_id], kept.decision
    short = {locale: list(explain.explain(decision, locale, names=called)) for locale in explain.LOCALES}
    full = {
        locale: list(explain.full(decision.trace, locale, decision.unit, seen=kept.facts, names=called))
        for locale in explain.LOCALES
    }
    return Why(kept, short, full)


HANDLERS = (
    create_scheme,
    list_schemes,
    open_budget_line,
    list_budget_lines,
    appropriate,
    supplement,
    return_budget,
    retry_grants,
    list_waiting,
    read_decision,
    list_decisions,
)
