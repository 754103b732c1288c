"""Presets: editions after published schemes and a few in general, as documents to copy and change. They are no town's rule in force.

Each is a file of `rules/presets` that begins with who published what it is after, and when; then what was printed, what was not, and
what was chosen for it.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from rules.refusals import UnknownPreset

FOLDER = Path(__file__).with_name("presets")
VECTORS = ".vectors"
"""what the names of files end in that hold the tests of a preset, not a document"""

_FIELD = re.compile(r"# (preset|preset-en|source|date|like): (.*)")


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """One preset: one line on it in both languages, a short name (like what), who published it, the date as printed."""

    code: str
    ja: str
    en: str
    like: str
    source: str
    date: str
    file: str


def listed() -> list[Preset]:
    """Every preset, in the order of the codes."""
    return [
        _preset(path) for path in sorted(FOLDER.glob("*.toml"), key=lambda path: path.stem) if not path.stem.endswith(VECTORS)
    ]


def document(code: str) -> str:
    """The document of a preset, with its comments. Raises UnknownPreset."""
    path = next((path for path in FOLDER.glob("*.toml") if path.stem == code and not code.endswith(VECTORS)), None)
    if path is None:
        raise UnknownPreset(preset=code)
    return path.read_text(encoding="utf-8")


def _preset(path: Path) -> Preset:
    said = dict(_FIELD.findall(path.read_text(encoding="utf-8").split("\n#\n", 1)[0]))
    return Preset(
        code=path.stem,
        ja=said.get("preset", ""),
        en=said.get("preset-en", ""),
        like=said.get("like", ""),
        source=said.get("source", ""),
        date=said.get("date", ""),
        file=f"{FOLDER.parent.name}/{FOLDER.name}/{path.name}",
    )
