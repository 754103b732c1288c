"""Where each edition of a scheme stands on a day: to come, in force, superseded, winding down or ended. Derived, never stored. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal
from uuid import UUID

import msgspec

from rules import edition_store
from rules.edition_store import Published
from rules.refusals import UnreadableEdition
from rules.vocabulary.edition import Edition
from rules.vocabulary.ending import WindDown

State = Literal["future", "in_force", "superseded", "winding_down", "ended"]


class Standing(Published, frozen=True, kw_only=True):
    """A published edition, and where it stands on a day. `until` is its last day; None while none follows.

    `winding_down`: nothing is granted any more, and claims are still taken. `ended`: neither. `wind_down` says until when.
    """

    state: State
    until: date | None
    wind_down: WindDown | None


def of_all(published: Sequence[Published], on: date) -> list[Standing]:
    """Where each of a scheme's editions, in the order in which they start, stands on the day `on`."""
    following = [each.starts_on for each in published[1:]]
    ends = [*(day - timedelta(days=1) for day in following), None]
    return [_of(each, until, on) for each, until in zip(published, ends, strict=False)]


def in_force(published: Sequence[Published], on: date) -> Published | None:
    """The edition that is in force on the day `on`, also while it winds down; None before the first one."""
    started = [each for each in published if each.starts_on <= on]
    return started[-1] if started else None


@lru_cache(maxsize=256)
def read(document: str) -> Edition | None:
    """What a document says; None where it cannot be read any more."""
    try:
        return edition_store.parsed(document)
    except UnreadableEdition:
        return None


def find(standings: Sequence[Standing], edition_id: UUID) -> Standing:
    """Where the edition with this id stands, which is among them."""
    return next(each for each in standings if each.edition_id == edition_id)


def _of(published: Published, until: date | None, on: date) -> Standing:
    edition = read(published.document)
    wind_down = edition.wind_down if edition else None
    state = _state(published, until, wind_down, on)
    return Standing(**msgspec.structs.asdict(published), state=state, until=until, wind_down=wind_down)


def _state(published: Published, until: date | None, wind_down: WindDown | None, on: date) -> State:
    if on < published.starts_on:
        return "future"
    if until is not None and until < on:
        return "superseded"
    if wind_down is None or on <= wind_down.last_granting_on:
        return "in_force"
    return "winding_down" if on <= wind_down.last_claim_on else "ended"
