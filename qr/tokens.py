"""The codec of the four tokens, and of the claim that a venue's code turns into. Pure: time, keys and chance are arguments.

    card      /C/  80 random bits, for years          the holder of the wallet stands here with it
    venue     /T/  venue, step and MAC, for 90 s      somebody stands here now, in front of the screen
    poster    /A/  80 random bits, for months         somebody has seen the poster, at some time
    pay code  /P/  80 random bits, once, for 300 s    the holder of the wallet agrees to pay now

Random tokens mean nothing by themselves: only their fingerprint is stored, and finding it is the check. Rotating codes are stored
nowhere: their MAC is the check. A claim is not scanned; it gives a slow person ten minutes after the venue's code was opened.
Every field of a rotating code is whole base32 symbols, so that one value has one spelling.

    venue  key 1 · venue 8 · step 6 · MAC 13 symbols               = 28
    claim  key 1 · venue 8 · step 6 · opened 7 · MAC 26 symbols    = 48
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from qr import base32, refusals
from qr.keys import Key, Keys

SCAN_BYTES_MAX = 512
SECRET_BYTES = 10
STEP_SECONDS = 30
STEPS_BACK_MAX = 2  # with the current step: 60 to 90 s after minting
STEPS_AHEAD_MAX = 1  # the screen's clock may run ahead of ours
CLAIM_SECONDS = 600
CLAIM_AHEAD_SECONDS_MAX = 30  # between the clocks of our own machines
PAY_CODE_SECONDS = 300  # enforced where pay codes are stored

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEY, _VENUE, _STEP, _OPENED = 1, 8, 6, 7  # symbols; steps of 30 s last until 2990, opening seconds until 3058
_VENUE_MAC, _CLAIM_MAC = 13, 26  # symbols: 65 and 130 bits
_BODY = _KEY + _VENUE + _STEP


class Kind(StrEnum):
    """The kinds of token that are scanned."""

    CARD = "card"
    VENUE = "venue"
    POSTER = "poster"
    PAY_CODE = "pay_code"


LETTERS = {Kind.CARD: "C", Kind.VENUE: "T", Kind.POSTER: "A", Kind.PAY_CODE: "P"}
SYMBOLS = {Kind.CARD: 16, Kind.VENUE: _BODY + _VENUE_MAC, Kind.POSTER: 16, Kind.PAY_CODE: 16}
CLAIM_SYMBOLS = _BODY + _OPENED + _CLAIM_MAC
_KINDS = {letter: kind for kind, letter in LETTERS.items()}


@dataclass(frozen=True)
class _RandomToken:
    """80 random bits. Its text is for the symbol alone; store `fingerprint(token)`."""

    kind: ClassVar[Kind]
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != SECRET_BYTES:
            raise ValueError(f"a {self.kind} token has {SECRET_BYTES} bytes, not {len(self.secret)}")

    @property
    def text(self) -> str:
        """The token in 16 base32 symbols."""
        return base32.encode(self.secret)


class CardToken(_RandomToken):
    """What a member's card says."""

    kind = Kind.CARD


class PosterToken(_RandomToken):
    """What a poster says."""

    kind = Kind.POSTER


class PayCode(_RandomToken):
    """What a member shows to pay once, within PAY_CODE_SECONDS."""

    kind = Kind.PAY_CODE


def new_card(chance: bytes) -> CardToken:
    """A card token of ten bytes of chance, which must come from the operating system."""
    return CardToken(chance)


def new_poster(chance: bytes) -> PosterToken:
    """A poster token of ten bytes of chance."""
    return PosterToken(chance)


def new_pay_code(chance: bytes) -> PayCode:
    """A pay code of ten bytes of chance."""
    return PayCode(chance)


def open_card(text: str) -> CardToken:
    """The card token spelled `text`; whether it exists is for its fingerprint to say. Raises UnreadableCode."""
    return CardToken(base32.decode(_tidied(text, SYMBOLS[Kind.CARD])))


def open_poster(text: str) -> PosterToken:
    """The poster token spelled `text`. Raises UnreadableCode."""
    return PosterToken(base32.decode(_tidied(text, SYMBOLS[Kind.POSTER])))


