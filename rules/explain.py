"""A trace as one to three short sentences that a person aged 75 understands: the conclusion first, then why.

Written by hand in Japanese (`ja`), easy Japanese (`ja-easy`) and English (`en`), one template for each code of a step. The same
trace always reads the same; an auditor reads the steps themselves.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from kernel import amounts
from rules.decision import Decision, Step

Locale = Literal["ja", "ja-easy", "en"]
LOCALES: tuple[Locale, ...] = ("ja", "ja-easy", "en")

TEMPLATES: dict[str, dict[Locale, str]] = {
    "granted": {
        "ja": "{amount}{unit}を付けました。",
        "ja-easy": "{unit}が {amount} つきました。",
        "en": "You were given {amount} {unit}.",
    },
    "earned_per_time": {
        "ja": "活動は{minutes}でした。{every_minutes}ごとに{each}{unit}です({rounding})。",
        "ja-easy": "{minutes}、活動しました。{every_minutes}で {unit}が {each} つきます({rounding})。",
        "en": "You took part for {minutes}: {each} {unit} for each {every_minutes} ({rounding}).",
    },
    "earned_per_occasion": {
        "ja": "1回の参加につき{amount}{unit}です。",
        "ja-easy": "1回 来ると、{unit}が {amount} つきます。",
        "en": "Each time you take part earns {amount} {unit}.",
    },
    "earned_further": {
        "ja": "同じ回の{minutes_before}と今回の{minutes}を合わせて数えました。増えた分は{amount}{unit}です。",
        "ja-easy": "前の {minutes_before}と 今回の {minutes}を いっしょに 数えました。{unit}が {amount} ふえました。",
        "en": "Together with the {minutes_before} before, these {minutes} earned {amount} {unit} more.",
    },
    "cap_cut": {
        "ja": "{per}の上限が{limit}なので、そこまでを数えました。",
        "ja-easy": "{per}に {limit}までです。だから、そこまで 数えました。",
        "en": "The limit is {limit} {per}, so we counted up to it.",
    },
    "cap_reached": {
        "ja": "今回は付きません。{per}の上限は{limit}で、これまでに{used}ありました。",
        "ja-easy": "今回は つきません。{per}に {limit}までです。もう {used} ありました。",
        "en": "Nothing was added this time. The limit is {limit} {per}, and {used} had been counted before.",
    },
    "expires": {
        "ja": "{expires_on}まで使えます。",
        "ja-easy": "{expires_on}まで 使うことが できます。",
        "en": "It can be used until {expires_on}.",
    },
    "below_minimum": {
        "ja": "今回は付きません。対象は{minimum_minutes}以上の活動で、今回は{minutes}でした。",
        "ja-easy": "今回は つきません。{minimum_minutes}より 短いと、つきません。今回は {minutes}でした。",
        "en": "Nothing was added this time. It takes at least {minimum_minutes}, and this was {minutes}.",
    },
    "rounded_to_nothing": {
        "ja": "今回は付きません。{every_minutes}ごとに数え、今回の{minutes}は1回分になりませんでした。",
        "ja-easy": "今回は つきません。{every_minutes}で 1回分です。今回は {minutes}で、足りませんでした。",
        "en": "Nothing was added this time. We count by {every_minutes}, and {minutes} did not make one.",
    },
    "same_occasion": {
        "ja": "今回は付きません。同じ回の参加({minutes_before})に付いた{before}{unit}に含まれます。",
        "ja-easy": "今回は つきません。同じ 活動の {minutes_before}に、もう {unit}が {before} つきました。",
        "en": "Nothing was added this time. It belongs to the same occasion as {minutes_before} before, which earned {before} {unit}.",
    },
    "no_clause": {
        "ja": "今回は付きません。この活動は、制度の対象に入っていません。",
        "ja-easy": "今回は つきません。この活動には、つかない きまりです。",
        "en": "Nothing was added. This kind of activity is not part of the scheme.",
    },
    "role_not_eligible": {
        "ja": "今回は付きません。{role}の参加は、制度の対象に入っていません。",
        "ja-easy": "今回は つきません。{role}には、つかない きまりです。",
        "en": "Nothing was added. The scheme is not for {role}.",
    },
    "evidence_too_low": {
        "ja": "まだ付きません。参加の確認が足りません。受入機関に確認を頼んでください。",
        "ja-easy": "まだ つきません。参加したことを たしかめる 必要が あります。活動の場所の人に 聞いてください。",
        "en": "Nothing was added yet. Your attendance needs to be confirmed. Please ask the host to confirm it.",
    },
    "not_yet_in_force": {
        "ja": "今回は付きません。この決まりは{starts_on}に始まります。",
        "ja-easy": "今回は つきません。この きまりは {starts_on}から です。",
        "en": "Nothing was added. These rules begin on {starts_on}.",
    },
    "already_expired": {
        "ja": "今回は付きません。使える期限({expires_on})を過ぎています。",
        "ja-easy": "今回は つきません。{expires_on}までしか 使うことが できません。",
        "en": "Nothing was added. It could only have been used until {expires_on}.",
    },
    "date_out_of_range": {
        "ja": "付けられません。日付を確かめてください。",
        "ja-easy": "つきません。日にちを たしかめて ください。",
        "en": "Nothing was added. Please check the date.",
    },
    "used_not_told": {
        "ja": "まだ付きません。これまでの{per}の合計を確かめられませんでした。窓口にお知らせください。",
        "ja-easy": "まだ つきません。{per}に いくつ ついたか、わかりませんでした。窓口の人に 言ってください。",
        "en": "Nothing was added yet. We could not tell what had been counted before ({per}). Please let the office know.",
    },
}
"""What each step says. `clause` alone says nothing by itself: it names the clause for an auditor."""

SILENT = frozenset({"clause"})

_WORDS: dict[str, dict[Locale, str]] = {
    "day": {"ja": "1日", "ja-easy": "1日", "en": "a day"},
    "week": {"ja": "1週間", "ja-easy": "1週間", "en": "a week"},
    "month": {"ja": "1か月", "ja-easy": "1か月", "en": "a month"},
    "fiscal_year": {"ja": "1年度", "ja-easy": "4月から 3月まで", "en": "a fiscal year"},
    "calendar_year": {"ja": "1年", "ja-easy": "1月から 12月まで", "en": "a year"},
    "scheme": {"ja": "制度全体", "ja-easy": "はじめから おわりまで", "en": "in all"},
    "helper": {"ja": "手伝う人として", "ja-easy": "手伝う人", "en": "those who help"},
    "receiver": {"ja": "手伝いを受ける人として", "ja-easy": "手伝って もらう人", "en": "those who receive help"},
    "down": {"ja": "端数は切り捨て", "ja-easy": "足りない分は 数えません", "en": "a started one does not count"},
    "up": {"ja": "端数は切り上げ", "ja-easy": "足りない分も 1回に 数えます", "en": "a started one counts in full"},
    "nearest": {"ja": "半分以上は切り上げ", "ja-easy": "半分から 1回に 数えます", "en": "from the half on it counts in full"},
    "amount": {"ja": "{n}{unit}", "ja-easy": "{n}{unit}", "en": "{n} {unit}"},
    "grants": {"ja": "{n}回", "ja-easy": "{n}回", "en": "{n} times"},
}


def explain(decision: Decision, locale: Locale, unit: str | None = None, scale: int = 0) -> tuple[str, ...]:
    """`decision` in one to three lines: the conclusion, what was earned, and what cut it or until when it can be used.

    `unit` is the unit's label in that language (its code when absent), `scale` its decimals.
    """
    by_code = {step.code: step for step in decision.trace}
    chosen = [decision.trace[-1]]
    if decision.outcome == "granted":
        earned = next(step for step in decision.trace if step.code.startswith("earned_"))
        rest = next((by_code[code] for code in ("cap_cut", "expires") if code in by_code), None)
        chosen += [earned, *([rest] if rest else [])]
    return tuple(say(step, locale, unit or decision.unit, scale) for step in chosen)


def say(step: Step, locale: Locale, unit: str, scale: int = 0) -> str:
    """One step in words. Raises KeyError for a code without a template."""
    shown = {name: _shown(step, name, locale, (unit, scale)) for name in step.numbers}
    return TEMPLATES[step.code][locale].format(**(shown | {"unit": unit}))


def _shown(step: Step, name: str, locale: Locale, unit: tuple[str, int]) -> str:
    value = step.numbers[name]
    if isinstance(value, str):
        return _day(date.fromisoformat(value), locale) if name.endswith("_on") else _WORDS.get(value, {}).get(locale, value)
    if name in {"minutes", "minutes_before", "every_minutes", "minimum_minutes"}:
        return _duration(value, locale)
    if name in {"limit", "used", "left"}:
        return _counted(value, str(step.numbers["of"]), locale, unit)
    return amounts.shown(value, unit[1]) if name in {"amount", "each", "before", "after"} else str(value)


def _counted(value: int, of: str, locale: Locale, unit: tuple[str, int]) -> str:
    """What a cap counts, with its own word: points, time or times."""
    if of == "minutes":
        return _duration(value, locale)
    return _WORDS[of][locale].format(n=amounts.shown(value, unit[1]) if of == "amount" else value, unit=unit[0])


def _duration(minutes: int, locale: Locale) -> str:
    hours, rest = divmod(minutes, 60)
    hour, minute = (" h", " min") if locale == "en" else ("時間", "分")
    parts = [f"{hours}{hour}"] if hours else []
    parts += [f"{rest}{minute}"] if rest or not hours else []
    return (" " if locale == "en" else "").join(parts)


def _day(on: date, locale: Locale) -> str:
    return f"{on.day} {on:%B} {on.year}" if locale == "en" else f"{on.year}年{on.month}月{on.day}日"
