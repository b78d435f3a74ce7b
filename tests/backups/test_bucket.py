"""Backups in a bucket: the building is lost with its folder of backups, and everything comes back from there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from apps.agreements.services.files import keep_file
from apps.backups import folders
from apps.evidence.models import EvidenceItem
from apps.evidence.storage import original_key, store
from scripts.ceph import Ceph
from tests.backups.conftest import Run
from tests.backups.test_drill import broken, lose_everything
from tests.factories.items import sealed_item
from tests.plugins.ceph import PORTAL, Bucket, make_bucket

pytestmark = [
    pytest.mark.s3,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the database is copied before"),
]
Keep = Callable[[], Path]


@pytest.fixture
def copies(ceph: Ceph, own_folders: Path, settings: LazySettings) -> Bucket:
    """A bucket for the sealed backups and one for the copies of evidence; the portal's own evidence is in a folder."""
    made, evidence = (
        make_bucket(ceph, f"{name}-{own_folders.name.replace('_', '-').lower()}"[:60]) for name in ("b", "e")
    )
    settings.BACKUP_BUCKET_URL, settings.BACKUP_EVIDENCE_URL = made.url, evidence.url
    settings.BACKUP_S3_KEY_ID, settings.BACKUP_S3_SECRET = PORTAL
    # Unlike evidence, backups are removed: the key may hide what it wrote, and the bucket's versions keep it.
    made.owner.put_bucket_policy(Bucket=made.address.bucket, Policy=policy(made.address.bucket))
    return made


def policy(name: str) -> str:
    return (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam:::user/portal"},'
        ' "Action": ["s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],'
        f' "Resource": ["arn:aws:s3:::{name}", "arn:aws:s3:::{name}/*"]}}]}}'
    )


def objects_of(copies: Bucket) -> dict[str, bytes]:
    listed = copies.portal.list_objects_v2(Bucket=copies.address.bucket).get("Contents", [])
    return {
        one["Key"]: copies.portal.get_object(Bucket=copies.address.bucket, Key=one["Key"])["Body"].read()
        for one in listed
    }


def test_everything_comes_back_from_the_bucket_alone_and_every_digest_is_proved(
    copies: Bucket, own_folders: Path, run: Run, kept_outside: Keep
) -> None:
    items = [sealed_item(b"one"), sealed_item(b"two")]
    signed = keep_file(b"%PDF an agreement with secret words")
    outside = kept_outside()
    code, said = run("back_up")
    assert code == 0, said
    assert not any(b"secret words" in content or b"SQLite" in content for content in objects_of(copies).values())
    lose_everything(own_folders)
    shutil.rmtree(own_folders / "backups")
    (own_folders / "backups").mkdir()
    assert run("fetch_backup")[0] == 0
    (backup,) = folders.whole()
    code, said = run("restore_backup", backup, "--checkpoint", outside)
    assert (code, broken(said)) == (0, []), said
    assert "2 originals" in said
    assert [store().read_back(original_key(item.digest)) for item in items] == [item.digest for item in items]
    assert (own_folders / "files" / "agreements" / f"{signed}.pdf").exists()
    assert EvidenceItem.objects.count() == 2


def test_a_run_sends_only_what_is_new_and_old_backups_go(
    copies: Bucket, own_folders: Path, run: Run, kept_outside: Keep, settings: LazySettings
) -> None:
    settings.BACKUPS_KEPT = 1
    assert run("back_up")[0] == 0
    assert "sent to the bucket" not in run("back_up", "--files")[1]
    (first,) = folders.whole()
    # A backup that a killed run left without its manifest is no backup, and the next run makes it whole.
    copies.portal.delete_object(
        Bucket=copies.address.bucket, Key=copies.address.full_key(f"databases/{first.name}/manifest.json")
    )
    assert run("fetch_backup", "--list")[1].strip() == ""
    assert "1 files sent" in run("back_up", "--files")[1]
    assert run("fetch_backup", "--list")[1].split() == [first.name]
    assert run("back_up")[0] == 0
    (second,) = folders.whole()
    assert run("fetch_backup", "--list")[1].split() == [second.name]


def test_what_somebody_changed_in_the_bucket_is_not_brought_back(
    copies: Bucket, own_folders: Path, run: Run, kept_outside: Keep
) -> None:
    assert run("back_up")[0] == 0
    (backup,) = folders.whole()
    key = copies.address.full_key(f"databases/{backup.name}/portal.sqlite3")
    content = bytearray(objects_of(copies)[key])
    content[len(content) // 2] ^= 1
    copies.portal.put_object(Bucket=copies.address.bucket, Key=key, Body=bytes(content))
    shutil.rmtree(backup)
    code, said = run("fetch_backup")
    assert (code, "was changed or cut" in said) == (1, True), said
    assert folders.whole() == []
