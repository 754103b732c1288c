"""What changes from one edition to the next, in plain sentences for people who never see the document. Pure.

What this module promises: equal editions differ in nothing; every field that differs is covered by a change, whose path is that of the
field or of the part in which it stands. Items of a list are compared with those that are about the same, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, cast

import msgspec

from rules import pairing
from rules.phrases import labels, names, speak
from rules.phrases.speak import Locale, Tongue
from rules.vocabulary.edition import Edition
from rules.vocabulary.part import Part, Text

Kind = Literal["changed", "added", "removed", "moved"]
_RISING = frozenset({"unit", "into", "counted", "percent"})


class Change(msgspec.Struct, frozen=True):
    """One change. `path` is as in the new document (`caps[2].limit`, counted from 1), as in the old one where something is removed."""

    path: str
    kind: Kind
    sentence: str


class _Place(msgspec.Struct, frozen=True):
    """Where the walk stands: the path, what people call it, and how it is spoken of before and after."""

    path: str
    called: tuple[str, ...]
    before: Tongue
    now: Tongue

    def at(self, part: Part, field: str) -> _Place:
        """The place of a field of `part`."""
        called = () if labels.goes_without_saying(part, field) else (speak.name(type(part), field, self.now),)
        return _Place(f"{self.path}.{field}".removeprefix("."), self.called + called, self.before, self.now)

    def item(self, number: int, old: Part) -> _Place:
        """The place of an item, called by what it was about; a chapter's name goes without saying then."""
        label = labels.label(old, self.before)
        chapter = self.called[:-1] if labels.is_known(old) else self.called
        before, now = self.before, self.now
        return _Place(f"{self.path}[{number + 1}]", (*chapter, label), before, now)

    def change(self, kind: Kind, ja: str, en: str) -> Change:
        """A change here. `{it}`, with which a sentence begins, is what the place is called."""
        it = self.now.pick(("の".join(self.called), ", ".join(self.called)))
        return Change(self.path, kind, speak.sentence(self.now.pick((ja, en)).replace("{it}", it, 1), self.now))


def between(old: Edition, new: Edition, locale: Locale, unit: str | None = None, scale: int = 0) -> list[Change]:
    """What `new` changes in `old`, in the order of the vocabulary. `unit`: the unit's label, else its code; `scale`: its decimals."""
    place = _Place("", (), Tongue(locale, unit or old.unit, scale), Tongue(locale, unit or new.unit, scale))
    return list(_fields(old, new, place))


def _fields(old: Part, new: Part, place: _Place) -> Iterator[Change]:
    inside = msgspec.structs.replace(place, before=place.before.inside(old), now=place.now.inside(new))
    for field in new.__struct_fields__:
        if getattr(old, field) != getattr(new, field):
            yield from _field(old, new, field, inside)


def _field(old: Part, new: Part, field: str, place: _Place) -> Iterator[Change]:
    was: Any = getattr(old, field)
    becomes: Any = getattr(new, field)
    here = place.at(new, field)
    if isinstance(becomes, Part) and type(was) is type(becomes) and not isinstance(becomes, Text):
        yield from _fields(was, becomes, here)
    elif _all_are(Part, was, becomes):
        yield from _items(cast("tuple[Part, ...]", was), cast("tuple[Part, ...]", becomes), here, field)
    elif _all_are(str, was, becomes):
        yield from _codes(old, new, field, here)
    else:
        yield _one(old, new, field, here)


def _all_are(kind: type, was: Any, becomes: Any) -> bool:
    """Whether both are lists of this kind."""
    both = isinstance(was, tuple) and isinstance(becomes, tuple)
    return both and all(isinstance(each, kind) for each in cast("tuple[Any, ...]", (*was, *becomes)))


def _items(old: Sequence[Part], new: Sequence[Part], place: _Place, field: str) -> Iterator[Change]:
    pairs = pairing.pair(old, new)
    for was, becomes in pairs.kept:
        if old[was] != new[becomes]:
            yield from _fields(old[was], new[becomes], place.item(becomes, old[was]))
    one = names.ITEMS.get(field, "item")
    for at in pairs.come:
        said = speak.phrase(new[at], place.now)
        here = msgspec.structs.replace(place, path=f"{place.path}[{at + 1}]")
        yield here.change("added", f"{{it}}に、次が加わります: {said}", f"{{it}}: new {one}: {said}")
    for at in pairs.gone:
        said = speak.phrase(old[at], place.before)
        here = msgspec.structs.replace(place, path=f"{place.path}[{at + 1}]")
        yield here.change("removed", f"{{it}}から、次がなくなります: {said}", f"{{it}}: no longer: {said}")
    if pairs.moved:
        order = speak.listed([labels.label(each, place.now) for each in new], place.now)
        yield place.change("moved", f"{{it}}の順番が変わります: {order}", f"{{it}}: the order changes: {order}")


def _codes(old: Part, new: Part, field: str, place: _Place) -> Iterator[Change]:
    was: tuple[str, ...] = getattr(old, field)
    becomes: tuple[str, ...] = getattr(new, field)
    come = tuple(each for each in becomes if each not in was)
    gone = tuple(each for each in was if each not in becomes)
    if come and was:
        said = speak.said(new, field, come, place.now)
        yield place.change("changed", f"{{it}}に、{said}が加わります", f"{{it}}: new: {said}")
    if gone and becomes:
        said = speak.said(old, field, gone, place.before)
        yield place.change("changed", f"{{it}}から、{said}がなくなります", f"{{it}}: no longer: {said}")
    if not (was and becomes) or not (come or gone):
        yield _one(old, new, field, place)


def _one(old: Part, new: Part, field: str, place: _Place) -> Change:
    """A field that has another value."""
    was, becomes = speak.value(old, field, place.before), speak.value(new, field, place.now)
    if was == becomes:  # two values in the same words: as the document writes them
        was, becomes = (str(msgspec.to_builtins(getattr(part, field))) for part in (old, new))
    if getattr(old, field) is None:
        return place.change("added", f"{{it}}が定められます: {becomes}", f"{{it}} is set: {becomes}")
    if getattr(new, field) is None:
        return place.change(
            "removed", f"{{it}}の定めがなくなります(これまで: {was})", f"{{it}} is no longer set (until now: {was})"
        )
    if isinstance(getattr(new, field), Part):
        return place.change(
            "changed",
            f"{{it}}が変わります。これまで: {was}。これから: {becomes}",
            f"{{it}}: until now {was}; from now on {becomes}",
        )
    ja, en = _moves(old, new, field)
    return place.change("changed", f"{{it}}が、{was}から{becomes}に{ja}", f"{{it}}{en} from {was} to {becomes}")


def _moves(old: Part, new: Part, field: str) -> tuple[str, str]:
    """The verb: more and less are said of what is counted in points, yen or percent."""
    was, becomes, known = getattr(old, field), getattr(new, field), names.of(type(new).__name__, field)
    if known is None or known.shown not in _RISING or not isinstance(was, int) or not isinstance(becomes, int):
        return "変わります", ":"
    return ("増えます", " rises") if becomes > was else ("減ります", " falls")
