"""Tests of the person: age, residence, registration, insurance, care, arrears, and any other yes or no. 対象者の要件。

What is known of a person are dated yes/no facts with a source: no test sees a birth date, a care level or a tax.
"""

from __future__ import annotations

from typing import Annotated, Literal

from rules.vocabulary.part import AGE_MAX, DAYS_MAX, MONTHS_MAX, PARTS_MAX, YEARS_MAX, Code, Part, Reference, say

Years = Annotated[int, say("An age in full years.", "満年齢。", ge=0, le=AGE_MAX)]
Valid = Annotated[
    int,
    say(
        "How many months it is good for; leave it out where it does not end by itself.",
        "有効な月数。期限がなければ書きません。",
        ge=1,
        le=MONTHS_MAX,
    ),
]
Codes = Annotated[
    tuple[Code, ...],
    say("Codes, at least one.", "符号を1つ以上並べます。", min_length=1, max_length=PARTS_MAX),
]


class Requirement(Part, frozen=True, kw_only=True, tag_field="test"):
    """Something that must hold."""


class Age(Requirement, frozen=True, kw_only=True, tag="age"):
    """「65歳以上の者」「29歳以下の者」 "aged 65 and over", "29 and under": completed years on the reference day."""

    at_least: Years | None = None
    at_most: Years | None = None
    counted_on: Reference
    months_early: Annotated[
        int,
        say(
            "How many months before the birthday it already holds; 0 when it does not.",
            "誕生日の何か月前から認めるか。なければ 0。",
            ge=0,
            le=12,
        ),
    ] = 0
    reached: Annotated[
        Literal["birthday", "day_before"],
        say(
            "When a year of age is completed: birthday (as most people count) or day_before (as the law counts).",
            "年齢に達する日: birthday(誕生日)か day_before(年齢計算ニ関スル法律による誕生日の前日)。",
        ),
    ] = "birthday"


class Residence(Requirement, frozen=True, kw_only=True, tag="residence"):
    """「市内に在住、在勤又は在学する者」 "who lives, works or studies in the town": any of the ways, in any of the towns."""

    how: Annotated[
        tuple[Literal["lives", "stays", "works", "studies", "belongs"], ...],
        say(
            "Any of: lives (住民登録), stays (居所), works, studies, belongs (to a group of the town).",
            "次のどれか: lives(在住)、stays(居所)、works(在勤)、studies(在学)、belongs(町内の団体に所属)。",
            min_length=1,
            max_length=5,
        ),
    ]
    counted_on: Reference
    towns: Annotated[
        tuple[Code, ...],
        say(
            "The towns of a union, by code; leave it out for this municipality alone.",
            "広域のときの市町村の符号。この自治体だけなら書きません。",
            max_length=PARTS_MAX,
        ),
    ] = ()


class Registration(Requirement, frozen=True, kw_only=True, tag="registration"):
    """「登録を受けた者」 "who is registered": with the scheme, a centre, a group or another scheme, and whether each year anew."""

    of: Annotated[
        Code, say('What one is registered with, such as "scheme" or "volunteer-centre".', '登録先の符号。例 "scheme"。')
    ]
    renewed: Annotated[
        Literal["never", "each_fiscal_year", "each_scheme_year"],
        say(
            "Whether one registers anew: never, each_fiscal_year, each_scheme_year.",
            "更新: never(一度でよい)、each_fiscal_year(年度ごと)、each_scheme_year(制度年度ごと)。",
        ),
    ]
    counted_on: Reference
    valid_months: Valid | None = None


class Training(Requirement, frozen=True, kw_only=True, tag="training"):
    """「研修を修了した者」 "who has completed the training": a briefing, a course, a qualification that one activity asks for."""

    course: Annotated[Code, say('The code of the course, such as "briefing".', '研修の符号。例 "briefing"。')]
    counted_on: Reference
    valid_months: Valid | None = None


class Insured(Requirement, frozen=True, kw_only=True, tag="insured"):
    """「第1号被保険者」 "insured persons of the first category" of long-term care insurance (介護保険法9条)."""

    category: Annotated[
        Literal["first", "second"], say("first (65 and over) or second (40 to 64).", "first(第1号)か second(第2号)。")
    ]
    counted_on: Reference


class CareLevel(Requirement, frozen=True, kw_only=True, tag="care_level"):
    """「要介護認定を受けている者」 "who is certified as needing care"; to exclude them, put it inside `none_of`."""

    one_of: Annotated[
        tuple[Literal["support", "care", "programme", "checklist"], ...],
        say(
            "Any of: support (要支援), care (要介護), programme (総合事業対象者), checklist (基本チェックリスト該当).",
            "次のどれか: support(要支援)、care(要介護)、programme(事業対象者)、checklist(基本チェックリスト該当)。",
            min_length=1,
            max_length=4,
        ),
    ]
    counted_on: Reference


class Arrears(Requirement, frozen=True, kw_only=True, tag="arrears"):
    """「保険料を滞納している者」 "who is in arrears", now or in the fiscal years before; to exclude them, put it inside `none_of`."""

    of: Annotated[
        Codes, say('Any of these, such as ["care_premium", "city_tax"].', 'どの滞納か(どれか)。例 ["care_premium", "city_tax"]。')
    ]
    fiscal_years_back: Annotated[
        int,
        say(
            "How many fiscal years before the current one are looked at too; 0 for the day alone.",
            "当該年度のほかに、さかのぼって見る年度の数。その日だけを見るなら 0。",
            ge=0,
            le=YEARS_MAX,
        ),
    ]
    counted_on: Reference


class Status(Requirement, frozen=True, kw_only=True, tag="status"):
    """「高校生」「アプリの利用者」 "pupils of a high school", "users of the app": any other yes or no about a person, by a code."""

    what: Annotated[
        Code, say('The code of what is asked, such as "high_school_student".', '問う内容の符号。例 "high_school_student"。')
    ]
    counted_on: Reference
    days_back: Annotated[
        int,
        say(
            "It is enough that it held within so many days before; 0 for the day alone.",
            "さかのぼってよい日数。その日だけなら 0。",
            ge=0,
            le=DAYS_MAX,
        ),
    ] = 0


class OfficerFinds(Requirement, frozen=True, kw_only=True, tag="officer_finds"):
    """「市長が適当と認める者」 "whom the mayor finds suitable": an officer says yes or no, and is named for it."""

    matter: Annotated[
        Code, say('The code of what the officer judges, such as "suitable".', '職員が判断する事項の符号。例 "suitable"。')
    ]
    counted_on: Reference


Personal = Age | Residence | Registration | Training | Insured | CareLevel | Arrears | Status | OfficerFinds
"""The tests whose answer is a dated yes or no about a person."""
