"""What is asked of an OpenID provider over HTTP: its description, its keys, and the ID token for a code. Nothing of it is logged.

Addresses are https, or this machine where the issuer is this machine; redirects are not followed; answers are bounded in size and time.
The description and the keys are kept for an hour; a token by an unknown key has them read once more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from community import openid, openid_tokens
from community.openid import Provider
from community.openid_tokens import Claims, Expected
from community.refusals import OpenidAddressUnsafe, OpenidRefused, OpenidUnreachable

SECONDS_MAX = 8.0
BYTES_MAX = 256 * 1024
KEPT_FOR = timedelta(hours=1)
T = TypeVar("T")


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What of a provider's `.well-known/openid-configuration` is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class _Keys(msgspec.Struct, frozen=True):
    keys: list[dict[str, Any]]


class _Token(msgspec.Struct, frozen=True):
    id_token: str


@dataclass
class Known:
    """What was read of providers by this process, by issuer."""

    described: dict[str, tuple[Description, list[dict[str, Any]], datetime]] = field(
        default_factory=dict[str, tuple[Description, list[dict[str, Any]], datetime]]
    )


async def described(known: Known, issuer: str, *, now: datetime, anew: bool = False) -> tuple[Description, list[dict[str, Any]]]:
    """The description and the public keys of a provider. Raises OpenidUnreachable, also where it describes another issuer."""
    kept = known.described.get(issuer)
    if kept is not None and not anew and timedelta(0) <= now - kept[2] < KEPT_FOR:
        return kept[0], kept[1]
    told = await _read(issuer, "GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration", Description)
    if told.issuer != issuer:
        raise OpenidUnreachable
    keys = await _read(issuer, "GET", told.jwks_uri, _Keys)
    known.described[issuer] = (told, keys.keys, now)
    return told, keys.keys


async def token_for(told: Description, provider: Provider, secret: str | None, exchange: dict[str, str]) -> str:
    """The ID token for a code; `exchange` holds code, redirect_uri and code_verifier. Raises OpenidUnreachable, OpenidRefused."""
    form = {"grant_type": "authorization_code"} | exchange
    auth: httpx.BasicAuth | None = None
    if secret is None:
        form["client_id"] = provider.client_id
    elif "client_secret_basic" in told.token_endpoint_auth_methods_supported:
        auth = httpx.BasicAuth(quote(provider.client_id, safe=""), quote(secret, safe=""))
    else:
        form |= {"client_id": provider.client_id, "client_secret": secret}
    answer = await _read(provider.issuer, "POST", told.token_endpoint, _Token, form=form, auth=auth)
    return answer.id_token


async def checked(known: Known, token: str, expected: Expected) -> Claims:
    """The claims of a token that holds. Raises OpenidRefused, OpenidUnreachable."""
    for anew in (False, True):
        _, keys = await described(known, expected.issuer, now=expected.now, anew=anew)
        try:
            return openid_tokens.checked(token, keys, expected)
        except openid_tokens.UnknownKey:
            continue
    raise OpenidRefused(reason="key")


async def _read(
    issuer: str, method: str, url: str, kind: type[T], *, form: dict[str, str] | None = None, auth: httpx.BasicAuth | None = None
) -> T:
    """One answer as `kind`. A refused code is the provider's no; everything else that is no good answer is a provider that is down."""
    local = openid.on_loopback(issuer)
    try:
        openid.check_address(url, loopback=local)
        async with (
            httpx.AsyncClient(timeout=SECONDS_MAX, follow_redirects=False, trust_env=not local) as client,
            client.stream(method, url, data=form, auth=auth, headers={"Accept": "application/json"}) as answer,
        ):
            body = await _bounded(answer)
    except (httpx.HTTPError, OpenidAddressUnsafe) as error:
        raise OpenidUnreachable from error
    if method == "POST" and answer.status_code in {400, 401}:
        raise OpenidRefused(reason="code")
    try:
        answer.raise_for_status()
        return msgspec.json.decode(body, type=kind)
    except (httpx.HTTPStatusError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise OpenidUnreachable from error


async def _bounded(answer: httpx.Response) -> bytes:
    """The body, if it is not larger than any provider's. Raises OpenidUnreachable."""
    body = b""
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > BYTES_MAX:
            raise OpenidUnreachable
    return body
