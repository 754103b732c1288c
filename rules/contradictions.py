"""What each part of an edition allows and the whole does not: what would silently never apply, or says two things at once.

A person who wrote it meant something; so it is refused at its line, with how to say it, and never quietly passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from kernel import text
from rules import contradictions_days, contradictions_money, contradictions_tests
from rules.schema import Fault, Path, fault
from rules.vocabulary import part
from rules.vocabulary.caps import Cap, ToNothing
from rules.vocabulary.conversion import NoConversion
from rules.vocabulary.earning import Clause
from rules.vocabulary.edition import Edition
from rules.vocabulary.ending import KeepsWholeLots


def find(edition: Edition) -> Iterator[Fault]:
    """Every contradiction of `edition`, at its place, with how to say it."""
    parts = list(_parts(edition))
    for path, each in parts:
        if isinstance(each, part.Text):
            yield from _unreadable(path, each)
        elif isinstance(each, tuple):
            yield from _said_twice(path, cast("tuple[object, ...]", each))
    yield from contradictions_days.find(edition, parts)
    yield from contradictions_tests.find(parts)
    yield from contradictions_money.find(edition, parts)
    yield from _named_twice(edition)
    yield from _nothing_to_apply(edition)
    yield from _funding(edition)
    yield from _covered(edition)
    yield from _caps(edition)
    yield from _nothing_converted(edition)


def _parts(stated: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Everything that `stated` consists of, with its path; items count from 1."""
    yield path, stated
    if isinstance(stated, part.Part):
        for name in stated.__struct_fields__:
            yield from _parts(getattr(stated, name), (*path, name))
    elif isinstance(stated, tuple):
        for number, item in enumerate(cast("tuple[object, ...]", stated), start=1):
            yield from _parts(item, (*path, number))


def _unreadable(path: Path, named: part.Text) -> Iterator[Fault]:
    for language, wording in (("ja", named.ja), ("en", named.en)):
        try:
            text.clean(language, wording, part.TITLE_LENGTH_MAX)
        except (text.UnreadableText, text.TextMissing):
            yield fault(
                (*path, language),
                ("the text is blank or has hidden characters", "空白だけ、または見えない文字があります"),
                ("Write it in one line of visible characters.", "見える文字で1行に書きます。"),
            )


# ------------------------------------------------------------------------------------------------------------- said twice

_LOOKED_AT_ELSEWHERE = {"shares", "clauses", "caps", "bands", "tiers", "forms", "limits", "cancellation", "names"}
"""lists in which the same may stand twice, or that are compared by what their items are for"""


def _said_twice(path: Path, items: tuple[object, ...]) -> Iterator[Fault]:
    """The same word, year or test twice in one list."""
    if path and path[-1] in _LOOKED_AT_ELSEWHERE:
        return
    for number, item in _again(items):
        shown = f"`{item}`" if isinstance(item, str | int) else ""
        yield _twice((*path, number), f"{shown or 'this'} is said twice", f"{shown or '同じもの'}が二度書かれています")


def _named_twice(edition: Edition) -> Iterator[Fault]:
    """A code with two names."""
    for number, code in _again(named.code for named in edition.names):
        yield _twice(("names", number, "code"), f"`{code}` is named twice", f"`{code}` に呼び名が二つあります")


def _again(keys: Iterable[object]) -> Iterator[tuple[int, object]]:
    """The items that stand before already, with their numbers."""
    seen: list[object] = []
    for number, key in enumerate(keys, start=1):
        if key in seen:
            yield number, key
        seen.append(key)


def _twice(path: Path, en: str, ja: str) -> Fault:
    return fault(path, (en, ja), ("Leave one of them.", "どちらか一つにします。"))


# ---------------------------------------------------------------------------------------------------- clauses and funding


def _nothing_to_apply(edition: Edition) -> Iterator[Fault]:
    if not edition.clauses and not edition.fees:
        yield fault(
            ("clauses",),
            ("nothing is granted and nothing is paid", "付与の条項も利用料もありません"),
            ("State at least one [[clauses]], or [[fees]].", "[[clauses]] か [[fees]] を1つ以上書きます。"),
        )


def _funding(edition: Edition) -> Iterator[Fault]:
    if edition.clauses and not edition.funding:
        yield fault(
            ("funding",),
            ("no budget line pays for what the clauses grant", "付与の条項がありますが、予算枠がありません"),
            ('Name at least one, such as ["general"].', '1つ以上書きます。例 ["general"]。'),
        )
    if not edition.shares:
        return
    lines, shares = len(edition.funding), len(edition.shares)
    if shares != lines:
        yield fault(
            ("shares",),
            (f"there are {shares} shares for {lines} budget lines", f"予算枠は {lines} つですが、割合は {shares} つです"),
            ("State one share for each budget line, in the same order.", "予算枠と同じ順に、一つずつ書きます。"),
        )
    elif sum(edition.shares) != 100:
        yield fault(
            ("shares",),
            (f"the shares come to {sum(edition.shares)}, not 100", f"割合の合計が {sum(edition.shares)} で、100 ではありません"),
            ("State percentages that come to 100, such as [75, 25].", "合わせて 100 になるように書きます。例 [75, 25]。"),
        )


