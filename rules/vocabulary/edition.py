"""An edition: all chapters of a scheme's rules together. 要綱の一つの版。"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from rules.vocabulary.between import Award, Fee, Use
from rules.vocabulary.caps import Cap
from rules.vocabulary.conversion import Conversion
from rules.vocabulary.earning import Bonus, Campaign, Clause
from rules.vocabulary.ending import Carry, Expiry, Extension, Forbidden, StatusLoss, Transfer, WindDown
from rules.vocabulary.part import PARTS_MAX, Code, Named, Part, Text, say
from rules.vocabulary.periods import Always, Granting, Year
from rules.vocabulary.who import Test

Share = Annotated[int, say("How many of a hundred.", "百分率。", ge=1, le=100)]


class Edition(Part, frozen=True, kw_only=True):
    """One dated edition of a scheme. 要綱の一つの版。 All that decides what an attendance earns and what it becomes is in it."""

    scheme: Annotated[
        Code,
        say(
            'The short code of the scheme, the same in all its editions, such as "salon-points".',
            '制度の符号。どの版でも同じにします。例 "salon-points"。',
        ),
    ]
    name: Annotated[
        Text,
        say('The name of the scheme: name = { ja = "…", en = "…" }.', '制度の名称。例 name = { ja = "…", en = "…" }。'),
    ]
    title: Annotated[
        Text,
        say('The title of this edition: title = { ja = "…", en = "…" }.', 'この版の題名。例 title = { ja = "…", en = "…" }。'),
    ]
    unit: Annotated[Code, say('The code of the unit that is granted, such as "stamp".', '付与する単位の符号。例 "stamp"。')]
    starts_on: Annotated[
        date,
        say(
            "The first day of this edition, without quotes, such as 2026-04-01.", "この版の始まる日。例 2026-04-01(引用符なし)。"
        ),
    ]
    names: Annotated[
        tuple[Named, ...],
        say(
            "What the town calls its own codes (units, kinds of activity, courses, measures …): [[names]] with code, ja and en.",
            "町で決めた符号(単位、活動の種類、研修、測るものなど)の呼び名: [[names]] に code、ja、en。なければ書きません。",
            max_length=PARTS_MAX,
        ),
    ] = ()
    year: Annotated[
        Year,
        say(
            'The year of the scheme: { type = "fiscal" }, calendar, from (first = "09-01"), from_registration, window.',
            '制度の年: { type = "fiscal" }(年度)、calendar(暦年)、from(first = "09-01")、from_registration(登録日から)、window。',
        ),
    ]
    holder: Annotated[
        Literal["member", "group"],
        say("Who holds the points: member or group.", "ポイントを持つ人: member(個人)か group(団体)。"),
    ] = "member"
    funding: Annotated[
        tuple[Code, ...],
        say(
            'The budget lines to draw on, first to last, such as ["care-insurance", "general"]; [] where the town pays nothing.',
            '使う予算枠の符号(先に使う順)。例 ["care-insurance", "general"]。自治体が払わないときは []。',
            max_length=PARTS_MAX,
        ),
    ]
    shares: Annotated[
        tuple[Share, ...],
        say(
            "Where every grant is split among the budget lines: the percentages, such as [75, 25]; leave it out to draw in order.",
            "予算枠で按分するときの百分率。例 [75, 25]。順に使うなら書きません。",
            max_length=PARTS_MAX,
        ),
    ] = ()
    when_empty: Annotated[
        Literal["wait", "refuse"],
        say(
            "When the budget cannot pay: wait (granted, paid when there is money) or refuse (nothing is granted).",
            "予算が足りないとき: wait(判定を残し、予算がついたら付与)か refuse(付与しない)。",
        ),
    ]
    granting: Annotated[
        Granting,
        say(
            'On which days an activity earns: { type = "always" }, season (first, last), dates (first_on, last_on).',
            '付与の期間: { type = "always" }、season(first、last)、dates(first_on、last_on)。',
        ),
    ] = Always()
    registration: Annotated[
        tuple[Test, ...],
        say(
            'Who may register: [[registration]] with test = "…"; leave it out where anybody may.',
            "登録できる人: [[registration]] に test など。だれでもよければ書きません。",
            max_length=PARTS_MAX,
        ),
    ] = ()
    eligibility: Annotated[
        tuple[Test, ...],
        say(
            'Who earns: [[eligibility]] with test = "role" and one_of = ["helper"]; "eligibility = []" for everybody.',
            '対象者: [[eligibility]] に test = "role"、one_of = ["helper"] など。制限しないときは eligibility = []。',
            max_length=PARTS_MAX,
        ),
    ]
    clauses: Annotated[
        tuple[Clause, ...],
        say(
            "What earns how much: [[clauses]] with activity_kinds and earn; [] where there are fees alone.",
            "付与の条項: [[clauses]] に activity_kinds と earn。利用料だけの制度では []。",
            max_length=PARTS_MAX,
        ),
    ]
    campaigns: Annotated[
        tuple[Campaign, ...],
        say(
            "Campaigns: [[campaigns]] with activity_kinds, when, percent and rounding; leave it out where there is none.",
            "期間限定の割増: [[campaigns]] に activity_kinds、when、percent、rounding。なければ書きません。",
            max_length=PARTS_MAX,
        ),
    ] = ()
    bonuses: Annotated[
        tuple[Bonus, ...],
        say(
            "Bonuses for coming often: [[bonuses]] with activity_kinds, of, at, per, repeats, amount, capped; "
            "leave it out where there is none.",
            "回数などによる加算: [[bonuses]] に activity_kinds、of、at、per、repeats、amount、capped。なければ書きません。",
            max_length=PARTS_MAX,
        ),
    ] = ()
    caps: Annotated[
        tuple[Cap, ...],
        say(
            'The caps, applied in this order: [[caps]] with limit, of, per, for_each and stops; "caps = []" when there is none.',
            "上限(書いた順に当てはめます): [[caps]] に limit、of、per、for_each、stops。上限がないときは caps = []。",
            max_length=PARTS_MAX,
        ),
    ]
    expiry: Annotated[
        Expiry,
        say(
            'Until when it can be used: expiry = { type = "never" }, or months_after, end_of_fiscal_year, end_of_calendar_year, '
            "end_of_scheme_year, fixed_date.",
            '有効期限: expiry = { type = "never" }、または months_after、end_of_fiscal_year、end_of_calendar_year、'
            "end_of_scheme_year、fixed_date。",
        ),
    ]
    carry: Annotated[
        Carry,
        say(
            'What is still there after the year: carry = { type = "all" }, none, remainder (below), once.',
            '年が終わったあとの繰越: carry = { type = "all" }、none(なし)、remainder(端数のみ。below)、once(一度だけ)。',
        ),
    ]
    extensions: Annotated[
        tuple[Extension, ...],
        say(
            "Decrees that keep the points of named years alive: [[extensions]] with name, years, until, chosen.",
            "特例による延長: [[extensions]] に name、years、until、chosen。なければ書きません。",
            max_length=PARTS_MAX,
        ),
    ] = ()
    status_loss: Annotated[
        StatusLoss,
        say(
            "What becomes of the points of somebody who loses the status in mid-period: "
            '{ type = "keeps" }, forfeits, keeps_whole_lots, grace (months).',
            'とちゅうで資格を失った人のポイント: { type = "keeps" }(使える)、forfeits(失効)、keeps_whole_lots(単位分)、grace。',
        ),
    ]
    conversion: Annotated[
        Conversion,
        say(
            'What points become: conversion = { how = "none" }, or [conversion] with how = "exchange", rate, into, minimum and so on.',
            '交換: conversion = { how = "none" }、または [conversion] に how = "exchange"、rate、into、minimum など。',
        ),
    ]
    transfer: Annotated[
        Transfer,
        say(
            'Passing on: { type = "forbidden" }, family, after_death (relations), free.',
            '譲渡: { type = "forbidden" }(できない)、family、after_death(relations)、free。',
        ),
    ] = Forbidden()
    uses: Annotated[
        tuple[Use, ...], say("What points buy besides: [[uses]].", "ポイントで受けられるもの: [[uses]]。", max_length=PARTS_MAX)
    ] = ()
    awards: Annotated[
        tuple[Award, ...], say("Thanks for many years: [[awards]].", "長年の活動への表彰: [[awards]]。", max_length=PARTS_MAX)
    ] = ()
    fees: Annotated[
        tuple[Fee, ...],
        say("What the receiver of help pays: [[fees]].", "手助けを受ける人が払うもの: [[fees]]。", max_length=PARTS_MAX),
    ] = ()
    wind_down: Annotated[
        WindDown | None,
        say(
            "The end of the scheme: [wind_down] with last_granting_on, last_claim_on and balances; leave it out where no end is set.",
            "制度の廃止: [wind_down] に last_granting_on、last_claim_on、balances。廃止が決まっていなければ書きません。",
        ),
    ] = None
