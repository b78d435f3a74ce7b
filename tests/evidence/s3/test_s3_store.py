"""The store in a bucket passes the contract, on a real Ceph, with originals sent whole and in parts."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from apps.evidence import storage
from apps.evidence.models import ObjectVersion
from apps.evidence.s3.store import Terms
from apps.evidence.storage import EvidenceStore, MissingObject, ObjectLocked, StoreUnavailable, digest_of_key
from tests.evidence.storage_contract import CONTENT, StorageContract, digest_of
from tests.plugins.ceph import Bucket, known_to_be_safe
from tests.waiting import wait_until

pytestmark = [pytest.mark.s3, pytest.mark.django_db]


class InABucket(StorageContract):
    """What both ways of sending share. Behind the store's back means below Ceph's gateway, on its disk."""

    @pytest.fixture
    def store(self, bucket: Bucket) -> EvidenceStore:
        self.bucket = bucket
        return known_to_be_safe(storage.store())

    # Other threads and processes see only what was committed.
    @pytest.mark.django_db(transaction=True)
    def test_many_writers_of_the_same_bytes_all_succeed_with_one_object(
        self, store: EvidenceStore, source: Path, key: str
    ) -> None:
        super().test_many_writers_of_the_same_bytes_all_succeed_with_one_object(store, source, key)

    def stored(self, key: str) -> list[str]:
        """Ceph's own names of versions and parts; what leads to the newest version is not among them."""
        begins = f"{self.bucket.marker}_"
        names = [name for name in self.bucket.store.rados("ls").splitlines() if name.startswith(begins)]
        return [name for name in names if digest_of_key(key) in name and ("__:" in name or "__multipart_" in name)]

    def remove(self, store: EvidenceStore, key: str) -> None:
        for name in self.stored(key):
            self.bucket.store.rados("rm", name)

    def test_a_removed_object_is_gone_and_removing_it_again_changes_nothing(
        self, store: EvidenceStore, source: Path, key: str
    ) -> None:
        store.adopt(source, digest_of(CONTENT))
        with pytest.raises(ObjectLocked):
            store.remove(key)
        assert store.read_back(key) == digest_of(CONTENT)

    def overwrite(self, name: str, content: bytes) -> None:
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            self.bucket.store.rados("put", name, file.name)


class TestWhole(InABucket):
    # In parts there are more steps, and these are among them.
    test_a_writer_killed_at_any_point_leaves_the_whole_object_or_none = None  # type: ignore[assignment]

    def tamper(self, store: EvidenceStore, key: str, content: bytes) -> None:
        for name in self.stored(key):
            self.overwrite(name, content)

    def test_a_later_version_and_a_marker_change_nothing_that_is_read(
        self, store: EvidenceStore, source: Path, key: str
    ) -> None:
        store.adopt(source, digest_of(CONTENT))
        named = {"Bucket": self.bucket.address.bucket, "Key": self.bucket.address.full_key(key)}
        self.bucket.owner.put_object(**named, Body=b"something else")
        assert store.read_back(key) == digest_of(CONTENT)
        self.bucket.owner.delete_object(**named)
        assert store.read_back(key) == digest_of(CONTENT)
        assert b"".join(store.open_range(key, 3, 11)) == CONTENT[3:11]
        source.unlink()
        assert store.adopt(source, digest_of(CONTENT)).version == ObjectVersion.objects.get().version

    def test_without_its_record_the_locked_version_is_found(self, store: EvidenceStore, source: Path, key: str) -> None:
        stored = store.adopt(source, digest_of(CONTENT))
        named = {"Bucket": self.bucket.address.bucket, "Key": self.bucket.address.full_key(key)}
        self.bucket.owner.put_object(**named, Body=b"something else")
        ObjectVersion.objects.all().delete()
        assert store.read_back(key) == digest_of(CONTENT)
        source.unlink()
        assert store.adopt(source, digest_of(CONTENT)) == stored
        assert ObjectVersion.objects.get().version == stored.version

    def test_the_lock_is_made_longer_and_never_shorter(self, store: EvidenceStore, source: Path, key: str) -> None:
        store.adopt(source, digest_of(CONTENT))
        first = store.locked_until(key)
        now = datetime.now(UTC)
        assert first is not None
        assert timedelta(days=29) < first - now <= timedelta(days=30)
        assert store.keep(key, until=now + timedelta(days=3), held=None) == first
        year = store.keep(key, until=now + timedelta(days=365), held=None)
        assert year == store.locked_until(key) == ObjectVersion.objects.get().locked_until
        assert year is not None
        assert year - now > timedelta(days=364)

    def test_a_hold_is_put_on_and_taken_off(self, store: EvidenceStore, source: Path, key: str) -> None:
        store.adopt(source, digest_of(CONTENT))
        version = ObjectVersion.objects.get().version
        named = {"Bucket": self.bucket.address.bucket, "Key": self.bucket.address.full_key(key), "VersionId": version}
        for on in (True, True, False, False):
            store.keep(key, until=datetime.now(UTC), held=on)
            assert ObjectVersion.objects.get().held is on
            found = self.bucket.portal.get_object_legal_hold(**named)
            assert found["LegalHold"]["Status"] == ("ON" if on else "OFF")

    def test_a_bucket_that_is_not_there_is_unavailable_not_empty(
        self, bucket: Bucket, settings: LazySettings, source: Path, key: str
    ) -> None:
        settings.EVIDENCE_URL = bucket.url.replace(bucket.address.bucket, "evidence-elsewhere")
        for ask in (storage.store().size, storage.store().read_back, storage.store().exists):
            with pytest.raises(StoreUnavailable):
                ask(key)
        with pytest.raises(StoreUnavailable):
            storage.store().adopt(source, digest_of(CONTENT))

    def test_a_derivative_has_no_lock_and_can_be_made_again(self, store: EvidenceStore, source: Path) -> None:
        stored = store.put_derivative(source)
        assert store.locked_until(stored.key) is None
        self.remove(store, stored.key)
        with pytest.raises(MissingObject):
            store.read_back(stored.key)
        assert store.put_derivative(source).version != stored.version
        assert store.read_back(stored.key) == digest_of(CONTENT)


