"""Which budget lines bear how much of a grant. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from rules.decision import Decision


def portions(decision: Decision, shares: tuple[int, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    """The amount of a grant by the lines that bear it: in order, or in shares, the rest to the first; then what is beyond a cap."""
    base = decision.amount - sum(each.amount for each in decision.beyond)
    split = [base * percent // 100 for percent in shares]
    if split:
        split[0] += base - sum(split)
        yield from (((code,), part) for code, part in zip(decision.funding, split, strict=True) if part)
    elif base:
        yield decision.funding, base
    yield from ((each.funding, each.amount) for each in decision.beyond if each.amount)


def to_the_point(decision: Decision, shares: tuple[int, ...]) -> dict[str, int] | None:
    """What each line bears where that follows from the decision alone; None where a line pays as long as it has something."""
    borne: dict[str, int] = {}
    for codes, amount in portions(decision, shares):
        if len(codes) != 1:
            return None
        (code,) = codes
        borne[code] = borne.get(code, 0) + amount
    return borne
