"""Who and what counts: tests of the person, of the activity and of its day, and how they are joined. 対象者・対象活動の要件。

A test is a plain statement that is true, false or not known ("ask"); `all_of`, `any_of` and `none_of` join them, so that an exception
to an exclusion is said as one.
"""

from __future__ import annotations

from typing import Annotated, Literal

from rules.vocabulary.part import (
    DAYS_MAX,
    EVIDENCE_MAX,
    LIMIT_MAX,
    MEASURE_MAX,
    PARTS_MAX,
    Code,
    FirstOn,
    Kinds,
    LastOn,
    MonthDay,
    Role,
    TimeOfDay,
    say,
)
from rules.vocabulary.person import (
    Age,
    Arrears,
    CareLevel,
    Insured,
    OfficerFinds,
    Registration,
    Requirement,
    Residence,
    Status,
    Training,
    Years,
)

# ---------------------------------------------------------------------------------------------------------- the activity


class RoleTest(Requirement, frozen=True, kw_only=True, tag="role"):
    """「活動を行った者に」 "to those who gave the help": in which part one must have attended."""

    one_of: Annotated[
        tuple[Role, ...],
        say(
            'Who earns: ["helper"], ["receiver"] or both.',
            '付与を受ける人: ["helper"](する人)、["receiver"](受ける人)、または両方。',
            min_length=1,
            max_length=2,
        ),
    ]


class EvidenceTest(Requirement, frozen=True, kw_only=True, tag="evidence"):
    """「受入機関の確認を受けた活動」 "activity that the host has confirmed": how well the attendance is proved."""

    at_least: Annotated[
        int,
        say(
            "The least proof: 0 own word, 1 poster or manual entry, 2 rotating code, 3 host's device, 4 both ends.",
            "必要な証憑の段階: 0 本人の申告、1 掲示または手入力、2 時間で変わるコード、3 受入機関の端末、4 双方の確認。",
            ge=0,
            le=EVIDENCE_MAX,
        ),
    ]


class Mark(Requirement, frozen=True, kw_only=True, tag="mark"):
    """「報酬を受ける活動」「親族への活動」 "paid activity", "for one's kin": a yes or no about it, by a code."""

    what: Annotated[
        Code,
        say(
            "The code of the mark, such as paid, for_kin, staff_duty, official_role, subsidised, brokered.",
            "活動についての印の符号。例 paid(有償)、for_kin(親族)、official_role(役職)、subsidised(補助あり)。",
        ),
    ]
    untold: Annotated[
        Literal["ask", "no", "yes"],
        say("What counts where nobody said so: ask, no or yes.", "だれも言わなかったとき: ask(たずねる)、no(ない)、yes(ある)。"),
    ]


class Headcount(Requirement, frozen=True, kw_only=True, tag="headcount"):
    """「3名以上で行う活動」「半数が65歳以上の団体」 "three or more present", "half of them 65 or over"."""

    of: Annotated[
        Literal["present", "members"],
        say("present (that day) or members (of the group).", "present(その日の参加者)か members(団体の会員)。"),
    ]
    at_least: Annotated[int, say("How many at least.", "最少の人数。", ge=0, le=100_000)]
    age_at_least: Years | None = None
    percent: Annotated[int, say("How many of a hundred at least.", "割合(百分率)の下限。", ge=1, le=100)] | None = None


class MeasureTest(Requirement, frozen=True, kw_only=True, tag="measure"):
    """「積雪が1メートル以上のとき」「中強度の運動が20分以上」 "in a metre of snow and over": what was measured besides the time."""

    measure: Annotated[
        Code, say('The code of what is measured, such as "snow_cm" or "steps".', '測るものの符号。例 "snow_cm"、"steps"。')
    ]
    at_least: Annotated[int, say("The least figure.", "下限。", ge=1, le=MEASURE_MAX)]


# --------------------------------------------------------------------------------------------------------------- its day


