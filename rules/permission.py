"""Whether an edition allows something, and why: the answer of the chapters that move no figure."""

from __future__ import annotations

import msgspec

from rules.decision import Step
from rules.seen import Verdict


class Permission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`allowed`: yes, no, or (None) depending on what nobody has told yet. The last step of the trace says which, and why."""

    allowed: bool | None
    trace: tuple[Step, ...]

    @property
    def reason(self) -> str:
        """The code of the step that decided."""
        return self.trace[-1].code


def of(verdict: Verdict, allowed: Step) -> Permission:
    """What a verdict permits; `allowed` is the step that says so."""
    return Permission(True, (allowed,)) if verdict.holds else Permission(verdict.holds, verdict.steps)
