"""Keys that a browser made and cannot give away: ECDSA on P-256 with SHA-256, as WebCrypto signs. Here are their public halves.

A host's own phone may have one, for what it keeps without signal. A device at a counter has just one, from the moment it was added:
whoever copies its cookie gets no other, and what is not signed by it is refused (`flows.devices_at_work`).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from sqlalchemy.ext.asyncio import AsyncConnection

from community import device_refusals as refusals
from db import query
from kernel import ids

SIGNATURE_BYTES = 64  # r and s, 32 bytes each: how WebCrypto writes them

_COLUMNS = """
    select k.key_id, k.principal_id, k.public_key, k.session_id, k.made_at, e.ended_at
    from community.device_key k
    left join community.device_key_end e on e.municipality_id = k.municipality_id and e.key_id = k.key_id
    where k.municipality_id = db.municipality()
"""
_FIND = query.statement(f"{_COLUMNS} and k.key_id = :key_id")
_SAME = query.statement(f"{_COLUMNS} and k.principal_id = :principal_id and k.public_key = :public_key")
_OF_PRINCIPAL = query.statement(
    f"{_COLUMNS} and k.principal_id = :principal_id and e.ended_at is null order by k.made_at, k.key_id"
)
_HAD_ONE = query.statement(
    """
    select exists (
        select from community.device_key where municipality_id = db.municipality() and principal_id = :principal_id
    )
    """
)
_INSERT = query.statement(
    """
    insert into community.device_key (municipality_id, key_id, principal_id, public_key, session_id, made_at)
    values (db.municipality(), :key_id, :principal_id, :public_key, :session_id, :made_at)
    on conflict on constraint device_key_once do nothing
    """
)
_END = query.statement(
    """
    insert into community.device_key_end (municipality_id, key_id, ended_at, ended_by, why)
    select k.municipality_id, k.key_id, :now, cast(:ended_by as uuid), :why from community.device_key k
    where k.municipality_id = db.municipality() and k.principal_id = :principal_id
    on conflict on constraint device_key_end_pkey do nothing
    """
)


class DeviceKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key: whose it is, its public half as SPKI, in which session it was made, and when it ended, if it did."""

    key_id: UUID
    principal_id: UUID
    public_key: bytes
    session_id: UUID
    made_at: datetime
    ended_at: datetime | None = None

    def stands(self, at: datetime) -> bool:
        """Whether what it signs counts at an instant."""
        return self.made_at <= at and (self.ended_at is None or at < self.ended_at)


def checked(public_key: bytes) -> bytes:
    """The key in its one spelling: SPKI in DER, 91 bytes. Raises BadDeviceKey."""
    return _opened(public_key).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def verify(key: DeviceKey, message: bytes, signature: bytes) -> bool:
    """Whether the key signed this message. Pure; whether the key stands is another question."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    half = SIGNATURE_BYTES // 2
    spelled = utils.encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
    try:
        _opened(key.public_key).verify(spelled, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


async def add(conn: AsyncConnection, principal_id: UUID, public_key: bytes, *, session_id: UUID, now: datetime) -> DeviceKey:
    """Keeps the public key of a browser, as SPKI; the same key of the same principal again is the one that is kept.

    Raises BadDeviceKey; UnknownDeviceKey where this key ended. A second key of a device at a counter is refused in PostgreSQL too.
    """
    spelled, key_id = checked(public_key), ids.new_id()
    told = {"key_id": key_id, "principal_id": principal_id, "public_key": spelled, "session_id": session_id}
    await query.run(conn, _INSERT, made_at=now, **told)
    row = await query.one(conn, _SAME, principal_id=principal_id, public_key=spelled)
    if row is None or row.ended_at is not None:
        raise refusals.UnknownDeviceKey(key_id=key_id if row is None else row.key_id)
    return query.into(DeviceKey, row)


async def find(conn: AsyncConnection, key_id: UUID) -> DeviceKey:
    """The key, whether it stands or ended: what it signed before its end counts. Raises UnknownDeviceKey."""
    row = await query.one(conn, _FIND, key_id=key_id)
    if row is None:
        raise refusals.UnknownDeviceKey(key_id=key_id)
    return query.into(DeviceKey, row)


async def of_principal(conn: AsyncConnection, principal_id: UUID) -> list[DeviceKey]:
    """The keys of a principal that stand, the first one first."""
    return [query.into(DeviceKey, row) for row in await query.rows(conn, _OF_PRINCIPAL, principal_id=principal_id)]


async def had_one(conn: AsyncConnection, principal_id: UUID) -> bool:
    """Whether a principal has or had a key."""
    return await query.scalar(conn, _HAD_ONE, principal_id=principal_id)


async def end(conn: AsyncConnection, principal_id: UUID, *, ended_by: UUID | None, why: str, now: datetime) -> int:
    """Ends every key of a principal; how many ended now."""
    return await query.run(conn, _END, principal_id=principal_id, ended_by=ended_by, why=why, now=now)


def _opened(public_key: bytes) -> ec.EllipticCurvePublicKey:
    try:
        opened = load_der_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise refusals.BadDeviceKey from error
    if not isinstance(opened, ec.EllipticCurvePublicKey) or not isinstance(opened.curve, ec.SECP256R1):
        raise refusals.BadDeviceKey
    return opened
