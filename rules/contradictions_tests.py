"""Tests of an edition that nobody can pass, that everybody passes, or that cannot be answered in their chapter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from rules.schema import Fault, Path, fault
from rules.vocabulary import person, who
from rules.vocabulary.who import Test

_OF_THE_PERSON = (person.Personal, who.Season, who.Between, who.Earned, who.SinceLast)
_WITHOUT_PAST = {"registration": "registering", "fees": "a fee"}
"""chapters in which nothing is asked about what was granted before"""
_WITHOUT_ATTENDANCE = {"registration", "conversion"}
"""chapters in which no attendance is looked at: registering and claiming"""
_JOINED = (who.AllOf, who.AnyOf, who.NoneOf)


def find(parts: Sequence[tuple[Path, object]]) -> Iterator[Fault]:
    """Every test that cannot be meant, among `parts`, which are all parts of an edition."""
    for path, tests in _lists(parts):
        yield from _tests(path, tests)
        if path[0] in _WITHOUT_ATTENDANCE:
            yield from _unanswerable(path, tests)
        if path[0] in {*_WITHOUT_ATTENDANCE, "eligibility"}:
            yield from _arrears_wanted(path, tests)
        if path[0] == "registration":
            yield from _registered_before(tests)
        if path[0] in _WITHOUT_PAST:
            yield from _without_past(path, tests)


def _lists(parts: Sequence[tuple[Path, object]]) -> Iterator[tuple[Path, tuple[Test, ...]]]:
    """The lists of tests, without those that stand within a test."""
    for path, each in parts:
        if isinstance(each, tuple) and each and isinstance(each[0], person.Requirement) and path[-1] != "tests":
            yield path, cast("tuple[Test, ...]", each)


def _tests(path: Path, tests: tuple[Test, ...], together: bool = True) -> Iterator[Fault]:
    """What is wrong with tests that must all pass (`together`) or that are joined otherwise."""
    if together:
        yield from _excluding_each_other(path, tests)
    for number, test in enumerate(tests, start=1):
        place = (*path, number)
        match test:
            case person.Age():
                yield from _age(place, test)
            case who.Headcount():
                yield from _headcount(place, test)
            case who.AllOf():
                yield from _tests((*place, "tests"), test.tests)
            case who.AnyOf() | who.NoneOf():
                yield from _tests((*place, "tests"), test.tests, together=False)
            case _:
                pass


def _age(path: Path, test: person.Age) -> Iterator[Fault]:
    if test.at_least is None and test.at_most is None:
        yield fault(
            path,
            ("no age is stated", "年齢が書かれていません"),
            (
                "State at_least (65 and over), at_most (29 and under) or both.",
                "at_least(以上)か at_most(以下)、または両方を書きます。",
            ),
        )
    elif test.at_least is not None and test.at_most is not None and test.at_least > test.at_most:
        yield fault(
            (*path, "at_most"),
            (
                f"nobody is both {test.at_least} or older and {test.at_most} or younger",
                f"{test.at_least} 歳以上で {test.at_most} 歳以下の人はいません",
            ),
            ("Write the lower age as at_least.", "低いほうの年齢を at_least に書きます。"),
        )
    if test.months_early and test.at_least is None:
        yield fault(
            (*path, "months_early"),
            ("there is no age to be reached early", "早く認める年齢(at_least)がありません"),
            ("State at_least, or leave months_early out.", "at_least を書くか、months_early を消します。"),
        )


def _headcount(path: Path, test: who.Headcount) -> Iterator[Fault]:
    if test.percent is not None and test.age_at_least is None:
        yield fault(
            (*path, "percent"),
            ("of whom so many of a hundred?", "何歳以上の人の割合かが書かれていません"),
            ("State age_at_least, such as 65.", "age_at_least を書きます。例 65。"),
        )
    if not test.at_least and test.percent is None:
        yield fault(
            (*path, "at_least"),
            ("there are always 0 or more", "0人以上では、制限になりません"),
            ("State 1 or more, or a percent.", "1 以上にするか、percent を書きます。"),
        )


def _excluding_each_other(path: Path, tests: tuple[Test, ...]) -> Iterator[Fault]:
    """Two lists of which one attendance can fulfil one alone: helper and receiver, weekday and Sunday."""
    for kind in (who.RoleTest, who.DayType):
        left: set[str] | None = None
        for number, test in enumerate(tests, start=1):
            if not isinstance(test, kind):
                continue
            one_of = {str(each) for each in test.one_of}
            common = one_of if left is None else left & one_of
            if left and not common:
                yield fault(
                    (*path, number),
                    ("no attendance can pass this test and the one before", "前の要件と同時に満たすことができません"),
                    ("Put what may be either into one list, one_of.", "どちらでもよいなら、一つの one_of に並べます。"),
                )
            left = common


# ---------------------------------------------------------------------------------------------------- tests in their chapter


def _unanswerable(path: Path, tests: tuple[Test, ...]) -> Iterator[Fault]:
    for number, test in enumerate(tests, start=1):
        if isinstance(test, _JOINED):
            yield from _unanswerable((*path, number, "tests"), test.tests)
        elif not isinstance(test, _OF_THE_PERSON):
            name = str(type(test).__struct_config__.tag)
            yield fault(
                (*path, number, "test"),
                (
                    f"`{name}` looks at an activity, and here there is none",
                    f"`{name}` は活動を見る要件で、ここでは答えられません",
                ),
                (
                    "Here only tests of the person count, and between and season; put it into [[eligibility]] or the clause.",
                    "ここには人についての要件(と between、season)を書きます。活動の要件は [[eligibility]] か条項に書きます。",
                ),
            )


def _arrears_wanted(path: Path, tests: tuple[Test, ...], wanted: bool = True) -> Iterator[Fault]:
    for number, test in enumerate(tests, start=1):
        if isinstance(test, _JOINED):
            yield from _arrears_wanted((*path, number, "tests"), test.tests, wanted != isinstance(test, who.NoneOf))
        elif isinstance(test, person.Arrears) and wanted:
            yield fault(
                (*path, number),
                ("this lets in only those who are in arrears", "これでは、滞納している人だけが対象になります"),
                (
                    'To exclude them: { test = "none_of", tests = [ … ] }.',
                    '除くときは { test = "none_of", tests = [ … ] } の中に書きます。',
                ),
            )


def _without_past(path: Path, tests: tuple[Test, ...]) -> Iterator[Fault]:
    for number, test in enumerate(tests, start=1):
        if isinstance(test, _JOINED):
            yield from _without_past((*path, number, "tests"), test.tests)
        elif isinstance(test, who.Earned | who.SinceLast):
            name = str(type(test).__struct_config__.tag)
            yield fault(
                (*path, number, "test"),
                (
                    f"`{name}` looks at what was granted before, and {_WITHOUT_PAST[str(path[0])]} does not depend on that",
                    f"`{name}` はそれまでの付与を見る要件で、ここでは使えません",
                ),
                (
                    "Put it into [[eligibility]], the clause, the campaign, the cap or the conversion.",
                    "[[eligibility]]、条項、割増、上限、交換のどれかに書きます。",
                ),
            )


def _registered_before(tests: tuple[Test, ...]) -> Iterator[Fault]:
    for number, test in enumerate(tests, start=1):
        if isinstance(test, person.Registration) and test.of == "scheme":
            yield fault(
                ("registration", number, "of"),
                ("nobody is registered with the scheme before registering", "登録する前に、この制度に登録している人はいません"),
                ("Name what else one must be registered with first.", "先に登録しているべき、ほかの登録先を書きます。"),
            )
