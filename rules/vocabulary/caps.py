"""The most there can be. 上限。 Caps are applied in the order of the document, each to what those before it left."""

from __future__ import annotations

from typing import Annotated, Literal

from rules.vocabulary.part import PARTS_MAX, Code, Limit, Part, SomeKinds, say
from rules.vocabulary.who import Tests


class _Overflow(Part, frozen=True, kw_only=True, tag_field="to"):
    """What becomes of what is beyond a cap."""


class ToNothing(_Overflow, frozen=True, kw_only=True, tag="nothing"):
    """「超える分は付与しない」 "nothing is granted beyond"."""


class ToFunding(_Overflow, frozen=True, kw_only=True, tag="funding"):
    """「50ポイントを超える分は県が負担する」 "what is beyond is borne by the prefecture": granted, from other budget lines."""

    funding: Annotated[
        tuple[Code, ...],
        say(
            'The budget lines that bear it, first to last, such as ["prefecture"].',
            '負担する予算枠の符号(先に使う順)。例 ["prefecture"]。',
            min_length=1,
            max_length=PARTS_MAX,
        ),
    ]


class ToDraw(_Overflow, frozen=True, kw_only=True, tag="draw"):
    """「超える分は抽選の対象とする」 "what is beyond enters a draw": counted as entries, not as points."""


Overflow = ToNothing | ToFunding | ToDraw

Dimension = Literal["member", "household", "site", "activity_kind", "client", "event", "book"]


class Cap(Part, frozen=True, kw_only=True):
    """「1人1日につき2ポイントを限度とする」 "two points a day at most, for each member"."""

    limit: Limit
    of: Annotated[
        Literal["amount", "minutes", "grants"],
        say(
            "What is counted: amount (in the unit), minutes (of activity) or grants (how many times).",
            "数えるもの: amount(ポイントなどの数)、minutes(活動の分)、grants(付与の回数)。",
        ),
    ]
    per: Annotated[
        Literal["day", "week", "month", "quarter", "half_year", "fiscal_year", "calendar_year", "scheme_year", "scheme"],
        say(
            "The period: day, week (from Monday), month, quarter and half_year (of the fiscal year), fiscal_year (April to March), "
            "calendar_year, scheme_year (as `year` says), "
            "scheme (all its days).",
            "期間: day(日)、week(月曜からの週)、month(月)、quarter(四半期)、half_year(半期)、fiscal_year(年度)、calendar_year(暦年)、"
            "scheme_year(`year` の年)、"
            "scheme(制度の全期間)。",
        ),
    ]
    for_each: Annotated[
        tuple[Dimension, ...],
        say(
            'Whose limit it is: ["member"] (one person, over all places), ["household"], ["member", "site"] (at each place), also '
            "activity_kind, client, event, book; [] for all members together.",
            '何ごとの上限か: ["member"](一人につき、場所は通算)、["household"](世帯)、["member", "site"](場所ごと)。'
            "ほかに activity_kind(種類)、client(相手)、event(行事)、book(手帳)。全員を合わせるなら []。",
            max_length=7,
        ),
    ]
    stops: Annotated[
        Literal["earning", "converting"],
        say(
            "What stops at the limit: earning (nothing is granted beyond) or converting (granted, but beyond it not convertible).",
            "上限で止まるもの: earning(付与しない)か converting(付与はするが、超えた分は換金の対象にしない)。",
        ),
    ]
    activity_kinds: SomeKinds = ()
    who: Tests = ()
    overflow: Annotated[
        Overflow,
        say(
            'What becomes of what is beyond: { to = "nothing" }, { to = "funding", funding = […] }, { to = "draw" }.',
            '超えた分: { to = "nothing" }、{ to = "funding", funding = […] }、{ to = "draw" }。',
        ),
    ] = ToNothing()
