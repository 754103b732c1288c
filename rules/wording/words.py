"""Words for the codes of the vocabulary, and for those of a town's own codes that many towns use; any other is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping

from rules.wording.said import Locale, Wording, said

WORDS: dict[str, Wording] = {
    # how long
    "day": said("1日", "1日", "a day"),
    "week": said("1週間", "1週間", "a week"),
    "month": said("1か月", "1か月", "a month"),
    "quarter": said("四半期(3か月)", "3か月", "a quarter"),
    "half_year": said("半期(6か月)", "6か月", "a half year"),
    "fiscal_year": said("1年度", "4月から 3月まで", "a fiscal year"),
    "calendar_year": said("1年", "1月から 12月まで", "a year"),
    "scheme_year": said("制度の1年", "制度の 1年", "a year of the scheme"),
    "days": said("この間", "この 間", "in the days before"),
    "scheme": said("制度全体", "はじめから おわりまで", "in all"),
    # in which part
    "helper": said("手伝う人として", "手伝う人", "those who help"),
    "receiver": said("手伝いを受ける人として", "手伝って もらう人", "those who receive help"),
    # rounding
    "down": said("端数は切り捨て", "足りない分は 数えません", "a started one does not count"),
    "up": said("端数は切り上げ", "足りない分も 1回に 数えます", "a started one counts in full"),
    "nearest": said("半分以上は切り上げ", "半分から 1回に 数えます", "from the half on it counts in full"),
    # how one registers
    "never": said("登録", "登録", "registered"),
    "each_fiscal_year": said("年度ごとの登録", "4月からの 1年ごとの 登録", "registered for the fiscal year"),
    "each_scheme_year": said("制度の1年ごとの登録", "制度の 1年ごとの 登録", "registered for the year of the scheme"),
    # which points
    "any_year": said("これまでに付いた", "これまでの", "what was earned in any year"),
    "this_year": said("この1年に付いた", "この 1年の", "what was earned this year"),
    "previous_year": said("前の年までに付いた", "前の 年までの", "what was earned up to last year"),
    # days
    "weekday": said("平日", "月曜日から 金曜日まで", "weekdays"),
    "saturday": said("土曜日", "土曜日", "Saturdays"),
    "sunday": said("日曜日", "日曜日", "Sundays"),
    "holiday": said("祝日", "祝日(国の 休みの 日)", "public holidays"),
    # what has to be told of an activity
    "site": said("場所", "場所", "place"),
    "activity_kind": said("活動の種類", "活動の 種類", "kind of activity"),
    "client": said("相手の方", "相手の 人", "person who was helped"),
    "event": said("行事", "行事", "event"),
    "book": said("手帳", "手帳", "booklet"),
    # family
    "spouse": said("配偶者", "夫 または 妻", "spouse"),
    "parent": said("親", "親", "parent"),
    "child": said("子", "子ども", "child"),
    "grandchild": said("孫", "孫", "grandchild"),
    "household": said("同じ世帯の方", "いっしょに 住んで いる 家族", "member of the household"),
    # what points buy
    "help": said("手助け", "手伝い", "help"),
    "goods": said("品物", "品物", "goods"),
    "donation": said("寄附", "寄付", "a donation"),
    "pledge": said("団体への寄託", "グループに あげること", "a pledge to a group"),
    "pot": said("おたがいさま基金", "おたがいさま 基金", "the community pot"),
    # how it is paid
    "cash": said("現金", "お金", "cash"),
    "voucher": said("商品券", "商品券", "vouchers"),
    "prepaid_card": said("プリペイドカード", "プリペイドカード", "a prepaid card"),
    "facility_ticket": said("施設の利用券", "施設の 券", "tickets for facilities"),
    "local_currency": said("地域通貨", "地域の お金", "local currency"),
    "e_money": said("電子マネー", "電子マネー", "e-money"),
    "premium_offset": said("保険料への充当", "保険料に 使うこと", "an offset of the premium"),
    "draw": said("抽選への参加", "くじ", "an entry in a draw"),
    "certificate": said("感謝状など", "感謝状など", "a certificate"),
}
"""The words of the vocabulary itself."""

UNITS: dict[str, Wording] = {
    "yen": said("円", "円", "yen"),
    "point": said("ポイント", "ポイント", "point|points"),
    "pt": said("ポイント", "ポイント", "pt"),
    "stamp": said("スタンプ", "スタンプ", "stamp|stamps"),
    "coin": said("コイン", "コイン", "coin|coins"),
    "minute": said("分", "分", "minute|minutes"),
    "hour": said("時間", "時間", "hour|hours"),
}
"""Units that many schemes have, in English "one|many"; a scheme's own label comes from the caller."""

