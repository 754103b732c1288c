"""Canonical bytes: one value has one spelling, so that hashes and comparisons mean something."""

from __future__ import annotations

import hashlib
from typing import Any, cast

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")


def encode(value: Any) -> bytes:
    """`value` as JSON with sorted keys and no white space. Floats are refused: they have no one spelling."""
    _refuse_floats(value)
    return _ENCODER.encode(value)


def sha256(value: Any) -> bytes:
    """The SHA-256 of the canonical bytes of `value` (32 bytes)."""
    return hashlib.sha256(encode(value)).digest()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical bytes")
    if isinstance(value, dict):
        for key, item in cast(dict[Any, Any], value).items():
            _refuse_floats(key)
            _refuse_floats(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in cast(list[Any], value):
            _refuse_floats(item)
