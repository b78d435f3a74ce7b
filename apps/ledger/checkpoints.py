"""Checkpoints: size and root of the tree as a signed note (C2SP tlog-checkpoint, signed-note, Ed25519).

    portal.example.org/ledger
    4711
    2DPCYoZVQ6bM+zr5nmJ1tvDuT8hzgXGkPPfpEYv3pqs=
    number 12

    — portal.example.org/ledger bHKfBQ…

Checkpoints are numbered from 1 without gaps (an extension line), so that one that was deleted is missed. An empty line
and the signature follow. Anyone who has the verifier key checks it offline.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_ED25519 = b"\x01"
_DASH = "\u2014"


class BadNote(ValueError):
    """The note is not a checkpoint, or no known key signed it."""


@dataclass(frozen=True, slots=True)
class SignedState:
    """What a checkpoint says once its signature held."""

    origin: str
    size: int
    root: bytes
    number: int
    signers: tuple[str, ...] = ()  # key ids whose signatures hold, in hexadecimal


def sign(size: int, root: bytes, number: int) -> str:
    """The signed note for this size, root and number, under settings.LEDGER_ORIGIN and LEDGER_KEY.

    While LEDGER_NEXT_KEY is set it signs too: who trusts the old key then has its word for the new one.
    """
    name = settings.LEDGER_ORIGIN
    text = f"{name}\n{size}\n{b64encode(root).decode()}\nnumber {number}\n"
    lines = []
    for seed in filter(None, (settings.LEDGER_KEY, settings.LEDGER_NEXT_KEY)):
        key = _private_key(seed)
        signature = _key_id(name, _raw(key.public_key())) + key.sign(text.encode())
        lines.append(f"{_DASH} {name} {b64encode(signature).decode()}\n")
    return f"{text}\n{''.join(lines)}"


def verifier_key(seed: str = "") -> str:
    """The public key as others write it down: `name+key id+base64`. Old ones go into LEDGER_OLD_VERIFIERS.

    Of LEDGER_KEY, or of another private key that is given.
    """
    name = settings.LEDGER_ORIGIN
    public = _raw(_private_key(seed or settings.LEDGER_KEY).public_key())
    return f"{name}+{_key_id(name, public).hex()}+{b64encode(_ED25519 + public).decode()}"


def key_id_of(verifier: str) -> str:
    """The key id in a verifier key, as `SignedState.signers` names it."""
    return verifier.split("+", 2)[1]


def open_note(note: str) -> SignedState:
    """Check the note against our key and the old verifiers. Raises BadNote."""
    text, found, signatures = note.rpartition(f"\n\n{_DASH} ")
    if not found:
        raise BadNote("There is no signature.")
    text += "\n"
    signers: list[tuple[str, str]] = []
    for line in signatures.splitlines():
        name, _, encoded = line.removeprefix(f"{_DASH} ").partition(" ")
        if _is_signed(text, name, encoded):
            signers.append((name, b64decode(encoded)[:4].hex()))
    if not signers:
        raise BadNote("No known key signed it.")
    return _parse(text, signers[0][0], tuple(key_id for _, key_id in signers))


def _parse(text: str, name: str, signers: tuple[str, ...]) -> SignedState:
    try:
        origin, size, root, last = text.splitlines()
        word, number = last.split(" ")
        state = SignedState(
            origin=origin, size=int(size), root=b64decode(root, validate=True), number=int(number), signers=signers
        )
    except ValueError as error:
        raise BadNote("Size, root and number cannot be read.") from error
    spelled = (origin, size, word, number) == (name, str(state.size), "number", str(state.number))
    if not spelled or len(state.root) != 32 or state.size < 0 or state.number < 1:
        raise BadNote("Size, root and number cannot be read.")
    return state


def _is_signed(text: str, name: str, encoded: str) -> bool:
    try:
        signature = b64decode(encoded, validate=True)
        following = [verifier_key(settings.LEDGER_NEXT_KEY)] if settings.LEDGER_NEXT_KEY else []
        others = (*settings.LEDGER_OLD_VERIFIERS, *following)
        public = _known_keys(verifier_key(), others).get((name, signature[:4]))
        if public is None:
            return False
        public.verify(signature[4:], text.encode())
    except (ValueError, InvalidSignature):
        return False
    return True


@lru_cache(maxsize=4)
def _known_keys(current: str, old: tuple[str, ...]) -> dict[tuple[str, bytes], Ed25519PublicKey]:
    known = {}
    for written in (current, *old):
        name, key_id, encoded = written.split("+", 2)
        public = b64decode(encoded, validate=True)
        if public[:1] != _ED25519 or _key_id(name, public[1:]).hex() != key_id:
            raise ImproperlyConfigured(f"LEDGER_OLD_VERIFIERS: “{written}” is not an Ed25519 verifier key.")
        known[name, bytes.fromhex(key_id)] = Ed25519PublicKey.from_public_bytes(public[1:])
    return known


@lru_cache(maxsize=4)
def _private_key(seed: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    except ValueError as error:
        raise ImproperlyConfigured("LEDGER_KEY is 32 bytes in hexadecimal.") from error


def _raw(public: Ed25519PublicKey) -> bytes:
    return public.public_bytes_raw()


def _key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]
