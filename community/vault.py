"""What opens persons. PostgreSQL keeps names sealed; the secret that opens them is the service's alone, and never stands in it.

Each member has a key of their own, made by chance, under which AES-256-GCM seals each field. The key is kept wrapped by another that
is drawn (HKDF) from the service's master secret and the municipality. What a field is sealed with names the town, the member, the
field and its version: a value that was moved elsewhere, or put back, does not open. Who erases the wrapped key has erased the person.

The means to open come with the connection: `carried` ties them to an engine where a program is put together, `of` finds them again.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Callable
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

MASTER_BYTES_MIN = 32
KEY_BYTES = 32
NONCE_BYTES = 12
MASTER_ID_BYTES = 8
MARK_BYTES = 16
MARKS = 6
"""So many beginnings of a reading can be looked for; longer ones are told apart when they are open."""
BLOCK_BYTES = 32  # a value's length is told in steps of so many bytes
OTHERWISE_SEALED = (
    "persons are sealed by another secret than the one that was told: set YUI_SECRET_KEY to it, or keep it in YUI_SECRET_KEY_BEFORE "
    "until `yui db rewrap` was run"
)

_OPTION = "yui_vault"
_SALT = b"yui vault"

Chance = Callable[[int], bytes]


class VaultShut(Exception):
    """The means to open persons are not here, or are not those that they were sealed with; the message is one line."""


class Whose(msgspec.Struct, frozen=True):
    """The member whose key it is, in their town."""

    town: int
    member_id: UUID


class Wrapped(msgspec.Struct, frozen=True):
    """A member's key as it is kept: wrapped, and the name of the master secret that unwraps it."""

    master_id: bytes
    wrapped: bytes


class Key:
    """A member's key, open. It lives as long as a transaction needs it."""

    def __init__(self, whose: Whose, secret: bytes, chance: Chance) -> None:
        self._whose, self._cipher, self._chance = whose, AESGCM(secret), chance

    def seal(self, field: str, version: int, value: str) -> bytes:
        """`value` sealed as this field's in this version. Its length is told in steps of BLOCK_BYTES alone."""
        plain = value.encode()
        padded = plain + b"\x80" + bytes(-(len(plain) + 1) % BLOCK_BYTES)
        nonce = self._chance(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, padded, self._named(field, version))

    def open(self, field: str, version: int, sealed: bytes) -> str:
        """What was sealed. What was altered, or is not this field's in this version, is a fault (InvalidTag)."""
        padded = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._named(field, version))
        return padded[: padded.rindex(b"\x80")].decode()

    def _named(self, field: str, version: int) -> bytes:
        return f"yui person\0{self._whose.town}\0{self._whose.member_id}\0{field}\0{version}".encode()


class Vault:
    """Opens and seals by the master secret; during a change of secrets, opens by the one `before` too. `chance` gives random bytes."""

    def __init__(self, master: bytes, *, before: bytes | None = None, chance: Chance) -> None:
        secrets = [master] if before is None else [master, before]
        if any(len(each) < MASTER_BYTES_MIN for each in secrets):
            raise ValueError(f"the master secret is shorter than {MASTER_BYTES_MIN} bytes")
        self._masters = {_drawn(each, "yui vault name")[:MASTER_ID_BYTES]: each for each in secrets}
        self._chance = chance
        self._wrapping: dict[tuple[bytes, int], AESGCM] = {}
        self._marking: dict[tuple[bytes, int], bytes] = {}

    @property
    def master_ids(self) -> list[bytes]:
        """The names of the master secrets, the one that seals first."""
        return list(self._masters)

    def new_key(self, whose: Whose) -> tuple[Key, Wrapped]:
        """A new key for a member: open, and as it is to be kept."""
        secret = self._chance(KEY_BYTES)
        return Key(whose, secret, self._chance), self._wrap(whose, secret)

    def key(self, whose: Whose, kept: Wrapped) -> Key:
        """A member's key, opened. Raises VaultShut where it was wrapped by another secret."""
        return Key(whose, self._unwrap(whose, kept), self._chance)

    def rewrapped(self, whose: Whose, kept: Wrapped) -> Wrapped:
        """The same key, wrapped by the secret that seals now."""
        return self._wrap(whose, self._unwrap(whose, kept))

    def marks(self, town: int, reading: str) -> list[bytes]:
        """What a name is found by: a mark for each of its first beginnings, filled up by chance, so that their number tells nothing."""
        folded, master_id = folded_reading(reading), self.master_ids[0]
        made = [self._mark(master_id, town, folded[:length]) for length in range(1, min(len(folded), MARKS) + 1)]
        return sorted(made + [self._chance(MARK_BYTES) for _ in range(MARKS - len(made))])

    def sought(self, town: int, beginning: str) -> list[bytes]:
        """The marks of a beginning, by each secret: at most the first MARKS characters of it count."""
        folded = folded_reading(beginning)[:MARKS]
        return [self._mark(master_id, town, folded) for master_id in self.master_ids]

    def _wrap(self, whose: Whose, secret: bytes) -> Wrapped:
        master_id, nonce = self.master_ids[0], self._chance(NONCE_BYTES)
        wrapped = nonce + self._wrapper(master_id, whose.town).encrypt(nonce, secret, _named(whose))
        return Wrapped(master_id, wrapped)

    def _unwrap(self, whose: Whose, kept: Wrapped) -> bytes:
        cipher = self._wrapper(kept.master_id, whose.town)
        return cipher.decrypt(kept.wrapped[:NONCE_BYTES], kept.wrapped[NONCE_BYTES:], _named(whose))

    def _wrapper(self, master_id: bytes, town: int) -> AESGCM:
        found = self._wrapping.get((master_id, town))
        if found is None:
            secret = _drawn(self._master(master_id), f"yui wraps persons\0municipality {town}")
            found = self._wrapping[master_id, town] = AESGCM(secret)
        return found

    def _mark(self, master_id: bytes, town: int, folded: str) -> bytes:
        key = self._marking.get((master_id, town))
        if key is None:
            key = _drawn(self._master(master_id), f"yui marks readings\0municipality {town}")
            self._marking[master_id, town] = key
        return hmac.digest(key, folded.encode(), "sha256")[:MARK_BYTES]

    def _master(self, master_id: bytes) -> bytes:
        if master_id not in self._masters:
            raise VaultShut(OTHERWISE_SEALED)
        return self._masters[master_id]


def carried(engine: AsyncEngine, vault: Vault) -> AsyncEngine:
    """The same engine and pool, whose connections have the means to open persons."""
    return engine.execution_options(**{_OPTION: vault})


def of(conn: AsyncConnection) -> Vault:
    """The means that come with a connection. Raises VaultShut where its engine carries none."""
    found = conn.sync_connection.get_execution_options().get(_OPTION) if conn.sync_connection else None
    if not isinstance(found, Vault):
        raise VaultShut("persons are sealed, and the secret that opens them was not told: set YUI_SECRET_KEY")
    return found


def folded_reading(reading: str) -> str:
    """A reading as it is looked for: without spaces, in hiragana, whatever the width and kind of kana that were typed."""
    plain = unicodedata.normalize("NFKC", reading).casefold()
    return "".join(_hiragana(each) for each in plain if not each.isspace())


def _hiragana(character: str) -> str:
    return chr(ord(character) - 0x60) if "\u30a1" <= character <= "\u30f6" else character


def _drawn(master: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=_SALT, info=purpose.encode()).derive(master)


def _named(whose: Whose) -> bytes:
    return f"yui key\0{whose.town}\0{whose.member_id}".encode()
