"""Files as they lie in a bucket of backups: compressed, and sealed with a key that is not there.

Whoever keeps the bucket reads names, sizes and times, and nothing else. A file that was changed, cut, exchanged for
another one or sealed by somebody else does not open. Format: MAGIC, a salt of 16 bytes, then pieces of 1 MiB of the
zlib stream, each with its AES-256-GCM tag. The nonce is the piece's number and whether it is the last one; the key is
of this salt alone (HKDF-SHA256 of DIGEST_KEY); the name is authenticated with each piece.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from apps.backups.manifest import NotWhole

MAGIC = b"portal backup 1\n"
PIECE = 1024**2
_SALT, _TAG = 16, 16


def seal(name: str, content: Iterable[bytes]) -> Iterator[bytes]:
    """The sealed bytes of a file of that name."""
    salt = os.urandom(_SALT)
    yield MAGIC + salt
    box = _box(salt)
    for number, (piece, last) in enumerate(_pieces(_compressed(content), PIECE)):
        yield box.encrypt(_nonce(number, last=last), piece, name.encode())


def unseal(name: str, sealed: Iterable[bytes]) -> Iterator[bytes]:
    """The file's own bytes. Raises `NotWhole` at the first byte that is not what was sealed under that name."""
    head, rest = _head(sealed)
    if not head.startswith(MAGIC) or len(head) < len(MAGIC) + _SALT:
        raise NotWhole(f"“{name}” in the bucket is no backup of this portal.")
    box, opened = _box(head[len(MAGIC) :]), zlib.decompressobj()
    for number, (piece, last) in enumerate(_pieces(rest, PIECE + _TAG)):
        try:
            yield opened.decompress(box.decrypt(_nonce(number, last=last), piece, name.encode()))
        except (InvalidTag, zlib.error, ValueError) as error:
            raise NotWhole(f"“{name}” in the bucket was changed or cut, or was sealed with another key.") from error
    if not opened.eof:
        raise NotWhole(f"“{name}” in the bucket was cut off.")


def _compressed(content: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(level=1)
    for part in content:
        yield packer.compress(part)
    yield packer.flush()


def _pieces(parts: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """The stream in pieces of that size, and of each whether it is the last one."""
    kept = bytearray()
    for part in parts:
        kept += part
        while len(kept) > size:
            yield bytes(kept[:size]), False
            del kept[:size]
    yield bytes(kept), True


def _head(parts: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    rest, kept, size = iter(parts), b"", len(MAGIC) + _SALT
    for part in rest:
        kept += part
        if len(kept) >= size:
            break

    def after() -> Iterator[bytes]:
        yield kept[size:]
        yield from rest

    return kept[:size], after()


def _box(salt: bytes) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"backups.bucket")
    return AESGCM(derived.derive(settings.DIGEST_KEY.encode()))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
