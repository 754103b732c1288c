"""Fields without parts: numbers, texts, days, choices, lists of codes; what they show of the document, and what explains them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

import msgspec
from msgspec import inspect

from rules.form import saying
from rules.form.shown import NOBODY, Choice, Field, Sort, View
from rules.phrases import names, values
from rules.schema import Path
from rules.vocabulary import part

_PATTERNS: dict[str | None, Sort] = {
    part.MONTH_DAY_PATTERN: "month_day",
    part.REFERENCE_PATTERN: "choice_or_day",
    part.PAYS_PATTERN: "choice_or_day",
    part.CODE_PATTERN: "code",
    part.KIND_PATTERN: "code",
}
_WORDS = {part.REFERENCE_PATTERN: part.REFERENCES, part.PAYS_PATTERN: part.PAYS}
_SUFFIXES = {
    "time": ("分", "min"),
    "months": ("か月", "months"),
    "days": ("日", "days"),
    "percent": ("%", "%"),
    "people": ("人", "people"),
}
_RANK = {key.rpartition(":")[2]: number for number, key in reversed(list(enumerate(values.VALUES)))}
TRUE, FALSE = "true", "false"
EMPTY: Mapping[str, str] = {}


def scalar(holder: str, field: inspect.Field, given: Any, path: Path, view: View) -> Field:
    """The field of a value without parts; `holder` is the class that it belongs to."""
    kind, may_lack, told = _bare(field.type)
    sort, codes = _sort(kind)
    may_be_empty = field.required and isinstance(kind, inspect.VarTupleType) and not kind.min_length
    choices = _choices(holder, field.encode_name, codes, view) if codes else _proposals(sort, field.encode_name, view)
    if sort == "choice" and (may_lack or given is None):
        choices = (
            Choice("", view.pick(("定めない", "not set")) if may_lack else view.pick(("選んでください", "choose"))),
            *choices,
        )
    if may_be_empty and sort == "several":
        choices = (*choices, Choice(NOBODY, view.pick(values.EMPTY.get(field.encode_name, values.EMPTY[""]))))
    there = _shown(sort, given if given is not None else _usual(field), words(sort, field.encode_name, view))
    known = {each.value for each in choices}
    if sort == "choice":
        choices = (*choices, *(Choice(each, each) for each in there if each not in known))
    return Field(
        path=path,
        label=saying.label(holder, field.encode_name, view),
        sort=sort,
        given=there,
        choices=choices,
        hint=_hint(sort, field.encode_name, told, view),
        suffix=_suffix(holder, field.encode_name, sort, view),
        required=field.required,
        unsaid=may_be_empty and given is None and sort != "several",
    )


def words(sort: Sort, name: str, view: View) -> Mapping[str, str]:
    """What the codes of a list are called where that is plain both ways; other codes are shown as they are."""
    books = {"activity_kinds": view.kinds, "funding": view.lines}
    book = books[name] if sort == "codes" and name in books else EMPTY
    everything = {part.ANY_KIND: view.pick(("すべて", "all"))} if name == "activity_kinds" else {}
    known = {**book, **everything}
    said = list(known.values())
    return {code: word for code, word in known.items() if said.count(word) == 1 and word not in known and len(split(word)) == 1}


def split(text: str) -> list[str]:
    """The items of a list as people write it: 、 or a comma or a space between them."""
    for sign in "、，,":
        text = text.replace(sign, " ")
    return text.split()


def _bare(kind: inspect.Type) -> tuple[inspect.Type, bool, inspect.Metadata | None]:
    """The type, whether it may be left out, and what the vocabulary says of it."""
    may_lack, told = False, None
    while isinstance(kind, inspect.Metadata | inspect.UnionType):
        if isinstance(kind, inspect.Metadata):
            told, kind = told or kind, kind.type
        else:
            may_lack, kind = True, next(each for each in kind.types if not isinstance(each, inspect.NoneType))
    return kind, may_lack, told


def _sort(kind: inspect.Type) -> tuple[Sort, tuple[str, ...]]:
    """How a value is filled in, and the codes to choose from."""
    match kind:
        case inspect.IntType():
            return "number", ()
        case inspect.DateType():
            return "day", ()
        case inspect.BoolType():
            return "choice", (TRUE, FALSE)
        case inspect.LiteralType():
            return "choice", tuple(str(each) for each in kind.values)
        case inspect.VarTupleType():
            return _sort_of_list(kind)
        case inspect.StrType():
            return _PATTERNS.get(kind.pattern, "text"), _WORDS.get(kind.pattern or "", ())
        case _:
            raise NotImplementedError(f"the form has no field for {kind}")


def _sort_of_list(kind: inspect.VarTupleType) -> tuple[Sort, tuple[str, ...]]:
    inner, _, _ = _bare(kind.item_type)
    if isinstance(inner, inspect.LiteralType):
        return "several", tuple(str(each) for each in inner.values)
    return ("numbers" if isinstance(inner, inspect.IntType) else "codes"), ()


def _choices(holder: str, name: str, codes: tuple[str, ...], view: View) -> tuple[Choice, ...]:
    """The choices in words, in the order of the words' own list: days before weeks before months."""
    if set(codes) == {TRUE, FALSE}:
        return tuple(Choice(code, _word(holder, name, code.title(), view)) for code in codes)
    ranked = sorted(codes, key=lambda code: _RANK.get(code, len(_RANK)))
    return tuple(Choice(code, _word(holder, name, code, view)) for code in ranked)


