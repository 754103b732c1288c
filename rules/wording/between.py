"""What is said between members: fees and cancellations, what points buy, passing on, registering."""

from __future__ import annotations

from rules.wording.said import Templates, said

FEES: Templates = {
    "fee": (
        said(
            "利用料{fee}を当てはめました(活動の種類 {activity_kind:kind})。",
            "お金の きまりの {fee}番目を 使いました(活動の 種類 {activity_kind:kind})。",
            "Fee {fee} applies (kind of activity {activity_kind:kind}).",
        ),
    ),
    "no_fee": (
        said(
            "この活動には、利用料の決まりがありません。",
            "この 活動の お金は きまって いません。",
            "No fee is set for this kind of activity.",
        ),
    ),
    "due": (said("お支払いは{total:points}です。", "はらう お金は {total:points}です。", "What is due is {total:points}."),),
    "expenses_separate": (
        said(
            "このうち{expenses:points}は、交通費などの実費です。",
            "この中の {expenses:points}は、バス代などです。",
            "Of this, {expenses:points} are travel and materials.",
        ),
    ),
    "expenses_not_charged": (
        said(
            "交通費などの実費({expenses:points})は、いただきません。",
            "バス代など({expenses:points})は、いりません。",
            "Travel and materials ({expenses:points}) are not charged.",
        ),
    ),
    "tickets": (
        said(
            "利用券({value:points})なら{tickets}枚です。",
            "{value:points}の 券なら {tickets}枚です。",
            "In tickets of {value:points} it is {tickets}.",
        ),
    ),
    "cancelled": (
        said(
            "取消し({notice:notice})のときは{minutes:time}分の決まりです。",
            "やめた とき({notice:notice})は {minutes:time}の 分です。",
            "When it is called off ({notice:notice}), {minutes:time} are charged.",
        ),
    ),
    "cancelled_for": (
        said(
            "取消し({notice:notice})のときは{amount:points}の決まりです。",
            "やめた とき({notice:notice})は {amount:points}です。",
            "When it is called off ({notice:notice}), it costs {amount:points}.",
        ),
    ),
    "cancelled_percent": (
        said(
            "取消し({notice:notice})のときは、予定の料金{before:points}の{percent}%です。",
            "やめた とき({notice:notice})は、よていの お金 {before:points}の {percent}%です。",
            "When it is called off ({notice:notice}), it costs {percent}% of the {before:points} agreed.",
        ),
    ),
    "further_ones": (
        said(
            "2人目からの{further}人分は、1人{each:points}で、{amount:points}です。",
            "2人目からの {further}人は、1人 {each:points}で、ぜんぶで {amount:points}です。",
            "The {further} further ones are {each:points} each, {amount:points} in all.",
        ),
    ),
    "cancelled_free": (
        said(
            "取消し({notice:notice})に、お支払いはいりません。",
            "やめた とき({notice:notice})に お金は いりません。",
            "Calling it off ({notice:notice}) costs nothing.",
        ),
    ),
    "planned_minutes_unknown": (
        said(
            "予定していた時間の確認が必要です。",
            "予定の 時間を たしかめる 必要が あります。",
            "We need to check how long it was planned to be.",
        ),
    ),
}

USES: Templates = {
    "used": (
        said(
            "{points:points}で、{gets:bought}ます。",
            "{points:points}で {gets:bought}ます。",
            "For {points:points}, {gets:bought}.",
        ),
    ),
    "use_not_offered": (
        said(
            "この制度では、{what:word}には使えません。",
            "この 制度では {what:word}に 使えません。",
            "In this scheme it cannot be spent on {what:word}.",
        ),
    ),
    "use_not_for_them": (
        said(
            "{what:word}に使えるのは、ご本人か、決まりにある家族の方だけです。",
            "{what:word}は、自分か、きまりに ある 家族だけです。",
            "It can be spent on {what:word} for oneself, or for the family that the rules name.",
        ),
    ),
    "below_one_use": (
        said(
            "{what:word}は{give:points}からで、今回は{points:points}です。",
            "{what:word}は {give:points}からで、今回は {points:points}です。",
            "It takes {give:points} for {what:word}, and this is {points:points}.",
        ),
    ),
}

PASSING: Templates = {
    "transfer_allowed": (
        said("この方にゆずることができます。", "この 人に あげることが できます。", "It can be passed on to this person."),
    ),
    "transfer_forbidden": (
        said(
            "この制度では、ほかの人にゆずることはありません。",
            "この 制度では ほかの 人に あげることは できません。",
            "In this scheme nothing is passed on to others.",
        ),
    ),
    "transfer_after_death_only": (
        said(
            "ゆずることができるのは、亡くなった後だけです。",
            "あげることが できるのは、なくなった 後だけです。",
            "It can be passed on after death alone.",
        ),
    ),
    "transfer_not_related": (
        said(
            "ゆずることができるのは、{relations:relations}だけです。",
            "あげることが できるのは、{relations:relations}だけです。",
            "It can be passed on to a {relations:relations} alone.",
        ),
    ),
    "not_enough_held": (
        said(
            "持っているのは{balance:points}で、{amount:points}には足りません。",
            "もって いるのは {balance:points}で、{amount:points}に 足りません。",
            "What is held is {balance:points}, and that is less than {amount:points}.",
        ),
    ),
    "award": (
        said(
            "{award:award}は、{run}年続いていて、{earned:due}ます。",
            "{award:award}は、{run}年 つづいて いて、{earned:due}ます。",
            "{award:award}: {run} years in a row, and it {earned:due}.",
        ),
    ),
    "may_register": (said("登録できます。", "登録することが できます。", "You can register."),),
}

TEMPLATES: Templates = {**FEES, **USES, **PASSING}
