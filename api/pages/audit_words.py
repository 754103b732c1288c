"""How auditors' pages say amounts, kinds and people, and how they ask the address for what is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api import refusals
from api.pages import member_words, rendering, texts
from api.pages.door import PageDoor
from api.pages.texts import Locale
from flows import audit_evidence, audit_names, looked
from flows.audit_flow import Figure
from flows.audit_names import Somebody
from kernel import days
from ledger.units import Unit

CODED = ("audit.value", "audit.kind", "audit.record", "member_kind", "host.kinds")
"""Where the catalogue has the words of what a record's facts say in codes."""
READ = {"officer": "town", "auditor": "town"}

F = TypeVar("F", bound=msgspec.Struct)


@dataclass(frozen=True)
class Words:
    """What templates say of values, in one language."""

    locale: Locale
    units: dict[str, Unit] = field(default_factory=dict[str, Unit])
    people: dict[UUID, Somebody] = field(default_factory=dict[UUID, Somebody])
    to_the_second: bool = True

    def amount(self, value: int, unit: str) -> str:
        """An amount with its unit, by the unit's code."""
        known = self.units.get(unit)
        return member_words.Words(self.locale).amount(value, known) if known is not None else f"{value} {unit}"

    def unit(self, code: str) -> str:
        """What a unit is called."""
        known = self.units.get(code)
        return code if known is None else known.label_en if self.locale == "en" else known.label_ja

    def word(self, group: str, code: str) -> str:
        """The word of a code in a group of the catalogue; a code that has none is shown as it is kept."""
        key = f"audit.{group}.{code}"
        return texts.say(key, self.locale) if key in texts.catalogue() else code

    def one_of(self, groups: Sequence[str], code: str) -> str:
        """The word of a code in the first group that has it; a code that only the town knows is shown as it is kept."""
        found = next((key for group in groups if (key := f"{group}.{code}") in texts.catalogue()), None)
        return texts.say(found, self.locale) if found else code

    def who(self, asked: UUID | str | None) -> str:
        """Who it was: a member by number, others by role, label and organisation."""
        known = self.people.get(UUID(asked) if isinstance(asked, str) else asked) if asked else None
        if known is None:
            return str(asked) if asked else texts.say("audit.system", self.locale)
        if known.number is not None and known.role == "member":
            return texts.say("audit.member", self.locale, number=known.number)
        role = texts.say(f"member.roles.{known.role}", self.locale) if known.role != "organisation" else ""
        where = "" if (known.organisation or "") in (known.label or "") else known.organisation
        return " ".join(each for each in (role, known.label, where) if each)

    def fact(self, name: str, value: Any) -> str:
        """A fact of a record as people read it."""
        if name in audit_evidence.PEOPLE:
            return self.who(value)
        if name.endswith("_at") and isinstance(value, str):
            return self.instant(datetime.fromisoformat(value))
        if name.endswith("_on") and isinstance(value, str):
            return rendering.whole_day(date.fromisoformat(value), self.locale)
        if name == "unit" and isinstance(value, str):
            return self.unit(value)
        if isinstance(value, list | dict):
            return msgspec.json.encode(value).decode() if value else texts.say("audit.none", self.locale)
        return texts.say("audit.none", self.locale) if value is None else self.one_of(CODED, str(value))

    def instant(self, at: datetime) -> str:
        """Day, month, year and clock in Japan; to the second where it is evidence."""
        clock = f"{at.astimezone(days.TOKYO):%H:%M:%S}" if self.to_the_second else rendering.clock(at)
        return f"{rendering.whole_day(days.local_date(at), self.locale)} {clock}"


def show(door: PageDoor, template: str, words: Words, **values: Any) -> Response[str]:
    """A page with the words of auditors."""
    return door.page(
        template,
        amount=words.amount,
        unit_name=words.unit,
        word=words.word,
        who=words.who,
        fact=words.fact,
        instant=words.instant,
        entries_path=entries_path,
        **values,
    )


def of_units(units: Sequence[Unit]) -> dict[str, Unit]:
    """Units by their codes."""
    return {unit.code: unit for unit in units}


def entries_path(unit: str, figure: Figure) -> str:
    """Where the entries behind a figure are listed."""
    asked = {"unit": unit, "from": figure.first, "to": figure.last}
    asked |= {"account_kind": ",".join(figure.account_kinds)} if figure.account_kinds else {}
    asked |= {"kind": ",".join(figure.kinds)} if figure.kinds else {}
    return f"/audit/entries?{urlencode(asked)}"


def following(door: PageDoor, last: UUID) -> str:
    """The same list from the entry `last` on."""
    told = {name: value for name, value in door.request.query_params.items() if name != "after"}
    return f"{door.request.url.path}?{urlencode(told | {'after': str(last)})}"


def asked_of(door: PageDoor, kind: type[F]) -> F:
    """What the address asks for, as `kind`; empty fields count as left out. Raises FormIncomplete."""
    told = {name: value for name, value in door.request.query_params.items() if value}
    try:
        return msgspec.convert(told, kind, strict=False)
    except msgspec.ValidationError as error:
        raise refusals.FormIncomplete(field=str(error).rpartition("`$.")[2].rstrip("`") or "$") from error


async def note(conn: AsyncConnection, door: PageDoor, people: dict[UUID, Somebody], what: str) -> None:
    """Writes down, for each member who is shown, that the caller looked."""
    for member_id in audit_names.members(people):
        await looked.note(conn, door.actor, member_id, what, door.now)
