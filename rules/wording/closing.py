"""What the end of a scheme's year says: what stays, what lapses and why."""

from __future__ import annotations

from rules.wording.said import Templates, said

CLOSED: Templates = {
    "all": (
        said(
            "{carried:points}が、次の年も残ります。",
            "{carried:points}が、次の 年も のこります。",
            "What stays for the next year is {carried:points}.",
        ),
    ),
    "some": (
        said(
            "{carried:points}が残り、{lapsed:points}がなくなります。",
            "{carried:points}が のこり、{lapsed:points}が なくなります。",
            "What stays is {carried:points}, and what lapses is {lapsed:points}.",
        ),
    ),
    "none": (said("{lapsed:points}がなくなります。", "{lapsed:points}が なくなります。", "What lapses is {lapsed:points}."),),
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
            "At the end of the year from {first_on:day} to {last_on:day} it was {amount:points}.",
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
            "The last day of use has passed for {amount:points}.",
        ),
    ),
    "lapse_not_carried": (
        said(
            "{amount:points}は、次の年に繰り越さない決まりです。",
            "{amount:points}は、次の 年に のこらない きまりです。",
            "What is not carried into the next year is {amount:points}.",
        ),
    ),
    "lapse_whole_lots": (
        said(
            "次の年に繰り越すのは{below:points}に満たない端数だけで、{left:points}です。",
            "次の 年に のこるのは {below:points}より 少ない 分だけで、{left:points}です。",
            "Only what is below {below:points} is carried, and that is {left:points}.",
        ),
    ),
    "lapse_beyond_carry": (
        said(
            "次の年に繰り越せるのは{limit:points}までです。",
            "次の 年に のこすことが できるのは {limit:points}までです。",
            "No more than {limit:points} can be carried into the next year.",
        ),
    ),
    "lapse_carried_before": (
        said(
            "{before:day}より前の{amount:points}は、すでに一度繰り越しています。",
            "{before:day}より 前の {amount:points}は、もう 一度 のこしました。",
            "What had been carried once already, from before {before:day}, is {amount:points}.",
        ),
    ),
    "lapse_scheme_ended": (
        said(
            "制度が終わり、申請の期限({last_claim_on:day})を過ぎました。",
            "制度が おわり、申請は {last_claim_on:day}まででした。",
            "The scheme has ended, and claims were taken until {last_claim_on:day}.",
        ),
    ),
    "lapse_status_lost": (
        said(
            "資格があったのは{left_on:day}までで、申請できるのは{last_on:day}まででした。",
            "対象だったのは {left_on:day}までで、申請は {last_on:day}まででした。",
            "The status was held until {left_on:day}, and claims were taken until {last_on:day}.",
        ),
        said(
            "資格があったのは{left_on:day}までです。",
            "対象だったのは {left_on:day}までです。",
            "The status was held until {left_on:day}.",
        ),
    ),
    "kept_by_decree": (
        said(
            "{amount:points}は、特例で残ります。",
            "{amount:points}は、特別に のこります。",
            "What stays by special decree is {amount:points}.",
        ),
    ),
    "closed": (
        said(
            "繰り越すのは{carried:points}、なくなるのは{lapsed:points}です。",
            "のこるのは {carried:points}、なくなるのは {lapsed:points}です。",
            "What is carried is {carried:points}, and what lapses is {lapsed:points}.",
        ),
    ),
    "held_before": (
        said(
            "はじめに{amount:points}ありました。",
            "はじめに {amount:points} ありました。",
            "To begin with it was {amount:points}.",
        ),
    ),
}
