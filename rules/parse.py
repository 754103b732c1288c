"""From the document that an officer writes (TOML) to an Edition, and back.

What this module promises: nothing is guessed. A document that is wrong or leaves a choice open is refused with every mistake
at its line and how to say it right, in English or Japanese; `parse(render(edition)) == edition`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, TypeAlias, cast

import msgspec

from kernel import text as kernel_text
from rules import edition as vocabulary
from rules import lines, schema
from rules.edition import Edition
from rules.refusals import RuleError, UnreadableEdition
from rules.schema import Fault, Path

DOCUMENT_CHARACTERS_MAX = 65_536
Locale = Literal["en", "ja"]
_Toml: TypeAlias = "str | int | date | tuple[_Toml, ...] | dict[str, _Toml]"

_EDITION = msgspec.inspect.type_info(Edition)


def parse(text: str, locale: Locale = "en") -> Edition:
    """The edition that `text` states. Raises UnreadableEdition with all its errors, said in `locale`."""
    document = _document(text, locale)
    faults = list(schema.faults(_EDITION, document))
    if not faults:
        edition = msgspec.convert(document, Edition)
        faults = list(_contradictions(edition))
        if not faults:
            return edition
    found = lines.find(text)
    errors = [RuleError(lines.at(found, f.path), shown(f.path), f.problem[locale], f.hint[locale]) for f in faults]
    raise UnreadableEdition(errors=tuple(sorted(errors, key=lambda error: error.line)))


def shown(path: Path) -> str:
    """A path as people write it: `caps[2].limit`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _document(text: str, locale: Locale) -> dict[str, Any]:
    """The tables of `text`; a text that is no TOML has one error."""
    if len(text) > DOCUMENT_CHARACTERS_MAX:
        raise UnreadableEdition(errors=(_not_toml(1, f"> {DOCUMENT_CHARACTERS_MAX} characters", locale),))
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))  # some editors put a byte order mark first
    except ValueError as error:
        place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        line = 1 if place is None else int(place[1] or text.count("\n") + 1)
        cause = str(error)[: place.start()] if place else str(error)
        raise UnreadableEdition(errors=(_not_toml(line, cause, locale),)) from error
    except RecursionError as error:
        raise UnreadableEdition(errors=(_not_toml(1, "nested too deeply", locale),)) from error


def _not_toml(line: int, cause: str, locale: Locale) -> RuleError:
    problem = {"en": f"this cannot be read as TOML: {cause}", "ja": f"TOML として読めません: {cause}"}
    hint = {
        "en": 'Write key = value, texts in "quotes", dates as 2026-04-01 without quotes, each key once.',
        "ja": '「項目 = 値」と書きます。文字は "引用符" で囲み、日付は 2026-04-01 のように囲みません。同じ項目は一度だけです。',
    }
    return RuleError(line, "", problem[locale], hint[locale])


# -------------------------------------------------------------------------------- what each part allows and the whole does not


def _contradictions(edition: Edition) -> Iterator[Fault]:
    yield from _unreadable_titles(edition)
    yield from _impossible_days(edition)
    yield from _unreachable_kinds(edition)
    yield from _said_twice(("funding",), edition.funding, "budget line", "予算枠")
    yield from _said_twice(("eligibility",), [type(test).__name__ for test in edition.eligibility], "test", "条件")
    yield from _said_twice(("caps",), [(cap.of, cap.per) for cap in edition.caps], "cap of this and per this", "of と per")


def _unreadable_titles(edition: Edition) -> Iterator[Fault]:
    for field, title in (("name", edition.name), ("title", edition.title)):
        for language, wording in (("ja", title.ja), ("en", title.en)):
            try:
                kernel_text.clean(field, wording, vocabulary.TITLE_LENGTH_MAX)
            except (kernel_text.UnreadableText, kernel_text.TextMissing):
                problem = {"en": "the text is blank or has hidden characters", "ja": "空白だけ、または見えない文字があります"}
                hint = {"en": "Write it in one line of visible characters.", "ja": "見える文字で1行に書きます。"}
                yield Fault((field, language), problem, hint)


def _impossible_days(edition: Edition) -> Iterator[Fault]:
    first, last = vocabulary.DATE_FIRST, vocabulary.DATE_LAST
    for path, day in ((("starts_on",), edition.starts_on), (("expiry", "on"), getattr(edition.expiry, "on", None))):
        if day is not None and not first <= day <= last:
            problem = {
                "en": f"{day} is not between {first} and {last}",
                "ja": f"{day} は {first} から {last} までの日ではありません",
            }
            yield Fault(path, problem, {"en": "Check the year.", "ja": "年を確かめてください。"})
    if isinstance(edition.expiry, vocabulary.FixedDate) and edition.expiry.on < edition.starts_on:
        problem = {"en": "the last day of use is before the first day of the edition", "ja": "期限が版の始まる日より前です"}
        hint = {"en": f"Write a day from {edition.starts_on} on.", "ja": f"{edition.starts_on} 以後の日を書きます。"}
        yield Fault(("expiry", "on"), problem, hint)


def _unreachable_kinds(edition: Edition) -> Iterator[Fault]:
    """The first clause that names a kind counts, so a kind named again, or after `*`, would silently never apply."""
    named: dict[str, int] = {}
    for number, clause in enumerate(edition.clauses, start=1):
        for kind in clause.activity_kinds:
            earlier = named.get(kind) or named.get(vocabulary.ANY_KIND)
            if earlier is not None:
                problem = {"en": f"clause {earlier} already covers `{kind}`", "ja": f"`{kind}` は条項 {earlier} に含まれています"}
                hint = {
                    "en": 'Name each kind once, and ["*"] in the last clause.',
                    "ja": '種類は一度だけ書き、["*"] は最後の条項に書きます。',
                }
                yield Fault(("clauses", number, "activity_kinds"), problem, hint)
            named.setdefault(kind, number)


def _said_twice(path: Path, items: Any, en: str, ja: str) -> Iterator[Fault]:
    for number, item in enumerate(items, start=1):
        if item in items[: number - 1]:
            problem = {"en": f"this {en} is said twice", "ja": f"同じ{ja}が二度書かれています"}
            yield Fault((*path, number), problem, {"en": "Leave one of them.", "ja": "どちらか一つにします。"})


# ---------------------------------------------------------------------------------------------------------------- rendering


def render(edition: Edition) -> str:
    """The document of `edition`: one spelling for each edition, ready to be read, copied and changed."""
    stated = cast("dict[str, _Toml]", msgspec.to_builtins(edition, builtin_types=(date,)))
    tables = {key: _tables(value) for key, value in stated.items()}
    written = [_line(key, value) for key, value in stated.items() if not tables[key]]
    for key, items in tables.items():
        for item in items:
            written += ["", f"[[{key}]]", *(_line(name, value) for name, value in item.items())]
    return "\n".join(written) + "\n"


def _tables(value: _Toml) -> list[dict[str, _Toml]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, tuple) else []


def _line(name: str, value: _Toml) -> str:
    return f"{name} = {_value(value)}"


def _value(value: _Toml) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(_line(name, item) for name, item in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
