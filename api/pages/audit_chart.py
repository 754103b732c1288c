"""The money flow as bars, drawn here: a title, a description, and the same figures in the table beside it. No script, no style."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

BAR, STEP, LEFT, WIDTH, RIGHT, TOP = 20, 34, 130, 150, 150, 8
"""In units of the drawing: a bar, from one bar to the next, the names, the bars, the figures, and the margin above.

As wide as a phone, where the letters are then to be read."""


class Bar(NamedTuple):
    """A figure with its name, and how it is written."""

    name: str
    amount: int
    shown: str


def bars(code: str, title: str, description: str, drawn: Sequence[Bar]) -> Markup:
    """Bars from left to right, one below the other; what is below zero is drawn hatched. `code` makes the ids its own."""
    most = max((abs(bar.amount) for bar in drawn), default=0) or 1
    height = 2 * TOP + STEP * len(drawn)
    rows = Markup("").join(_row(code, bar, TOP + STEP * nth, most) for nth, bar in enumerate(drawn))
    return Markup(
        '<svg role="img" aria-labelledby="{code}-title {code}-desc" viewBox="0 0 {width} {height}">'
        '<title id="{code}-title">{title}</title><desc id="{code}-desc">{description}</desc>'
        '<defs><pattern id="{code}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#ffffff"/><rect width="2.5" height="6" fill="#414143"/></pattern></defs>{rows}</svg>'
    ).format(
        code=code, width=LEFT + WIDTH + RIGHT, height=height, title=escape(title), description=escape(description), rows=rows
    )


def _row(code: str, bar: Bar, top: int, most: int) -> Markup:
    length = round(abs(bar.amount) * WIDTH / most, 1)
    fill = f"url(#{code}-hatch)" if bar.amount < 0 else "#115a36"
    return Markup(
        '<text x="{name_x}" y="{y}" text-anchor="end" font-size="15" fill="#1a1a1c">{name}</text>'
        '<rect x="{left}" y="{top}" width="{length}" height="{bar}" fill="{fill}" stroke="#1a1a1c" stroke-width="0.5"/>'
        '<text x="{value_x}" y="{y}" font-size="15" fill="#1a1a1c">{shown}</text>'
    ).format(
        name_x=LEFT - 8,
        y=top + 15,
        name=bar.name,
        left=LEFT,
        top=top,
        length=length,
        bar=BAR,
        fill=fill,
        value_x=LEFT + length + 6,
        shown=bar.shown,
    )
