"""What the report of a simulation calls things, in Japanese, written by hand. 見出しと言い方。"""

from __future__ import annotations

from rules.phrases import kinds

TABLES = (
    ("by_month", "月別", "月"),
    ("by_area", "地域別", "地域"),
    ("by_activity_kind", "活動の種類別", "活動の種類"),
    ("by_age_band", "年代別", "年代(活動した日の年齢)"),
)
KINDS = {code: ja for code, (ja, _en) in kinds.KINDS.items()}
OUTCOMES = {
    "draft_granted": "案で付くもの",
    "draft_nothing": "案で付かないもの",
    "draft_ask": "案では事実の確認が要るもの",
    "current_granted": "実際に付いたもの",
    "current_nothing": "実際には付かなかったもの",
    "undecided": "実際には判定がなかったもの",
}
LEFT_OUT = {
    "superseded": "訂正で置きかえられた記録",
    "unsigned": "確認がまだの記録",
    "cannot_earn": "付与の対象にならない会員の記録",
    "taken_back": "取り消された判定",
}
REASONS = {
    "already_expired": "付く前に期限が切れている",
    "band_of_nothing": "その時間では付かない",
    "before_registration": "登録の前",
    "below_minimum": "最短の時間に足りない",
    "cap_reached": "上限に達している",
    "clause_ended": "条項の期間が終わっている",
    "clause_not_yet": "条項の期間がまだ始まっていない",
    "evidence_too_low": "証明が足りない",
    "host_amount_out_of_bounds": "受入機関の定めた数が範囲の外",
    "measure_too_low": "測った数が足りない",
    "no_clause": "対象の活動ではない",
    "outside_season": "付与の時期ではない",
    "outside_window": "制度の期間の外",
    "recorded_too_late": "記録が遅い",
    "role_not_eligible": "対象の役割ではない",
    "rounded_to_nothing": "時間の端数だけで付かない",
    "same_occasion": "同じ機会にすでに付いている",
    "scheme_ended": "制度が終わっている",
}
_ABOUT = {
    "age": "年齢",
    "residence": "住まい",
    "registration": "登録",
    "training": "研修",
    "insured": "被保険者の区分",
    "care_level": "介護の認定",
    "arrears": "滞納",
    "status": "そのほかの要件",
    "officer": "職員の判断",
    "mark": "活動についての印",
    "headcount": "人数",
    "measure": "測った値",
    "day_type": "曜日・祝日",
    "season": "季節",
    "between": "期間",
    "hours": "時刻",
}


def reason(code: str) -> str:
    """Why nothing is granted: `age_required` is that the age does not fit."""
    if code in REASONS:
        return REASONS[code]
    about, _, how = code.rpartition("_")
    if about in _ABOUT and how in {"required", "excludes"}:
        return f"{_ABOUT[about]}の要件に合わない" if how == "required" else f"{_ABOUT[about]}で対象から外れる"
    return code
