"""A device of its own key over ASGI: real keys and real signatures, made as WebCrypto makes them.

key = Key.new()
await key.register(browser, on="/host")
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def spelled(data: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class Key:
    """A key pair, and under which id the service keeps its public half."""

    pair: ec.EllipticCurvePrivateKey
    key_id: str = ""

    @classmethod
    def new(cls) -> Key:
        """A new pair."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @property
    def spki(self) -> bytes:
        """The public half."""
        return self.pair.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, message: bytes) -> bytes:
        """r and s, 32 bytes each."""
        r, s = utils.decode_dss_signature(self.pair.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)
