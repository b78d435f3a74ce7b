"""The key with which this portal cosigns other ledgers: it comes from LEDGER_KEY, and is another one."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from apps.ledger.checkpoints import private_key
from apps.ledger.signed_notes import COSIGNATURE, VerifierKey, cosign


def name() -> str:
    """This portal as a witness."""
    return f"{settings.LEDGER_ORIGIN}/witness"


def verifiers() -> list[str]:
    """The verifier key that others trust; with LEDGER_NEXT_KEY also the one that follows."""
    return [str(VerifierKey.of(name(), COSIGNATURE, key)) for key in _keys()]


def cosignatures(text: str, *, at: int) -> str:
    """A signature line for each of our keys under the text of a checkpoint, at POSIX seconds `at`."""
    return "".join(cosign(text, name(), key, at=at) for key in _keys())


def _keys() -> list[Ed25519PrivateKey]:
    return [_cosigning_key(seed) for seed in filter(None, (settings.LEDGER_KEY, settings.LEDGER_NEXT_KEY))]


def _cosigning_key(seed: str) -> Ed25519PrivateKey:
    """One key must not sign two kinds of statements (C2SP tlog-cosignature)."""
    raw = private_key(seed).private_bytes_raw()
    derived = HKDF(SHA256(), 32, salt=None, info=b"tlog-witness cosignature/v1").derive(raw)
    return Ed25519PrivateKey.from_private_bytes(derived)
