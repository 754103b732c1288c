"""Charts as SVG, made here: bars in pairs, told apart by hatch as well as by colour, with a title and a description. No script.

A chart says what its table says; whoever cannot see it reads the table that stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

BAR, GAP, LEFT, WIDTH, RIGHT, TOP = 15, 12, 134, 206, 80, 8
"""In units of the drawing: a bar and the space between two pairs, the names, the bars, the figures, and the margin above.

As wide as a phone, where the letters are then to be read."""


class Pair(NamedTuple):
    """Two figures of one name, both 0 or more, and how they are written."""

    name: str
    current: int
    draft: int
    current_shown: str
    draft_shown: str


def bars(code: str, title: str, description: str, pairs: Sequence[Pair]) -> str:
    """Bars from left to right, the current one above the draft's. `code` makes the ids of the drawing its own."""
    most = max((max(pair.current, pair.draft) for pair in pairs), default=0) or 1
    step = 2 * BAR + GAP
    height = TOP * 2 + step * len(pairs)
    rows = "".join(_row(code, pair, TOP + step * nth, most) for nth, pair in enumerate(pairs))
    return (
        f'<svg role="img" aria-labelledby="{code}-title {code}-desc" viewBox="0 0 {LEFT + WIDTH + RIGHT} {height}" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{code}-title">{escape(title)}</title>'
        f'<desc id="{code}-desc">{escape(description)}</desc>'
        f'<defs><pattern id="{code}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#ffffff"/><rect width="2.5" height="6" fill="#626264"/></pattern></defs>'
        f"{rows}</svg>"
    )


def key(code: str, current: str, draft: str) -> str:
    """What each kind of bar is, drawn as it is in the charts."""
    swatch = '<svg aria-hidden="true" width="28" height="14" viewBox="0 0 28 14">{}</svg>'
    hatched = (
        f'<defs><pattern id="{code}-key" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#ffffff"/><rect width="2.5" height="6" fill="#626264"/></pattern></defs>'
        f'<rect width="28" height="14" fill="url(#{code}-key)" stroke="#626264"/>'
    )
    solid = '<rect width="28" height="14" fill="#0055ad"/>'
    return f"{swatch.format(hatched)} {escape(current)} {swatch.format(solid)} {escape(draft)}"


def _row(code: str, pair: Pair, top: int, most: int) -> str:
    now, then = (round(figure * WIDTH / most, 1) for figure in (pair.current, pair.draft))
    text = 'font-size="14" fill="#1a1a1c"'
    return (
        f'<text x="{LEFT - 8}" y="{top + BAR + 5}" text-anchor="end" {text}>{escape(_short(pair.name))}</text>'
        f'<rect x="{LEFT}" y="{top}" width="{now}" height="{BAR}" fill="url(#{code}-hatch)" stroke="#626264"/>'
        f'<text x="{LEFT + now + 6}" y="{top + BAR - 2}" {text}>{escape(pair.current_shown)}</text>'
        f'<rect x="{LEFT}" y="{top + BAR}" width="{then}" height="{BAR}" fill="#0055ad"/>'
        f'<text x="{LEFT + then + 6}" y="{top + 2 * BAR - 2}" {text}>{escape(pair.draft_shown)}</text>'
    )


def _short(name: str) -> str:
    """A name that fits beside its bars; the table has the whole of it."""
    return name if len(name) <= 9 else f"{name[:8]}…"
