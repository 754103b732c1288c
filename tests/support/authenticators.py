"""A passkey's holder in software: real keys, real signatures, CTAP2's bytes; what a browser would answer, as JSON.

phone = authenticators.Authenticator(origin="https://yui.example.jp")
made = phone.make(question["options"])          # registration
shown = phone.show(question["options"])         # sign-in or step-up; count, verified, origin … can be told otherwise
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

UP, UV, AT = 0x01, 0x04, 0x40


def b64(told: bytes) -> str:
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def un64(told: str) -> bytes:
    return base64.urlsafe_b64decode(f"{told}===")


@dataclass
class Authenticator:
    """One device with one key at most. `counts` is False for devices that never count, as phones do."""

    origin: str
    verified: bool = True
    counts: bool = True
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    handle: bytes = b""

    def make(self, options: dict[str, Any]) -> str:
        """Answers a question that asks for a new key."""
        self.handle = un64(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(public)
        data = self._data(options["rp"]["id"], UP | AT) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": b64(client), "attestationObject": b64(attestation)})

    def show(self, options: dict[str, Any]) -> str:
        """Answers a question that asks for the key."""
        data = self._data(options["rpId"], UP)
        client = self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": b64(client),
                "authenticatorData": b64(data),
                "signature": b64(signature),
                "userHandle": b64(self.handle),
            }
        )

    def copied(self) -> Authenticator:
        """A copy, with its own count from here on."""
        return copy.copy(self)

    def _data(self, rp_id: str, flags: int) -> bytes:
        self.count += int(self.counts)
        told = flags | (UV if self.verified else 0)
        return hashlib.sha256(rp_id.encode()).digest() + bytes([told]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        told = b64(self.credential_id)
        return json.dumps({"id": told, "rawId": told, "type": "public-key", "response": response, "clientExtensionResults": {}})
