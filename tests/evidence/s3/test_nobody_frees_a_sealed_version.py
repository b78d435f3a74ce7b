"""What is tried on sealed versions with the portal's own key, and with the key of somebody who owns the whole bucket.

After each attempt the portal reads the sealed bytes, and the lock is what it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import LazySettings

from apps.evidence import storage
from apps.evidence.models import ObjectVersion
from apps.evidence.storage import EvidenceStore
from tests.evidence.storage_contract import CONTENT, digest_of
from tests.plugins.ceph import OWNER, Bucket, known_to_be_safe

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

pytestmark = [pytest.mark.s3, pytest.mark.django_db]


@dataclass(frozen=True, slots=True)
class Sealed:
    """An original in the store, and who attacks it."""

    store: EvidenceStore
    key: str
    named: dict[str, Any]
    version: str
    until: datetime
    attacker: S3Client

    @property
    def bucket(self) -> dict[str, Any]:
        return {"Bucket": self.named["Bucket"]}

    @property
    def exactly(self) -> dict[str, Any]:
        return {**self.named, "VersionId": self.version}

    def retain(self, mode: str, until: datetime, **more: Any) -> object:
        wanted: Any = {"Mode": mode, "RetainUntilDate": until}
        return self.attacker.put_object_retention(**self.exactly, Retention=wanted, **more)

    def in_parts(self) -> object:
        upload = self.attacker.create_multipart_upload(**self.named)["UploadId"]
        sent = self.attacker.upload_part(**self.named, UploadId=upload, PartNumber=1, Body=b"something else")
        parts: Any = {"Parts": [{"PartNumber": 1, "ETag": sent["ETag"]}]}
        return self.attacker.complete_multipart_upload(**self.named, UploadId=upload, MultipartUpload=parts)

    def copied(self) -> object:
        other = {**self.named, "Key": f"{self.named['Key']}-other"}
        self.attacker.put_object(**other, Body=b"something else")
        source: Any = {"Bucket": other["Bucket"], "Key": other["Key"]}
        return self.attacker.copy_object(**self.named, CopySource=source)

    def expired(self) -> object:
        rule: Any = {
            "ID": "away",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "Expiration": {"Days": 1},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        }
        return self.attacker.put_bucket_lifecycle_configuration(**self.bucket, LifecycleConfiguration={"Rules": [rule]})


HOUR, COMPLIANCE, GOVERNANCE = timedelta(hours=1), "COMPLIANCE", "GOVERNANCE"
ATTEMPTS: dict[str, Callable[[Sealed], object]] = {
    "delete the version": lambda it: it.attacker.delete_object(**it.exactly),
    "delete it past governance": lambda it: it.attacker.delete_object(**it.exactly, BypassGovernanceRetention=True),
    "delete it in a batch": lambda it: it.attacker.delete_objects(
        **it.bucket, Delete={"Objects": [{"Key": it.named["Key"], "VersionId": it.version}]}
    ),
    "delete all in a batch": lambda it: it.attacker.delete_objects(
        **it.bucket, Delete={"Objects": [{"Key": it.named["Key"]}]}, BypassGovernanceRetention=True
    ),
    "hide it behind a marker": lambda it: it.attacker.delete_object(**it.named),
    "write over it": lambda it: it.attacker.put_object(**it.named, Body=b"something else"),
    "write over it in parts": Sealed.in_parts,
    "copy over it": Sealed.copied,
    "lock it for a shorter time": lambda it: it.retain(COMPLIANCE, it.until - HOUR),
    "lock it until now": lambda it: it.retain(COMPLIANCE, it.until - timedelta(days=29, hours=23)),
    "shorten it past governance": lambda it: it.retain(COMPLIANCE, it.until - HOUR, BypassGovernanceRetention=True),
    "lock it in governance": lambda it: it.retain(GOVERNANCE, it.until),
    "lock it longer in governance": lambda it: it.retain(GOVERNANCE, it.until + HOUR, BypassGovernanceRetention=True),
    "take the lock off": lambda it: it.attacker.put_object_retention(**it.exactly, Retention={}),
    "suspend versioning": lambda it: it.attacker.put_bucket_versioning(
        **it.bucket, VersioningConfiguration={"Status": "Suspended"}
    ),
    "switch the lock of the bucket off": lambda it: it.attacker.put_object_lock_configuration(
        **it.bucket, ObjectLockConfiguration={}
    ),
    "let versions expire": Sealed.expired,
    "delete the bucket": lambda it: it.attacker.delete_bucket(**it.bucket),
    "give it to everybody, then delete it": lambda it: (
        it.attacker.put_object_acl(**it.exactly, ACL="public-read-write"),
        it.attacker.delete_object(**it.exactly),
    ),
}


@pytest.fixture(params=["with the portal's key", "with the owner's key"])
def attacker(request: pytest.FixtureRequest, bucket: Bucket, settings: LazySettings) -> S3Client:
    """The owner's key is the worse case: a city that gave the portal the key to everything."""
    if request.param == "with the portal's key":
        return bucket.portal
    settings.EVIDENCE_S3_KEY_ID, settings.EVIDENCE_S3_SECRET = OWNER
    return bucket.owner


