"""A device's queue comes in: what it wrote down without signal is checked against its key, and then counts like any scan.

Three things can come of a record. It counts; sent again, it gets the same answer. It is refused, as any scan may be: then it stands on
the slot's list of conflicts until somebody settles it, and nothing is lost by silence. Or the queue itself does not hold: a record is
missing, was changed, or is not signed by the caller's key. Then nothing of it is taken and the device is told; asked to (`listed`), all
of it goes on the list instead, where a person decides. A list never counts by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncConnection

from activities import conflicts, queue, scan_times, scans
from activities import offline_refusals as refused
from activities.conflicts import Conflict
from activities.queue import Link, Sending
from community import device_keys
from community.actor import Actor
from community.device_keys import DeviceKey
from community.device_refusals import UnknownDeviceKey
from flows import check_in, queue_reading, reach, take_back
from flows.queue_reading import Record
from flows.readings import Codes
from kernel import ids
from kernel.refusal import Refusal

BROKEN = (
    refused.QueueGap,
    refused.QueueChanged,
    refused.QueueSignatureWrong,
    refused.QueueRecordUnreadable,
    refused.ForeignDeviceKey,
)
"""What is wrong with a queue as a whole, rather than with a scan in it."""

Outcome = Literal["counted", "taken_back", "listed"]


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One record as the device keeps it: its number, the hash before it and the signature in hex; `record` is the exact text."""

    number: Annotated[int, Meta(ge=1, le=2_000_000_000)]
    before: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    record: Annotated[str, Meta(max_length=2_048)]
    signature: Annotated[str, Meta(pattern="^([0-9a-f]{2}){8,128}$")]


class QueueAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Records of one key for one slot, in order; `sent_at` by the device's clock. `listed`: they are known not to hold together."""

    key_id: UUID
    records: Annotated[tuple[Signed, ...], Meta(min_length=1, max_length=check_in.SCANS_MAX)]
    sent_at: datetime
    listed: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one record: whose it was, where that is known, and why it did not count, where it did not."""

    number: int
    scan_id: UUID
    outcome: Outcome
    member_id: UUID | None = None
    direction: str | None = None
    evidence: int | None = None
    replayed: bool = False
    conflict_id: UUID | None = None
    code: str | None = None
    facts: dict[str, Any] | None = None


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """An answer for each record, in order, and the last link that was received: the next record follows on that."""

    answers: tuple[Answer, ...]
    number: int
    hash: str


async def take(conn: AsyncConnection, slot_id: UUID, asked: QueueAsked, *, actor: Actor, now: datetime, codes: Codes) -> Taken:
    """Takes a queue in. Raises UnknownSlot, and unless it is to be `listed` what BROKEN names."""
    await reach.slot(conn, slot_id, actor)
    await queue.lock(conn, asked.key_id, slot_id)
    incoming = _Incoming(conn, slot_id, asked, actor, now, codes)
    try:
        links = await incoming.links()
    except BROKEN as broken:
        if not asked.listed:
            raise
        answers = await incoming.listed(broken)
    else:
        await incoming.append(links)
        answers = await incoming.counted()
    head = await queue.head(conn, asked.key_id, slot_id)
    return Taken(answers=tuple(answers), number=head.number, hash=head.hash.hex())


@dataclass(frozen=True)
class _Incoming:
    """One queue on its way in."""

    _conn: AsyncConnection
    _slot_id: UUID
    _asked: QueueAsked
    _actor: Actor
    _now: datetime
    _codes: Codes

    async def links(self) -> list[Link]:
        """The links that are new. Raises what BROKEN names."""
        asked, first = self._asked, self._asked.records[0].number
        key = await self._key()
        known = await queue.since(self._conn, asked.key_id, self._slot_id, first - 1)
        if first - 1 not in known:
            head = await queue.head(self._conn, asked.key_id, self._slot_id)
            raise refused.QueueGap(key_id=asked.key_id, expected=head.number + 1, found=first)
        before, fresh = known[first - 1], list[Link]()
        for number, each in enumerate(asked.records, first):
            link = self._link(number, each, before)
            if number in known:
                if known[number] != link.hash:
                    raise refused.QueueChanged(key_id=asked.key_id, number=number)
            elif not device_keys.verify(key, self._message(each), link.signature):
                raise refused.QueueSignatureWrong(key_id=asked.key_id, number=number)
            else:
                fresh.append(link)
            before = link.hash
        return fresh

    async def _key(self) -> DeviceKey:
        """The caller's key, while it stands. Raises ForeignDeviceKey."""
        foreign = refused.ForeignDeviceKey(key_id=self._asked.key_id)
        try:
            key = await device_keys.find(self._conn, self._asked.key_id)
        except UnknownDeviceKey:
            raise foreign from None
        if key.principal_id != self._actor.principal_id or not key.stands(self._now):
            raise foreign
        return key

    def _link(self, number: int, sent: Signed, before: bytes) -> Link:
        """A record in its place. Raises QueueGap, QueueChanged, QueueRecordUnreadable."""
        if sent.number != number:
            raise refused.QueueGap(key_id=self._asked.key_id, expected=number, found=sent.number)
        if bytes.fromhex(sent.before) != before:
            raise refused.QueueChanged(key_id=self._asked.key_id, number=number)
        record = queue_reading.read(sent.record, self._slot_id)
        if record is None:
            raise refused.QueueRecordUnreadable(key_id=self._asked.key_id, number=number)
        return self._written(sent, record, held=True)

    def _written(self, sent: Signed, record: Record, *, held: bool) -> Link:
        seal = queue_reading.seal_of(record, self._slot_id, self._codes.keys)
        return Link(
            number=sent.number,
            record_id=record.scan_id,
            record_sha256=hashlib.sha256(sent.record.encode()).digest(),
            before=bytes.fromhex(sent.before),
            hash=hashlib.sha256(self._message(sent)).digest(),
            signature=bytes.fromhex(sent.signature),
            held=held,
            roster_sha256=seal.sha256 if seal is not None else None,
            method=record.method,
            told_at=record.occurred_at,
            takes_back=record.takes_back,
        )

    def _message(self, sent: Signed) -> bytes:
        before = bytes.fromhex(sent.before)
        return queue.message(self._asked.key_id, self._slot_id, sent.number, before, sent.record.encode())

    async def append(self, links: Sequence[Link]) -> None:
        """Keeps links."""
        sent = Sending(by=self._actor.principal_id, in_shift=self._turn, at=self._now)
        await queue.append(self._conn, (self._asked.key_id, self._slot_id), links, sent)

    @property
    def _turn(self) -> UUID | None:
        return self._actor.at.shift_id if self._actor.at is not None else None

    async def counted(self) -> list[Answer]:
        """Every record counted, or put on the list: in order, and scans that follow on each other as one list."""
        records = [(each.number, queue_reading.sure(each.record, self._slot_id)) for each in self._asked.records]
        before = await conflicts.of_scans(self._conn, [record.scan_id for _, record in records])
        answers: list[Answer] = []
        together: list[tuple[int, Record]] = []
        for number, record in records:
            if record.scan_id in before:
                answers.append(_listed(number, before[record.scan_id]))
            elif record.method != "retract":
                together.append((number, record))
            else:
                answers += await self._scanned(together)
                together = []
                answers.append(await self._taken_back(number, record))
        answers += await self._scanned(together)
        return sorted(answers, key=lambda each: each.number)

    async def _scanned(self, told: Sequence[tuple[int, Record]]) -> list[Answer]:
        forged = [each for each in told if queue_reading.forged(each[1], self._slot_id, self._codes.keys)]
        answers = [await self._refused(number, record, queue_reading.FORGED) for number, record in forged]
        told = [each for each in told if each not in forged]
        asked = [queue_reading.as_scan(record, self._asked.sent_at) for _, record in told]
        outcomes = await check_in.scan_many(self._conn, asked, actor=self._actor, now=self._now, codes=self._codes)
        for (number, record), outcome in zip(told, outcomes, strict=True):
            if isinstance(outcome, Refusal):
                answers.append(await self._refused(number, record, outcome))
                continue
            answers.append(
                Answer(
                    number=number,
                    scan_id=record.scan_id,
                    outcome="counted",
                    member_id=outcome.member_id,
                    direction=outcome.direction,
                    evidence=outcome.evidence,
                    replayed=outcome.replayed,
                )
            )
        return answers

    async def _taken_back(self, number: int, record: Record) -> Answer:
        scan_id, reason = record.takes_back or record.scan_id, record.reason or ""
        try:
            async with self._conn.begin_nested():
                found = await take_back.take_back(self._conn, scan_id, reason=reason, actor=self._actor, now=self._now)
        except Refusal as refusal:
            return await self._refused(number, record, refusal)
        return Answer(number=number, scan_id=record.scan_id, outcome="taken_back", member_id=found.member_id)

    async def _refused(self, number: int, record: Record, why: Refusal) -> Answer:
        """Puts a record on the list."""
        skew = timedelta(seconds=scan_times.skew_of(self._asked.sent_at, self._now))
        kept = Conflict(
            conflict_id=ids.new_id(),
            slot_id=self._slot_id,
            scan_id=record.scan_id,
            method=record.method,
            member_id=await queue_reading.whose(self._conn, record),
            occurred_at=record.occurred_at - skew,
            code=why.code,
            facts=why.facts(),
            key_id=self._asked.key_id,
            number=number,
            received_at=self._now,
            received_by=self._actor.principal_id,
            sent_in_shift=self._turn,
        )
        await conflicts.keep(self._conn, kept)
        return _listed(number, (await conflicts.of_scans(self._conn, [record.scan_id]))[record.scan_id])

    async def listed(self, broken: Refusal) -> list[Answer]:
        """All of a queue that does not hold, put on the list; what nobody can read is left out, and what counted before has counted."""
        answers: list[Answer] = []
        for each in self._asked.records:
            record = queue_reading.read(each.record, self._slot_id)
            if record is None:
                continue
            if not isinstance(broken, refused.ForeignDeviceKey):
                await self.append([self._written(each, record, held=False)])
            known = await scans.find(self._conn, record.scan_id)
            if known is not None and known.scanned_by == self._actor.principal_id:
                answers.append(Answer(number=each.number, scan_id=record.scan_id, outcome="counted", replayed=True))
            else:
                answers.append(await self._refused(each.number, record, broken))
        return answers


def _listed(number: int, kept: Conflict) -> Answer:
    told: dict[str, Any] = {"conflict_id": kept.conflict_id, "code": kept.code, "facts": kept.facts}
    return Answer(number=number, scan_id=kept.scan_id, outcome="listed", member_id=kept.member_id, **told)