NOTICE: dict[str, Wording] = {
    "before": said("前日まで", "前の日まで", "by the day before"),
    "same_day": said("当日", "その日", "on the day"),
    "no_notice": said("連絡なし", "連絡が ない とき", "without notice"),
}
"""When something was called off."""

RESIDENCE: dict[str, Wording] = {
    "lives": said("お住まい", "住んで いる", "live"),
    "stays": said("滞在", "いま いる", "stay"),
    "works": said("お勤め", "働いて いる", "work"),
    "studies": said("通学", "学校に 行って いる", "study"),
    "belongs": said("団体に所属", "グループに 入って いる", "belong to a group"),
}
"""How somebody has to do with a town."""

INSURED: dict[str, Wording] = {
    "first": said("第1号被保険者(65歳以上)", "65歳以上", "insured persons of the first category (65 and over)"),
    "second": said("第2号被保険者(40歳から64歳)", "40歳から 64歳", "insured persons of the second category (40 to 64)"),
}
"""The categories of long-term care insurance (介護保険法9条)."""

CODES: dict[str, Wording] = {
    # registered with
    "scheme": said("この制度", "この 制度", "this scheme"),
    "volunteer-centre": said("ボランティアセンター", "ボランティアセンター", "the volunteer centre"),
    "volunteer": said("ボランティア", "ボランティア", "volunteers' register"),
    "group": said("団体", "グループ", "a group"),
    # courses
    "briefing": said("説明会", "説明会", "the briefing"),
    "training": said("研修", "研修", "the training"),
    "course": said("講座", "講座", "the course"),
    "first-aid": said("救命講習", "救命の 講習", "the first-aid course"),
    # what may be unpaid
    "care_premium": said("介護保険料", "介護保険の お金", "long-term care insurance premiums"),
    "health_premium": said("健康保険料", "健康保険の お金", "health insurance premiums"),
    "city_tax": said("市町村税", "まちの 税金", "municipal tax"),
    "resident_tax": said("住民税", "住民税", "residents' tax"),
    "tax": said("税", "税金", "tax"),
    # marks of an activity
    "paid": said("報酬を受ける活動", "お金を もらう 活動", "paid activity"),
    "for_kin": said("ご家族・ご親族への活動", "家族や 親せきへの 活動", "activity for one's own family"),
    "official_role": said("役職の務めとしての活動", "役員などの 仕事", "duties of an office"),
    "subsidised": said("ほかの補助を受けている活動", "ほかの 補助金が 出る 活動", "activity that is subsidised otherwise"),
    "brokered": said("管理機関が取り次いだ活動", "センターが 紹介した 活動", "activity arranged by the centre"),
    # other yes or no about a person
    "high_school_student": said("高校生", "高校生", "a high-school student"),
    "student": said("学生", "学生", "a student"),
    "suitable": said("適当", "だいじょうぶ", "suitable"),
    "welfare": said("生活保護を受けている方", "生活保護を 受けている 人", "on public assistance"),
    "hospital": said("入院中の方", "入院して いる 人", "in hospital"),
    # what is measured, taken off, counted
    "steps": said("歩数", "歩いた 数", "steps"),
    "other_subsidy": said("ほかの補助金", "ほかの 補助金", "other subsidies"),
    "present": said("参加者", "来た人", "people present"),
    "members": said("会員", "グループの 人", "members"),
}
"""Codes that a town chooses, where many choose alike."""


def name(code: str, locale: Locale, *books: Mapping[str, Wording]) -> str:
    """The word for `code` in the first of `books` that has it (by default `CODES`); else the code itself, in quotes."""
    for book in books or (CODES,):
        if code in book:
            return book[code][locale]
    plain = code.replace("_", " ").replace("-", " ")
    return f"'{plain}'" if locale == "en" else f"「{plain}」"


def listed(names: list[str], locale: Locale) -> str:
    """Some names as an alternative: A、B、またはC; a, b or c."""
    if len(names) < 2:
        return "".join(names)
    comma, last = {"ja": ("、", "、または"), "ja-easy": ("、", "、または "), "en": (", ", " or ")}[locale]
    return comma.join(names[:-1]) + last + names[-1]
