from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from qr import base32, keys, refusals, tokens
from qr.tokens import Kind

TOWN = keys.of_municipality(b"a master secret of 32 bytes or more", 131016)
HOSTS = frozenset({"yui.example.jp"})

instants = st.datetimes(datetime(2020, 1, 1), datetime(2200, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
venues = st.integers(0, 2**40 - 1)
symbols = st.sampled_from(base32.ALPHABET)


def untidy(text: str, choices: list[int]) -> str:
    """`text` as somebody may type it: cases, hyphens and look-alikes by `choices`."""
    look_alikes = {"0": "0oO", "1": "1iIlL"}
    written = ""
    for i, symbol in enumerate(text):
        choice = choices[i % len(choices)]
        forms = look_alikes.get(symbol, symbol + symbol.lower())
        written += forms[choice % len(forms)] + ("-" if choice & 16 else "")
    return written


@given(st.binary(max_size=64))
def test_bytes_survive(data: bytes) -> None:
    assert base32.decode(base32.encode(data)) == data


@given(st.text(symbols, max_size=40))
def test_a_text_that_is_read_is_the_one_that_is_written(text: str) -> None:
    try:
        data = base32.decode(text)
    except refusals.UnreadableCode:
        return
    assert base32.encode(data) == text


@given(st.binary(max_size=40), st.lists(st.integers(0, 31), min_size=1))
def test_untidy_texts_mean_the_same(data: bytes, choices: list[int]) -> None:
    assert base32.decode(untidy(base32.encode(data), choices)) == data


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(refusals.UnreadableCode):
        assert base32.encode(base32.decode(text)) == base32.tidy(text)


@given(venues, instants, st.timedeltas(timedelta(seconds=-40), timedelta(seconds=110)))
def test_a_venue_code_opens_in_its_window_and_never_outside(venue: int, now: datetime, later: timedelta) -> None:
    text = tokens.mint_venue(venue, TOWN, now)
    start = datetime.fromtimestamp(now.timestamp() // 30 * 30, UTC)
    opened: tokens.Venue | None = None
    with contextlib.suppress(refusals.ExpiredCode, refusals.EarlyCode):
        opened = tokens.open_venue(text, TOWN, now + later)
    assert (opened is not None) == (start - timedelta(seconds=30) <= now + later < start + timedelta(seconds=90))
    if opened is not None:
        assert (opened.venue, opened.minted_at) == (venue, start)


@given(venues, instants, st.integers(-31, 610), st.binary(max_size=40), st.lists(st.integers(0, 31), min_size=1))
def test_a_claim_opens_in_its_window_and_never_outside(
    venue: int, now: datetime, later: int, holder: bytes, choices: list[int]
) -> None:
    now = now.replace(microsecond=0)
    seen = tokens.open_venue(tokens.mint_venue(venue, TOWN, now), TOWN, now)
    text = untidy(tokens.mint_claim(seen, TOWN, now, holder=holder), choices)
    opened: tokens.Claim | None = None
    with contextlib.suppress(refusals.ExpiredCode, refusals.EarlyCode):
        opened = tokens.open_claim(text, TOWN, now + timedelta(seconds=later), holder=holder)
    assert (opened is not None) == (-30 <= later < 600)
    assert opened in (None, tokens.Claim(venue=venue, step=seen.step, opened_at=now))


@given(
    st.sampled_from(Kind),
    st.data(),
    st.lists(st.integers(0, 31), min_size=1),
    st.sampled_from(["{}", "{}\r\n", "{}?a=b", " {}/"]),
)
def test_an_address_is_read_back_however_it_is_typed(kind: Kind, data: st.DataObject, choices: list[int], frame: str) -> None:
    text = data.draw(st.text(symbols, min_size=tokens.SYMBOLS[kind], max_size=tokens.SYMBOLS[kind]))
    written = tokens.address("https://YUI.EXAMPLE.JP", kind, text)
    path = written.removeprefix("https://YUI.EXAMPLE.JP")
    for form in (written, written.lower(), path, path[1:], path[:3] + untidy(path[3:], choices)):
        assert tokens.read(frame.format(form), HOSTS) == tokens.Scanned(kind=kind, text=text)


@given(st.one_of(st.text(max_size=80), st.from_regex(r"(https?://[a-z.@:]{0,12})?/?[CTAPX]/[0-9A-Z-]{14,30}", fullmatch=True)))
def test_whatever_is_scanned_is_understood_or_refused(scanned: str) -> None:
    with contextlib.suppress(refusals.UnreadableCode, refusals.ForeignCode):
        read = tokens.read(scanned, HOSTS)
        assert len(read.text) == tokens.SYMBOLS[read.kind]
        assert set(read.text) <= set(base32.ALPHABET)