@pytest.fixture(params=["sent whole", "sent in parts"])
def sealed(
    request: pytest.FixtureRequest, attacker: S3Client, bucket: Bucket, settings: LazySettings, tmp_path: Path
) -> Sealed:
    """An original that was taken in a moment ago."""
    if request.param == "sent in parts":
        settings.EVIDENCE_S3_PART_BYTES = 300_000
    path = tmp_path / "upload"
    path.write_bytes(CONTENT)
    store = known_to_be_safe(storage.store())
    stored = store.adopt(path, digest_of(CONTENT))
    path.unlink()
    until = store.locked_until(stored.key)
    assert until is not None
    named = {"Bucket": bucket.address.bucket, "Key": bucket.address.full_key(stored.key)}
    return Sealed(store, stored.key, named, stored.version, until, attacker)


def test_nothing_that_is_tried_changes_a_sealed_version(sealed: Sealed) -> None:
    refused = set()
    for attempt, act in ATTEMPTS.items():
        try:
            act(sealed)
        except (ClientError, BotoCoreError):
            refused.add(attempt)
        assert sealed.store.read_back(sealed.key) == digest_of(CONTENT), attempt
        assert b"".join(sealed.store.open_range(sealed.key, 5, 25)) == CONTENT[5:25], attempt
        assert sealed.store.locked_until(sealed.key) == sealed.until, attempt
        assert ObjectVersion.objects.get().version == sealed.version, attempt
        versioning = sealed.attacker.get_bucket_versioning(**sealed.bucket)
        assert versioning.get("Status") == "Enabled", attempt
    assert refused >= {"delete the version", "lock it for a shorter time", "lock it in governance", "take the lock off"}


def test_a_hold_keeps_what_no_lock_keeps(bucket: Bucket, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(CONTENT)
    # A derivative has no lock of its own.
    stored = storage.store().put_derivative(path)
    named = {"Bucket": bucket.address.bucket, "Key": bucket.address.full_key(stored.key), "VersionId": stored.version}
    bucket.portal.put_object_legal_hold(**named, LegalHold={"Status": "ON"})
    with pytest.raises(ClientError, match="AccessDenied"):
        bucket.portal.delete_object(**named)
    assert storage.store().read_back(stored.key) == digest_of(CONTENT)


FORBIDDEN: dict[str, Callable[[S3Client, str], object]] = {
    "suspend versioning": lambda it, name: it.put_bucket_versioning(
        Bucket=name, VersioningConfiguration={"Status": "Suspended"}
    ),
    "write a policy": lambda it, name: it.put_bucket_policy(Bucket=name, Policy="{}"),
    "delete the policy": lambda it, name: it.delete_bucket_policy(Bucket=name),
    "write rules of expiry": lambda it, name: it.put_bucket_lifecycle_configuration(
        Bucket=name, LifecycleConfiguration={"Rules": []}
    ),
    "change the lock's rule": lambda it, name: it.put_object_lock_configuration(
        Bucket=name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}
    ),
    "delete the bucket": lambda it, name: it.delete_bucket(Bucket=name),
    "write outside its folder": lambda it, name: it.put_object(Bucket=name, Key="elsewhere", Body=b"x"),
    "read outside its folder": lambda it, name: it.get_object(Bucket=name, Key="elsewhere"),
    "hide an object behind a marker": lambda it, name: it.delete_object(Bucket=name, Key="the portal/originals/x"),
}


@pytest.mark.parametrize("act", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_our_policy_gives_the_portal_no_more_than_it_needs(
    bucket: Bucket, act: Callable[[S3Client, str], object]
) -> None:
    bucket.owner.put_object(Bucket=bucket.address.bucket, Key="elsewhere", Body=b"of the city")
    with pytest.raises(ClientError) as refused:
        act(bucket.portal, bucket.address.bucket)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
