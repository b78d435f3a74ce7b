"""The folder store passes the contract, and meets full and read-only disks."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured

from apps.evidence import storage
from apps.evidence.folder_store import FolderStore
from apps.evidence.storage import EvidenceStore, StoreUnavailable, original_key
from tests.evidence.storage_contract import CONTENT, StorageContract, digest_of
from tests.faults.dying import die_at

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_REC, MS_PRIVATE, MS_BIND, MS_REMOUNT, MS_RDONLY = 0x4000, 0x40000, 0x1000, 0x20, 0x1


class TestFolderStore(StorageContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> EvidenceStore:
        (tmp_path / "evidence").mkdir(exist_ok=True)
        return FolderStore(tmp_path / "evidence")

    def tamper(self, store: EvidenceStore, key: str, content: bytes) -> None:
        assert isinstance(store, FolderStore)
        path = store.root / key
        path.chmod(0o640)
        path.write_bytes(content)

    def remove(self, store: EvidenceStore, key: str) -> None:
        assert isinstance(store, FolderStore)
        (store.root / key).unlink()

    def test_on_one_file_system_nothing_is_copied(self, store: FolderStore, source: Path, key: str) -> None:
        store.adopt(source, digest_of(CONTENT))
        assert source.samefile(store.root / key)

    def test_objects_are_files_that_nobody_may_write(self, store: FolderStore, source: Path, key: str) -> None:
        store.adopt(source, digest_of(CONTENT))
        assert (store.root / key).stat().st_mode & 0o777 == 0o440

    def test_nothing_is_left_in_incoming(self, store: FolderStore, source: Path) -> None:
        store.adopt(source, digest_of(CONTENT))
        assert list((store.root / "incoming").iterdir()) == []

    def test_what_dead_writers_left_is_cleared_but_not_what_is_under_way(
        self, store: FolderStore, source: Path, key: str
    ) -> None:
        number = 1
        while not (store.root / "incoming").is_dir() or not list((store.root / "incoming").iterdir()):
            assert die_at(number, lambda: store.adopt(source, digest_of(CONTENT)))
            number += 1
        assert store.clear_unfinished(older_than=timedelta(hours=1)) == 0
        assert store.clear_unfinished(older_than=timedelta(seconds=-1)) >= 1
        assert list((store.root / "incoming").iterdir()) == []
        assert source.read_bytes() == CONTENT

    def test_a_symbolic_link_is_never_followed(self, store: FolderStore, source: Path, key: str) -> None:
        link = source.with_name("link")
        link.symlink_to(source)
        with pytest.raises(StoreUnavailable):
            store.adopt(link, digest_of(CONTENT))

    def test_a_folder_that_is_not_mounted_is_unavailable_not_empty(
        self, store: FolderStore, source: Path, key: str
    ) -> None:
        store.adopt(source, digest_of(CONTENT))
        store.root.rename(store.root.with_name("elsewhere"))
        with pytest.raises(StoreUnavailable):
            store.read_back(key)


@pytest.fixture
def private_mounts() -> None:
    """Skip unless a child may mount file systems in a namespace of its own."""
    libc = ctypes.CDLL(None, use_errno=True)
    pid = os.fork()
    if pid == 0:
        flags = CLONE_NEWNS if os.geteuid() == 0 else CLONE_NEWNS | CLONE_NEWUSER
        os._exit(0 if libc.unshare(flags) == 0 else 1)
    if os.waitpid(pid, 0)[1] != 0:
        pytest.skip("this machine allows no mount namespaces, so no full or read-only disk can be made")


IN_A_SMALL_DISK = f"""
import ctypes, os, sys
from pathlib import Path
from apps.evidence.folder_store import FolderStore
from apps.evidence.storage import StoreFull, StoreUnavailable, original_key
libc = ctypes.CDLL(None, use_errno=True)
disk, source, digest = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
assert libc.unshare({CLONE_NEWNS} if os.geteuid() == 0 else {CLONE_NEWNS | CLONE_NEWUSER}) == 0
libc.mount(b"none", b"/", None, {MS_REC | MS_PRIVATE}, None)
assert libc.mount(b"tmpfs", bytes(disk), b"tmpfs", 0, b"size=512k") == 0
store = FolderStore(disk)
try:
    store.adopt(source, digest)
except StoreFull:
    print("full", [p.name for p in disk.rglob("*") if p.is_file()])
assert libc.mount(b"none", bytes(disk), None, {MS_REMOUNT}, b"size=8m") == 0
print("then", store.adopt(source, digest).size)
assert libc.mount(b"none", bytes(disk), None, {MS_REMOUNT | MS_RDONLY}, None) == 0
other = source.with_name("other")
other.write_bytes(b"other")
try:
    store.put_derivative(other)
except StoreUnavailable as error:
    print("read-only", type(error).__name__, store.read_back(original_key(digest)) == digest)
"""


@pytest.mark.usefixtures("private_mounts")
def test_a_full_disk_and_a_read_only_disk_lose_nothing(tmp_path: Path) -> None:
    disk, source = tmp_path / "disk", tmp_path / "upload"
    disk.mkdir()
    source.write_bytes(CONTENT)
    done = subprocess.run(
        [sys.executable, "-c", IN_A_SMALL_DISK, str(disk), str(source), digest_of(CONTENT)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.splitlines() == [
        "full []",
        f"then {len(CONTENT)}",
        "read-only StoreUnavailable True",
    ], done.stderr
    assert source.read_bytes() == CONTENT


def test_the_address_chooses_the_store(settings: LazySettings, tmp_path: Path) -> None:
    settings.EVIDENCE_URL = f"file://{tmp_path}/with%20space"
    store = storage.store()
    assert isinstance(store, FolderStore)
    assert store.root == tmp_path / "with space"
    settings.EVIDENCE_URL = "ftp://example.org/evidence"
    with pytest.raises(ImproperlyConfigured):
        storage.store()


def test_keys_fan_out_by_digest() -> None:
    digest = "ab" * 32
    assert original_key(digest) == f"originals/ab/ab/{digest}"
