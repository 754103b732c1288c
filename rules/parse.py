"""From the document that an officer writes (TOML) to an Edition; `render` is the way back.

What this module promises: nothing is guessed. A document that is wrong or leaves a choice open is refused with every mistake
at its line and how to say it right, in English or Japanese; `parse(render(edition)) == edition`.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, Literal

import msgspec

from rules import contradictions, lines, rendering, schema
from rules.refusals import RuleError, UnreadableEdition
from rules.schema import Path
from rules.vocabulary.edition import Edition

DOCUMENT_CHARACTERS_MAX = 65_536
Locale = Literal["en", "ja"]

render = rendering.render

_EDITION = msgspec.inspect.type_info(Edition)


def parse(text: str, locale: Locale = "en") -> Edition:
    """The edition that `text` states. Raises UnreadableEdition with all its errors, said in `locale`."""
    text = text.removeprefix("\ufeff")  # some editors put a byte order mark first
    document = _document(text, locale)
    faults = list(schema.faults(_EDITION, document))
    if not faults:
        edition = msgspec.convert(document, Edition)
        faults = list(contradictions.find(edition))
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
        return tomllib.loads(text)
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
