"""What this room refuses. Refusals name ids, numbers and bounds, never a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kernel.refusal import Refusal


@dataclass(eq=False)
class BadMunicipalityCode(Refusal):
    """Not a 6-digit 全国地方公共団体コード: the form or the check digit is wrong."""

    municipality_code: str


@dataclass(eq=False)
class UnknownMunicipality(Refusal):
    """No municipality has this code here."""

    municipality_code: str


@dataclass(eq=False)
class UnknownArea(Refusal):
    """No such area in this municipality."""

    area_id: UUID


@dataclass(eq=False)
class AreaLayerMismatch(Refusal):
    """An area of layer 2 or 3 lies in one of the layer above; layer 1 is the whole municipality and lies in none."""

    layer: int
    parent_layer: int | None


@dataclass(eq=False)
class UnknownOrganisation(Refusal):
    """No such organisation in this municipality."""

    organisation_id: UUID


@dataclass(eq=False)
class UnknownMember(Refusal):
    """No such member in this municipality, or none that the caller may see."""

    member_id: UUID


@dataclass(eq=False)
class UnknownMemberNumber(Refusal):
    """The number is well formed, and nobody has it."""

    number: int


@dataclass(eq=False)
class BadMemberNumber(Refusal):
    """The check digit is wrong: a digit was mistyped, or two were swapped."""

    number: int


@dataclass(eq=False)
class BirthDateOutOfRange(Refusal):
    """Nobody alive was born on that day."""

    earliest: date
    latest: date


@dataclass(eq=False)
class UnknownPrincipal(Refusal):
    """No such principal in this municipality."""

    principal_id: UUID


@dataclass(eq=False)
class PrincipalIncomplete(Refusal):
    """A principal of this role must say for whom it acts: `missing` is member_id or organisation_id."""

    role: str
    missing: str


@dataclass(eq=False)
class OfficeFromOutside(Refusal):
    """Officers and auditors are made by `yui token create` on the server: no officer makes the second person of "two people"."""

    role: str


@dataclass(eq=False)
class TokenLifetimeOutOfRange(Refusal):
    """A token lives at least a minute and at most `days_max` days."""

    days_max: int


@dataclass(eq=False)
class UnknownToken(Refusal):
    """No such token in this municipality. Says no more: tokens are secrets."""


@dataclass(eq=False)
class EntranceClosed(Refusal):
    """This entrance opens nothing: unknown, used, replaced by a newer one, or over. Says no more: entrances are secrets."""


@dataclass(eq=False)
class BirthDateDiffers(Refusal):
    """The birth date is not the one on record. `attempts_left` tells how often it can be tried before the desk must help."""

    attempts_left: int


@dataclass(eq=False)
class EntranceSpent(Refusal):
    """The birth date differed `tries_max` times: this entrance is over, and the desk makes a new one."""

    tries_max: int


@dataclass(eq=False)
class TooManyAttempts(Refusal):
    """Tried too often in a row. The next try is there in `minutes`."""

    minutes: int


@dataclass(eq=False)
class SessionEnded(Refusal):
    """The session ended meanwhile: signed out, ended from another device, or replaced by a newer one."""


@dataclass(eq=False)
class BirthDateUnknown(Refusal):
    """The member's birth date is not on record, so a host's screen makes no entrance: the desk hands it over in person."""

    member_id: UUID


@dataclass(eq=False)
class PasswordTooWeak(Refusal):
    """A password has `length_min` to `length_max` characters, and not the same few over and over."""

    length_min: int
    length_max: int


@dataclass(eq=False)
class WrongProof(Refusal):
    """Login, password or code are not right; which of them is not said. `attempts_left` tells how often it can be tried now."""

    attempts_left: int


@dataclass(eq=False)
class ProofNotSet(Refusal):
    """Nothing was set to prove oneself by."""


@dataclass(eq=False)
class EntranceNeeded(Refusal):
    """How one proves oneself is set right after coming in by an entrance, or after proving oneself as before."""


@dataclass(eq=False)
class OpenidNotSet(Refusal):
    """The municipality has no OpenID provider here."""


@dataclass(eq=False)
class OpenidAddressUnsafe(Refusal):
    """An OpenID provider is asked by https alone."""


@dataclass(eq=False)
class OpenidSecretUnreadable(Refusal):
    """The client's secret was sealed with another master key: it has to be set anew."""


@dataclass(eq=False)
class OpenidUnreachable(Refusal):
    """The OpenID provider does not answer, or not as one does."""


@dataclass(eq=False)
class OpenidOver(Refusal):
    """This sign-in with the provider is unknown in this browser, used, or older than ten minutes. Says no more: it is a secret."""


@dataclass(eq=False)
class OpenidDeclined(Refusal):
    """The provider, or the person there, said no."""


@dataclass(eq=False)
class OpenidRefused(Refusal):
    """What the provider sent does not hold: `reason` says which check failed."""

    reason: str


@dataclass(eq=False)
class OpenidNotLinked(Refusal):
    """The account at the provider is nobody's here, or its role ended."""


@dataclass(eq=False)
class OpenidOther(Refusal):
    """The account at the provider is another person's than the one who is signed in."""


@dataclass(eq=False)
class AreaForCoordinators(Refusal):
    """An area bounds what a coordinator reaches; other roles have none."""

    role: str


@dataclass(eq=False)
class RoleWaits(Refusal):
    """A second person has to confirm the role before it opens anything."""

    principal_id: UUID


@dataclass(eq=False)
class RoleEnded(Refusal):
    """The role is over: it was ended, or its time is up. What is wanted again is given anew."""

    principal_id: UUID
