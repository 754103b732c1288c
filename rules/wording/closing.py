"""What the end of a scheme's year says: what stays, what lapses and why."""

from __future__ import annotations

from rules.wording.said import Templates, said

CLOSED: Templates = {
    "all": (
        said(
            "{carried:points}が、次の年も残ります。",
            "{carried:points}が、次の 年も のこります。",
            "{carried:points} stay for the next year.",
        ),
    ),
    "some": (
        said(
            "{carried:points}が残り、{lapsed:points}がなくなります。",
            "{carried:points}が のこり、{lapsed:points}が なくなります。",
            "{carried:points} stay, and {lapsed:points} lapse.",
        ),
    ),
    "none": (said("{lapsed:points}がなくなります。", "{lapsed:points}が なくなります。", "{lapsed:points} lapse."),),
    "empty": (
        said(
            "年の終わりに持っている分はありません。",
            "年の おわりに もって いる ものは ありません。",
            "There is nothing to carry at the year's end.",
        ),
    ),
}
"""The conclusion, by what became of what was held."""

TEMPLATES: Templates = {
    "year_held": (
        said(
            "{first_on:day}から{last_on:day}までの年の終わりに{amount:points}ありました。",
            "{first_on:day}から {last_on:day}までの 年の おわりに {amount:points} ありました。",
            "At the end of the year from {first_on:day} to {last_on:day} there were {amount:points}.",
        ),
    ),
    "year_unknown": (
        said(
            "締める年({year_of})の確認が必要です。",
            "どの 年か({year_of})、たしかめる 必要が あります。",
            "We need to check which year is closed ({year_of}).",
        ),
    ),
    "lapse_expired": (
        said(
            "{amount:points}は、使える期限を過ぎました。",
            "{amount:points}は、使うことが できる 日が すぎました。",
            "{amount:points} could only be used until a day that has passed.",
        ),
    ),
    "lapse_not_carried": (
        said(
            "{amount:points}は、次の年に繰り越さない決まりです。",
            "{amount:points}は、次の 年に のこらない きまりです。",
            "{amount:points} are not carried into the next year.",
        ),
    ),
    "lapse_whole_lots": (
        said(
            "次の年に繰り越すのは{below:points}に満たない端数だけで、{left:points}です。",
            "次の 年に のこるのは {below:points}より 少ない 分だけで、{left:points}です。",
            "Only what is below {below:points} is carried, and that is {left:points}.",
        ),
    ),
    "lapse_carried_before": (
        said(
            "{before:day}より前の{amount:points}は、すでに一度繰り越しています。",
            "{before:day}より 前の {amount:points}は、もう 一度 のこしました。",
            "{amount:points} from before {before:day} had been carried once already.",
        ),
    ),
    "lapse_scheme_ended": (
        said(
            "制度が終わり、申請の期限({last_claim_on:day})を過ぎました。",
            "制度が おわり、申請は {last_claim_on:day}まででした。",
            "The scheme has ended, and claims were taken until {last_claim_on:day}.",
        ),
    ),
    "kept_by_decree": (
        said(
            "{amount:points}は、特例で残ります。",
            "{amount:points}は、特別に のこります。",
            "{amount:points} stay by special decree.",
        ),
    ),
    "closed": (
        said(
            "繰り越すのは{carried:points}、なくなるのは{lapsed:points}です。",
            "のこるのは {carried:points}、なくなるのは {lapsed:points}です。",
            "{carried:points} are carried and {lapsed:points} lapse.",
        ),
    ),
    "held_before": (
        said(
            "はじめに{amount:points}ありました。",
            "はじめに {amount:points} ありました。",
            "There were {amount:points} to begin with.",
        ),
    ),
}
