"""What is wrong with a value without parts: a number, a text, a choice, a day, a yes or no; and how such a value is named.

Types are compared exactly: true is no number and a moment no day.
"""

from __future__ import annotations

import re
from datetime import date

from msgspec import inspect

from rules.vocabulary.part import IN_WORDS

Said = dict[str, str]
"""A sentence by language: `en`, `ja`."""

SHOWN_MAX = 40


def wrong(kind: inspect.Type, value: object) -> Said | None:
    """What is wrong with `value` as one of `kind`; None where nothing is."""
    match kind:
        case inspect.IntType():
            return _wrong_number(kind, value)
        case inspect.StrType():
            return _wrong_text(kind, value)
        case inspect.LiteralType():
            return None if value in list(kind.values) else _wrong_choice(value)
        case inspect.DateType():
            return None if type(value) is date else not_a("a date such as 2026-04-01", "2026-04-01 のような日付", value)
        case inspect.BoolType():
            return None if type(value) is bool else not_a("true or false", "true か false", value)
        case _:
            raise NotImplementedError(f"the vocabulary has no {kind}")


def _wrong_choice(value: object) -> Said:
    return (
        unknown("choice", "選択肢", value) if isinstance(value, str) else not_a("a text in quotes", "引用符で囲んだ文字", value)
    )


def _wrong_number(kind: inspect.IntType, value: object) -> Said | None:
    if type(value) is not int:
        return not_a("a whole number", "整数", value)
    least, most = kind.ge, kind.le
    if least is not None and value < least:
        return {"en": f"{value} is less than {least}", "ja": f"{value} は {least} より小さい数です"}
    if most is not None and value > most:
        return {"en": f"{value} is more than {most}", "ja": f"{value} は {most} より大きい数です"}
    return None


def _wrong_text(kind: inspect.StrType, value: object) -> Said | None:
    if type(value) is not str:
        return not_a("a text in quotes", "引用符で囲んだ文字", value)
    if len(value) < (kind.min_length or 0):
        return {"en": "the text is empty", "ja": "文字がありません"}
    if kind.max_length is not None and len(value) > kind.max_length:
        most = kind.max_length
        return {"en": f"the text is longer than {most} characters", "ja": f"{most} 文字を超えています"}
    if kind.pattern is not None and not re.search(kind.pattern, value):
        en, ja = IN_WORDS[kind.pattern]
        return {"en": f"{shown(value)} is not {en}", "ja": f"{shown(value)} は{ja}ではありません"}
    return None


def shown(value: object) -> str:
    """A value as it stands in the document, shortened."""
    if isinstance(value, dict | list):
        return "{ … }" if isinstance(value, dict) else "[ … ]"
    text = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= SHOWN_MAX else text[: SHOWN_MAX - 1] + "…"


def not_a(en: str, ja: str, value: object) -> Said:
    """That `value` is something else than it should be."""
    the, sort = _sort(value)
    return {"en": f"{the}{shown(value)} is not {en}", "ja": f"{sort}{shown(value)} は、{ja}ではありません"}


def _sort(value: object) -> tuple[str, str]:
    """What sort of value it is, where its look does not tell."""
    sorts: tuple[tuple[type, str, str], ...] = (
        (str, "the text ", "文字 "),
        (dict, "the table ", "表 "),
        (list, "the list ", "並び "),
    )
    return next(((en, ja) for sort, en, ja in sorts if isinstance(value, sort)), ("", ""))


def unknown(en: str, ja: str, value: object) -> Said:
    """That there is nothing of the name `value`."""
    return {"en": f"there is no {en} {shown(value)}", "ja": f"{ja} {shown(value)} はありません"}
