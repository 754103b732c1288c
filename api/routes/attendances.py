"""Coming and going: scans, one or a device's list; closing a slot; vouching; help told by phone; and what became of it.

A scan needs no idempotency key: the id that the device gives it is one.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import attendances, bookings, scans, slots
from activities.refusals import UnknownAttendance
from api import envelope, limits, problems
from api.door import REPLAYED_HEADER, Door, Key
from api.limits import PAGE_LIMIT_DEFAULT
from api.routes import shapes
from flows import check_in, close_slot, correct_attendance, grant, reach, readings, sign_off
from flows import help as helping
from kernel.refusal import Refusal
from qr import tokens

SCAN = {"member": "own", "host": "organisation", "device": "organisation", "coordinator": "town", "officer": "town"}
RUN = {"host": "organisation", "coordinator": "town", "officer": "town"}
TOWN = {"coordinator": "town", "officer": "town"}
READ_TOWN = TOWN | {"auditor": "town"}
READ = {"member": "own", "coordinator": "town", "officer": "town", "auditor": "town"}


class NewScan(shapes.Asked, frozen=True):
    """One scan as a device sends it; `scan_id` is the device's own and new for each scan. Instants are by the device's clock."""

    scan_id: UUID
    method: scans.Method
    code: shapes.Scan | None = None
    claim: Annotated[str, Meta(max_length=64)] | None = None
    slot_id: UUID | None = None
    match_id: UUID | None = None
    member_number: shapes.MemberNumber | None = None
    direction: Literal["auto", "in", "out"] = "auto"
    role: bookings.Role = "helper"
    reason: shapes.Line | None = None
    occurred_at: shapes.Instant | None = None
    sent_at: shapes.Instant | None = None


class ScanList(shapes.Asked, frozen=True):
    """What a device kept while it was offline."""

    scans: Annotated[tuple[NewScan, ...], Meta(min_length=1, max_length=limits.SCANS_MAX)]


class ScanOutcome(msgspec.Struct, frozen=True):
    """What became of one scan of a list: `scanned`, or the `problem` that refused it."""

    scan_id: UUID
    scanned: check_in.Scanned | None
    problem: dict[str, Any] | None


class ScanOutcomes(msgspec.Struct, frozen=True):
    """One outcome for each scan, in the order in which they were sent."""

    outcomes: list[ScanOutcome]


class NewClaim(shapes.Asked, frozen=True):
    """A venue's code, just read."""

    code: shapes.Scan


class Claim(msgspec.Struct, frozen=True):
    """Ten minutes to say so: the `claim` of a scan, good for this caller alone."""

    claim: str
    seconds: int


class NewEdit(shapes.Asked, frozen=True):
    """What the host knows better than the scans, and why: the times, or, without times, that the member was not there."""

    member_id: UUID
    reason: shapes.Note
    started_at: shapes.Instant | None = None
    ended_at: shapes.Instant | None = None


class NewClose(shapes.Asked, frozen=True):
    """What is to be recorded otherwise than scanned; usually nothing."""

    edits: Annotated[tuple[NewEdit, ...], Meta(max_length=limits.EDITS_MAX)] = ()


class NewSignatures(shapes.Asked, frozen=True):
    """The attendances that the caller vouches for."""

    attendance_ids: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=sign_off.SIGNED_MAX)]


class NewCorrection(shapes.Asked, frozen=True):
    """What really happened: the times, or, without times, that the member was not there. `absorb_spent` lets the budget bear what
    of a grant was spent."""

    reason: shapes.Note
    started_at: shapes.Instant | None = None
    ended_at: shapes.Instant | None = None
    absorb_spent: bool = False


class HelpTold(shapes.Asked, frozen=True):
    """When the help was given, and why there are no scans."""

    started_at: shapes.Instant
    ended_at: shapes.Instant
    reason: shapes.Line


@post("/scans", may=SCAN, tags=["attendances"])
async def scan(door: NamedDependency[Door], data: JSONBody[NewScan]) -> Response[check_in.Scanned]:
    """Keeps a scan. Sent again under the same `scan_id`, it gets the same answer, marked as a replay."""
    asked, codes = _asked(data), _codes(door)
    done = await door.replayable(lambda conn: check_in.scan(conn, asked, actor=door.actor, now=door.now, codes=codes))
    return Response(done, headers={REPLAYED_HEADER: "true"} if done.replayed else {})


@post("/scans/list", may=SCAN, tags=["attendances"])
async def scan_list(door: NamedDependency[Door], data: JSONBody[ScanList]) -> ScanOutcomes:
    """Keeps what a device scanned while it was offline; one that is refused does not spoil the others."""
    asked, codes = [_asked(each) for each in data.scans], _codes(door)
    told = await door.replayable(lambda conn: check_in.scan_many(conn, asked, actor=door.actor, now=door.now, codes=codes))
    return ScanOutcomes([_outcome(door, each.scan_id, found) for each, found in zip(asked, told, strict=True)])


@post("/claims", may={"member": "own"}, tags=["attendances"])
async def claim(door: NamedDependency[Door], data: JSONBody[NewClaim]) -> Claim:
    """Opens a venue's code, and gives the caller ten minutes to check in with it. Nothing is stored."""
    text = await check_in.claim(data.code, actor=door.actor, now=door.now, codes=_codes(door))
    return Claim(text, tokens.CLAIM_SECONDS)


