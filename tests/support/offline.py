"""A device without signal, as far as the server sees it: it signs what it wrote down, links it, and sends it as the page does."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.ext.asyncio import AsyncConnection

from db import query
from db.transact import read
from kernel import ids
from tests.support import scenes
from tests.support.browsing import HIDDEN, Browser
from tests.support.scenes import Member, Town
from tests.support.towns import TOWN

FIRST = "0" * 64
SIDE_BYTES = 32
HOUR = timedelta(hours=1)

SCANS = query.statement(
    """
    select s.scan_id, s.member_id, s.direction, s.method, s.evidence from activities.scan s
    where s.municipality_id = db.municipality() and s.slot_id = cast(cast(:slot_id as text) as uuid)
    order by s.occurred_at, s.direction
    """
)
LINKS = query.statement(
    """
    select number, held, roster_sha256 from activities.queue_link
    where municipality_id = db.municipality() and slot_id = cast(cast(:slot_id as text) as uuid) order by number
    """
)
SETTLED = query.statement(
    """
    select c.code, s.how, s.reason, s.settled_by from activities.scan_conflict c
    left join activities.conflict_settlement s on s.municipality_id = c.municipality_id and s.conflict_id = c.conflict_id
    where c.municipality_id = db.municipality() and c.slot_id = cast(cast(:slot_id as text) as uuid) order by c.number
    """
)


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


async def rows(town: Town, asked: Any, slot_id: str) -> list[Any]:
    """What a statement about a slot finds."""

    async def work(conn: AsyncConnection) -> list[Any]:
        return list(await query.rows(conn, asked, slot_id=slot_id))

    return await read(town.service.engine, TOWN, work)


async def hall(town: Town, host: Browser, hours: float = 2, capacity: int = 20) -> Device:
    """A device that was taken along to a slot that begins now."""
    slot_id = await scenes.slot(town, town.service.clock.now(), hours, capacity)
    return await taken_along(host, slot_id)


async def came_and_went(town: Town, device: Device, guest: Member) -> None:
    """The guest's card is read now, and in two hours."""
    now = town.service.clock.now()
    device.write("card", now, code=guest.card)
    device.write("card", now + 2 * HOUR, code=guest.card)


def outcomes(answer: Any) -> list[str]:
    """What came of each record."""
    assert answer.status_code == 200, answer.text
    return [each["outcome"] for each in answer.json()["answers"]]
