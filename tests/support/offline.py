"""A device without signal, as far as the server sees it: it signs what it wrote down, links it, and sends it as the page does."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kernel import ids
from tests.support.browsing import HIDDEN, Browser

FIRST = "0" * 64
SIDE_BYTES = 32


@dataclass
class Device:
    """A browser with a key, and its queue for one slot."""

    browser: Browser
    slot_id: str
    key_id: str
    key: ec.EllipticCurvePrivateKey
    roster: dict[str, Any]
    records: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    before: str = FIRST

    def write(self, method: str, at: datetime, **told: Any) -> str:
        """Writes a record down; the scan's id."""
        scan_id = str(ids.new_id())
        record = {"scan_id": scan_id, "method": method, "slot_id": self.slot_id, "occurred_at": at.isoformat()}
        record |= {"direction": "auto", "seal": self.roster["seal"]} | told
        self.sign(msgspec.json.encode(record).decode())
        return scan_id

    def sign(self, record: str) -> None:
        """Signs a record and puts it at the end of the queue."""
        number = len(self.records) + 1
        message = self.message(number, record)
        r, s = utils.decode_dss_signature(self.key.sign(message, ec.ECDSA(hashes.SHA256())))
        signature = (r.to_bytes(SIDE_BYTES) + s.to_bytes(SIDE_BYTES)).hex()
        self.records.append({"number": number, "before": self.before, "record": record, "signature": signature})
        self.before = hashlib.sha256(message).hexdigest()

    def message(self, number: int, record: str) -> bytes:
        """What is signed."""
        lines = ("yui queue 1", self.key_id, self.slot_id, str(number), self.before, hashlib.sha256(record.encode()).hexdigest())
        return "\n".join(lines).encode()

    async def send(
        self, records: list[dict[str, Any]] | None = None, *, sent_at: datetime, listed: bool = False
    ) -> httpx.Response:
        """Sends the queue, or some of it."""
        asked = {"key_id": self.key_id, "records": self.records if records is None else records, "listed": listed}
        queue = msgspec.json.encode(asked | {"sent_at": sent_at.isoformat()}).decode()
        told = {"form_token": self.roster["form_token"], "queue": queue}
        return await self.browser.post(f"/host/slots/{self.slot_id}/queue", told)


async def taken_along(browser: Browser, slot_id: str) -> Device:
    """A device that was at the live page of a slot while there was a signal."""
    page = await browser.get(f"/host/slots/{slot_id}/live")
    assert page.status_code == 200, page.text
    key = ec.generate_private_key(ec.SECP256R1())
    told = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    spelled = base64.urlsafe_b64encode(told).decode().rstrip("=")
    made = await browser.post("/device/key", {"form_token": dict(HIDDEN.findall(page.text))["form_token"], "public_key": spelled})
    assert made.is_success, made.text
    roster = await browser.get(f"/host/slots/{slot_id}/roster")
    assert roster.status_code == 200, roster.text
    return Device(browser, slot_id, made.json()["key_id"], key, roster.json())
