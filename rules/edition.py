"""The vocabulary: an edition (版) of a scheme (制度) as typed, closed, frozen data.

Small parts that combine; each names the clause of an ordinance that it stands for, in both languages. Nothing that changes an
amount has a default: what the document leaves open, `rules.parse` refuses and tells the choices. A part comes in variants
(a tagged union, told apart by `how`, `test` or `type`); a new variant is a new Struct here, a function beside its like in
`rules.evaluate`, and a template in `rules.explain`.

What is said about each field (`_say`) is the hint that a person gets who left it out or wrote it wrongly.
"""

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
DATE_FIRST, DATE_LAST = date(1900, 1, 1), date(2999, 12, 31)
EVIDENCE_MAX = 4

CODE_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]{0,39}$(?!\n)"
KIND_PATTERN = r"^(\*|[A-Za-z][A-Za-z0-9_-]{0,39})$(?!\n)"
TITLE_LENGTH_MAX = 80


def _say(en: str, ja: str, **limits: Any) -> Meta:
    """How to say a field, in both languages, with the limits of its value."""
    return Meta(description=en, extra={"ja": ja}, **limits)


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of an edition: nothing in it can be changed, nothing that it does not know is let in."""


class _Earning(Part, frozen=True, tag_field="how"):
    """How an attendance earns."""


class _Test(Part, frozen=True, tag_field="test"):
    """What an attendance must fulfil to earn anything."""


class _Expiry(Part, frozen=True, tag_field="type"):
    """Until when what was granted can be used."""


Code = Annotated[str, Meta(pattern=CODE_PATTERN)]
Title = Annotated[str, Meta(min_length=1, max_length=TITLE_LENGTH_MAX)]
Minutes = Annotated[int, Meta(ge=0, le=MINUTES_MAX)]
Rounding = Annotated[
    Literal["down", "up", "nearest"],
    _say(
        "What a started unit of time counts: down (nothing until it is full), up (as a full one), nearest (from the half on).",
        "時間の端数の扱い: down(切り捨て)、up(切り上げ)、nearest(半分以上は切り上げ)。",
    ),
]
Minimum = Annotated[
    Minutes,
    _say(
        "The shortest attendance that earns anything, in minutes; 0 when there is none.",
        "対象になる最短の時間(分)。定めがなければ 0 と書きます。",
    ),
]
Amount = Annotated[
    int,
    _say(
        "How much is granted, a whole number in the smallest part of the unit.",
        "付与する数。単位のいちばん小さい整数で書きます。",
        ge=1,
        le=AMOUNT_MAX,
    ),
]
Role = Literal["helper", "receiver"]
CountedFrom = Annotated[
    Literal["activity", "grant"],
    _say(
        "The day from which the period runs: activity (the day of the activity) or grant (the day it was granted).",
        "期間を数え始める日: activity(活動した日)か grant(付与した日)。",
    ),
]


class Text(Part, frozen=True):
    """A name or title in both languages. 名称。"""

    ja: Annotated[Title, _say("The wording in Japanese, in one line.", "日本語の名称(1行)。")]
    en: Annotated[Title, _say("The wording in English, in one line.", "英語の名称(1行)。")]


class PerTime(_Earning, frozen=True, tag="per_time"):
    """「活動1時間につき1ポイント」 "one point for each hour of activity": the rounding of a part of an hour is stated."""

    amount: Amount
    every_minutes: Annotated[
        int,
        _say(
            "The length of one unit of time, in minutes: 60 for an hour, 30 for half an hour.",
            "1単位の時間(分)。1時間は 60、30分は 30。",
            ge=1,
            le=MINUTES_MAX,
        ),
    ]
    rounding: Rounding
    minimum_minutes: Minimum


class PerOccasion(_Earning, frozen=True, tag="per_occasion"):
    """「1回の参加につき1ポイント」 "one point for each time one takes part", however long it was beyond the minimum."""

    amount: Amount
    minimum_minutes: Minimum


Earning = PerTime | PerOccasion


class Clause(Part, frozen=True):
    """「次の活動について」 "for the following activities": the first clause that names the kind of activity counts."""

    activity_kinds: Annotated[
        tuple[Annotated[str, Meta(pattern=KIND_PATTERN)], ...],
        _say(
            'The kinds of activity it is for, such as ["salon", "visit"]; ["*"] for all that no earlier clause names.',
            '対象の活動の種類。例 ["salon", "visit"]。それより前にない活動すべては ["*"]。',
            min_length=1,
            max_length=PARTS_MAX,
        ),
    ]
    earn: Annotated[
        Earning,
        _say(
            'What it earns, such as { how = "per_occasion", amount = 1, minimum_minutes = 30 }.',
            '付与のしかた。例 { how = "per_occasion", amount = 1, minimum_minutes = 30 }。',
        ),
    ]


class RoleTest(_Test, frozen=True, tag="role"):
    """「活動を行った者に」 "to those who gave the help": in which part one must have attended."""

    one_of: Annotated[
        tuple[Role, ...],
        _say(
            'Who earns: ["helper"], ["receiver"] or both.',
            '付与を受ける人: ["helper"](する人)、["receiver"](受ける人)、または両方。',
            min_length=1,
            max_length=2,
        ),
    ]


class EvidenceTest(_Test, frozen=True, tag="evidence"):
    """「受入機関の確認を受けた活動」 "activity that the host has confirmed": how well the attendance is proved."""

    at_least: Annotated[
        int,
        _say(
            "The least proof: 0 own word, 1 poster or manual entry, 2 rotating code, 3 host's device, 4 both ends.",
            "必要な証憑の段階: 0 本人の申告、1 掲示または手入力、2 時間で変わるコード、3 受入機関の端末、4 双方の確認。",
            ge=0,
            le=EVIDENCE_MAX,
        ),
    ]


Test = RoleTest | EvidenceTest


class Cap(Part, frozen=True):
    """「1日につき2ポイントを限度とする」 "two points a day at most": for each member, over all places, on what is earned."""

    limit: Annotated[
        int,
        _say("The most that counts in the period, 1 or more.", "期間の上限。1以上の整数。", ge=1, le=LIMIT_MAX),
    ]
    of: Annotated[
        Literal["amount", "minutes", "grants"],
        _say(
            "What is counted: amount (in the unit), minutes (of activity) or grants (how many times).",
            "数えるもの: amount(ポイントなどの数)、minutes(活動の分)、grants(付与の回数)。",
        ),
    ]
    per: Annotated[
        Literal["day", "week", "month", "fiscal_year", "calendar_year", "scheme"],
        _say(
            "The period: day, week (from Monday), month, fiscal_year (April to March), calendar_year, scheme (all its days).",
            "期間: day(日)、week(月曜からの週)、month(月)、fiscal_year(年度)、calendar_year(暦年)、scheme(制度の全期間)。",
        ),
    ]


class Never(_Expiry, frozen=True, tag="never"):
    """「有効期限は、定めない」 "without a last day of use"."""


class MonthsAfter(_Expiry, frozen=True, tag="months_after"):
    """「付与の日から2年間」 "two years from the day of the grant": it ends on the same day, that day included (months = 24)."""

    months: Annotated[int, _say("Months of use; 24 for two years.", "使える月数。2年間は 24。", ge=1, le=MONTHS_MAX)]
    counted_from: CountedFrom


class EndOfFiscalYear(_Expiry, frozen=True, tag="end_of_fiscal_year"):
    """「翌年度の末日まで」 "until the end of the next fiscal year" (years_later = 1); the same year's end is 0."""

    years_later: Annotated[
        int,
        _say(
            "0 for the end of the same fiscal year, 1 for the end of the next.",
            "同じ年度の末日は 0、翌年度の末日は 1。",
            ge=0,
            le=YEARS_MAX,
        ),
    ]
    counted_from: CountedFrom


