"""Ids of rows: UUID version 7 (RFC 9562 §5.7), so that ids made later sort later."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from uuid import UUID

_VERSION_AND_VARIANT = (0x7 << 76) | (0x2 << 62)
_RANDOM_MASK = (0xFFF << 64) | ((1 << 62) - 1)
_NOISE_MASK = (1 << 50) - 1


def uuid7(unix_ms: int, chance: bytes) -> UUID:
    """The UUIDv7 of a millisecond and ten bytes of chance. Pure."""
    noise = int.from_bytes(chance[:10], "big") & _RANDOM_MASK
    return UUID(int=((unix_ms & 0xFFFFFFFFFFFF) << 80) | _VERSION_AND_VARIANT | noise)


def new_id() -> UUID:
    """A fresh id: the machine's clock and its chance."""
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))


def stream(chunk: int = 256) -> Iterator[UUID]:
    """Fresh ids without end, made `chunk` at a time; those of a chunk rise strictly."""
    while True:
        yield from new_ids(chunk)


def new_ids(count: int) -> list[UUID]:
    """`count` fresh ids of one millisecond, strictly rising, so that a list keeps its order when sorted by id."""
    top = ((time.time_ns() // 1_000_000) & 0xFFFFFFFFFFFF) << 80
    chance = os.urandom(count * 8)
    made: list[UUID] = []
    for i in range(count):
        counter = ((i >> 12) << 64) | ((i & 0xFFF) << 50)  # 24 bits across both random fields (RFC 9562 §6.2, method 1)
        noise = int.from_bytes(chance[i * 8 : i * 8 + 8], "big") & _NOISE_MASK
        made.append(UUID(int=top | _VERSION_AND_VARIANT | counter | noise))
    return made
