"""What each part of an edition allows and the whole does not: what would silently never apply, or says two things at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kernel import text
from rules.schema import Fault, Path
from rules.vocabulary import part
from rules.vocabulary.edition import Edition
from rules.vocabulary.ending import FixedDate


def find(edition: Edition) -> Iterator[Fault]:
    """Every contradiction of `edition`, at its place, with how to say it."""
    yield from _unreadable_titles(edition)
    yield from _impossible_days(edition)
    yield from _unreachable_kinds(edition)
    yield from _said_twice(("funding",), edition.funding, "budget line", "予算枠")


def _unreadable_titles(edition: Edition) -> Iterator[Fault]:
    for field, title in (("name", edition.name), ("title", edition.title)):
        for language, wording in (("ja", title.ja), ("en", title.en)):
            try:
                text.clean(field, wording, part.TITLE_LENGTH_MAX)
            except (text.UnreadableText, text.TextMissing):
                problem = {"en": "the text is blank or has hidden characters", "ja": "空白だけ、または見えない文字があります"}
                hint = {"en": "Write it in one line of visible characters.", "ja": "見える文字で1行に書きます。"}
                yield Fault((field, language), problem, hint)


def _impossible_days(edition: Edition) -> Iterator[Fault]:
    first, last = part.DATE_FIRST, part.DATE_LAST
    for path, day in ((("starts_on",), edition.starts_on), (("expiry", "on"), getattr(edition.expiry, "on", None))):
        if day is not None and not first <= day <= last:
            problem = {
                "en": f"{day} is not between {first} and {last}",
                "ja": f"{day} は {first} から {last} までの日ではありません",
            }
            yield Fault(path, problem, {"en": "Check the year.", "ja": "年を確かめてください。"})
    if isinstance(edition.expiry, FixedDate) and edition.expiry.on < edition.starts_on:
        problem = {"en": "the last day of use is before the first day of the edition", "ja": "期限が版の始まる日より前です"}
        hint = {"en": f"Write a day from {edition.starts_on} on.", "ja": f"{edition.starts_on} 以後の日を書きます。"}
        yield Fault(("expiry", "on"), problem, hint)


def _unreachable_kinds(edition: Edition) -> Iterator[Fault]:
    """The first clause that names a kind and whose tests pass counts, so what stands after one for anybody would never apply."""
    named: dict[str, int] = {}
    for number, clause in enumerate(edition.clauses, start=1):
        for kind in clause.activity_kinds:
            earlier = named.get(kind) or named.get(part.ANY_KIND)
            if earlier is not None:
                problem = {"en": f"clause {earlier} already covers `{kind}`", "ja": f"`{kind}` は条項 {earlier} に含まれています"}
                hint = {
                    "en": 'Name each kind once, and ["*"] in the last clause.',
                    "ja": '種類は一度だけ書き、["*"] は最後の条項に書きます。',
                }
                yield Fault(("clauses", number, "activity_kinds"), problem, hint)
            if not clause.who and clause.first_on is None and clause.last_on is None:
                named.setdefault(kind, number)


def _said_twice(path: Path, items: Any, en: str, ja: str) -> Iterator[Fault]:
    for number, item in enumerate(items, start=1):
        if item in items[: number - 1]:
            problem = {"en": f"this {en} is said twice", "ja": f"同じ{ja}が二度書かれています"}
            yield Fault((*path, number), problem, {"en": "Leave one of them.", "ja": "どちらか一つにします。"})
