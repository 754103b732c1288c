"""What caps say: how much was left, what was cut, and what became of what is beyond."""

from __future__ import annotations

from rules.wording.said import Templates, said

TEMPLATES: Templates = {
    "cap_cut": (
        said(
            "{for_each:whose}{per:word}の上限が{limit:counted}なので、そこまでを数えました。",
            "{for_each:whose}{per:word}に {limit:counted}までなので、そこまで 数えました。",
            "The limit is {limit:counted} {per:word}{for_each:whose}, so we counted up to it.",
        ),
        said(
            "{per:word}の上限が{limit:counted}なので、そこまでを数えました。",
            "{per:word}に {limit:counted}までなので、そこまで 数えました。",
            "The limit is {limit:counted} {per:word}, so we counted up to it.",
        ),
    ),
    "cap_reached": (
        said(
            "{for_each:whose}{per:word}の上限は{limit:counted}で、これまでに{used:counted}ありました。",
            "{for_each:whose}{per:word}に {limit:counted}までで、もう {used:counted} ありました。",
            "The limit is {limit:counted} {per:word}{for_each:whose}, and {used:counted} had been counted before.",
        ),
        said(
            "{per:word}の上限は{limit:counted}で、これまでに{used:counted}ありました。",
            "{per:word}に {limit:counted}までで、もう {used:counted} ありました。",
            "The limit is {limit:counted} {per:word}, and {used:counted} had been counted before.",
        ),
    ),
    "convertible_cut": (
        said(
            "このうち交換できるのは{after:points}です(交換の上限は{for_each:whose}{per:word}に{limit:counted})。",
            "この中で 交換できるのは {after:points}です(交換は {for_each:whose}{per:word}に {limit:counted}まで)。",
            "Of this, {after:points} can be converted: the limit is {limit:counted} {per:word}{for_each:whose}.",
        ),
        said(
            "このうち交換できるのは{after:points}です(交換の上限は{per:word}に{limit:counted})。",
            "この中で 交換できるのは {after:points}です(交換は {per:word}に {limit:counted}まで)。",
            "Of this, {after:points} can be converted: the limit is {limit:counted} {per:word}.",
        ),
    ),
    "overflow_funding": (
        said(
            "上限を超えた{amount:points}は、別の予算から付きます。",
            "{amount:points}は、別の 予算から つきます。",
            "What is beyond the limit, {amount:points}, is paid from another budget.",
        ),
    ),
    "overflow_draw": (
        said(
            "上限を超えた分は、抽選の{draws}口になります。",
            "こえた分で、くじを {draws}回 ひくことが できます。",
            "What is beyond the limit counts as {draws} entries in the draw.",
        ),
    ),
    "used_not_told": (
        said(
            "これまでの合計({per:word})の確認が必要です。",
            "{per:word}に いくつ ついたか たしかめる 必要が あります。",
            "We need to check what was counted before ({per:word}).",
        ),
    ),
}
