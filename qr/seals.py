"""A seal on what a device takes along: that this town gave exactly this list for this slot, when, and until when it is good. Pure.

The list itself goes to the device and is not kept here; its SHA-256 in the seal says later what the device had seen. A seal is text of
six parts: the key's id, the slot, when it was given and until when it is good (whole seconds), the list's SHA-256, and the MAC.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from qr import refusals
from qr.keys import Key, Keys

PARTS = 6
SEAL_CHARACTERS_MAX = 256


class Seal(msgspec.Struct, frozen=True):
    """An opened seal."""

    slot_id: UUID
    given_at: datetime
    good_until: datetime
    sha256: bytes


def digest(told: bytes) -> bytes:
    """What a seal says of a list: 32 bytes."""
    return hashlib.sha256(told).digest()


def mint(seal: Seal, keys: Keys) -> str:
    """The text of a seal, by the key that signs now."""
    given, until = int(seal.given_at.timestamp()), int(seal.good_until.timestamp())
    body = f"{keys.current.id}.{seal.slot_id.hex}.{given}.{until}.{seal.sha256.hex()}"
    return f"{body}.{_mac(keys.current, body)}"


def read(text: str, keys: Keys) -> Seal:
    """What a seal of ours says. Raises ForgedSeal, also where the key was replaced twice since."""
    if len(text) > SEAL_CHARACTERS_MAX or not text.isascii():
        raise refusals.ForgedSeal
    body, _, mac = text.rpartition(".")
    parts = body.split(".")
    key = keys.find(int(parts[0])) if parts[0].isdecimal() else None
    if len(parts) != PARTS - 1 or key is None or not hmac.compare_digest(mac, _mac(key, body)):
        raise refusals.ForgedSeal
    at = [datetime.fromtimestamp(int(each), UTC) for each in parts[2:4]]
    return Seal(UUID(parts[1]), at[0], at[1], bytes.fromhex(parts[4]))


def _mac(key: Key, body: str) -> str:
    return hmac.digest(key.secret, b"roster seal\0" + body.encode(), "sha256").hex()
