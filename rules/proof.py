"""Published schemes as the proof of the vocabulary: what a page said, as events and what must come of them (`tests/vectors`).

A scheme's document names its presets and what was seen of the page; each vector says on what its expectation rests (`basis`), so that
nobody takes our arithmetic for what a municipality printed. A vector is tried as `yui rules evaluate` tries anybody's facts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal, cast

import msgspec
from msgspec import Meta

from rules import check
from rules.trial_purse import Result
from rules.vocabulary.edition import Edition

Basis = Literal["printed_example", "printed_table_row", "printed_pair", "applies_printed_rule", "derived", "ambiguous"]
"""A worked example, a row of a table, or a number and its amount, all of them on the page; the page's rule on figures of ours; what
follows from it by arithmetic; one of several readings of what is printed."""

Table = dict[str, Any]
Line = Annotated[str, Meta(min_length=1)]


class LeftOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A printed clause that the vocabulary cannot say, and why not."""

    clause: Line
    why: Line


class Vector(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is given, as events of the facts document, and what must come of it.

    An attendance with `times` stands for so many on consecutive days. Each of `expect` names an `id` and some of its result's fields,
    or the sum of a field over all results of a type (`sum_of`). `ours` marks what no page was asked for: it tries a clause that the
    scheme's own vectors leave untried. `preset` and `members` are the scheme's where they are left out.
    """

    given: Line
    basis: Basis
    events: Annotated[tuple[Table, ...], Meta(min_length=1)]
    expect: Annotated[tuple[Table, ...], Meta(min_length=1)]
    members: tuple[Table, ...] | None = None
    preset: str | None = None
    ours: bool = False


class Scheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A published scheme: what was seen of it, in which presets it is expressed, and what was left out.

    `seen` is how much of the page could be read. `said` has chapters of an edition for a scheme whose page gave no figures to compute
    with; `beside` is what decides no figure.
    """

    code: Line
    like: Line
    prefecture: Line
    name: Line
    date: Line
    seen: Literal["full", "near-full", "partial", "eligibility-only"]
    presets: tuple[str, ...] = ()
    said: Table = {}
    left_out: tuple[LeftOut, ...] = ()
    beside: tuple[str, ...] = ()
    members: tuple[Table, ...] = ()
    vectors: tuple[Vector, ...] = ()


def read(text: str) -> Scheme:
    """The scheme that a document states. Raises msgspec.ValidationError and tomllib.TOMLDecodeError, for whoever wrote it."""
    return msgspec.convert(tomllib.loads(text), Scheme)


# ------------------------------------------------------------------------------------------------------------- trying a vector


def differences(scheme: Scheme, vector: Vector, presets: Mapping[str, str]) -> list[str]:
    """What does not come out as expected, each in a line; none where the vector holds. `presets` are documents by their code."""
    facts = {"members": vector.members or scheme.members, "events": list(_events(vector.events))}
    text = presets[vector.preset or scheme.presets[0]]
    results = check.evaluate_document(text, msgspec.json.encode(facts))
    return [line for expected in vector.expect for line in _compared(expected, results)]


def _events(events: tuple[Table, ...]) -> Iterator[Table]:
    for event in events:
        if "times" not in event:
            yield event
            continue
        first = cast("date", event["occurred_on"])
        plain = {name: value for name, value in event.items() if name != "times"}
        for number in range(event["times"]):
            yield plain | {"id": f"{event['id']}-{number + 1}", "occurred_on": first + timedelta(days=number)}


def _compared(expected: Table, results: list[Result]) -> Iterator[str]:
    named = {name: value for name, value in expected.items() if name not in {"id", "sum_of"}}
    kind = expected.get("sum_of")
    meant = [result for result in results if (result.id == expected["id"] if kind is None else result.type == kind)]
    if not meant:
        yield f"{kind or expected['id']}: there is no such event"
        return
    for name, wanted in named.items():
        came = [_figure(result, name) for result in meant]
        found = came[0] if kind is None else sum(cast("list[int]", came))
        if found != (str(wanted) if isinstance(wanted, date) else wanted):
            yield f"{kind or meant[0].id}: {name} is {found}, not {wanted} ({meant[-1].reason})"


def _figure(result: Result, name: str) -> Any:
    """A field of the result, or one of its details."""
    return getattr(result, name) if name in result.__struct_fields__ else result.details.get(name)


# ------------------------------------------------------------------------------------------------- what was said of the others

_PLAIN: Table = {
    "scheme": "said",
    "name": {"ja": "読みとり", "en": "As read"},
    "title": {"ja": "読みとり", "en": "As read"},
    "unit": "point",
    "starts_on": date(2010, 4, 1),
    "year": {"type": "fiscal"},
    "funding": ["general"],
    "when_empty": "wait",
    "eligibility": [],
    "clauses": [{"activity_kinds": ["*"], "earn": {"how": "host_set", "at_least": 1, "at_most": 1000}}],
    "caps": [],
    "expiry": {"type": "never"},
    "carry": {"type": "all"},
    "status_loss": {"type": "keeps"},
    "conversion": {"how": "none"},
}
_EXCHANGE: Table = {
    "how": "exchange",
    "rate": {"how": "linear", "give": 1, "get": 1},
    "into": "value",
    "minimum": 0,
    "remainder": "kept",
    "points_of": "any_year",
    "window": {"type": "any_time"},
    "pays": "at_once",
    "forms": [{"form": "cash"}],
}


def stated(said: Table) -> Edition:
    """The chapters `said` within an edition that leaves all else open. Raises msgspec.ValidationError where they cannot be said so."""
    whole = _PLAIN | said
    if "conversion" in said:
        whole["conversion"] = _EXCHANGE | said["conversion"]
    return msgspec.convert(whole, Edition)