def _word(holder: str, name: str, code: str, view: View) -> str:
    found = values.word(holder, name, code)
    return view.pick(found) if found is not None else code


def _proposals(sort: Sort, name: str, view: View) -> tuple[Choice, ...]:
    return tuple(Choice(code, word) for code, word in view.units.items()) if sort == "code" and name == "into" else ()


def _usual(field: inspect.Field) -> Any:
    """What goes without saying."""
    usual = None if field.default is msgspec.NODEFAULT else field.default
    return list(cast("tuple[Any, ...]", usual)) if isinstance(usual, tuple) else usual


def _shown(sort: Sort, given: Any, called: Mapping[str, str]) -> tuple[str, ...]:
    if given is None:
        return ()
    if sort == "several":
        return tuple(str(each) for each in cast("list[Any]", given)) or (NOBODY,) if isinstance(given, list) else (str(given),)
    if isinstance(given, list):
        return ("、".join(called.get(str(each), str(each)) for each in cast("list[Any]", given)),)
    if isinstance(given, bool):
        return (TRUE if given else FALSE,)
    return (given.isoformat() if isinstance(given, date) else str(given),)


def _hint(sort: Sort, name: str, told: inspect.Metadata | None, view: View) -> str:
    """How to fill it in: what the vocabulary says, where that is not about how a document is written."""
    if sort == "codes" and name == "activity_kinds":
        return view.pick(("「、」で区切って並べます。", "Separate them with commas."))
    if sort == "codes" and name == "funding":
        return view.pick(
            (
                "先に使う順に「、」で区切ります。自治体が払わないときは空けます。",
                "In the order of use, with commas. Empty where the town pays nothing.",
            )
        )
    if sort in {"codes", "numbers"}:
        return view.pick(
            (
                "いくつかあるときは「、」で区切ります。なければ空けます。",
                "Separate several with commas. Leave it empty where there is none.",
            )
        )
    if sort not in {"number", "text", "month_day", "code"} or told is None:
        return ""
    meta = cast("Any", told)
    said: str = view.pick((meta.extra["ja"], meta.extra_json_schema["description"])) if meta.extra else ""
    return said.replace('"', "").replace("書きません", "空けます").replace("leave it out", "leave it empty")


def _suffix(holder: str, name: str, sort: Sort, view: View) -> str:
    known = names.of(holder, name)
    if sort != "number" or known is None:
        return ""
    if known.shown == "unit":
        return view.suffix
    return view.pick(_SUFFIXES.get(known.shown, ("", "")))
