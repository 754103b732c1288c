"""The facts document of `yui rules evaluate`: people, and what happened in order. Any short text is an id.

Written by anybody who wants to try their own town's rule book; its schema is docs/rules/facts.schema.json.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from rules.known import Record
from rules.passing import What
from rules.refusals import UnreadableFacts
from rules.vocabulary import part
from rules.vocabulary.between import Notice
from rules.vocabulary.ending import Relation

FACTS_BYTES_MAX = 64 * 1024 * 1024
EVENTS_MAX = 1_000_000

Name = Annotated[str, Meta(min_length=1, max_length=80)]
Counted = Annotated[int, Meta(ge=0, le=part.LIMIT_MAX)]
Minutes = Annotated[int, Meta(ge=0, le=part.MINUTES_MAX)]
TimeOfDay = Annotated[str, Meta(pattern=part.TIME_PATTERN)]


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A member, or a group: `born_on` answers questions about age, `facts` the others; who is not listed has no facts.

    `left_on` is the last day on which they fulfil the tests of the scheme; `chosen` are the numbers of the decrees that they chose.
    Members of one `household` have the same short text there.
    """

    id: Name
    born_on: date | None = None
    registered_on: date | None = None
    left_on: date | None = None
    facts: Annotated[tuple[Record, ...], Meta(max_length=1000)] = ()
    chosen: tuple[int, ...] = ()
    household: Name | None = None


class _Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type"):
    """Something that happened."""

    id: Name


class Attendance(_Event, frozen=True, kw_only=True, tag="attendance"):
    """An attendance. `granted_on` when it is not `occurred_on`. What a rule asks of it and is left out is asked, not assumed.

    Who comes back to the same `event` has attended it once: the times are added up.
    """

    member: Name
    activity_kind: Name
    occurred_on: date
    role: part.Role
    minutes: Minutes
    evidence: Annotated[int, Meta(ge=0, le=part.EVIDENCE_MAX)]
    granted_on: date | None = None
    flags: Annotated[tuple[Name, ...], Meta(max_length=20)] = ()
    site: Name | None = None
    client: Name | None = None
    event: Name | None = None
    book: Name | None = None
    marks: dict[str, bool] = {}
    counts: dict[str, Counted] = {}
    measures: dict[str, Counted] = {}
    holiday: bool | None = None
    started_at: TimeOfDay | None = None
    host_amount: Counted | None = None
    attested: Counted | None = None


class Opening(_Event, frozen=True, kw_only=True, tag="opening"):
    """Points that a member holds already: `amount` for what they did on `occurred_on`."""

    member: Name
    amount: Annotated[int, Meta(ge=1, le=part.LIMIT_MAX)]
    occurred_on: date


class Claim(_Event, frozen=True, kw_only=True, tag="claim"):
    """A claim for conversion: of `amount` points at most, or of all that can be; in the form that was chosen."""

    member: Name
    claimed_on: date
    amount: Annotated[int, Meta(ge=1, le=part.LIMIT_MAX)] | None = None
    form: Name | None = None
    directed_to: Name | None = None
    deductions: dict[str, Counted] = {}


class YearEnd(_Event, frozen=True, kw_only=True, tag="year_end"):
    """The scheme year that holds `year_of` is closed for a member on `closed_on`."""

    member: Name
    year_of: date
    closed_on: date


class Fee(_Event, frozen=True, kw_only=True, tag="fee"):
    """What a receiver of help owes: for `minutes`, or, where it was called off with `notice`, of the `planned_minutes`.

    `member` is who owes it, where tests of a fee ask about the person.
    """

    activity_kind: Name
    occurred_on: date
    minutes: Minutes
    planned_minutes: Minutes | None = None
    started_at: TimeOfDay | None = None
    holiday: bool | None = None
    expenses: Counted = 0
    notice: Notice | None = None
    member: Name | None = None
    marks: dict[str, bool] = {}
    counts: dict[str, Counted] = {}
    measures: dict[str, Counted] = {}
    host_amount: Counted | None = None
    attested: Counted | None = None


class Transfer(_Event, frozen=True, kw_only=True, tag="transfer"):
    """A member passes `amount` on: to whom they stand in `relation` (None: none), while alive or after death."""

    member: Name
    transferred_on: date
    amount: Annotated[int, Meta(ge=1, le=part.LIMIT_MAX)]
    relation: Relation | None = None
    after_death: bool = False


class Use(_Event, frozen=True, kw_only=True, tag="use"):
    """A member spends `amount` on help or goods, for themselves or (`for_whom`) for one of the family; `into` chooses between uses."""

    member: Name
    what: What
    used_on: date
    amount: Annotated[int, Meta(ge=1, le=part.LIMIT_MAX)]
    for_whom: Relation | None = None
    into: Name | None = None


class Registration(_Event, frozen=True, kw_only=True, tag="registration"):
    """A member wants to register on a day."""

    member: Name
    on: date


class Award(_Event, frozen=True, kw_only=True, tag="award"):
    """Which awards a member has earned by the day: by the scheme years up to the last one that is over or has enough already."""

    member: Name
    on: date


Event = Attendance | Opening | Claim | YearEnd | Fee | Transfer | Use | Registration | Award


def day_of(event: Event) -> date:
    """The day by whose edition an event is decided: when it was, was claimed, or (a year that is closed) a day of that year."""
    match event:
        case Attendance() | Opening() | Fee():
            return event.occurred_on
        case Claim():
            return event.claimed_on
        case YearEnd():
            return event.year_of
        case Transfer():
            return event.transferred_on
        case Use():
            return event.used_on
        case Registration() | Award():
            return event.on


class FactsDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The facts document, evaluated in this order: `{"members": […], "events": […]}`; or, in short, attendances and then claims."""

    members: Annotated[tuple[Member, ...], Meta(max_length=EVENTS_MAX)] = ()
    events: Annotated[tuple[Event, ...], Meta(max_length=EVENTS_MAX)] = ()
    attendances: Annotated[tuple[Attendance, ...], Meta(max_length=EVENTS_MAX)] = ()
    claims: Annotated[tuple[Claim, ...], Meta(max_length=EVENTS_MAX)] = ()

    def in_order(self) -> tuple[tuple[str, int, Event], ...]:
        """Every event with its place in the document."""
        lists: tuple[tuple[str, tuple[Event, ...]], ...] = (
            ("events", self.events),
            ("attendances", self.attendances),
            ("claims", self.claims),
        )
        return tuple((name, index, event) for name, items in lists for index, event in enumerate(items))


def read(facts_json: bytes) -> FactsDocument:
    """The document. Raises UnreadableFacts with the place."""
    if len(facts_json) > FACTS_BYTES_MAX:
        raise UnreadableFacts(problem=f"the document is longer than {FACTS_BYTES_MAX} bytes")
    try:
        document = msgspec.json.decode(facts_json, type=FactsDocument)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFacts(problem=str(error)) from error
    _once((f"$.{name}[{index}]", event.id) for name, index, event in document.in_order())
    _once((f"$.members[{index}]", member.id) for index, member in enumerate(document.members))
    return document


def _once(named: Iterable[tuple[str, str]]) -> None:
    seen: set[str] = set()
    for place, name in named:
        if name in seen:
            raise UnreadableFacts(problem=f"the id {name!r} is there twice - at `{place}.id`")
        seen.add(name)
