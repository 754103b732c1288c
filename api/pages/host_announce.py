"""Announcing: an activity that one's organisation holds, and when it takes place next."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect
from msgspec import Meta

from activities import slots
from activities.slots import Activity
from api.pages import host, member_words, own
from api.pages.door import KeyedForm, PageDoor
from flows import announce

KINDS = ("salon", "exercise_class", "park_cleaning", "watching_over", "volunteering")
"""What rules know common activities by, where an organisation holds nothing yet; the word of each stands in the catalogue."""


class ActivityForm(KeyedForm, frozen=True, kw_only=True):
    """A new activity."""

    title: str
    place: str
    kind: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,31}$")]


class SlotForm(KeyedForm, frozen=True, kw_only=True):
    """When an activity takes place, and for how many."""

    activity: UUID
    day: str
    starts: str
    ends: str
    capacity: Annotated[int, Meta(ge=1, le=10_000)]


@get("/host/announce", may=host.RUNS, page=True, include_in_schema=False)
async def show_announcing(door: NamedDependency[PageDoor], activity: FromQuery[str | None] = None) -> Response[str]:
    """When one's activities take place next; and a new one."""
    here = own.organisation(door)
    held: list[Activity] = await door.read(lambda conn: slots.activities_of(conn, here))
    kinds = list(dict.fromkeys([*(each.kind for each in held), *KINDS]))
    said = {each: _kind(door, each) for each in kinds}
    return member_words.show(door, "host/announce.html", held=held, chosen=activity, kinds=said)


@post("/host/announce/activity", may=host.RUNS, page=True, include_in_schema=False)
async def announce_activity(door: NamedDependency[PageDoor]) -> Redirect:
    """Adds an activity, once for the form."""
    form, here = await door.form(ActivityForm), own.organisation(door)
    asked = announce.ActivityAsked(organisation_id=here, kind=form.kind, title=form.title, place=form.place)
    made = await door.once(form.key, form, lambda conn: announce.activity(conn, asked, actor=door.actor, now=door.now), Activity)
    return door.go(f"/host/announce?activity={made.activity_id}")


@post("/host/announce/slot", may=host.RUNS, page=True, include_in_schema=False)
async def announce_slot(door: NamedDependency[PageDoor]) -> Redirect:
    """Announces a slot, once for the form."""
    form = await door.form(SlotForm)
    asked = announce.SlotAsked(
        activity_id=form.activity,
        starts_at=member_words.asked_time(form.day, form.starts),
        ends_at=member_words.asked_time(form.day, form.ends),
        capacity=form.capacity,
    )
    made = await door.once(form.key, form, lambda conn: announce.slot(conn, asked, actor=door.actor, now=door.now), slots.Slot)
    return door.go(f"/host/slots/{made.slot_id}")


def _kind(door: PageDoor, code: str) -> str:
    """What a kind is called; one that only the town knows by its code."""
    return door.say(f"host.kinds.{code}") if code in KINDS else code


HANDLERS = (show_announcing, announce_activity, announce_slot)