def open_pay_code(text: str) -> PayCode:
    """The pay code spelled `text`. Raises UnreadableCode."""
    return PayCode(base32.decode(_tidied(text, SYMBOLS[Kind.PAY_CODE])))


def fingerprint(token: CardToken | PosterToken | PayCode) -> bytes:
    """What the database keeps of a random token: 32 bytes, other for each kind, from which the symbol cannot be printed again."""
    return hashlib.sha256(f"yui {token.kind}\0".encode() + token.secret).digest()


@dataclass(frozen=True)
class Venue:
    """An opened venue code: the venue's number (40 bits), the step it was made in and the instant at which that step began."""

    venue: int
    step: int
    minted_at: datetime


@dataclass(frozen=True)
class Claim:
    """An opened claim: the venue and step of the code that was scanned, and when that was (to the second)."""

    venue: int
    step: int
    opened_at: datetime


def mint_venue(venue: int, keys: Keys, now: datetime) -> str:
    """The code that the venue's screen shows during the step that holds `now`: 28 symbols."""
    step = (now - _EPOCH) // timedelta(seconds=STEP_SECONDS)
    body = base32.spell(keys.current.id, _KEY) + base32.spell(venue, _VENUE) + base32.spell(step, _STEP)
    return body + _mac(keys.current, Kind.VENUE, body, _VENUE_MAC)


def open_venue(text: str, keys: Keys, now: datetime) -> Venue:
    """The venue that made `text` in one of the last three steps, or in the coming one.

    Raises UnreadableCode, ForgedCode, ExpiredCode, EarlyCode.
    """
    body = _genuine(text, keys, Kind.VENUE, SYMBOLS[Kind.VENUE], _VENUE_MAC)
    step = base32.value(body[_KEY + _VENUE :])
    _refuse_outside(now, _start(step - STEPS_AHEAD_MAX), _start(step + STEPS_BACK_MAX + 1))
    return Venue(venue=base32.value(body[_KEY : _KEY + _VENUE]), step=step, minted_at=_start(step))


def mint_claim(seen: Venue, keys: Keys, now: datetime, *, holder: bytes = b"") -> str:
    """A claim on `seen`, a venue code just opened: 48 symbols, good for CLAIM_SECONDS from `now`.

    `holder` (any bytes, not readable in the claim) ties it to whoever opened the code: only with the same bytes it opens again.
    """
    opened = (now - _EPOCH) // timedelta(seconds=1)
    body = base32.spell(keys.current.id, _KEY) + base32.spell(seen.venue, _VENUE) + base32.spell(seen.step, _STEP)
    body += base32.spell(opened, _OPENED)
    return body + _mac(keys.current, "claim", body, _CLAIM_MAC, holder)


def open_claim(text: str, keys: Keys, now: datetime, *, holder: bytes = b"") -> Claim:
    """The claim spelled `text`, for CLAIM_SECONDS after the venue's code was opened.

    Raises UnreadableCode, ForgedCode (also for another holder), ExpiredCode, EarlyCode.
    """
    body = _genuine(text, keys, "claim", CLAIM_SYMBOLS, _CLAIM_MAC, holder)
    opened_at = _EPOCH + timedelta(seconds=base32.value(body[_BODY:]))
    earliest = opened_at - timedelta(seconds=CLAIM_AHEAD_SECONDS_MAX)
    _refuse_outside(now, earliest, opened_at + timedelta(seconds=CLAIM_SECONDS))
    venue, step = base32.value(body[_KEY : _KEY + _VENUE]), base32.value(body[_KEY + _VENUE : _BODY])
    return Claim(venue=venue, step=step, opened_at=opened_at)


@dataclass(frozen=True)
class Scanned:
    """What a reader gave, understood but not yet believed: the kind, and the token's text in its one spelling."""

    kind: Kind
    text: str = field(repr=False)


