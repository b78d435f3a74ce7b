"""Signed notes (C2SP signed-note, Ed25519): a text, and a line from each who signed or cosigned it.

    — name base64(key id ‖ signature)

A *cosignature* (C2SP tlog-cosignature) also says when: its signature begins with a POSIX time in 8 bytes.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = 1, 4
_DASH = "\u2014"
_KEY_ID = 4  # bytes
_TIME = 8  # bytes


class BadNote(ValueError):
    """The note cannot be read, or no known key signed it."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key as it is passed on: `name+key id in hexadecimal+base64(kind ‖ key)`."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def of(cls, name: str, kind: int, private: Ed25519PrivateKey) -> Self:
        """The key that checks what `private` signs."""
        return cls(name, kind, private.public_key().public_bytes_raw())

    @classmethod
    def read(cls, written: str) -> Self:
        """Raises ValueError for anything but an Ed25519 key whose id is right."""
        name, key_id, encoded = written.strip().split("+", 2)
        raw = b64decode(encoded, validate=True)
        key = cls(name, raw[0] if raw else 0, raw[1:])
        spelled = name and name.isprintable() and not any(map(str.isspace, name)) and len(name.encode()) <= 255
        if not spelled or key.kind not in (ED25519, COSIGNATURE) or key.key_id.hex() != key_id:
            raise ValueError("The key's id is not that of an Ed25519 key of this name.")
        Ed25519PublicKey.from_public_bytes(key.public)
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"

    @property
    def key_id(self) -> bytes:
        """The four bytes that name the key in a signature line."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:_KEY_ID]

    def signed(self, text: str, signature: bytes) -> bool:
        """Say whether this key made this signature under this text."""
        message = text
        if self.kind == COSIGNATURE:
            message, signature = _with_time(text, cosigned_at(signature)), signature[_TIME:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message.encode())
        except InvalidSignature:
            return False
        return True


def sign(text: str, name: str, private: Ed25519PrivateKey) -> str:
    """The signature line under a text."""
    return _line(VerifierKey.of(name, ED25519, private), private.sign(text.encode()))


def cosign(text: str, name: str, private: Ed25519PrivateKey, *, at: int) -> str:
    """The line of a witness that saw this text at `at`, POSIX seconds."""
    signature = at.to_bytes(_TIME) + private.sign(_with_time(text, at).encode())
    return _line(VerifierKey.of(name, COSIGNATURE, private), signature)


def cosigned_at(signature: bytes) -> int:
    """The POSIX time in a cosignature."""
    return int.from_bytes(signature[:_TIME])


@dataclass(frozen=True, slots=True)
class Opened:
    """The text of a note, and the keys whose signatures hold with these signatures, in the note's order."""

    text: str
    signatures: tuple[tuple[VerifierKey, bytes], ...]

    @property
    def note(self) -> str:
        """The note again, without the lines that nobody checked."""
        return f"{self.text}\n{''.join(_line(key, signature) for key, signature in self.signatures)}"


def opened(note: str, keys: Iterable[VerifierKey]) -> Opened:
    """Check a note against keys; lines of others are passed over. Raises BadNote if no key is left."""
    text, found, lines = note.rpartition(f"\n\n{_DASH} ")
    if not found:
        raise BadNote("There is no signature.")
    text += "\n"
    known = {(key.name, key.key_id): key for key in keys}
    held = []
    for line in lines.splitlines():
        name, _, encoded = line.removeprefix(f"{_DASH} ").partition(" ")
        try:
            raw = b64decode(encoded, validate=True)
        except ValueError:
            continue
        key = known.get((name, raw[:_KEY_ID]))
        if key is not None and key.signed(text, raw[_KEY_ID:]):
            held.append((key, raw[_KEY_ID:]))
    if not held:
        raise BadNote("No known key signed it.")
    return Opened(text, tuple(held))


def _with_time(text: str, at: int) -> str:
    return f"cosignature/v1\ntime {at}\n{text}"


def _line(key: VerifierKey, signature: bytes) -> str:
    return f"{_DASH} {key.name} {b64encode(key.key_id + signature).decode()}\n"
