"""What is refused about devices that sign, who works at them, and PINs."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kernel.refusal import Refusal


@dataclass(eq=False)
class BadDeviceKey(Refusal):
    """Not a public key that a browser makes for signing: ECDSA on P-256, as SPKI."""


@dataclass(eq=False)
class DeviceKeyTaken(Refusal):
    """A device at a counter has one key, from the moment it was added. It gets no second one."""


@dataclass(eq=False)
class UnknownDeviceKey(Refusal):
    """No such key in this municipality, or none that stands."""

    key_id: UUID
