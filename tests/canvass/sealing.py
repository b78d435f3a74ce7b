"""Seals as the phone does: the other side of `apps.canvass.sealing`, written a second time."""

from __future__ import annotations

import base64
import json
import os
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from apps.accounts.models import User
from apps.canvass.models import Canvass
from apps.canvass.sealing import public_key_of


def sealed(canvass: Canvass, user: User, key: UUID, **words: Any) -> dict[str, str]:
    """An entry as the queue of the user's phone holds it."""
    said = {"address": "12 Oak St.", "outcome": "will_give", "note": "", "comeBack": "", "who": str(user.public_id)}
    curve = ec.SECP256R1()
    portals = ec.EllipticCurvePublicKey.from_encoded_point(curve, base64.b64decode(public_key_of(canvass)))
    own = ec.generate_private_key(curve)
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    secret = HKDF(algorithm=SHA256(), length=32, salt=point, info=b"canvass entry 1").derive(
        own.exchange(ec.ECDH(), portals)
    )
    iv = os.urandom(12)
    bound = f"{canvass.public_id}:{key}".encode()
    text = AESGCM(secret).encrypt(iv, json.dumps({**said, **words}).encode(), bound)
    parts = {"point": point, "iv": iv, "text": text}
    return {"id": str(key), **{name: base64.b64encode(value).decode() for name, value in parts.items()}}