def _condition(clause: Clause) -> tuple[object, ...]:
    return clause.who, clause.first_on, clause.last_on


def _covered(edition: Edition) -> Iterator[Fault]:
    """What stands after a clause or a fee for the same kind on the same condition, or on none, would never apply."""
    clauses = [(clause.activity_kinds, _condition(clause)) for clause in edition.clauses]
    yield from _never_reached("clauses", clauses, ((), None, None), ("clause", "条項"))
    fees = [(fee.activity_kinds, (fee.when,)) for fee in edition.fees]
    yield from _never_reached("fees", fees, ((),), ("fee", "利用料"))


def _never_reached(
    field: str, items: Sequence[tuple[tuple[str, ...], tuple[object, ...]]], always: tuple[object, ...], noun: tuple[str, str]
) -> Iterator[Fault]:
    named_by = [set(kinds) for kinds, _ in items]
    for number, (kinds, condition) in enumerate(items, start=1):
        for kind in kinds:
            earlier = next(
                (
                    n
                    for n, (named, (_, on)) in enumerate(zip(named_by, items[: number - 1], strict=False), start=1)
                    if (kind in named or part.ANY_KIND in named) and on in (always, condition)
                ),
                number if kind != part.ANY_KIND and part.ANY_KIND in kinds else None,
            )
            if earlier is not None:
                yield fault(
                    (field, number, "activity_kinds"),
                    (f"{noun[0]} {earlier} already covers `{kind}`", f"`{kind}` は{noun[1]} {earlier} に含まれています"),
                    (
                        'Name each kind once, and ["*"] last; one with tests or days of its own stands before those without.',
                        '種類は一度だけ、["*"] は最後に書きます。条件のあるものは、条件のないものより前に書きます。',
                    ),
                )


# ------------------------------------------------------------------------------------------------------------------ caps


def _caps(edition: Edition) -> Iterator[Fault]:
    keys = [(cap.of, cap.per, set(cap.for_each), cap.stops, set(cap.activity_kinds), cap.who) for cap in edition.caps]
    for number, _ in _again(keys):
        yield _twice(
            ("caps", number),
            "a cap of this, per this and for each of these is said twice",
            "of、per、for_each の同じ上限が二度書かれています",
        )
    kinds = {kind for clause in edition.clauses for kind in clause.activity_kinds}
    for number, cap in enumerate(edition.caps, start=1):
        yield from _cap_for_nothing(("caps", number), cap, kinds)
    for field, items in (("campaigns", edition.campaigns), ("bonuses", edition.bonuses)):
        for number, each in enumerate(items, start=1):
            yield from _kinds_without_clause((field, number, "activity_kinds"), each.activity_kinds, kinds)


def _cap_for_nothing(path: Path, cap: Cap, kinds: set[str]) -> Iterator[Fault]:
    yield from _kinds_without_clause((*path, "activity_kinds"), cap.activity_kinds, kinds)
    if cap.stops == "converting" and not isinstance(cap.overflow, ToNothing):
        yield fault(
            (*path, "overflow"),
            (
                "a cap on converting leaves nothing over: all of it is granted",
                "換金の上限を超えても付与はされるので、超えた分はありません",
            ),
            ('Leave it out, or say stops = "earning".', '書かないか、stops = "earning" とします。'),
        )


def _kinds_without_clause(path: Path, named: tuple[str, ...], kinds: set[str]) -> Iterator[Fault]:
    """A condition for kinds of activity of which nothing is granted anyway."""
    if part.ANY_KIND in named and len(named) > 1:
        yield fault(
            path,
            ("`*` means all kinds, so no other need be named", "`*` はすべての種類なので、ほかの種類はいりません"),
            ('Write ["*"] alone, or the kinds alone.', '["*"] だけにするか、種類だけを並べます。'),
        )
    unknown = [] if part.ANY_KIND in kinds else [kind for kind in named if kind not in kinds and kind != part.ANY_KIND]
    for kind in unknown:
        yield fault(
            path,
            (f"no clause grants anything for `{kind}`", f"`{kind}` に付与する条項がありません"),
            ("Name kinds that stand in [[clauses]].", "[[clauses]] にある種類を書きます。"),
        )


def _nothing_converted(edition: Edition) -> Iterator[Fault]:
    if not isinstance(edition.conversion, NoConversion):
        return
    hint = (
        'State [conversion] with how = "exchange", or say it otherwise.',
        '[conversion] に how = "exchange" と書くか、ここを改めます。',
    )
    for number, cap in enumerate(edition.caps, start=1):
        if cap.stops == "converting":
            problem = ("nothing can be converted, so there is nothing to stop", "換金はしないので、止めるものがありません")
            yield fault(("caps", number, "stops"), problem, hint)
    if isinstance(edition.status_loss, KeepsWholeLots):
        problem = ("nothing can be converted, so there are no lots", "換金はしないので、交換の単位がありません")
        yield fault(("status_loss", "type"), problem, hint)
