"""Holdings, claims and year ends for the tests of the rules: plain ones to vary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from rules import convert
from rules.decision import Answer, Used
from rules.payout import Claim, Holding, Payout, YearEnd
from rules.vocabulary.conversion import ClaimLimit, Tier, Tiers
from rules.vocabulary.edition import Edition
from tests.support import editions

MAY, JUNE = date(2026, 5, 10), date(2026, 6, 1)


def holding(holding_id: str, remaining: int, on: date = MAY, **changes: Any) -> Holding:
    """What is left of a grant of the day `on`, without a last day, changed as told."""
    plain: dict[str, Any] = {"holding_id": holding_id, "occurred_on": on, "granted_on": on, "remaining": remaining}
    return Holding(**(plain | changes))


def claim(*held: int | Holding, **changes: Any) -> Claim:
    """A claim of 1 June 2026 for all of `held`: numbers are grants of May, named 1, 2 and so on in their order."""
    holdings = tuple(
        each if isinstance(each, Holding) else holding(str(number), each) for number, each in enumerate(held, start=1)
    )
    plain: dict[str, Any] = {
        "claim_id": UUID(int=1),
        "member_id": UUID(int=1001),
        "claimed_on": JUNE,
        "holdings": holdings,
    }
    return Claim(**(plain | changes))


def told(rules: Edition, asked: Claim, *amounts: int) -> Claim:
    """`asked` with the answers to what `rules` need to know: `amounts` in the order of the windows, 0 for those left out."""
    windows = convert.needs(rules, asked)
    known = [*amounts, *[0] * len(windows)]
    return msgspec.structs.replace(asked, used=tuple(Used(window, n) for window, n in zip(windows, known, strict=False)))


def answered(rules: Edition, asked: Claim, *noes: str) -> Claim:
    """`asked` with yes to whatever `rules` ask of the claimant, but no to the facts `noes`."""
    found = convert.questions(rules, asked)
    return msgspec.structs.replace(asked, answers=tuple(Answer(each, each.fact not in noes, "register") for each in found))


def paid(rules: Edition, *held: int | Holding, used: Sequence[int] = (), **changes: Any) -> Payout:
    """What is paid for a claim of `held`, of which all is known: `used` in the order of the windows, and yes to all questions."""
    asked = claim(*held, **changes)
    return convert.convert(rules, told(rules, answered(rules, asked), *used))


def year_end(*held: int | Holding, **changes: Any) -> YearEnd:
    """The end of the fiscal year 2026, closed on the day after it."""
    plain: dict[str, Any] = {
        "member_id": UUID(int=1001),
        "year_of": date(2027, 3, 31),
        "closed_on": date(2027, 4, 1),
        "holdings": claim(*held).holdings,
    }
    return YearEnd(**(plain | changes))


def limit(most: int, of: str = "value", per: str = "fiscal_year", **changes: Any) -> ClaimLimit:
    """A limit for each member, changed as told."""
    plain: dict[str, Any] = {"limit": most, "of": of, "per": per, "for_each": ("member",)}
    return ClaimLimit(**(plain | changes))


def exchanging(**changes: Any) -> Edition:
    """An edition with `editions.exchange` and these changes."""
    return editions.edition(conversion=editions.exchange(**changes))


def tiers(*rows: tuple[int, int]) -> Tiers:
    """A table: from so many points on, so much."""
    return Tiers(tiers=tuple(Tier(from_points=points, get=get) for points, get in rows))
