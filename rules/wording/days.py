"""What the calendar says: before it begins, after it ends, outside its season, recorded too late."""

from __future__ import annotations

from rules.wording.said import Templates, said

TEMPLATES: Templates = {
    "date_out_of_range": (said("日付の確認が必要です。", "日にちを たしかめる 必要が あります。", "We need to check the date."),),
    "not_yet_in_force": (
        said(
            "この決まりは{starts_on:day}に始まります。",
            "この きまりは {starts_on:day}から 始まります。",
            "These rules begin on {starts_on:day}.",
        ),
    ),
    "scheme_ended": (
        said(
            "この制度は{last_granting_on:day}までです。",
            "この 制度は {last_granting_on:day}まででした。",
            "The scheme granted until {last_granting_on:day}.",
        ),
    ),
    "outside_window": (
        said(
            "この制度は{first_on:day}から{last_on:day}までです。",
            "この 制度は {first_on:day}から {last_on:day}までです。",
            "The scheme runs from {first_on:day} to {last_on:day}.",
        ),
    ),
    "before_registration": (
        said(
            "登録した日({registered_on:day})からの活動が対象です。",
            "登録した日({registered_on:day})からの 活動が 対象です。",
            "It counts from the day of registration, {registered_on:day}.",
        ),
    ),
    "outside_season": (
        said(
            "付くのは、毎年{first:month_day}から{last:month_day}までの活動です。",
            "毎年 {first:month_day}から {last:month_day}までの 活動が 対象です。",
            "It counts from {first:month_day} to {last:month_day} every year.",
        ),
    ),
    "recorded_too_late": (
        said(
            "{last_on:day}までに記録された活動が対象です。",
            "{last_on:day}までに 記録された 活動が 対象です。",
            "It counts what was recorded by {last_on:day}.",
        ),
    ),
    "clause_not_yet": (
        said(
            "この活動は{starts_on:day}から対象になります。",
            "この 活動は {starts_on:day}から 対象です。",
            "This kind of activity counts from {starts_on:day} on.",
        ),
    ),
    "clause_ended": (
        said(
            "この活動が対象だったのは{ended_on:day}までです。",
            "この 活動が 対象だったのは {ended_on:day}までです。",
            "This kind of activity counted until {ended_on:day}.",
        ),
    ),
    "no_clause": (
        said(
            "この活動は、制度の対象に入っていません。",
            "この 活動は 制度の 対象では ありません。",
            "This kind of activity is not part of the scheme.",
        ),
    ),
    "clause": (
        said(
            "条項{clause}を当てはめました(活動の種類 {activity_kind:kind})。",
            "きまりの {clause}番目を 使いました(活動の 種類 {activity_kind:kind})。",
            "Clause {clause} applies (kind of activity {activity_kind:kind}).",
        ),
    ),
    "expires": (
        said(
            "{expires_on:day}まで使えます。",
            "{expires_on:day}まで 使うことが できます。",
            "It can be used until {expires_on:day}.",
        ),
    ),
    "already_expired": (
        said(
            "使える期限({expires_on:day})を過ぎています。",
            "{expires_on:day}までしか 使うことが できません。",
            "It could only have been used until {expires_on:day}.",
        ),
    ),
}
