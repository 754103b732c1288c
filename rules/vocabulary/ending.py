"""Until when: expiry of a grant, carry-over at a year's end, leaving the scheme, passing on, its end. 有効期限・繰越・喪失。"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from rules.vocabulary.part import (
    DAYS_MAX,
    LIMIT_MAX,
    MONTHS_MAX,
    PARTS_MAX,
    YEARS_MAX,
    CountedFrom,
    LastOn,
    MonthDay,
    Part,
    Text,
    say,
)

YearsLater = Annotated[
    int,
    say("0 for the end of the same year, 1 for the end of the next.", "その年の末日は 0、翌年の末日は 1。", ge=0, le=YEARS_MAX),
]


class _Expiry(Part, frozen=True, kw_only=True, tag_field="type"):
    """Until when what was granted can be used."""


class Never(_Expiry, frozen=True, kw_only=True, tag="never"):
    """「有効期限は、定めない」 "without a last day of use"."""


class MonthsAfter(_Expiry, frozen=True, kw_only=True, tag="months_after"):
    """「付与の日から2年間」 "two years from the day of the grant": it ends on the same day, that day included (months = 24)."""

    months: Annotated[int, say("Months of use; 24 for two years.", "使える月数。2年間は 24。", ge=1, le=MONTHS_MAX)]
    counted_from: CountedFrom


class DaysAfter(_Expiry, frozen=True, kw_only=True, tag="days_after"):
    """「付与の日から180日間」 "180 days from the grant": the first day is not counted (民法140条)."""

    days: Annotated[int, say("Days of use, such as 180.", "使える日数。例 180。", ge=1, le=DAYS_MAX)]
    counted_from: CountedFrom


class EndOfFiscalYear(_Expiry, frozen=True, kw_only=True, tag="end_of_fiscal_year"):
    """「翌年度の末日まで」 "until the end of the next fiscal year" (years_later = 1); the same year's end is 0."""

    years_later: YearsLater
    counted_from: CountedFrom


class EndOfCalendarYear(_Expiry, frozen=True, kw_only=True, tag="end_of_calendar_year"):
    """「獲得した日の翌年12月31日まで」 "until 31 December of the next year" (years_later = 1)."""

    years_later: YearsLater
    counted_from: CountedFrom


class EndOfSchemeYear(_Expiry, frozen=True, kw_only=True, tag="end_of_scheme_year"):
    """「その制度年度の末日まで」 "until the end of the scheme's year", as `year` says."""

    years_later: YearsLater
    counted_from: CountedFrom


class DayOfYear(_Expiry, frozen=True, kw_only=True, tag="day_of_year"):
    """「付与した年度の翌年度の6月30日まで」 "until 30 June of the fiscal year after": a day of the same year (0) or of a later one."""

    day: MonthDay
    of: Annotated[
        Literal["fiscal_year", "calendar_year"],
        say(
            "Whose day it is: fiscal_year (April to March) or calendar_year.",
            "どの年の月日か: fiscal_year(年度)か calendar_year(暦年)。",
        ),
    ]
    years_later: YearsLater
    counted_from: CountedFrom


class FixedDate(_Expiry, frozen=True, kw_only=True, tag="fixed_date"):
    """「令和9年3月31日まで」 "until 31 March 2027": one last day for all, that day included."""

    on: Annotated[date, say("The last day of use, such as 2027-03-31.", "使える最後の日。例 2027-03-31。")]


Expiry = Never | MonthsAfter | DaysAfter | EndOfFiscalYear | EndOfCalendarYear | EndOfSchemeYear | DayOfYear | FixedDate


class _Carry(Part, frozen=True, kw_only=True, tag_field="type"):
    """What of a year's points is still there after the year is closed."""


class CarryAll(_Carry, frozen=True, kw_only=True, tag="all"):
    """「翌年度に繰り越すことができる」 "can be carried over": all of it, as long as it has not expired."""


class CarryNone(_Carry, frozen=True, kw_only=True, tag="none"):
    """「翌年度に繰り越すことはできない」 "cannot be carried over": what was not claimed lapses."""


class CarryRemainder(_Carry, frozen=True, kw_only=True, tag="remainder"):
    """「10ポイント未満の端数は繰り越す」 "less than 10 is carried": what is left after whole lots; the whole lots lapse."""

    below: Annotated[
        int, say("The lot: only what is below it is carried.", "この数に満たない端数だけを繰り越します。", ge=2, le=LIMIT_MAX)
    ]


class CarryOnce(_Carry, frozen=True, kw_only=True, tag="once"):
    """「翌年度に限り繰り越す」 "carried over once": into the next year, and not into the one after."""


