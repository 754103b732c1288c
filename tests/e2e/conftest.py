"""The service of a module: started on the module's database, with a clock that tests can set."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.support import http, postgres


@pytest.fixture(scope="module")
async def service(database: postgres.Clone, engine: AsyncEngine) -> AsyncIterator[http.Service]:
    async with http.served(database) as started:
        yield started
