"""Every mistake at the field that it is about; those of parts that have no field are told apart. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

import msgspec

from rules.form import shown
from rules.form.shown import Shown, View
from rules.refusals import RuleError, UnreadableEdition

_LAST = re.compile(r"(?:^|[.\[])[^.\[]*$")


class Mistakes(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong, by the name of the field; and what is wrong where the form has none."""

    at: dict[str, tuple[str, ...]] = {}
    elsewhere: tuple[RuleError, ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(len(each) for each in self.at.values()) + len(self.elsewhere)


def place(refused: UnreadableEdition, parts: Sequence[Shown], view: View) -> Mistakes:
    """Each mistake at its field, or at the nearest part around it that the form shows."""
    labels = shown.labels(parts)
    at: dict[str, tuple[str, ...]] = {}
    elsewhere: list[RuleError] = []
    for error in refused.errors:
        name = _nearest(error.path, labels)
        if name is None or _names_what_has_no_field(error, name):
            elsewhere.append(error)
        else:
            at[name] = (*at.get(name, ()), _worded(error, labels, view))
    return Mistakes(at=at, elsewhere=tuple(elsewhere))


def _nearest(path: str, known: Container[str]) -> str | None:
    while path and path not in known:
        path = _LAST.sub("", path, count=1)
    return path or None


def _names_what_has_no_field(error: RuleError, name: str) -> bool:
    """A key that the vocabulary does not know is seen in the text alone."""
    return error.path != name and "." in error.path[len(name) :] and not error.path.startswith(f"{name}[")


def _worded(error: RuleError, labels: dict[str, str], view: View) -> str:
    """The mistake in the words of the form: what is not there needs no name at its field, else its label stands for its name."""
    name = re.split(r"[.\[]", error.path.rstrip("]0123456789["))[-1]
    missing = error.problem in {f"`{name}` が書かれていません", f"`{name}` is not stated"}
    if missing:
        return view.pick(("まだ書かれていません。", "This is not stated yet."))
    label = labels.get(error.path, name)
    return error.problem.replace(f"`{name}`", view.pick((f"「{label}」", f"“{label}”"))) + view.pick(("。", "."))
