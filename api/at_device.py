"""A device at a counter signs what it sends: here every form of its pages is checked, before anything else of it is read.

A form carries the proof in a field, what a script sends carries it in a header: `key.time.nonce.signature`, where time is in
milliseconds since 1970 by the device's clock, and the signature is of six lines:

    yui 1 · POST · /path?query · time · nonce · SHA-256

The last is of the form's fields in their order, each name and value with its length before it, or, with a header, of the whole body.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import parse_qsl
from uuid import UUID

from litestar import Request

from api import context
from community import device_refusals as refusals
from community.actor import Actor
from community.devices import Signed
from db import transact
from flows import devices_at_work

FIELD = "device_proof"
HEADER = "device-proof"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_FIELDS_MAX = 500


class Proof(NamedTuple):
    """What a request says of its signature."""

    key_id: UUID
    time: int
    nonce: UUID
    signature: bytes


async def check(connection: context.Connection, actor: Actor) -> None:
    """Whether the device itself sent this, once. Of anybody else, and of what only reads, nothing is asked.

    Raises DeviceUnsigned, DeviceSignatureWrong, DeviceClockWrong, DeviceReplayed.
    """
    if actor.at is None or not isinstance(connection, Request) or connection.method in _READING:
        return
    body = await connection.body()
    proof, digest = _told(connection.headers.get(HEADER), body)
    target = connection.url.path + (f"?{connection.url.query}" if connection.url.query else "")
    said = ["yui 1", connection.method, target, str(proof.time), str(proof.nonce), digest]
    signed = Signed(key_id=proof.key_id, nonce=proof.nonce, message="\n".join(said), signature=proof.signature)
    served = context.of(connection)
    told_at, now = _instant(proof.time), served.clock.now()
    await transact.transact(
        served.engine,
        actor.municipality_id,
        lambda conn: devices_at_work.receive(conn, signed, actor=actor, told_at=told_at, now=now),
    )


def fields_digest(pairs: list[tuple[str, str]]) -> str:
    """SHA-256 of a form's fields in their order, as hexadecimal; line ends are LF. Pure."""
    digest = hashlib.sha256()
    for pair in pairs:
        for each in pair:
            spelled = each.replace("\r\n", "\n").replace("\r", "\n").encode()
            digest.update(f"{len(spelled)}:".encode() + spelled)
    return digest.hexdigest()


def _told(header: str | None, body: bytes) -> tuple[Proof, str]:
    if header is not None:
        return _proof(header), hashlib.sha256(body).hexdigest()
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS_MAX)
    except (UnicodeDecodeError, ValueError) as error:
        raise refusals.DeviceUnsigned from error
    proofs = [value for name, value in pairs if name == FIELD]
    if len(proofs) != 1:
        raise refusals.DeviceUnsigned
    return _proof(proofs[0]), fields_digest([pair for pair in pairs if pair[0] != FIELD])


def _proof(told: str) -> Proof:
    try:
        key_id, time, nonce, signature = told.split(".")
        padded = signature + "=" * (-len(signature) % 4)
        proof = Proof(UUID(key_id), int(time), UUID(nonce), base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise refusals.DeviceUnsigned from error
    if not 0 <= proof.time < 2**43 or len(proof.signature) != 64:
        raise refusals.DeviceUnsigned
    return proof


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
