"""Who is acting: what a token opens, and what every story is told."""

from __future__ import annotations

from typing import Literal, get_args
from uuid import UUID

import msgspec

Role = Literal["member", "host", "device", "coordinator", "treasurer", "cashier", "officer", "auditor"]
ROLES: tuple[str, ...] = get_args(Role)
Power = Literal["see", "arrange", "spend"]
POWERS: tuple[Power, ...] = get_args(Power)
"""What somebody may do for a member, each with those before it: see; ask, book and answer; give, pay and claim."""


class AtDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device at a counter: the key that it was added with (None: it ended), and who chose to work at it now, if anybody did."""

    key_id: UUID | None
    shift_id: UUID | None = None
    operator_id: UUID | None = None
    operator: str | None = None
    operator_member_id: UUID | None = None


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """A principal at work. `member_id` is the person behind it, where there is one: nobody confirms their own record.

    Who acts for a member has that member's id as `member_id` and as `acting_for`, their own, if they are one, as `self_id`, and may
    do what `power` says. The principal stays their own: every record names both.
    """

    principal_id: UUID
    role: Role
    member_id: UUID | None
    organisation_id: UUID | None
    municipality_id: int
    area_id: UUID | None = None
    acting_for: UUID | None = None
    self_id: UUID | None = None
    power: Power | None = None
    at: AtDevice | None = None
    """of a device at a counter, which has a key of its own"""

    def has(self, power: Power) -> bool:
        """Whether what was given to somebody who acts for a member reaches as far as `power`."""
        return self.power is not None and POWERS.index(self.power) >= POWERS.index(power)


class Acting(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a session acts at the moment: by which proxy, the member's name, and how far it reaches."""

    proxy_id: UUID
    member_id: UUID
    name: str
    relation: str
    power: Power

    def may(self, power: Power) -> bool:
        """Whether it reaches as far as `power`."""
        return POWERS.index(self.power) >= POWERS.index(power)
