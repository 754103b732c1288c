"""Between members: what points buy, and what the receiver of help pays. 利用・利用料。"""

from __future__ import annotations

from typing import Annotated, Literal

from rules.vocabulary.earning import Earning, Unit
from rules.vocabulary.ending import Relation
from rules.vocabulary.part import AMOUNT_MAX, Amount, Code, Kinds, Part, Rounding, Text, say
from rules.vocabulary.who import Tests


class Use(Part, frozen=True, kw_only=True):
    """「1点で1時間のサービスを受けることができる」 "one point buys an hour of help": for oneself and for whom else."""

    what: Annotated[
        Literal["help", "goods", "donation", "pledge", "pot"],
        say(
            "help, goods, donation, pledge (to a group) or pot.",
            "help(手助け)、goods(品物)、donation(寄附)、pledge(団体へ)、pot(基金)。",
        ),
    ]
    give: Amount
    get: Amount
    into: Annotated[Code, say('What it buys, such as "minute".', '得るものの単位。例 "minute"(分)。')]
    also_for: Annotated[
        tuple[Relation, ...],
        say(
            "For whom else than oneself: spouse, parent, child, grandchild, household.",
            "本人のほかに使える人: spouse、parent、child など。",
            max_length=5,
        ),
    ] = ()


Notice = Literal["before", "same_day", "no_notice"]


Percent = Annotated[int, say("How many percent.", "百分率。", ge=1, le=100)]


class Cancellation(Part, frozen=True, kw_only=True):
    """「当日の取消しは1時間分」 "cancelled on the day: an hour's fee"."""

    notice: Annotated[
        Notice,
        say(
            "When it was called off: before (by the day before), same_day, no_notice.",
            "取消しの時期: before(前日まで)、same_day(当日)、no_notice(無断)。",
        ),
    ]
    charge: Annotated[
        Literal["nothing", "minutes", "planned", "percent", "amount"],
        say(
            "What is due: nothing, minutes (so many), planned (the time agreed), percent (of what that would cost), amount (a sum).",
            "取消料: nothing(なし)、minutes(定めた時間分)、planned(予定時間分)、percent(予定時間の料金の割合)、amount(定額)。",
        ),
    ]
    minutes: Annotated[
        Unit | None,
        say(
            "The time that is charged, where charge is minutes: 60 for an hour.",
            "charge が minutes のときの時間(分)。1時間は 60。",
        ),
    ] = None
    percent: Annotated[
        Percent | None,
        say("How many percent, where charge is percent: 50 for half.", "charge が percent のときの割合。半額は 50。"),
    ] = None
    amount: Annotated[Amount | None, say("The sum, where charge is amount.", "charge が amount のときの額。")] = None


class Further(Part, frozen=True, kw_only=True):
    """「2人目以降は半額」 "each further one at half price": of the children, say, as many as were told of the occasion."""

    measure: Annotated[Code, say('What there may be several of, such as "children".', '人数などの符号。例 "children"。')]
    percent: Annotated[Percent, say("How many percent each further one costs: 50 for half.", "2人目以降の割合。半額は 50。")]
    rounding: Rounding


class FeeShare(Part, frozen=True, kw_only=True):
    """「利用料850円のうち600円を協力会員に、250円を事務局に」 "of 850 yen 600 to the helper, 250 to the office": in this proportion."""

    to: Annotated[
        Literal["helper", "office", "pot"],
        say("Who receives it: helper, office or pot.", "受け取る人: helper(協力会員)、office(事務局)、pot(基金)。"),
    ]
    parts: Annotated[int, say("How many parts of the whole, such as 600.", "全体のうちの割り当て。例 600。", ge=1, le=AMOUNT_MAX)]


class Ticket(Part, frozen=True, kw_only=True):
    """「利用券は1枚200円、5枚つづり」 "a ticket is 200 yen, five to a book": bought beforehand."""

    value: Amount
    per_book: Annotated[int, say("How many tickets make a book.", "1冊の枚数。", ge=1, le=1000)]


class Fee(Part, frozen=True, kw_only=True):
    """「利用会員は、30分につき200円を支払う」 "the receiver pays 200 yen for each half hour"."""

    activity_kinds: Kinds
    when: Tests = ()
    unit: Annotated[Code, say('What is paid in, such as "yen".', '支払う単位。例 "yen"。')]
    tariff: Annotated[
        Earning,
        say(
            'What is due for the time: { how = "per_time", amount = 200, every_minutes = 30, rounding = "up", minimum_minutes = 0 }.',
            '時間の料金。例 { how = "per_time", amount = 200, every_minutes = 30, rounding = "up", minimum_minutes = 0 }。',
        ),
    ]
    expenses: Annotated[
        Literal["none", "separate"],
        say(
            "Whether the cost of travel and materials is paid besides: none or separate.",
            "交通費・材料費などの実費: none(なし)か separate(別に払う)。",
        ),
    ]
    cancellation: Annotated[
        tuple[Cancellation, ...],
        say(
            'What a cancellation costs, such as [{ notice = "same_day", charge = "minutes", minutes = 60 }].',
            '取消料。例 [{ notice = "same_day", charge = "minutes", minutes = 60 }]。',
            max_length=3,
        ),
    ] = ()
    ticket: Annotated[
        Ticket | None,
        say(
            "Tickets bought beforehand: { value = 200, per_book = 5 }.", "前もって買う利用券。例 { value = 200, per_book = 5 }。"
        ),
    ] = None
    further: Annotated[
        Further | None,
        say(
            'What each further one costs: { measure = "children", percent = 50, rounding = "down" }.',
            '2人目以降の料金。例 { measure = "children", percent = 50, rounding = "down" }。',
        ),
    ] = None
    shares: Annotated[
        tuple[FeeShare, ...],
        say(
            'Who receives how much of the fee for the time: [{ to = "helper", parts = 600 }, { to = "office", parts = 250 }].',
            '料金の配分。例 [{ to = "helper", parts = 600 }, { to = "office", parts = 250 }]。',
            max_length=3,
        ),
    ] = ()


class Award(Part, frozen=True, kw_only=True):
    """「10年連続で10ポイント以上の者に感謝状」 "a letter of thanks for ten years in a row with ten points or more"."""

    name: Annotated[
        Text, say('What is given: { ja = "感謝状", en = "Letter of thanks" }.', '贈るもの。例 { ja = "感謝状", en = "…" }。')
    ]
    at_least: Amount
    years_in_a_row: Annotated[int, say("For how many scheme years in a row.", "何年連続か。", ge=1, le=100)]
