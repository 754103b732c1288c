"""Turns of phrase that depend on more than one number of a step: a band of time, whose limit, how something is handed over. Pure."""

from __future__ import annotations

from rules.decision import Step
from rules.reader import Reader, duration
from rules.wording import words
from rules.wording.said import Locale, Wording, said

Value = int | str

_PEOPLE = ("present", "members")


def is_people(value: Value) -> bool:
    """Whether a measure counts people: those present, those of an age, the members of a group."""
    of, _, age = str(value).partition("_")
    return of in _PEOPLE and (not age or age.isdigit())


def of_measure(value: Value, step: Step, locale: Locale) -> str:
    """A figure of what is measured: 12人 where it is people."""
    return f"{value}人" if locale != "en" and is_people(step.numbers.get("measure", "")) else str(value)


# -------------------------------------------------------------------------------------------------------------- what is earned

_WHATEVER = said("どの長さでも", "どの 長さでも ", "whatever its length")
_BELOW = said("{time}未満は", "{time}より 短いと ", "below {time}")
_WITHIN = said("{time}以内は", "{time}までは ", "up to {time}")
_OVER = said("{time}を超えると", "{time}より 長いと ", "over {time}")
_FROM = said("{time}以上は", "{time}以上は ", "from {time} on")
_FINE = 5  # a band that begins one minute after a round time is what is over it


def of_band(value: Value, step: Step, reader: Reader) -> str:
    """A band of time by where it begins and where the next one does: below two hours, over half an hour, from two hours on."""
    below = step.numbers.get("below")
    if not isinstance(value, int):
        return str(value)
    if value == 0:
        return _WHATEVER[reader.locale] if not isinstance(below, int) else _timed(_BELOW, below, reader)
    if value == 1 and isinstance(below, int):
        return _timed(_WITHIN, below - 1, reader) if below % _FINE == 1 else _timed(_BELOW, below, reader)
    return _timed(_OVER, value - 1, reader) if value > 1 and value % _FINE == 1 else _timed(_FROM, value, reader)


def _timed(wording: Wording, minutes: int, reader: Reader) -> str:
    return wording[reader.locale].format(time=duration(minutes, reader.locale))


_THEN = said("、そのあとが{more}", "、その あとが {more}", ", then {more}")


def of_then(value: Value, step: Step, reader: Reader) -> str:
    """What came after the first length of time; nothing is said where nothing came."""
    del step
    return _THEN[reader.locale].format(more=reader.counted(value)) if value else ""


_FIRST = said("はじめてなので", "はじめてなので", "It was the first time")
_FIRST_IN = said("{per}の1回目なので", "{per}の 1回目なので", "It was the first time {per}")
_REACHED = said("{per}に{at}に達したので", "{per}に {at}に なったので", "You reached {at} {per}")


def of_reached(value: Value, step: Step, reader: Reader) -> str:
    """What a bonus is for: the first time, or a number that was reached."""
    per, of = str(step.numbers.get("per", "")), step.numbers.get("of")
    if of == "grants" and value == 1 and per == "scheme":
        return _FIRST[reader.locale]
    word = words.name(per, reader.locale, words.WORDS)
    if of == "grants":
        at = f"{value} times" if reader.locale == "en" else f"{value}回"
        return (_FIRST_IN if value == 1 else _REACHED)[reader.locale].format(per=word, at=at)
    at = duration(value, reader.locale) if of == "minutes" and isinstance(value, int) else reader.counted(value)
    return _REACHED[reader.locale].format(per=word, at=at)


# -------------------------------------------------------------------------------------------------------------- whose limit

_EVERYBODY = said("全員を合わせて", "みんなを あわせて ", " for everybody together")
_EACH: dict[str, Wording] = {
    "household": said("この世帯では", "この 家族では ", " for this household"),
    "site": said("この場所では", "この 場所では ", " at this place"),
    "client": said("この相手の方については", "この 相手の 人は ", " for this person who was helped"),
    "event": said("この行事では", "この 行事では ", " at this event"),
    "book": said("この手帳では", "この 手帳では ", " in this booklet"),
    "activity_kind": said("この種類の活動では", "この 種類の 活動では ", " for this kind of activity"),
}


