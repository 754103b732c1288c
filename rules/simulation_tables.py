"""A simulation as one long table: table, row, measure, value. Spreadsheets turn it into any table they like. Pure."""

from __future__ import annotations

import csv as writing
import io
from collections.abc import Iterator, Mapping

import msgspec

from rules.simulation import Members, Simulation

COLUMNS = ("table", "row", "label", "measure", "value")
ROWS = ("by_month", "by_area", "by_activity_kind", "by_age_band")
Record = tuple[str, str, str, str, str]


def csv(found: Simulation) -> str:
    """The table as CSV (RFC 4180). A text that a spreadsheet would take for a formula is led by an apostrophe."""
    out = io.StringIO()
    writer = writing.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(tuple(_plain(text) for text in record) for record in records(found))
    return out.getvalue()


def records(found: Simulation) -> Iterator[Record]:
    """Every figure of the simulation, in the order in which it tells them."""
    yield from _of("period", "period", "", {"first_on": found.first_on, "last_on": found.last_on, "unit": found.unit})
    yield from _of("outcomes", "outcomes", "", found.outcomes)
    yield from _of("left_out", "left_out", "", found.left_out)
    for name in ("total", *ROWS):
        for row in (found.total,) if name == "total" else getattr(found, name):
            yield from _of(name, row.key, row.label, _figures(row, "key", "label"))
    yield from _of_members(found.members)
    for line in found.budget:
        yield from _of("budget", f"{line.fiscal_year} {line.code}", line.funding_source, _figures(line, "code", "funding_source"))
    for hit in found.caps:
        yield from _of("caps", str(hit.cap), hit.label.ja, _figures(hit, "cap", "label"))
    yield from _of_the_rest(found)


def _of_members(members: Members) -> Iterator[Record]:
    yield from _of("members", "members", "", _figures(members, "largest_gains", "largest_losses"))
    for name in ("largest_gains", "largest_losses"):
        for each in getattr(members, name):
            yield from _of(name, each.member, "", _figures(each, "member"))


def _of_the_rest(found: Simulation) -> Iterator[Record]:
    for asked in found.asked:
        yield from _of("asked", asked.fact, "", {"attendances": asked.attendances})
    for reason in found.reasons:
        yield from _of("reasons", reason.code, "", {"attendances": reason.attendances})
    yield from _of("beyond", "beyond", "", {"beyond": found.beyond, "draws": found.draws})
    if found.conversion is not None:
        yield from _of("conversion", "conversion", "", _figures(found.conversion, "forms"))
        for form in found.conversion.forms:
            yield from _of("conversion", form.form, "", _figures(form, "form"))


def _figures(part: msgspec.Struct, *without: str) -> dict[str, object]:
    return {name: value for name, value in msgspec.structs.asdict(part).items() if name not in without}


def _of(table: str, row: str, label: str, measures: Mapping[str, object]) -> Iterator[Record]:
    for measure, value in measures.items():
        yield table, row, label, measure, "" if value is None else str(value)


def _plain(text: str) -> str:
    """A text that does nothing in a spreadsheet; figures stay figures."""
    return f"'{text}" if text[:1] in {"=", "+", "@", "\t", "\r"} or (text[:1] == "-" and not text[1:].isdecimal()) else text
