"""What conversion says: whether, when and how much can be claimed, in which form, and from when it is paid."""

from __future__ import annotations

from rules.wording.said import Templates, said

_HELD_EXPIRED = said(
    "お持ちの{held_expired:points}は、使える期限を過ぎています。",
    "もって いる {held_expired:points}は、使うことが できる 日が すぎました。",
    "The last day of use has passed for what you hold, {held_expired:points}.",
)
_HELD_OF_OTHER_YEARS = said(
    "申請できるのは{points_of:word}{unit}で、お持ちの{held_of_other_years:points}は別の年の分です。",
    "申請できるのは {points_of:word} {unit}で、もって いる {held_of_other_years:points}は 別の 年の 分です。",
    "What counts is {points_of:word}, and what you hold, {held_of_other_years:points}, is of other years.",
)
_HELD_INCONVERTIBLE = said(
    "お持ちの{held_inconvertible:points}は、交換の対象に入っていません。",
    "もって いる {held_inconvertible:points}は、交換の 対象では ありません。",
    "What you hold, {held_inconvertible:points}, is not for converting.",
)

WHETHER: Templates = {
    "no_conversion": (
        said("この制度には、交換の決まりがありません。", "この 制度では 交換は ありません。", "This scheme has no conversion."),
    ),
    "claims_ended": (
        said(
            "申請できたのは{last_claim_on:day}までです。",
            "申請は {last_claim_on:day}まででした。",
            "Claims were taken until {last_claim_on:day}.",
        ),
    ),
    "outside_claim_season": (
        said(
            "申請できるのは、毎年{first:month_day}から{last:month_day}までです。",
            "申請は 毎年 {first:month_day}から {last:month_day}までです。",
            "Claims are taken from {first:month_day} to {last:month_day} every year.",
        ),
    ),
    "outside_claim_window": (
        said(
            "申請できるのは、{first_on:day}から{last_on:day}までです。",
            "申請は {first_on:day}から {last_on:day}までです。",
            "Claims are taken from {first_on:day} to {last_on:day}.",
        ),
    ),
    "status_lost": (
        said(
            "資格がなくなった後の申請は、{last_on:day}までの決まりです。",
            "対象で なくなった 後の 申請は {last_on:day}までです。",
            "After leaving the scheme, claims are taken until {last_on:day}.",
        ),
        said(
            "資格があったのは{left_on:day}までで、使えるのもその日までです。",
            "対象だったのは {left_on:day}までで、使うことが できるのも その 日までです。",
            "You were in the scheme until {left_on:day}, and it could be used until that day.",
        ),
    ),
    "below_minimum_claim": (
        _HELD_EXPIRED,
        _HELD_OF_OTHER_YEARS,
        _HELD_INCONVERTIBLE,
        said(
            "交換は{minimum:points}からで、今回は{points:points}です。",
            "交換は {minimum:points}からで、今回は {points:points}です。",
            "It takes at least {minimum:points}, and this is {points:points}.",
        ),
    ),
    "nothing_to_claim": (
        _HELD_EXPIRED,
        _HELD_OF_OTHER_YEARS,
        _HELD_INCONVERTIBLE,
        said(
            "{points_of:word}{unit}に、交換できるものがまだありません。",
            "{points_of:word} {unit}で 交換できる ものが まだ ありません。",
            "There is nothing yet to convert: what counts is {points_of:word}.",
        ),
    ),
    "form_required": (
        said(
            "受け取り方を{offered:forms}から選んでください。",
            "{offered:forms}の 中から えらんで ください。",
            "Please choose how it is paid: {offered:forms}.",
        ),
    ),
    "form_not_offered": (
        said(
            "{form:form}では受け取れませんが、{offered:forms}を選べます。",
            "{form:form}は できませんが、{offered:forms}を えらぶことが できます。",
            "It is not paid as {form:form}, and you may choose {offered:forms}.",
        ),
    ),
    "form_from_points": (
        said(
            "{form:form}は{from_points:points}から選べ、今回は{points:points}です。",
            "{form:form}は {from_points:points}からで、今回は {points:points}です。",
            "{form:form} is offered from {from_points:points} on, and this is {points:points}.",
        ),
    ),
    "direction_required": (
        said(
            "どこに届けるか({form:form})をお知らせください。",
            "だれに とどけるか({form:form})を おしえて ください。",
            "Please say who receives it ({form:form}).",
        ),
    ),
    "deduction_unknown": (
        said(
            "{deduction:code}の額の確認が必要です。",
            "{deduction:code}が いくらか たしかめる 必要が あります。",
            "We need to check the amount of {deduction:code}.",
        ),
    ),
}