def of_whose(value: Value, step: Step, reader: Reader) -> str:
    """For whom or what a limit is, where it is not simply one person's: at this place, for everybody together."""
    dimensions = str(value).split()
    told = [each for each in _EACH if each in dimensions]
    if step.numbers.get("kinds") and "activity_kind" not in told:
        told.append("activity_kind")
    whole = "" if "member" in dimensions else _EVERYBODY[reader.locale]
    between = "、" if whole and told and reader.locale == "ja" else ""
    return whole + between + "".join(_EACH[each][reader.locale] for each in told)


# ---------------------------------------------------------------------------------------------------------- how it is given

_HANDED: dict[str, Wording] = {
    "draw": said("{name}に参加でき", "{name}に 参加でき", "you take part in {name}"),
    "donation": said("{name}にあて", "{name}に あて", "it goes to {name}"),
    "premium_offset": said("{name}にあて", "{name}に 使い", "it goes towards {name}"),
    "certificate": said("{name}をお贈りし", "{name}を おくり", "you are given {name}"),
    "goods": said("{name}をお渡しし", "{name}を わたし", "you are given {name}"),
    "": said("{name}でお渡しし", "{name}で わたし", "it is paid as {name}"),
}
_HANDED_AS: dict[str, Wording] = {
    "draw": said("抽選", "くじ", "a draw"),
    "premium_offset": said("保険料", "保険料", "the premium"),
}


def of_form(value: Value, step: Step, reader: Reader) -> str:
    """How something is handed over in a form of payout, up to the 「ます」."""
    kind = str(step.numbers.get("kind", value))
    named = reader.names.get(str(value)) or _HANDED_AS.get(kind)
    name = reader.name(str(value), words.WORDS) if named is None else named[reader.locale]
    if named is None and str(value) not in words.WORDS:
        name = words.name(kind, reader.locale, words.WORDS)
    return _HANDED.get(kind, _HANDED[""])[reader.locale].format(name=name)


_BOUGHT: dict[str, Wording] = {
    "help": said("手助けを{gets}受けられ", "手伝いを {gets} うけることが でき", "you get {gets} of help"),
    "goods": said("{gets}分の品物を受け取れ", "{gets}分の 品物を もらうことが でき", "you get goods for {gets}"),
    "donation": said("{gets}を寄附でき", "{gets}を 寄付することが でき", "you donate {gets}"),
    "pledge": said("{gets}を団体に託せ", "{gets}を グループに あげることが でき", "you pledge {gets} to a group"),
    "pot": said(
        "{gets}をおたがいさま基金に入れられ",
        "{gets}を おたがいさま 基金に 入れることが でき",
        "you put {gets} into the community pot",
    ),
}


def of_use(value: Value, step: Step, reader: Reader) -> str:
    """What points buy, up to the 「ます」: two hours of help."""
    in_time = step.numbers.get("into") == "minute" and isinstance(value, int)
    gets = (
        duration(value, reader.locale)
        if in_time and isinstance(value, int)
        else Reader(reader.locale, reader.into).counted(value)
    )
    return _BOUGHT.get(str(step.numbers.get("what")), _BOUGHT["goods"])[reader.locale].format(gets=gets)


_DUE = (
    said("さらに続くとお贈りでき", "もっと つづくと おくることが でき", "is not due yet"),
    said("今回お贈りし", "今回 おくり", "is given now"),
)


def of_award(value: Value, step: Step, reader: Reader) -> str:
    """Whether an award is due."""
    del step
    return _DUE[bool(value)][reader.locale]


_AWARD = said("表彰{number}", "表彰 {number}", "award {number}")


def award(value: Value, step: Step, reader: Reader) -> str:
    """What an award is called."""
    del step
    named = reader.names.get(f"award:{value}")
    return _AWARD[reader.locale].format(number=value) if named is None else named[reader.locale]
