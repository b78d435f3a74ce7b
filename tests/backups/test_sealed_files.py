"""A sealed file opens under its own name, with its own key, and only whole."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable

import pytest
from django.conf import LazySettings

from apps.backups.manifest import NotWhole
from apps.backups.sealed_files import MAGIC, PIECE, seal, unseal

NOISE = random.Random(1).randbytes(2 * PIECE + 77)


def sealed(content: bytes = NOISE, name: str = "a") -> bytes:
    return b"".join(seal(name, [content]))


def opened(content: bytes, name: str = "a") -> bytes:
    return b"".join(unseal(name, [content[at : at + 100_000] for at in range(0, len(content), 100_000)]))


@pytest.mark.parametrize("content", [b"", b"x", bytes(3 * PIECE), NOISE], ids=["empty", "one", "zeros", "noise"])
def test_what_was_sealed_opens(content: bytes) -> None:
    assert opened(sealed(content)) == content


def test_two_copies_of_one_file_are_not_alike_and_hold_none_of_it() -> None:
    one, two = sealed(b"12 Secret Street " * 50), sealed(b"12 Secret Street " * 50)
    assert one[len(MAGIC) :] != two[len(MAGIC) :]
    assert b"Secret" not in one


def exchanged(content: bytes) -> bytes:
    head, size = len(MAGIC) + 16, PIECE + 16
    return (
        content[:head]
        + content[head + size : head + 2 * size]
        + content[head : head + size]
        + content[head + 2 * size :]
    )


@pytest.mark.parametrize(
    "harm",
    [
        lambda c: c[:-1],
        lambda c: c[: len(MAGIC) + 16 + PIECE + 16],
        lambda c: c[: len(MAGIC) + 3],
        lambda c: b"",
        lambda c: c[:500_000] + bytes([c[500_000] ^ 1]) + c[500_001:],
        lambda c: c + b"more",
        exchanged,
    ],
    ids=["end", "piece", "head", "all", "bit", "more", "order"],
)
def test_what_was_changed_does_not_open(harm: Callable[[bytes], bytes]) -> None:
    with pytest.raises(NotWhole):
        opened(harm(sealed()))


def test_another_name_or_another_key_does_not_open_it(settings: LazySettings) -> None:
    content = sealed(b"x")
    with pytest.raises(NotWhole):
        opened(content, name="b")
    settings.DIGEST_KEY = hashlib.sha256(b"another").hexdigest()
    with pytest.raises(NotWhole):
        opened(content)
