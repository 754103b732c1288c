"""What points buy, to whom they pass, what many years are thanked with, and who may register."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest

from rules import passing, registering
from rules.decision import Answer
from rules.passing import TransferAsked, UseAsked
from rules.vocabulary.between import Award, Use
from rules.vocabulary.ending import AfterDeath, Forbidden, Forfeits, Free, Never, Transfer, WindDown, WithinFamily
from rules.vocabulary.part import Text
from rules.vocabulary.person import Age, Registration, Residence
from tests.support.editions import edition

MAY = date(2026, 5, 10)
HELP = Use(what="help", give=1, get=60, into="minute", also_for=("spouse", "parent"))


def use(points: int = 3, uses: tuple[Use, ...] = (HELP,), rules: dict[str, Any] | None = None, **changes: Any) -> passing.Bought:
    asked: dict[str, Any] = {"what": "help", "used_on": MAY, "points": points}
    return passing.use(edition(uses=uses, **(rules or {})), UseAsked(**(asked | changes)))


def test_points_buy_hours_of_help() -> None:
    bought = use()
    assert (bought.allowed, bought.points, bought.gets, bought.unit, bought.reason) == (True, 3, 180, "minute", "used")


def test_only_whole_multiples_of_the_price_are_taken() -> None:
    dear = (Use(what="goods", give=4, get=1, into="rice"),)
    assert (use(11, dear, what="goods").points, use(11, dear, what="goods").gets) == (8, 2)
    assert (use(3, dear, what="goods").allowed, use(3, dear, what="goods").reason) == (False, "below_one_use")


def test_what_is_not_offered_is_refused_by_name() -> None:
    assert use(what="goods").reason == "use_not_offered"
    assert use(into="hour").reason == "use_not_offered"


@pytest.mark.parametrize(("for_whom", "reason"), [(None, "used"), ("spouse", "used"), ("child", "use_not_for_them")])
def test_help_is_for_oneself_and_for_whom_the_rule_names(for_whom: str | None, reason: str) -> None:
    assert use(for_whom=for_whom).reason == reason


@pytest.mark.parametrize(
    ("changes", "rules", "reason"),
    [
        ({"used_on": date(2026, 3, 31)}, {}, "not_yet_in_force"),
        ({"left_on": date(2026, 5, 9)}, {"status_loss": Forfeits()}, "status_lost"),
        ({"left_on": date(2026, 5, 9)}, {}, "used"),
        ({}, {"wind_down": WindDown(last_granting_on=MAY, last_claim_on=date(2026, 5, 9), balances="kept")}, "claims_ended"),
    ],
)
def test_points_buy_something_as_long_as_they_can_be_used(changes: dict[str, Any], rules: dict[str, Any], reason: str) -> None:
    assert use(rules=rules, **changes).reason == reason


# --------------------------------------------------------------------------------------------------------------- transfers


@pytest.mark.parametrize(
    ("rule", "relation", "after_death", "reason"),
    [
        (Forbidden(), "spouse", True, "transfer_forbidden"),
        (Free(), None, False, "transfer_allowed"),
        (WithinFamily(relations=("spouse", "child")), "child", False, "transfer_allowed"),
        (WithinFamily(relations=("spouse", "child")), "parent", False, "transfer_not_related"),
        (WithinFamily(relations=("spouse",)), None, True, "transfer_not_related"),
        (AfterDeath(relations=("spouse",)), "spouse", False, "transfer_after_death_only"),
        (AfterDeath(relations=("spouse",)), "spouse", True, "transfer_allowed"),
        (AfterDeath(relations=("spouse",)), "child", True, "transfer_not_related"),
    ],
)
def test_to_whom_points_can_be_passed_on(rule: Transfer, relation: str | None, after_death: bool, reason: str) -> None:
    asked = TransferAsked(transferred_on=MAY, relation=relation, after_death=after_death)  # pyright: ignore[reportArgumentType]
    permission = passing.transfer(edition(transfer=rule), asked)
    assert (permission.allowed, permission.reason) == (reason == "transfer_allowed", reason)


def test_nothing_is_passed_on_before_the_rule_is_in_force() -> None:
    asked = TransferAsked(transferred_on=date(2026, 3, 31))
    assert passing.transfer(edition(transfer=Free()), asked).reason == "not_yet_in_force"


def test_every_way_of_passing_on_has_its_function() -> None:
    for variant in get_args(Transfer):
        assert passing.passes.dispatch(variant) is not passing.passes.dispatch(object), f"{variant.__name__} has no function"
    with pytest.raises(NotImplementedError):
        passing.passes(Never(), TransferAsked(transferred_on=MAY))


# ----------------------------------------------------------------------------------------------------------------- awards


@pytest.mark.parametrize(
    ("years", "run", "earned", "now"),
    [
        (range(2017, 2027), 10, True, True),  # 足立: ten years in a row with ten points or more
        (range(2018, 2027), 9, False, False),
        (range(2016, 2027), 11, True, False),
        (range(2007, 2027), 20, True, True),
        ([*range(2000, 2020), *range(2021, 2027)], 6, False, False),
        ([], 0, False, False),
    ],
)
def test_an_award_is_for_years_in_a_row(years, run: int, earned: bool, now: bool) -> None:
    thanks = Award(name=Text(ja="感謝状", en="Letter of thanks"), at_least=10, years_in_a_row=10)
    (honour,) = passing.award(edition(awards=(thanks,)), dict.fromkeys(years, 10), 2026)
    assert (honour.award, honour.run, honour.earned, honour.now) == (1, run, earned, now)


def test_a_year_with_too_few_points_ends_the_row() -> None:
    thanks = Award(name=Text(ja="感謝状", en="Letter of thanks"), at_least=10, years_in_a_row=2)
    (honour,) = passing.award(edition(awards=(thanks,)), {2024: 10, 2025: 9, 2026: 12}, 2026)
    assert (honour.run, honour.earned) == (1, False)


def test_the_year_that_has_just_begun_does_not_end_the_row_and_a_whole_year_of_nothing_does() -> None:
    thanks = Award(name=Text(ja="感謝状", en="Letter of thanks"), at_least=10, years_in_a_row=2)
    rows = [passing.award(edition(awards=(thanks,)), {2024: 10, 2025: 12}, year)[0] for year in (2024, 2025, 2026, 2027)]
    assert [(honour.run, honour.earned) for honour in rows] == [(1, False), (2, True), (2, True), (0, False)]
    begun = passing.award(edition(awards=(thanks,)), {2024: 10, 2025: 12, 2026: 9}, 2026)
    assert [(honour.run, honour.earned) for honour in begun] == [(2, True)]


# ----------------------------------------------------------------------------------------------------------- registration

OLD_AND_HERE = (Age(at_least=65, counted_on="fiscal_year_end"), Residence(how=("lives",), counted_on="registration_day"))


def may(*noes: str, on: date = MAY, answered: bool = True, **changes: Any) -> tuple[bool | None, str]:
    rules = edition(**({"registration": OLD_AND_HERE} | changes))
    answers = [Answer(each, each.fact not in noes, "register") for each in registering.questions(rules, on)] if answered else []
    permission = registering.may_register(rules, on, answers)
    return permission.allowed, permission.reason


def test_who_fulfils_the_tests_may_register_and_who_does_not_is_told() -> None:
    assert may() == (True, "may_register")
    assert may("age_at_least:65") == (False, "age_required")
    assert may("lives") == (False, "residence_required")
    assert may(answered=False) == (None, "age_unknown")
    assert may(registration=()) == (True, "may_register")


def test_the_day_itself_is_the_day_of_the_registration() -> None:
    asked = registering.questions(edition(registration=OLD_AND_HERE), MAY)
    assert [(question.fact, question.first_on) for question in asked] == [("age_at_least:65", date(2027, 3, 31)), ("lives", MAY)]


def test_who_registers_anew_is_looked_at_from_their_first_day() -> None:
    renewed = (Registration(of="volunteer-centre", renewed="never", counted_on="registration_day"),)
    (question,) = registering.questions(edition(registration=renewed), MAY, date(2025, 7, 1))
    assert question.first_on == date(2025, 7, 1)


def test_nobody_registers_with_a_scheme_that_grants_no_more_nor_on_a_day_that_does_not_count() -> None:
    ends = WindDown(last_granting_on=date(2026, 5, 9), last_claim_on=MAY, balances="kept")
    assert may(wind_down=ends) == (False, "scheme_ended")
    assert may(on=date.max) == (False, "date_out_of_range")
