"""Shapes that many routes share: amounts, texts, codes, pages. Bounds stand here once, and the description of the API shows them.

Texts are bounded in bytes by the body's limit and in characters here; what may stand in them is for `kernel.text.clean` in the rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import msgspec
from litestar.params import QueryParameter
from msgspec import Meta

from api import limits, refusals
from kernel import text

T = TypeVar("T")
D = TypeVar("D", bound=date | None)

YEAR_FIRST, YEAR_LAST = 1900, 2199

Amount = Annotated[int, Meta(ge=1, le=limits.AMOUNT_ASKED_MAX, description="In the smallest part of the unit.", examples=[300])]
UnitCode = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,15}$(?!\n)", description="The code of a unit.", examples=["pt"])]
KindCode = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$(?!\n)", description="A kind of activity.", examples=["salon"])]
Name = Annotated[str, Meta(min_length=1, max_length=text.NAME_LENGTH_MAX, examples=["結 花子"])]
Line = Annotated[str, Meta(min_length=1, max_length=text.LINE_LENGTH_MAX, examples=["二重に記録したため"])]
Note = Annotated[str, Meta(min_length=1, max_length=text.NOTE_LENGTH_MAX, examples=["庭の草取りを手伝ってほしい"])]
Scan = Annotated[
    str, Meta(min_length=1, max_length=512, description="What a reader gave, whole.", examples=["HTTPS://YUI.EXAMPLE.JP/C/…"])
]
MemberNumber = Annotated[int, Meta(ge=1, le=999_999_999, description="With its check digit.", examples=[5724])]

Instant = Annotated[datetime, Meta(tz=True, description="RFC 3339 with an offset.", examples=["2026-05-11T10:00:00+09:00"])]
Since = Annotated[datetime | None, QueryParameter(description="RFC 3339 with an offset.")]

Limit = Annotated[int, QueryParameter(ge=1, le=limits.PAGE_LIMIT_MAX, description="Items on the page.")]
AfterId = Annotated[UUID | None, QueryParameter(name="after", description="The `next` of the page before.")]
AfterInstant = Annotated[str | None, QueryParameter(name="after", max_length=80, description="The `next` of the page before.")]
AfterNumber = Annotated[
    int | None, QueryParameter(name="after", ge=0, le=999_999_999, description="The `next` of the page before.")
]
AfterLine = Annotated[int | None, QueryParameter(name="after", ge=0, le=2**62, description="The `next` of the page before.")]


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every body: closed, so that a misspelled field is refused instead of ignored. Days and instants are of our time."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            _check_year(getattr(self, name))


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Items in a stable order; `next` is the `after` of the following page, absent on the last."""

    items: Sequence[T]
    next: str | None


class Done(msgspec.Struct, frozen=True):
    """Nothing more to say."""

    done: bool = True


def page(items: Sequence[T], limit: int, key: Callable[[T], Any]) -> Page[T]:
    """A page of `items`, of which at most `limit` were asked for."""
    return Page(items, str(key(items[-1])) if len(items) == limit else None)


def checked_instant(name: str, at: datetime | None) -> datetime | None:
    """An instant from a query string, aware and of our time. Raises InvalidRequest."""
    if at is not None and at.tzinfo is None:
        raise refusals.InvalidRequest(faults=(refusals.Fault(name, "Expected an offset"),))
    return checked_day(name, at)


def checked_day(name: str, on: D) -> D:
    """A day from a query string, of our time. Raises InvalidRequest."""
    try:
        _check_year(on)
    except ValueError as error:
        raise refusals.InvalidRequest(faults=(refusals.Fault(name, str(error)),)) from None
    return on


def _check_year(value: object) -> None:
    """Years in which calendars and PostgreSQL calculate without overflowing; whether a time makes sense is for the rooms."""
    if isinstance(value, date) and not YEAR_FIRST <= value.year <= YEAR_LAST:  # a datetime is a date too
        raise ValueError(f"Expected a year from {YEAR_FIRST} to {YEAR_LAST}")


def after_instant(at: datetime, item_id: UUID) -> str:
    """The key of a page in the order of time: an instant, and an id where two fall together."""
    return f"{at.astimezone(UTC).isoformat()}~{item_id}".replace("+00:00", "Z")


def instant_and_id(after: str) -> tuple[datetime, UUID]:
    """What `after_instant` wrote. Raises InvalidRequest."""
    at, _, item_id = after.partition("~")
    try:
        return msgspec.convert(at, datetime, strict=False).astimezone(UTC), UUID(item_id)
    except (ValueError, OverflowError):  # msgspec.ValidationError is a ValueError
        raise refusals.InvalidRequest(faults=(refusals.Fault("after", "Expected the `next` of a page"),)) from None
