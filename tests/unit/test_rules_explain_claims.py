"""Claims, year ends, fees, uses and permissions in words: the conclusion first, then why."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from rules import charging, convert, explain, passing, year_end
from rules.charging import Occurrence
from rules.decision import Used
from rules.passing import TransferAsked, UseAsked
from rules.payout import Claim, Closing, Holding, YearEnd
from rules.vocabulary import ending
from rules.vocabulary.between import Cancellation, Fee, Ticket, Use
from rules.vocabulary.conversion import ClaimLimit, Form, InSeason, Linear, Lots, Stage, Tier, Tiers
from rules.vocabulary.earning import PerTime
from rules.vocabulary.edition import Edition
from rules.vocabulary.periods import FromRegistration
from tests.support.editions import edition, exchange

MAY = date(2026, 5, 10)


def held(amount: int, on: date = MAY, expires_on: date | None = None) -> Holding:
    return Holding(holding_id=f"h{on}", occurred_on=on, granted_on=on, remaining=amount, expires_on=expires_on)


def claimed(rules: Edition, points: int, **changes: Any) -> tuple[str, ...]:
    plain: dict[str, Any] = {
        "claim_id": UUID(int=1),
        "member_id": UUID(int=2),
        "claimed_on": date(2026, 6, 1),
        "holdings": (held(points),),
    }
    return explain.explain_payout(convert.convert(rules, Claim(**(plain | changes))), "ja")


LOTS = exchange(rate=Lots(lot=10, get=1000), minimum=10)


@pytest.mark.parametrize(
    ("changes", "points", "said"),
    [
        (
            {"conversion": exchange()},
            7,
            ("7ポイントが700円になります。", "1ポイントにつき100円です。", "2026年6月1日から、現金でお渡しします。"),
        ),
        (
            {"conversion": LOTS},
            27,
            (
                "20ポイントが2000円になります。",
                "10ポイントごとに1000円です。",
                "残りの7ポイントは、そのまま残ります。",
                "2026年6月1日から、現金でお渡しします。",
            ),
        ),
        ({"conversion": LOTS}, 7, ("今回は交換できません。", "交換は10ポイントからで、今回は7ポイントです。")),
        ({}, 7, ("今回は交換できません。", "この制度には、交換の決まりがありません。")),
        (
            {"conversion": exchange(window=InSeason(first="04-01", last="05-31"))},
            7,
            ("今回は交換できません。", "申請できるのは、毎年4月1日から5月31日までです。"),
        ),
        (
            {"conversion": exchange(forms=(Form(form="cash"), Form(form="voucher")))},
            7,
            ("まだ交換していません。", "受け取り方を現金、または商品券から選んでください。"),
        ),
        (
            {"conversion": exchange(forms=(Form(form="donation", directed=True),))},
            7,
            ("まだ交換していません。", "どこに届けるか(寄附)をお知らせください。"),
        ),
        (
            {"conversion": exchange(rate=Tiers(tiers=(Tier(from_points=10, get=1000),)))},
            15,
            (
                "10ポイントが1000円になります。",
                "10ポイントからの段は1000円です。",
                "残りの5ポイントは、そのまま残ります。",
                "2026年6月1日から、現金でお渡しします。",
            ),
        ),
        (
            {"conversion": exchange(then=Stage(rate=Linear(give=1, get=2), into="yen"), into="point2")},
            7,
            ("7ポイントが1400円になります。", "2026年6月1日から、現金でお渡しします。"),
        ),
    ],
)
def test_a_claim_is_explained(changes: dict[str, Any], points: int, said: tuple[str, ...]) -> None:
    assert claimed(edition(**changes), points) == said


def test_a_limit_on_yen_is_said_in_yen() -> None:
    limit = ClaimLimit(limit=500, of="value", per="fiscal_year", for_each=("member",))
    rules = edition(conversion=exchange(limits=(limit,)))
    claim = Claim(claim_id=UUID(int=1), member_id=UUID(int=2), claimed_on=date(2026, 6, 1), holdings=(held(7),))
    window = convert.needs(rules, claim)[0]
    from_before = (Used(window, 100), Used(window, 500))
    assert claimed(rules, 7, used=from_before[:1])[2] == "上限が1年度に500円なので、4ポイントまでにしました。"
    assert claimed(rules, 7, used=from_before[1:]) == (
        "今回は交換できません。",
        "上限は1年度に500円で、これまでに500円ありました。",
    )
    assert claimed(rules, 7) == ("まだ交換していません。", "これまでの合計(1年度)の確認が必要です。", "窓口でお確かめします。")


# ---------------------------------------------------------------------------------------------------------------- year ends


def closing(rules: Edition, *holdings: Holding) -> Closing:
    return year_end.close(rules, YearEnd(member_id=UUID(int=2), year_of=MAY, closed_on=date(2027, 4, 1), holdings=holdings))


@pytest.mark.parametrize(
    ("carry", "said"),
    [
        (ending.CarryAll(), ("27スタンプが、次の年も残ります。",)),
        (ending.CarryNone(), ("27スタンプがなくなります。", "27スタンプは、次の年に繰り越さない決まりです。")),
        (
            ending.CarryRemainder(below=10),
            (
                "7スタンプが残り、20スタンプがなくなります。",
                "次の年に繰り越すのは10スタンプに満たない端数だけで、7スタンプです。",
            ),
        ),
    ],
)
def test_a_year_end_says_what_stays_and_why(carry: Any, said: tuple[str, ...]) -> None:
    assert explain.explain_closing(closing(edition(carry=carry), held(27)), "ja", "スタンプ") == said


def test_a_year_end_with_nothing_or_with_a_decree() -> None:
    assert explain.explain_closing(closing(edition()), "en") == ("There is nothing to carry at the year's end.",)
    texts = edition().name
    decree = ending.Extension(name=texts, years=(2026,), until=date(2029, 3, 31), chosen=False)
    rules = edition(carry=ending.CarryNone(), extensions=(decree,), expiry=ending.FixedDate(on=date(2027, 3, 31)))
    assert explain.explain_closing(closing(rules, held(27)), "en", "stamps") == (
        "What stays for the next year is 27 stamps.",
        "What stays by special decree is 27 stamps.",
    )


def test_a_year_that_cannot_be_told_is_not_closed() -> None:
    said = explain.explain_closing(closing(edition(year=FromRegistration()), held(27)), "ja")
    assert said == ("まだ締めていません。", "登録した日の確認が必要です。", "窓口でお確かめします。")


# ---------------------------------------------------------------------------------------------------------- between members

FEE = Fee(
    activity_kinds=("home_help",),
    unit="yen",
    tariff=PerTime(amount=200, every_minutes=30, rounding="up", minimum_minutes=0),
    expenses="separate",
    cancellation=(Cancellation(notice="same_day", charge="minutes", minutes=60),),
    ticket=Ticket(value=200, per_book=5),
)


def charged(**changes: Any) -> tuple[str, ...]:
    plain: dict[str, Any] = {"activity_kind": "home_help", "occurred_on": MAY, "minutes": 70}
    return explain.explain_charge(charging.charge(edition(fees=(FEE,)), Occurrence(**(plain | changes))), "ja")


def test_a_fee_says_how_much_and_for_what() -> None:
    assert charged(expenses=150) == (
        "お支払いは750円です。",
        "活動は1時間10分で、30分ごとに200円です(端数は切り上げ)。",
        "このうち150円は、交通費などの実費です。",
        "利用券(200円)なら3枚です。",
    )
    assert charged(notice="same_day", minutes=0)[:2] == ("お支払いは400円です。", "取消し(当日)のときは1時間分の決まりです。")
    assert charged(notice="before", minutes=0) == ("お支払いはありません。", "取消し(前日まで)に、お支払いはいりません。")
    assert charged(activity_kind="salon") == (
        "この活動(時間)の料金は決められていません。",
        "窓口にお聞きください。",
    )


def test_what_points_buy_and_for_whom() -> None:
    rules = edition(uses=(Use(what="help", give=1, get=60, into="minute", also_for=("parent",)),))

    def used(**changes: Any) -> tuple[str, ...]:
        plain: dict[str, Any] = {"what": "help", "used_on": MAY, "points": 2}
        return explain.explain_use(passing.use(rules, UseAsked(**(plain | changes))), "ja")

    assert used() == ("2ポイントで、手助けを2時間受けられます。",)
    assert used(for_whom="child") == ("今回は使えません。", "手助けに使えるのは、ご本人か、決まりにある家族の方だけです。")
    assert used(what="goods") == ("今回は使えません。", "この制度では、品物には使えません。")


def test_passing_on_says_to_whom_alone() -> None:
    rules = edition(transfer=ending.WithinFamily(relations=("spouse", "child")))
    said = [
        explain.explain_permission(passing.transfer(rules, TransferAsked(transferred_on=MAY, relation=to)), "ja", "passing_on")
        for to in ("child", None)
    ]
    assert said == [
        ("この方にゆずることができます。",),
        ("今回はゆずることができません。", "ゆずることができるのは、配偶者、または子だけです。"),
    ]
