"""The ID token of an OpenID provider, checked as OpenID Connect Core (3.1.3.7) tells: by whom, for whom, for which sign-in, when.

Signatures by public key alone: `none` and the HMAC ones are not among ALGORITHMS, so a public key is never taken for a shared secret.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec
from joserfc import jwk, jwt
from joserfc.errors import JoseError
from msgspec import Meta

from community.refusals import OpenidRefused

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
SKEW = timedelta(seconds=60)
AGE_MAX = timedelta(minutes=10)
_KEY_KINDS = {"RS": "RSA", "PS": "RSA", "ES": "EC"}


class UnknownKey(Exception):
    """Signed with a key that is not among those given: the provider may have changed its keys since they were read."""


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What the token has to say."""

    issuer: str
    client_id: str
    nonce: str
    now: datetime


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What of an ID token is looked at."""

    iss: str
    sub: Annotated[str, Meta(min_length=1, max_length=255)]
    aud: str | list[str]
    exp: int
    iat: int
    nonce: str
    azp: str | None = None
    nbf: int | None = None
    auth_time: int | None = None

    def signed_in_at(self) -> datetime | None:
        """When the person last signed in at the provider, where it says so."""
        return None if self.auth_time is None else datetime.fromtimestamp(self.auth_time, UTC)


def checked(token: str, keys: Sequence[dict[str, Any]], expected: Expected) -> Claims:
    """The claims of a token that is good. `keys`: the provider's public keys, as its JWKS lists them.

    Raises OpenidRefused with the reason, UnknownKey.
    """
    try:
        told = jwt.decode(token, lambda signed: _key(signed, keys), algorithms=list(ALGORITHMS))
        claims = msgspec.convert(told.claims, Claims)
    except (JoseError, ValueError, msgspec.ValidationError) as error:  # what is no token at all is a ValueError
        raise OpenidRefused(reason="signature" if isinstance(error, JoseError) else "shape") from error
    _check_party(claims, expected)
    _check_time(claims, expected.now)
    return claims


def _key(signed: Any, keys: Sequence[dict[str, Any]]) -> jwk.Key:
    """The one key that a token names. Without a name there has to be only one that could be meant."""
    header = signed.headers()
    kind, kid = _KEY_KINDS.get(str(header.get("alg"))[:2]), header.get("kid")
    fitting = [each for each in keys if each.get("kty") == kind and each.get("use", "sig") == "sig"]
    named = [each for each in fitting if kid is None or each.get("kid") == kid]
    if len(named) != 1:
        raise UnknownKey
    return jwk.import_key(dict(named[0]))


def _check_party(claims: Claims, expected: Expected) -> None:
    audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    if claims.iss != expected.issuer:
        raise OpenidRefused(reason="issuer")
    if expected.client_id not in audience:
        raise OpenidRefused(reason="audience")
    if claims.azp != expected.client_id and (claims.azp is not None or len(audience) > 1):
        raise OpenidRefused(reason="party")
    if not hmac.compare_digest(claims.nonce.encode(), expected.nonce.encode()):
        raise OpenidRefused(reason="nonce")


def _check_time(claims: Claims, now: datetime) -> None:
    at = now.timestamp()
    skew = SKEW.total_seconds()
    if at >= claims.exp + skew:
        raise OpenidRefused(reason="expired")
    if not -AGE_MAX.total_seconds() - skew <= claims.iat - at <= skew or (claims.nbf or 0) > at + skew:
        raise OpenidRefused(reason="time")
