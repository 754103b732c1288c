"""Queues of devices against themselves: the chain of each, its signatures, and that every record has just one outcome.

What a record says holds the secret of a card and is not kept; its fingerprint is, and that is what was signed.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from activities import queue
from community import device_keys
from community.device_keys import DeviceKey
from db import query
from ledger import checks
from ledger.checks import Check, Progress, Question

PAGE = 10_000
_LINKS = "activities.queue_link where municipality_id = (select db.municipality())"

# Each link's hash is of what it says; one that held follows on the one before it, by number and by hash.
QUEUE_LINKED = Question(
    name="queue_linked",
    counted=_LINKS,
    differences="""
        select q.key_id, q.slot_id, q.number, q.number_before, q.held
        from (
            select l.*, lag(l.number) over w as number_before, lag(l.hash) over w as hash_before
            from activities.queue_link l
            where l.municipality_id = (select db.municipality())
            window w as (partition by l.key_id, l.slot_id order by l.number)
        ) q
        where q.hash <> sha256(convert_to(concat_ws(
            chr(10), 'yui queue 1', cast(q.key_id as text), cast(q.slot_id as text), cast(q.number as text),
            encode(q.before, 'hex'), encode(q.record_sha256, 'hex')
        ), 'UTF8')) or q.held and (
            q.number <> coalesce(q.number_before, 0) + 1
            or q.before <> coalesce(q.hash_before, decode(repeat('00', 32), 'hex'))
        )
        order by 1, 2, 3
    """,
)
# A key signs for its own principal, while it stands: a request under way when it ended is let in for a minute.
QUEUE_OF_ITS_DEVICE = Question(
    name="queue_of_its_device",
    counted=_LINKS,
    differences="""
        select q.key_id, q.slot_id, q.number, q.received_by, k.principal_id, k.made_at, e.ended_at
        from activities.queue_link q
        left join community.device_key k on k.municipality_id = q.municipality_id and k.key_id = q.key_id
        left join community.device_key_end e on e.municipality_id = q.municipality_id and e.key_id = q.key_id
        where q.municipality_id = (select db.municipality()) and (
            k.principal_id = q.received_by and k.made_at <= q.received_at
            and (e.ended_at is null or q.received_at < e.ended_at + interval '1 minute')
        ) is not true
        order by 1, 2, 3
    """,
)
# It counted as the scan that it names, with the time that it told less what the clock was wrong by; or it took a scan back; or it
# stands on the list of conflicts. What did not hold counts for nothing new.
QUEUE_OUTCOME = Question(
    name="queue_outcome",
    counted=_LINKS,
    differences="""
        select n.key_id, n.slot_id, n.number, n.record_id, n.method, n.counted, n.taken_back, n.listed
        from (
            select q.key_id, q.slot_id, q.number, q.record_id, q.method, q.held,
                s.scan_id is not null as counted, r.scan_id is not null as taken_back, c.scan_id is not null as listed,
                q.told_at is null or q.told_at = s.occurred_at + make_interval(secs => s.skew_seconds) as in_time
            from activities.queue_link q
            left join activities.scan s on s.municipality_id = q.municipality_id and s.scan_id = q.record_id
                and s.slot_id = q.slot_id and s.scanned_by = q.received_by and s.received_at <= q.received_at
            left join activities.scan_retraction r on r.municipality_id = q.municipality_id and r.scan_id = q.takes_back
            left join activities.scan_conflict c on c.municipality_id = q.municipality_id and c.scan_id = q.record_id
            where q.municipality_id = (select db.municipality())
        ) n
        where case
            when n.method = 'retract' then not n.taken_back and not n.listed
            when not n.held then not n.counted and not n.listed
            when n.method is null then n.counted and n.listed
            else n.counted = n.listed or n.counted and not n.in_time
        end
        order by 1, 2, 3
    """,
)
# Whoever settled a conflict is somebody here; what was entered stands as a scan under the conflict's own id, or as a late entry.
CONFLICT_SETTLED = Question(
    name="conflict_settled",
    counted="activities.conflict_settlement where municipality_id = (select db.municipality())",
    differences="""
        select t.conflict_id, t.how, t.settled_by, t.member_id
        from activities.conflict_settlement t
        left join activities.scan_conflict c on c.municipality_id = t.municipality_id and c.conflict_id = t.conflict_id
        left join community.principal p on p.municipality_id = t.municipality_id and p.principal_id = t.settled_by
        left join activities.scan s on s.municipality_id = t.municipality_id and s.scan_id = t.conflict_id
            and s.member_id = t.member_id and s.slot_id = c.slot_id and s.scanned_by = t.settled_by
        left join (
            select distinct municipality_id, slot_id, member_id, made_at, made_by from activities.attendance
            where municipality_id = (select db.municipality())
        ) a on a.municipality_id = t.municipality_id and a.slot_id = c.slot_id and a.member_id = t.member_id
            and a.made_by = t.settled_by and a.made_at = t.settled_at
        where t.municipality_id = (select db.municipality()) and (
            p.principal_id is not null and c.received_at <= t.settled_at
            and (t.how = 'set_aside' or s.scan_id is not null or a.member_id is not null)
        ) is not true
        order by 1
    """,
)
QUESTIONS = (QUEUE_LINKED, QUEUE_OF_ITS_DEVICE, QUEUE_OUTCOME, CONFLICT_SETTLED)

_SIGNED = query.statement(
    """
    select q.key_id, q.slot_id, q.number, q.before, q.record_sha256, q.signature, k.principal_id, k.public_key, k.session_id,
        k.made_at
    from activities.queue_link q
    join community.device_key k on k.municipality_id = q.municipality_id and k.key_id = q.key_id
    where q.municipality_id = db.municipality() and q.held
        and (q.key_id, q.slot_id, q.number) > (cast(:key_id as uuid), cast(:slot_id as uuid), cast(:number as int))
    order by q.key_id, q.slot_id, q.number limit :page
    """
)


async def check(conn: AsyncConnection, progress: Progress) -> list[Check]:
    """Whether the device's key signed each link that held. PostgreSQL cannot tell that; some ten thousand a second are read here."""
    progress("queue_signed")
    after, looked_at = (UUID(int=0), UUID(int=0), 0), 0
    while True:
        rows = await query.rows(conn, _SIGNED, key_id=after[0], slot_id=after[1], number=after[2], page=PAGE)
        for row in rows:
            looked_at += 1
            key = DeviceKey(**{name: getattr(row, name) for name in DeviceKey.__struct_fields__ if name != "ended_at"})
            told = queue.signed(row.key_id, row.slot_id, row.number, bytes(row.before), bytes(row.record_sha256))
            if not device_keys.verify(key, told, bytes(row.signature)):
                difference = {"key_id": str(row.key_id), "slot_id": str(row.slot_id), "number": row.number}
                return [checks.found("queue_signed", looked_at, difference)]
        if len(rows) < PAGE:
            return [checks.found("queue_signed", looked_at, None)]
        after = (rows[-1].key_id, rows[-1].slot_id, rows[-1].number)
