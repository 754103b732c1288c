"""What is asked about a person, in words: a fact is a code with what it is of (`lives`, `lives:unzen`, `arrears:care_premium`)."""

from __future__ import annotations

from rules.wording import words
from rules.wording.said import NO_NAMES, Locale, Names, Wording, said

MATTERS: dict[str, Wording] = {
    "lives": said("{place}にお住まいかどうか", "{place}に 住んで いるか どうか", "whether {you} live{s} in {place}"),
    "stays": said("{place}に滞在しているかどうか", "{place}に いま いるか どうか", "whether {you} stay{s} in {place}"),
    "works": said("{place}にお勤めかどうか", "{place}で 働いて いるか どうか", "whether {you} work{s} in {place}"),
    "studies": said(
        "{place}の学校に通っているかどうか", "{place}の 学校に 行って いるか どうか", "whether {you} stud{ies} in {place}"
    ),
    "belongs": said(
        "{place}の団体に入っているかどうか",
        "{place}の グループに 入って いるか どうか",
        "whether {you} belong{s} to a group of {place}",
    ),
    "registered": said("{of}への登録があるかどうか", "{of}に 登録が あるか どうか", "whether {you} {are} registered with {of}"),
    "trained": said("{of}がお済みかどうか", "{of}が おわったか どうか", "whether {you} {have} completed {of}"),
    "insured:first": said(
        "介護保険の第1号被保険者(65歳以上)かどうか",
        "65歳以上で この まちの 介護保険に 入って いるか どうか",
        "whether {you} {are} insured in the first category (65 and over)",
    ),
    "insured:second": said(
        "介護保険の第2号被保険者(40歳から64歳)かどうか",
        "40歳から 64歳で 介護保険に 入って いるか どうか",
        "whether {you} {are} insured in the second category (40 to 64)",
    ),
    "care:support": said(
        "要支援の認定があるかどうか", "要支援の 認定が あるか どうか", "whether {you} {are} certified as needing support"
    ),
    "care:care": said(
        "要介護の認定があるかどうか", "要介護の 認定が あるか どうか", "whether {you} {are} certified as needing care"
    ),
    "care:programme": said(
        "介護予防の総合事業の対象かどうか", "介護予防の 事業の 対象か どうか", "whether {you} {are} in the prevention programme"
    ),
    "care:checklist": said(
        "基本チェックリストに該当するかどうか",
        "基本チェックリストに あてはまるか どうか",
        "whether the basic checklist applies to {you}",
    ),
    "arrears": said("{of}に未納があるかどうか", "{of}が まだ はらわれて いないか どうか", "whether any {of} {of_be} outstanding"),
    "status": said("{of}かどうか", "{of}か どうか", "whether {you} {are} {of}"),
    "officer": said("職員が{of}と認めたかどうか", "職員が {of}と 決めたか どうか", "whether an officer found it {of}"),
    "age_at_least": said("{age}歳以上かどうか", "{age}歳以上か どうか", "whether {you} {are} {age} or over"),
    "age_at_most": said("{age}歳以下かどうか", "{age}歳以下か どうか", "whether {you} {are} {age} or under"),
}
"""By kind, or by kind and what it is of."""

_OTHER = said("{fact}に当てはまるかどうか", "{fact}に あてはまるか どうか", "whether {fact} applies to {you}")
PLACE = said("この市町村", "この まち", "this municipality")
"""Where no town is named."""
_PERSON = {
    "you": {"you": "you", "s": "", "ies": "y", "are": "are", "have": "have"},
    "they": {"you": "the member", "s": "s", "ies": "ies", "are": "is", "have": "has"},
}


def matter(fact: str, locale: Locale, who: str = "you", names: Names = NO_NAMES) -> str:
    """What is asked: 「この市町村にお住まいかどうか」. `who` is "you" to the person, "they" to an auditor. Any text is a fact."""
    kind, _, of = fact.partition(":")
    template = MATTERS.get(fact) or MATTERS.get(kind, _OTHER)
    named = words.name(of, locale, names, words.CODES)
    fields = _PERSON[who] | {
        "place": words.name(of, locale, names) if of else PLACE[locale],
        "of": named,
        "of_be": "is" if named[-1:] != "s" else "are",
        "age": of,
        "fact": words.name(fact, locale),
    }
    return template[locale].format(**fields)
