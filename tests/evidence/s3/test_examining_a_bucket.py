"""What a bucket cannot do is found by trying it and said in plain words. Nothing is written to one that is not safe."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from apps.evidence import examining, storage
from apps.evidence.storage import StoreUnavailable
from tests.faults.store_line import Line, Request, line_to
from tests.plugins.ceph import OWNER, Bucket

pytestmark = [pytest.mark.s3, pytest.mark.django_db]


@pytest.fixture
def plain(bucket: Bucket, settings: LazySettings) -> str:
    """The name of a bucket that was made without a thought, and that EVIDENCE_URL names."""
    name = f"plain-{uuid.uuid4().hex}"
    bucket.owner.create_bucket(Bucket=name)
    settings.EVIDENCE_URL = bucket.url.replace(bucket.address.bucket, name)
    settings.EVIDENCE_S3_KEY_ID, settings.EVIDENCE_S3_SECRET = OWNER
    return name


@pytest.fixture
def line(bucket: Bucket, settings: LazySettings) -> Iterator[Line]:
    with line_to(bucket.store.endpoint) as line:
        settings.EVIDENCE_URL = bucket.url.replace(bucket.store.endpoint, line.url)
        yield line


def refused(tmp_path: Path) -> str:
    """The sentence with which the store refuses an original; nothing of it was written."""
    path = tmp_path / "upload"
    path.write_bytes(b"frames")
    with pytest.raises(StoreUnavailable, match="not safe") as error:
        storage.store().adopt(path, hashlib.sha256(b"frames").hexdigest())
    assert path.read_bytes() == b"frames"
    return str(error.value)


def test_a_bucket_with_lock_and_versions_is_safe_and_ceph_compares_md5_alone(bucket: Bucket) -> None:
    found = storage.store().examine()
    assert found.refusals == []
    assert found.warnings == ["The store does not compare SHA-256 on arrival. It is asked to compare MD5 instead."]


def test_an_examination_leaves_no_evidence_behind(bucket: Bucket) -> None:
    storage.store().examine()
    listed = bucket.portal.list_object_versions(Bucket=bucket.address.bucket)
    names = {one["Key"] for one in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]}
    assert names
    assert all(name.startswith("the portal/probe/") for name in names)


def test_no_versions_and_no_lock_are_named_and_nothing_is_written(bucket: Bucket, plain: str, tmp_path: Path) -> None:
    sentence = refused(tmp_path)
    assert "keeps no versions" in sentence
    assert "no object lock" in sentence
    assert bucket.owner.list_objects_v2(Bucket=plain)["KeyCount"] == 0


def test_suspended_versioning_is_named(bucket: Bucket, plain: str, tmp_path: Path) -> None:
    for status in ("Enabled", "Suspended"):
        bucket.owner.put_bucket_versioning(Bucket=plain, VersioningConfiguration={"Status": status})  # type: ignore[typeddict-item]
    assert "suspended" in refused(tmp_path)


def test_versions_alone_are_not_enough(bucket: Bucket, plain: str, tmp_path: Path) -> None:
    bucket.owner.put_bucket_versioning(Bucket=plain, VersioningConfiguration={"Status": "Enabled"})
    sentence = refused(tmp_path)
    assert "no object lock" in sentence
    assert "versions" not in sentence.replace("no object lock", "")


@pytest.mark.parametrize(("mode", "safe"), [("GOVERNANCE", False), ("COMPLIANCE", True)])
def test_a_bucket_that_locks_in_governance_by_itself_is_refused(bucket: Bucket, mode: str, safe: bool) -> None:
    rule: Any = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": mode, "Days": 90}}}
    bucket.owner.put_object_lock_configuration(Bucket=bucket.address.bucket, ObjectLockConfiguration=rule)
    refusals = storage.store().examine().refusals
    assert (refusals == []) is safe
    assert safe or "governance" in refusals[0]


def says_yes_and_does_nothing(request: Request) -> bool:
    if request.command != "PUT" or "?retention" not in request.path:
        return False
    request.body()
    request.answer(200, [], b"")
    return True


def says_governance(request: Request) -> bool:
    if request.command != "GET" or "?retention" not in request.path:
        return False
    status, headers, body = request.passed_on()
    request.answer(status, headers, body.replace(b"COMPLIANCE", b"GOVERNANCE"))
    return True


def gives_no_versions(request: Request) -> bool:
    status, headers, body = request.passed_on()
    headers = [(name, value) for name, value in headers if name.lower() != "x-amz-version-id"]
    request.answer(status, headers, body)
    return True


def test_a_store_that_says_yes_to_a_lock_and_does_nothing_is_refused(line: Line, tmp_path: Path) -> None:
    line.fault = says_yes_and_does_nothing
    assert "does not lock" in refused(tmp_path)


def test_a_store_that_locks_in_another_mode_than_it_was_asked_to_is_refused(line: Line, tmp_path: Path) -> None:
    line.fault = says_governance
    assert "in compliance mode" in refused(tmp_path)


def test_a_store_that_gives_no_versions_is_refused(line: Line, tmp_path: Path) -> None:
    line.fault = gives_no_versions
    assert "no version" in refused(tmp_path)


def test_a_store_that_deletes_what_is_locked_is_refused(bucket: Bucket, line: Line, tmp_path: Path) -> None:
    def deletes(request: Request) -> bool:
        if request.command != "DELETE" or "versionId" not in request.path:
            return False
        for name in bucket.store.rados("ls").splitlines():
            if "/probe/" in name and "__:" in name:
                bucket.store.rados("rm", name)
        request.answer(204, [], b"")
        return True

    line.fault = deletes
    assert "deleted or changed" in refused(tmp_path)


def test_a_bucket_that_was_made_safe_is_used_without_a_restart(line: Line, tmp_path: Path) -> None:
    line.fault = says_yes_and_does_nothing
    refused(tmp_path)
    line.fault = None
    digest = hashlib.sha256(b"frames").hexdigest()
    assert storage.store().adopt(tmp_path / "upload", digest).digest == digest


def told(*words: str) -> str:
    out = io.StringIO()
    call_command("check_store", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_what_was_found(bucket: Bucket, plain: str) -> None:
    said = told("--url", bucket.url)
    assert "evidence is safe here" in said
    assert "weaker than it could be" in said
    with pytest.raises(CommandError) as unsafe:
        told()
    assert unsafe.value.returncode == 1
    with pytest.raises(CommandError) as away:
        told("--url", "s3://elsewhere/folder?endpoint=http://127.0.0.1:9")
    assert away.value.returncode == 2


def test_the_command_prints_the_policy_that_the_tests_use(bucket: Bucket) -> None:
    said = told("--url", bucket.url, "--policy", "arn:aws:iam:::user/portal")
    bucket.owner.put_bucket_policy(Bucket=bucket.address.bucket, Policy=said)
    assert storage.store().examine().refusals == []


def test_the_deployment_check_and_the_workers_log_say_the_same(
    bucket: Bucket, plain: str, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    assert [message.id for message in examining.the_store_is_safe()] == ["evidence.E002", "evidence.E002"]
    examining.log_examination()
    assert "keeps no versions" in caplog.text
    settings.EVIDENCE_URL = bucket.url
    assert [message.id for message in examining.the_store_is_safe()] == ["evidence.W001"]
