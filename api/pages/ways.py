"""Ways back: only to pages of ours, whatever an address or a form says."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from litestar import Request

HOME = "/home"
_OURS = re.compile(r"/(?![/\\])[\w\-./~%?=&:+,@]*", re.ASCII)
LENGTH_MAX = 500


def ours(path: str) -> str:
    """`path` where it is one on this host and nothing else; otherwise where everybody begins."""
    return path if len(path) <= LENGTH_MAX and _OURS.fullmatch(path) else HOME


def back_from(request: Request[Any, Any, Any]) -> str:
    """Where to go on after a step in between: the page that was asked for, or the page whose form was sent."""
    if request.method == "GET":
        return ours(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    came = urlsplit(request.headers.get("referer", ""))
    return ours(came.path) if came.netloc.lower() == request.headers.get("host", "").lower() else HOME
