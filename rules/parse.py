"""From the document that an officer writes (TOML) to an Edition; `render` is the way back.

What this module promises: nothing is guessed. A document that is wrong or leaves a choice open is refused with every mistake
at its line and how to say it right, in English or Japanese; `parse(render(edition)) == edition`.
"""

from __future__ import annotations

import tomllib
from itertools import islice
from typing import Any, Literal

import msgspec

from rules import contradictions, lines, rendering, schema, unreadable
from rules.refusals import RuleError, UnreadableEdition
from rules.scalars import Said
from rules.schema import Fault, Path
from rules.vocabulary.edition import Edition

DOCUMENT_CHARACTERS_MAX = 65_536
MISTAKES_MAX = 200
"""that are told at once: nobody reads on, and a text of nothing but mistakes is not to keep a server busy"""
Locale = Literal["en", "ja"]

render = rendering.render

_EDITION = msgspec.inspect.type_info(Edition)


def parse(text: str, locale: Locale = "en") -> Edition:
    """The edition that `text` states. Raises UnreadableEdition with all its errors (the first MISTAKES_MAX), said in `locale`."""
    text = text.removeprefix("\ufeff")  # some editors put a byte order mark first
    stated = document(text, locale)
    faults = [_misplaced(fault) for fault in islice(schema.faults(_EDITION, stated), MISTAKES_MAX)]
    if not faults:
        edition = msgspec.convert(stated, Edition)
        faults = list(islice(contradictions.find(edition), MISTAKES_MAX))
        if not faults:
            return edition
    found = lines.find(text)
    errors = [RuleError(lines.at(found, f.path), shown(f.path), f.problem[locale], f.hint[locale]) for f in faults]
    raise UnreadableEdition(errors=tuple(sorted(errors, key=lambda error: error.line)))


def shown(path: Path) -> str:
    """A path as people write it: `caps[2].limit`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def document(text: str, locale: Locale = "en") -> dict[str, Any]:
    """The tables of `text`, right or wrong. Raises UnreadableEdition with one error where it is no TOML."""
    text = text.removeprefix("\ufeff")
    if len(text) > DOCUMENT_CHARACTERS_MAX:
        raise _not_toml(unreadable.too_long(DOCUMENT_CHARACTERS_MAX), locale)
    dotted = unreadable.too_dotted(text)
    if dotted is not None:
        raise _not_toml(unreadable.too_deep(dotted), locale)
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise _not_toml(unreadable.told(text, error), locale) from error
    except RecursionError as error:
        raise _not_toml(unreadable.too_deep(), locale) from error


def _not_toml(told: tuple[int, Said, Said], locale: Locale) -> UnreadableEdition:
    line, problem, hint = told
    return UnreadableEdition(errors=(RuleError(line, "", problem[locale], hint[locale]),))


def _misplaced(fault: Fault) -> Fault:
    """The same; but whoever writes a key of the top below a heading is told that it belongs above all headings."""
    name = fault.path[-1] if fault.path else ""
    if name not in Edition.__struct_fields__ or not fault.unknown:
        return fault
    hint = {
        "en": f"`{name}` belongs to the whole edition: write it at the top, before the first [heading].",
        "ja": f"`{name}` は版全体の項目です。はじめの [見出し] より前に書きます。",
    }
    return Fault(fault.path, fault.problem, hint)
