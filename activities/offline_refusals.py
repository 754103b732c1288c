"""What is refused of a device's queue, and of what is taken back or settled afterwards. No refusal names a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from kernel.refusal import Refusal


@dataclass(eq=False)
class QueueGap(Refusal):
    """Records are missing in a device's queue: the one numbered `expected` had to come, and `found` came."""

    key_id: UUID
    expected: int
    found: int


@dataclass(eq=False)
class QueueChanged(Refusal):
    """The record `number` does not follow on the one before it, or another one was received under its number."""

    key_id: UUID
    number: int


@dataclass(eq=False)
class QueueSignatureWrong(Refusal):
    """The record `number` was not signed by the device's key, or was altered since."""

    key_id: UUID
    number: int


@dataclass(eq=False)
class QueueRecordUnreadable(Refusal):
    """The record `number` is signed, and is no scan of this slot."""

    key_id: UUID
    number: int


@dataclass(eq=False)
class ForeignDeviceKey(Refusal):
    """The key is not one of the caller's: unknown here, somebody else's, or out of use."""

    key_id: UUID


@dataclass(eq=False)
class UnknownScan(Refusal):
    """No such scan at a slot that the caller runs."""

    scan_id: UUID


@dataclass(eq=False)
class ScanCounted(Refusal):
    """An attendance rests on the scan already: that is corrected, with a reason."""

    invariant: ClassVar[str] = "scan_counted"
    scan_id: UUID
    attendance_id: UUID


@dataclass(eq=False)
class ScanNotLast(Refusal):
    """Something was said after this scan: only the last one is taken back by whoever made it."""

    scan_id: UUID


@dataclass(eq=False)
class UnknownConflict(Refusal):
    """No such record that did not count, or none that the caller may see."""

    conflict_id: UUID


@dataclass(eq=False)
class ConflictSettled(Refusal):
    """Somebody has said before what becomes of it."""

    invariant: ClassVar[str] = "conflict_settled_once"
    conflict_id: UUID


@dataclass(eq=False)
class RetractionNotEntered(Refusal):
    """What was to be taken back is corrected or left; there is nothing to enter for anybody."""

    conflict_id: UUID
