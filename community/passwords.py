"""Passwords by argon2id: each with a salt of its own, compared in the same time whether there is one or not. Slow on purpose."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from community import refusals

LENGTH_MIN, LENGTH_MAX = 12, 128
DIFFERENT_MIN = 5  # characters; "aaaaaaaaaaaa" is twelve of one
_HASHER = PasswordHasher(
    time_cost=3, memory_cost=64 * 1024, parallelism=1
)  # RFC 9106 §4, the second recommended option, one lane
_NOBODYS = _HASHER.hash("a password that nobody has")


def checked(password: str) -> str:
    """The password in its one spelling. Raises PasswordTooWeak."""
    told = unicodedata.normalize("NFKC", password)
    if not LENGTH_MIN <= len(told) <= LENGTH_MAX or len(set(told)) < DIFFERENT_MIN:
        raise refusals.PasswordTooWeak(length_min=LENGTH_MIN, length_max=LENGTH_MAX)
    return told


def hashed(password: str) -> str:
    """What is kept of a password: the argon2id string with its parameters and salt. Raises PasswordTooWeak."""
    return hashed_pin(checked(password))


def hashed_pin(pin: str) -> str:
    """The same of a PIN that was checked elsewhere. It is as short as it is: what guards it is the count of tries."""
    return _HASHER.hash(pin)


def matches(kept: str | None, password: str) -> bool:
    """Whether it is the password; where none is kept, no, after the same time."""
    try:
        _HASHER.verify(kept or _NOBODYS, unicodedata.normalize("NFKC", password[:LENGTH_MAX]))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None
