"""What a phone writes down is sealed to its canvass: the phone itself cannot open it again, only the portal can.

ECIES with approved parts (SP 800-56A, SP 800-56C, FIPS 197): an ephemeral P-256 key for each entry, HKDF-SHA256,
AES-256-GCM. The additional data name canvass and entry, so that a sealed entry moves to no other place.
`static/js/canvass-seal.js` is the other side.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from django.utils.translation import gettext as _

from apps.canvass.models import Canvass
from apps.core.errors import InvalidInput

_CURVE = ec.SECP256R1()
INFO = b"canvass entry 1"
SEALED_MOST = 16_000
"""Bytes of a sealed entry: far more than its longest note."""


def new_sealing_key() -> str:
    """A private key for a canvass, as its row keeps it."""
    key = ec.generate_private_key(_CURVE)
    return base64.b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()


def public_key_of(canvass: Canvass) -> str:
    """What phones seal to: the uncompressed point in base64."""
    return base64.b64encode(_point(_private(canvass).public_key())).decode()


def open_entry(canvass: Canvass, key: UUID, sealed: Mapping[str, Any]) -> dict[str, Any]:
    """What was sealed under this id. Raises InvalidInput for what was sealed to another canvass, or was changed."""
    try:
        parts = {name: base64.b64decode(sealed[name], validate=True) for name in ("point", "iv", "text")}
        if len(parts["text"]) > SEALED_MOST:
            raise ValueError("too long")
        other = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, parts["point"])
        shared = _private(canvass).exchange(ec.ECDH(), other)
        secret = HKDF(algorithm=SHA256(), length=32, salt=parts["point"], info=INFO).derive(shared)
        plain = AESGCM(secret).decrypt(parts["iv"], parts["text"], f"{canvass.public_id}:{key}".encode())
        told = json.loads(plain)
    except (InvalidTag, ValueError, KeyError, TypeError):
        told = None
    if not isinstance(told, dict):
        raise InvalidInput(_("This entry was sealed for another canvass, or was changed since."), code="sealed")
    return told


def _private(canvass: Canvass) -> ec.EllipticCurvePrivateKey:
    key = load_der_private_key(base64.b64decode(canvass.sealing_key), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101  new_sealing_key makes no other
    return key


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
