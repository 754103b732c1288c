"""The built styles, scripts and pictures of the pages. Each has the hash of what it holds in its name, so a browser keeps it for ever.

A script whose source is called `…worker.ts` may be a service worker for any page, though it stands below /assets.

Served is what stands in `web/dist` itself, by its bare name: there is no way from here to anywhere else. Where the build left a smaller
form beside a file (brotli, gzip), it goes to those who say that they read it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from api import auth, refusals
from api.pages import rendering

FOR_EVER = "public, max-age=31536000, immutable"
KINDS = {
    ".css": "text/css",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mp3": "audio/mpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""From the name of a coding to the ending of the file that the build wrote in it, the smallest first."""

_WORKER = re.compile(r"[a-z-]*worker-[A-Za-z0-9_-]+\.js")
_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(\.[a-z0-9]+)")


class Asset(msgspec.Struct, frozen=True):
    """What goes out: the bytes, and the coding that they are in."""

    content: bytes
    encoding: str | None


@get("/assets/{name:str}", may=auth.PUBLIC, include_in_schema=False, sync_to_thread=False)
def show_asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """One file. Raises UnknownPath."""
    named = _NAME.fullmatch(name)
    kind = KINDS.get(named[2]) if named else None
    found = _found(name, _read_by(request.headers.get("accept-encoding", ""))) if kind else None
    if found is None:
        raise refusals.UnknownPath
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding", "Content-Security-Policy": rendering.CSP}
    if _WORKER.fullmatch(name):
        headers["Service-Worker-Allowed"] = "/"
    if found.encoding is not None:
        headers["Content-Encoding"] = found.encoding
    return Response(found.content, media_type=kind, headers=headers)


def _read_by(accepted: str) -> tuple[str, ...]:
    """The codings of ours that a browser reads."""
    told = {
        part.partition(";")[0].strip(): part.replace(" ", "").endswith((";q=0", ";q=0.0")) for part in accepted.lower().split(",")
    }
    return tuple(coding for coding in ENCODINGS if told.get(coding) is False)


@lru_cache(maxsize=256)
def _found(name: str, codings: tuple[str, ...]) -> Asset | None:
    """The file in the first of `codings` that the build wrote, else as it is; None where there is none."""
    dist = resources.files("web").joinpath("dist")
    for coding in codings:
        smaller = dist.joinpath(name + ENCODINGS[coding])
        if smaller.is_file():
            return Asset(smaller.read_bytes(), coding)
    plain = dist.joinpath(name)
    return Asset(plain.read_bytes(), None) if plain.is_file() else None


HANDLERS = (show_asset,)
