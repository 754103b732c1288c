"""Editions and facts for the tests of the rules: plain ones to vary. Those that draw any that are well formed: `edition_strategies`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from rules import evaluate
from rules.decision import Answer, Facts, Used
from rules.vocabulary.caps import Cap
from rules.vocabulary.conversion import AnyTime, Exchange, Form, Linear, NoConversion
from rules.vocabulary.earning import Clause, PerTime
from rules.vocabulary.edition import Edition
from rules.vocabulary.ending import CarryAll, Keeps, Never
from rules.vocabulary.part import Text
from rules.vocabulary.periods import FiscalYear
from rules.vocabulary.who import RoleTest

SPRING = date(2026, 4, 1)
HOURLY = PerTime(amount=1, every_minutes=60, rounding="down", minimum_minutes=0)
KINDS = ("salon", "visit", "garden", "unheard-of")


def edition(**changes: Any) -> Edition:
    """One stamp an hour to helpers, without caps or expiry, changed as told. `earn` is short for one clause for all kinds."""
    earn = changes.pop("earn", HOURLY)
    plain: dict[str, Any] = {
        "scheme": "stamps",
        "name": Text(ja="スタンプ", en="Stamps"),
        "title": Text(ja="初版", en="First"),
        "unit": "stamp",
        "starts_on": SPRING,
        "year": FiscalYear(),
        "funding": ("care", "general"),
        "when_empty": "wait",
        "eligibility": (RoleTest(one_of=("helper",)),),
        "clauses": (Clause(activity_kinds=("*",), earn=earn),),
        "caps": (),
        "expiry": Never(),
        "carry": CarryAll(),
        "status_loss": Keeps(),
        "conversion": NoConversion(),
    }
    return Edition(**(plain | changes))


def cap(limit: int, of: str = "amount", per: str = "day", **changes: Any) -> Cap:
    """A cap for each member, over all places, on what is earned, changed as told."""
    plain: dict[str, Any] = {"limit": limit, "of": of, "per": per, "for_each": ("member",), "stops": "earning"}
    return Cap(**(plain | changes))


def exchange(**changes: Any) -> Exchange:
    """A hundred yen in cash for each point, at any time, changed as told."""
    plain: dict[str, Any] = {
        "rate": Linear(give=1, get=100),
        "into": "yen",
        "minimum": 0,
        "remainder": "kept",
        "points_of": "any_year",
        "window": AnyTime(),
        "pays": "at_once",
        "forms": (Form(form="cash"),),
    }
    return Exchange(**(plain | changes))


def facts(number: int = 1, member: int = 1, **changes: Any) -> Facts:
    """Two hours of helping on 10 May 2026, changed as told."""
    plain: dict[str, Any] = {
        "attendance_id": UUID(int=number),
        "member_id": UUID(int=1000 + member),
        "activity_kind": "salon",
        "role": "helper",
        "occurred_on": date(2026, 5, 10),
        "minutes": 120,
        "evidence": 3,
    }
    return Facts(**(plain | changes))


def told(rules: Edition, seen: Facts, *amounts: int) -> Facts:
    """`seen` with the answers to what `rules` need to know: `amounts` in the order of the windows, 0 for those left out."""
    windows = evaluate.needs(rules, seen)
    known = [*amounts, *[0] * len(windows)]
    return msgspec.structs.replace(seen, used=tuple(Used(window, n) for window, n in zip(windows, known, strict=False)))


def answered(rules: Edition, seen: Facts, *noes: str) -> Facts:
    """`seen` with yes to whatever `rules` ask of the person, but no to the facts `noes`."""
    asked = evaluate.questions(rules, seen)
    return msgspec.structs.replace(seen, answers=tuple(Answer(each, each.fact not in noes, "register") for each in asked))


def untold(rules: Edition, seen: Sequence[Facts]) -> list[Facts]:
    """Each of `seen` as of members with no past."""
    return [told(rules, each) for each in seen]
