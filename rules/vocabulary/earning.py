"""How much is earned: by time, by occasion, by what is measured, by what the host says; and campaigns. 付与の基準。"""

from __future__ import annotations

from typing import Annotated, Literal

from rules.vocabulary.part import (
    AMOUNT_MAX,
    LIMIT_MAX,
    MEASURE_MAX,
    MINUTES_MAX,
    PARTS_MAX,
    PERCENT_MAX,
    Amount,
    AmountOrNothing,
    Code,
    FirstOn,
    Kinds,
    LastOn,
    Minimum,
    Part,
    Rounding,
    say,
)
from rules.vocabulary.who import Tests

Unit = Annotated[
    int,
    say(
        "The length of one unit of time, in minutes: 60 for an hour, 30 for half an hour.",
        "1単位の時間(分)。1時間は 60、30分は 30。",
        ge=1,
        le=MINUTES_MAX,
    ),
]
Measure = Annotated[Code, say('What is measured, such as "steps".', '測るものの符号。例 "steps"。')]
MayFall = Annotated[
    bool,
    say(
        "true where a longer time or a higher figure earns less, as the table is printed; otherwise leave it out.",
        "表のとおり、長い(多い)ほうが少なく付くときだけ true。ふつうは書きません。",
    ),
]


AtMost = Annotated[
    int,
    say(
        "The most that one attendance earns; leave it out where there is no such limit.",
        "1回の活動で付く数の上限。なければ書きません。",
        ge=1,
        le=AMOUNT_MAX,
    ),
]


SummedOver = Annotated[
    Literal["day", "week", "month", "quarter", "half_year", "fiscal_year", "scheme_year"],
    say(
        "Where the time of a whole day, month or year is added up before it is rounded: day, week, month, quarter, half_year, "
        "fiscal_year, scheme_year. Leave it out where each attendance is rounded by itself.",
        "端数を処理する前に時間を通算する期間: day(1日)、week、month(1か月)、quarter、half_year、fiscal_year(年度)、scheme_year。"
        "1回ごとに端数を処理するなら書きません。",
    ),
]


class _Earning(Part, frozen=True, kw_only=True, tag_field="how"):
    """How an attendance earns."""


class PerTime(_Earning, frozen=True, kw_only=True, tag="per_time"):
    """「活動1時間につき1ポイント」 "one point for each hour of activity": the rounding of a part of an hour is stated."""

    amount: Amount
    every_minutes: Unit
    rounding: Rounding
    minimum_minutes: Minimum
    at_most: AtMost | None = None
    summed_over: SummedOver | None = None


class PerOccasion(_Earning, frozen=True, kw_only=True, tag="per_occasion"):
    """「1回の参加につき1ポイント」 "one point for each time one takes part", however long it was beyond the minimum."""

    amount: Amount
    minimum_minutes: Minimum


class Piece(Part, frozen=True, kw_only=True):
    """A length of time and what it is worth: 60 minutes 750, 30 minutes 380."""

    minutes: Unit
    amount: Amount


class FirstThen(_Earning, frozen=True, kw_only=True, tag="first_then"):
    """「最初の1時間まで750円、以後30分ごとに380円」 "the first hour 750, then 380 for each half hour".

    The first length counts in full however short it was. What follows is cut into the longest pieces that fit; what is left of the
    shortest is rounded.
    """

    first_minutes: Unit
    first_amount: Amount
    then: Annotated[
        tuple[Piece, ...],
        say(
            "The pieces after the first length, such as [{ minutes = 30, amount = 380 }].",
            "最初の時間のあとの区切り。例 [{ minutes = 30, amount = 380 }]。",
            min_length=1,
            max_length=PARTS_MAX,
        ),
    ]
    rounding: Rounding
    minimum_minutes: Minimum


class Band(Part, frozen=True, kw_only=True):
    """From so many minutes on, so much. 「1時間を超える」 (over an hour) is from 61; 「2時間以上」 (two hours and over) is from 120."""

    from_minutes: Annotated[
        int,
        say(
            "The shortest time of the band, in minutes; over an hour is 61.",
            "この段階の最短の時間(分)。1時間を超えるは 61。",
            ge=0,
            le=MINUTES_MAX,
        ),
    ]
    amount: AmountOrNothing


class Bands(_Earning, frozen=True, kw_only=True, tag="bands"):
    """「2時間未満100ポイント、2時間以上200ポイント」 "100 below two hours, 200 from two hours on"; below the first band nothing."""

    bands: Annotated[
        tuple[Band, ...],
        say(
            "The bands, shortest first, such as [{ from_minutes = 0, amount = 100 }, { from_minutes = 120, amount = 200 }].",
            "短い順の段階。例 [{ from_minutes = 0, amount = 100 }, { from_minutes = 120, amount = 200 }]。",
            min_length=1,
            max_length=PARTS_MAX,
        ),
    ]
    may_fall: MayFall = False
    summed_over: SummedOver | None = None


