"""What every part of an edition is made of: codes, names, amounts, times, days, and how each is said in both languages."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

ANY_KIND = "*"
AMOUNT_MAX = 1_000_000  # in one clause, in minor units; times MINUTES_MAX it stays below kernel.amounts.AMOUNT_MAX
MINUTES_MAX = 44_640  # of one attendance, and of a step of time: 31 days
LIMIT_MAX = 1_000_000_000
PARTS_MAX = 100  # in one list
MONTHS_MAX = 1_200
YEARS_MAX = 100
AGE_MAX = 150
DAYS_MAX = 3_660
PERCENT_MAX = 10_000
MEASURE_MAX = 1_000_000  # steps, metres, grams: what is measured besides time, a day
DATE_FIRST, DATE_LAST = date(1900, 1, 1), date(2999, 12, 31)
EVIDENCE_MAX = 4

CODE_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]{0,39}$(?!\n)"
KIND_PATTERN = r"^(\*|[A-Za-z][A-Za-z0-9_-]{0,39})$(?!\n)"
_END = r"$(?!\n)"
_MONTH_DAY = r"(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9])"
MONTH_DAY_PATTERN = rf"^({_MONTH_DAY}){_END}"
TIME_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)"
REFERENCES = (
    "the_day",
    "fiscal_year_start",
    "fiscal_year_end",
    "calendar_year_start",
    "calendar_year_end",
    "scheme_year_start",
    "scheme_year_end",
    "registration_day",
)
REFERENCE_PATTERN = rf"^({'|'.join(REFERENCES)}|{_MONTH_DAY}){_END}"
PAYS = ("at_once", "next_month", "next_fiscal_year", "next_calendar_year", "next_scheme_year")
PAYS_PATTERN = rf"^({'|'.join(PAYS)}|{_MONTH_DAY}){_END}"
TITLE_LENGTH_MAX = 80
IN_WORDS: dict[str, tuple[str, str]] = {
    CODE_PATTERN: (
        "a code: a Latin letter, then letters, digits, - or _, at most 40",
        "符号(英字で始まり、英数字と - _ で 40 字まで)",
    ),
    KIND_PATTERN: (
        'a kind of activity: a Latin letter, then letters, digits, - or _, at most 40; or "*" for all',
        '活動の種類の符号(英字で始まり、英数字と - _ で 40 字まで。すべては "*")',
    ),
    MONTH_DAY_PATTERN: ('a day of the year, two digits each: "04-01"', '月日(2桁ずつ。例 "04-01")'),
    TIME_PATTERN: ('a time of day from "00:00" to "23:59"', '時刻("00:00" から "23:59" まで)'),
    REFERENCE_PATTERN: (
        'a day of reference: the_day, the start or end of a year, registration_day, or a day such as "10-01"',
        '基準日(the_day、年の始まりか終わり、registration_day、または月日 例 "10-01")',
    ),
    PAYS_PATTERN: (
        'a time of payment: at_once, next_month, next_fiscal_year, next_calendar_year, next_scheme_year, or a day such as "07-01"',
        '支払の時期(at_once、next_month、next_fiscal_year など、または月日 例 "07-01")',
    ),
}
"""What a text of each pattern is, in English and Japanese: how a mistake is named."""


def say(en: str, ja: str, **limits: Any) -> Meta:
    """How to say a field, in both languages, with the limits of its value."""
    return Meta(description=en, extra={"ja": ja}, extra_json_schema={"x-ja": ja}, **limits)


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of an edition: nothing in it can be changed, nothing that it does not know is let in."""


Code = Annotated[str, Meta(pattern=CODE_PATTERN)]
Kind = Annotated[str, Meta(pattern=KIND_PATTERN)]
Title = Annotated[str, Meta(min_length=1, max_length=TITLE_LENGTH_MAX)]
Minutes = Annotated[int, Meta(ge=0, le=MINUTES_MAX)]
Role = Literal["helper", "receiver"]

