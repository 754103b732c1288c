"""What a record of a device's queue says: the exact text that was signed, understood. Nothing is decided here."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import scans
from community import members
from flows.readings import ScanAsked
from kernel.refusal import Refusal
from qr import refusals as codes_refused
from qr import seals, store, tokens
from qr.keys import Keys
from qr.seals import Seal

FORGED: Refusal = codes_refused.ForgedSeal()
Text = Annotated[str, Meta(max_length=512)]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A scan as it was written down on the spot. `seal` is of the list that the device had then; `takes_back` names another scan."""

    scan_id: UUID
    method: Literal["card", "manual", "retract"]
    slot_id: UUID
    occurred_at: Annotated[datetime, Meta(tz=True)]
    direction: Literal["auto"] = "auto"
    code: Text | None = None
    member_number: Annotated[int, Meta(ge=0, le=999_999_999)] | None = None
    reason: Annotated[str, Meta(max_length=200)] | None = None
    takes_back: UUID | None = None
    seal: Text | None = None


def read(text: str, slot_id: UUID) -> Record | None:
    """The record, if it can be read and is of this slot. Pure."""
    try:
        found = msgspec.json.decode(text, type=Record)
    except (msgspec.DecodeError, RecursionError):
        return None
    return found if found.slot_id == slot_id else None


def sure(text: str, slot_id: UUID) -> Record:
    """The record that was read before. One that cannot be read is a fault."""
    found = read(text, slot_id)
    if found is None:
        raise LookupError("a record that was taken can be read")
    return found


def as_scan(record: Record, sent_at: datetime) -> ScanAsked:
    """The scan that a card or a number makes. Pure."""
    return ScanAsked(
        scan_id=record.scan_id,
        method="manual" if record.method == "manual" else "card",
        code=record.code,
        slot_id=record.slot_id,
        member_number=record.member_number,
        reason=record.reason,
        occurred_at=record.occurred_at,
        sent_at=sent_at,
    )


def seal_of(record: Record, slot_id: UUID, keys: Keys) -> Seal | None:
    """The seal of the list that the device had, if it is ours and of this slot. Pure."""
    if record.seal is None:
        return None
    try:
        found = seals.read(record.seal, keys)
    except codes_refused.ForgedSeal:
        return None
    return found if found.slot_id == slot_id else None


def forged(record: Record, slot_id: UUID, keys: Keys) -> bool:
    """Whether it names a list that was never given for this slot. Pure."""
    return record.seal is not None and seal_of(record, slot_id, keys) is None


async def whose(conn: AsyncConnection, record: Record) -> UUID | None:
    """Whose card or number it is, whether it still counts or not; None where nobody knows."""
    try:
        if record.takes_back is not None:
            taken = await scans.find(conn, record.takes_back)
            return taken.member_id if taken is not None else None
        if record.member_number is not None:
            return (await members.by_number(conn, record.member_number)).member_id
        card = await store.known_card(conn, tokens.open_card(tokens.read(record.code or "").text))
    except Refusal:
        return None
    return card.subject if card is not None else None
