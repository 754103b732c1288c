"""A town in a database of its own, for the twins that spoil it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from db import engine as engines
from tests.support import postgres
from tests.support.desk import Desk, open_desk
from tests.support.towns import found

RACERS_MAX = 20


@pytest.fixture
def bare(cluster: postgres.Cluster) -> Iterator[postgres.Clone]:
    """A database of the twin's own."""
    made = postgres.clone(cluster)
    yield made
    postgres.drop(made)


@pytest.fixture
async def twin(bare: postgres.Clone) -> AsyncIterator[Desk]:
    """A desk in it. `unguarded.take_down(bare)` makes it a town without guards."""
    await found(bare)
    made = engines.create(bare.app_url, name="twin", pool_size=RACERS_MAX)
    yield await open_desk(made)
    await made.dispose()