class PerMeasure(_Earning, frozen=True, kw_only=True, tag="per_measure"):
    """「1,000歩につき1ポイント」「参加者1人につき10ポイント」 "one point for each 1,000 steps", "ten for each person `present`"."""

    measure: Measure
    amount: Amount
    every: Annotated[int, say("How much of it makes one unit, such as 1000.", "1単位の量。例 1000。", ge=1, le=MEASURE_MAX)]
    rounding: Rounding
    at_most: AtMost | None = None


class MeasureBand(Part, frozen=True, kw_only=True):
    """From so much on, so many points."""

    at_least: Annotated[int, say("The least figure of the band.", "この段階の下限。", ge=0, le=MEASURE_MAX)]
    amount: AmountOrNothing


class MeasureBands(_Earning, frozen=True, kw_only=True, tag="measure_bands"):
    """「8,000歩以上で5ポイント」 "five points from 8,000 steps on": a table by what is measured; below the first band nothing."""

    measure: Measure
    bands: Annotated[
        tuple[MeasureBand, ...],
        say(
            "The bands, lowest first, such as [{ at_least = 8000, amount = 5 }].",
            "低い順の段階。例 [{ at_least = 8000, amount = 5 }]。",
            min_length=1,
            max_length=PARTS_MAX,
        ),
    ]
    may_fall: MayFall = False


class HostSet(_Earning, frozen=True, kw_only=True, tag="host_set"):
    """「受入機関が100から1,000までの範囲で定める」 "what the host sets between 100 and 1,000", said at the activity."""

    at_least: AmountOrNothing
    at_most: Amount


class Attested(_Earning, frozen=True, kw_only=True, tag="attested"):
    """「1時間程度につき1個」 "one for about an hour": whoever attests says how many; where nobody says, the time is rounded as told."""

    amount: Amount
    every_minutes: Unit
    untold: Annotated[
        Literal["ask", "down", "up", "nearest"],
        say(
            "What counts where the attestor did not say: ask, or the time rounded down, up or nearest.",
            "証明する人が数を言わなかったとき: ask(たずねる)、または時間を down、up、nearest で数える。",
        ),
    ]
    minimum_minutes: Minimum
    at_most: AtMost | None = None


Earning = PerTime | PerOccasion | FirstThen | Bands | PerMeasure | MeasureBands | HostSet | Attested


class Clause(Part, frozen=True, kw_only=True):
    """「次の活動について」 "for the following activities": the first clause that names the kind, and whose tests pass, counts."""

    activity_kinds: Kinds
    earn: Annotated[
        Earning,
        say(
            'What it earns, such as { how = "per_occasion", amount = 1, minimum_minutes = 30 }.',
            '付与のしかた。例 { how = "per_occasion", amount = 1, minimum_minutes = 30 }。',
        ),
    ]
    who: Tests = ()
    first_on: FirstOn | None = None
    """the first day of this clause, where it starts after the edition"""
    last_on: LastOn | None = None
    """and its last, where it ends before"""


class Campaign(Part, frozen=True, kw_only=True):
    """「9月中は2倍とする」 "in September twice as much": so many percent of what the clause gives, before any cap."""

    activity_kinds: Kinds
    when: Tests
    percent: Annotated[
        int, say("How many percent: 200 for twice as much.", "何パーセントにするか。2倍は 200。", ge=1, le=PERCENT_MAX)
    ]
    rounding: Rounding


class Bonus(Part, frozen=True, kw_only=True):
    """「1か月に4回以上参加したときは、5ポイントを加算する」 "five points more at the fourth time in a month"."""

    activity_kinds: Kinds
    of: Annotated[
        Literal["grants", "amount", "minutes"],
        say(
            "What is counted: grants (how many times), amount or minutes.", "数えるもの: grants(回数)、amount(数)、minutes(分)。"
        ),
    ]
    at: Annotated[int, say("The number at which it is given.", "この数に達したときに付けます。", ge=1, le=LIMIT_MAX)]
    per: Annotated[
        Literal["week", "month", "quarter", "half_year", "fiscal_year", "calendar_year", "scheme_year", "scheme"],
        say(
            "The period: week, month, quarter, half_year, fiscal_year, calendar_year, scheme_year, scheme.",
            "期間: week、month、quarter(四半期)、half_year(半期)、fiscal_year(年度)、calendar_year、scheme_year、scheme。",
        ),
    ]
    repeats: Annotated[
        bool,
        say(
            "true where it is given at each multiple again, false where once.",
            "その倍数ごとに付けるなら true、一度だけなら false。",
        ),
    ]
    amount: Amount
    capped: Annotated[
        bool,
        say(
            "true where the caps count and cut it, false where they leave it alone.",
            "上限に含めるなら true、含めないなら false。",
        ),
    ]
