"""From a document to the fields of its form: one walk over the types of the vocabulary, beside what the document says.

A document may be half written: what is not there is an empty field, and what is there and wrong is shown as it is. Tests of persons and
activities stand in one another, and have no fields: they are said in sentences, and changed in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast, get_args

import msgspec
from msgspec import inspect

from rules.form import saying, shown
from rules.form.scalar_fields import scalar
from rules.form.shown import Choice, Field, Group, Items, Shown, View
from rules.phrases import variants
from rules.schema import Path
from rules.vocabulary.edition import Edition
from rules.vocabulary.who import Test

CHAPTERS: dict[str, tuple[str, ...]] = {
    "edition": ("title", "starts_on", "year", "granting"),
    "budget": ("funding", "shares", "when_empty"),
    "clauses": ("clauses",),
    "bonuses": ("bonuses",),
    "caps": ("caps",),
    "ending": ("expiry", "carry", "status_loss", "transfer"),
    "conversion": ("conversion",),
    "names": ("names",),
}
"""The parts of the form, and which chapters of an edition each shows."""
TESTS = frozenset(get_args(Test))


_EDITION = cast("inspect.StructType", inspect.type_info(Edition))
_FIELDS = {field.encode_name: field for field in _EDITION.fields}


def of(raw: dict[str, Any], chapter: str, view: View) -> tuple[Shown, ...]:
    """The fields of one part of the form (a key of CHAPTERS), as the document `raw` fills them."""
    return tuple(part for name in CHAPTERS[chapter] if (part := _part("Edition", _FIELDS[name], raw, (), view)) is not None)


def whole(raw: dict[str, Any], view: View) -> tuple[Shown, ...]:
    """The fields of all parts of the form."""
    return tuple(part for chapter in CHAPTERS for part in of(raw, chapter, view))


def _part(holder: str, field: inspect.Field, table: dict[str, Any], path: Path, view: View) -> Shown | None:
    """What a field of the vocabulary is in the form; None where it has no place there."""
    kind, may_lack = bare(field.type)
    here, given = (*path, field.encode_name), table.get(field.encode_name)
    label = saying.label(holder, field.encode_name, view)
    match kind:
        case inspect.StructType() if may_lack:
            return _may_lack(kind, given, Group(path=here, label=label), view)
        case inspect.StructType():
            return _struct(kind, given, Group(path=here, label=label), view)
        case inspect.UnionType():
            return _union(kind, _stated(given, field), Group(path=here, label=label), view, may_lack)
        case inspect.VarTupleType() if _tables(kind):
            return _items(kind, given, Items(path=here, label=label, items=()), view)
        case inspect.VarTupleType() if isinstance(kind.item_type, inspect.UnionType):
            return None
        case _:
            return scalar(holder, field, given, here, view)


def bare(kind: inspect.Type) -> tuple[inspect.Type, bool]:
    """The type without what is said of it, and whether it may be left out."""
    may_lack = False
    while isinstance(kind, inspect.Metadata | inspect.UnionType):
        if isinstance(kind, inspect.Metadata):
            kind = kind.type
            continue
        stated = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
        may_lack = may_lack or len(stated) < len(kind.types)
        if len(stated) > 1:
            break
        kind = stated[0]
    return kind, may_lack


def _stated(given: Any, field: inspect.Field) -> Any:
    """What is said of a part with kinds, which goes without saying where there is a usual one."""
    if given is None and isinstance(field.default, msgspec.Struct):
        config = field.default.__struct_config__
        return {str(config.tag_field): str(config.tag)}
    return given


def _struct(kind: inspect.StructType, given: Any, group: Group, view: View) -> Group:
    table = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    parts = [_part(kind.cls.__name__, field, table, group.path, view) for field in kind.fields]
    unshown = [field.encode_name for field, part in zip(kind.fields, parts, strict=True) if part is None]
    said = tuple(saying.label(kind.cls.__name__, name, view) for name in unshown if table.get(name))
    return msgspec.structs.replace(group, parts=tuple(part for part in parts if part is not None), unshown=said)


def _may_lack(kind: inspect.StructType, given: Any, group: Group, view: View) -> Group:
    choices = (Choice("", view.pick(("定めない", "not set"))), Choice(shown.SET, view.pick(("定める", "set"))))
    chosen = Field(
        path=group.path,
        label=group.label,
        sort="set",
        given=() if given is None else (shown.SET,),
        choices=choices,
        required=False,
    )
    return msgspec.structs.replace(_struct(kind, given, group, view) if given is not None else group, kind=chosen)


def _union(kind: inspect.UnionType, given: Any, group: Group, view: View, may_lack: bool) -> Group:
    variants_of = {str(each.tag): each for each in structs(kind)}
    tag_field = next(iter(variants_of.values())).tag_field or ""
    table = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    tag = str(table.get(tag_field, ""))
    words = [Choice(code, view.pick(variants.word(each.cls.__name__))) for code, each in variants_of.items()]
    usual = [Choice("", view.pick(("定めない", "not set")))] if may_lack else []
    odd = [Choice(tag, tag)] if tag and tag not in variants_of else []
    chosen = Field(
        path=(*group.path, tag_field),
        label=group.label,
        sort="kind",
        given=(tag,) if tag else (),
        choices=(*usual, *words, *odd),
        required=not may_lack,
    )
    made = _struct(variants_of[tag], table, group, view) if tag in variants_of else group
    return msgspec.structs.replace(made, kind=chosen)


def _items(kind: inspect.VarTupleType, given: Any, items: Items, view: View) -> Items:
    told = cast("list[Any]", given) if isinstance(given, list) else []
    inner = cast("inspect.StructType", kind.item_type)
    groups = tuple(
        _struct(
            inner,
            each,
            Group(path=(*items.path, number), label=saying.numbered(items.label, str(items.path[-1]), number, view)),
            view,
        )
        for number, each in enumerate(told, start=1)
    )
    return msgspec.structs.replace(items, items=groups, least=kind.min_length or 0, most=kind.max_length or 1)


def _tables(kind: inspect.VarTupleType) -> bool:
    return isinstance(kind.item_type, inspect.StructType) and kind.item_type.cls not in TESTS


def structs(kind: inspect.UnionType) -> Iterator[inspect.StructType]:
    """The kinds that a part can be of."""
    return (each for each in kind.types if isinstance(each, inspect.StructType))


def kinds_at(path: Path) -> dict[str, inspect.StructType]:
    """By tag, the kinds that the part at `path` of an edition can be of; none where it has none."""
    kind: inspect.Type = _EDITION
    for part in path:
        kind = _inside(bare(kind)[0], part)
    found = bare(kind)[0]
    return {str(each.tag): each for each in structs(found)} if isinstance(found, inspect.UnionType) else {}


def _inside(kind: inspect.Type, part: str | int) -> inspect.Type:
    """The type of a field or item."""
    if isinstance(kind, inspect.VarTupleType):
        return kind.item_type
    several = structs(kind) if isinstance(kind, inspect.UnionType) else [cast("inspect.StructType", kind)]
    return next(field.type for each in several for field in each.fields if field.encode_name == part)
