from __future__ import annotations

import pytest

from qr import refusals, tokens
from qr.tokens import Kind

PUBLIC_URL = "https://YUI.EXAMPLE.JP"
CARD = tokens.new_card(bytes(range(10))).text


@pytest.mark.parametrize(
    "scanned",
    [
        f"https://YUI.EXAMPLE.JP/C/{CARD}",
        f"HTTPS://yui.example.jp/c/{CARD.lower()}",
        f"http://Yui.Example.JP:80/C/{CARD}",
        f"https://yui.example.jp:443/C/{CARD}/",
        f"https://yui.example.jp/C/{CARD}?openExternalBrowser=1",
        f"https://yui.example.jp/C/{CARD}#top",
        f"/C/{CARD}",
        f"C/{CARD}",
        f"c/{CARD[:4]}-{CARD[4:8]}-{CARD[8:12]}-{CARD[12:]}",
        f"  C/{CARD}\r\n",
        f"C/{CARD}\t",
    ],
)
def test_every_form_that_a_reader_gives_is_understood(scanned: str) -> None:
    assert tokens.read(scanned, frozenset({"yui.example.jp"})) == tokens.Scanned(kind=Kind.CARD, text=CARD)


@pytest.mark.parametrize("kind", list(Kind))
def test_an_address_is_read_back(kind: Kind) -> None:
    text = "7" * tokens.SYMBOLS[kind]
    written = tokens.address(PUBLIC_URL, kind, text)
    assert written == f"https://YUI.EXAMPLE.JP/{tokens.LETTERS[kind]}/{text}"
    assert tokens.read(written, frozenset({tokens.host_of(PUBLIC_URL)})) == tokens.Scanned(kind=kind, text=text)


@pytest.mark.parametrize(
    ("scanned", "reason"),
    [
        ("", "shape"),
        ("   ", "shape"),
        (CARD, "shape"),
        ("C/", "shape"),
        ("C//" + CARD, "shape"),
        ("//C/" + CARD, "shape"),
        ("CC/" + CARD, "shape"),
        ("1/" + CARD, "shape"),
        ("/C/" + CARD + "/more", "shape"),
        ("https://yui.example.jp", "shape"),
        ("https://yui.example.jp/yui/C/" + CARD, "shape"),
        ("https://yui.example.jp:443C/" + CARD, "shape"),
        ("https://yui.example.jp@evil.example/C/" + CARD, "shape"),
        ("https://yui.example.jp:443@evil.example/C/" + CARD, "shape"),
        ("https://evil.example\\@yui.example.jp/C/" + CARD, "shape"),
        ("ftp://yui.example.jp/C/" + CARD, "shape"),
        ("javascript:alert(1)//C/" + CARD, "shape"),
        ("WIFI:S:hall;T:WPA;P:secret;;", "shape"),
        ("X/" + CARD, "kind"),
        ("C/" + CARD[1:], "length"),
        ("C/" + CARD + "0", "length"),
        ("C/----", "length"),
        ("T/" + CARD, "length"),
        ("C/" + CARD[1:] + "U", "symbol"),
        ("C/" + CARD[1:] + "%30", "symbol"),
        ("C/" + CARD + "\0", "character"),
        ("C/\n" + CARD, "character"),
        ("C/" + CARD[1:] + "０", "character"),
        ("\ud800", "character"),
        ("\u202eC/" + CARD, "character"),
        ("C/" + "0" * 511, "too_long"),
        ("あ" * 513, "too_long"),
        ("C/" + "0" * 10**6, "too_long"),
    ],
)
def test_junk_is_refused_by_name(scanned: str, reason: str) -> None:
    with pytest.raises(refusals.UnreadableCode) as refused:
        tokens.read(scanned, frozenset({"yui.example.jp"}))
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "host", ["evil.example", "yui.example.jp.evil.example", "yui.example.jp:8443", "example.jp", "[::1]", "yui.example.jp."]
)
def test_an_address_elsewhere_is_foreign(host: str) -> None:
    scanned = f"https://{host.upper()}/C/{CARD}"
    with pytest.raises(refusals.ForeignCode) as refused:
        tokens.read(scanned, frozenset({"yui.example.jp"}))
    assert refused.value.host == host
    assert tokens.read(scanned).kind is Kind.CARD  # where the caller does not mind


def test_a_kind_that_does_not_serve_here_is_named() -> None:
    scanned = tokens.read(f"C/{CARD}")
    assert tokens.require(scanned, Kind.CARD, Kind.PAY_CODE) is scanned
    with pytest.raises(refusals.WrongKindOfCode) as refused:
        tokens.require(scanned, Kind.VENUE, Kind.POSTER)
    assert refused.value.facts() == {"expected": ("venue", "poster"), "found": "card"}


@pytest.mark.parametrize(
    ("public_url", "written", "host"),
    [
        ("https://Yui.example.jp/", "https://YUI.EXAMPLE.JP", "yui.example.jp"),
        ("HTTPS://yui.example.jp:443", "https://YUI.EXAMPLE.JP:443", "yui.example.jp"),
        ("http://127.0.0.1:8420", "http://127.0.0.1:8420", "127.0.0.1:8420"),
        ("http://[::1]:8420", "http://[::1]:8420", "[::1]:8420"),
    ],
)
def test_the_public_address_is_a_scheme_and_a_host(public_url: str, written: str, host: str) -> None:
    assert tokens.address(public_url, Kind.CARD, CARD) == f"{written}/C/{CARD}"
    assert tokens.host_of(public_url) == host


@pytest.mark.parametrize(
    "public_url", ["", "yui.example.jp", "https://yui.example.jp/yui", "https://a.jp?b", "https://a@b.jp", "ftp://a"]
)
def test_another_public_address_is_a_fault(public_url: str) -> None:
    with pytest.raises(ValueError, match="without a path"):
        tokens.address(public_url, Kind.CARD, CARD)


def test_an_address_holds_no_text_of_another_form() -> None:
    with pytest.raises(refusals.UnreadableCode):
        tokens.address(PUBLIC_URL, Kind.CARD, "7" * 28)
