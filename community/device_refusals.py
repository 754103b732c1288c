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


@dataclass(eq=False)
class DeviceUnsigned(Refusal):
    """A device at a counter signs what it sends. This was not signed: by another browser, or one that runs no scripts."""


@dataclass(eq=False)
class DeviceSignatureWrong(Refusal):
    """The signature is not of this device's key, or of something else than what was sent."""


@dataclass(eq=False)
class DeviceClockWrong(Refusal):
    """The device's clock differs by `minutes` minutes, of which `minutes_max` are let pass."""

    minutes: int
    minutes_max: int


@dataclass(eq=False)
class DeviceReplayed(Refusal):
    """What was signed had been sent before. It does not count twice."""


@dataclass(eq=False)
class UnknownDevice(Refusal):
    """No such device in this municipality, or none of the caller's organisation that is in use."""

    device_id: UUID


@dataclass(eq=False)
class DeviceAddsNone(Refusal):
    """A device at a counter adds no devices and ends none: a person does, signed in on their own phone."""


@dataclass(eq=False)
class NotADevice(Refusal):
    """This is somebody's own sign-in, not a device at a counter."""


@dataclass(eq=False)
class OperatorNeeded(Refusal):
    """Nobody chose to work at the device, so nobody would answer for it."""


@dataclass(eq=False)
class OperatorRefused(Refusal):
    """Nobody of the organisation with this PIN. `attempts_left` tries are left for them at this device."""

    attempts_left: int


@dataclass(eq=False)
class PinsDiffer(Refusal):
    """The PIN was typed twice, and not alike."""


@dataclass(eq=False)
class PinTooWeak(Refusal):
    """A PIN has `length_min` to `length_max` digits that are neither all the same nor a run."""

    length_min: int
    length_max: int
