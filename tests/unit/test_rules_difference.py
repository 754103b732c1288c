"""What changes from one edition to the next, as people read it; and that every part of the vocabulary has its words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from rules import difference, pairing
from rules.phrases import names, parts
from rules.phrases.speak import LOCALES
from rules.vocabulary.conversion import Form, Linear, Tier, Tiers
from rules.vocabulary.earning import Clause, PerOccasion, PerTime
from rules.vocabulary.edition import Edition
from rules.vocabulary.ending import MonthsAfter, Never, WindDown
from rules.vocabulary.part import Text
from rules.vocabulary.who import Age, NoneOf, RoleTest, Status
from tests.support import editions

VISIT = PerTime(amount=50, every_minutes=30, rounding="nearest", minimum_minutes=30)
CASH = Form(form="cash")


def clause(*kinds: str, earn: Any = VISIT, **changes: Any) -> Clause:
    return Clause(activity_kinds=kinds, earn=earn, **changes)


BASE: dict[str, Any] = {
    "unit": "pt",
    "clauses": (clause("visit"), clause("*", earn=editions.HOURLY)),
    "caps": (editions.cap(400), editions.cap(8000, per="fiscal_year")),
    "expiry": MonthsAfter(months=24, counted_from="grant"),
    "conversion": editions.exchange(rate=Linear(give=1, get=10), forms=(CASH,)),
}
OLD = editions.edition(**BASE)
DEARER = msgspec.structs.replace(VISIT, amount=60)
PEOPLE = (RoleTest(one_of=("helper",)),)
SICK = Status(what="hospital", counted_on="the_day")

# what changes -> where, in Japanese, in English
SAID: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "the first day": (
        {"starts_on": date(2027, 4, 1)},
        "starts_on",
        "始まる日が、2026年4月1日から2027年4月1日に変わります。",
        "First day: from 1 April 2026 to 1 April 2027.",
    ),
    "the amount of a clause": (
        {"clauses": (clause("visit", earn=DEARER), BASE["clauses"][1])},
        "clauses[1].earn.amount",
        "「visit」の条項の付与の数が、50ポイントから60ポイントに増えます。",
        "“visit”, amount rises from 50 points to 60 points.",
    ),
    "how a clause counts": (
        {"clauses": (clause("visit", earn=PerOccasion(amount=100, minimum_minutes=0)), BASE["clauses"][1])},
        "clauses[1].earn",
        "「visit」の条項が変わります。これまで: 30分につき50ポイント(半分以上は切り上げ、30分以上が対象)。"
        "これから: 1回につき100ポイント。",
        "“visit”: until now 50 points for each 30 min (from the half on it counts in full; from 30 min on); "
        "from now on 100 points each time.",
    ),
    "an activity more": (
        {"clauses": (clause("visit", "garden"), BASE["clauses"][1])},
        "clauses[1].activity_kinds",
        "「visit」の条項の対象の活動に、「garden」が加わります。",
        "“visit”, activities: new: “garden”.",
    ),
    "a clause more": (
        {"clauses": (clause("garden"), *BASE["clauses"])},
        "clauses[1]",
        "付与の条項に、次が加わります: 「garden」: 30分につき50ポイント(半分以上は切り上げ、30分以上が対象)。",
        "Clauses: new clause: “garden”: 50 points for each 30 min (from the half on it counts in full; from 30 min on).",
    ),
    "a clause that starts later": (
        {"clauses": (clause("visit", first_on=date(2026, 7, 1)), BASE["clauses"][1])},
        "clauses[1].first_on",
        "「visit」の条項の始まる日が定められます: 2026年7月1日。",
        "“visit”, first day is set: 1 July 2026.",
    ),
    "a cap's limit": (
        {"caps": (editions.cap(300), BASE["caps"][1])},
        "caps[1].limit",
        "会員ごとに1日の上限(数)が、400ポイントから300ポイントに減ります。",
        "Cap on amount a day for each member falls from 400 points to 300 points.",
    ),
    "a cap less": (
        {"caps": BASE["caps"][1:]},
        "caps[1]",
        "上限から、次がなくなります: 会員ごとに1日につき400ポイント(付与の上限)。",
        "Caps: no longer: 400 points a day for each member (on earning).",
    ),
    "caps the other way round": (
        {"caps": BASE["caps"][::-1]},
        "caps",
        "上限の順番が変わります: 会員ごとに1年度の上限(数)、会員ごとに1日の上限(数)。",
        "Caps: the order changes: cap on amount a fiscal year for each member, cap on amount a day for each member.",
    ),
    "the expiry": (
        {"expiry": Never()},
        "expiry",
        "有効期限が変わります。これまで: 付与の日から24か月。これから: なし。",
        "Expiry: until now 24 months from the day of the grant; from now on none.",
    ),
    "months of use": (
        {"expiry": MonthsAfter(months=36, counted_from="grant")},
        "expiry.months",
        "有効期限の使える月数が、24か月から36か月に変わります。",
        "Expiry, months of use: from 24 months to 36 months.",
    ),
    "a test": (
        {"eligibility": (*PEOPLE, Age(at_least=65, counted_on="fiscal_year_end"))},
        "eligibility[2]",
        "対象者に、次が加わります: 65歳以上(年度の末日の時点)。",
        "Who earns: new item: aged 65 and over (on the last day of the fiscal year).",
    ),
    "an exclusion": (
        {"eligibility": (*PEOPLE, NoneOf(tests=(SICK,)))},
        "eligibility[2]",
        "対象者に、次が加わります: 次のどれでもないこと(「hospital」(その日の時点))。",
        "Who earns: new item: none of (“hospital” (on the day itself)).",
    ),
    "what one gets": (
        {"conversion": editions.exchange(rate=Linear(give=1, get=8), forms=(CASH,))},
        "conversion.rate.get",
        "交換の率の受け取る額が、10円から8円に減ります。",
        "Conversion, rate, what one gets falls from 10 yen to 8 yen.",
    ),
    "another rate": (
        {"conversion": editions.exchange(rate=Tiers(tiers=(Tier(from_points=100, get=1000),)), forms=(CASH,))},
        "conversion.rate",
        "交換の率が変わります。これまで: 1ポイントにつき10円。これから: 100ポイントから1,000円。",
        "Conversion, rate: until now 10 yen for 1 point; from now on 1,000 yen from 100 points on.",
    ),
    "a form of payout": (
        {"conversion": editions.exchange(rate=Linear(give=1, get=10), forms=(CASH, Form(form="donation")))},
        "conversion.forms[2]",
        "交換の受け取り方に、次が加わります: 寄附。",
        "Conversion, forms of payout: new form: a donation.",
    ),
    "budget lines the other way round": (
        {"funding": ("general", "care")},
        "funding",
        "使う予算枠が、「care」、「general」から「general」、「care」に変わります。",
        "Budget lines: from “care”, “general” to “general”, “care”.",
    ),
    "the end": (
        {"wind_down": WindDown(last_granting_on=date(2028, 3, 31), last_claim_on=date(2028, 9, 30), balances="lapse")},
        "wind_down",
        "制度の終わりが定められます: 付与は2028年3月31日まで、申請は2028年9月30日まで。残ったポイントは失効する。",
        "End of the scheme is set: granting until 31 March 2028, claims until 30 September 2028; remaining points lapse.",
    ),
    "the title": (
        {"title": Text(ja="第2版", en="Second")},
        "title",
        "版の題名が変わります。これまで: 「初版」(英語「First」)。これから: 「第2版」(英語「Second」)。",
        "Title: until now “First” (Japanese “初版”); from now on “Second” (Japanese “第2版”).",
    ),
}


@pytest.mark.parametrize("what", SAID)
def test_a_change_is_said_in_one_plain_sentence(what: str) -> None:
    changes, path, ja, en = SAID[what]
    new = editions.edition(**(BASE | changes))
    for locale, sentence in zip(LOCALES, (ja, en), strict=True):
        (told,) = difference.between(OLD, new, locale)
        assert (told.path, told.sentence) == (path, sentence)


def test_the_label_of_the_unit_is_the_callers() -> None:
    new = editions.edition(**(BASE | {"caps": (editions.cap(300), BASE["caps"][1])}))
    (told,) = difference.between(OLD, new, "ja", unit="結ポイント")
    assert told.sentence == "会員ごとに1日の上限(数)が、400結ポイントから300結ポイントに減ります。"


def test_items_are_matched_by_what_they_are_about_and_not_by_where_they_stand() -> None:
    day, year = BASE["caps"]
    month = editions.cap(2, of="grants", per="month")
    pairs = pairing.pair((day, year), (month, year, msgspec.structs.replace(day, limit=1)))
    assert (pairs.kept, pairs.gone, pairs.come, pairs.moved) == ([(1, 1), (0, 2)], [], [0], True)
    assert pairing.pair((day, day), (day,)) == pairing.Pairs([(0, 0)], [1], [], False)
    assert pairing.pair((), (day,)) == pairing.Pairs([], [], [0], False)


def vocabulary(kind: inspect.Type, seen: set[type]) -> Iterator[type[msgspec.Struct]]:
    """Every part that an edition can have in it."""
    if isinstance(kind, inspect.StructType):
        if kind.cls in seen:
            return
        seen.add(kind.cls)
        yield kind.cls
        for field in kind.fields:
            yield from vocabulary(field.type, seen)
    elif isinstance(kind, inspect.UnionType):
        for each in kind.types:
            yield from vocabulary(each, seen)
    elif isinstance(kind, inspect.VarTupleType):
        yield from vocabulary(kind.item_type, seen)
    elif isinstance(kind, inspect.Metadata):
        yield from vocabulary(kind.type, seen)


PARTS = sorted(vocabulary(inspect.type_info(Edition), set()), key=lambda part: (part.__name__, part.__module__))


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_part_has_its_words(part: type[msgspec.Struct]) -> None:
    assert part is Edition or part.__name__ in parts.PARTS, "a phrase in rules/phrases/parts.py"
    missing = [field for field in part.__struct_fields__ if names.of(part.__name__, field) is None]
    assert missing == [], "a name in rules/phrases/names.py"