Rounding = Annotated[
    Literal["down", "up", "nearest"],
    say(
        "What a started unit counts: down (nothing until it is full), up (as a full one), nearest (from the half on).",
        "端数の扱い: down(切り捨て)、up(切り上げ)、nearest(半分以上は切り上げ)。",
    ),
]
Minimum = Annotated[
    Minutes,
    say(
        "The shortest attendance that earns anything, in minutes; 0 when there is none.",
        "対象になる最短の時間(分)。定めがなければ 0 と書きます。",
    ),
]
Amount = Annotated[
    int,
    say(
        "How much, a whole number from 1 in the smallest part of the unit.",
        "ポイントなどの数。いちばん小さい単位で数えた、1以上の整数。",
        ge=1,
        le=AMOUNT_MAX,
    ),
]
AmountOrNothing = Annotated[
    int,
    say(
        "How much, a whole number in the smallest part of the unit; 0 for nothing.",
        "ポイントなどの数。いちばん小さい単位で数えた整数。付かないときは 0。",
        ge=0,
        le=AMOUNT_MAX,
    ),
]
Limit = Annotated[int, say("The most in the period, 1 or more.", "期間の上限。1以上の整数。", ge=1, le=LIMIT_MAX)]
MonthDay = Annotated[
    str,
    say(
        'A day of every year, month and day, such as "04-01".',
        '毎年の月日。例 "04-01"。',
        pattern=MONTH_DAY_PATTERN,
    ),
]
TimeOfDay = Annotated[str, say('A time of day, such as "06:00".', '時刻。例 "06:00"。', pattern=TIME_PATTERN)]
Reference = Annotated[
    str,
    say(
        "The day on which this is looked at: the_day (of the activity; of the claim or the application in those chapters), "
        "fiscal_year_start (1 April), fiscal_year_end, calendar_year_start, calendar_year_end, scheme_year_start, scheme_year_end, "
        'registration_day, or a month and day of the scheme year such as "10-01".',
        "いつの時点で見るか: the_day(活動した日。申請や登録の章ではその日)、fiscal_year_start(その年度の4月1日)、fiscal_year_end、"
        "calendar_year_start、calendar_year_end、scheme_year_start、scheme_year_end、registration_day(登録した日)、"
        'または制度年度の中の月日 例 "10-01"。',
        pattern=REFERENCE_PATTERN,
    ),
]
Kinds = Annotated[
    tuple[Kind, ...],
    say(
        'The kinds of activity it is for, such as ["salon", "visit"]; ["*"] for all that no earlier clause names.',
        '対象の活動の種類。例 ["salon", "visit"]。それより前にない活動すべては ["*"]。',
        min_length=1,
        max_length=PARTS_MAX,
    ),
]
SomeKinds = Annotated[
    tuple[Code, ...],
    say(
        'Only these kinds of activity, such as ["visit"]; leave it out for all kinds.',
        'この種類の活動だけに当てはめるとき。例 ["visit"]。すべての活動なら書きません。',
        max_length=PARTS_MAX,
    ),
]
CountedFrom = Annotated[
    Literal["activity", "grant"],
    say(
        "The day from which the period runs: activity (the day of the activity) or grant (the day it was granted).",
        "期間を数え始める日: activity(活動した日)か grant(付与した日)。",
    ),
]
FirstOn = Annotated[date, say("The first day, without quotes, such as 2026-04-01.", "始まる日。例 2026-04-01(引用符なし)。")]
LastOn = Annotated[date, say("The last day, that day included, such as 2027-03-31.", "終わる日(その日を含む)。例 2027-03-31。")]


class Named(Part, frozen=True, kw_only=True):
    """「ばりき」 "bariki": what the town calls a code of its own, in both languages. 符号の呼び名。"""

    code: Annotated[Code, say('The code that is named, such as "bariki".', '名前を付ける符号。例 "bariki"。')]
    ja: Annotated[Title, say("The wording in Japanese, in one line.", "日本語の名称(1行)。")]
    en: Annotated[Title, say("The wording in English, in one line.", "英語の名称(1行)。")]


class Text(Part, frozen=True, kw_only=True):
    """A name or title in both languages. 名称。"""

    ja: Annotated[Title, say("The wording in Japanese, in one line.", "日本語の名称(1行)。")]
    en: Annotated[Title, say("The wording in English, in one line.", "英語の名称(1行)。")]
