"""What is told of a text that is no TOML at all: the line, what the reader stumbled on, and the mistake that people make there.

Whoever writes with a Japanese keyboard types full-width digits and quotes, dates by era, and thousands with a comma; so these are
looked for first.
"""

from __future__ import annotations

import re

from rules.scalars import Said

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*')
_FULL_WIDTH = re.compile(r"[\uff01-\uff5e\u201c\u201d\u3000]")
_ERA = re.compile(r"(?:令和|平成|昭和)(?:元|[0-9\uff10-\uff19]+)年|[0-9]{4}年|[0-9]{4}[/.][0-9]{1,2}[/.][0-9]{1,2}")
_THOUSANDS = re.compile(r"=\s*[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")
DOTS_MAX = 64
"""in one line, outside texts: tomllib takes a time that grows with the square of the names in a dotted key"""
_GENERAL = (
    'Write key = value, texts in "quotes", dates as 2026-04-01 without quotes, each key once.',
    '「項目 = 値」と書きます。文字は "引用符" で囲み、日付は 2026-04-01 のように囲みません。同じ項目は一度だけです。',
)
_CAUSES = (
    # (how the reader's message begins, the same in words, in English and in Japanese)
    ("Invalid value", "there is no value that can be read", "値を読めません"),
    (
        "Unclosed inline table",
        "a table { … } is not closed, or a comma is missing in it",
        "表 { … } が閉じていないか、「,」が抜けています",
    ),
    (
        "Unclosed array",
        "a list [ … ] is not closed, or a comma is missing in it",
        "並び [ … ] が閉じていないか、「,」が抜けています",
    ),
    ("Expected '='", "after a key comes `=`", "項目のあとに「=」がありません"),
    ("Expected newline", "something stands after the value", "値のあとに余分なものがあります"),
    ("Expected ']", "a heading is not closed", "見出しの [ ] が閉じていません"),
    ("Unterminated string", "a text is not closed with a quote", "文字が引用符で閉じていません"),
    ("Illegal character", "there is a character that may not stand here", "ここに書けない文字があります"),
    ("Invalid initial character", "a key begins with a character that it cannot begin with", "項目の名前が正しくありません"),
    ("Invalid date", "there is no such day", "その日付はありません"),
    ("Duplicate inline table key", "a key is said twice", "同じ項目が二度書かれています"),
    ("Cannot overwrite", "a key is said twice", "同じ項目が二度書かれています"),
    ("Cannot declare", "a heading is said twice", "同じ見出しが二度書かれています"),
    ("Cannot mutate", "the same is said twice, as a value and under a heading", "同じ項目が、値と見出しの両方で書かれています"),
    ("Exceeds the limit", "a number is too long", "数が長すぎます"),
)


def told(text: str, error: ValueError) -> tuple[int, Said, Said]:
    """The line (from 1), what is wrong with `text`, and how to say it; `error` is what the reader of TOML raised."""
    place = _PLACE.search(str(error))
    line = 1 if place is None else int(place[1] or text.count("\n") + 1)
    cause = str(error)[: place.start()] if place else str(error)
    en, ja = next(((en, ja) for begins, en, ja in _CAUSES if cause.startswith(begins)), (cause, cause))
    lines = text.split("\n")
    hint = _likely(lines[line - 1] if line <= len(lines) else "") or _GENERAL
    return (
        line,
        {"en": f"this cannot be read as TOML: {en}", "ja": f"TOML として読めません: {ja}"},
        {"en": hint[0], "ja": hint[1]},
    )


def too_long(most: int) -> tuple[int, Said, Said]:
    """That the text is longer than `most` characters."""
    problem = {"en": f"the document is longer than {most} characters", "ja": f"文書が {most} 文字を超えています"}
    return 1, problem, {"en": "Leave out what is no rule of the scheme.", "ja": "制度の決まりでないものを除きます。"}


def too_dotted(text: str) -> int | None:
    """The first line (from 1) with a key of more names than can be read in time; None where there is none."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > DOTS_MAX and _STRING_OR_COMMENT.sub("", line).count(".") > DOTS_MAX:
            return number
    return None


def too_deep(line: int = 1) -> tuple[int, Said, Said]:
    """That lists and tables stand in each other deeper than can be read."""
    problem = {"en": "this cannot be read as TOML: nested too deeply", "ja": "TOML として読めません: 入れ子が深すぎます"}
    return line, problem, {"en": _GENERAL[0], "ja": _GENERAL[1]}


def _likely(line: str) -> tuple[str, str] | None:
    """The usual mistake, where the line shows it."""
    bare = _STRING_OR_COMMENT.sub("", line)
    if found := _ERA.search(bare):
        return (
            f"Write {found[0]} as a date such as 2026-04-01, without quotes.",
            f"{found[0]} は、2026-04-01 のように西暦で書きます(引用符なし)。",
        )
    if found := _FULL_WIDTH.search(bare):
        return f"Write the full-width {found[0]!r} in half width.", f"全角の「{found[0]}」を半角で書きます。"
    if found := _THOUSANDS.search(bare):
        return "Write numbers without commas: 5000.", "数に「,」は付けません。例 5000。"
    return None
