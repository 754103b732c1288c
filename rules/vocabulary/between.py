"""Between members: what points buy, and what the receiver of help pays. 利用・利用料。"""

from __future__ import annotations

from typing import Annotated, Literal

from rules.vocabulary.earning import Earning, Unit
from rules.vocabulary.ending import Relation
from rules.vocabulary.part import Amount, Code, Kinds, Part, Text, say
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
        Literal["nothing", "minutes", "planned"],
        say(
            "What is due: nothing, minutes (so many), planned (the time agreed).",
            "取消料: nothing(なし)、minutes(定めた時間分)、planned(予定時間分)。",
        ),
    ]
    minutes: Annotated[
        Unit | None,
        say(
            "The time that is charged, where charge is minutes: 60 for an hour.",
            "charge が minutes のときの時間(分)。1時間は 60。",
        ),
    ] = None


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


class Award(Part, frozen=True, kw_only=True):
    """「10年連続で10ポイント以上の者に感謝状」 "a letter of thanks for ten years in a row with ten points or more"."""

    name: Annotated[
        Text, say('What is given: { ja = "感謝状", en = "Letter of thanks" }.', '贈るもの。例 { ja = "感謝状", en = "…" }。')
    ]
    at_least: Amount
    years_in_a_row: Annotated[int, say("For how many scheme years in a row.", "何年連続か。", ge=1, le=100)]
