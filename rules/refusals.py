"""What this room refuses, by name and with facts."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from kernel.refusal import Refusal


class RuleError(msgspec.Struct, frozen=True):
    """One mistake in a document: its line (from 1), the path of the field (`caps[2].limit`), what is wrong, how to say it."""

    line: int
    path: str
    problem: str
    hint: str

    def __str__(self) -> str:
        where = f"{self.line}: {self.path}: " if self.path else f"{self.line}: "
        return f"{where}{self.problem} — {self.hint}"


@dataclass(eq=False)
class UnreadableEdition(Refusal):
    """The document is not an edition; `errors` tells every mistake, in the order of the lines."""

    errors: tuple[RuleError, ...]


@dataclass(eq=False)
class UnreadableFacts(Refusal):
    """The attendances to evaluate cannot be read; `problem` is one sentence with the place in it."""

    problem: str
