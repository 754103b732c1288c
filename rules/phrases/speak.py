"""Values and parts in words: the machinery behind `names`, `values` and `parts`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from kernel import amounts
from rules.phrases import names, parts, values
from rules.vocabulary.part import Part

Locale = Literal["ja", "en"]
LOCALES: tuple[Locale, ...] = ("ja", "en")
_UNITS = {"yen": ("円", " yen"), "pt": ("ポイント", " points"), "point": ("ポイント", " points"), "minute": ("分", " min")} | {
    "stamp": ("スタンプ", " stamps"),
    "hour": ("時間", " h"),
}
_PIECE = re.compile(r"\[([^\]]*)\]|\{(\w+)(?::(\w+))?\}")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Tongue(msgspec.Struct, frozen=True):
    """A language, the unit that amounts are in with its decimals, and what they become. Codes, or a label that the caller gave.

    `called` is what the reader knows a code of an activity by; one that is not in it is quoted as it is.
    """

    locale: Locale
    unit: str
    scale: int = 0
    into: str = ""
    called: dict[str, str] = {}

    def pick(self, both: tuple[str, str]) -> str:
        """The one of a Japanese and an English text."""
        return both[0] if self.locale == "ja" else both[1]

    def inside(self, part: Part) -> Tongue:
        """The same within a part: a fee is paid in its own unit, a rate leads into its own."""
        unit = getattr(part, "unit", None) if type(part).__name__ == "Fee" else None
        into: str | None = getattr(part, "into", None)
        stage = self.into if type(part).__name__ == "Stage" and self.into else None
        other = unit or stage
        return Tongue(self.locale, other or self.unit, 0 if other else self.scale, into or self.into, self.called)


def name(part: type[Part], field: str, tongue: Tongue) -> str:
    """What a field is called. One without a name of its own is called by how it is described."""
    known = names.of(part.__name__, field)
    if known is not None:
        return known.ja if tongue.locale == "ja" else known.en
    told = _described(part).get(field, {"en": field, "ja": field})
    return re.split(r"[.,:;。、:(]", told[tongue.locale])[0].strip() or field


def value(part: Part, field: str, tongue: Tongue, shown: str | None = None) -> str:
    """The value of a field in words. `shown` says how, where not as its name says."""
    known = names.of(type(part).__name__, field)
    return _said(part, field, getattr(part, field), tongue.inside(part), shown or (known.shown if known else ""))


def phrase(part: Part, tongue: Tongue) -> str:
    """A part in one phrase. What its phrase does not mention is added by name."""
    both = parts.PARTS.get(type(part).__name__)
    template = tongue.pick(both) if both else ""
    told = filled(part, both, tongue) if both else ""
    mentioned = {found[1] for found in re.finditer(r"\{(\w+)", template)} | parts.IMPLIED.get(type(part).__name__, set[str]())
    rest = [field for field in part.__struct_fields__ if field not in mentioned and not _silent(part, field)]
    more = tongue.pick(("、", "; ")).join(f"{name(type(part), field, tongue)}: {value(part, field, tongue)}" for field in rest)
    told += tongue.pick((f"({more})", f" ({more})")) if more else ""
    return told.strip() or str(part.__struct_config__.tag or type(part).__name__)


def filled(part: Part, both: tuple[str, str], tongue: Tongue) -> str:
    """A template in both languages, filled with what the part says."""
    return _PIECE.sub(lambda found: _piece(part, found, tongue), tongue.pick(both)).strip()


def said(part: Part, field: str, given: Any, tongue: Tongue) -> str:
    """`given` in words, as if it were the value of a field of `part`."""
    known = names.of(type(part).__name__, field)
    return _said(part, field, given, tongue.inside(part), known.shown if known else "")


def day(on: date, tongue: Tongue) -> str:
    """A day in words."""
    return tongue.pick((f"{on.year}年{on.month}月{on.day}日", f"{on.day} {_MONTHS[on.month - 1]} {on.year}"))


def listed(items: Sequence[str], tongue: Tongue) -> str:
    """Several in one line."""
    return tongue.pick(("、", ", ")).join(items)


def sentence(said: str, tongue: Tongue) -> str:
    """What was said, with the stop of the language, and the capital where it has one."""
    return tongue.pick((f"{said}。", f"{said[:1].upper()}{said[1:]}."))


def _piece(part: Part, found: re.Match[str], tongue: Tongue) -> str:
    optional, field, shown = found.groups()
    if optional is None:
        return value(part, field, tongue, shown)
    inner = [given for given, _ in re.findall(r"\{(\w+)(:\w+)?\}", optional)]
    if any(_silent(part, each) for each in inner):
        return ""
    return _PIECE.sub(lambda each: _piece(part, each, tongue), optional)


def _silent(part: Part, field: str) -> bool:
    """Whether a field says nothing: not there, empty, or what goes without saying."""
    given = getattr(part, field, None)
    if given is None or given == () or (given == 0 and type(given) is int):
        return True
    default = _defaults(type(part)).get(field, msgspec.NODEFAULT)
    return default is not msgspec.NODEFAULT and given == default


@lru_cache(maxsize=256)
def _defaults(part: type[Part]) -> dict[str, Any]:
    """What each field is where the document does not say it."""
    return {each.name: each.default for each in msgspec.structs.fields(part)}


def _said(part: Part, field: str, given: Any, tongue: Tongue, shown: str) -> str:
    if isinstance(given, tuple):
        return _many(part, field, cast("tuple[Any, ...]", given), tongue, shown)
    if isinstance(given, Part):
        return phrase(given, tongue)
    if isinstance(given, date):
        return day(given, tongue)
    word = values.word(type(part).__name__, field, given) if isinstance(given, str | bool) and shown != "code" else None
    if word is not None:
        return tongue.pick(word)
    if isinstance(given, int):
        return _SHOWN.get(shown, _plain)(part, given, tongue)
    return (
        _month_day(str(given), tongue) if shown == "day" else str(given) if given is not None else tongue.pick(("なし", "none"))
    )


def _many(part: Part, field: str, items: Sequence[Any], tongue: Tongue, shown: str) -> str:
    if not items:
        return tongue.pick(values.EMPTY.get(f"{type(part).__name__}.{field}") or values.EMPTY.get(field) or values.EMPTY[""])
    if field == "for_each":
        return _for_each(part, items, tongue)
    return listed(
        [_code(item, tongue) if shown == "codes" else _said(part, field, item, tongue, shown) for item in items], tongue
    )


def _code(item: str, tongue: Tongue) -> str:
    if item in tongue.called:
        return tongue.called[item]
    return tongue.pick(("ほかのすべての活動", "all other activities") if item == "*" else (f"「{item}」", f"“{item}”"))


def _for_each(part: Part, items: Sequence[str], tongue: Tongue) -> str:
    each = [tongue.pick(values.word(type(part).__name__, "for_each", item) or (item, item)) for item in items]
    return tongue.pick(("・".join(each) + "ごとに", "for each " + " and ".join(each)))


def _plain(_part: Part, given: int, _tongue: Tongue) -> str:
    return f"{given:,}"


def _in(unit: str, given: int, tongue: Tongue, scale: int = 0) -> str:
    said = f"{given:,}" if scale == 0 else amounts.shown(given, scale)
    ja, en = _UNITS.get(unit, (unit, f" {unit}"))
    return said + tongue.pick((ja, en.removesuffix("s") if given == 10**scale else en))


def _time(_part: Part, given: int, tongue: Tongue) -> str:
    hours, rest = divmod(given, 60)
    said = [tongue.pick((f"{hours}時間", f"{hours} h"))] if hours else []
    said += [tongue.pick((f"{rest}分", f"{rest} min"))] if rest or not hours else []
    return tongue.pick(("", " ")).join(said)


def _counted(part: Part, given: int, tongue: Tongue) -> str:
    """What a limit counts: points, time, times or value."""
    of = getattr(part, "of", "amount")
    if of == "minutes":
        return _time(part, given, tongue)
    if of in {"grants", "claims"}:
        return tongue.pick((f"{given:,}回", f"{given:,} times"))
    return _in(tongue.into, given, tongue) if of == "value" else _in(tongue.unit, given, tongue, tongue.scale)


def _with(ja: str, en: str) -> Callable[[Part, int, Tongue], str]:
    return lambda _part, given, tongue: f"{given:,}" + tongue.pick((ja, en))


_SHOWN: dict[str, Callable[[Part, int, Tongue], str]] = {
    "unit": lambda _part, given, tongue: _in(tongue.unit, given, tongue, tongue.scale),
    "into": lambda _part, given, tongue: _in(tongue.into or tongue.unit, given, tongue),
    "counted": _counted,
    "time": _time,
    "people": _with("人", " people"),
    "percent": _with("%", " %"),
    "months": _with("か月", " months"),
    "days": _with("日", " days"),
    "years": _with("歳", ""),
    "year": lambda _part, given, _tongue: str(given),
    "later": lambda _part, given, tongue: tongue.pick((f"{given}年", f"{given} year{'s' * (given != 1)}")),
}


def _month_day(given: str, tongue: Tongue) -> str:
    if not re.fullmatch(r"\d\d-\d\d", given):
        return given
    month, on = (int(number) for number in given.split("-"))
    return tongue.pick((f"{month}月{on}日", f"{on} {_MONTHS[month - 1]}"))


@lru_cache(maxsize=256)
def _described(part: type[Part]) -> dict[str, dict[str, str]]:
    """How each field of a part is described, in both languages."""
    told: dict[str, dict[str, str]] = {}
    for field, hint in get_type_hints(part, include_extras=True).items():
        notes = [each for each in _notes(hint) if isinstance(each, Meta) and each.description]
        if notes:
            told[field] = {"en": str(notes[0].description), "ja": str((notes[0].extra or {}).get("ja", field))}
    return told


def _notes(hint: Any) -> list[Any]:
    if get_origin(hint) is Annotated:
        return list(get_args(hint)[1:])
    return [note for each in get_args(hint) for note in _notes(each)]
