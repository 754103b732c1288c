"""A durable PostgreSQL and a service on it, both there to be killed without warning and started again."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import msgspec
import psutil

from db import embedded
from kernel import ids
from tests.support.crash_service import Told
from tests.support.desk import Desk

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 4
SECONDS_MAX = 100  # then whatever still runs is ended, and the test with it


class Scene:
    """What was acknowledged so far, and the two processes."""

    def __init__(self, server: embedded.Server, url: str, desk: Desk) -> None:
        self.server = server
        self.caller: UUID = ids.new_id()
        self.acknowledged: list[str] = []
        self.kills = 0
        self._url = url
        self._desk = desk
        self._service: subprocess.Popen[str] | None = None

    def start_service(self) -> None:
        """Starts the service where the acknowledged lists end."""
        told = Told(
            url=self._url,
            town=self._desk.town,
            accounts=tuple(getattr(self._desk, name) for name in Desk.__dataclass_fields__ if name not in ("engine", "town")),
            caller=self.caller,
            next_numbers=tuple(self.next_number(worker) for worker in range(WORKERS)),
        )
        self._service = subprocess.Popen(
            [sys.executable, "-m", "tests.support.crash_service"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._told(msgspec.json.encode(told).decode())

    def next_number(self, worker: int) -> int:
        """The number of the first list of `worker` that was never acknowledged."""
        return sum(1 for key in self.acknowledged if key.startswith(f"{worker}:"))

    def wait_for(self, lists: int) -> None:
        """Returns when the service has printed so many more acknowledgements."""
        for _ in range(lists):
            line = self._line()
            assert line, "the service ended by itself"
            self.acknowledged.append(line.strip())

    def kill_postgres(self) -> None:
        """Kills the server (-9): its children follow when they notice."""
        self._end(psutil.Process(self.server.pid()))
        self.kills += 1

    def revive_postgres(self) -> None:
        """Starts the server again, as a supervisor does."""
        assert embedded.revive(self.server)

    def kill_service(self) -> None:
        """Kills the service (-9). What it had printed until then was acknowledged."""
        assert self._service is not None
        self._service.kill()
        self._drain()
        self.kills += 1

    def stop_service(self) -> int:
        """Lets the service finish what it has begun; its exit code."""
        assert self._service is not None
        assert self._service.stdin is not None
        self._service.stdin.close()
        self._service.stdin = None
        return self._drain()

    def within(self, seconds: float, then: Callable[[], None]) -> threading.Timer:
        """Ends a test that hangs: a watchdog, not a clock to race against."""
        timer = threading.Timer(seconds, then)
        timer.daemon = True
        timer.start()
        return timer

    def end(self) -> None:
        """Ends the service, whatever state it is in."""
        if self._service is not None and self._service.poll() is None:
            self._service.kill()

    def _drain(self) -> int:
        assert self._service is not None
        while line := self._line():
            if line.endswith("\n"):  # half a line was never said
                self.acknowledged.append(line.strip())
        code = self._service.wait()
        for pipe in (self._service.stdin, self._service.stdout):
            if pipe is not None:
                pipe.close()
        return code

    def _told(self, line: str) -> None:
        assert self._service is not None
        assert self._service.stdin is not None
        self._service.stdin.write(line + "\n")
        self._service.stdin.flush()

    def _line(self) -> str:
        assert self._service is not None
        assert self._service.stdout is not None
        return self._service.stdout.readline()

    @staticmethod
    def _end(process: psutil.Process) -> None:
        process.kill()
        process.wait(10)
