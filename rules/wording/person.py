"""What tests of the person say: what is wanted, and what is left out. What is not known yet is in `asking`."""

from __future__ import annotations

from rules.wording.said import Templates, said

TEMPLATES: Templates = {
    "past_required": (
        said(
            "{per:word}に、決まった活動の付与が必要です。",
            "{per:word}に きまった 活動を する ことが 必要です。",
            "Something else has to have been earned before ({per:word}).",
        ),
    ),
    "past_excludes": (
        said(
            "{per:word}に、すでに付いているものがあります。",
            "{per:word}に もう ついた ものが あります。",
            "Something has been earned already ({per:word}).",
        ),
    ),
    "since_last_required": (
        said(
            "前回から{days}日がたつまで、お待ちください。",
            "前の 時から {days}日 待って ください。",
            "It takes {days} days from the last time.",
        ),
    ),
    "since_last_excludes": (
        said(
            "前回から{days}日以内が対象です。",
            "前の 時から {days}日より 前が 対象です。",
            "It is for those who came within the {days} days before.",
        ),
    ),
    "age_required": (
        said(
            "{at_least}歳から{at_most}歳までの方が対象です。",
            "{at_least}歳から {at_most}歳までの 人が 対象です。",
            "It is for people aged {at_least} to {at_most}.",
        ),
        said(
            "{at_least}歳以上の方が対象です。", "{at_least}歳以上の 人が 対象です。", "It is for people aged {at_least} or over."
        ),
        said("{at_most}歳以下の方が対象です。", "{at_most}歳以下の 人が 対象です。", "It is for people aged {at_most} or under."),
    ),
    "age_excludes": (
        said(
            "{at_least}歳から{at_most}歳までの方は、対象に入っていません。",
            "{at_least}歳から {at_most}歳までの 人は 対象では ありません。",
            "It is not for people aged {at_least} to {at_most}.",
        ),
        said(
            "{at_least}歳以上の方は、対象に入っていません。",
            "{at_least}歳以上の 人は 対象では ありません。",
            "It is not for people aged {at_least} or over.",
        ),
        said(
            "{at_most}歳以下の方は、対象に入っていません。",
            "{at_most}歳以下の 人は 対象では ありません。",
            "It is not for people aged {at_most} or under.",
        ),
    ),
    "residence_required": (
        said(
            "{towns:places}に{how:residence}の方が対象です。",
            "{towns:places}に {how:residence} 人が 対象です。",
            "It is for people who {how:residence} in {towns:places}.",
        ),
    ),
    "residence_excludes": (
        said(
            "{towns:places}に{how:residence}の方は、対象に入っていません。",
            "{towns:places}に {how:residence} 人は 対象では ありません。",
            "It is not for people who {how:residence} in {towns:places}.",
        ),
    ),
    "registration_required": (
        said(
            "{of:code}への{renewed:word}が必要です。",
            "{of:code}への {renewed:word}が 必要です。",
            "You need to be {renewed:word} with {of:code}.",
        ),
    ),
    "registration_excludes": (
        said(
            "{of:code}に登録している方は、対象に入っていません。",
            "{of:code}に 登録して いる 人は 対象では ありません。",
            "It is not for those registered with {of:code}.",
        ),
    ),
    "training_required": (
        said(
            "{course:code}を終えた方が対象です。",
            "{course:code}が おわった 人が 対象です。",
            "It is for those who have completed {course:code}.",
        ),
    ),
    "training_excludes": (
        said(
            "{course:code}を終えた方は、対象に入っていません。",
            "{course:code}が おわった 人は 対象では ありません。",
            "It is not for those who have completed {course:code}.",
        ),
    ),
    "insured_required": (
        said(
            "介護保険の{category:insured}の方が対象です。",
            "介護保険の {category:insured}の 人が 対象です。",
            "It is for {category:insured} of long-term care insurance.",
        ),
    ),
    "insured_excludes": (
        said(
            "介護保険の{category:insured}の方は、対象に入っていません。",
            "介護保険の {category:insured}の 人は 対象では ありません。",
            "It is not for {category:insured} of long-term care insurance.",
        ),
    ),
    "care_level_required": (
        said(
            "介護や支援の認定などがある方が対象です。",
            "介護や 支援の 認定などが ある 人が 対象です。",
            "It is for people who are certified as needing care or support.",
        ),
    ),
    "care_level_excludes": (
        said(
            "介護や支援の認定などがある方は、対象に入っていません。",
            "介護や 支援の 認定などが ある 人は 対象では ありません。",
            "It is not for people who are certified as needing care or support.",
        ),
    ),
    "arrears_required": (
        said(
            "{of:codes}にお支払いの残りがある方が対象です。",
            "{of:codes}の 支払いが のこって いる 人が 対象です。",
            "It is for people with payments of {of:codes} outstanding.",
        ),
    ),
    "arrears_excludes": (
        said(
            "{of:codes}のお支払いが済んでいることが条件です。",
            "{of:codes}の 支払いが おわって いることが 条件です。",
            "It asks that payments of {of:codes} are settled.",
        ),
    ),
    "status_required": (
        said("条件は、{what:code}であることです。", "条件は、{what:code}で あることです。", "It asks that you are {what:code}."),
    ),
    "status_excludes": (
        said(
            "{what:code}は、対象に入っていません。",
            "{what:code}は 対象では ありません。",
            "It is not for those who are {what:code}.",
        ),
    ),
    "officer_required": (
        said(
            "職員が{matter:code}と認めることが条件です。",
            "職員が {matter:code}と 決めることが 条件です。",
            "It asks that an officer finds it {matter:code}.",
        ),
    ),
    "officer_excludes": (
        said(
            "職員が{matter:code}と認めたものは、対象に入っていません。",
            "職員が {matter:code}と 決めた ものは 対象では ありません。",
            "It does not count what an officer finds {matter:code}.",
        ),
    ),
}
