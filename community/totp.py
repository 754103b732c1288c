"""Codes of six digits that change every thirty seconds (RFC 6238 on RFC 4226, HMAC-SHA1, as authenticator apps read them).

The secret is not kept: it is made from the service's master secret and a nonce, so that a copy of the database gives no codes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

STEP_SECONDS = 30
DIGITS = 6
SKEW_STEPS = 1  # a phone's clock may be this far off, on either side
NONCE_BYTES = 32


def secret(master: bytes, principal_id: UUID, nonce: bytes) -> bytes:
    """The 160 bits that the app of a principal keeps."""
    key = hmac.new(master, b"yui totp", hashlib.sha256).digest()
    return hmac.new(key, principal_id.bytes + nonce, hashlib.sha256).digest()[:20]


def spelled(shared: bytes) -> str:
    """The secret as people type it: base32 in groups of four."""
    told = base64.b32encode(shared).decode()
    return " ".join(told[start : start + 4] for start in range(0, len(told), 4))


def uri(shared: bytes, issuer: str, account: str) -> str:
    """What the symbol says that an app scans."""
    told = base64.b32encode(shared).decode()
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?secret={told}&issuer={quote(issuer)}"


def step_of(now: datetime) -> int:
    """Which thirty seconds it is."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(shared: bytes, step: int) -> str:
    """The code of one step."""
    digest = hmac.new(shared, step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(shared: bytes, code: str, now: datetime) -> int | None:
    """Which step a code belongs to, this one or its neighbours; None where it is none of theirs."""
    given, current = code.encode(), step_of(now)
    found = None
    for step in range(current - SKEW_STEPS, current + SKEW_STEPS + 1):
        if hmac.compare_digest(code_at(shared, step).encode(), given):
            found = step
    return found
