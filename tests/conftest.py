"""Fixtures of every test: a real PostgreSQL for the run, a database of its own for each module, a founded town in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import engine as engines
from tests.support import postgres, vaults
from tests.support.towns import TOWN, found

pytest_plugins = ["tests.support.no_skips"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    with postgres.cluster() as made:
        yield made


@pytest.fixture(scope="module")
def database(cluster: postgres.Cluster) -> Iterator[postgres.Clone]:
    """A database of the module's own, with two towns founded in it: TOWN and OTHER_TOWN."""
    cloned = postgres.clone(cluster)
    yield cloned
    postgres.drop(cloned)


@pytest.fixture(scope="module")
async def engine(database: postgres.Clone) -> AsyncIterator[AsyncEngine]:
    """The service's own role, on the module's database."""
    await found(database)
    made = vaults.opening(engines.create(database.app_url, name="test", pool_size=20))
    yield made
    await made.dispose()


@pytest.fixture(scope="module")
async def admin(database: postgres.Clone, engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """The superuser, who can break what nobody else can. Row level security does not bind it."""
    made = engines.create_single(database.admin_url, name="test admin")
    yield made
    await made.dispose()


@pytest.fixture(scope="module")
async def auditor(database: postgres.Clone, engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """The read-only role."""
    made = vaults.opening(engines.create(database.auditor_url, name="test auditor", pool_size=2, limited=False))
    yield made
    await made.dispose()


@pytest.fixture(scope="session")
def town() -> int:
    """The municipality that tests live in. `tests.support.towns` tells its units and standing accounts."""
    return TOWN
