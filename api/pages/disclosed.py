"""What is kept about a member as people read it: tables with words, without the ids that stand in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, cast

import msgspec
from litestar import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages import member_words, rendering, texts
from api.pages.door import PageDoor
from api.pages.texts import Locale
from flows import disclosure
from flows.disclosure import Disclosed
from kernel import days
from ledger import units
from ledger.units import Unit

FILE = "yui-kojin-joho.json"
_IN_THE_FILE = frozenset({"facts", "decision", "payout", "unit"})
_AMOUNTS = frozenset({"amount", "held", "balance_after", "remaining"})
_CODES = frozenset(
    {"role", "by_role", "fields", "seen_on", "opened_by", "ended_how", "way", "side", "relation", "powers", "consent", "thing"}
    | {"method", "direction", "kind", "payer", "answer", "outcome", "form", "notice", "settled_how", "flags"}
)


class Table(NamedTuple):
    """A part as it is printed: its key, the keys of its columns, and the cells; `more` where older rows are left out."""

    name: str
    columns: list[str]
    rows: list[list[str]]
    more: bool


@dataclass(frozen=True)
class _Reader:
    locale: Locale
    years: str
    known: Mapping[str, Unit]

    def cell(self, name: str, row: Mapping[str, Any]) -> str:
        """One value in words."""
        value = row[name]
        if name in _AMOUNTS and isinstance(value, int) and row.get("unit") in self.known:
            return member_words.Words(self.locale).amount(value, self.known[row["unit"]])
        return self._said(name, value)

    def _said(self, name: str, value: Any) -> str:
        if value is None or value == "":
            return "–"
        if isinstance(value, bool):
            return self._word("yes" if value else "no")
        if isinstance(value, datetime):
            return f"{rendering.whole_day(days.local_date(value), self.locale, self.years)} {rendering.clock(value)}"
        if isinstance(value, date):
            return rendering.whole_day(value, self.locale, self.years)
        if isinstance(value, list):
            return " ".join(self._said(name, each) for each in cast("list[Any]", value)) or "–"
        return self._word(str(value)) if name in _CODES else str(value)

    def _word(self, code: str) -> str:
        key = f"disclosure.said.{code}"
        return texts.say(key, self.locale) if key in texts.catalogue() else code


async def read(conn: AsyncConnection, door: PageDoor, member_id: Any) -> tuple[Disclosed, list[Table]]:
    """Everything about a member, and the tables that tell it."""
    found = await disclosure.read(conn, member_id, door.locale, now=door.now)
    reader = _Reader(door.locale, door.years, {unit.code: unit for unit in await units.all_units(conn)})
    return found, [_table(part, reader) for part in found.parts]


def file(found: Disclosed) -> Response[bytes]:
    """The same as a file for another program."""
    headers = {"Content-Disposition": f'attachment; filename="{FILE}"', "Cache-Control": "no-store"}
    return Response(msgspec.json.format(msgspec.json.encode(found), indent=1), media_type="application/json", headers=headers)


def _table(part: disclosure.Part, reader: _Reader) -> Table:
    columns = _shown(part.rows)
    return Table(part.name, columns, [[reader.cell(name, row) for name in columns] for row in part.rows], part.more)


def _shown(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Columns in which something stands, without ids and what is for programs."""
    names = list(rows[0]) if rows else []
    kept = [name for name in names if not name.endswith("_id") and name not in _IN_THE_FILE]
    return [name for name in kept if any(row[name] not in (None, "", []) for row in rows)]
