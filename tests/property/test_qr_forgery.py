"""A hundred thousand forgeries of rotating codes and claims, drawn from a fixed stream, and none is taken.

The last tests break the codec on purpose: the same forgeries must then be taken, or the first test proves nothing.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from kernel.refusal import Refusal
from qr import base32, keys, tokens

MASTER = b"a master secret of 32 bytes or more"
TOWN = keys.of_municipality(MASTER, 131016, 1)
# Another town; keys long out of use whose ids are those of today's; another service.
STRANGERS = (
    keys.of_municipality(MASTER, 131024, 1),
    keys.of_municipality(MASTER, 131016, 33),
    keys.of_municipality(MASTER[::-1], 131016, 1),
)
NOW = datetime(2026, 11, 23, 1, 0, 10, tzinfo=UTC)
FORGERIES = 100_000
KEY, VENUE, STEP, OPENED = slice(0, 1), slice(1, 9), slice(9, 15), slice(15, 22)

Pair = tuple[list[str], list[str]]
Forge = Callable[[str, str, bytes], str]


def put(text: str, field: slice, new: str) -> str:
    return text[: field.start] + new + text[field.stop :]


def flipped(text: str, _: str, chance: bytes) -> str:
    """One to three symbols changed, each surely and once."""
    for at, change in {place % len(text): place for place in chance[1 : 2 + chance[0] % 3]}.items():
        other = base32.ALPHABET[(base32.ALPHABET.index(text[at]) + 1 + change // 8 % 31) % 32]
        text = put(text, slice(at, at + 1), other)
    return text


def cut_or_grown(text: str, other: str, chance: bytes) -> str:
    return text[: chance[0] % len(text)] if chance[1] & 1 else text + other[: 1 + chance[0] % 20]


def swapped(text: str, other: str, chance: bytes) -> str:
    """A field, or all after it, of another genuine code."""
    field = (KEY, VENUE, STEP, OPENED)[chance[0] & 3]
    return put(text, field, other[field]) if chance[1] & 1 else text[: field.start] + other[field.start :]


def moved(text: str, _: str, chance: bytes) -> str:
    return put(text, VENUE, base32.spell(int.from_bytes(chance[:5], "big"), 8))


def retimed(text: str, _: str, chance: bytes) -> str:
    step = base32.value(text[STEP]) + 1 + chance[0]
    return put(text, STEP, base32.spell(step, 6)) if len(text) == 28 else put(text, OPENED, base32.spell(step * 30, 7))


def rekeyed(text: str, _: str, chance: bytes) -> str:
    return put(text, KEY, base32.ALPHABET[(base32.value(text[KEY]) + 1 + chance[0] % 31) % 32])


def random_text(text: str, _: str, chance: bytes) -> str:
    return text[: (0, 1, 15)[chance[0] % 3]].ljust(len(text), "0")[:15] + base32.encode(chance + chance[::-1])[: len(text) - 15]


FORGES: tuple[Forge, ...] = (flipped, cut_or_grown, swapped, moved, retimed, rekeyed, random_text)


def genuine(signers: keys.Keys, first_venue: int) -> Pair:
    """Venue codes of forty venues and of the steps in force, and claims on them."""
    venue_codes: list[str] = []
    claims: list[str] = []
    for venue in range(first_venue, first_venue + 40):
        at = NOW - timedelta(seconds=30 * (venue % 3))
        venue_codes.append(tokens.mint_venue(venue * 1_000_003, signers, at))
        claims.append(tokens.mint_claim(tokens.open_venue(venue_codes[-1], signers, at), signers, at))
    return venue_codes, claims


def forgeries(count: int) -> Iterator[tuple[str, str, bool]]:
    """How it was forged, the text, and whether it poses as a claim; never a genuine text."""
    ours, strangers = genuine(TOWN, 0), [genuine(signers, 1_000) for signers in STRANGERS]
    real = {text for texts in ours for text in texts}
    drawn = count + count // 10  # a swap of equal fields changes nothing and is left out
    stream = hashlib.shake_256(b"forgeries").digest(drawn * 20)
    return itertools.islice((forged for forged in _forged(ours, strangers, stream) if forged[1] not in real), count)


def _forged(ours: Pair, strangers: list[Pair], stream: bytes) -> Iterator[tuple[str, str, bool]]:
    for i in range(len(stream) // 20):
        chance = stream[i * 20 : i * 20 + 20]
        is_claim, way = bool(i & 1), (i >> 1) % (len(FORGES) + 1)
        if way == len(FORGES):
            name, text = "stranger", strangers[chance[0] % 3][is_claim][chance[1] % 40]
        else:
            texts = ours[is_claim]
            first = chance[18] % 40
            name = FORGES[way].__name__
            text = FORGES[way](texts[first], texts[(first + 1 + chance[19] % 39) % 40], chance[:18])
        yield name, text, is_claim


def taken(count: int) -> tuple[Counter[str], Counter[str], int]:
    """Forgeries that opened, refusals by code, and how many were tried."""
    opened: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    tried = 0
    for name, text, is_claim in forgeries(count):
        tried += 1
        try:
            (tokens.open_claim if is_claim else tokens.open_venue)(text, TOWN, NOW)
        except Refusal as refusal:
            refused[refusal.code] += 1
        else:
            opened[name] += 1
    return opened, refused, tried


def test_none_of_a_hundred_thousand_forgeries_is_taken() -> None:
    opened, refused, tried = taken(FORGERIES)
    assert tried == FORGERIES
    assert not opened
    assert set(refused) == {"forged_code", "unreadable_code"}  # none was even believed for long enough to be late or early
    assert refused["forged_code"] > FORGERIES * 3 // 4


def test_no_random_token_is_another_and_no_kind_is_another() -> None:
    """Random tokens are checked by finding their fingerprint: 20,000 altered ones against 400 that are stored."""
    stream = hashlib.shake_256(b"cards").digest(400 * 10)
    secrets = [stream[i : i + 10] for i in range(0, len(stream), 10)]
    stored = {tokens.fingerprint(tokens.new_card(secret)) for secret in secrets}
    for secret in secrets:
        assert tokens.fingerprint(tokens.open_card(base32.encode(secret))) in stored
        assert tokens.fingerprint(tokens.open_poster(base32.encode(secret))) not in stored
        assert tokens.fingerprint(tokens.open_pay_code(base32.encode(secret))) not in stored
        for change in range(1, 51):
            altered = flipped(base32.encode(secret), "", hashlib.sha256(secret + bytes([change])).digest())
            assert tokens.fingerprint(tokens.open_card(altered)) not in stored


def codec_whose_mac_covers(parts: slice) -> Callable[..., str]:
    """The real MAC, made over a part of the body only."""
    real = tokens._mac

    def mac(key: keys.Key, purpose: str, body: str, symbols: int, holder: bytes = b"") -> str:
        return real(key, purpose, body[parts], symbols, holder)

    return mac


@pytest.mark.parametrize(
    ("parts", "let_in"),
    [
        (slice(9, None), "moved"),  # the venue left out
        (slice(0, 9), "retimed"),  # the times left out
    ],
)
def test_a_mac_that_leaves_a_field_out_lets_forgeries_in(monkeypatch: pytest.MonkeyPatch, parts: slice, let_in: str) -> None:
    monkeypatch.setattr(tokens, "_mac", codec_whose_mac_covers(parts))
    opened, _, _ = taken(2_000)
    assert opened[let_in] > 0


def test_one_key_for_all_towns_lets_strangers_in(monkeypatch: pytest.MonkeyPatch) -> None:
    real = tokens._mac
    one_key = keys.derive(MASTER, 0, 0)
    monkeypatch.setattr(tokens, "_mac", lambda _, *rest: real(one_key, *rest))
    opened, _, _ = taken(2_000)
    assert opened["stranger"] > 0


def test_a_mac_that_is_not_compared_lets_everything_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens.hmac, "compare_digest", lambda *_: True)
    opened, _, _ = taken(2_000)
    assert {"flipped", "swapped", "moved", "stranger"} <= set(opened)
