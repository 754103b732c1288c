"""What the facts of a decision, of a claim and of a year's end are called: for an auditor."""

from __future__ import annotations

from rules.wording.said import Wording, said

FIELDS: dict[str, Wording] = {
    "activity_kind": said("活動の種類", "活動の 種類", "kind of activity"),
    "role": said("立場", "どの人か", "part"),
    "occurred_on": said("活動した日", "活動した日", "day of the activity"),
    "granted_on": said("付与した日", "ついた日", "day of the grant"),
    "minutes": said("活動した分数", "何分 活動したか", "minutes"),
    "evidence": said("証憑の段階", "証拠の 段階", "level of proof"),
    "flags": said("目じるし", "目じるし", "flags"),
    "registered_on": said("登録した日", "登録した日", "day of registration"),
    "left_on": said("資格のある最後の日", "対象の 最後の日", "last day with the status"),
    "site": said("場所", "場所", "place"),
    "household": said("世帯", "家族", "household"),
    "client": said("相手の方", "相手の 人", "person who was helped"),
    "event": said("行事", "行事", "event"),
    "book": said("手帳", "手帳", "booklet"),
    "holiday": said("祝日か", "国の 休みの 日か", "public holiday"),
    "started_minute": said("始まった時刻(0時からの分)", "始まった 時間(0時からの 分)", "minute of the day at which it began"),
    "host_amount": said("受入機関が決めた数", "場所の 人が 決めた 数", "amount that the host set"),
    "attested": said("証明された数", "場所の 人が 言った 数", "units that were attested"),
    "claimed_on": said("申請した日", "申請した日", "day of the claim"),
    "amount": said("申請した数", "申請した 数", "points claimed"),
    "form": said("受け取り方", "もらい方", "form of payout"),
    "directed_to": said("届け先", "とどけ先", "who receives it"),
    "year_of": said("締める年の中の日", "おわる 年の 中の日", "a day of the year that is closed"),
    "closed_on": said("締めた日", "おわりに した日", "day of the closing"),
    "chosen": said("選んだ特例の番号", "えらんだ 特別な きまりの 番号", "decrees that were chosen"),
    "marks": said("活動の印", "活動の しるし", "mark of the activity"),
    "counts": said("人数", "人数", "people"),
    "measures": said("測ったもの", "はかった もの", "measured"),
    "deductions": said("差し引くもの", "ひく もの", "taken off"),
    "holdings": said("持っている分", "もって いる 分", "held"),
    "used": said("これまでに数えたもの", "これまでの 数", "counted before"),
    "before": said("同じ回でこれまでに付いたもの", "同じ 活動で もう ついた もの", "earned before at the same occasion"),
}
"""By the name of the field. What is not here names a person or a record, and is not told."""

YES_NO: dict[bool, Wording] = {True: said("はい", "はい", "yes"), False: said("いいえ", "いいえ", "no")}
SOURCE = said("出典 {source}", "{source}から わかりました", "source: {source}")
EVERYBODY = said("全員を合わせて", "みんなを あわせて", "of everybody")
MEASURES: dict[str, Wording] = {
    "amount": said("(付けた数)", "(つけた 数)", "amount"),
    "minutes": said("分", "分", "minutes"),
    "grants": said("回(付けた回数)", "回(つけた 数)", "grants"),
    "convertible": said("(交換できる数)", "(かえられる 数)", "convertible"),
    "looked": said("分(判断した時間)", "分(しらべた 時間)", "minutes looked at"),
    "earned": said("(上限で減らす前の数)", "(へらす 前の 数)", "earned before caps"),
    "points": said("(交換した数)", "(かえた 数)", "points"),
    "value": said("(もらった額)", "(もらった お金)", "value"),
    "claims": said("件(申請した数)", "件(もうしこんだ 数)", "claims"),
}
"""What was counted before (`rules.decision.Measure`), written behind the figure."""
