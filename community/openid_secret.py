"""The secret of a client at an OpenID provider, sealed with the master key (AES-256-GCM) for one municipality and client.

A copy of the database alone tells it to nobody. With another master key it has to be set anew.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from community import refusals

NONCE_BYTES = 12


def sealed(master: bytes, secret: str, *, bound_to: tuple[int, str, str], nonce: bytes) -> bytes:
    """`secret` sealed for (municipality, issuer, client id). `nonce`: 12 bytes of chance, new each time."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a seal needs {NONCE_BYTES} bytes of chance, not {len(nonce)}")
    return _cipher(master).encrypt(nonce, secret.encode(), _bound(bound_to))


def opened(master: bytes, nonce: bytes, told: bytes, *, bound_to: tuple[int, str, str]) -> str:
    """The secret. Raises OpenidSecretUnreadable where it was sealed with another master key, or for another client."""
    try:
        return _cipher(master).decrypt(nonce, told, _bound(bound_to)).decode()
    except InvalidTag:
        raise refusals.OpenidSecretUnreadable from None


def _cipher(master: bytes) -> AESGCM:
    return AESGCM(hmac.new(master, b"yui openid client secret", hashlib.sha256).digest())


def _bound(to: tuple[int, str, str]) -> bytes:
    return "\n".join(map(str, to)).encode()
