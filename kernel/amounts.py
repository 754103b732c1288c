"""Amounts are integers in the smallest part of a unit: minutes, points, yen. Never a float."""

from __future__ import annotations

AMOUNT_MAX = 10**12  # of one line; a thousand billion points is a mistake, not a wish


def shown(amount: int, scale: int) -> str:
    """`amount` in minor units as people write it with `scale` decimals: `shown(-1250, 2) == "-12.50"`."""
    if scale == 0:
        return str(amount)
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(amount), 10**scale)
    return f"{sign}{whole}.{part:0{scale}d}"


def hours(minutes: int) -> str:
    """Minutes as people say them: `hours(90) == "1:30"`."""
    sign = "-" if minutes < 0 else ""
    whole, part = divmod(abs(minutes), 60)
    return f"{sign}{whole}:{part:02d}"
