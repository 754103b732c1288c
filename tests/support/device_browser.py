"""A device with a key of its own, over ASGI: real keys and real signatures, made as WebCrypto makes them.

tablet = await device_browser.added(service, host)        # by a host on their own phone; opened on a tablet
await tablet.send(f"/host/slots/{slot}/scans", on=…, who=…)   # signed
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api import at_device
from flows import devices_at_work
from kernel import ids
from tests.support.browsing import HIDDEN, Browser
from tests.support.http import Service

ADDRESS = re.compile(r'data-address="[^"]*(/device/open/[^"]*)"')


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


class Device(Browser):
    """A browser that signs every form with its key, as web/src/device does."""

    def __init__(self, service: Service, key: Key) -> None:
        super().__init__(service, "Mozilla/5.0 (Linux; Android 14; tablet)")
        self.key, self.clock = key, service.clock

    def proof(self, path: str, fields: dict[str, Any], **otherwise: Any) -> str:
        """The proof that goes with a form; `otherwise` says what is signed wrongly: key, time, nonce, target."""
        told: dict[str, Any] = {"time": round(self.clock.now().timestamp() * 1000), "nonce": ids.new_id(), "target": path}
        told |= {"key": self.key} | otherwise
        digest = at_device.fields_digest([(name, str(value)) for name, value in fields.items()])
        said = ["yui 1", "POST", told["target"], str(told["time"]), str(told["nonce"]), digest]
        signature = told["key"].sign("\n".join(said).encode())
        return f"{self.key.key_id}.{told['time']}.{told['nonce']}.{spelled(signature)}"

    async def post(self, path: str, form: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        """Sends fields, signed."""
        fields = form or {}
        return await self.unsigned(path, fields | {at_device.FIELD: self.proof(path, fields)}, **headers)

    async def unsigned(self, path: str, form: dict[str, Any], **headers: str) -> httpx.Response:
        """Sends fields as they are."""
        return await super().post(path, form, **headers)

    async def fields(self, on: str) -> dict[str, str]:
        """The hidden fields of a page."""
        return dict(HIDDEN.findall((await self.get(on)).text))


async def offered(by: Browser, name: str = "公民館タブレット") -> str:
    """Adds a device on somebody's own screen; the path that its QR code says."""
    page = await by.send("/counters", on="/counters", name=name)
    found = ADDRESS.search(page.text)
    assert found is not None, page.text
    return found[1]


async def opened(service: Service, path: str, key: Key | None = None) -> Device:
    """Opens a device with a new key."""
    made = Device(service, key or Key.new())
    secret = path.rpartition("/")[2]
    told = {"public_key": spelled(made.key.spki), "signature": spelled(made.key.sign(devices_at_work.to_sign(secret)))}
    answer = await made.unsigned(path, told)
    assert answer.status_code == 201, answer.text
    made.key.key_id = answer.json()["key_id"]
    return made


async def added(service: Service, by: Browser, name: str = "公民館タブレット") -> Device:
    """A device that somebody added and that was opened."""
    return await opened(service, await offered(by, name))


async def works(device: Device, person: Browser, pin: str = "2580") -> None:
    """Somebody sets a PIN on their own phone, and begins to work at the device."""
    assert person.caller is not None
    assert (await person.send("/pin", on="/pin", pin=pin, again=pin)).status_code == 303
    begun = await device.send("/device/operator", on="/device/operator", operator_id=person.caller.principal_id, pin=pin)
    assert begun.status_code == 303, begun.text