_PRINTABLE = re.compile(r"[\x20-\x7e]*")
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", re.IGNORECASE)
_PATH = re.compile(r"/?([A-Za-z])/([^/]+)/?")
_QUERY = re.compile(r"[?#].*")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def read(scanned: str, hosts: frozenset[str] | None = None) -> Scanned:
    """What `scanned` says: a whole address (any case, any query), only its path, or the bare token with its letter (`C/…`).

    `hosts` are ours as `host_of` spells them; None takes an address of any host. Reading is not believing: open the text next.
    Raises UnreadableCode, ForeignCode.
    """
    if len(scanned) > SCAN_BYTES_MAX:
        raise refusals.UnreadableCode(reason="too_long")
    path = scanned.strip(" \t\r\n")  # readers that act as a keyboard end with Enter or Tab
    if not _PRINTABLE.fullmatch(path):
        raise refusals.UnreadableCode(reason="character")
    path = _QUERY.sub("", path)
    if origin := _ORIGIN.match(path):
        path = path[origin.end() :]
        if not path.startswith("/"):  # as in `https://ours@theirs/…`
            raise refusals.UnreadableCode(reason="shape")
        if hosts is not None and _host(origin) not in hosts:
            raise refusals.ForeignCode(host=_host(origin))
    parts = _PATH.fullmatch(path)
    if parts is None:
        raise refusals.UnreadableCode(reason="shape")
    kind = _KINDS.get(parts[1].upper())
    if kind is None:
        raise refusals.UnreadableCode(reason="kind")
    return Scanned(kind=kind, text=_tidied(parts[2], SYMBOLS[kind]))


def require(scanned: Scanned, *kinds: Kind) -> Scanned:
    """`scanned`, if it is of one of the `kinds` that serve here. Raises WrongKindOfCode."""
    if scanned.kind not in kinds:
        raise refusals.WrongKindOfCode(expected=tuple(kind.value for kind in kinds), found=scanned.kind.value)
    return scanned


def address(public_url: str, kind: Kind, text: str) -> str:
    """The short address for a symbol: scheme in lower case, all else in upper, which QR stores in 5.5 bits a character.

    `public_url` is a scheme and a host, with a port if need be; a path in it is a fault (ValueError).
    """
    origin = _origin(public_url)
    return f"{origin[1].lower()}://{origin[2].upper()}{origin[3] or ''}/{LETTERS[kind]}/{_tidied(text, SYMBOLS[kind])}"


def host_of(public_url: str) -> str:
    """The host of `public_url` as `read` compares it: lower case, with its port unless that is the scheme's own."""
    return _host(_origin(public_url))


def _origin(public_url: str) -> re.Match[str]:
    origin = _ORIGIN.fullmatch(public_url.removesuffix("/"))
    if origin is None:
        raise ValueError("the public address must be a scheme and a host, without a path")
    return origin


def _host(origin: re.Match[str]) -> str:
    port = origin[3] or ""
    return origin[2].lower() + ("" if port == _DEFAULT_PORTS[origin[1].lower()] else port)


def _tidied(text: str, symbols: int) -> str:
    if len(text) > SCAN_BYTES_MAX:
        raise refusals.UnreadableCode(reason="too_long")
    tidy = base32.tidy(text)
    if len(tidy) != symbols:
        raise refusals.UnreadableCode(reason="length")
    return tidy


def _mac(key: Key, purpose: str, body: str, symbols: int, holder: bytes = b"") -> str:
    """The first bits of HMAC-SHA-256 over purpose, body (of one length for each purpose) and holder."""
    digest = hmac.digest(key.secret, f"{purpose}\0{body}\0".encode() + holder, "sha256")
    return base32.spell(int.from_bytes(digest, "big") >> (256 - symbols * base32.BITS_PER_SYMBOL), symbols)


def _genuine(text: str, keys: Keys, purpose: str, symbols: int, mac_symbols: int, holder: bytes = b"") -> str:
    """The body of a code whose MAC is right, compared in constant time."""
    tidy = _tidied(text, symbols)
    body, mac = tidy[:-mac_symbols], tidy[-mac_symbols:]
    key = keys.find(base32.value(body[:_KEY]))
    if key is None or not hmac.compare_digest(mac, _mac(key, purpose, body, mac_symbols, holder)):
        raise refusals.ForgedCode
    return body


def _refuse_outside(now: datetime, valid_from: datetime, expired_at: datetime) -> None:
    if now < valid_from:
        raise refusals.EarlyCode(valid_from=valid_from)
    if now >= expired_at:
        raise refusals.ExpiredCode(expired_at=expired_at)


def _start(step: int) -> datetime:
    return _EPOCH + timedelta(seconds=step * STEP_SECONDS)
