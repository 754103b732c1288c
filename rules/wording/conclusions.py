"""The first sentence: what came of it; and the last one where something is not known: who finds it out."""

from __future__ import annotations

from rules.wording.said import Templates, Wording, said

TEMPLATES: Templates = {
    "granted": (said("{amount:points}を付けました。", "{amount:points} つきました。", "You were given {amount:points}."),),
}

NOTHING = said("今回は付きません。", "今回は つきません。", "Nothing was added this time.")
NOT_YET = said("まだ付いていません。", "まだ ついて いません。", "Nothing was added yet.")

UNPAID = said("今回は交換できません。", "今回は 交換できません。", "It cannot be converted this time.")
UNPAID_YET = said("まだ交換していません。", "まだ 交換して いません。", "It is not converted yet.")
NOT_CLOSED = said("まだ締めていません。", "まだ おわって いません。", "The year is not closed yet.")

FREE = said("お支払いはありません。", "お金は いりません。", "Nothing is due.")
NO_FEE = said(
    "この活動(時間)の料金は決められていません。",
    "この 活動(時間)の お金は きまって いません。",
    "No fee is set for this activity, or this time.",
)
ASK_OFFICE = said("窓口にお聞きください。", "まちの 窓口で 聞いて ください。", "Please ask at the office.")
NO_AWARD = said("今回の表彰はありません。", "今回の 表彰は ありません。", "No award is due this time.")
NOT_CHARGED = said(
    "お支払いの額は、まだ決まっていません。", "いくらか、まだ きまって いません。", "What is due is not known yet."
)
NOT_USED = said("今回は使えません。", "今回は 使えません。", "It cannot be spent this time.")
NOT_REGISTERED = said("今は登録できません。", "今は 登録できません。", "Registering is not possible now.")
NOT_REGISTERED_YET = said(
    "登録の前に、確認があります。", "登録の 前に、たしかめます。", "Something is checked before registering."
)
NOT_PASSED = said("今回はゆずることができません。", "今回は あげることが できません。", "It cannot be passed on this time.")

HOST = said("受入機関にお聞きします。", "活動の 場所の 人に 聞きます。", "We will ask the host.")
HOST_CONFIRMS = said(
    "受入機関に確認を頼むと付けられます。",
    "活動の 場所の 人に 「たしかめて ください」と 言って ください。",
    "It is added once the host confirms it.",
)
OFFICE = said("窓口でお確かめします。", "まちの 人が たしかめます。", "The office will check it.")
RECORD = said("記録が届いてから計算します。", "記録が 来てから 計算します。", "It is counted once the record arrives.")

FINDS_OUT: dict[str, Wording | None] = {
    "evidence_too_low": HOST_CONFIRMS,
    "evidence_unknown": HOST,
    "place_unknown": HOST,
    "role_unknown": HOST,
    "mark_unknown": HOST,
    "headcount_unknown": HOST,
    "hours_unknown": HOST,
    "host_amount_unknown": HOST,
    "attested_unknown": HOST,
    "measure_unknown": RECORD,
    "used_not_told": OFFICE,
    "date_out_of_range": OFFICE,
    "form_required": None,
    "direction_required": None,
}
"""Who finds out what a step leaves open (None: the step itself asks the person); for every other `…_unknown` it is the office."""
