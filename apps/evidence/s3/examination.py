"""What a bucket can and cannot do, found out by trying it: on objects of our own below `probe/`, a few bytes each.

Stores differ in what they refuse, and some say yes to a lock and delete the object all the same. So each promise is
tried with the portal's own key before evidence is entrusted to it.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from apps.evidence.s3 import locks
from apps.evidence.s3.connection import Connection
from apps.evidence.s3.locks import COMPLIANCE, GOVERNANCE
from apps.evidence.s3.sending import checksum
from apps.evidence.store_contract import Examination, StoreError

BODY, OTHER = b"a promise is tried", b"what is written over it"
LOCK = timedelta(minutes=2)
BAD_REQUEST, FORBIDDEN = 400, 403
CHANGED = (
    "An object that was locked was deleted or changed with the portal's own key ({how}). Evidence would not be safe."
)


@dataclass(slots=True)
class BucketExamination(Examination):
    """`sha256`: the store refuses bytes that are not what their SHA-256 says. Otherwise it is asked to compare MD5."""

    sha256: bool = False


def examine(connection: Connection) -> BucketExamination:
    """Find out what the bucket does. Raises StoreUnavailable if it does not answer; then nothing is known."""
    found = BucketExamination()
    with connection.own_errors():
        _ask_settings(connection, found)
    if found.refusals:
        return found
    with connection.own_errors():
        _clear_earlier(connection)
        _try_checksums(connection, found)
        for how, write in (("written in one piece", _written_whole), ("written in parts", _written_in_parts)):
            key = f"probe/{uuid.uuid4().hex}"
            _try_lock(connection, key, write(connection, key, sha256=found.sha256), how, found)
    return found


def settings_refuse(connection: Connection) -> list[str]:
    """Only what the bucket says of itself: it may have been changed since it was examined. Raises StoreUnavailable."""
    found = BucketExamination()
    with connection.own_errors():
        _ask_settings(connection, found)
    return found.refusals


def _ask_settings(connection: Connection, found: BucketExamination) -> None:
    bucket = connection.address.bucket
    status = connection.client.get_bucket_versioning(Bucket=bucket).get("Status")
    if status == "Suspended":
        found.refusals.append("Versioning of the bucket is suspended: what is written over an object replaces it.")
    elif status != "Enabled":
        found.refusals.append("The bucket keeps no versions: what is written over an object replaces it.")
    try:
        lock = connection.client.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    except ClientError as error:
        if _status(error) not in (400, 404, 405, 501):
            raise
        lock = {}
    if lock.get("ObjectLockEnabled") != "Enabled":
        found.refusals.append("The bucket has no object lock. It has to be switched on when the bucket is made.")
    if lock.get("Rule", {}).get("DefaultRetention", {}).get("Mode") == GOVERNANCE:
        found.refusals.append(
            "The bucket locks new objects in governance mode, which an administrator can lift, and which cannot be "
            "made compliance later. Take the bucket's default away: the portal locks each original itself."
        )


def _try_checksums(connection: Connection, found: BucketExamination) -> None:
    found.sha256 = _refuses_wrong_checksum(connection, sha256=True)
    if found.sha256:
        return
    if _refuses_wrong_checksum(connection, sha256=False):
        found.warnings.append("The store does not compare SHA-256 on arrival. It is asked to compare MD5 instead.")
    else:
        found.warnings.append("The store compares no checksum on arrival. Only reading back finds what a line broke.")


def _refuses_wrong_checksum(connection: Connection, *, sha256: bool) -> bool:
    key = f"probe/{uuid.uuid4().hex}"
    arguments: dict[str, Any] = {**connection.named(key), "Body": BODY, **checksum(OTHER, sha256=sha256)}
    try:
        written = connection.client.put_object(**arguments)
    except ClientError as error:
        if _status(error) == BAD_REQUEST:
            return True
        raise
    _delete(connection, key, written.get("VersionId", ""))
    return False


def _written_whole(connection: Connection, key: str, *, sha256: bool) -> str:
    arguments: dict[str, Any] = {**connection.named(key), "Body": BODY, **checksum(BODY, sha256=sha256)}
    return connection.client.put_object(**arguments).get("VersionId", "")


def _written_in_parts(connection: Connection, key: str, *, sha256: bool) -> str:
    kind: dict[str, Any] = {"ChecksumAlgorithm": "SHA256"} if sha256 else {}
    proof = checksum(BODY, sha256=sha256)
    upload = connection.client.create_multipart_upload(**connection.named(key), **kind)["UploadId"]
    arguments: dict[str, Any] = {**connection.named(key), "UploadId": upload, "PartNumber": 1, "Body": BODY, **proof}
    sent = connection.client.upload_part(**arguments)
    parts: list[Any] = [{"PartNumber": 1, "ETag": sent["ETag"], **(proof if sha256 else {})}]
    return connection.client.complete_multipart_upload(
        **connection.named(key), UploadId=upload, MultipartUpload={"Parts": parts}
    ).get("VersionId", "")


def _try_lock(connection: Connection, key: str, version: str, how: str, found: BucketExamination) -> None:
    if version in ("", "null"):
        found.refusals.append(f"The store gives no version to an object that was {how}.")
        return
    _mode, default_end = locks.retention(connection, key, version)
    until = max(datetime.now(UTC).replace(microsecond=0) + LOCK, default_end)
    try:
        locks.ask_lock(connection, key, version, COMPLIANCE, until)
    except ClientError as error:
        if _status(error) == FORBIDDEN:
            raise
    locked = locks.retention(connection, key, version)
    if locked[0] != COMPLIANCE or locked[1] < until:
        found.refusals.append(f"The store does not lock an object that was {how} in compliance mode.")
        return
    for attack in _attacks(connection, key, version, until):
        _swallow(attack)
    try:
        body = connection.client.get_object(**connection.named(key, version))["Body"].read()
        kept = body == BODY and locks.retention(connection, key, version) == locked
    except (ClientError, StoreError):
        kept = False
    if not kept:
        found.refusals.append(CHANGED.format(how=how))


def _attacks(connection: Connection, key: str, version: str, until: datetime) -> list[Callable[[], object]]:
    """What must change nothing about a version that is locked until then."""
    client, named = connection.client, connection.named(key, version)
    return [
        lambda: client.put_object(**connection.named(key), Body=OTHER),
        lambda: locks.ask_lock(connection, key, version, COMPLIANCE, until - LOCK / 2),
        lambda: locks.ask_lock(connection, key, version, GOVERNANCE, until),
        lambda: client.delete_object(**connection.named(key)),
        lambda: client.delete_object(**named, BypassGovernanceRetention=True),
    ]


def _clear_earlier(connection: Connection) -> None:
    """Objects of earlier examinations whose lock has ended. A key that may not delete leaves some bytes behind."""
    limit = datetime.now(UTC) - 2 * LOCK
    prefix = connection.address.full_key("probe/")
    listed = connection.client.list_object_versions(Bucket=connection.address.bucket, Prefix=prefix)
    for one in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
        if one["LastModified"] < limit:
            key = one["Key"].removeprefix(connection.address.full_key(""))
            _delete(connection, key, one["VersionId"])


def _delete(connection: Connection, key: str, version: str) -> None:
    _swallow(lambda: connection.client.delete_object(**connection.named(key, version)))


def _swallow(act: Callable[[], object]) -> None:
    with contextlib.suppress(ClientError, BotoCoreError):
        act()


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
