"""Who is acting: what a token opens, and what every story is told."""

from __future__ import annotations

from typing import Literal, get_args
from uuid import UUID

import msgspec

Role = Literal["member", "host", "device", "coordinator", "treasurer", "cashier", "officer", "auditor"]
ROLES: tuple[str, ...] = get_args(Role)


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """A principal at work. `member_id` is the person behind it, where there is one: nobody confirms their own record."""

    principal_id: UUID
    role: Role
    member_id: UUID | None
    organisation_id: UUID | None
    municipality_id: int
