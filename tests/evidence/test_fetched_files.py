"""Decoders' copies: fetched once, compared, bounded, and never taken away while somebody reads them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from apps.evidence.fetched_files import FetchedFiles
from apps.evidence.storage import DigestMismatch, StoreUnavailable
from tests.faults.dying import die_at


class Source:
    """A store that counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def of(self, content: bytes) -> Callable[[], Iterator[bytes]]:
        def fetch() -> Iterator[bytes]:
            self.asked += 1
            yield content[:7]
            yield content[7:]

        return fetch


def named(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "fetched"


@pytest.fixture
def fetched(folder: Path) -> FetchedFiles:
    return FetchedFiles(folder, most_bytes=250)


def take(fetched: FetchedFiles, source: Source, content: bytes, scratch: Path) -> Path:
    with fetched.file(named(content), len(content), source.of(content), scratch=scratch) as path:
        assert path.read_bytes() == content
        return path


ONE, TWO, THREE = (name * 100 for name in (b"1", b"2", b"3"))


def test_a_file_is_fetched_once(fetched: FetchedFiles, source: Source, tmp_path: Path) -> None:
    assert take(fetched, source, ONE, tmp_path) == take(fetched, source, ONE, tmp_path)
    assert source.asked == 1


def test_what_nobody_used_for_the_longest_time_makes_room(
    fetched: FetchedFiles, source: Source, folder: Path, tmp_path: Path
) -> None:
    for second, content in enumerate((ONE, TWO)):
        os.utime(take(fetched, source, content, tmp_path), (second, second))
    take(fetched, source, ONE, tmp_path)
    take(fetched, source, THREE, tmp_path)
    assert {path.name for path in folder.iterdir()} == {named(ONE), named(THREE)}


def test_what_is_read_now_stays(fetched: FetchedFiles, source: Source, folder: Path, tmp_path: Path) -> None:
    with fetched.file(named(ONE), 100, source.of(ONE), scratch=tmp_path) as path:
        os.utime(path, (0, 0))
        take(fetched, source, TWO, tmp_path)
        take(fetched, source, THREE, tmp_path)
        assert path.read_bytes() == ONE
    assert {path.name for path in folder.iterdir()} == {named(ONE), named(THREE)}


def test_what_does_not_fit_in_is_given_and_not_kept(
    fetched: FetchedFiles, source: Source, folder: Path, tmp_path: Path
) -> None:
    large = b"4" * 300
    assert take(fetched, source, large, tmp_path).parent == tmp_path
    assert list(folder.iterdir()) == []


def test_other_bytes_than_the_name_says_are_never_given(
    fetched: FetchedFiles, source: Source, folder: Path, tmp_path: Path
) -> None:
    with (
        pytest.raises(DigestMismatch),
        fetched.file(named(ONE), 100, source.of(TWO), scratch=tmp_path),
    ):
        pytest.fail("it was given")
    assert list(folder.iterdir()) == []


def test_a_fetch_that_breaks_off_leaves_nothing(fetched: FetchedFiles, folder: Path, tmp_path: Path) -> None:
    def breaks() -> Iterator[bytes]:
        yield b"1"
        raise StoreUnavailable("away")

    with pytest.raises(StoreUnavailable), fetched.file(named(ONE), 100, breaks, scratch=tmp_path):
        pytest.fail("it was given")
    assert list(folder.iterdir()) == []


def test_what_a_killed_fetcher_left_is_removed_by_the_next(
    fetched: FetchedFiles, source: Source, folder: Path, tmp_path: Path
) -> None:
    number = 1
    while die_at(number, lambda: take(fetched, source, ONE, tmp_path)):
        take(fetched, source, TWO, tmp_path)
        assert {path.name for path in folder.iterdir()} <= {named(ONE), named(TWO)}
        for path in folder.iterdir():
            path.unlink()
        number += 1
    assert number > 3


def test_an_empty_file_can_be_fetched(fetched: FetchedFiles, source: Source, tmp_path: Path) -> None:
    take(fetched, source, b"", tmp_path)


def test_a_file_that_is_no_longer_kept_is_forgotten(
    fetched: FetchedFiles, source: Source, folder: Path, tmp_path: Path
) -> None:
    take(fetched, source, ONE, tmp_path)
    fetched.forget(named(ONE))
    fetched.forget(named(ONE))
    assert list(folder.iterdir()) == []
