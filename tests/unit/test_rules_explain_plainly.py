"""What somebody aged 75 reads: for what a limit is, what one attendance earns at most, what is still missing, what codes are called."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from rules import convert, evaluate, explain, naming, parse
from rules.decision import Used
from rules.payout import Claim, Holding
from rules.refusals import UnreadableEdition
from rules.vocabulary import earning
from rules.vocabulary.caps import Cap
from rules.vocabulary.conversion import Form
from rules.vocabulary.edition import Edition
from rules.vocabulary.ending import EndOfFiscalYear, Forfeits, Keeps
from rules.vocabulary.part import Named, Text
from rules.wording.said import LOCALES, Locale
from tests.support.editions import cap, edition, exchange, facts, told

STEPS = earning.PerMeasure(measure="steps", amount=1, every=1000, rounding="down", at_most=5)
EACH = earning.PerMeasure(measure="present", amount=10, every=1, rounding="down")
BANDS = earning.Bands(bands=(earning.Band(from_minutes=0, amount=100), earning.Band(from_minutes=120, amount=200)))
OVER = earning.Bands(
    bands=(
        earning.Band(from_minutes=1, amount=1),
        earning.Band(from_minutes=31, amount=2),
        earning.Band(from_minutes=61, amount=3),
    )
)


def said_of(rules: Edition, locale: Locale = "ja", used: int = 0, **seen: Any) -> tuple[str, ...]:
    return explain.explain(evaluate.evaluate(rules, told(rules, facts(**seen), used)), locale, names=naming.names_of(rules))


def test_the_most_of_one_attendance_is_said_where_it_cut() -> None:
    rules = edition(earn=STEPS)
    assert said_of(rules, measures={"steps": 20000})[1:] == (
        "歩数は20000で、1000につき1スタンプです。",
        "1回の上限は5スタンプです。",
    )
    assert said_of(rules, measures={"steps": 4000})[1:] == ("歩数は4000で、1000につき1スタンプです。",)
    timed = edition(earn=earning.PerTime(amount=1, every_minutes=60, rounding="down", minimum_minutes=0, at_most=2))
    assert said_of(timed, minutes=180)[2:] == ("1回の上限は2スタンプです。",)


def test_people_are_counted_as_people() -> None:
    said = said_of(edition(earn=EACH), counts={"present": 12})
    assert said[1] == "参加者は12人で、1人につき10スタンプです。"


@pytest.mark.parametrize(
    ("earn", "minutes", "said"),
    [
        (BANDS, 50, "活動は50分で、2時間未満は100スタンプです。"),
        (BANDS, 130, "活動は2時間10分で、2時間以上は200スタンプです。"),
        (OVER, 20, "活動は20分で、30分以内は1スタンプです。"),
        (OVER, 40, "活動は40分で、30分を超えると2スタンプです。"),
        (OVER, 90, "活動は1時間30分で、1時間を超えると3スタンプです。"),
    ],
)
def test_a_band_is_said_as_the_ordinance_does(earn: earning.Bands, minutes: int, said: str) -> None:
    assert said_of(edition(earn=earn), minutes=minutes)[1] == said


def test_what_came_after_the_first_length_is_said_only_where_something_did() -> None:
    pieces = (earning.Piece(minutes=30, amount=380),)
    earn = earning.FirstThen(first_minutes=60, first_amount=750, then=pieces, rounding="up", minimum_minutes=0)
    assert said_of(edition(earn=earn), minutes=60)[1] == "活動は1時間で、最初の1時間が750スタンプです。"
    assert (
        said_of(edition(earn=earn), minutes=90)[1] == "活動は1時間30分で、最初の1時間が750スタンプ、そのあとが380スタンプです。"
    )


def test_time_that_is_added_up_is_not_lost() -> None:
    earn = earning.PerTime(amount=1, every_minutes=1800, rounding="down", minimum_minutes=0, summed_over="fiscal_year")
    rules = edition(earn=earn)
    seen = facts(minutes=400)
    used = tuple(Used(window, 600 if window.of == "looked" else 0) for window in evaluate.needs(rules, seen))
    assert explain.explain(evaluate.evaluate(rules, facts(minutes=400, used=used)), "ja") == (
        "今回は付きません。",
        "合計は16時間40分で、30時間になると1スタンプ付きます。",
    )


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (cap(1), "1日の上限"),
        (cap(1, for_each=("member", "site")), "この場所では1日の上限"),
        (cap(1, for_each=("member", "client")), "この相手の方については1日の上限"),
        (cap(1, for_each=("member", "event")), "この行事では1日の上限"),
        (cap(1, for_each=("member",), activity_kinds=("salon",)), "この種類の活動では1日の上限"),
        (cap(1, for_each=()), "全員を合わせて1日の上限"),
        (cap(1, for_each=("site",)), "全員を合わせて、この場所では1日の上限"),
    ],
)
def test_a_limit_says_for_what_it_is(limit: Cap, said: str) -> None:
    rules = edition(caps=(limit,))
    where: dict[str, Any] = {"site": "hall", "client": "c", "event": "e", "activity_kind": "salon"}
    assert said_of(rules, **where)[-1].startswith(f"{said}が1スタンプなので")
    assert said_of(rules, used=1, **where)[-1].startswith(f"{said}は1スタンプで")
    for locale in LOCALES:
        assert "{" not in "".join(said_of(rules, locale, **where))


def test_a_special_rule_and_a_first_time_are_called_so() -> None:
    twice = earning.Campaign(activity_kinds=("*",), when=(), percent=150, rounding="down")
    assert "特別の決まりで1.5倍になり、2スタンプが3スタンプになりました。" in said_of(edition(campaigns=(twice,)))
    bonus = earning.Bonus(activity_kinds=("*",), of="grants", at=1, per="scheme", repeats=False, amount=5, capped=False)
    assert said_of(edition(bonuses=(bonus,)))[-1] == "はじめてなので、5スタンプを足しました。"
    assert said_of(edition(bonuses=(bonus,)), "en")[-1] == "It was the first time, which adds 5 stamps."


# ------------------------------------------------------------------------------------------------------------------ claims


def claimed(rules: Edition, *held: Holding, **changes: Any) -> tuple[str, ...]:
    plain: dict[str, Any] = {"claim_id": UUID(int=1), "member_id": UUID(int=2), "claimed_on": date(2027, 6, 1), "holdings": held}
    payout = convert.convert(rules, Claim(**(plain | changes)))
    return explain.explain_payout(payout, "ja", names=naming.names_of(rules))


def held(amount: int, on: date, **changes: Any) -> Holding:
    plain: dict[str, Any] = {"holding_id": str(on), "occurred_on": on, "granted_on": on, "remaining": amount}
    return Holding(**(plain | changes))


def test_what_is_held_and_cannot_be_claimed_is_said() -> None:
    this_year = edition(conversion=exchange(points_of="this_year", minimum=3))
    assert claimed(this_year, held(8, date(2026, 5, 1)))[1] == (
        "申請できるのはこの1年に付いたポイントで、お持ちの8ポイントは別の年の分です。"
    )
    old = held(8, date(2026, 5, 1), expires_on=date(2027, 3, 31))
    ends = edition(conversion=exchange(), expiry=EndOfFiscalYear(years_later=0, counted_from="activity"))
    assert claimed(ends, old)[1] == "お持ちの8ポイントは、使える期限を過ぎています。"
    fixed = held(8, date(2027, 5, 1), convertible=0)
    assert claimed(edition(conversion=exchange()), fixed)[1] == "お持ちの8ポイントは、交換の対象に入っていません。"
    assert claimed(this_year, held(2, date(2027, 5, 1)))[1] == "交換は3ポイントからで、今回は2ポイントです。"


def test_who_left_is_told_the_day() -> None:
    gone: dict[str, Any] = {"left_on": date(2027, 4, 30)}
    forfeits = edition(conversion=exchange(), status_loss=Forfeits())
    assert claimed(forfeits, held(8, date(2026, 5, 1)), **gone)[1] == (
        "資格があったのは2027年4月30日までで、使えるのもその日までです。"
    )
    assert claimed(edition(conversion=exchange(), status_loss=Keeps()), held(8, date(2026, 5, 1)), **gone)[0] == (
        "8ポイントが800円になります。"
    )


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (Form(form="cash"), "現金でお渡しします。"),
        (Form(form="draw"), "抽選に参加できます。"),
        (Form(form="donation"), "寄附にあてます。"),
        (Form(form="premium_offset"), "保険料にあてます。"),
        (Form(form="certificate"), "感謝状などをお贈りします。"),
        (Form(form="voucher", code="v2", name=Text(ja="みどり商品券", en="Midori vouchers")), "みどり商品券でお渡しします。"),
        (Form(form="voucher", code="v3"), "商品券でお渡しします。"),
        (Form(form="donation", name=Text(ja="緑の基金", en="green fund")), "緑の基金にあてます。"),
    ],
)
def test_each_form_has_its_verb_and_its_name(form: Form, said: str) -> None:
    rules = edition(conversion=exchange(forms=(form,)))
    assert claimed(rules, held(8, date(2026, 5, 1)))[-1] == f"2027年6月1日から、{said}"


# ------------------------------------------------------------------------------------------------------------------- names


def test_a_town_names_its_own_codes() -> None:
    rules = edition(
        unit="bariki",
        names=(Named(code="bariki", ja="ばりき", en="bariki"), Named(code="snow_cm", ja="積雪(センチ)", en="snow (cm)")),
        earn=earning.PerMeasure(measure="snow_cm", amount=1, every=10, rounding="down"),
    )
    assert said_of(rules, measures={"snow_cm": 30}) == ("3ばりきを付けました。", "積雪(センチ)は30で、10につき1ばりきです。")
    assert said_of(rules, "en")[1] == "The record of snow (cm) is still needed."
    assert said_of(rules)[1] == "積雪(センチ)の記録が必要です。"


def test_a_code_has_one_name() -> None:
    rules = edition(names=(Named(code="a", ja="あ", en="a"), Named(code="a", ja="い", en="i")))
    with pytest.raises(UnreadableEdition) as refused:
        parse.parse(parse.render(rules))
    assert [error.path for error in refused.value.errors] == ["names[2].code"]
