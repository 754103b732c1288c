"""The two ceremonies of passkeys (WebAuthn level 2): a browser shows that it holds a key, for one question that we asked it.

A question (challenge) is made, not kept: when, chance, and a code over both that the service alone can make, for one purpose and one
party. It is good for five minutes, and once: what is kept is its fingerprint, where it was answered. Asking therefore writes nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from collections.abc import Generator
from datetime import datetime, timedelta

import msgspec
import webauthn
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import AuthenticationCredential

from community import passkey_refusals as refusals

GOOD_FOR = timedelta(minutes=5)
CHANCE_BYTES = 16
ALGORITHMS = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
_STAMP_BYTES, _CODE_BYTES = 8, 32
# What a browser sent can be wrong in any way: the library's own refusals, and what its parts raise on what they cannot read.
_UNREADABLE = (WebAuthnException, ValueError, LookupError, TypeError, RecursionError)


class Party(msgspec.Struct, frozen=True):
    """For whom keys are made: a domain, and the one origin whose pages may ask for them."""

    rp_id: str
    origin: str


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What a question is for: the party, a purpose that names the session where there is one, and the service's secret."""

    master: bytes
    party: Party
    purpose: str


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A new key, checked: what is kept of it, and whether its holder was verified by PIN, finger or face."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    user_verified: bool
    rp_id: str
    challenge_sha256: bytes


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """What a key is checked by."""

    public_key: bytes
    rp_id: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A key, shown: how often it says it was used, and whether its holder was verified."""

    sign_count: int
    user_verified: bool
    challenge_sha256: bytes


def question(asking: Asking, chance: bytes, now: datetime) -> bytes:
    """A new challenge from CHANCE_BYTES of chance."""
    if len(chance) != CHANCE_BYTES:
        raise ValueError(f"a challenge needs {CHANCE_BYTES} bytes of chance, not {len(chance)}")
    told = int(now.timestamp()).to_bytes(_STAMP_BYTES, "big") + chance
    return told + _code(asking, told)


def handle(master: bytes, code: str, principal_bytes: bytes) -> bytes:
    """What a browser keeps beside a key to name its holder: the municipality's code, and 256 bits that say nothing to anybody else."""
    key = hmac.digest(master, b"yui passkey handle", "sha256")
    return code.encode() + hmac.digest(key, code.encode() + principal_bytes, "sha256")


def code_in(told: bytes) -> str | None:
    """The municipality's code in a handle, or None. Says nothing about whether the handle is one of ours."""
    code = told[:6]
    return code.decode() if len(told) == 38 and code.isdigit() else None


def read(told: str) -> AuthenticationCredential:
    """What a browser answered. Raises PasskeyRefused where it cannot be read."""
    with _refusing():
        return parse_authentication_credential_json(told)


def made(asking: Asking, told: str, now: datetime) -> Made:
    """A new key as the browser tells it. Raises PasskeyRefused, PasskeyTooLate."""
    with _refusing():
        credential = parse_registration_credential_json(told)
        challenge = _challenge(asking, credential.response.client_data_json, now)
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=asking.party.rp_id,
            expected_origin=asking.party.origin,
            supported_pub_key_algs=ALGORITHMS,
        )
        # A key that cannot be used is refused now, not when its holder stands before the door.
        decoded_public_key_to_cryptography(decode_credential_public_key(found.credential_public_key))
    return Made(
        credential_id=found.credential_id,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        user_verified=found.user_verified,
        rp_id=asking.party.rp_id,
        challenge_sha256=hashlib.sha256(challenge).digest(),
    )


def shown(asking: Asking, told: AuthenticationCredential, key: Key, now: datetime) -> Shown:
    """A key as the browser shows it: the signature is right. Raises PasskeyRefused, PasskeyTooLate.

    How often the key was used is not judged here: the library would do so before it looks at the signature, and then anybody could
    make a key look copied.
    """
    if key.rp_id != asking.party.rp_id:
        raise refusals.PasskeyRefused
    with _refusing():
        challenge = _challenge(asking, told.response.client_data_json, now)
        found = webauthn.verify_authentication_response(
            credential=told,
            expected_challenge=challenge,
            expected_rp_id=asking.party.rp_id,
            expected_origin=asking.party.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=0,
        )
    return Shown(
        sign_count=found.new_sign_count,
        user_verified=found.user_verified,
        challenge_sha256=hashlib.sha256(challenge).digest(),
    )


def _challenge(asking: Asking, client_data: bytes, now: datetime) -> bytes:
    """The challenge that was answered, if it is ours, for this purpose, and not too old."""
    read_ = parse_client_data_json(client_data)
    challenge = read_.challenge
    told, code = challenge[: _STAMP_BYTES + CHANCE_BYTES], challenge[_STAMP_BYTES + CHANCE_BYTES :]
    if read_.cross_origin or not hmac.compare_digest(_code(asking, told), code):
        raise refusals.PasskeyRefused
    age = int(now.timestamp()) - int.from_bytes(told[:_STAMP_BYTES], "big")
    if not 0 <= age < GOOD_FOR.total_seconds():
        raise refusals.PasskeyTooLate(minutes_max=int(GOOD_FOR.total_seconds()) // 60)
    return challenge


def _code(asking: Asking, told: bytes) -> bytes:
    key = hmac.digest(asking.master, b"yui passkey challenge", "sha256")
    said = f"{asking.purpose}\0{asking.party.rp_id}\0".encode()
    return hmac.digest(key, said + told, "sha256")[:_CODE_BYTES]


@contextlib.contextmanager
def _refusing() -> Generator[None]:
    try:
        yield
    except _UNREADABLE as error:
        raise refusals.PasskeyRefused from error
