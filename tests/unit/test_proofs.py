"""Codes as RFC 6238 has them, passwords by argon2id, and ways back that lead nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from api.pages import ways
from community import passwords, proofs, refusals, totp

RFC_SECRET = b"12345678901234567890"  # RFC 6238, appendix B; its codes have eight digits, of which ours are the last six
NOW = datetime(2026, 5, 11, tzinfo=UTC)
WHO, OTHER = UUID(int=1), UUID(int=2)
MASTER, NONCE = bytes(32), bytes(range(32))


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert totp.code_at(RFC_SECRET, totp.step_of(at)) == code[2:]


def test_a_code_is_taken_in_its_step_and_the_neighbours_alone() -> None:
    step = totp.step_of(NOW)
    code = totp.code_at(RFC_SECRET, step)
    seconds = [-61, -31, -30, 0, 29, 30, 59, 60, 90]
    taken = [totp.matching_step(RFC_SECRET, code, NOW + timedelta(seconds=each)) for each in seconds]
    assert taken == [None, None, step, step, step, step, step, None, None]
    assert totp.matching_step(RFC_SECRET, "あ", NOW) is None


def test_secrets_differ_by_person_nonce_and_service() -> None:
    made = {
        totp.secret(master, who, nonce) for master in (MASTER, b"x" * 32) for who in (WHO, OTHER) for nonce in (NONCE, bytes(32))
    }
    assert len(made) == 8
    assert {len(each) for each in made} == {20}


def test_the_symbol_for_the_app_says_whose_it_is() -> None:
    assert totp.uri(RFC_SECRET, "Yui", "131016 officer") == (
        "otpauth://totp/Yui:131016%20officer?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Yui"
    )
    assert totp.spelled(RFC_SECRET).startswith("GEZD GNBV ")


def test_a_password_is_kept_as_argon2id_and_matches_itself_alone() -> None:
    kept = passwords.hashed("正しい馬 電池 ホチキス")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert kept != passwords.hashed("正しい馬 電池 ホチキス")
    assert passwords.matches(kept, "正しい馬 電池 ホチキス")  # the full-width space is the same space
    assert not passwords.matches(kept, "正しい馬 電池 ホチキ")
    assert not passwords.matches(None, "a password that nobody has")
    assert not passwords.matches("$argon2id$broken", "x")


@pytest.mark.parametrize("password", ["", "short", "a" * 40, "abcabcabcabcabc", "x" * 129])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(refusals.PasswordTooWeak):
        passwords.hashed(password)


@pytest.mark.parametrize("told", ["", "131016", "131016-48291", "131016-4829130", "13101６-482913", "131016-482913\n1"])
def test_what_is_no_login(told: str) -> None:
    assert proofs.login_read(told) is None


def test_a_login_is_read() -> None:
    assert proofs.login_read(" 131016-482913 ") == ("131016", 482913)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "office",
        "//evil.test",
        "/\\evil.test",
        "https://evil.test",
        "/x\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/x y",
        "/" + "x" * 500,
        "/\u3000",
    ],
)
def test_ways_lead_to_pages_of_ours_alone(path: str) -> None:
    assert ways.ours(path) == "/home"


@pytest.mark.parametrize("path", ["/", "/office/settlements/0196?unit=pt&after=x", "/desk/members/1-2/entrance"])
def test_pages_of_ours_are_gone_back_to(path: str) -> None:
    assert ways.ours(path) == path
