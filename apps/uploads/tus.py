"""Headers of the tus 1.0.0 protocol, read strictly: what is not clearly right is refused with a sentence."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.core.errors import PortalError

if TYPE_CHECKING:
    from hashlib import _Hash

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-defer-length,creation-with-upload,expiration,checksum,termination"
CONTENT_TYPE = "application/offset+octet-stream"
CHECKSUM_ALGORITHMS = ("sha256", "sha1", "md5")
MAX_LENGTH = 2**63 - 1
_MAX_KEYS = 32
_NUMBER = re.compile(r"[0-9]{1,19}")
_KEY = re.compile(r"[!-+\--~]+")  # visible ASCII but the comma


class BadHeader(PortalError):
    """A header that is absent, malformed, or asks for what this server does not do."""

    status = 400


class UnsupportedVersion(PortalError):
    """The sender speaks another version of tus."""

    status = 412


class UnsupportedMediaType(PortalError):
    """A PATCH that does not carry tus bytes."""

    status = 415


def parse_number(headers: Mapping[str, str], name: str) -> int:
    """A header that has to be a plain decimal number below 2^63. Raises BadHeader."""
    raw = headers.get(name)
    if raw is None:
        raise BadHeader(_("The header %(name)s is missing.") % {"name": name})
    if not _NUMBER.fullmatch(raw.strip()) or int(raw) > MAX_LENGTH:
        raise BadHeader(_("The header %(name)s is not a number of bytes.") % {"name": name})
    return int(raw)


def parse_length(headers: Mapping[str, str]) -> int | None:
    """The length with which an upload is created; None if the sender tells it later. Raises BadHeader."""
    deferred = headers.get("Upload-Defer-Length")
    if deferred is None:
        return _length(headers)
    if deferred.strip() != "1" or "Upload-Length" in headers:
        raise BadHeader(_("The size of the file is told either at the start or later, not both."))
    return None


def parse_told_length(headers: Mapping[str, str]) -> int | None:
    """The length that a PATCH tells of an upload that was created without one, if it does. Raises BadHeader."""
    return _length(headers) if "Upload-Length" in headers else None


def same_length(known: int | None, told: int | None, offset: int) -> int | None:
    """The length of an upload of which `told` is said now. Raises BadHeader if it was another, or if more has come."""
    if told is not None and (known not in (None, told) or told < offset):
        raise BadHeader(_("The size of the file is not what was said or sent before."), code="length")
    return known if told is None else told


def _length(headers: Mapping[str, str]) -> int:
    length = parse_number(headers, "Upload-Length")
    if length == 0:
        raise BadHeader(_("The file is empty."), code="empty")
    return length


def parse_metadata(raw: str | None) -> dict[str, str]:
    """Upload-Metadata as text by key. Raises BadHeader for bad base64 or UTF-8, bad keys, and a key given twice."""
    metadata: dict[str, str] = {}
    if raw is None or not raw.strip():
        return metadata
    for pair in raw.split(","):
        key, _space, value = pair.strip().partition(" ")
        if not _KEY.fullmatch(key):
            raise BadHeader(_("The header Upload-Metadata is malformed."))
        if key in metadata:
            raise BadHeader(_("The header Upload-Metadata names something twice."))
        try:
            metadata[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError):
            raise BadHeader(_("The header Upload-Metadata is malformed.")) from None
    if len(metadata) > _MAX_KEYS:
        raise BadHeader(_("The header Upload-Metadata names too many things."))
    return metadata


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one PATCH have to hash to."""

    algorithm: str
    digest: bytes

    def hasher(self) -> _Hash:
        """A fresh hash object of the stated algorithm; it guards against damage on the way, not against malice."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def parse_checksum(raw: str | None) -> Checksum | None:
    """Upload-Checksum, if there is one. Raises BadHeader for an unknown algorithm or bad base64."""
    if raw is None:
        return None
    algorithm, _space, value = raw.strip().partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if algorithm not in CHECKSUM_ALGORITHMS or not digest:
        raise BadHeader(_("The header Upload-Checksum is malformed or of an unknown kind."))
    return Checksum(algorithm, digest)
