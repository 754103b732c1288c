"""JSON Schemas for editors that complete and check while one writes: of an edition, and of the facts to try it on.

`python -m rules.json_schema` draws docs/rules/*.schema.json anew from the types. What an editor shows of a field is what a refusal says
of it, in English (`description`) and in Japanese (`x-ja`). A schema sees one place at a time: only `rules.parse` sees what contradicts
itself.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, cast

import msgspec

from rules.trial_document import FactsDocument
from rules.vocabulary.edition import Edition

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FOLDER = Path("docs") / "rules"


def edition() -> dict[str, Any]:
    """The schema of an edition, as TOML says it: what is left out is not null, and a date is a date."""
    return _titled("An edition of a scheme, Yui", msgspec.json.schema(Edition))


def facts() -> dict[str, Any]:
    """The schema of the facts document of `yui rules evaluate`."""
    return _titled("Facts to try an edition on, Yui", msgspec.json.schema(FactsDocument))


def written(schema: dict[str, Any]) -> str:
    """A schema as it is kept."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def drawn() -> dict[str, str]:
    """Every schema by the name of its file."""
    return {"edition.schema.json": written(edition()), "facts.schema.json": written(facts())}


def _titled(title: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": DIALECT, "title": title} | _stated(schema)


def _stated(schema: Any) -> Any:
    """The schema without what documents never say: null, and a default of null; one choice alone is no choice."""
    if isinstance(schema, list):
        return [_stated(each) for each in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    said = {key: _stated(each) for key, each in cast("dict[str, Any]", schema).items() if (key, each) != ("default", None)}
    choices: list[Any] = [each for each in said.get("anyOf", []) if each != {"type": "null"}]
    if len(choices) == 1:
        return choices[0] | {key: each for key, each in said.items() if key != "anyOf"}
    return said | ({"anyOf": choices} if choices else {})


if __name__ == "__main__":
    for name, text in drawn().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{FOLDER / name}\n")
