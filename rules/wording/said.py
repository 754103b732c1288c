"""The three languages, and one sentence in each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Locale = Literal["ja", "ja-easy", "en"]
LOCALES: tuple[Locale, ...] = ("ja", "ja-easy", "en")

Wording = dict[Locale, str]
"""One sentence or word, in every language."""
Templates = Mapping[str, tuple[Wording, ...]]
"""What a step says, by its code: the first of the templates whose fields the step has."""


def said(ja: str, easy: str, en: str) -> Wording:
    """The same in plain Japanese, easy Japanese and English."""
    return {"ja": ja, "ja-easy": easy, "en": en}