class FixedDate(_Expiry, frozen=True, tag="fixed_date"):
    """「令和9年3月31日まで」 "until 31 March 2027": one last day for all, that day included."""

    on: Annotated[date, _say("The last day of use, such as 2027-03-31.", "使える最後の日。例 2027-03-31。")]


Expiry = Never | MonthsAfter | EndOfFiscalYear | FixedDate


class Edition(Part, frozen=True):
    """One dated edition of a scheme. 要綱の一つの版。 All that decides what an attendance earns is in it."""

    scheme: Annotated[
        Code,
        _say(
            'The short code of the scheme, the same in all its editions, such as "salon-points".',
            '制度の符号。どの版でも同じにします。例 "salon-points"。',
        ),
    ]
    name: Annotated[
        Text,
        _say('The name of the scheme: name = { ja = "…", en = "…" }.', '制度の名称。例 name = { ja = "…", en = "…" }。'),
    ]
    title: Annotated[
        Text,
        _say('The title of this edition: title = { ja = "…", en = "…" }.', 'この版の題名。例 title = { ja = "…", en = "…" }。'),
    ]
    unit: Annotated[Code, _say('The code of the unit that is granted, such as "stamp".', '付与する単位の符号。例 "stamp"。')]
    starts_on: Annotated[
        date,
        _say(
            "The first day of this edition, without quotes, such as 2026-04-01.", "この版の始まる日。例 2026-04-01(引用符なし)。"
        ),
    ]
    funding: Annotated[
        tuple[Code, ...],
        _say(
            'The budget lines to draw on, first to last, such as ["care-insurance", "general"].',
            '使う予算枠の符号(先に使う順)。例 ["care-insurance", "general"]。',
            min_length=1,
            max_length=PARTS_MAX,
        ),
    ]
    eligibility: Annotated[
        tuple[Test, ...],
        _say(
            'Who earns: [[eligibility]] with test = "role" and one_of = ["helper"]; "eligibility = []" for everybody.',
            '対象者: [[eligibility]] に test = "role"、one_of = ["helper"] など。制限しないときは eligibility = []。',
            max_length=PARTS_MAX,
        ),
    ]
    clauses: Annotated[
        tuple[Clause, ...],
        _say(
            "What earns how much: at least one [[clauses]] with activity_kinds and earn.",
            "付与の条項: [[clauses]] に activity_kinds と earn を書きます(1つ以上)。",
            min_length=1,
            max_length=PARTS_MAX,
        ),
    ]
    caps: Annotated[
        tuple[Cap, ...],
        _say(
            'The caps, applied in this order: [[caps]] with limit, of and per; "caps = []" when there is none.',
            "上限(書いた順に当てはめます): [[caps]] に limit、of、per。上限がないときは caps = []。",
            max_length=PARTS_MAX,
        ),
    ]
    expiry: Annotated[
        Expiry,
        _say(
            'Until when it can be used: expiry = { type = "never" }, or months_after, end_of_fiscal_year, fixed_date.',
            '有効期限: expiry = { type = "never" }、または months_after、end_of_fiscal_year、fixed_date。',
        ),
    ]
