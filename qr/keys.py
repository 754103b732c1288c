"""The keys that sign rotating codes: derived from one master secret, different for every municipality and generation.

Promises that a code of one town never opens with the keys of another, and that keys can be replaced while codes are in use: a
code names its key, and the key before the current one still opens codes. HKDF is written out here (RFC 5869, ten lines over
`hmac`), because nothing else in the service needs a cryptography package.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

KEY_BYTES = 32
KEY_IDS = 32  # one base32 symbol in a code
MASTER_BYTES_MIN = 32
HKDF_BYTES_MAX = 255 * 32

_SALT = b"yui qr"


@dataclass(frozen=True)
class Key:
    """A signing key and the number (0 to 31) by which codes name it."""

    id: int
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class Keys:
    """The key that signs now, and the one before it, which still opens what it signed."""

    current: Key
    previous: Key | None = None

    def __post_init__(self) -> None:
        if self.previous is not None and self.previous.id == self.current.id:
            raise ValueError("the current and the previous key have the same id")

    def find(self, key_id: int) -> Key | None:
        """The key that a code names, if it is one of the two."""
        if key_id == self.current.id:
            return self.current
        return self.previous if self.previous is not None and key_id == self.previous.id else None


def derive(master: bytes, municipality: int, generation: int) -> Key:
    """The key of a municipality in a generation (0, 1, 2 …). A master secret under 32 bytes is a fault (ValueError)."""
    if len(master) < MASTER_BYTES_MIN:
        raise ValueError(f"the master secret is shorter than {MASTER_BYTES_MIN} bytes")
    info = f"yui qr codes\0municipality {municipality}\0generation {generation}".encode()
    return Key(id=generation % KEY_IDS, secret=hkdf(master, _SALT, info, KEY_BYTES))


def of_municipality(master: bytes, municipality: int, generation: int = 0) -> Keys:
    """The keys in force in `generation`: its own and, after the first, the one before. To rotate, raise the generation by one."""
    previous = derive(master, municipality, generation - 1) if generation > 0 else None
    return Keys(current=derive(master, municipality, generation), previous=previous)


def hkdf(master: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """HKDF-SHA256 (RFC 5869 §2): `length` bytes, at most 8160, drawn from `master` for the purpose named by `info`."""
    if not 0 < length <= HKDF_BYTES_MAX:
        raise ValueError(f"HKDF-SHA256 cannot give {length} bytes")
    drawn = hmac.digest(salt or bytes(hashlib.sha256().digest_size), master, "sha256")
    made, block = b"", b""
    while len(made) < length:
        block = hmac.digest(drawn, block + info + bytes([len(made) // 32 + 1]), "sha256")
        made += block
    return made[:length]
