"""Who has no key, a wrong one, or an address that was changed or is over, gets nothing."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError
from django.conf import LazySettings

from apps.evidence import storage
from apps.evidence.storage import StoreUnavailable, original_key
from tests.plugins.ceph import OWNER, PORTAL, Bucket, client

pytestmark = [pytest.mark.s3, pytest.mark.django_db]


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture
def signed(bucket: Bucket) -> str:
    """A signed address of an original, good for a minute."""
    return _signed(bucket, seconds=60)


def _signed(bucket: Bucket, *, seconds: int) -> str:
    named = {"Bucket": bucket.address.bucket, "Key": bucket.address.full_key(original_key("ab" * 32))}
    named["VersionId"] = bucket.portal.put_object(**named, Body=b"frames")["VersionId"]
    return bucket.portal.generate_presigned_url("get_object", Params=named, ExpiresIn=seconds)


@pytest.mark.parametrize(
    ("key", "secret"),
    [(PORTAL[0], "wrong"), (PORTAL[0], OWNER[1]), (OWNER[0], PORTAL[1]), ("UNKNOWN", PORTAL[1])],
)
def test_a_wrong_key_or_secret_is_refused(bucket: Bucket, settings: LazySettings, key: str, secret: str) -> None:
    with pytest.raises(ClientError):
        client(bucket.store.endpoint, key, secret).list_objects_v2(Bucket=bucket.address.bucket)
    settings.EVIDENCE_S3_KEY_ID, settings.EVIDENCE_S3_SECRET = key, secret
    with pytest.raises(StoreUnavailable, match="does not accept the portal's key"):
        storage.store().exists("originals/aa")


def test_an_address_works_as_it_was_signed(signed: str) -> None:
    assert status_of(signed) == 200


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        (r"originals/\w\w/", "originals/00/"),
        (r"versionId=[^&]+", "versionId=null"),
        (r"X-Amz-Expires=60", "X-Amz-Expires=6000"),
        (r"X-Amz-Date=20\d\d", "X-Amz-Date=2099"),
        (r"X-Amz-Credential=PORTALKEY", "X-Amz-Credential=OWNERKEY"),
        (r"X-Amz-Signature=\w{4}", "X-Amz-Signature=0000"),
        (r"&X-Amz-Signature=\w+", ""),
        (r"\?.*", ""),
    ],
)
def test_an_address_that_was_changed_is_refused(signed: str, part: str, instead: str) -> None:
    changed, how_often = re.subn(part, instead, signed, count=1)
    assert how_often == 1
    assert status_of(changed) == 403


def test_a_signed_address_is_for_one_method(signed: str) -> None:
    for method in ("PUT", "DELETE"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(signed, method=method), timeout=10)
        assert refused.value.code == 403


def test_an_address_that_is_over_is_refused(bucket: Bucket) -> None:
    url = _signed(bucket, seconds=1)
    deadline = time.monotonic() + 30
    while status_of(url) != 403:
        assert time.monotonic() < deadline, "it still works"
        time.sleep(0.2)
