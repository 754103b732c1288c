"""Styles and scripts are kept for ever by browsers, go out small, and nothing beside them can be asked for."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from api.pages import assets, rendering
from tests.support import http


@pytest.fixture
def script() -> str:
    return rendering.asset("src/main.ts")


@pytest.fixture
def sheet() -> str:
    return rendering.styles("src/main.ts")[0]


async def test_a_browser_keeps_them_for_ever(service: http.Service, script: str, sheet: str) -> None:
    for path, kind in ((script, "text/javascript; charset=utf-8"), (sheet, "text/css; charset=utf-8")):
        answer = await service.http.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == kind
        assert answer.headers["cache-control"] == assets.FOR_EVER
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_they_go_out_in_the_smallest_coding_that_is_read(service: http.Service, script: str) -> None:
    plain = await service.http.get(script, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    sizes = [int(plain.headers["content-length"])]
    for accepted, coding in (("gzip", "gzip"), ("gzip, deflate, br;q=1.0", "br"), ("gzip, br;q=0", "gzip")):
        async with service.http.stream("GET", script, headers={"accept-encoding": accepted}) as answer:
            raw = b"".join([chunk async for chunk in answer.aiter_raw()])
        assert answer.headers["content-encoding"] == coding
        assert answer.headers["vary"] == "Accept-Encoding"
        assert len(raw) < sizes[0] / 2
        if coding == "gzip":
            assert gzip.decompress(raw) == plain.content


@pytest.mark.parametrize(
    "name",
    [
        "main.js",
        ".yui-built",
        ".vite",
        "%2e%2e",
        "..%2f..%2fpyproject.toml",
        "%2e%2e%2fpackage.json",
        ".vite%2fmanifest.json",
        "..%5cpackage.json",
        "%00",
        "licenses.md",
        "",
    ],
)
async def test_nothing_else_is_served(service: http.Service, name: str) -> None:
    answer = await service.http.get(f"/assets/{name}")
    assert answer.status_code == 404


async def test_their_smaller_forms_have_no_address_of_their_own(service: http.Service, script: str) -> None:
    for ending in assets.ENCODINGS.values():
        assert (await service.http.get(script + ending)).status_code == 404


async def test_the_camera_is_for_pages_that_say_so_alone(service: http.Service, script: str) -> None:
    for path in (script, "/sign-in", "/assets/none.js"):
        assert "camera=()" in (await service.http.get(path)).headers["permissions-policy"]
    given = rendering.page("sign_in.html", locale="ja", headers=rendering.WITH_CAMERA, **_nobody())
    assert given.headers["Permissions-Policy"].startswith("camera=(self)")


def _nobody() -> dict[str, Any]:
    told = dict.fromkeys(("role", "label", "now", "signed_in_as", "acting", "may_act", "device_at", "unread"))
    return told | {"size": "normal", "form_token": "", "new_key": "", "path": "/"}
