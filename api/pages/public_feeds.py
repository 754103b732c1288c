"""Activities to come, as other programs read them: iCalendar (RFC 5545), Atom (RFC 4287) and CSV (RFC 4180). Pure.

What is written by people is escaped as each format wants it: a title can end no line, no property, no element, and starts no formula.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

from activities.agenda import Place
from community.municipalities import Municipality
from kernel import days
from wallets.payment_file import BOM, safe_cell

LINE_OCTETS_MAX = 75
"""RFC 5545, 3.1: lines are folded so that none is longer, without the break."""
HEADER = (
    "全国地方公共団体コード",
    "ID",
    "地方公共団体名",
    "イベント名",
    "開始日",
    "終了日",
    "開始時間",
    "終了時間",
    "主催者",
    "場所名称",
    "定員",
    "残り",
    "URL",
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class Feed(NamedTuple):
    """A town's activities, under which address its pages are found, and when they were looked up."""

    town: Municipality
    activities: tuple[Place, ...]
    public_url: str
    now: datetime

    @property
    def page(self) -> str:
        """The address of the town's page."""
        return f"{self.public_url}/m/{self.town.code}"


def icalendar(feed: Feed) -> str:
    """A calendar with one event for each activity; its UID is the activity's own, so a change replaces the event."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yui//Activities//JA", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{_text(feed.town.name)}")
    for each in feed.activities:
        lines += _event(each, feed)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in fold(line))


def fold(line: str) -> Iterator[str]:
    """`line` in pieces of at most LINE_OCTETS_MAX octets, each but the first beginning with a space; no character is torn."""
    piece, octets = "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > LINE_OCTETS_MAX:
            yield piece
            piece, octets = " ", 1
        piece, octets = piece + character, octets + size
    yield piece


def atom(feed: Feed) -> str:
    """A feed with one entry for each activity, the soonest first."""
    written = _CONTROLS.sub("", "".join(_entry(each, feed) for each in feed.activities))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ja">'
        f"<title>{_xml(feed.town.name)}</title><id>{_xml(feed.page)}</id><updated>{_iso(feed.now)}</updated>"
        f'<link rel="self" type="application/atom+xml" href="{_xml(feed.page)}/activities.atom"/>'
        f'<link rel="alternate" type="text/html" href="{_xml(feed.page)}"/>'
        f"<author><name>{_xml(feed.town.name)}</name></author>{written}</feed>\n"
    )


def open_data(feed: Feed) -> bytes:
    """A table with a row for each activity, in UTF-8 with a mark that spreadsheets know it by."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(HEADER)
    for each in feed.activities:
        writer.writerow([safe_cell(cell) for cell in _cells(each, feed)])
    return (BOM + written.getvalue()).encode()


def _event(each: Place, feed: Feed) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{each.slot_id}@{_host(feed)}",
        f"DTSTAMP:{_basic(feed.now)}",
        f"DTSTART:{_basic(each.starts_at)}",
        f"DTEND:{_basic(each.ends_at)}",
        f"SUMMARY:{_text(each.title)}",
        f"LOCATION:{_text(each.place)}",
        f"DESCRIPTION:{_text(each.organisation)}",
        f"URL:{feed.page}",
        "END:VEVENT",
    ]


def _entry(each: Place, feed: Feed) -> str:
    starts, ends = (at.astimezone(days.TOKYO) for at in (each.starts_at, each.ends_at))
    when = f"{starts:%Y-%m-%d %H:%M}〜{ends:%H:%M}"
    return (
        f"<entry><id>urn:uuid:{each.slot_id}</id><title>{_xml(each.title)}</title><updated>{_iso(feed.now)}</updated>"
        f'<link rel="alternate" type="text/html" href="{_xml(feed.page)}"/>'
        f"<summary>{_xml(f'{when} {each.place} {each.organisation}')}</summary></entry>"
    )


def _cells(each: Place, feed: Feed) -> tuple[str, ...]:
    starts, ends = (at.astimezone(days.TOKYO) for at in (each.starts_at, each.ends_at))
    return (
        feed.town.code,
        str(each.slot_id),
        feed.town.name,
        each.title,
        f"{starts:%Y-%m-%d}",
        f"{ends:%Y-%m-%d}",
        f"{starts:%H:%M}",
        f"{ends:%H:%M}",
        each.organisation,
        each.place,
        str(each.capacity),
        str(each.left),
        feed.page,
    )


def _text(told: str) -> str:
    """RFC 5545, 3.3.11: what would end the value, or the line, is escaped."""
    plain = _CONTROLS.sub("", told.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _xml(told: str) -> str:
    return escape(told, {'"': "&quot;"})


def _basic(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _host(feed: Feed) -> str:
    return feed.public_url.partition("://")[2]