class DayType(Requirement, frozen=True, kw_only=True, tag="day_type"):
    """「土曜日、日曜日及び祝日」 "Saturdays, Sundays and holidays" (国民の祝日に関する法律); a holiday is never a weekday."""

    one_of: Annotated[
        tuple[Literal["weekday", "saturday", "sunday", "holiday"], ...],
        say(
            "Any of: weekday, saturday, sunday, holiday.",
            "次のどれか: weekday(平日)、saturday、sunday、holiday(祝日)。",
            min_length=1,
            max_length=4,
        ),
    ]


class Season(Requirement, frozen=True, kw_only=True, tag="season"):
    """「12月29日から翌年1月3日まで」 "from 29 December to 3 January": every year, both days included, over the new year too."""

    first: MonthDay
    last: MonthDay


class Between(Requirement, frozen=True, kw_only=True, tag="between"):
    """「令和8年9月1日から同月30日まで」 "from 1 to 30 September 2026": once, both days included."""

    first_on: FirstOn
    last_on: LastOn


class Hours(Requirement, frozen=True, kw_only=True, tag="hours"):
    """「午前6時から午後10時まで」 "from 6 to 22 o'clock": when the activity began; the last minute is not included."""

    first: TimeOfDay
    last: TimeOfDay


# -------------------------------------------------------------------------------------------------------------- the past


class Earned(Requirement, frozen=True, kw_only=True, tag="earned"):
    """「健康診査を受けた年度に限る」 "only in a year with a health check": so much was granted for it in the period before."""

    activity_kinds: Kinds
    of: Annotated[
        Literal["grants", "amount", "minutes"],
        say(
            "What is counted: grants (how many times), amount or minutes.", "数えるもの: grants(回数)、amount(数)、minutes(分)。"
        ),
    ]
    at_least: Annotated[int, say("How much at least.", "下限。", ge=1, le=LIMIT_MAX)]
    per: Annotated[
        Literal["day", "week", "month", "quarter", "half_year", "fiscal_year", "calendar_year", "scheme_year", "scheme"],
        say(
            "The period: day, week, month, quarter, half_year, fiscal_year, calendar_year, scheme_year, scheme.",
            "期間: day、week、month、quarter(四半期)、half_year(半期)、fiscal_year(年度)、calendar_year、scheme_year、scheme。",
        ),
    ]


class SinceLast(Requirement, frozen=True, kw_only=True, tag="since_last"):
    """「前回の献血から84日を経過していること」 "84 days since the last time": passes, too, where there was none."""

    activity_kinds: Kinds
    days: Annotated[
        int,
        say(
            "So many days after the last one it passes again: 84 for 84 days later.",
            "前回の何日後からよいか。84日後からなら 84。",
            ge=1,
            le=DAYS_MAX,
        ),
    ]


# -------------------------------------------------------------------------------------------------------- joining of tests

_Joined = Annotated[
    "tuple[Test, ...]",
    say(
        'Tests, each { test = "…", … }.',
        '要件を並べます。それぞれ { test = "…", … }。',
        min_length=1,
        max_length=PARTS_MAX,
    ),
]


class AllOf(Requirement, frozen=True, kw_only=True, tag="all_of"):
    """「次の各号のいずれにも該当する者」 "who fulfils each of the following"."""

    tests: _Joined


class AnyOf(Requirement, frozen=True, kw_only=True, tag="any_of"):
    """「次の各号のいずれかに該当する者」 "who fulfils any of the following"."""

    tests: _Joined


class NoneOf(Requirement, frozen=True, kw_only=True, tag="none_of"):
    """「次の各号のいずれかに該当する者を除く」 "except those who fulfil any of the following"."""

    tests: _Joined


Test = (
    Age
    | Residence
    | Registration
    | Training
    | Insured
    | CareLevel
    | Arrears
    | Status
    | OfficerFinds
    | RoleTest
    | EvidenceTest
    | Mark
    | Headcount
    | MeasureTest
    | DayType
    | Season
    | Between
    | Hours
    | Earned
    | SinceLast
    | AllOf
    | AnyOf
    | NoneOf
)
Tests = Annotated[
    tuple[Test, ...],
    say(
        'Further tests that must all pass, each { test = "…", … }; leave it out where there is none.',
        'さらに満たすべき要件。それぞれ { test = "…", … }。なければ書きません。',
        max_length=PARTS_MAX,
    ),
]
