"""A refusal is the world saying no, by name and with facts; a fault is us breaking, and is never caught to be polite.

Each room defines its refusals as small dataclasses in `<room>/refusals.py`:

    @dataclass(eq=False)
    class InsufficientBalance(Refusal):
        unit: str
        needed: int
        available: int

The stable code of a refusal is its class name in snake case. `api.problems` alone knows HTTP.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar

REFUSALS: dict[str, type[Refusal]] = {}


@dataclass(eq=False)
class Refusal(Exception):
    """Base of every named refusal. Raise it to roll back; nothing that it refused is stored."""

    code: ClassVar[str] = "refusal"

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        known = REFUSALS.setdefault(cls.code, cls)
        if known.__module__ != cls.__module__:
            raise TypeError(f"two refusals are called {cls.code}: {known.__module__} and {cls.__module__}")

    def facts(self) -> dict[str, Any]:
        """The facts of this refusal, ready for JSON: field name to value."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts().items())
        return f"{self.code}({told})"


T = TypeVar("T")


def unless(found: T | None, refusal: Refusal) -> T:
    """`found`, or the refusal when there is none: `slot = unless(await slots.find(…), UnknownSlot(…))`."""
    if found is None:
        raise refusal
    return found
