from __future__ import annotations

import pytest

from qr import keys

MASTER = b"a master secret of 32 bytes or more"


def test_hkdf_gives_the_published_vectors() -> None:
    # RFC 5869, appendix A.1 to A.3
    made = keys.hkdf(b"\x0b" * 22, bytes(range(0x0D)), bytes(range(0xF0, 0xFA)), 42)
    assert made.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    made = keys.hkdf(bytes(range(0x50)), bytes(range(0x60, 0xB0)), bytes(range(0xB0, 0x100)), 82)
    assert made.hex() == (
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
        "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"
    )
    made = keys.hkdf(b"\x0b" * 22, b"", b"", 42)
    assert made.hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"


@pytest.mark.parametrize("length", [0, -1, 255 * 32 + 1])
def test_hkdf_gives_no_other_lengths(length: int) -> None:
    with pytest.raises(ValueError, match="cannot give"):
        keys.hkdf(MASTER, b"", b"", length)


def test_every_town_generation_and_master_has_its_own_secret() -> None:
    made = [
        keys.derive(master, municipality, generation).secret
        for master in (MASTER, MASTER[::-1])
        for municipality in (131016, 131024, 13101)
        for generation in (0, 1, 32, 62)
    ]
    assert len(set(made)) == len(made)
    assert {len(secret) for secret in made} == {keys.KEY_BYTES}


def test_a_short_master_is_a_fault() -> None:
    with pytest.raises(ValueError, match="shorter"):
        keys.derive(b"x" * 31, 131016, 0)


def test_rotation_keeps_the_key_before() -> None:
    first, second = keys.of_municipality(MASTER, 131016, 0), keys.of_municipality(MASTER, 131016, 1)
    assert first.previous is None
    assert second.previous == first.current
    assert second.find(first.current.id) == first.current
    assert second.find(second.current.id) == second.current
    assert second.find(2) is None
    assert keys.of_municipality(MASTER, 131016, 32).current.id == 0


def test_two_keys_of_one_name_are_a_fault() -> None:
    with pytest.raises(ValueError, match="same id"):
        keys.Keys(current=keys.derive(MASTER, 131016, 32), previous=keys.derive(MASTER, 131016, 0))


def test_no_secret_is_shown() -> None:
    made = keys.of_municipality(MASTER, 131016, 1)
    assert "secret" not in repr(made)
