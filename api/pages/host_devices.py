"""Devices with a key: a browser registers its own."""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

import msgspec
from litestar import post
from litestar.di import NamedDependency

from api.pages.door import PageDoor
from community import device_keys
from community.device_refusals import BadDeviceKey

AT_WORK = {"host": "own", "device": "own", "cashier": "own"}


class KeyForm(msgspec.Struct, frozen=True, kw_only=True):
    """A public key, SPKI in base64url."""

    public_key: str

    @property
    def spki(self) -> bytes:
        """The key's bytes. Raises BadDeviceKey."""
        try:
            return base64.urlsafe_b64decode(self.public_key + "=" * (-len(self.public_key) % 4))
        except (binascii.Error, ValueError) as error:
            raise BadDeviceKey from error


class KeyKept(msgspec.Struct, frozen=True, kw_only=True):
    """Under which id a key is kept."""

    key_id: UUID


@post("/device/key", may=AT_WORK, page=True, include_in_schema=False)
async def register_key(door: NamedDependency[PageDoor]) -> KeyKept:
    """Keeps the key of the browser in which somebody is signed in, for whom it will sign."""
    form, session = await door.form(KeyForm), door.signed_in
    spki, who = form.spki, session.actor.principal_id
    kept = await door.write(lambda conn: device_keys.add(conn, who, spki, session_id=session.session_id, now=door.now))
    return KeyKept(key_id=kept.key_id)


HANDLERS = (register_key,)