AMOUNT: Templates = {
    "claimed": (
        said(
            "交換できる{available:points}のうち、{points:points}を申請しました。",
            "交換できる {available:points}の 中で、{points:points}を 申請しました。",
            "Of {available:points} that can be converted, the claim is for {points:points}.",
        ),
    ),
    "limit_cut": (
        said(
            "上限が{per:word}に{most:counted}(差し引き{minus:value})なので、{after:points}までにしました。",
            "{per:word}に {most:counted}まで(ひく 分 {minus:value})なので、{after:points}までです。",
            "The limit is {most:counted} {per:word} (less {minus:value}), so it is {after:points}.",
        ),
        said(
            "上限が{per:word}に{most:counted}なので、{after:points}までにしました。",
            "{per:word}に {most:counted}までなので、{after:points}までです。",
            "The limit is {most:counted} {per:word}, so it is {after:points}.",
        ),
    ),
    "limit_reached": (
        said(
            "上限は{per:word}に{most:counted}(差し引き{minus:value})で、これまでに{used:counted}ありました。",
            "{per:word}に {most:counted}まで(ひく 分 {minus:value})で、もう {used:counted} ありました。",
            "The limit is {most:counted} {per:word} (less {minus:value}), and {used:counted} came before.",
        ),
        said(
            "上限は{per:word}に{most:counted}で、これまでに{used:counted}ありました。",
            "{per:word}に {most:counted}までで、もう {used:counted} ありました。",
            "The limit is {most:counted} {per:word}, and {used:counted} came before.",
        ),
    ),
    "whole_lots_after_leaving": (
        said(
            "資格がなくなった後は{lot:points}ごとのまとまりで交換するので、{after:points}です。",
            "対象で なくなった 後は {lot:points}ごとに 交換するので、{after:points}です。",
            "After leaving, only whole lots of {lot:points} are converted, so it is {after:points}.",
        ),
    ),
    "converted_linear": (
        said(
            "{give}につき{get}の率で、{made}が{value}になりました。",
            "{give}で {get}なので、{made}が {value}に なりました。",
            "At {get} for each {give}, {made} became {value}.",
        ),
    ),
    "converted_lots": (
        said(
            "{give}ごとに{get}の率で、{made}が{value}になりました。",
            "{give}ごとに {get}なので、{made}が {value}に なりました。",
            "At {get} for each lot of {give}, {made} became {value}.",
        ),
    ),
    "converted_tiers": (
        said(
            "表の{from_points}からの段で、{value}になりました。",
            "表の {from_points}からの 行で {value}に なりました。",
            "By the row of the table from {from_points} on, it became {value}.",
        ),
    ),
    "converted_slices": (
        said(
            "段階ごとの率で、{made}が{value}になりました。",
            "段階ごとの 率で {made}が {value}に なりました。",
            "By the rate of each slice, {made} became {value}.",
        ),
    ),
    "converted_milestone": (
        said(
            "{give}に達すると{get}の決まりで、{value}になりました。",
            "{give}に なると {get}なので、{value}に なりました。",
            "At {get} on reaching {give}, it became {value}.",
        ),
    ),
    "stage_linear": (
        said(
            "次に、{give}につき{get}の率で、{made}が{value}になりました。",
            "次に、{give}で {get}なので、{made}が {value}に なりました。",
            "Then, at {get} for each {give}, {made} became {value}.",
        ),
    ),
    "stage_lots": (
        said(
            "次に、{give}ごとに{get}の率で、{made}が{value}になりました。",
            "次に、{give}ごとに {get}なので、{made}が {value}に なりました。",
            "Then, at {get} for each lot of {give}, {made} became {value}.",
        ),
    ),
    "stage_tiers": (
        said(
            "次に、表の{from_points}からの段で、{value}になりました。",
            "次に、表の {from_points}からの 行で {value}に なりました。",
            "Then, by the row of the table from {from_points} on, it became {value}.",
        ),
    ),
    "stage_slices": (
        said(
            "さらに段階ごとの率で、{value}になりました。",
            "そして 段階ごとの 率で {value}に なりました。",
            "Slice by slice that became {value}.",
        ),
    ),
    "stage_milestone": (
        said(
            "次に、{give}に達すると{get}の決まりで、{value}になりました。",
            "次に、{give}に なると {get}なので、{value}に なりました。",
            "Then, at {get} on reaching {give}, it became {value}.",
        ),
    ),
    "worth_nothing": (
        said(
            "今の数では、交換後の額が0になります。", "今の 数では、交換すると 0に なります。", "As it stands, it would become 0."
        ),
    ),
    "remainder_kept": (
        said(
            "残りの{points:points}は、そのまま残ります。",
            "のこりの {points:points}は、そのまま のこります。",
            "What is left, {points:points}, stays with you.",
        ),
    ),
    "remainder_lost": (
        said(
            "端数の{points:points}は、この交換でなくなります。",
            "あまった {points:points}は、この 交換で なくなります。",
            "What is left over, {points:points}, is used up by this.",
        ),
    ),
    "payable": (
        said(
            "{from:day}から、{form:handed}ます。",
            "{from:day}から {form:handed}ます。",
            "From {from:day} on, {form:handed}.",
        ),
    ),
    "paid": (
        said(
            "{points:points}が{value:value}になります。",
            "{points:points}が {value:value}に なります。",
            "For {points:points} you get {value:value}.",
        ),
    ),
}

RATES: Templates = {
    "converted_linear": (
        said(
            "{give:points}につき{get:value}です。",
            "{give:points}で {get:value}です。",
            "It is {get:value} for each {give:points}.",
        ),
    ),
    "converted_lots": (
        said(
            "{give:points}ごとに{get:value}です。",
            "{give:points}ごとに {get:value}です。",
            "It is {get:value} for each lot of {give:points}.",
        ),
    ),
    "converted_tiers": (
        said(
            "{from_points:points}からの段は{value:value}です。",
            "{from_points:points}からは {value:value}です。",
            "From {from_points:points} on it is {value:value}.",
        ),
    ),
    "converted_slices": (
        said(
            "段階ごとの率で計算しました。",
            "段階ごとの 率で 計算しました。",
            "Each slice of the points has its own rate.",
        ),
    ),
    "converted_milestone": (
        said(
            "{give:points}に達すると{get:value}です。",
            "{give:points}に なると {get:value}です。",
            "On reaching {give:points} it is {get:value}.",
        ),
    ),
}
"""The rate with its units, where there is one stage: what a claimant reads."""

TEMPLATES: Templates = {**WHETHER, **AMOUNT}
