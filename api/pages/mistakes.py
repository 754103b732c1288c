"""A mistake in a form is told at its field, on the page where it was made, with all that was typed.

try:
    made = await door.once(form.key, form, work, Made)
except mistakes.REFUSED as refused:
    wrong = mistakes.told(door, refused, form, {"birth_date_out_of_range": "born_on"})     # raises what is no mistake of the form
    return await _page(door, said=mistakes.typed(form), wrong=wrong)

The page has a new key: what is sent after it was mended is a wish of its own. Templates show `wrong` by `ui.field`, or by `ui.marked`
and `ui.mistake` where a field is their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from api import context
from api.pages import failures
from api.pages.door import PageDoor, RefusedBefore
from api.problem_table import TABLE
from kernel.refusal import Refusal

REFUSED = (Refusal, RefusedBefore)
NAMED = frozenset({"form_incomplete", "text_missing", "text_too_long", "unreadable_text"})
"""Refusals that name the field themselves."""
NUMBER: dict[str, str] = dict.fromkeys(("bad_member_number", "unknown_member_number", "member_erased"), "number")
"""What is refused about a member's number, in a form that asks for one."""


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong, at which field, what to do about it, and the status that the page is answered with.

    `about` is the member's number that is meant, where several may stand in the field.
    """

    code: str
    field: str
    what: str
    about: str
    then: str
    status: int


def told(door: PageDoor, refused: Exception, form: msgspec.Struct, at: Mapping[str, str]) -> Mistake:
    """The mistake that a refusal tells of, where it is one of the form: `at` leads from codes to fields. Raises `refused` otherwise."""
    if not isinstance(refused, REFUSED):
        raise refused
    facts = refused.facts() if isinstance(refused, Refusal) else refused.facts
    field = facts.get("field") if refused.code in NAMED else at.get(refused.code)
    if field not in form.__struct_fields__:
        raise refused
    status = TABLE[refused.code].status
    context.of(door.request).metrics.refused(refused.code)
    what, then = failures.words(refused.code, status, door.locale, facts)
    about = str(facts.get("number", ""))
    return Mistake(code=refused.code, field=field, what=what, about=about, then=then, status=status)


def typed(form: msgspec.Struct) -> dict[str, Any]:
    """What was typed, as fields show it again; what was left out is empty."""
    return {name: _shown(value) for name, value in msgspec.structs.asdict(form).items()}


def blank(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """A form before anything is typed: what it has by itself, and nothing else."""
    return {
        field.encode_name: "" if field.default is msgspec.NODEFAULT else _shown(field.default)
        for field in msgspec.structs.fields(kind)
    }


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
