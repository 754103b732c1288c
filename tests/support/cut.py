"""A wire that can be cut: a socket between the service and PostgreSQL that breaks off around one COMMIT."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from sqlalchemy import make_url

_SOCKET = ".s.PGSQL.5432"
_COMMIT = b"COMMIT"
Moment = Literal["before", "after"]


class Wire:
    """Passes bytes on in both directions. Armed, it cuts the connection that next sends a COMMIT: `before` PostgreSQL sees it, or
    `after` PostgreSQL has done it and before its answer arrives. Nobody at the other end can tell the two apart."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._to = Path(str(self._url.query["host"])) / _SOCKET
        self._dir = Path(tempfile.mkdtemp(prefix="yui-w-"))
        self._moments: list[Moment] = []
        self.cuts = 0

    @property
    def url(self) -> str:
        """The address of the same database through this wire."""
        return self._url.update_query_dict({"host": str(self._dir)}).render_as_string(hide_password=False)

    def arm(self, *moments: Moment) -> None:
        """Cuts the next COMMITs, one for each of `moments`."""
        self._moments += moments

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._carry, self._dir / _SOCKET)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, raised: BaseException | None, at: TracebackType | None) -> None:
        self._server.close()
        await self._server.wait_closed()
        shutil.rmtree(self._dir)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_unix_connection(self._to)
        back = asyncio.ensure_future(_pump(there_reader, writer))
        try:
            while data := await reader.read(65536):
                if _COMMIT in data and self._moments:
                    await self._cut(self._moments.pop(0), data, back, there_reader, there_writer)
                    return
                there_writer.write(data)
                await there_writer.drain()
        except ConnectionError:
            return  # the client broke off by itself
        finally:
            back.cancel()
            for end in (writer, there_writer):
                end.close()

    async def _cut(
        self,
        moment: Moment,
        commit: bytes,
        back: asyncio.Task[None],
        there_reader: asyncio.StreamReader,
        there_writer: asyncio.StreamWriter,
    ) -> None:
        self.cuts += 1
        back.cancel()
        await asyncio.wait([back])
        if moment == "after":
            there_writer.write(commit)
            await there_writer.drain()
            assert b"COMMIT" in await there_reader.read(65536)  # done, and nobody hears of it


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        return
    writer.close()
