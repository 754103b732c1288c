"""What an edition says in vain, or says twice: refused at its line, in both languages, and nothing that is fine beside it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rules import parse
from rules.refusals import RuleError, UnreadableEdition
from rules.vocabulary import between, caps, conversion, earning, ending, periods
from rules.vocabulary.part import Text
from rules.vocabulary.person import Age, Arrears, Registration, Residence, Status
from rules.vocabulary.who import AllOf, AnyOf, Between, DayType, EvidenceTest, Headcount, Hours, Mark, NoneOf, RoleTest, Season
from tests.support.editions import HOURLY, cap, edition, exchange

NAMED = Text(ja="名", en="Name")
OLD = Age(at_least=65, counted_on="the_day")
HELPERS = RoleTest(one_of=("helper",))
ARREARS = Arrears(of=("care_premium",), fiscal_years_back=0, counted_on="the_day")
BEFORE, SPRING, AFTER = date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31)
FIRST_THEN: dict[str, Any] = {"first_minutes": 60, "first_amount": 750, "rounding": "up", "minimum_minutes": 0}


def clause(*kinds: str, **more: Any) -> earning.Clause:
    return earning.Clause(activity_kinds=kinds, earn=more.pop("earn", HOURLY), **more)


def bands(*rows: tuple[int, int], **more: Any) -> earning.Bands:
    return earning.Bands(bands=tuple(earning.Band(from_minutes=m, amount=n) for m, n in rows), **more)


def measured(*rows: tuple[int, int], **more: Any) -> earning.MeasureBands:
    return earning.MeasureBands(measure="steps", bands=tuple(earning.MeasureBand(at_least=m, amount=n) for m, n in rows), **more)


def pieces(*rows: tuple[int, int]) -> earning.FirstThen:
    return earning.FirstThen(then=tuple(earning.Piece(minutes=m, amount=n) for m, n in rows), **FIRST_THEN)


def tiers(*rows: tuple[int, int]) -> conversion.Tiers:
    return conversion.Tiers(tiers=tuple(conversion.Tier(from_points=m, get=n) for m, n in rows))


def fee(*kinds: str, cancellation: tuple[between.Cancellation, ...] = (), **more: Any) -> between.Fee:
    return between.Fee(activity_kinds=kinds, unit="yen", tariff=HOURLY, expenses="none", cancellation=cancellation, **more)


def late(charge: Any, minutes: int | None = None) -> between.Cancellation:
    return between.Cancellation(notice="same_day", charge=charge, minutes=minutes)


def limit(of: Any, most: int, **more: Any) -> conversion.ClaimLimit:
    return conversion.ClaimLimit(limit=most, of=of, per="fiscal_year", for_each=("member",), **more)


def errors(rules: Any, locale: parse.Locale = "en") -> tuple[RuleError, ...]:
    try:
        parse.parse(parse.render(rules), locale)
    except UnreadableEdition as refused:
        return refused.errors
    return ()


CONVERTING: dict[str, Any] = {"conversion": exchange()}
CAMPAIGN: dict[str, Any] = {"activity_kinds": ("*",), "when": (), "rounding": "down"}
BONUS: dict[str, Any] = {"of": "grants", "at": 4, "per": "month", "repeats": False, "amount": 5, "capped": True}

REFUSED: list[tuple[dict[str, Any], str, str, str]] = [
    # (what is changed in the plain edition, path, in the problem, in the hint)
    ({"name": Text(ja="\u3000", en="x")}, "name.ja", "blank", "visible"),
    ({"title": Text(ja="版", en="a\u202eb")}, "title.en", "hidden", "visible"),
    # days
    ({"starts_on": date(26, 4, 1)}, "starts_on", "not between 1900", "year"),
    ({"expiry": ending.FixedDate(on=BEFORE)}, "expiry.on", "before the first day of the edition", "2026-04-01"),
    ({"year": periods.OneWindow(first_on=AFTER, last_on=SPRING)}, "year.last_on", "before the first day 2027", "first_on"),
    ({"year": periods.OneWindow(first_on=date(2025, 4, 1), last_on=BEFORE)}, "year.last_on", "before the first day of", "2026"),
    ({"granting": periods.InDates(first_on=AFTER, last_on=SPRING)}, "granting.last_on", "before the first day", "first_on"),
    ({"eligibility": (Between(first_on=AFTER, last_on=SPRING),)}, "eligibility[1].last_on", "before", "first_on"),
    ({"eligibility": (Hours(first="06:00", last="06:00"),)}, "eligibility[1].last", "no time at all", "two different"),
    ({"clauses": (clause("*", first_on=AFTER, last_on=SPRING),)}, "clauses[1].last_on", "before", "first_on"),
    ({"clauses": (clause("*", last_on=BEFORE),)}, "clauses[1].last_on", "before the first day of the edition", "2026-04-01"),
    ({"extensions": (ending.Extension(name=NAMED, years=(2025,), until=BEFORE, chosen=False),)},
     "extensions[1].until", "before the first day", "2026-04-01"),
    ({"wind_down": ending.WindDown(last_granting_on=AFTER, last_claim_on=SPRING, balances="kept")},
     "wind_down.last_claim_on", "claims end before granting", "2027-03-31"),
    ({"conversion": exchange(window=conversion.InDates(first_on=date(2025, 4, 1), last_on=BEFORE))},
     "conversion.window.last_on", "before the first day", "2026-04-01"),
    # tests
    ({"eligibility": (Age(counted_on="the_day"),)}, "eligibility[1]", "no age", "at_least"),
    ({"eligibility": (Age(at_least=65, at_most=64, counted_on="the_day"),)}, "eligibility[1].at_most", "nobody", "lower age"),
    ({"eligibility": (Age(at_most=29, months_early=1, counted_on="the_day"),)}, "eligibility[1].months_early", "early", "leave"),
    ({"eligibility": (Headcount(of="present", at_least=3, percent=50),)}, "eligibility[1].percent", "of whom", "65"),
    ({"eligibility": (Headcount(of="present", at_least=0),)}, "eligibility[1].at_least", "always 0", "1 or more"),
    ({"eligibility": (HELPERS, HELPERS)}, "eligibility[2]", "twice", "one of them"),
    ({"eligibility": (HELPERS, RoleTest(one_of=("receiver",)))}, "eligibility[2]", "no attendance can pass", "one_of"),
    ({"eligibility": (DayType(one_of=("sunday",)), DayType(one_of=("saturday",)))}, "eligibility[2]", "no attendance", "one_of"),
    ({"eligibility": (ARREARS,)}, "eligibility[1]", "only those who are in arrears", "none_of"),
    ({"eligibility": (AllOf(tests=(OLD, ARREARS)),)}, "eligibility[1].tests[2]", "only those who are in arrears", "none_of"),
    ({"eligibility": (AnyOf(tests=(OLD, Age(counted_on="the_day"))),)}, "eligibility[1].tests[2]", "no age", "at_most"),
    ({"registration": (HELPERS,)}, "registration[1].test", "`role` looks at an activity", "eligibility"),
    ({"registration": (NoneOf(tests=(Mark(what="paid", untold="no"),)),)}, "registration[1].tests[1].test", "`mark`", "person"),
    ({"conversion": exchange(who=(EvidenceTest(at_least=1),))}, "conversion.who[1].test", "`evidence`", "person"),
    ({"conversion": exchange(forms=(conversion.Form(form="cash", who=(DayType(one_of=("sunday",)),)),))},
     "conversion.forms[1].who[1].test", "`day_type`", "person"),
    ({"registration": (Registration(of="scheme", renewed="never", counted_on="the_day"),)},
     "registration[1].of", "before registering", "what else"),
    # words said twice
    ({"funding": ("care", "care")}, "funding[2]", "`care` is said twice", "one of them"),
    ({"eligibility": (Residence(how=("lives", "works", "lives"), counted_on="the_day"),)},
     "eligibility[1].how[3]", "`lives` is said twice", "one of them"),
    ({"caps": (cap(1, for_each=("member", "member")),)}, "caps[1].for_each[2]", "`member` is said twice", "one of them"),
    ({"extensions": (ending.Extension(name=NAMED, years=(2026, 2026), until=AFTER, chosen=False),)},
     "extensions[1].years[2]", "`2026` is said twice", "one of them"),
    # clauses, funding, caps
    ({"clauses": ()}, "clauses", "nothing is granted", "[[fees]]"),
    ({"funding": ()}, "funding", "no budget line", "general"),
    ({"shares": (100,)}, "shares", "1 shares for 2 budget lines", "each budget line"),
    ({"shares": (50, 40)}, "shares", "come to 90", "100"),
    ({"clauses": (clause("visit"), clause("visit"))}, "clauses[2].activity_kinds", "clause 1 already covers `visit`", "once"),
    ({"clauses": (clause("*"), clause("visit"))}, "clauses[2].activity_kinds", "clause 1 already covers `visit`", "last"),
    ({"clauses": (clause("*", "visit"),)}, "clauses[1].activity_kinds", "clause 1 already covers `visit`", "last"),
    ({"clauses": (clause("*"), clause("visit", who=(OLD,)))}, "clauses[2].activity_kinds", "already covers", "before those"),
    ({"clauses": (clause("visit", who=(OLD,)), clause("visit", who=(OLD,)))},
     "clauses[2].activity_kinds", "clause 1 already covers", "once"),
    ({"fees": (fee("*"), fee("visit"))}, "fees[2].activity_kinds", "fee 1 already covers `visit`", "last"),
    ({"caps": (cap(1), cap(2))}, "caps[2]", "said twice", "one of them"),
    ({"caps": (cap(1, for_each=("site", "member")), cap(2, for_each=("member", "site")))},
     "caps[2]", "said twice", "one of them"),
    ({"caps": (cap(1, activity_kinds=("sports",)),), "clauses": (clause("visit"),)},
     "caps[1].activity_kinds", "no clause", "clauses"),
    ({"bonuses": (earning.Bonus(activity_kinds=("sports",), **BONUS),), "clauses": (clause("visit"),)},
     "bonuses[1].activity_kinds", "no clause grants anything for `sports`", "clauses"),
    ({"bonuses": (earning.Bonus(activity_kinds=("*", "visit"), **BONUS),)}, "bonuses[1].activity_kinds", "all kinds", "alone"),
    ({"caps": (cap(1, stops="converting"),)}, "caps[1].stops", "nothing can be converted", "exchange"),
    ({"status_loss": ending.KeepsWholeLots()}, "status_loss.type", "no lots", "exchange"),
    ({"caps": (cap(1, stops="converting", overflow=caps.ToDraw()),), **CONVERTING},
     "caps[1].overflow", "leaves nothing over", "earning"),
    # figures
    ({"earn": earning.HostSet(at_least=2, at_most=1)}, "clauses[1].earn.at_most", "less than at_least", "smaller"),
    ({"earn": bands((60, 1), (60, 2))}, "clauses[1].earn.bands[2].from_minutes", "60 does not come after 60", "rising"),
    ({"earn": bands((0, 2), (60, 1))}, "clauses[1].earn.bands[2].amount", "more earns less: 2, then 1", "may_fall = true"),
    ({"earn": bands((0, 1), (60, 2), may_fall=True)}, "clauses[1].earn.may_fall", "no band is worth less", "Leave"),
    ({"earn": bands((0, 0))}, "clauses[1].earn.bands", "no band is worth anything", "amount"),
    ({"earn": measured((8000, 5), (5000, 5))}, "clauses[1].earn.bands[2].at_least", "5000 does not come after", "rising"),
    ({"earn": measured((5000, 5), (8000, 3))}, "clauses[1].earn.bands[2].amount", "more earns less", "may_fall"),
    ({"earn": pieces((30, 380), (30, 400))}, "clauses[1].earn.then[2].minutes", "two things", "once"),
    ({"earn": pieces((60, 300), (30, 380))}, "clauses[1].earn.then[1].amount", "less than a shorter", "Check"),
    ({"earn": earning.PerTime(amount=5, every_minutes=60, rounding="up", minimum_minutes=0, at_most=4)},
     "clauses[1].earn.at_most", "4 is less than one unit", "Check"),
    ({"campaigns": (earning.Campaign(percent=100, **CAMPAIGN),)}, "campaigns[1].percent", "anyway", "200"),
    # conversion
    ({"conversion": exchange(rate=tiers((20, 1), (10, 2)))}, "conversion.rate.tiers[2].from_points", "does not come", "rising"),
    ({"conversion": exchange(rate=tiers((10, 2), (20, 1)))}, "conversion.rate.tiers[2].get", "worth less: 2, then 1", "table"),
    ({"conversion": exchange(into="stamp")}, "conversion.into", "the unit that is converted", "yen"),
    ({"conversion": exchange(forms=(conversion.Form(form="voucher"), conversion.Form(form="voucher")))},
     "conversion.forms[2]", "are called `voucher`", "code"),
    ({"conversion": exchange(forms=(conversion.Form(form="voucher"), conversion.Form(form="voucher", directed=True)))},
     "conversion.forms[2]", "are called `voucher`", "code"),
    ({"conversion": exchange(limits=(limit("value", 1), limit("value", 2)))}, "conversion.limits[2]", "twice", "one"),
    ({"conversion": exchange(limits=(limit("value", 1, who=(HELPERS,)),))},
     "conversion.limits[1].who[1].test", "`role`", "person"),
    ({"conversion": exchange(limits=(limit("claims", 1, minus=("x",)),))},
     "conversion.limits[1].minus", "number of claims", "value"),
    ({"conversion": exchange(limits=(limit("points", 9),), rate=conversion.Lots(lot=10, get=1))},
     "conversion.limits[1].limit", "takes at least 10", "minimum"),
    # fees
    ({"fees": (fee("*", cancellation=(late("minutes"),)),)}, "fees[1].cancellation[1].minutes", "how much", "minutes"),
    ({"fees": (fee("*", cancellation=(late("percent"),)),)}, "fees[1].cancellation[1].percent", "how much", "percent"),
    ({"conversion": exchange(limits=(limit("value", 9, forms=("gift",)),))},
     "conversion.limits[1].forms", "no form `gift`", "cash"),
    ({"fees": (fee("*", cancellation=(late("nothing", 60),)),)}, "fees[1].cancellation[1].minutes", "`nothing`", "leave"),
    (
        {"fees": (fee("*", cancellation=(late("nothing"), late("planned"))),)},
        "fees[1].cancellation[2].notice",
        "`same_day` is said twice",
        "one",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "path", "problem", "hint"), REFUSED)
def test_what_could_never_apply_is_refused_at_its_line(changes: dict[str, Any], path: str, problem: str, hint: str) -> None:
    rules = edition(**changes)
    found = errors(rules)
    assert [error.path for error in found] == [path]
    assert problem in found[0].problem
    assert hint in found[0].hint
    field = path.rsplit(".", maxsplit=1)[-1].partition("[")[0]
    line = parse.render(rules).splitlines()[found[0].line - 1]
    assert field in line or line.startswith(("[[", "    {")), line
    (in_japanese,) = errors(rules, "ja")
    assert (in_japanese.line, in_japanese.path) == (found[0].line, path)
    assert not in_japanese.problem.isascii()
    assert not in_japanese.hint.isascii()


HELD: list[dict[str, Any]] = [
    {"clauses": (clause("visit", who=(OLD,)), clause("visit"), clause("*"))},
    {"clauses": (clause("visit", last_on=AFTER), clause("visit"))},
    {"clauses": (clause("visit", who=(OLD,)), clause("visit", who=(HELPERS,)))},
    {"clauses": (), "funding": (), "fees": (fee("visit"), fee("*"))},
    {"fees": (fee("visit", when=(DayType(one_of=("sunday",)),)), fee("visit"))},
    {"shares": (50, 50)},
    {"caps": (cap(1), cap(2, for_each=("member", "site")), cap(3, per="scheme_year"))},
    {"caps": (cap(3, per="scheme_year"),), "year": periods.OneWindow(first_on=SPRING, last_on=AFTER)},
    {"caps": (cap(1, activity_kinds=("visit",)), cap(1, activity_kinds=("salon",)), cap(1, who=(OLD,)))},
    {"caps": (cap(1, stops="converting"), cap(1)), **CONVERTING},
    {"caps": (cap(1, overflow=caps.ToFunding(funding=("care",))),)},
    {"eligibility": (NoneOf(tests=(ARREARS,)), NoneOf(tests=(AllOf(tests=(ARREARS, OLD)),)))},
    {"registration": (OLD, Season(first="04-01", last="05-31"), AnyOf(tests=(OLD, Status(what="x", counted_on="10-01"))))},
    {"eligibility": (Season(first="12-29", last="01-03"), Hours(first="22:00", last="06:00"))},
    {"earn": bands((0, 200), (120, 100), may_fall=True)},
    {"earn": pieces((60, 750), (30, 380))},
    {"expiry": ending.EndOfSchemeYear(years_later=0, counted_from="grant"), "year": periods.FromRegistration()},
    {"conversion": exchange(forms=(conversion.Form(form="voucher", code="a"), conversion.Form(form="voucher", code="b")))},
    {"conversion": exchange(limits=(limit("points", 10), limit("value", 1, minus=("x",))), rate=conversion.Lots(lot=10, get=1))},
    {"eligibility": (Headcount(of="members", at_least=0, age_at_least=65, percent=50), Headcount(of="present", at_least=3))},
    {"conversion": exchange(limits=(limit("value", 1), limit("value", 2, who=(OLD,))))},
    {"fees": (fee("*", cancellation=(late("minutes", 60),)),)},
]  # fmt: skip


@pytest.mark.parametrize("changes", HELD)
def test_what_looks_like_it_and_can_be_meant_is_read(changes: dict[str, Any]) -> None:
    rules = edition(**changes)
    assert errors(rules) == ()
    assert parse.parse(parse.render(rules)) == rules


def test_all_contradictions_are_told_at_once() -> None:
    rules = edition(funding=("care", "care"), clauses=(clause("*"), clause("visit")), caps=(cap(1), cap(2)))
    assert [error.path for error in errors(rules)] == ["funding[2]", "clauses[2].activity_kinds", "caps[2]"]
