"""What each field is called, and how its value is shown: `Class.field` where one class calls it otherwise than the rest.

Ways to show: "unit" (in the unit of the scheme), "into" (in what it becomes), "counted" (as the part says what it counts), "time"
(minutes as hours and minutes), "day" (a month and day), "people", "percent", "months", "days", "years" (of age), "later" (years),
"year" (a date's), "code" (of the town's own), "codes", "" (as it is).
"""

from __future__ import annotations

from typing import NamedTuple


class Name(NamedTuple):
    """A field in both languages, and how its value is shown."""

    ja: str
    en: str
    shown: str = ""


NAMES: dict[str, Name] = {
    # the edition
    "scheme": Name("制度の符号", "scheme", "code"),
    "name": Name("名称", "name"),
    "title": Name("版の題名", "title"),
    "unit": Name("付与する単位", "unit", "code"),
    "starts_on": Name("始まる日", "first day"),
    "year": Name("制度の年", "year of the scheme"),
    "holder": Name("ポイントを持つ人", "who holds the points"),
    "funding": Name("使う予算枠", "budget lines", "codes"),
    "shares": Name("予算枠の按分", "shares of the budget lines", "percent"),
    "when_empty": Name("予算が足りないとき", "when the budget is empty"),
    "granting": Name("付与の期間", "days that earn"),
    "registration": Name("登録できる人", "who may register"),
    "eligibility": Name("対象者", "who earns"),
    "clauses": Name("付与の条項", "clauses"),
    "campaigns": Name("割増", "campaigns"),
    "bonuses": Name("加算", "bonuses"),
    "caps": Name("上限", "caps"),
    "expiry": Name("有効期限", "expiry"),
    "carry": Name("繰越", "carry-over"),
    "extensions": Name("特例による延長", "extensions by decree"),
    "status_loss": Name("とちゅうで資格を失った人のポイント", "points of those who lose the status"),
    "conversion": Name("交換", "conversion"),
    "transfer": Name("譲渡", "passing on"),
    "uses": Name("ポイントで受けられるもの", "what points buy"),
    "awards": Name("表彰", "awards"),
    "fees": Name("利用料", "fees"),
    "wind_down": Name("制度の終わり", "end of the scheme"),
    # wording
    "Text.ja": Name("日本語", "Japanese"),
    "Text.en": Name("英語", "English"),
    # tests
    "one_of": Name("対象", "which"),
    "at_least": Name("下限", "least"),
    "at_most": Name("上限", "most"),
    "EvidenceTest.at_least": Name("必要な証憑の段階", "least level of proof"),
    "what": Name("内容", "what", "code"),
    "untold": Name("だれも言わなかったとき", "where nobody said so"),
    "of": Name("数えるもの", "what is counted"),
    "Headcount.at_least": Name("最少の人数", "least number", "people"),
    "age_at_least": Name("年齢の下限", "least age", "years"),
    "percent": Name("割合", "percentage", "percent"),
    "first": Name("始まり", "first day", "day"),
    "last": Name("終わり", "last day", "day"),
    "Hours.first": Name("始まりの時刻", "from"),
    "Hours.last": Name("終わりの時刻", "until"),
    "Insured.category": Name("被保険者の区分", "category"),
    "first_on": Name("始まる日", "first day"),
    "last_on": Name("終わる日", "last day"),
    "tests": Name("要件", "tests"),
    "Age.at_least": Name("年齢の下限", "least age", "years"),
    "Age.at_most": Name("年齢の上限", "greatest age", "years"),
    "counted_on": Name("いつの時点で見るか", "reference day", "day"),
    "months_early": Name("誕生日の何か月前から認めるか", "months before the birthday", "months"),
    "reached": Name("年齢に達する日", "when an age is reached"),
    "Residence.how": Name("町との関わり", "tie to the town"),
    "towns": Name("市町村", "towns", "codes"),
    "Registration.of": Name("登録先", "registered with", "code"),
    "renewed": Name("更新", "renewal"),
    "valid_months": Name("有効な月数", "months of validity", "months"),
    "course": Name("研修", "course", "code"),
    "Arrears.of": Name("滞納しているもの", "in arrears with", "codes"),
    "fiscal_years_back": Name("さかのぼる年度の数", "fiscal years looked back"),
    "days_back": Name("さかのぼる日数", "days looked back", "days"),
    "matter": Name("職員が判断する事項", "what the officer judges", "code"),
    # earning
    "amount": Name("付与の数", "amount", "unit"),
    "every_minutes": Name("1単位の時間", "length of a unit of time", "time"),
    "rounding": Name("端数の扱い", "rounding"),
    "minimum_minutes": Name("最短の時間", "shortest time", "time"),
    "first_minutes": Name("最初の時間", "first length", "time"),
    "first_amount": Name("最初の時間の数", "amount for the first length", "unit"),
    "then": Name("そのあと", "what follows"),
    "minutes": Name("区切りの時間", "length", "time"),
    "bands": Name("段階", "bands"),
    "from_minutes": Name("段階の最短の時間", "shortest time of the band", "time"),
    "may_fall": Name("長いほうが少ない表", "table that may fall"),
    "measure": Name("測るもの", "what is measured", "code"),
    "every": Name("1単位の量", "size of a unit"),
    "HostSet.at_least": Name("受入機関が定める数の下限", "least that the host may set", "unit"),
    "HostSet.at_most": Name("受入機関が定める数の上限", "most that the host may set", "unit"),
    "activity_kinds": Name("対象の活動", "activities", "codes"),
    "PerTime.at_most": Name("1回の上限", "most for one time", "unit"),
    "Attested.at_most": Name("1回の上限", "most for one time", "unit"),
    "PerMeasure.at_most": Name("1回の上限", "most for one time", "unit"),
    "summed_over": Name("時間の通算", "time added up over"),
    "Bonus.at": Name("加算の境", "number at which it is given", "counted"),
    "capped": Name("上限との関係", "relation to the caps"),
    "earn": Name("付与", "earning"),
    "who": Name("要件", "tests"),
    "when": Name("条件", "when"),
    # caps
    "limit": Name("限度", "limit", "counted"),
    "per": Name("期間", "period"),
    "for_each": Name("何ごとの上限か", "whose limit"),
    "stops": Name("上限で止まるもの", "what stops"),
    "overflow": Name("超えた分", "what is beyond"),
    # periods
    "type": Name("種類", "kind"),
    "grace_days": Name("記録の猶予", "days of grace for recording", "days"),
    # conversion
    "give": Name("出す数", "points given", "unit"),
    "get": Name("受け取る額", "what one gets", "into"),
    "lot": Name("単位の数", "lot", "unit"),
    "tiers": Name("表", "table"),
    "from_points": Name("下限の数", "least points", "unit"),
    "at": Name("到達の数", "points to reach", "unit"),
    "repeats": Name("くり返し", "repetition"),
    "rate": Name("率", "rate"),
    "into": Name("交換後の単位", "what it becomes", "code"),
    "minimum": Name("申請できる最少の数", "least points of a claim", "unit"),
    "remainder": Name("端数のポイント", "remaining points"),
    "points_of": Name("申請できるポイント", "which points"),
    "window": Name("申請の時期", "time of claims"),
    "pays": Name("支払の時期", "time of payment", "day"),
    "forms": Name("受け取り方", "forms of payout"),
    "form": Name("受け取り方", "form"),
    "code": Name("符号", "code", "code"),
    "directed": Name("相手の指定", "naming who receives it"),
    "limits": Name("申請の限度", "limits of claims"),
    "minus": Name("限度から差し引くもの", "what is taken off the limit", "codes"),
    # ending
    "months": Name("使える月数", "months of use", "months"),
    "GraceMonths.months": Name("申請できる月数", "months for claims", "months"),
    "counted_from": Name("数え始める日", "counted from"),
    "days": Name("使える日数", "days of use", "days"),
    "day": Name("月日", "day of the year", "day"),
    "DayOfYear.of": Name("どの年の月日か", "whose day"),
    "CarryUpTo.limit": Name("繰り越せる上限", "most that is carried", "unit"),
    "years_later": Name("何年あとの末日か", "years later", "later"),
    "on": Name("使える最後の日", "last day of use"),
    "below": Name("端数の境", "lot whose rest is carried", "unit"),
    "years": Name("対象の年度", "years", "year"),
    "until": Name("期限", "until"),
    "chosen": Name("本人の選択", "choice of each person"),
    "relations": Name("相手", "to whom"),
    "last_granting_on": Name("付与の最後の日", "last day of granting"),
    "last_claim_on": Name("申請の最後の日", "last day of claims"),
    "balances": Name("残ったポイント", "remaining points"),
    # between members
    "Use.what": Name("受けられるもの", "what it buys"),
    "Use.get": Name("受け取る数", "what one gets", "into"),
    "also_for": Name("本人のほかに使える人", "for whom else"),
    "notice": Name("取消しの時期", "notice"),
    "charge": Name("取消料", "charge"),
    "Cancellation.minutes": Name("取消料の時間", "time charged", "time"),
    "Cancellation.percent": Name("取消料の割合", "percent charged", "percent"),
    "Cancellation.amount": Name("取消料の額", "sum charged", "unit"),
    "Further.measure": Name("数えるもの", "of what", "code"),
    "FeeShare.to": Name("受け取る人", "who receives"),
    "parts": Name("割り当て", "parts"),
    "further": Name("2人目以降", "each further one"),
    "ClaimLimit.forms": Name("受け取り方", "forms", "code"),
    "Fee.shares": Name("配分", "shares"),
    "value": Name("1枚の額", "value of a ticket", "unit"),
    "per_book": Name("1冊の枚数", "tickets in a book"),
    "Fee.unit": Name("支払う単位", "what is paid in", "code"),
    "tariff": Name("料金", "tariff"),
    "expenses": Name("実費", "expenses"),
    "cancellation": Name("取消し", "cancellation"),
    "ticket": Name("利用券", "tickets"),
    "Award.at_least": Name("1年の下限の数", "least points a year", "unit"),
    "years_in_a_row": Name("連続の年数", "years in a row"),
}


ITEMS = {"clauses": "clause", "caps": "cap", "campaigns": "campaign", "bonuses": "bonus", "extensions": "extension by decree"} | {
    "awards": "award",
    "fees": "fee",
    "uses": "use",
    "forms": "form",
    "limits": "limit of claims",
    "shares": "share",
    "bands": "band",
    "tiers": "row",
    "tests": "test",
}
"""One of several, in English; Japanese needs no other word."""


def of(holder: str, field: str) -> Name | None:
    """The name of a field of the class `holder`; None where it has none yet."""
    return NAMES.get(f"{holder}.{field}") or NAMES.get(field)
