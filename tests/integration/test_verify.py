"""Verify holds on a busy book."""

import msgspec
import pytest

from db.transact import read
from ledger import verify
from tests.support import books

pytestmark = pytest.mark.anyio


async def test_a_busy_book_holds(engine, auditor, town):
    await books.busy(engine, town)
    found = await read(auditor, town, verify.verify)
    print(msgspec.json.format(msgspec.json.encode(found)).decode())
    assert found.ok
