"""The three languages, and one sentence in each of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Locale = Literal["ja", "ja-easy", "en"]
LOCALES: tuple[Locale, ...] = ("ja", "ja-easy", "en")

Wording = dict[Locale, str]
"""One sentence or word, in every language."""
Templates = Mapping[str, tuple[Wording, ...]]
"""What a step says, by its code: the first of the templates whose fields the step has."""

Names = Mapping[str, Wording]
"""What a town calls its own codes, by the code; of forms of payout and awards what the edition calls them."""
NO_NAMES: Names = MappingProxyType({})


def said(ja: str, easy: str, en: str) -> Wording:
    """The same in plain Japanese, easy Japanese and English."""
    return {"ja": ja, "ja-easy": easy, "en": en}
