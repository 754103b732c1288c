"""Days of an edition that cannot be: out of the calendar, the last before the first, or over before the edition begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rules.schema import Fault, Path, fault
from rules.vocabulary import conversion, ending, part, periods, who
from rules.vocabulary.earning import Clause
from rules.vocabulary.edition import Edition


def find(edition: Edition, parts: Sequence[tuple[Path, object]]) -> Iterator[Fault]:
    """Every day of `parts`, which are all parts of `edition`, that cannot be."""
    for path, each in parts:
        if isinstance(each, date):
            yield from _out_of_range(path, each)
        elif isinstance(each, part.Part):
            yield from _reversed(path, each)
    yield from _over_before_it_begins(edition)
    if isinstance(edition.wind_down, ending.WindDown):
        yield from _wound_down(edition.wind_down)


def _out_of_range(path: Path, day: date) -> Iterator[Fault]:
    first, last = part.DATE_FIRST, part.DATE_LAST
    if not first <= day <= last:
        yield fault(
            path,
            (f"{day} is not between {first} and {last}", f"{day} は {first} から {last} までの日ではありません"),
            ("Check the year.", "年を確かめてください。"),
        )


def _reversed(path: Path, each: part.Part) -> Iterator[Fault]:
    match each:
        case (
            periods.OneWindow(first_on=first, last_on=last)
            | periods.InDates(first_on=first, last_on=last)
            | conversion.InDates(first_on=first, last_on=last)
            | who.Between(first_on=first, last_on=last)
            | Clause(first_on=date() as first, last_on=date() as last)
        ) if last < first:
            yield fault(
                (*path, "last_on"),
                (f"the last day {last} is before the first day {first}", f"終わる日 {last} が始まる日 {first} より前です"),
                ("Write the earlier day as first_on.", "早い日を first_on に書きます。"),
            )
        case who.Hours(first=first, last=last) if first == last:
            yield fault(
                (*path, "last"),
                (f"from {first} to {last} is no time at all, or all day", f"{first} から {last} では、時間帯が決まりません"),
                (
                    "Write two different times; the last minute is not included.",
                    "異なる時刻を書きます。last の時刻は含みません。",
                ),
            )
        case _:
            return


def _over_before_it_begins(edition: Edition) -> Iterator[Fault]:
    """The last days that may not be before the first day of the edition."""
    last_days: list[tuple[Path, date | None]] = [
        (("year", "last_on"), getattr(edition.year, "last_on", None)),
        (("granting", "last_on"), getattr(edition.granting, "last_on", None)),
        (("expiry", "on"), getattr(edition.expiry, "on", None)),
        (("conversion", "window", "last_on"), getattr(getattr(edition.conversion, "window", None), "last_on", None)),
        (("wind_down", "last_claim_on"), getattr(edition.wind_down, "last_claim_on", None)),
    ]
    last_days += [(("clauses", n, "last_on"), clause.last_on) for n, clause in enumerate(edition.clauses, start=1)]
    last_days += [(("extensions", n, "until"), each.until) for n, each in enumerate(edition.extensions, start=1)]
    for path, day in last_days:
        if day is not None and day < edition.starts_on:
            yield fault(
                path,
                (
                    f"{day} is before the first day of the edition, {edition.starts_on}",
                    f"{day} は版の始まる日 {edition.starts_on} より前です",
                ),
                (f"Write a day from {edition.starts_on} on.", f"{edition.starts_on} 以後の日を書きます。"),
            )


def _wound_down(end: ending.WindDown) -> Iterator[Fault]:
    if end.last_claim_on < end.last_granting_on:
        yield fault(
            ("wind_down", "last_claim_on"),
            ("claims end before granting does", "申請の締切りが、付与の終わる日より前です"),
            (f"Write a day from {end.last_granting_on} on.", f"{end.last_granting_on} 以後の日を書きます。"),
        )
