"""Whose request it is that a proxy passes on. Nobody is believed unless YUI_TRUSTED_PROXIES names them.

A proxy adds the address that it was called from at the right of `X-Forwarded-For` (or `Forwarded`, RFC 7239); what stands further left
was said by the caller and may be invented. So the right-most address that is no trusted proxy's is the client's. Where both headers
are there and differ, somebody passes one of them on unseen: then the nearest proxy itself counts as the client.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from typing import Any

from litestar import Litestar
from litestar.types import ASGIApp, Receive, Scope, Send

from kernel.settings import Network

HOPS_MAX = 32
_SCHEMES = frozenset({"http", "https"})
_PAIR = re.compile(r"\s*([A-Za-z]+)\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]*))\s*", re.ASCII)


def trust(app: Litestar, trusted: Sequence[Network]) -> None:
    """Lets `app` believe these proxies; everybody else's word is passed over. To be called once, before it serves."""
    app.asgi_handler = behind(app.asgi_handler, trusted)


def behind(app: ASGIApp, trusted: Sequence[Network]) -> ASGIApp:
    """`app`, told the address and the scheme that trusted proxies tell of."""

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            put_right(scope, trusted)
        await app(scope, receive, send)

    return told


def put_right(scope: Any, trusted: Sequence[Network]) -> None:
    """Writes into an ASGI scope who asked, and by which scheme, where the peer is a trusted proxy."""
    peer = scope.get("client")
    if not peer or not is_trusted(peer[0], trusted):
        return
    said = _headers(scope, b"x-forwarded-for"), _headers(scope, b"forwarded")
    found = {client_of(peer[0], hops, trusted) for hops in (_listed(said[0]), _elements(said[1], "for")) if hops}
    if len(found) == 1:
        scope["client"] = (found.pop(), 0)
    schemes = {each[-1] for each in (_listed(_headers(scope, b"x-forwarded-proto")), _elements(said[1], "proto")) if each}
    if len(schemes) == 1 and schemes <= _SCHEMES:
        scope["scheme"] = schemes.pop()


def client_of(peer: str, hops: Sequence[str], trusted: Sequence[Network]) -> str:
    """The right-most of `hops` (left is furthest) that is no trusted proxy; what cannot be read ends the way at the hop before."""
    nearest = peer
    for hop in reversed(hops[-HOPS_MAX:]):
        address = _address(hop)
        if address is None:
            return nearest
        nearest = address
        if not is_trusted(address, trusted):
            return address
    return nearest


def is_trusted(address: str, trusted: Iterable[Network]) -> bool:
    """Whether an address is a proxy's of ours."""
    told = _address(address)
    return told is not None and any(ipaddress.ip_address(told) in network for network in trusted)


def _address(told: str) -> str | None:
    """An address without port and brackets; an IPv4 one that is written as IPv6 counts as what it is. None: it is none."""
    text = told.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def _headers(scope: Any, name: bytes) -> str:
    return ",".join(value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name)


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",")] if value.strip() else []


def _elements(value: str, name: str) -> list[str]:
    """One parameter of each element of `Forwarded`; an element without it stands as an empty one, which nobody can read."""
    if not value.strip():
        return []
    return [_parameter(element, name) for element in value.split(",")]


def _parameter(element: str, name: str) -> str:
    for part in element.split(";"):
        pair = _PAIR.fullmatch(part)
        if pair is not None and pair[1].lower() == name:
            return pair[2] if pair[2] is not None else pair[3]
    return ""