class TestInParts(InABucket):
    @pytest.mark.django_db(transaction=True)
    def test_a_writer_killed_at_any_point_leaves_the_whole_object_or_none(
        self, store: EvidenceStore, source: Path, key: str
    ) -> None:
        super().test_a_writer_killed_at_any_point_leaves_the_whole_object_or_none(store, source, key)

    @pytest.fixture
    def store(self, bucket: Bucket, settings: LazySettings) -> EvidenceStore:
        settings.EVIDENCE_S3_PART_BYTES = 300_000
        self.bucket = bucket
        return known_to_be_safe(storage.store())

    def tamper(self, store: EvidenceStore, key: str, content: bytes) -> None:
        last = max(name for name in self.stored(key) if "__multipart_" in name)
        self.overwrite(last, content[900_000:])

    def test_it_is_sent_in_parts(self, store: EvidenceStore, source: Path, key: str) -> None:
        store.adopt(source, digest_of(CONTENT))
        assert len([name for name in self.stored(key) if "__multipart_" in name]) == 4

    def test_parts_that_a_dead_writer_left_are_forgotten(self, store: EvidenceStore, source: Path, key: str) -> None:
        named = {"Bucket": self.bucket.address.bucket, "Key": self.bucket.address.full_key(key)}
        upload = self.bucket.portal.create_multipart_upload(**named)["UploadId"]
        self.bucket.portal.upload_part(**named, UploadId=upload, PartNumber=1, Body=b"x" * 2000)
        assert store.clear_unfinished(older_than=timedelta(hours=1)) == 0
        assert store.clear_unfinished(older_than=timedelta(seconds=-5)) == 1
        assert store.clear_unfinished(older_than=timedelta(seconds=-5)) == 0


def test_an_object_whose_lock_ended_is_removed_once(bucket: Bucket, tmp_path: Path) -> None:
    short = known_to_be_safe(storage.store())
    short._terms = Terms(lock=timedelta(seconds=2))
    source = tmp_path / "upload"
    source.write_bytes(CONTENT)
    key = short.adopt(source, digest_of(CONTENT)).key
    ended = short.locked_until(key)
    assert ended is not None
    wait_until(lambda: datetime.now(UTC) > ended + timedelta(seconds=1))
    assert [short.remove(key), short.remove(key)] == [True, False]
    assert not short.exists(key)
    assert not ObjectVersion.objects.exists()
