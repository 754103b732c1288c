"""What tests of the activity and of its day say, and tests that are joined."""

from __future__ import annotations

from rules.wording.said import Templates, said

TEMPLATES: Templates = {
    "role_not_eligible": (
        said("{role:word}の参加は、対象に入っていません。", "{role:word}は 対象では ありません。", "It is not for {role:word}."),
    ),
    "role_excludes": (
        said(
            "今回の{role:word}の参加は、対象に入っていません。",
            "今回、{role:word}は 対象では ありません。",
            "This time it is not for {role:word}.",
        ),
    ),
    "evidence_too_low": (
        said(
            "参加の確認がまだです。",
            "参加したことを たしかめる 必要が あります。",
            "Your attendance still needs to be confirmed.",
        ),
    ),
    "evidence_excludes": (
        said(
            "この方法で確認された参加は、対象に入っていません。",
            "この 方法で たしかめた 参加は 対象では ありません。",
            "Attendance confirmed in this way does not count.",
        ),
    ),
    "mark_required": (said("{what:code}が対象です。", "{what:code}が 対象です。", "It is for {what:code}."),),
    "mark_excludes": (
        said("{what:code}は、対象に入っていません。", "{what:code}は 対象では ありません。", "It is not for {what:code}."),
    ),
    "headcount_required": (
        said(
            "対象は{of:people}が{at_least}人以上、全体の{percent}%以上の活動で、今回は{found}人でした。",
            "対象は {of:people}が {at_least}人以上で みんなの {percent}%以上の 活動で、今回は {found}人でした。",
            "It takes {at_least} {of:people} and {percent}% of all, and this time there were {found}.",
        ),
        said(
            "対象は{of:people}が{at_least}人以上の活動で、今回は{found}人でした。",
            "対象は {of:people}が {at_least}人以上の 活動で、今回は {found}人でした。",
            "It takes {at_least} {of:people}, and this time there were {found}.",
        ),
    ),
    "headcount_excludes": (
        said(
            "{of:people}が{at_least}人以上で、全体の{percent}%以上の活動は、対象に入っていません。",
            "{of:people}が {at_least}人以上で、みんなの {percent}%以上の 活動は 対象では ありません。",
            "It is not for activities with {at_least} {of:people} or more, and {percent}% of all.",
        ),
        said(
            "{of:people}が{at_least}人以上の活動は、対象に入っていません。",
            "{of:people}が {at_least}人以上の 活動は 対象では ありません。",
            "It is not for activities with {at_least} {of:people} or more.",
        ),
    ),
    "measure_required": (
        said(
            "対象は{measure:measure}が{at_least}以上のときで、今回は{figure}でした。",
            "対象は {measure:measure}が {at_least}以上の ときで、今回は {figure}でした。",
            "It takes {at_least} of {measure:measure}, and this time it was {figure}.",
        ),
    ),
    "measure_excludes": (
        said(
            "{measure:measure}が{at_least}以上のときは、対象に入っていません。",
            "{measure:measure}が {at_least}以上の ときは 対象では ありません。",
            "It is not for {at_least} of {measure:measure} and more.",
        ),
    ),
    "day_type_required": (
        said(
            "この日({day_type:word})の活動は、対象に入っていません。",
            "この日({day_type:word})の 活動は 対象では ありません。",
            "Activities on that day ({day_type:word}) do not count.",
        ),
    ),
    "day_type_excludes": (
        said(
            "{day_type:word}の活動は、対象に入っていません。",
            "{day_type:word}の 活動は 対象では ありません。",
            "Activities on {day_type:word} do not count.",
        ),
    ),
    "season_required": (
        said(
            "対象は、毎年{first:month_day}から{last:month_day}までです。",
            "対象は 毎年 {first:month_day}から {last:month_day}までです。",
            "It runs from {first:month_day} to {last:month_day} every year.",
        ),
    ),
    "season_excludes": (
        said(
            "毎年{first:month_day}から{last:month_day}までは、対象に入っていません。",
            "毎年 {first:month_day}から {last:month_day}までは 対象では ありません。",
            "It leaves out {first:month_day} to {last:month_day} every year.",
        ),
    ),
    "between_required": (
        said(
            "対象は、{first_on:day}から{last_on:day}までです。",
            "対象は {first_on:day}から {last_on:day}までです。",
            "It runs from {first_on:day} to {last_on:day}.",
        ),
    ),
    "between_excludes": (
        said(
            "{first_on:day}から{last_on:day}までは、対象に入っていません。",
            "{first_on:day}から {last_on:day}までは 対象では ありません。",
            "It leaves out {first_on:day} to {last_on:day}.",
        ),
    ),
    "hours_required": (
        said(
            "対象は、{first:clock}から{last:clock}までに始まる活動です。",
            "対象は {first:clock}から {last:clock}までに 始まる 活動です。",
            "It is for activities that begin between {first:clock} and {last:clock}.",
        ),
    ),
    "hours_excludes": (
        said(
            "{first:clock}から{last:clock}までに始まる活動は、対象に入っていません。",
            "{first:clock}から {last:clock}までに 始まる 活動は 対象では ありません。",
            "It is not for activities that begin between {first:clock} and {last:clock}.",
        ),
    ),
    "any_of_required": (
        said(
            "次のどれかに当てはまることが条件です。",
            "次の どれかに あてはまることが 条件です。",
            "It takes one of the following.",
        ),
    ),
}