class CarryUpTo(_Carry, frozen=True, kw_only=True, tag="up_to"):
    """「50ポイントを限度に繰り越す」 "up to 50 are carried": the youngest; what is beyond lapses."""

    limit: Annotated[int, say("The most that is carried.", "繰り越せる上限。", ge=1, le=LIMIT_MAX)]


Carry = CarryAll | CarryNone | CarryRemainder | CarryOnce | CarryUpTo


class Extension(Part, frozen=True, kw_only=True):
    """「令和2年度以降の分は令和5年度まで使用できる」 "those of 2020 and after until the end of 2023": by decree, for named years."""

    name: Annotated[Text, say('What the decree is called: { ja = "…", en = "…" }.', '特例の名称。例 { ja = "…", en = "…" }。')]
    years: Annotated[
        tuple[Annotated[int, say("A year.", "年度。", ge=1900, le=2999)], ...],
        say(
            "The scheme years whose points it is for, such as [2020, 2021].",
            "対象の制度年度。例 [2020, 2021]。",
            min_length=1,
            max_length=PARTS_MAX,
        ),
    ]
    until: LastOn
    chosen: Annotated[
        bool,
        say(
            "true where each person chooses it, false where it is for all.",
            "一人ひとりが選ぶなら true、全員に当てはめるなら false。",
        ),
    ]


class _StatusLoss(Part, frozen=True, kw_only=True, tag_field="type"):
    """What becomes of the points of somebody who stops fulfilling the tests in mid-year (moves away, loses the insured status)."""


class Forfeits(_StatusLoss, frozen=True, kw_only=True, tag="forfeits"):
    """「資格を喪失したときは、ポイントは失効する」 "the points lapse with the status", from the following day."""


class Keeps(_StatusLoss, frozen=True, kw_only=True, tag="keeps"):
    """「資格を喪失した後も使用できる」 "can be used afterwards too"; nothing more is earned."""


class KeepsWholeLots(_StatusLoss, frozen=True, kw_only=True, tag="keeps_whole_lots"):
    """「単位に達しているポイントは、転出後も交換できる」 "what has reached the lot can still be exchanged after moving away"."""


class GraceMonths(_StatusLoss, frozen=True, kw_only=True, tag="grace"):
    """「資格を喪失した日の翌日から3か月以内」 "within three months from the day after the loss"."""

    months: Annotated[int, say("Months in which it can still be claimed.", "申請できる月数。", ge=1, le=MONTHS_MAX)]


StatusLoss = Forfeits | Keeps | KeepsWholeLots | GraceMonths

Relation = Literal["spouse", "parent", "child", "grandchild", "household"]


class _Transfer(Part, frozen=True, kw_only=True, tag_field="type"):
    """Whether points can be passed on to another person."""


class Forbidden(_Transfer, frozen=True, kw_only=True, tag="forbidden"):
    """「譲渡し、又は貸与することはできない」 "cannot be passed on or lent"."""


class WithinFamily(_Transfer, frozen=True, kw_only=True, tag="family"):
    """「配偶者及び親子に限り」 "to a spouse, parent or child alone"."""

    relations: Annotated[
        tuple[Relation, ...],
        say(
            "Any of: spouse, parent, child, grandchild, household.",
            "次のどれか: spouse、parent、child、grandchild、household。",
            min_length=1,
            max_length=5,
        ),
    ]


class AfterDeath(_Transfer, frozen=True, kw_only=True, tag="after_death"):
    """「死亡したときに限り、配偶者等に」 "after death alone, to the spouse and others"; while alive it cannot be passed on."""

    relations: Annotated[
        tuple[Relation, ...],
        say(
            "Any of: spouse, parent, child, grandchild, household.",
            "次のどれか: spouse、parent、child、grandchild、household。",
            min_length=1,
            max_length=5,
        ),
    ]


class Free(_Transfer, frozen=True, kw_only=True, tag="free"):
    """「会員の間で譲渡することができる」 "can be passed on among members"."""


Transfer = Forbidden | WithinFamily | AfterDeath | Free


class WindDown(Part, frozen=True, kw_only=True):
    """「令和8年3月31日をもって廃止する」 "ends on 31 March 2026": the last day of granting, of claiming, and what of the rest."""

    last_granting_on: LastOn
    last_claim_on: LastOn
    balances: Annotated[
        Literal["lapse", "kept"],
        say("What becomes of points that nobody claimed: lapse or kept.", "残ったポイント: lapse(失効)か kept(そのまま)。"),
    ]
