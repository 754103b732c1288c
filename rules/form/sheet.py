"""The whole form of a document: its fields by chapter, the sentences beside them, what has no field, and every mistake. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from rules import parse, statements
from rules.form import answers, fields, mistakes, saying, shown
from rules.form.answers import Answers
from rules.form.mistakes import Mistakes
from rules.form.shown import Shown, View
from rules.phrases import kinds
from rules.phrases.speak import LOCALES, Locale
from rules.refusals import UnreadableEdition
from rules.schema import NESTING_MAX
from rules.vocabulary.edition import Edition


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A form. `said` is by the name of a chapter or of an item of one; `unshown` are the sentences of what has no field.

    `for_offices` are the chapters that the public does not read; `trails` lead to each field that is wrong, by its name.
    """

    document: str
    view: View
    chapters: dict[str, tuple[Shown, ...]]
    said: dict[str, str]
    unshown: tuple[str, ...]
    mistakes: Mistakes
    trails: dict[str, tuple[str, ...]]
    for_offices: frozenset[str] = statements.FOR_OFFICES


class Town(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a form is made, apart from the document: language, unit and decimals, budget lines and units by code.

    `suffix` is what a number of the unit's smallest part is followed by.
    """

    locale: Locale
    unit: str
    scale: int = 0
    suffix: str = ""
    lines: Mapping[str, str] = {}
    units: Mapping[str, str] = {}


def of(document: str, town: Town, *, checked: bool = True) -> Sheet:
    """The form of `document`. Raises UnreadableEdition where it is no document. Mistakes are not told unless `checked`."""
    raw, view = _read(document, town)
    chapters = {name: fields.of(raw, name, view) for name in fields.CHAPTERS}
    said = saying.sentences(raw, view)
    whole = [part for parts in chapters.values() for part in parts]
    wrong = _mistakes(document, whole, view) if checked else Mistakes()
    return Sheet(
        document=document,
        view=view,
        chapters=chapters,
        said=said,
        unshown=tuple(said[name] for name in _unshown(raw, said)),
        mistakes=wrong,
        trails={name: trail for name, trail in shown.trails(whole).items() if name in wrong.at},
    )


def readable(document: str) -> bool:
    """Whether there can be a form of it: it is a document, however wrong."""
    try:
        return not _deeper(parse.document(document), NESTING_MAX)
    except UnreadableEdition:
        return False


def filled(document: str, told: Answers, do: str, town: Town) -> str:
    """The document with what was filled in; `do` is "add:" or "take:" and a name, or anything else. Raises UnreadableEdition."""
    _, view = _read(document, town)
    after = answers.apply(document, told, view)
    what, _, name = do.partition(":")
    if what == "add":
        return answers.add(after, name, view)
    return answers.take_away(after, name, view) if what == "take" else after


def _read(document: str, town: Town) -> tuple[dict[str, Any], View]:
    raw = parse.document(document, town.locale)
    if _deeper(raw, NESTING_MAX):
        raise UnreadableEdition(errors=())
    told = {name: getattr(town, name) for name in Town.__struct_fields__}
    return raw, View(kinds=_called(raw, town.locale), **told)


def _deeper(value: object, levels: int) -> bool:
    """Whether parts stand in each other deeper than so many levels."""
    inner: list[object] = []
    if isinstance(value, dict):
        inner = list(cast("dict[str, object]", value).values())
    elif isinstance(value, list):
        inner = cast("list[object]", value)
    return levels == 0 or any(_deeper(each, levels - 1) for each in inner)


def _called(raw: dict[str, Any], locale: Locale) -> dict[str, str]:
    """What activities are called: as the document says, else by the word that many towns have."""
    common = {code: both[LOCALES.index(locale)] for code, both in kinds.KINDS.items()}
    named = [each for each in _list(raw.get("names")) if _texts(each, "code", locale)]
    own = {each["code"]: each[locale] for each in named}
    return common | own


def _list(value: Any) -> list[dict[str, Any]]:
    items = cast("list[Any]", value) if isinstance(value, list) else []
    return [cast("dict[str, Any]", each) for each in items if isinstance(each, dict)]


def _texts(table: dict[str, Any], *names: str) -> bool:
    return all(isinstance(table.get(name), str) for name in names)


def _unshown(raw: dict[str, Any], said: dict[str, str]) -> list[str]:
    """The names of what the document says in chapters that have no field."""
    has_fields = {name for chapter in fields.CHAPTERS.values() for name in chapter}
    rest = [name for name in Edition.__struct_fields__ if name in raw and name not in has_fields]
    return [said_of for name in rest for said_of in said if said_of == name or said_of.startswith(f"{name}[")]


def _mistakes(document: str, whole: list[Shown], view: View) -> Mistakes:
    try:
        parse.parse(document, view.locale)
    except UnreadableEdition as refused:
        return mistakes.place(refused, whole, view)
    return Mistakes()
