"""Whose request a proxy passes on: the right-most address that is none of our proxies', and nothing that a caller invents."""

from __future__ import annotations

from typing import Any

import pytest

from api import forwarded
from kernel import settings

TRUSTED = settings.Settings(trusted_proxies="10.0.0.0/8, 2001:db8:1::/48").proxies()
STRANGER, CLIENT, PROXY, INNER = "198.51.100.9", "203.0.113.7", "10.0.0.5", "10.1.2.3"


def scope(peer: str, *headers: tuple[str, str]) -> dict[str, Any]:
    """What a server tells of a request."""
    told = [(name.lower().encode(), value.encode()) for name, value in headers]
    return {"type": "http", "scheme": "http", "client": (peer, 4711), "headers": told}


def seen(peer: str, *headers: tuple[str, str]) -> str:
    made = scope(peer, *headers)
    forwarded.put_right(made, TRUSTED)
    return made["client"][0]


XFF, FWD = "X-Forwarded-For", "Forwarded"
CASES: list[tuple[str, list[tuple[str, str]], str]] = [
    (PROXY, [], PROXY),
    (PROXY, [(XFF, CLIENT)], CLIENT),
    (PROXY, [(XFF, f"{STRANGER}, {CLIENT}")], CLIENT),  # the left one is invented
    (PROXY, [(XFF, STRANGER), (XFF, CLIENT)], CLIENT),  # in a line of its own
    (PROXY, [(XFF, f"{CLIENT}, {INNER}")], CLIENT),
    (PROXY, [(XFF, f"{STRANGER}, {CLIENT}, {INNER}, {INNER}")], CLIENT),
    (PROXY, [(XFF, f"{PROXY}, {INNER}")], PROXY),  # the call began at a proxy of ours
    (PROXY, [(XFF, f"{CLIENT}:50123")], CLIENT),
    (PROXY, [(XFF, f"::ffff:{CLIENT}")], CLIENT),
    (PROXY, [(XFF, "2001:db8::7")], "2001:db8::7"),
    (PROXY, [(XFF, f"{CLIENT}, unknown, {INNER}")], INNER),  # beyond what nobody can read nothing is believed
    (PROXY, [(XFF, "unknown")], PROXY),
    (PROXY, [(XFF, "")], PROXY),
    (PROXY, [(XFF, ", ,")], PROXY),
    (PROXY, [(FWD, f"for={CLIENT};proto=https")], CLIENT),
    (PROXY, [(FWD, f'for={STRANGER}, for="{CLIENT}:80"')], CLIENT),
    (PROXY, [(FWD, 'by=x; For="[2001:db8::7]:4711"')], "2001:db8::7"),
    (PROXY, [(FWD, f"for={STRANGER}, proto=https")], PROXY),  # the last proxy hides who asked
    (PROXY, [(FWD, f"for={CLIENT}"), (XFF, CLIENT)], CLIENT),
    (PROXY, [(FWD, f"for={STRANGER}"), (XFF, CLIENT)], PROXY),  # one of the two is not the proxy's word
    ("2001:db8:1::5", [(XFF, CLIENT)], CLIENT),
    (f"::ffff:{PROXY}", [(XFF, CLIENT)], CLIENT),
    (STRANGER, [(XFF, CLIENT), (FWD, f"for={CLIENT}")], STRANGER),
    ("2001:db8:2::5", [(XFF, CLIENT)], "2001:db8:2::5"),
    ("testclient", [(XFF, CLIENT)], "testclient"),
]


@pytest.mark.parametrize(("peer", "headers", "expected"), CASES)
def test_the_client_is_the_right_most_who_is_no_proxy_of_ours(peer: str, headers: list[tuple[str, str]], expected: str) -> None:
    assert seen(peer, *headers) == expected


def test_a_long_list_is_read_from_its_end() -> None:
    invented = ", ".join([STRANGER] * 5000)
    assert seen(PROXY, (XFF, f"{invented}, {CLIENT}")) == CLIENT


@pytest.mark.parametrize(
    ("peer", "headers", "scheme"),
    [
        (PROXY, [("X-Forwarded-Proto", "https")], "https"),
        (PROXY, [("X-Forwarded-Proto", "http, https")], "https"),
        (PROXY, [("X-Forwarded-Proto", "javascript")], "http"),
        (PROXY, [(FWD, f"for={CLIENT};proto=https")], "https"),
        (PROXY, [(FWD, f"for={CLIENT};proto=http"), ("X-Forwarded-Proto", "https")], "http"),
        (STRANGER, [("X-Forwarded-Proto", "https")], "http"),
    ],
)
def test_the_scheme_is_what_a_trusted_proxy_says(peer: str, headers: list[tuple[str, str]], scheme: str) -> None:
    made = scope(peer, *headers)
    forwarded.put_right(made, TRUSTED)
    assert made["scheme"] == scheme


def test_nobody_is_trusted_unless_named() -> None:
    assert settings.from_environment({}).proxies() == ()


@pytest.mark.parametrize("told", ["10.0.0.1/8", "x", "10.0.0.0/8;::1", "0.0.0.0/0", "::/0"])
def test_a_network_that_cannot_be_meant_is_refused_at_start(told: str) -> None:
    with pytest.raises(settings.BadSetting, match="YUI_TRUSTED_PROXIES"):
        settings.from_environment({"YUI_TRUSTED_PROXIES": told})
