"""From what was filled in to a changed document: what differs from what the form showed is written, and nothing else.

An answer that cannot be read as a number or a day is written as it was typed, so that whoever reads the document tells what is wrong
with it, at its place; so is a name that no code has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from msgspec import inspect

from rules import parse
from rules.form import edits, fields, scalar_fields, shown, writing
from rules.form.edits import Add, Drop, Edit, Put
from rules.form.shown import Field, Items, Shown, Sort, View
from rules.rendering import Toml

Answers = Mapping[str, Sequence[str]]
"""What was filled in, by the name of the field; what was not sent stays as it is."""

KINDS_WITHIN_KINDS_MAX = 6
DIGITS_MAX = 18
_MONTH_DAY = re.compile(r"(\d{1,2})\s*[-/月]\s*(\d{1,2})日?")


def apply(text: str, answers: Answers, view: View) -> str:
    """The document `text` with what was filled in. Raises UnreadableEdition where it is no document."""
    for _ in range(KINDS_WITHIN_KINDS_MAX):  # what is chosen decides which fields there are
        raw = parse.document(text)
        asked = [field for field in shown.fields(fields.whole(raw, view)) if field.sort in {"kind", "set"}]
        chosen = _standing([edit for field in asked if _changed(field, answers) for edit in _choose(field, answers, raw)])
        if not chosen:
            break
        text = writing.write(text, chosen)
    raw = parse.document(text)
    others = [field for field in shown.fields(fields.whole(raw, view)) if field.sort not in {"kind", "set"}]
    return writing.write(text, [_edit(field, answers[field.name], view) for field in others if _changed(field, answers)])


def add(text: str, name: str, view: View) -> str:
    """With one more, empty item in the list `name`; the same text where there is no such list, or it is full."""
    found = _list(text, name, view)
    return writing.write(text, [Add(found.path)]) if found is not None and len(found.items) < found.most else text


def take_away(text: str, name: str, view: View) -> str:
    """Without the item `name`; the same text where there is none."""
    whole = fields.whole(parse.document(text), view)
    path = next((each.path for items in lists(whole) for each in items.items if each.name == name), None)
    return text if path is None else writing.write(text, [Drop(path)])


def lists(parts: Sequence[Shown]) -> list[Items]:
    """Every list of groups, also those within groups."""
    found: list[Items] = []
    for part in parts:
        if isinstance(part, Items):
            found += [part, *lists(part.items)]
        elif isinstance(part, shown.Group):
            found += lists(part.parts)
    return found


def _list(text: str, name: str, view: View) -> Items | None:
    return next((each for each in lists(fields.whole(parse.document(text), view)) if each.name == name), None)


# ------------------------------------------------------------------------------------------------------- what was filled in


def _changed(field: Field, answers: Answers) -> bool:
    if field.name not in answers:
        return False
    told = answers[field.name]
    if field.sort == "several":
        return {each for each in told if each} != set(field.given)
    if field.unsaid:
        return True
    return _plain(_last(told)) != _plain(field.value)


def _last(told: Sequence[str]) -> str:
    """What counts where a value was chosen and another typed: what was typed, which is sent after it."""
    return next((each for each in reversed(told) if each.strip()), "")


def _plain(typed: str) -> str:
    return " ".join(typed.split())


def _choose(field: Field, answers: Answers, raw: dict[str, Any]) -> list[Edit]:
    """What a choice of a kind changes: the kind, and what the new kind does not say in the same way goes."""
    chosen = _plain(_last(answers[field.name]))
    group = field.path if field.sort == "set" else field.path[:-1]
    if not chosen:
        return [Drop(group)] if not field.required else []
    if field.sort == "set":
        return [Put(group, {})]
    there = edits.at(raw, group)
    if not isinstance(there, dict):
        return [*([] if there is None else [Drop(group)]), Put(group, {str(field.path[-1]): chosen})]
    table = cast("dict[str, Any]", there)
    stays = _in_both(fields.kinds_at(group), str(table.get(str(field.path[-1]))), chosen)
    gone = [name for name in table if name not in stays and name != field.path[-1]]
    return [Put(field.path, chosen), *(Drop((*group, name)) for name in gone)]


def _standing(chosen: list[Edit]) -> list[Edit]:
    """Without what was chosen within a part that another choice takes out."""
    gone = [each.path for each in chosen if isinstance(each, Drop)]
    return [each for each in chosen if not any(each.path != path and each.path[: len(path)] == path for path in gone)]


def _in_both(kinds: dict[str, inspect.StructType], before: str, after: str) -> set[str]:
    """The fields that two kinds have, of the same type."""
    was, becomes = (
        {each.encode_name: each.type for each in kinds[tag].fields} if tag in kinds else {} for tag in (before, after)
    )
    return {name for name, kind in becomes.items() if was.get(name) == kind}


def _edit(field: Field, told: Sequence[str], view: View) -> Edit:
    value = _value(field, told, view)
    return Drop(field.path) if value is None else Put(field.path, value)


def _value(field: Field, told: Sequence[str], view: View) -> Toml | None:
    """The value that was meant; None where it is left out."""
    if field.sort == "several":
        chosen = {each for each in told if each}
        meant: list[Toml] = [each.value for each in field.choices if each.value in chosen and each.value != shown.NOBODY]
        return meant if meant or shown.NOBODY in chosen or not field.required else None
    typed = _plain(_last(told))
    if field.sort in {"codes", "numbers"}:
        return _items(field, typed, view)
    return _READ.get(field.sort, str)(typed) if typed else None


def _items(field: Field, typed: str, view: View) -> Toml | None:
    if not typed and not field.required:
        return None
    if field.sort == "numbers":
        return [_number(each) for each in scalar_fields.split(typed)]
    called = scalar_fields.words("codes", str(field.path[-1]), view)
    codes = {word: code for code, word in called.items()}
    return [codes.get(each, each) for each in scalar_fields.split(typed)]


def _number(typed: str) -> int | str:
    """A whole number, also of full width or with a sign between thousands."""
    digits = re.sub(r"(?<=\d)[,、 ](?=\d)", "", unicodedata.normalize("NFKC", typed))
    return int(digits) if re.fullmatch(rf"-?[0-9]{{1,{DIGITS_MAX}}}", digits) else typed


def _day(typed: str) -> date | str:
    try:
        return date.fromisoformat(unicodedata.normalize("NFKC", typed))
    except ValueError:
        return typed


def _month_day(typed: str) -> str:
    """4月1日 and 4/1 as 04-01."""
    found = _MONTH_DAY.fullmatch(unicodedata.normalize("NFKC", typed))
    return typed if found is None else f"{int(found[1]):02}-{int(found[2]):02}"


def _choice(typed: str) -> str | bool:
    return typed == scalar_fields.TRUE if typed in {scalar_fields.TRUE, scalar_fields.FALSE} else typed


_READ: dict[Sort, Callable[[str], Toml]] = {
    "number": _number,
    "day": _day,
    "month_day": _month_day,
    "choice_or_day": _month_day,
    "choice": _choice,
}
