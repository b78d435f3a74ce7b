"""A real object store for the tests that need one: started once, with a bucket of its own for each test."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from django.conf import LazySettings

from apps.core.bucket_address import Address, read_address
from apps.evidence.s3.examination import BucketExamination
from apps.evidence.s3.policy import least_policy
from apps.evidence.s3.store import S3Store
from apps.evidence.storage import EvidenceStore
from scripts import ceph as cluster

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

OWNER, PORTAL = ("OWNERKEY", "the-owners-secret"), ("PORTALKEY", "the-portals-secret")
PREFIX = "the portal"
_FOUND: list[BucketExamination] = []


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket with object lock that belongs to the city; the portal's key may do in it what our policy says."""

    store: cluster.Ceph
    address: Address
    url: str

    @property
    def marker(self) -> str:
        """How the names of this bucket's objects begin on Ceph's disk."""
        return str(json.loads(self.store.admin("bucket", "stats", f"--bucket={self.address.bucket}"))["marker"])

    @property
    def owner(self) -> S3Client:
        """A client with the key of the bucket's owner, who may do everything."""
        return client(self.store.endpoint, *OWNER)

    @property
    def portal(self) -> S3Client:
        """A client with the portal's own key."""
        return client(self.store.endpoint, *PORTAL)


@lru_cache(maxsize=8)
def client(endpoint: str, key: str, secret: str) -> S3Client:
    """boto3's own client, without anything of ours between it and the store."""
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        region_name="us-east-1",
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            retries={"total_max_attempts": 1},
            request_checksum_calculation="when_required",
        ),
    )


@pytest.fixture(scope="session")
def ceph() -> Iterator[cluster.Ceph]:
    """A Ceph with an account for the city and one for the portal."""
    missing = cluster.fetch()
    if missing:
        pytest.skip(missing)
    with cluster.ceph() as store:
        store.user("city", *OWNER)
        store.user("portal", *PORTAL)
        yield store


def make_bucket(ceph: cluster.Ceph, name: str) -> Bucket:
    """A new bucket as our guide asks for, which our policy opens to the portal's key."""
    url = f"s3://{name}/{PREFIX.replace(' ', '%20')}?endpoint={ceph.endpoint}"
    made = Bucket(ceph, read_address(url), url)
    made.owner.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    policy = least_policy(made.address, "arn:aws:iam:::user/portal")
    made.owner.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
    return made


@pytest.fixture
def bucket(ceph: cluster.Ceph, settings: LazySettings) -> Bucket:
    """A new bucket, and the settings with which the portal keeps evidence in it."""
    made = make_bucket(ceph, f"evidence-{uuid.uuid4().hex}")
    settings.EVIDENCE_URL = made.url
    settings.EVIDENCE_S3_KEY_ID, settings.EVIDENCE_S3_SECRET = PORTAL
    settings.EVIDENCE_S3_SILENCE_SECONDS = 5
    return made


def known_to_be_safe(store: EvidenceStore) -> S3Store:
    """The store as it is after its examination. One is enough for all buckets that this module makes: they are alike.

    Processes that are forked off then know it too, and faults meet the sealing alone.
    """
    assert isinstance(store, S3Store)
    if not _FOUND:
        _FOUND.append(store.examine())
        assert not _FOUND[0].refusals
    store._examined = (_FOUND[0], time.monotonic())
    return store
