"""What any evidence store has to do. A store's own test module subclasses StorageContract and gives it a `store`."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from apps.evidence.storage import (
    PIECE,
    DigestMismatch,
    EvidenceStore,
    MissingObject,
    derivative_key,
    original_key,
)
from tests.faults.dying import die_at

CONTENT = b"frames of a street at night " * 40_000  # a little over 1 MB, no multiple of a piece


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class StorageContract:
    """Subclasses give `store`, empty and ready, and `tamper` and `remove`, which act on an object behind its back."""

    @pytest.fixture
    def store(self) -> EvidenceStore:
        raise NotImplementedError

    def tamper(self, store: EvidenceStore, key: str, content: bytes) -> None:
        raise NotImplementedError

    def remove(self, store: EvidenceStore, key: str) -> None:
        raise NotImplementedError

    def end_lock(self, store: EvidenceStore, key: str) -> None:
        """Make the time of the object's lock be over, where the store locks."""

    @pytest.fixture
    def source(self, tmp_path: Path) -> Path:
        folder = tmp_path / "staging"
        folder.mkdir(exist_ok=True)
        path = folder / "upload"
        path.write_bytes(CONTENT)
        return path

    @pytest.fixture
    def key(self) -> str:
        return original_key(digest_of(CONTENT))

    def test_a_removed_object_is_gone_and_removing_it_again_changes_nothing(
        self, store: EvidenceStore, source: Path, key: str
    ) -> None:
        store.adopt(source, digest_of(CONTENT))
        self.end_lock(store, key)
        assert [store.remove(key), store.remove(key)] == [True, False]
        assert not store.exists(key)
        assert store.adopt(source, digest_of(CONTENT)).key == key
        assert store.read_back(key) == digest_of(CONTENT)

    def test_an_adopted_file_lies_under_its_digest(self, store: EvidenceStore, source: Path, key: str) -> None:
        stored = store.adopt(source, digest_of(CONTENT))
        assert (stored.key, stored.digest, stored.size) == (key, digest_of(CONTENT), len(CONTENT))
        assert store.exists(key)
        assert store.size(key) == len(CONTENT)
        assert store.read_back(key) == digest_of(CONTENT)
        assert store.stat(key).locked

    def test_the_source_stays_until_its_owner_removes_it(self, store: EvidenceStore, source: Path, key: str) -> None:
        store.adopt(source, digest_of(CONTENT))
        assert source.read_bytes() == CONTENT
        source.unlink()
        assert store.read_back(key) == digest_of(CONTENT)

    def test_adopting_again_changes_nothing_even_when_the_source_is_gone(
        self, store: EvidenceStore, source: Path, key: str
    ) -> None:
        first = store.adopt(source, digest_of(CONTENT))
        before = store.stat(key)
        assert store.adopt(source, digest_of(CONTENT)) == first
        source.unlink()
        assert store.adopt(source, digest_of(CONTENT)) == first
        assert store.stat(key).written_at == before.written_at

    def test_neither_source_nor_object_is_an_error_of_the_caller(self, store: EvidenceStore, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            store.adopt(tmp_path / "nothing", digest_of(CONTENT))

    def test_a_source_that_is_not_its_digest_is_refused(self, store: EvidenceStore, source: Path) -> None:
        other = digest_of(b"something else")
        with pytest.raises(DigestMismatch):
            store.adopt(source, other)
        assert not store.exists(original_key(other))
        assert source.read_bytes() == CONTENT

    def test_a_source_that_is_not_its_digest_is_refused_beside_a_good_object(
        self, store: EvidenceStore, source: Path, key: str
    ) -> None:
        store.adopt(source, digest_of(CONTENT))
        impostor = source.with_name("impostor")
        impostor.write_bytes(b"something else")
        with pytest.raises(DigestMismatch):
            store.adopt(impostor, digest_of(CONTENT))
        assert store.read_back(key) == digest_of(CONTENT)

    def test_tampered_content_is_found(self, store: EvidenceStore, source: Path, key: str) -> None:
        store.adopt(source, digest_of(CONTENT))
        source.unlink()
        self.tamper(store, key, CONTENT[:-1] + b"X")
        assert store.read_back(key) != digest_of(CONTENT)
        source.write_bytes(CONTENT)
        with pytest.raises(DigestMismatch):
            store.adopt(source, digest_of(CONTENT))

    def test_a_missing_object_is_missing(self, store: EvidenceStore, source: Path, key: str) -> None:
        for ask in (store.size, store.stat, store.read_back, lambda k: store.open_range(k, 0, 1)):
            with pytest.raises(MissingObject):
                ask(key)
        assert not store.exists(key)
        store.adopt(source, digest_of(CONTENT))
        source.unlink()
        self.remove(store, key)
        with pytest.raises(MissingObject):
            store.read_back(key)

    @pytest.mark.parametrize(
        ("start", "end"),
        [(0, 1), (0, len(CONTENT)), (PIECE - 1, PIECE + 1), (len(CONTENT) - 5, len(CONTENT)), (7, 7)],
    )
    def test_a_range_gives_exactly_its_bytes_in_bounded_pieces(
        self, store: EvidenceStore, source: Path, key: str, start: int, end: int
    ) -> None:
        store.adopt(source, digest_of(CONTENT))
        pieces = list(store.open_range(key, start, end))
        assert b"".join(pieces) == CONTENT[start:end]
        assert all(0 < len(piece) <= PIECE for piece in pieces)

    def test_a_range_beyond_the_end_stops_at_the_end(self, store: EvidenceStore, source: Path, key: str) -> None:
        store.adopt(source, digest_of(CONTENT))
        assert b"".join(store.open_range(key, len(CONTENT) - 3, len(CONTENT) + 100)) == CONTENT[-3:]

    def test_a_derivative_lies_on_a_shelf_of_its_own(self, store: EvidenceStore, source: Path, key: str) -> None:
        stored = store.put_derivative(source)
        assert stored.key == derivative_key(digest_of(CONTENT))
        assert store.put_derivative(source) == stored
        assert not store.exists(key)

    def test_a_decoder_gets_a_path_with_the_same_bytes(
        self, store: EvidenceStore, source: Path, key: str, tmp_path: Path
    ) -> None:
        store.adopt(source, digest_of(CONTENT))
        with store.local_file(key, scratch=tmp_path) as path:
            assert path.read_bytes() == CONTENT

    def test_an_empty_file_can_be_kept(self, store: EvidenceStore, source: Path) -> None:
        source.write_bytes(b"")
        stored = store.adopt(source, digest_of(b""))
        assert stored.size == 0
        assert list(store.open_range(stored.key, 0, 10)) == []

    @pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "g" * 64, "a" * 63])
    def test_what_is_no_digest_never_becomes_a_key(self, store: EvidenceStore, source: Path, digest: str) -> None:
        with pytest.raises(ValueError, match="64 hexadecimal"):
            store.adopt(source, digest)

    def test_many_writers_of_the_same_bytes_all_succeed_with_one_object(
        self, store: EvidenceStore, source: Path, key: str
    ) -> None:
        copies = [source.with_name(f"upload{n}") for n in range(8)]
        for copy in copies:
            copy.write_bytes(CONTENT)
        barrier = threading.Barrier(len(copies))
        results: list[object] = []

        def write(path: Path) -> None:
            barrier.wait()
            try:
                results.append(store.adopt(path, digest_of(CONTENT)))
            except Exception as error:
                results.append(error)

        threads = [threading.Thread(target=write, args=(copy,)) for copy in copies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(map(repr, results))) == 1, results
        assert store.read_back(key) == digest_of(CONTENT)

    def test_a_writer_killed_at_any_point_leaves_the_whole_object_or_none(
        self, store: EvidenceStore, source: Path, key: str
    ) -> None:
        number = 1
        while die_at(number, lambda: store.adopt(source, digest_of(CONTENT))):
            assert source.read_bytes() == CONTENT
            if store.exists(key):
                assert store.read_back(key) == digest_of(CONTENT)
                store.adopt(source, digest_of(CONTENT))
                self.remove(store, key)
            number += 1
            assert number < 200
        assert number > 3, "the store changed nothing that could be interrupted"
        assert store.read_back(key) == digest_of(CONTENT)
        store.clear_unfinished(older_than=timedelta(seconds=-1))
        assert store.read_back(key) == digest_of(CONTENT)
