"""How the door itself says no, before any room is asked."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import msgspec

from kernel.refusal import Refusal


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong with a request: where (`$.amount`, `limit`) and what is wanted there. The value is not repeated."""

    where: str
    problem: str


@dataclass(eq=False)
class InvalidRequest(Refusal):
    """The request has not the stated shape."""

    faults: tuple[Fault, ...]


@dataclass(eq=False)
class NotAuthenticated(Refusal):
    """No token, or one that opens nothing: unknown, expired or ended. Deliberately says no more than that."""


@dataclass(eq=False)
class RoleNotAllowed(Refusal):
    """The caller's role may not do this."""

    role: str
    allowed: tuple[str, ...]


@dataclass(eq=False)
class IdempotencyKeyMissing(Refusal):
    """Where points move, the request carries a key, so that repeating it is safe."""

    header: str = "Idempotency-Key"


@dataclass(eq=False)
class IdempotencyKeyMalformed(Refusal):
    """The key is 1 to `length_max` printable ASCII characters."""

    length_max: int


@dataclass(eq=False)
class UnknownPath(Refusal):
    """Nothing is served at this address."""


@dataclass(eq=False)
class UnknownRecord(Refusal):
    """No such redemption, entry, lot, grant, attendance or scan in this municipality."""

    record_id: UUID


@dataclass(eq=False)
class MethodNotAllowed(Refusal):
    """The address is served, but not by this method."""

    allowed: tuple[str, ...]


@dataclass(eq=False)
class BodyTooLarge(Refusal):
    """The body is longer than the service reads."""

    bytes_max: int


@dataclass(eq=False)
class BodyTooSlow(Refusal):
    """The body did not arrive in time."""

    seconds_max: int


@dataclass(eq=False)
class UnsupportedMediaType(Refusal):
    """The body is not JSON."""

    supported: str = "application/json"


@dataclass(eq=False)
class ForeignForm(Refusal):
    """The form was not sent by a page of ours, or belongs to another sign-in. Open the page again and send it once more."""


@dataclass(eq=False)
class NotSignedIn(Refusal):
    """Nobody is signed in on this device, or the session is over."""


@dataclass(eq=False)
class FormIncomplete(Refusal):
    """A form has not the stated shape: `field` says where."""

    field: str


@dataclass(eq=False)
class StepUpNeeded(Refusal):
    """What is asked for needs a proof of who one is that is at most ten minutes old."""


@dataclass(eq=False)
class DraftNotNamed(Refusal):
    """What is to be tried is told either as a document or as the proposal that holds one: one of both, not none and not two."""


@dataclass(eq=False)
class NotWhileActing(Refusal):
    """A page for oneself alone: nobody opens it, or sends its form, in another's name."""


@dataclass(eq=False)
class NobodyToActFor(Refusal):
    """Who is signed in is no member, and has not chosen for whom they act."""


@dataclass(eq=False)
class ShownForAnother(Refusal):
    """The form was shown in another name than the one in which this device acts now. Nothing was done."""
