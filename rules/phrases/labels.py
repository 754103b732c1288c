"""What people call one of several parts: the activities of a clause, the period of a cap, the form of a payout."""

from __future__ import annotations

from rules.phrases import speak
from rules.phrases.speak import Tongue
from rules.vocabulary.part import Part

LABELS: dict[str, tuple[str, str]] = {
    "Clause": ("{activity_kinds}の条項", "{activity_kinds}"),
    "Campaign": ("{activity_kinds}の割増", "campaign for {activity_kinds}"),
    "Bonus": ("{activity_kinds}の{per}の加算", "bonus {per} for {activity_kinds}"),
    "Cap": ("{for_each}{per}の上限({of}[、{activity_kinds}])", "cap on {of} {per} {for_each}[ ({activity_kinds})]"),
    "Form": ("受け取り方「{form}」[ {code}]", "payout as {form}[ ({code})]"),
    "ClaimLimit": ("{for_each}{per}の{of}の限度", "limit on {of} {per} {for_each}"),
    "Use": ("「{what}」の利用", "use for {what}"),
    "Fee": ("{activity_kinds}の利用料", "fee for {activity_kinds}"),
    "Cancellation": ("{notice}の取消し", "cancellation {notice}"),
    "Award": ("表彰{name}", "award {name}"),
    "Extension": ("特例{name}", "decree {name}"),
    "Band": ("{from_minutes}からの段階", "band from {from_minutes} on"),
    "MeasureBand": ("{at_least}からの段階", "band from {at_least} on"),
    "Slice": ("{from_points}目からの行", "row from {from_points} on"),
    "Tier": ("{from_points}からの行", "row from {from_points} on"),
    "Piece": ("{minutes}の区切り", "each {minutes}"),
}
_UNSAID = frozenset({"Clause.earn", "Cap.limit", "ClaimLimit.limit", "Fee.tariff"})


def label(part: Part, tongue: Tongue) -> str:
    """What people call the part; its whole phrase where it has no shorter name."""
    both = LABELS.get(type(part).__name__)
    quoted = ("「{}」", "“{}”") if both is None else ("{}", "{}")
    return tongue.pick(quoted).format(speak.filled(part, both, tongue) if both else speak.phrase(part, tongue))


def is_known(part: Part) -> bool:
    """Whether the part has a short name, so that the chapter it stands in need not be named."""
    return type(part).__name__ in LABELS


def goes_without_saying(part: Part, field: str) -> bool:
    """Whether a field is what its part is all about."""
    return f"{type(part).__name__}.{field}" in _UNSAID
