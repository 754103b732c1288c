"""The most that can be claimed in a period: of points, of value, or of claims. 交換の限度。"""

from __future__ import annotations

from typing import Annotated, Literal

from rules.vocabulary.part import PARTS_MAX, Code, Limit, Part, say
from rules.vocabulary.who import Tests


class ClaimLimit(Part, frozen=True, kw_only=True):
    """「1年度につき5,000円を限度とする」 "5,000 yen a fiscal year at most": on what is claimed, counted in the period of the claim."""

    limit: Limit
    of: Annotated[
        Literal["points", "value", "claims"],
        say(
            "What is counted: points, value (yen) or claims (how many times).",
            "数えるもの: points(数)、value(額)、claims(申請の回数)。",
        ),
    ]
    per: Annotated[
        Literal["day", "month", "quarter", "half_year", "fiscal_year", "calendar_year", "scheme_year", "scheme"],
        say(
            "The period: day, month, quarter, half_year, fiscal_year, calendar_year, scheme_year, scheme.",
            "期間: day、month、quarter(四半期)、half_year(半期)、fiscal_year(年度)、calendar_year(暦年)、scheme_year(制度年度)、"
            "scheme(全期間)。",
        ),
    ]
    for_each: Annotated[
        tuple[Literal["member"], ...],
        say(
            '["member"] for each person or group; [] for all together.',
            '["member"](一人または一団体につき)。全員を合わせるなら []。',
            max_length=1,
        ),
    ]
    minus: Annotated[
        tuple[Code, ...],
        say(
            'What is taken off the limit, such as ["other_subsidy"]; leave it out where nothing is.',
            '上限から差し引くもの。例 ["other_subsidy"](他の補助金)。なければ書きません。',
            max_length=PARTS_MAX,
        ),
    ] = ()
    who: Tests = ()
    forms: Annotated[
        tuple[Code, ...],
        say(
            'Only what is claimed in these forms, such as ["draw"]; leave it out for all forms together.',
            'この受け取り方だけの限度のとき。例 ["draw"]。すべてを合わせるなら書きません。',
            max_length=PARTS_MAX,
        ),
    ] = ()
