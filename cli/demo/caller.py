"""Somebody at the door of the service: a token, requests, and what comes back. All that the demo does goes through here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

from cli.plainly import CommandFailed
from kernel import ids


@dataclass
class Tally:
    """What the callers did and met: requests, and refusals by code."""

    requests: int = 0
    refusals: Counter[str] = field(default_factory=Counter[str])


@dataclass(frozen=True)
class Caller:
    """One principal with its token. `who` is what the story calls them."""

    who: str
    principal_id: str
    token: str
    http: httpx.AsyncClient
    tally: Tally

    async def get(self, path: str, **params: Any) -> Any:
        """What stands at `path`. Anything but success ends the demo."""
        answer = await self._ask("GET", path, params=params)
        return self._succeeded(answer)

    async def get_bytes(self, path: str, **params: Any) -> bytes:
        """The same for what is not JSON."""
        answer = await self._ask("GET", path, params=params)
        self._succeeded(answer, parse=False)
        return answer.content

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """Does something; the key is new unless told. Anything but success ends the demo."""
        return self._succeeded(await self._post(path, body, key))

    async def replayed(self, path: str, body: Any, key: str) -> Any:
        """Does again what was done under `key`: the same answer, marked as told before."""
        answer = await self._post(path, body, key)
        if answer.headers.get("Idempotency-Replayed") != "true":
            raise CommandFailed(f"{self.who}: {path} under a used key was not answered as a replay")
        return self._succeeded(answer)

    async def refused(self, code: str, path: str, body: Any = None) -> dict[str, Any]:
        """Tries what must be refused with `code`, and counts it. Anything else ends the demo."""
        answer = await self._post(path, body, None)
        problem: dict[str, Any] = answer.json() if answer.content else {}
        if answer.is_success or problem.get("code") != code:
            raise CommandFailed(
                f"{self.who}: {path} should be refused with {code}, but: {answer.status_code} {answer.text[:300]}"
            )
        self.tally.refusals[code] += 1
        return problem

    async def _post(self, path: str, body: Any, key: str | None) -> httpx.Response:
        headers = {"Idempotency-Key": key or str(ids.new_id())}
        return await self._ask("POST", path, json=body, headers=headers)

    async def _ask(self, method: str, path: str, headers: dict[str, str] | None = None, **given: Any) -> httpx.Response:
        self.tally.requests += 1
        sent = {"Authorization": f"Bearer {self.token}"} | (headers or {})
        return await self.http.request(method, f"/api/v1{path}", headers=sent, **given)

    def _succeeded(self, answer: httpx.Response, *, parse: bool = True) -> Any:
        if not answer.is_success:
            request = answer.request
            told = answer.text[:400]
            raise CommandFailed(f"{self.who}: {request.method} {request.url.path} failed: {answer.status_code} {told}")
        return answer.json() if parse else None
