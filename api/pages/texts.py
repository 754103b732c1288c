"""The words of the pages: `web/texts/*.toml`, each key in Japanese, easy Japanese and English. A test finds what is missing.

[member.today.title]
ja = "きょうの予定"
ja-easy = "きょう すること"
en = "Today"
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any, Literal, cast

Locale = Literal["ja", "ja-easy", "en"]
LOCALES: tuple[Locale, ...] = ("ja", "ja-easy", "en")
LOCALE_DEFAULT: Locale = "ja"


class MissingText(KeyError):
    """A page asks for words that no catalogue has: a mistake of ours."""


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """Every key with its words by language. Raises ValueError where a key stands in two files."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(resources.files("web").joinpath("texts").iterdir(), key=lambda each: each.name):
        if path.name.endswith(".toml"):
            for key, words in _flat(tomllib.loads(path.read_text(encoding="utf-8")), ""):
                if key in found:
                    raise ValueError(f"{key} stands in two catalogues")
                found[key] = words
    return found


def say(key: str, locale: Locale, **values: Any) -> str:
    """The words of `key` in a language, with `values` in their places. Raises MissingText."""
    try:
        words = catalogue()[key][locale]
    except KeyError:
        raise MissingText(key, locale) from None
    return words.format(**values) if values else words


def _flat(table: dict[str, Any], prefix: str) -> list[tuple[str, dict[str, str]]]:
    if set(table) >= {"ja", "ja-easy", "en"} and all(isinstance(words, str) for words in table.values()):
        return [(prefix, cast("dict[str, str]", table))]
    return [item for name, inner in table.items() for item in _flat(inner, f"{prefix}.{name}" if prefix else name)]
