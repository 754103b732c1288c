"""What each kind of a part is called where one is chosen: how a clause earns, when points end, what they become. By hand."""

from __future__ import annotations

VARIANTS: dict[str, tuple[str, str]] = {
    # earning
    "PerTime": ("時間に応じて", "by time"),
    "PerOccasion": ("1回ごとに", "for each occasion"),
    "FirstThen": ("最初の時間と、そのあと", "a first length of time, then pieces"),
    "Bands": ("時間の段階の表", "a table by time"),
    "PerMeasure": ("測った量に応じて(歩数など)", "by what is measured (steps …)"),
    "MeasureBands": ("測った量の段階の表", "a table by what is measured"),
    "HostSet": ("受入機関が決める", "set by the host"),
    "Attested": ("証明する人が数を言う", "said by who attests"),
    # beyond a cap
    "ToNothing": ("付与しない", "nothing is granted"),
    "ToFunding": ("別の予算枠が負担する", "other budget lines bear it"),
    "ToDraw": ("抽選の対象にする", "it enters a draw"),
    # years and days
    "FiscalYear": ("年度(4月から翌年3月)", "fiscal year (April to March)"),
    "CalendarYear": ("暦年(1月から12月)", "calendar year (January to December)"),
    "YearFrom": ("決めた月日からの1年", "twelve months from a day"),
    "FromRegistration": ("登録の日からの1年", "twelve months from the registration"),
    "OneWindow": ("決めた期間を1年とする", "one period of days"),
    "Always": ("いつでも", "all days"),
    "InSeason": ("毎年、決めた月日の間", "every year between two days"),
    "InDates": ("決めた期間だけ", "between two dates"),
    "AnyTime": ("いつでも", "at any time"),
    # conversion
    "NoConversion": ("交換しない", "no conversion"),
    "Exchange": ("申請により交換する", "exchanged on application"),
    "Linear": ("数に比例して", "in proportion"),
    "Lots": ("決めた数のまとまりごとに", "in whole lots"),
    "Tiers": ("数の段階の表", "a table of rows"),
    "Slices": ("何ポイント目からいくら", "by slices"),
    "Milestone": ("決めた数に達したら", "at a number of points"),
    # ending
    "Never": ("期限なし", "none"),
    "MonthsAfter": ("決めた月数のあと", "after some months"),
    "DaysAfter": ("決めた日数のあと", "after some days"),
    "EndOfFiscalYear": ("年度の末日", "end of a fiscal year"),
    "EndOfCalendarYear": ("年の末日(12月31日)", "end of a calendar year"),
    "EndOfSchemeYear": ("制度の年の末日", "end of a year of the scheme"),
    "DayOfYear": ("決めた月日", "a day of the year"),
    "FixedDate": ("全員が同じ日", "one day for all"),
    "CarryAll": ("すべて繰り越す", "all is carried over"),
    "CarryNone": ("繰り越さない", "nothing is carried over"),
    "CarryRemainder": ("端数だけ繰り越す", "what is below a lot"),
    "CarryOnce": ("翌年に限り繰り越す", "once, into the next year"),
    "CarryUpTo": ("上限まで繰り越す", "up to a limit"),
    "Forfeits": ("失効する", "they lapse"),
    "Keeps": ("そのまま使える", "they can still be used"),
    "KeepsWholeLots": ("単位に達した分だけ使える", "whole lots can still be used"),
    "GraceMonths": ("決めた月数の間は申請できる", "they can be claimed for some months"),
    "Forbidden": ("できない", "not possible"),
    "WithinFamily": ("家族に限りできる", "within the family"),
    "AfterDeath": ("死亡したときに限りできる", "after death alone"),
    "Free": ("会員の間でできる", "among members"),
}


def word(kind: str) -> tuple[str, str]:
    """What a kind is called, in Japanese and English; its own name where nobody gave it a word."""
    return VARIANTS.get(kind, (kind, kind))
