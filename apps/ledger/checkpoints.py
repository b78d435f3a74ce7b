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

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.ledger.merkle import HASH_BYTES
from apps.ledger.signed_notes import ED25519, BadNote, Opened, VerifierKey, opened
from apps.ledger.signed_notes import sign as signature_line


@dataclass(frozen=True, slots=True)
class SignedState:
    """What a checkpoint says once its signature held."""

    origin: str
    size: int
    root: bytes
    number: int = 0  # 0 where it has none: other logs do not number them
    signers: tuple[str, ...] = ()  # key ids whose signatures hold, in hexadecimal


def sign(size: int, root: bytes, number: int) -> str:
    """The signed note for this size, root and number, under settings.LEDGER_ORIGIN and LEDGER_KEY.

    While LEDGER_NEXT_KEY is set it signs too: who trusts the old key then has its word for the new one.
    """
    name = settings.LEDGER_ORIGIN
    text = f"{name}\n{size}\n{b64encode(root).decode()}\nnumber {number}\n"
    seeds = filter(None, (settings.LEDGER_KEY, settings.LEDGER_NEXT_KEY))
    return f"{text}\n{''.join(signature_line(text, name, private_key(seed)) for seed in seeds)}"


def verifier_key(seed: str = "") -> str:
    """The public key as others write it down: `name+key id+base64`. Old ones go into LEDGER_OLD_VERIFIERS.

    Of LEDGER_KEY, or of another private key that is given.
    """
    return str(VerifierKey.of(settings.LEDGER_ORIGIN, ED25519, private_key(seed or settings.LEDGER_KEY)))


def key_id_of(verifier: str) -> str:
    """The key id in a verifier key, as `SignedState.signers` names it."""
    return verifier.split("+", 2)[1]


def open_note(note: str) -> SignedState:
    """Check the note against our key and the old verifiers; it has to be numbered. Raises BadNote."""
    following = [verifier_key(settings.LEDGER_NEXT_KEY)] if settings.LEDGER_NEXT_KEY else []
    others = (*settings.LEDGER_OLD_VERIFIERS, *following)
    state = state_of(opened(note, _known_keys(verifier_key(), others)))
    if state.number < 1:
        raise BadNote("Size, root and number cannot be read.")
    return state


def state_of(held: Opened) -> SignedState:
    """What a note says whose signatures hold: the checkpoint of any log. Raises BadNote."""
    try:
        origin, size, root, *extensions = held.text.splitlines()
        state = SignedState(
            origin=origin,
            size=int(size),
            root=b64decode(root, validate=True),
            number=_number(extensions),
            signers=tuple(key.key_id.hex() for key, _ in held.signatures),
        )
    except ValueError as error:
        raise BadNote("Size, root and number cannot be read.") from error
    spelled = origin == held.signatures[0][0].name and size == str(state.size)
    if not spelled or len(state.root) != HASH_BYTES or state.size < 0:
        raise BadNote("Size, root and number cannot be read.")
    return state


@lru_cache(maxsize=4)
def private_key(seed: str) -> Ed25519PrivateKey:
    """The key of a seed of 32 bytes in hexadecimal. Raises ImproperlyConfigured."""
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    except ValueError as error:
        raise ImproperlyConfigured("LEDGER_KEY is 32 bytes in hexadecimal.") from error


def _number(extensions: list[str]) -> int:
    """The number on the only extension line that we write; 0 for any others. Raises ValueError for a misspelled one."""
    if len(extensions) != 1 or not extensions[0].startswith("number "):
        return 0
    written = extensions[0].removeprefix("number ")
    if written != str(int(written)):
        raise ValueError(written)
    return int(written)


@lru_cache(maxsize=4)
def _known_keys(current: str, old: tuple[str, ...]) -> tuple[VerifierKey, ...]:
    keys = []
    for written in (current, *old):
        try:
            keys.append(VerifierKey.read(written))
        except ValueError as error:
            message = f"LEDGER_OLD_VERIFIERS: “{written}” is not an Ed25519 verifier key."
            raise ImproperlyConfigured(message) from error
    return tuple(keys)
