"""The audit of a whole municipality: the book against itself, and every room against the book.

What `ledger.verify` asks of the ledger is asked here of grants, spending, rules, devices and persons, in one snapshot and one language.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from community import municipalities
from community.municipalities import Municipality
from flows import (
    audit_claims,
    audit_devices,
    audit_editions,
    audit_facts,
    audit_grants,
    audit_persons,
    audit_queues,
    audit_spending,
    recompute,
    recompute_claims,
)
from ledger import checks, verify, verify_walls
from ledger.checks import Progress
from ledger.verify import Verification
from wallets import verify as of_spending

ROOMS = ("community", "qr", "rules", "activities", "wallets")
# The register of towns, which the owner keeps; persons, who are corrected and erased; when a session was last seen; tries used up.
MUTABLE = ("municipality", "person", "person_clear", "person_key", "person_mark", "session_seen", "shift_seen", "attempt")
# What opens a person goes with an erasure, what finds one by a reading with the reading, and what stood in clear once it is sealed.
ERASABLE = ("person_clear", "person_key", "person_mark")
OPEN = ("municipality",)  # every town's name is public


async def towns(conn: AsyncConnection) -> list[Municipality]:
    """Every municipality; may be asked before any wall is entered."""
    return await municipalities.all_of_them(conn)


async def audit(conn: AsyncConnection, *, progress: Progress = checks.silent) -> Verification:
    """Every check of every room on the municipality behind whose wall `conn` runs, as the auditor, in one snapshot."""
    book = await verify.verify(conn, progress=progress)
    walls = verify_walls.questions(ROOMS, mutable=MUTABLE, open_tables=OPEN, erasable=ERASABLE, suffix="_rooms")
    asked = (*walls, *audit_editions.QUESTIONS, *audit_grants.QUESTIONS, *audit_spending.QUESTIONS, *of_spending.QUESTIONS)
    asked += (*audit_facts.QUESTIONS, *audit_claims.QUESTIONS, *audit_queues.QUESTIONS)
    asked += (*audit_devices.QUESTIONS, *audit_persons.QUESTIONS)
    found = [*book.checks, *await checks.ask_all(conn, asked, progress), *await audit_queues.check(conn, progress)]
    found += [*await recompute.check(conn, progress), *await recompute_claims.check(conn, progress)]
    return await verify.summed_up(conn, found)
