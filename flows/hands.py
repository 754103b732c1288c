"""Further processes for what is pure and takes long: lists of plain rows go out, what was found comes back.

They see no database and no secret: all that they need is in the rows and in the work that is given. Without any, the work is
done where it is asked for; what comes of it is the same.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, Generic, Protocol, TypeVar

YOUNG_OBJECTS_MAX = 50_000  # made since the last look, before Python looks for rings among them: there are none to speak of

T = TypeVar("T")
Rows = Sequence[Any]


class Hands(Protocol):
    """Who does the work; `count` is how many lists can be worked on at a time."""

    count: int

    async def do(self, work: Callable[[Rows], T], rows: Rows) -> T:
        """What `work` finds in `rows`. `work` stands at the top of a module, where other processes find it."""
        ...


class Own:
    """The work is done here and now."""

    count = 1

    async def do(self, work: Callable[[Rows], T], rows: Rows) -> T:
        """What `work` finds in `rows`."""
        return work(rows)


class Thread:
    """The work is done beside the loop, which goes on serving others in between."""

    count = 1

    async def do(self, work: Callable[[Rows], T], rows: Rows) -> T:
        """What `work` finds in `rows`."""
        return await asyncio.to_thread(work, rows)


class _Processes:
    def __init__(self, pool: ProcessPoolExecutor, count: int) -> None:
        self._pool, self.count = pool, count

    async def do(self, work: Callable[[Rows], T], rows: Rows) -> T:
        """What `work` finds in `rows`, in one of the processes."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, rows)


@contextmanager
def processes(count: int) -> Generator[Hands]:
    """`count` processes, gone at the end; they are started when there is something to do."""
    pool = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("forkserver"), initializer=_settle)
    try:
        yield _Processes(pool, count)
    finally:
        pool.shutdown(cancel_futures=True)


def _settle() -> None:
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS_MAX, 20, 50)


class Line(Generic[T]):
    """Lists at work, as many at a time as there are hands and one more; `found` is called with what comes of each, in order."""

    def __init__(self, hands: Hands, work: Callable[[Rows], T], found: Callable[[T], None]) -> None:
        self._hands, self._work, self._found = hands, work, found
        self._going: list[asyncio.Future[T]] = []

    async def give(self, rows: Rows) -> None:
        """Gives a list to whoever has time; waits where all have enough."""
        while len(self._going) > self._hands.count:
            self._found(await self._going.pop(0))
        self._going.append(asyncio.ensure_future(self._hands.do(self._work, rows)))

    async def end(self) -> None:
        """Waits for what is still at work."""
        while self._going:
            self._found(await self._going.pop(0))