@post("/slots/{slot_id:uuid}/close", may=RUN, tags=["attendances"])
async def close(
    door: NamedDependency[Door], slot_id: FromPath[UUID], data: JSONBody[NewClose], key: Key = None
) -> Response[close_slot.Closed]:
    """Closes a slot: everybody present is signed for and granted, forgotten check-outs and all."""
    edits = tuple(close_slot.Edit(**msgspec.structs.asdict(edit)) for edit in data.edits)
    asked = close_slot.CloseAsked(slot_id=slot_id, edits=edits)
    return await door.keyed(key, data, lambda conn: close_slot.close(conn, asked, actor=door.actor, now=door.now))


@post("/attendances/sign", may=RUN, tags=["attendances"])
async def sign(
    door: NamedDependency[Door], data: JSONBody[NewSignatures], key: Key = None
) -> Response[shapes.Page[grant.Granted]]:
    """Vouches for attendances that rest on little evidence; then they are granted like any other."""

    async def work(conn: AsyncConnection) -> shapes.Page[grant.Granted]:
        return shapes.Page(await sign_off.sign(conn, data.attendance_ids, actor=door.actor, now=door.now), None)

    return await door.keyed(key, data, work)


@post("/matches/{match_id:uuid}/tell", may=TOWN, tags=["attendances"])
async def tell_help(
    door: NamedDependency[Door], match_id: FromPath[UUID], data: JSONBody[HelpTold], key: Key = None
) -> Response[helping.HelpDone]:
    """Writes down help that was given without scans, as told to a coordinator."""
    asked = helping.HelpTold(match_id=match_id, **msgspec.structs.asdict(data))
    return await door.keyed(key, data, lambda conn: helping.tell(conn, asked, actor=door.actor, now=door.now))


@post("/attendances/{attendance_id:uuid}/correct", may=RUN, tags=["attendances"])
async def correct(
    door: NamedDependency[Door], attendance_id: FromPath[UUID], data: JSONBody[NewCorrection], key: Key = None
) -> Response[correct_attendance.Corrected]:
    """Puts another attendance in the place of a wrong one, with a reason; what followed from it follows anew."""
    asked = correct_attendance.Asked(attendance_id=attendance_id, **msgspec.structs.asdict(data))
    return await door.keyed(key, data, lambda conn: correct_attendance.correct(conn, asked, actor=door.actor, now=door.now))


@get("/attendances/unsigned", may=READ_TOWN, tags=["attendances"])
async def list_unsigned(
    door: NamedDependency[Door], limit: shapes.Limit = PAGE_LIMIT_DEFAULT
) -> shapes.Page[attendances.Attendance]:
    """Attendances that wait for somebody to vouch for them, the oldest first."""
    area = door.actor.area_id
    return shapes.Page(await door.read(lambda conn: attendances.unsigned(conn, area_id=area, limit=limit)), None)


@get("/attendances/{attendance_id:uuid}", may=READ | {"host": "organisation"}, tags=["attendances"])
async def read_attendance(door: NamedDependency[Door], attendance_id: FromPath[UUID]) -> attendances.Attendance:
    """An attendance, superseded or not."""

    async def work(conn: AsyncConnection) -> attendances.Attendance:
        found = await attendances.find(conn, attendance_id)
        if not await _reaches(conn, door, found):
            raise UnknownAttendance(attendance_id=attendance_id)
        return found

    return await door.read(work)


@get("/members/{member_id:uuid}/attendances", may=READ, tags=["attendances"])
async def list_attendances(
    door: NamedDependency[Door],
    member_id: FromPath[UUID],
    after: shapes.AfterId = None,
    limit: shapes.Limit = PAGE_LIMIT_DEFAULT,
) -> shapes.Page[attendances.Attendance]:
    """A member's standing attendances, the latest first."""
    await door.found_member(member_id)
    found = await door.read(lambda conn: attendances.page_of_member(conn, member_id, before=after, limit=limit))
    return shapes.page(found, limit, lambda item: item.attendance_id)


def _asked(data: NewScan) -> readings.ScanAsked:
    return readings.ScanAsked(**msgspec.structs.asdict(data))


def _codes(door: Door) -> readings.Codes:
    return readings.Codes(keys=door.context.keys_of(door.town), hosts=door.context.hosts)


def _outcome(door: Door, scan_id: UUID, found: check_in.Scanned | Refusal) -> ScanOutcome:
    if not isinstance(found, Refusal):
        return ScanOutcome(scan_id, found, None)
    door.context.metrics.refused(found.code)
    _, body = problems.of_refusal(found, envelope.correlation(door.request.scope))
    return ScanOutcome(scan_id, None, msgspec.json.decode(body))


async def _reaches(conn: AsyncConnection, door: Door, found: attendances.Attendance) -> bool:
    if door.actor.role == "member":
        return found.member_id == door.actor.member_id
    if door.actor.role != "host":
        return True
    return found.slot_id is not None and reach.holds((await slots.find(conn, found.slot_id)).organisation_id, door.actor)


HANDLERS = (
    scan,
    scan_list,
    claim,
    close,
    sign,
    tell_help,
    correct,
    list_unsigned,
    read_attendance,
    list_attendances,
)
