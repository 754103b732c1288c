"""What is not known yet, and who finds it out: nobody is asked for more than one thing at a time, and nobody loses by it."""

from __future__ import annotations

from rules.wording.said import Templates, said

_ASKED = said(
    "{fact:matter}の確認が必要です。", "{fact:matter}を たしかめる 必要が あります。", "We need to check {fact:matter}."
)

TEMPLATES: Templates = {
    "age_unknown": (_ASKED,),
    "residence_unknown": (_ASKED,),
    "registration_unknown": (_ASKED,),
    "training_unknown": (_ASKED,),
    "insured_unknown": (_ASKED,),
    "care_level_unknown": (_ASKED,),
    "arrears_unknown": (
        said(
            "{fact:of}のお支払いの確認が必要です。",
            "{fact:of}の 支払いを たしかめる 必要が あります。",
            "We need to check the payments of {fact:of}.",
        ),
    ),
    "status_unknown": (_ASKED,),
    "officer_unknown": (
        said(
            "職員の判断({fact:of})が必要です。",
            "職員が 決める 必要が あります({fact:of})。",
            "An officer has to decide first ({fact:of}).",
        ),
    ),
    "registration_day_unknown": (
        said(
            "登録した日の確認が必要です。",
            "いつ 登録したか たしかめる 必要が あります。",
            "We need to check the day of registration.",
        ),
    ),
    "place_unknown": (
        said(
            "活動の{dimension:word}の記録が必要です。",
            "活動の {dimension:word}を 書く 必要が あります。",
            "The {dimension:word} still has to be recorded.",
        ),
    ),
    "household_unknown": (
        said("世帯の確認が必要です。", "いっしょに 住んで いる 人を 聞きます。", "We need to check the household."),
    ),
    "role_unknown": (
        said(
            "どの立場で参加したかの確認が必要です。",
            "手伝ったのか、手伝って もらったのか、たしかめる 必要が あります。",
            "We need to check in which part you took part.",
        ),
    ),
    "evidence_unknown": (
        said(
            "参加の記録の確認が必要です。",
            "参加の 記録を たしかめる 必要が あります。",
            "We need to check the record of attendance.",
        ),
    ),
    "mark_unknown": (
        said(
            "{what:code}かどうかの確認が必要です。",
            "{what:code}か どうか たしかめる 必要が あります。",
            "We need to check whether it was {what:code}.",
        ),
    ),
    "headcount_unknown": (
        said(
            "{of:people}の人数の確認が必要です。",
            "{of:people}が 何人か たしかめる 必要が あります。",
            "We need to check the number of {of:people}.",
        ),
    ),
    "day_type_unknown": (
        said(
            "{on:day}が祝日かどうかの確認が必要です。",
            "{on:day}が 祝日か どうか たしかめる 必要が あります。",
            "We need to check whether {on:day} was a public holiday.",
        ),
    ),
    "hours_unknown": (
        said(
            "活動が始まった時刻の確認が必要です。",
            "活動が 何時に 始まったか たしかめる 必要が あります。",
            "We need to check when the activity began.",
        ),
    ),
}
