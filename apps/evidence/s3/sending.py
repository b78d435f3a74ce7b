"""Send a file as a new version: hashed while it is sent, each part with a checksum that the store compares.

Memory is that of one part, however large the file is.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
from typing import Any, BinaryIO

from apps.evidence.s3.connection import Connection
from apps.evidence.store_contract import DigestMismatch, StoreError

MOST_PARTS = 10_000
MEBIBYTE = 1024 * 1024


def send(connection: Connection, key: str, handle: BinaryIO, size: int, digest: str, *, part: int, sha256: bool) -> str:
    """Send the file of `size` bytes and return the id of the version, empty if the store did not say it.

    `part` is the least size of a part in bytes. Raises DigestMismatch if the bytes are not `digest`: then the store
    holds nothing of them. Raises StoreUnavailable, StoreFull.
    """
    if size <= part:
        return _send_whole(connection, key, handle.read(), digest, sha256=sha256)
    return _send_parts(connection, key, handle, digest, part=part_size(size, part), sha256=sha256)


def part_size(size: int, least: int) -> int:
    """Bytes of each part so that a file of `size` bytes has at most as many parts as S3 takes."""
    needed = -(-size // MOST_PARTS)
    return least if needed <= least else -(-needed // MEBIBYTE) * MEBIBYTE


def checksum(body: bytes, *, sha256: bool) -> dict[str, str]:
    """The argument with which the store compares what arrived. MD5 guards the line here; SHA-256 guards the evidence,
    when the object is read back."""
    if sha256:
        return {"ChecksumSHA256": base64.b64encode(hashlib.sha256(body).digest()).decode()}
    return {"ContentMD5": base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()}


def _send_whole(connection: Connection, key: str, body: bytes, digest: str, *, sha256: bool) -> str:
    if hashlib.sha256(body).hexdigest() != digest:
        raise DigestMismatch("The bytes are not what their digest says.")
    arguments: dict[str, Any] = {**connection.named(key), "Body": body, **checksum(body, sha256=sha256)}
    with connection.own_errors():
        return connection.client.put_object(**arguments).get("VersionId", "")


def _send_parts(connection: Connection, key: str, handle: BinaryIO, digest: str, *, part: int, sha256: bool) -> str:
    whole = hashlib.sha256()
    kind: dict[str, Any] = {"ChecksumAlgorithm": "SHA256"} if sha256 else {}
    with connection.own_errors():
        upload = connection.client.create_multipart_upload(**connection.named(key), **kind)["UploadId"]
    try:
        parts: list[dict[str, Any]] = []
        while body := handle.read(part):
            whole.update(body)
            parts.append(_send_part(connection, key, upload, len(parts) + 1, body, sha256=sha256))
        if whole.hexdigest() != digest:
            raise DigestMismatch("The bytes are not what their digest says.")
        listed: Any = {"Parts": parts}
        with connection.own_errors():
            done = connection.client.complete_multipart_upload(
                **connection.named(key), UploadId=upload, MultipartUpload=listed
            )
        return done.get("VersionId", "")
    except BaseException:
        # Parts take room until somebody forgets them; what cannot be forgotten now, the sweep forgets.
        with contextlib.suppress(StoreError), connection.own_errors():
            connection.client.abort_multipart_upload(**connection.named(key), UploadId=upload)
        raise


def _send_part(
    connection: Connection, key: str, upload: str, number: int, body: bytes, *, sha256: bool
) -> dict[str, Any]:
    proof = checksum(body, sha256=sha256)
    arguments: dict[str, Any] = {**connection.named(key), "UploadId": upload, "PartNumber": number, "Body": body}
    with connection.own_errors():
        sent = connection.client.upload_part(**{**arguments, **proof})
    return {"PartNumber": number, "ETag": sent["ETag"], **(proof if sha256 else {})}
